//! Links that were made by forwarding: each answers one finding, until a moment, and nothing else.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

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
