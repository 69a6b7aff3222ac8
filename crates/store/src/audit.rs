//! Who did what that others may ask about. Each row carries the hash of the one before, so a gap or a change shows.

use model::Timestamp;

use crate::connection::{Tx, TxEngine, values};
use crate::error::Result;

impl Tx<'_> {
    /// Records an act with its subject. `detail` holds counts and reasons, never personal data or secrets.
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
        let mut broken = None;
        let mut before = (0, Vec::new());
        let sql = "SELECT audit_no, at, actor, action, subject, detail, hash FROM audit ORDER BY audit_no";
        self.for_each(sql, &[], |row| {
            let texts = [row.text(2)?, row.text(3)?, row.text(4)?, row.text(5)?];
            let (number, at, hash) = (
                row.int(0)?,
                Timestamp::from_micros(row.int(1)?),
                row.bytes(6)?,
            );
            let expected = chained(
                &before.1,
                before.0 + 1,
                at,
                texts.each_ref().map(String::as_str),
            );
            if broken.is_none() && (number != before.0 + 1 || hash != expected) {
                broken = Some(number);
            }
            before = (number, hash);
            Ok(())
        })?;
        Ok(broken)
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
