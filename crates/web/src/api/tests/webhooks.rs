use axum::http::StatusCode;
use model::{IdKind, OrganisationRole, Scope};
use serde_json::{Value, json};
use store::AskedOnce;

use super::{ALL, NOTHING, check_problem, home, site};
use crate::visitor::token_digest;

#[test]
fn a_program_adds_a_webhook_and_gets_its_secret_once() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let hooks = format!("{}/webhooks", home(&site, "hospital"));
    let new = json!({ "url": "https://hooks.hospital.example/in" });
    let added = site.api(&key, "POST", &hooks, &new);
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    let secret = added.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    check_problem(&site.api(&key, "POST", &hooks, &new), 409, "exists");
    let inside = json!({ "url": "https://127.0.0.1/in" });
    check_problem(
        &site.api(&key, "POST", &hooks, &inside),
        400,
        "invalid-input",
    );
    let listed = site.api(&key, "GET", &hooks, &NOTHING);
    assert_eq!(listed.json()["items"][0]["state"], "told");
    assert!(!listed.body.contains("whsec_"), "{}", listed.body);

    let place = added.location().strip_prefix("/api/v1").unwrap().to_owned();
    let rotated = site.api(&key, "POST", &format!("{place}/_rotate"), &NOTHING);
    assert_ne!(rotated.json()["secret"], secret, "{rotated:?}");
    assert!(rotated.json()["webhook"]["oldSecretUntil"].is_string());
    let tested = site.api(&key, "POST", &format!("{place}/_test"), &NOTHING);
    assert_eq!(tested.status, StatusCode::NO_CONTENT, "{tested:?}");
    let resumed = site.api(&key, "POST", &format!("{place}/_resume"), &NOTHING);
    assert_eq!(resumed.status, StatusCode::OK, "{resumed:?}");
    let deliveries = site.api(&key, "GET", &format!("{place}/deliveries"), &NOTHING);
    assert_eq!(deliveries.json()["items"], json!([]));
    let again = site.api(&key, "POST", &format!("{place}/_send-again"), &NOTHING);
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{again:?}");
    let set_aside = site.api(&key, "GET", &format!("{place}/set-aside"), &NOTHING);
    assert_eq!(set_aside.json()["items"], json!([]));

    check_problem(
        &site.api(&key, "DELETE", &place, &NOTHING),
        428,
        "if-match-needed",
    );
    let removed = site.api_with(&key, "DELETE", &place, &NOTHING, &[("if-match", "*")]);
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{removed:?}");
    check_problem(&site.api(&key, "GET", &place, &NOTHING), 404, "not-found");
}

#[test]
fn a_secret_is_given_again_to_who_asks_again_and_is_not_kept() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let hooks = format!("{}/webhooks", home(&site, "hospital"));
    let new = json!({ "url": "https://hooks.hospital.example/?a=,\"secret\":\"1/1" });
    let named = |path: &str, body: &Value, name: &str| {
        let answer = site.api_with(&key, "POST", path, body, &[("idempotency-key", name)]);
        assert!(answer.status.is_success(), "{answer:?}");
        answer
    };
    let added = named(&hooks, &new, "a");
    let place = added.location().strip_prefix("/api/v1").unwrap().to_owned();
    let rotate = format!("{place}/_rotate");
    let rotated = named(&rotate, &NOTHING, "b");
    let secrets = [&added, &rotated].map(|it| it.json()["secret"].as_str().unwrap().to_owned());
    assert!(secrets.iter().all(|secret| secret.starts_with("whsec_")));
    assert_ne!(secrets[0], secrets[1]);
    named(&rotate, &NOTHING, "c");
    assert_eq!(named(&hooks, &new, "a").bytes, added.bytes);
    assert_eq!(named(&rotate, &NOTHING, "b").bytes, rotated.bytes);
    let kept = ["a", "b", "c"].map(|name| {
        let asked = AskedOnce {
            key_no: 1,
            digest: token_digest(name),
        };
        let kept = site
            .store()
            .read(|tx| tx.kept_answer(&asked, testkit::now()));
        kept.unwrap().expect("it is kept for a day").body
    });
    for body in kept {
        assert!(!body.contains("whsec_"), "{body}");
    }
}

#[test]
fn what_a_program_did_stands_in_the_history_in_words_with_the_name_of_its_key() {
    let site = site();
    let key = site.organisation_key("hospital", ALL);
    let hospital = home(&site, "hospital");
    let new = json!({ "url": "https://hooks.hospital.example/in" });
    site.api(&key, "POST", &format!("{hospital}/webhooks"), &new);
    let owner = site.person("owner@hospital.example");
    site.join(owner, "hospital", OrganisationRole::Administrator);
    let mut owner = site.signed_in(owner);
    for (language, who, what) in [
        ("en", "A program, with the key “test”", "Webhook added"),
        (
            "nl",
            "Een programma, met de sleutel “test”",
            "Webhook toegevoegd",
        ),
    ] {
        owner.post("/language", &[("choice", language), ("back", "/")]);
        let history = owner.get(&format!("{hospital}/history")).body;
        assert!(history.contains(who) && history.contains(what), "{history}");
    }
}

#[test]
fn a_webhook_is_nobody_elses_and_an_organisation_has_five() {
    let site = site();
    let (own, other) = (
        site.organisation_key("hospital", ALL),
        site.organisation_key("school", ALL),
    );
    let hooks = format!("{}/webhooks", home(&site, "hospital"));
    for number in 0..5 {
        let new = json!({ "url": format!("https://hooks.hospital.example/{number}") });
        let added = site.api(&own, "POST", &hooks, &new);
        assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    }
    let new = json!({ "url": "https://hooks.hospital.example/another" });
    check_problem(&site.api(&own, "POST", &hooks, &new), 409, "full");
    let id = site.site.id(IdKind::Webhook, 1);
    for place in [
        format!("{}/webhooks/{id}", home(&site, "school")),
        format!("{hooks}/{id}"),
    ] {
        let answer = site.api(&other, "GET", &place, &NOTHING);
        check_problem(&answer, 404, "not-found");
    }
    let reads = site.organisation_key("hospital", &[Scope::WebhooksRead]);
    check_problem(&site.api(&reads, "POST", &hooks, &new), 403, "not-allowed");
}
