//! Stores that are gone for a while.

use std::fs;
use std::time::Duration;

use testkit::generate::Random;
use testkit::{Engine, PrivateServer, TestPlace};

use super::{Scene, check_contains, work_until_done};
use crate::moment::{Moment, Watch};
use crate::program::Installation;

#[test]
fn a_store_file_that_is_moved_away_during_work_is_missed_and_found_again() {
    let scene = Scene::new();
    for steps in [1, 4, 8] {
        let mut installation = scene.installation(Engine::Embedded);
        scene.gather(&installation);
        let mut watch = Watch::new(&installation);
        let mut running = installation.start(&["work", "--until-idle"]);
        watch.wait_for(&mut running, Moment::after(steps));
        move_store(&installation, "", "away/");
        running.wait();
        let missed = installation.run(&["work", "--until-idle"]);
        assert_eq!(missed.status.code(), Some(1), "{missed:?}");
        check_contains(&missed.complaint, "its store is not");
        move_store(&installation, "away/", "");
        work_until_done(&mut installation);
        scene.check_end(&installation);
    }
}

fn move_store(installation: &Installation, from: &str, to: &str) {
    fs::create_dir_all(installation.data().join("away")).unwrap();
    for file in ["seinpost.db", "seinpost.db-wal", "seinpost.db-shm"] {
        let place = |folder: &str| installation.data().join(format!("{folder}{file}"));
        if place(from).exists() {
            fs::rename(place(from), place(to)).unwrap();
        }
    }
}

#[test]
fn a_server_that_is_stopped_for_a_while_is_missed_and_found_again() {
    let server = PrivateServer::start();
    let scene = Scene::new();
    let mut installation = Installation::at(TestPlace::on(&server));
    scene.set_up(&installation);
    server.stop();
    let missed = scene.gather(&installation);
    assert_eq!(missed.status.code(), Some(2), "{missed:?}");
    check_contains(&missed.complaint, "cannot open the store");
    server.start_again();
    assert!(scene.gather(&installation).status.success());
    let mut running = installation.start(&["work", "--until-idle"]);
    std::thread::sleep(Duration::from_millis(60));
    server.stop();
    std::thread::sleep(Duration::from_millis(300));
    server.start_again();
    while !running.is_over() {
        std::thread::sleep(Duration::from_millis(10));
    }
    installation.wait_for_leases();
    work_until_done(&mut installation);
    scene.check_end(&installation);
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_work_recovers_and_so_does_the_work() {
    let server = PrivateServer::start();
    let scene = Scene::new();
    let mut random = Random::new(23);
    for mails in [false, true] {
        let mut installation = Installation::at(TestPlace::on(&server));
        installation.mails = mails;
        scene.set_up(&installation);
        scene.gather(&installation);
        for _ in 0..4 {
            let running = installation.start(&["work", "--until-idle"]);
            std::thread::sleep(Duration::from_millis(20 + random.below(120)));
            server.kill_and_start();
            running.wait();
            installation.wait_for_leases();
        }
        work_until_done(&mut installation);
        scene.check_end(&installation);
    }
}
