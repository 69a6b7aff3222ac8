//! Claims jobs and runs them, and hands over what is ready.
//!
//! A job is done chunk by chunk. Between two chunks its worker looks for what is more urgent, does that, hands over what
//! became ready, and looks whether it is to stop; half of the time at least stays with the job ([`share`]).

mod heartbeat;
mod share;
mod stages;

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::Timestamp;
use store::{Batch, BatchCounts, BatchState, Job, Stage, StoreError, Wanted};

use crate::distribute::{self, Distributor};
use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use crate::meter::Failure;
use crate::replies::read_folder;
use crate::{matching, process, proving, upkeep, webhook};
pub(crate) use heartbeat::{Heartbeat, Held};
use share::Share;
pub use stages::{Stages, UnknownStage};

/// How long an idle worker waits before it looks at its mark to stop.
const IDLE_WAIT: Duration = Duration::from_secs(1);

/// How long messages are handed over before the worker looks for jobs again.
const DISTRIBUTION_SLICE: Duration = Duration::from_secs(1);

/// How long a worker does not look again whether mails came in reply, once it read all.
const REPLIES_EVERY: Duration = Duration::from_secs(2 * 60);

/// What stands at a job whose workers died of it, or seem to.
const ENDED_WITHOUT_A_WORD: &str = "its workers ended without a word, again and again";

/// Says whether a job goes on after a break: a worker that is to stop breaks it off.
pub(crate) type Break<'b> = dyn FnMut() -> Result<ControlFlow<()>, FlowError> + 'b;

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
    stages: Stages,
    stop: Option<&'f AtomicBool>,
    heartbeat: Heartbeat,
    /// Portions of messages so far: now and then one begins with the oldest.
    portions: AtomicU64,
    /// When mails in reply were looked for last.
    replies_read: Mutex<Option<Instant>>,
}

impl<'f> Worker<'f> {
    /// A worker that does everything.
    pub fn new(flow: &'f Flow, progress: &'f dyn Progress) -> Self {
        Self {
            flow,
            name: unique_name(),
            progress,
            stages: Stages::all(),
            stop: None,
            heartbeat: Heartbeat::default(),
            portions: AtomicU64::new(0),
            replies_read: Mutex::new(None),
        }
    }

    /// Does these stages only.
    #[must_use]
    pub fn doing(mut self, stages: Stages) -> Self {
        self.stages = stages;
        self
    }

    /// Leaves messages where they are: everything up to ready-to-send is done, nothing is handed over.
    #[must_use]
    pub fn without_distribution(mut self) -> Self {
        self.stages.distributes = false;
        self
    }

    /// Stops when the mark is set: after the chunk or the messages in hand.
    #[must_use]
    pub fn stopped_by(mut self, stop: &'f AtomicBool) -> Self {
        self.stop = Some(stop);
        self
    }

    /// Works until nothing is due, or until it is stopped.
    ///
    /// # Errors
    /// When the store fails. A job that fails is reported in the answer.
    pub fn run_until_idle(&self) -> Result<Worked, FlowError> {
        self.with_heartbeat(|| {
            let mut worked = Worked::default();
            self.plan_upkeep()?;
            while !self.is_stopped() && self.step(&mut worked)? {}
            if self.stages.distributes {
                webhook::tell_due(self.flow, &|| self.is_stopped())?;
            }
            if self.stages.keeps_up() {
                proving::look_due(self.flow, &|| self.is_stopped())?;
            }
            worked.next_due = self.flow.store.read(|tx| tx.next_job_due())?;
            Ok(worked)
        })
    }

    /// Works until it is stopped; looks for new work at least once a second, and sooner when it is told of some.
    ///
    /// # Errors
    /// When the store fails in a way that waiting does not mend.
    pub fn run(&self) -> Result<(), FlowError> {
        self.with_heartbeat(|| {
            let (mut has_upkeep, mut said_full) = (false, false);
            while !self.is_stopped() {
                let mut worked = Worked::default();
                let stepped = match has_upkeep {
                    true => self.step(&mut worked),
                    false => self.plan_upkeep().map(|()| true),
                };
                has_upkeep |= stepped.is_ok();
                let busy = match stepped {
                    Ok(busy) => busy,
                    Err(FlowError::Store(error)) if error.is_transient() => {
                        self.flow.meter.fail(Failure::Store);
                        events::store_not_answering(&error);
                        false
                    }
                    Err(FlowError::Full(_)) => {
                        if !std::mem::replace(&mut said_full, true) {
                            events::disk_full();
                        }
                        false
                    }
                    Err(error) => return Err(error),
                };
                said_full &= !busy;
                if !busy {
                    self.flow.store.wait_for_work(IDLE_WAIT);
                }
            }
            Ok(())
        })
    }

    fn with_heartbeat<T>(&self, work: impl FnOnce() -> T) -> T {
        self.heartbeat
            .beside(&self.flow.store, self.flow.lease, work)
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    fn plan_upkeep(&self) -> Result<(), FlowError> {
        if self.stages.keeps_up() {
            let now = self.flow.clock.now();
            self.flow.store.write(|tx| tx.plan_upkeep(now))?;
        }
        Ok(())
    }

    /// Does one job and a slice of distribution; says whether there was anything to do.
    fn step(&self, worked: &mut Worked) -> Result<bool, FlowError> {
        self.progress.alive();
        if !self.stages.jobs.is_empty() {
            self.flow.check_disk()?;
        }
        self.read_replies();
        let job = self.claim(None)?;
        if let Some(job) = &job {
            self.run_job(job, worked)?;
        }
        let had_mail = self.distribute(worked, DISTRIBUTION_SLICE)?;
        Ok(job.is_some() || had_mail)
    }

    fn claim(&self, above: Option<i16>) -> Result<Option<Job>, FlowError> {
        if self.stages.jobs.is_empty() {
            return Ok(None);
        }
        let wanted = Wanted {
            worker: &self.name,
            stages: &self.stages.jobs,
            above,
            lease: self.flow.lease,
        };
        let now = self.flow.clock.now();
        Ok(self.flow.store.write(|tx| tx.claim_job(&wanted, now))?)
    }

    /// Reads mails that came in reply, unless this worker read all in the last minutes. What fails is logged, and tried again
    /// then.
    fn read_replies(&self) {
        let Some(folder) = &self.flow.replies_folder else {
            return;
        };
        let mut read_at = self
            .replies_read
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_fresh = read_at.is_some_and(|at| at.elapsed() < REPLIES_EVERY);
        if is_fresh || !self.stages.keeps_up() {
            return;
        }
        let has_more = match read_folder(self.flow, folder) {
            Ok(read) => {
                if !read.is_empty() {
                    events::replies_read(&read);
                }
                read.has_more
            }
            Err(error) => {
                events::replies_not_read(&error);
                false
            }
        };
        // After what else there is to do, the rest is read at once.
        *read_at = (!has_more).then(Instant::now);
    }

    /// Hands over what is ready, for about so long; says whether there was anything.
    fn distribute(&self, worked: &mut Worked, time: Duration) -> Result<bool, FlowError> {
        if !self.stages.distributes || self.is_stopped() {
            return Ok(false);
        }
        let distributor = Distributor {
            flow: self.flow,
            heartbeat: &self.heartbeat,
            progress: self.progress,
            portions: &self.portions,
            stop: &|| self.is_stopped(),
        };
        distribute::leave_due(self.flow)?;
        let sent = distribute::send_due(self.flow, &|| self.is_stopped())?;
        let round = distributor.round(time)?;
        worked.handed_over += round.handed_over;
        worked.not_handed_over.extend(round.not_handed_over);
        worked.distribution_stopped = round.stopped;
        Ok(round.had_work || sent > 0)
    }

    /// A break between two chunks of a job: what is more urgent is done, and what is ready is handed over.
    fn between_chunks(
        &self,
        job: &Job,
        share: &mut Share,
        worked: &mut Worked,
    ) -> Result<ControlFlow<()>, FlowError> {
        let began = Instant::now();
        if let Some(time) = share.next_break() {
            while began.elapsed() < time && !self.is_stopped() {
                let Some(urgent) = self.claim(Some(job.urgency))? else {
                    break;
                };
                self.run_job(&urgent, worked)?;
            }
            self.read_replies();
            // What has just become ready goes out also when reading it took all of the time.
            self.distribute(worked, time.saturating_sub(began.elapsed()))?;
            share.give(began.elapsed());
        }
        let is_full = matches!(self.flow.check_disk(), Err(FlowError::Full(_)));
        Ok(match self.is_stopped() || is_full {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    }

    fn run_job(&self, job: &Job, worked: &mut Worked) -> Result<(), FlowError> {
        events::job_claimed(job, &self.name);
        let began = Instant::now();
        let outcome = match job.is_exhausted() {
            true => Err(FlowError::Broken(ENDED_WITHOUT_A_WORD.into())),
            false => self.run_stage(job, worked),
        };
        match outcome {
            Ok(ControlFlow::Continue(())) => {
                events::job_finished(job, began);
                self.count_done(job, worked)
            }
            Ok(ControlFlow::Break(())) => {
                let put_back = self.flow.store.write(|tx| tx.put_back_job(job.lease()));
                Ok(unless_lost(put_back)?)
            }
            // Another worker goes on with it; what this one wrote holds up to its last commit.
            Err(FlowError::Store(StoreError::LeaseLost { .. })) => {
                events::job_lost(job);
                Ok(())
            }
            // No fault of the job. Whoever comes first when its lease has run out goes on with it.
            Err(FlowError::Store(error)) if error.is_outage() => Err(error.into()),
            Err(error) => {
                let reason = reasons(&error);
                self.fail(job, &error, &reason)?;
                worked
                    .failures
                    .push(format!("{} {}: {reason}", job.stage, job.subject_no));
                Ok(())
            }
        }
    }

    fn run_stage(&self, job: &Job, worked: &mut Worked) -> Result<ControlFlow<()>, FlowError> {
        let _holding = self.heartbeat.hold(Held::Job(job.lease()));
        let mut share = Share::begin();
        let mut between = || self.between_chunks(job, &mut share, worked);
        match job.stage {
            Stage::Process => process::run(self.flow, job, self.progress, &mut between),
            Stage::Rematch => matching::run(self.flow, job, self.progress, &mut between),
            Stage::Upkeep => upkeep::run(self.flow, job),
        }
    }

    fn count_done(&self, job: &Job, worked: &mut Worked) -> Result<(), FlowError> {
        match job.stage {
            Stage::Process => {
                worked.jobs += 1;
                if let Some(batch) = self.flow.store.read(|tx| tx.batch(job.subject_no))? {
                    events::batch_ended(&batch);
                    worked.rows += batch.counts;
                }
            }
            Stage::Rematch => worked.jobs += 1,
            // Nobody asked for it.
            Stage::Upkeep => {}
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
                Stage::Process | Stage::Rematch | Stage::Upkeep => None,
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

/// No other worker has this name: the machine, the process, and a number drawn for this worker.
fn unique_name() -> String {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    // Its keys are random.
    let drawn = RandomState::new().hash_one(0);
    format!(
        "{}-{}-{:08x}",
        machine.trim(),
        std::process::id(),
        drawn as u32
    )
}

/// Nothing is left to do for a job that another worker has now.
fn unless_lost(outcome: Result<(), StoreError>) -> Result<(), StoreError> {
    match outcome {
        Err(StoreError::LeaseLost { .. }) => Ok(()),
        outcome => outcome,
    }
}

/// An error with its causes, in one line.
pub(crate) fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let reason = error.to_string();
        // Some libraries say the cause themselves.
        if !text.ends_with(&reason) {
            text = format!("{text}: {reason}");
        }
        cause = error.source();
    }
    text
}
