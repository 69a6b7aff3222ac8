//! `seinpost approve`: lets held messages go out.

use std::io::Write;

use message::Decider;
use serde::Serialize;
use store::{Notification, NotificationState, Store};

use crate::lifecycle::Missing;
use crate::output::{Table, counted, severity_mark};
use crate::problem::wrong;
use crate::session::{Answer, Named, Session, actor, named, no_message};

const EXAMPLES: &str = "\
Examples:
  seinpost queue list --kind held
  seinpost queue show NTF-2026-000042     the message as it would go out
  seinpost approve NTF-2026-000042
  seinpost approve --all --dry-run

Messages are held where the desk says so: `seinpost desk set --alerts hold`.";

/// Held messages that are approved in one transaction.
const PORTION: i64 = 500;

/// Let held messages go out
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Approve {
    /// Messages, such as NTF-2026-000042
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    ids: Vec<String>,
    /// Everything that is held
    #[arg(long)]
    all: bool,
    /// Show what would be approved, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct ApprovedView {
    reference: String,
    recipient: String,
    severity: String,
    lines: i64,
    approved: bool,
}

impl Approve {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        let (actor, now) = (actor(), session.now());
        let decider = Decider { name: &actor, now };
        let mut views = Vec::new();
        if self.all {
            let mut after_no = 0;
            loop {
                let held = store
                    .read(|tx| tx.notifications_in(NotificationState::Held, after_no, PORTION))?;
                let Some(last) = held.last() else { break };
                after_no = last.notification_no;
                views.extend(approve(&store, &decider, &held, self.dry_run)?);
            }
        } else {
            let chosen = self.chosen(&store)?;
            views = approve(&store, &decider, &chosen, self.dry_run)?;
        }
        let refused = views.iter().filter(|view| !view.approved).count();
        print(session, &views, self.dry_run)?;
        Ok(Answer::done_if(refused == 0))
    }

    /// All of them or an error: a mistyped reference approves nothing.
    fn chosen(&self, store: &Store) -> anyhow::Result<Vec<Notification>> {
        let installation = store.read(|tx| tx.installation())?;
        let one = |text: &String| -> anyhow::Result<Notification> {
            let Named::Notification(number) = named(&installation, text)? else {
                return Err(wrong(format!(
                    "`{}` is a finding, not a message",
                    model::shown(text)
                ))
                .hint("a finding that waits is released with `seinpost queue release`")
                .into());
            };
            let found = store.read(|tx| tx.notification(number))?;
            found.ok_or_else(|| no_message(text).into())
        };
        self.ids.iter().map(one).collect()
    }
}

fn approve(
    store: &Store,
    decider: &Decider<'_>,
    chosen: &[Notification],
    dry_run: bool,
) -> anyhow::Result<Vec<ApprovedView>> {
    let mut done = Vec::new();
    store.write(|tx| {
        done.clear();
        for notification in chosen {
            let approved = match dry_run {
                true => notification.state == NotificationState::Held,
                false => decider.approve(tx, notification.notification_no)?,
            };
            let recipient = tx.party(notification.key.recipient_no)?;
            done.push(ApprovedView {
                reference: notification.reference(),
                recipient: recipient.map(|party| party.name).unwrap_or_default(),
                severity: severity_mark(notification.key.severity),
                lines: notification.lines,
                approved,
            });
        }
        Ok::<_, store::StoreError>(())
    })?;
    Ok(done)
}

fn print(session: &mut Session, views: &[ApprovedView], dry_run: bool) -> anyhow::Result<()> {
    if session.json {
        return Ok(session.out.json(&views)?);
    }
    let out = &mut session.out;
    let approved: Vec<_> = views.iter().filter(|view| view.approved).collect();
    let would = if dry_run {
        "would be approved"
    } else {
        "approved"
    };
    writeln!(out, "{} {would}", counted(approved.len() as i64, "message"))?;
    let mut table = Table::new(["reference", "severity", "lines", "recipient"]);
    for view in approved {
        table.row([
            view.reference.clone(),
            view.severity.clone(),
            view.lines.to_string(),
            view.recipient.clone(),
        ]);
    }
    table.write(out, "  ")?;
    for view in views.iter().filter(|view| !view.approved) {
        writeln!(
            out,
            "{} is not held; `seinpost explain {}` says how far it is",
            view.reference, view.reference
        )?;
    }
    if !dry_run && views.iter().any(|view| view.approved) {
        session.note("next: `seinpost work --until-idle`, unless `seinpost serve` runs");
    }
    Ok(())
}
