//! Whoever waits for work hears of it at once.

use std::time::{Duration, Instant};

use model::Timestamp;
use store::{Stage, Store};
use testkit::{Engine, PrivateServer, TestStore, both_engines, now};

use crate::builders::write;

/// A wait that ends by itself takes this long; one that is woken ends well before.
const LONGEST: Duration = Duration::from_secs(20);

/// Begins to listen: the first wait ends at once, since something may have been left before it.
fn listen(store: &Store) {
    store.wait_for_work(LONGEST);
}

/// Waits while `leave` runs in the middle of it; says whether somebody woke the waiter.
fn is_woken(store: &Store, leave: impl FnOnce() + Send) -> bool {
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            leave();
        });
        store.wait_for_work(LONGEST);
    });
    began.elapsed() < LONGEST
}

fn add_job(store: &Store, now: Timestamp) {
    write(store, |tx| tx.add_job(Stage::Process, 1, 0, now));
}

fn a_job_of_another_process_wakes_who_waits(test: &TestStore) {
    let other = test.opened_again();
    listen(&test.store);
    assert!(is_woken(&test.store, || add_job(&other, now())));
}

fn what_was_left_between_two_waits_ends_the_second_at_once(test: &TestStore) {
    let other = test.opened_again();
    listen(&test.store);
    add_job(&other, now());
    assert!(is_woken(&test.store, || {}));
}

fn the_end_of_a_pause_wakes_who_waits(test: &TestStore) {
    let other = test.opened_again();
    write(&other, |tx| tx.set_paused(Some((now(), "a test"))));
    listen(&test.store);
    assert!(is_woken(&test.store, || {
        write(&other, |tx| tx.set_paused(None));
    }));
}

fn nobody_is_woken_by_nothing(test: &TestStore) {
    let short = Duration::from_millis(300);
    listen(&test.store);
    let began = Instant::now();
    test.store.wait_for_work(short);
    assert!(began.elapsed() >= short);
}

#[test]
fn a_listener_whose_connection_was_ended_listens_again() {
    let server = PrivateServer::start();
    let store = Store::open_postgres(&server.url()).unwrap();
    store.migrate().unwrap();
    listen(&store);
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'seinpost'",
    );
    assert!(is_woken(&store, || {}), "the loss itself is noticed");
    listen(&store);
    assert!(is_woken(&store, || add_job(&store, now())));
}

#[test]
fn work_of_another_installation_in_the_same_database_wakes_nobody() {
    let test = TestStore::new(Engine::Postgres);
    test.tamper("CREATE SCHEMA beside");
    let beside = format!("{}?options=-csearch_path%3Dbeside", test.url().unwrap());
    let stranger = Store::open_postgres(&beside).unwrap();
    stranger.migrate().unwrap();
    listen(&test.store);
    let began = Instant::now();
    add_job(&stranger, now());
    let short = Duration::from_millis(300);
    test.store.wait_for_work(short);
    assert!(began.elapsed() >= short);
}

both_engines!(
    a_job_of_another_process_wakes_who_waits,
    what_was_left_between_two_waits_ends_the_second_at_once,
    the_end_of_a_pause_wakes_who_waits,
    nobody_is_woken_by_nothing,
);
