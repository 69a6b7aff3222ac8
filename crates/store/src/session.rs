//! Sessions: a browser in which somebody signed in.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// How exactly the last use of a session is kept. A page that is only read does not cost a write each time.
pub const TOUCH_INTERVAL_MICROS: i64 = 60_000_000;

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Internal number.
    pub session_no: i64,
    /// Who signed in.
    pub person_no: i64,
    /// When.
    pub opened_at: Timestamp,
    /// Last use, exact to [`TOUCH_INTERVAL_MICROS`].
    pub used_at: Timestamp,
    /// Last time that the person showed a strong factor.
    pub proved_at: Timestamp,
    /// How: `passkey`, `totp`, `recovery`, `oidc`.
    pub method: String,
    /// Family and system of the browser, for people.
    pub browser: String,
}

/// A session that begins.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// Digest of the token in the cookie.
    pub digest: [u8; 32],
    /// Who signed in.
    pub person_no: i64,
    /// See [`Session::method`].
    pub method: &'a str,
    /// See [`Session::browser`].
    pub browser: &'a str,
}

impl Tx<'_> {
    /// Begins a session and notes that the person was there; returns the number of the session.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn open_session(&mut self, new: &NewSession<'_>, now: Timestamp) -> Result<i64> {
        self.execute(
            "UPDATE person SET seen_at = $2 WHERE person_no = $1",
            values![new.person_no, now.micros()],
        )?;
        self.query_int(
            "INSERT INTO session (digest, person_no, opened_at, used_at, proved_at, method, browser)
             VALUES ($1, $2, $3, $3, $3, $4, $5) RETURNING session_no",
            values![&new.digest[..], new.person_no, now.micros(), new.method, new.browser],
        )
    }

    /// The session with this digest that has not ended, of a person who may still sign in.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn session(&mut self, digest: &[u8; 32]) -> Result<Option<Session>> {
        let sql = format!("{SESSION} AND s.digest = $1");
        self.query_opt(&sql, values![&digest[..]], session_from)
    }

    /// The sessions of a person that have not ended, last used first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sessions_of(&mut self, person_no: i64) -> Result<Vec<Session>> {
        let sql =
            format!("{SESSION} AND s.person_no = $1 ORDER BY s.used_at DESC, s.session_no DESC");
        self.query(&sql, values![person_no], session_from)
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn touch_session(&mut self, session_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE session SET used_at = $2 WHERE session_no = $1",
            values![session_no, now.micros()],
        )?;
        Ok(())
    }

    /// Notes that the person showed a strong factor again. The session goes on under another token: one that somebody
    /// saw before is worth nothing then.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn prove_session(
        &mut self,
        session_no: i64,
        digest: &[u8; 32],
        method: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE session SET proved_at = $2, used_at = $2, method = $3, digest = $4 WHERE session_no = $1",
            values![session_no, now.micros(), method, &digest[..]],
        )?;
        Ok(())
    }

    /// Ends a session of this person; says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_session(&mut self, person_no: i64, session_no: i64, now: Timestamp) -> Result<bool> {
        let ended = self.execute(
            "UPDATE session SET ended_at = $3 WHERE session_no = $2 AND person_no = $1 AND ended_at IS NULL",
            values![person_no, session_no, now.micros()],
        )?;
        Ok(ended == 1)
    }

    /// Ends all sessions of a person but one; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_other_sessions(
        &mut self,
        person_no: i64,
        kept: Option<i64>,
        now: Timestamp,
    ) -> Result<u64> {
        self.execute(
            "UPDATE session SET ended_at = $3
             WHERE person_no = $1 AND session_no <> $2 AND ended_at IS NULL",
            values![person_no, kept.unwrap_or(0), now.micros()],
        )
    }
}

const SESSION: &str =
    "SELECT s.session_no, s.person_no, s.opened_at, s.used_at, s.proved_at, s.method, s.browser
    FROM session s JOIN person p ON p.person_no = s.person_no
    WHERE s.ended_at IS NULL AND p.closed_at IS NULL";

fn session_from(row: &Row<'_>) -> Result<Session> {
    let moment = |column| row.int(column).map(Timestamp::from_micros);
    Ok(Session {
        session_no: row.int(0)?,
        person_no: row.int(1)?,
        opened_at: moment(2)?,
        used_at: moment(3)?,
        proved_at: moment(4)?,
        method: row.text(5)?,
        browser: row.text(6)?,
    })
}
