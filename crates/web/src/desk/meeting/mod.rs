//! Meetings with stakeholders (FE-06): planning one, inviting, noting who came and what was said and decided, and what comes
//! of it.
//!
//! What a guest sees is in `crate::feedback::meeting`.

mod actions;
mod detail;
mod guests;
pub(super) mod list;

use axum::Router;
use axum::routing::{get, post};
use model::IdKind;
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    let at = |end: &str| format!("/desk/feedback/meetings{end}");
    Router::new()
        .route(&at(""), get(list::list).post(list::add))
        .route(&at("/{meeting}"), get(detail::show).post(detail::change))
        .route(&at("/{meeting}/guests"), post(guests::add))
        .route(&at("/{meeting}/invite"), post(guests::invite))
        .route(&at("/{meeting}/attendance"), post(guests::attend))
        .route(&at("/{meeting}/actions"), post(actions::add))
        .route(&at("/{meeting}/actions/{action}/done"), post(actions::end))
        .route(&at("/{meeting}/suggestions"), post(actions::suggest))
}

fn number(site: &Site, id: &Uuid) -> Result<i64, Refusal> {
    site.number(IdKind::Meeting, id)
}

/// Address of the page of a meeting.
fn address(id: &Uuid) -> String {
    format!("/desk/feedback/meetings/{id}")
}

/// A meeting as the audit log names it.
fn subject(id: &Uuid) -> String {
    format!("meeting {id}")
}
