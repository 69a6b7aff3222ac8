use model::register::OwnAssetRow;
use model::{AssetValue, ProofMethod};
use store::{AssetChange, NewAssetImport, NewProof, OwnAssetPut};
use testkit::{RegisterBuilder, TestStore, both_engines, day};

use crate::builders::{now, read, write};

/// Gives an asset as the organisation does.
fn claim(test: &TestStore, reference: &str, value: &str) {
    let row = OwnAssetRow {
        value: AssetValue::guess(value).unwrap(),
        given: value.to_owned(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        valid_from: None,
        valid_until: None,
    };
    write(&test.store, |tx| {
        let party_no = tx.party_no(reference)?.unwrap();
        let put = OwnAssetPut {
            row: &row,
            is_claim: true,
        };
        tx.put_own_assets(party_no, &[put], now()).map(|_| ())
    });
}

fn what_a_closed_asset_proved_is_a_claim_again(test: &TestStore) {
    let register =
        RegisterBuilder::new()
            .organisation("hospital")
            .asset("hospital", "prefix", "192.0.2.0/24");
    register.import(&test.store, now());
    claim(test, "hospital", "192.0.2.7");
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
    write(&test.store, |tx| {
        tx.change_own_assets(party_no, &[parent_no], AssetChange::Close, now())
    });
    read(&test.store, |tx| tx.each_asset(|_| matched += 1));
    assert_eq!(matched, 2, "neither is left");
}

fn whoever_lost_a_dispute_and_claims_again_disputes_again(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("school")
        .asset("school", "prefix", "192.0.2.0/24");
    register.import(&test.store, now());
    let open = || read(&test.store, |tx| tx.disputes_open(0, 10));
    for _ in 0..2 {
        claim(test, "hospital", "192.0.2.0/24");
        let disputes = open();
        assert_eq!(disputes.len(), 1);
        let (dispute_no, keeper_no) = (disputes[0].dispute_no, disputes[0].older.asset_no);
        assert!(write(&test.store, |tx| {
            tx.decide_dispute(dispute_no, keeper_no, "test", "it is the school's", now())
        }));
        assert_eq!(open(), []);
    }
}

fn the_last_ten_lists_of_an_organisation_wait(test: &TestStore) {
    let add = |party_no, digest: u8| {
        write(&test.store, |tx| {
            let list = NewAssetImport {
                party_no,
                by_person: 1,
                name: "list.csv",
                content: b"192.0.2.7",
                digest: &[digest],
                is_whole: false,
                expires_at: now().plus_seconds(60),
            };
            tx.add_asset_import(&list, now())
        })
    };
    let of_others = add(2, 0);
    let numbers: Vec<i64> = (0..12).map(|digest| add(1, digest)).collect();
    assert_eq!(add(1, 11), numbers[11], "the same bytes wait once");
    let waits = |party_no, import_no| {
        read(&test.store, |tx| {
            tx.asset_import(party_no, import_no, now())
        })
        .is_some()
    };
    let waiting: Vec<bool> = numbers.iter().map(|number| waits(1, *number)).collect();
    assert_eq!(waiting, [vec![false; 2], vec![true; 10]].concat());
    assert!(waits(2, of_others));
}

both_engines!(
    the_last_ten_lists_of_an_organisation_wait,
    what_a_closed_asset_proved_is_a_claim_again,
    whoever_lost_a_dispute_and_claims_again_disputes_again,
);
