//! Proofs of names are looked for by a worker, with a real name server and real websites; those that end soon too.

use std::time::Duration;

use model::register::OwnAssetRow;
use model::{AssetState, AssetValue, OrganisationRole, ProofMethod, ProofOutcome, ProofPlace};
use outgoing::StandIn;
use pipeline::proving::look_due;
use pipeline::upkeep::proofs::{end, renew};
use proof::record_text;
use rules::upkeep::expiring_until;
use store::{AssetFilter, NewProofCheck, OwnAsset, OwnAssetPut, ProofCheck, Stage, StoreError};
use testkit::{
    Desk, DnsServer, Page, RegisterBuilder, TestStore, Websites, both_engines, days_later, now,
};

const PATH: &str = "/.well-known/seinpost-proof.txt";

/// A desk with an administrator of a hospital, which claims these.
fn desk_with_claims(test: &TestStore, claims: &[&str]) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("hospital"));
    let rows = claims.iter().map(|text| OwnAssetRow {
        value: AssetValue::guess(text).unwrap(),
        given: (*text).to_owned(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        supplier: String::new(),
        valid_from: None,
        valid_until: None,
    });
    let rows: Vec<_> = rows.collect();
    let put = |row| OwnAssetPut {
        row,
        is_claim: true,
    };
    let puts: Vec<_> = rows.iter().map(put).collect();
    let claimed = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let sam = "sam@hospital.example".parse().expect("it is an address");
        let person_no = tx.add_person(&sam, "Sam", None, now())?;
        tx.put_membership(person_no, 1, OrganisationRole::Administrator, "test", now())?;
        tx.put_own_assets(1, &puts, now())
    });
    claimed.unwrap();
    desk
}

fn assets(desk: &Desk) -> Vec<OwnAsset> {
    let all = AssetFilter::default();
    let assets = desk.flow.store.read(|tx| tx.own_assets(1, &all, None, 99));
    assets.unwrap()
}

/// What each asset is proved by.
fn proofs(desk: &Desk) -> Vec<(String, Option<ProofMethod>)> {
    let proofs = assets(desk).into_iter().map(|asset| {
        let method = asset.claim.and_then(|claim| claim.method);
        (asset.row.value.to_string(), method)
    });
    proofs.collect()
}

fn begin(desk: &Desk, place: ProofPlace) -> Option<i64> {
    let asset_nos: Vec<i64> = assets(desk).iter().map(|asset| asset.asset_no).collect();
    let check = NewProofCheck {
        party_no: 1,
        place,
        is_renewal: false,
        asked_by: "person 1",
        asset_nos: &asset_nos,
    };
    let begun = desk
        .flow
        .store
        .write(|tx| tx.begin_proof_check(&check, now()));
    begun.unwrap()
}

fn check(desk: &Desk, check_no: i64) -> ProofCheck {
    let found = desk.flow.store.read(|tx| tx.proof_check(1, check_no));
    found.unwrap().unwrap()
}

fn outcomes(desk: &Desk, check_no: i64) -> Vec<(String, Option<ProofOutcome>)> {
    let looks = desk
        .flow
        .store
        .read(|tx| tx.proof_looks(check_no, None, 0, 99));
    let looks = looks.unwrap().into_iter();
    looks
        .map(|look| (look.value.to_string(), look.outcome))
        .collect()
}

fn text(desk: &Desk) -> String {
    let installation = desk.flow.store.read(|tx| tx.installation()).unwrap();
    record_text(&installation.id_key, 1)
}

fn records(desk: &Desk, names: &[&str]) -> Option<DnsServer> {
    let text = text(desk);
    let records = names
        .iter()
        .map(|name| format!("--txt-record=_seinpost-challenge.{name},{text}"));
    let mut records: Vec<String> = records.collect();
    records.push("--txt-record=_seinpost-challenge.wrong.example,somebody-else".into());
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    DnsServer::of_example(&records)
}

fn look(desk: &Desk) -> usize {
    look_due(&desk.flow, &|| false).unwrap()
}

fn a_check_of_many_names_says_of_each_what_was_seen_and_loses_none_when_a_worker_ends(
    test: &TestStore,
) {
    let claims = [
        "none.example",
        "ward.example",
        "www.ward.example",
        "wrong.example",
        "192.0.2.7",
    ];
    let mut desk = desk_with_claims(test, &claims);
    let Some(server) = records(&desk, &["ward.example"]) else {
        return;
    };
    desk.flow.dns_servers = vec![server.address()];
    let check_no = begin(&desk, ProofPlace::Dns).unwrap();
    assert_eq!(begin(&desk, ProofPlace::Dns), None, "one at a time");
    // A worker that took them and ended without a word.
    let taken = |lease| {
        let taken = desk
            .flow
            .store
            .write(|tx| tx.take_proof_looks(2, Duration::from_secs(lease)));
        taken.unwrap().len()
    };
    assert_eq!(taken(0), 2);
    assert_eq!(look(&desk), 4, "an address has no record");
    let check = check(&desk, check_no);
    assert_eq!((check.looks, check.waiting, check.proved), (4, 0, 1));
    assert_eq!(check.ended_at, Some(now()));
    let outcome = |name: &str, outcome| (name.to_owned(), Some(outcome));
    assert_eq!(
        outcomes(&desk, check_no),
        [
            outcome("none.example", ProofOutcome::Missing),
            outcome("ward.example", ProofOutcome::Proved),
            outcome("wrong.example", ProofOutcome::Different),
            outcome("www.ward.example", ProofOutcome::Missing),
        ]
    );
    let proved: Vec<_> = proofs(&desk)
        .into_iter()
        .filter_map(|(name, method)| Some((name, method?)))
        .collect();
    let below = ("www.ward.example".to_owned(), ProofMethod::Inherited);
    assert_eq!(
        proved,
        [("ward.example".to_owned(), ProofMethod::Dns), below]
    );
    let recorded =
        "SELECT COUNT(*) FROM audit WHERE action = 'prove-assets' AND actor = 'person 1'";
    assert_eq!(test.count(recorded), 1);
    let announced = desk.flow.store.read(|tx| tx.next_job_due()).unwrap();
    assert!(announced.is_some(), "what is open is matched again");
    assert_eq!((look(&desk), taken(60)), (0, 0));
}

fn a_check_of_websites_tells_a_missing_file_from_another_one_and_a_server_that_is_not_there(
    test: &TestStore,
) {
    let claims = [
        "away.example",
        "none.example",
        "ward.example",
        "wrong.example",
    ];
    let mut desk = desk_with_claims(test, &claims);
    let page = |text: String| Page::Text(text);
    let websites = Websites::start(&[
        ("ward.example", PATH, page(text(&desk))),
        ("wrong.example", PATH, page("somebody else".into())),
        ("none.example", "/", page("welcome".into())),
        (
            "away.example",
            PATH,
            Page::Elsewhere("https://evil.example/".into()),
        ),
    ]);
    desk.flow.stand_in = Some(StandIn {
        address: websites.address(),
        ca: websites.ca().to_vec(),
    });
    let check_no = begin(&desk, ProofPlace::WellKnown).unwrap();
    look(&desk);
    let seen: Vec<_> = outcomes(&desk, check_no)
        .into_iter()
        .map(|(_, outcome)| outcome.unwrap())
        .collect();
    use ProofOutcome::{Different, Elsewhere, Missing, Proved};
    assert_eq!(seen, [Elsewhere, Missing, Proved, Different]);
}

fn a_proof_whose_record_is_still_there_is_renewed_and_people_hear_only_of_what_is_missing(
    test: &TestStore,
) {
    let mut desk = desk_with_claims(test, &["gone.example", "ward.example", "www.ward.example"]);
    let Some(server) = records(&desk, &["gone.example", "ward.example"]) else {
        return;
    };
    let Some(later) = records(&desk, &["ward.example"]) else {
        return;
    };
    desk.flow.dns_servers = vec![server.address()];
    begin(&desk, ProofPlace::Dns).unwrap();
    look(&desk);
    // People confirm the rest, so that a reminder is about proofs alone.
    let confirm = |day| {
        let at = days_later(day);
        let confirmed = desk.flow.store.write(|tx| {
            tx.confirm_own_contacts(1, at)?;
            tx.confirm_assets(1, at)
        });
        confirmed.unwrap();
    };
    confirm(300);
    desk.flow.dns_servers = vec![later.address()];
    for (day, due) in [(327, 0), (328, 2), (334, 0), (335, 1)] {
        desk.at(days_later(day));
        assert_eq!(renew(&desk.flow).unwrap(), due, "day {day}");
        assert_eq!(look(&desk), due, "day {day}");
    }
    desk.at(days_later(336));
    desk.work();
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    let body = &mails[0].body;
    assert!(
        body.contains("- gone.example (_seinpost-challenge.gone.example)"),
        "{body}"
    );
    assert!(!body.contains("- ward.example"), "{body}");
    desk.at(days_later(365));
    assert_eq!(end(&desk.flow).unwrap(), 1);
    let proved = |name: &str, method| (name.to_owned(), method);
    assert_eq!(
        proofs(&desk),
        [
            proved("gone.example", None),
            proved("ward.example", Some(ProofMethod::Dns)),
            proved("www.ward.example", Some(ProofMethod::Inherited)),
        ]
    );
    // Not even for a day does what is renewed count as expiring.
    let expiring = AssetFilter {
        state: Some(AssetState::Expiring),
        expiring_until: Some(expiring_until(days_later(365))),
        ..AssetFilter::default()
    };
    let count = desk
        .flow
        .store
        .read(|tx| tx.count_own_assets(1, &expiring, 9));
    assert_eq!(count.unwrap(), 0);
}

fn what_the_register_of_networks_still_says_is_proved_again_before_anybody_is_asked(
    test: &TestStore,
) {
    let mut desk = desk_with_claims(test, &["192.0.2.0/28"]);
    let network =
        RegisterBuilder::new().network("192.0.2.0/24", "Hospital (Name)", "abuse@provider.example");
    desk.import(&network);
    let settled = desk.flow.store.write(|tx| {
        let proved = proof::settle(tx, 1, now())?;
        tx.confirm_own_contacts(1, days_later(300))?;
        tx.confirm_assets(1, days_later(300))?;
        tx.add_job(Stage::Rematch, 1, 0, now())?;
        Ok::<_, StoreError>(proved)
    });
    assert_eq!(settled.unwrap(), 1);
    desk.at(days_later(340));
    desk.work();
    assert_eq!(desk.mails().len(), 0);
    let claim = assets(&desk).remove(0).claim.unwrap();
    assert_eq!(claim.valid_until, Some(days_later(340 + 365).day()));
    desk.at(days_later(340 + 366));
    assert_eq!(end(&desk.flow).unwrap(), 1);
    assert_eq!(
        proofs(&desk)[0].1,
        Some(ProofMethod::Registry),
        "at the latest on its last day"
    );
}

fn a_web_address_is_proved_by_a_file_of_its_own_and_an_e_mail_domain_by_a_record(test: &TestStore) {
    let claims = [
        "https://shared.example/ann",
        "https://shared.example/bob",
        "https://shared.example/cat",
        "https://shared.example/dan",
        "https://shared.example/eve",
        "https://shared.example:8443/ann",
        "https://shared.example/ann/shop",
        "@post.example",
        "@mail.post.example",
    ];
    let mut desk = desk_with_claims(test, &claims);
    let Some(server) = records(&desk, &["post.example", "shared.example"]) else {
        return;
    };
    let page = |text: String| Page::Typed("text/plain", text);
    let own = "/ann/.well-known/seinpost-proof.txt";
    let websites = Websites::start(&[
        ("shared.example", own, page(text(&desk))),
        ("shared.example", PATH, page(text(&desk))),
        (
            "shared.example",
            "/dan/.well-known/seinpost-proof.txt",
            Page::Typed("text/html", text(&desk)),
        ),
        (
            "shared.example",
            "/eve/.well-known/seinpost-proof.txt",
            page(format!("what visitors write:\n{}\n", text(&desk))),
        ),
        (
            "shared.example",
            "/bob/.well-known/seinpost-proof.txt",
            Page::Elsewhere(format!("https://shared.example{own}")),
        ),
    ]);
    desk.flow.stand_in = Some(StandIn {
        address: websites.address(),
        ca: websites.ca().to_vec(),
    });
    desk.flow.dns_servers = vec![server.address()];
    let check_no = begin(&desk, ProofPlace::WellKnown).unwrap();
    look(&desk);
    let of = |check_no| -> Vec<_> {
        let seen = outcomes(&desk, check_no).into_iter();
        seen.map(|(name, outcome)| format!("{name} {}", outcome.unwrap()))
            .collect()
    };
    assert_eq!(
        of(check_no),
        [
            "https://shared.example/ann proved",
            "https://shared.example/ann/shop missing",
            "https://shared.example/bob elsewhere",
            "https://shared.example/cat missing",
            "https://shared.example/dan different",
            "https://shared.example/eve different",
            "https://shared.example:8443/ann missing",
        ]
    );
    let check_no = begin(&desk, ProofPlace::Dns).unwrap();
    look(&desk);
    assert_eq!(
        of(check_no),
        ["mail.post.example missing", "post.example proved"]
    );
    let proved: Vec<_> = proofs(&desk)
        .into_iter()
        .filter_map(|(name, method)| Some(format!("{name} {}", method?)))
        .collect();
    assert_eq!(
        proved,
        [
            "https://shared.example/ann well-known",
            "https://shared.example/ann/shop inherited",
            "mail.post.example inherited",
            "post.example dns",
        ]
    );
}

both_engines!(
    a_web_address_is_proved_by_a_file_of_its_own_and_an_e_mail_domain_by_a_record,
    a_check_of_many_names_says_of_each_what_was_seen_and_loses_none_when_a_worker_ends,
    a_check_of_websites_tells_a_missing_file_from_another_one_and_a_server_that_is_not_there,
    a_proof_whose_record_is_still_there_is_renewed_and_people_hear_only_of_what_is_missing,
    what_the_register_of_networks_still_says_is_proved_again_before_anybody_is_asked,
);
