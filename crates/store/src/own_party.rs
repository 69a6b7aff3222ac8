//! An organisation as it sees itself, and how another one is named exactly.

use model::{KvkNumber, Language, PartyRole, Reader, Timestamp};

use crate::connection::{Tx, values};
use crate::error::{Result, StoreError};
use crate::party::opt_code;

/// What is known of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnParty {
    /// For people. Only the desk changes it: proofs are compared with it.
    pub name: String,
    /// Number in the Dutch trade register. Only the desk changes it.
    pub kvk: Option<KvkNumber>,
    /// Sector, in the words of the desk.
    pub sector: Option<String>,
    /// Language in which it is told.
    pub language: Option<Language>,
    /// What its contacts can read that did not say.
    pub reader: Option<Reader>,
}

impl Tx<'_> {
    /// What is known of an organisation.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn own_party(&mut self, party_no: i64) -> Result<Option<OwnParty>> {
        self.query_opt(
            "SELECT name, kvk, sector, language, reader FROM party WHERE party_no = $1",
            values![party_no],
            |row| {
                Ok(OwnParty {
                    name: row.text(0)?,
                    kvk: row.opt_parsed(1, "KvK number")?,
                    sector: row.opt_text(2)?,
                    language: opt_code(row, 3, "language", Language::from_code)?,
                    reader: opt_code(row, 4, "reader", Reader::from_code)?,
                })
            },
        )
    }

    /// Sets how contacts of an organisation are told that did not choose: the language, and what they can read.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn set_usual(
        &mut self,
        party_no: i64,
        language: Option<Language>,
        reader: Option<Reader>,
    ) -> Result<()> {
        self.execute(
            "UPDATE party SET language = $2, reader = $3 WHERE party_no = $1",
            values![
                party_no,
                language.map(Language::code),
                reader.map(Reader::code)
            ],
        )?;
        Ok(())
    }

    /// The open organisation with exactly this reference or number in the trade register; `None` also where several have it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party_named(&mut self, reference_or_kvk: &str) -> Result<Option<i64>> {
        let found = self.query(
            "SELECT p.party_no FROM party p JOIN party_role r ON r.party_no = p.party_no AND r.role = $2
                AND r.valid_until IS NULL
             WHERE p.closed_at IS NULL AND (p.reference = $1 OR p.kvk = $1) LIMIT 2",
            values![reference_or_kvk, PartyRole::Recipient.code()],
            |row| row.int(0),
        )?;
        match found[..] {
            [party_no] => Ok(Some(party_no)),
            _ => Ok(None),
        }
    }

    /// Whether an open organisation has this number in the trade register.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_party_with_kvk(&mut self, kvk: &KvkNumber) -> Result<bool> {
        let sql = "SELECT 1 FROM party WHERE kvk = $1 AND closed_at IS NULL LIMIT 1";
        let found = self.query_opt(sql, values![kvk.as_str()], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Open parties of the register with this number in the trade register, whatever their role: their names.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn parties_with_kvk(&mut self, kvk: &str) -> Result<Vec<String>> {
        let sql =
            "SELECT name FROM party WHERE kvk = $1 AND closed_at IS NULL ORDER BY party_no LIMIT 5";
        self.query(sql, values![kvk], |row| row.text(0))
    }

    /// Other open parties with the same number in the trade register as this one: number and name of at most five.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn kvk_twins(&mut self, party_no: i64) -> Result<Vec<(i64, String)>> {
        self.query(
            "SELECT o.party_no, o.name FROM party p JOIN party o ON o.kvk = p.kvk AND o.party_no <> p.party_no
             WHERE p.party_no = $1 AND p.closed_at IS NULL AND o.closed_at IS NULL ORDER BY o.party_no LIMIT 5",
            values![party_no],
            |row| Ok((row.int(0)?, row.text(1)?)),
        )
    }

    /// Those of these parties whose number in the trade register another open party has too, in ascending number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn with_kvk_twins(&mut self, party_nos: &[i64]) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT p.party_no FROM party p WHERE p.party_no {} AND p.closed_at IS NULL AND EXISTS (
                 SELECT 1 FROM party o WHERE o.kvk = p.kvk AND o.party_no <> p.party_no AND o.closed_at IS NULL)
             ORDER BY p.party_no",
            self.in_set("$1")
        );
        self.query(&sql, values![party_nos], |row| row.int(0))
    }

    /// Whether an open party of this name or reference passes messages on.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_relay_named(&mut self, name: &str) -> Result<bool> {
        let found = self.query_opt(
            "SELECT 1 FROM party_role r JOIN party p ON p.party_no = r.party_no
             WHERE r.role = $2 AND r.valid_until IS NULL AND p.closed_at IS NULL
                AND (LOWER(p.name) = LOWER($1) OR p.reference = $1) LIMIT 1",
            values![name, PartyRole::Relay.code()],
            |row| row.int(0),
        )?;
        Ok(found.is_some())
    }

    /// Keeps others from changing who belongs to an organisation, and what it holds and says of itself, until the transaction ends.
    ///
    /// # Errors
    /// [`StoreError::Closed`] when it is not served any more; or when the engine fails.
    pub fn hold_party(&mut self, party_no: i64) -> Result<()> {
        let sql = format!(
            "SELECT party_no FROM party WHERE party_no = $1 AND closed_at IS NULL{}",
            self.for_update()
        );
        let held = self.query_opt(&sql, values![party_no], |row| row.int(0))?;
        held.map(drop).ok_or(StoreError::Closed)
    }

    /// Whether an organisation is served.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn party_is_open(&mut self, party_no: i64) -> Result<bool> {
        let sql = "SELECT party_no FROM party WHERE party_no = $1 AND closed_at IS NULL";
        let found = self.query_opt(sql, values![party_no], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Closes an organisation: it is told nothing more, its people are no longer members, and its mandates, invitations and
    /// keys end, so that none of them holds again if it is served again. What was sent and done stays as long as the law
    /// requires.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn close_party(&mut self, party_no: i64, by: &str, now: Timestamp) -> Result<()> {
        let at = now.micros();
        self.execute(
            "UPDATE party SET closed_at = $2 WHERE party_no = $1 AND closed_at IS NULL",
            values![party_no, at],
        )?;
        self.execute(
            "UPDATE membership SET ended_at = $2, ended_by = $3 WHERE party_no = $1 AND ended_at IS NULL",
            values![party_no, at, by],
        )?;
        self.execute(
            "UPDATE mandate SET revoked_at = $2, revoked_by = $3
             WHERE (party_no = $1 OR holder_no = $1) AND revoked_at IS NULL",
            values![party_no, at, by],
        )?;
        self.execute(
            "UPDATE invitation SET withdrawn_at = $2
             WHERE party_no = $1 AND used_at IS NULL AND withdrawn_at IS NULL",
            values![party_no, at],
        )?;
        self.execute(
            "UPDATE api_key SET ended_at = $2, ended_by = $3 WHERE party_no = $1 AND ended_at IS NULL",
            values![party_no, at, by],
        )?;
        Ok(())
    }
}
