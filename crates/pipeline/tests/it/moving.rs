//! An installation that moves to PostgreSQL in the middle of its work ends as one that never moved.

use std::fs::File;
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use pipeline::gather::{GatherOptions, gather};
use pipeline::worker::{Progress, Worker};
use store::{Status, Store, StoreError};
use testkit::generate::{ReportPlan, ScanType, World};
use testkit::{Desk, Engine, TestStore};

/// Endpoints of the report: two whole chunks and a piece.
const ENDPOINTS: u64 = 100_500;

/// Ends its worker as a kill would, after a number of chunks.
struct KilledAfter {
    chunks: u32,
    seen: AtomicU32,
}

impl Progress for KilledAfter {
    fn rows(&self, _: &str, _: i64) {
        let seen = self.seen.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(seen < self.chunks, "killed after {seen} chunks");
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
    let status = store.read(|tx| {
        tx.each_named_finding(|found| Ok::<_, StoreError>(all.push(format!("{found:?}"))))?;
        tx.each_named_match(|found| Ok::<_, StoreError>(all.push(format!("{found:?}"))))?;
        tx.each_named_notification(|told| Ok::<_, StoreError>(all.push(format!("{told:?}"))))?;
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
    // Another chunk each day that this is run.
    let chunks = 1 + std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() as u32 / 86_400 % 2;
    let killed = KilledAfter {
        chunks,
        seen: AtomicU32::new(0),
    };
    let worker = Worker::new(&desk.flow, &killed).without_distribution();
    let killed = catch_unwind(AssertUnwindSafe(|| worker.run_until_idle()));
    assert!(killed.is_err());
    let half = source.store.read(|tx| tx.status()).unwrap();
    assert!(
        half.rows.rows_read > 0 && half.batches == [1, 0, 0],
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
    assert_eq!(got.1, want.1, "after {chunks} chunks");
    assert!(got.0 == want.0, "the exports differ after {chunks} chunks");
    let checked = target.store.check(true, |_| {}).unwrap();
    assert!(
        checked.iter().all(|checked| checked.wrong == 0),
        "{checked:?}"
    );
}
