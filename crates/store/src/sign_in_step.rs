//! Steps of signing in that were begun and are to be finished once, soon: a challenge, a link in a mail.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A step that was begun.
#[derive(Clone, Copy, Debug)]
pub struct NewStep<'a> {
    /// Digest of the token that the browser or the mail has.
    pub digest: [u8; 32],
    /// What it is; a token of one kind is worth nothing for another.
    pub kind: &'a str,
    /// Whose; `None`: nobody knows yet.
    pub person_no: Option<i64>,
    /// What is needed to finish it.
    pub state: &'a str,
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
}

/// A step that is finished now, or looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Whose.
    pub person_no: Option<i64>,
    /// What is needed to finish it.
    pub state: String,
}

impl Tx<'_> {
    /// Begins a step; those that nobody finished in time are forgotten.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_step(&mut self, new: &NewStep<'_>, now: Timestamp) -> Result<()> {
        self.execute(
            "DELETE FROM sign_in_step WHERE expires_at <= $1",
            values![now.micros()],
        )?;
        self.execute(
            "INSERT INTO sign_in_step (digest, kind, person_no, state, expires_at) VALUES ($1, $2, $3, $4, $5)",
            values![
                &new.digest[..],
                new.kind,
                new.person_no,
                new.state,
                new.expires_at.micros()
            ],
        )?;
        Ok(())
    }

    /// Looks at a step that can still be finished.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn step(&mut self, kind: &str, digest: &[u8; 32], now: Timestamp) -> Result<Option<Step>> {
        self.query_opt(
            "SELECT person_no, state FROM sign_in_step WHERE digest = $1 AND kind = $2 AND expires_at > $3",
            values![&digest[..], kind, now.micros()],
            step_from,
        )
    }

    /// Finishes a step: it is gone, so nobody finishes it again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_step(
        &mut self,
        kind: &str,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Step>> {
        self.query_opt(
            "DELETE FROM sign_in_step WHERE digest = $1 AND kind = $2 AND expires_at > $3 RETURNING person_no, state",
            values![&digest[..], kind, now.micros()],
            step_from,
        )
    }
}

fn step_from(row: &Row<'_>) -> Result<Step> {
    Ok(Step {
        person_no: row.opt_int(0)?,
        state: row.text(1)?,
    })
}
