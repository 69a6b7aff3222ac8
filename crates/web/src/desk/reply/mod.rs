//! Mails in reply to messages that no program could read: a person reads them, and answers for the recipient where needed.
//!
//! How they are read is in `pipeline::replies`.

mod detail;
mod list;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/desk/replies", get(list::list)).route(
        "/desk/replies/{reply}",
        get(detail::show).post(detail::handle),
    )
}
