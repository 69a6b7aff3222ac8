//! `seinpost security-txt`: whom to tell of a weakness in a website.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use formats::security_txt::{FILE_BYTES_MAX, Report, check};
use serde::Serialize;
use url::Url;

use crate::output::Table;
use crate::problem::wrong;
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost security-txt check security.txt
  seinpost security-txt check --at https://hospital.example/.well-known/security.txt security.txt
  curl -s https://hospital.example/.well-known/security.txt | seinpost security-txt check - --json";

/// Check a security.txt, which says whom to tell of a weakness (RFC 9116)
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SecurityTxt {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Say what is wrong with a file, line by line, and what to do; exit code 1 if it breaks a rule
    #[command(after_help = EXAMPLES)]
    Check {
        /// The file, or `-` for standard input
        file: PathBuf,
        /// Where it is on the web, to compare that with what it says
        #[arg(long, value_name = "ADDRESS")]
        at: Option<Url>,
    },
}

#[derive(Serialize)]
struct Shown {
    valid: bool,
    expires_at: Option<String>,
    contacts: Vec<String>,
    issues: Vec<ShownIssue>,
}

#[derive(Serialize)]
struct ShownIssue {
    /// `null`: about the whole.
    line: Option<u32>,
    problem: &'static str,
    weight: &'static str,
    advice: &'static str,
}

impl SecurityTxt {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let Action::Check { file, at } = self.action;
        let places: Vec<Url> = at.into_iter().collect();
        let report = check(&read(&file)?, &places, session.now());
        match session.json {
            true => session.out.json(&Shown::new(&report))?,
            false => print(session, &report)?,
        }
        Ok(Answer::done_if(report.is_right()))
    }
}

impl Shown {
    fn new(report: &Report) -> Self {
        let issues = report.issues.iter();
        Self {
            valid: report.is_right(),
            expires_at: report.expires.map(|at| at.to_string()),
            contacts: report.contacts.clone(),
            issues: issues
                .map(|issue| ShownIssue {
                    line: issue.line,
                    problem: issue.problem.as_str(),
                    weight: issue.problem.weight().as_str(),
                    advice: issue.problem.advice(),
                })
                .collect(),
        }
    }
}

fn print(session: &mut Session, report: &Report) -> anyhow::Result<()> {
    let mut table = Table::new(["line", "weight", "problem", "what to do"]);
    for issue in Shown::new(report).issues {
        let line = issue.line.map(|line| line.to_string());
        let line = line.unwrap_or_else(|| "-".to_owned());
        let words = [issue.weight, issue.problem, issue.advice].map(str::to_owned);
        let [weight, problem, advice] = words;
        table.row([line, weight, problem, advice]);
    }
    table.write(&mut session.out, "")?;
    let said = match report.is_right() {
        true => "it breaks no rule",
        false => "it breaks a rule",
    };
    writeln!(session.out, "{said}")?;
    Ok(())
}

/// The file, and a byte more than is looked at where it has more.
fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || wrong(format!("cannot read `{}`", file.display()));
    let input: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(fs::File::open(file).with_context(cannot)?),
    };
    let mut bytes = Vec::new();
    input
        .take(FILE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(cannot)?;
    Ok(bytes)
}
