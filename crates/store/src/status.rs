//! Where everything is, in one snapshot, and the balance that shows that nothing was lost (requirement PR-12).

use crate::batch::BatchCounts;
use crate::connection::Tx;
use crate::error::Result;
use crate::notification::NotificationState;
use crate::queue::{QueueKind, QueueState};

/// Counts of one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Batches by state: open, closed, failed.
    pub batches: [i64; 3],
    /// Rows by verdict.
    pub rows: BatchCounts,
    /// Rows that were listed as not accepted and are not duplicates.
    pub issues: i64,
    /// Observations kept.
    pub observations: i64,
    /// Findings.
    pub findings: i64,
    /// Matches.
    pub matches: i64,
    /// Notifications and their lines, by state.
    pub notifications: Vec<(NotificationState, i64, i64)>,
    /// Findings that wait for a person, or that it was decided about, by queue.
    pub queue: Vec<(QueueKind, QueueState, i64)>,
    /// Deliveries handed over, failed, and not yet ended.
    pub deliveries: [i64; 3],
    /// Jobs waiting or running, and failed; without upkeep, which always waits.
    pub jobs: [i64; 2],
    /// Findings whose current episode is in no message and no queue: zero, or something was lost.
    pub findings_without_duty: i64,
    /// Lines that notifications say they have, less those that they have: zero, or something was lost.
    pub line_difference: i64,
}

impl Status {
    /// Rows without a verdict, rows refused or quarantined without a reason, findings without a duty, lines without
    /// a place. Each is zero, or the program has a defect.
    pub fn balance(&self) -> [i64; 4] {
        let unlisted = self.rows.quarantined + self.rows.refused - self.issues;
        [
            self.rows.difference(),
            unlisted,
            self.findings_without_duty,
            self.line_difference,
        ]
    }
}

impl Tx<'_> {
    /// Counts everything. In a read transaction all counts are of one moment.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn status(&mut self) -> Result<Status> {
        Ok(Status {
            batches: self.counts_by_code("SELECT state, COUNT(*) FROM batch GROUP BY state")?,
            rows: self.row_counts()?,
            issues: self.query_int("SELECT COUNT(*) FROM row_issue", &[])?,
            observations: self.query_int("SELECT COUNT(*) FROM observation", &[])?,
            findings: self.query_int("SELECT COUNT(*) FROM finding", &[])?,
            matches: self.query_int("SELECT COUNT(*) FROM finding_match", &[])?,
            notifications: self.notification_counts()?,
            queue: self.queue_counts()?,
            deliveries: self.counts_by_code(
                "SELECT CASE state WHEN 2 THEN 0 WHEN 3 THEN 1 ELSE 2 END, COUNT(*) FROM delivery
                 WHERE state <> 4 GROUP BY 1",
            )?,
            jobs: self.counts_by_code(
                "SELECT CASE state WHEN 3 THEN 1 ELSE 0 END, COUNT(*) FROM job
                 WHERE state <> 2 AND stage <> 2 GROUP BY 1",
            )?,
            findings_without_duty: self.query_int(FINDINGS_WITHOUT_DUTY, &[])?,
            line_difference: self.query_int(LINE_DIFFERENCE, &[])?,
        })
    }

    fn counts_by_code<const N: usize>(&mut self, sql: &str) -> Result<[i64; N]> {
        let mut counts = [0; N];
        self.for_each(sql, &[], |row| {
            if let Some(count) = counts.get_mut(row.int(0)? as usize) {
                *count = row.int(1)?;
            }
            Ok(())
        })?;
        Ok(counts)
    }

    fn row_counts(&mut self) -> Result<BatchCounts> {
        let columns = [
            "rows_read",
            "accepted",
            "duplicate",
            "quarantined",
            "refused",
        ];
        // SUM of BIGINT is NUMERIC in PostgreSQL.
        let sums = columns.map(|column| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)"));
        let found = self.query_opt(
            &format!("SELECT {} FROM batch", sums.join(", ")),
            &[],
            |row| {
                Ok(BatchCounts {
                    rows_read: row.int(0)?,
                    accepted: row.int(1)?,
                    duplicate: row.int(2)?,
                    quarantined: row.int(3)?,
                    refused: row.int(4)?,
                })
            },
        )?;
        Ok(found.unwrap_or_default())
    }

    fn notification_counts(&mut self) -> Result<Vec<(NotificationState, i64, i64)>> {
        let sql = "SELECT state, COUNT(*), CAST(SUM(lines) AS BIGINT) FROM notification GROUP BY state ORDER BY state";
        self.query(sql, &[], |row| {
            let state = row.code(0, "notification state", NotificationState::from_code)?;
            Ok((state, row.int(1)?, row.int(2)?))
        })
    }

    fn queue_counts(&mut self) -> Result<Vec<(QueueKind, QueueState, i64)>> {
        let sql = "SELECT kind, state, COUNT(*) FROM queue_item GROUP BY kind, state ORDER BY kind, state";
        self.query(sql, &[], |row| {
            let kind = row.code(0, "queue", QueueKind::from_code)?;
            Ok((
                kind,
                row.code(1, "queue state", QueueState::from_code)?,
                row.int(2)?,
            ))
        })
    }
}

const FINDINGS_WITHOUT_DUTY: &str = "SELECT COUNT(*) FROM finding f
    WHERE NOT EXISTS (SELECT 1 FROM notification_line l
                      WHERE l.finding_no = f.finding_no AND l.episode = f.episode AND l.withdrawn IS NULL)
      AND NOT EXISTS (SELECT 1 FROM queue_item q
                      WHERE q.finding_no = f.finding_no AND q.episode = f.episode AND q.state <> 1)";
const LINE_DIFFERENCE: &str = "SELECT
    CAST((SELECT COALESCE(SUM(lines), 0) FROM notification) AS BIGINT)
    - (SELECT COUNT(*) FROM notification_line WHERE withdrawn IS NULL)";
