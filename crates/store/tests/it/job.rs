use std::time::Duration;

use store::{Job, LEASE_MAX, Stage, Store, StoreError, Wanted};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn add(store: &Store, subject_no: i64, urgency: i16) -> i64 {
    write(store, |tx| {
        tx.add_job(Stage::Process, subject_no, urgency, now())
    })
}

/// Claims a job that many seconds from now.
fn claim(store: &Store, worker: &str, seconds: i64) -> Option<Job> {
    claim_of(store, &Wanted::any(worker), seconds)
}

fn claim_of(store: &Store, wanted: &Wanted<'_>, seconds: i64) -> Option<Job> {
    write(store, |tx| {
        tx.claim_job(wanted, now().plus_seconds(seconds))
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

fn a_job_that_has_waited_for_five_minutes_goes_before_more_urgent_ones(test: &TestStore) {
    add(&test.store, 1, 0);
    write(&test.store, |tx| {
        tx.add_job(Stage::Process, 2, 5, now().plus_seconds(299))
    });
    assert_eq!(claim(&test.store, "w", 300).unwrap().subject_no, 2);
    write(&test.store, |tx| {
        tx.add_job(Stage::Process, 3, 5, now().plus_seconds(299))
    });
    assert_eq!(claim(&test.store, "w", 301).unwrap().subject_no, 1);
}

fn a_worker_gets_jobs_of_its_stages_and_above_its_bound_only(test: &TestStore) {
    add(&test.store, 1, 3);
    let stages = [Stage::Rematch, Stage::Upkeep];
    let other_stages = Wanted {
        stages: &stages,
        ..Wanted::any("w")
    };
    let above = |urgency| Wanted {
        above: Some(urgency),
        ..Wanted::any("w")
    };
    assert_eq!(claim_of(&test.store, &other_stages, 0), None);
    assert_eq!(claim_of(&test.store, &above(3), 0), None);
    assert!(claim_of(&test.store, &above(2), 0).is_some());
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
    for step in 1..=5 {
        test.end_leases();
        match step % 2 {
            0 => write(&test.store, |tx| tx.hold_lease(job.lease(), step)),
            _ => write(&test.store, |tx| tx.renew_lease(job.lease())),
        }
        assert_eq!(claim(&test.store, "other", 0), None, "step {step}");
    }
}

fn the_clocks_of_workers_neither_free_a_lease_nor_hold_it(test: &TestStore) {
    add(&test.store, 1, 0);
    claim(&test.store, "w", 0).unwrap();
    // A worker whose clock is a year ahead, and one whose clock was set back.
    for seconds in [31_536_000, -31_536_000] {
        assert_eq!(claim(&test.store, "other", seconds), None, "{seconds}");
    }
    test.end_leases();
    assert!(claim(&test.store, "other", -31_536_000).is_some());
}

fn a_lease_from_before_the_clock_of_the_store_was_set_back_is_cut(test: &TestStore) {
    add(&test.store, 1, 0);
    claim(&test.store, "dead", 0).unwrap();
    let lease_until = || test.count("SELECT lease_until FROM job");
    let honest = lease_until();
    test.tamper("UPDATE job SET lease_until = lease_until + 31536000000000");
    assert_eq!(
        claim(&test.store, "heir", 0),
        None,
        "it is not freed at once"
    );
    assert!(lease_until() < honest + LEASE_MAX.as_micros() as i64);
}

fn a_job_whose_worker_died_is_taken_over_where_it_was_and_the_dead_one_is_fenced(test: &TestStore) {
    add(&test.store, 1, 0);
    let dead = claim(&test.store, "dead", 0).unwrap();
    write(&test.store, |tx| tx.hold_lease(dead.lease(), 3));
    test.end_leases();
    let heir = claim(&test.store, "heir", 0).unwrap();
    assert_eq!((heir.job_no, heir.progress), (dead.job_no, 3));
    assert!(heir.epoch > dead.epoch);
    let fenced = [
        test.store.write(|tx| tx.hold_lease(dead.lease(), 4)),
        test.store.write(|tx| tx.renew_lease(dead.lease())),
        test.store.write(|tx| tx.put_back_job(dead.lease())),
        test.store.write(|tx| tx.finish_job(dead.lease())),
        test.store
            .write(|tx| tx.fail_job(dead.lease(), "no", now()).map(drop)),
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
    test.end_leases();
    claim(&test.store, "heir", 0).unwrap();
    let outcome = test.store.write(|tx| {
        tx.threat_no("open-rdp")?;
        tx.hold_lease(dead.lease(), 1)
    });
    assert!(outcome.is_err());
    assert_eq!(test.count("SELECT COUNT(*) FROM threat"), 0);
}

fn a_job_that_is_put_back_is_claimed_at_once_and_its_tries_are_not_counted(test: &TestStore) {
    add(&test.store, 1, 0);
    for _ in 0..20 {
        let job = claim(&test.store, "w", 0).unwrap();
        assert!(!job.is_exhausted());
        write(&test.store, |tx| tx.put_back_job(job.lease()));
    }
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

fn a_job_that_kills_its_worker_again_and_again_is_given_up(test: &TestStore) {
    add(&test.store, 1, 0);
    // No sign of life and no failure reported: the process died each time.
    for attempt in 1..=5 {
        assert!(
            !claim(&test.store, "w", 0).unwrap().is_exhausted(),
            "attempt {attempt}"
        );
        test.end_leases();
    }
    let last = claim(&test.store, "w", 0).unwrap();
    assert!(last.is_exhausted());
    assert!(write(&test.store, |tx| tx.fail_job(
        last.lease(),
        "died",
        now()
    )));
    test.end_leases();
    assert_eq!(claim(&test.store, "w", 1_000_000), None);
}

fn progress_makes_the_tries_count_anew(test: &TestStore) {
    add(&test.store, 1, 0);
    let mut seconds = 0;
    for attempt in 1..=8 {
        let job = claim(&test.store, "w", seconds).unwrap_or_else(|| panic!("attempt {attempt}"));
        assert_eq!(job.progress, attempt - 1);
        write(&test.store, |tx| {
            tx.hold_lease(job.lease(), attempt)?;
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

fn many_programs_that_plan_upkeep_plan_one_job(test: &TestStore) {
    let stores: Vec<Store> = (0..4).map(|_| test.opened_again()).collect();
    std::thread::scope(|scope| {
        for store in &stores {
            scope.spawn(|| (0..5).for_each(|_| write(store, |tx| tx.plan_upkeep(now()))));
        }
    });
    let upkeep = claim(&test.store, "w", 0).unwrap();
    assert_eq!(upkeep.stage, Stage::Upkeep);
    write(&test.store, |tx| tx.plan_upkeep(now()));
    assert_eq!(claim(&test.store, "w", 0), None);
    write(&test.store, |tx| {
        tx.finish_job(upkeep.lease())?;
        tx.plan_upkeep(now().plus_seconds(600))
    });
    assert_eq!(claim(&test.store, "w", 599), None);
    assert!(claim(&test.store, "w", 600).is_some());
    let removed = write(&test.store, |tx| tx.remove_done_jobs(now().plus_seconds(1)));
    assert_eq!(removed, 1, "the one that is under way stays");
}

fn a_lease_lasts_as_long_as_its_worker_asked_for(test: &TestStore) {
    add(&test.store, 1, 0);
    let wanted = Wanted {
        lease: Duration::ZERO,
        ..Wanted::any("w")
    };
    let first = claim_of(&test.store, &wanted, 0).unwrap();
    assert!(claim(&test.store, "other", 0).is_some());
    assert!(
        test.store
            .write(|tx| tx.renew_lease(first.lease()))
            .is_err()
    );
}

both_engines!(
    the_most_urgent_job_goes_first_then_the_oldest,
    a_job_that_has_waited_for_five_minutes_goes_before_more_urgent_ones,
    a_worker_gets_jobs_of_its_stages_and_above_its_bound_only,
    a_job_is_not_claimed_before_it_is_due,
    a_worker_that_gives_signs_of_life_keeps_its_job,
    the_clocks_of_workers_neither_free_a_lease_nor_hold_it,
    a_lease_from_before_the_clock_of_the_store_was_set_back_is_cut,
    a_job_whose_worker_died_is_taken_over_where_it_was_and_the_dead_one_is_fenced,
    what_a_fenced_worker_wrote_beside_its_lease_is_void,
    a_job_that_is_put_back_is_claimed_at_once_and_its_tries_are_not_counted,
    a_job_that_fails_five_times_waits_for_a_person,
    a_job_that_kills_its_worker_again_and_again_is_given_up,
    progress_makes_the_tries_count_anew,
    stale_work_is_freed_at_once_by_who_knows_that_nobody_else_lives,
    many_programs_that_plan_upkeep_plan_one_job,
    a_lease_lasts_as_long_as_its_worker_asked_for,
);
