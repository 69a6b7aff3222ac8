//! What happened for an organisation, in an order that a reader can go on from.
//!
//! A message has its number from when lines are collected for it, and is approved in another order. So its approval gets
//! a number of its own, and no lower number appears after a higher one was read.

use model::Timestamp;

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::Result;

model::vocabulary! {
    /// What happened.
    pub enum ChangeKind: "kind of change" {
        /// A message was approved: what it says is told.
        Told = 0 => "told",
        /// Somebody of the organisation said how far a finding is.
        Answered = 1 => "answered",
        /// A message that was approved is kept back: nobody is told by it for now.
        Withdrawn = 2 => "withdrawn",
    }
}

impl ChangeKind {
    /// What programs that are told of it call it.
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Told => "message.told",
            Self::Answered => "finding.answered",
            Self::Withdrawn => "message.withdrawn",
        }
    }
}

/// Something that happened for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartyChange {
    /// Where it stands in the order.
    pub change_no: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// To what: the number of a notification, or of what was said of a finding.
    pub subject_no: i64,
    /// Of which finding something was said.
    pub finding_no: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// What something that happened is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The message of this number.
    Message(i64),
    /// The finding of this number.
    Finding(i64),
}

impl PartyChange {
    /// The message that it is about.
    pub fn notification_no(&self) -> Option<i64> {
        match self.kind {
            ChangeKind::Told | ChangeKind::Withdrawn => Some(self.subject_no),
            ChangeKind::Answered => None,
        }
    }

    /// What it is about: changes of one thing are told in their order.
    pub fn subject(&self) -> Subject {
        match self.finding_no {
            Some(finding_no) => Subject::Finding(finding_no),
            None => Subject::Message(self.subject_no),
        }
    }
}

impl Tx<'_> {
    /// Notes the approval of all messages of a window.
    pub(crate) fn note_approved_window(&mut self, window_no: i64, at: Timestamp) -> Result<()> {
        self.lock_changes()?;
        self.execute(
            "INSERT INTO party_change (party_no, kind, subject_no, at)
             SELECT recipient_no, 0, notification_no, $2 FROM notification
             WHERE window_no = $1 AND state IN (2, 6) ORDER BY notification_no
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

    /// Forgets the approval of one message that is not told after all, and notes that. Approved again, it happens anew, at
    /// the end.
    pub(crate) fn unnote_approved(&mut self, notification_no: i64, at: Timestamp) -> Result<()> {
        // Before a row is touched: two that did so and then wanted the lock would wait for each other.
        self.lock_changes()?;
        let removed = "DELETE FROM party_change WHERE kind = 0 AND subject_no = $1";
        if self.execute(removed, values![notification_no])? == 0 {
            return Ok(());
        }
        self.execute(
            "DELETE FROM party_change WHERE kind = 2 AND subject_no = $1",
            values![notification_no],
        )?;
        self.execute(
            "INSERT INTO party_change (party_no, kind, subject_no, at)
             SELECT recipient_no, 2, notification_no, $2 FROM notification WHERE notification_no = $1",
            values![notification_no, at.micros()],
        )?;
        Ok(())
    }

    /// Notes that an organisation said how far a finding is.
    pub(crate) fn note_answered(
        &mut self,
        party_no: i64,
        event_no: i64,
        at: Timestamp,
    ) -> Result<()> {
        self.lock_changes()?;
        self.execute(
            "INSERT INTO party_change (party_no, kind, subject_no, at) VALUES ($1, 1, $2, $3)",
            values![party_no, event_no, at.micros()],
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
        let sql = format!(
            "SELECT {CHANGE} FROM party_change c
             LEFT JOIN answer_event e ON c.kind = 1 AND e.event_no = c.subject_no
             WHERE c.party_no = $1 AND c.change_no > $2 ORDER BY c.change_no LIMIT $3"
        );
        self.query(&sql, values![party_no, after_no, rows_max], change_from)
    }

    /// Place of the last change of all organisations; 0 when nothing happened yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn last_change_no(&mut self) -> Result<i64> {
        self.query_int("SELECT COALESCE(MAX(change_no), 0) FROM party_change", &[])
    }
}

/// The columns of a change `c` with what was said, `e`.
pub(crate) const CHANGE: &str = "c.change_no, c.kind, c.subject_no, c.at, e.finding_no";

pub(crate) fn change_from(row: &Row<'_>) -> Result<PartyChange> {
    Ok(PartyChange {
        change_no: row.int(0)?,
        kind: row.code(1, "kind of change", ChangeKind::from_code)?,
        subject_no: row.int(2)?,
        at: Timestamp::from_micros(row.int(3)?),
        finding_no: row.opt_int(4)?,
    })
}
