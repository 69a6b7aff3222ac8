//! `seinpost serve`, started for a measurement and stopped after it.

use std::net::TcpListener;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::measure::Runner;
use crate::problem::failed;

/// How long it may take to start.
const START_WAIT: Duration = Duration::from_secs(60);

/// The running program. It ends with this value.
pub(super) struct Serving {
    child: Child,
    /// Where its pages are: scheme, host and port.
    pub(super) origin: String,
}

impl Serving {
    /// Starts it on a port of its own, and waits until it offers pages.
    ///
    /// # Errors
    /// When it does not come so far.
    pub(super) fn start(runner: &Runner, options: &[&str]) -> anyhow::Result<Self> {
        // A port that nobody uses at this moment.
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on 127.0.0.1")?;
        let address = listener.local_addr()?.to_string();
        drop(listener);
        let arguments = [&["serve", "--listen", &address], options].concat();
        let mut serving = Self {
            child: runner.start(&arguments)?,
            origin: format!("http://{address}"),
        };
        serving.wait_until_ready()?;
        Ok(serving)
    }

    /// Its number among the processes of this machine.
    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let url = format!("{}/readyz", self.origin);
        let every = Duration::from_millis(50);
        self.wait_until("offer pages", START_WAIT, every, || {
            Ok(ureq::get(&url).call().is_ok())
        })
    }

    /// Asks again and again whether it is so far, but no longer than `wait`.
    ///
    /// # Errors
    /// When it is not so by then, when the program ends before, and what asking gives.
    pub(super) fn wait_until(
        &mut self,
        what: &str,
        wait: Duration,
        every: Duration,
        mut is_so: impl FnMut() -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let began = Instant::now();
        while !is_so()? {
            if let Some(code) = self.child.try_wait()? {
                return Err(failed(format!("`seinpost serve` ended with {code}")).into());
            }
            if began.elapsed() > wait {
                let seconds = wait.as_secs();
                let text = format!("`seinpost serve` did not {what} within {seconds} seconds");
                return Err(failed(text).into());
            }
            thread::sleep(every);
        }
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
