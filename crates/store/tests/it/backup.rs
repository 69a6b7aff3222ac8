//! Copies of a store that is being written to.

use std::sync::atomic::{AtomicBool, Ordering};

use store::{Stage, Store};
use testkit::{Engine, TestStore};

use crate::builders::{now, read, write};
use crate::check::{lived_in, wrong};

#[test]
fn a_copy_is_of_one_moment_while_others_write_and_stops_none_of_them() {
    let test = TestStore::new(Engine::Embedded);
    let desk = lived_in(&test);
    let other = test.opened_again();
    let (began, done) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // The register's version and the job that belongs to it: both or none are in a copy.
                write(&other, |tx| {
                    let version = tx.raise_register_version()?;
                    tx.add_job(Stage::Rematch, version, 0, now())
                });
                began.store(true, Ordering::Relaxed);
            }
        });
        while !began.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        for number in 0..5 {
            let path = test.folder().join(format!("copy-{number}.db"));
            let snapshot = test.store.copy_file(&path, |_, _| {}).unwrap();
            let copy = Store::open_copy(&path).unwrap();
            assert_eq!(
                wrong(&copy.check(true, |_| {}).unwrap()),
                Vec::<&str>::new()
            );
            assert_eq!(read(&copy, |tx| tx.status()), snapshot.status);
            assert_eq!(snapshot.blobs.len(), 2);
        }
        done.store(true, Ordering::Relaxed);
    });
    drop(desk);
}

#[test]
fn a_copy_is_one_file_that_needs_no_other_and_is_not_changed_by_looking() {
    let test = TestStore::new(Engine::Embedded);
    lived_in(&test);
    let folder = test.folder().join("copies");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("copy.db");
    test.store.copy_file(&path, |_, _| {}).unwrap();
    let before = std::fs::read(&path).unwrap();
    let copy = Store::open_copy(&path).unwrap();
    copy.check(true, |_| {}).unwrap();
    drop(copy);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

fn numbers_after_a_restore_are_new_ones(test: &TestStore) {
    let desk = lived_in(test);
    let highest = |table: &str| test.count(&format!("SELECT MAX({table}_no) FROM {table}"));
    let before = ["batch", "notification", "finding"].map(highest);
    write(&test.store, |tx| tx.skip_numbers());
    desk.report(&testkit::Report::new("scan_rdp").row(&[
        ("timestamp", "2026-12-08 11:00:00"),
        ("ip", "192.0.2.9"),
        ("port", "3389"),
    ]));
    desk.work_without_distribution();
    let after = ["batch", "notification", "finding"].map(highest);
    assert_eq!(after[0], before[0] + 100_001);
    assert_eq!(after[1], before[1] + 100_001);
    assert_eq!(after[2], before[2] + 1_000_000_001);
}

testkit::both_engines!(numbers_after_a_restore_are_new_ones);
