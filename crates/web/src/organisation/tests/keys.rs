//! The key of a contact: given, shown, replaced and removed.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use model::{IdKind, OrganisationRole};
use testkit::{Gpg, RegisterBuilder, now};

use crate::testing::{Answer, Browser, TestSite};

const ADDRESS: &str = "security@hospital.example";

fn site() -> TestSite {
    let site = TestSite::new();
    site.desk
        .import(&RegisterBuilder::new().organisation("hospital"));
    let origin = |tx: &mut store::Tx<'_>| tx.set_public_origin(Some("https://warnings.example"));
    site.store().write(origin).unwrap();
    site
}

fn page(site: &TestSite) -> String {
    let contact = site.site.id(IdKind::Contact, 1);
    let party = site.party_id("hospital");
    format!("/organisations/{party}/contacts/{contact}/key")
}

/// Sends a key as the form does.
fn give(browser: &mut Browser<'_>, page: &str, text: &[u8], file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, content) in [("text\"", text), ("file\"; filename=\"key.asc\"", file)] {
        let head = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    let request = Request::post(page)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin");
    browser.ask(request.body(Body::from(body)).unwrap())
}

fn count(site: &TestSite, kind: &str) -> usize {
    let waiting = site
        .store()
        .write(|tx| tx.take_service_mails(100, std::time::Duration::from_secs(60), now()));
    let waiting = waiting.unwrap();
    waiting.iter().filter(|mail| mail.kind == kind).count()
}

#[test]
fn a_key_is_given_shown_and_removed_and_everybody_who_must_know_gets_a_mail() {
    let Some(gpg) = Gpg::start() else { return };
    let site = site();
    let person = site.person("owner@hospital.example");
    site.join(person, "hospital", OrganisationRole::Administrator);
    let mut owner = site.signed_in(person);
    let page = page(&site);
    gpg.make_key(
        &format!("Hospital <{ADDRESS}>"),
        "future-default",
        "2027-01-01",
    );
    let key = gpg.public_keys(&[ADDRESS]);

    assert!(owner.get(&page).body.contains("There is no key yet"));
    let given = give(&mut owner, &page, b"", &key);
    assert_eq!(given.location(), format!("{page}?done=given"));
    assert_eq!(
        count(&site, "contact-key"),
        2,
        "the address and the administrator"
    );
    let again = give(&mut owner, &page, &key, b"");
    assert_eq!(again.location(), format!("{page}?done=same"));
    let shown = owner.get(&page).body;
    assert!(
        shown.contains("Curve25519") && shown.contains("2027"),
        "{shown}"
    );
    assert!(!shown.contains("does not stand in the key"), "{shown}");
    let contacts = page.split("/contacts/").next().unwrap().to_owned() + "/contacts";
    assert!(
        owner
            .get(&contacts)
            .body
            .contains("Encryption for security@hospital.example: Yes")
    );

    gpg.make_key("Other <other@hospital.example>", "future-default", "never");
    give(
        &mut owner,
        &page,
        &gpg.public_keys(&["other@hospital.example"]),
        b"",
    );
    assert!(owner.get(&page).body.contains("does not stand in the key"));

    let fingerprint = |shown: &str| {
        let (_, rest) = shown.split_once("name=\"fingerprint\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    // The page was read before the key was replaced.
    let old = fingerprint(&shown);
    let remove = format!("{page}/remove");
    let refused = owner.post(&remove, &[("fingerprint", &old)]);
    assert_eq!(refused.location(), format!("{page}?done=changed"));
    let now_there = fingerprint(&owner.get(&page).body);
    let removed = owner.post(&remove, &[("fingerprint", &now_there)]);
    assert_eq!(removed.location(), format!("{page}?done=removed"));
    assert_eq!(
        owner.post(&remove, &[("fingerprint", &now_there)]).status,
        StatusCode::NOT_FOUND
    );
    let history = page.split("/contacts/").next().unwrap().to_owned() + "/history";
    let history = owner.get(&history).body;
    assert!(
        history.contains("Key of a contact added") && history.contains("Key of a contact removed")
    );
}

#[test]
fn what_is_no_key_is_refused_with_its_reason() {
    let site = site();
    let person = site.person("owner@hospital.example");
    site.join(person, "hospital", OrganisationRole::Administrator);
    let mut owner = site.signed_in(person);
    let page = page(&site);
    for (given, want) in [
        (vec![], "This is not an OpenPGP key"),
        (b"my key".to_vec(), "This is not an OpenPGP key"),
        (vec![b'a'; 1 << 20], "larger than 64 KB"),
    ] {
        let answer = give(&mut owner, &page, b"", &given);
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains(want), "{want}: {}", answer.body);
    }
}

#[test]
fn only_who_proved_itself_lately_changes_a_key_and_a_reader_never_does() {
    let site = site();
    let (person, reader) = (
        site.person("owner@hospital.example"),
        site.person("reader@hospital.example"),
    );
    site.join(person, "hospital", OrganisationRole::Administrator);
    site.join(reader, "hospital", OrganisationRole::Reader);
    let page = page(&site);
    let answer = give(&mut site.signed_in(reader), &page, b"a key", b"");
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let read = site.signed_in(reader).get(&page);
    assert!(!read.body.contains("<textarea"), "{}", read.body);
    let long_ago = now().plus_seconds(-900);
    let mut owner = site.signed_in_at(person, long_ago);
    let remove = format!("{page}/remove");
    for answer in [
        give(&mut owner, &page, b"a key", b""),
        owner.post(&remove, &[("fingerprint", "of a key")]),
    ] {
        assert!(
            answer.location().starts_with("/account/prove"),
            "{}",
            answer.status
        );
    }
}
