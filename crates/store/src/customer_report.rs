//! What those who run networks for others did about findings of their customers. Who the customers are is not kept.

use model::{CustomerOutcome, CustomerRowIssue, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Seconds for which is kept which rows of a list were not taken.
pub const CUSTOMER_ISSUES_KEPT_SECS: i64 = 30 * 86_400;

/// What somebody did about a finding in one of its episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerReport {
    /// The finding.
    pub finding_no: i64,
    /// The episode that was told.
    pub episode: i32,
    /// What was done.
    pub outcome: CustomerOutcome,
    /// When it was said.
    pub reported_at: Timestamp,
}

/// A list of such reports that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerListTaken {
    /// When.
    pub taken_at: Timestamp,
    /// Rows by outcome, in the order of [`CustomerOutcome::ALL`].
    pub counts: [i64; 5],
    /// Rows that were refused.
    pub refused: i64,
}

impl Tx<'_> {
    /// Writes down what an organisation did about a finding, in the place of what it said before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_customer_report(&mut self, party_no: i64, report: &CustomerReport) -> Result<()> {
        self.execute(
            "INSERT INTO customer_report (party_no, finding_no, episode, outcome, reported_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (party_no, finding_no, episode) DO UPDATE SET outcome = excluded.outcome,
                 reported_at = excluded.reported_at",
            values![
                party_no,
                report.finding_no,
                report.episode,
                report.outcome.code(),
                report.reported_at.micros()
            ],
        )?;
        Ok(())
    }

    /// What an organisation said last that it did about a finding, whatever the episode.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn customer_report(
        &mut self,
        party_no: i64,
        finding_no: i64,
    ) -> Result<Option<CustomerReport>> {
        self.query_opt(
            "SELECT episode, outcome, reported_at FROM customer_report WHERE party_no = $1 AND finding_no = $2
             ORDER BY episode DESC LIMIT 1",
            values![party_no, finding_no],
            |row| {
                Ok(CustomerReport {
                    finding_no,
                    episode: row.int(0)? as i32,
                    outcome: row.code(1, "outcome for a customer", CustomerOutcome::from_code)?,
                    reported_at: Timestamp::from_micros(row.int(2)?),
                })
            },
        )
    }

    /// Notes that an organisation gave a list, and which of its rows were not taken; gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_customer_list(
        &mut self,
        party_no: i64,
        list: &CustomerListTaken,
        issues: &[(u64, CustomerRowIssue)],
    ) -> Result<i64> {
        let [forwarded, informed, quarantined, declined, not_traceable] = list.counts;
        let list_no = self.query_int(
            "INSERT INTO customer_list (party_no, taken_at, forwarded, informed, quarantined, declined, not_traceable,
                refused)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING list_no",
            values![
                party_no,
                list.taken_at.micros(),
                forwarded,
                informed,
                quarantined,
                declined,
                not_traceable,
                list.refused
            ],
        )?;
        let columns = ["list_no", "line", "issue"];
        self.insert_all(
            "customer_list_issue",
            &columns,
            issues,
            |(line, issue), row| {
                row.extend_from_slice(values![list_no, *line as i64, issue.code()]);
            },
        )?;
        Ok(list_no)
    }

    /// Lists of an organisation below a number, the newest first, each with its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn customer_lists(
        &mut self,
        party_no: i64,
        before_no: i64,
        rows_max: i64,
    ) -> Result<Vec<(i64, CustomerListTaken)>> {
        let sql =
            format!("{LIST} WHERE party_no = $1 AND list_no < $2 ORDER BY list_no DESC LIMIT $3");
        self.query(&sql, values![party_no, before_no, rows_max], list_from)
    }

    /// A list of an organisation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn customer_list(
        &mut self,
        party_no: i64,
        list_no: i64,
    ) -> Result<Option<CustomerListTaken>> {
        let sql = format!("{LIST} WHERE party_no = $1 AND list_no = $2");
        let found = self.query_opt(&sql, values![party_no, list_no], list_from)?;
        Ok(found.map(|(_, list)| list))
    }

    /// Rows of a list that were not taken, from the line after `after_line` on: line and what is wrong.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn customer_list_issues(
        &mut self,
        list_no: i64,
        after_line: i64,
        rows_max: i64,
    ) -> Result<Vec<(i64, CustomerRowIssue)>> {
        self.query(
            "SELECT line, issue FROM customer_list_issue WHERE list_no = $1 AND line > $2 ORDER BY line LIMIT $3",
            values![list_no, after_line, rows_max],
            |row| {
                let issue = row.code(1, "issue of a row", CustomerRowIssue::from_code)?;
                Ok((row.int(0)?, issue))
            },
        )
    }

    /// Forgets which rows were not taken of lists of before a moment; says of how many rows.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_customer_issues(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(
            // Not of lists whose rows are forgotten: there is one more with each upload, for ever.
            "DELETE FROM customer_list_issue WHERE list_no IN (SELECT list_no FROM customer_list WHERE taken_at < $1
                 AND list_no >= (SELECT MIN(list_no) FROM customer_list_issue))",
            values![before.micros()],
        )
    }
}

const LIST: &str =
    "SELECT list_no, taken_at, forwarded, informed, quarantined, declined, not_traceable, refused
    FROM customer_list";

fn list_from(row: &Row<'_>) -> Result<(i64, CustomerListTaken)> {
    let list = CustomerListTaken {
        taken_at: Timestamp::from_micros(row.int(1)?),
        counts: [
            row.int(2)?,
            row.int(3)?,
            row.int(4)?,
            row.int(5)?,
            row.int(6)?,
        ],
        refused: row.int(7)?,
    };
    Ok((row.int(0)?, list))
}
