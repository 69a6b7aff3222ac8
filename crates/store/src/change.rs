//! What happened for an organisation, in an order that a reader can go on from.
//!
//! A message has its number from when lines are collected for it, and is approved in another order. So its approval gets
//! a number of its own, and no lower number appears after a higher one was read.

use model::Timestamp;

use crate::connection::{Tx, TxEngine, values};
use crate::error::Result;

model::vocabulary! {
    /// What happened.
    pub enum ChangeKind: "kind of change" {
        /// A message was approved: what it says is told.
        Told = 0 => "told",
    }
}

/// Something that happened for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartyChange {
    /// Where it stands in the order.
    pub change_no: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// To what: the number of a notification.
    pub subject_no: i64,
    /// When.
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Notes the approval of all messages of a window.
    pub(crate) fn note_approved_window(&mut self, window_no: i64, at: Timestamp) -> Result<()> {
        self.lock_changes()?;
        self.execute(
            "INSERT INTO party_change (party_no, kind, subject_no, at)
             SELECT recipient_no, 0, notification_no, $2 FROM notification
             WHERE window_no = $1 AND state = 2 ORDER BY notification_no
             ON CONFLICT (kind, subject_no) DO NOTHING",
            values![window_no, at.micros()],
        )?;
        Ok(())
    }

    /// Notes the approval of one message.
    pub(crate) fn note_approved(&mut self, notification_no: i64, at: Timestamp) -> Result<()> {
        self.lock_changes()?;
        self.execute(
            "INSERT INTO party_change (party_no, kind, subject_no, at)
             SELECT recipient_no, 0, notification_no, $2 FROM notification WHERE notification_no = $1
             ON CONFLICT (kind, subject_no) DO NOTHING",
            values![notification_no, at.micros()],
        )?;
        Ok(())
    }

    /// Forgets the approval of one message that is not told after all. Approved again, it happens anew, at the end.
    pub(crate) fn unnote_approved(&mut self, notification_no: i64) -> Result<()> {
        self.execute(
            "DELETE FROM party_change WHERE kind = 0 AND subject_no = $1",
            values![notification_no],
        )?;
        Ok(())
    }

    /// One writer at a time until it commits: otherwise a number could be read before a lower one is there.
    fn lock_changes(&mut self) -> Result<()> {
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            tx.batch_execute("LOCK TABLE party_change IN EXCLUSIVE MODE")?;
        }
        Ok(())
    }

    /// What happened for an organisation after a place in the order, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn changes_of(
        &mut self,
        party_no: i64,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<PartyChange>> {
        self.query(
            "SELECT change_no, kind, subject_no, at FROM party_change
             WHERE party_no = $1 AND change_no > $2 ORDER BY change_no LIMIT $3",
            values![party_no, after_no, rows_max],
            |row| {
                Ok(PartyChange {
                    change_no: row.int(0)?,
                    kind: row.code(1, "kind of change", ChangeKind::from_code)?,
                    subject_no: row.int(2)?,
                    at: Timestamp::from_micros(row.int(3)?),
                })
            },
        )
    }

    /// Place of the last change of all organisations; 0 when nothing happened yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn last_change_no(&mut self) -> Result<i64> {
        self.query_int("SELECT COALESCE(MAX(change_no), 0) FROM party_change", &[])
    }
}
