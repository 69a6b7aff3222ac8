//! Where everything is, in one snapshot, and the balance that shows that nothing was lost (requirement PR-12).

use crate::batch::BatchCounts;
use crate::connection::{Tx, Value, values};
use crate::error::Result;
use crate::notification::{LINES, NotificationState};
use crate::queue::{QueueKind, QueueState};

/// Counts of one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Batches by state: open, closed, failed, waiting until their source is vetted.
    pub batches: [i64; 4],
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

/// Findings and messages with these numbers that a step of a walk counts. Small enough for a tenth of a second.
const STEP: i64 = 50_000;

/// What one step of a walk over findings and messages counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusStep {
    /// Findings.
    pub findings: i64,
    /// As in [`Status`].
    pub findings_without_duty: i64,
    /// Notifications and their lines, by state.
    pub notifications: Vec<(NotificationState, i64, i64)>,
    /// As in [`Status`].
    pub line_difference: i64,
    /// Where the next step begins; none after the last.
    pub next: Option<i64>,
}

impl Status {
    /// Adds what a step counted.
    pub fn add(&mut self, step: &StatusStep) {
        self.findings += step.findings;
        self.findings_without_duty += step.findings_without_duty;
        self.line_difference += step.line_difference;
        for (state, messages, lines) in &step.notifications {
            match self.notifications.iter_mut().find(|(it, ..)| it == state) {
                Some(sum) => *sum = (*state, sum.1 + messages, sum.2 + lines),
                None => self.notifications.push((*state, *messages, *lines)),
            }
        }
        self.notifications.sort_by_key(|(state, ..)| state.code());
    }
}

impl Tx<'_> {
    /// Counts everything. In a read transaction all counts are of one moment. Walks all large tables.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn status(&mut self) -> Result<Status> {
        let notifications = self.notification_counts("", &[])?;
        let said: i64 = notifications.iter().map(|(.., lines)| lines).sum();
        let told = "SELECT COUNT(*) FROM notification_line WHERE withdrawn IS NULL";
        Ok(Status {
            observations: self.query_int("SELECT COUNT(*) FROM observation", &[])?,
            findings: self.query_int("SELECT COUNT(*) FROM finding", &[])?,
            matches: self.query_int("SELECT COUNT(*) FROM finding_match", &[])?,
            notifications,
            findings_without_duty: self.query_int(FINDINGS_WITHOUT_DUTY, &[])?,
            line_difference: said - self.query_int(told, &[])?,
            ..self.status_of_flow()?
        })
    }

    /// The same without what has a row for each finding or message, which is left at zero. Of the desks that are seen, but for
    /// jobs.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn status_of_flow(&mut self) -> Result<Status> {
        Ok(Status {
            batches: self.counts_by_code(&format!(
                "SELECT state, COUNT(*) FROM batch{} GROUP BY state",
                only(&self.and_desk("desk_no"))
            ))?,
            rows: self.row_counts()?,
            issues: self.query_int(
                &format!(
                    "SELECT COUNT(*) FROM row_issue{}",
                    only(&self.and_batch("row_issue.batch_no"))
                ),
                &[],
            )?,
            queue: self.queue_counts()?,
            deliveries: self.counts_by_code(&format!(
                "SELECT CASE state WHEN 2 THEN 0 WHEN 3 THEN 1 ELSE 2 END, COUNT(*) FROM delivery
                 WHERE state <> 4{} GROUP BY 1",
                self.and_message("delivery.notification_no")
            ))?,
            jobs: self.counts_by_code(
                "SELECT CASE state WHEN 3 THEN 1 ELSE 0 END, COUNT(*) FROM job
                 WHERE state <> 2 AND stage <> 2 GROUP BY 1",
            )?,
            ..Status::default()
        })
    }

    /// Counts findings and messages of the desks that are seen from a number on; the first is 1. What must balance is written in one transaction with
    /// what it balances, so the sums of all steps balance although each step is of another moment.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn status_step(&mut self, from: i64) -> Result<StatusStep> {
        let (range, until) = (values![from, from + STEP], from + STEP);
        let notifications = self.notification_counts(
            &format!(
                "WHERE notification_no >= $1 AND notification_no < $2{}",
                self.and_desk("n.desk_no")
            ),
            range,
        )?;
        let said: i64 = notifications.iter().map(|(.., lines)| lines).sum();
        let last = self.query_int(LAST_NUMBER, &[])?;
        let findings = self.and_desk("f.desk_no");
        let lines = match self.desks_seen().is_all() {
            true => LINES_BETWEEN.to_owned(),
            false => format!(
                "SELECT COUNT(*) FROM notification_line l
                 WHERE l.notification_no >= $1 AND l.notification_no < $2 AND l.withdrawn IS NULL{}",
                self.and_message("l.notification_no")
            ),
        };
        Ok(StatusStep {
            findings: self.query_int(
                &format!("SELECT COUNT(*) FROM finding f WHERE finding_no >= $1 AND finding_no < $2{findings}"),
                range,
            )?,
            findings_without_duty: self
                .query_int(&format!("{FINDINGS_WITHOUT_DUTY_BETWEEN}{findings}"), range)?,
            notifications,
            line_difference: said - self.query_int(&lines, range)?,
            next: Some(until).filter(|until| *until <= last),
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
            &format!(
                "SELECT {} FROM batch{}",
                sums.join(", "),
                only(&self.and_desk("desk_no"))
            ),
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

    fn notification_counts(
        &mut self,
        meant: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<(NotificationState, i64, i64)>> {
        let sql = format!(
            "SELECT n.state, COUNT(*), CAST(SUM({LINES}) AS BIGINT) FROM notification n {meant}
             GROUP BY n.state ORDER BY n.state"
        );
        self.query(&sql, values, |row| {
            let state = row.code(0, "notification state", NotificationState::from_code)?;
            Ok((state, row.int(1)?, row.int(2)?))
        })
    }

    fn queue_counts(&mut self) -> Result<Vec<(QueueKind, QueueState, i64)>> {
        let sql = format!(
            "SELECT kind, state, COUNT(*) FROM queue_item{} GROUP BY kind, state ORDER BY kind, state",
            only(&self.and_finding("queue_item.finding_no"))
        );
        self.query(&sql, &[], |row| {
            let kind = row.code(0, "queue", QueueKind::from_code)?;
            Ok((
                kind,
                row.code(1, "queue state", QueueState::from_code)?,
                row.int(2)?,
            ))
        })
    }
}

/// A condition alone, of what goes on others; nothing where there is none.
fn only(and: &str) -> String {
    match and {
        "" => String::new(),
        and => format!(" WHERE 1 = 1{and}"),
    }
}

const FINDINGS_WITHOUT_DUTY: &str = "SELECT COUNT(*) FROM finding f
    WHERE NOT EXISTS (SELECT 1 FROM notification_line l
                      WHERE l.finding_no = f.finding_no AND l.episode = f.episode AND l.withdrawn IS NULL)
      AND NOT EXISTS (SELECT 1 FROM queue_item q
                      WHERE q.finding_no = f.finding_no AND q.episode = f.episode AND q.state <> 1)";
/// The ranges within are those of the finding: PostgreSQL does not conclude it.
const FINDINGS_WITHOUT_DUTY_BETWEEN: &str = "SELECT COUNT(*) FROM finding f
    WHERE f.finding_no >= $1 AND f.finding_no < $2
      AND NOT EXISTS (SELECT 1 FROM notification_line l
                      WHERE l.finding_no = f.finding_no AND l.episode = f.episode AND l.withdrawn IS NULL
                        AND l.finding_no >= $1 AND l.finding_no < $2)
      AND NOT EXISTS (SELECT 1 FROM queue_item q
                      WHERE q.finding_no = f.finding_no AND q.episode = f.episode AND q.state <> 1
                        AND q.finding_no >= $1 AND q.finding_no < $2)";
/// Each of both counts needs an index alone.
const LINES_BETWEEN: &str = "SELECT
    (SELECT COUNT(*) FROM notification_line WHERE notification_no >= $1 AND notification_no < $2)
    - (SELECT COUNT(*) FROM notification_line
       WHERE notification_no >= $1 AND notification_no < $2 AND withdrawn IS NOT NULL)";
const LAST_NUMBER: &str = "SELECT COALESCE(MAX(last), 0) FROM (
    SELECT MAX(finding_no) AS last FROM finding UNION ALL SELECT MAX(notification_no) FROM notification) AS of_both";
