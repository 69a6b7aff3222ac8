//! Observations of days that are over are removed, and nothing else.

use model::{Severity, Side, Timestamp, Tlp};
use store::{ObservationKey, ObservationRow};
use testkit::{Engine, TestStore, both_engines, now};

use crate::builders::{read, write};

const DAY: i32 = 20_700;

fn observation(day: i32, line: i64) -> ObservationRow<'static> {
    ObservationRow {
        key: ObservationKey {
            day,
            batch_no: 1,
            line,
            side: Side::Source,
            part: 0,
        },
        finding_no: 1,
        observed_at: now(),
        severity: Severity::Medium,
        tlp: Tlp::Amber,
        port: None,
        transport: None,
        peer_address: None,
        peer_port: None,
        evidence: "".into(),
    }
}

fn fill(test: &TestStore) {
    write(&test.store, |tx| {
        let days = DAY..DAY + 4;
        let rows: Vec<_> = days
            .flat_map(|day| [observation(day, 2), observation(day, 3)])
            .collect();
        tx.insert_observations(&rows)
    });
}

fn count(test: &TestStore) -> i64 {
    test.count("SELECT COUNT(*) FROM observation")
}

fn whole_days_go_and_the_others_stay(test: &TestStore) {
    fill(test);
    let expired = test.store.expire_observations(DAY + 2).unwrap();
    assert_eq!(expired, 4);
    assert_eq!(count(test), 4);
    let read_one = |day| read(&test.store, |tx| tx.observation(observation(day, 2).key));
    assert_eq!(read_one(DAY + 1), None);
    assert_eq!(read_one(DAY + 2), Some(observation(DAY + 2, 2)));
    let again = test.store.expire_observations(DAY + 2).unwrap();
    assert_eq!(again, 0);
}

fn a_day_that_was_removed_takes_rows_again(test: &TestStore) {
    fill(test);
    test.store.expire_observations(DAY + 4).unwrap();
    assert_eq!(count(test), 0);
    fill(test);
    assert_eq!(count(test), 8);
}

fn workers_that_make_the_same_day_at_once_do_not_fail(test: &TestStore) {
    std::thread::scope(|scope| {
        for worker in 0..6 {
            let store = test.opened_again();
            scope.spawn(move || {
                for day in DAY..DAY + 5 {
                    write(&store, |tx| {
                        tx.insert_observations(&[observation(day, worker)])
                    });
                }
            });
        }
    });
    assert_eq!(count(test), 30);
}

#[test]
fn what_was_half_removed_is_removed_or_taken_back() {
    let test = TestStore::new(Engine::Postgres);
    fill(&test);
    test.tamper(&format!(
        "ALTER TABLE observation DETACH PARTITION observation_d{DAY};
         ALTER TABLE observation DETACH PARTITION observation_d{}",
        DAY + 1
    ));
    write(&test.store, |tx| tx.prepare_day(DAY + 1));
    assert_eq!(count(&test), 6);
    let expired = test.store.expire_observations(DAY + 2).unwrap();
    assert_eq!(expired, 4);
    assert_eq!(count(&test), 4);
}

#[test]
fn what_was_there_before_partitions_stays_until_all_of_it_is_old() {
    let test = TestStore::new(Engine::Postgres);
    let days = |from: Timestamp| from.day().days();
    // As the migration leaves it: one table for all days up to the day after the last.
    test.tamper(&format!(
        "CREATE TABLE observation_before (LIKE observation);
         ALTER TABLE observation ATTACH PARTITION observation_before FOR VALUES FROM (MINVALUE) TO ({})",
        days(now())
    ));
    write(&test.store, |tx| {
        tx.insert_observations(&[
            observation(days(now()) - 9, 1),
            observation(days(now()) - 1, 1),
            observation(days(now()), 1),
        ])
    });
    let before = "SELECT COUNT(*) FROM observation_before";
    assert_eq!((test.count(before), count(&test)), (2, 3));
    let expired = |day| test.store.expire_observations(day).unwrap();
    assert_eq!(expired(days(now()) - 5), 0);
    assert_eq!(expired(days(now())), 2);
    assert_eq!(count(&test), 1);
}

both_engines!(
    whole_days_go_and_the_others_stay,
    a_day_that_was_removed_takes_rows_again,
    workers_that_make_the_same_day_at_once_do_not_fail,
);
