//! Why somebody of the desk reads the data of one organisation, for a while.

use model::Timestamp;

use crate::connection::{Tx, values};
use crate::error::Result;

impl Tx<'_> {
    /// Lets a session read the data of an organisation until `ends_at`, for this reason.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_staff_access(
        &mut self,
        (session_no, party_no): (i64, i64),
        reason: &str,
        ends_at: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO staff_access (session_no, party_no, reason, ends_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (session_no, party_no) DO UPDATE SET reason = excluded.reason, ends_at = excluded.ends_at",
            values![session_no, party_no, reason, ends_at.micros()],
        )?;
        Ok(())
    }

    /// The reason that a session gave, if it still holds.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn staff_access(
        &mut self,
        (session_no, party_no): (i64, i64),
        now: Timestamp,
    ) -> Result<Option<String>> {
        let sql = "SELECT reason FROM staff_access WHERE session_no = $1 AND party_no = $2 AND ends_at > $3";
        self.query_opt(sql, values![session_no, party_no, now.micros()], |row| {
            row.text(0)
        })
    }
}
