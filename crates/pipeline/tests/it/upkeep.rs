//! What is old enough is removed, and what is left still makes sense.

use pipeline::upkeep::observations::expire;
use store::NotificationState;
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later};

use crate::checks::states;

/// A desk with one observation that belongs to somebody, and keeps observations for 30 days.
fn desk_with_an_observation(test: &TestStore) -> Desk {
    let mut desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "address",
        "192.0.2.1",
    ));
    desk.report(&Report::new("scan_rdp").row(&[("ip", "192.0.2.1"), ("port", "3389")]));
    desk.work_without_distribution();
    desk.flow.observation_days = Some(30);
    desk
}

fn observations_go_by_age_and_their_findings_stay(test: &TestStore) {
    let mut desk = desk_with_an_observation(test);
    desk.work();
    desk.at(days_later(30));
    assert_eq!(expire(&desk.flow).unwrap(), 0);
    desk.at(days_later(31));
    assert_eq!(expire(&desk.flow).unwrap(), 1);
    let status = desk.status();
    assert_eq!((status.findings, status.observations), (1, 0));
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'remove'";
    assert_eq!(test.count(recorded), 1);
}

fn what_a_waiting_message_cites_stays(test: &TestStore) {
    let mut desk = desk_with_an_observation(test);
    assert_eq!(states(&desk), [NotificationState::Approved]);
    desk.at(days_later(90));
    assert_eq!(expire(&desk.flow).unwrap(), 0);
    desk.work();
    assert_eq!(expire(&desk.flow).unwrap(), 1);
}

both_engines!(
    observations_go_by_age_and_their_findings_stay,
    what_a_waiting_message_cites_stays,
);
