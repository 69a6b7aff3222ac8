//! `seinpost queue`: what waits for a person, and what that person decides.

use std::io::Write;

use clap::{Subcommand, ValueEnum};
use message::{Decider, Released, SentAgain};
use model::{Endpoint, IdKind};
use serde::Serialize;
use store::{Installation, Notification, NotificationState, QueueKind, Store, StoreError, Tx};

use super::explain;
use crate::cli::number::within;
use crate::lifecycle::{Missing, blobs};
use crate::output::{Table, counted, severity_mark};
use crate::problem::wrong;
use crate::session::{Answer, Named, Session, actor, named, no_message};

const EXAMPLES: &str = "\
Examples:
  seinpost queue list
  seinpost queue list --kind unresolved --limit 20
  seinpost queue show NTF-2026-000042
  seinpost queue release NTF-2026-000042
  seinpost queue release 00000000-0000-8000-8000-000000000000 --to bakery
  seinpost queue withhold NTF-2026-000042 --reason \"a test system of our own\"

A message is named by its reference, a finding by the id that `queue list` shows.";

/// See what waits for a person, and decide about it
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Queue {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List what waits: held messages, and findings that nobody can be told of yet
    #[command(after_help = EXAMPLES)]
    List {
        /// Only what waits for this reason
        #[arg(long)]
        kind: Option<Waiting>,
        /// At most so many of each kind
        #[arg(long, default_value_t = 50, value_name = "NUMBER", value_parser = within(0..=u32::MAX))]
        limit: u32,
    },
    /// Show a held message as it would go out, or everything about a finding
    #[command(after_help = EXAMPLES)]
    Show {
        /// Message or finding
        id: String,
    },
    /// Let a held message go out, send a failed one again, or tell a chosen organisation of a finding
    #[command(after_help = EXAMPLES)]
    Release {
        /// Message or finding
        id: String,
        /// Key of the organisation that is told of the finding
        #[arg(long, value_name = "ORGANISATION")]
        to: Option<String>,
    },
    /// Decide that nobody is told, and say why
    #[command(after_help = EXAMPLES)]
    Withhold {
        /// Message or finding
        id: String,
        /// Why; it is kept with the decision
        #[arg(long)]
        reason: String,
    },
}

/// Why something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Waiting {
    /// A message that waits for approval
    Held,
    /// A message that could not be handed over to anybody
    Failed,
    /// Nobody is known to own or run the endpoint
    Unresolved,
    /// Two organisations claim the same asset
    Dispute,
    /// The recipient has no contact
    NoContact,
    /// The marking does not allow a mail
    Restricted,
    /// The owner is a natural person, and no operator is known
    NaturalPerson,
    /// A recipient says that it belongs to somebody else
    NotOurs,
    /// A recipient says that it is not so
    FalseAlarm,
    /// A recipient asks for help
    HelpRequested,
}

impl Waiting {
    fn state(self) -> Option<NotificationState> {
        match self {
            Self::Held => Some(NotificationState::Held),
            Self::Failed => Some(NotificationState::Failed),
            _ => None,
        }
    }

    fn queue(self) -> Option<QueueKind> {
        match self {
            Self::Held | Self::Failed => None,
            Self::Unresolved => Some(QueueKind::Unresolved),
            Self::Dispute => Some(QueueKind::Dispute),
            Self::NoContact => Some(QueueKind::NoContact),
            Self::Restricted => Some(QueueKind::Restricted),
            Self::NaturalPerson => Some(QueueKind::NaturalPerson),
            Self::NotOurs => Some(QueueKind::NotOurs),
            Self::FalseAlarm => Some(QueueKind::FalseAlarm),
            Self::HelpRequested => Some(QueueKind::HelpRequested),
        }
    }
}

#[derive(Serialize)]
struct ItemView {
    id: String,
    kind: &'static str,
    threat: String,
    severity: String,
    about: String,
    reason: String,
    since: String,
}

impl Queue {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        match self.action {
            Action::List { kind, limit } => list(session, &store, kind, limit),
            Action::Show { id } => show(session, &store, &id),
            Action::Release { id, to } => release(session, &store, &id, to.as_deref()),
            Action::Withhold { id, reason } => withhold(session, &store, &id, &reason),
        }
    }
}

fn list(
    session: &mut Session,
    store: &Store,
    kind: Option<Waiting>,
    limit: u32,
) -> anyhow::Result<Answer> {
    let kinds = kind.map_or_else(|| Waiting::value_variants().to_vec(), |kind| vec![kind]);
    let views = store.read(|tx| {
        let installation = tx.installation()?;
        let mut views = Vec::new();
        for kind in &kinds {
            if let Some(state) = kind.state() {
                for notification in tx.notifications_in(state, 0, limit.into())? {
                    views.push(message_view(tx, &notification)?);
                }
            }
            if let Some(queue) = kind.queue() {
                views.extend(finding_views(tx, &installation, queue, limit)?);
            }
        }
        Ok::<_, StoreError>(views)
    })?;
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    let mut table = Table::new(["id", "kind", "severity", "threat", "about", "reason"]);
    for view in &views {
        let cells = [
            &view.id,
            &view.kind.to_owned(),
            &view.severity,
            &view.threat,
            &view.about,
            &view.reason,
        ];
        table.row(cells.map(|cell| model::shown(cell)));
    }
    table.write(&mut session.out, "")?;
    match views.len() {
        0 => session.note("nothing waits"),
        _ => session
            .note("next: `seinpost queue show ID`, `release ID` or `withhold ID --reason TEXT`"),
    }
    Ok(Answer::Done)
}

fn message_view(tx: &mut Tx<'_>, notification: &Notification) -> Result<ItemView, StoreError> {
    let recipient = tx
        .party(notification.key.recipient_no)?
        .map(|party| party.name)
        .unwrap_or_default();
    Ok(ItemView {
        id: notification.reference(),
        kind: notification.state.as_str(),
        threat: tx
            .threat_slug(notification.key.threat_no)?
            .unwrap_or_default(),
        severity: severity_mark(notification.key.severity),
        about: format!("{} for {recipient}", counted(notification.lines, "finding")),
        reason: notification.reason.clone(),
        since: notification.created_at.to_string(),
    })
}

fn finding_views(
    tx: &mut Tx<'_>,
    installation: &Installation,
    kind: QueueKind,
    limit: u32,
) -> Result<Vec<ItemView>, StoreError> {
    let mut views = Vec::new();
    for item in tx.open_queue_items(kind, 0, limit.into())? {
        let Some((key, row)) = tx.finding(item.finding_no)? else {
            continue;
        };
        let endpoint = Endpoint::from_key(&key.endpoint).map(|endpoint| endpoint.to_string());
        views.push(ItemView {
            id: installation
                .id_key
                .public_id(IdKind::Finding, item.finding_no as u64)
                .to_string(),
            kind: kind.as_str(),
            threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
            severity: severity_mark(row.severity),
            about: endpoint.unwrap_or_default(),
            reason: item.reason,
            since: item.opened_at.to_string(),
        });
    }
    Ok(views)
}

fn show(session: &mut Session, store: &Store, id: &str) -> anyhow::Result<Answer> {
    let installation = store.read(|tx| tx.installation())?;
    match named(&installation, id)? {
        Named::Finding(number) => {
            explain::show_finding(session, store, &blobs(&session.settings)?, number)
        }
        Named::Notification(number) => {
            let notification = message(store, number, id)?;
            let now = session.now();
            let shown = store.read(|tx| message::show(tx, &notification, now))?;
            if session.json {
                session.out.json(&serde_json::json!({
                    "reference": notification.reference(),
                    "state": notification.state.as_str(),
                    "reason": notification.reason,
                    "to": shown.to.iter().map(|address| address.as_str()).collect::<Vec<_>>(),
                    "waiting": shown.waiting.iter().map(|(address, until)| serde_json::json!({
                        "to": address.as_str(),
                        "until": until.to_string(),
                    })).collect::<Vec<_>>(),
                    "is_settled": shown.is_settled,
                    "subject": shown.subject,
                    "body": shown.body,
                    "attachments": shown.attachments.iter().map(|(name, _)| name).collect::<Vec<_>>(),
                }))?;
                return Ok(Answer::Done);
            }
            let out = &mut session.out;
            writeln!(
                out,
                "{} is {}{}",
                notification.reference(),
                notification.state,
                in_brackets(&notification.reason)
            )?;
            let to: Vec<_> = shown.to.iter().map(|address| address.as_str()).collect();
            match to.is_empty() {
                true => writeln!(out, "no contact of the recipient takes it")?,
                false => writeln!(out, "\nTo: {}", to.join(", "))?,
            }
            for (address, until) in &shown.waiting {
                writeln!(
                    out,
                    "waits until {until} for the office hours of {}",
                    address.as_str()
                )?;
            }
            writeln!(
                out,
                "Subject: {}\n\n{}",
                shown.subject,
                shown.body.trim_end()
            )?;
            for (name, bytes) in &shown.attachments {
                writeln!(out, "\nattached: {name} ({bytes} bytes)")?;
            }
            Ok(Answer::Done)
        }
    }
}

fn in_brackets(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(" ({})", model::shown(text))
    }
}

fn message(store: &Store, number: i64, id: &str) -> anyhow::Result<Notification> {
    let found = store.read(|tx| tx.notification(number))?;
    found.ok_or_else(|| no_message(id).into())
}

fn release(
    session: &mut Session,
    store: &Store,
    id: &str,
    to: Option<&str>,
) -> anyhow::Result<Answer> {
    let (actor, now) = (actor(), session.now());
    let decider = Decider { name: &actor, now };
    let installation = store.read(|tx| tx.installation())?;
    match (named(&installation, id)?, to) {
        (Named::Notification(_), Some(_)) => {
            Err(wrong("a message already has its recipient; --to is for a finding").into())
        }
        (Named::Notification(number), None) => {
            let notification = message(store, number, id)?;
            let reference = notification.reference();
            let state = notification.state;
            let is_failed = state == NotificationState::Failed;
            let text = match is_failed {
                true => {
                    let again = store.write(|tx| decider.send_again(tx, number))?;
                    sent_again(again, &reference)?
                }
                false if store.write(|tx| decider.approve(tx, number))? => {
                    format!("{reference} may go out")
                }
                false => {
                    return Err(
                        wrong(format!("{reference} is {state}: neither held nor failed"))
                            .hint(format!("`seinpost explain {reference}` says how far it is"))
                            .into(),
                    );
                }
            };
            answer(session, &text, &[reference])
        }
        (Named::Finding(_), None) => Err(wrong("a finding needs somebody to tell")
            .hint(
                "name the organisation with --to; `seinpost export organisations` lists their keys",
            )
            .into()),
        (Named::Finding(number), Some(to)) => {
            let Some(party_no) = store.read(|tx| tx.party_no(to))? else {
                return Err(
                    wrong(format!("there is no organisation `{}`", model::shown(to)))
                        .hint("`seinpost export organisations` lists their keys")
                        .into(),
                );
            };
            let released = store.write(|tx| decider.release_to(tx, number, party_no))?;
            let notifications = told(released, to)?;
            let references = references(store, &notifications)?;
            answer(
                session,
                &format!(
                    "{} will be told in {}; `seinpost queue list --kind held` shows what waits for approval first",
                    model::shown(to),
                    references.join(", ")
                ),
                &references,
            )
        }
    }
}

fn sent_again(again: SentAgain, reference: &str) -> anyhow::Result<String> {
    match again {
        SentAgain::Again => Ok(format!("{reference} is sent again, to the contacts that there are now")),
        SentAgain::NotFailed => Err(wrong(format!("{reference} is not failed any more"))
            .hint(format!("`seinpost explain {reference}` says how far it is"))
            .into()),
        SentAgain::Nobody => Err(wrong(format!("nobody can get {reference} now"))
            .hint(
                "the recipient needs a contact that takes this severity (`seinpost import contacts`), and the desk must be complete (`seinpost status`)",
            )
            .into()),
    }
}

fn told(released: Released, to: &str) -> anyhow::Result<Vec<i64>> {
    let to = model::shown(to);
    match released {
        Released::Told { notifications } => Ok(notifications),
        Released::NotWaiting => Err(wrong("this finding does not wait for anybody")
            .hint("`seinpost explain` says who was told of it")
            .into()),
        Released::NoContact => Err(wrong(format!(
            "`{to}` has no contact that takes this severity"
        ))
        .hint("add one with `seinpost import contacts`")
        .into()),
        Released::Restricted(restriction) => Err(wrong(restriction.as_str()).into()),
        Released::NaturalPerson => Err(wrong("natural persons are not written to")
            .hint("choose the operator of the network")
            .into()),
    }
}

fn references(store: &Store, numbers: &[i64]) -> anyhow::Result<Vec<String>> {
    let mut references = Vec::new();
    for number in numbers {
        references.extend(
            store
                .read(|tx| tx.notification(*number))?
                .map(|told| told.reference()),
        );
    }
    Ok(references)
}

fn answer(session: &mut Session, text: &str, references: &[String]) -> anyhow::Result<Answer> {
    if session.json {
        session
            .out
            .json(&serde_json::json!({ "released": references }))?;
    } else {
        writeln!(session.out, "{text}")?;
    }
    Ok(Answer::Done)
}

fn withhold(
    session: &mut Session,
    store: &Store,
    id: &str,
    reason: &str,
) -> anyhow::Result<Answer> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(wrong("the reason is empty")
            .hint("say in a few words why nobody is told")
            .into());
    }
    let (actor, now) = (actor(), session.now());
    let decider = Decider { name: &actor, now };
    let installation = store.read(|tx| tx.installation())?;
    match named(&installation, id)? {
        Named::Notification(number) => {
            let notification = message(store, number, id)?;
            if !store.write(|tx| decider.withhold_notification(tx, number, reason))? {
                let text = format!(
                    "{} is {} and cannot be withheld",
                    notification.reference(),
                    notification.state
                );
                return Err(wrong(text)
                    .hint("only a message that is held or failed can be")
                    .into());
            }
        }
        Named::Finding(number) => {
            if store
                .write(|tx| decider.withhold_finding(tx, number, reason))?
                .is_empty()
            {
                return Err(wrong("this finding does not wait for anybody")
                    .hint("`seinpost explain` says who was told of it")
                    .into());
            }
        }
    }
    if session.json {
        session
            .out
            .json(&serde_json::json!({ "withheld": id, "reason": reason }))?;
    } else {
        writeln!(session.out, "nobody is told: {}", model::shown(reason))?;
    }
    Ok(Answer::Done)
}
