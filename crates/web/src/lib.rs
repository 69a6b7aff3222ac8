//! The face: pages for organisations and analysts, and those by which monitoring sees how the program does.
//!
//! A handler takes (extractors of [`visitor`] authorise), asks the store through [`Site`], and shows: a page
//! ([`page`]), or a problem document (RFC 9457) where a program asks. Each area is a folder with its routes; templates,
//! texts and styles stand in `templates/`, `locales/` and `assets/`. What may block runs on a thread of its own.
//!
//! Left to others: the flow (`pipeline`), of which this crate knows nothing. It sends no mail: it leaves mails in the store.

mod account;
mod acting;
mod answer;
mod api;
mod asset;
mod asset_file;
mod audited;
mod client;
mod code;
mod desk;
mod download;
mod enrol;
mod feedback;
mod finding;
mod form;
mod headers;
mod health;
mod limiter;
mod metrics;
mod nav;
mod organisation;
mod page;
mod problem;
mod provider;
mod public;
mod refusal;
mod register;
mod request;
mod security_txt;
mod site;
mod skin;
mod text;
mod visitor;
mod website;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response, map_response_with_state};
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use problem::Problem;
use refusal::Refusal;

pub use account::InvitationLink;
pub use api::{Delivered, FreshKey, Intake, IntakeFailure, RowFields, TakenIn, TakenOutcome};
pub use health::{Check, Health, Silences, Unfit};
pub use metrics::WriteMetrics;
pub use provider::{ClaimNames, Provider, ProviderFault, Providers, Secret, Serves};
pub use site::{Site, SiteOptions};
pub use skin::SKIN_BYTES_MAX;
pub use visitor::token_digest;

/// Every page that others may reach, ready to be served.
///
/// `GET /healthz` says that no worker is stuck, `GET /readyz` that all is there that work needs. Neither tells anything
/// about what the store holds.
pub fn router(health: Health, site: &Site) -> Router {
    let shown = site.clone();
    let pages = Router::new()
        .merge(public::routes())
        .merge(account::routes())
        .merge(asset::routes())
        .merge(desk::routes())
        .merge(organisation::routes())
        .merge(security_txt::routes())
        .merge(finding::routes())
        .merge(answer::routes())
        .merge(enrol::routes())
        .merge(register::routes())
        .merge(feedback::routes())
        .merge(api::page_routes())
        .fallback(async || Refusal::NotFound)
        .method_not_allowed_fallback(async || Refusal::NotFound)
        .layer(from_fn_with_state(site.clone(), visitor::recognise))
        // A form that another site sent is refused by where it came from (`Sec-Fetch-Site`, `Origin`).
        .layer(CsrfLayer::new())
        .merge(asset_file::routes())
        .merge(skin::routes())
        .layer(from_fn(move |request, next| {
            page::show_refusals(shown.clone(), request, next)
        }))
        .layer(map_response_with_state(site.clone(), headers::add_to_page))
        .layer(CompressionLayer::new())
        .with_state(site.clone());
    health_pages(health)
        .layer(map_response(headers::add))
        .merge(pages)
        .merge(api::router(site))
        .layer(from_fn(request::log))
}

/// The pages for the operator's own machines, for a listener of their own: `/healthz`, `/readyz`, and `GET /metrics`.
pub fn operator_router(health: Health, write: WriteMetrics) -> Router {
    let metrics = Router::new()
        .route("/metrics", get(metrics::metrics))
        .with_state(write);
    health_pages(health)
        .merge(metrics)
        .fallback(async || Problem::NOT_FOUND)
        .method_not_allowed_fallback(async || Problem::METHOD_NOT_ALLOWED)
        .layer(map_response(headers::add))
        .layer(from_fn(request::log))
}

fn health_pages(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(health)
}

#[cfg(test)]
mod desks_apart;
#[cfg(test)]
mod empty_forms;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
