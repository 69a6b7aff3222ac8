//! Findings that nobody can be told of without a person's decision, each with its owner and its reason.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

model::vocabulary! {
    /// Why a finding waits for a person.
    pub enum QueueKind: "queue" {
        /// Nobody is known to own or run the endpoint.
        Unresolved = 0 => "unresolved",
        /// Two organisations claim the same asset; neither is told.
        Dispute = 1 => "dispute",
        /// The recipient has no contact to write to.
        NoContact = 2 => "no-contact",
        /// The marking does not allow a mail to this recipient.
        Restricted = 3 => "restricted",
        /// The owner is a natural person, and no operator is known.
        NaturalPerson = 4 => "natural-person",
        /// The recipient has contacts, and none of them takes this severity. Of earlier versions; it is told without a mail now.
        NotWanted = 5 => "not-wanted",
        /// The recipient answered so that it is left in peace.
        Answered = 6 => "answered",
        /// A recipient says that it belongs to somebody else.
        NotOurs = 7 => "not-ours",
        /// A recipient says that it is not so.
        FalseAlarm = 8 => "false-alarm",
        /// A recipient asks for help.
        HelpRequested = 9 => "help-requested",
    }
}

impl QueueKind {
    /// Whether a recipient brought it up. What the register says then does not resolve it.
    #[must_use]
    pub const fn is_of_recipient(self) -> bool {
        matches!(self, Self::NotOurs | Self::FalseAlarm | Self::HelpRequested)
    }
}

model::vocabulary! {
    /// How far an item of a queue is.
    pub enum QueueState: "queue state" {
        /// It waits.
        Open = 0 => "open",
        /// Somebody was told after all.
        Resolved = 1 => "resolved",
        /// It was decided that nobody is told, with a reason.
        Withheld = 2 => "withheld",
    }
}

/// A finding that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueItem {
    /// The finding.
    pub finding_no: i64,
    /// Which episode of it.
    pub episode: i32,
    /// Why it waits.
    pub kind: QueueKind,
    /// How far it is.
    pub state: QueueState,
    /// Who must decide.
    pub owner: String,
    /// For people.
    pub reason: String,
    /// Since when.
    pub opened_at: Timestamp,
}

/// What waits in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenQueue {
    /// Which.
    pub kind: QueueKind,
    /// Open items.
    pub items: i64,
    /// Since when the oldest waits.
    pub oldest: Timestamp,
}

const ITEM: &str =
    "SELECT finding_no, episode, kind, state, owner, reason, opened_at FROM queue_item";

impl Tx<'_> {
    /// Adds items. Those of the same finding, episode and kind must not be there yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_queue_items(&mut self, items: &[QueueItem]) -> Result<()> {
        let columns = [
            "finding_no",
            "episode",
            "kind",
            "state",
            "owner",
            "reason",
            "opened_at",
            "decided_by",
        ];
        self.insert_all("queue_item", &columns, items, |item, row| {
            row.extend_from_slice(values![
                item.finding_no,
                item.episode,
                item.kind.code(),
                item.state.code(),
                &item.owner,
                &item.reason,
                item.opened_at.micros(),
                ""
            ]);
        })
    }

    /// Opens an item, or opens it again with another reason.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_queue_item(&mut self, item: &QueueItem) -> Result<()> {
        self.execute(
            "INSERT INTO queue_item (finding_no, episode, kind, state, owner, reason, opened_at, decided_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, '')
             ON CONFLICT (finding_no, episode, kind) DO UPDATE SET state = excluded.state, reason = excluded.reason,
                 opened_at = excluded.opened_at, decided_at = NULL, decided_by = ''",
            values![
                item.finding_no,
                item.episode,
                item.kind.code(),
                item.state.code(),
                &item.owner,
                &item.reason,
                item.opened_at.micros(),
            ],
        )?;
        Ok(())
    }

    /// Items of these findings, in any state.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn queue_items_of(&mut self, finding_nos: &[i64]) -> Result<Vec<QueueItem>> {
        let sql = format!(
            "{ITEM} WHERE finding_no {}{} ORDER BY finding_no, episode, kind",
            self.in_set("$1"),
            self.and_finding("queue_item.finding_no")
        );
        self.query(&sql, values![finding_nos], item_from)
    }

    /// Open items of a kind with a finding number above `after_no`, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_queue_items(
        &mut self,
        kind: QueueKind,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<QueueItem>> {
        let sql = format!(
            "{ITEM} WHERE state = 0 AND kind = $1 AND finding_no > $2{} ORDER BY finding_no LIMIT $3",
            self.and_finding("queue_item.finding_no")
        );
        self.query(&sql, values![kind.code(), after_no, rows_max], item_from)
    }

    /// What waits in each queue that is not empty. Walks every open item.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_queues(&mut self) -> Result<Vec<OpenQueue>> {
        let sql = format!(
            "SELECT kind, COUNT(*), MIN(opened_at) FROM queue_item WHERE state = 0{} GROUP BY kind ORDER BY kind",
            self.and_finding("queue_item.finding_no")
        );
        self.query(&sql, &[], |row| {
            Ok(OpenQueue {
                kind: row.code(0, "queue", QueueKind::from_code)?,
                items: row.int(1)?,
                oldest: Timestamp::from_micros(row.int(2)?),
            })
        })
    }

    /// Says who looks after the open items of a finding from now on; says how many there are.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_queue_items(&mut self, finding_no: i64, owner: &str) -> Result<u64> {
        let sql = format!(
            "UPDATE queue_item SET owner = $2 WHERE finding_no = $1 AND state = 0{}",
            self.and_finding("queue_item.finding_no")
        );
        self.execute(&sql, values![finding_no, owner])
    }

    /// Moves an item to another state, with the reason and by whom.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn move_queue_item(
        &mut self,
        (finding_no, episode, kind): (i64, i32, QueueKind),
        to: QueueState,
        reason: &str,
        (at, by): (Timestamp, &str),
    ) -> Result<()> {
        self.execute(
            "UPDATE queue_item SET state = $4, reason = $5, decided_at = $6, decided_by = $7
             WHERE finding_no = $1 AND episode = $2 AND kind = $3",
            values![
                finding_no,
                episode,
                kind.code(),
                to.code(),
                reason,
                at.micros(),
                by
            ],
        )?;
        Ok(())
    }
}

fn item_from(row: &Row<'_>) -> Result<QueueItem> {
    Ok(QueueItem {
        finding_no: row.int(0)?,
        episode: row.int(1)? as i32,
        kind: row.code(2, "queue", QueueKind::from_code)?,
        state: row.code(3, "queue state", QueueState::from_code)?,
        owner: row.text(4)?,
        reason: row.text(5)?,
        opened_at: Timestamp::from_micros(row.int(6)?),
    })
}
