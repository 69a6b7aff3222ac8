//! `seinpost status`: where everything is, in one snapshot, and whether it adds up.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use store::{Desk, Installation, NotificationState, QueueKind, QueueState, Store};

use crate::lifecycle::Missing;
use crate::output::{Table, counted, thousands};
use crate::session::{Answer, Session};

const EXAMPLES: &str = "\
Examples:
  seinpost status
  seinpost status --json

The balance shows that nothing was lost: every difference is 0. If one is not, the exit code
is 1, and the program has a defect that its makers want to hear of. It is 1 too when a row of
the audit log was changed or removed.";

/// Show where everything is: deliveries, rows, findings, messages, queues, and the balance
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Status {}

/// The status as it is shown; made for programs and people alike.
#[derive(Serialize)]
pub(crate) struct StatusView {
    batches: BatchesView,
    rows: RowsView,
    observations: i64,
    findings: i64,
    matches: i64,
    notifications: BTreeMap<&'static str, i64>,
    notification_lines: BTreeMap<&'static str, i64>,
    deliveries: DeliveriesView,
    queues: BTreeMap<&'static str, QueueView>,
    jobs: JobsView,
    balance: Vec<BalanceView>,
    /// First row of the audit log that does not follow from those before it.
    broken_audit_row: Option<i64>,
    difference: i64,
    obstacles: Vec<String>,
}

#[derive(Serialize)]
struct BatchesView {
    open: i64,
    closed: i64,
    failed: i64,
    waiting: i64,
}

#[derive(Serialize)]
struct RowsView {
    read: i64,
    accepted: i64,
    duplicate: i64,
    quarantined: i64,
    refused: i64,
}

#[derive(Serialize)]
struct DeliveriesView {
    handed_over: i64,
    failed: i64,
    pending: i64,
}

#[derive(Default, Serialize)]
struct QueueView {
    open: i64,
    resolved: i64,
    withheld: i64,
}

#[derive(Serialize)]
struct JobsView {
    waiting: i64,
    failed: i64,
}

#[derive(Serialize)]
struct BalanceView {
    what: &'static str,
    difference: i64,
}

/// What each number of the store's balance compares.
const BALANCE: [&str; 4] = [
    "rows read, less accepted, duplicate, quarantined and refused",
    "rows quarantined or refused, less those listed with a reason",
    "findings that are in no message and no queue",
    "lines that messages say they have, less those that they have",
];

impl Status {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        let view = StatusView::read(&store)?;
        if session.json {
            session.out.json(&view)?;
        } else {
            view.print(&mut session.out)?;
        }
        Ok(Answer::done_if(
            view.difference == 0 && view.broken_audit_row.is_none(),
        ))
    }
}

impl StatusView {
    /// Counts everything in one snapshot.
    pub(crate) fn read(store: &Store) -> anyhow::Result<Self> {
        let (status, deferred, installation, desks) = store.read(|tx| {
            let status = tx.status()?;
            let deferred = tx.deferred_messages()?;
            Ok::<_, store::StoreError>((status, deferred, tx.installation()?, tx.desks()?))
        })?;
        let broken_audit_row = store.read(|tx| tx.broken_audit_row())?;
        let balance: Vec<BalanceView> = BALANCE
            .into_iter()
            .zip(status.balance())
            .map(|(what, difference)| BalanceView { what, difference })
            .collect();
        let by_state = |pick: fn(&(NotificationState, i64, i64)) -> i64| {
            let count = |state: &NotificationState| {
                status
                    .notifications
                    .iter()
                    .filter(|row| row.0 == *state)
                    .map(pick)
                    .sum::<i64>()
            };
            NotificationState::ALL
                .iter()
                .map(|state| (state.as_str(), count(state)))
                .collect::<BTreeMap<_, _>>()
        };
        let [open, closed, failed, waiting] = status.batches;
        let [handed_over, refused, pending] = status.deliveries;
        let notifications = by_state(|row| row.1);
        Ok(Self {
            batches: BatchesView {
                open,
                closed,
                failed,
                waiting,
            },
            rows: RowsView {
                read: status.rows.rows_read,
                accepted: status.rows.accepted,
                duplicate: status.rows.duplicate,
                quarantined: status.rows.quarantined,
                refused: status.rows.refused,
            },
            observations: status.observations,
            findings: status.findings,
            matches: status.matches,
            obstacles: obstacles(&installation, &desks, &notifications, deferred),
            notification_lines: by_state(|row| row.2),
            notifications,
            deliveries: DeliveriesView {
                handed_over,
                failed: refused,
                pending,
            },
            queues: queues(&status.queue),
            jobs: JobsView {
                waiting: status.jobs[0],
                failed: status.jobs[1],
            },
            // Not the sum: one defect must not hide another.
            difference: balance.iter().map(|row| row.difference.abs()).sum(),
            balance,
            broken_audit_row,
        })
    }

    /// Writes it for people.
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let mut table = Table::new(["", "", ""]);
        let BatchesView {
            open,
            closed,
            failed,
            waiting,
        } = self.batches;
        let total = open + closed + failed + waiting;
        line(
            &mut table,
            "deliveries",
            total,
            &[
                ("being read", open),
                ("failed", failed),
                ("waiting for their source to be vetted", waiting),
            ],
        );
        let rows = &self.rows;
        let parts = [
            ("accepted", rows.accepted),
            ("duplicate", rows.duplicate),
            ("quarantined", rows.quarantined),
            ("refused", rows.refused),
        ];
        line(&mut table, "rows read", rows.read, &parts);
        line(&mut table, "observations", self.observations, &[]);
        line(&mut table, "findings", self.findings, &[]);
        line(&mut table, "matches", self.matches, &[]);
        let states: Vec<_> = NotificationState::ALL
            .iter()
            .map(|state| (state.as_str(), self.notifications[state.as_str()]))
            .collect();
        line(
            &mut table,
            "messages",
            self.notifications.values().sum(),
            &states,
        );
        let mails = &self.deliveries;
        let parts = [
            ("handed over", mails.handed_over),
            ("pending", mails.pending),
            ("failed", mails.failed),
        ];
        line(
            &mut table,
            "mails",
            mails.handed_over + mails.pending + mails.failed,
            &parts,
        );
        for (kind, queue) in &self.queues {
            let parts = [("withheld", queue.withheld), ("resolved", queue.resolved)];
            line(&mut table, &format!("queue {kind}"), queue.open, &parts);
        }
        line(
            &mut table,
            "jobs",
            self.jobs.waiting + self.jobs.failed,
            &[("waiting", self.jobs.waiting), ("failed", self.jobs.failed)],
        );
        table.write_body(out, "")?;

        writeln!(out, "\nBalance")?;
        for row in &self.balance {
            writeln!(out, "  difference {}  {}", row.difference, row.what)?;
        }
        match self.broken_audit_row {
            None => writeln!(
                out,
                "\nEach row of the audit log follows from the one before."
            )?,
            Some(row) => writeln!(
                out,
                "\nRow {row} of the audit log does not follow from the one before: somebody changed or removed a row."
            )?,
        }
        match &self.obstacles[..] {
            [] => writeln!(out, "\nNothing stands in the way of sending."),
            obstacles => {
                writeln!(out, "\nIn the way of sending")?;
                obstacles
                    .iter()
                    .try_for_each(|obstacle| writeln!(out, "  {obstacle}"))
            }
        }
    }
}

/// One line of the overview: a total, and the parts of it that are not zero.
fn line(table: &mut Table, what: &str, total: i64, parts: &[(&str, i64)]) {
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, count)| *count != 0)
        .map(|(name, count)| format!("{} {name}", thousands(*count)))
        .collect();
    table.row([what.to_owned(), thousands(total), parts.join(", ")]);
}

fn queues(counts: &[(QueueKind, QueueState, i64)]) -> BTreeMap<&'static str, QueueView> {
    let mut queues: BTreeMap<&'static str, QueueView> = BTreeMap::new();
    for (kind, state, count) in counts {
        let queue = queues.entry(kind.as_str()).or_default();
        match state {
            QueueState::Open => queue.open += count,
            QueueState::Resolved => queue.resolved += count,
            QueueState::Withheld => queue.withheld += count,
        }
    }
    queues
}

/// Why messages that are made do not go out, each with what to do.
fn obstacles(
    installation: &Installation,
    desks: &[Desk],
    notifications: &BTreeMap<&str, i64>,
    deferred: i64,
) -> Vec<String> {
    let mut obstacles = Vec::new();
    if let Some((since, reason)) = &installation.paused {
        let reason = model::shown(reason);
        obstacles.push(format!(
            "distribution is paused since {since}: {reason}; `seinpost resume` lets it go on"
        ));
    }
    for desk in desks {
        let missing = desk.missing();
        if !missing.is_empty() {
            let name = model::shown(&desk.name);
            obstacles.push(format!(
                "desk `{name}` has no {} yet; `seinpost desk set --help`",
                missing.join(", ")
            ));
        }
    }
    let held = notifications["held"];
    if held > 0 {
        let waits = if held == 1 { "waits" } else { "wait" };
        obstacles.push(format!(
            "{} {waits} for approval; `seinpost approve --all`",
            counted(held, "message")
        ));
    }
    let failed = notifications["failed"];
    if failed > 0 {
        obstacles.push(format!(
            "{} failed; `seinpost queue list --kind failed` says why, `seinpost queue release ID` sends one again",
            counted(failed, "message")
        ));
    }
    if deferred > 0 {
        let was = if deferred == 1 { "was" } else { "were" };
        obstacles.push(format!(
            "{} {was} put off by a relay and will be tried again; `seinpost explain ID` says when",
            counted(deferred, "message")
        ));
    }
    obstacles
}
