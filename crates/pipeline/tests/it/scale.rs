//! Many rows against many nested owners: every count is exactly right.

use std::fs::File;
use std::io::BufWriter;
use std::time::Instant;

use pipeline::gather::{GatherOptions, gather};
use testkit::generate::{Expected, ReportPlan, ScanType, World};
use testkit::{Desk, TestStore, both_engines};

fn two_hundred_thousand_rows_reach_exactly_their_owners(test: &TestStore) {
    let start = Instant::now();
    let world = World::new(1, 50_000);
    let desk = Desk::of(test);
    desk.import(&world.register);
    desk.work_without_distribution();
    let register_secs = start.elapsed().as_secs_f64();
    let mut expected = Expected::default();
    let start = Instant::now();
    for plan in [
        ReportPlan::new(ScanType::ScanRdp, 150_000),
        ReportPlan::new(ScanType::Scan6Rdp, 50_000),
    ] {
        let path = test.folder().join(plan.file_name());
        let mut file = BufWriter::new(File::create(&path).unwrap());
        expected.add(&world.write_report(&plan, &mut file).unwrap());
        drop(file);
        gather(
            &desk.flow,
            &plan.file_name(),
            File::open(&path).unwrap(),
            &GatherOptions::default(),
        )
        .unwrap();
    }
    let gather_secs = start.elapsed().as_secs_f64();
    let start = Instant::now();
    desk.work_without_distribution();
    let rate = expected.rows.rows_read as f64 / start.elapsed().as_secs_f64();
    println!(
        "{:?}: register {register_secs:.1} s, write and gather {gather_secs:.1} s, process {rate:.0} rows/s",
        test.engine()
    );
    let status = desk.status();
    assert_eq!(
        (status.rows, status.findings),
        (expected.rows, expected.findings)
    );
    assert_eq!(status.observations, expected.rows.accepted);
    let told = desk.told();
    for (reference, lines) in &expected.lines {
        assert_eq!(told.get(reference), Some(lines), "{reference}");
    }
    assert_eq!(told.len(), expected.lines.len());
    assert_eq!(desk.queued(), expected.queue);
}

both_engines!(two_hundred_thousand_rows_reach_exactly_their_owners);
