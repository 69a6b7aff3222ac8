//! What was called solved and is lacking in later reports: its recipient is told (requirement DI-01).
//!
//! Looked at when a delivery was read to its end, for the reports of its source and type; every hour for all of them, should
//! that have failed.

use model::Day;
use store::{AllClearWait, Batch, Collecting, ReportSeries, StoreError, Tx};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::register::Register;
use crate::route::DeskRules;
use crate::route::clear::all_clear;

/// Days of later reports that must lack a finding, each after the day of the answer. Two deliveries of one day count once. One
/// day proves little: a scan misses some, and the first report may be of hours before the answer. A message names both.
const REPORTS: i64 = 2;

/// Answers that are decided in one transaction, which become one message per recipient and threat.
const PORTION_ANSWERS_MAX: i64 = 1_000;

/// Tells whoever called something solved, in all reports that are waited for, and forgets answers to which none came; gives how
/// many findings were told of.
///
/// Safe to run twice, and by two workers at once: whoever decided of an answer removes it from those that wait.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn tell(flow: &Flow) -> Result<usize, FlowError> {
    // Looked for by a read first: most of the time nothing waits.
    let awaited = flow.store.read(|tx| tx.awaited_reports())?;
    if awaited.is_empty() {
        return Ok(0);
    }
    let mut told = 0;
    for reports in &awaited {
        told += tell_of(flow, reports)?;
    }
    let now = flow.clock.now();
    flow.store.write(|tx| tx.remove_old_all_clear_waits(now))?;
    Ok(told)
}

/// Tells whoever called something solved that a delivery lacks. What fails is logged: upkeep does it later.
pub(crate) fn after_delivery(flow: &Flow, batch: &Batch) {
    let reports = ReportSeries {
        desk_no: batch.desk_no,
        source_no: batch.source_no,
        report_type: batch.report_type.clone(),
    };
    match tell_of(flow, &reports) {
        Ok(0) => {}
        Ok(findings) => events::told_all_clear(findings),
        Err(error) => events::not_told_all_clear(&error),
    }
}

fn tell_of(flow: &Flow, reports: &ReportSeries) -> Result<usize, FlowError> {
    let mut told = 0;
    while let Some((decided, lines)) = tell_portion(flow, reports)? {
        told += lines;
        if (decided as i64) < PORTION_ANSWERS_MAX {
            break;
        }
    }
    Ok(told)
}

/// Decides about some answers; gives how many, and how many lines that made. `None`: none waits that these reports say anything
/// of.
fn tell_portion(flow: &Flow, reports: &ReportSeries) -> Result<Option<(usize, usize)>, FlowError> {
    let is_any = flow.store.read(|tx| match days(tx, reports)? {
        Some([earlier, _]) => tx.has_all_clear_wait(reports, earlier.start()),
        None => Ok(false),
    })?;
    if !is_any {
        return Ok(None);
    }
    loop {
        let register = flow.register()?;
        let done = flow.store.write(|tx| {
            let version = tx.hold_register_version()?;
            if version != register.version {
                return Err(StoreError::RegisterMoved { version });
            }
            let Some(days) = days(tx, reports)? else {
                return Ok(None);
            };
            let before = days[0].start();
            let waits = tx.all_clear_waits(reports, before, PORTION_ANSWERS_MAX)?;
            if waits.is_empty() {
                return Ok(None);
            }
            let lines = decide(flow, &register, (reports, days), &waits, tx)?;
            Ok(Some((waits.len(), lines)))
        });
        match done {
            Err(StoreError::RegisterMoved { .. }) => {}
            done => return Ok(done?),
        }
    }
}

/// The days of the reports from which it is concluded, the earlier one first: what was answered before it is lacking in both.
fn days(tx: &mut Tx<'_>, reports: &ReportSeries) -> Result<Option<[Day; 2]>, StoreError> {
    let days = tx.report_days(reports, REPORTS)?;
    let both = days.first_chunk();
    Ok(both.map(|[later, earlier]| [*earlier, *later]))
}

/// Decides about answers; gives how many lines that made.
fn decide(
    flow: &Flow,
    register: &Register,
    (reports, days): (&ReportSeries, [Day; 2]),
    waits: &[AllClearWait],
    tx: &mut Tx<'_>,
) -> Result<usize, StoreError> {
    let now = flow.clock.now();
    let mut desks = tx.desks()?.into_iter();
    let desk = desks.find(|desk| desk.desk_no == reports.desk_no);
    let desk = DeskRules::load(tx, &desk.ok_or(StoreError::Conflict)?, now)?;
    let window_no = tx.open_window(now)?;
    let lines = all_clear(tx, (&desk, register), waits, window_no, now)?;
    for wait in waits {
        tx.remove_all_clear_wait((wait.party_no, wait.finding_no))?;
    }
    tx.add_lines(&mut Collecting::default(), &lines, now)?;
    tx.note_all_clear(window_no, days)?;
    tx.close_window(window_no, now)?;
    Ok(lines.len())
}
