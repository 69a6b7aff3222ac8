//! `/desk/calls`: recipients who are to be called, since they did not answer what is critical or got no mail (requirement DI-12).
//!
//! Whom to call, from when on and by when is for [`message::calls`]; what may be said is in `rules::call`.

mod attempt;
mod detail;
mod list;
mod script;

use std::cmp::Reverse;

use axum::Router;
use axum::routing::get;
use message::CallPlace;
use model::{IdKind, Timestamp};
use serde::Serialize;
use store::Tx;
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;

pub(crate) use attempt::{NewAttempt, Noted, give_back, note, take};

/// Attempts that are shown, the last first.
pub(crate) const ATTEMPTS_MAX: i64 = 100;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/calls", get(list::list))
        .route("/desk/calls/{message}", get(detail::show).post(detail::act))
}

/// The place in the list of a call that stood at a moment in it; what is said of its message does not change.
pub(crate) fn place_of(
    tx: &mut Tx<'_>,
    notification_no: i64,
    first: Timestamp,
) -> Result<CallPlace, Refusal> {
    let message = tx.notification(notification_no)?.ok_or(Refusal::Bad)?;
    let approved_at = message.decided_at.unwrap_or(message.created_at);
    let severity = Reverse(message.key.severity.code());
    Ok((first, severity, approved_at, notification_no))
}

/// An attempt as pages show it.
#[derive(Serialize)]
pub(super) struct AttemptView {
    at: String,
    /// Name of who called; empty: a program noted it.
    who: String,
    outcome: &'static str,
    /// What the contact does whose number it was; empty: another number.
    role: String,
    /// When the next one is to be; empty: none.
    next_at: String,
    note: String,
}

/// Attempts to call about a message, the last first.
pub(super) fn attempts_of(
    tx: &mut Tx<'_>,
    notification_no: i64,
) -> Result<Vec<AttemptView>, Refusal> {
    let attempts = tx.call_attempts(notification_no, ATTEMPTS_MAX)?;
    let Some(first) = attempts.first() else {
        return Ok(Vec::new());
    };
    let contacts = tx.own_contacts(first.party_no)?;
    let mut views = Vec::new();
    for attempt in attempts {
        let role = contacts
            .iter()
            .find(|contact| Some(contact.contact_no) == attempt.contact_no)
            .map(|contact| contact.role.clone());
        views.push(AttemptView {
            at: attempt.at.to_string(),
            who: name_of(tx, attempt.person_no)?,
            outcome: attempt.outcome.as_str(),
            role: role.unwrap_or_default(),
            next_at: attempt.next_at.map(|at| at.to_string()).unwrap_or_default(),
            note: attempt.note,
        });
    }
    Ok(views)
}

/// Name of somebody of the desk; empty where it is nobody.
pub(super) fn name_of(tx: &mut Tx<'_>, person_no: Option<i64>) -> Result<String, Refusal> {
    let person = match person_no {
        Some(person_no) => tx.person(person_no)?,
        None => None,
    };
    Ok(person.map(|person| person.name).unwrap_or_default())
}

/// Where the page of a call is.
fn page_of(site: &Site, notification_no: i64) -> String {
    let id: Uuid = site.id(IdKind::Notification, notification_no);
    format!("/desk/calls/{id}")
}
