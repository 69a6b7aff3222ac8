//! `GET /desk`: the balance that shows that nothing was lost, and what waits for a person.

use axum::extract::{Query, State};
use axum::response::Response;
use message::calls;
use model::{IdKind, Timestamp};
use rules::access::{DeskDeed, staff_may};
use rules::source::WARNED_DAYS;
use serde::Serialize;
use store::{AuditFilter, NotificationState, OpenDecisions, QueueState, Tx};

use super::meeting::list::is_due;
use super::programme::{Work, open_work};
use super::tally::{Counted, last_count};
use super::{COUNTED_MAX, Done};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    errors: Errors,
    reason: String,
    may_handle: bool,
    /// The visitor may read what belongs to organisations.
    may_read: bool,
    paused: Option<Paused>,
    /// What the desk, or the first one that lacks something, lacks before anything can go out, by the name of the setting.
    missing: Vec<&'static str>,
    /// Counted up to [`COUNTED_MAX`].
    held: i64,
    failed: i64,
    repeated: i64,
    /// Addresses for which mails wait, because their key cannot be used.
    keys: i64,
    /// Complaints that wait, those of them that are too late, and suggestions about which nobody decided.
    complaints: i64,
    overdue: i64,
    suggestions: i64,
    /// Sources that nobody has vetted, and those whose agreement is over or ends soon.
    sources: i64,
    agreements: i64,
    /// Replies that no program could read.
    replies: i64,
    /// Recipients who are to be called now, and those of them who should have been.
    calls: usize,
    late_calls: usize,
    /// Organisations that registered themselves and at which nobody has looked.
    registrations: i64,
    /// What was to be done after meetings by now, and whether a meeting is to be planned.
    late_actions: i64,
    is_meeting_due: bool,
    /// Disputes, proofs, approvals of two and texts.
    decisions: [i64; 4],
    /// What waits in programmes, for whoever runs them.
    programmes: Vec<Work>,
    balance: Option<Balance>,
}

#[derive(Serialize)]
struct Paused {
    since: String,
    reason: String,
    by: String,
}

#[derive(Serialize)]
struct Balance {
    at: String,
    is_zero: bool,
    rows_read: i64,
    /// Name of a verdict, and its rows.
    verdicts: [(&'static str, i64); 4],
    /// Name of what differs, and by how much: each is zero, or something was lost.
    differences: [(&'static str, i64); 4],
    /// Name of a state, its messages and their lines.
    messages: Vec<(&'static str, i64, i64)>,
    queued: i64,
    withheld_findings: i64,
    findings: i64,
    /// Name of a queue, its items, and since when the oldest waits.
    queues: Vec<(&'static str, i64, String)>,
    silent: Vec<Silent>,
}

#[derive(Serialize)]
struct Silent {
    href: String,
    name: String,
    since: String,
}

pub(super) async fn home(
    State(site): State<Site>,
    staff: Staff,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let done = done.key(&["paused", "resumed"]);
    show(&site, &staff, done, Errors::default(), String::new()).await
}

/// The page, with what is wrong with the form on it.
pub(super) async fn show(
    site: &Site,
    staff: &Staff,
    done: Option<&'static str>,
    errors: Errors,
    reason: String,
) -> Result<Response, Refusal> {
    let counted = last_count(site).await;
    let balance = counted.map(|counted| balance_of(site, &counted));
    let may_handle = staff_may(&staff.who.staff_roles, DeskDeed::Handle);
    let now = site.now();
    let may_run = staff_may(&staff.who.staff_roles, DeskDeed::RunProgrammes);
    let (inner, language) = (site.clone(), staff.visitor.language);
    let mut view = site
        .read(move |tx| {
            let mut view = now_waiting(tx, now)?;
            if may_run {
                view.programmes = open_work(&inner, tx, language)?;
            }
            Ok(view)
        })
        .await?;
    view.done = done;
    view.errors = errors;
    view.reason = reason;
    view.may_handle = may_handle;
    view.may_read = staff_may(&staff.who.staff_roles, DeskDeed::ReadOrganisation);
    view.balance = balance;
    site.page(staff, "desk/home.html", &view)
}

/// What is asked anew for each page.
fn now_waiting(tx: &mut Tx<'_>, now: Timestamp) -> Result<View, Refusal> {
    let paused = match tx.installation()?.paused {
        Some((since, reason)) => {
            let filter = AuditFilter {
                action: Some("pause".into()),
                ..AuditFilter::default()
            };
            let last = tx.audit_page(&filter, i64::MAX, 1)?.rows.pop();
            Some(Paused {
                since: since.to_string(),
                reason,
                by: last.map(|row| row.actor).unwrap_or_default(),
            })
        }
        None => None,
    };
    let desks = tx.desks()?.into_iter();
    let seen = tx.desks_seen().clone();
    let mut own = desks.filter(|desk| seen.sees(desk.desk_no));
    let incomplete = own.find(|desk| !desk.missing().is_empty());
    let (complaints, overdue) = tx.count_complaints(now.day(), COUNTED_MAX)?;
    let OpenDecisions {
        disputes,
        proofs,
        approvals,
        texts,
    } = tx.open_decisions(COUNTED_MAX)?;
    let to_call = calls(tx, now)?.counts(now);
    let (sources, agreements) = tx.count_sources_to_look_at(now.day().plus_days(WARNED_DAYS))?;
    Ok(View {
        done: None,
        errors: Errors::default(),
        reason: String::new(),
        may_handle: false,
        may_read: false,
        paused,
        missing: incomplete.map(|desk| desk.missing()).unwrap_or_default(),
        held: tx.count_messages(NotificationState::Held, COUNTED_MAX)?,
        failed: tx.count_messages(NotificationState::Failed, COUNTED_MAX)?,
        repeated: tx.count_repeated_attempts(COUNTED_MAX)?,
        keys: tx.count_keys_that_hold_up(COUNTED_MAX)?,
        complaints,
        overdue,
        sources,
        agreements,
        suggestions: tx.count_open_suggestions(COUNTED_MAX)?,
        replies: tx.count_waiting_replies(COUNTED_MAX)?,
        calls: to_call.now,
        late_calls: to_call.overdue,
        registrations: tx.count_registrations_to_look_at(COUNTED_MAX)?,
        late_actions: tx.count_late_actions(now.day(), COUNTED_MAX)?,
        is_meeting_due: is_due(tx, now)?,
        decisions: [disputes, proofs, approvals, texts],
        programmes: Vec::new(),
        balance: None,
    })
}

fn balance_of(site: &Site, counted: &Counted) -> Balance {
    let status = &counted.status;
    let differences = status.balance();
    let in_state = |state: QueueState| {
        let items = status.queue.iter().filter(|(_, it, _)| *it == state);
        items.map(|(_, _, items)| items).sum()
    };
    Balance {
        at: counted.at.to_string(),
        is_zero: differences == [0; 4],
        rows_read: status.rows.rows_read,
        verdicts: [
            ("accepted", status.rows.accepted),
            ("duplicate", status.rows.duplicate),
            ("quarantined", status.rows.quarantined),
            ("refused", status.rows.refused),
        ],
        differences: [
            ("verdict", differences[0]),
            ("reason", differences[1]),
            ("duty", differences[2]),
            ("line", differences[3]),
        ],
        messages: status
            .notifications
            .iter()
            .map(|(state, messages, lines)| (state.as_str(), *messages, *lines))
            .collect(),
        queued: in_state(QueueState::Open),
        withheld_findings: in_state(QueueState::Withheld),
        findings: status.findings,
        queues: counted
            .queues
            .iter()
            .map(|queue| (queue.kind.as_str(), queue.items, queue.oldest.to_string()))
            .collect(),
        silent: counted
            .silent
            .iter()
            .map(|(source, since)| Silent {
                href: format!("/desk/sources/{}", site.id(IdKind::Party, source.party_no)),
                name: source.name.clone(),
                since: since.to_string(),
            })
            .collect(),
    }
}
