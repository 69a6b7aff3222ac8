//! What becomes of the reports of sources is counted with the months.

use model::{Day, TallyKind, Timestamp};
use pipeline::gather::GatherOptions;
use pipeline::upkeep::{measures, sources};
use rules::enrol::measure::{month_of, next_month};
use rules::source_quality::{TypeQuality, by_type};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later, now};

/// Systems that were seen two hours before.
fn report(addresses: impl IntoIterator<Item = u8>) -> Report {
    report_at(now(), addresses)
}

fn report_at(at: Timestamp, addresses: impl IntoIterator<Item = u8>) -> Report {
    let observed = at.plus_seconds(-2 * 3_600).to_string();
    let row = |report: Report, host: u8| {
        let ip = format!("192.0.2.{host}");
        report.row(&[
            ("timestamp", &observed),
            ("ip", &ip),
            ("port", "3389"),
            ("protocol", "tcp"),
        ])
    };
    addresses.into_iter().fold(Report::new("scan_rdp"), row)
}

fn report_of(desk: &Desk, source: &str, report: &Report) -> i64 {
    let options = GatherOptions {
        source: source.to_owned(),
        ..GatherOptions::default()
    };
    desk.report_as(report, &options)
}

fn desk(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/28");
    desk.import(&register);
    desk
}

fn counted(desk: &mut Desk, day: i64) {
    desk.at(days_later(day));
    sources::look(&desk.flow).unwrap();
    measures::count(&desk.flow).unwrap();
}

/// What is known of a source since the begin of the month.
fn known(desk: &Desk, source: &str) -> TypeQuality {
    let month = month_of(now().day());
    let months: (Day, Day) = (month, next_month(month));
    let tallies = desk.flow.store.read(|tx| {
        let source_no = tx.party_no(source)?.expect("it reported something");
        tx.source_tallies(source_no, months)
    });
    let tallies = tallies.unwrap().into_iter();
    let types = by_type(tallies.map(|it| (it.report_type, it.kind, it.detail, it.total)));
    let [only] = &types[..] else {
        panic!("{types:?}");
    };
    only.clone()
}

fn a_source_is_counted_by_what_was_told_and_answered_and_shown_by_another(test: &TestStore) {
    let mut desk = desk(test);
    let first = report(1..=9).row(&[("timestamp", "yesterday"), ("ip", "192.0.2.200")]);
    report_of(&desk, "first", &first.row(&[("ip", "nowhere")]));
    report_of(&desk, "second", &report([8, 9, 30]));
    desk.work();
    // The bakery was told of nine: two are not so, one is not theirs, one is; of one somebody only looked.
    for (finding_no, status) in [(1, 7), (2, 7), (3, 6), (4, 5), (5, 1)] {
        test.tamper(&format!(
            "INSERT INTO answer (party_no, finding_no, episode, status, answered_at, version)
             SELECT MIN(recipient_no), {finding_no}, 1, {status}, 0, 1 FROM notification"
        ));
    }
    counted(&mut desk, 1);
    let first = known(&desk, "first");
    let count = |kind| first.count(kind);
    assert_eq!(
        (count(TallyKind::Rows), count(TallyKind::Accepted)),
        (11, 9)
    );
    let bad: i64 = first.issues.iter().map(|(_, rows)| rows).sum();
    assert_eq!(bad, 2, "{:?}", first.issues);
    assert_eq!(count(TallyKind::Observations), 9);
    assert_eq!(count(TallyKind::Findings), 9);
    assert_eq!(count(TallyKind::Corroborated), 2);
    assert_eq!(count(TallyKind::Told), 9);
    assert_eq!((first.answered(), first.judged()), (4, 3));
    assert_eq!(first.false_alarm_percent(), Some(66));
    assert_eq!(count(TallyKind::NotOurs), 1);
    assert_eq!(first.delay(), Some((2, 2)));
    let second = known(&desk, "second");
    assert_eq!(
        [
            TallyKind::Findings,
            TallyKind::Corroborated,
            TallyKind::FalseAlarm
        ]
        .map(|kind| second.count(kind)),
        [3, 2, 0]
    );
}

fn what_is_reported_again_is_one_finding_and_nothing_is_counted_twice(test: &TestStore) {
    let mut desk = desk(test);
    report_of(&desk, "first", &report([1, 2]));
    desk.work();
    counted(&mut desk, 1);
    report_of(&desk, "first", &report_at(days_later(1), [2, 3]));
    desk.work();
    counted(&mut desk, 2);
    counted(&mut desk, 4);
    let first = known(&desk, "first");
    assert_eq!(
        [
            TallyKind::Rows,
            TallyKind::Observations,
            TallyKind::Findings
        ]
        .map(|kind| first.count(kind)),
        [4, 4, 3]
    );
    assert_eq!(first.count(TallyKind::Corroborated), 0);
}

fn a_month_that_is_over_keeps_its_numbers_and_no_sets(test: &TestStore) {
    let mut desk = desk(test);
    report_of(&desk, "first", &report([1, 2]));
    desk.work();
    counted(&mut desk, 1);
    let before = known(&desk, "first");
    counted(&mut desk, 100);
    assert_eq!(known(&desk, "first"), before);
    let mut blocks = 0;
    let month = month_of(now().day());
    let read = desk
        .flow
        .store
        .read(|tx| tx.each_seen_block(month, |_| blocks += 1));
    read.unwrap();
    assert_eq!(blocks, 0);
}

both_engines!(
    a_source_is_counted_by_what_was_told_and_answered_and_shown_by_another,
    what_is_reported_again_is_one_finding_and_nothing_is_counted_twice,
    a_month_that_is_over_keeps_its_numbers_and_no_sets,
);
