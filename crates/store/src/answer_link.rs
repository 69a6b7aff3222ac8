//! Links that were made by forwarding: each answers one finding, until a moment, and nothing else. And those of messages, which
//! are computed, as far as they were ended.

use model::{MessageKind, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::notification::TOLD;

/// A link that is about to be made, or that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerLink {
    /// The message whose line it shows.
    pub notification_no: i64,
    /// The finding that it answers.
    pub finding_no: i64,
    /// Who forwarded it, as the audit log says it.
    pub created_by: String,
    /// To whom it was mailed; empty: that is not known any more.
    pub address: String,
    /// When it stops to work.
    pub expires_at: Timestamp,
}

const LINK: &str = "SELECT k.link_no, k.notification_no, k.finding_no, k.created_by, k.address, k.expires_at FROM answer_link k";

impl Tx<'_> {
    /// Adds a link; of its token the digest is kept. Gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_answer_link(
        &mut self,
        digest: &[u8; 32],
        link: &AnswerLink,
        now: Timestamp,
    ) -> Result<i64> {
        self.query_int(
            "INSERT INTO answer_link (digest, notification_no, finding_no, created_at, created_by, address, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING link_no",
            values![
                &digest[..],
                link.notification_no,
                link.finding_no,
                now.micros(),
                &link.created_by,
                &link.address,
                link.expires_at.micros(),
            ],
        )
    }

    /// The link whose token has this digest, with its number; also one that works no more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_link(&mut self, digest: &[u8; 32]) -> Result<Option<(i64, AnswerLink)>> {
        let sql = format!("{LINK} WHERE k.digest = $1");
        self.query_opt(&sql, values![&digest[..]], link_from)
    }

    /// The links that still work by which an organisation forwarded a finding, with their numbers, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_links_of(
        &mut self,
        party_no: i64,
        finding_no: i64,
        now: Timestamp,
        links_max: i64,
    ) -> Result<Vec<(i64, AnswerLink)>> {
        let sql = format!(
            "{LINK} JOIN notification n ON n.notification_no = k.notification_no
             WHERE k.finding_no = $2 AND k.expires_at > $3 AND n.recipient_no = $1
             ORDER BY k.expires_at DESC, k.link_no DESC LIMIT $4"
        );
        let asked = values![party_no, finding_no, now.micros(), links_max];
        self.query(&sql, asked, link_from)
    }

    /// Ends a link by which an organisation forwarded a finding, and forgets to whom. Says whether there was one that worked.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_answer_link(
        &mut self,
        party_no: i64,
        finding_no: i64,
        link_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE answer_link SET expires_at = $4, address = ''
             WHERE link_no = $3 AND finding_no = $2 AND expires_at > $4
                AND notification_no IN (SELECT notification_no FROM notification WHERE recipient_no = $1)",
            values![party_no, finding_no, link_no, now.micros()],
        )?;
        Ok(ended == 1)
    }

    /// Ends the link that the mail of a message carries, for good. Says whether it was not ended before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_message_link(&mut self, notification_no: i64, now: Timestamp) -> Result<bool> {
        let ended = self.execute(
            "INSERT INTO ended_message_link (notification_no, ended_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![notification_no, now.micros()],
        )?;
        Ok(ended == 1)
    }

    /// Of these messages those whose link was ended.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ended_message_links(&mut self, notification_nos: &[i64]) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT notification_no FROM ended_message_link WHERE notification_no {}",
            self.in_set("$1")
        );
        self.query(&sql, values![notification_nos], |row| row.int(0))
    }

    /// The messages that told an organisation of a finding, were made after a moment, and whose link was not ended: newest
    /// first, at most `links_max`. With their kind and when they were made.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn message_links_of(
        &mut self,
        (party_no, finding_no): (i64, i64),
        since: Timestamp,
        links_max: i64,
    ) -> Result<Vec<(i64, MessageKind, Timestamp)>> {
        let sql = format!(
            "SELECT n.notification_no, n.kind, n.created_at
             FROM notification_line l JOIN notification n ON n.notification_no = l.notification_no
             WHERE l.finding_no = $2 AND l.withdrawn IS NULL AND n.recipient_no = $1 AND {TOLD} AND n.created_at > $3
                AND NOT EXISTS (SELECT 1 FROM ended_message_link e WHERE e.notification_no = n.notification_no)
             ORDER BY n.notification_no DESC LIMIT $4"
        );
        let asked = values![party_no, finding_no, since.micros(), links_max];
        self.query(&sql, asked, |row| {
            let kind = row.code(1, "kind of message", MessageKind::from_code)?;
            Ok((row.int(0)?, kind, Timestamp::from_micros(row.int(2)?)))
        })
    }
}

fn link_from(row: &Row<'_>) -> Result<(i64, AnswerLink)> {
    let link = AnswerLink {
        notification_no: row.int(1)?,
        finding_no: row.int(2)?,
        created_by: row.text(3)?,
        address: row.text(4)?,
        expires_at: Timestamp::from_micros(row.int(5)?),
    };
    Ok((row.int(0)?, link))
}
