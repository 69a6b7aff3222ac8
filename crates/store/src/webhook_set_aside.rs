//! Events that an address did not take and that no longer hold up what came after them: each is tried again beside it.

use model::Timestamp;

use crate::change::{CHANGE, PartyChange, Subject, change_from};
use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::webhook::Webhook;

/// Seconds for which an event that was set aside is kept. After that it is among the changes alone.
pub const SET_ASIDE_KEPT_SECS: i64 = 30 * 86_400;

/// An event that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// What happened.
    pub change: PartyChange,
    /// Since when.
    pub at: Timestamp,
    /// It is tried no more until somebody asks for it.
    pub is_given_up: bool,
}

impl Tx<'_> {
    /// What was set aside of an address after a place in the order of changes, in that order.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn webhook_set_asides(
        &mut self,
        (party_no, webhook_no): (i64, i64),
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<SetAside>> {
        let sql = format!(
            "SELECT {CHANGE}, a.set_aside_at, a.given_up FROM {CHANGE_ASIDE} WHERE a.party_no = $1 AND a.webhook_no = $2 AND a.change_no > $3
             ORDER BY a.change_no LIMIT $4"
        );
        let values = values![party_no, webhook_no, after_no, rows_max];
        self.query(&sql, values, set_aside_from)
    }

    /// What was set aside of an address and is still sent again, in the order of changes.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn waiting_set_asides(&mut self, webhook_no: i64, rows_max: i64) -> Result<Vec<SetAside>> {
        let sql = format!(
            "SELECT {CHANGE}, a.set_aside_at, a.given_up FROM {CHANGE_ASIDE} WHERE a.webhook_no = $1 AND a.given_up = 0 ORDER BY a.change_no LIMIT $2"
        );
        self.query(&sql, values![webhook_no, rows_max], set_aside_from)
    }

    /// Whether an event about this was set aside of an address and is still sent again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn is_set_aside(&mut self, webhook_no: i64, subject: Subject) -> Result<bool> {
        let (is_about, number) = match subject {
            Subject::Message(number) => ("c.kind <> 1 AND c.subject_no = $2", number),
            Subject::Finding(number) => ("e.finding_no = $2", number),
        };
        let sql = format!(
            "SELECT 1 FROM {CHANGE_ASIDE} WHERE a.webhook_no = $1 AND a.given_up = 0 AND {is_about} LIMIT 1"
        );
        let found = self.query_opt(&sql, values![webhook_no, number], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Whether something of an address was set aside at this time or later.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_set_aside_since(&mut self, webhook_no: i64, since: Timestamp) -> Result<bool> {
        let found = self.query_opt(
            "SELECT 1 FROM webhook_set_aside WHERE webhook_no = $1 AND set_aside_at >= $2 LIMIT 1",
            values![webhook_no, since.micros()],
            |row| row.int(0),
        )?;
        Ok(found.is_some())
    }

    /// Sets an event aside, by the worker that has the address; says whether it still had it. It is tried at `again_at`, or
    /// sooner where others are.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_event_aside(
        &mut self,
        webhook: &Webhook,
        change_no: i64,
        again_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let moved = self.execute(
            "UPDATE webhook SET change_no = $3, aside_due_at = COALESCE(aside_due_at, $4)
             WHERE webhook_no = $1 AND taken_until = $2",
            values![
                webhook.webhook_no,
                webhook.taken_until,
                change_no,
                again_at.micros()
            ],
        )?;
        if moved == 1 {
            self.execute(
                "INSERT INTO webhook_set_aside (webhook_no, party_no, change_no, set_aside_at, given_up)
                 VALUES ($1, $2, $3, $4, 0) ON CONFLICT (webhook_no, change_no) DO NOTHING",
                values![
                    webhook.webhook_no,
                    webhook.party_no,
                    change_no,
                    now.micros()
                ],
            )?;
        }
        Ok(moved == 1)
    }

    /// Says when what was set aside is tried next, by the worker that has the address; nothing: not by itself. Where somebody
    /// asked for it since the address was taken, that stands.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn plan_set_asides(&mut self, webhook: &Webhook, due_at: Option<Timestamp>) -> Result<()> {
        self.execute(
            "UPDATE webhook SET aside_due_at = $3
             WHERE webhook_no = $1 AND taken_until = $2 AND aside_due_at = $4",
            values![
                webhook.webhook_no,
                webhook.taken_until,
                due_at.map(Timestamp::micros),
                webhook.aside_due_at.map(Timestamp::micros)
            ],
        )?;
        Ok(())
    }

    /// Has all that was set aside of an address be tried now, as if it had just been; says whether there is such an address.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn send_set_asides_again(
        &mut self,
        party_no: i64,
        webhook_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let found = self.execute(
            "UPDATE webhook SET aside_due_at = $3 WHERE party_no = $1 AND webhook_no = $2",
            values![party_no, webhook_no, now.micros()],
        )?;
        self.execute(
            "UPDATE webhook_set_aside SET set_aside_at = $3, given_up = 0
             WHERE party_no = $1 AND webhook_no = $2",
            values![party_no, webhook_no, now.micros()],
        )?;
        self.announce_work()?;
        Ok(found == 1)
    }
}

/// What was set aside, `a`, with the change `c` and what was said, `e`.
const CHANGE_ASIDE: &str = "webhook_set_aside a JOIN party_change c ON c.change_no = a.change_no
    LEFT JOIN answer_event e ON c.kind = 1 AND e.event_no = c.subject_no";

fn set_aside_from(row: &Row<'_>) -> Result<SetAside> {
    Ok(SetAside {
        change: change_from(row)?,
        at: Timestamp::from_micros(row.int(5)?),
        is_given_up: row.int(6)? != 0,
    })
}
