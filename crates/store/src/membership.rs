//! Which people belong to which organisations, and as what.

use model::{OrganisationRole, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A person in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Internal number.
    pub membership_no: i64,
    /// Who.
    pub person_no: i64,
    /// In which organisation.
    pub party_no: i64,
    /// Name of the organisation.
    pub party_name: String,
    /// As what.
    pub role: OrganisationRole,
}

impl Tx<'_> {
    /// Makes a person a member, or gives a member another role; says whether anything changed.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_membership(
        &mut self,
        person_no: i64,
        party_no: i64,
        role: OrganisationRole,
        by: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let held = self.query_opt(
            "SELECT role FROM membership WHERE person_no = $1 AND party_no = $2 AND ended_at IS NULL",
            values![person_no, party_no],
            |row| row.code(0, "role in an organisation", OrganisationRole::from_code),
        )?;
        if held == Some(role) {
            return Ok(false);
        }
        // A change of role is an end and a beginning, so that it can be seen who was what and when.
        self.end_membership(person_no, party_no, by, now)?;
        self.execute(
            "INSERT INTO membership (person_no, party_no, role, given_at, given_by, ended_by)
             VALUES ($1, $2, $3, $4, $5, '')",
            values![person_no, party_no, role.code(), now.micros(), by],
        )?;
        self.begin_upkeep(party_no, now)?;
        Ok(true)
    }

    /// Ends a membership; says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_membership(
        &mut self,
        person_no: i64,
        party_no: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE membership SET ended_at = $3, ended_by = $4
             WHERE person_no = $1 AND party_no = $2 AND ended_at IS NULL",
            values![person_no, party_no, now.micros(), by],
        )?;
        Ok(ended > 0)
    }

    /// The organisations of a person, by name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn memberships_of(&mut self, person_no: i64) -> Result<Vec<Membership>> {
        let sql = format!("{MEMBERSHIP} AND m.person_no = $1 ORDER BY p.name, m.party_no");
        self.query(&sql, values![person_no], membership_from)
    }

    /// The people of an organisation, longest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn members_of(&mut self, party_no: i64) -> Result<Vec<Membership>> {
        let sql = format!("{MEMBERSHIP} AND m.party_no = $1 ORDER BY m.membership_no");
        self.query(&sql, values![party_no], membership_from)
    }
}

const MEMBERSHIP: &str = "SELECT m.membership_no, m.person_no, m.party_no, p.name, m.role
    FROM membership m JOIN party p ON p.party_no = m.party_no
    WHERE m.ended_at IS NULL AND p.closed_at IS NULL";

fn membership_from(row: &Row<'_>) -> Result<Membership> {
    Ok(Membership {
        membership_no: row.int(0)?,
        person_no: row.int(1)?,
        party_no: row.int(2)?,
        party_name: row.text(3)?,
        role: row.code(4, "role in an organisation", OrganisationRole::from_code)?,
    })
}
