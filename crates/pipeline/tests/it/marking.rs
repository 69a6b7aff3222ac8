//! Who may know: a marking neither leaks nor silences.

use model::Tlp;
use pipeline::gather::GatherOptions;
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later};

use crate::checks::{hold_alerts, moment, queued, told};

fn desk_of_bakery(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .organisation("hospital")
        .asset("hospital", "domain", "hospital.example");
    desk.import(&register);
    desk
}

/// Reports an address with a marking; the tag is evidence that can be found again.
fn report(desk: &Desk, tlp: Tlp, days: i64, tag: &str, hostname: &str) {
    let moment = moment(days);
    let row = [
        ("timestamp", moment.as_str()),
        ("ip", "192.0.2.1"),
        ("port", "3389"),
        ("tag", tag),
        ("hostname", hostname),
    ];
    let options = GatherOptions {
        tlp: Some(tlp),
        ..GatherOptions::default()
    };
    desk.report_as(&Report::new("scan_rdp").row(&row), &options);
    desk.work();
}

fn in_a_mail(desk: &Desk, text: &str) -> bool {
    desk.mails().iter().any(|mail| {
        let attached = mail
            .attachments
            .iter()
            .any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(text));
        mail.body.contains(text) || mail.subject.contains(text) || attached
    })
}

fn red_is_not_mailed_and_waits_for_a_person(test: &TestStore) {
    let desk = desk_of_bakery(test);
    report(&desk, Tlp::Red, 0, "secret", "");
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("", "restricted 1")
    );
    assert!(desk.mails().is_empty());
}

fn red_first_then_amber_is_told_once_and_only_of_amber(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    report(&desk, Tlp::Red, 0, "secret", "");
    desk.at(days_later(1));
    report(&desk, Tlp::Amber, 1, "open", "");
    assert_eq!(told(&desk), "bakery 1");
    assert_eq!(desk.mails().len(), 1);
    assert!(
        desk.mails()[0].subject.contains("TLP:AMBER"),
        "{}",
        desk.mails()[0].subject
    );
    assert!(in_a_mail(&desk, "open") && !in_a_mail(&desk, "secret"));
    desk.at(days_later(2));
    report(&desk, Tlp::Amber, 2, "open", "");
    assert_eq!(desk.mails().len(), 1);
}

fn amber_then_red_neither_leaks_nor_withdraws(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    hold_alerts(&desk);
    report(&desk, Tlp::Amber, 0, "open", "");
    assert_eq!(told(&desk), "bakery 1");
    desk.at(days_later(1));
    report(&desk, Tlp::Red, 1, "secret", "");
    assert_eq!(told(&desk), "bakery 1", "the held line stays");
    // And it goes out, after the restricted sighting, as it was.
    let now = desk.flow.clock.now();
    let states = [store::NotificationState::Held];
    let to = store::NotificationState::Approved;
    desk.flow
        .store
        .write(|tx| tx.move_notification(1, &states, to, "", (now, "analyst")))
        .unwrap();
    desk.work();
    assert_eq!(desk.mails().len(), 1);
    assert!(in_a_mail(&desk, "open") && !in_a_mail(&desk, "secret"));
    assert!(
        !in_a_mail(&desk, "2026-11-19"),
        "when it was seen under the stricter marking is not told"
    );
}

fn a_restricted_sighting_between_open_ones_does_not_show_later(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    report(&desk, Tlp::Amber, 0, "open", "");
    desk.at(days_later(3));
    report(&desk, Tlp::Red, 3, "secret", "");
    desk.at(days_later(7));
    report(&desk, Tlp::Amber, 7, "later", "");
    assert_eq!(desk.mails().len(), 2, "told again after seven days");
    assert!(
        in_a_mail(&desk, "later") && !in_a_mail(&desk, "secret") && !in_a_mail(&desk, "2026-11-21")
    );
}

fn a_restricted_sighting_does_not_silence_the_open_one_after_it(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    report(&desk, Tlp::Amber, 0, "open", "");
    desk.at(days_later(7));
    report(&desk, Tlp::Red, 7, "secret", "");
    assert_eq!(desk.mails().len(), 1);
    desk.at(days_later(8));
    // Seen between, so that it was never gone.
    report(&desk, Tlp::Amber, 8, "later", "");
    assert_eq!(desk.mails().len(), 2, "eight days after the message");
}

fn a_name_that_only_a_restricted_sighting_gave_tells_nobody(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    report(&desk, Tlp::Amber, 0, "open", "");
    desk.at(days_later(1));
    report(&desk, Tlp::Red, 1, "secret", "rdp.hospital.example");
    desk.at(days_later(2));
    report(&desk, Tlp::Amber, 2, "open", "");
    assert_eq!(
        told(&desk),
        "bakery 1",
        "the owner of the name would learn of the restricted sighting"
    );
    assert!(!in_a_mail(&desk, "hospital.example"));
}

fn a_name_that_the_first_restricted_sighting_gave_does_not_leak_with_the_open_one(
    test: &TestStore,
) {
    let mut desk = desk_of_bakery(test);
    report(&desk, Tlp::Red, 0, "secret", "rdp.hospital.example");
    desk.at(days_later(1));
    report(&desk, Tlp::Amber, 1, "open", "");
    assert_eq!(told(&desk), "bakery 1");
    assert!(
        !in_a_mail(&desk, "hospital.example"),
        "{:?}",
        desk.mails()
            .iter()
            .map(|mail| &mail.body)
            .collect::<Vec<_>>()
    );
}

fn amber_strict_goes_to_the_owner(test: &TestStore) {
    let desk = desk_of_bakery(test);
    report(&desk, Tlp::AmberStrict, 0, "open", "");
    assert_eq!(told(&desk), "bakery 1");
    assert!(
        desk.mails()[0].subject.contains("TLP:AMBER+STRICT"),
        "{}",
        desk.mails()[0].subject
    );
}

fn a_wider_marking_later_is_not_another_message(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    report(&desk, Tlp::Amber, 0, "open", "");
    desk.at(days_later(1));
    report(&desk, Tlp::Clear, 1, "open", "");
    assert_eq!(told(&desk), "bakery 1");
}

both_engines!(
    red_is_not_mailed_and_waits_for_a_person,
    red_first_then_amber_is_told_once_and_only_of_amber,
    amber_then_red_neither_leaks_nor_withdraws,
    a_restricted_sighting_between_open_ones_does_not_show_later,
    a_restricted_sighting_does_not_silence_the_open_one_after_it,
    a_name_that_only_a_restricted_sighting_gave_tells_nobody,
    a_name_that_the_first_restricted_sighting_gave_does_not_leak_with_the_open_one,
    amber_strict_goes_to_the_owner,
    a_wider_marking_later_is_not_another_message,
);
