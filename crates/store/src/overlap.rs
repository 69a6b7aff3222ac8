//! What is proved inside something that another organisation holds.
//!
//! The most specific asset takes a finding, so a proof inside a stranger's network or domain would take that stranger's findings
//! without anybody knowing. Such a proof opens a dispute, and the inner asset takes nothing until the desk decides
//! (docs/organisations.md, "Disputes", says where none is opened).

use model::{AssetValue, LinkKind, PartyRole, Prefix, ProofMethod, Timestamp};

use crate::connection::{Tx, Value, values};
use crate::error::Result;
use crate::party::asset_value;
use crate::proof::NewProof;

/// Inner assets that the desk let stay within one asset. From then on it counts as one in which others have systems.
const STAYED_MIN: i64 = 3;

/// A verified asset that contains another one or what it takes, and is in no such dispute itself.
#[derive(Clone)]
struct Outer {
    asset_no: i64,
    party_no: i64,
    value: AssetValue,
}

impl Tx<'_> {
    /// Opens a dispute with each organisation in whose verified asset this one lies that was proved just now; again where the
    /// desk decided one before.
    pub(crate) fn open_inner_disputes(
        &mut self,
        party_no: i64,
        proof: &NewProof<'_>,
        value: &AssetValue,
        now: Timestamp,
    ) -> Result<()> {
        // Somebody of the desk looked.
        if proof.method == ProofMethod::Document {
            return Ok(());
        }
        for outer in self.outer_assets(party_no, value, now)? {
            if names_inner(proof, &outer.value) || self.may_hold_others(&outer, party_no, now)? {
                continue;
            }
            self.execute(
                "INSERT INTO asset_dispute (asset_no, other_no, opened_at, decided_by, reason, is_inside)
                 VALUES ($1, $2, $3, '', '', 1)
                 ON CONFLICT (asset_no, other_no) DO UPDATE SET opened_at = excluded.opened_at, decided_at = NULL,
                    decided_by = '', reason = '', is_inside = 1 WHERE asset_dispute.decided_at IS NOT NULL",
                values![proof.asset_no, outer.asset_no, now.micros()],
            )?;
        }
        Ok(())
    }

    /// Verified assets of others from which this value would take something; of each of the [`chains`] around it up to the first
    /// one of the organisation itself: what is within that takes no more from the others. Asks an index for each of at most 145
    /// texts.
    fn outer_assets(
        &mut self,
        party_no: i64,
        value: &AssetValue,
        now: Timestamp,
    ) -> Result<Vec<Outer>> {
        let chains = chains(value);
        let mut texts: Vec<String> = chains.iter().flatten().map(ToString::to_string).collect();
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        // A name is a host, a domain and that of e-mail addresses.
        texts.sort();
        texts.dedup();
        let places: Vec<String> = (2..)
            .take(texts.len())
            .map(|place| format!("${place}"))
            .collect();
        let sql = format!(
            "SELECT a.asset_no, a.party_no, a.kind, a.value FROM asset a JOIN party p ON p.party_no = a.party_no
             WHERE a.value IN ({}) AND a.closed_at IS NULL AND p.closed_at IS NULL
                AND (a.valid_until IS NULL OR a.valid_until > $1)
                AND NOT EXISTS (SELECT 1 FROM asset_claim c WHERE c.asset_no = a.asset_no AND c.state = 0)
                AND NOT EXISTS (SELECT 1 FROM asset_dispute d
                    WHERE d.asset_no = a.asset_no AND d.is_inside = 1 AND d.decided_at IS NULL)",
            places.join(", ")
        );
        let asked = values![now.day().days()];
        let texts = texts.iter().map(|text| Value::from(&text[..]));
        let asked: Vec<Value<'_>> = asked.iter().copied().chain(texts).collect();
        let found = self.query(&sql, &asked, |row| {
            Ok(Outer {
                asset_no: row.int(0)?,
                party_no: row.int(1)?,
                value: asset_value(row, 2, 3)?,
            })
        })?;
        let mut outers: Vec<Outer> = Vec::new();
        for chain in &chains {
            // Of one text, only those kinds that contain it: a host contains no name below it.
            let rank = |outer: &&Outer| chain.iter().position(|it| *it == outer.value);
            let mut around: Vec<&Outer> =
                found.iter().filter(|outer| rank(outer).is_some()).collect();
            around.sort_by_key(rank);
            let others = around
                .into_iter()
                .take_while(|outer| outer.party_no != party_no);
            for outer in others {
                if outers.iter().all(|known| known.asset_no != outer.asset_no) {
                    outers.push(outer.clone());
                }
            }
        }
        Ok(outers)
    }

    /// Whether it is usual that this organisation has something inside the asset: the two belong together, or the asset is one in
    /// which others have systems.
    fn may_hold_others(&mut self, outer: &Outer, party_no: i64, now: Timestamp) -> Result<bool> {
        let linked = "SELECT COUNT(*) FROM party_link WHERE valid_until IS NULL
            AND ((from_party_no = $1 AND to_party_no = $2) OR (from_party_no = $2 AND to_party_no = $1)
                OR (from_party_no = $1 AND kind = $3 AND to_party_no IN
                    (SELECT to_party_no FROM party_link WHERE from_party_no = $2 AND kind = $3 AND valid_until IS NULL)))";
        let both = (party_no, outer.party_no, LinkKind::PartOf.code());
        if self.query_int(linked, values![both.0, both.1, both.2])? > 0 {
            return Ok(true);
        }
        let mandated = "SELECT COUNT(*) FROM mandate WHERE revoked_at IS NULL AND (valid_until IS NULL OR valid_until > $3)
            AND ((party_no = $1 AND holder_no = $2) OR (party_no = $2 AND holder_no = $1))";
        if self.query_int(mandated, values![both.0, both.1, now.day().days()])? > 0 {
            return Ok(true);
        }
        let provides = "SELECT COUNT(*) FROM party_role WHERE party_no = $1 AND role IN ($2, $3) AND valid_until IS NULL";
        let roles = [PartyRole::Relay, PartyRole::NetworkHolder].map(PartyRole::code);
        if self.query_int(provides, values![outer.party_no, roles[0], roles[1]])? > 0 {
            return Ok(true);
        }
        let stayed = "SELECT COUNT(*) FROM asset_dispute d JOIN asset a ON a.asset_no = d.asset_no
            WHERE d.other_no = $1 AND d.is_inside = 1 AND d.decided_at IS NOT NULL AND a.closed_at IS NULL";
        Ok(self.query_int(stayed, values![outer.asset_no])? >= STAYED_MIN)
    }
}

/// What would stop taking something when this value takes it, in the orders in which that is matched, most specific first: what
/// contains the value, and for a host or domain also whose the e-mail addresses at its name were so far. A domain of e-mail
/// addresses does not contain a host, but the host takes what leaked of addresses at its name.
fn chains(value: &AssetValue) -> Vec<Vec<AssetValue>> {
    let mut chains = vec![value.wider()];
    if let AssetValue::Host(name) | AssetValue::Domain(name) = value {
        let mail = AssetValue::EmailDomain(name.clone()).wider().into_iter();
        // A host of the same name takes less than the domain, and nothing more than the host itself.
        let mail = mail.filter(|it| it != value && *it != AssetValue::Host(name.clone()));
        chains.push(mail.collect());
    }
    chains
}

/// Whether the register of networks names a network inside the outer asset: then whoever runs the outer one gave it away.
fn names_inner(proof: &NewProof<'_>, outer: &AssetValue) -> bool {
    let AssetValue::Prefix(outer) = outer else {
        return false;
    };
    let named = proof.evidence.parse::<Prefix>().ok();
    proof.method == ProofMethod::Registry
        && named
            .is_some_and(|named| named.length() > outer.length() && outer.contains(named.first()))
}
