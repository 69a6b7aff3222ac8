//! The log, on standard error: for people, or as JSON, one object a line.
//!
//! What is logged is events with numbers and closed words (`pipeline` lists its own in `events.rs`): no names, addresses
//! or evidence, at any level.

use std::io::IsTerminal;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::problem::wrong;
use crate::settings::{LogFormat, Settings};

/// Crates whose events hold nothing that a log must not: our own.
const OWN: [&str; 4] = ["seinpost", "pipeline", "store", "web"];

/// Begins to log. Without a filter of the operator, a program that runs for long tells events, others only warnings.
///
/// # Errors
/// When the filter of the operator is none.
pub(crate) fn start(settings: &Settings, verbose: u8, runs_for_long: bool) -> anyhow::Result<()> {
    let filter = filter(settings.log.as_deref(), verbose, runs_for_long)?;
    let own_below_warnings =
        filter_fn(|event| is_own(event.target()) || LevelFilter::WARN >= *event.level());
    let to_stderr = fmt::layer().with_writer(std::io::stderr);
    let lines = match settings.log_format {
        LogFormat::Json => to_stderr
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .boxed(),
        LogFormat::Text => {
            let is_plain = std::env::var_os("NO_COLOR").is_some();
            let is_terminal = std::io::stderr().is_terminal();
            to_stderr.with_ansi(is_terminal && !is_plain).boxed()
        }
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(own_below_warnings)
        .with(lines)
        .init();
    if runs_for_long {
        log_panics();
    }
    Ok(())
}

fn filter(given: Option<&str>, verbose: u8, runs_for_long: bool) -> anyhow::Result<EnvFilter> {
    if let Some(text) = given {
        return EnvFilter::try_new(text).map_err(|error| {
            wrong(format!("`log` is not a filter: {error}"))
                .hint("try `info` or `pipeline=debug`")
                .into()
        });
    }
    let level = match (verbose, runs_for_long) {
        (0, false) => "warn",
        (0, true) | (1, _) => "info",
        (2, _) => "debug",
        (_, _) => "trace",
    };
    let own = OWN.map(|name| format!("{name}={level}")).join(",");
    Ok(EnvFilter::new(format!("warn,{own}")))
}

/// Other people's code may log what we would not, such as a conversation with a mail server: of it only warnings.
fn is_own(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or_default();
    OWN.contains(&name)
}

/// A panic is an event like the others: where it was, without its text, which can quote anything.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        tracing::error!(thread, place, "panicked");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_code_is_heard_below_warnings() {
        for (target, want) in [
            ("pipeline::events", true),
            ("seinpost", true),
            ("lettre::transport::smtp", false),
            ("storeroom", false),
            ("", false),
        ] {
            assert_eq!(is_own(target), want, "{target}");
        }
    }

    #[test]
    fn a_filter_that_is_none_is_refused() {
        assert!(filter(Some("pipeline=loud"), 0, true).is_err());
        assert_eq!(filter(Some("debug"), 3, true).unwrap().to_string(), "debug");
    }
}
