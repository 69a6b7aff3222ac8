//! `seinpost check`: whether the state and the blobs are whole.

use std::io::Write;

use serde::Serialize;
use store::Checked;

use crate::lifecycle::{Missing, blobs};
use crate::output::{Table, thousands};
use crate::progress::ProgressLine;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost check           every counter against its rows, every row that names another, every blob
  seinpost check --deep    reads every blob and every page too; takes as long as reading them takes
  seinpost check --json

Changes nothing, but for tables of an older version, which are upgraded first. It can run beside
everything else. Exit code 1 when something is wrong:
docs/backup.md says what to do then.";

/// Check that the state is whole: counters against rows, rows against each other, blobs against names
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// Read the content of every blob, and every page of an embedded store
    #[arg(long)]
    deep: bool,
}

impl Check {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        let blobs = blobs(&session.settings)?;
        let progress = ProgressLine::new(session.quiet);
        let mut checked =
            store.check(self.deep, |name| progress.say(format!("checking {name}")))?;
        checked.extend(store.check_blobs(&blobs, self.deep, |name| {
            progress.say(format!("checking blob {name}"));
        })?);
        drop(progress);
        show(session, &checked)
    }
}

#[derive(Serialize)]
struct ChecksView<'c> {
    wrong: i64,
    checks: Vec<CheckView<'c>>,
}

#[derive(Serialize)]
struct CheckView<'c> {
    name: &'c str,
    about: &'c str,
    wrong: i64,
    examples: &'c [String],
}

/// Prints what was checked, one line each, or with `--quiet` only what is wrong; the answer is no when something is.
pub(crate) fn show(session: &mut Session, checked: &[Checked]) -> anyhow::Result<Answer> {
    let wrong: i64 = checked.iter().map(|checked| checked.wrong).sum();
    if session.json {
        let checks = checked.iter().map(|checked| CheckView {
            name: &checked.name,
            about: checked.about,
            wrong: checked.wrong,
            examples: &checked.examples,
        });
        session.out.json(&ChecksView {
            wrong,
            checks: checks.collect(),
        })?;
        return Ok(Answer::done_if(wrong == 0));
    }
    let is_shown = |checked: &&Checked| !session.quiet || checked.wrong > 0;
    let mut table = Table::new(["", "check", "wrong", "what must hold"]);
    for checked in checked.iter().filter(is_shown) {
        let verdict = if checked.wrong == 0 { "ok" } else { "WRONG" };
        let found = match checked.examples.len() as i64 {
            0 => checked.about.to_owned(),
            shown => {
                let more = if checked.wrong > shown { ", ..." } else { "" };
                let examples = model::shown(&checked.examples.join("; "));
                format!("{}: {examples}{more}", checked.about)
            }
        };
        table.row([
            verdict.to_owned(),
            checked.name.clone(),
            thousands(checked.wrong),
            found,
        ]);
    }
    table.write(&mut session.out, "")?;
    let defects = checked.iter().filter(|checked| checked.wrong > 0).count();
    match defects {
        0 if session.quiet => {}
        0 => writeln!(session.out, "\nall is well")?,
        _ => writeln!(
            session.out,
            "\n{defects} of {} checks found something wrong; docs/backup.md says what to do",
            checked.len()
        )?,
    }
    Ok(Answer::done_if(wrong == 0))
}
