//! Messages that an organisation was told.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::notification::{NOTIFICATION, Notification, TOLD, notification_from};

/// A message as an organisation was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldMessage {
    /// Place in the order of what happened.
    pub change_no: i64,
    /// When it was decided to tell.
    pub told_at: Timestamp,
    /// Slug of the threat.
    pub threat: String,
    /// The message.
    pub notification: Notification,
}

impl Tx<'_> {
    /// Messages to an organisation, last told first: those before a place in the order of changes, at most `rows_max`. Each
    /// with that place.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_messages(
        &mut self,
        party_no: i64,
        before_no: Option<i64>,
        rows_max: i64,
    ) -> Result<Vec<ToldMessage>> {
        let sql = format!(
            "{} AND c.change_no < $2 ORDER BY c.change_no DESC LIMIT $3",
            messages()
        );
        let before_no = before_no.unwrap_or(i64::MAX);
        self.query(&sql, values![party_no, before_no, rows_max], message_from)
    }

    /// One message, if it was for the organisation and approved.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_message(
        &mut self,
        party_no: i64,
        notification_no: i64,
    ) -> Result<Option<ToldMessage>> {
        let sql = format!("{} AND c.subject_no = $2", messages());
        self.query_opt(&sql, values![party_no, notification_no], message_from)
    }

    /// Messages that a recipient was told since a moment, newest first, at most `messages_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn messages_since(
        &mut self,
        party_no: i64,
        since: Timestamp,
        messages_max: i64,
    ) -> Result<Vec<Notification>> {
        let sql = format!(
            "SELECT {NOTIFICATION} FROM notification n
             WHERE n.recipient_no = $1 AND {TOLD} AND n.created_at >= $2{} ORDER BY n.notification_no DESC LIMIT $3",
            self.and_desk("n.desk_no")
        );
        let values = values![party_no, since.micros(), messages_max];
        self.query(&sql, values, notification_from)
    }
}

fn messages() -> String {
    format!(
        "SELECT {NOTIFICATION}, c.change_no, c.at, t.slug FROM party_change c
         JOIN notification n ON n.notification_no = c.subject_no JOIN threat t ON t.threat_no = n.threat_no
         WHERE c.party_no = $1 AND c.kind = 0"
    )
}

fn message_from(row: &Row<'_>) -> Result<ToldMessage> {
    Ok(ToldMessage {
        change_no: row.int(22)?,
        told_at: Timestamp::from_micros(row.int(23)?),
        threat: row.text(24)?,
        notification: notification_from(row)?,
    })
}
