//! Rows that were not accepted, corrected by somebody of the desk, and the reading of them once more.
//!
//! The delivery stays as it came. What is read again is what stands in `row_issue`; a row that is accepted now leaves it,
//! so that rows, verdicts and reasons still add up.

use model::{RowVerdict, Timestamp};

use crate::batch::{BatchCounts, BatchState};
use crate::connection::{Tx, values};
use crate::error::Result;
use crate::job::Stage;

/// A field that was corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowRepair {
    /// Name of the column.
    pub field: String,
    /// What it says now.
    pub value: String,
    /// When it was corrected.
    pub repaired_at: Timestamp,
    /// Who did: a person.
    pub repaired_by: i64,
}

/// A delivery whose rows that were not accepted are being read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replay {
    /// First line that no finished chunk has read again.
    pub next_line: i64,
    /// When it was last asked for; whoever asks anew moves it.
    pub asked_at: Timestamp,
}

impl Tx<'_> {
    /// Corrects fields of a row that was not accepted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_repairs(
        &mut self,
        (batch_no, line): (i64, i64),
        fields: &[(String, String)],
        (by, now): (i64, Timestamp),
    ) -> Result<()> {
        for (field, value) in fields {
            self.execute(
                "INSERT INTO row_repair (batch_no, line, field, value, repaired_at, repaired_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                values![batch_no, line, field, value, now.micros(), by],
            )?;
        }
        Ok(())
    }

    /// Repairs of a row, oldest first: of several of one field the last counts.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn repairs_of_row(&mut self, batch_no: i64, line: i64) -> Result<Vec<RowRepair>> {
        self.query(
            "SELECT field, value, repaired_at, repaired_by FROM row_repair
             WHERE batch_no = $1 AND line = $2 ORDER BY repair_no",
            values![batch_no, line],
            |row| {
                Ok(RowRepair {
                    field: row.text(0)?,
                    value: row.text(1)?,
                    repaired_at: Timestamp::from_micros(row.int(2)?),
                    repaired_by: row.int(3)?,
                })
            },
        )
    }

    /// Repairs of all rows of a batch from a line on, oldest first, as (line, field, value).
    ///
    /// # Errors
    /// When the engine fails.
    pub fn repairs_from(&mut self, batch_no: i64, line: i64) -> Result<Vec<(i64, String, String)>> {
        self.query(
            "SELECT line, field, value FROM row_repair WHERE batch_no = $1 AND line >= $2 ORDER BY line, repair_no",
            values![batch_no, line],
            |row| Ok((row.int(0)?, row.text(1)?, row.text(2)?)),
        )
    }

    /// Lines of a batch from one on that were not accepted, with their verdicts.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn issue_verdicts(&mut self, batch_no: i64, line: i64) -> Result<Vec<(i64, RowVerdict)>> {
        self.query(
            "SELECT line, verdict FROM row_issue WHERE batch_no = $1 AND line >= $2 ORDER BY line",
            values![batch_no, line],
            |row| Ok((row.int(0)?, row.code(1, "verdict", RowVerdict::from_code)?)),
        )
    }

    /// Has the rows of a batch that were not accepted read again; says whether the batch was read to its end before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_replay(&mut self, batch_no: i64, urgency: i16, now: Timestamp) -> Result<bool> {
        let is_asked = self.execute(
            "UPDATE batch_replay SET next_line = 0, asked_at = $2 WHERE batch_no = $1",
            values![batch_no, now.micros()],
        )?;
        if is_asked == 0 {
            let state = self.batch(batch_no)?.map(|batch| batch.state);
            if state != Some(BatchState::Closed) {
                return Ok(false);
            }
            self.renew_windows(batch_no, now)?;
            self.execute(
                "INSERT INTO batch_replay (batch_no, next_line, asked_at) VALUES ($1, 0, $2)",
                values![batch_no, now.micros()],
            )?;
        }
        // A job that is at it sees at its end that it was asked anew.
        let waiting = self.query_int(
            "SELECT COUNT(*) FROM job WHERE stage = $1 AND subject_no = $2 AND state IN (0, 1)",
            values![Stage::Process.code(), batch_no],
        )?;
        if waiting == 0 {
            self.add_job(Stage::Process, batch_no, urgency, now)?;
        }
        Ok(true)
    }

    /// The reading again that a batch is in, if it is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn replay(&mut self, batch_no: i64) -> Result<Option<Replay>> {
        self.query_opt(
            "SELECT next_line, asked_at FROM batch_replay WHERE batch_no = $1",
            values![batch_no],
            |row| {
                Ok(Replay {
                    next_line: row.int(0)?,
                    asked_at: Timestamp::from_micros(row.int(1)?),
                })
            },
        )
    }

    /// Takes the verdicts of a chunk that was read again: its lines, up to `next_line`, leave the list of rows that were
    /// not accepted, and `change` is what that does to the counts. Say afterwards which are still not accepted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn advance_replay(
        &mut self,
        batch_no: i64,
        (replay, next_line): (Replay, i64),
        change: BatchCounts,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM row_issue WHERE batch_no = $1 AND line >= $2 AND line < $3",
            values![batch_no, replay.next_line, next_line],
        )?;
        self.execute(
            "UPDATE batch SET rows_read = rows_read + $2, accepted = accepted + $3, duplicate = duplicate + $4,
                quarantined = quarantined + $5, refused = refused + $6, chunks = chunks + 1
             WHERE batch_no = $1",
            values![
                batch_no,
                change.rows_read,
                change.accepted,
                change.duplicate,
                change.quarantined,
                change.refused
            ],
        )?;
        self.execute(
            "UPDATE batch_replay SET next_line = $3 WHERE batch_no = $1 AND asked_at = $2",
            values![batch_no, replay.asked_at.micros(), next_line],
        )?;
        Ok(())
    }

    /// Ends the reading again; says whether nobody asked for it anew meanwhile.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_replay(&mut self, batch_no: i64, asked_at: Timestamp) -> Result<bool> {
        let ended = self.execute(
            "DELETE FROM batch_replay WHERE batch_no = $1 AND asked_at = $2",
            values![batch_no, asked_at.micros()],
        )?;
        Ok(ended == 1)
    }
}
