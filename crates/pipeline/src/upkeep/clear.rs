//! What was called solved and is lacking in later reports: its recipient is told (requirement DI-01).
//!
//! Looked at when a delivery was read to its end, for the reports of its source and type, as far as one transaction goes; every
//! hour for all of them, for the rest.

use model::Day;
use store::{AllClearWait, Batch, Collecting, ReportSeries, StoreError, Tx};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::register::Register;
use crate::route::DeskRules;
use crate::route::clear::all_clear;

/// Days of later reports that must lack a finding, each after the day of the answer. Two deliveries of one day count once. One
/// day proves little: a scan misses some. The day of a report is that of the earliest sighting that it lists, so all that it lists
/// was seen after the answer. A message names both.
const REPORTS: i64 = 2;

/// Answers that are decided in one transaction, which become one message per recipient and threat.
const PORTION_ANSWERS_MAX: i64 = 1_000;

/// Tells whoever called something solved, in all reports that are waited for, and forgets answers to which none came; gives how
/// many findings were told of. Reports of which that fails are logged, and keep the others from nothing.
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
        match tell_of(flow, reports) {
            Ok(findings) => told += findings,
            Err(error) => events::not_told_all_clear(&error),
        }
    }
    let now = flow.clock.now();
    flow.store.write(|tx| tx.remove_old_all_clear_waits(now))?;
    Ok(told)
}

/// Tells whoever called something solved that a delivery lacks: of as many answers as one transaction decides, so that the worker
/// goes on with what is more urgent. What is left, and what fails, upkeep does later.
pub(crate) fn after_delivery(flow: &Flow, batch: &Batch) {
    let reports = ReportSeries {
        desk_no: batch.desk_no,
        source_no: batch.source_no,
        report_type: batch.report_type.clone(),
    };
    match tell_portion(flow, &reports, FIRST) {
        Ok(None | Some(Portion { lines: 0, .. })) => {}
        Ok(Some(portion)) => events::told_all_clear(portion.lines),
        Err(error) => events::not_told_all_clear(&error),
    }
}

fn tell_of(flow: &Flow, reports: &ReportSeries) -> Result<usize, FlowError> {
    let mut told = 0;
    let mut after = Some(FIRST);
    while let Some(from) = after {
        let portion = tell_portion(flow, reports, from)?;
        told += portion.as_ref().map_or(0, |portion| portion.lines);
        after = portion.and_then(|portion| portion.rest);
    }
    Ok(told)
}

/// Before all answers, by recipient and finding.
const FIRST: (i64, i64) = (0, 0);

/// What came of some answers.
struct Portion {
    /// Lines that were made.
    lines: usize,
    /// Behind which answer there may be more.
    rest: Option<(i64, i64)>,
}

/// Decides about some answers behind one. `None`: none waits that these reports say anything of.
fn tell_portion(
    flow: &Flow,
    reports: &ReportSeries,
    after: (i64, i64),
) -> Result<Option<Portion>, FlowError> {
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
            let waits = tx.all_clear_waits(reports, before, (after, PORTION_ANSWERS_MAX))?;
            if waits.is_empty() {
                return Ok(None);
            }
            let lines = decide(flow, &register, (reports, days), &waits, tx)?;
            let is_full = waits.len() as i64 >= PORTION_ANSWERS_MAX;
            let last = waits.last().map(|wait| (wait.party_no, wait.finding_no));
            let rest = last.filter(|_| is_full);
            Ok(Some(Portion { lines, rest }))
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
    let concluded = all_clear(tx, (&desk, register), waits, window_no, now)?;
    for wait in waits {
        let answer = (wait.party_no, wait.finding_no);
        if !concluded.standing.contains(&answer) {
            tx.remove_all_clear_wait(answer)?;
        }
    }
    let lines = concluded.lines;
    tx.add_lines(&mut Collecting::default(), &lines, now)?;
    tx.note_all_clear(window_no, days)?;
    tx.close_window(window_no, now)?;
    Ok(lines.len())
}
