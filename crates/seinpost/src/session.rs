//! What every command works with: settings, standard output, and how much it may say.

use std::io::Write;

use model::{IdKind, Timestamp};
use pipeline::Clock;
use store::{Desk, Installation, Store};
use uuid::Uuid;

use crate::output::Out;
use crate::problem::{Problem, wrong};
use crate::settings::Settings;

/// One run of the program.
pub(crate) struct Session {
    /// What holds.
    pub(crate) settings: Settings,
    /// Where answers go.
    pub(crate) out: Out,
    /// Answers are for a program.
    pub(crate) json: bool,
    /// Nothing but answers and errors.
    pub(crate) quiet: bool,
}

/// How a command that ran to its end ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What was asked for is done.
    Done,
    /// The answer is no, or part of the input was wrong and said so.
    No,
}

impl Answer {
    /// `Done` if `is_good`.
    pub(crate) fn done_if(is_good: bool) -> Self {
        if is_good { Self::Done } else { Self::No }
    }
}

impl Session {
    /// Says something beside the answer, on standard error.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.quiet {
            // In order with what was answered before, where both go to one terminal.
            let _ = self.out.flush();
            eprintln!("{text}");
        }
    }

    /// What time it is for this run.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The clock of this run.
    pub(crate) fn clock(&self) -> Clock {
        self.settings.now.map_or(Clock::System, Clock::Fixed)
    }
}

/// Who acts, for the audit trail: the name under which the person is logged in.
pub(crate) fn actor() -> String {
    let name = ["SUDO_USER", "USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("command line: {}", model::shown(&name)),
        None => "command line".to_owned(),
    }
}

/// The desk of that name, or without a name the first one.
pub(crate) fn desk_named(store: &Store, name: Option<&str>) -> anyhow::Result<Desk> {
    let found = store.read(|tx| tx.desk_named(name))?;
    found.ok_or_else(|| {
        let name = model::shown(name.unwrap_or_default());
        wrong(format!("there is no desk `{name}`"))
            .hint("see the desks with `seinpost desk show`, or make one with `seinpost desk add NAME`")
            .into()
    })
}

/// Something that people name at the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A finding, by its number.
    Finding(i64),
    /// A notification, by its number.
    Notification(i64),
}

/// No message has this reference.
pub(crate) fn no_message(id: &str) -> Problem {
    wrong(format!("there is no message {}", model::shown(id)))
        .hint("`seinpost queue list` names those that wait, `seinpost export notifications` all")
}

/// Reads a public id or a reference such as `NTF-2026-000042`. Whether it is there is for the caller to find out.
pub(crate) fn named(installation: &Installation, text: &str) -> anyhow::Result<Named> {
    if let Some(number) = store::Notification::number_in(&text.trim().to_uppercase()) {
        return Ok(Named::Notification(number));
    }
    let number = |kind, id: &Uuid| {
        installation
            .id_key
            .number_of(kind, id)
            .and_then(|number| i64::try_from(number).ok())
    };
    if let Ok(id) = text.trim().parse::<Uuid>() {
        if let Some(number) = number(IdKind::Finding, &id) {
            return Ok(Named::Finding(number));
        }
        if let Some(number) = number(IdKind::Notification, &id) {
            return Ok(Named::Notification(number));
        }
        let text = format!("`{id}` is not a finding or notification of this installation");
        return Err(wrong(text)
            .hint("check `--data`: `seinpost config` says which installation this is")
            .into());
    }
    let text = format!("`{}` is not an id", model::shown(text));
    Err(wrong(text)
        .hint("give a reference such as `NTF-2026-000042`, or a finding as `seinpost export findings` shows it")
        .into())
}
