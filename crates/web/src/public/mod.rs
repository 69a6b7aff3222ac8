//! Pages for everybody: the first page, contact, the accessibility statement, and the choice of language and theme.

mod accessibility;
mod contact;
mod coverage;
pub(crate) mod preferences;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

use crate::page::Fixed;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// The routes of this area.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(home))
        .route("/contact", get(contact::contact))
        .route("/coverage", get(coverage::everybody))
        .route("/organisations/{organisation}/coverage", get(coverage::own))
        .route("/.well-known/security.txt", get(contact::security_txt))
        .route("/toegankelijkheid", get(accessibility::page))
        .route("/toegankelijkheid.json", get(accessibility::data))
        .route("/language", post(preferences::language))
        .route("/theme", post(preferences::theme))
}

async fn home(State(site): State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    site.page(&visitor, "public/home.html", &Fixed {})
}

#[cfg(test)]
mod tests;
