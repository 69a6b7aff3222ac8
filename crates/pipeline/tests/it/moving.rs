//! An installation that moves to PostgreSQL in the middle of its work ends as one that never moved.

use std::fs::File;
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pipeline::gather::{GatherOptions, gather};
use pipeline::worker::{Progress, Worker};
use store::{Status, Store, StoreError};
use testkit::generate::{ReportPlan, ScanType, World};
use testkit::{Desk, Engine, TestStore};

/// Endpoints of the report: a whole chunk and a piece.
const ENDPOINTS: u64 = 50_500;

/// Ends its worker as a kill would, when it has written a chunk.
struct Killed;

impl Progress for Killed {
    fn rows(&self, _: &str, _: i64) {
        panic!("killed");
    }

    fn messages(&self, _: u64) {}
}

fn gathered(test: &TestStore) -> Desk {
    let world = World::new(7, 2_000);
    let desk = Desk::of(test);
    desk.import(&world.register);
    desk.work_without_distribution();
    let plan = ReportPlan::new(ScanType::ScanRdp, ENDPOINTS);
    let path = test.folder().join(plan.file_name());
    let mut file = BufWriter::new(File::create(&path).unwrap());
    world.write_report(&plan, &mut file).unwrap();
    drop(file);
    let report = File::open(&path).unwrap();
    gather(
        &desk.flow,
        &plan.file_name(),
        report,
        &GatherOptions::default(),
    )
    .unwrap();
    desk
}

/// All that people could export, in an order of its own, and the counts.
fn everything(store: &Store) -> (Vec<String>, Status) {
    let mut all = Vec::new();
    let mut keep = |text: String| {
        all.push(text);
        Ok::<_, StoreError>(())
    };
    let status = store.read(|tx| {
        tx.each_named_finding(|found| keep(format!("{found:?}")))?;
        tx.each_named_match(|found| keep(format!("{found:?}")))?;
        tx.each_named_notification(|told| keep(format!("{told:?}")))?;
        tx.status()
    });
    all.sort();
    (all, status.unwrap())
}

#[test]
fn work_that_was_stopped_in_the_middle_of_a_batch_goes_on_at_the_new_place() {
    let undisturbed = TestStore::new(Engine::Embedded);
    let desk = gathered(&undisturbed);
    desk.work_without_distribution();
    let want = everything(&undisturbed.store);

    let source = TestStore::new(Engine::Embedded);
    let mut desk = gathered(&source);
    let worker = Worker::new(&desk.flow, &Killed).without_distribution();
    let killed = catch_unwind(AssertUnwindSafe(|| worker.run_until_idle()));
    assert!(killed.is_err());
    let half = source.store.read(|tx| tx.status()).unwrap();
    assert!(
        half.rows.rows_read > 0 && half.batches == [1, 0, 0, 0],
        "{half:?}"
    );

    let target = TestStore::empty(Engine::Postgres);
    source.store.write(|tx| tx.release_stale_work()).unwrap();
    source
        .store
        .move_to(&target.store, "postgres://db.example", |_, _| {})
        .unwrap();
    desk.flow.store = target.store.clone();
    desk.work_without_distribution();
    let got = everything(&target.store);
    assert_eq!(got.1, want.1);
    assert!(got.0 == want.0, "the exports differ");
    let checked = target.store.check(true, |_| {}).unwrap();
    assert!(
        checked.iter().all(|checked| checked.wrong == 0),
        "{checked:?}"
    );
}
