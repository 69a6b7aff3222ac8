//! `seinpost bench`: how fast this machine is, measured by running the program as a person would.

mod load;
mod measure;
mod pages;
mod print;
mod serving;
mod urgent;
mod visitors;
mod world;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use model::Timestamp;
use serde::Serialize;
use serde_json::Value;

use self::measure::{Runner, Taken};
use self::pages::Served;
use self::urgent::Urgent;
use self::world::{Report, World};
use crate::cli::number::within;
use crate::lifecycle::open_place;
use crate::output::thousands;
use crate::problem::wrong;
use crate::session::{Answer, Session};
use crate::settings::StorePlace;

const EXAMPLES: &str = "\
Examples:
  seinpost bench                              1,000,000 rows, 250,000 prefixes, 2,000,000 domains
  seinpost bench --findings 30000000          the same behind 29,000,000 findings that are there
  seinpost bench --rows 50000 --prefixes 20000 --domains 1000   a quick look
  seinpost bench --rows 22000000 --findings 22000000 --urgent 10   critical rows behind 10 GB
  seinpost bench --organisations 2000000 --findings 10000000 --pages 200   how fast pages come
  seinpost bench --organisations 2000000 --pages 200 --reuse FOLDER   once more, of what --keep left
  seinpost --store postgres://seinpost@localhost/bench bench    on an empty database

Each line is a command that ran as a process of its own: import, gather, `work --until-idle`. Rows
per second are those of gather and work together, from the report to messages that are ready to
send, the start of the program and the loading of the register included. Mails are written into
a folder, and only those of --urgent.

About 1 GB of disk per million findings is needed while it runs, and all of it is removed in the
end. --findings 100000000 works the same way; give it an hour or more, and 120 GB.";

/// What the rows of a report are about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Findings that nobody saw before.
    New,
    /// Those of the last report, a day later.
    Again,
}

/// Measure how fast this machine does the work, with a register and reports that are made up
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bench {
    /// Rows of a report
    #[arg(long, default_value_t = 1_000_000, value_parser = within::<u64>(1..=100_000_000))]
    rows: u64,
    /// Findings that there are after the last report of new rows
    #[arg(long, default_value_t = 1_000_000, value_parser = within::<u64>(1..=1_000_000_000))]
    findings: u64,
    /// Address prefixes in the register, four levels nested; at least 8,192
    #[arg(long, default_value_t = 250_000, value_parser = within::<u64>(8_192..=1_000_000))]
    prefixes: u64,
    /// Domains in the register
    #[arg(long, default_value_t = 2_000_000, value_parser = within::<u64>(1..=50_000_000))]
    domains: u64,
    /// Organisations that hold them
    #[arg(long, default_value_t = 50_000, value_parser = within::<u64>(1..=5_000_000))]
    organisations: u64,
    /// Folder to work in, on the disk that is to be measured [default: the folder for temporary files]
    #[arg(long = "in", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Leave the installation where it is, and say where
    #[arg(long)]
    keep: bool,
    /// Then ask pages too, so many times a second
    #[arg(long, value_name = "RATE", value_parser = within::<u32>(1..=10_000))]
    pages: Option<u32>,
    /// How long pages are asked, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = within::<u64>(1..=3_600))]
    pages_for: u64,
    /// Then, while the last report is read once more, send so many critical rows to the API and wait for their mails
    #[arg(long, value_name = "TIMES", value_parser = within::<u64>(1..=1_000), conflicts_with_all = ["reuse", "write"])]
    urgent: Option<u64>,
    /// Ask pages alone, of what an earlier run with the same numbers kept in this folder
    #[arg(long, value_name = "FOLDER", requires = "pages", conflicts_with_all = ["folder", "keep"])]
    reuse: Option<PathBuf>,
    /// Measure nothing: write the register and the first report into this folder, to try other programs on them
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["findings", "folder", "keep"])]
    write: Option<PathBuf>,
}

/// The answer for programs.
#[derive(Serialize)]
struct Measured {
    lines: Vec<Line>,
    /// Nothing where no critical rows were sent.
    urgent: Option<Urgent>,
    /// Nothing where no pages were asked.
    pages: Option<Served>,
}

/// One line of the answer.
#[derive(Serialize)]
struct Line {
    what: String,
    rows: u64,
    /// Findings that there were before.
    findings: u64,
    gather_seconds: f64,
    #[serde(flatten)]
    taken: Taken,
    rows_per_second: f64,
    /// What each step of the flow counted, and the seconds of its thread.
    steps: Value,
}

impl Bench {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        if let Some(folder) = &self.write {
            self.write_files(session, folder)?;
            return Ok(Answer::Done);
        }
        let measured = match &self.reuse {
            Some(kept) => Measured {
                lines: Vec::new(),
                urgent: None,
                pages: self.measure_pages(session, &runner(session, kept))?,
            },
            None => self.run_whole(session)?,
        };
        if session.json {
            session.out.json(&measured)?;
            return Ok(Answer::Done);
        }
        print::steps(session, &measured.lines)?;
        if let Some(urgent) = &measured.urgent {
            print::urgent(session, urgent)?;
        }
        if let Some(served) = &measured.pages {
            print::pages(session, served)?;
        }
        Ok(Answer::Done)
    }

    /// In a folder of its own, which is removed unless it is to be kept.
    fn run_whole(&self, session: &mut Session) -> anyhow::Result<Measured> {
        let place = match &self.folder {
            Some(folder) => tempdir_in(folder),
            None => tempdir_in(&std::env::temp_dir()),
        }?;
        if let StorePlace::Postgres { .. } = &session.settings.store {
            refuse_a_database_in_use(&session.settings.store)?;
        }
        let runner = runner(session, &place);
        let done = self.measure(session, &runner, &place).and_then(|lines| {
            let urgent = self.measure_urgent(session, &runner, &place)?;
            let pages = self.measure_pages(session, &runner)?;
            Ok(Measured {
                lines,
                urgent,
                pages,
            })
        });
        if self.keep {
            session.note(&format!("kept in {}", place.display()));
        } else {
            fs::remove_dir_all(&place)
                .with_context(|| format!("cannot remove `{}`", place.display()))?;
        }
        done
    }

    fn measure(
        &self,
        session: &mut Session,
        runner: &Runner,
        place: &Path,
    ) -> anyhow::Result<Vec<Line>> {
        let world = self.world();
        let mut lines = Vec::new();
        self.fill_register(session, runner, &world, place, &mut lines)?;
        if self.urgent.is_some() {
            urgent::hold_messages(runner)?;
        }
        let yesterday = yesterday(session);
        let reports = self.findings.div_ceil(self.rows);
        for number in 0..reports {
            let report = self.report(number, yesterday);
            let line = self.flow(session, runner, &world, place, &report, Kind::New)?;
            lines.push(line);
        }
        let again = self.report(reports - 1, yesterday.plus_seconds(24 * 3600));
        let line = self.flow(session, runner, &world, place, &again, Kind::Again)?;
        lines.push(line);
        Ok(lines)
    }

    fn measure_urgent(
        &self,
        session: &Session,
        runner: &Runner,
        place: &Path,
    ) -> anyhow::Result<Option<Urgent>> {
        let Some(times) = self.urgent else {
            return Ok(None);
        };
        // An hour after it was seen again.
        let seen_from = yesterday(session).plus_seconds(25 * 3600);
        let large = self.report(self.findings.div_ceil(self.rows) - 1, seen_from);
        let (world, path) = (self.world(), place.join(large.file_name()));
        world.write_report(&large, &path)?;
        runner.run(&["gather", &path.to_string_lossy()])?;
        fs::remove_file(&path)?;
        let store = open_place(&runner.place())?;
        urgent::measure(runner, &store, &world, times, session.now()).map(Some)
    }

    fn measure_pages(&self, session: &Session, runner: &Runner) -> anyhow::Result<Option<Served>> {
        let Some(rate) = self.pages else {
            return Ok(None);
        };
        let store = open_place(&runner.place())?;
        let (now, length) = (session.now(), Duration::from_secs(self.pages_for));
        pages::measure(runner, &store, &self.world(), now, rate, length).map(Some)
    }

    fn write_files(&self, session: &mut Session, folder: &Path) -> anyhow::Result<()> {
        let world = self.world();
        let report = self.report(0, yesterday(session));
        let report_path = folder.join(report.file_name());
        let written = fs::create_dir_all(folder)
            .and_then(|()| world.write_organisations(&folder.join("organisations.csv")))
            .and_then(|()| world.write_contacts(&folder.join("contacts.csv")))
            .and_then(|()| world.write_assets(&folder.join("assets.csv")))
            .and_then(|()| world.write_report(&report, &report_path));
        written.with_context(|| wrong(format!("cannot write into `{}`", folder.display())))?;
        writeln!(session.out, "{}", report_path.display())?;
        Ok(())
    }

    fn world(&self) -> World {
        World {
            organisations: self.organisations,
            prefixes: self.prefixes,
            domains: self.domains,
        }
    }

    fn report(&self, number: u64, seen_from: Timestamp) -> Report {
        Report {
            number,
            rows: self.rows,
            seen_from,
        }
    }

    fn fill_register(
        &self,
        session: &mut Session,
        runner: &Runner,
        world: &World,
        place: &Path,
        lines: &mut Vec<Line>,
    ) -> anyhow::Result<()> {
        let path = place.join("register.csv");
        let file = path.to_string_lossy();
        world.write_organisations(&path)?;
        let organisations = runner.run(&["import", "organisations", &file])?.1;
        world.write_contacts(&path)?;
        let contacts = runner.run(&["import", "contacts", &file])?.1;
        world.write_assets(&path)?;
        let assets = runner.run(&["import", "assets", &file])?.1;
        fs::remove_file(&path)?;
        for (what, rows, taken) in [
            ("import organisations", self.organisations, organisations),
            ("import contacts", self.organisations, contacts),
            ("import assets", self.prefixes + self.domains, assets),
        ] {
            lines.push(said(session, Line::of(what.into(), rows, 0, 0.0, taken))?);
        }
        // What follows from the import, and nothing more: there are no findings yet.
        runner.run(&["work", "--until-idle"])?;
        Ok(())
    }

    fn flow(
        &self,
        session: &mut Session,
        runner: &Runner,
        world: &World,
        place: &Path,
        report: &Report,
        kind: Kind,
    ) -> anyhow::Result<Line> {
        let path = place.join(report.file_name());
        world.write_report(report, &path)?;
        let gathered = runner.run(&["gather", &path.to_string_lossy()])?.1;
        fs::remove_file(&path)?;
        let (worked, taken) = runner.run(&["work", "--until-idle"])?;
        let accepted = worked["rows_accepted"].as_u64();
        if accepted != Some(self.rows) {
            anyhow::bail!("{accepted:?} of {} rows were accepted: {worked}", self.rows);
        }
        let (what, findings) = match kind {
            Kind::New => ("new", report.number * self.rows),
            Kind::Again => ("seen again", (report.number + 1) * self.rows),
        };
        let mut line = Line::of(what.into(), self.rows, findings, gathered.seconds, taken);
        line.add(&gathered);
        line.steps = worked["steps"].clone();
        said(session, line)
    }
}

impl Line {
    fn of(what: String, rows: u64, findings: u64, gather_seconds: f64, taken: Taken) -> Self {
        Self {
            what,
            rows,
            findings,
            gather_seconds,
            taken,
            rows_per_second: rows as f64 / taken.seconds,
            steps: Value::Null,
        }
    }

    /// Takes in what another command of the same line took.
    fn add(&mut self, other: &Taken) {
        let taken = &mut self.taken;
        taken.seconds += other.seconds;
        taken.cpu_seconds += other.cpu_seconds;
        taken.bytes_written += other.bytes_written;
        taken.memory_bytes_max = taken.memory_bytes_max.max(other.memory_bytes_max);
        let both = taken.database_cpu_seconds.zip(other.database_cpu_seconds);
        taken.database_cpu_seconds = both.map(|(one, other)| one + other);
        self.rows_per_second = self.rows as f64 / taken.seconds;
    }

    fn per_row(&self, amount: f64) -> f64 {
        amount / self.rows as f64
    }
}

/// Prints a line as soon as it is known: the next may take minutes.
fn said(session: &mut Session, line: Line) -> anyhow::Result<Line> {
    if session.json {
        return Ok(line);
    }
    let database = match line.taken.database_cpu_seconds {
        Some(seconds) => format!(" + {:.1} database", line.per_row(seconds * 1e6)),
        None => String::new(),
    };
    let behind = match line.findings {
        0 => String::new(),
        findings => format!(" behind {} findings", thousands(findings)),
    };
    writeln!(
        session.out,
        "{:<20} {:>10} rows{behind}: {:.1} s, {} rows/s, CPU {:.1} us{database} a row, {:.0} bytes written a row, {} MiB",
        line.what,
        thousands(line.rows),
        line.taken.seconds,
        thousands(line.rows_per_second as i64),
        line.per_row(line.taken.cpu_seconds * 1e6),
        line.per_row(line.taken.bytes_written as f64),
        line.taken.memory_bytes_max >> 20,
    )?;
    session.out.flush()?;
    Ok(line)
}

/// When the rows of new reports were seen: within the days that are accepted, and a day before they are seen again.
fn yesterday(session: &Session) -> Timestamp {
    session.now().plus_seconds(-26 * 3600)
}

/// Runs commands against the installation in a folder.
fn runner(session: &Session, place: &Path) -> Runner {
    Runner {
        data: place.join("data"),
        store: session.settings.store.clone(),
    }
}

/// A new folder with a name that nobody else uses.
fn tempdir_in(parent: &Path) -> anyhow::Result<PathBuf> {
    let folder = parent.join(format!("seinpost-bench-{}", std::process::id()));
    fs::create_dir_all(parent)
        .and_then(|()| fs::create_dir(&folder))
        .with_context(|| wrong(format!("cannot make the folder `{}`", folder.display())))?;
    Ok(folder)
}

fn refuse_a_database_in_use(place: &StorePlace) -> anyhow::Result<()> {
    let state = open_place(place)?.migration_state()?;
    if state.applied == 0 {
        return Ok(());
    }
    Err(
        wrong("this database is in use: there are tables of seinpost in it")
            .hint("make an empty one, such as `createdb bench`, and name it with --store")
            .into(),
    )
}
