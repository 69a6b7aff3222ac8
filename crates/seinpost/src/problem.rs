//! What went wrong, for the person at the command line: what, why, and what to do next.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::output::ReaderLeft;

/// Something that a person can put right: the input is wrong, or what was asked for is not there.
///
/// Errors of any other kind are failures of the program or of what it works with.
#[derive(Debug)]
pub(crate) struct Problem {
    text: String,
    hint: Option<String>,
    is_ours: bool,
}

/// The input is wrong, or the answer is no: exit code 1.
pub(crate) fn wrong(text: impl Into<String>) -> Problem {
    Problem {
        text: text.into(),
        hint: None,
        is_ours: false,
    }
}

/// We failed, and know what the next step is: exit code 2.
pub(crate) fn failed(text: impl Into<String>) -> Problem {
    Problem {
        text: text.into(),
        hint: None,
        is_ours: true,
    }
}

impl Problem {
    /// Adds the next step.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Problem {}

/// Prints an error, one line per cause, and gives the exit code that says whose fault it is.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_reader_gone(error) {
        return ExitCode::SUCCESS;
    }
    let mut before = String::new();
    for cause in error.chain() {
        let text = in_one_line(cause);
        // Some errors name their cause in their own words.
        if before.contains(&text) {
            continue;
        }
        let word = if before.is_empty() {
            "error"
        } else {
            "  because"
        };
        eprintln!("{word}: {text}");
        before = text;
    }
    if let Some(hint) = hint_for(error) {
        eprintln!("hint: {hint}");
    }
    exit_code(error)
}

/// A TOML error draws the line with a mark under it; the place and the words are enough.
fn in_one_line(cause: &(dyn std::error::Error + 'static)) -> String {
    let text = cause.to_string();
    match cause.downcast_ref::<toml::de::Error>() {
        Some(error) => format!(
            "{}: {}",
            text.lines().next().unwrap_or_default(),
            error.message()
        ),
        None => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// An error as it may stand in a log, and its hint. Of causes below the store and the flow only those parts are told that
/// hold no value of a row.
pub(crate) fn for_log(error: &anyhow::Error) -> (String, Option<&str>) {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<pipeline::FlowError>() {
            parts.push(error.for_log());
            break;
        }
        if let Some(error) = cause.downcast_ref::<store::StoreError>() {
            parts.push(error.for_log());
            break;
        }
        parts.push(in_one_line(cause));
    }
    (parts.join(": "), hint_for(error))
}

/// The exit code that says whose fault an error is.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    let is_theirs = problems(error).any(|problem| !problem.is_ours);
    ExitCode::from(if is_theirs || is_refusal(error) { 1 } else { 2 })
}

/// Whether the store did its work, and the answer is no.
fn is_refusal(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        matches!(
            cause.downcast_ref(),
            Some(
                store::StoreError::Moved { .. }
                    | store::StoreError::Moving { .. }
                    | store::StoreError::NotEmpty { .. }
            )
        )
    })
}

fn hint_for(error: &anyhow::Error) -> Option<&str> {
    if let Some(hint) = problems(error).find_map(|problem| problem.hint.as_deref()) {
        return Some(hint);
    }
    let store = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<store::StoreError>())?;
    match store {
        store::StoreError::Postgres(_) | store::StoreError::Access(_) => {
            Some("check `store` with `seinpost config`, and whether the database server answers")
        }
        store::StoreError::Migration { found, needed } if found > needed => {
            Some("a newer version of seinpost made these tables; use that version")
        }
        store::StoreError::Migration { .. } => Some("run `seinpost migrate` first"),
        store::StoreError::Moved { .. } => Some(
            "set `store` to that place, in the settings file or as SEINPOST_STORE; nothing was written here",
        ),
        store::StoreError::Moving { .. } => Some(
            "run `seinpost move --to` with that place again to end it, or with --undo to stay here",
        ),
        store::StoreError::NotEmpty { .. } => Some(
            "move into a database of its own: `createdb seinpost`; `seinpost move --dry-run` says whether it will do",
        ),
        store::StoreError::CopyDiffers { .. } => Some(
            "nothing was moved and this installation can be used; run `seinpost check --deep`, then try again",
        ),
        store::StoreError::Sqlite(_) | store::StoreError::File { .. } => Some(
            "check whether the data folder can be written and has space; `seinpost config` says where it is",
        ),
        _ => None,
    }
}

/// A problem that was attached as context is not a link of the chain itself.
fn problems(error: &anyhow::Error) -> impl Iterator<Item = &Problem> {
    let links = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Problem>());
    error.downcast_ref::<Problem>().into_iter().chain(links)
}

/// Whether the error is only that the reader of standard output had enough, as `head` has.
fn is_reader_gone(error: &anyhow::Error) -> bool {
    error.chain().any(holds_reader_left)
}

/// Writers wrap the errors of writers below them, and do not all name them as the source.
fn holds_reader_left(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<ReaderLeft>() {
        return true;
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error
            .get_ref()
            .is_some_and(|inner| holds_reader_left(inner));
    }
    match error.downcast_ref::<csv::Error>().map(csv::Error::kind) {
        Some(csv::ErrorKind::Io(inner)) => holds_reader_left(inner),
        _ => error
            .downcast_ref::<serde_json::Error>()
            .and_then(std::error::Error::source)
            .is_some_and(holds_reader_left),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn whose_fault_it_is_decides_the_exit_code() {
        for (error, want) in [
            (anyhow::Error::from(wrong("no such desk")), 1),
            (
                anyhow::Error::from(wrong("no such desk")).context("cannot read"),
                1,
            ),
            (
                anyhow::anyhow!("no such file")
                    .context(wrong("cannot open"))
                    .context("cannot import"),
                1,
            ),
            (anyhow::Error::from(failed("occupied")), 2),
            (anyhow::anyhow!("the disk is full"), 2),
        ] {
            assert_eq!(
                format!("{:?}", exit_code(&error)),
                format!("{:?}", ExitCode::from(want)),
                "{error}"
            );
        }
    }

    #[test]
    fn every_cause_is_one_line() {
        let error = "a = 1\nb = ".parse::<toml::Table>().unwrap_err();
        assert_eq!(
            in_one_line(&error).lines().count(),
            1,
            "{}",
            in_one_line(&error)
        );
        assert_eq!(in_one_line(&wrong("two\nlines")), "two lines");
    }

    #[test]
    fn a_hint_is_found_under_any_context() {
        let error = Err::<(), _>(wrong("x").hint("do this"))
            .context("reading")
            .unwrap_err();
        assert_eq!(hint_for(&error), Some("do this"));
    }
}
