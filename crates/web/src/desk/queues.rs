//! `GET /desk/queues`: findings that wait for a person; `POST /desk/findings/{finding}/decide`: what that person decides.

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use message::{Decider, Released};
use model::{Endpoint, IdKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::QueueKind;
use uuid::Uuid;

use super::PAGE_ROWS;
use super::reason::read_reason;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/queues", get(list))
        .route("/desk/findings/{finding}/decide", post(decide))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    kind: String,
    /// Public id of the finding after which the page begins.
    after: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    /// Labels are the queues; the one that is shown is among them.
    kinds: Vec<&'static str>,
    kind: &'static str,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    endpoint: String,
    threat: String,
    severity: &'static str,
    owner: String,
    reason: String,
    opened_at: String,
}

async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let kind = match asked.kind.as_str() {
        "" => QueueKind::Unresolved,
        kind => kind.parse().map_err(|_| Refusal::Bad)?,
    };
    let after_no = match &asked.after {
        Some(id) => site.number(IdKind::Finding, id)?,
        None => 0,
    };
    let inner = site.clone();
    let rows = site
        .read(move |tx| {
            let mut rows = Vec::new();
            for item in tx.open_queue_items(kind, after_no, PAGE_ROWS as i64)? {
                let (key, row) = tx.finding(item.finding_no)?.ok_or(Refusal::NotFound)?;
                let endpoint = Endpoint::from_key(&key.endpoint);
                rows.push(Row {
                    id: inner.id(IdKind::Finding, item.finding_no),
                    endpoint: endpoint.map(|it| it.to_string()).unwrap_or_default(),
                    threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
                    severity: row.severity.as_str(),
                    owner: item.owner,
                    reason: item.reason,
                    opened_at: item.opened_at.to_string(),
                });
            }
            Ok(rows)
        })
        .await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        kinds: QueueKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        kind: kind.as_str(),
        next: last.map(|row| format!("/desk/queues?kind={kind}&after={}", row.id)),
        rows,
    };
    site.page(&staff, "desk/queues.html", &view)
}

/// What is decided about a finding that waits.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    /// The visitor looks after it from now on.
    Take,
    /// Nobody is told.
    Withhold,
    /// An organisation that the visitor names is told.
    Tell,
}

#[derive(Deserialize)]
struct Decision {
    act: Act,
    #[serde(default)]
    reason: String,
    /// Key of the organisation that is told.
    #[serde(default)]
    to: String,
}

async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Finding, &id)?;
    let mut errors = Errors::default();
    let reason = match form.act {
        Act::Take => Some(String::new()),
        Act::Withhold | Act::Tell => read_reason(&mut errors, &form.reason),
    };
    let back = |done: &str| Redirect::to(&format!("/desk/findings/{id}?done={done}"));
    let Some(reason) = reason else {
        return Ok(back("no-reason").into_response());
    };
    let (actor, name, now) = (
        staff.who.actor(&site),
        staff.who.person.name.clone(),
        site.now(),
    );
    let done = site
        .write(move |tx| {
            let decider = Decider { name: &actor, now };
            match form.act {
                Act::Take => {
                    let taken = tx.take_queue_items(number, &name)?;
                    if taken > 0 {
                        tx.record(now, &actor, "take", &format!("finding {number}"), "")?;
                    }
                    Ok(if taken > 0 { "taken" } else { "not-waiting" })
                }
                Act::Withhold => {
                    let closed = decider.withhold_finding(tx, number, &reason)?;
                    Ok(if closed.is_empty() {
                        "not-waiting"
                    } else {
                        "withheld"
                    })
                }
                Act::Tell => {
                    let Some(party_no) = tx.party_no(form.to.trim())? else {
                        return Ok("no-organisation");
                    };
                    let released = decider.release_to(tx, number, party_no)?;
                    Ok(outcome(&released))
                }
            }
        })
        .await?;
    Ok(back(done).into_response())
}

fn outcome(released: &Released) -> &'static str {
    match released {
        Released::Told { .. } => "told",
        Released::NotWaiting => "not-waiting",
        Released::NoContact => "no-contact",
        Released::Restricted(_) => "restricted",
        Released::NaturalPerson => "natural-person",
    }
}

/// What may have come of a decision: ends of keys of texts.
pub(super) const OUTCOMES: &[&str] = &[
    "taken",
    "withheld",
    "told",
    "not-waiting",
    "no-contact",
    "no-organisation",
    "no-reason",
    "restricted",
    "natural-person",
];
