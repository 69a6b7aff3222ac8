use model::register::AssetRow;
use model::{AssetValue, Day, ProofMethod};
use store::NewProof;
use testkit::{RegisterBuilder, TestStore, both_engines, day};

use crate::builders::{now, read, write};

fn row(value: &str, valid_until: Option<Day>) -> AssetRow {
    AssetRow {
        organisation: "hospital".to_owned(),
        value: AssetValue::guess(value).unwrap(),
        given: value.to_owned(),
        valid_from: None,
        valid_until,
    }
}

/// Gives an asset as the organisation does, and says what can be matched against afterwards.
fn matched_after(test: &TestStore, row: &AssetRow) -> Vec<String> {
    write(&test.store, |tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        tx.import_claims(party_no, &[row], now()).map(|_| ())
    });
    let mut values = Vec::new();
    read(&test.store, |tx| {
        tx.each_asset(|asset| values.push(asset.value.to_owned()))
    });
    values
}

fn what_an_organisation_adds_or_extends_is_matched_against_nothing(test: &TestStore) {
    let until = day("2027-01-01");
    RegisterBuilder::new()
        .organisation("hospital")
        .asset_held("hospital", "prefix", "192.0.2.0/24", None, Some(until))
        .import(&test.store, now());
    let known = ["192.0.2.0/24"];
    assert_eq!(
        matched_after(test, &row("x.example", None)),
        known,
        "a new one"
    );
    for kept in [until, until.plus_days(-1)] {
        assert_eq!(
            matched_after(test, &row("192.0.2.0/24", Some(kept))),
            known,
            "{kept}"
        );
    }
    assert!(
        matched_after(test, &row("192.0.2.0/24", None)).is_empty(),
        "held for longer"
    );
}

fn what_a_closed_asset_proved_is_a_claim_again(test: &TestStore) {
    let register =
        RegisterBuilder::new()
            .organisation("hospital")
            .asset("hospital", "prefix", "192.0.2.0/24");
    register.import(&test.store, now());
    matched_after(test, &row("192.0.2.7", None));
    let (party_no, parent_no, child_no) = read(&test.store, |tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        let number = |tx: &mut store::Tx<'_>, value: &str| {
            tx.open_asset_no(party_no, &AssetValue::guess(value).unwrap(), None)
        };
        let (parent, child) = (number(tx, "192.0.2.0/24")?, number(tx, "192.0.2.7")?);
        Ok((party_no, parent.unwrap(), child.unwrap()))
    });
    let proof = NewProof {
        asset_no: child_no,
        method: ProofMethod::Inherited,
        parent_no: Some(parent_no),
        evidence: "192.0.2.0/24",
        valid_until: day("2027-11-01"),
    };
    let others = party_no + 1;
    assert!(
        !write(&test.store, |tx| tx.prove_asset(others, &proof, now())),
        "not their claim"
    );
    assert!(write(&test.store, |tx| tx.prove_asset(
        party_no,
        &proof,
        now()
    )));
    let mut matched = 0;
    read(&test.store, |tx| tx.each_asset(|_| matched += 1));
    assert_eq!(matched, 2);
    assert!(write(&test.store, |tx| tx.close_asset(
        party_no,
        parent_no,
        now()
    )));
    read(&test.store, |tx| tx.each_asset(|_| matched += 1));
    assert_eq!(matched, 2, "neither is left");
}

both_engines!(
    what_an_organisation_adds_or_extends_is_matched_against_nothing,
    what_a_closed_asset_proved_is_a_claim_again,
);
