//! Whether what is known of organisations was confirmed in time. When it is time is decided in `rules`.

use model::{Day, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;

/// From when on something must be asked.
#[derive(Clone, Copy, Debug)]
pub struct UpkeepDue {
    /// Contacts that were confirmed before.
    pub contacts_before: Timestamp,
    /// Systems that were confirmed before.
    pub assets_before: Timestamp,
    /// Proofs that end on this day or before.
    pub proofs_until: Day,
}

impl Tx<'_> {
    /// Begins to look after an organisation, if nobody does yet: as of now, its systems are right.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn begin_upkeep(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO party_upkeep (party_no, assets_confirmed_at, look_at) VALUES ($1, $2, $2)
             ON CONFLICT (party_no) DO NOTHING",
            values![party_no, now.micros()],
        )?;
        Ok(())
    }

    /// Notes that the systems of an organisation are still its own.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn confirm_assets(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO party_upkeep (party_no, assets_confirmed_at, look_at) VALUES ($1, $2, $2)
             ON CONFLICT (party_no) DO UPDATE SET assets_confirmed_at = excluded.assets_confirmed_at",
            values![party_no, now.micros()],
        )?;
        Ok(())
    }

    /// When somebody last said that the systems of an organisation are its own; never for one without people.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn assets_confirmed_at(&mut self, party_no: i64) -> Result<Option<Timestamp>> {
        self.query_opt(
            "SELECT assets_confirmed_at FROM party_upkeep WHERE party_no = $1",
            values![party_no],
            |row| Ok(Timestamp::from_micros(row.int(0)?)),
        )
    }

    /// Organisations that it is time to look at, the longest waiting first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn parties_to_look_at(&mut self, now: Timestamp, parties_max: i64) -> Result<Vec<i64>> {
        self.query(
            "SELECT party_no FROM party_upkeep WHERE look_at <= $1 ORDER BY look_at, party_no LIMIT $2",
            values![now.micros(), parties_max],
            |row| row.int(0),
        )
    }

    /// Says when to look at an organisation again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn look_again_at(&mut self, party_no: i64, at: Timestamp) -> Result<()> {
        let sql = "UPDATE party_upkeep SET look_at = $2 WHERE party_no = $1";
        self.execute(sql, values![party_no, at.micros()])?;
        Ok(())
    }

    /// Whether an open organisation must be asked something: it has contacts, systems or proofs that are due.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn is_upkeep_due(&mut self, party_no: i64, due: &UpkeepDue) -> Result<bool> {
        let found = self.query_opt(
            "SELECT 1 FROM party_upkeep u JOIN party p ON p.party_no = u.party_no
             WHERE u.party_no = $1 AND p.closed_at IS NULL AND
                ((u.assets_confirmed_at < $2 AND EXISTS
                    (SELECT 1 FROM asset a WHERE a.party_no = u.party_no AND a.closed_at IS NULL))
                 OR EXISTS (SELECT 1 FROM contact c JOIN contact_detail d ON d.contact_no = c.contact_no
                    WHERE c.party_no = u.party_no AND c.closed_at IS NULL AND d.confirmed_at <> 0
                        AND d.confirmed_at < $3)
                 OR EXISTS (SELECT 1 FROM asset_claim k JOIN asset b ON b.asset_no = k.asset_no
                    WHERE k.party_no = u.party_no AND k.state = 1 AND k.valid_until <= $4 AND b.closed_at IS NULL))",
            values![
                party_no,
                due.assets_before.micros(),
                due.contacts_before.micros(),
                due.proofs_until.days()
            ],
            |row| row.int(0),
        )?;
        Ok(found.is_some())
    }
}
