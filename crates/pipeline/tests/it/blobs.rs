//! Deliveries that were altered where they are kept, and deliveries in object storage.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use message::{Decider, Retried};
use pipeline::gather::{GatherOptions, gather};
use pipeline::upkeep::blobs::{Swept, copy, sweep, verify};
use pipeline::worker::{Progress, Silent, Worked, Worker};
use store::{Blobs, S3Options};
use testkit::generate::{Expected, ReportPlan, ScanType, World};
use testkit::line::{Fate, Line};
use testkit::s3::S3Server;
use testkit::{Desk, Engine, Report, TestStore, both_engines};

use crate::checks::rdp;

const HOUR: Duration = Duration::from_secs(3600);

/// A report, gathered and not worked on, and the file that keeps it.
fn gathered(test: &TestStore, endpoints: u64) -> (Desk, Expected, PathBuf) {
    let world = World::new(3, 100);
    let desk = Desk::of(test);
    desk.import(&world.register);
    desk.work();
    let plan = ReportPlan::new(ScanType::ScanRdp, endpoints);
    let mut report = Vec::new();
    let expected = world.write_report(&plan, &mut report).unwrap();
    desk.gather(&plan.file_name(), report);
    let path = path_of(&desk, &blob_of(&desk, 1));
    (desk, expected, path)
}

fn blob_of(desk: &Desk, batch_no: i64) -> String {
    let batch = desk.flow.store.read(|tx| tx.batch(batch_no)).unwrap();
    batch.unwrap().blob
}

fn path_of(desk: &Desk, name: &str) -> PathBuf {
    let folder = desk.folder().join("blobs");
    folder.join(format!("{}/{}/{name}.zst", &name[..2], &name[2..4]))
}

fn work(desk: &Desk, progress: &dyn Progress) -> Worked {
    let worker = Worker::new(&desk.flow, progress).without_distribution();
    worker.run_until_idle().unwrap()
}

fn check(desk: &Desk, expected: &Expected) {
    let status = desk.status();
    assert_eq!(status.rows, expected.rows);
    assert_eq!(
        (status.findings, desk.told()),
        (expected.findings, expected.lines.clone())
    );
}

fn no_row_of_an_altered_delivery_counts_until_it_is_whole_again(test: &TestStore) {
    let (mut desk, expected, path) = gathered(test, 2_000);
    let whole = fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    let middle = whole.len() / 2;
    for byte in &mut flipped[middle..middle + 10] {
        *byte ^= 0xff;
    }
    let other = zstd::encode_all(&b"timestamp,ip\n2026-11-18 00:00:00,192.0.2.1\n"[..], 1).unwrap();
    let cut = &whole[..whole.len() - 5];
    for (attempt, bytes) in [&flipped[..], cut, &other, b"", b"x"]
        .into_iter()
        .enumerate()
    {
        fs::write(&path, bytes).unwrap();
        desk.at(testkit::now().plus_seconds((attempt as i64 + 1) * 3600));
        let worked = work(&desk, &Silent);
        let [why] = &worked.failures[..] else {
            panic!("{worked:?}");
        };
        assert!(
            why.contains("was altered") && why.contains("from a backup"),
            "{why}"
        );
        assert_eq!(desk.status().rows.rows_read, 0, "attempt {attempt}");
    }
    assert_eq!(desk.status().batches, [0, 0, 1, 0]);
    fs::write(&path, &whole).unwrap();
    retry(&desk);
    assert_eq!(work(&desk, &Silent).failures.len(), 0);
    check(&desk, &expected);
}

fn retry(desk: &Desk) {
    let decider = Decider {
        now: desk.flow.clock.now(),
        name: "an analyst",
    };
    let retried = desk.flow.store.write(|tx| decider.retry(tx, 1));
    assert_eq!(retried.unwrap(), Retried::Again);
}

/// Cuts a file when the first chunk is written.
struct Cutter {
    path: PathBuf,
    is_done: Mutex<bool>,
}

impl Progress for Cutter {
    fn rows(&self, _: &str, _: i64) {
        let mut is_done = self.is_done.lock().unwrap();
        if !*is_done {
            let file = File::options().write(true).open(&self.path).unwrap();
            // The second of three chunks is read already.
            let length = file.metadata().unwrap().len();
            file.set_len(length - length / 20).unwrap();
            *is_done = true;
        }
    }

    fn messages(&self, _: u64) {}
}

#[test]
fn a_delivery_that_is_cut_while_it_is_read_goes_on_where_it_was() {
    let test = TestStore::new(Engine::Embedded);
    let (mut desk, expected, path) = gathered(&test, 130_000);
    let whole = fs::read(&path).unwrap();
    let cutter = Cutter {
        path: path.clone(),
        is_done: Mutex::new(false),
    };
    let worked = work(&desk, &cutter);
    assert!(worked.failures[0].contains("was altered"), "{worked:?}");
    assert_eq!(desk.status().rows.rows_read, 100_000);
    assert_eq!(
        desk.status().batches,
        [1, 0, 0, 0],
        "the batch has not ended"
    );
    fs::write(&path, &whole).unwrap();
    desk.at(testkit::now().plus_seconds(3600));
    assert_eq!(work(&desk, &Silent).failures.len(), 0);
    check(&desk, &expected);
}

fn report(number: u8) -> Report {
    rdp(&[&format!("192.0.2.{number}")])
}

/// A blob that no batch names, as old as that.
fn orphan(desk: &Desk, content: &[u8], age: Duration) -> PathBuf {
    let mut writer = desk.flow.blobs.writer().unwrap();
    std::io::Write::write_all(&mut writer, content).unwrap();
    let path = path_of(desk, &writer.finish().unwrap().name);
    age_file(&path, age);
    path
}

fn age_file(path: &std::path::Path, age: Duration) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - age).unwrap();
}

fn what_no_batch_names_is_swept_when_it_is_old(test: &TestStore) {
    let desk = Desk::of(test);
    desk.report(&report(1));
    let named = path_of(&desk, &blob_of(&desk, 1));
    age_file(&named, 48 * HOUR);
    let old = orphan(&desk, b"old", 48 * HOUR);
    let young = orphan(&desk, b"young", HOUR);
    let half = desk.folder().join("blobs/incoming/1-0");
    fs::write(&half, "half").unwrap();
    age_file(&half, 48 * HOUR);
    let rehearsed = sweep(&desk.flow, 24 * HOUR, true).unwrap();
    assert!(old.exists() && half.exists());
    let swept = sweep(&desk.flow, 24 * HOUR, false).unwrap();
    assert_eq!((swept.orphans, swept.unfinished), (1, 1));
    assert_eq!(swept, rehearsed);
    assert!(named.exists() && young.exists());
    assert!(!old.exists() && !half.exists());
    assert_eq!(
        sweep(&desk.flow, 24 * HOUR, false).unwrap(),
        Swept::default()
    );
}

fn a_sweep_beside_gathering_removes_nothing_that_a_batch_names(test: &TestStore) {
    let desk = Desk::of(test);
    let sweeper = desk.beside(test);
    let reports: Vec<_> = (1..=40).map(report).collect();
    for report in &reports {
        orphan(&desk, report.text().as_bytes(), 48 * HOUR);
    }
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                sweep(&sweeper.flow, HOUR, false).unwrap();
            }
        });
        for report in &reports {
            let input = std::io::Cursor::new(report.text());
            // Refused when its blob went at the last moment; then it is gathered again.
            let _ = gather(
                &desk.flow,
                &report.file_name(),
                input,
                &GatherOptions::default(),
            );
        }
        is_done.store(true, Ordering::Relaxed);
    });
    verify(&desk.flow.store, &desk.flow.blobs, |name, outcome| {
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    })
    .unwrap();
    assert!(desk.status().batches[0] > 0);
}

both_engines!(
    a_sweep_beside_gathering_removes_nothing_that_a_batch_names,
    no_row_of_an_altered_delivery_counts_until_it_is_whole_again,
    what_no_batch_names_is_swept_when_it_is_old,
);

#[test]
fn deliveries_in_object_storage_flow_as_those_in_a_folder() {
    let Some(server) = S3Server::open() else {
        return;
    };
    let line = Line::to(server.port());
    let over_line = |prefix| S3Options {
        endpoint: format!("http://127.0.0.1:{}", line.port()).parse().unwrap(),
        ..server.options(prefix)
    };
    let mut desk = Desk::embedded();
    let in_folder = desk.flow.blobs.clone();
    desk.report(&report(1));
    let root = desk.folder().join("blobs");
    desk.flow.blobs = Blobs::in_s3(over_line("raw"), &root).unwrap();
    copy(&in_folder, &desk.flow.blobs, |name, outcome| {
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    })
    .unwrap();
    desk.report(&report(2));

    // The storage is gone: a delivery is not taken in, and what was taken in waits.
    desk.flow.blobs = Blobs::in_s3(over_line("raw"), &root).unwrap();
    line.next(&[Fate::BreakAfterQuestion(0); 15]);
    let lost = report(3);
    let input = std::io::Cursor::new(lost.text());
    let taken = gather(
        &desk.flow,
        &lost.file_name(),
        input,
        &GatherOptions::default(),
    );
    assert!(taken.is_err(), "{taken:?}");
    let worked = work(&desk, &Silent);
    assert_eq!(worked.failures.len(), 2, "{worked:?}");
    assert!(worked.failures[0].contains("does not answer"), "{worked:?}");
    assert_eq!((desk.status().rows.rows_read, line.waiting()), (0, 0));

    // It is back.
    desk.at(testkit::now().plus_seconds(3600));
    desk.report(&lost);
    assert_eq!(work(&desk, &Silent).failures.len(), 0);
    assert_eq!(desk.status().rows.accepted, 3);
    assert_eq!(
        sweep(&desk.flow, Duration::ZERO, false).unwrap(),
        Swept::default()
    );

    let name = blob_of(&desk, 2);
    server.put(
        &format!("raw/{}/{}/{name}.zst", &name[..2], &name[2..4]),
        b"x",
    );
    let mut altered = Vec::new();
    verify(&desk.flow.store, &desk.flow.blobs, |name, outcome| {
        altered.extend(outcome.is_err().then(|| name.to_owned()));
    })
    .unwrap();
    assert_eq!(altered, [name]);
}
