//! Answers without an account, by the link of a message or one that was forwarded, and the public page that says whether
//! a message is real.
//!
//! Looking changes nothing: mail scanners follow links. What a link shows is what its message says (ADR 0013).

mod check;
mod link;
mod page;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use check::compared;

use crate::site::Site;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/answer/{token}", get(page::message).post(page::answer_all))
        .route(
            "/answer/{token}/{finding}",
            get(page::finding).post(page::answer),
        )
        .route("/answer/{token}/{finding}/forward", post(page::forward))
        .route("/answer/{token}/useful", post(page::judge))
        .route("/check", get(check::ask).post(check::answer))
}

#[cfg(test)]
mod tests;
