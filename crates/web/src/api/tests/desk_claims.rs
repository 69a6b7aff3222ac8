//! What programs of the desk decide about who holds what: disputes, and documents that should prove something.

use model::OrganisationRole;
use serde_json::{Value, json};
use store::KeyOwner;

use super::desk_work::recorded;
use super::{ALL, NOTHING, check_problem, home, site};
use crate::testing::TestSite;

/// The school says that this is its own; gives the path of the asset.
fn claim(site: &TestSite, value: &str) -> String {
    let person = site.person("sam@school.example");
    site.join(person, "school", OrganisationRole::Administrator);
    let key = site.organisation_key("school", ALL);
    let assets = format!("{}/assets", home(site, "school"));
    let new = json!({ "kind": "prefix", "value": value });
    let added = site.api(&key, "POST", &assets, &new);
    assert_eq!(added.status, 201, "{added:?}");
    added.location().strip_prefix("/api/v1").unwrap().to_owned()
}

#[test]
fn a_dispute_is_read_and_decided_by_a_key_that_is_made_for_it() {
    let site = site();
    claim(&site, "192.0.2.0/29");
    let key = site.key(KeyOwner::Desk, ALL);
    let listed = site.api(&key, "GET", "/disputes", &NOTHING).json();
    let place = format!("/disputes/{}", listed["items"][0]["id"].as_str().unwrap());
    let reading = site.key(KeyOwner::Desk, &[model::Scope::DeskRead]);
    check_problem(
        &site.api(&reading, "GET", &place, &NOTHING),
        403,
        "not-allowed",
    );
    let shown = site.api(&key, "GET", &place, &NOTHING).json();
    assert_eq!(
        (&shown["value"], &shown["inside"]),
        (&json!("192.0.2.0/29"), &json!(false))
    );
    let sides = shown["sides"].as_array().unwrap();
    let holders: Vec<_> = sides
        .iter()
        .map(|side| side["organisationId"].clone())
        .collect();
    let party = |reference: &str| site.party_id(reference).to_string();
    assert_eq!(holders, [party("hospital"), party("school")]);
    // Each side can see that it was read.
    let read: Vec<_> = recorded(&site, "read")
        .into_iter()
        .map(|row| row.subject)
        .collect();
    for reference in ["hospital", "school"] {
        assert!(
            read.contains(&format!("party {}", party(reference))),
            "{read:?}"
        );
    }

    let decide = |keep: Value| {
        let body = json!({ "keep": keep, "reason": "contract with the provider was shown" });
        site.api(&key, "POST", &format!("{place}/_decide"), &body)
    };
    let neither = site.site.id(model::IdKind::Asset, 2);
    for wrong in [json!(neither), NOTHING, json!("x")] {
        let refused = decide(wrong);
        check_problem(&refused, 400, "invalid-input");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/keep");
    }
    let decided = decide(sides[0]["assetId"].clone());
    assert_eq!(decided.status, 204, "{decided:?}");
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
    check_problem(&decide(sides[0]["assetId"].clone()), 404, "not-found");
    let rows = recorded(&site, "decide-claim");
    let outcomes: Vec<_> = rows
        .iter()
        .map(|row| (&row.subject, &row.detail[..]))
        .collect();
    let (hospital, school) = (
        format!("party {}", party("hospital")),
        format!("party {}", party("school")),
    );
    assert_eq!(outcomes, [(&school, "closed"), (&hospital, "verified")]);
    assert!(
        rows.iter().all(|row| row.actor.starts_with("key ")),
        "{rows:?}"
    );
}

#[test]
fn a_document_is_read_and_judged_and_the_organisation_reads_why() {
    let site = site();
    let asset = claim(&site, "203.0.113.0/29");
    let own = site.organisation_key("school", ALL);
    let note = json!({ "note": "the letter of our provider" });
    let asked = site.api(&own, "POST", &format!("{asset}/_ask-review"), &note);
    assert!(asked.status.is_success(), "{asked:?}");
    let sent = site.store().write(|tx| {
        let party_no = tx.party_no("school")?.expect("it is registered");
        let claims = tx.proof_reviews_open(0, 1)?;
        let place = (party_no, claims[0].asset_no);
        tx.put_proof_document(place, "letter.pdf", b"a letter", testkit::now())
    });
    assert!(sent.unwrap());
    let key = site.key(KeyOwner::Desk, ALL);
    let listed = site.api(&key, "GET", "/proof-reviews", &NOTHING);
    assert!(!listed.body.contains("203.0.113"), "{}", listed.body);
    let id = listed.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/proof-reviews/{id}");
    let shown = site.api(&key, "GET", &place, &NOTHING).json();
    assert_eq!(shown["claim"]["value"], "203.0.113.0/29", "{shown}");
    assert_eq!(shown["note"], "the letter of our provider");
    assert_eq!(
        shown["document"],
        json!({ "name": "letter.pdf", "bytes": 8 })
    );
    let document = site.api(&key, "GET", &format!("{place}/document"), &NOTHING);
    assert_eq!(document.bytes, b"a letter");
    assert_eq!(document.header("content-type"), "application/octet-stream");
    let read = &recorded(&site, "read")[0];
    assert_eq!(read.detail, "document of a proof");

    let decide = |body: Value| site.api(&key, "POST", &format!("{place}/_decide"), &body);
    check_problem(
        &decide(json!({ "decision": "maybe" })),
        400,
        "invalid-input",
    );
    let reason = "the letter names the school";
    let accepted = decide(json!({ "decision": "accept", "reason": reason }));
    assert_eq!(accepted.status, 204, "{accepted:?}");
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
    let proved = site.api(&own, "GET", &asset, &NOTHING).json();
    assert_eq!(proved["state"], "verified", "{proved}");
    let kept = &recorded(&site, "accept-proof")[0];
    assert_eq!(kept.subject, format!("party {}", site.party_id("school")));
    assert_eq!(kept.detail, reason);
}
