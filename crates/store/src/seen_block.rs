//! Which findings the reports of a source showed in a month, in blocks, and which deliveries were looked at for that.

use model::{Day, Timestamp};

use crate::batch::{BATCH, Batch, batch_from};
use crate::connection::{Tx, values};
use crate::error::Result;

/// The findings of one block that a report type of a source showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenBlock {
    /// Which block.
    pub block: i64,
    /// Who showed them.
    pub source_no: i64,
    /// In which reports.
    pub report_type: String,
    /// Which of the block; what the bytes mean is for the caller.
    pub members: Vec<u8>,
}

/// What was counted of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedBatch {
    /// The delivery.
    pub batch_no: i64,
    /// Rows of it that were accepted by then; -1: it was never counted.
    pub accepted: i64,
    /// Its observations then.
    pub observations: i64,
}

impl Tx<'_> {
    /// Number of the first delivery that came at that moment or later; of the next one, where there is none yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn first_batch_since(&mut self, at: Timestamp) -> Result<i64> {
        self.first_since(("batch", "batch_no", "received_at"), at)
    }

    /// Deliveries from a number on that were read to their end, and of which rows were accepted since they were counted: the
    /// oldest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn uncounted_batches(&mut self, from_no: i64, rows_max: i64) -> Result<Vec<Batch>> {
        let sql = format!(
            "{BATCH} WHERE batch_no >= $1 AND state NOT IN (0, 3) AND NOT EXISTS (SELECT 1 FROM counted_batch c
                WHERE c.batch_no = batch.batch_no AND c.accepted = batch.accepted)
             ORDER BY batch_no LIMIT $2"
        );
        self.query(&sql, values![from_no, rows_max], batch_from)
    }

    /// Gives what a delivery shows: each finding with when it was observed, once for each observation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn each_sighting(
        &mut self,
        batch: &Batch,
        mut take: impl FnMut(i64, Timestamp),
    ) -> Result<()> {
        let sql = "SELECT finding_no, observed_at FROM observation WHERE received_day = $1 AND batch_no = $2";
        let asked = values![batch.received_day.days(), batch.batch_no];
        self.for_each(sql, asked, |row| {
            take(row.int(0)?, Timestamp::from_micros(row.int(1)?));
            Ok(())
        })
    }

    /// Takes a delivery in hand to count it, and gives what was counted of it before. Whoever takes the same one in hand waits
    /// for the end of this transaction.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_count(&mut self, batch_no: i64) -> Result<CountedBatch> {
        let found = self.query_opt(
            "INSERT INTO counted_batch (batch_no, accepted, observations) VALUES ($1, -1, 0)
             ON CONFLICT (batch_no) DO UPDATE SET batch_no = excluded.batch_no RETURNING accepted, observations",
            values![batch_no],
            |row| {
                Ok(CountedBatch {
                    batch_no,
                    accepted: row.int(0)?,
                    observations: row.int(1)?,
                })
            },
        )?;
        found.ok_or(crate::error::StoreError::Conflict)
    }

    /// Writes down what was counted of a delivery that was taken in hand.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_count(&mut self, counted: &CountedBatch) -> Result<()> {
        self.execute(
            "UPDATE counted_batch SET accepted = $2, observations = $3 WHERE batch_no = $1",
            values![counted.batch_no, counted.accepted, counted.observations],
        )?;
        Ok(())
    }

    /// Members of a block as they are known; `None`: nobody showed one of them.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn seen_members(&mut self, month: Day, block: &SeenBlock) -> Result<Option<Vec<u8>>> {
        self.query_opt(
            "SELECT members FROM seen_block WHERE month = $1 AND block = $2 AND source_no = $3 AND report_type = $4",
            values![month.days(), block.block, block.source_no, &block.report_type],
            |row| row.bytes(0),
        )
    }

    /// Keeps the members of a block, in the place of those that were known.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_seen_block(&mut self, month: Day, block: &SeenBlock) -> Result<()> {
        self.execute(
            "INSERT INTO seen_block (month, block, source_no, report_type, members) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (month, block, source_no, report_type) DO UPDATE SET members = excluded.members",
            values![
                month.days(),
                block.block,
                block.source_no,
                &block.report_type,
                &block.members[..]
            ],
        )?;
        Ok(())
    }

    /// Gives the blocks of a month; those with one number follow each other.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn each_seen_block(&mut self, month: Day, mut take: impl FnMut(SeenBlock)) -> Result<()> {
        let sql = "SELECT block, source_no, report_type, members FROM seen_block WHERE month = $1
                   ORDER BY block, source_no, report_type";
        self.for_each(sql, values![month.days()], |row| {
            take(SeenBlock {
                block: row.int(0)?,
                source_no: row.int(1)?,
                report_type: row.text(2)?,
                members: row.bytes(3)?,
            });
            Ok(())
        })
    }

    /// Removes blocks of before a month, and marks of deliveries of before a number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_counted(&mut self, month: Day, first_batch: i64) -> Result<()> {
        let blocks = "DELETE FROM seen_block WHERE month < $1";
        self.execute(blocks, values![month.days()])?;
        let marks = "DELETE FROM counted_batch WHERE batch_no < $1";
        self.execute(marks, values![first_batch])?;
        Ok(())
    }
}
