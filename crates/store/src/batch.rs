//! Deliveries of sources: the batch row, what was said about it, and the rows that were not accepted.

use std::ops::{AddAssign, SubAssign};

use model::{Day, RowIssue, RowVerdict, StatisticsRegime, Timestamp, Tlp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

model::vocabulary! {
    /// Whether a batch is still being read.
    pub enum BatchState: "batch state" {
        /// Chunks remain to be read.
        Open = 0 => "open",
        /// Every row has its verdict.
        Closed = 1 => "closed",
        /// Reading stopped for a reason that a person must look at.
        Failed = 2 => "failed",
        /// It is read when somebody has vetted its source.
        Waiting = 3 => "waiting",
    }
}

/// Rows of a batch by verdict. Read is always the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchCounts {
    /// Rows read.
    pub rows_read: i64,
    /// Rows that became observations.
    pub accepted: i64,
    /// Rows that were there already.
    pub duplicate: i64,
    /// Rows with a field that breaks a rule.
    pub quarantined: i64,
    /// Rows that cannot be read as rows.
    pub refused: i64,
}

impl BatchCounts {
    /// Rows read that have no verdict: zero, or the program has a defect.
    pub fn difference(&self) -> i64 {
        self.rows_read - self.accepted - self.duplicate - self.quarantined - self.refused
    }
}

impl AddAssign for BatchCounts {
    fn add_assign(&mut self, more: Self) {
        self.rows_read += more.rows_read;
        self.accepted += more.accepted;
        self.duplicate += more.duplicate;
        self.quarantined += more.quarantined;
        self.refused += more.refused;
    }
}

impl SubAssign for BatchCounts {
    fn sub_assign(&mut self, less: Self) {
        self.rows_read -= less.rows_read;
        self.accepted -= less.accepted;
        self.duplicate -= less.duplicate;
        self.quarantined -= less.quarantined;
        self.refused -= less.refused;
    }
}

/// A batch to be taken in.
#[derive(Clone, Debug)]
pub struct NewBatch<'a> {
    /// Whose work it is.
    pub desk_no: i64,
    /// Who gave it.
    pub source_no: i64,
    /// The file's name, a label.
    pub name: &'a str,
    /// How its rows are read.
    pub report_type: &'a str,
    /// Marking of its observations.
    pub tlp: Tlp,
    /// That of the desk when it came.
    pub statistics_regime: StatisticsRegime,
    /// Keyed digest of the content as it came.
    pub digest: [u8; 32],
    /// Name of the kept bytes.
    pub blob: &'a str,
    /// Length of the kept bytes.
    pub blob_bytes: u64,
    /// When it came.
    pub received_at: Timestamp,
}

/// A batch as it stands.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Internal number.
    pub batch_no: i64,
    /// Whose work it is.
    pub desk_no: i64,
    /// Who gave it.
    pub source_no: i64,
    /// The file's name, a label.
    pub name: String,
    /// How its rows are read.
    pub report_type: String,
    /// Marking of its observations.
    pub tlp: Tlp,
    /// Name of the kept bytes.
    pub blob: String,
    /// Length of the kept bytes.
    pub blob_bytes: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// When it waited no longer until its source is vetted, where it did. The age of its rows is judged by this.
    pub released_at: Option<Timestamp>,
    /// It was never read and its sender named no marking: it gets the one that is agreed when its source is vetted.
    pub takes_tlp: bool,
    /// The day on which it came, which is the first key of its observations.
    pub received_day: Day,
    /// Whether it is still being read.
    pub state: BatchState,
    /// First line that no finished chunk has read.
    pub next_line: i64,
    /// Finished chunks.
    pub chunks: i64,
    /// Rows by verdict so far.
    pub counts: BatchCounts,
    /// Notifications that wait for the batch to close.
    pub window_no: i64,
    /// Critical notifications, which do not wait that long.
    pub urgent_window_no: i64,
}

/// What was said about a batch as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// `drift`, `truncated`, `empty` or `failed`.
    pub kind: String,
    /// For people.
    pub text: String,
}

/// A row that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueRow {
    /// Line of the delivery.
    pub line: i64,
    /// What became of the row.
    pub verdict: RowVerdict,
    /// Which field; empty when it is about the row.
    pub field: String,
    /// Which rule.
    pub code: String,
    /// For people.
    pub reason: String,
}

pub(crate) const BATCH: &str = "SELECT batch_no, desk_no, source_no, name, report_type, tlp, blob, blob_bytes, received_at,
    received_day, state, next_line, chunks, rows_read, accepted, duplicate, quarantined, refused, window_no,
    urgent_window_no, released_at, takes_tlp FROM batch";

impl Tx<'_> {
    /// The batch with this content from this source at this desk, if it came before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn batch_with_digest(
        &mut self,
        desk_no: i64,
        source_no: i64,
        digest: &[u8; 32],
    ) -> Result<Option<Batch>> {
        let sql = format!("{BATCH} WHERE desk_no = $1 AND source_no = $2 AND digest = $3");
        self.query_opt(&sql, values![desk_no, source_no, &digest[..]], batch_from)
    }

    /// Takes in a batch with its two windows, and gives its number.
    ///
    /// # Errors
    /// When the engine fails, or the same content is there already.
    pub fn add_batch(&mut self, new: &NewBatch<'_>) -> Result<i64> {
        let window_no = self.open_window(new.received_at)?;
        let urgent_window_no = self.open_window(new.received_at)?;
        self.query_int(
            "INSERT INTO batch (desk_no, source_no, name, report_type, tlp, statistics_regime, digest, blob, blob_bytes,
                received_at, received_day, window_no, urgent_window_no, state, next_line, chunks, rows_read, accepted,
                duplicate, quarantined, refused)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0, 0, 0, 0, 0)
             RETURNING batch_no",
            values![
                new.desk_no,
                new.source_no,
                new.name,
                new.report_type,
                new.tlp.code(),
                new.statistics_regime.code(),
                &new.digest[..],
                new.blob,
                new.blob_bytes as i64,
                new.received_at.micros(),
                new.received_at.day().days(),
                window_no,
                urgent_window_no,
            ],
        )
    }

    /// One batch.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn batch(&mut self, batch_no: i64) -> Result<Option<Batch>> {
        let desks = self.and_desk("desk_no");
        self.query_opt(
            &format!("{BATCH} WHERE batch_no = $1{desks}"),
            values![batch_no],
            batch_from,
        )
    }

    /// How many deliveries wait to be read or are being read, and their bytes.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn waiting_deliveries(&mut self) -> Result<(i64, i64)> {
        let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(blob_bytes), 0) AS BIGINT) FROM batch WHERE state = 0";
        let found = self.query_opt(sql, &[], |row| Ok((row.int(0)?, row.int(1)?)))?;
        Ok(found.unwrap_or_default())
    }

    /// The newest batches, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn newest_batches(&mut self, rows_max: i64) -> Result<Vec<Batch>> {
        self.query(
            &format!("{BATCH} ORDER BY batch_no DESC LIMIT $1"),
            values![rows_max],
            batch_from,
        )
    }

    /// Batches with a number below `before_no`, newest first; with `source_no` those of one source.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn batches_before(
        &mut self,
        source_no: Option<i64>,
        before_no: i64,
        rows_max: i64,
    ) -> Result<Vec<Batch>> {
        let desks = self.and_desk("desk_no");
        match source_no {
            Some(source_no) => self.query(
                &format!(
                    "{BATCH} WHERE source_no = $1 AND batch_no < $2{desks} ORDER BY batch_no DESC LIMIT $3"
                ),
                values![source_no, before_no, rows_max],
                batch_from,
            ),
            None => self.query(
                &format!("{BATCH} WHERE batch_no < $1{desks} ORDER BY batch_no DESC LIMIT $2"),
                values![before_no, rows_max],
                batch_from,
            ),
        }
    }

    /// Adds the verdicts of a chunk, and notes where the next one begins.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn advance_batch(
        &mut self,
        batch_no: i64,
        more: BatchCounts,
        next_line: i64,
    ) -> Result<()> {
        self.execute(
            "UPDATE batch SET rows_read = rows_read + $2, accepted = accepted + $3, duplicate = duplicate + $4,
                quarantined = quarantined + $5, refused = refused + $6, next_line = $7, chunks = chunks + 1
             WHERE batch_no = $1",
            values![
                batch_no,
                more.rows_read,
                more.accepted,
                more.duplicate,
                more.quarantined,
                more.refused,
                next_line
            ],
        )?;
        Ok(())
    }

    /// Gives the batch a new window for critical notifications, after the last one was closed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn renew_urgent_window(&mut self, batch_no: i64, now: Timestamp) -> Result<()> {
        let window_no = self.open_window(now)?;
        self.execute(
            "UPDATE batch SET urgent_window_no = $2 WHERE batch_no = $1",
            values![batch_no, window_no],
        )?;
        Ok(())
    }

    /// Gives a batch of which something is read again new windows: its own were closed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn renew_windows(&mut self, batch_no: i64, now: Timestamp) -> Result<()> {
        let window_no = self.open_window(now)?;
        self.execute(
            "UPDATE batch SET window_no = $2 WHERE batch_no = $1",
            values![batch_no, window_no],
        )?;
        self.renew_urgent_window(batch_no, now)
    }

    /// Ends the reading of a batch.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_batch(&mut self, batch_no: i64, state: BatchState, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE batch SET state = $2, closed_at = $3 WHERE batch_no = $1",
            values![batch_no, state.code(), now.micros()],
        )?;
        Ok(())
    }

    /// Opens a failed batch again, with new windows, to be read on from where it failed; says whether it had failed. One that waited
    /// for its source to be vetted, and of which nothing was read yet, counts as released now.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn reopen_batch(&mut self, batch_no: i64, now: Timestamp) -> Result<bool> {
        let window_no = self.open_window(now)?;
        let urgent_window_no = self.open_window(now)?;
        let opened = self.execute(
            "UPDATE batch SET state = 0, window_no = $2, urgent_window_no = $3, closed_at = NULL,
                 released_at = CASE WHEN released_at IS NOT NULL AND chunks = 0 THEN $4 ELSE released_at END
             WHERE batch_no = $1 AND state = 2",
            values![batch_no, window_no, urgent_window_no, now.micros()],
        )?;
        Ok(opened == 1)
    }

    /// Says something about a batch as a whole. The same words twice are one notice.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_notice(&mut self, batch_no: i64, kind: &str, text: &str) -> Result<()> {
        self.execute(
            "INSERT INTO batch_notice (batch_no, notice_no, kind, text)
             SELECT CAST($1 AS BIGINT), (SELECT COUNT(*) + 1 FROM batch_notice WHERE batch_no = $1),
                    CAST($2 AS TEXT), CAST($3 AS TEXT)
             WHERE NOT EXISTS (SELECT 1 FROM batch_notice WHERE batch_no = $1 AND kind = $2 AND text = $3)",
            values![batch_no, kind, text],
        )?;
        Ok(())
    }

    /// What was said about a batch.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn notices(&mut self, batch_no: i64) -> Result<Vec<Notice>> {
        let sql = "SELECT kind, text FROM batch_notice WHERE batch_no = $1 ORDER BY notice_no";
        self.query(sql, values![batch_no], |row| {
            Ok(Notice {
                kind: row.text(0)?,
                text: row.text(1)?,
            })
        })
    }

    /// Lists rows that were not accepted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_issues(&mut self, batch_no: i64, issues: &[RowIssue]) -> Result<()> {
        let columns = ["batch_no", "line", "verdict", "field", "code", "reason"];
        self.insert_all("row_issue", &columns, issues, |issue, row| {
            row.extend_from_slice(values![
                batch_no,
                issue.line as i64,
                issue.verdict.code(),
                &issue.field,
                issue.code,
                &issue.reason
            ]);
        })
    }

    /// The first rows of a batch that were not accepted, as (line, verdict, field, reason).
    ///
    /// # Errors
    /// When the engine fails.
    pub fn issues(
        &mut self,
        batch_no: i64,
        rows_max: i64,
    ) -> Result<Vec<(i64, RowVerdict, String, String)>> {
        let sql = "SELECT line, verdict, field, reason FROM row_issue WHERE batch_no = $1 ORDER BY line LIMIT $2";
        self.query(sql, values![batch_no, rows_max], |row| {
            Ok((
                row.int(0)?,
                row.code(1, "verdict", RowVerdict::from_code)?,
                row.text(2)?,
                row.text(3)?,
            ))
        })
    }

    /// Rows of a batch that were not accepted, from the line after `after_line` on, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn issues_after(
        &mut self,
        batch_no: i64,
        after_line: i64,
        rows_max: i64,
    ) -> Result<Vec<IssueRow>> {
        let sql = "SELECT line, verdict, field, code, reason FROM row_issue
                   WHERE batch_no = $1 AND line > $2 ORDER BY line LIMIT $3";
        self.query(sql, values![batch_no, after_line, rows_max], |row| {
            Ok(IssueRow {
                line: row.int(0)?,
                verdict: row.code(1, "verdict", RowVerdict::from_code)?,
                field: row.text(2)?,
                code: row.text(3)?,
                reason: row.text(4)?,
            })
        })
    }

    /// Opens a window: what is told together.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_window(&mut self, now: Timestamp) -> Result<i64> {
        let sql = "INSERT INTO sending_window (opened_at) VALUES ($1) RETURNING window_no";
        self.query_int(sql, values![now.micros()])
    }
}

pub(crate) fn batch_from(row: &Row<'_>) -> Result<Batch> {
    Ok(Batch {
        batch_no: row.int(0)?,
        desk_no: row.int(1)?,
        source_no: row.int(2)?,
        name: row.text(3)?,
        report_type: row.text(4)?,
        tlp: row.code(5, "TLP", Tlp::from_code)?,
        blob: row.text(6)?,
        blob_bytes: row.int(7)? as u64,
        received_at: Timestamp::from_micros(row.int(8)?),
        received_day: Day::from_days(row.int(9)? as i32),
        state: row.code(10, "batch state", BatchState::from_code)?,
        next_line: row.int(11)?,
        chunks: row.int(12)?,
        counts: BatchCounts {
            rows_read: row.int(13)?,
            accepted: row.int(14)?,
            duplicate: row.int(15)?,
            quarantined: row.int(16)?,
            refused: row.int(17)?,
        },
        window_no: row.int(18)?,
        urgent_window_no: row.int(19)?,
        released_at: row.opt_int(20)?.map(Timestamp::from_micros),
        takes_tlp: row.int(21)? == 1,
    })
}
