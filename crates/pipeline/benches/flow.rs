//! How fast a report becomes messages that are ready to send: `cargo bench -p pipeline --bench flow -- [ROWS [PREFIXES]]`.
//!
//! Also by environment: `ROWS`, `PREFIXES`, and `DIR` for the folder, which must be on the disk that is to be measured.
//! The embedded engine on real files, so that every commit waits for the disk. Nothing is asserted about time; that the
//! right things were counted is.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::{Duration, Instant};

use pipeline::gather::{GatherOptions, gather};
use store::Store;
use testkit::Desk;
use testkit::generate::{Expected, ReportPlan, ScanType, World};

fn main() {
    let rows = setting(1, "ROWS", 200_000);
    let prefixes = setting(2, "PREFIXES", 50_000);
    let folder = match std::env::var_os("DIR") {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder for the data is made");

    println!(
        "{rows} rows against {prefixes} prefixes, in {}",
        folder.path().display()
    );

    let world = timed("make the register", prefixes, || {
        World::new(1, prefixes as usize)
    });
    let store =
        Store::open_embedded(&folder.path().join("seinpost.db")).expect("the store is opened");
    let mut desk = Desk::on(store, folder.path());
    timed("import the register", prefixes, || {
        world.register.import(&desk.flow.store, testkit::now())
    });
    timed("match again, nothing there", prefixes, || {
        desk.work_without_distribution()
    });

    let day = |days: i64| {
        let mut plans = [
            ReportPlan::new(ScanType::ScanRdp, rows * 3 / 4),
            ReportPlan::new(ScanType::Scan6Rdp, rows - rows * 3 / 4),
        ];
        plans
            .iter_mut()
            .for_each(|plan| plan.seen_from = plan.seen_from.plus_seconds(days * 86_400));
        plans
    };
    let expected = flow_one_day(
        &desk,
        &world,
        &day(0),
        folder.path(),
        ["gather", "process, new"],
    );
    check(&desk, &expected);
    desk.at(testkit::days_later(1));
    flow_one_day(
        &desk,
        &world,
        &day(1),
        folder.path(),
        ["gather, next day", "process, seen again"],
    );
    desk.at(testkit::days_later(8));
    flow_one_day(
        &desk,
        &world,
        &day(8),
        folder.path(),
        ["gather, day 8", "process, told again"],
    );
    let status = desk.status();
    println!(
        "{} findings, {} observations, {} matches",
        status.findings, status.observations, status.matches
    );
    let bytes =
        |name: &str| std::fs::metadata(folder.path().join(name)).map_or(0, |file| file.len());
    println!(
        "store {} MiB",
        (bytes("seinpost.db") + bytes("seinpost.db-wal")) >> 20
    );
    println!("memory high-water mark {}", memory_peak());
}

/// Writes the reports of a day, takes them in and works until idle. Gives what must have come of it on the first day.
fn flow_one_day(
    desk: &Desk,
    world: &World,
    plans: &[ReportPlan],
    folder: &Path,
    names: [&str; 2],
) -> Expected {
    let mut expected = Expected::default();
    for plan in plans {
        let mut file = BufWriter::new(
            File::create(folder.join(plan.file_name())).expect("the report is made"),
        );
        expected.add(
            &world
                .write_report(plan, &mut file)
                .expect("the report is written"),
        );
    }
    let rows = expected.rows.rows_read as u64;
    timed(names[0], rows, || {
        for plan in plans {
            let file = File::open(folder.join(plan.file_name())).expect("the report is there");
            gather(
                &desk.flow,
                &plan.file_name(),
                file,
                &GatherOptions::default(),
            )
            .expect("the report is gathered");
        }
    });
    let worker =
        pipeline::worker::Worker::new(&desk.flow, &pipeline::worker::Silent).without_distribution();
    let worked = timed(names[1], rows, || {
        worker.run_until_idle().expect("the worker works")
    });
    assert_eq!(worked.failures, Vec::<String>::new());
    expected
}

fn check(desk: &Desk, expected: &Expected) {
    let status = desk.status();
    assert_eq!(status.rows, expected.rows);
    assert_eq!(status.findings, expected.findings);
    let told = desk.told();
    for (reference, lines) in &told {
        assert_eq!(expected.lines.get(reference), Some(lines), "{reference}");
    }
    assert_eq!(told.len(), expected.lines.len());
}

fn setting(place: usize, name: &str, usual: u64) -> u64 {
    // Cargo adds `--bench` to the arguments.
    let given = std::env::args()
        .filter(|argument| argument != "--bench")
        .nth(place)
        .or_else(|| std::env::var(name).ok());
    given.map_or(usual, |text| {
        text.replace(['_', ','], "")
            .parse()
            .expect("a whole number")
    })
}

fn timed<T>(what: &str, rows: u64, work: impl FnOnce() -> T) -> T {
    let (start, cpu) = (Instant::now(), cpu_time());
    let done = work();
    let (wall, cpu) = (start.elapsed(), cpu_time().saturating_sub(cpu));
    let rate = rows as f64 / wall.as_secs_f64();
    println!(
        "{what:<28} {:>8.2} s  {rate:>9.0} rows/s  {:>8.2} CPU s",
        wall.as_secs_f64(),
        cpu.as_secs_f64()
    );
    done
}

/// Processor time of this process so far, where the system tells.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields are counted after the name, which stands in parentheses and may hold spaces.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

fn memory_peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or(" is not known here").trim().to_owned()
}
