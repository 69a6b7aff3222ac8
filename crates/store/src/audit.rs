//! Who did what that others may ask about. Each row carries the hash of the one before, so a gap or a change shows.

use model::Timestamp;

use crate::audit_action::AUDIT_ACTIONS;
use crate::connection::{Tx, TxEngine, values};
use crate::error::Result;

/// What came of verifying a piece of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAudit {
    /// Number and hash of the last row that follows from those before it.
    pub last: (i64, Vec<u8>),
    /// The first row that does not follow: it, or one before it, was changed or removed.
    pub broken_no: Option<i64>,
}

/// How far the chain was verified, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditMark {
    /// Number and hash of the last verified row.
    pub last: (i64, Vec<u8>),
    /// When that row was verified.
    pub verified_at: Timestamp,
    /// When the chain was last verified from its first row on; `None`: nobody asked for that yet.
    pub whole_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Records an act, one of [`AUDIT_ACTIONS`], with its subject. `detail` holds counts and reasons, never personal data or
    /// secrets.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn record(
        &mut self,
        at: Timestamp,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Result<()> {
        debug_assert!(
            AUDIT_ACTIONS.binary_search(&action).is_ok(),
            "`{action}` is no action that pages have a text for"
        );
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            // One writer at a time: the chain has one end.
            tx.batch_execute("LOCK TABLE audit IN EXCLUSIVE MODE")?;
        }
        let last = self.query_opt(
            "SELECT audit_no, hash FROM audit ORDER BY audit_no DESC LIMIT 1",
            &[],
            |row| Ok((row.int(0)?, row.bytes(1)?)),
        )?;
        let (last_no, last_hash) = last.unwrap_or_default();
        let hash = chained(
            &last_hash,
            last_no + 1,
            at,
            [actor, action, subject, detail],
        );
        self.execute(
            "INSERT INTO audit (audit_no, at, actor, action, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![last_no + 1, at.micros(), actor, action, subject, detail, &hash[..]],
        )?;
        Ok(())
    }

    /// Number of the first row whose hash does not follow from the rows before it; `None` when the chain is whole.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn broken_audit_row(&mut self) -> Result<Option<i64>> {
        Ok(self.verify_audit((0, Vec::new()), i64::MAX)?.broken_no)
    }

    /// Verifies the chain after a row that was verified before, over at most `rows_max` rows. `from` is the number and
    /// hash of that row, which must still be there; `(0, [])` begins with the first row.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn verify_audit(&mut self, from: (i64, Vec<u8>), rows_max: i64) -> Result<VerifiedAudit> {
        let mut verified = VerifiedAudit {
            last: from,
            broken_no: None,
        };
        let last_no = verified.last.0;
        if last_no > 0 && self.audit_hash(last_no)?.as_ref() != Some(&verified.last.1) {
            verified.broken_no = Some(last_no);
            return Ok(verified);
        }
        let sql = "SELECT audit_no, at, actor, action, subject, detail, hash FROM audit
                   WHERE audit_no > $1 ORDER BY audit_no LIMIT $2";
        self.for_each(sql, values![last_no, rows_max], |row| {
            if verified.broken_no.is_some() {
                return Ok(());
            }
            let texts = [row.text(2)?, row.text(3)?, row.text(4)?, row.text(5)?];
            let (number, hash) = (row.int(0)?, row.bytes(6)?);
            let (before_no, before) = &verified.last;
            let at = Timestamp::from_micros(row.int(1)?);
            let texts = texts.each_ref().map(String::as_str);
            let expected = chained(before, before_no + 1, at, texts);
            if number == before_no + 1 && hash == expected {
                verified.last = (number, hash);
            } else {
                verified.broken_no = Some(number);
            }
            Ok(())
        })?;
        Ok(verified)
    }

    fn audit_hash(&mut self, audit_no: i64) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT hash FROM audit WHERE audit_no = $1";
        self.query_opt(sql, values![audit_no], |row| row.bytes(0))
    }

    /// How far the chain was verified by [`Tx::set_audit_mark`]; `None`: never.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn audit_mark(&mut self) -> Result<Option<AuditMark>> {
        let sql = "SELECT audit_no, hash, verified_at, whole_at FROM audit_mark WHERE one = 1";
        self.query_opt(sql, &[], |row| {
            Ok(AuditMark {
                last: (row.int(0)?, row.bytes(1)?),
                verified_at: Timestamp::from_micros(row.int(2)?),
                // The column has no NULL.
                whole_at: Some(row.int(3)?)
                    .filter(|at| *at != 0)
                    .map(Timestamp::from_micros),
            })
        })
    }

    /// Keeps how far the chain was verified.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_audit_mark(&mut self, mark: &AuditMark) -> Result<()> {
        self.execute(
            "INSERT INTO audit_mark (one, audit_no, hash, verified_at, whole_at) VALUES (1, $1, $2, $3, $4)
             ON CONFLICT (one) DO UPDATE SET audit_no = excluded.audit_no, hash = excluded.hash,
                verified_at = excluded.verified_at, whole_at = excluded.whole_at",
            values![
                mark.last.0,
                &mark.last.1[..],
                mark.verified_at.micros(),
                mark.whole_at.map_or(0, Timestamp::micros)
            ],
        )?;
        Ok(())
    }
}

/// Lengths go in with the texts, so that moving a character from one field to the next changes the hash.
fn chained(before: &[u8], number: i64, at: Timestamp, texts: [&str; 4]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(before)
        .update(&number.to_le_bytes())
        .update(&at.micros().to_le_bytes());
    for text in texts {
        hasher
            .update(&(text.len() as u64).to_le_bytes())
            .update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}
