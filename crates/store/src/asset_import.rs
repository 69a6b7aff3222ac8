//! Lists of assets that somebody looks at before they are brought in.

use model::Timestamp;

use crate::connection::{Tx, values};
use crate::error::Result;

/// Lists of an organisation that wait. Each has some megabytes.
const WAITING_MAX: i64 = 10;

/// A list as it came.
#[derive(Clone, Copy, Debug)]
pub struct NewAssetImport<'a> {
    /// Whose assets.
    pub party_no: i64,
    /// Who brought it.
    pub by_person: i64,
    /// Name of the file; empty for what was pasted.
    pub name: &'a str,
    /// The bytes.
    pub content: &'a [u8],
    /// Their digest.
    pub digest: &'a [u8],
    /// Whether assets that the list does not have are closed.
    pub is_whole: bool,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// A list that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetImport {
    /// Name of the file; empty for what was pasted.
    pub name: String,
    /// The bytes.
    pub content: Vec<u8>,
    /// Whether assets that the list does not have are closed.
    pub is_whole: bool,
    /// Who brought it.
    pub by_person: i64,
    /// When it came.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Keeps a list until somebody brings it in or it expires; returns its number. Where the same bytes wait already, that list
    /// is the one. Expired ones are removed, and of this organisation all but the last ones.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_asset_import(&mut self, list: &NewAssetImport<'_>, now: Timestamp) -> Result<i64> {
        self.execute(
            "DELETE FROM asset_import WHERE expires_at <= $1",
            values![now.micros()],
        )?;
        let same = self.query_opt(
            "SELECT import_no FROM asset_import WHERE party_no = $1 AND digest = $2 AND is_whole = $3",
            values![list.party_no, list.digest, list.is_whole],
            |row| row.int(0),
        )?;
        if let Some(import_no) = same {
            return Ok(import_no);
        }
        self.execute(
            "DELETE FROM asset_import WHERE party_no = $1 AND import_no <=
                (SELECT import_no FROM asset_import WHERE party_no = $1 ORDER BY import_no DESC LIMIT 1 OFFSET $2)",
            values![list.party_no, WAITING_MAX - 1],
        )?;
        self.query_int(
            "INSERT INTO asset_import (party_no, by_person, name, content, digest, is_whole, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING import_no",
            values![
                list.party_no,
                list.by_person,
                list.name,
                list.content,
                list.digest,
                list.is_whole,
                now.micros(),
                list.expires_at.micros()
            ],
        )
    }

    /// A list of this organisation that has not expired.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn asset_import(
        &mut self,
        party_no: i64,
        import_no: i64,
        now: Timestamp,
    ) -> Result<Option<AssetImport>> {
        self.query_opt(
            "SELECT name, content, is_whole, created_at, by_person FROM asset_import
             WHERE import_no = $1 AND party_no = $2 AND expires_at > $3",
            values![import_no, party_no, now.micros()],
            |row| {
                Ok(AssetImport {
                    name: row.text(0)?,
                    content: row.bytes(1)?,
                    is_whole: row.int(2)? != 0,
                    created_at: Timestamp::from_micros(row.int(3)?),
                    by_person: row.int(4)?,
                })
            },
        )
    }

    /// Forgets a list of this organisation; says whether it was there, so that it is brought in once.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_asset_import(&mut self, party_no: i64, import_no: i64) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM asset_import WHERE import_no = $1 AND party_no = $2",
            values![import_no, party_no],
        )?;
        Ok(removed == 1)
    }
}
