//! The command line: global flags and the list of commands.

pub(crate) mod number;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::log;
use crate::output::Out;
use crate::problem::{self, wrong};
use crate::session::{Answer, Session};
use crate::settings::{Flags, LogFormat, Settings};

const AFTER_HELP: &str = "\
Examples:
  seinpost demo                                   a guided tour in a folder of its own
  seinpost import organisations organisations.csv
  seinpost gather reports/                        take reports in
  seinpost work --until-idle                      read, match, route and hand over
  seinpost status                                 where everything is

Settings: flags, then the environment (SEINPOST_DATA, SEINPOST_STORE, ...), then the file
seinpost.toml in the data folder, or where no folder is named /etc/seinpost/seinpost.toml if that
is there. `seinpost config` shows what holds and where it came from.

Exit codes: 0 done; 1 the answer is no, or the input is wrong; 2 we failed.";

/// Columns of a help text.
const HELP_COLUMNS: usize = 100;

/// Warns the owners of vulnerable and compromised systems: reports go in, messages that people understand come out.
#[derive(Parser)]
// Whatever the terminal: examples are broken where a shell can read them, and `clap` would break them elsewhere.
#[command(name = "seinpost", version, after_help = AFTER_HELP, subcommand_required = true, arg_required_else_help = true,
    term_width = HELP_COLUMNS)]
pub(crate) struct Cli {
    #[command(flatten)]
    global: GlobalFlags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
#[command(next_help_heading = "Global options")]
struct GlobalFlags {
    /// Folder of the installation [default: ./seinpost-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Settings file [default: seinpost.toml in the data folder, or /etc/seinpost/seinpost.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database instead of the file in the data folder, such as postgres://seinpost@localhost/seinpost
    #[arg(long, global = true, value_name = "URL")]
    store: Option<String>,
    /// `production`, or `test` for trying out: then documentation addresses count as real
    #[arg(long, global = true, value_name = "PROFILE")]
    profile: Option<String>,
    /// A clock that stands still, such as 2026-11-18T09:00:00Z; in the test profile only
    #[arg(long, global = true, value_name = "TIME")]
    now: Option<String>,
    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but answers and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// How the log on standard error is written: `text` or `json`
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Log more to standard error; -vv still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

impl GlobalFlags {
    fn settings_flags(&self) -> Flags {
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let given = [
            ("data", self.data.as_ref().map(path)),
            ("store", self.store.clone()),
            ("profile", self.profile.clone()),
            ("now", self.now.clone()),
            ("log-format", self.log_format.clone()),
        ];
        let values = given
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)))
            .collect();
        Flags {
            config: self.config.clone(),
            values,
        }
    }
}

/// Runs the program with the arguments of the process.
pub(crate) fn main() -> ExitCode {
    match run(std::env::args_os()) {
        Ok(code) => code,
        Err(error) => problem::report(&error),
    }
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> anyhow::Result<ExitCode> {
    let parsed = command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no failure, and there is nowhere left to say anything else.
            let _ = error.print();
            return Ok(ExitCode::from(if error.use_stderr() { 1 } else { 0 }));
        }
    };
    let mut flags = cli.global.settings_flags();
    cli.command.adjust(&mut flags);
    let settings = Settings::load(flags, &environment()?)?;
    let runs_for_long = cli.command.runs_for_long();
    log::start(&settings, cli.global.verbose, runs_for_long)?;
    // Then standard error is for a program: one object a line and nothing else.
    let is_log_alone = runs_for_long && settings.log_format == LogFormat::Json;
    let mut session = Session {
        settings,
        out: Out::new(),
        json: cli.global.json,
        quiet: cli.global.quiet || is_log_alone,
    };
    let answer = cli.command.run(&mut session);
    // What was answered before a failure is shown before the failure.
    let flushed = session.out.flush();
    if let (Err(error), true) = (&answer, runs_for_long) {
        let (error, hint) = problem::for_log(error);
        tracing::error!(error, hint, "failed");
    }
    if let (Err(error), true) = (&answer, is_log_alone) {
        return Ok(problem::exit_code(error));
    }
    let answer = answer?;
    flushed?;
    Ok(match answer {
        Answer::Done => ExitCode::SUCCESS,
        Answer::No => ExitCode::from(1),
    })
}

/// The command line as `clap` knows it.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Our variables of the environment.
fn environment() -> anyhow::Result<Vec<(String, String)>> {
    let ours =
        std::env::vars_os().filter_map(|(name, text)| Some((name.into_string().ok()?, text)));
    let ours = ours.filter(|(name, _)| name.starts_with("SEINPOST_"));
    ours.map(|(name, text)| {
        let text = text
            .into_string()
            .map_err(|_| wrong(format!("`{name}` in the environment is not UTF-8")))?;
        Ok((name, text))
    })
    .collect()
}

#[cfg(test)]
mod documented;
#[cfg(test)]
mod tests;
