//! The same problem seen more than once.

use pipeline::gather::Outcome;
use store::{FindingEventKind, FindingRow};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later};

use crate::checks::{moment, rdp, rdp_on, told};

fn desk_of_bakery(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    desk
}

/// The only finding.
fn finding(desk: &Desk) -> FindingRow {
    let found = desk.flow.store.write(|tx| tx.findings_from(0, 10)).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap().1
}

/// Moves the clock, reports an address as seen on that day, works; gives the mails so far.
fn day(desk: &mut Desk, days: i64) -> usize {
    desk.at(days_later(days));
    desk.report(&rdp_on(days, &["192.0.2.1"]));
    desk.work();
    desk.mails().len()
}

fn the_same_file_twice_is_one_batch(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let report = rdp(&["192.0.2.1", "192.0.2.2"]);
    desk.report(&report);
    desk.work();
    let before = desk.status();
    let taken = desk.gather(&report.file_name(), report.text());
    assert!(
        matches!(taken[0].outcome, Outcome::Duplicate { .. }),
        "{taken:?}"
    );
    desk.work();
    assert_eq!(desk.status(), before);
    assert_eq!(desk.mails().len(), 1);
}

fn the_same_rows_in_another_file_are_duplicates(test: &TestStore) {
    let desk = desk_of_bakery(test);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.2"]));
    desk.work();
    let before = desk.status();
    desk.report(&rdp(&["192.0.2.2", "192.0.2.1", "192.0.2.1"]).windows());
    desk.work();
    let after = desk.status();
    assert_eq!(
        (
            after.rows.rows_read,
            after.rows.accepted,
            after.rows.duplicate
        ),
        (5, 2, 3)
    );
    assert_eq!(
        (after.findings, after.observations),
        (before.findings, before.observations)
    );
    assert_eq!(desk.mails().len(), 1);
}

fn a_row_that_stands_twice_in_a_file_is_accepted_once(test: &TestStore) {
    let desk = desk_of_bakery(test);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.1"]));
    desk.work();
    let rows = desk.status().rows;
    assert_eq!((rows.rows_read, rows.accepted, rows.duplicate), (2, 1, 1));
    assert_eq!(told(&desk), "bakery 1");
}

fn the_same_host_on_two_days_is_one_finding_and_one_message(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    assert_eq!(day(&mut desk, 0), 1);
    assert_eq!(day(&mut desk, 1), 1);
    let finding = finding(&desk);
    assert_eq!((finding.times_seen, finding.episode), (2, 1));
    assert_eq!(finding.last_seen.seconds_since(finding.first_seen), 86_400);
}

fn after_a_gap_it_is_again_visible_and_told_again(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    assert_eq!(day(&mut desk, 0), 1);
    assert_eq!(day(&mut desk, 8), 2);
    let finding = finding(&desk);
    assert_eq!(finding.episode, 2);
    let events = desk
        .flow
        .store
        .read(|tx| tx.finding_events(finding.finding_no))
        .unwrap();
    assert_eq!(
        events.iter().map(|event| event.kind).collect::<Vec<_>>(),
        [FindingEventKind::Back]
    );
    let again = desk
        .mails()
        .iter()
        .filter(|mail| mail.body.to_lowercase().contains("opnieuw zichtbaar"))
        .count();
    assert_eq!(
        again, 1,
        "only the second message says that it is visible again"
    );
}

fn it_is_told_again_when_the_silence_of_its_severity_is_over(test: &TestStore) {
    for (number, (severity, days)) in [
        ("critical", 1),
        ("high", 7),
        ("medium", 6),
        ("low", 6),
        ("info", 28),
    ]
    .into_iter()
    .enumerate()
    {
        let other = TestStore::new(test.engine());
        let mut desk = desk_of_bakery(&other);
        // So that only silence is tried, not absence.
        desk.flow.gap_days = 100;
        let mut mails = Vec::new();
        for day in [0, days - 1, days, days] {
            desk.at(days_later(day));
            let moment = moment(day);
            // The time of the report does not matter, the time of the decision does.
            let port = format!("{}", 3389 + number);
            let row = [
                ("timestamp", moment.as_str()),
                ("ip", "192.0.2.1"),
                ("port", &port),
                ("severity", severity),
            ];
            desk.gather(
                "scan_rdp.csv",
                Report::new("scan_rdp")
                    .row(&row)
                    .column("n", &format!("{day}"))
                    .text(),
            );
            desk.work();
            mails.push(desk.mails().len());
        }
        assert_eq!(mails, [1, 1, 2, 2], "{severity}");
        assert_eq!(finding(&desk).episode, 1);
    }
}

fn a_recipient_that_was_told_late_is_left_in_peace_as_long_as_one_that_was_told_early(
    test: &TestStore,
) {
    let mut desk = Desk::of(test);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    // Five days later somebody registers the address, and is told.
    desk.at(days_later(5));
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "address",
        "192.0.2.1",
    ));
    desk.work();
    assert_eq!(desk.mails().len(), 1);
    assert_eq!(day(&mut desk, 7), 1, "two days after the message");
    assert_eq!(day(&mut desk, 11), 1, "six days after the message");
    assert_eq!(day(&mut desk, 12), 2, "seven days after the message");
}

fn a_recipient_that_only_an_open_sighting_could_reach_is_left_in_peace_from_then_on(
    test: &TestStore,
) {
    let mut desk = desk_of_bakery(test);
    let red = pipeline::gather::GatherOptions {
        tlp: Some(model::Tlp::Red),
        ..Default::default()
    };
    desk.report_as(&rdp(&["192.0.2.1"]), &red);
    desk.work();
    assert_eq!(day(&mut desk, 5), 1);
    assert_eq!(day(&mut desk, 7), 1, "two days after the message");
}

fn a_problem_that_becomes_critical_is_told_again_after_a_day(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    for (days, severity) in [(0, "low"), (1, "critical")] {
        desk.at(days_later(days));
        let moment = moment(days);
        let row = [
            ("timestamp", moment.as_str()),
            ("ip", "192.0.2.1"),
            ("port", "3389"),
            ("severity", severity),
        ];
        desk.report(&Report::new("scan_rdp").row(&row));
        desk.work();
    }
    assert_eq!(desk.mails().len(), 2);
}

fn a_late_row_reaches_back_and_is_not_told(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    day(&mut desk, 20);
    desk.report(&rdp_on(1, &["192.0.2.1"]));
    desk.work();
    let finding = finding(&desk);
    assert_eq!((finding.times_seen, finding.episode), (2, 1));
    assert_eq!(
        finding.last_seen.seconds_since(finding.first_seen),
        19 * 86_400
    );
    assert_eq!(desk.mails().len(), 1);
}

fn days_of_one_file_are_sightings_of_one_finding(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    desk.at(days_later(20));
    let report = [0, 12, 1, 2]
        .iter()
        .fold(Report::new("scan_rdp"), |report, days| {
            report.row(&[
                ("timestamp", &moment(*days)),
                ("ip", "192.0.2.1"),
                ("port", "3389"),
            ])
        });
    desk.report(&report);
    desk.work();
    let finding = finding(&desk);
    assert_eq!(
        (finding.times_seen, finding.episode),
        (4, 2),
        "a gap of ten days begins an episode"
    );
    assert_eq!(told(&desk), "bakery 1");
}

fn two_sources_that_see_the_same_are_two_sightings(test: &TestStore) {
    let desk = desk_of_bakery(test);
    desk.report(&rdp(&["192.0.2.1"]));
    let options = pipeline::gather::GatherOptions {
        source: "other".into(),
        ..Default::default()
    };
    desk.report_as(&rdp(&["192.0.2.1"]), &options);
    desk.work();
    assert_eq!(finding(&desk).times_seen, 2);
    assert_eq!(desk.mails().len(), 1);
}

fn other_ports_and_threats_are_other_findings(test: &TestStore) {
    let desk = desk_of_bakery(test);
    let row = |port| [("ip", "192.0.2.1"), ("port", port), ("protocol", "tcp")];
    desk.report(&Report::new("scan_rdp").row(&row("3389")).row(&row("3390")));
    desk.report(&Report::new("scan_ssl").row(&row("3389")));
    desk.work();
    assert_eq!(desk.status().findings, 3);
    assert_eq!(told(&desk), "bakery 3");
    assert_eq!(desk.mails().len(), 2, "one message per threat");
}

both_engines!(
    the_same_file_twice_is_one_batch,
    the_same_rows_in_another_file_are_duplicates,
    a_row_that_stands_twice_in_a_file_is_accepted_once,
    the_same_host_on_two_days_is_one_finding_and_one_message,
    after_a_gap_it_is_again_visible_and_told_again,
    it_is_told_again_when_the_silence_of_its_severity_is_over,
    a_recipient_that_was_told_late_is_left_in_peace_as_long_as_one_that_was_told_early,
    a_recipient_that_only_an_open_sighting_could_reach_is_left_in_peace_from_then_on,
    a_problem_that_becomes_critical_is_told_again_after_a_day,
    a_late_row_reaches_back_and_is_not_told,
    days_of_one_file_are_sightings_of_one_finding,
    two_sources_that_see_the_same_are_two_sightings,
    other_ports_and_threats_are_other_findings,
);
