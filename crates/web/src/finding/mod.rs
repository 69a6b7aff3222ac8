//! The findings that an organisation was told of: its inbox, one finding with all that is known of it, answers.
//!
//! An inbox is what messages hold (`store::InboxQuery`), so it shows what was mailed and nothing else. Read [`list`] and
//! [`detail`] first; what an answer writes is in [`answering`], for every door.

pub(crate) mod answering;
mod bulk;
pub(crate) mod customer_list;
pub(crate) mod customers;
pub(crate) mod detail;
mod export;
pub(crate) mod filter;
pub(crate) mod forward;
pub(crate) mod history;
pub(crate) mod lately;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod mandated;
mod preview;
mod remember;
pub(crate) mod shown;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(crate) use answering::{AnswerForm, Read, Said, Sayer, write};
pub(crate) use export::{
    OwnReferences, PAGE_ROWS as FINDINGS_AT_ONCE, Piece, note as note_export, own_reference,
    own_references, pages as findings_pages, table_of as findings_table,
};
pub(crate) use shown::why_unmailed;

use crate::site::Site;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    let customers = post(customers::send).layer(DefaultBodyLimit::max(customers::UPLOAD_BYTES_MAX));
    Router::new()
        .route("/organisations/{organisation}/findings", get(list::list))
        .route(
            "/organisations/{organisation}/findings/threats",
            get(list::threats),
        )
        .route(
            "/organisations/{organisation}/findings/bulk",
            post(bulk::bulk),
        )
        .route(
            "/organisations/{organisation}/findings/bulk/apply",
            post(bulk::apply),
        )
        .route(
            "/organisations/{organisation}/findings/search",
            post(list::search),
        )
        .route(
            "/organisations/{organisation}/findings/export.csv",
            get(export::csv),
        )
        .route(
            "/organisations/{organisation}/findings/export.json",
            get(export::json),
        )
        .route(
            "/organisations/{organisation}/findings/preview",
            get(preview::show).post(preview::with_choices),
        )
        .route(
            "/organisations/{organisation}/findings/customers",
            get(customers::show).merge(customers),
        )
        .route(
            "/organisations/{organisation}/customers/findings",
            get(mandated::list),
        )
        .route(
            "/organisations/{organisation}/customers/findings/bulk",
            post(mandated::bulk::bulk),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}",
            get(detail::show).post(detail::answer),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}/assign",
            post(detail::assign),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}/forward",
            post(forward::forward),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}/links/{link}/end",
            post(links::end_one),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}/message-links/{message}/end",
            post(links::end_message_link),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}/remember",
            post(remember::remember),
        )
        .route(
            "/organisations/{organisation}/findings/{finding}/useful",
            post(detail::judge),
        )
}

#[cfg(test)]
pub(crate) mod tests;
