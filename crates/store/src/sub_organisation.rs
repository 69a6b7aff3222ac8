//! Organisations that are a part of another one. Each has its own people, contacts and inbox: belonging to the one gives no
//! right in the other.

use model::{LinkKind, OrganisationRole, PartyRole, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;
use crate::party::COUNTS;

impl Tx<'_> {
    /// Makes a part of an organisation; gives its number. It begins with the language, sector, legal class, contacts with
    /// their keys and administrators of the whole, so that nothing that is moved there falls silent.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_sub_organisation(
        &mut self,
        parent_no: i64,
        name: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<i64> {
        self.hold_party(parent_no)?;
        let parts = "SELECT COUNT(*) FROM party_link WHERE to_party_no = $1 AND kind = $2";
        let before = self.query_int(parts, values![parent_no, LinkKind::PartOf.code()])?;
        let reference = "SELECT reference FROM party WHERE party_no = $1";
        let reference = self.query(reference, values![parent_no], |row| row.text(0))?;
        let reference = format!("{}/{}", reference.concat(), before + 1);
        let child_no = self.ensure_party(&reference, name, PartyRole::Recipient, now)?;
        let both = values![child_no, parent_no];
        self.execute(
            "UPDATE party SET language = (SELECT p.language FROM party p WHERE p.party_no = $2),
                sector = (SELECT p.sector FROM party p WHERE p.party_no = $2),
                reader = (SELECT p.reader FROM party p WHERE p.party_no = $2)
             WHERE party_no = $1",
            both,
        )?;
        self.execute(
            "INSERT INTO party_legal_class
                (party_no, valid_from, legal_class, evidence, entered_by, entered_at, is_ahead)
             SELECT $1, valid_from, legal_class, evidence, entered_by, entered_at, is_ahead FROM party_legal_class WHERE party_no = $2",
            both,
        )?;
        self.copy_contacts(child_no, parent_no)?;
        self.copy_contact_keys(child_no, parent_no)?;
        self.execute(
            "INSERT INTO party_link (from_party_no, kind, to_party_no, valid_from) VALUES ($1, $3, $2, $4)",
            values![child_no, parent_no, LinkKind::PartOf.code(), now.day().days()],
        )?;
        for member in self.members_of(parent_no)? {
            if member.role == OrganisationRole::Administrator {
                self.put_membership(member.person_no, child_no, member.role, by, now)?;
            }
        }
        Ok(child_no)
    }

    /// Those to which messages may go, and when they were confirmed.
    fn copy_contacts(&mut self, child_no: i64, parent_no: i64) -> Result<()> {
        let contacts = format!(
            "INSERT INTO contact (party_no, email, role, severities, language, reader)
             SELECT $1, email, role, severities, language, reader FROM contact
             WHERE party_no = $2 AND {COUNTS}"
        );
        self.execute(&contacts, values![child_no, parent_no])?;
        self.execute(
            "INSERT INTO contact_detail (contact_no, party_no, is_always_on, keeps_hours, confirmed_at, rhythm, phone, is_phone_always)
             SELECT n.contact_no, n.party_no, d.is_always_on, d.keeps_hours, d.confirmed_at, d.rhythm, d.phone, d.is_phone_always
             FROM contact n JOIN contact o ON o.party_no = $2 AND o.email = n.email AND o.role = n.role
             JOIN contact_detail d ON d.contact_no = o.contact_no
             WHERE n.party_no = $1",
            values![child_no, parent_no],
        )?;
        Ok(())
    }

    /// The open parts of an organisation, by name: number and name.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sub_organisations(&mut self, parent_no: i64) -> Result<Vec<(i64, String)>> {
        self.query(
            "SELECT p.party_no, p.name FROM party_link l JOIN party p ON p.party_no = l.from_party_no
             WHERE l.to_party_no = $1 AND l.kind = $2 AND l.valid_until IS NULL AND p.closed_at IS NULL
             ORDER BY p.name, p.party_no",
            values![parent_no, LinkKind::PartOf.code()],
            |row| Ok((row.int(0)?, row.text(1)?)),
        )
    }

    /// The organisation that this one is a part of.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn whole_of(&mut self, party_no: i64) -> Result<Option<i64>> {
        self.query_opt(
            "SELECT to_party_no FROM party_link WHERE from_party_no = $1 AND kind = $2 AND valid_until IS NULL",
            values![party_no, LinkKind::PartOf.code()],
            |row| row.int(0),
        )
    }

    /// Moves the assets of a group that an organisation added itself to a part of it, with what is known of them and of their
    /// proofs; into a group of the same name. Says how many. What the desk entered stays: its list would bring it back.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn move_group(&mut self, parent_no: i64, group_no: i64, child_no: i64) -> Result<u64> {
        let name = "SELECT name FROM asset_group WHERE group_no = $1 AND party_no = $2";
        let name = self.query_opt(name, values![group_no, parent_no], |row| row.text(0))?;
        let Some(name) = name else {
            return Ok(0);
        };
        let target_no = self.ensure_asset_group(child_no, &name)?;
        let moved = self.execute(
            "UPDATE asset SET party_no = $3
             WHERE party_no = $1 AND closed_at IS NULL
                AND asset_no IN (SELECT d.asset_no FROM asset_detail d WHERE d.group_no = $2)
                AND asset_no IN (SELECT c.asset_no FROM asset_claim c WHERE c.party_no = $1)
                AND NOT EXISTS (SELECT 1 FROM asset h WHERE h.party_no = $3 AND h.kind = asset.kind
                    AND h.value = asset.value AND h.valid_from = asset.valid_from)",
            values![parent_no, group_no, child_no],
        )?;
        let arrived = "asset_no IN (SELECT a.asset_no FROM asset a JOIN asset_detail d ON d.asset_no = a.asset_no
                WHERE a.party_no = $1 AND d.group_no = $2)";
        let with_the_asset = [
            "asset_claim",
            "existence_notice",
            "proof_review",
            "security_txt",
        ];
        for table in with_the_asset {
            let sql = format!("UPDATE {table} SET party_no = $1 WHERE {arrived}");
            self.execute(&sql, values![child_no, group_no])?;
        }
        self.execute(
            "UPDATE asset_detail SET party_no = $1, group_no = $3 WHERE group_no = $2
                AND asset_no IN (SELECT asset_no FROM asset WHERE party_no = $1)",
            values![child_no, group_no, target_no],
        )?;
        Ok(moved)
    }
}
