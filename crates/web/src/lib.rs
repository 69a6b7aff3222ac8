//! The face. So far the pages by which monitoring sees whether the program is alive, can work, and what it does.
//!
//! Handlers take a request, ask what the program gave them, and show the answer; errors are problem documents
//! (RFC 9457). What may block runs on a thread of its own, with a limit.
//!
//! Left to others: the flow (`pipeline`), of which this crate knows nothing. It sends no mail.

mod headers;
mod health;
mod metrics;
mod problem;
mod request;

use axum::Router;
use axum::middleware::{from_fn, map_response};
use axum::routing::get;

use problem::Problem;

pub use health::{Check, Health, Silences, Unfit};
pub use metrics::WriteMetrics;

/// Every page that others may reach, ready to be served.
///
/// `GET /healthz` says that no worker is stuck, `GET /readyz` that all is there that work needs. Neither tells anything
/// about what the store holds.
pub fn router(health: Health) -> Router {
    finish(health_pages(health))
}

/// The pages for the operator's own machines, for a listener of their own: the two of [`router`], and `GET /metrics`.
pub fn operator_router(health: Health, write: WriteMetrics) -> Router {
    let metrics = Router::new()
        .route("/metrics", get(metrics::metrics))
        .with_state(write);
    finish(health_pages(health).merge(metrics))
}

fn health_pages(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(health)
}

fn finish(pages: Router) -> Router {
    pages
        .fallback(async || Problem::NOT_FOUND)
        .method_not_allowed_fallback(async || Problem::METHOD_NOT_ALLOWED)
        .layer(map_response(headers::add))
        .layer(from_fn(request::log))
}

#[cfg(test)]
mod tests;
