//! The API for programs: `/api/v1`.
//!
//! It has keys instead of sessions ([`caller`]), problem documents instead of pages ([`error`]), and a description that is
//! made with the routes ([`document`]). One file per resource. Reasons are in `docs/adr/0014-api.md`, use in `docs/api.md`.

mod asset;
mod batch;
mod caller;
mod change;
mod cursor;
mod desk;
mod document;
mod error;
mod fields;
mod finding;
mod intake;
mod keys_page;
mod once;
mod organisation;
mod parameters;
mod places;
mod quota;
mod shown;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

use crate::headers;
use crate::site::Site;

pub use caller::FreshKey;
pub(crate) use cursor::{AfterTold, Place};
pub(crate) use error::ApiError;
pub use intake::{Delivered, Intake, IntakeFailure, RowFields, TakenIn, TakenOutcome};
pub(crate) use keys_page::routes as page_routes;

/// Begin of all paths.
pub(crate) const ROOT: &str = "/api/v1";

/// Full version of the API, in every answer.
const VERSION: &str = "1.0.0";

/// What the API remembers between requests.
#[derive(Default)]
pub(crate) struct ApiMemory {
    pub(crate) quotas: quota::Quotas,
    pub(crate) deliveries: batch::Deliveries,
    pub(crate) streams: change::Streams,
}

/// The whole API, below [`ROOT`].
pub(crate) fn router(site: &Site) -> Router {
    let (routes, document) = described().split_for_parts();
    let document: Arc<str> = document::text(document).into();
    let routes = routes
        .layer(from_fn_with_state(site.clone(), caller::recognise))
        // What the API looks like is no secret.
        .route(
            "/openapi.json",
            get(async move || document::answer(&document)),
        )
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::Method)
        .layer(map_response(add_version))
        .layer(map_response(headers::add));
    Router::new().nest(ROOT, routes).with_state(site.clone())
}

/// The routes with what is said of them.
fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::with_openapi(document::frame())
        .merge(organisation::routes())
        .merge(asset::routes())
        .merge(finding::routes())
        .merge(change::routes())
        .merge(batch::routes())
        .merge(desk::routes())
}

/// In every answer, also in errors: which version answers, and where it is described.
async fn add_version(mut response: Response) -> Response {
    const API_VERSION: HeaderName = HeaderName::from_static("api-version");
    const DESCRIBED: HeaderValue =
        HeaderValue::from_static("</api/v1/openapi.json>; rel=\"service-desc\"");
    let headers = response.headers_mut();
    headers.insert(API_VERSION, HeaderValue::from_static(VERSION));
    headers.append(header::LINK, DESCRIBED);
    response
}

#[cfg(test)]
mod tests;
