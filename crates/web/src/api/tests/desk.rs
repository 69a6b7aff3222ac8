use model::{IdKind, OrganisationRole, ReleaseRule};
use serde_json::{Value, json};
use store::{AuditFilter, DeskChange, KeyOwner, NotificationState};

use super::{ALL, NOTHING, check_problem, site, tell};

#[test]
fn a_program_of_the_desk_keeps_messages_back_and_says_why() {
    let site = site();
    let held = site.store().write(|tx| {
        let desk = tx.desk_named(None)?.expect("there is a desk");
        let change = DeskChange {
            alert_rule: Some(ReleaseRule::Hold),
            ..DeskChange::default()
        };
        tx.change_desk(desk, &change)
    });
    held.unwrap();
    tell(&site, &["192.0.2.3"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let listed = site
        .api(&key, "GET", "/messages?state=held", &NOTHING)
        .json();
    let message = &listed["items"][0];
    assert_eq!(
        message["recipientId"],
        site.party_id("hospital").to_string()
    );
    assert!(!listed.to_string().contains("192.0.2.3"), "{listed}");
    let place = format!("/messages/{}", message["id"].as_str().unwrap());
    let act = |act: &str, body: Value| site.api(&key, "POST", &format!("{place}/{act}"), &body);
    for wrong in [json!({}), json!({ "reason": "because" })] {
        let refused = act("_hold", wrong);
        check_problem(&refused, 400, "invalid-input");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/reason");
    }
    let reason = json!({ "reason": "wrong advice about RDP" });
    // It waits already.
    check_problem(&act("_hold", reason.clone()), 409, "exists");
    assert_eq!(act("_withhold", reason.clone()).json()["state"], "withheld");
    check_problem(&act("_withhold", reason), 409, "exists");
    let shown = site.api(&key, "GET", &place, &NOTHING).json();
    assert_eq!(shown["reason"], "wrong advice about RDP");
    check_problem(&act("_approve", json!({})), 404, "not-found");
}

#[test]
fn a_program_of_the_desk_sends_a_failed_message_again_once() {
    let site = site();
    let desk = DeskChange {
        alert_rule: Some(ReleaseRule::Hold),
        ..DeskChange::default()
    };
    let held = site.store().write(|tx| {
        let held = tx.desk_named(None)?.expect("there is a desk");
        tx.change_desk(held, &desk)
    });
    held.unwrap();
    tell(&site, &["192.0.2.3"]);
    let key = site.key(KeyOwner::Desk, ALL);
    let path = format!("/messages/{}", site.site.id(IdKind::Notification, 1));
    let again = |name: &str| {
        let path = format!("{path}/_send-again");
        site.api_with(&key, "POST", &path, &NOTHING, &[("idempotency-key", name)])
    };
    check_problem(&again("a"), 409, "exists");
    let failed = site.store().write(|tx| {
        let (held, failed) = (NotificationState::Held, NotificationState::Failed);
        tx.move_notification(
            1,
            &[held],
            failed,
            "no such mailbox",
            (testkit::now(), "test"),
        )
    });
    assert!(failed.unwrap());
    let sent = again("b");
    assert_eq!(sent.json()["state"], "approved", "{}", sent.body);
    assert_eq!(again("b").body, sent.body, "the answer of the first time");
    check_problem(&again("c"), 409, "exists");
}

#[test]
fn a_program_of_the_desk_pauses_and_cannot_resume() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let state = || site.api(&key, "GET", "/distribution", &NOTHING).json();
    assert_eq!(state()["paused"], false);
    let reason = json!({ "reason": "a source delivers nonsense" });
    let paused = site.api(&key, "POST", "/distribution/_pause", &reason);
    assert_eq!(paused.json(), state());
    assert_eq!(state()["reason"], "a source delivers nonsense");
    let resume = site.api(&key, "POST", "/distribution/_resume", &reason);
    check_problem(&resume, 404, "not-found");
}

#[test]
fn what_waits_and_what_was_delivered_is_listed_without_addresses() {
    let site = site();
    tell(&site, &["192.0.2.3", "203.0.113.9"]);
    let desk = site.key(KeyOwner::Desk, ALL);
    let source = site.source_key("shadowserver", ALL);
    let another = site.source_key("another", ALL);
    let waiting = site.api(&desk, "GET", "/queue-items?queue=unresolved", &NOTHING);
    assert_eq!(waiting.json()["items"][0]["queue"], "unresolved");
    assert!(!waiting.body.contains("203.0.113.9"), "{}", waiting.body);
    for (key, want) in [(&desk, 1), (&source, 1), (&another, 0)] {
        let batches = site.api(key, "GET", "/batches", &NOTHING).json();
        assert_eq!(batches["items"].as_array().unwrap().len(), want);
    }
}

#[test]
fn a_program_of_the_desk_enters_a_legal_class_from_a_day_on() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let place = format!("/organisations/{}", site.party_id("hospital"));
    let classes = format!("{place}/legal-classes");
    let today = testkit::now().day().to_string();
    let new =
        |from: &str| json!({ "from": from, "legalClass": "vital", "evidence": "letter of 1 June" });
    let entered = site.api(&key, "POST", &classes, &new("2026-11-01"));
    let entries = site.api(&key, "GET", &classes, &NOTHING).json();
    assert_eq!(entered.json(), entries);
    let last = entries["classes"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["from"], &last["evidence"]),
        (&json!("2026-11-01"), &json!("letter of 1 June"))
    );
    // The class of today is the one that began last.
    let class = || site.api(&key, "GET", &place, &NOTHING).json()["legalClass"].clone();
    assert_eq!(class(), "other-business");
    site.api(&key, "POST", &classes, &new("2099-01-01"));
    assert_eq!(class(), "other-business");
    site.api(&key, "POST", &classes, &new(&today));
    assert_eq!(class(), "vital");
    check_problem(
        &site.api(&key, "POST", &classes, &new("soon")),
        400,
        "invalid-input",
    );
    let own = site.organisation_key("hospital", ALL);
    check_problem(
        &site.api(&own, "GET", &classes, &NOTHING),
        403,
        "not-allowed",
    );
}

#[test]
fn disputes_are_listed_without_what_they_are_about() {
    let site = site();
    let person = site.person("sam@school.example");
    site.join(person, "school", model::OrganisationRole::Administrator);
    let new = format!("/organisations/{}/assets/new", site.party_id("school"));
    site.signed_in(person)
        .post(&new, &[("value", "192.0.2.0/29")]);
    let key = site.key(KeyOwner::Desk, ALL);
    let listed = site.api(&key, "GET", "/disputes", &NOTHING);
    let dispute = &listed.json()["items"][0];
    assert_eq!(dispute["kind"], "prefix");
    let party = |reference: &str| site.party_id(reference).to_string();
    assert_eq!(dispute["olderOrganisationId"], party("hospital"));
    assert_eq!(dispute["youngerOrganisationId"], party("school"));
    assert!(!listed.body.contains("192.0.2"), "{}", listed.body);
    let source = site.source_key("shadowserver", ALL);
    check_problem(
        &site.api(&source, "GET", "/disputes", &NOTHING),
        403,
        "not-allowed",
    );
}

#[test]
fn a_number_of_the_trade_register_is_of_one_organisation() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let add = |reference: &str, number: Value| {
        let new = json!({ "reference": reference, "name": "Example Shop", "kvkNumber": number });
        site.api(&key, "POST", "/organisations", &new)
    };
    assert_eq!(add("shop", json!("90000017")).status, 201);
    let second = add("other-shop", json!("90000017"));
    check_problem(&second, 409, "exists");
    assert!(second.body.contains("sub-organisation"), "{}", second.body);
    for reference in ["stall", "other-stall"] {
        assert_eq!(add(reference, Value::Null).status, 201, "{reference}");
    }
}

#[test]
fn a_program_of_the_desk_invites_the_first_administrator_and_no_other() {
    let site = site();
    let key = site.key(KeyOwner::Desk, ALL);
    let shop = json!({ "reference": "shop", "name": "Example Shop" });
    let shop = site.api(&key, "POST", "/organisations", &shop).json();
    let shop = shop["id"].as_str().unwrap();
    let place = format!("/organisations/{shop}/_invite-administrator");
    let sam = json!({ "email": "sam@shop.example", "name": "Sam Voorbeeld" });
    assert_eq!(site.api(&key, "POST", &place, &sam).status, 204);
    let (kind, to, facts) = site.mails().pop().unwrap();
    assert_eq!((&kind[..], &to[..]), ("invitation", "sam@shop.example"));
    assert_eq!(facts["organisation"], "Example Shop");
    let owner = site.person("owner@shop.example");
    site.join(owner, "shop", OrganisationRole::Administrator);
    check_problem(&site.api(&key, "POST", &place, &sam), 409, "exists");
    let own = site.organisation_key("shop", ALL);
    check_problem(&site.api(&own, "POST", &place, &sam), 403, "not-allowed");
    let read = format!("/organisations/{shop}");
    site.api(&key, "GET", &read, &NOTHING);
    let last = site.store().read(|tx| {
        let page = tx.audit_page(&AuditFilter::default(), i64::MAX, 1)?;
        Ok::<_, store::StoreError>(page.rows)
    });
    let last = last.unwrap().pop().unwrap();
    assert_eq!(last.action, "read");
    assert_eq!(last.subject, format!("party {shop}"));
}
