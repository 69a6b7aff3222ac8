//! `seinpost catalogue check`: whether texts keep the rules.

use std::io::Write;
use std::path::{Path, PathBuf};

use rules::catalogue::Catalogue as Texts;
use rules::catalogue::check::{Mistake, check, check_replaces};
use serde::Serialize;

use super::{every_text, read};
use crate::output::counted;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost catalogue check
  seinpost catalogue check open-rdp.toml new-threat.toml
  seinpost catalogue check *.toml --json

Without files it checks the texts that are part of this program. The rules are those of the
tests: complete, dated, one sentence for what, at most two for the consequence, at most five
steps; no jargon, no commands and short sentences for entrepreneurs; ids that exist and are
the same in both languages; and no text leaves something over in a mail. The exit code is 1 if
anything is wrong. A file named like a threat of this program needs a higher version.";

/// Check texts against the rules: those of this program, or files before they are put in
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Check {
    /// Files to check; each is named after its slug [default: the texts of this program]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct CheckView {
    checked: usize,
    mistakes: Vec<MistakeView>,
}

#[derive(Serialize)]
struct MistakeView {
    slug: String,
    field: String,
    problem: String,
}

impl Check {
    pub(super) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let view = if self.files.is_empty() {
            CheckView::of(every_text().map(check))
        } else {
            CheckView::of(self.files.iter().map(|file| check_file(file)))
        };
        let is_good = view.mistakes.is_empty();
        if session.json {
            session.out.json(&view)?;
            return Ok(Answer::done_if(is_good));
        }
        for MistakeView {
            slug,
            field,
            problem,
        } in &view.mistakes
        {
            writeln!(session.out, "{slug}: {field}: {}", in_one_line(problem))?;
        }
        let checked = counted(view.checked as i64, "text");
        match view.mistakes.len() {
            0 => writeln!(session.out, "{checked} checked, nothing is wrong")?,
            count => writeln!(
                session.out,
                "{checked} checked, {}",
                counted(count as i64, "mistake")
            )?,
        }
        Ok(Answer::done_if(is_good))
    }
}

impl CheckView {
    fn of(checks: impl Iterator<Item = Vec<Mistake>>) -> Self {
        let mut view = Self {
            checked: 0,
            mistakes: Vec::new(),
        };
        for mistakes in checks {
            view.checked += 1;
            view.mistakes.extend(mistakes.into_iter().map(
                |Mistake {
                     slug,
                     field,
                     problem,
                 }| MistakeView {
                    slug,
                    field,
                    problem,
                },
            ));
        }
        view
    }
}

/// What is wrong with a file, the first thing being that it cannot be read.
fn check_file(path: &Path) -> Vec<Mistake> {
    match read(path) {
        Ok(threat) => {
            let present = Texts::builtin().get(&threat.slug);
            let mut mistakes = present
                .map(|present| check_replaces(&threat, present))
                .unwrap_or_default();
            mistakes.extend(check(&threat));
            mistakes
        }
        Err(error) => {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            vec![Mistake {
                slug: path.display().to_string(),
                field: "file".to_owned(),
                problem: causes.join(": "),
            }]
        }
    }
}

/// A problem on one line, safe for a terminal: it quotes a file that anybody may have written.
fn in_one_line(problem: &str) -> String {
    let line: Vec<&str> = problem.split_whitespace().collect();
    crate::output::harmless(&line.join(" "))
}
