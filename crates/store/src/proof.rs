//! How far claims are proved: proofs, reviews by the desk, and when a proof ends.
//!
//! What proves what is decided in `rules`; the caller raises the register's version when something changed.

use std::collections::HashSet;

use model::{AssetKind, AssetState, AssetValue, Day, EmailAddress, Prefix, ProofMethod, Timestamp};

use crate::asset_filter::AssetFilter;
use crate::connection::{Row, Tx, Value, values};
use crate::error::Result;
use crate::party::asset_value;

/// A proof that was seen.
#[derive(Clone, Copy, Debug)]
pub struct NewProof<'a> {
    /// Of which asset.
    pub asset_no: i64,
    /// By what.
    pub method: ProofMethod,
    /// The asset around it, for [`ProofMethod::Inherited`].
    pub parent_no: Option<i64>,
    /// What was seen where, for people.
    pub evidence: &'a str,
    /// First day on which it no longer counts.
    pub valid_until: Day,
}

/// What an organisation claims, and what of its own could prove a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provable {
    /// Claims that nobody else disputes.
    pub claims: Vec<(i64, AssetValue)>,
    /// What is proved by what is known, and only until this day.
    pub renewals: Vec<(i64, AssetValue, Day)>,
    /// Verified assets. Not what is to be renewed by one of these.
    pub verified: Vec<VerifiedAsset>,
}

/// A verified asset that may prove what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAsset {
    /// Internal number.
    pub asset_no: i64,
    /// What it is.
    pub value: AssetValue,
    /// By what it is proved; nothing: the desk entered it.
    pub method: Option<ProofMethod>,
    /// Last day of its proof.
    pub valid_until: Option<Day>,
}

/// An organisation asks the desk to look at a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofReview {
    /// Internal number.
    pub review_no: i64,
    /// About which asset.
    pub asset_no: i64,
    /// What that is.
    pub value: AssetValue,
    /// Whose claim.
    pub party_no: i64,
    /// Name of whose claim.
    pub party_name: String,
    /// What the organisation writes.
    pub note: String,
    /// When it asked.
    pub asked_at: Timestamp,
}

impl Tx<'_> {
    /// Notes that a claim of an organisation is proved; says whether there was an open claim. One that lies inside something of
    /// another organisation opens a dispute (see `overlap`).
    ///
    /// # Errors
    /// When the engine fails.
    pub fn prove_asset(
        &mut self,
        party_no: i64,
        proof: &NewProof<'_>,
        now: Timestamp,
    ) -> Result<bool> {
        let held = self.query_opt(
            "SELECT c.state, a.kind, a.value FROM asset_claim c JOIN asset a ON a.asset_no = c.asset_no
             WHERE c.asset_no = $2 AND c.party_no = $1",
            values![party_no, proof.asset_no],
            |row| Ok((row.int(0)?, asset_value(row, 1, 2)?)),
        )?;
        let Some((state, value)) = held else {
            return Ok(false);
        };
        self.execute(
            "UPDATE asset_claim SET state = 1, method = $3, parent_no = $4, evidence = $5, proved_at = $6,
                valid_until = $7
             WHERE asset_no = $2 AND party_no = $1",
            values![
                party_no,
                proof.asset_no,
                proof.method.code(),
                proof.parent_no,
                proof.evidence,
                now.micros(),
                proof.valid_until.days()
            ],
        )?;
        // What is proved anew for longer was looked at when it was proved first.
        if state == 0 {
            self.open_inner_disputes(party_no, proof, &value, now)?;
        }
        Ok(true)
    }

    /// What could be proved by something that is known already: claims, and proofs of that kind that end on `renewed_until` or
    /// before.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn provable_assets(&mut self, party_no: i64, renewed_until: Day) -> Result<Provable> {
        let in_state = |state| AssetFilter {
            state: Some(state),
            expiring_until: Some(renewed_until),
            ..AssetFilter::default()
        };
        if self.count_own_assets(party_no, &in_state(AssetState::Claimed), 1)? == 0
            && self.count_own_assets(party_no, &in_state(AssetState::Expiring), 1)? == 0
        {
            return Ok(Provable::default());
        }
        let disputed = self.query(
            "SELECT d.asset_no FROM asset_dispute d JOIN asset a ON a.asset_no = d.asset_no
             WHERE a.party_no = $1 AND d.decided_at IS NULL",
            values![party_no],
            |row| row.int(0),
        )?;
        let disputed: HashSet<i64> = disputed.into_iter().collect();
        let mut provable = Provable::default();
        for asset in self.own_assets(party_no, &AssetFilter::default(), None, i64::MAX)? {
            let (asset_no, value) = (asset.asset_no, asset.row.value);
            let Some(claim) = asset.claim else {
                provable.verified.push(VerifiedAsset {
                    asset_no,
                    value,
                    method: None,
                    valid_until: None,
                });
                continue;
            };
            let Some(method) = claim.method else {
                if !disputed.contains(&asset_no) {
                    provable.claims.push((asset_no, value));
                }
                continue;
            };
            let end = claim.valid_until.filter(|end| *end <= renewed_until);
            if let Some(end) = end.filter(|_| method.is_derived()) {
                provable.renewals.push((asset_no, value.clone(), end));
                // It would hide what is around it, and ends with that.
                if method == ProofMethod::Inherited {
                    continue;
                }
            }
            provable.verified.push(VerifiedAsset {
                asset_no,
                value,
                method: Some(method),
                valid_until: claim.valid_until,
            });
        }
        if let Some(whole_no) = self.whole_of(party_no)? {
            self.add_verified_of(whole_no, &mut provable)?;
        }
        Ok(provable)
    }

    /// What is verified of the whole proves what its part claims.
    fn add_verified_of(&mut self, whole_no: i64, provable: &mut Provable) -> Result<()> {
        for asset in self.own_assets(whole_no, &AssetFilter::default(), None, i64::MAX)? {
            let (method, valid_until) = match &asset.claim {
                None => (None, None),
                Some(claim) if claim.method.is_some() => (claim.method, claim.valid_until),
                Some(_) => continue,
            };
            provable.verified.push(VerifiedAsset {
                asset_no: asset.asset_no,
                value: asset.row.value,
                method,
                valid_until,
            });
        }
        Ok(())
    }

    /// Networks whose holder is written in one of these ways, in lower case.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn networks_held_by(&mut self, spellings: &[String]) -> Result<Vec<(i64, Prefix)>> {
        let mut found = Vec::new();
        for spelling in spellings {
            found.extend(self.query(
                "SELECT network_no, prefix FROM network WHERE lower(holder) = $1 AND closed_at IS NULL",
                values![spelling],
                |row| Ok((row.int(0)?, row.parsed(1, "prefix")?)),
            )?);
        }
        Ok(found)
    }

    /// The mailbox of the smallest network among these, which come longest first.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn network_contact(&mut self, networks: &[Prefix]) -> Result<Option<EmailAddress>> {
        if networks.is_empty() {
            return Ok(None);
        }
        let texts: Vec<String> = networks.iter().map(ToString::to_string).collect();
        let places: Vec<String> = (1..=texts.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT prefix, abuse_email FROM network WHERE closed_at IS NULL AND prefix IN ({})",
            places.join(", ")
        );
        let texts: Vec<Value<'_>> = texts.iter().map(|text| Value::from(&text[..])).collect();
        let found: Vec<(Prefix, EmailAddress)> = self.query(&sql, &texts, |row| {
            Ok((row.parsed(0, "prefix")?, row.parsed(1, "e-mail address")?))
        })?;
        let smallest = networks.iter().find_map(|network| {
            let of = found.iter().find(|(prefix, _)| prefix == network);
            of.map(|(_, address)| address.clone())
        });
        Ok(smallest)
    }

    /// Makes claims of what has not been proved again in time, of so many organisations; returns which, each once.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_proofs(&mut self, today: Day, parties_max: i64) -> Result<Vec<i64>> {
        let parties = self.query(
            "SELECT DISTINCT party_no FROM asset_claim WHERE state = 1 AND valid_until <= $1 ORDER BY party_no LIMIT $2",
            values![today.days(), parties_max],
            |row| row.int(0),
        )?;
        let sql = format!(
            "UPDATE asset_claim SET state = 0, method = NULL, parent_no = NULL
             WHERE state = 1 AND valid_until <= $1 AND party_no {}",
            self.in_set("$2")
        );
        self.execute(&sql, values![today.days(), &parties[..]])?;
        Ok(parties)
    }

    /// Makes claims of what these assets proved: they prove nothing any longer.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn end_inherited(&mut self, party_no: i64, parent_nos: &[i64]) -> Result<()> {
        let sql = format!(
            "UPDATE asset_claim SET state = 0, method = NULL, parent_no = NULL, evidence = '', proved_at = NULL,
                valid_until = NULL
             WHERE parent_no {} AND (party_no = $1 OR party_no IN
                (SELECT from_party_no FROM party_link WHERE to_party_no = $1 AND kind = $3)
                OR party_no IN (SELECT to_party_no FROM party_link WHERE from_party_no = $1 AND kind = $3))",
            self.in_set("$2")
        );
        let part_of = model::LinkKind::PartOf.code();
        self.execute(&sql, values![party_no, parent_nos, part_of])?;
        Ok(())
    }

    /// Asks the desk to look at a document about an asset; says whether it was not asked already.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_proof_review(
        &mut self,
        party_no: i64,
        asset_no: i64,
        note: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let asked = self.execute(
            "INSERT INTO proof_review (asset_no, party_no, note, asked_at, decided_by, reason)
             SELECT a.asset_no, a.party_no, $3, $4, '', '' FROM asset a
             WHERE a.asset_no = $2 AND a.party_no = $1 AND a.closed_at IS NULL AND NOT EXISTS
                (SELECT 1 FROM proof_review r WHERE r.asset_no = a.asset_no AND r.decided_at IS NULL)",
            values![party_no, asset_no, note, now.micros()],
        )?;
        Ok(asked == 1)
    }

    /// Reviews behind number `after` that nobody has decided, oldest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn proof_reviews_open(&mut self, after: i64, rows_max: i64) -> Result<Vec<ProofReview>> {
        let sql = format!("{OPEN_REVIEW} AND r.review_no > $1 ORDER BY r.review_no LIMIT $2");
        self.query(&sql, values![after, rows_max], review_from)
    }

    /// One review that nobody has decided.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn proof_review_open(&mut self, review_no: i64) -> Result<Option<ProofReview>> {
        let sql = format!("{OPEN_REVIEW} AND r.review_no = $1");
        self.query_opt(&sql, values![review_no], review_from)
    }

    /// Keeps a document for the review of an asset that is open, in the place of an earlier one; says whether there is such
    /// a review.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_proof_document(
        &mut self,
        (party_no, asset_no): (i64, i64),
        name: &str,
        content: &[u8],
        now: Timestamp,
    ) -> Result<bool> {
        let put = self.execute(
            "INSERT INTO proof_document (review_no, name, content, sent_at)
             SELECT review_no, $3, $4, $5 FROM proof_review
             WHERE party_no = $1 AND asset_no = $2 AND decided_at IS NULL
             ON CONFLICT (review_no) DO UPDATE SET name = excluded.name, content = excluded.content,
                sent_at = excluded.sent_at",
            values![party_no, asset_no, name, content, now.micros()],
        )?;
        Ok(put == 1)
    }

    /// Name and length in bytes of the document for a review, if one was sent.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn proof_document_name(&mut self, review_no: i64) -> Result<Option<(String, i64)>> {
        self.query_opt(
            "SELECT name, LENGTH(content) FROM proof_document WHERE review_no = $1",
            values![review_no],
            |row| Ok((row.text(0)?, row.int(1)?)),
        )
    }

    /// Name and bytes of the document for a review.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn proof_document(&mut self, review_no: i64) -> Result<Option<(String, Vec<u8>)>> {
        self.query_opt(
            "SELECT name, content FROM proof_document WHERE review_no = $1",
            values![review_no],
            |row| Ok((row.text(0)?, row.bytes(1)?)),
        )
    }

    /// When the desk last decided about a document for this asset of an organisation, and why.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn last_proof_decision(
        &mut self,
        party_no: i64,
        asset_no: i64,
    ) -> Result<Option<(Timestamp, String)>> {
        self.query_opt(
            "SELECT decided_at, reason FROM proof_review
             WHERE party_no = $1 AND asset_no = $2 AND decided_at IS NOT NULL ORDER BY review_no DESC LIMIT 1",
            values![party_no, asset_no],
            |row| Ok((Timestamp::from_micros(row.int(0)?), row.text(1)?)),
        )
    }

    /// Decides a review. `valid_until` proves the asset until then, `None` leaves it a claim. Its document is removed. Says
    /// whether it was open.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn decide_proof_review(
        &mut self,
        review_no: i64,
        valid_until: Option<Day>,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let decided = self.query_opt(
            "UPDATE proof_review SET decided_at = $2, decided_by = $3, reason = $4
             WHERE review_no = $1 AND decided_at IS NULL RETURNING party_no, asset_no",
            values![review_no, now.micros(), by, reason],
            |row| Ok((row.int(0)?, row.int(1)?)),
        )?;
        let Some((party_no, asset_no)) = decided else {
            return Ok(false);
        };
        self.execute(
            "DELETE FROM proof_document WHERE review_no = $1",
            values![review_no],
        )?;
        if let Some(valid_until) = valid_until {
            let proof = NewProof {
                asset_no,
                method: ProofMethod::Document,
                parent_no: None,
                evidence: "",
                valid_until,
            };
            self.prove_asset(party_no, &proof, now)?;
        }
        Ok(true)
    }
}

const OPEN_REVIEW: &str = "SELECT r.review_no, r.asset_no, a.kind, a.value, r.party_no, p.name, r.note, r.asked_at
    FROM proof_review r JOIN asset a ON a.asset_no = r.asset_no JOIN party p ON p.party_no = r.party_no
    WHERE r.decided_at IS NULL AND a.closed_at IS NULL";

fn review_from(row: &Row<'_>) -> Result<ProofReview> {
    Ok(ProofReview {
        review_no: row.int(0)?,
        asset_no: row.int(1)?,
        value: asset_value(row, 2, 3)?,
        party_no: row.int(4)?,
        party_name: row.text(5)?,
        note: row.text(6)?,
        asked_at: Timestamp::from_micros(row.int(7)?),
    })
}

/// Kind and text of each form of a claim, padded to three by repetition: a statement has a fixed number of places.
pub(crate) fn three_forms(value: &AssetValue) -> [(AssetKind, String); 3] {
    let forms = value.same_claims();
    [0, 1, 2].map(|place| forms[place.min(forms.len() - 1)].clone())
}
