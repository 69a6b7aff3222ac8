//! Addresses that are told what happens, as an administrator sees them.

use std::time::Duration;

use axum::http::StatusCode;
use model::{AnswerDoor, AnswerStatus, IdKind, OrganisationRole};
use store::AnswerEvent;
use testkit::{RegisterBuilder, now};

use crate::testing::TestSite;

fn site() -> TestSite {
    let site = TestSite::new();
    site.desk
        .import(&RegisterBuilder::new().organisation("hospital"));
    site
}

fn page(site: &TestSite) -> String {
    format!("/organisations/{}/webhooks", site.party_id("hospital"))
}

#[test]
fn an_administrator_adds_tests_and_removes_a_webhook_whose_secret_is_shown_once() {
    let site = site();
    let person = site.person("owner@hospital.example");
    site.join(person, "hospital", OrganisationRole::Administrator);
    let (mut owner, page) = (site.signed_in(person), page(&site));
    assert!(owner.get(&page).body.contains("There are no webhooks yet"));
    let wrong = owner.post(&page, &[("url", "https://192.0.2.1/in")]);
    assert!(wrong.body.contains("with a name and without a port"));
    let url = "https://hooks.hospital.example/in";
    let added = owner.post(&page, &[("url", url)]);
    assert!(added.body.contains("whsec_"), "{}", added.body);
    assert!(!owner.get(&page).body.contains("whsec_"));
    let again = owner.post(&page, &[("url", url)]);
    assert!(again.body.contains("This address is there already"));

    let one = format!("{page}/{}", site.site.id(IdKind::Webhook, 1));
    let tested = owner.post(&one, &[("act", "test")]);
    assert_eq!(tested.location(), format!("{one}?done=test"));
    let shown = owner.get(&one);
    assert!(
        shown.body.contains("A test waits to be sent"),
        "{}",
        shown.body
    );
    let rotated = owner.post(&one, &[("act", "rotate")]);
    assert!(rotated.body.contains("whsec_") && rotated.body.contains("The old secret works until"));
    let resumed = owner.post(&one, &[("act", "resume")]);
    assert_eq!(resumed.location(), format!("{one}?done=resumed"));
    assert_eq!(
        owner.post(&one, &[("act", "nonsense")]).status,
        StatusCode::BAD_REQUEST
    );
    let removed = owner.post(&one, &[("act", "remove")]);
    assert_eq!(removed.location(), format!("{page}?done=removed"));
    assert_eq!(owner.get(&one).status, StatusCode::NOT_FOUND);
    let history = owner.get(&page.replace("/webhooks", "/history")).body;
    for text in [
        "Webhook added",
        "Secret of a webhook replaced",
        "Webhook resumed",
        "Webhook removed",
    ] {
        assert!(history.contains(text), "{text}: {history}");
    }
    assert!(!history.contains("hooks.hospital.example"), "{history}");
}

#[test]
fn an_event_that_was_not_taken_is_listed_and_sent_again_when_somebody_says_so() {
    let site = site();
    let person = site.person("owner@hospital.example");
    site.join(person, "hospital", OrganisationRole::Administrator);
    let store = &site.desk.flow.store;
    let not_taken = store.write(|tx| {
        let party_no = tx.party_no("hospital")?.unwrap();
        let url = "https://hooks.hospital.example/in";
        tx.add_webhook(party_no, url, "person", now())?;
        let said = answered(party_no);
        tx.add_answer(&said, 0)?;
        let taken = tx.take_webhooks(1, Duration::from_secs(60), now())?;
        let change = tx.changes_of(party_no, 0, 1)?[0];
        tx.set_event_aside(&taken[0], change.change_no, now(), now())
    });
    assert!(not_taken.unwrap());
    let (mut owner, page) = (site.signed_in(person), page(&site));
    let one = format!("{page}/{}", site.site.id(IdKind::Webhook, 1));
    let shown = owner.get(&one).body;
    assert!(shown.contains("A finding was answered") && shown.contains("We send it again"));
    let again = owner.post(&one, &[("act", "send-again")]);
    assert_eq!(again.location(), format!("{one}?done=sent-again"));
    let history = owner.get(&page.replace("/webhooks", "/history")).body;
    assert!(
        history.contains("Events of a webhook sent again"),
        "{history}"
    );
}

fn answered(party_no: i64) -> AnswerEvent {
    AnswerEvent {
        party_no,
        finding_no: 1,
        episode: 1,
        at: now(),
        door: AnswerDoor::Portal,
        actor: "person".into(),
        person_no: None,
        status: Some(AnswerStatus::InProgress),
        until: None,
        patched: None,
        assigned_to: None,
        comment: String::new(),
    }
}

#[test]
fn only_an_administrator_who_proved_itself_lately_adds_a_webhook() {
    let site = site();
    let (owner, contact) = (
        site.person("owner@hospital.example"),
        site.person("contact@hospital.example"),
    );
    site.join(owner, "hospital", OrganisationRole::Administrator);
    site.join(contact, "hospital", OrganisationRole::SecurityContact);
    let page = page(&site);
    let url = [("url", "https://hooks.hospital.example/in")];
    let refused = site.signed_in(contact).post(&page, &url);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let long_ago = now().plus_seconds(-900);
    let answer = site.signed_in_at(owner, long_ago).post(&page, &url);
    assert!(answer.is_given_back_to_prove(), "{answer:?}");
    assert!(
        answer
            .body
            .contains("value=\"https://hooks.hospital.example/in\"")
            || answer
                .body
                .contains("https:&#x2f;&#x2f;hooks.hospital.example&#x2f;in"),
        "{answer:?}"
    );
}
