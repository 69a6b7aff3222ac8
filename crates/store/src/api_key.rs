//! Keys with which programs ask the API.

use model::{KeyKind, Scope, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};

/// How exactly the last use of a key is kept. A request that only reads does not cost a write each time.
pub const KEY_TOUCH_INTERVAL_MICROS: i64 = 3_600_000_000;

/// For whom a key acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOwner {
    /// An organisation, by the number of its party.
    Organisation(i64),
    /// A source, by the number of its party.
    Source(i64),
    /// The desk.
    Desk,
}

impl KeyOwner {
    /// Which kind that is.
    #[must_use]
    pub fn kind(self) -> KeyKind {
        match self {
            Self::Organisation(_) => KeyKind::Organisation,
            Self::Source(_) => KeyKind::Source,
            Self::Desk => KeyKind::Desk,
        }
    }

    /// Numbers as the two columns have them: organisation, source.
    fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Organisation(party_no) => (Some(party_no), None),
            Self::Source(source_no) => (None, Some(source_no)),
            Self::Desk => (None, None),
        }
    }
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewApiKey<'a> {
    /// Digest of the secret.
    pub digest: [u8; 32],
    /// For whom it acts.
    pub owner: KeyOwner,
    /// For people.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// From when on it no longer works.
    pub expires_at: Timestamp,
}

/// A key that was not ended. It may have expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Internal number.
    pub key_no: i64,
    /// Digest of the secret.
    pub digest: [u8; 32],
    /// For whom it acts.
    pub owner: KeyOwner,
    /// Reference of the organisation or source; empty for the desk.
    pub reference: String,
    /// For people.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Since when.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// From when on it no longer works.
    pub expires_at: Timestamp,
    /// Last use, exact to [`KEY_TOUCH_INTERVAL_MICROS`].
    pub used_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Makes a key; returns its number. One of the desk is for the desk made at installation; for which else is for
    /// [`Tx::set_desks_of_key`].
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_api_key(&mut self, new: &NewApiKey<'_>, by: &str, now: Timestamp) -> Result<i64> {
        let (party_no, source_no) = new.owner.columns();
        let scopes: Vec<_> = new.scopes.iter().map(|scope| scope.as_str()).collect();
        let key_no = self.query_int(
            "INSERT INTO api_key (digest, party_no, source_no, name, scopes, made_at, made_by, expires_at, ended_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '') RETURNING key_no",
            values![
                &new.digest[..],
                party_no,
                source_no,
                new.name,
                &scopes.join(" "),
                now.micros(),
                by,
                new.expires_at.micros()
            ],
        )?;
        if new.owner == KeyOwner::Desk {
            let first: Vec<i64> = self.desk_nos()?.into_iter().take(1).collect();
            self.set_desks_of_key(key_no, &first)?;
        }
        Ok(key_no)
    }

    /// A key that was not ended, of somebody who is still there.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn api_key(&mut self, key_no: i64) -> Result<Option<ApiKey>> {
        let sql = format!("{API_KEY} AND k.key_no = $1");
        self.query_opt(&sql, values![key_no], api_key_from)
    }

    /// The keys of an organisation that were not ended, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn api_keys_of(&mut self, party_no: i64) -> Result<Vec<ApiKey>> {
        let sql = format!("{API_KEY} AND k.party_no = $1 ORDER BY k.key_no DESC");
        self.query(&sql, values![party_no], api_key_from)
    }

    /// Names of these keys as far as they are or were of an organisation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn api_key_names(&mut self, party_no: i64, key_nos: &[i64]) -> Result<Vec<(i64, String)>> {
        let sql = format!(
            "SELECT key_no, name FROM api_key WHERE party_no = $1 AND key_no {} ORDER BY key_no",
            self.in_set("$2")
        );
        self.query(&sql, values![party_no, key_nos], |row| {
            Ok((row.int(0)?, row.text(1)?))
        })
    }

    /// The keys of the desk and of sources that were not ended, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn api_keys_of_desk(&mut self) -> Result<Vec<ApiKey>> {
        let sql = format!("{API_KEY} AND k.party_no IS NULL ORDER BY k.key_no DESC");
        self.query(&sql, &[], api_key_from)
    }

    /// Ends a key from this moment on, of this organisation or, with `None`, whoever has it; says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_api_key(
        &mut self,
        party_no: Option<i64>,
        key_no: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE api_key SET ended_at = $3, ended_by = $4
             WHERE key_no = $2 AND (party_no = $1 OR $1 = 0) AND ended_at IS NULL",
            values![party_no.unwrap_or(0), key_no, now.micros(), by],
        )?;
        Ok(ended == 1)
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn touch_api_key(&mut self, key_no: i64, now: Timestamp) -> Result<()> {
        let sql = "UPDATE api_key SET used_at = $2 WHERE key_no = $1";
        self.execute(sql, values![key_no, now.micros()])?;
        Ok(())
    }
}

const API_KEY: &str =
    "SELECT k.key_no, k.digest, k.party_no, k.source_no, COALESCE(p.reference, ''), k.name, k.scopes,
        k.made_at, k.made_by, k.expires_at, k.used_at
    FROM api_key k LEFT JOIN party p ON p.party_no = COALESCE(k.party_no, k.source_no)
    WHERE k.ended_at IS NULL AND p.closed_at IS NULL";

fn api_key_from(row: &Row<'_>) -> Result<ApiKey> {
    let digest = row.bytes(1)?.try_into().map_err(|_| StoreError::Unknown {
        what: "digest of a key",
        value: String::new(),
    })?;
    let owner = match (row.opt_int(2)?, row.opt_int(3)?) {
        (Some(party_no), _) => KeyOwner::Organisation(party_no),
        (None, Some(source_no)) => KeyOwner::Source(source_no),
        (None, None) => KeyOwner::Desk,
    };
    let scopes = row.text(6)?;
    // A scope that a newer program wrote gives nothing here.
    let scopes = scopes.split(' ').filter_map(|scope| scope.parse().ok());
    Ok(ApiKey {
        key_no: row.int(0)?,
        digest,
        owner,
        reference: row.text(4)?,
        name: row.text(5)?,
        scopes: scopes.collect(),
        made_at: Timestamp::from_micros(row.int(7)?),
        made_by: row.text(8)?,
        expires_at: Timestamp::from_micros(row.int(9)?),
        used_at: row.opt_int(10)?.map(Timestamp::from_micros),
    })
}
