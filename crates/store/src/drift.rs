//! How the columns of a source's reports differ from what their type is known to have, and since when.

use model::Timestamp;

use crate::connection::{Tx, values};
use crate::error::Result;

/// A column that is missing, or that nobody expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriftRow {
    /// Key of the source.
    pub source: String,
    /// Type of the report.
    pub report_type: String,
    /// `missing`, `new`, or `unknown-type` for a report that no table of ours describes.
    pub kind: String,
    /// The column; empty for a type.
    pub column: String,
    /// Receipt of the first delivery that showed it.
    pub first_at: Timestamp,
    /// Receipt of the latest one.
    pub last_at: Timestamp,
    /// Deliveries that showed it.
    pub batches: i64,
}

impl Tx<'_> {
    /// Notes that a delivery showed a difference.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_drift(
        &mut self,
        source_no: i64,
        report_type: &str,
        (kind, column): (&str, &str),
        at: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO drift (source_no, report_type, kind, column_name, first_at, last_at, batches)
             VALUES ($1, $2, $3, $4, $5, $5, 1)
             ON CONFLICT (source_no, report_type, kind, column_name)
             DO UPDATE SET last_at = excluded.last_at, batches = drift.batches + 1",
            values![source_no, report_type, kind, column, at.micros()],
        )?;
        Ok(())
    }

    /// All differences, or those of one source, by source, type and column.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn drift(&mut self, source_no: Option<i64>) -> Result<Vec<DriftRow>> {
        // The cross join keeps the embedded engine from walking all parties to have them in order.
        let sql = "SELECT p.reference, d.report_type, d.kind, d.column_name, d.first_at, d.last_at, d.batches
                   FROM drift d CROSS JOIN party p
                   WHERE p.party_no = d.source_no AND (CAST($1 AS BIGINT) IS NULL OR d.source_no = CAST($1 AS BIGINT))
                   ORDER BY p.reference, d.report_type, d.kind, d.column_name";
        self.query(sql, values![source_no], |row| {
            Ok(DriftRow {
                source: row.text(0)?,
                report_type: row.text(1)?,
                kind: row.text(2)?,
                column: row.text(3)?,
                first_at: Timestamp::from_micros(row.int(4)?),
                last_at: Timestamp::from_micros(row.int(5)?),
                batches: row.int(6)?,
            })
        })
    }
}
