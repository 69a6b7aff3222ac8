//! A worker dies, or another one comes in between: the end is the same.

use std::sync::Mutex;

use message::{Decider, Retried};
use pipeline::worker::{Progress, Silent, Worker};
use store::{Job, NotificationState, Status, Store, Wanted};
use testkit::generate::{Expected, ReportPlan, ScanType, World};
use testkit::{Desk, TestStore, both_engines};

use crate::checks::states;

/// More than one chunk of 50,000 rows.
const ENDPOINTS: u64 = 51_000;

/// An installation with a register and a report of two chunks, gathered and not worked on.
fn gathered(test: &TestStore) -> (Desk, Expected) {
    let world = World::new(3, 400);
    let desk = Desk::of(test);
    desk.import(&world.register);
    desk.work();
    let plan = ReportPlan::new(ScanType::ScanRdp, ENDPOINTS);
    let mut report = Vec::new();
    let expected = world.write_report(&plan, &mut report).unwrap();
    desk.gather(&plan.file_name(), report);
    (desk, expected)
}

fn check(desk: &Desk, expected: &Expected) -> Status {
    let status = desk.status();
    assert_eq!(
        (status.rows, status.findings),
        (expected.rows, expected.findings)
    );
    assert_eq!(status.observations, expected.rows.accepted);
    assert_eq!(desk.told(), expected.lines);
    assert_eq!(desk.queued(), expected.queue);
    status
}

fn claim(store: &Store, worker: &str) -> Option<Job> {
    let wanted = Wanted::any(worker);
    store
        .write(|tx| tx.claim_job(&wanted, testkit::now()))
        .unwrap()
}

/// Takes the job away after the first chunk, as a worker does that finds the lease run out.
struct Thief<'t> {
    test: &'t TestStore,
    store: Store,
    stolen: Mutex<Option<Job>>,
}

impl Progress for Thief<'_> {
    fn rows(&self, _: &str, _: i64) {
        let mut stolen = self.stolen.lock().unwrap();
        if stolen.is_none() {
            self.test.end_leases();
            *stolen = claim(&self.store, "thief");
        }
    }

    fn messages(&self, _: u64) {}
}

fn a_worker_that_lost_its_lease_writes_no_more_and_its_heir_ends_the_work(test: &TestStore) {
    let (desk, expected) = gathered(test);
    let thief = Thief {
        test,
        store: test.opened_again(),
        stolen: Mutex::new(None),
    };
    let worked = Worker::new(&desk.flow, &thief)
        .without_distribution()
        .run_until_idle()
        .unwrap();
    assert!(thief.stolen.lock().unwrap().is_some());
    assert_eq!((worked.jobs, worked.failures.len()), (0, 0), "{worked:?}");
    let half_way = desk.status();
    assert!(
        half_way.rows.rows_read > 0 && half_way.rows.rows_read < expected.rows.rows_read,
        "{half_way:?}"
    );
    assert_eq!(half_way.batches, [1, 0, 0, 0]);
    let collecting = states(&desk)
        .iter()
        .all(|state| *state == NotificationState::Collecting);
    assert!(collecting, "messages wait for the whole batch");
    // The thief dies too; whoever comes after its lease goes on where the first one was.
    test.end_leases();
    desk.work_without_distribution();
    let status = check(&desk, &expected);
    assert_eq!(status.batches, [0, 1, 0, 0]);
}

fn a_worker_that_died_before_its_first_chunk_is_followed_by_another(test: &TestStore) {
    let (desk, expected) = gathered(test);
    let dead = claim(&desk.flow.store, "dead").unwrap();
    desk.work();
    assert_eq!(desk.status().rows.rows_read, 0, "the lease still holds");
    test.end_leases();
    desk.work_without_distribution();
    check(&desk, &expected);
    assert!(
        desk.flow
            .store
            .write(|tx| tx.finish_job(dead.lease()))
            .is_err()
    );
}

fn two_workers_at_once_reach_what_one_reaches(test: &TestStore) {
    let (desk, mut expected) = gathered(test);
    let world = World::new(3, 400);
    let plan = ReportPlan::new(ScanType::Scan6Rdp, 5_000);
    let mut report = Vec::new();
    expected.add(&world.write_report(&plan, &mut report).unwrap());
    desk.gather(&plan.file_name(), report);
    let other = desk.beside(test);
    std::thread::scope(|scope| {
        for desk in [&desk, &other] {
            scope.spawn(|| desk.work_without_distribution());
        }
    });
    // One of the two may have seen nothing to do while the other still worked.
    desk.work_without_distribution();
    check(&desk, &expected);
    let upkeep = "SELECT COUNT(*) FROM job WHERE stage = 2 AND state IN (0, 1)";
    assert_eq!(test.count(upkeep), 1, "both saw to it, and there is one");
}

fn a_batch_whose_workers_die_again_and_again_fails_and_can_be_read_later(test: &TestStore) {
    let desk = Desk::of(test);
    desk.report(&crate::checks::rdp(&["192.0.2.1"]));
    for attempt in 1..=5 {
        assert!(
            claim(&desk.flow.store, "dying").is_some(),
            "attempt {attempt}"
        );
        test.end_leases();
    }
    let worked = Worker::new(&desk.flow, &Silent).run_until_idle().unwrap();
    assert!(worked.failures[0].contains("without a word"), "{worked:?}");
    let status = desk.status();
    assert_eq!((status.batches, status.jobs), ([0, 0, 1, 0], [0, 1]));
    let decider = Decider {
        now: desk.flow.clock.now(),
        name: "an analyst",
    };
    desk.flow.store.write(|tx| decider.retry(tx, 1)).unwrap();
    desk.work();
    assert_eq!(desk.status().batches, [0, 1, 0, 0]);
}

fn workers_at_once_on_the_same_endpoints_reach_what_one_reaches(test: &TestStore) {
    let world = World::new(3, 400);
    let desk = Desk::of(test);
    desk.import(&world.register);
    desk.work();
    let hours = [0, 1, 2, 3];
    let mut expected = Expected::default();
    for hour in hours {
        let mut plan = ReportPlan::new(ScanType::ScanRdp, 3_000);
        plan.seen_from = plan.seen_from.plus_seconds(hour * 3_600);
        let mut report = Vec::new();
        expected = world.write_report(&plan, &mut report).unwrap();
        desk.gather(&format!("{hour}-{}", plan.file_name()), report);
    }
    let others = hours.map(|_| desk.beside(test));
    std::thread::scope(|scope| {
        for other in &others {
            scope.spawn(|| other.work_without_distribution());
        }
    });
    desk.work_without_distribution();
    let status = desk.status();
    assert_eq!(status.batches, [0, hours.len() as i64, 0, 0]);
    assert_eq!(status.findings, expected.findings);
    assert_eq!(
        status.rows.rows_read,
        expected.rows.rows_read * hours.len() as i64
    );
    // Which of two equal rows counts depends on what was read between them; that each counts once does not.
    let seen = "SELECT CAST(SUM(times_seen) AS BIGINT) FROM finding";
    assert_eq!(test.count(seen), status.observations);
    assert_eq!(status.rows.accepted, status.observations);
    assert_eq!(desk.told(), expected.lines, "each is told once");
    assert_eq!(desk.queued(), expected.queue);
}

fn a_batch_whose_bytes_are_gone_fails_in_the_end_and_is_read_when_they_are_back(test: &TestStore) {
    let (mut desk, expected) = gathered(test);
    let (blobs, away) = (desk.folder().join("blobs"), desk.folder().join("away"));
    std::fs::rename(&blobs, &away).unwrap();
    for attempt in 1..=5 {
        desk.at(testkit::now().plus_seconds(attempt * 3_600));
        let worked = Worker::new(&desk.flow, &Silent).run_until_idle().unwrap();
        assert_eq!(worked.failures.len(), 1, "attempt {attempt}");
    }
    let status = desk.status();
    assert_eq!((status.batches, status.jobs), ([0, 0, 1, 0], [0, 1]));
    let notices = desk.flow.store.read(|tx| tx.notices(1)).unwrap();
    assert!(
        notices.iter().any(|notice| notice.kind == "failed"),
        "{notices:?}"
    );

    std::fs::rename(&away, &blobs).unwrap();
    let decider = Decider {
        now: desk.flow.clock.now(),
        name: "an analyst",
    };
    let retried = |desk: &Desk| desk.flow.store.write(|tx| decider.retry(tx, 1)).unwrap();
    assert_eq!(retried(&desk), Retried::Again);
    assert_eq!(
        retried(&desk),
        Retried::NotFailed,
        "what waits to be read has not failed"
    );
    desk.work_without_distribution();
    assert_eq!(check(&desk, &expected).batches, [0, 1, 0, 0]);
}

both_engines!(
    a_batch_whose_bytes_are_gone_fails_in_the_end_and_is_read_when_they_are_back,
    a_worker_that_lost_its_lease_writes_no_more_and_its_heir_ends_the_work,
    a_worker_that_died_before_its_first_chunk_is_followed_by_another,
    two_workers_at_once_reach_what_one_reaches,
    a_batch_whose_workers_die_again_and_again_fails_and_can_be_read_later,
    workers_at_once_on_the_same_endpoints_reach_what_one_reaches,
);
