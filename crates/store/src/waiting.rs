//! What waits for work or for a person: few rows found by index, so that monitoring may ask every few seconds.
//!
//! What there is in all is [`crate::Status`], which walks the large tables.

use model::Timestamp;

use crate::connection::{Tx, TxEngine};
use crate::error::Result;
use crate::job::Stage;
use crate::notification::NotificationState;

model::vocabulary! {
    /// How far a job is that is not done.
    pub enum JobState: "job state" {
        /// Nobody works on it; it begins when it is due.
        Waiting = 0 => "waiting",
        /// A worker holds it.
        Running = 1 => "running",
        /// It was given up and waits for a person.
        Failed = 3 => "failed",
    }
}

/// What waits, in one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Jobs that are not done, with the moment from which the oldest is due.
    pub jobs: Vec<(Stage, JobState, i64, Timestamp)>,
    /// Messages that are not at their end, and those that failed.
    pub notifications: Vec<(NotificationState, i64)>,
    /// Attempts to hand over that are to be made, or began and have no outcome.
    pub deliveries: i64,
    /// When a mail was handed over last, if one ever was.
    pub handed_over_at: Option<Timestamp>,
    /// Since when nothing is handed over, if somebody paused it.
    pub paused_since: Option<Timestamp>,
    /// Version of the register.
    pub register_version: i64,
    /// Bytes that the tables take.
    pub store_bytes: i64,
}

impl Tx<'_> {
    /// Counts what waits.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn waiting(&mut self) -> Result<Waiting> {
        let installation = self.installation()?;
        Ok(Waiting {
            jobs: self.jobs_not_done()?,
            notifications: self.notifications_not_done()?,
            deliveries: self
                .query_int("SELECT COUNT(*) FROM delivery WHERE state IN (0, 1)", &[])?,
            handed_over_at: self.handed_over_at()?,
            paused_since: installation.paused.map(|(since, _)| since),
            register_version: installation.register_version,
            store_bytes: self.store_bytes()?,
        })
    }

    fn jobs_not_done(&mut self) -> Result<Vec<(Stage, JobState, i64, Timestamp)>> {
        let sql = "SELECT stage, state, COUNT(*), MIN(due_at) FROM job WHERE state IN (0, 1, 3)
                   GROUP BY stage, state ORDER BY stage, state";
        self.query(sql, &[], |row| {
            Ok((
                row.code(0, "stage", Stage::from_code)?,
                row.code(1, "job state", JobState::from_code)?,
                row.int(2)?,
                Timestamp::from_micros(row.int(3)?),
            ))
        })
    }

    /// Delivered, withheld and not mailed ones are left out: there are many, and nobody waits for them.
    fn notifications_not_done(&mut self) -> Result<Vec<(NotificationState, i64)>> {
        let sql = "SELECT state, COUNT(*) FROM notification WHERE state IN (0, 1, 2, 5) GROUP BY state ORDER BY state";
        self.query(sql, &[], |row| {
            let state = row.code(0, "notification state", NotificationState::from_code)?;
            Ok((state, row.int(1)?))
        })
    }

    /// Attempts are numbered in the order in which they are planned, so one of the newest is the last.
    fn handed_over_at(&mut self) -> Result<Option<Timestamp>> {
        let sql =
            "SELECT finished_at FROM delivery WHERE state = 2 ORDER BY delivery_no DESC LIMIT 1";
        let found = self.query_opt(sql, &[], |row| row.opt_int(0))?;
        Ok(found.flatten().map(Timestamp::from_micros))
    }

    fn store_bytes(&mut self) -> Result<i64> {
        let sql = match self.engine {
            TxEngine::Sqlite(_) => {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            }
            TxEngine::Postgres { .. } => "SELECT pg_database_size(current_database())",
        };
        self.query_int(sql, &[])
    }
}
