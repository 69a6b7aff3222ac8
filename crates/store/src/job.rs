//! The queue: rows with leases.
//!
//! A worker claims a job, renews its lease in every transaction that it commits, and is fenced by the epoch: when the
//! lease ran out and another worker claimed the job, the first one's next transaction fails and leaves nothing.

use std::time::Duration;

use model::Timestamp;

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::{Result, StoreError};

/// How long a claim holds without a sign of life. A chunk takes about a second; a minute survives a stalled disk.
const LEASE: Duration = Duration::from_secs(60);

/// Times that a job is tried before it is left as failed for a person.
const ATTEMPTS_MAX: i64 = 5;

model::vocabulary! {
    /// What a job does.
    pub enum Stage: "stage" {
        /// Read a batch and write what follows from it, chunk by chunk. Subject: batch number.
        Process = 0 => "process",
        /// Match and route again after the register changed. Subject: register version.
        Rematch = 1 => "rematch",
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
    /// What the stage noted at its last commit; 0 at first.
    pub progress: i64,
    /// Which claim this is.
    pub epoch: i64,
}

/// Proof of a claim, checked and renewed inside every transaction of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job_no: i64,
    /// The claim.
    pub epoch: i64,
}

impl Job {
    /// The proof of this claim.
    pub fn lease(&self) -> Lease {
        Lease {
            job_no: self.job_no,
            epoch: self.epoch,
        }
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
        self.query_int(
            "INSERT INTO job (stage, subject_no, state, urgency, due_at, attempts, worker, lease_until, epoch,
                              progress, error)
             VALUES ($1, $2, 0, $3, $4, 0, '', 0, 0, 0, '') RETURNING job_no",
            values![stage.code(), subject_no, urgency, now.micros()],
        )
    }

    /// Claims the most urgent job that is due, or whose worker gave no sign of life. One that was tried five times
    /// without progress is left as failed: it may be what its workers died of.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn claim_job(&mut self, worker: &str, now: Timestamp) -> Result<Option<Job>> {
        self.execute(
            "UPDATE job SET state = $1, error = 'its workers ended without a word'
             WHERE state = 1 AND lease_until < $2 AND attempts >= $3",
            values![FAILED, now.micros(), ATTEMPTS_MAX],
        )?;
        let skip = match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => "FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "UPDATE job SET state = $1, worker = $2, lease_until = $3, epoch = epoch + 1, attempts = attempts + 1
             WHERE job_no = (
                 SELECT job_no FROM job
                 WHERE (state = 0 AND due_at <= $4) OR (state = 1 AND lease_until < $4)
                 ORDER BY urgency DESC, job_no LIMIT 1 {skip})
             RETURNING job_no, stage, subject_no, progress, epoch"
        );
        let lease_until = now.micros() + LEASE.as_micros() as i64;
        self.query_opt(
            &sql,
            values![RUNNING, worker, lease_until, now.micros()],
            job_from,
        )
    }

    /// Checks that the claim still holds, renews it, and notes how far the job is.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now; the transaction must not be committed then.
    pub fn hold_lease(&mut self, lease: Lease, progress: i64, now: Timestamp) -> Result<()> {
        let lease_until = now.micros() + LEASE.as_micros() as i64;
        self.change_held(
            lease,
            "UPDATE job SET lease_until = $3, progress = $4, attempts = 1 WHERE job_no = $1 AND epoch = $2 AND state = 1",
            values![lease.job_no, lease.epoch, lease_until, progress],
        )
    }

    /// Renews the claim of a worker that is busy and has nothing to commit yet. That is no progress: the job counts as
    /// tried once more when it fails.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it now.
    pub fn renew_lease(&mut self, lease: Lease, now: Timestamp) -> Result<()> {
        let lease_until = now.micros() + LEASE.as_micros() as i64;
        let sql = "UPDATE job SET lease_until = $3 WHERE job_no = $1 AND epoch = $2 AND state = 1";
        self.change_held(lease, sql, values![lease.job_no, lease.epoch, lease_until])
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
        self.execute("UPDATE delivery SET started_at = 0 WHERE state = 1", &[])?;
        Ok(())
    }

    /// When the next job is due that nobody holds; `None` when nothing waits. Failed jobs wait for a person.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn next_job_due(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT MIN(CASE WHEN state = 0 THEN due_at ELSE lease_until END) FROM job WHERE state IN (0, 1)";
        let due = self.query_opt(sql, &[], |row| row.opt_int(0))?;
        Ok(due.flatten().map(Timestamp::from_micros))
    }
}

fn job_from(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        job_no: row.int(0)?,
        stage: row.code(1, "stage", Stage::from_code)?,
        subject_no: row.int(2)?,
        progress: row.int(3)?,
        epoch: row.int(4)?,
    })
}
