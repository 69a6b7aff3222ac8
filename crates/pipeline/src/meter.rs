//! What each step of the flow did since the process began, for the metrics and for `seinpost bench`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

model::vocabulary! {
    /// A step whose work is counted apart.
    pub enum Step: "step" {
        /// A delivery is taken in. Counts bytes kept.
        Gather = 0 => "gather",
        /// Rows become observations, sorted by finding. Counts rows.
        Decode = 1 => "decode",
        /// Owners are looked up. Counts endpoints.
        Match = 2 => "match",
        /// A chunk is decided and written: findings, observations, matches, lines. Counts rows.
        Write = 3 => "write",
        /// The transaction of a chunk is made durable. Counts rows.
        Commit = 4 => "commit",
        /// Mails are written. Counts mails.
        Compose = 5 => "compose",
        /// Mails are handed over, with what came of it. Counts mails.
        HandOver = 6 => "hand-over",
        /// The register is read into memory. Counts assets.
        Register = 7 => "register",
        /// Findings are looked up that a chunk may be about, beside the transaction of the chunk before it. Counts keys.
        LookUp = 8 => "look-up",
    }
}

model::vocabulary! {
    /// What went wrong in the flow and was dealt with: tried again later, or left for a person.
    pub enum Failure: "failure" {
        /// A job failed and is tried again.
        Job = 0 => "job",
        /// A job failed for the last time and waits for a person.
        JobGivenUp = 1 => "job-given-up",
        /// A mail was not taken now and is tried again.
        MailDeferred = 2 => "mail-deferred",
        /// A mail was refused for good, or could not be written.
        MailRefused = 3 => "mail-refused",
        /// The store did not answer; the worker waits for it.
        Store = 4 => "store",
    }
}

/// Adds up counts and times by step. Shared by the threads of a process; reading it stops nobody.
#[derive(Debug, Default)]
pub struct Meter {
    steps: [Counter; 9],
    failures: [AtomicU64; 5],
    register: Mutex<Option<RegisterLoad>>,
}

/// The register that is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterLoad {
    /// Its version.
    pub version: i64,
    /// How long reading it took.
    pub time: Duration,
}

#[derive(Debug, Default)]
struct Counter {
    count: AtomicU64,
    nanos: AtomicU64,
}

/// What a step did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// In the unit that [`Step`] names.
    pub count: u64,
    /// Time of its thread, waiting for the store included.
    pub time: Duration,
}

impl Meter {
    /// Counts what a step did since `began`.
    pub(crate) fn add(&self, step: Step, count: u64, began: Instant) {
        let counter = &self.steps[step.code() as usize];
        counter.count.fetch_add(count, Ordering::Relaxed);
        let nanos = began.elapsed().as_nanos() as u64;
        counter.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// What a step did so far.
    pub fn done(&self, step: Step) -> Done {
        let counter = &self.steps[step.code() as usize];
        Done {
            count: counter.count.load(Ordering::Relaxed),
            time: Duration::from_nanos(counter.nanos.load(Ordering::Relaxed)),
        }
    }
    /// Counts a failure.
    pub(crate) fn fail(&self, failure: Failure) {
        self.failures[failure.code() as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often this went wrong so far.
    pub fn failures(&self, failure: Failure) -> u64 {
        self.failures[failure.code() as usize].load(Ordering::Relaxed)
    }

    /// Notes that the register was read.
    pub(crate) fn note_register(&self, load: RegisterLoad) {
        *self.register.lock().unwrap_or_else(PoisonError::into_inner) = Some(load);
    }

    /// The register that was read last, if any was.
    pub fn register(&self) -> Option<RegisterLoad> {
        *self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
