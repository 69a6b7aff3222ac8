//! Findings that wait for a person, by reason. Where each was seen is for a person to read, who says why.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::{QueueItem, QueueKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::must;
use crate::api::caller::Caller;
use crate::api::cursor::{After, AfterFinding};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::Parameters;
use crate::api::shown::page;
use crate::site::Site;

/// The route of the queues.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_waiting))
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
