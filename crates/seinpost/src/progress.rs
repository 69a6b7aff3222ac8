//! How far long work is: on standard error, and only where a person looks at it.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pipeline::worker::Progress;

use crate::output::thousands;

/// How often the line moves while nothing is heard.
const TICK: Duration = Duration::from_millis(200);

/// A line that tells how far long work is. Says nothing where standard error is not a terminal.
pub(crate) struct ProgressLine {
    bar: ProgressBar,
    current: Mutex<(String, Instant)>,
}

impl ProgressLine {
    /// A line, or with `is_quiet` none.
    pub(crate) fn new(is_quiet: bool) -> Self {
        let target = if is_quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self {
            bar,
            current: Mutex::new((String::new(), Instant::now())),
        }
    }

    /// Says what is being done.
    pub(crate) fn say(&self, text: String) {
        self.bar.set_message(text);
    }

    /// Takes the line away, before something else is written.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for ProgressLine {
    fn rows(&self, what: &str, done: i64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 != what {
            *current = (what.to_owned(), Instant::now());
        }
        let seconds = current.1.elapsed().as_secs_f64();
        let pace = if seconds > 0.5 {
            done as f64 / seconds
        } else {
            0.0
        };
        let pace = if pace > 0.0 {
            format!(" ({}/s)", thousands(pace as i64))
        } else {
            String::new()
        };
        self.say(format!(
            "{}: {} rows{pace}",
            model::shown(what),
            thousands(done)
        ));
    }

    fn messages(&self, done: u64) {
        self.say(format!("{} messages handed over", thousands(done)));
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.end();
    }
}
