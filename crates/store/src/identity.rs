//! Accounts at providers of identities: whose they are, and which sessions began by them.

use model::{KvkNumber, PartyRole, StaffRole, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// An account at a provider that is a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Internal number.
    pub identity_no: i64,
    /// Whose.
    pub person_no: i64,
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// The account there, as its tokens name it. It means nothing elsewhere.
    pub subject: String,
    /// Since when.
    pub added_at: Timestamp,
    /// Last time that the person signed in by it.
    pub used_at: Option<Timestamp>,
}

/// By which account a session began.
#[derive(Clone, Copy, Debug)]
pub struct BeganBy<'a> {
    /// The account.
    pub identity_no: i64,
    /// The provider's name in the settings.
    pub provider: &'a str,
    /// What the provider calls its own session; empty: nothing.
    pub sid: &'a str,
    /// When the person showed a strong factor to the provider.
    pub proved_at: Timestamp,
}

impl Tx<'_> {
    /// Whose account at a provider this is.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn identity(&mut self, issuer: &str, subject: &str) -> Result<Option<Identity>> {
        let sql = format!("{IDENTITY} WHERE i.issuer = $1 AND i.subject = $2");
        self.query_opt(&sql, values![issuer, subject], identity_from)
    }

    /// The accounts of a person at providers, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn identities_of(&mut self, person_no: i64) -> Result<Vec<Identity>> {
        let sql = format!("{IDENTITY} WHERE i.person_no = $1 ORDER BY i.identity_no");
        self.query(&sql, values![person_no], identity_from)
    }

    /// At which provider of the settings a session began; `None` where it began at none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn provider_of_session(&mut self, session_no: i64) -> Result<Option<String>> {
        self.query_opt(
            "SELECT provider FROM session_identity WHERE session_no = $1",
            values![session_no],
            |row| row.text(0),
        )
    }

    /// Adds an account at a provider to a person; returns its number. It must be nobody's yet.
    ///
    /// # Errors
    /// When it is somebody's, or the engine fails.
    pub fn add_identity(
        &mut self,
        person_no: i64,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<i64> {
        self.query_int(
            "INSERT INTO identity (person_no, issuer, subject, added_at) VALUES ($1, $2, $3, $4) RETURNING identity_no",
            values![person_no, issuer, subject, now.micros()],
        )
    }

    /// Notes by which account a session began.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_by_identity(
        &mut self,
        session_no: i64,
        by: &BeganBy<'_>,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE session SET proved_at = $2 WHERE session_no = $1",
            values![session_no, by.proved_at.micros()],
        )?;
        self.execute(
            "UPDATE identity SET used_at = $2 WHERE identity_no = $1",
            values![by.identity_no, now.micros()],
        )?;
        self.execute(
            "INSERT INTO session_identity (session_no, identity_no, provider, sid) VALUES ($1, $2, $3, $4)",
            values![session_no, by.identity_no, by.provider, by.sid],
        )?;
        Ok(())
    }

    /// Takes an account at a provider away from this person, and ends the sessions that began by it; says whether it was
    /// the person's.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_identity(
        &mut self,
        person_no: i64,
        identity_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM identity WHERE identity_no = $2 AND person_no = $1",
            values![person_no, identity_no],
        )?;
        if removed == 0 {
            return Ok(false);
        }
        self.execute(
            "UPDATE session SET ended_at = $2 WHERE ended_at IS NULL AND session_no IN
                (SELECT session_no FROM session_identity WHERE identity_no = $1)",
            values![identity_no, now.micros()],
        )?;
        self.execute(
            "DELETE FROM session_identity WHERE identity_no = $1",
            values![identity_no],
        )?;
        Ok(true)
    }

    /// Ends the sessions that began at a provider: those of an account of it, those of one session of it, or where both are
    /// given those of both. Says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_provider_sessions(
        &mut self,
        issuer: &str,
        subject: Option<&str>,
        sid: Option<&str>,
        now: Timestamp,
    ) -> Result<u64> {
        self.execute(
            "UPDATE session SET ended_at = $4 WHERE ended_at IS NULL AND session_no IN
                (SELECT s.session_no FROM identity i JOIN session_identity s ON s.identity_no = i.identity_no
                 WHERE i.issuer = $1 AND COALESCE($2, i.subject) = i.subject AND COALESCE($3, s.sid) = s.sid)",
            values![issuer, subject, sid, now.micros()],
        )
    }

    /// Makes the roles that `by` gave a person at the desk these; those that others gave stay. Says what it gave and took.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn match_staff_roles(
        &mut self,
        person_no: i64,
        roles: &[StaffRole],
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<RoleChange>> {
        let given = self.query(
            "SELECT role FROM staff_role WHERE person_no = $1 AND given_by = $2 ORDER BY role",
            values![person_no, by],
            |row| row.code(0, "role at the desk", StaffRole::from_code),
        )?;
        let mut changes = Vec::new();
        for role in given {
            if !roles.contains(&role) && self.take_staff_role(person_no, role)? {
                changes.push(RoleChange::Taken(role));
            }
        }
        for role in roles {
            if self.give_staff_role(person_no, *role, by, now)? {
                changes.push(RoleChange::Given(*role));
            }
        }
        Ok(changes)
    }

    /// The open organisation with this number in the trade register; `None` also where several have it, or where the desk does
    /// not vouch for it ([`Tx::is_vouched_for`]).
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party_with_kvk(&mut self, kvk: &KvkNumber) -> Result<Option<i64>> {
        let found = self.query(
            "SELECT p.party_no FROM party p JOIN party_role r ON r.party_no = p.party_no AND r.role = $2
                AND r.valid_until IS NULL
             WHERE p.closed_at IS NULL AND p.kvk = $1 LIMIT 2",
            values![kvk.as_str(), PartyRole::Recipient.code()],
            |row| row.int(0),
        )?;
        match found[..] {
            [party_no] => Ok(self.is_vouched_for(party_no)?.then_some(party_no)),
            _ => Ok(None),
        }
    }

    /// Whether a person is a member of an organisation, or ever was.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn was_member(&mut self, person_no: i64, party_no: i64) -> Result<bool> {
        let found = self.query_opt(
            "SELECT 1 FROM membership WHERE person_no = $1 AND party_no = $2 LIMIT 1",
            values![person_no, party_no],
            |row| row.int(0),
        )?;
        Ok(found.is_some())
    }
}

/// What became of a role at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChange {
    /// The person has it now.
    Given(StaffRole),
    /// The person had it before.
    Taken(StaffRole),
}

const IDENTITY: &str =
    "SELECT i.identity_no, i.person_no, i.issuer, i.subject, i.added_at, i.used_at FROM identity i";

fn identity_from(row: &Row<'_>) -> Result<Identity> {
    Ok(Identity {
        identity_no: row.int(0)?,
        person_no: row.int(1)?,
        issuer: row.text(2)?,
        subject: row.text(3)?,
        added_at: Timestamp::from_micros(row.int(4)?),
        used_at: row.opt_int(5)?.map(Timestamp::from_micros),
    })
}
