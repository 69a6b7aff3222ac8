//! Mails to contacts with a key: encrypted so that GnuPG reads them, and never in clear when the key cannot be used.

use message::Decider;
use message::openpgp::Certificate;
use model::Timestamp;
use pipeline::distribute::{SmtpRelay, Transport};
use store::{NewContactKey, NotificationState};
use testkit::smtp::{Behaviour, MailServer};
use testkit::{Desk, Gpg, Received, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::checks::{hold_alerts, rdp, states};

const ADDRESS: &str = "security@bakery.example";

fn desk_of(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    let store = &desk.flow.store;
    store
        .write(|tx| tx.set_public_origin(Some("https://warnings.example")))
        .unwrap();
    desk
}

/// Gives the contact of the bakery a key that gpg makes.
fn give_key(desk: &Desk, gpg: &Gpg, algorithm: &str, ends: &str) {
    let name = format!("{algorithm} {ends} <{ADDRESS}>");
    gpg.make_key(&name, algorithm, ends);
    // Exactly this name: gpg finds parts of names too.
    let exported = gpg.public_keys(&[&format!("={name}")]);
    let certificate = Certificate::read(&exported, now()).unwrap();
    put(desk, certificate.bytes(), certificate.ends_at());
}

fn put(desk: &Desk, certificate: &[u8], ends_at: Option<Timestamp>) {
    let email = ADDRESS.parse().unwrap();
    let new = NewContactKey {
        party_no: 1,
        email: &email,
        certificate,
        fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
        algorithm: "Curve25519",
        ends_at,
        remind_at: None,
    };
    let store = &desk.flow.store;
    store.write(|tx| tx.put_contact_key(&new, now())).unwrap();
}

/// Mails about findings, without those about accounts.
fn warnings(desk: &Desk) -> Vec<Received> {
    let mut mails = desk.mails();
    mails.retain(|mail| mail.file.starts_with("NTF-"));
    mails
}

/// The armour in a mail.
fn armor(mail: &Received) -> String {
    let text = String::from_utf8(mail.bytes.clone()).unwrap();
    let (_, begun) = text.split_once("-----BEGIN PGP MESSAGE-----").unwrap();
    format!("-----BEGIN PGP MESSAGE-----{begun}")
}

fn who_has_the_key_reads_the_whole_mail_and_nobody_else_a_word(test: &TestStore) {
    let Some(gpg) = Gpg::start() else { return };
    for (case, algorithm) in ["future-default", "default"].into_iter().enumerate() {
        let desk = desk_of(test);
        give_key(&desk, &gpg, algorithm, "never");
        desk.report(&rdp(&[&format!("192.0.2.{}", case + 1)]));
        assert_eq!(desk.work().handed_over, 1);
        let mails = warnings(&desk);
        let mail = mails.last().unwrap();
        let outside = String::from_utf8(mail.bytes.clone()).unwrap();
        for secret in [
            "RDP",
            "192.0.2",
            "HOOG",
            "Severity",
            "open-rdp",
            "References",
        ] {
            assert!(!outside.contains(secret), "{secret} in {outside}");
        }
        let number = case + 1;
        let subject = format!("[TLP:AMBER] Versleuteld bericht NTF-2026-00000{number}");
        assert_eq!(mail.subject, subject);
        assert!(outside.lines().all(|line| line.len() <= 200), "{outside}");
        let inside = Received::parse(gpg.decrypted(armor(mail).as_bytes()).as_bytes());
        assert!(inside.subject.contains("[HOOG]"), "{}", inside.subject);
        assert!(inside.body.contains(&format!("192.0.2.{number}")));
        assert_eq!(inside.message_id, mail.message_id);
        let kind = inside.header("Content-Type").unwrap();
        assert!(kind.contains("hp=\"cipher\""), "{kind}");
        assert_eq!(desk.work().handed_over, 0);
    }
}

fn a_repeat_of_an_encrypted_mail_has_the_same_bytes(test: &TestStore) {
    let Some(gpg) = Gpg::start() else { return };
    let mut desk = desk_of(test);
    give_key(&desk, &gpg, "future-default", "never");
    let server = MailServer::start();
    server.next(&[Behaviour::DropAfterData, Behaviour::Defer]);
    let relay = SmtpRelay::new(&server.url(), None, None, std::time::Duration::from_secs(5));
    desk.flow.transport = std::sync::Arc::new(Transport::Smtp(Box::new(relay.unwrap())));
    desk.report(&rdp(&["192.0.2.1"]));
    for minutes in [0, 6, 30] {
        desk.at(now().plus_seconds(60 * minutes));
        desk.work();
        // Another key does not change what was tried.
        give_key(&desk, &gpg, "future-default", &format!("{}d", minutes + 60));
    }
    let taken = server.taken();
    assert_eq!(taken.len(), 2, "one was lost after it was taken");
    assert_eq!(taken[0].bytes, taken[1].bytes);
    assert!(
        gpg.decrypted(armor(&Received::parse(&taken[1].bytes)).as_bytes())
            .contains("192.0.2.1")
    );
}

fn what_was_approved_in_clear_goes_out_encrypted(test: &TestStore) {
    let Some(gpg) = Gpg::start() else { return };
    let desk = desk_of(test);
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let decider = Decider {
        now: now(),
        name: "an analyst",
    };
    let shown = || {
        let store = &desk.flow.store;
        let found = store.read(|tx| tx.notification(1)).unwrap().unwrap();
        store.read(|tx| message::show(tx, &found, now())).unwrap()
    };
    desk.flow.store.write(|tx| decider.approve(tx, 1)).unwrap();
    assert_eq!(shown().sealed_to, []);
    give_key(&desk, &gpg, "future-default", "never");
    let before = shown();
    assert_eq!(before.sealed_to, before.to);
    assert_eq!(desk.work().handed_over, 1);
    let inside = gpg.decrypted(armor(&warnings(&desk)[0]).as_bytes());
    let inside = Received::parse(inside.as_bytes());
    assert_eq!(
        (&inside.subject, &inside.body),
        (&before.subject, &before.body)
    );
    let after = shown();
    assert!(after.is_settled);
    assert_eq!(
        (&after.subject, &after.sealed_to),
        (&before.subject, &before.to)
    );
    assert_eq!(
        after.body.trim_end(),
        before.body.replace('\r', "").trim_end()
    );
}

fn a_key_that_has_ended_holds_its_mails_up_until_there_is_another(test: &TestStore) {
    let Some(gpg) = Gpg::start() else { return };
    let mut desk = desk_of(test);
    give_key(&desk, &gpg, "future-default", "2026-11-25");
    desk.at(days_later(10));
    desk.report(&rdp(&["192.0.2.1"]));
    for _ in 0..2 {
        let worked = desk.work();
        assert_eq!(worked.handed_over, 0);
    }
    assert_eq!(states(&desk), [NotificationState::Approved]);
    let delivery = desk
        .flow
        .store
        .read(|tx| tx.deliveries_of(1))
        .unwrap()
        .remove(0);
    assert_eq!(delivery.outcome, "the key of the contact has ended");
    let key = desk
        .flow
        .store
        .read(|tx| tx.keys_that_hold_up(10))
        .unwrap()
        .remove(0);
    assert_eq!(
        (key.waits_since, &*key.problem),
        (Some(days_later(10)), "ended")
    );
    let told = "SELECT COUNT(*) FROM service_mail WHERE kind = 'contact-key'";
    assert_eq!(test.count(told), 1, "people hear of it once");

    give_key(&desk, &gpg, "future-default", "never");
    desk.at(days_later(10).plus_seconds(3_600));
    assert_eq!(desk.work().handed_over, 1);
    assert!(
        gpg.decrypted(armor(&warnings(&desk)[0]).as_bytes())
            .contains("192.0.2.1")
    );
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn a_mail_that_waits_two_weeks_for_a_key_is_given_up(test: &TestStore) {
    let mut desk = desk_of(test);
    put(&desk, b"no key at all", None);
    desk.report(&rdp(&["192.0.2.1"]));
    for day in [0, 7, 14] {
        desk.at(days_later(day));
        desk.work();
    }
    assert_eq!(states(&desk), [NotificationState::Failed]);
    assert!(warnings(&desk).is_empty());
    let given_up = "SELECT COUNT(*) FROM delivery WHERE state = 3 AND given_up = 1";
    assert_eq!(test.count(given_up), 1, "nobody refused it");
}

fn the_other_contacts_get_theirs(test: &TestStore) {
    let desk = desk_of(test);
    desk.import(&RegisterBuilder::new().contact("bakery", "open@bakery.example"));
    put(&desk, b"no key at all", None);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 1);
    let to: Vec<String> = warnings(&desk).into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["open@bakery.example"]);
    assert_eq!(states(&desk), [NotificationState::Approved]);
}

both_engines!(
    who_has_the_key_reads_the_whole_mail_and_nobody_else_a_word,
    a_repeat_of_an_encrypted_mail_has_the_same_bytes,
    what_was_approved_in_clear_goes_out_encrypted,
    a_key_that_has_ended_holds_its_mails_up_until_there_is_another,
    a_mail_that_waits_two_weeks_for_a_key_is_given_up,
    the_other_contacts_get_theirs,
);
