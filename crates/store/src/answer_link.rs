//! Links that were made by forwarding: each answers one finding, until a moment, and nothing else.

use model::Timestamp;

use crate::connection::{Tx, values};
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
    /// When it stops to work.
    pub expires_at: Timestamp,
}

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
            "INSERT INTO answer_link (digest, notification_no, finding_no, created_at, created_by, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING link_no",
            values![
                &digest[..],
                link.notification_no,
                link.finding_no,
                now.micros(),
                &link.created_by,
                link.expires_at.micros(),
            ],
        )
    }

    /// The link whose token has this digest, with its number; also one that works no more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_link(&mut self, digest: &[u8; 32]) -> Result<Option<(i64, AnswerLink)>> {
        let sql = "SELECT link_no, notification_no, finding_no, created_by, expires_at FROM answer_link WHERE digest = $1";
        self.query_opt(sql, values![&digest[..]], |row| {
            let link = AnswerLink {
                notification_no: row.int(1)?,
                finding_no: row.int(2)?,
                created_by: row.text(3)?,
                expires_at: Timestamp::from_micros(row.int(4)?),
            };
            Ok((row.int(0)?, link))
        })
    }
}
