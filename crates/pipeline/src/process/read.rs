//! Reads a batch from its blob, row by row, into chunks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use csv::ByteRecord;
use formats::decode::{DecodeContext, Decoder};
use formats::rows::Rows;
use formats::table::TableError;
use model::{RowVerdict, Severity, ThreatSlug};
use store::{Batch, BatchCounts, BlobReader, FindingKey, Replay, StoreError};

use super::again::Again;
use super::chunk::{Chunk, ReadAgain, Seen, fingerprint};
use super::desk_of;
use super::watched::{Breakage, Watched};
use crate::error::FlowError;
use crate::flow::{Flow, Profile};
use crate::gather::kind::ReportKind;
use crate::meter::Step;
use crate::register::Register;

/// Reads the rest of a batch and gives its chunks to `take`, ready to be written. Ends early when nobody takes them. The
/// first chunk is decoded while the register is still being read; `spent` chunks come back to be freed.
pub(super) fn read_chunks(
    flow: &Flow,
    (batch, again): (&Batch, Option<Again>),
    register: ScopedJoinHandle<'_, Result<Arc<Register>, FlowError>>,
    take: &SyncSender<Result<Chunk, FlowError>>,
    spent: &Receiver<Chunk>,
) {
    let reader = BatchReader::open(flow, batch, again);
    if let Err(error) = try_read_chunks(flow, batch, reader, register, take, spent) {
        let _ = take.send(Err(error));
    }
}

fn try_read_chunks(
    flow: &Flow,
    batch: &Batch,
    reader: Result<Option<BatchReader<'_>>, FlowError>,
    register: ScopedJoinHandle<'_, Result<Arc<Register>, FlowError>>,
    take: &SyncSender<Result<Chunk, FlowError>>,
    spent: &Receiver<Chunk>,
) -> Result<(), FlowError> {
    let mut reader = reader?;
    let mut chunk = decoded(flow, reader.as_mut())?;
    let register = register.join();
    let register = register.expect("reading the register does not panic")?;
    let language = flow.store.read(|tx| desk_of(tx, batch))?.language;
    let mut keys_before = HashSet::default();
    let mut is_worthwhile = true;
    loop {
        let began = Instant::now();
        chunk.match_groups(&register);
        let groups = chunk.groups.len() as u64;
        flow.meter.add(Step::Match, groups, began);
        let began = Instant::now();
        chunk.note_keys(&mut keys_before);
        if is_worthwhile {
            let ahead = flow.store.findings_ahead(&chunk.keys())?;
            flow.meter.add(Step::LookUp, groups, began);
            is_worthwhile = ahead.helps();
            chunk.ahead = Some(ahead);
        }
        let today = flow.clock.now().day();
        chunk.decide(&register, (batch.tlp, language, today));
        let is_last = chunk.is_last;
        if take.send(Ok(chunk)).is_err() || is_last {
            return Ok(());
        }
        spent.try_iter().for_each(drop);
        chunk = decoded(flow, reader.as_mut())?;
    }
}

/// The next chunk, sorted. Where there is not even a header there is nothing to read, and that is a chunk too, since it
/// ends the batch.
fn decoded(flow: &Flow, reader: Option<&mut BatchReader<'_>>) -> Result<Chunk, FlowError> {
    let Some(reader) = reader else {
        return Ok(Chunk {
            is_last: true,
            ..Chunk::default()
        });
    };
    let began = Instant::now();
    let mut chunk = reader.next_chunk()?;
    chunk.group();
    let rows = chunk.counts.rows_read as u64;
    flow.meter.add(Step::Decode, rows, began);
    Ok(chunk)
}

struct BatchReader<'f> {
    flow: &'f Flow,
    rows: Rows<Watched<BlobReader>>,
    breakage: Breakage,
    kind: ReportKind,
    decoder: Decoder,
    context: DecodeContext,
    /// Short numbers of the threats met so far, with the severity where the desk has one of its own.
    threats: HashMap<ThreatSlug, (i64, Option<Severity>)>,
    desk_no: i64,
    source_no: i64,
    /// Lines before this one were read by chunks that are committed.
    from_line: i64,
    /// Only these rows, which were read before.
    again: Option<Again>,
}

impl<'f> BatchReader<'f> {
    fn open(
        flow: &'f Flow,
        batch: &Batch,
        again: Option<Again>,
    ) -> Result<Option<Self>, FlowError> {
        let (content, breakage) = Watched::new(flow.blobs.reader(&batch.blob)?);
        let kind = ReportKind::of_batch(&flow.store, &batch.report_type)?;
        let rows = Rows::new(content, kind.separator());
        breakage.check()?;
        let rows = match rows {
            Ok(rows) => rows,
            Err(TableError::Empty) => return Ok(None),
            Err(error) => {
                return Err(FlowError::Broken(format!(
                    "cannot read batch {}: {error}",
                    batch.batch_no
                )));
            }
        };
        let (decoder, _) = kind.decoder(rows.header());
        let context = DecodeContext {
            profile_test: flow.profile == Profile::Test,
            // The moment of receipt, not of reading: a batch that is read again gives the same verdicts. One that waited until its
            // source was vetted is as old as it is when somebody can be told.
            now: batch.released_at.unwrap_or(batch.received_at),
            max_age_days: flow.max_age_days,
        };
        Ok(Some(Self {
            flow,
            rows,
            breakage,
            kind,
            decoder,
            context,
            threats: HashMap::new(),
            desk_no: batch.desk_no,
            source_no: batch.source_no,
            from_line: match &again {
                Some(again) => again.replay.next_line,
                None => batch.next_line,
            },
            again,
        }))
    }

    fn next_chunk(&mut self) -> Result<Chunk, FlowError> {
        let mut chunk = Chunk {
            next_line: self.from_line,
            again: self.again.as_ref().map(|again| ReadAgain {
                replay: Replay {
                    next_line: self.from_line,
                    ..again.replay
                },
                earlier: BatchCounts::default(),
            }),
            ..Chunk::default()
        };
        let mut row = ByteRecord::new();
        let mut observations = Vec::new();
        while chunk.counts.rows_read < self.flow.chunk_rows {
            let line = match self.rows.next_row(&mut row) {
                None => {
                    self.breakage.check()?;
                    chunk.is_last = true;
                    chunk.ended_early = self.rows.ended_early().map(str::to_owned);
                    break;
                }
                Some(Err(issue)) if !self.is_wanted(issue.line, &mut chunk) => continue,
                Some(Err(issue)) => {
                    chunk.take_issue(issue);
                    continue;
                }
                Some(Ok(line)) if !self.is_wanted(line, &mut chunk) => continue,
                Some(Ok(line)) => line,
            };
            if self.rows.take_header_change() {
                self.decoder = self.kind.decoder(self.rows.header()).0;
            }
            if let Some(again) = &self.again {
                again.mend(line as i64, self.rows.header(), &mut row);
            }
            chunk.next_line = line as i64 + 1;
            observations.clear();
            match self
                .decoder
                .decode(&row, line, &self.context, &mut observations)
            {
                Err(issue) => chunk.take_issue(issue),
                Ok(()) => {
                    chunk.counts.rows_read += 1;
                    chunk.counts.accepted += 1;
                    for observation in observations.drain(..) {
                        chunk.seen.push(self.seen(observation)?);
                    }
                }
            }
        }
        self.from_line = chunk.next_line;
        Ok(chunk)
    }

    /// Whether the row is for this chunk: no finished one has read it, and where rows are read again, it is one of them.
    fn is_wanted(&self, line: u64, chunk: &mut Chunk) -> bool {
        let line = line as i64;
        match (&self.again, &mut chunk.again) {
            _ if line < self.from_line => false,
            (Some(again), Some(chunk)) => match again.verdict(line) {
                Some(verdict) => {
                    count(&mut chunk.earlier, verdict);
                    true
                }
                None => false,
            },
            _ => true,
        }
    }

    fn seen(&mut self, mut observation: model::Observation) -> Result<Seen, FlowError> {
        let (threat_no, severity) = match self.threats.get(&observation.threat) {
            Some(known) => *known,
            None => {
                let slug = &observation.threat;
                let known = self.flow.store.write(|tx| {
                    Ok::<_, StoreError>((
                        tx.threat_no(slug.as_str())?,
                        tx.advised_severity(slug.as_str())?,
                    ))
                })?;
                self.threats.insert(slug.clone(), known);
                known
            }
        };
        observation.severity = severity.unwrap_or(observation.severity);
        let mut endpoint = Vec::with_capacity(24);
        observation.endpoint.write_key(&mut endpoint);
        let identifier = observation
            .identifier
            .as_ref()
            .map_or(String::new(), |known| known.as_str().to_owned());
        let key = FindingKey {
            desk_no: self.desk_no,
            threat_no,
            endpoint,
            identifier,
        };
        Ok(Seen {
            key,
            fingerprint: fingerprint(self.source_no, &observation),
            observation,
        })
    }
}

impl Chunk {
    fn take_issue(&mut self, issue: model::RowIssue) {
        count(&mut self.counts, issue.verdict);
        self.next_line = self.next_line.max(issue.line as i64 + 1);
        self.issues.push(issue);
    }
}

/// Counts a row that was not accepted.
fn count(counts: &mut BatchCounts, verdict: RowVerdict) {
    counts.rows_read += 1;
    match verdict {
        RowVerdict::Quarantined => counts.quarantined += 1,
        RowVerdict::Refused | RowVerdict::Accepted | RowVerdict::Duplicate => counts.refused += 1,
    }
}
