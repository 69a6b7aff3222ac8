//! Invitations: somebody may make an account, or become a member of an organisation.

use model::{EmailAddress, OrganisationRole, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// An invitation to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// Who is invited. The person is there already, without a way to sign in if it is new.
    pub person_no: i64,
    /// The organisation to become a member of, and as what.
    pub party: Option<(i64, OrganisationRole)>,
    /// Digest of the token in the link.
    pub digest: [u8; 32],
    /// Who invites, as in the audit log.
    pub by: &'a str,
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
}

/// An invitation that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Internal number.
    pub invitation_no: i64,
    /// Who is invited.
    pub person_no: i64,
    /// The organisation to become a member of, and as what.
    pub party: Option<(i64, OrganisationRole)>,
    /// Who invited.
    pub invited_by: String,
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
}

impl Tx<'_> {
    /// Invites a person; returns the number of the invitation. An earlier one for the same thing is withdrawn.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn invite(&mut self, new: &NewInvitation<'_>, now: Timestamp) -> Result<i64> {
        let party_no = new.party.map(|(party_no, _)| party_no);
        self.execute(
            "UPDATE invitation SET withdrawn_at = $3
             WHERE person_no = $1 AND COALESCE(party_no, 0) = $2 AND used_at IS NULL AND withdrawn_at IS NULL",
            values![new.person_no, party_no.unwrap_or(0), now.micros()],
        )?;
        self.query_int(
            "INSERT INTO invitation (digest, person_no, party_no, role, invited_at, invited_by, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING invitation_no",
            values![
                &new.digest[..],
                new.person_no,
                party_no,
                new.party.map(|(_, role)| role.code()),
                now.micros(),
                new.by,
                new.expires_at.micros()
            ],
        )
    }

    /// The invitation with this digest, if it can still be used by somebody who may sign in, and the organisation is served.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn invitation(&mut self, digest: &[u8; 32], now: Timestamp) -> Result<Option<Invitation>> {
        let sql = format!("{OPEN_INVITATION} AND i.expires_at > $1 AND i.digest = $2");
        self.query_opt(&sql, values![now.micros(), &digest[..]], invitation_from)
    }

    /// Invitations of an organisation that can still be used, with the address to which they went, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn invitations_of(
        &mut self,
        party_no: i64,
        now: Timestamp,
    ) -> Result<Vec<(Invitation, EmailAddress)>> {
        let sql = format!(
            "{OPEN_INVITATION} AND i.expires_at > $1 AND i.party_no = $2 ORDER BY i.invitation_no"
        );
        self.query(&sql, values![now.micros(), party_no], |row| {
            Ok((invitation_from(row)?, row.parsed(6, "e-mail address")?))
        })
    }

    /// Withdraws an invitation of an organisation; says whether it could still be used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn withdraw_invitation(
        &mut self,
        party_no: i64,
        invitation_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let withdrawn = self.execute(
            "UPDATE invitation SET withdrawn_at = $3
             WHERE invitation_no = $2 AND party_no = $1 AND used_at IS NULL AND withdrawn_at IS NULL",
            values![party_no, invitation_no, now.micros()],
        )?;
        Ok(withdrawn == 1)
    }

    /// Uses an invitation: the person becomes what it says. Says whether it could still be used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn use_invitation(&mut self, invitation: &Invitation, now: Timestamp) -> Result<bool> {
        let used = self.execute(
            "UPDATE invitation SET used_at = $2
             WHERE invitation_no = $1 AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $2",
            values![invitation.invitation_no, now.micros()],
        )?;
        if let (1, Some((party_no, role))) = (used, invitation.party) {
            let by = &invitation.invited_by;
            self.put_membership(invitation.person_no, party_no, role, by, now)?;
        }
        Ok(used == 1)
    }
}

const OPEN_INVITATION: &str =
    "SELECT i.invitation_no, i.person_no, i.party_no, i.role, i.invited_by, i.expires_at, p.email
    FROM invitation i JOIN person p ON p.person_no = i.person_no
    WHERE i.used_at IS NULL AND i.withdrawn_at IS NULL AND p.closed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM party o WHERE o.party_no = i.party_no AND o.closed_at IS NOT NULL)";

fn invitation_from(row: &Row<'_>) -> Result<Invitation> {
    let party = match row.opt_int(2)? {
        Some(party_no) => {
            let role = row.code(3, "role in an organisation", OrganisationRole::from_code)?;
            Some((party_no, role))
        }
        None => None,
    };
    Ok(Invitation {
        invitation_no: row.int(0)?,
        person_no: row.int(1)?,
        party,
        invited_by: row.text(4)?,
        expires_at: Timestamp::from_micros(row.int(5)?),
    })
}
