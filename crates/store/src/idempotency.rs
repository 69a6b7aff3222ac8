//! Answers that can be given again, so that a request which is sent twice changes things once.

use model::Timestamp;

use crate::connection::{Tx, values};
use crate::error::{Result, StoreError};

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Digest of what was asked.
    pub request: Vec<u8>,
    /// Status of the answer.
    pub status: u16,
    /// Where the thing is that was made; empty when none was.
    pub location: String,
    /// Body of the answer.
    pub body: String,
}

/// Who asked, and what the asker calls the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedOnce {
    /// Number of the key.
    pub key_no: i64,
    /// Digest of the name that the asker gave.
    pub digest: [u8; 32],
}

impl Tx<'_> {
    /// What was answered to this request and is still kept.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn kept_answer(&mut self, asked: &AskedOnce, now: Timestamp) -> Result<Option<KeptAnswer>> {
        self.query_opt(
            "SELECT request, status, location, body FROM idempotency
             WHERE key_no = $1 AND digest = $2 AND expires_at > $3",
            values![asked.key_no, &asked.digest[..], now.micros()],
            |row| {
                Ok(KeptAnswer {
                    request: row.bytes(0)?,
                    status: row.int(1)? as u16,
                    location: row.text(2)?,
                    body: row.text(3)?,
                })
            },
        )
    }

    /// Keeps an answer, in the transaction that made it.
    ///
    /// # Errors
    /// When there is an answer already: of two requests at once the second fails, is run again, and finds the answer of
    /// the first. Or when the engine fails.
    pub fn keep_answer(
        &mut self,
        asked: &AskedOnce,
        answer: &KeptAnswer,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        let kept = self.execute(
            "INSERT INTO idempotency (key_no, digest, request, status, location, body, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (key_no, digest) DO UPDATE SET request = excluded.request, status = excluded.status,
                 location = excluded.location, body = excluded.body, expires_at = excluded.expires_at
             WHERE idempotency.expires_at <= $8",
            values![
                asked.key_no,
                &asked.digest[..],
                &answer.request[..],
                i32::from(answer.status),
                &answer.location,
                &answer.body,
                expires_at.micros(),
                now.micros()
            ],
        )?;
        if kept == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    /// Removes the answers that are no longer given; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_old_answers(&mut self, now: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM idempotency WHERE expires_at <= $1";
        self.execute(sql, values![now.micros()])
    }
}
