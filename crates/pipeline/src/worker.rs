//! Claims jobs and runs them, then hands over what is ready.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use model::Timestamp;
use store::{Batch, BatchCounts, BatchState, Job, Stage, StoreError};

use crate::distribute;
use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::Failure;
use crate::upkeep::Upkeep;
use crate::{matching, process};

/// How long an idle worker waits before it looks at its mark to stop.
const IDLE_WAIT: Duration = Duration::from_secs(1);

/// Longest break that the reading of a batch takes to hand over what is critical: well within its lease.
const URGENT_TIME: Duration = Duration::from_secs(20);

/// Hears how far long work is.
pub trait Progress: Sync {
    /// So many rows of this thing are done.
    fn rows(&self, what: &str, done: i64);
    /// So many messages were handed over.
    fn messages(&self, done: u64);
    /// The worker's loop came round, with or without work.
    fn alive(&self) {}
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn rows(&self, _: &str, _: i64) {}
    fn messages(&self, _: u64) {}
}

/// What a worker did until it was idle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Jobs that were done.
    pub jobs: u64,
    /// Jobs that failed, with the reason; each is tried again later, five times in all.
    pub failures: Vec<String>,
    /// Rows of the deliveries that were read to their end.
    pub rows: BatchCounts,
    /// Messages handed over.
    pub handed_over: u64,
    /// Messages that were refused or must wait, with the reason.
    pub not_handed_over: Vec<String>,
    /// Why nothing is handed over at all, if so.
    pub distribution_stopped: Option<String>,
    /// When work is due that could not be done now.
    pub next_due: Option<Timestamp>,
}

/// Does the work of an installation.
pub struct Worker<'f> {
    flow: &'f Flow,
    name: String,
    progress: &'f dyn Progress,
    hands_over: bool,
}

impl<'f> Worker<'f> {
    /// A worker of this process.
    pub fn new(flow: &'f Flow, progress: &'f dyn Progress) -> Self {
        Self {
            flow,
            name: format!("process-{}", std::process::id()),
            progress,
            hands_over: true,
        }
    }

    /// Leaves messages where they are: everything up to ready-to-send is done, nothing is handed over.
    #[must_use]
    pub fn without_distribution(mut self) -> Self {
        self.hands_over = false;
        self
    }

    /// Works until nothing is due.
    ///
    /// # Errors
    /// When the store fails. A job that fails is reported in the answer.
    pub fn run_until_idle(&self) -> Result<Worked, FlowError> {
        let mut worked = Worked::default();
        while self.step(&mut worked)? {}
        worked.next_due = self.flow.store.read(|tx| tx.next_job_due())?;
        Ok(worked)
    }

    /// Works until `stop` is set; looks for new work at least twice a second.
    ///
    /// # Errors
    /// When the store fails in a way that waiting does not mend.
    pub fn run(&self, stop: &AtomicBool) -> Result<(), FlowError> {
        let mut upkeep = Upkeep::default();
        while !stop.load(Ordering::Relaxed) {
            let mut worked = Worked::default();
            let busy = match self.step(&mut worked) {
                Ok(busy) => busy,
                Err(FlowError::Store(error)) if error.is_transient() => {
                    self.flow.meter.fail(Failure::Store);
                    events::store_not_answering(&error);
                    false
                }
                Err(error) => return Err(error),
            };
            if !busy {
                upkeep.run_if_due(self.flow);
                self.flow.store.wait_for_work(IDLE_WAIT);
            }
        }
        Ok(())
    }

    /// Does one job and one round of distribution; says whether there was anything to do.
    fn step(&self, worked: &mut Worked) -> Result<bool, FlowError> {
        self.progress.alive();
        let now = self.flow.clock.now();
        let job = self.flow.store.write(|tx| tx.claim_job(&self.name, now))?;
        let had_job = job.is_some();
        if let Some(job) = job {
            self.run_job(&job, worked)?;
        }
        if !self.hands_over {
            return Ok(had_job);
        }
        let had_mail = self.distribute(worked, Duration::MAX)?;
        Ok(had_job || had_mail)
    }

    /// One round of distribution; says whether there was anything to hand over.
    fn distribute(&self, worked: &mut Worked, time: Duration) -> Result<bool, FlowError> {
        let round = distribute::run_round(self.flow, self.progress, time)?;
        worked.handed_over += round.handed_over;
        worked.not_handed_over.extend(round.not_handed_over);
        worked.distribution_stopped = round.stopped;
        Ok(round.had_work)
    }

    fn run_job(&self, job: &Job, worked: &mut Worked) -> Result<(), FlowError> {
        events::job_claimed(job, &self.name);
        let began = Instant::now();
        let outcome = match job.stage {
            Stage::Process => process::run(self.flow, job, self.progress, &mut || {
                if self.hands_over {
                    self.distribute(worked, URGENT_TIME)?;
                }
                Ok(())
            }),
            Stage::Rematch => matching::run(self.flow, job, self.progress),
        };
        match outcome {
            Ok(()) => {
                worked.jobs += 1;
                events::job_finished(job, began);
                if job.stage == Stage::Process
                    && let Some(batch) = self.flow.store.read(|tx| tx.batch(job.subject_no))?
                {
                    events::batch_ended(&batch);
                    worked.rows += batch.counts;
                }
            }
            // Another worker goes on with it; what this one wrote holds up to its last commit.
            Err(FlowError::Store(StoreError::LeaseLost { .. })) => events::job_lost(job),
            Err(error) => {
                let reason = reasons(&error);
                self.fail(job, &error, &reason)?;
                worked
                    .failures
                    .push(format!("{} {}: {reason}", job.stage, job.subject_no));
            }
        }
        Ok(())
    }

    /// Puts a failed job back for later. After the last try its batch is marked as failed, and what was read of it goes
    /// out: a person can have the rest read with `seinpost batch retry`.
    fn fail(&self, job: &Job, error: &FlowError, reason: &str) -> Result<(), FlowError> {
        let now = self.flow.clock.now();
        let failed = self.flow.store.write(|tx| {
            let is_last = tx.fail_job(job.lease(), reason, now)?;
            let batch = match job.stage {
                Stage::Process if is_last => tx.batch(job.subject_no)?,
                Stage::Process | Stage::Rematch => None,
            };
            if let Some(batch) = &batch {
                tx.add_notice(batch.batch_no, "failed", reason)?;
                tx.close_window(batch.urgent_window_no, now)?;
                tx.close_window(batch.window_no, now)?;
                tx.end_batch(batch.batch_no, BatchState::Failed, now)?;
            }
            Ok((is_last, batch))
        });
        let (is_last, batch) = match failed {
            Err(StoreError::LeaseLost { .. }) => {
                events::job_lost(job);
                return Ok(());
            }
            failed => failed?,
        };
        events::job_failed(job, error, is_last);
        self.flow.meter.fail(match is_last {
            true => Failure::JobGivenUp,
            false => Failure::Job,
        });
        if let Some(batch) = batch {
            events::batch_ended(&Batch {
                state: BatchState::Failed,
                ..batch
            });
        }
        Ok(())
    }
}

/// An error with its causes, in one line.
pub(crate) fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
