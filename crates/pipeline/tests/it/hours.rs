//! Office hours of contacts: what is not critical waits for them, and the rest does not.

use std::sync::Arc;
use std::time::Duration;

use message::Decider;
use model::{ReadingHours, Timestamp, Timing};
use pipeline::distribute::{SmtpRelay, Transport};
use store::NotificationState;
use testkit::smtp::{Behaviour, MailServer};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines};

use crate::checks::{hold_alerts, rdp, states};

/// A Saturday morning.
const SATURDAY: &str = "2026-11-21T09:00:00Z";
/// The next opening: Monday at 08:00 in Amsterdam.
const OPENING: &str = "2026-11-23T07:00:00Z";

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// On a Saturday, with one contact that is read in office hours and one that is read day and night.
fn desk_of(test: &TestStore) -> Desk {
    let mut desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .contact("bakery", "night@bakery.example")
        .asset("bakery", "prefix", "192.0.2.0/24");
    desk.import(&register);
    desk.at(moment(SATURDAY));
    test.tamper(
        "INSERT INTO contact_detail (contact_no, party_no, is_always_on, keeps_hours, confirmed_at)
         SELECT contact_no, party_no, CASE WHEN email LIKE 'night%' THEN 1 ELSE 0 END,
                CASE WHEN email LIKE 'night%' THEN 0 ELSE 1 END, 1 FROM contact",
    );
    desk
}

fn receivers(desk: &Desk) -> Vec<String> {
    desk.mails().into_iter().map(|mail| mail.to).collect()
}

fn what_is_not_critical_waits_for_the_next_opening(test: &TestStore) {
    let mut desk = desk_of(test);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(receivers(&desk), ["night@bakery.example"]);
    let found = desk.flow.store.read(|tx| tx.notification(1)).unwrap();
    let waits = found.unwrap().waits_until(moment(SATURDAY));
    assert_eq!(waits, Some(moment(OPENING)));
    desk.at(moment(OPENING).plus_seconds(-1));
    assert_eq!(desk.work().handed_over, 0);
    desk.at(moment(OPENING));
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn a_mail_waits_for_the_rhythm_of_its_contact(test: &TestStore) {
    let mut desk = desk_of(test);
    test.tamper("UPDATE contact_detail SET rhythm = 'daily 12:00' WHERE is_always_on = 1");
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 0);
    // Noon in Amsterdam.
    desk.at(moment("2026-11-21T11:00:00Z"));
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(receivers(&desk), ["night@bakery.example"]);
}

fn what_is_critical_does_not_wait(test: &TestStore) {
    let desk = desk_of(test);
    let report = testkit::Report::new("scan_rdp").row(&[
        ("timestamp", "2026-11-21 08:00:00"),
        ("ip", "192.0.2.1"),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "critical"),
    ]);
    desk.report(&report);
    assert_eq!(desk.work().handed_over, 2);
}

fn what_is_approved_on_a_saturday_shows_until_when_it_waits(test: &TestStore) {
    let desk = desk_of(test);
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let waiting = || {
        let now = moment(SATURDAY);
        let shown = desk.flow.store.read(|tx| {
            let found = tx.notification(1)?.unwrap();
            message::show(tx, &found, now)
        });
        let shown = shown.unwrap();
        assert_eq!(shown.to.len(), 2);
        shown.waiting
    };
    let before = waiting();
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].1, moment(OPENING));
    let decider = Decider {
        name: "an analyst",
        now: moment(SATURDAY),
    };
    desk.flow.store.write(|tx| decider.approve(tx, 1)).unwrap();
    assert_eq!(waiting(), before);
    assert_eq!(desk.work().handed_over, 1);
}

fn an_address_with_a_task_that_does_not_wait_gets_everything_at_once(test: &TestStore) {
    let desk = desk_of(test);
    test.tamper(
        "INSERT INTO contact (party_no, email, role, severities, language, reader)
         SELECT party_no, email, 'watch', severities, language, reader FROM contact WHERE email NOT LIKE 'night%'",
    );
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 2);
}

/// Friday at noon in Amsterdam, and that evening.
const FRIDAY: &str = "2026-11-20T11:00:00Z";
const FRIDAY_EVENING: &str = "2026-11-20T19:00:00Z";

fn what_a_pause_held_up_until_the_evening_waits_for_the_next_opening(test: &TestStore) {
    let mut desk = desk_of(test);
    let store = desk.flow.store.clone();
    hold_alerts(&desk);
    desk.at(moment(FRIDAY));
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let pause = |why| store.write(|tx| tx.set_paused(why)).unwrap();
    pause(Some((moment(FRIDAY), "wrong text")));
    let decider = Decider {
        name: "an analyst",
        now: moment(FRIDAY),
    };
    store.write(|tx| decider.approve(tx, 1)).unwrap();
    assert_eq!(desk.work().handed_over, 0);
    desk.at(moment(FRIDAY_EVENING));
    pause(None);
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(receivers(&desk), ["night@bakery.example"]);
    let found = store.read(|tx| tx.notification(1)).unwrap().unwrap();
    let waits = found.waits_until(moment(FRIDAY_EVENING));
    assert_eq!(waits, Some(moment(OPENING)));
    desk.at(moment(OPENING).plus_seconds(-1));
    assert_eq!(desk.work().handed_over, 0);
    desk.at(moment(OPENING));
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

/// As [`desk_of`], without the contact that is read day and night.
fn desk_with_office_hours(test: &TestStore) -> Desk {
    let desk = desk_of(test);
    test.tamper("DELETE FROM contact_detail WHERE is_always_on = 1");
    test.tamper("DELETE FROM contact WHERE email LIKE 'night%'");
    desk
}

fn what_failed_for_now_at_the_end_of_the_day_is_tried_again_soon(test: &TestStore) {
    let server = MailServer::start();
    let mut desk = desk_with_office_hours(test);
    let relay = SmtpRelay::new(&server.url(), None, None, Duration::from_secs(10)).unwrap();
    desk.flow.transport = Arc::new(Transport::Smtp(Box::new(relay)));
    server.next(&[Behaviour::Defer]);
    let at_two_to_six = moment("2026-11-20T16:58:00Z");
    desk.at(at_two_to_six);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 0);
    desk.at(at_two_to_six.plus_seconds(300));
    assert_eq!(desk.work().handed_over, 1);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn a_contact_that_was_removed_while_its_mail_waits_gets_nothing(test: &TestStore) {
    let mut desk = desk_of(test);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 1);
    test.tamper("DELETE FROM contact_detail WHERE keeps_hours = 1");
    test.tamper("DELETE FROM contact WHERE email NOT LIKE 'night%'");
    desk.at(moment(OPENING));
    assert_eq!(desk.work().handed_over, 0);
    assert_eq!(receivers(&desk), ["night@bakery.example"]);
    assert_eq!(states(&desk), [NotificationState::Delivered]);
}

fn what_waits_for_an_organisation_that_left_is_withheld(test: &TestStore) {
    let mut desk = desk_with_office_hours(test);
    desk.report(&rdp(&["192.0.2.1"]));
    assert_eq!(desk.work().handed_over, 0);
    let leave = |tx: &mut store::Tx<'_>| tx.leave(1, "its administrator", moment(SATURDAY));
    desk.flow.store.write(leave).unwrap();
    desk.at(moment(OPENING));
    assert_eq!(desk.work().handed_over, 0);
    assert_eq!(receivers(&desk), [""; 0]);
    let found = desk.flow.store.read(|tx| tx.notification(1)).unwrap();
    let found = found.unwrap();
    assert_eq!(found.state, NotificationState::Withheld);
    assert_eq!(found.reason, "the organisation is closed");
}

fn what_was_chosen_is_what_is_kept(test: &TestStore) {
    let desk = desk_of(test);
    for hours in ReadingHours::ALL {
        let put = desk.flow.store.write(|tx| {
            let own = tx.own_contacts(1)?.remove(0);
            let row = model::register::ContactRow {
                organisation: String::new(),
                role: own.role,
                email: own.email,
                severities: own.severities,
                language: own.language,
                reader: own.reader,
            };
            let timing = Timing {
                hours: *hours,
                rhythm: "mon 09:00".parse().unwrap(),
            };
            tx.put_own_contact(1, &row, &timing, moment(SATURDAY))?;
            Ok::<_, store::StoreError>(tx.own_contacts(1)?.remove(0).timing == timing)
        });
        assert!(put.unwrap(), "{hours}");
    }
}

both_engines!(
    what_is_not_critical_waits_for_the_next_opening,
    a_mail_waits_for_the_rhythm_of_its_contact,
    what_is_critical_does_not_wait,
    what_is_approved_on_a_saturday_shows_until_when_it_waits,
    an_address_with_a_task_that_does_not_wait_gets_everything_at_once,
    what_a_pause_held_up_until_the_evening_waits_for_the_next_opening,
    what_failed_for_now_at_the_end_of_the_day_is_tried_again_soon,
    a_contact_that_was_removed_while_its_mail_waits_gets_nothing,
    what_waits_for_an_organisation_that_left_is_withheld,
    what_was_chosen_is_what_is_kept,
);
