//! PostgreSQL is restarted, or loses us, in the middle of the work: nothing is lost, and nothing happens twice.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pipeline::worker::{Silent, Worker};
use store::{NotificationState, Store};
use testkit::generate::{Expected, ReportPlan, ScanType, World};
use testkit::{Desk, PrivateServer, Proxy};

use crate::checks::states;

/// Longest that the work may take after the server is back for good.
const WORK_MAX: Duration = Duration::from_secs(600);

const END_SESSIONS: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'seinpost' AND pid <> pg_backend_pid()";

/// An installation with a register and a report that nobody has worked on.
fn gathered(url: &str, folder: &std::path::Path, endpoints: u64) -> (Desk, Expected) {
    let world = World::new(3, 400);
    let desk = Desk::on(Store::open_postgres(url).unwrap(), folder);
    desk.import(&world.register);
    desk.work();
    let plan = ReportPlan::new(ScanType::ScanRdp, endpoints);
    let mut report = Vec::new();
    let expected = world.write_report(&plan, &mut report).unwrap();
    desk.gather(&plan.file_name(), report);
    (desk, expected)
}

fn check(desk: &Desk, expected: &Expected) {
    let status = desk.status();
    assert_eq!(
        (status.rows, status.findings),
        (expected.rows, expected.findings)
    );
    assert_eq!(status.observations, expected.rows.accepted);
    assert_eq!(status.jobs, [0, 0]);
    assert_eq!(desk.told(), expected.lines);
    assert_eq!(desk.queued(), expected.queue);
}

#[test]
fn a_server_that_goes_away_in_the_middle_costs_time_and_nothing_else() {
    let server = PrivateServer::start();
    let folder = tempfile::tempdir().unwrap();
    let (desk, expected) = gathered(&server.url(), folder.path(), 10_000);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| Worker::new(&desk.flow, &Silent).stopped_by(&stop).run());
        for pause in [300, 500, 700] {
            std::thread::sleep(Duration::from_millis(pause));
            server.execute(END_SESSIONS);
        }
        for pause in [200, 900] {
            std::thread::sleep(Duration::from_millis(pause));
            server.stop();
            std::thread::sleep(Duration::from_millis(pause));
            server.start_again();
        }
        let end = Instant::now() + WORK_MAX;
        let is_done = || {
            let states = states(&desk);
            let delivered = NotificationState::Delivered;
            desk.status().batches == [0, 1, 0, 0] && states.iter().all(|state| *state == delivered)
        };
        while !is_done() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(100));
        }
        stop.store(true, Ordering::Relaxed);
        worker.join().unwrap().unwrap();
    });
    check(&desk, &expected);
    assert_eq!(
        desk.mails().len(),
        states(&desk).len(),
        "each went out once"
    );
}

#[test]
fn a_chunk_whose_commit_was_not_answered_is_not_written_twice() {
    let server = PrivateServer::start();
    let proxy = Proxy::losing_commits_after("COPY observation", 2, server.port());
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", proxy.port());
    let folder = tempfile::tempdir().unwrap();
    let (desk, expected) = gathered(&url, folder.path(), 51_000);
    desk.work();
    assert_eq!(proxy.lost(), 2, "one for each chunk");
    check(&desk, &expected);
}
