//! What belongs to the installation as a whole: its secret, the version of the register, and whether it may send.

use model::{IdKey, Language, Timestamp};

use crate::connection::{Tx, TxEngine, values};
use crate::error::{Result, StoreError};

/// The one row of the installation.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Secret behind public ids and digests of deliveries.
    pub id_key: IdKey,
    /// Goes up with every change of the register.
    pub register_version: i64,
    /// Distribution is stopped since, and why.
    pub paused: Option<(Timestamp, String)>,
}

impl Tx<'_> {
    /// Makes the row, and the desk that every installation begins with.
    pub(crate) fn install(&mut self) -> Result<()> {
        let key = fresh_key()?;
        self.execute(
            "INSERT INTO installation (one, id_key, register_version, paused_at, paused_reason)
             VALUES (1, $1, 1, NULL, '')",
            values![&key[..]],
        )?;
        self.add_desk("desk", Language::Nl)?;
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            tx.batch_execute("CREATE SEQUENCE finding_no")?;
        }
        Ok(())
    }

    /// The installation.
    ///
    /// # Errors
    /// When the store was never migrated.
    pub fn installation(&mut self) -> Result<Installation> {
        let found = self.query_opt(
            "SELECT id_key, register_version, paused_at, paused_reason FROM installation WHERE one = 1",
            &[],
            |row| {
                let key: [u8; 32] = row.bytes(0)?.try_into().map_err(|_| StoreError::Unknown {
                    what: "the installation's key",
                    value: "bytes of another length".into(),
                })?;
                let paused = match row.opt_int(2)? {
                    Some(at) => Some((Timestamp::from_micros(at), row.text(3)?)),
                    None => None,
                };
                Ok(Installation { id_key: IdKey::new(key), register_version: row.int(1)?, paused })
            },
        )?;
        found.ok_or(StoreError::Migration {
            found: 0,
            needed: 1,
        })
    }

    /// The register's version, held still until the transaction ends: what was decided with it stays true.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_register_version(&mut self) -> Result<i64> {
        let share = match self.engine {
            TxEngine::Sqlite(_) => "SELECT register_version FROM installation WHERE one = 1",
            TxEngine::Postgres { .. } => {
                "SELECT register_version FROM installation WHERE one = 1 FOR SHARE"
            }
        };
        self.query_int(share, &[])
    }

    /// Counts a change of the register; gives the new version.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn raise_register_version(&mut self) -> Result<i64> {
        self.query_int(
            "UPDATE installation SET register_version = register_version + 1 WHERE one = 1 RETURNING register_version",
            &[],
        )
    }

    /// The saved mapping of that name, as TOML.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mapping(&mut self, name: &str) -> Result<Option<String>> {
        self.query_opt(
            "SELECT text FROM mapping WHERE name = $1",
            values![name],
            |row| row.text(0),
        )
    }

    /// Names of the saved mappings.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mapping_names(&mut self) -> Result<Vec<String>> {
        self.query("SELECT name FROM mapping ORDER BY name", &[], |row| {
            row.text(0)
        })
    }

    /// Saves a mapping; one of the same name is replaced.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn save_mapping(&mut self, name: &str, text: &str) -> Result<()> {
        self.execute(
            "INSERT INTO mapping (name, text) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET text = excluded.text",
            values![name, text],
        )?;
        Ok(())
    }

    /// Where people reach the pages, as messages name it; without one, messages name no pages.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn public_origin(&mut self) -> Result<Option<String>> {
        let sql = "SELECT origin FROM public_origin WHERE one = 1";
        self.query_opt(sql, &[], |row| row.text(0))
    }

    /// Says where people reach the pages: scheme, host and port, without a slash at the end.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_public_origin(&mut self, origin: Option<&str>) -> Result<()> {
        match origin {
            Some(origin) => self.execute(
                "INSERT INTO public_origin (one, origin) VALUES (1, $1)
                 ON CONFLICT (one) DO UPDATE SET origin = excluded.origin",
                values![origin],
            )?,
            None => self.execute("DELETE FROM public_origin", &[])?,
        };
        Ok(())
    }

    /// Stops distribution, or lets it go on with `None`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_paused(&mut self, paused: Option<(Timestamp, &str)>) -> Result<()> {
        let (at, reason) = match paused {
            Some((at, reason)) => (Some(at.micros()), reason),
            None => (None, ""),
        };
        self.execute(
            "UPDATE installation SET paused_at = $1, paused_reason = $2 WHERE one = 1",
            values![at, reason],
        )?;
        match paused {
            Some(_) => Ok(()),
            None => self.announce_work(),
        }
    }
}

/// 32 bytes that nobody can guess.
fn fresh_key() -> Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| StoreError::File {
        what: "read randomness from",
        path: "the operating system".into(),
        source: error.into(),
    })?;
    Ok(key)
}
