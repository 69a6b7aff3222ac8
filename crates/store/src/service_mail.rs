//! Mails about an account or an organisation, never about findings: an invitation, a code, a reminder.
//!
//! Whoever causes one adds it in the transaction of the cause; the pipeline sends it. When it is done, its address and
//! facts are emptied: they may hold a token.

use model::{EmailAddress, Language, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;

/// A mail to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewServiceMail<'a> {
    /// Folder of its texts in `rules/messages/service`.
    pub kind: &'a str,
    /// To whom.
    pub to: &'a EmailAddress,
    /// In which language.
    pub language: Language,
    /// What the text says beside its fixed words: a JSON object.
    pub facts: &'a str,
}

impl Tx<'_> {
    /// Leaves a mail to be sent; returns its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_service_mail(&mut self, mail: &NewServiceMail<'_>, now: Timestamp) -> Result<i64> {
        self.query_int(
            "INSERT INTO service_mail (kind, address, language, facts, state, attempts, due_at, taken_until, created_at,
                outcome)
             VALUES ($1, $2, $3, $4, 0, 0, $5, 0, $5, '') RETURNING mail_no",
            values![
                mail.kind,
                &mail.to.to_string(),
                mail.language.code(),
                mail.facts,
                now.micros()
            ],
        )
    }
}
