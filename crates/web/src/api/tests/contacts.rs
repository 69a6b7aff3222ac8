use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::Gpg;

use super::{ALL, NOTHING, check_problem, home, site, tell};
use crate::testing::{Answer, TestSite};

/// What a program asks with `If-Match` and the tag of what it read.
fn patch(site: &TestSite, key: &str, path: &str, tag: &str, body: &Value) -> Answer {
    let headers = [
        ("content-type", "application/merge-patch+json"),
        ("if-match", tag),
    ];
    site.api_with(key, "PATCH", path, body, &headers)
}

#[test]
fn a_contact_is_told_nothing_until_somebody_there_answers_with_the_code() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let new = json!({ "role": "Night Watch", "email": "night@hospital.example", "severities": ["critical"], "alwaysOn": true });
    let added = site.api(&key, "POST", &contacts, &new);
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    let shown = added.json();
    assert_eq!(
        [&shown["role"], &shown["answered"], &shown["alwaysOn"]],
        [&json!("night watch"), &json!(false), &json!(true)]
    );
    check_problem(&site.api(&key, "POST", &contacts, &new), 409, "exists");
    let place = added.location().strip_prefix("/api/v1").unwrap().to_owned();
    let code = || {
        let (kind, to, facts) = site.mails().pop().unwrap();
        assert_eq!((&*kind, &*to), ("address-code", "night@hospital.example"));
        facts["code"].as_str().unwrap().to_owned()
    };
    let first = code();
    let again = site.api(&key, "POST", &format!("{place}/_send-code"), &NOTHING);
    assert_eq!((again.status, &*again.body), (StatusCode::NO_CONTENT, ""));
    let second = code();
    let check = |code: &str| {
        let body = json!({ "code": code });
        site.api(&key, "POST", &format!("{place}/_check-code"), &body)
    };
    let refused = check(&first);
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["code"], "wrong-code");
    let counts = check(&second);
    assert_eq!(counts.json()["answered"], true, "{counts:?}");
    check_problem(&check(&second), 404, "not-found");
}

#[test]
fn a_wrong_code_is_counted_though_it_is_an_error() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let new = json!({ "role": "night", "email": "night@hospital.example" });
    let added = site.api(&key, "POST", &contacts, &new);
    let place = added.location().strip_prefix("/api/v1").unwrap().to_owned();
    let code = site.mails()[0].2["code"].clone();
    let check = |code: &Value| {
        let body = json!({ "code": code });
        site.api(&key, "POST", &format!("{place}/_check-code"), &body)
    };
    for _ in 0..10 {
        check_problem(&check(&json!("nonsense")), 400, "invalid-input");
    }
    check_problem(&check(&code), 400, "invalid-input");
}

#[test]
fn contacts_are_changed_confirmed_and_closed_by_whoever_read_them_last() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &contacts, &NOTHING).json();
    let held = &listed["items"][0];
    assert_eq!([&held["answered"], &held["mustConfirm"]], [true, true]);
    let place = format!("{contacts}/{}", held["id"].as_str().unwrap());
    let tag = site
        .api(&key, "GET", &place, &NOTHING)
        .header("etag")
        .to_owned();
    let change = json!({ "severities": ["high"], "language": "en" });
    let changed = patch(&site, &key, &place, &tag, &change);
    assert_eq!(changed.json()["severities"], json!(["high"]), "{changed:?}");
    assert_eq!(changed.json()["mustConfirm"], false);
    check_problem(&patch(&site, &key, &place, &tag, &change), 412, "changed");
    let emptied = patch(&site, &key, &place, "*", &json!({ "language": null }));
    assert_eq!(
        [&emptied.json()["language"], &emptied.json()["severities"]],
        [&NOTHING, &json!(["high"])]
    );
    let confirmed = site.api(&key, "POST", &format!("{contacts}/_confirm"), &NOTHING);
    assert_eq!(confirmed.json()["confirmedAt"], testkit::now().to_string());
    let close = |tag| site.api_with(&key, "DELETE", &place, &NOTHING, &[("if-match", tag)]);
    check_problem(&close(&tag), 412, "changed");
    assert_eq!(close("*").status, StatusCode::NO_CONTENT);
    check_problem(&close("*"), 404, "not-found");
    assert!(site.mails().is_empty(), "messages went there already");
}

#[test]
fn all_that_is_wrong_with_a_contact_is_said_at_once() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let wrong = json!({ "role": "<b>", "email": "nobody", "severities": ["worst"], "hours": 7 });
    let answer = site.api(&key, "POST", &contacts, &wrong);
    check_problem(&answer, 400, "invalid-input");
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let mut places: Vec<_> = errors.iter().map(|one| one["pointer"].clone()).collect();
    places.sort_by_key(ToString::to_string);
    assert_eq!(places, ["/email", "/hours", "/role", "/severities"]);
}

#[test]
fn a_preview_says_what_a_contact_would_have_received_with_other_choices() {
    let site = site();
    tell(&site, &["192.0.2.3", "192.0.2.4"]);
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &contacts, &NOTHING).json();
    let contact = listed["items"][0]["id"].clone();
    let preview = |body: Value| {
        let answer = site.api(&key, "POST", &format!("{contacts}/_preview"), &body);
        answer.json()["items"][0].clone()
    };
    let usual = preview(json!({}));
    assert_eq!(usual["findings"], 2, "{usual}");
    assert_eq!(
        usual["threats"],
        json!([{ "threat": "open-rdp", "messages": 1 }])
    );
    let other = json!({ "items": [{ "contact": contact, "severities": ["critical"] }] });
    assert_eq!(preview(other)["findings"], 0);
}

#[test]
fn the_key_of_a_contact_is_given_read_replaced_and_removed() {
    let Some(gpg) = Gpg::start() else { return };
    let site = site();
    // Mails say where the portal is.
    let origin = |tx: &mut store::Tx<'_>| tx.set_public_origin(Some("https://warnings.example"));
    site.store().write(origin).unwrap();
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let listed = site.api(&key, "GET", &contacts, &NOTHING).json();
    let contact = &listed["items"][0];
    let email = contact["email"].as_str().unwrap();
    let place = format!("{contacts}/{}/key", contact["id"].as_str().unwrap());
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
    let put = |text: &str, tag: &str| {
        let body = json!({ "certificate": text });
        let json = ("content-type", "application/json");
        site.api_with(&key, "PUT", &place, &body, &[json, ("if-match", tag)])
    };
    let refused = put("-----BEGIN PGP PUBLIC KEY BLOCK-----", "*");
    check_problem(&refused, 400, "invalid-input");
    assert_eq!(refused.json()["errors"][0]["code"], "unreadable");
    gpg.make_key(
        &format!("Hospital <{email}>"),
        "future-default",
        "2027-01-01",
    );
    let public = String::from_utf8(gpg.public_keys(&[email])).unwrap();
    let given = put(&public, "*");
    assert_eq!(given.status, StatusCode::OK, "{given:?}");
    let shown = site.api(&key, "GET", &place, &NOTHING);
    assert_eq!(shown.json(), given.json());
    assert_eq!(
        (&shown.json()["algorithm"], &shown.json()["namesAddress"]),
        (&json!("Curve25519"), &json!(true))
    );
    assert!(
        site.mails()
            .iter()
            .any(|(kind, to, _)| kind == "contact-key" && to == email)
    );
    check_problem(&put(&public, "\"another\""), 412, "changed");
    let remove = |tag: &str| site.api_with(&key, "DELETE", &place, &NOTHING, &[("if-match", tag)]);
    check_problem(&remove("\"another\""), 412, "changed");
    assert_eq!(remove(shown.header("etag")).status, StatusCode::NO_CONTENT);
    check_problem(&remove("*"), 404, "not-found");
    // Whoever read it did not see that it was removed.
    check_problem(&put(&public, shown.header("etag")), 412, "changed");
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
    let given = json!({ "certificate": public });
    let given = site.api(&key, "PUT", &place, &given);
    assert_eq!(given.status, StatusCode::OK, "{given:?}");
}

#[test]
fn a_contact_has_a_telephone_number_that_is_answered_day_and_night_or_not() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let contacts = format!("{}/contacts", home(&site, "hospital"));
    let new = |phone: &str| json!({ "role": "night", "email": "night@hospital.example", "phone": phone, "phoneAlways": true });
    let wrong = site.api(&key, "POST", &contacts, &new("call us"));
    check_problem(&wrong, 400, "invalid-input");
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/phone");
    let added = site.api(&key, "POST", &contacts, &new("070 555 01 23"));
    assert_eq!(
        [&added.json()["phone"], &added.json()["phoneAlways"]],
        [&json!("+31705550123"), &json!(true)],
        "{added:?}"
    );
    let place = added.location().strip_prefix("/api/v1").unwrap().to_owned();
    let named = patch(&site, &key, &place, "*", &json!({ "language": "en" }));
    assert_eq!(named.json()["phone"], "+31705550123", "it stays");
    let emptied = patch(&site, &key, &place, "*", &json!({ "phone": null }));
    assert_eq!(
        [&emptied.json()["phone"], &emptied.json()["phoneAlways"]],
        [&NOTHING, &json!(false)]
    );
    let listed = site.api(&key, "GET", &contacts, &NOTHING).json();
    let place = format!("{contacts}/{}", listed["items"][0]["id"].as_str().unwrap());
    let always = json!({ "phoneAlways": true });
    let nobody = patch(&site, &key, &place, "*", &always);
    check_problem(&nobody, 400, "invalid-input");
    assert_eq!(nobody.json()["errors"][0]["pointer"], "/phoneAlways");
    let new = json!({ "role": "day", "email": "day@hospital.example", "phone": null, "phoneAlways": true });
    let nobody = site.api(&key, "POST", &contacts, &new);
    check_problem(&nobody, 400, "invalid-input");
    assert_eq!(nobody.json()["errors"][0]["pointer"], "/phoneAlways");
}
