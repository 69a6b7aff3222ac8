//! Codes that were mailed to an address, to see who reads there: of an asset, or as a contact.

use model::Timestamp;

use crate::connection::{Tx, values};
use crate::error::Result;

/// What a code is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSubject {
    /// Whether this asset belongs to its organisation.
    Asset(i64),
    /// Whether somebody reads at this contact.
    Contact(i64),
}

impl CodeSubject {
    /// Kind and number, as in the table.
    const fn key(self) -> (i64, i64) {
        match self {
            Self::Asset(asset_no) => (0, asset_no),
            Self::Contact(contact_no) => (1, contact_no),
        }
    }
}

/// A code that goes out.
#[derive(Clone, Copy, Debug)]
pub struct NewMailedCode<'a> {
    /// What it is about.
    pub subject: CodeSubject,
    /// Whose that is.
    pub party_no: i64,
    /// Digest of the code.
    pub digest: [u8; 32],
    /// Where it goes.
    pub address: &'a str,
    /// From then on it is worth nothing.
    pub expires_at: Timestamp,
}

impl Tx<'_> {
    /// Writes a code down; an earlier one about the same is worth nothing any more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_mailed_code(&mut self, new: &NewMailedCode<'_>) -> Result<()> {
        let (kind, subject_no) = new.subject.key();
        self.execute(
            "INSERT INTO mailed_code (kind, subject_no, party_no, digest, address, expires_at, wrong)
             VALUES ($1, $2, $3, $4, $5, $6, 0)
             ON CONFLICT (kind, subject_no) DO UPDATE SET party_no = excluded.party_no, digest = excluded.digest,
                address = excluded.address, expires_at = excluded.expires_at, wrong = 0",
            values![
                kind,
                subject_no,
                new.party_no,
                &new.digest[..],
                new.address,
                new.expires_at.micros()
            ],
        )?;
        Ok(())
    }

    /// Where a code of an organisation went that still works.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mailed_code_address(
        &mut self,
        party_no: i64,
        subject: CodeSubject,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let (kind, subject_no) = subject.key();
        self.query_opt(
            "SELECT address FROM mailed_code
             WHERE kind = $2 AND subject_no = $3 AND party_no = $1 AND expires_at > $4",
            values![party_no, kind, subject_no, now.micros()],
            |row| row.text(0),
        )
    }

    /// Uses a code of an organisation; gives where it went. `None` where it is not right, or worth nothing: it has ended, or
    /// `wrong_max` others were tried before. One that is not right is counted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn use_mailed_code(
        &mut self,
        party_no: i64,
        subject: CodeSubject,
        digest: &[u8; 32],
        wrong_max: i64,
        now: Timestamp,
    ) -> Result<Option<String>> {
        let (kind, subject_no) = subject.key();
        let used = self.query_opt(
            "DELETE FROM mailed_code
             WHERE kind = $2 AND subject_no = $3 AND party_no = $1 AND digest = $4 AND wrong < $5 AND expires_at > $6
             RETURNING address",
            values![party_no, kind, subject_no, &digest[..], wrong_max, now.micros()],
            |row| row.text(0),
        )?;
        if used.is_none() {
            self.execute(
                "UPDATE mailed_code SET wrong = wrong + 1
                 WHERE kind = $2 AND subject_no = $3 AND party_no = $1 AND wrong < $4",
                values![party_no, kind, subject_no, wrong_max],
            )?;
        }
        Ok(used)
    }

    /// Forgets codes that have ended; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_mailed_codes(&mut self, now: Timestamp) -> Result<u64> {
        let ended = "DELETE FROM mailed_code WHERE expires_at <= $1";
        self.execute(ended, values![now.micros()])
    }
}
