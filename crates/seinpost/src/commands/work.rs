//! `seinpost work`: reads what was gathered, matches, routes, and hands over.

use std::collections::HashMap;
use std::io::Write;

use message::{addresses_of, compose};
use pipeline::Flow;
use pipeline::distribute::obstacle;
use pipeline::meter::Step;
use pipeline::worker::{Worked, Worker};
use serde::Serialize;
use store::{BatchCounts, Desk, Notification, NotificationState};

use crate::lifecycle::{lock_worker, stop_mark};
use crate::output::{Table, counted, harmless, severity_mark, thousands};
use crate::progress::ProgressLine;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost work --until-idle              do all there is to do, then stop
  seinpost work --until-idle --dry-run    the same up to ready-to-send, and show who would be told
  seinpost work                           go on until Ctrl-C; see `seinpost worker` for more of them

A job that fails is tried again later. Killing the program at any moment loses nothing.
Exit code 1 when something could not be done: a job failed, or a message was refused.";

/// Messages that a dry run lists.
const PREVIEW_MAX: i64 = 10_000;

/// Read what was gathered, find whose it is, make the messages and hand them over
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Work {
    /// Stop when there is nothing left to do
    #[arg(long)]
    until_idle: bool,
    /// Hand nothing over; show which messages would go to whom
    #[arg(long, requires = "until_idle")]
    dry_run: bool,
}

impl Work {
    /// It goes on until somebody stops it.
    pub(crate) fn runs_for_long(&self) -> bool {
        !self.until_idle
    }

    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let flow = session.open_flow()?;
        let _lock = lock_worker(&session.settings, &flow.store)?;
        let progress = ProgressLine::new(session.quiet);
        let stop = stop_mark()?;
        let worker = Worker::new(&flow, &progress).stopped_by(&stop);
        if !self.until_idle {
            session.note("working; Ctrl-C stops");
            worker.run()?;
            return Ok(Answer::Done);
        }
        let worker = if self.dry_run {
            worker.without_distribution()
        } else {
            worker
        };
        let worked = worker.run_until_idle()?;
        drop(progress);
        let preview = if self.dry_run {
            Some(preview(&flow)?)
        } else {
            None
        };
        print(session, &flow, &worked, preview.as_ref())?;
        Ok(Answer::done_if(
            worked.failures.is_empty() && worked.not_handed_over.is_empty(),
        ))
    }
}

#[derive(Serialize)]
struct WorkedView<'w> {
    jobs: u64,
    rows_read: i64,
    rows_accepted: i64,
    rows_duplicate: i64,
    rows_quarantined: i64,
    rows_refused: i64,
    handed_over: u64,
    failures: &'w [String],
    not_handed_over: &'w [String],
    distribution_stopped: Option<&'w str>,
    next_due: Option<String>,
    steps: Vec<StepView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_send: Option<&'w Preview>,
}

/// What a step of the flow did in this run.
#[derive(Serialize)]
struct StepView {
    step: &'static str,
    count: u64,
    seconds: f64,
}

fn steps(flow: &Flow) -> Vec<StepView> {
    let view = |step: &Step| {
        let done = flow.meter.done(*step);
        StepView {
            step: step.as_str(),
            count: done.count,
            seconds: done.time.as_secs_f64(),
        }
    };
    Step::ALL.iter().map(view).collect()
}

/// Rows by verdict, and where to look for the reasons.
fn print_rows(out: &mut impl Write, rows: &BatchCounts) -> std::io::Result<()> {
    if rows.rows_read == 0 {
        return Ok(());
    }
    let verdicts = [
        (rows.accepted, "accepted"),
        (rows.duplicate, "duplicate"),
        (rows.quarantined, "quarantined"),
        (rows.refused, "refused"),
    ];
    let some = verdicts.iter().filter(|(count, _)| *count > 0);
    let words: Vec<_> = some
        .map(|(count, verdict)| format!("{} {verdict}", thousands(*count)))
        .collect();
    writeln!(
        out,
        "{}: {}",
        counted(i128::from(rows.rows_read), "row"),
        words.join(", ")
    )?;
    if rows.quarantined + rows.refused > 0 {
        writeln!(
            out,
            "reasons: `seinpost batch list`, then `seinpost batch show NUMBER`"
        )?;
    }
    Ok(())
}

/// What a dry run shows.
#[derive(Serialize)]
struct Preview {
    messages: Vec<PreviewView>,
    /// Why nothing would go out at all, if so.
    obstacles: Vec<String>,
}

/// A message that would go out.
#[derive(Serialize)]
struct PreviewView {
    reference: String,
    to: Vec<String>,
    /// Those of `to` who get it later, and when.
    waiting: Vec<(String, String)>,
    recipient: String,
    severity: String,
    lines: i64,
    subject: String,
    /// It waits for approval first.
    held: bool,
}

fn print(
    session: &mut Session,
    flow: &Flow,
    worked: &Worked,
    preview: Option<&Preview>,
) -> anyhow::Result<()> {
    if session.json {
        return Ok(session.out.json(&WorkedView {
            jobs: worked.jobs,
            rows_read: worked.rows.rows_read,
            rows_accepted: worked.rows.accepted,
            rows_duplicate: worked.rows.duplicate,
            rows_quarantined: worked.rows.quarantined,
            rows_refused: worked.rows.refused,
            handed_over: worked.handed_over,
            failures: &worked.failures,
            not_handed_over: &worked.not_handed_over,
            distribution_stopped: worked.distribution_stopped.as_deref(),
            next_due: worked.next_due.map(|due| due.to_string()),
            steps: steps(flow),
            would_send: preview,
        })?);
    }
    let out = &mut session.out;
    write!(out, "{} done", counted(i128::from(worked.jobs), "job"))?;
    match preview {
        None => writeln!(
            out,
            ", {} handed over",
            counted(i128::from(worked.handed_over), "mail")
        )?,
        Some(_) => writeln!(out, ", nothing handed over: --dry-run")?,
    }
    print_rows(out, &worked.rows)?;
    for failure in &worked.failures {
        writeln!(out, "failed: {}", harmless(failure))?;
    }
    for reason in &worked.not_handed_over {
        writeln!(out, "not handed over: {}", harmless(reason))?;
    }
    if let Some(due) = worked.next_due {
        writeln!(out, "more work is due at {due}")?;
    }
    match preview {
        Some(preview) => print_preview(out, preview)?,
        None => {
            if let Some(why) = &worked.distribution_stopped {
                writeln!(out, "waiting: {}", harmless(why))?;
            }
        }
    }
    Ok(())
}

fn print_preview(out: &mut impl Write, preview: &Preview) -> std::io::Result<()> {
    if preview.messages.is_empty() {
        return writeln!(out, "no message is ready to send");
    }
    writeln!(
        out,
        "\n{} would go out:",
        counted(preview.messages.len() as i64, "message")
    )?;
    let mut table = Table::new(["reference", "severity", "lines", "to", "subject"]);
    for message in &preview.messages {
        let held = if message.held { " (held)" } else { "" };
        table.row([
            format!("{}{held}", message.reference),
            message.severity.clone(),
            message.lines.to_string(),
            message.to.join(", "),
            message.subject.clone(),
        ]);
    }
    table.write(out, "  ")?;
    for message in &preview.messages {
        for (address, until) in &message.waiting {
            writeln!(
                out,
                "{} waits until {until} for the office hours of {address}",
                message.reference
            )?;
        }
    }
    for obstacle in &preview.obstacles {
        writeln!(out, "\nbut first: {}", harmless(obstacle))?;
    }
    Ok(())
}

/// The messages that are ready or wait for approval, with the text that they would have.
fn preview(flow: &Flow) -> anyhow::Result<Preview> {
    let desks = flow.store.read(|tx| tx.desks())?;
    let mut waiting = Vec::new();
    for state in [NotificationState::Approved, NotificationState::Held] {
        waiting.extend(
            flow.store
                .read(|tx| tx.notifications_in(state, 0, PREVIEW_MAX))?,
        );
    }
    waiting.sort_by_key(|notification| notification.notification_no);
    let mut obstacles = HashMap::new();
    for desk in &desks {
        let concerned = waiting
            .iter()
            .any(|notification| notification.key.desk_no == desk.desk_no);
        if let (true, Some(why)) = (concerned, obstacle(flow, desk)?) {
            obstacles.insert(desk.desk_no, why);
        }
    }
    let messages: anyhow::Result<Vec<_>> = waiting
        .iter()
        .map(|notification| preview_of(flow, &desks, notification))
        .collect();
    let mut obstacles: Vec<String> = obstacles.into_values().collect();
    obstacles.sort();
    obstacles.dedup();
    Ok(Preview {
        messages: messages?,
        obstacles,
    })
}

fn preview_of(
    flow: &Flow,
    desks: &[Desk],
    notification: &Notification,
) -> anyhow::Result<PreviewView> {
    let desk = desks
        .iter()
        .find(|desk| desk.desk_no == notification.key.desk_no);
    let now = flow.clock.now();
    let (to, recipient) = flow.store.read(|tx| {
        let to = match desk {
            Some(desk) => addresses_of(tx, notification, desk, now)?,
            None => Vec::new(),
        };
        Ok::<_, store::StoreError>((to, tx.party(notification.key.recipient_no)?))
    })?;
    Ok(PreviewView {
        reference: notification.reference(),
        to: to
            .iter()
            .map(|(address, _)| address.as_str().to_owned())
            .collect(),
        waiting: to
            .iter()
            .filter_map(|(address, until)| {
                Some((address.as_str().to_owned(), (*until)?.to_string()))
            })
            .collect(),
        recipient: recipient.map(|party| party.name).unwrap_or_default(),
        severity: severity_mark(notification.key.severity),
        lines: notification.lines,
        subject: compose(&flow.store, notification)?.subject,
        held: notification.state == NotificationState::Held,
    })
}
