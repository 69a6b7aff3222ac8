//! What those who run networks for others did about findings of their customers. Who the customers are is not kept.

use model::{CustomerOutcome, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;

/// What somebody did about a finding in one of its episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerReport {
    /// The finding.
    pub finding_no: i64,
    /// The episode that was told.
    pub episode: i32,
    /// What was done.
    pub outcome: CustomerOutcome,
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
    pub fn put_customer_report(
        &mut self,
        party_no: i64,
        report: &CustomerReport,
        now: Timestamp,
    ) -> Result<()> {
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
                now.micros()
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
            "SELECT episode, outcome FROM customer_report WHERE party_no = $1 AND finding_no = $2
             ORDER BY episode DESC LIMIT 1",
            values![party_no, finding_no],
            |row| {
                Ok(CustomerReport {
                    finding_no,
                    episode: row.int(0)? as i32,
                    outcome: row.code(1, "outcome for a customer", CustomerOutcome::from_code)?,
                })
            },
        )
    }

    /// Notes that an organisation gave a list.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_customer_list(&mut self, party_no: i64, list: &CustomerListTaken) -> Result<()> {
        let [forwarded, informed, quarantined, declined, not_traceable] = list.counts;
        self.execute(
            "INSERT INTO customer_list (party_no, taken_at, forwarded, informed, quarantined, declined, not_traceable,
                refused)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
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
        Ok(())
    }

    /// The last lists of an organisation, the newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn customer_lists(
        &mut self,
        party_no: i64,
        rows_max: i64,
    ) -> Result<Vec<CustomerListTaken>> {
        self.query(
            "SELECT taken_at, forwarded, informed, quarantined, declined, not_traceable, refused FROM customer_list
             WHERE party_no = $1 ORDER BY list_no DESC LIMIT $2",
            values![party_no, rows_max],
            |row| {
                Ok(CustomerListTaken {
                    taken_at: Timestamp::from_micros(row.int(0)?),
                    counts: [
                        row.int(1)?,
                        row.int(2)?,
                        row.int(3)?,
                        row.int(4)?,
                        row.int(5)?,
                    ],
                    refused: row.int(6)?,
                })
            },
        )
    }
}
