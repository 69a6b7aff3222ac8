//! What a person approves is what is sent.

use std::sync::Arc;
use std::time::Duration;

use message::{Decider, SentAgain, Shown, show};
use pipeline::distribute::{SmtpRelay, Transport};
use store::DeskChange;
use testkit::smtp::{Behaviour, MailServer};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

use crate::checks::{hold_alerts, rdp};

fn desk_with_a_held_message(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    desk
}

fn shown(desk: &Desk) -> Shown {
    let notification = desk.flow.store.read(|tx| tx.notification(1)).unwrap();
    let notification = notification.unwrap();
    let now = desk.flow.clock.now();
    desk.flow
        .store
        .read(|tx| show(tx, &notification, now))
        .unwrap()
}

fn approve(desk: &Desk) {
    let decider = Decider {
        now: desk.flow.clock.now(),
        name: "an analyst",
    };
    assert!(desk.flow.store.write(|tx| decider.approve(tx, 1)).unwrap());
}

/// The desk gets another name.
fn rename(desk: &Desk) {
    let change = DeskChange {
        name: Some("another name".into()),
        ..DeskChange::default()
    };
    let changed = desk.flow.store.write(|tx| {
        let desk = tx.desk_named(None)?.unwrap();
        tx.change_desk(desk, &change)
    });
    changed.unwrap();
}

/// The contact gets another address.
fn move_contact(test: &TestStore) {
    test.tamper("UPDATE contact SET email = 'new@bakery.example'");
}

fn what_was_shown_before_it_was_approved_is_what_arrives(test: &TestStore) {
    let desk = desk_with_a_held_message(test);
    let before = shown(&desk);
    assert!(!before.is_settled);
    approve(&desk);
    rename(&desk);
    test.tamper(
        "INSERT INTO contact (party_no, email, role, severities, language, reader)
         SELECT party_no, 'new@bakery.example', 'watch', severities, language, reader FROM contact",
    );
    let after = shown(&desk);
    assert_eq!(
        after,
        Shown {
            is_settled: true,
            body: after.body.clone(),
            ..before.clone()
        }
    );
    assert_eq!(
        after.body.replace('\r', "").trim_end(),
        before.body.trim_end()
    );
    assert_eq!(desk.work().handed_over, 1);
    let mail = &desk.mails()[0];
    assert_eq!(mail.to, before.to[0].as_str());
    assert_eq!((&mail.subject, &mail.body), (&after.subject, &after.body));
}

fn what_is_held_shows_what_would_go_out_now(test: &TestStore) {
    let desk = desk_with_a_held_message(test);
    rename(&desk);
    move_contact(test);
    let shown = shown(&desk);
    assert_eq!(shown.to[0].as_str(), "new@bakery.example");
    assert!(shown.body.contains("another name"), "{}", shown.body);
}

fn an_address_that_was_removed_after_the_approval_gets_nothing(test: &TestStore) {
    let desk = desk_with_a_held_message(test);
    approve(&desk);
    move_contact(test);
    assert_eq!(desk.work().handed_over, 1);
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "new@bakery.example");
}

fn what_is_sent_again_shows_to_whom_and_what_it_says_now(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = desk_with_a_held_message(test);
    let relay = SmtpRelay::new(&server.url(), None, None, Duration::from_secs(10)).unwrap();
    desk.flow.transport = Arc::new(Transport::Smtp(Box::new(relay)));
    approve(&desk);
    server.next(&[Behaviour::Refuse; 2]);
    let again = |desk: &Desk| {
        let decider = Decider {
            now: desk.flow.clock.now(),
            name: "an analyst",
        };
        let again = desk.flow.store.write(|tx| decider.send_again(tx, 1));
        assert_eq!(again.unwrap(), SentAgain::Again);
    };
    desk.work();
    // The same address: its second text is shown before and after it was tried.
    rename(&desk);
    again(&desk);
    for _ in 0..2 {
        let shown = shown(&desk);
        assert!(shown.body.contains("another name"), "{}", shown.body);
        desk.work();
    }
    // Another address: nobody is told of the old one.
    move_contact(test);
    again(&desk);
    for _ in 0..2 {
        let to = shown(&desk).to;
        assert_eq!(to.len(), 1);
        assert_eq!(to[0].as_str(), "new@bakery.example");
        desk.work();
    }
    assert_eq!(server.count(), 1);
}

fn a_desk_that_is_not_complete_settles_when_it_is(test: &TestStore) {
    let desk = desk_with_a_held_message(test);
    test.tamper("UPDATE desk SET sender = NULL");
    approve(&desk);
    assert!(!shown(&desk).is_settled);
    assert_eq!(desk.work().handed_over, 0);
    testkit::complete_desk(&desk.flow.store);
    assert_eq!(desk.work().handed_over, 1);
}

both_engines!(
    what_was_shown_before_it_was_approved_is_what_arrives,
    what_is_held_shows_what_would_go_out_now,
    an_address_that_was_removed_after_the_approval_gets_nothing,
    what_is_sent_again_shows_to_whom_and_what_it_says_now,
    a_desk_that_is_not_complete_settles_when_it_is,
);
