//! `seinpost batch`: deliveries, and every row of them that was not accepted.

use std::io::Write;

use clap::Subcommand;
use message::{Decider, Retried};
use model::IdKind;
use serde::Serialize;
use store::{Batch as Delivery, Installation, Store};
use uuid::Uuid;

use crate::cli::number::within;
use crate::lifecycle::Missing;
use crate::output::{Table, counted, harmless, thousands};
use crate::problem::wrong;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost batch list
  seinpost batch show 1                       the number or the id from `batch list`
  seinpost batch show 1 --limit 1000 --json
  seinpost batch retry 1                      have the rest of a failed delivery read

Quarantined: the row can be read, and a field breaks a rule. Refused: it cannot be read as a row.";

/// See deliveries, and each row that was not accepted with the reason
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Batch {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List deliveries, newest first
    #[command(after_help = EXAMPLES)]
    List {
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "NUMBER", value_parser = within(0..=u32::MAX))]
        limit: u32,
    },
    /// Show one delivery with the rows that were not accepted
    #[command(after_help = EXAMPLES)]
    Show {
        /// Its number or id
        batch: String,
        /// At most so many rows
        #[arg(long, default_value_t = 100, value_name = "NUMBER", value_parser = within(0..=u32::MAX))]
        limit: u32,
    },
    /// Have the rest of a delivery read whose reading failed
    #[command(after_help = EXAMPLES)]
    Retry {
        /// Its number or id
        batch: String,
    },
}

#[derive(Serialize)]
struct BatchView {
    number: i64,
    batch: String,
    name: String,
    report_type: String,
    tlp: String,
    state: String,
    received_at: String,
    bytes: u64,
    rows: i64,
    accepted: i64,
    duplicate: i64,
    quarantined: i64,
    refused: i64,
}

#[derive(Serialize)]
struct DetailView {
    #[serde(flatten)]
    batch: BatchView,
    notices: Vec<String>,
    issues: Vec<IssueView>,
}

#[derive(Serialize)]
struct IssueView {
    line: i64,
    verdict: String,
    field: String,
    reason: String,
}

impl Batch {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        match self.action {
            Action::List { limit } => list(session, &store, limit),
            Action::Show { batch, limit } => show(session, &store, &batch, limit),
            Action::Retry { batch } => retry(session, &store, &batch),
        }
    }
}

fn list(session: &mut Session, store: &Store, limit: u32) -> anyhow::Result<Answer> {
    let installation = store.read(|tx| tx.installation())?;
    let batches = store.read(|tx| tx.newest_batches(limit.into()))?;
    let views: Vec<BatchView> = batches
        .iter()
        .map(|batch| view(&installation, batch))
        .collect();
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    let mut table = Table::new([
        "number",
        "received",
        "name",
        "state",
        "rows",
        "accepted",
        "duplicate",
        "not accepted",
    ]);
    for view in &views {
        table.row([
            view.number.to_string(),
            view.received_at.clone(),
            model::shown(&view.name),
            view.state.clone(),
            thousands(view.rows),
            thousands(view.accepted),
            thousands(view.duplicate),
            thousands(view.quarantined + view.refused),
        ]);
    }
    table.write(&mut session.out, "")?;
    if views.is_empty() {
        session.note("nothing came in yet; `seinpost gather --help` shows how");
    }
    Ok(Answer::Done)
}

/// The delivery that somebody names by number or id.
fn asked_for(store: &Store, installation: &Installation, asked: &str) -> anyhow::Result<Delivery> {
    let found = match number_of(installation, asked) {
        Some(number) => store.read(|tx| tx.batch(number))?,
        None => None,
    };
    found.ok_or_else(|| {
        let text = format!("there is no delivery `{}`", model::shown(asked));
        wrong(text).hint("`seinpost batch list` shows them").into()
    })
}

fn retry(session: &mut Session, store: &Store, asked: &str) -> anyhow::Result<Answer> {
    let installation = store.read(|tx| tx.installation())?;
    let batch = asked_for(store, &installation, asked)?;
    let (number, now) = (batch.batch_no, session.now());
    let name = actor();
    let decider = Decider { now, name: &name };
    match store.write(|tx| decider.retry(tx, number))? {
        Retried::Again => {}
        Retried::NotFailed => {
            let text = format!("delivery {number} did not fail: it is {}", batch.state);
            return Err(wrong(text).hint("there is nothing to read again").into());
        }
        Retried::NotAgreed => {
            let text = format!("delivery {number} is not read: its source may not deliver it now");
            let hint = "look at the page of the source: whether it is vetted, what is agreed, and until when";
            return Err(wrong(text).hint(hint).into());
        }
    }
    session.note("the rest of it waits to be read: `seinpost work --until-idle`, unless `seinpost serve` runs");
    Ok(Answer::Done)
}

fn show(session: &mut Session, store: &Store, asked: &str, limit: u32) -> anyhow::Result<Answer> {
    let installation = store.read(|tx| tx.installation())?;
    let batch = asked_for(store, &installation, asked)?;
    let (notices, issues) = store.read(|tx| {
        Ok::<_, store::StoreError>((
            tx.notices(batch.batch_no)?,
            tx.issues(batch.batch_no, limit.into())?,
        ))
    })?;
    let detail = DetailView {
        batch: view(&installation, &batch),
        notices: notices
            .into_iter()
            .map(|notice| format!("{}: {}", notice.kind, notice.text))
            .collect(),
        issues: issues
            .into_iter()
            .map(|(line, verdict, field, reason)| IssueView {
                line,
                verdict: verdict.to_string(),
                field,
                reason,
            })
            .collect(),
    };
    if session.json {
        session.out.json(&detail)?;
    } else {
        print(&mut session.out, &detail)?;
    }
    Ok(Answer::Done)
}

fn number_of(installation: &Installation, asked: &str) -> Option<i64> {
    if let Ok(number) = asked.trim().parse() {
        return Some(number);
    }
    let id: Uuid = asked.trim().parse().ok()?;
    installation
        .id_key
        .number_of(IdKind::Batch, &id)
        .and_then(|number| i64::try_from(number).ok())
}

fn print(out: &mut impl Write, detail: &DetailView) -> std::io::Result<()> {
    let batch = &detail.batch;
    writeln!(out, "delivery {} ({})", batch.number, batch.batch)?;
    writeln!(
        out,
        "  {}: {}, {}, {} bytes",
        harmless(&batch.name),
        batch.report_type,
        batch.tlp,
        thousands(i128::from(batch.bytes))
    )?;
    writeln!(out, "  received {}, {}", batch.received_at, batch.state)?;
    writeln!(
        out,
        "  {}: {} accepted, {} duplicate, {} quarantined, {} refused",
        counted(batch.rows, "row"),
        thousands(batch.accepted),
        thousands(batch.duplicate),
        thousands(batch.quarantined),
        thousands(batch.refused)
    )?;
    for notice in &detail.notices {
        writeln!(out, "  {}", harmless(notice))?;
    }
    let mut table = Table::new(["line", "verdict", "field", "reason"]);
    for issue in &detail.issues {
        let IssueView {
            line,
            verdict,
            field,
            reason,
        } = issue;
        table.row([
            line.to_string(),
            verdict.clone(),
            harmless(field),
            harmless(reason),
        ]);
    }
    if !detail.issues.is_empty() {
        writeln!(out, "\nRows that were not accepted")?;
    }
    table.write(out, "  ")?;
    let left = batch.quarantined + batch.refused - detail.issues.len() as i64;
    if left > 0 {
        writeln!(
            out,
            "  and {} more: --limit {}",
            thousands(left),
            batch.quarantined + batch.refused
        )?;
    }
    Ok(())
}

fn view(installation: &Installation, batch: &Delivery) -> BatchView {
    BatchView {
        number: batch.batch_no,
        batch: installation
            .id_key
            .public_id(IdKind::Batch, batch.batch_no as u64)
            .to_string(),
        name: batch.name.clone(),
        report_type: batch.report_type.clone(),
        tlp: batch.tlp.to_string(),
        state: batch.state.to_string(),
        received_at: batch.received_at.to_string(),
        bytes: batch.blob_bytes,
        rows: batch.counts.rows_read,
        accepted: batch.counts.accepted,
        duplicate: batch.counts.duplicate,
        quarantined: batch.counts.quarantined,
        refused: batch.counts.refused,
    }
}
