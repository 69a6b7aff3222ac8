//! A check of many names, each with another outcome, and one that waits.

use std::time::Duration;

use model::register::OwnAssetRow;
use model::{AssetValue, ProofOutcome, ProofPlace, Timestamp};
use store::{AssetFilter, NewProofCheck, OwnAssetPut, StoreError, Tx};

/// Long enough for this program.
const LEASE: Duration = Duration::from_secs(60);

/// An organisation claims names, and has them checked.
pub(crate) fn add(tx: &mut Tx<'_>, party_no: i64, now: Timestamp) -> Result<(), StoreError> {
    let names = 0..=ProofOutcome::ALL.len();
    let rows: Vec<OwnAssetRow> = names
        .map(|number| claim(&format!("n{number}.visitors.example")))
        .collect();
    let put = |row| OwnAssetPut {
        row,
        is_claim: true,
    };
    tx.put_own_assets(party_no, &rows.iter().map(put).collect::<Vec<_>>(), now)?;
    let all = tx.own_assets(party_no, &AssetFilter::default(), None, i64::MAX)?;
    let claimed = all.iter().filter(|asset| asset.claim.is_some());
    let asset_nos: Vec<i64> = claimed.map(|asset| asset.asset_no).collect();
    let check = NewProofCheck {
        party_no,
        place: ProofPlace::WellKnown,
        is_renewal: false,
        asked_by: "example",
        asset_nos: &asset_nos,
    };
    let check_no = tx.begin_proof_check(&check, now)?;
    let taken = tx.take_proof_looks(ProofOutcome::ALL.len() as i64, LEASE)?;
    for (look, outcome) in taken.iter().zip(ProofOutcome::ALL) {
        tx.note_proof_look(look, *outcome, now)?;
    }
    tx.count_proof_looks(check_no.unwrap_or_default(), (taken.len() as i64, 0), now)?;
    Ok(())
}

fn claim(name: &str) -> OwnAssetRow {
    OwnAssetRow {
        value: AssetValue::guess(name).expect("it is a name"),
        given: name.to_owned(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        supplier: String::new(),
        valid_from: None,
        valid_until: None,
    }
}
