//! After a change of the register: every finding is matched again, and routed again where its owners changed.
//!
//! Findings are walked by number, a chunk at a time. What was decided with the same owners stays as it is, so a run that
//! finds nothing changed writes nothing. Findings that are made meanwhile are matched with the new register anyway.

use std::ops::ControlFlow;

use store::{
    Collecting, FindingEvent, FindingEventKind, FindingKey, FindingRow, Job, StoreError, Tx,
};

use rules::matching::digest;

use crate::error::FlowError;
use crate::flow::Flow;
use crate::process::write::{find_owners, known_address, match_rows, to_route};
use crate::register::Register;
use crate::route::{DeskRules, Router};
use crate::worker::{Break, Progress};

/// Findings in one transaction at most, each with all that is known of it.
const CHUNK_FINDINGS_MAX: i64 = 20_000;

/// Runs a job of the stage from where it was left. `between` is called after each chunk and may break the job off.
pub(crate) fn run(
    flow: &Flow,
    job: &Job,
    progress: &dyn Progress,
    between: &mut Break<'_>,
) -> Result<ControlFlow<()>, FlowError> {
    let mut next_no = job.progress;
    loop {
        let register = flow.register()?;
        let done = flow
            .store
            .write(|tx| rematch_chunk(flow, job, &register, next_no, tx));
        match done {
            Ok(Some(after)) => {
                next_no = after;
                progress.rows("matching again", next_no);
                if between()?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(None) => return Ok(ControlFlow::Continue(())),
            // The register changed once more: the chunk is decided with the new one.
            Err(StoreError::RegisterMoved { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Matches one chunk again; gives the number to go on with, or nothing when all are done.
fn rematch_chunk(
    flow: &Flow,
    job: &Job,
    register: &Register,
    from_no: i64,
    tx: &mut Tx<'_>,
) -> Result<Option<i64>, StoreError> {
    let now = flow.clock.now();
    let version = tx.hold_register_version()?;
    if version != register.version {
        return Err(StoreError::RegisterMoved { version });
    }
    let findings = tx.findings_from(from_no, flow.chunk_rows.min(CHUNK_FINDINGS_MAX))?;
    let Some((_, last)) = findings.last() else {
        tx.finish_job(job.lease())?;
        return Ok(None);
    };
    let next_no = last.finding_no + 1;
    tx.hold_lease(job.lease(), next_no)?;
    let desks = tx.desks()?;
    let window_no = tx.open_window(now)?;
    for desk in &desks {
        let rules = DeskRules::load(tx, desk, now)?;
        let of_desk = findings
            .iter()
            .filter(|(key, _)| key.desk_no == desk.desk_no);
        rematch_desk(flow, register, &rules, of_desk, window_no, tx)?;
    }
    tx.close_window(window_no, now)?;
    Ok(Some(next_no))
}

fn rematch_desk<'f>(
    flow: &Flow,
    register: &Register,
    desk: &DeskRules,
    findings: impl Iterator<Item = &'f (FindingKey, FindingRow)>,
    window_no: i64,
    tx: &mut Tx<'_>,
) -> Result<(), StoreError> {
    let now = flow.clock.now();
    let known: Vec<_> = findings.collect();
    let numbers: Vec<i64> = known.iter().map(|(_, row)| row.finding_no).collect();
    let mut router = Router::new(tx, desk, register, &numbers, now)?;
    let mut finder = register.assets.finder();
    let (mut changed, mut replaced, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for (key, row) in known {
        let matches = find_owners(&mut finder, key, row);
        let match_digest = digest(matches);
        if match_digest != row.match_digest {
            let matches = match_rows(row.finding_no, matches, register.version);
            replaced.push((row.finding_no, matches.collect::<Vec<_>>()));
            changed.push(FindingRow {
                match_digest,
                ..row.clone()
            });
            events.push(event(row, now));
        }
        // Contacts, networks and legal classes change routes without changing matches.
        let address = known_address(key, row);
        router.route(&to_route((key, row), address, matches, window_no));
    }
    let replaced: Vec<_> = replaced
        .iter()
        .map(|(finding_no, matches)| (*finding_no, &matches[..]))
        .collect();
    tx.put_matches(&replaced)?;
    tx.update_findings(changed.iter().collect())?;
    tx.add_finding_events(&events)?;
    router.write(tx, &mut Collecting::default())
}

fn event(row: &FindingRow, now: model::Timestamp) -> FindingEvent {
    FindingEvent {
        finding_no: row.finding_no,
        at: now,
        kind: FindingEventKind::OwnersChanged,
        episode: row.episode,
        batch_no: None,
        actor: "matching".into(),
        text: "the register changed".into(),
    }
}
