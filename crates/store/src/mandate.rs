//! Mandates: an organisation lets another one, its MSP for example, act for it.

use model::{Day, Timestamp, Tlp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A mandate that was not revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Internal number; 0 for one that is about to be added.
    pub mandate_no: i64,
    /// Who gives it.
    pub party_no: i64,
    /// Name of who gives it.
    pub party_name: String,
    /// Who acts.
    pub holder_no: i64,
    /// Name of who acts.
    pub holder_name: String,
    /// The group of assets that it is about; `None`: all.
    pub group_no: Option<i64>,
    /// Most restricted marking that the holder sees. Never beyond TLP:AMBER, which the organisation may share with those
    /// who work for it.
    pub tlp_max: Tlp,
    /// Whether the holder may answer, or only read.
    pub may_answer: bool,
    /// First day on which it no longer holds.
    pub valid_until: Option<Day>,
    /// Since when.
    pub given_at: Timestamp,
}

impl Mandate {
    /// Whether it holds at this moment.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.valid_until.is_none_or(|until| now.day() < until)
    }
}

impl Tx<'_> {
    /// Adds a mandate; returns its number. Names and `given_at` of `mandate` are not looked at.
    ///
    /// # Errors
    /// When the engine fails. That there is one at most between two organisations is for the caller to know.
    pub fn add_mandate(&mut self, mandate: &Mandate, by: &str, now: Timestamp) -> Result<i64> {
        self.query_int(
            "INSERT INTO mandate (party_no, holder_no, group_no, tlp_max, may_answer, valid_until, given_at, given_by,
                revoked_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '') RETURNING mandate_no",
            values![
                mandate.party_no,
                mandate.holder_no,
                mandate.group_no,
                mandate.tlp_max.code(),
                mandate.may_answer,
                mandate.valid_until.map(Day::days),
                now.micros(),
                by
            ],
        )
    }

    /// Revokes a mandate of this organisation, from this moment on; says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn revoke_mandate(
        &mut self,
        party_no: i64,
        mandate_no: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let revoked = self.execute(
            "UPDATE mandate SET revoked_at = $3, revoked_by = $4
             WHERE mandate_no = $2 AND party_no = $1 AND revoked_at IS NULL",
            values![party_no, mandate_no, now.micros(), by],
        )?;
        Ok(revoked == 1)
    }

    /// Revokes the mandates whose last day has come; gives them.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn end_mandates(&mut self, now: Timestamp) -> Result<Vec<Mandate>> {
        let today = now.day().days();
        let sql = format!("{MANDATE} AND m.valid_until <= $1 ORDER BY m.mandate_no");
        let ended = self.query(&sql, values![today], mandate_from)?;
        if !ended.is_empty() {
            self.execute(
                "UPDATE mandate SET revoked_at = $2, revoked_by = 'upkeep'
                 WHERE valid_until <= $1 AND revoked_at IS NULL",
                values![today, now.micros()],
            )?;
        }
        Ok(ended)
    }

    /// Mandates that an organisation gave, newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mandates_given(&mut self, party_no: i64) -> Result<Vec<Mandate>> {
        let sql = format!("{MANDATE} AND m.party_no = $1 ORDER BY m.mandate_no DESC");
        self.query(&sql, values![party_no], mandate_from)
    }

    /// Mandates that an organisation has from others, by the name of those.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mandates_held(&mut self, holder_no: i64) -> Result<Vec<Mandate>> {
        let sql = format!("{MANDATE} AND m.holder_no = $1 ORDER BY p.name, m.mandate_no");
        self.query(&sql, values![holder_no], mandate_from)
    }

    /// People of organisations that have or had a mandate of this one, each with the name of theirs.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn people_of_holders(&mut self, party_no: i64) -> Result<Vec<(i64, String)>> {
        self.query(
            "SELECT DISTINCT s.person_no, h.name FROM mandate m JOIN party h ON h.party_no = m.holder_no
             JOIN membership s ON s.party_no = m.holder_no WHERE m.party_no = $1 ORDER BY s.person_no, h.name",
            values![party_no],
            |row| Ok((row.int(0)?, row.text(1)?)),
        )
    }

    /// Of these keys those of organisations that have or had a mandate of this one, each with the name of theirs.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keys_of_holders(
        &mut self,
        party_no: i64,
        key_nos: &[i64],
    ) -> Result<Vec<(i64, String)>> {
        let sql = format!(
            "SELECT DISTINCT k.key_no, h.name FROM api_key k JOIN party h ON h.party_no = k.party_no
             JOIN mandate m ON m.holder_no = k.party_no AND m.party_no = $1 WHERE k.key_no {} ORDER BY k.key_no",
            self.in_set("$2")
        );
        self.query(&sql, values![party_no, key_nos], |row| {
            Ok((row.int(0)?, row.text(1)?))
        })
    }

    /// Mandates by which a person may act for an organisation: those of the organisations of which the person is a member.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn mandates_between(&mut self, person_no: i64, party_no: i64) -> Result<Vec<Mandate>> {
        let sql = format!(
            "{MANDATE} AND m.party_no = $2 AND m.holder_no IN
                (SELECT party_no FROM membership WHERE person_no = $1 AND ended_at IS NULL)
             ORDER BY m.mandate_no"
        );
        self.query(&sql, values![person_no, party_no], mandate_from)
    }
}

const MANDATE: &str =
    "SELECT m.mandate_no, m.party_no, p.name, m.holder_no, h.name, m.group_no, m.tlp_max,
        m.may_answer, m.valid_until, m.given_at
    FROM mandate m JOIN party p ON p.party_no = m.party_no JOIN party h ON h.party_no = m.holder_no
    WHERE m.revoked_at IS NULL AND p.closed_at IS NULL AND h.closed_at IS NULL";

fn mandate_from(row: &Row<'_>) -> Result<Mandate> {
    Ok(Mandate {
        mandate_no: row.int(0)?,
        party_no: row.int(1)?,
        party_name: row.text(2)?,
        holder_no: row.int(3)?,
        holder_name: row.text(4)?,
        group_no: row.opt_int(5)?,
        tlp_max: row.code(6, "TLP", Tlp::from_code)?,
        may_answer: row.int(7)? != 0,
        valid_until: row.opt_int(8)?.map(|day| Day::from_days(day as i32)),
        given_at: Timestamp::from_micros(row.int(9)?),
    })
}
