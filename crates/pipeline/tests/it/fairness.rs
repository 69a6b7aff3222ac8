//! What is small and critical does not wait behind what is large.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use pipeline::worker::{Progress, Worker};
use testkit::generate::{ReportPlan, ScanType, World};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines};

use crate::checks::{moment, rdp};

/// More than one chunk of rows, and more than two of findings that are matched again.
const ENDPOINTS: u64 = 51_000;

/// After the first chunk of long work a small delivery comes in; after the next one it is looked what came of it.
struct Arrival<'d> {
    desk: &'d Desk,
    report: Mutex<Option<Report>>,
    /// Mails in the outbox after each further chunk of the long work.
    mails: Mutex<Vec<usize>>,
    /// Name of the long work.
    long: &'static str,
}

impl Progress for Arrival<'_> {
    fn rows(&self, what: &str, _: i64) {
        if !what.contains(self.long) {
            return;
        }
        match self.report.lock().unwrap().take() {
            Some(report) => drop(self.desk.report(&report)),
            None => self.mails.lock().unwrap().push(self.desk.mails().len()),
        }
    }

    fn messages(&self, _: u64) {}
}

/// Works until idle while a critical row comes in; gives the mails that were out after each later chunk.
fn work_with_arrival(desk: &Desk, long: &'static str, report: Report) -> Vec<usize> {
    let arrival = Arrival {
        desk,
        report: Mutex::new(Some(report)),
        mails: Mutex::default(),
        long,
    };
    let worked = Worker::new(&desk.flow, &arrival).run_until_idle().unwrap();
    assert_eq!(worked.failures, Vec::<String>::new());
    arrival.mails.into_inner().unwrap()
}

fn critical(address: &str) -> Report {
    Report::new("scan_rdp").row(&[
        ("timestamp", &moment(0)),
        ("ip", address),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "critical"),
    ])
}

fn a_critical_row_is_handed_over_between_two_chunks_of_what_came_before_it(test: &TestStore) {
    // Nobody owns what the large report is about, so it makes no messages.
    let world = World::new(3, 10);
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    desk.work();
    let plan = ReportPlan::new(ScanType::ScanRdp, ENDPOINTS);
    let mut report = Vec::new();
    world.write_report(&plan, &mut report).unwrap();
    desk.gather("2026-11-18-scan_rdp-large.csv", report);
    assert_eq!(
        work_with_arrival(&desk, "large", critical("192.0.2.1")),
        [1]
    );

    // The register changes, and everything is matched again; that is long work too.
    desk.import(&RegisterBuilder::new().organisation("mill"));
    assert_eq!(
        work_with_arrival(&desk, "matching again", critical("192.0.2.2")),
        [2, 2]
    );
    for (mail, address) in desk.mails().iter().zip(["192.0.2.1", "192.0.2.2"]) {
        assert!(mail.body.contains(address), "{address}");
    }
}

/// Asks its worker to stop after the first chunk.
struct StopAfterChunk(AtomicBool);

impl Progress for StopAfterChunk {
    fn rows(&self, _: &str, _: i64) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn messages(&self, _: u64) {}
}

fn a_worker_that_is_to_stop_leaves_its_job_after_the_chunk_and_another_goes_on_at_once(
    test: &TestStore,
) {
    let world = World::new(3, 400);
    let desk = Desk::of(test);
    desk.import(&world.register);
    desk.work();
    let plan = ReportPlan::new(ScanType::ScanRdp, ENDPOINTS);
    let mut report = Vec::new();
    let expected = world.write_report(&plan, &mut report).unwrap();
    desk.gather(&plan.file_name(), report);

    let progress = StopAfterChunk(AtomicBool::new(false));
    let worker = Worker::new(&desk.flow, &progress).stopped_by(&progress.0);
    let worked = worker.run_until_idle().unwrap();
    assert_eq!((worked.jobs, worked.failures.len()), (0, 0), "{worked:?}");
    let rows_read = desk.status().rows.rows_read;
    assert!(rows_read > 0 && rows_read < expected.rows.rows_read);

    desk.work_without_distribution();
    assert_eq!(desk.status().rows, expected.rows);
}

fn a_worker_does_its_stages_only(test: &TestStore) {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    desk.report(&rdp(&["192.0.2.1"]));
    let work = |stages: &str| {
        let worker = Worker::new(&desk.flow, &pipeline::worker::Silent);
        worker
            .doing(stages.parse().unwrap())
            .run_until_idle()
            .unwrap()
    };
    assert_eq!(work("none").jobs, 0);
    assert_eq!(work("distribute").handed_over, 0);
    assert_eq!(work("matching").jobs, 1);
    assert_eq!(desk.status().rows.rows_read, 0);
    let worked = work("process,upkeep");
    assert_eq!((worked.jobs, worked.handed_over), (1, 0));
    assert_eq!(work("distribute").handed_over, 1);
}

both_engines!(
    a_critical_row_is_handed_over_between_two_chunks_of_what_came_before_it,
    a_worker_that_is_to_stop_leaves_its_job_after_the_chunk_and_another_goes_on_at_once,
    a_worker_does_its_stages_only,
);
