//! Pages for everybody: the first page, contact, the accessibility statement, and the choice of language and theme.

mod accessibility;
mod contact;
mod coverage;
pub(crate) mod preferences;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use model::RegistrationRule;
use serde::Serialize;

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

#[derive(Serialize)]
struct HomeView {
    /// Organisations may register themselves.
    may_register: bool,
}

async fn home(State(site): State<Site>, visitor: Visitor) -> Result<Response, Refusal> {
    let rule = site.read(crate::register::rule).await?;
    let view = HomeView {
        may_register: rule != RegistrationRule::Closed,
    };
    site.page(&visitor, "public/home.html", &view)
}

#[cfg(test)]
mod tests;
