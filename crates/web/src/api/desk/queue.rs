//! Findings that wait for a person, by reason: who looks after them, and settling what tells nobody. Where each was seen is for a
//! person to read, who says why; so is what follows from that, such as telling an organisation.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::{QueueItem, QueueKind, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{NewReason, must, note_read};
use crate::api::caller::{Caller, number_of_path};
use crate::api::cursor::{After, AfterFinding};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page, shown};
use crate::desk::{Act, NOT_WAITING, Work, assign_to};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of the queues.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_waiting))
        .routes(routes!(get_waiting))
        .routes(routes!(assign_waiting))
        .routes(routes!(decide_waiting))
}

/// A finding that waits for a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Waiting {
    finding_id: Uuid,
    /// Why it waits.
    #[schema(example = "unresolved")]
    queue: &'static str,
    #[schema(example = "desk")]
    owner: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    opened_at: String,
}

page_schema! {
    /// A page of findings that wait.
    WaitingPage, Waiting
}

/// Which queue.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query)]
struct WaitingQuery {
    /// `unresolved`, as without it, `dispute`, `no-contact`, `restricted`, `natural-person`, `not-wanted`, `answered`, `not-ours`,
    /// `false-alarm` or `help-requested`.
    #[param(value_type = Option<String>, example = "unresolved")]
    queue: Option<QueueKind>,
}

/// Findings that wait for a person, in one queue.
#[utoipa::path(
    get, path = "/queue-items", tag = "desk", operation_id = "listQueueItems",
    params(WaitingQuery, PageQuery),
    responses((status = 200, description = "A page", body = WaitingPage)),
)]
async fn list_waiting(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterFinding>(&site);
    let queue = parameters.parsed("queue").unwrap_or(QueueKind::Unresolved);
    parameters.end()?;
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.open_queue_items(queue, after_no, limit)?));
    let waiting = |item: QueueItem| Waiting {
        finding_id: site.id(IdKind::Finding, item.finding_no),
        queue: item.kind.as_str(),
        owner: item.owner,
        opened_at: item.opened_at.to_string(),
    };
    let views = (|item: &QueueItem| After(item.finding_no), waiting);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// A finding that waits or waited, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WaitingFinding {
    finding_id: Uuid,
    #[schema(example = "open-rdp")]
    threat: String,
    #[schema(example = "high")]
    severity: &'static str,
    /// Each reason for which it waits or waited.
    items: Vec<WaitingItem>,
}

/// A reason for which a finding waits or waited.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WaitingItem {
    #[schema(example = "unresolved")]
    queue: &'static str,
    /// `open`, `resolved` (somebody was told, or it was settled) or `withheld` (nobody is told).
    #[schema(example = "open")]
    state: &'static str,
    /// Which time the finding is there; counts up when it comes back.
    #[schema(example = 1)]
    episode: i32,
    /// Who looks after it; `desk`: nobody in particular.
    #[schema(example = "desk")]
    owner: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    opened_at: String,
}

/// Everything for which a finding waits or waited; "not found" where it never did.
fn waiting(site: &Site, tx: &mut Tx<'_>, number: i64) -> Result<WaitingFinding, Refusal> {
    let items = tx.queue_items_of(&[number])?;
    let found = tx.finding(number)?.filter(|_| !items.is_empty());
    let (key, row) = found.ok_or(Refusal::NotFound)?;
    let item = |item: QueueItem| WaitingItem {
        queue: item.kind.as_str(),
        state: item.state.as_str(),
        episode: item.episode,
        owner: item.owner,
        opened_at: item.opened_at.to_string(),
    };
    Ok(WaitingFinding {
        finding_id: site.id(IdKind::Finding, number),
        threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
        severity: row.severity.as_str(),
        items: items.into_iter().map(item).collect(),
    })
}

/// One finding that waits for a person or did, without where it was seen.
#[utoipa::path(
    get, path = "/queue-items/{finding}", tag = "desk", operation_id = "getQueueItem",
    responses((status = 200, description = "The finding", body = WaitingFinding)),
)]
async fn get_waiting(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::Finding, "finding").await?;
    let id = site.id(IdKind::Finding, number);
    note_read(&site, &caller, format!("finding {id}")).await?;
    let shown_by = site.clone();
    let view = site.read(move |tx| waiting(&shown_by, tx, number)).await?;
    Ok(shown(&parts.headers, &view))
}

/// Who looks after what waits.
#[derive(ToSchema)]
struct NewAssignment {
    /// Somebody of the desk who may decide about findings; `null`: nobody in particular.
    #[schema(value_type = Option<Uuid>, required = true)]
    person: Option<i64>,
}

impl NewAssignment {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        if !fields.has("person") {
            fields.mistake("person", "missing", "it is needed, as an id or as null");
        }
        let person = fields.id(site, IdKind::Person, "person")?;
        Some(Self { person })
    }
}

/// Says who of the desk looks after everything for which a finding waits; 409 where it does not wait.
#[utoipa::path(
    post, path = "/queue-items/{finding}/_assign", tag = "desk", operation_id = "assignQueueItem",
    request_body = NewAssignment,
    responses((status = 200, description = "As it is now", body = WaitingFinding)),
)]
async fn assign_waiting(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::QueuesWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, &site, IdKind::Finding, "finding").await?;
    let request = Request::from_parts(parts, body);
    let read = |fields: &mut Fields<'_, '_>| NewAssignment::read(&site, fields);
    let (new, wanted) = sent(&caller, request, read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        waiting(&shown_by, tx, number)?;
        let assigned = assign_to(&shown_by, tx, (number, new.person), &actor, now);
        let was_waiting = assigned.map_err(|refusal| match refusal {
            Refusal::NotFound => {
                let why = "there is nobody of this id at the desk who may decide about findings";
                ApiError::Invalid(vec![Mistake::at("/person", "unknown", why)])
            }
            other => other.into(),
        })?;
        if !was_waiting {
            return Err(ApiError::Exists("a decision"));
        }
        Ok(Made::done(&waiting(&shown_by, tx, number)?))
    })
    .await
}

/// What is decided about a finding that waits.
#[derive(ToSchema)]
struct NewQueueDecision {
    /// `withhold`: nobody is told of it; `confirm-false-alarm` and `refute-false-alarm`: what a recipient said of it is so, or is
    /// not; `helped`: the recipient that asked for help got it.
    #[schema(value_type = String, example = "withhold")]
    decision: Act,
    /// Two words or more, with 8 letters or more.
    #[schema(max_length = 500, min_length = 8, example = "a test of our own")]
    reason: String,
}

impl NewQueueDecision {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let words = [
            ("withhold", Act::Withhold),
            ("confirm-false-alarm", Act::Confirm),
            ("refute-false-alarm", Act::Refute),
            ("helped", Act::Helped),
        ];
        let (decision, reason) = (fields.word("decision", &words), NewReason::read(fields));
        Some(Self {
            decision: decision?,
            reason: reason?.reason,
        })
    }
}

/// Settles what tells nobody of a finding; 409 where it does not wait for this. Telling an organisation, and saying whose a place is,
/// is for people: they see where it was.
#[utoipa::path(
    post, path = "/queue-items/{finding}/_decide", tag = "desk", operation_id = "decideQueueItem",
    request_body = NewQueueDecision,
    responses((status = 200, description = "As it is now", body = WaitingFinding)),
)]
async fn decide_waiting(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::QueuesWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, &site, IdKind::Finding, "finding").await?;
    let request = Request::from_parts(parts, body);
    let (new, wanted) = sent(&caller, request, NewQueueDecision::read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        waiting(&shown_by, tx, number)?;
        let work = Work {
            number,
            reason: new.reason.clone(),
            to: String::new(),
            asset_no: None,
            name: String::new(),
            actor: actor.clone(),
            now,
        };
        if work.perform(tx, new.decision)? == NOT_WAITING {
            return Err(ApiError::Exists("a decision"));
        }
        Ok(Made::done(&waiting(&shown_by, tx, number)?))
    })
    .await
}
