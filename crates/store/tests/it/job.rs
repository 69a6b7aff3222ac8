use store::{Job, Stage, Store, StoreError};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn add(store: &Store, subject_no: i64, urgency: i16) -> i64 {
    write(store, |tx| {
        tx.add_job(Stage::Process, subject_no, urgency, now())
    })
}

/// Claims a job that many seconds from now.
fn claim(store: &Store, worker: &str, seconds: i64) -> Option<Job> {
    write(store, |tx| {
        tx.claim_job(worker, now().plus_seconds(seconds))
    })
}

fn the_most_urgent_job_goes_first_then_the_oldest(test: &TestStore) {
    for (subject_no, urgency) in [(1, 0), (2, 0), (3, 5), (4, 5)] {
        add(&test.store, subject_no, urgency);
    }
    let subjects: Vec<_> = (0..5)
        .map(|_| claim(&test.store, "w", 0).map(|job| job.subject_no))
        .collect();
    assert_eq!(subjects, [Some(3), Some(4), Some(1), Some(2), None]);
}

fn a_job_is_not_claimed_before_it_is_due(test: &TestStore) {
    write(&test.store, |tx| {
        tx.add_job(Stage::Rematch, 1, 0, now().plus_seconds(60))
    });
    assert_eq!(claim(&test.store, "w", 59), None);
    assert_eq!(
        read(&test.store, |tx| tx.next_job_due()),
        Some(now().plus_seconds(60))
    );
    let job = claim(&test.store, "w", 60).unwrap();
    assert_eq!(
        (job.stage, job.subject_no, job.progress),
        (Stage::Rematch, 1, 0)
    );
}

fn a_worker_that_gives_signs_of_life_keeps_its_job(test: &TestStore) {
    add(&test.store, 1, 0);
    let job = claim(&test.store, "w", 0).unwrap();
    for minute in 1..=5 {
        let at = now().plus_seconds(minute * 50);
        write(&test.store, |tx| tx.hold_lease(job.lease(), minute, at));
        assert_eq!(
            claim(&test.store, "other", minute * 50 + 1),
            None,
            "minute {minute}"
        );
    }
}

fn a_job_whose_worker_died_is_taken_over_where_it_was_and_the_dead_one_is_fenced(test: &TestStore) {
    add(&test.store, 1, 0);
    let dead = claim(&test.store, "dead", 0).unwrap();
    write(&test.store, |tx| tx.hold_lease(dead.lease(), 3, now()));
    let heir = claim(&test.store, "heir", 61).unwrap();
    assert_eq!((heir.job_no, heir.progress), (dead.job_no, 3));
    assert!(heir.epoch > dead.epoch);
    let later = now().plus_seconds(62);
    let fenced = [
        test.store.write(|tx| tx.hold_lease(dead.lease(), 4, later)),
        test.store.write(|tx| tx.finish_job(dead.lease())),
        test.store
            .write(|tx| tx.fail_job(dead.lease(), "no", later).map(drop)),
    ];
    for outcome in fenced {
        assert!(
            matches!(outcome, Err(StoreError::LeaseLost { job_no }) if job_no == dead.job_no),
            "{outcome:?}"
        );
    }
    write(&test.store, |tx| tx.finish_job(heir.lease()));
    assert_eq!(claim(&test.store, "w", 10_000), None);
}

fn what_a_fenced_worker_wrote_beside_its_lease_is_void(test: &TestStore) {
    add(&test.store, 1, 0);
    let dead = claim(&test.store, "dead", 0).unwrap();
    claim(&test.store, "heir", 61).unwrap();
    let outcome = test.store.write(|tx| {
        tx.threat_no("open-rdp")?;
        tx.hold_lease(dead.lease(), 1, now().plus_seconds(62))
    });
    assert!(outcome.is_err());
    assert_eq!(test.count("SELECT COUNT(*) FROM threat"), 0);
}

fn a_job_that_fails_five_times_waits_for_a_person(test: &TestStore) {
    add(&test.store, 1, 0);
    let mut seconds = 0;
    for attempt in 1..=5 {
        let job = claim(&test.store, "w", seconds).unwrap_or_else(|| panic!("attempt {attempt}"));
        let is_last = write(&test.store, |tx| {
            tx.fail_job(job.lease(), "disk full", now().plus_seconds(seconds))
        });
        assert_eq!(is_last, attempt == 5, "attempt {attempt}");
        let due = read(&test.store, |tx| tx.next_job_due());
        assert_eq!(due.is_some(), attempt < 5, "attempt {attempt}");
        assert_eq!(
            claim(&test.store, "w", seconds),
            None,
            "it waits before attempt {}",
            attempt + 1
        );
        seconds += 60;
    }
    assert_eq!(claim(&test.store, "w", 1_000_000), None);
    assert_eq!(read(&test.store, |tx| tx.status()).jobs, [0, 1]);
}

fn a_job_that_kills_its_worker_again_and_again_waits_for_a_person(test: &TestStore) {
    add(&test.store, 1, 0);
    // No sign of life and no failure reported: the process died each time.
    let claims = (0..20)
        .map_while(|attempt| claim(&test.store, "w", attempt * 100))
        .count();
    assert!(claims <= 5, "claimed {claims} times");
}

fn progress_makes_the_tries_count_anew(test: &TestStore) {
    add(&test.store, 1, 0);
    let mut seconds = 0;
    for attempt in 1..=8 {
        let job = claim(&test.store, "w", seconds).unwrap_or_else(|| panic!("attempt {attempt}"));
        assert_eq!(job.progress, attempt - 1);
        write(&test.store, |tx| {
            tx.hold_lease(job.lease(), attempt, now().plus_seconds(seconds))?;
            tx.fail_job(job.lease(), "disk full", now().plus_seconds(seconds))
        });
        seconds += 60;
    }
}

fn stale_work_is_freed_at_once_by_who_knows_that_nobody_else_lives(test: &TestStore) {
    add(&test.store, 1, 0);
    let dead = claim(&test.store, "dead", 0).unwrap();
    write(&test.store, |tx| tx.release_stale_work());
    assert!(test.store.write(|tx| tx.finish_job(dead.lease())).is_err());
    assert!(claim(&test.store, "heir", 0).is_some());
}

both_engines!(
    the_most_urgent_job_goes_first_then_the_oldest,
    a_job_is_not_claimed_before_it_is_due,
    a_worker_that_gives_signs_of_life_keeps_its_job,
    a_job_whose_worker_died_is_taken_over_where_it_was_and_the_dead_one_is_fenced,
    what_a_fenced_worker_wrote_beside_its_lease_is_void,
    a_job_that_fails_five_times_waits_for_a_person,
    a_job_that_kills_its_worker_again_and_again_waits_for_a_person,
    progress_makes_the_tries_count_anew,
    stale_work_is_freed_at_once_by_who_knows_that_nobody_else_lives,
);
