//! `seinpost source quality`: what became of the reports of a source.

use std::io::Write;

use model::Day;
use rules::enrol::measure::{month_before, month_name, month_of, next_month, read_month};
use rules::source_quality::{Figures, TypeQuality, by_type, total};
use serde::Serialize;

use crate::lifecycle::Missing;
use crate::output::{Table, harmless};
use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost source quality shadowserver
  seinpost source quality shadowserver --from 2026-01 --until 2026-06
  seinpost source quality shadowserver --json

Numbers are counted once a day, for this month and the one before. They are for the desk: send a
source the document of its page /desk/sources, which tells no small number.";

/// Show what became of the reports of a source: rows, false alarms, what others saw too, and how fast it was
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Quality {
    /// Which source
    #[arg(value_name = "NAME")]
    source: String,
    /// First month, such as 2026-09 [default: the second one before the last]
    #[arg(long, value_name = "MONTH", value_parser = month)]
    from: Option<Day>,
    /// Last month [default: this one]
    #[arg(long, value_name = "MONTH", value_parser = month)]
    until: Option<Day>,
}

fn month(text: &str) -> Result<Day, String> {
    read_month(text).ok_or_else(|| "a month is expected, such as 2026-09".to_owned())
}

#[derive(Serialize)]
struct QualityView {
    source: String,
    from: String,
    until: String,
    types: Vec<Figures>,
}

impl Quality {
    pub(super) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let until = self.until.unwrap_or_else(|| month_of(session.now().day()));
        let from = self
            .from
            .unwrap_or_else(|| month_before(month_before(until)));
        if from > until {
            let text = format!("{} comes after {}", month_name(from), month_name(until));
            let problem = wrong(text).hint("give --from the first month and --until the last one");
            return Err(problem.into());
        }
        let store = session.open_store(Missing::Refuse)?;
        let tallies = store.read(|tx| {
            let sources = tx.sources()?.into_iter();
            let mut own = sources.filter(|source| source.reference == self.source);
            own.next()
                .map(|source| tx.source_tallies(source.party_no, (from, next_month(until))))
                .transpose()
        })?;
        let tallies = tallies.ok_or_else(|| {
            let text = format!("there is no source `{}`", harmless(&self.source));
            wrong(text)
                .hint("the page /desk/sources lists them; a source appears with its first delivery")
        })?;
        let tallies = tallies.into_iter();
        let types = by_type(tallies.map(|it| (it.report_type, it.kind, it.detail, it.total)));
        let mut figures: Vec<Figures> = types.iter().map(TypeQuality::figures).collect();
        if session.json {
            session.out.json(&QualityView {
                source: self.source,
                from: month_name(from),
                until: month_name(until),
                types: figures,
            })?;
            return Ok(Answer::Done);
        }
        if figures.is_empty() {
            session.note("nothing is counted of these months");
        }
        if figures.len() > 1 {
            figures.push(Figures {
                report_type: "all".to_owned(),
                ..total(&types).figures()
            });
        }
        rows(&figures).write(&mut session.out, "")?;
        if !figures.is_empty() {
            writeln!(session.out)?;
        }
        answers(&figures).write(&mut session.out, "")?;
        Ok(Answer::Done)
    }
}

fn rows(figures: &[Figures]) -> Table {
    let mut table = Table::new([
        "type",
        "rows",
        "accepted",
        "duplicate",
        "quarantined",
        "refused",
        "repaired",
        "observations",
        "hours",
    ]);
    for it in figures {
        let delay = it.delay_hours;
        table.row([
            harmless(&it.report_type),
            it.rows.to_string(),
            it.accepted.to_string(),
            it.duplicate.to_string(),
            it.quarantined.to_string(),
            it.refused.to_string(),
            it.repaired.to_string(),
            it.observations.to_string(),
            delay.map_or("-".to_owned(), |(half, most)| format!("{half}/{most}")),
        ]);
    }
    table
}

fn answers(figures: &[Figures]) -> Table {
    let mut table = Table::new([
        "type",
        "findings",
        "others too",
        "told",
        "answered",
        "confirmed",
        "false alarm",
        "share",
        "not ours",
    ]);
    for it in figures {
        let share = it.false_alarm_percent;
        table.row([
            harmless(&it.report_type),
            it.findings.to_string(),
            it.corroborated.to_string(),
            it.told.to_string(),
            it.answered.to_string(),
            it.confirmed.to_string(),
            it.false_alarms.to_string(),
            share.map_or("-".to_owned(), |percent| format!("{percent}%")),
            it.not_ours.to_string(),
        ]);
    }
    table
}
