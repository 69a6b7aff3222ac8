//! How fast a report becomes messages that are ready to send:
//! `cargo bench -p pipeline --bench flow -- [ROWS [PREFIXES [DOMAINS]]]`.
//!
//! Also by environment: `ROWS`, `PREFIXES`, `DOMAINS`, and `DIR` for the folder, which must be on the disk that is to be
//! measured. Without `ROWS` it runs 200,000 and 1,000,000. The embedded engine on real files, so that every commit waits
//! for the disk. Each day is a process of its own, so that its memory, its processor time and what it wrote are those of
//! the flow alone. Nothing is asserted about time; that the right things were counted is.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use pipeline::gather::{GatherOptions, gather};
use pipeline::meter::Step;
use pipeline::worker::{Silent, Worker};
use store::Store;
use testkit::Desk;
use testkit::generate::{Expected, ReportPlan, ScanType, World};

/// Days that are measured, and what their rows are to their findings.
const DAYS: [(i64, &str); 3] = [(0, "new"), (1, "seen again"), (8, "told again")];

/// Named in the environment of the process that runs one day.
const DAY: &str = "FLOW_BENCH_DAY";

fn main() {
    if let Ok(day) = std::env::var(DAY) {
        let day = day.parse().expect("a number of days");
        return run_day(&PathBuf::from(argument(1).expect("the folder")), day);
    }
    let (prefixes, domains) = (
        setting(2, "PREFIXES", 250_000),
        setting(3, "DOMAINS", 2_000_000),
    );
    let sizes = match setting(1, "ROWS", 0) {
        0 => vec![200_000, 1_000_000],
        rows => vec![rows],
    };
    let folder = match std::env::var_os("DIR") {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let folder = folder.expect("a folder for the data is made");
    let mut world = World::with_domains(1, prefixes as usize, domains as usize);
    let register = folder.path().join("register");
    std::fs::create_dir(&register).expect("a folder is made");
    timed("import the register", prefixes + domains, || {
        let store = Store::open_embedded(&register.join("seinpost.db")).expect("a store is made");
        store.migrate().expect("the store is migrated");
        world.register.import(&store, testkit::now());
    });
    world.register = testkit::RegisterBuilder::new();

    for rows in sizes {
        println!("\n{rows} rows against {prefixes} prefixes and {domains} domains");
        let folder = folder.path().join(rows.to_string());
        std::fs::create_dir(&folder).expect("a folder is made");
        std::fs::copy(register.join("seinpost.db"), folder.join("seinpost.db"))
            .expect("the register is copied");
        for (day, _) in DAYS {
            let expected = write_reports(&world, &folder, rows, day);
            let this_program = std::env::current_exe().expect("this program has a path");
            let status = Command::new(this_program)
                .arg(&folder)
                .env(DAY, day.to_string())
                .status();
            assert!(status.expect("the day is run").success(), "day {day}");
            if day == 0 {
                check(&folder, &expected);
            }
        }
        std::fs::remove_dir_all(&folder).expect("the folder is removed");
    }
}

/// Names of the reports of a day, by their plans.
fn plans(rows: u64, day: i64) -> [ReportPlan; 2] {
    let mut plans = [
        ReportPlan::new(ScanType::ScanRdp, rows * 3 / 4),
        ReportPlan::new(ScanType::Scan6Rdp, rows - rows * 3 / 4),
    ];
    for plan in &mut plans {
        plan.seen_from = plan.seen_from.plus_seconds(day * 86_400);
    }
    plans
}

/// Writes the reports of a day; gives what must have come of them on the first day.
fn write_reports(world: &World, folder: &Path, rows: u64, day: i64) -> Expected {
    let mut expected = Expected::default();
    for plan in plans(rows, day) {
        let file = File::create(folder.join(plan.file_name())).expect("the report is made");
        let written = world.write_report(&plan, &mut BufWriter::new(file));
        expected.add(&written.expect("the report is written"));
    }
    expected
}

/// Takes the reports of a day in and works until idle; prints what that took.
fn run_day(folder: &Path, day: i64) {
    let store = Store::open_embedded(&folder.join("seinpost.db")).expect("the store is opened");
    let mut desk = Desk::on(store, folder);
    desk.at(testkit::days_later(day));
    let (start, used) = (Instant::now(), Used::now());
    for plan in plans(0, day) {
        let name = plan.file_name();
        let file = File::open(folder.join(&name)).expect("the report is there");
        gather(&desk.flow, &name, file, &GatherOptions::default()).expect("it is gathered");
    }
    let gathered = start.elapsed();
    let worker = Worker::new(&desk.flow, &Silent).without_distribution();
    let worked = worker.run_until_idle().expect("the worker works");
    let (wall, used) = (start.elapsed(), Used::now().since(used));
    assert_eq!(worked.failures, Vec::<String>::new());

    let rows = worked.rows.rows_read;
    let per_row = |amount: f64| amount / rows as f64;
    let loading = desk.flow.meter.done(Step::Register).time;
    let flow = wall.saturating_sub(loading);
    println!(
        "{:<11} {:>8.0} rows/s  {:>6.2} s (gather {:.2}, and register {:.2})  {:>6.2} CPU us/row  {:>6.0} bytes/row  {:>4} MiB",
        DAYS.iter()
            .find(|(known, _)| *known == day)
            .map_or("", |(_, name)| name),
        rows as f64 / flow.as_secs_f64(),
        flow.as_secs_f64(),
        gathered.as_secs_f64(),
        loading.as_secs_f64(),
        per_row(used.cpu.as_secs_f64() * 1e6),
        per_row(used.bytes_written as f64),
        memory_peak_kib() >> 10,
    );
    let steps = [Step::Decode, Step::Match, Step::Write, Step::Commit];
    let steps = steps.map(|step| {
        let micros = desk.flow.meter.done(step).time.as_secs_f64() * 1e6;
        format!("{step} {:.2}", per_row(micros))
    });
    println!("            us/row by step: {}", steps.join(", "));
}

fn check(folder: &Path, expected: &Expected) {
    let store = Store::open_embedded(&folder.join("seinpost.db")).expect("the store is opened");
    let desk = Desk::on(store, folder);
    let status = desk.status();
    assert_eq!(status.rows, expected.rows);
    assert_eq!(status.findings, expected.findings);
    let told = desk.told();
    for (reference, lines) in &told {
        assert_eq!(expected.lines.get(reference), Some(lines), "{reference}");
    }
    assert_eq!(told.len(), expected.lines.len());
}

/// Cargo adds `--bench` to the arguments.
fn argument(place: usize) -> Option<String> {
    std::env::args()
        .filter(|argument| argument != "--bench")
        .nth(place)
}

fn setting(place: usize, name: &str, usual: u64) -> u64 {
    let given = argument(place).or_else(|| std::env::var(name).ok());
    given.map_or(usual, |text| {
        text.replace(['_', ','], "")
            .parse()
            .expect("a whole number")
    })
}

fn timed<T>(what: &str, rows: u64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    let wall = start.elapsed().as_secs_f64();
    println!("{what}: {wall:.2} s, {:.0} rows/s", rows as f64 / wall);
    done
}

/// What this process used so far, where the system tells.
#[derive(Clone, Copy)]
struct Used {
    cpu: Duration,
    /// Handed to the disk, or about to be.
    bytes_written: u64,
}

impl Used {
    fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // Fields are counted after the name, which stands in parentheses and may hold spaces.
        let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|ticks| ticks.parse::<u64>().ok());
        Self {
            cpu: Duration::from_millis(ticks.sum::<u64>() * 10),
            bytes_written: number_in("/proc/self/io", "write_bytes:"),
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            bytes_written: self.bytes_written.saturating_sub(before.bytes_written),
        }
    }
}

fn memory_peak_kib() -> u64 {
    number_in("/proc/self/status", "VmHWM:")
}

/// The number after a label in a file of the system; 0 where there is none.
fn number_in(path: &str, label: &str) -> u64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut found = text.lines().filter_map(|line| line.strip_prefix(label));
    let number = found
        .next()
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
