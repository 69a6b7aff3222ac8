//! What becomes of the reports of sources (requirement FE-05): each delivery is looked at once for what it shows, and a month
//! is counted with the other measures.
//!
//! How many findings a source showed, and which of them another one showed too, is asked of sets of their numbers: they take
//! two bytes for a finding at most, and an eighth of a byte where a report shows most of them.

mod seen_set;

use std::collections::{BTreeMap, HashMap};

use model::{Day, TallyKind, Timestamp};
use rules::enrol::measure::{month_before, month_of, next_month};
use rules::source_quality::delay_hours;
use store::{Batch, SeenBlock, SourceTally, StoreError, TalliedMonth, Tx};

use crate::error::FlowError;
use crate::flow::Flow;
use seen_set::{BLOCK_FINDINGS, SeenSet};

/// Deliveries of one run: the next one goes on.
const BATCHES_MAX: i64 = 2_000;

/// Observations after which a run ends: some seconds of work.
const OBSERVATIONS_MAX: i64 = 5_000_000;

/// What a delivery shows.
#[derive(Default)]
struct Sightings {
    observations: i64,
    /// Observations by hours until they came.
    delays: BTreeMap<i64, i64>,
    /// Findings by block.
    blocks: BTreeMap<i64, SeenSet>,
}

/// Looks at the deliveries of this month and the one before that were read since the last time.
///
/// Safe to run twice, and by two workers at once: a delivery is counted together with its mark.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn look(flow: &Flow) -> Result<(), FlowError> {
    let first_month = month_before(month_of(flow.clock.now().day()));
    let (first, batches) = flow.store.read(|tx| {
        let first = tx.first_batch_since(first_month.start())?;
        Ok::<_, StoreError>((first, tx.uncounted_batches(first, BATCHES_MAX)?))
    })?;
    let mut looked_at = 0;
    for batch in batches {
        let mut seen = Sightings::default();
        flow.store.read(|tx| {
            seen = Sightings::default();
            tx.each_sighting(&batch, |finding_no, at| {
                seen.add(finding_no, at, batch.received_at);
            })
        })?;
        flow.store.write(|tx| keep(tx, &batch, &seen))?;
        looked_at += seen.observations;
        if looked_at >= OBSERVATIONS_MAX {
            break;
        }
    }
    flow.store
        .write(|tx| tx.remove_counted(first_month, first))?;
    Ok(())
}

impl Sightings {
    fn add(&mut self, finding_no: i64, observed_at: Timestamp, received_at: Timestamp) {
        self.observations += 1;
        let hours = delay_hours(observed_at, received_at);
        *self.delays.entry(hours).or_default() += 1;
        let block = self.blocks.entry(finding_no / BLOCK_FINDINGS).or_default();
        block.insert(finding_no % BLOCK_FINDINGS);
    }
}

/// Adds what a delivery shows to its month. Of one that was counted before only what is more counts.
fn keep(tx: &mut Tx<'_>, batch: &Batch, seen: &Sightings) -> Result<(), StoreError> {
    let mut counted = tx.begin_count(batch.batch_no)?;
    if counted.accepted == batch.counts.accepted {
        return Ok(());
    }
    let month = month_of(batch.received_day);
    for (block, members) in &seen.blocks {
        let mut known = SeenBlock {
            block: *block,
            source_no: batch.source_no,
            report_type: batch.report_type.clone(),
            members: Vec::new(),
        };
        let mut all = match tx.seen_members(month, &known)? {
            Some(bytes) => SeenSet::read(&bytes),
            None => SeenSet::default(),
        };
        all.add(members);
        known.members = all.bytes();
        tx.put_seen_block(month, &known)?;
    }
    let tally = |kind, detail: String, total| SourceTally {
        source_no: batch.source_no,
        report_type: batch.report_type.clone(),
        kind,
        detail,
        total,
    };
    let more = seen.observations - counted.observations;
    let mut tallies = vec![tally(TallyKind::Observations, String::new(), more)];
    // Rows that were corrected later say nothing about how fast the source was.
    if counted.accepted < 0 {
        let delays = seen.delays.iter();
        tallies.extend(
            delays.map(|(hours, count)| tally(TallyKind::Delay, hours.to_string(), *count)),
        );
    }
    tx.add_source_tallies(month, &tallies)?;
    counted.accepted = batch.counts.accepted;
    counted.observations = seen.observations;
    tx.end_count(&counted)
}

/// What a month came to, but for what deliveries add by being looked at.
pub(super) fn month_tallies(tx: &mut Tx<'_>, month: Day) -> Result<Vec<SourceTally>, StoreError> {
    let tallied = TalliedMonth {
        first_batch: tx.first_batch_since(month.start())?,
        end_batch: tx.first_batch_since(next_month(month).start())?,
        first_message: tx.first_message_since(month.start())?,
    };
    let mut tallies = tx.count_source_tallies(&tallied)?;
    tallies.extend(findings(tx, month)?);
    Ok(tallies)
}

/// Findings of each report type of each source, and those of them that another source showed.
fn findings(tx: &mut Tx<'_>, month: Day) -> Result<Vec<SourceTally>, StoreError> {
    let mut counts: HashMap<(i64, String), [i64; 2]> = HashMap::new();
    let mut block: Vec<SeenBlock> = Vec::new();
    tx.each_seen_block(month, |next| {
        if block.first().is_some_and(|first| first.block != next.block) {
            count_block(&block, &mut counts);
            block.clear();
        }
        block.push(next);
    })?;
    count_block(&block, &mut counts);
    let tallies = counts
        .into_iter()
        .flat_map(|((source_no, report_type), counts)| {
            let kinds = [TallyKind::Findings, TallyKind::Corroborated];
            kinds
                .into_iter()
                .zip(counts)
                .map(move |(kind, total)| SourceTally {
                    source_no,
                    report_type: report_type.clone(),
                    kind,
                    detail: String::new(),
                    total,
                })
        });
    Ok(tallies.collect())
}

/// Counts one block, whose rows are in the order of their sources.
fn count_block(block: &[SeenBlock], counts: &mut HashMap<(i64, String), [i64; 2]>) {
    let (mut once, mut more) = (SeenSet::default(), SeenSet::default());
    for of_source in block.chunk_by(|left, right| left.source_no == right.source_no) {
        let mut own = SeenSet::default();
        for part in of_source {
            own.add(&SeenSet::read(&part.members));
        }
        more.add(&once.common(&own));
        once.add(&own);
    }
    for part in block {
        let members = SeenSet::read(&part.members);
        let key = (part.source_no, part.report_type.clone());
        let [findings, corroborated] = counts.entry(key).or_default();
        *findings += members.len();
        *corroborated += members.common(&more).len();
    }
}
