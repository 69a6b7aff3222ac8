//! Thresholds of organisations: what is below is in their inbox, and nobody is mailed.

use message::Decider;
use model::{MessageKind, Severity, Threshold, Thresholds, Tlp};
use store::{InboxQuery, NotificationState};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later};

use crate::checks::{hold_alerts, moment, states};

const BAKERY: i64 = 1;

/// A bakery with a shop and a laboratory.
fn desk_of(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/28")
        .asset("bakery", "prefix", "192.0.2.16/28");
    desk.import(&register);
    desk
}

/// From a severity on, for systems that could be attacked.
fn from(target: Severity) -> Threshold {
    Threshold::new(target, Severity::Info).unwrap()
}

fn choose(desk: &Desk, usual: Threshold, groups: Vec<(i64, Threshold)>) {
    let now = desk.flow.clock.now();
    let thresholds = Thresholds { usual, groups };
    let chosen = desk.flow.store.write(|tx| {
        tx.put_thresholds(BAKERY, &thresholds)?;
        tx.announce_register(now)?;
        tx.thresholds(BAKERY)
    });
    assert_eq!(chosen.unwrap(), thresholds);
}

/// Open remote desktops on a day.
fn report(day: i64, rows: &[(&str, &str)]) -> Report {
    rows.iter().fold(Report::new("scan_rdp"), |report, row| {
        report.row(&[
            ("timestamp", &moment(day)),
            ("ip", row.0),
            ("port", "3389"),
            ("protocol", "tcp"),
            ("severity", row.1),
        ])
    })
}

/// How many mails there are, and of what the inbox has for each finding, most severe first.
fn arrived(desk: &Desk) -> (usize, Vec<(Severity, MessageKind)>) {
    let today = desk.flow.clock.now().day();
    let query = InboxQuery::whole(BAKERY, Tlp::Red, today);
    let page = desk.flow.store.read(|tx| tx.inbox(&query, 100));
    let rows = page.unwrap().rows;
    let mut found: Vec<_> = rows
        .iter()
        .map(|row| (row.place.severity, row.kind))
        .collect();
    found.sort_unstable_by(|left, right| right.cmp(left));
    for checked in desk.flow.store.check(false, |_| {}).unwrap() {
        assert_eq!(checked.wrong, 0, "{checked:?}");
    }
    (desk.mails().len(), found)
}

const ALERT: MessageKind = MessageKind::Alert;
const BELOW: MessageKind = MessageKind::BelowThreshold;

fn what_is_below_a_threshold_is_in_the_inbox_and_nobody_is_mailed(test: &TestStore) {
    let desk = desk_of(test);
    choose(&desk, from(Severity::High), Vec::new());
    let rows = [
        ("192.0.2.1", "critical"),
        ("192.0.2.2", "high"),
        ("192.0.2.3", "medium"),
        ("192.0.2.4", "info"),
    ];
    desk.report(&report(0, &rows));
    desk.work();
    let want = [
        (Severity::Critical, ALERT),
        (Severity::High, ALERT),
        (Severity::Medium, BELOW),
        (Severity::Info, BELOW),
    ];
    assert_eq!(arrived(&desk), (2, want.to_vec()));
    let lines = desk.status().notifications;
    assert!(lines.contains(&(NotificationState::Unmailed, 2, 2)));
}

fn a_group_has_a_threshold_of_its_own(test: &TestStore) {
    let desk = desk_of(test);
    let laboratory = desk.flow.store.write(|tx| {
        let group_no = tx.ensure_asset_group(BAKERY, "laboratory")?;
        let change = store::AssetChange::Group(Some(group_no));
        tx.change_own_assets(BAKERY, &[2], change, days_later(0))?;
        Ok::<_, store::StoreError>(group_no)
    });
    let own = vec![(laboratory.unwrap(), from(Severity::Critical))];
    choose(&desk, Threshold::NONE, own);
    desk.report(&report(0, &[("192.0.2.1", "low"), ("192.0.2.17", "high")]));
    desk.work();
    let want = [(Severity::High, BELOW), (Severity::Low, ALERT)];
    assert_eq!(arrived(&desk), (1, want.to_vec()));
}

fn what_becomes_worse_is_mailed_as_if_it_were_new(test: &TestStore) {
    let mut desk = desk_of(test);
    choose(&desk, from(Severity::High), Vec::new());
    desk.report(&report(0, &[("192.0.2.1", "low")]));
    desk.work();
    assert_eq!(arrived(&desk), (0, vec![(Severity::Low, BELOW)]));
    desk.at(days_later(0).plus_seconds(60));
    desk.report(&report(0, &[("192.0.2.1", "critical")]).column("tag", "worse"));
    desk.work();
    assert_eq!(arrived(&desk), (1, vec![(Severity::Critical, ALERT)]));
    let lines = desk.flow.store.read(|tx| tx.lines_of(2)).unwrap();
    assert!(!lines[0].repeated, "nobody was mailed before");
}

fn lowering_a_threshold_mails_what_is_new_and_nothing_that_was_told(test: &TestStore) {
    let mut desk = desk_of(test);
    choose(&desk, from(Severity::High), Vec::new());
    desk.report(&report(0, &[("192.0.2.1", "low")]));
    desk.work();
    choose(&desk, Threshold::NONE, Vec::new());
    desk.work();
    assert_eq!(arrived(&desk), (0, vec![(Severity::Low, BELOW)]));
    desk.at(days_later(1));
    desk.report(&report(1, &[("192.0.2.1", "low"), ("192.0.2.2", "low")]));
    desk.work();
    let want = [(Severity::Low, BELOW), (Severity::Low, ALERT)];
    assert_eq!(arrived(&desk), (1, want.to_vec()));
    // The time of silence is over: it is told again, and is mailed now.
    desk.at(days_later(60));
    desk.report(&report(60, &[("192.0.2.1", "low")]));
    desk.work();
    let want = [(Severity::Low, ALERT), (Severity::Low, ALERT)];
    assert_eq!(arrived(&desk), (2, want.to_vec()));
}

fn what_a_person_approves_below_a_threshold_is_told_without_a_mail(test: &TestStore) {
    let desk = desk_of(test);
    hold_alerts(&desk);
    choose(&desk, from(Severity::High), Vec::new());
    desk.report(&report(0, &[("192.0.2.1", "low")]));
    desk.work();
    assert_eq!(states(&desk), [NotificationState::Held]);
    assert_eq!(arrived(&desk), (0, Vec::new()));
    let decider = Decider {
        name: "Ada",
        now: days_later(0),
    };
    let approved = desk.flow.store.write(|tx| decider.approve(tx, 1));
    assert!(approved.unwrap());
    desk.work();
    assert_eq!(states(&desk), [NotificationState::Unmailed]);
    assert_eq!(arrived(&desk), (0, vec![(Severity::Low, BELOW)]));
}

both_engines!(
    what_is_below_a_threshold_is_in_the_inbox_and_nobody_is_mailed,
    a_group_has_a_threshold_of_its_own,
    what_becomes_worse_is_mailed_as_if_it_were_new,
    lowering_a_threshold_mails_what_is_new_and_nothing_that_was_told,
    what_a_person_approves_below_a_threshold_is_told_without_a_mail,
);
