//! Mails about an account or an organisation, never with anything of a finding: an invitation, a code, a reminder.
//!
//! Whoever causes one adds it in the transaction of the cause; the pipeline sends it. When it is done, its address and
//! facts are emptied: they may hold a token. A mail is with one worker until its lease is over; the end of the lease is
//! the proof of that, and who lost it writes nothing.

use std::time::Duration;

use model::{EmailAddress, Language, Timestamp};

use crate::connection::{Row, Tx, TxEngine, values};
use crate::error::Result;
use crate::lease::LEASE_MAX;

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

/// A mail that a worker sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceMail {
    /// Internal number.
    pub mail_no: i64,
    /// See [`NewServiceMail::kind`].
    pub kind: String,
    /// To whom.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// See [`NewServiceMail::facts`].
    pub facts: String,
    /// Attempts that were begun, this one too.
    pub attempts: i64,
    /// When it was caused.
    pub created_at: Timestamp,
    /// End of the lease, by the clock of the store.
    taken_until: i64,
}

/// What came of an attempt to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceMailEnd {
    /// It was handed over.
    Sent,
    /// It is given up.
    Failed,
    /// It is tried again then.
    Later(Timestamp),
}

const STATE_SENT: i16 = 1;
const STATE_FAILED: i16 = 2;

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

    /// Whether a mail is due, with a worker or not.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_service_mail(&mut self, now: Timestamp) -> Result<bool> {
        let sql = "SELECT 1 FROM service_mail WHERE state = 0 AND due_at <= $1 LIMIT 1";
        let found = self.query_opt(sql, values![now.micros()], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Takes mails that are due, the oldest first, for so long. Each counts as tried from now on.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_service_mails(
        &mut self,
        mails_max: i64,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<ServiceMail>> {
        let clock = self.lease_clock()?;
        let skip = match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => " FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "SELECT mail_no, kind, address, language, facts, attempts, created_at FROM service_mail
             WHERE state = 0 AND due_at <= $1 AND (taken_until < $2 OR taken_until > $3)
             ORDER BY due_at, mail_no LIMIT $4{skip}"
        );
        // A lease that ends later than any was given before the clock of the store was set back.
        let longest = clock + LEASE_MAX.as_micros() as i64;
        let until = clock + lease.as_micros() as i64;
        let values = values![now.micros(), clock, longest, mails_max];
        let taken = self.query(&sql, values, |row| taken_from(row, until))?;
        for mail in &taken {
            self.execute(
                "UPDATE service_mail SET taken_until = $2, attempts = $3 WHERE mail_no = $1",
                values![mail.mail_no, until, mail.attempts],
            )?;
        }
        Ok(taken)
    }

    /// Writes down what came of an attempt; says whether the mail was still with this worker. What is done forgets to
    /// whom it went and what it said.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_service_mail(
        &mut self,
        mail: &ServiceMail,
        end: ServiceMailEnd,
        outcome: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let state = match end {
            ServiceMailEnd::Later(due_at) => {
                let given_back = self.execute(
                    "UPDATE service_mail SET taken_until = 0, due_at = $3, outcome = $4
                     WHERE mail_no = $1 AND state = 0 AND taken_until = $2",
                    values![mail.mail_no, mail.taken_until, due_at.micros(), outcome],
                )?;
                return Ok(given_back == 1);
            }
            ServiceMailEnd::Sent => STATE_SENT,
            ServiceMailEnd::Failed => STATE_FAILED,
        };
        let ended = self.execute(
            "UPDATE service_mail SET state = $3, address = '', facts = '', outcome = $4, finished_at = $5
             WHERE mail_no = $1 AND state = 0 AND taken_until = $2",
            values![mail.mail_no, mail.taken_until, state, outcome, now.micros()],
        )?;
        Ok(ended == 1)
    }
}

fn taken_from(row: &Row<'_>, taken_until: i64) -> Result<ServiceMail> {
    Ok(ServiceMail {
        mail_no: row.int(0)?,
        kind: row.text(1)?,
        to: row.parsed(2, "e-mail address")?,
        language: row.code(3, "language", Language::from_code)?,
        facts: row.text(4)?,
        attempts: row.int(5)? + 1,
        created_at: Timestamp::from_micros(row.int(6)?),
        taken_until,
    })
}
