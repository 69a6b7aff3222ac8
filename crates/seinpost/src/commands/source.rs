//! `seinpost source`: what is known of those who report.

mod quality;

use clap::Subcommand;
use serde::Serialize;
use store::DriftRow;

use crate::lifecycle::Missing;
use crate::output::{Table, harmless};
use crate::session::{Answer, Session};
use quality::Quality;

const EXAMPLES: &str = "\
Examples:
  seinpost source drift
  seinpost source drift --source shadowserver
  seinpost source drift --json
  seinpost source quality shadowserver

`new` is a column that nobody expected: it is kept as evidence. `missing` is a column that
reports of this type always had. `unknown-type` is a type of report that no table of ours
describes: its rows are taken in by their columns, as `other/undetermined`. A difference
stays listed; `last` says whether it is still there.";

/// See what sources deliver, and how it changed
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Source {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List how the columns of reports differ from what their type is known to have, and since when
    #[command(after_help = EXAMPLES)]
    Drift {
        /// Only of this source
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
    },
    Quality(Quality),
}

#[derive(Serialize)]
struct DriftView {
    source: String,
    report_type: String,
    kind: String,
    column: String,
    first: String,
    last: String,
    batches: i64,
}

impl From<DriftRow> for DriftView {
    fn from(row: DriftRow) -> Self {
        Self {
            source: row.source,
            report_type: row.report_type,
            kind: row.kind,
            column: row.column,
            first: row.first_at.to_string(),
            last: row.last_at.to_string(),
            batches: row.batches,
        }
    }
}

impl Source {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::Drift { source } => drift(session, source.as_deref()),
            Action::Quality(quality) => quality.run(session),
        }
    }
}

fn drift(session: &mut Session, only: Option<&str>) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let rows = store.read(|tx| tx.drift(None))?;
    let rows = rows
        .into_iter()
        .filter(|row| only.is_none_or(|only| row.source == only));
    let views: Vec<DriftView> = rows.map(DriftView::from).collect();
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    if views.is_empty() {
        session.note("every report had the columns that its type is known to have");
    }
    let mut table = Table::new([
        "source",
        "type",
        "kind",
        "column",
        "first",
        "last",
        "deliveries",
    ]);
    for view in views {
        table.row([
            harmless(&view.source),
            harmless(&view.report_type),
            view.kind,
            harmless(&view.column),
            view.first,
            view.last,
            view.batches.to_string(),
        ]);
    }
    table.write(&mut session.out, "")?;
    Ok(Answer::Done)
}
