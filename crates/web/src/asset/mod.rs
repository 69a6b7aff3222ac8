//! Assets: what an organisation says is its own, looked after by itself.
//!
//! Whoever acts by a mandate for one group of assets sees that group alone ([`filter::scope`]). A change of many assets is
//! one change of the register ([`announce`]).

mod add;
mod apply;
pub(crate) mod bulk;
pub(crate) mod check;
mod detail;
mod document;
mod export;
mod filter;
mod holding;
mod import;
mod list;
pub(crate) mod preview;
pub(crate) mod prove;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use formats::asset_list::LIST_BYTES_MAX;
use model::Timestamp;
use store::{StoreError, Tx};

use crate::site::Site;

pub(crate) use holding::{GROUPS_MAX, Holding, confirm, held, plain_row, puts};
pub(crate) use view::{group_choices, state};

/// A list with what a browser writes around it.
const UPLOAD_BYTES_MAX: usize = LIST_BYTES_MAX + (64 << 10);

/// Ticks of a whole page, and some.
const FORM_BYTES_MAX: usize = 64 << 10;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    let upload = post(import::upload).layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX));
    let document_max = document::DOCUMENT_BYTES_MAX + FORM_BYTES_MAX;
    let document = post(document::send).layer(DefaultBodyLimit::max(document_max));
    let pages = Router::new()
        .route("/", get(list::list))
        .route("/search", post(list::search))
        .route("/export.csv", get(export::csv))
        .route("/export.xlsx", get(export::xlsx))
        .route("/new", get(add::form).post(add::add))
        .route("/confirm", post(list::confirm))
        .route("/bulk", post(bulk::confirm))
        .route("/bulk/apply", post(bulk::apply))
        .route("/bulk/records", post(check::download))
        .route("/checks/new", get(check::choose_all))
        .route("/checks/{check}", get(check::show))
        .route(
            "/imports/{import}",
            get(preview::preview).post(apply::apply),
        )
        .route("/imports/{import}/discard", post(apply::discard))
        .route("/{asset}", get(detail::detail).post(detail::change))
        .route("/{asset}/prove", post(prove::check))
        .route("/{asset}/prove/mail", post(prove::mail::send))
        .route("/{asset}/prove/code", post(prove::mail::check))
        .route("/{asset}/review", post(prove::ask_review))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .route("/imports", upload)
        .route("/{asset}/document", document);
    Router::new().nest("/organisations/{organisation}/assets", pages)
}

/// Lets the flow know that the register is another one now: what is open is matched again.
pub(crate) fn announce(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.announce_register(now)
}

#[cfg(test)]
mod tests;
