//! Runs a command of this program as a person would, and says what it took.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;
use serde_json::Value;

use crate::problem::failed;
use crate::settings::StorePlace;

/// How often a running command is looked at: its highest use of memory is read so.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Ticks of the processor clock in a second, as Linux reports times of processes.
const TICKS_PER_SECOND: f64 = 100.0;

/// What a command took.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Taken {
    /// From start to end.
    pub(super) seconds: f64,
    /// Processor time of the command, user and system.
    pub(super) cpu_seconds: f64,
    /// Processor time of the PostgreSQL server; nothing where there is none on this machine.
    pub(super) database_cpu_seconds: Option<f64>,
    /// Bytes that the command had written to disk. Those of a PostgreSQL server are not among them.
    pub(super) bytes_written: u64,
    /// Highest use of memory, in bytes.
    pub(super) memory_bytes_max: u64,
}

/// Runs commands against one installation.
pub(super) struct Runner {
    pub(super) data: PathBuf,
    pub(super) store: StorePlace,
}

impl Runner {
    /// Where the state of the installation is.
    pub(super) fn place(&self) -> StorePlace {
        match &self.store {
            StorePlace::Embedded(_) => StorePlace::Embedded(self.data.join("seinpost.db")),
            server @ StorePlace::Postgres { .. } => server.clone(),
        }
    }

    /// Whether processor time is taken by a database server too.
    pub(super) fn with_database(&self) -> bool {
        matches!(self.store, StorePlace::Postgres { .. })
    }

    /// Runs a command to its end and gives its answer.
    ///
    /// # Errors
    /// When it cannot be started or its exit code is not 0; its complaint is passed on.
    pub(super) fn run(&self, arguments: &[&str]) -> anyhow::Result<(Value, Taken)> {
        let mut command = self.command(arguments)?;
        command.stdout(Stdio::piped());
        let with_database = self.with_database();
        let before = Counters::read(with_database);
        let began = Instant::now();
        let child = command.spawn().context("cannot start this program")?;
        let (output, memory_bytes_max) = watch(child)?;
        let seconds = began.elapsed().as_secs_f64();
        let after = Counters::read(with_database);
        let what = arguments.join(" ");
        if !output.status.success() {
            return Err(failed(format!("`seinpost {what}` ended with {}", output.status)).into());
        }
        let answer = match output.stdout.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&output.stdout)
                .with_context(|| format!("the answer of `seinpost {what}` is not JSON"))?,
        };
        Ok((
            answer,
            Taken {
                seconds,
                cpu_seconds: after.cpu_seconds - before.cpu_seconds,
                database_cpu_seconds: after
                    .database_cpu_seconds
                    .zip(before.database_cpu_seconds)
                    .map(|(after, before)| after - before),
                bytes_written: after.bytes_written - before.bytes_written,
                memory_bytes_max,
            },
        ))
    }

    /// Starts a command that goes on until it is stopped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(&self, arguments: &[&str]) -> anyhow::Result<Child> {
        let mut command = self.command(arguments)?;
        // What it does is not told between the figures.
        command.stdout(Stdio::null()).env("SEINPOST_LOG", "warn");
        command.spawn().context("cannot start this program")
    }

    fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let program = std::env::current_exe().context("cannot find this program")?;
        let mut command = Command::new(program);
        command.arg("--data").arg(&self.data);
        // What was installed for the machine is no part of the measurement.
        command.args(["--profile", "test", "--json", "--quiet"]);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SEINPOST_") {
                command.env_remove(name);
            }
        }
        if let StorePlace::Postgres {
            url,
            password_file,
            ca_file,
        } = &self.store
        {
            command.env("SEINPOST_STORE", url);
            for (name, path) in [
                ("SEINPOST_STORE_PASSWORD_FILE", password_file),
                ("SEINPOST_STORE_CA_FILE", ca_file),
            ] {
                command.envs(path.as_ref().map(|path| (name, path)));
            }
        }
        command.args(arguments).stdin(Stdio::null());
        Ok(command)
    }
}

/// Waits for a command, and notes the most memory that it used.
fn watch(mut child: Child) -> anyhow::Result<(std::process::Output, u64)> {
    let status = format!("/proc/{}/status", child.id());
    let mut stdout = child.stdout.take();
    // Read beside: an answer may be larger than a pipe holds.
    let reader = thread::spawn(move || {
        let mut answer = Vec::new();
        if let Some(stdout) = &mut stdout {
            std::io::Read::read_to_end(stdout, &mut answer)?;
        }
        Ok::<_, std::io::Error>(answer)
    });
    let mut memory = 0;
    let code = loop {
        memory = memory.max(memory_peak(&status));
        if let Some(code) = child.try_wait().context("cannot wait for the command")? {
            break code;
        }
        thread::sleep(LOOK_EVERY);
    };
    let answer = reader.join().expect("reading does not panic")?;
    let output = std::process::Output {
        status: code,
        stdout: answer,
        stderr: Vec::new(),
    };
    Ok((output, memory))
}

fn memory_peak(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// What Linux counted so far for this process, the commands that it ran and waited for, and the database.
struct Counters {
    cpu_seconds: f64,
    database_cpu_seconds: Option<f64>,
    bytes_written: u64,
}

impl Counters {
    fn read(with_database: bool) -> Self {
        let io = fs::read_to_string("/proc/self/io").unwrap_or_default();
        let written = io
            .lines()
            .find_map(|line| line.strip_prefix("write_bytes: "));
        Self {
            cpu_seconds: cpu_of("/proc/self/stat").map_or(0.0, |(_, seconds)| seconds),
            database_cpu_seconds: with_database.then(database_cpu).flatten(),
            bytes_written: written.and_then(|bytes| bytes.parse().ok()).unwrap_or(0),
        }
    }
}

/// Processor time of all PostgreSQL processes of this machine. A server adds up those of its processes that ended.
pub(super) fn database_cpu() -> Option<f64> {
    let processes = fs::read_dir("/proc").ok()?;
    let of_database: Vec<f64> = processes
        .filter_map(|entry| cpu_of(entry.ok()?.path().join("stat").to_str()?))
        .filter(|(name, _)| name.starts_with("postgres") || name.starts_with("postmaster"))
        .map(|(_, seconds)| seconds)
        .collect();
    (!of_database.is_empty()).then(|| of_database.iter().sum())
}

/// Name of a process, and its processor time with that of the children that it waited for.
pub(super) fn cpu_of(stat: &str) -> Option<(String, f64)> {
    let text = fs::read_to_string(stat).ok()?;
    // The name stands in parentheses and may contain anything; the fields after it do not.
    let (head, fields) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: u64 = fields
        .get(11..15)?
        .iter()
        .flat_map(|text| text.parse::<u64>())
        .sum();
    Some((name, ticks as f64 / TICKS_PER_SECOND))
}
