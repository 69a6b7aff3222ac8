//! Handing over: at most when it may, at least once, and in the outbox exactly once.

use std::sync::Arc;
use std::time::Duration;

use message::{Decider, SentAgain};
use pipeline::distribute::{SmtpRelay, Transport};
use store::{DeskChange, NotificationState};
use testkit::smtp::{At, Behaviour, MailServer};
use testkit::{Desk, Received, RegisterBuilder, TestStore, both_engines};

use crate::checks::{hold_alerts, rdp, states};

/// How long these relays may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

fn desk_of_bakery(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    desk
}

fn mailing(test: &TestStore, server: &MailServer) -> Desk {
    let mut desk = desk_of_bakery(test);
    let relay = SmtpRelay::new(&server.url(), None, None, PATIENCE).unwrap();
    desk.flow.transport = Arc::new(Transport::Smtp(Box::new(relay)));
    desk
}

fn a_paused_installation_sends_nothing_and_then_everything(test: &TestStore) {
    let desk = desk_of_bakery(test);
    desk.flow
        .store
        .write(|tx| tx.set_paused(Some((testkit::now(), "wrong text"))))
        .unwrap();
    desk.report(&rdp(&["192.0.2.1"]));
    let worked = desk.work();
    assert!(worked.distribution_stopped.unwrap().contains("wrong text"));
    assert!(desk.mails().is_empty());
    assert_eq!(states(&desk), [NotificationState::Approved]);
    desk.flow.store.write(|tx| tx.set_paused(None)).unwrap();
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(desk.mails().len(), 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn a_desk_that_is_not_complete_sends_nothing_and_then_everything(test: &TestStore) {
    let desk = desk_of_bakery(test);
    test.tamper("UPDATE desk SET phone = NULL, privacy_en = NULL");
    desk.report(&rdp(&["192.0.2.1"]));
    let stopped = desk.work().distribution_stopped.unwrap();
    assert!(
        stopped.contains("phone") && stopped.contains("privacy-en"),
        "{stopped}"
    );
    assert!(desk.mails().is_empty());
    testkit::complete_desk(&desk.flow.store);
    assert_eq!(desk.work().handed_over, 1);
}

fn a_held_message_goes_out_when_a_person_approves_it(test: &TestStore) {
    let desk = desk_of_bakery(test);
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 0);
    let (held, approved) = ([NotificationState::Held], NotificationState::Approved);
    let now = desk.flow.clock.now();
    desk.flow
        .store
        .write(|tx| tx.move_notification(1, &held, approved, "", (now, "analyst")))
        .unwrap();
    assert_eq!(desk.work().handed_over, 1);
}

fn a_withheld_message_never_goes_out(test: &TestStore) {
    let desk = desk_of_bakery(test);
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let now = desk.flow.clock.now();
    let withheld = NotificationState::Withheld;
    let held = [NotificationState::Held];
    desk.flow
        .store
        .write(|tx| tx.move_notification(1, &held, withheld, "known", (now, "analyst")))
        .unwrap();
    assert_eq!(desk.work().handed_over, 0);
    assert!(desk.mails().is_empty());
}

fn work_done_twice_hands_over_once(test: &TestStore) {
    let desk = desk_of_bakery(test);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 1);
    let before = desk.mails();
    for _ in 0..3 {
        assert_eq!(desk.work().handed_over, 0);
    }
    assert_eq!(desk.mails(), before);
}

fn a_break_between_the_outbox_and_the_note_of_it_leaves_one_file_with_the_same_bytes(
    test: &TestStore,
) {
    let desk = desk_of_bakery(test);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let before = desk.mails();
    // As if the program had died after the rename and before the commit.
    test.tamper("UPDATE delivery SET state = 1, started_at = 0, outcome = ''; UPDATE notification SET state = 2");
    // Meanwhile the desk is called otherwise: the repeat is what was begun, not what would be written now.
    let change = DeskChange {
        name: Some("another name".into()),
        ..DeskChange::default()
    };
    desk.flow
        .store
        .write(|tx| {
            let desk = tx.desk_named(None)?.unwrap();
            tx.change_desk(desk, &change)
        })
        .unwrap();
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(desk.mails(), before);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn two_workers_hand_over_each_message_once(test: &TestStore) {
    let first = Desk::of(test);
    let addresses = organisations(&first, 30);
    first.report(&rdp(&addresses
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()));
    first.work_without_distribution();
    let second = first.beside(test);
    let handed_over: u64 = std::thread::scope(|scope| {
        let workers = [&first, &second].map(|desk| scope.spawn(|| desk.work().handed_over));
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    assert_eq!(handed_over, 30);
    assert_eq!(first.mails().len(), 30);
}

fn a_relay_gets_the_mail_with_its_envelope(test: &TestStore) {
    let server = MailServer::start();
    let desk = mailing(test, &server);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 1);
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].from, "desk@csirt.example");
    assert_eq!(taken[0].to, ["security@bakery.example"]);
    let mail = Received::parse(&taken[0].bytes);
    assert!(mail.body.contains("192.0.2.1"));
    assert!(
        taken[0]
            .bytes
            .split(|byte| *byte == b'\n')
            .all(|line| line.len() < 999),
        "a line is too long for SMTP"
    );
}

fn a_connection_that_breaks_after_the_mail_gives_a_repeat_with_the_same_bytes(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = mailing(test, &server);
    server.next(&[Behaviour::DropAfterData]);
    desk.report(&rdp(&["192.0.2.1"]));
    let worked = desk.work();
    assert_eq!((worked.handed_over, worked.not_handed_over.len()), (0, 1));
    assert_eq!(states(&desk), [NotificationState::Approved]);
    desk.work();
    assert_eq!(server.taken().len(), 1, "not before it is due");
    desk.at(testkit::now().plus_seconds(3_600));
    assert_eq!(desk.work().handed_over, 1);
    let taken = server.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
    let repeats = "SELECT CAST(SUM(repeats) AS BIGINT) FROM delivery";
    assert_eq!(test.count(repeats), 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn a_crash_after_the_relay_took_the_mail_gives_a_repeat_with_the_same_bytes(test: &TestStore) {
    let server = MailServer::start();
    let desk = mailing(test, &server);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    // As if the program had died before it wrote down what the relay said, while it had the message.
    test.tamper(
        "UPDATE delivery SET state = 1, outcome = ''; UPDATE notification SET state = 2, taken_until = 9000000000000000",
    );
    assert_eq!(desk.work().handed_over, 0, "its worker may still live");
    test.end_leases();
    assert_eq!(desk.work().handed_over, 1);
    let taken = server.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
    assert_eq!(
        test.count("SELECT CAST(repeats AS BIGINT) FROM delivery"),
        1
    );
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn mails_go_over_several_connections_and_each_has_its_own_outcome(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = Desk::of(test);
    let relay = SmtpRelay::new(&server.url(), None, None, PATIENCE).unwrap();
    desk.flow.transport = Arc::new(Transport::Smtp(Box::new(relay.with_connections(3))));
    let addresses = organisations(&desk, 11);
    server.next(&[Behaviour::Accept, Behaviour::Refuse, Behaviour::Defer]);
    desk.report(&rdp(&addresses
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()));
    let worked = desk.work();
    assert_eq!((worked.handed_over, worked.not_handed_over.len()), (9, 2));
    desk.at(testkit::now().plus_seconds(3_600));
    assert_eq!(desk.work().handed_over, 1);
    let mut to: Vec<_> = server
        .taken()
        .into_iter()
        .flat_map(|taken| taken.to)
        .collect();
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 10, "nobody got two");
    assert_eq!(server.taken().len(), 10);
}

/// Organisations with an address each; gives the addresses.
fn organisations(desk: &Desk, count: usize) -> Vec<String> {
    let mut register = RegisterBuilder::new();
    let address = |number| format!("192.0.2.{number}");
    for number in 0..count {
        let reference = format!("org-{number}");
        register = register
            .organisation(&reference)
            .asset(&reference, "address", &address(number));
    }
    desk.import(&register);
    (0..count).map(address).collect()
}

fn a_relay_that_says_later_is_asked_later(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = mailing(test, &server);
    server.next(&[Behaviour::Defer, Behaviour::Defer]);
    desk.report(&rdp(&["192.0.2.1"]));
    let mut handed_over = Vec::new();
    for hours in 0..4 {
        desk.at(testkit::now().plus_seconds(hours * 3_600));
        handed_over.push(desk.work().handed_over);
    }
    assert_eq!(handed_over, [0, 0, 1, 0]);
    assert_eq!(server.taken().len(), 1);
}

fn what_a_relay_always_puts_off_is_given_up_by_us_and_not_refused(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = mailing(test, &server);
    server.next(&[Behaviour::Defer; 8]);
    desk.report(&rdp(&["192.0.2.1"]));
    for day in 0..8 {
        desk.at(testkit::days_later(day));
        desk.work();
    }
    assert_eq!(states(&desk), [NotificationState::Failed]);
    let failed = |given_up| {
        test.count(&format!(
            "SELECT COUNT(*) FROM delivery WHERE state = 3 AND given_up = {given_up}"
        ))
    };
    assert_eq!((failed(1), failed(0)), (1, 0));
}

fn a_failed_message_is_sent_again_to_the_contacts_of_now(test: &TestStore) {
    let server = MailServer::start();
    let desk = mailing(test, &server);
    server.next(&[Behaviour::Refuse, Behaviour::Refuse]);
    desk.report(&rdp(&["192.0.2.1"]));
    let said = desk.work().not_handed_over;
    assert_eq!(said[0].matches("no such mailbox").count(), 1, "{said:?}");
    assert_eq!(states(&desk), [NotificationState::Failed]);
    let decider = Decider {
        name: "an analyst",
        now: testkit::now(),
    };
    let again = || {
        desk.flow
            .store
            .write(|tx| decider.send_again(tx, 1))
            .unwrap()
    };
    assert_eq!(again(), SentAgain::Again);
    assert_eq!(again(), SentAgain::NotFailed);
    assert_eq!(desk.work().handed_over, 0, "the same address refuses again");
    assert_eq!(states(&desk), [NotificationState::Failed]);
    test.tamper("UPDATE contact SET email = 'mended@bakery.example'");
    assert_eq!(again(), SentAgain::Again);
    assert_eq!(desk.work().handed_over, 1);
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
    let again_audited = "SELECT COUNT(*) FROM audit WHERE action = 'send-again'";
    assert_eq!(test.count(again_audited), 2);
    let to = "SELECT COUNT(*) FROM delivery WHERE state = 2 AND address = 'mended@bakery.example'";
    assert_eq!(test.count(to), 1);
}

fn a_message_that_is_sent_again_is_tried_as_often_as_a_new_one(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = mailing(test, &server);
    server.next(&[Behaviour::Defer; 9]);
    desk.report(&rdp(&["192.0.2.1"]));
    for day in 0..8 {
        desk.at(testkit::days_later(day));
        desk.work();
    }
    assert_eq!(states(&desk), [NotificationState::Failed]);
    let again_at = testkit::days_later(9);
    let decider = Decider {
        name: "an analyst",
        now: again_at,
    };
    let again = desk.flow.store.write(|tx| decider.send_again(tx, 1));
    assert_eq!(again.unwrap(), SentAgain::Again);
    desk.at(again_at);
    assert_eq!(desk.work().handed_over, 0);
    assert_eq!(states(&desk), [NotificationState::Approved]);
    desk.at(again_at.plus_seconds(300));
    assert_eq!(
        desk.work().handed_over,
        1,
        "five minutes later, as the first time"
    );
}

/// As if a worker had died in the middle of the only attempt.
const BEGUN: &str = "UPDATE delivery SET state = 1, outcome = '', finished_at = NULL; UPDATE notification SET state = 2";

fn what_began_before_its_address_was_removed_is_not_repeated(test: &TestStore) {
    let server = MailServer::start();
    let desk = mailing(test, &server);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    test.tamper(BEGUN);
    test.tamper("UPDATE contact SET email = 'new@bakery.example'");
    assert_eq!(desk.work().handed_over, 1);
    let to: Vec<_> = server.taken().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [["security@bakery.example"], ["new@bakery.example"]]);
    let uncertain = "SELECT COUNT(*) FROM delivery WHERE state = 3 AND given_up = 1 AND outcome LIKE '%may have arrived%'";
    assert_eq!(test.count(uncertain), 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn what_is_withheld_from_a_closed_organisation_keeps_who_approved_it(test: &TestStore) {
    let server = MailServer::start();
    let desk = mailing(test, &server);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    test.tamper(BEGUN);
    test.tamper("UPDATE notification SET decided_by = 'an analyst', decided_at = 7; UPDATE party SET closed_at = 1");
    assert_eq!(desk.work().handed_over, 0);
    assert_eq!(server.count(), 1, "it is not sent again");
    assert_eq!(states(&desk), [NotificationState::Withheld]);
    let kept =
        "SELECT COUNT(*) FROM notification WHERE decided_by = 'an analyst' AND decided_at = 7";
    assert_eq!(test.count(kept), 1);
    let audited = "SELECT COUNT(*) FROM audit WHERE actor = 'distribute' AND action = 'withhold'
        AND subject = 'notification 1'";
    assert_eq!(test.count(audited), 1);
}

fn without_a_contact_a_failed_message_is_not_sent_again(test: &TestStore) {
    let server = MailServer::start();
    let desk = mailing(test, &server);
    server.next(&[Behaviour::Refuse]);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    test.tamper("DELETE FROM contact");
    let decider = Decider {
        name: "an analyst",
        now: testkit::now(),
    };
    let again = desk.flow.store.write(|tx| decider.send_again(tx, 1));
    assert_eq!(again.unwrap(), SentAgain::Nobody);
    assert_eq!(states(&desk), [NotificationState::Failed]);
}

fn a_relay_that_refuses_us_has_refused_no_recipient_and_is_asked_again(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = mailing(test, &server);
    let refusals = [
        (At::Greeting, "554 no service for you"),
        (At::Sender, "550 not your address"),
        (At::Recipient, "554 5.7.1 relay access denied"),
    ];
    server.next(&refusals.map(|(at, answer)| Behaviour::Says(at, answer)));
    desk.report(&rdp(&["192.0.2.1"]));
    for (hours, (_, answer)) in (0..).zip(refusals) {
        desk.at(testkit::now().plus_seconds(hours * 3_600));
        let said = desk.work().not_handed_over;
        assert!(said[0].contains(&answer[4..]), "{said:?}");
        assert_eq!(states(&desk), [NotificationState::Approved]);
    }
    desk.at(testkit::days_later(1));
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(server.count(), 1);
}

fn a_mailbox_that_does_not_exist_is_a_failure_for_a_person(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = mailing(test, &server);
    server.next(&[Behaviour::Refuse]);
    desk.report(&rdp(&["192.0.2.1"]));
    let worked = desk.work();
    assert!(
        worked.not_handed_over[0].contains("no such mailbox"),
        "{worked:?}"
    );
    assert_eq!(states(&desk), [NotificationState::Failed]);
    desk.at(testkit::days_later(3));
    desk.work();
    assert!(server.taken().is_empty());
    let refused = "SELECT COUNT(*) FROM delivery WHERE state = 3 AND given_up = 0";
    assert_eq!(test.count(refused), 1);
}

fn a_relay_that_is_not_there_delays_and_loses_nothing(test: &TestStore) {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut desk = desk_of_bakery(test);
    let relay = SmtpRelay::new(&format!("smtp://127.0.0.1:{port}"), None, None, PATIENCE).unwrap();
    desk.flow.transport = Arc::new(Transport::Smtp(Box::new(relay)));
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 0);
    assert_eq!(states(&desk), [NotificationState::Approved]);
    let server = MailServer::start();
    let relay = SmtpRelay::new(&server.url(), None, None, PATIENCE).unwrap();
    desk.flow.transport = Arc::new(Transport::Smtp(Box::new(relay)));
    desk.at(testkit::now().plus_seconds(3_600));
    assert_eq!(desk.work().handed_over, 1);
}

both_engines!(
    a_failed_message_is_sent_again_to_the_contacts_of_now,
    a_message_that_is_sent_again_is_tried_as_often_as_a_new_one,
    what_began_before_its_address_was_removed_is_not_repeated,
    what_is_withheld_from_a_closed_organisation_keeps_who_approved_it,
    without_a_contact_a_failed_message_is_not_sent_again,
    a_paused_installation_sends_nothing_and_then_everything,
    a_desk_that_is_not_complete_sends_nothing_and_then_everything,
    a_held_message_goes_out_when_a_person_approves_it,
    a_withheld_message_never_goes_out,
    work_done_twice_hands_over_once,
    a_break_between_the_outbox_and_the_note_of_it_leaves_one_file_with_the_same_bytes,
    two_workers_hand_over_each_message_once,
    a_relay_gets_the_mail_with_its_envelope,
    a_connection_that_breaks_after_the_mail_gives_a_repeat_with_the_same_bytes,
    a_crash_after_the_relay_took_the_mail_gives_a_repeat_with_the_same_bytes,
    mails_go_over_several_connections_and_each_has_its_own_outcome,
    a_relay_that_says_later_is_asked_later,
    what_a_relay_always_puts_off_is_given_up_by_us_and_not_refused,
    a_relay_that_refuses_us_has_refused_no_recipient_and_is_asked_again,
    a_mailbox_that_does_not_exist_is_a_failure_for_a_person,
    a_relay_that_is_not_there_delays_and_loses_nothing,
);
