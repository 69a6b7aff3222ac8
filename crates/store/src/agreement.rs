//! Agreements of programmes, version by version, and who signed which.

use model::{Language, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

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
        now: Timestamp,
    ) -> Result<i64> {
        self.query_int(
            "INSERT INTO agreement (programme_no, version, text_nl, text_en, published_at)
             VALUES ($1, (SELECT COALESCE(MAX(a.version), 0) + 1 FROM agreement a WHERE a.programme_no = $1), $2, $3, $4)
             RETURNING version",
            values![programme_no, dutch, english, now.micros()],
        )
    }

    /// The versions of the agreement of a programme, the newest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn agreements_of(&mut self, programme_no: i64) -> Result<Vec<Agreement>> {
        self.query(
            "SELECT agreement_no, version, text_nl, text_en, published_at FROM agreement
             WHERE programme_no = $1 ORDER BY version DESC",
            values![programme_no],
            |row| {
                Ok(Agreement {
                    agreement_no: row.int(0)?,
                    version: row.int(1)?,
                    text: [row.text(2)?, row.text(3)?],
                    published_at: Timestamp::from_micros(row.int(4)?),
                })
            },
        )
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

    /// The signatures under the versions of a programme.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn signatures_of(&mut self, programme_no: i64) -> Result<Vec<Signature>> {
        self.query(
            "SELECT s.agreement_no, s.party_no, s.person_no, s.signatory, s.language, s.digest, s.signed_at
             FROM agreement a JOIN signature s ON s.agreement_no = a.agreement_no
             WHERE a.programme_no = $1 ORDER BY s.signed_at, s.party_no",
            values![programme_no],
            signature_from,
        )
    }
}

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
