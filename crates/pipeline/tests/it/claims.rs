//! What is only claimed: its organisation hears that something is there, and nothing else until it is proved.

use model::register::OwnAssetRow;
use model::{AssetValue, ProofMethod};
use store::{NewProof, OwnAssetPut, Stage};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later, now};

use crate::checks::{queued, rdp, rdp_on, told};

/// A desk with pages, and an organisation that claims these.
fn desk_with_claims(test: &TestStore, claims: &[&str]) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("provider")
        .asset("provider", "prefix", "203.0.113.0/24");
    desk.import(&register);
    let rows: Vec<_> = claims
        .iter()
        .map(|text| OwnAssetRow {
            value: AssetValue::guess(text).unwrap(),
            given: (*text).to_owned(),
            label: String::new(),
            group: String::new(),
            criticality: None,
            supplier: String::new(),
            valid_from: None,
            valid_until: None,
        })
        .collect();
    let puts: Vec<_> = rows
        .iter()
        .map(|row| OwnAssetPut {
            row,
            is_claim: true,
        })
        .collect();
    let claimed = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let party_no = tx.party_no("hospital")?.expect("it was imported");
        tx.put_own_assets(party_no, &puts, now())?;
        let version = tx.raise_register_version()?;
        tx.add_job(Stage::Rematch, version, 0, now())
    });
    claimed.unwrap();
    desk
}

/// Subjects and bodies of the notices.
fn notices(desk: &Desk) -> Vec<String> {
    let mails = desk.mails().into_iter();
    let mails =
        mails.filter(|mail| mail.header("X-Seinpost-Kind").as_deref() == Some("existence-notice"));
    mails
        .map(|mail| format!("{}\n{}", mail.subject, mail.body))
        .collect()
}

fn a_claimant_hears_that_something_is_there_and_after_its_proof_all_of_it(test: &TestStore) {
    let mut desk = desk_with_claims(test, &["192.0.2.0/24"]);
    desk.report(&rdp(&["192.0.2.77"]));
    desk.work();
    assert_eq!((&told(&desk)[..], &queued(&desk)[..]), ("", "unresolved 1"));
    let heard = notices(&desk);
    assert_eq!(heard.len(), 1);
    assert!(heard[0].contains("192.0.2.0/24"), "{}", heard[0]);
    for detail in ["192.0.2.77", "3389", "rdp", "Remote"] {
        assert!(!heard[0].contains(detail), "{detail}: {}", heard[0]);
    }
    // The same problem is seen each day.
    for day in 1..4 {
        desk.at(days_later(day));
        desk.report(&rdp_on(day, &["192.0.2.77"]));
        desk.work();
    }
    assert_eq!(notices(&desk).len(), 1, "once in an episode");

    let proved = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("hospital")?.expect("it was imported");
        let mut claimed = None;
        tx.each_claimed(|asset| claimed = Some(asset.asset_no))?;
        let proof = NewProof {
            asset_no: claimed.expect("it is claimed"),
            method: ProofMethod::Document,
            parent_no: None,
            evidence: "",
            valid_until: days_later(365).day(),
        };
        assert!(tx.prove_asset(party_no, &proof, now())?);
        let version = tx.raise_register_version()?;
        tx.add_job(Stage::Rematch, version, 0, now())
    });
    proved.unwrap();
    desk.work();
    assert_eq!((&told(&desk)[..], &queued(&desk)[..]), ("hospital 1", ""));
    let forgotten = desk
        .flow
        .store
        .write(|tx| tx.remove_existence_notices(now()));
    assert_eq!(forgotten.unwrap(), 1, "what is proved needs no notice");
}

fn seven_claimed_ranges_are_one_mail_without_any_evidence(test: &TestStore) {
    let claims: Vec<String> = (0..7)
        .map(|part| format!("192.0.2.{}/28", part * 16))
        .collect();
    let claims: Vec<&str> = claims.iter().map(|claim| &claim[..]).collect();
    let desk = desk_with_claims(test, &claims);
    let hosts: Vec<String> = (0..7)
        .map(|part| format!("192.0.2.{}", part * 16 + 5))
        .collect();
    let hosts: Vec<&str> = hosts.iter().map(|host| &host[..]).collect();
    desk.report(&rdp(&hosts));
    desk.work();
    assert_eq!((&told(&desk)[..], &queued(&desk)[..]), ("", "unresolved 7"));
    let heard = notices(&desk);
    assert_eq!(heard.len(), 1);
    for (claim, host) in claims.iter().zip(hosts) {
        assert!(heard[0].contains(claim), "{claim}");
        assert!(!heard[0].contains(host), "{host}");
    }
}

fn a_claim_tells_nothing_of_what_another_one_proved(test: &TestStore) {
    let desk = desk_with_claims(test, &["203.0.113.0/24", "203.0.113.7"]);
    desk.report(&rdp(&["203.0.113.9"]));
    desk.work();
    assert_eq!(told(&desk), "provider 1");
    assert!(notices(&desk).is_empty());
    // A host in the network of a provider may well be a customer's.
    desk.report(&rdp(&["203.0.113.7"]));
    desk.work();
    assert_eq!(told(&desk), "provider 2");
    assert_eq!(notices(&desk).len(), 1);
}

fn a_notice_waits_while_distribution_is_paused_and_names_are_claims_too(test: &TestStore) {
    let desk = desk_with_claims(test, &["ward.example"]);
    let pause = |paused| desk.flow.store.write(|tx| tx.set_paused(paused)).unwrap();
    pause(Some((now(), "a test")));
    let report = Report::new("scan_rdp").row(&[
        ("ip", "198.51.100.1"),
        ("port", "3389"),
        ("hostname", "rdp.ward.example"),
    ]);
    desk.report(&report);
    desk.work_without_distribution();
    assert!(notices(&desk).is_empty());
    pause(None);
    desk.work();
    let heard = notices(&desk);
    assert_eq!(heard.len(), 1);
    assert!(!heard[0].contains("rdp"), "{}", heard[0]);
}

both_engines!(
    a_claimant_hears_that_something_is_there_and_after_its_proof_all_of_it,
    seven_claimed_ranges_are_one_mail_without_any_evidence,
    a_claim_tells_nothing_of_what_another_one_proved,
    a_notice_waits_while_distribution_is_paused_and_names_are_claims_too,
);
