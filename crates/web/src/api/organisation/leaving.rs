//! Leaving: an organisation that is about to, and stopping that. Asking for it is for people: it takes two of them, or time.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::Scope;
use serde::Serialize;
use store::Leaving;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::Own;
use crate::api::error::ApiError;
use crate::api::fields::removal;
use crate::api::parameters::no_parameters;
use crate::api::shown::{must_match, shown};
use crate::organisation::leave::stop;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of leaving.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(get_leaving, stop_leaving))
}

/// That an organisation is about to leave.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Leaving)]
struct LeavingView {
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    asked_at: String,
    /// When it happens by itself; a second administrator makes it happen at once.
    #[schema(format = DateTime, example = "2026-12-18T02:14:33Z")]
    due_at: String,
}

fn view(leaving: &Leaving) -> LeavingView {
    LeavingView {
        asked_at: leaving.asked_at.to_string(),
        due_at: leaving.due_at.to_string(),
    }
}

/// Whether the organisation is about to leave; 404 where it is not.
#[utoipa::path(
    get, path = "/organisations/{organisation}/leaving", tag = "organisations", operation_id = "getLeaving",
    responses((status = 200, description = "It is", body = LeavingView)),
)]
async fn get_leaving(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let leaving = site.read(move |tx| tx.leaving(own.party_no)?.ok_or(Refusal::NotFound));
    Ok(shown(&parts.headers, &view(&leaving.await?)))
}

/// The organisation stays. Its administrators are told.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/leaving", tag = "organisations", operation_id = "stopLeaving",
    responses((status = 204, description = "It stays")),
)]
async fn stop_leaving(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    removal(&parts)?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    site.change(move |tx| {
        let leaving = tx.leaving(acting.party_no)?.ok_or(ApiError::NotFound)?;
        must_match(&parts.headers, &view(&leaving))?;
        let key = tx.api_key(own.caller.key_no)?.ok_or(ApiError::NoKey)?;
        Ok(stop(tx, &shown_by, &acting, &key.name, now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
