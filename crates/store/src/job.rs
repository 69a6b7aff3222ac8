//! The queue: rows with leases.
//!
//! A worker claims a job, renews its lease in every transaction that it commits and in between, and is fenced by the
//! epoch: when the lease ran out and another worker claimed the job, the first one's next transaction fails and leaves
//! nothing. Leases are times of a clock of their own (see `lease.rs`).

use std::time::Duration;

use model::Timestamp;

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::{Result, StoreError};
use crate::lease::{LEASE, LEASE_MAX};

/// How long a job waits before it goes first, whatever its urgency: nothing starves.
const AGED: Duration = Duration::from_secs(5 * 60);

/// Times that a job is tried before it is left as failed for a person.
const ATTEMPTS_MAX: i64 = 5;

model::vocabulary! {
    /// What a job does.
    pub enum Stage: "stage" {
        /// Read a batch and write what follows from it, chunk by chunk. Subject: batch number.
        Process = 0 => "process",
        /// Match and route again after the register changed. Subject: register version.
        Rematch = 1 => "matching",
        /// Put in order what only grows, again and again. Subject: 0; there is one such job.
        Upkeep = 2 => "upkeep",
    }
}

/// What a worker takes.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Who takes it: unique among all workers of the store.
    pub worker: &'w str,
    /// Jobs of these stages.
    pub stages: &'w [Stage],
    /// Only what is more urgent than this.
    pub above: Option<i16>,
    /// How long the claim holds without a sign of life; at most [`crate::LEASE_MAX`].
    pub lease: Duration,
}

impl<'w> Wanted<'w> {
    /// A job of any stage.
    pub fn any(worker: &'w str) -> Self {
        Self {
            worker,
            stages: Stage::ALL,
            above: None,
            lease: LEASE,
        }
    }
}

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Internal number.
    pub job_no: i64,
    /// What to do.
    pub stage: Stage,
    /// To what: a batch number or a register version.
    pub subject_no: i64,
    /// Higher goes first.
    pub urgency: i16,
    /// What the stage noted at its last commit; 0 at first.
    pub progress: i64,
    /// Which claim this is.
    pub epoch: i64,
    /// Claims since the last progress, this one included.
    pub attempts: i64,
    /// How long the claim holds without a sign of life.
    pub lease_length: Duration,
}

/// Proof of a claim, checked and renewed inside every transaction of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job_no: i64,
    /// The claim.
    pub epoch: i64,
    /// How long it holds from each renewal on.
    pub length: Duration,
}

impl Job {
    /// The proof of this claim.
    pub fn lease(&self) -> Lease {
        Lease {
            job_no: self.job_no,
            epoch: self.epoch,
            length: self.lease_length,
        }
    }

    /// Whether it was tried as often as it may be, and its workers ended without a word each time. It may be what they
    /// died of: it must be given up, not done.
    pub fn is_exhausted(&self) -> bool {
        self.attempts > ATTEMPTS_MAX
    }
}

const READY: i64 = 0;
const RUNNING: i64 = 1;
const DONE: i64 = 2;
const FAILED: i64 = 3;

impl Tx<'_> {
    /// Queues work. Higher urgency goes first, then the older job.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_job(
        &mut self,
        stage: Stage,
        subject_no: i64,
        urgency: i16,
        now: Timestamp,
    ) -> Result<i64> {
        self.announce_work()?;
        self.query_int(
            "INSERT INTO job (stage, subject_no, state, urgency, due_at, attempts, worker, lease_until, epoch,
                              progress, error)
             VALUES ($1, $2, 0, $3, $4, 0, '', 0, 0, 0, '') RETURNING job_no",
            values![stage.code(), subject_no, urgency, now.micros()],
        )
    }

    /// Claims the most urgent job that is due, or whose worker gave no sign of life; one that has waited for five
    /// minutes goes before all others. `now` is the time of the flow, by which jobs are due; leases have their own.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn claim_job(&mut self, wanted: &Wanted<'_>, now: Timestamp) -> Result<Option<Job>> {
        let clock = self.lease_clock()?;
        self.execute(
            "UPDATE job SET lease_until = $1 WHERE state = 1 AND lease_until > $1",
            values![clock + LEASE_MAX.as_micros() as i64],
        )?;
        let skip = match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => "FOR UPDATE SKIP LOCKED",
        };
        let stages = self.in_set("$6");
        let sql = format!(
            "UPDATE job SET state = $1, worker = $2, lease_until = $3, epoch = epoch + 1, attempts = attempts + 1
             WHERE job_no = (
                 SELECT job_no FROM job
                 WHERE ((state = 0 AND due_at <= $4) OR (state = 1 AND lease_until < $5))
                     AND stage {stages} AND urgency > $7
                 ORDER BY CASE WHEN due_at < $8 THEN 1 ELSE 0 END DESC,
                     CASE WHEN due_at < $8 THEN 0 ELSE urgency END DESC, job_no LIMIT 1 {skip})
             RETURNING job_no, stage, subject_no, progress, epoch, urgency, attempts"
        );
        let codes: Vec<i64> = wanted
            .stages
            .iter()
            .map(|stage| stage.code().into())
            .collect();
        let values = values![
            RUNNING,
            wanted.worker,
            clock + wanted.lease.as_micros() as i64,
            now.micros(),
            clock,
            &codes[..],
            wanted.above.unwrap_or(i16::MIN),
            now.micros() - AGED.as_micros() as i64
        ];
        self.query_opt(&sql, values, |row| job_from(row, wanted.lease))
    }

    /// Checks that the claim still holds, renews it, and notes how far the job is.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now; the transaction must not be committed then.
    pub fn hold_lease(&mut self, lease: Lease, progress: i64) -> Result<()> {
        let lease_until = self.lease_end(lease.length)?;
        self.change_held(
            lease,
            "UPDATE job SET lease_until = $3, progress = $4, attempts = 1 WHERE job_no = $1 AND epoch = $2 AND state = 1",
            values![lease.job_no, lease.epoch, lease_until, progress],
        )
    }

    /// Gives a sign of life for a job that is between two transactions.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now.
    pub fn renew_lease(&mut self, lease: Lease) -> Result<()> {
        let lease_until = self.lease_end(lease.length)?;
        let sql = "UPDATE job SET lease_until = $3 WHERE job_no = $1 AND epoch = $2 AND state = 1";
        self.change_held(lease, sql, values![lease.job_no, lease.epoch, lease_until])
    }

    /// Puts a job back that its worker leaves in good order, to be gone on with at once.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now.
    pub fn put_back_job(&mut self, lease: Lease) -> Result<()> {
        let sql = "UPDATE job SET state = $3, attempts = attempts - 1 WHERE job_no = $1 AND epoch = $2 AND state = 1";
        self.change_held(lease, sql, values![lease.job_no, lease.epoch, READY])
    }

    /// Ends a job that did its work.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now.
    pub fn finish_job(&mut self, lease: Lease) -> Result<()> {
        let sql = "UPDATE job SET state = $3 WHERE job_no = $1 AND epoch = $2 AND state = 1";
        self.change_held(lease, sql, values![lease.job_no, lease.epoch, DONE])
    }

    /// Puts a job back after a failure, to be tried later. After five tries it stays failed: the answer is true then.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now.
    pub fn fail_job(&mut self, lease: Lease, error: &str, now: Timestamp) -> Result<bool> {
        let attempts = self.query_int(
            "SELECT attempts FROM job WHERE job_no = $1",
            values![lease.job_no],
        )?;
        let state = if attempts >= ATTEMPTS_MAX {
            FAILED
        } else {
            READY
        };
        let wait = Duration::from_secs(1 << attempts.clamp(0, 10)).as_micros() as i64;
        self.change_held(
            lease,
            "UPDATE job SET state = $3, error = $4, due_at = $5 WHERE job_no = $1 AND epoch = $2 AND state = 1",
            values![lease.job_no, lease.epoch, state, error, now.micros() + wait],
        )?;
        Ok(state == FAILED)
    }

    /// Gives the register its next version and queues that everything open is matched with it. What still waits to be
    /// matched with an earlier version is dropped: this does that too.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn announce_register(&mut self, now: Timestamp) -> Result<()> {
        let version = self.raise_register_version()?;
        self.execute(
            "UPDATE job SET state = $1 WHERE stage = $2 AND state = $3 AND subject_no < $4",
            values![DONE, Stage::Rematch.code(), READY, version],
        )?;
        self.add_job(Stage::Rematch, version, 0, now)?;
        Ok(())
    }

    /// Ends the failed jobs of a subject, before a new one takes their place; says how many there were.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn drop_failed_jobs(&mut self, stage: Stage, subject_no: i64) -> Result<u64> {
        self.execute(
            "UPDATE job SET state = $3 WHERE stage = $1 AND subject_no = $2 AND state = 3",
            values![stage.code(), subject_no, DONE],
        )
    }

    fn change_held(
        &mut self,
        lease: Lease,
        sql: &str,
        values: &[crate::connection::Value<'_>],
    ) -> Result<()> {
        match self.execute(sql, values)? {
            0 => Err(StoreError::LeaseLost {
                job_no: lease.job_no,
            }),
            _ => Ok(()),
        }
    }

    /// Frees what a worker that no longer lives had claimed. Only for one who knows that no other worker lives: the
    /// holder of the lock on an embedded store.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn release_stale_work(&mut self) -> Result<()> {
        self.execute(
            "UPDATE job SET state = 0, epoch = epoch + 1 WHERE state = 1",
            &[],
        )?;
        self.execute(
            "UPDATE notification SET taken_until = 0 WHERE state = 2 AND taken_until > 0",
            &[],
        )?;
        self.execute(
            "UPDATE service_mail SET taken_until = 0 WHERE taken_until > 0",
            &[],
        )?;
        self.execute(
            "UPDATE proof_look SET taken_until = 0 WHERE looked_at IS NULL AND taken_until > 0",
            &[],
        )?;
        Ok(())
    }

    /// Sees to it that there is a job of upkeep.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_upkeep(&mut self, due_at: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO job (stage, subject_no, state, urgency, due_at, attempts, worker, lease_until, epoch,
                              progress, error)
             VALUES (2, 0, 0, 0, $1, 0, '', 0, 0, 0, '') ON CONFLICT DO NOTHING",
            values![due_at.micros()],
        )?;
        Ok(())
    }

    /// Removes jobs that were done and had been due before `before`; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_done_jobs(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(
            "DELETE FROM job WHERE state = $1 AND due_at < $2",
            values![DONE, before.micros()],
        )
    }

    /// When the next job is due that nobody holds; `None` when nothing waits. Failed jobs wait for a person, and upkeep
    /// is nothing that a person waits for.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn next_job_due(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT MIN(CASE WHEN state = 0 THEN due_at ELSE lease_until END)
                   FROM job WHERE state IN (0, 1) AND stage <> 2";
        let due = self.query_opt(sql, &[], |row| row.opt_int(0))?;
        Ok(due.flatten().map(Timestamp::from_micros))
    }
}

fn job_from(row: &Row<'_>, lease_length: Duration) -> Result<Job> {
    Ok(Job {
        job_no: row.int(0)?,
        stage: row.code(1, "stage", Stage::from_code)?,
        subject_no: row.int(2)?,
        progress: row.int(3)?,
        epoch: row.int(4)?,
        urgency: row.int(5)? as i16,
        attempts: row.int(6)?,
        lease_length,
    })
}
