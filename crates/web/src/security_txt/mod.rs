//! The security.txt of an organisation's own domains (RFC 9116, requirement PO-14): looked at, and written.

mod list;
pub(crate) mod look;
pub(crate) mod written;

use axum::Router;
use axum::routing::{get, post};
use model::Timestamp;

use crate::site::Site;

/// A file that holds no longer than this is told of on the overview.
const ENDING_SECS: i64 = 30 * 24 * 3600;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    let pages = Router::new()
        .route("/", get(list::list))
        .route("/new", get(written::form).post(written::write))
        .route("/{asset}", get(look::show))
        .route("/{asset}/check", post(look::check));
    Router::new().nest("/organisations/{organisation}/security-txt", pages)
}

/// A file that ends before this moment ends soon.
pub(crate) fn ending_until(now: Timestamp) -> Timestamp {
    now.plus_seconds(ENDING_SECS)
}

#[cfg(test)]
mod tests;
