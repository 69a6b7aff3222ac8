//! What a person can show to sign in: passkeys, a password with one-time codes, recovery codes.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A passkey of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Internal number.
    pub passkey_no: i64,
    /// Public key and counters, as JSON of the library that checks them.
    pub passkey: String,
    /// What the person calls it.
    pub name: String,
    /// Since when.
    pub added_at: Timestamp,
    /// Last time that the person signed in with it.
    pub used_at: Option<Timestamp>,
}

/// The one-time codes of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTotp {
    /// What the person's device has too.
    pub secret: Vec<u8>,
    /// Step of the last code that was accepted: only later ones count.
    pub last_step: i64,
    /// Wrong codes since the last right one.
    pub wrong: i64,
    /// No code is looked at before.
    pub blocked_until: Timestamp,
}

/// By what a person can sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Passkeys.
    pub passkeys: i64,
    /// A password, and codes to go with it.
    pub has_password: bool,
    /// Codes of a device.
    pub has_totp: bool,
    /// Recovery codes that were not used.
    pub recovery_codes: i64,
    /// Accounts at providers of identities.
    pub identities: i64,
}

impl Ways {
    /// Whether the person can sign in by any of them. Recovery codes only repair.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.count() > 0
    }

    /// How many ways there are; a password counts where codes go with it.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.passkeys + i64::from(self.has_password && self.has_totp) + self.identities
    }
}

impl Tx<'_> {
    /// By what a person can sign in.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ways_of(&mut self, person_no: i64) -> Result<Ways> {
        let sql = "SELECT (SELECT COUNT(*) FROM passkey WHERE person_no = $1),
                (SELECT COUNT(*) FROM password WHERE person_no = $1),
                (SELECT COUNT(*) FROM totp WHERE person_no = $1),
                (SELECT COUNT(*) FROM recovery_code WHERE person_no = $1 AND used_at IS NULL),
                (SELECT COUNT(*) FROM identity WHERE person_no = $1)";
        let ways = self.query_opt(sql, values![person_no], |row| {
            Ok(Ways {
                passkeys: row.int(0)?,
                has_password: row.int(1)? > 0,
                has_totp: row.int(2)? > 0,
                recovery_codes: row.int(3)?,
                identities: row.int(4)?,
            })
        })?;
        Ok(ways.unwrap_or_default())
    }

    /// Keeps others from changing by what a person can sign in until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_person(&mut self, person_no: i64) -> Result<()> {
        let sql = format!(
            "SELECT person_no FROM person WHERE person_no = $1{}",
            self.for_update()
        );
        self.query_opt(&sql, values![person_no], |row| row.int(0))?;
        Ok(())
    }

    /// Adds a passkey. Its credential must not be known yet.
    ///
    /// # Errors
    /// When the credential is known, or the engine fails.
    pub fn add_passkey(
        &mut self,
        person_no: i64,
        credential_id: &[u8],
        passkey: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<i64> {
        self.query_int(
            "INSERT INTO passkey (person_no, credential_id, passkey, name, added_at) VALUES ($1, $2, $3, $4, $5)
             RETURNING passkey_no",
            values![person_no, credential_id, passkey, name, now.micros()],
        )
    }

    /// The passkeys of a person, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn passkeys_of(&mut self, person_no: i64) -> Result<Vec<StoredPasskey>> {
        self.query(
            "SELECT passkey_no, passkey, name, added_at, used_at FROM passkey WHERE person_no = $1 ORDER BY passkey_no",
            values![person_no],
            passkey_from,
        )
    }

    /// Whose passkey this is, and the passkey.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn passkey_with(&mut self, credential_id: &[u8]) -> Result<Option<(i64, StoredPasskey)>> {
        self.query_opt(
            "SELECT passkey_no, passkey, name, added_at, used_at, person_no FROM passkey WHERE credential_id = $1",
            values![credential_id],
            |row| Ok((row.int(5)?, passkey_from(row)?)),
        )
    }

    /// Notes that a passkey was used, with its counters.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn touch_passkey(&mut self, passkey_no: i64, passkey: &str, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE passkey SET passkey = $2, used_at = $3 WHERE passkey_no = $1",
            values![passkey_no, passkey, now.micros()],
        )?;
        Ok(())
    }

    /// Removes a passkey of a person; says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_passkey(&mut self, person_no: i64, passkey_no: i64) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM passkey WHERE passkey_no = $2 AND person_no = $1",
            values![person_no, passkey_no],
        )?;
        Ok(removed == 1)
    }

    /// The hash of a person's password.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn password_hash(&mut self, person_no: i64) -> Result<Option<String>> {
        self.query_opt(
            "SELECT hash FROM password WHERE person_no = $1",
            values![person_no],
            |row| row.text(0),
        )
    }

    /// Sets a person's password.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_password(&mut self, person_no: i64, hash: &str, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO password (person_no, hash, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (person_no) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
            values![person_no, hash, now.micros()],
        )?;
        Ok(())
    }

    /// The one-time codes of a person. They stay as they are until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn totp(&mut self, person_no: i64) -> Result<Option<StoredTotp>> {
        let sql = format!(
            "SELECT secret, last_step, wrong, blocked_until FROM totp WHERE person_no = $1{}",
            self.for_update()
        );
        self.query_opt(&sql, values![person_no], |row| {
            Ok(StoredTotp {
                secret: row.bytes(0)?,
                last_step: row.int(1)?,
                wrong: row.int(2)?,
                blocked_until: Timestamp::from_micros(row.int(3)?),
            })
        })
    }

    /// Gives a person other one-time codes, of which those up to `last_step` were used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_totp(
        &mut self,
        person_no: i64,
        secret: &[u8],
        last_step: i64,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO totp (person_no, secret, added_at, last_step, wrong, blocked_until) VALUES ($1, $2, $3, $4, 0, 0)
             ON CONFLICT (person_no) DO UPDATE SET secret = excluded.secret, added_at = excluded.added_at,
                last_step = excluded.last_step, wrong = 0, blocked_until = 0",
            values![person_no, secret, now.micros(), last_step],
        )?;
        Ok(())
    }

    /// Notes that the code of this step was used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_right_code(&mut self, person_no: i64, step: i64) -> Result<()> {
        self.execute(
            "UPDATE totp SET last_step = $2, wrong = 0, blocked_until = 0 WHERE person_no = $1",
            values![person_no, step],
        )?;
        Ok(())
    }

    /// Notes a wrong code, and until when no code is looked at.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_wrong_code(&mut self, person_no: i64, blocked_until: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE totp SET wrong = wrong + 1, blocked_until = $2 WHERE person_no = $1",
            values![person_no, blocked_until.micros()],
        )?;
        Ok(())
    }

    /// Gives a person these recovery codes, by their digests, instead of those from before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_recovery_codes(&mut self, person_no: i64, digests: &[[u8; 32]]) -> Result<()> {
        self.execute(
            "DELETE FROM recovery_code WHERE person_no = $1",
            values![person_no],
        )?;
        for digest in digests {
            self.execute(
                "INSERT INTO recovery_code (person_no, digest) VALUES ($1, $2)",
                values![person_no, &digest[..]],
            )?;
        }
        Ok(())
    }

    /// Uses up a recovery code; says whether it could still be used.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn use_recovery_code(
        &mut self,
        person_no: i64,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<bool> {
        let used = self.execute(
            "UPDATE recovery_code SET used_at = $3 WHERE person_no = $1 AND digest = $2 AND used_at IS NULL",
            values![person_no, &digest[..], now.micros()],
        )?;
        Ok(used == 1)
    }

    /// Takes away everything by which a person can sign in, and ends its sessions: somebody else must invite it again.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_ways(&mut self, person_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "DELETE FROM session_identity WHERE identity_no IN (SELECT identity_no FROM identity WHERE person_no = $1)",
            values![person_no],
        )?;
        for table in [
            "passkey",
            "password",
            "totp",
            "recovery_code",
            "sign_in_step",
            "identity",
        ] {
            let sql = format!("DELETE FROM {table} WHERE person_no = $1");
            self.execute(&sql, values![person_no])?;
        }
        self.end_other_sessions(person_no, None, now)?;
        Ok(())
    }
}

fn passkey_from(row: &Row<'_>) -> Result<StoredPasskey> {
    Ok(StoredPasskey {
        passkey_no: row.int(0)?,
        passkey: row.text(1)?,
        name: row.text(2)?,
        added_at: Timestamp::from_micros(row.int(3)?),
        used_at: row.opt_int(4)?.map(Timestamp::from_micros),
    })
}
