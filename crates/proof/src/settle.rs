//! What is proved is written down, and what follows from it.

use std::collections::{BTreeMap, HashMap};

use model::{AssetValue, Day, Prefix, ProofMethod, ProofPlace, Timestamp};
use rules::proof::{Proved, covered, holder_spellings, proof_end};
use rules::upkeep::renewed_until;
use store::{NewProof, Provable, StoreError, Tx};

use crate::look::evidence;

/// Writes down that the record or the file of an asset was seen; says whether the organisation still claims it.
///
/// # Errors
/// When the engine fails.
pub fn prove(
    tx: &mut Tx<'_>,
    (party_no, asset_no): (i64, i64),
    (place, value): (ProofPlace, &AssetValue),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let proof = NewProof {
        asset_no,
        method: place.method(),
        parent_no: None,
        evidence: &evidence(place, value).unwrap_or_default(),
        valid_until: proof_end(now.day(), None),
    };
    tx.prove_asset(party_no, &proof, now)
}

/// Proves what follows from the register of networks and from other proofs, and renews such proofs that end soon; says how many
/// claims were proved. The caller announces the register where there are any.
///
/// # Errors
/// When the engine fails, or a row cannot be read.
pub fn settle(tx: &mut Tx<'_>, party_no: i64, now: Timestamp) -> Result<u64, StoreError> {
    let Provable {
        mut claims,
        renewals,
        verified,
    } = tx.provable_assets(party_no, renewed_until(now))?;
    if claims.is_empty() && renewals.is_empty() {
        return Ok(0);
    }
    let mut settling = Settling {
        party_no,
        now,
        ends: HashMap::new(),
        proved: 0,
    };
    for (asset_no, value, until) in renewals {
        settling.ends.insert(asset_no, until);
        claims.push((asset_no, value));
    }
    let networks = networks_of(tx, party_no)?;
    let by_registry: BTreeMap<i64, i64> = covered(&claims, &networks).into_iter().collect();
    let networks: HashMap<i64, AssetValue> = networks
        .into_iter()
        .map(|network| (network.number, network.value))
        .collect();
    for (asset_no, network_no) in &by_registry {
        let network = networks[network_no].to_string();
        settling.prove(tx, *asset_no, None, (&network, None))?;
    }
    claims.retain(|(asset_no, _)| !by_registry.contains_key(asset_no));
    let (mut values, mut parents) = (Vec::new(), HashMap::new());
    for asset in verified {
        let shown = (asset.value.to_string(), asset.valid_until);
        parents.insert(asset.asset_no, shown);
        values.push(Proved {
            number: asset.asset_no,
            value: asset.value,
            method: asset.method,
        });
    }
    for (asset_no, parent_no) in covered(&claims, &values) {
        // What the register no longer says is verified still, and proves nothing about itself.
        if asset_no == parent_no {
            continue;
        }
        let (parent, until) = &parents[&parent_no];
        settling.prove(tx, asset_no, Some(parent_no), (parent, *until))?;
    }
    Ok(settling.proved)
}

/// The networks that the register says are held by whom the organisation is.
fn networks_of(tx: &mut Tx<'_>, party_no: i64) -> Result<Vec<Proved>, StoreError> {
    // Anybody can register an organisation under the name of a holder.
    if !tx.is_vouched_for(party_no)? {
        return Ok(Vec::new());
    }
    // The name of a part is what its organisation typed: the desk only vouches for that of the whole.
    let named_no = tx.whole_of(party_no)?.unwrap_or(party_no);
    let party = tx.own_party(named_no)?;
    let spellings = party.map(|party| holder_spellings(&party.name));
    let networks = tx.networks_held_by(&spellings.unwrap_or_default())?;
    let proved = |(network_no, prefix): (i64, Prefix)| Proved {
        number: network_no,
        value: AssetValue::Prefix(prefix),
        method: Some(ProofMethod::Registry),
    };
    Ok(networks.into_iter().map(proved).collect())
}

/// Proofs of one organisation that follow from what is known.
struct Settling {
    party_no: i64,
    now: Timestamp,
    /// Until when what is renewed is proved already.
    ends: HashMap<i64, Day>,
    /// Claims that were proved.
    proved: u64,
}

impl Settling {
    /// Proves an asset by what is around it (what that is, and until when it counts), if it counts for longer than before.
    fn prove(
        &mut self,
        tx: &mut Tx<'_>,
        asset_no: i64,
        parent_no: Option<i64>,
        (around, until): (&str, Option<Day>),
    ) -> Result<(), StoreError> {
        let valid_until = proof_end(self.now.day(), until);
        let end = self.ends.get(&asset_no);
        if end.is_some_and(|end| valid_until <= *end) {
            return Ok(());
        }
        let method = match parent_no {
            None => ProofMethod::Registry,
            Some(_) => ProofMethod::Inherited,
        };
        let proof = NewProof {
            asset_no,
            method,
            parent_no,
            evidence: around,
            valid_until,
        };
        tx.prove_asset(self.party_no, &proof, self.now)?;
        self.proved += u64::from(end.is_none());
        Ok(())
    }
}
