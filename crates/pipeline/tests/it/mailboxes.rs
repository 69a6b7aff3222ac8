//! Mailboxes of participants are looked at each day, by a real name server.

use std::net::UdpSocket;

use model::{MailboxState, OrganisationRole, Timestamp};
use pipeline::upkeep::mailboxes::look;
use store::StoreError;
use testkit::{Desk, DnsServer, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::programme;

/// Participants, with the domain of each as its name.
const PARTICIPANTS: [&str; 4] = ["served", "moved", "closed", "bare"];

/// A desk with participants whose mailboxes were proved now, and an administrator and a contact of each.
fn desk_with_participants(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let mut register = RegisterBuilder::new();
    for name in PARTICIPANTS {
        register = register.organisation(name);
    }
    desk.import(&register);
    let joined = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let programme_no = programme::add(tx)?;
        for name in PARTICIPANTS {
            let (application_no, party_no) = programme::admit(tx, programme_no, name)?;
            let sam = format!("sam@{name}-office.example").parse().unwrap();
            let mailbox = format!("abuse@{name}.example").parse().unwrap();
            tx.test_mailbox(application_no, &mailbox, now())?;
            tx.prove_mailbox(application_no, now(), now())?;
            tx.watch_mailbox(application_no, days_later(1), now())?;
            let person_no = tx.add_person(&sam, "Sam", None, now())?;
            let role = OrganisationRole::Administrator;
            tx.put_membership(person_no, party_no, role, "test", now())?;
        }
        Ok::<_, StoreError>(())
    });
    joined.unwrap();
    desk
}

fn states(desk: &Desk) -> Vec<MailboxState> {
    let watched = desk.flow.store.read(|tx| tx.mailboxes_of(1)).unwrap();
    watched.into_iter().map(|mailbox| mailbox.state).collect()
}

fn warnings(test: &TestStore) -> i64 {
    test.count("SELECT COUNT(*) FROM service_mail WHERE kind = 'mailbox-dead'")
}

fn of_two_mailboxes_that_died_people_hear_once_and_the_state_clears_when_mail_arrives_again(
    test: &TestStore,
) {
    let healthy = [
        "--mx-host=served.example,mx.served.example,10",
        "--host-record=mx.served.example,192.0.2.1",
        "--host-record=bare.example,192.0.2.2",
    ];
    let Some(broken) =
        DnsServer::of_example(&[&healthy[..], &["--dns-rr=closed.example,15,000000"]].concat())
    else {
        return;
    };
    let mut desk = desk_with_participants(test);
    desk.flow.dns_servers = vec![broken.address()];
    assert_eq!(
        look(&desk.flow).unwrap().mailboxes,
        0,
        "nothing is due today"
    );
    use MailboxState::{Alive, Dead};
    for (day, mailboxes, warned) in [(1, 4, 2), (1, 0, 0), (2, 4, 0)] {
        desk.at(days_later(day));
        let looked = look(&desk.flow).unwrap();
        assert_eq!(
            (looked.mailboxes, looked.warned),
            (mailboxes, warned),
            "day {day}"
        );
        assert_eq!(states(&desk), [Alive, Dead, Dead, Alive]);
    }
    let of_contacts =
        "SELECT COUNT(*) FROM service_mail WHERE kind = 'mailbox-dead' AND address LIKE 'abuse@%'";
    assert_eq!(
        test.count(of_contacts),
        0,
        "not to where mail does not arrive"
    );
    assert_eq!(
        warnings(test),
        4,
        "the administrator and the other contact of two"
    );

    let mended = [
        &healthy[..],
        &[
            "--host-record=moved.example,192.0.2.3",
            "--host-record=closed.example,192.0.2.4",
        ],
    ];
    let mended = DnsServer::of_example(&mended.concat()).expect("one started before");
    desk.flow.dns_servers = vec![mended.address()];
    desk.at(days_later(3));
    assert_eq!(look(&desk.flow).unwrap().warned, 0);
    assert_eq!(states(&desk), [Alive; 4]);
    // What dies again is told again.
    desk.flow.dns_servers = vec![broken.address()];
    desk.at(days_later(4));
    assert_eq!(look(&desk.flow).unwrap().warned, 2);
}

fn a_name_server_that_is_silent_leaves_a_mailbox_in_doubt_on_the_third_day(test: &TestStore) {
    // It takes questions and answers none.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut desk = desk_with_participants(test);
    desk.flow.dns_servers = vec![silent.local_addr().unwrap()];
    use MailboxState::{Alive, Doubtful};
    for (day, want, warned) in [(1, Alive, 0), (2, Alive, 0), (3, Doubtful, 4)] {
        desk.at(days_later(day));
        assert_eq!(look(&desk.flow).unwrap().warned, warned, "day {day}");
        assert_eq!(states(&desk), [want; 4], "day {day}");
    }
}

/// A name server by which mail has a way to every participant.
fn every_way_is_open() -> Option<DnsServer> {
    DnsServer::of_example(&[
        "--host-record=served.example,192.0.2.1",
        "--host-record=moved.example,192.0.2.1",
        "--host-record=closed.example,192.0.2.1",
        "--host-record=bare.example,192.0.2.1",
    ])
}

fn a_mailbox_that_refused_our_last_message_is_dead_and_one_of_who_left_is_not_looked_at(
    test: &TestStore,
) {
    let Some(server) = every_way_is_open() else {
        return;
    };
    let mut desk = desk_with_participants(test);
    desk.flow.dns_servers = vec![server.address()];
    fail_message(test, false, days_later(1));
    test.tamper("DELETE FROM mailbox_watch WHERE application_no = 4");
    desk.at(days_later(2));
    assert_eq!(look(&desk.flow).unwrap().mailboxes, 3);
    use MailboxState::{Alive, Dead};
    assert_eq!(states(&desk), [Dead, Alive, Alive]);
    // Somebody answered a code there since: what was refused before does not count.
    let proved = desk.flow.store.write(|tx| {
        let mailbox = "abuse@served.example".parse().unwrap();
        tx.test_mailbox(1, &mailbox, days_later(2))?;
        tx.prove_mailbox(1, days_later(2), days_later(3))?;
        tx.watch_mailbox(1, days_later(4), days_later(3))
    });
    proved.unwrap();
    desk.at(days_later(4));
    look(&desk.flow).unwrap();
    assert_eq!(states(&desk), [Alive; 3]);
}

fn a_message_that_we_gave_up_or_that_was_refused_long_ago_kills_no_mailbox(test: &TestStore) {
    let Some(server) = every_way_is_open() else {
        return;
    };
    let mut desk = desk_with_participants(test);
    desk.flow.dns_servers = vec![server.address()];
    use MailboxState::{Alive, Dead};
    let mut state_at = |day| {
        desk.at(days_later(day));
        look(&desk.flow).unwrap();
        states(&desk)[0]
    };
    fail_message(test, true, days_later(1));
    assert_eq!(state_at(2), Alive, "nobody refused anything");
    fail_message(test, false, days_later(2));
    assert_eq!(
        [state_at(3), state_at(32), state_at(33)],
        [Dead, Dead, Alive]
    );
    // What is given up later takes nothing back.
    fail_message(test, false, days_later(33));
    fail_message(test, true, days_later(34));
    assert_eq!(state_at(35), Dead);
}

/// A message to the first participant that failed: a mail server refused it, or we gave it up.
fn fail_message(test: &TestStore, is_given_up: bool, at: Timestamp) {
    let (at, given_up) = (at.micros(), i64::from(is_given_up));
    test.tamper(&format!(
        "INSERT INTO notification (window_no, part, desk_no, recipient_no, relation, kind, threat_no, role, rsit, severity,
            tlp, language, reader, lawful_basis, state, reason, lines, created_at, decided_by)
         SELECT {at}, 1, 1, party_no, 0, 0, 1, 0, 0, 2, 2, 0, 0, '', 5, '', 1, {at}, '' FROM party WHERE reference = 'served';
         INSERT INTO delivery (notification_no, attempt, address, channel, state, message_id, repeats, outcome, due_at,
            finished_at, given_up)
         SELECT MAX(notification_no), 1, 'abuse@served.example', 0, 3, 'x', 0, '', {at}, {at}, {given_up} FROM notification"
    ));
}

both_engines!(
    of_two_mailboxes_that_died_people_hear_once_and_the_state_clears_when_mail_arrives_again,
    a_name_server_that_is_silent_leaves_a_mailbox_in_doubt_on_the_third_day,
    a_mailbox_that_refused_our_last_message_is_dead_and_one_of_who_left_is_not_looked_at,
    a_message_that_we_gave_up_or_that_was_refused_long_ago_kills_no_mailbox,
);
