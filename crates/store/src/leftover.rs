//! Rows about signing in, mails and lists that nobody needs any more. docs/retention.md has the periods for people.

use model::Timestamp;

use crate::connection::{Tx, values};
use crate::error::Result;
use crate::webhook_set_aside::SET_ASIDE_KEPT_SECS;

const DAY_SECS: i64 = 86_400;

/// Seconds for which a session is kept that ended: for who asks what was done with it. One ends half a day after its begin at
/// the latest, so what began before that has ended too.
pub const SESSION_KEPT_SECS: i64 = 7 * DAY_SECS;

/// Seconds for which an invitation is kept that was used, was withdrawn or is over: for who asks what became of it.
pub const INVITATION_KEPT_SECS: i64 = 30 * DAY_SECS;

/// Seconds for which is kept what a check for proofs came to, for who looks at it later.
const PROOF_CHECK_KEPT_SECS: i64 = 30 * DAY_SECS;

/// Seconds for which is kept that the link of a message was ended: no link of a message works longer (`rules::answer::LINK_SECS`),
/// so it ended by itself since.
pub const MESSAGE_LINK_KEPT_SECS: i64 = 90 * DAY_SECS;

/// Seconds for which is kept that a mail about an account was sent, or was given up. Its address went when that was.
pub const SERVICE_MAIL_KEPT_SECS: i64 = 30 * DAY_SECS;

impl Tx<'_> {
    /// Removes sessions, invitations, checks for proofs and mails about accounts that were over long enough ago, and at once what has an end of
    /// its own: reasons to look at an organisation, steps of signing in, and lists that wait to be brought in. And events for
    /// addresses that never took them. Says how many rows.
    ///
    /// Safe to run twice, and by two workers at once.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_leftovers(&mut self, now: Timestamp) -> Result<u64> {
        const OLD_SESSIONS: &str =
            "SELECT session_no FROM session WHERE ended_at <= $1 OR opened_at <= $1";
        let mut removed = 0;
        let sessions_until = now.plus_seconds(-SESSION_KEPT_SECS).micros();
        // First what names a session, then the session.
        for table in ["staff_access", "session_identity", "session"] {
            let sql = format!("DELETE FROM {table} WHERE session_no IN ({OLD_SESSIONS})");
            removed += self.execute(&sql, values![sessions_until])?;
        }
        for (sql, kept_secs) in [
            (
                "DELETE FROM invitation WHERE used_at <= $1 OR withdrawn_at <= $1 OR expires_at <= $1",
                INVITATION_KEPT_SECS,
            ),
            (
                "DELETE FROM service_mail WHERE finished_at <= $1",
                SERVICE_MAIL_KEPT_SECS,
            ),
            ("DELETE FROM staff_access WHERE ends_at <= $1", 0),
            (
                "UPDATE answer_link SET address = '' WHERE expires_at <= $1 AND address <> ''",
                0,
            ),
            (
                "DELETE FROM ended_message_link WHERE ended_at <= $1",
                MESSAGE_LINK_KEPT_SECS,
            ),
            ("DELETE FROM sign_in_step WHERE expires_at <= $1", 0),
            ("DELETE FROM asset_import WHERE expires_at <= $1", 0),
            (
                "DELETE FROM proof_look WHERE check_no IN (SELECT check_no FROM proof_check WHERE ended_at <= $1)",
                PROOF_CHECK_KEPT_SECS,
            ),
            (
                "DELETE FROM proof_check WHERE ended_at <= $1",
                PROOF_CHECK_KEPT_SECS,
            ),
            (
                "DELETE FROM webhook_set_aside WHERE set_aside_at <= $1",
                SET_ASIDE_KEPT_SECS,
            ),
        ] {
            removed += self.execute(sql, values![now.plus_seconds(-kept_secs).micros()])?;
        }
        Ok(removed)
    }
}
