//! What `/metrics` says. docs/observe.md tells what each number means and when to act on it.
//!
//! No label names a person, an organisation or an endpoint: labels are closed sets of words. What waits is asked of the
//! store every few seconds; what there is in all, and the balance, walks the large tables, so it is asked less often the
//! longer that takes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use message::{CallCounts, calls};
use model::Timestamp;
use pipeline::Flow;
use pipeline::meter::{Failure, Step};
use store::{JobState, NotificationState, QueueState, Stage, Status, StoreError, Waiting};

use super::process::Process;
use super::reading::{Answer, Reading};
use super::text::{Kind, Text};
use Kind::{Counter, Gauge};
use pipeline::intake::free_bytes;

/// How old an answer about what waits may be.
const WAITING_AGE_MAX: Duration = Duration::from_secs(5);

/// How old an answer about whom to call may be: they are called within minutes.
const CALLS_AGE_MAX: Duration = Duration::from_secs(30);

/// How old an answer about everything may at least be.
const LEDGER_AGE_MAX: Duration = Duration::from_secs(60);

/// Asking about everything may take one part in so many of the time.
const LEDGER_PARTS: u32 = 50;

/// How long the store may take; what it does not answer by then is left out.
const STORE_WAIT: Duration = Duration::from_millis(1_000);

/// Everything that is counted, and where the numbers come from.
pub(super) struct Metrics {
    flow: Flow,
    data: PathBuf,
    waiting: Reading<Waiting>,
    calls: Reading<CallCounts>,
    ledger: Reading<Ledger>,
}

/// What there is in all.
struct Ledger {
    status: Status,
    is_audit_whole: bool,
    at: Timestamp,
}

impl Metrics {
    pub(super) fn new(flow: Flow, data: PathBuf) -> Self {
        let of_waiting = flow.store.clone();
        let (of_calls, of_ledger) = (flow.clone(), flow.clone());
        Self {
            waiting: Reading::new(move || answered(of_waiting.read(|tx| tx.waiting()))),
            calls: Reading::new(move || answered(read_calls(&of_calls))),
            ledger: Reading::new(move || answered(read_ledger(&of_ledger))),
            flow,
            data,
        }
    }

    /// All of it, as text. Takes about two seconds at most, also while the store hangs.
    pub(super) fn write(&self) -> String {
        let mut text = Text::default();
        let profile = self.flow.profile.as_str();
        let labels = [
            ("version", env!("CARGO_PKG_VERSION")),
            ("engine", self.flow.store.engine_name()),
            ("profile", profile),
        ];
        let help = "The program that runs here.";
        text.family(Gauge, "seinpost_build_info", help, [(labels, 1.0)]);
        let waiting = self.waiting.fresh(WAITING_AGE_MAX, STORE_WAIT);
        let is_up = f64::from(u8::from(waiting.is_some()));
        let help = "Whether the store answers; without it the numbers from the store are left out.";
        text.one(Gauge, "seinpost_store_up", help, is_up);
        if let Some(waiting) = waiting {
            write_waiting(&mut text, &waiting.value, self.flow.clock.now());
            if let Some(calls) = self.calls.fresh(CALLS_AGE_MAX, STORE_WAIT) {
                write_calls(&mut text, calls.value);
            }
            if let Some(ledger) = self.ledger() {
                write_ledger(&mut text, &ledger.value);
            }
        }
        self.write_meter(&mut text);
        if let Ok(free) = free_bytes(&self.data) {
            let help = "Bytes that can still be written on the disk of the data folder.";
            text.one(Gauge, "seinpost_disk_free_bytes", help, free as f64);
        }
        write_process(&mut text);
        text.finish()
    }

    fn ledger(&self) -> Option<Arc<Answer<Ledger>>> {
        let latest = self.ledger.latest();
        let age_max = latest.as_ref().map_or(LEDGER_AGE_MAX, |answer| {
            LEDGER_AGE_MAX.max(answer.took * LEDGER_PARTS)
        });
        self.ledger.fresh(age_max, STORE_WAIT).or(latest)
    }

    fn write_meter(&self, text: &mut Text) {
        let meter = &self.flow.meter;
        let seconds = Step::ALL.iter().map(|step| {
            (
                [("step", step.as_str())],
                meter.done(*step).time.as_secs_f64(),
            )
        });
        let help = "Time that this process spent in each step, waiting for the store included.";
        text.family(Counter, "seinpost_step_seconds_total", help, seconds);
        for unit in [
            Unit::Bytes,
            Unit::Rows,
            Unit::Endpoints,
            Unit::Assets,
            Unit::Mails,
        ] {
            let steps = Step::ALL.iter().filter(|step| unit_of(**step) == unit);
            let counts =
                steps.map(|step| ([("step", step.as_str())], meter.done(*step).count as f64));
            text.family(Counter, unit.name(), unit.help(), counts);
        }
        let failures = Failure::ALL.iter().map(|failure| {
            (
                [("kind", failure.as_str())],
                meter.failures(*failure) as f64,
            )
        });
        let help = "Failures that were dealt with: tried again later, or left for a person.";
        text.family(Counter, "seinpost_failures_total", help, failures);
        if let Some(register) = meter.register() {
            let help = "Version of the register that this process has in memory.";
            let version = register.version as f64;
            text.one(Gauge, "seinpost_register_loaded_version", help, version);
            let help = "Time that reading the register took.";
            let time = register.time.as_secs_f64();
            text.one(Gauge, "seinpost_register_load_seconds", help, time);
        }
    }
}

/// What a step counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Bytes,
    Rows,
    Endpoints,
    Findings,
    Assets,
    Mails,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Bytes => "seinpost_step_bytes_total",
            Self::Rows => "seinpost_step_rows_total",
            Self::Endpoints => "seinpost_step_endpoints_total",
            Self::Findings => "seinpost_step_findings_total",
            Self::Assets => "seinpost_step_assets_total",
            Self::Mails => "seinpost_step_mails_total",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Bytes => "Bytes that this process kept, by step.",
            Self::Rows => "Rows that this process worked on, by step.",
            Self::Endpoints => "Endpoints whose owners this process looked up, by step.",
            Self::Findings => "Findings that this process looked up beside the writer, by step.",
            Self::Assets => "Assets that this process read into memory, by step.",
            Self::Mails => "Mails that this process worked on, by step.",
        }
    }
}

fn unit_of(step: Step) -> Unit {
    match step {
        Step::Gather => Unit::Bytes,
        Step::Decode | Step::Write | Step::Commit => Unit::Rows,
        Step::Match => Unit::Endpoints,
        Step::LookUp => Unit::Findings,
        Step::Register => Unit::Assets,
        Step::Compose | Step::HandOver => Unit::Mails,
    }
}

fn read_calls(flow: &Flow) -> Result<CallCounts, StoreError> {
    let now = flow.clock.now();
    flow.store.read(|tx| Ok(calls(tx, now)?.counts(now)))
}

fn read_ledger(flow: &Flow) -> Result<Ledger, StoreError> {
    flow.store.read(|tx| {
        Ok(Ledger {
            status: tx.status()?,
            is_audit_whole: tx.broken_audit_row()?.is_none(),
            at: flow.clock.now(),
        })
    })
}

fn answered<T>(answer: Result<T, StoreError>) -> Option<T> {
    answer
        .inspect_err(|error| {
            let error = error.for_log();
            tracing::warn!(error, "metrics without the store");
        })
        .ok()
}

fn write_waiting(text: &mut Text, waiting: &Waiting, now: Timestamp) {
    let jobs = |stage, state| {
        let is_it = |job: &&(Stage, JobState, i64, Timestamp)| (job.0, job.1) == (stage, state);
        waiting.jobs.iter().find(is_it)
    };
    let counts = Stage::ALL.iter().flat_map(|stage| {
        JobState::ALL.iter().map(move |state| {
            let labels = [("stage", stage.as_str()), ("state", state.as_str())];
            (labels, jobs(*stage, *state).map_or(0, |job| job.2) as f64)
        })
    });
    let help = "Jobs that are not done, by stage and state; a failed one waits for a person.";
    text.family(Gauge, "seinpost_jobs", help, counts);
    let lags = Stage::ALL.iter().map(|stage| {
        let due_at = jobs(*stage, JobState::Waiting).map(|job| job.3);
        (
            [("stage", stage.as_str())],
            due_at.map_or(0.0, |due_at| seconds_since(due_at, now)),
        )
    });
    let help = "Time for which the oldest waiting job is due; 0 when none waits.";
    text.family(Gauge, "seinpost_job_lag_seconds", help, lags);

    let waits = |state: &&NotificationState| {
        !matches!(
            state,
            NotificationState::Delivered
                | NotificationState::Withheld
                | NotificationState::Unmailed
        )
    };
    let messages = NotificationState::ALL.iter().filter(waits).map(|state| {
        let count = waiting.notifications.iter().find(|row| row.0 == *state);
        (
            [("state", state.as_str())],
            count.map_or(0, |row| row.1) as f64,
        )
    });
    let help = "Messages that are not at their end, and those that failed, by state.";
    text.family(Gauge, "seinpost_notifications_waiting", help, messages);
    let help = "Mails that are to be handed over now or later, or whose outcome is not known.";
    text.one(
        Gauge,
        "seinpost_deliveries_waiting",
        help,
        waiting.deliveries as f64,
    );
    if let Some(at) = waiting.handed_over_at {
        let help = "When a mail was handed over last, in Unix seconds.";
        text.one(
            Gauge,
            "seinpost_last_hand_over_timestamp_seconds",
            help,
            unix_seconds(at),
        );
    }
    let paused = f64::from(u8::from(waiting.paused_since.is_some()));
    let help = "Whether distribution is paused.";
    text.one(Gauge, "seinpost_distribution_paused", help, paused);
    let help = "Version of the register in the store.";
    text.one(
        Gauge,
        "seinpost_register_version",
        help,
        waiting.register_version as f64,
    );
    let help = "Bytes that the tables take.";
    text.one(
        Gauge,
        "seinpost_store_bytes",
        help,
        waiting.store_bytes as f64,
    );
}

fn write_calls(text: &mut Text, calls: CallCounts) {
    let help = "Organisations that the desk may call now: 1,000 at most are counted.";
    text.one(Gauge, "seinpost_calls_due", help, calls.now as f64);
    let help = "Of these, organisations that should have been called by now.";
    let overdue = calls.overdue as f64;
    text.one(Gauge, "seinpost_calls_overdue", help, overdue);
}

fn write_ledger(text: &mut Text, ledger: &Ledger) {
    let status = &ledger.status;
    let help = "When everything below was counted, in Unix seconds.";
    text.one(
        Gauge,
        "seinpost_ledger_timestamp_seconds",
        help,
        unix_seconds(ledger.at),
    );

    let samples = |label: &'static str, counts: &[(&'static str, i64)]| {
        counts
            .iter()
            .map(|(word, count)| ([(label, *word)], *count as f64))
            .collect::<Vec<_>>()
    };
    let [open, closed, failed, waiting] = status.batches;
    let batches = samples(
        "state",
        &[
            ("open", open),
            ("closed", closed),
            ("failed", failed),
            ("waiting", waiting),
        ],
    );
    text.family(
        Gauge,
        "seinpost_batches",
        "Deliveries that were taken in, by state.",
        batches,
    );
    let rows = &status.rows;
    let verdicts = samples(
        "verdict",
        &[
            ("accepted", rows.accepted),
            ("duplicate", rows.duplicate),
            ("quarantined", rows.quarantined),
            ("refused", rows.refused),
        ],
    );
    text.family(
        Gauge,
        "seinpost_rows",
        "Rows that were read, by verdict.",
        verdicts,
    );
    for (name, help, count) in [
        (
            "seinpost_observations",
            "Observations that are kept.",
            status.observations,
        ),
        ("seinpost_findings", "Findings.", status.findings),
        (
            "seinpost_matches",
            "Matches of findings with assets.",
            status.matches,
        ),
    ] {
        text.one(Gauge, name, help, count as f64);
    }
    let messages = status
        .notifications
        .iter()
        .map(|(state, count, _)| ([("state", state.as_str())], *count as f64));
    text.family(
        Gauge,
        "seinpost_notifications",
        "Messages, by state.",
        messages,
    );
    let [handed_over, refused, pending] = status.deliveries;
    let outcomes = samples(
        "outcome",
        &[
            ("handed-over", handed_over),
            ("failed", refused),
            ("pending", pending),
        ],
    );
    text.family(Gauge, "seinpost_deliveries", "Mails, by outcome.", outcomes);
    let items = status.queue.iter().map(|(kind, state, count)| {
        (
            [
                ("queue", kind.as_str()),
                ("state", QueueState::as_str(*state)),
            ],
            *count as f64,
        )
    });
    let help = "Findings that a person decides or decided about, by queue and state.";
    text.family(Gauge, "seinpost_queue_items", help, items);

    let [rows, reasons, duties, lines] = status.balance();
    let differences = [
        ("rows", rows),
        ("reasons", reasons),
        ("duties", duties),
        ("lines", lines),
    ];
    let help = "Differences of the balance; anything but 0 is a defect of the program.";
    text.family(
        Gauge,
        "seinpost_balance_difference",
        help,
        samples("what", &differences),
    );
    let broken = f64::from(u8::from(!ledger.is_audit_whole));
    let help = "Whether somebody changed or removed a row of the audit log.";
    text.one(Gauge, "seinpost_audit_log_broken", help, broken);
}

/// Under the names that every program uses.
fn write_process(text: &mut Text) {
    let Some(process) = Process::now() else {
        return;
    };
    let help = "Processor time of this process.";
    text.one(
        Counter,
        "process_cpu_seconds_total",
        help,
        process.cpu_seconds,
    );
    let help = "Memory of this process that is not swapped out.";
    text.one(
        Gauge,
        "process_resident_memory_bytes",
        help,
        process.resident_bytes,
    );
    text.one(
        Gauge,
        "process_open_fds",
        "Open files of this process.",
        process.open_files,
    );
    let help = "When this process began, in Unix seconds.";
    text.one(
        Gauge,
        "process_start_time_seconds",
        help,
        process.started_at,
    );
}

fn unix_seconds(at: Timestamp) -> f64 {
    at.micros() as f64 / 1e6
}

/// 0 for what is yet to come.
fn seconds_since(at: Timestamp, now: Timestamp) -> f64 {
    (unix_seconds(now) - unix_seconds(at)).max(0.0)
}

#[cfg(test)]
mod tests;
