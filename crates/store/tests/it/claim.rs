use model::register::OwnAssetRow;
use model::{AssetValue, ProofMethod, Tlp};
use store::{AssetChange, Mandate, NewAssetImport, NewProof, OwnAssetPut};
use testkit::{RegisterBuilder, TestStore, both_engines, day};

use crate::builders::{now, read, write};

/// Gives an asset as the organisation does.
fn claim(test: &TestStore, reference: &str, given: &str) {
    claim_value(test, reference, AssetValue::guess(given).unwrap(), given);
}

fn claim_value(test: &TestStore, reference: &str, value: AssetValue, given: &str) {
    let row = OwnAssetRow {
        value,
        given: given.to_owned(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        supplier: String::new(),
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

/// Proves an asset of an organisation in this way.
fn prove(test: &TestStore, reference: &str, value: &str, method: ProofMethod, evidence: &str) {
    let value = AssetValue::guess(value).unwrap();
    prove_value(test, reference, value, (method, evidence));
}

fn prove_value(
    test: &TestStore,
    reference: &str,
    value: AssetValue,
    (method, evidence): (ProofMethod, &str),
) {
    claim_value(test, reference, value.clone(), &value.to_string());
    let proved = write(&test.store, |tx| {
        let party_no = tx.party_no(reference)?.unwrap();
        let proof = NewProof {
            asset_no: tx.open_asset_no(party_no, &value, None)?.unwrap(),
            method,
            parent_no: None,
            evidence,
            valid_until: day("2027-11-01"),
        };
        tx.prove_asset(party_no, &proof, now())
    });
    assert!(proved, "{reference} {value}");
}

/// A hospital with a network and a domain that the desk entered, and others.
fn hospital_and_others(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .asset("hospital", "prefix", "192.0.2.0/24")
        .asset("hospital", "domain", "hospital.example")
        .organisation("school")
        .organisation("bakery");
    register.import(&test.store, now());
}

/// Values that take findings.
fn matched(test: &TestStore) -> Vec<String> {
    let mut matched = Vec::new();
    read(&test.store, |tx| {
        tx.each_asset(|asset| matched.push(asset.value.to_owned()))
    });
    matched
}

fn what_is_proved_inside_what_another_holds_takes_nothing_before_the_desk_decides(
    test: &TestStore,
) {
    hospital_and_others(test);
    let own = ["192.0.2.0/24", "hospital.example"];
    for inner in ["192.0.2.128/25", "192.0.2.7", "mail.hospital.example"] {
        prove(test, "school", inner, ProofMethod::Mail, "");
        assert_eq!(matched(test), own, "{inner}");
    }
    let disputes = read(&test.store, |tx| tx.disputes_open(0, 10));
    assert_eq!(disputes.len(), 3);
    assert!(
        disputes
            .iter()
            .all(|it| it.is_inside && it.older.party_name == "hospital (name)")
    );
    let decide = |place: usize, keeper_no: i64| {
        let number = disputes[place].dispute_no;
        write(&test.store, |tx| {
            tx.decide_dispute(number, keeper_no, "test", "a contract", now())
        })
    };
    assert!(decide(0, disputes[0].younger.asset_no), "both stay");
    assert_eq!(matched(test), [own[0], own[1], "192.0.2.128/25"]);
    assert!(decide(1, disputes[1].older.asset_no), "the inner one goes");
    assert_eq!(matched(test), [own[0], own[1], "192.0.2.128/25"]);
    assert_eq!(read(&test.store, |tx| tx.disputes_open(0, 10)).len(), 1);
}

fn no_dispute_is_opened_where_the_two_belong_together_or_others_are_usual(test: &TestStore) {
    hospital_and_others(test);
    let open = || read(&test.store, |tx| tx.disputes_open(0, 10)).len();
    prove(test, "school", "192.0.2.8", ProofMethod::Document, "");
    // The register of networks gives a part of it to the school, and a wider one says nothing of it.
    prove(
        test,
        "school",
        "192.0.2.16",
        ProofMethod::Registry,
        "192.0.2.16/28",
    );
    prove(test, "school", "198.51.100.0/24", ProofMethod::Mail, "");
    assert_eq!(open(), 0);
    prove(
        test,
        "school",
        "192.0.2.24",
        ProofMethod::Registry,
        "192.0.0.0/16",
    );
    assert_eq!(open(), 1);
    let part_no = write(&test.store, |tx| {
        let hospital_no = tx.party_no("hospital")?.unwrap();
        tx.add_sub_organisation(hospital_no, "Clinic", "test", now())
    });
    let part = read(&test.store, |tx| tx.party(part_no)).unwrap().reference;
    prove(test, &part, "192.0.2.32", ProofMethod::Inherited, "");
    write(&test.store, |tx| {
        let mandate = Mandate {
            mandate_no: 0,
            party_no: tx.party_no("hospital")?.unwrap(),
            party_name: String::new(),
            holder_no: tx.party_no("bakery")?.unwrap(),
            holder_name: String::new(),
            group_no: None,
            tlp_max: Tlp::Amber,
            may_answer: true,
            valid_until: None,
            given_at: now(),
        };
        tx.add_mandate(&mandate, "test", now())
    });
    prove(test, "bakery", "192.0.2.40", ProofMethod::Mail, "");
    assert_eq!(open(), 1, "a part of it, and who acts for it");
    prove(test, "school", "192.0.2.0/23", ProofMethod::Mail, "");
    assert_eq!(open(), 1, "around it the more specific ones are told");
    prove(test, "hospital", "192.0.2.48", ProofMethod::Inherited, "");
    assert_eq!(open(), 1, "within its own it takes nothing from others");
}

fn where_the_desk_let_others_stay_the_next_ones_stay_unasked(test: &TestStore) {
    hospital_and_others(test);
    for host in 1..=5 {
        prove(
            test,
            "school",
            &format!("192.0.2.{host}"),
            ProofMethod::Mail,
            "",
        );
        let disputes = read(&test.store, |tx| tx.disputes_open(0, 10));
        assert_eq!(disputes.len(), usize::from(host <= 3), "{host}");
        for dispute in disputes {
            let keeper_no = dispute.younger.asset_no;
            write(&test.store, |tx| {
                tx.decide_dispute(dispute.dispute_no, keeper_no, "test", "a customer", now())
            });
        }
    }
}

fn web_addresses_and_e_mail_domains_inside_what_another_holds_wait_for_the_desk(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .asset("hospital", "domain", "hospital.example")
        .asset("hospital", "host", "www.shared.example")
        .asset("hospital", "url", "https://shared.example/a")
        .asset("hospital", "e-mail-domain", "post.example")
        .organisation("school");
    register.import(&test.store, now());
    let open = || read(&test.store, |tx| tx.disputes_open(0, 20));
    for (count, inner) in (1..).zip([
        "https://www.hospital.example/a",
        "@mail.hospital.example",
        "@hospital.example",
        "https://www.shared.example:8443/a",
        "https://shared.example/a/b",
        "@mail.post.example",
    ]) {
        prove(test, "school", inner, ProofMethod::Mail, "");
        let disputes = open();
        assert_eq!(disputes.len(), count, "{inner}");
        assert!(disputes[count - 1].is_inside, "{inner}");
    }
    assert_eq!(matched(test).len(), 4, "none of them takes anything");
    for beside in [
        "https://shared.example/ab",
        "post.example",
        "shared.example",
    ] {
        prove(test, "school", beside, ProofMethod::Mail, "");
    }
    assert_eq!(open().len(), 6, "beside it and around it");
    claim(test, "school", "http://shared.example:80/a/");
    claim(test, "school", "@POST.example");
    let same = open();
    assert_eq!(same.len(), 8);
    assert!(same[6..].iter().all(|dispute| !dispute.is_inside));
}

fn a_name_below_the_e_mail_domain_of_another_waits_for_the_desk_once(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .asset("hospital", "e-mail-domain", "post.example")
        .asset("hospital", "domain", "hospital.example")
        .organisation("school")
        .asset("school", "e-mail-domain", "hospital.example");
    register.import(&test.store, now());
    let open = || read(&test.store, |tx| tx.disputes_open(0, 20));
    let host = AssetValue::Host("mail.post.example".parse().unwrap());
    prove_value(test, "school", host, (ProofMethod::Dns, ""));
    let disputes = open();
    assert_eq!(disputes.len(), 1, "the host takes what leaks there");
    assert!(disputes[0].is_inside);
    assert_eq!(disputes[0].older.party_name, "hospital (name)");
    prove(test, "school", "ward.post.example", ProofMethod::Dns, "");
    assert_eq!(open().len(), 2, "and so does a domain");
    prove(test, "school", "post.example", ProofMethod::Dns, "");
    assert_eq!(open().len(), 2, "it does not lie below itself");
    prove(test, "school", "www.hospital.example", ProofMethod::Dns, "");
    assert_eq!(
        open().len(),
        3,
        "who has the mailboxes has not the websites: the domain is the other's"
    );
}

both_engines!(
    a_name_below_the_e_mail_domain_of_another_waits_for_the_desk_once,
    web_addresses_and_e_mail_domains_inside_what_another_holds_wait_for_the_desk,
    no_dispute_is_opened_where_the_two_belong_together_or_others_are_usual,
    what_is_proved_inside_what_another_holds_takes_nothing_before_the_desk_decides,
    where_the_desk_let_others_stay_the_next_ones_stay_unasked,
    the_last_ten_lists_of_an_organisation_wait,
    what_a_closed_asset_proved_is_a_claim_again,
    whoever_lost_a_dispute_and_claims_again_disputes_again,
);
