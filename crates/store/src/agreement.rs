//! Agreements of programmes, version by version, and who signed which.

use std::collections::BTreeMap;

use model::{Day, Language, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::party::day_from;

/// A version of an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Internal number.
    pub agreement_no: i64,
    /// From 1.
    pub version: i64,
    /// In Dutch and in English.
    pub text: [String; 2],
    /// Since when it is the one to sign.
    pub published_at: Timestamp,
    /// Last day on which it is to be signed, where one was named.
    pub sign_by: Option<Day>,
}

/// A signature under a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Under which version.
    pub agreement_no: i64,
    /// For which organisation.
    pub party_no: i64,
    /// Who signed: a person.
    pub person_no: i64,
    /// The name that the signatory typed.
    pub signatory: String,
    /// Language of the text that was signed.
    pub language: Language,
    /// SHA-256 of that text, in hexadecimal digits.
    pub digest: String,
    /// When.
    pub signed_at: Timestamp,
}

impl Tx<'_> {
    /// Publishes the next version of the agreement of a programme; returns its version.
    ///
    /// The caller holds the programme: two at once would be one version.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_agreement(
        &mut self,
        programme_no: i64,
        [dutch, english]: [&str; 2],
        sign_by: Option<Day>,
        now: Timestamp,
    ) -> Result<i64> {
        self.query_int(
            "INSERT INTO agreement (programme_no, version, text_nl, text_en, published_at, sign_by)
             VALUES ($1, (SELECT COALESCE(MAX(a.version), 0) + 1 FROM agreement a WHERE a.programme_no = $1), $2, $3, $4, $5)
             RETURNING version",
            values![programme_no, dutch, english, now.micros(), sign_by.map(Day::days)],
        )
    }

    /// The version of the agreement of a programme that is to be signed now. Others are never read with it: a version has some
    /// sixty pages.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn newest_agreement(&mut self, programme_no: i64) -> Result<Option<Agreement>> {
        let sql = format!("{AGREEMENT} WHERE programme_no = $1 ORDER BY version DESC LIMIT 1");
        self.query_opt(&sql, values![programme_no], agreement_from)
    }

    /// One version of the agreement of a programme.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn agreement(&mut self, programme_no: i64, version: i64) -> Result<Option<Agreement>> {
        let sql = format!("{AGREEMENT} WHERE programme_no = $1 AND version = $2");
        self.query_opt(&sql, values![programme_no, version], agreement_from)
    }

    /// Signs a version for an organisation; says whether it was not signed before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn sign(&mut self, signature: &Signature) -> Result<bool> {
        let signed = self.execute(
            "INSERT INTO signature (agreement_no, party_no, person_no, signatory, language, digest, signed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agreement_no, party_no) DO NOTHING",
            values![
                signature.agreement_no,
                signature.party_no,
                signature.person_no,
                &signature.signatory,
                signature.language.code(),
                &signature.digest,
                signature.signed_at.micros()
            ],
        )?;
        Ok(signed == 1)
    }

    /// Programmes in which an organisation has a place, and in which it has not signed the newest version.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn programmes_to_sign(&mut self, party_no: i64) -> Result<Vec<i64>> {
        let sql =
            format!("SELECT p.programme_no {UNSIGNED} AND p.party_no = $1 ORDER BY p.programme_no");
        self.query(&sql, values![party_no], |row| row.int(0))
    }

    /// Applications with a place in a programme that came into the register and have not signed the newest version.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn unsigned_of(&mut self, programme_no: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT p.application_no {UNSIGNED} AND p.programme_no = $1 ORDER BY p.application_no"
        );
        self.query(&sql, values![programme_no], |row| row.int(0))
    }

    /// What an organisation signed of the agreement of a programme: each version with the signature, the newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn signatures_of(
        &mut self,
        programme_no: i64,
        party_no: i64,
    ) -> Result<Vec<(i64, Signature)>> {
        self.query(
            "SELECT s.agreement_no, s.party_no, s.person_no, s.signatory, s.language, s.digest, s.signed_at, a.version
             FROM agreement a JOIN signature s ON s.agreement_no = a.agreement_no
             WHERE a.programme_no = $1 AND s.party_no = $2 ORDER BY a.version DESC",
            values![programme_no, party_no],
            |row| Ok((row.int(7)?, signature_from(row)?)),
        )
    }

    /// The newest version that each organisation signed, by the number of the organisation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn versions_signed(&mut self, programme_no: i64) -> Result<BTreeMap<i64, i64>> {
        let signed = self.query(
            "SELECT s.party_no, MAX(a.version) FROM agreement a JOIN signature s ON s.agreement_no = a.agreement_no
             WHERE a.programme_no = $1 GROUP BY s.party_no",
            values![programme_no],
            |row| Ok((row.int(0)?, row.int(1)?)),
        )?;
        Ok(signed.into_iter().collect())
    }
}

const AGREEMENT: &str =
    "SELECT agreement_no, version, text_nl, text_en, published_at, sign_by FROM agreement";

fn agreement_from(row: &Row<'_>) -> Result<Agreement> {
    Ok(Agreement {
        agreement_no: row.int(0)?,
        version: row.int(1)?,
        text: [row.text(2)?, row.text(3)?],
        published_at: Timestamp::from_micros(row.int(4)?),
        sign_by: day_from(row.opt_int(5)?),
    })
}

/// Participants with a place, 0 or 2 (`PlaceState::Selected` and `Taken`), and the newest version of their agreement, which they did not sign.
const UNSIGNED: &str = "FROM participant p
    JOIN place c ON c.application_no = p.application_no AND c.state IN (0, 2)
    JOIN agreement a ON a.programme_no = p.programme_no
        AND a.version = (SELECT MAX(n.version) FROM agreement n WHERE n.programme_no = p.programme_no)
    WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.agreement_no = a.agreement_no AND s.party_no = p.party_no)";

fn signature_from(row: &Row<'_>) -> Result<Signature> {
    Ok(Signature {
        agreement_no: row.int(0)?,
        party_no: row.int(1)?,
        person_no: row.int(2)?,
        signatory: row.text(3)?,
        language: row.code(4, "language", Language::from_code)?,
        digest: row.text(5)?,
        signed_at: Timestamp::from_micros(row.int(6)?),
    })
}
