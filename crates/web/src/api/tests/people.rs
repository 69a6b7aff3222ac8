use axum::http::StatusCode;
use model::{IdKind, OrganisationRole, Scope};
use serde_json::{Value, json};
use store::Leaving;

use super::{ALL, NOTHING, check_problem, home, site};
use crate::testing::{Answer, TestSite};

fn change(site: &TestSite, key: &str, method: &str, path: &str, body: &Value) -> Answer {
    let kind = ("content-type", "application/merge-patch+json");
    site.api_with(key, method, path, body, &[kind, ("if-match", "*")])
}

#[test]
fn members_are_invited_changed_and_ended_but_no_program_makes_administrators() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    let invite = |role: &str| {
        let body =
            json!({ "email": "sam@hospital.example", "name": "Sam Voorbeeld", "role": role });
        site.api(&key, "POST", &format!("{home}/invitations"), &body)
    };
    check_problem(&invite("administrator"), 403, "not-allowed");
    let invited = invite("reader");
    assert_eq!(invited.status, StatusCode::CREATED, "{invited:?}");
    let (kind, to, _) = site.mails().pop().unwrap();
    assert_eq!((&*kind, &*to), ("invitation", "sam@hospital.example"));
    let place = invited.location().strip_prefix("/api/v1").unwrap();
    assert_eq!(
        site.api(&key, "GET", place, &NOTHING).json()["role"],
        "reader"
    );
    let withdrawn = change(&site, &key, "DELETE", place, &NOTHING);
    assert_eq!(withdrawn.status, StatusCode::NO_CONTENT);
    check_problem(&site.api(&key, "GET", place, &NOTHING), 404, "not-found");

    let person = |email: &str, role| {
        let person_no = site.person(email);
        site.join(person_no, "hospital", role);
        format!("{home}/members/{}", site.site.id(IdKind::Person, person_no))
    };
    let reader = person("robin@hospital.example", OrganisationRole::Reader);
    let administrator = person("kim@hospital.example", OrganisationRole::Administrator);
    let second = person("noor@hospital.example", OrganisationRole::Administrator);
    let role = |role: &str| json!({ "role": role });
    let changed = change(&site, &key, "PATCH", &reader, &role("security-contact"));
    assert_eq!(changed.json()["role"], "security-contact", "{changed:?}");
    for (place, body) in [
        (&reader, role("administrator")),
        (&administrator, role("reader")),
    ] {
        check_problem(
            &change(&site, &key, "PATCH", place, &body),
            403,
            "not-allowed",
        );
    }
    check_problem(
        &change(&site, &key, "DELETE", &second, &NOTHING),
        403,
        "not-allowed",
    );
    let ended = change(&site, &key, "DELETE", &reader, &NOTHING);
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let members = site.api(&key, "GET", &format!("{home}/members?limit=1"), &NOTHING);
    assert_eq!(members.json()["items"][0]["name"], "Sam Voorbeeld");
    assert!(members.json()["nextCursor"].is_string());
}

#[test]
fn a_mandate_is_given_once_and_revoked_at_once() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let holder = site.organisation_key("school", ALL);
    let (home, other) = (home(&site, "hospital"), home(&site, "school"));
    let give = |holder: &str, until: &str| {
        let body =
            json!({ "holder": holder, "tlp": "RED", "mayAnswer": true, "validUntil": until });
        site.api(&key, "POST", &format!("{home}/mandates"), &body)
    };
    for (holder, until, pointer) in [
        ("nobody", "2027-01-01", "/holder"),
        ("hospital", "2027-01-01", "/holder"),
        ("school", "2020-01-01", "/validUntil"),
    ] {
        let refused = give(holder, until);
        check_problem(&refused, 400, "invalid-input");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
    let given = give("school", "2027-01-01");
    assert_eq!(given.status, StatusCode::CREATED, "{given:?}");
    assert_eq!(given.json()["tlp"], "TLP:AMBER");
    check_problem(&give("school", "2027-01-01"), 409, "exists");
    let customers = || site.api(&holder, "GET", &format!("{other}/customers"), &NOTHING);
    assert_eq!(
        customers().json()["items"][0]["organisation"],
        "hospital (name)"
    );
    let place = given.location().strip_prefix("/api/v1").unwrap();
    let revoked = change(&site, &key, "DELETE", place, &NOTHING);
    assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{revoked:?}");
    assert_eq!(customers().json()["items"], json!([]));
    check_problem(
        &change(&site, &key, "DELETE", place, &NOTHING),
        404,
        "not-found",
    );
}

#[test]
fn a_part_is_made_and_gets_the_assets_of_a_group() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    let asset = json!({ "kind": "domain", "value": "lab.example", "group": "laboratory" });
    site.api(&key, "POST", &format!("{home}/assets"), &asset);
    let new = json!({ "name": "Hospital, laboratory" });
    let made = site.api(&key, "POST", &format!("{home}/sub-organisations"), &new);
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let listed = site.api(&key, "GET", &format!("{home}/sub-organisations"), &NOTHING);
    assert_eq!(listed.json()["items"], json!([made.json()]));
    let part = made.json()["id"].as_str().unwrap().to_owned();
    let place = made.location().strip_prefix("/api/v1").unwrap();
    assert_eq!(site.api(&key, "GET", place, &NOTHING).json(), made.json());
    let give = |group_no: i64| {
        let group = site.site.id(IdKind::AssetGroup, group_no);
        let path = format!("{home}/sub-organisations/{part}/_move");
        site.api(&key, "POST", &path, &json!({ "group": group }))
    };
    check_problem(&give(99), 400, "invalid-input");
    assert_eq!(give(1).json(), json!({ "moved": 1 }));
    // Belonging to the whole gives no right in the part.
    let inside = format!("/organisations/{part}/assets");
    check_problem(&site.api(&key, "GET", &inside, &NOTHING), 404, "not-found");
}

#[test]
fn an_organisation_changes_its_language_and_stops_leaving() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    let changed = change(&site, &key, "PATCH", &home, &json!({ "language": "en" }));
    assert_eq!(changed.json()["language"], "en", "{changed:?}");
    let named = change(&site, &key, "PATCH", &home, &json!({ "name": "Another" }));
    check_problem(&named, 400, "invalid-input");
    let leaving = format!("{home}/leaving");
    check_problem(&site.api(&key, "GET", &leaving, &NOTHING), 404, "not-found");
    let person_no = site.person("kim@hospital.example");
    site.join(person_no, "hospital", OrganisationRole::Administrator);
    let asked = site.store().write(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        tx.ask_to_leave(&Leaving {
            party_no,
            person_no,
            asked_at: testkit::now(),
            due_at: testkit::days_later(30),
        })
    });
    asked.unwrap();
    assert!(site.api(&key, "GET", &leaving, &NOTHING).json()["dueAt"].is_string());
    let stays = change(&site, &key, "DELETE", &leaving, &NOTHING);
    assert_eq!(stays.status, StatusCode::NO_CONTENT);
    assert_eq!(site.mails()[0].1, "kim@hospital.example");
    check_problem(&site.api(&key, "GET", &leaving, &NOTHING), 404, "not-found");
}

#[test]
fn what_programs_do_is_in_the_history_under_their_key() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let home = home(&site, "hospital");
    site.api(&key, "POST", &format!("{home}/contacts/_confirm"), &NOTHING);
    change(&site, &key, "PATCH", &home, &json!({ "language": "nl" }));
    let first = site.api(&key, "GET", &format!("{home}/history?limit=1"), &NOTHING);
    assert_eq!(first.json()["items"][0]["action"], "change-profile");
    let actor = first.json()["items"][0]["actor"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(actor.starts_with("key "), "{actor}");
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let rest = site.api(&key, "GET", next.strip_prefix("/api/v1").unwrap(), &NOTHING);
    assert_eq!(rest.json()["items"][0]["action"], "confirm-contacts");
}

#[test]
fn a_program_ends_keys_and_its_own_too_and_makes_none() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    site.organisation_key("hospital", &[Scope::AssetsRead]);
    let stranger = site.organisation_key("school", ALL);
    let keys = format!("{}/keys", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &keys, &NOTHING).json();
    let place = |index: usize| format!("{keys}/{}", listed["items"][index]["id"].as_str().unwrap());
    assert_eq!(listed["items"][1]["scopes"], json!(["assets:read"]));
    check_problem(
        &site.api(&key, "POST", &keys, &json!({})),
        405,
        "method-not-allowed",
    );
    for (who, place, want) in [
        (&stranger, place(1), 404),
        (&key, place(1), 204),
        (&key, place(1), 404),
        (&key, place(0), 204),
        (&key, place(0), 401),
    ] {
        let ended = change(&site, who, "DELETE", &place, &NOTHING);
        assert_eq!(ended.status.as_u16(), want, "{ended:?}");
    }
}

#[test]
fn a_program_does_not_send_away_whom_a_person_made_administrator() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let person_no = site.person("new@hospital.example");
    site.store()
        .write(|tx| {
            let party_no = tx.party_no("hospital")?.unwrap();
            let invitation = store::NewInvitation {
                person_no,
                party: Some((party_no, OrganisationRole::Administrator)),
                digest: [1; 32],
                by: "person",
                expires_at: testkit::days_later(7),
            };
            tx.invite(&invitation, testkit::now())
        })
        .unwrap();
    let invitations = format!("{}/invitations", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &invitations, &NOTHING).json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    let one = format!("{invitations}/{id}");
    let any = [("if-match", "*")];
    let withdrawn = site.api_with(&key, "DELETE", &one, &NOTHING, &any);
    check_problem(&withdrawn, 403, "not-allowed");
    let reader =
        json!({ "email": "New@hospital.example", "name": "Sam Voorbeeld", "role": "reader" });
    let invited = site.api(&key, "POST", &invitations, &reader);
    check_problem(&invited, 403, "not-allowed");
}
