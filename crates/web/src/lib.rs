//! The face. So far the two pages by which monitoring sees whether the program is alive and whether it can work.
//!
//! Handlers take a request, ask the [`Store`], and show the answer; errors are problem documents (RFC 9457). The store
//! is synchronous, so it is asked on a thread of its own.
//!
//! Left to others: the flow (`pipeline`), of which this crate knows nothing. It sends no mail.

mod headers;
mod health;
mod problem;

use axum::Router;
use axum::middleware::map_response;
use axum::routing::get;
use store::Store;

use health::Health;
use problem::Problem;

/// Every page of the program, ready to be served.
///
/// `GET /healthz` says that the process answers, `GET /readyz` that its store answers too and has the tables that this
/// program needs. Neither tells anything about what the store holds.
pub fn router(store: Store) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(async || Problem::NOT_FOUND)
        .method_not_allowed_fallback(async || Problem::METHOD_NOT_ALLOWED)
        .with_state(Health::new(store))
        .layer(map_response(headers::add))
}

#[cfg(test)]
mod tests;
