//! Several programs on one store at once.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::Duration;

use model::register::OrganisationRow;
use model::{IdKind, KvkNumber, LegalClass};
use store::{AuditFilter, FindingRow, Stage, Store, Wanted};
use testkit::{TestStore, both_engines};

use crate::builders::{desk_no, finding_key, finding_row, now, read, write};

/// Runs `work` in two threads at the same moment, each with a store of its own, as two processes would.
fn at_once<T: Send>(test: &TestStore, work: impl Fn(usize, &Store) -> T + Sync) -> Vec<T> {
    let stores = [test.opened_again(), test.opened_again()];
    let barrier = Barrier::new(stores.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = stores
            .iter()
            .enumerate()
            .map(|(number, store)| {
                let (barrier, work) = (&barrier, &work);
                scope.spawn(move || {
                    barrier.wait();
                    work(number, store)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("the thread ends"))
            .collect()
    })
}

fn two_workers_never_claim_the_same_job(test: &TestStore) {
    for subject_no in 0..40 {
        write(&test.store, |tx| {
            tx.add_job(Stage::Process, subject_no, 0, now())
        });
    }
    let claimed = at_once(test, |number, store| {
        let mut subjects = Vec::new();
        while let Some(job) = write(store, |tx| {
            tx.claim_job(&Wanted::any(&format!("worker-{number}")), now())
        }) {
            subjects.push(job.subject_no);
            write(store, |tx| tx.finish_job(job.lease()));
        }
        subjects
    });
    let all: Vec<_> = claimed.concat();
    assert_eq!(all.len(), 40, "{claimed:?}");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 40, "{claimed:?}");
}

fn two_workers_that_open_the_same_finding_open_it_once(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let keys: Vec<_> = (0..200u8)
        .map(|number| finding_key(desk_no, &[0x24, number]))
        .collect();
    let opened = at_once(test, |_, store| {
        // As the flow does: look, number what is new, insert; a conflict runs all of it again.
        write(store, |tx| {
            let known = tx.findings_by_key(&keys.iter().collect::<Vec<_>>())?;
            let new: Vec<_> = keys
                .iter()
                .zip(&known)
                .filter(|(_, known)| known.is_none())
                .collect();
            let numbers = tx.new_finding_numbers(new.len())?;
            let rows: Vec<FindingRow> = numbers.into_iter().map(finding_row).collect();
            let pairs = new.iter().map(|(key, _)| *key).zip(&rows);
            let pairs: Vec<_> = pairs.map(|(key, row)| (key, row, &[][..])).collect();
            tx.insert_findings(&pairs)?;
            Ok(pairs.len())
        })
    });
    assert_eq!(opened.iter().sum::<usize>(), keys.len(), "{opened:?}");
    assert_eq!(
        read(&test.store, |tx| tx.status()).findings,
        keys.len() as i64
    );
}

fn counters_lose_nothing_under_two_writers(test: &TestStore) {
    at_once(test, |_, store| {
        for _ in 0..50 {
            write(store, |tx| tx.raise_register_version());
        }
    });
    assert_eq!(
        read(&test.store, |tx| tx.installation()).register_version,
        101
    );
}

fn the_audit_chain_has_one_end_under_two_writers(test: &TestStore) {
    at_once(test, |number, store| {
        for _ in 0..20 {
            write(store, |tx| {
                tx.record(now(), &format!("writer-{number}"), "approve", "subject", "")
            });
        }
    });
    assert_eq!(test.count("SELECT COUNT(*) FROM audit"), 40);
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), None);
}

fn a_reader_sees_one_moment_while_a_writer_goes_on(test: &TestStore) {
    let other = test.opened_again();
    read(&test.store, |tx| {
        let before = tx.status()?;
        write(&other, |tx| tx.add_job(Stage::Process, 1, 0, now()));
        assert_eq!(tx.status()?, before);
        Ok(())
    });
    assert_eq!(read(&test.store, |tx| tx.status()).jobs, [1, 0]);
}

fn of_two_newcomers_with_one_number_one_comes_in(test: &TestStore) {
    let kvk: KvkNumber = "90000017".parse().unwrap();
    let came_in = at_once(test, |number, store| {
        write(store, |tx| {
            tx.hold_newcomers()?;
            if tx.has_party_with_kvk(&kvk)? {
                return Ok(false);
            }
            // Long enough for the other one to look too, if it does not wait.
            std::thread::sleep(Duration::from_millis(200));
            let row = OrganisationRow {
                organisation: format!("newcomer-{number}"),
                name: "Bakery Example".to_owned(),
                kvk: Some(kvk),
                sector: None,
                legal_class: LegalClass::Unknown,
                legal_class_from: None,
                language: None,
            };
            tx.import(now()).organisation(&row)?;
            Ok(true)
        })
    });
    assert_eq!(
        came_in.iter().filter(|came| **came).count(),
        1,
        "{came_in:?}"
    );
}

fn a_part_that_is_made_while_its_whole_leaves_leaves_with_it(test: &TestStore) {
    let whole_no = write(&test.store, |tx| {
        let row = OrganisationRow {
            organisation: "bakery".to_owned(),
            name: "Bakery Example".to_owned(),
            kvk: None,
            sector: None,
            legal_class: LegalClass::Unknown,
            legal_class_from: None,
            language: None,
        };
        tx.import(now()).organisation(&row)?;
        tx.party_no("bakery")
    });
    let whole_no = whole_no.expect("it was imported");
    let is_made = Barrier::new(2);
    let made = at_once(test, |number, store| {
        if number > 0 {
            is_made.wait();
            write(store, |tx| tx.leave(whole_no, "upkeep", now()));
            return None;
        }
        write(store, |tx| {
            let part_no = tx.add_sub_organisation(whole_no, "The oven", "test", now())?;
            is_made.wait();
            // Long enough for the whole to leave, if that does not wait.
            std::thread::sleep(Duration::from_millis(200));
            Ok(Some(part_no))
        })
    });
    let part_no = made[0].expect("it was made");
    assert!(!read(&test.store, |tx| tx.party_is_open(part_no)));
    let noted = read(&test.store, |tx| {
        let filter = AuditFilter {
            subject: Some(tx.subject_of(IdKind::Party, part_no)?),
            ..AuditFilter::default()
        };
        tx.audit_page(&filter, i64::MAX, 50)
    });
    assert_eq!(noted.rows[0].action, "leave");
}

both_engines!(
    a_part_that_is_made_while_its_whole_leaves_leaves_with_it,
    of_two_newcomers_with_one_number_one_comes_in,
    two_workers_never_claim_the_same_job,
    two_workers_that_open_the_same_finding_open_it_once,
    counters_lose_nothing_under_two_writers,
    the_audit_chain_has_one_end_under_two_writers,
    a_reader_sees_one_moment_while_a_writer_goes_on,
);
