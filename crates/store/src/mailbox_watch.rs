//! Mailboxes of participants that are looked at each day, from the answered code until taking part ends.

use model::{EmailAddress, MailboxState, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::delivery::DeliveryState;
use crate::error::Result;

/// Messages to an organisation among which the last one to a mailbox is looked for.
const MESSAGES_MAX: i64 = 50;

/// A mailbox that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedMailbox {
    /// The application by which the participant came.
    pub application_no: i64,
    /// Its programme.
    pub programme_no: i64,
    /// The participant.
    pub party_no: i64,
    /// The mailbox.
    pub mailbox: EmailAddress,
    /// When it is looked at next.
    pub due_at: Timestamp,
    /// What was found last.
    pub state: MailboxState,
    /// Since when that is so.
    pub since: Timestamp,
    /// Looks in a row to which the DNS gave no answer.
    pub silent_days: u32,
    /// When others were warned; nothing is wrong where they were not.
    pub told_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Begins to look at the mailbox of a participant, or begins anew.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn watch_mailbox(
        &mut self,
        application_no: i64,
        due_at: Timestamp,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO mailbox_watch (application_no, due_at, state, since, silent_days) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT (application_no) DO UPDATE SET due_at = excluded.due_at, state = excluded.state,
                since = excluded.since, silent_days = 0, told_at = NULL",
            values![
                application_no,
                due_at.micros(),
                MailboxState::Alive.code(),
                now.micros()
            ],
        )?;
        Ok(())
    }

    /// Looks at the mailbox of a participant no more.
    pub(crate) fn unwatch_mailbox(&mut self, application_no: i64) -> Result<()> {
        let sql = "DELETE FROM mailbox_watch WHERE application_no = $1";
        self.execute(sql, values![application_no])?;
        Ok(())
    }

    /// The mailboxes that are to be looked at, the longest waiting first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn mailboxes_due(
        &mut self,
        now: Timestamp,
        mailboxes_max: i64,
    ) -> Result<Vec<WatchedMailbox>> {
        let sql =
            format!("{WATCHED} WHERE w.due_at <= $1 ORDER BY w.due_at, w.application_no LIMIT $2");
        self.query(&sql, values![now.micros(), mailboxes_max], watched_from)
    }

    /// The mailboxes of a programme.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn mailboxes_of(&mut self, programme_no: i64) -> Result<Vec<WatchedMailbox>> {
        let sql = format!("{WATCHED} WHERE p.programme_no = $1 ORDER BY w.application_no");
        self.query(&sql, values![programme_no], watched_from)
    }

    /// The mailbox by which a participant is told.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn mailbox_watched(&mut self, application_no: i64) -> Result<Option<WatchedMailbox>> {
        let sql = format!("{WATCHED} WHERE w.application_no = $1");
        self.query_opt(&sql, values![application_no], watched_from)
    }

    /// Writes down what a look found; says whether nobody looked, and no new code was sent, since it was due then.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_mailbox(&mut self, was_due_at: Timestamp, found: &WatchedMailbox) -> Result<bool> {
        let noted = self.execute(
            "UPDATE mailbox_watch SET due_at = $3, state = $4, since = $5, silent_days = $6, told_at = $7
             WHERE application_no = $1 AND due_at = $2",
            values![
                found.application_no,
                was_due_at.micros(),
                found.due_at.micros(),
                found.state.code(),
                found.since.micros(),
                i64::from(found.silent_days),
                found.told_at.map(Timestamp::micros)
            ],
        )?;
        Ok(noted == 1)
    }

    /// Whether the receiving side refused our last message to this mailbox of an organisation for good, at `since` or later
    /// and since it was proved. What we gave up says nothing about a mailbox. Only the last fifty messages count.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn is_mailbox_refusing(
        &mut self,
        party_no: i64,
        mailbox: &EmailAddress,
        since: Timestamp,
    ) -> Result<bool> {
        let last = self.query_opt(
            "SELECT d.state FROM
                (SELECT notification_no FROM notification WHERE recipient_no = $1 ORDER BY notification_no DESC LIMIT $5) n
                JOIN delivery d ON d.notification_no = n.notification_no
             WHERE d.address = $2 AND d.state IN ($3, $4) AND d.given_up = 0 AND d.finished_at >= $6 AND d.finished_at >=
                (SELECT MAX(p.mailbox_proved_at) FROM participant p WHERE p.party_no = $1 AND p.mailbox = $2)
             ORDER BY n.notification_no DESC, d.attempt DESC LIMIT 1",
            values![
                party_no,
                mailbox.as_str(),
                DeliveryState::Delivered.code(),
                DeliveryState::Failed.code(),
                MESSAGES_MAX,
                since.micros()
            ],
            |row| row.code(0, "delivery state", DeliveryState::from_code),
        )?;
        Ok(last == Some(DeliveryState::Failed))
    }
}

const WATCHED: &str =
    "SELECT w.application_no, p.programme_no, p.party_no, p.mailbox, w.due_at, w.state, w.since, w.silent_days, w.told_at
    FROM mailbox_watch w JOIN participant p ON p.application_no = w.application_no";

fn watched_from(row: &Row<'_>) -> Result<WatchedMailbox> {
    Ok(WatchedMailbox {
        application_no: row.int(0)?,
        programme_no: row.int(1)?,
        party_no: row.int(2)?,
        mailbox: row.parsed(3, "e-mail address")?,
        due_at: Timestamp::from_micros(row.int(4)?),
        state: row.code(5, "state of a mailbox", MailboxState::from_code)?,
        since: Timestamp::from_micros(row.int(6)?),
        silent_days: u32::try_from(row.int(7)?).unwrap_or(0),
        told_at: row.opt_int(8)?.map(Timestamp::from_micros),
    })
}
