//! Whether anything goes out, and stopping that.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{Scope, Timestamp};
use serde::Serialize;
use store::{StoreError, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{NewReason, must};
use crate::api::caller::Caller;
use crate::api::error::ApiError;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::no_parameters;
use crate::api::shown::shown;
use crate::desk::pause;
use crate::site::Site;

/// The routes of the distribution.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_distribution))
        .routes(routes!(pause_distribution))
}

/// Whether anything goes out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Distribution {
    paused: bool,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    paused_at: Option<String>,
    reason: Option<String>,
}

fn distribution(tx: &mut Tx<'_>) -> Result<Distribution, StoreError> {
    let paused = tx.installation()?.paused;
    let (paused_at, reason): (Option<Timestamp>, Option<String>) = paused.unzip();
    Ok(Distribution {
        paused: paused_at.is_some(),
        paused_at: paused_at.map(|at| at.to_string()),
        reason,
    })
}

/// Whether anything goes out.
#[utoipa::path(
    get, path = "/distribution", tag = "desk", operation_id = "getDistribution",
    responses((status = 200, description = "Whether it does", body = Distribution)),
)]
async fn get_distribution(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    no_parameters(&parts)?;
    let view = site.read(|tx| Ok(distribution(tx)?)).await?;
    Ok(shown(&parts.headers, &view))
}

/// Nothing goes out from now on. A person lets it go on.
#[utoipa::path(
    post, path = "/distribution/_pause", tag = "desk", operation_id = "pauseDistribution",
    request_body = NewReason,
    responses((status = 200, description = "It is paused", body = Distribution)),
)]
async fn pause_distribution(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesWrite)?;
    let (new, wanted) = sent(&caller, request, NewReason::read).await?;
    let actor = caller.actor(&site);
    once(&site, wanted, move |tx, now| {
        pause(tx, &actor, &new.reason, now)?;
        Ok(Made::done(&distribution(tx)?))
    })
    .await
}
