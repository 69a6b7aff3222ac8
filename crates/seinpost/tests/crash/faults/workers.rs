//! Several workers on one store, some of them stopped and continued, some asked to end.

use std::time::{Duration, Instant};

use testkit::Engine;
use testkit::generate::Random;

use super::{Scene, work_until_done};
use crate::end::repeats;
use crate::moment::{Moment, Watch};
use crate::program::{Installation, Running, signal};

/// Longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A little longer than the lease of a worker that is stopped.
const PAST_LEASE: Duration = Duration::from_millis(2300);

#[test]
fn two_schedulers_on_one_store_hand_every_mail_over_once() {
    let scene = Scene::new();
    for mails in [false, true] {
        let mut installation = scene.installation(Engine::Postgres);
        installation.mails = mails;
        let serve = ["serve", "--listen", "127.0.0.1:0", "--quiet"];
        let servers = [installation.start(&serve), installation.start(&serve)];
        scene.gather(&installation);
        wait_until_idle(&installation);
        for server in servers {
            check_ends_well(server);
        }
        assert_eq!(repeats(&installation), 0);
        scene.check_end(&installation);
    }
}

#[test]
fn a_worker_that_was_stopped_past_its_lease_changes_nothing_when_it_goes_on() {
    check_stopped(&["work", "--until-idle", "--dry-run"], false);
}

#[test]
fn a_worker_that_was_stopped_while_it_wrote_mails_changes_nothing_when_it_goes_on() {
    check_stopped(&["work", "--until-idle"], false);
    check_stopped(&["work", "--until-idle"], true);
}

/// Stops a worker somewhere, lets another do what it can when the lease has run out, and lets the first go on.
fn check_stopped(work: &[&str], mails: bool) {
    let scene = Scene::new();
    let mut random = Random::new(11);
    for _ in 0..3 {
        let mut installation = scene.installation(Engine::Postgres);
        installation.mails = mails;
        let lease = ("SEINPOST_WORKERS_LEASE_SECS", "2".into());
        installation.settings.push(lease);
        scene.gather(&installation);
        if !work.contains(&"--dry-run") {
            installation.done(&["work", "--until-idle", "--dry-run"]);
        }
        let mut stopped = installation.start(work);
        std::thread::sleep(Duration::from_millis(25 + random.below(150)));
        let is_stopped = !stopped.is_over();
        if is_stopped {
            signal(stopped.process(), "STOP");
        }
        std::thread::sleep(PAST_LEASE);
        let mut other = installation.start(&["work", "--until-idle"]);
        // Rows that the stopped one holds locked in the middle of a transaction are waited for.
        let began = Instant::now();
        while !other.is_over() && began.elapsed() < Duration::from_secs(2) {
            std::thread::sleep(Duration::from_millis(10));
        }
        if is_stopped {
            signal(stopped.process(), "CONT");
        }
        for ended in [stopped.wait(), other.wait()] {
            assert!(matches!(ended.status.code(), Some(0 | 1)), "{ended:?}");
        }
        work_until_done(&mut installation);
        scene.check_end(&installation);
    }
}

#[test]
fn a_program_that_is_asked_to_end_finishes_what_it_has_in_hand() {
    let scene = Scene::new();
    for engine in [Engine::Embedded, Engine::Postgres] {
        let mut installation = scene.installation(engine);
        installation.mails = true;
        scene.gather(&installation);
        for steps in [1, 8, 30] {
            let mut running = installation.start(&["work"]);
            while !running.has_said("Ctrl-C stops") {
                std::thread::sleep(Duration::from_millis(1));
            }
            let mut watch = Watch::new(&installation);
            watch.wait_for(&mut running, Moment::after(steps));
            check_ends_well(running);
        }
        work_until_done(&mut installation);
        assert_eq!(repeats(&installation), 0, "nothing was left uncertain");
        scene.check_end(&installation);
    }
}

fn check_ends_well(running: Running) {
    signal(running.process(), "TERM");
    let began = Instant::now();
    let ended = running.wait();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(began.elapsed() < PATIENCE);
}

fn wait_until_idle(installation: &Installation) {
    let began = Instant::now();
    loop {
        std::thread::sleep(Duration::from_millis(200));
        let status = installation.status();
        let left = [
            &status["jobs"]["waiting"],
            &status["notifications"]["approved"],
        ];
        if left.iter().all(|count| **count == 0) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{status}");
    }
}
