//! What the desk promises to whoever says something of the service, as numbers that it can change.

use crate::connection::{Tx, values};
use crate::error::Result;

impl Tx<'_> {
    /// Working days to acknowledge a complaint, weeks to answer it, weeks between meetings; `None`: nobody changed them.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn promises(&mut self) -> Result<Option<[i64; 3]>> {
        let sql =
            "SELECT acknowledge_days, answer_weeks, meeting_weeks FROM promises WHERE one = 1";
        self.query_opt(sql, &[], |row| Ok([row.int(0)?, row.int(1)?, row.int(2)?]))
    }

    /// Changes them. What was received before keeps its days.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_promises(&mut self, [acknowledge, answer, meeting]: [u32; 3]) -> Result<()> {
        self.execute(
            "INSERT INTO promises (one, acknowledge_days, answer_weeks, meeting_weeks) VALUES (1, $1, $2, $3)
             ON CONFLICT (one) DO UPDATE SET acknowledge_days = excluded.acknowledge_days,
                answer_weeks = excluded.answer_weeks, meeting_weeks = excluded.meeting_weeks",
            values![acknowledge, answer, meeting],
        )?;
        Ok(())
    }
}
