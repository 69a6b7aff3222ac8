//! What recipients say of the service, as the desk handles it: usefulness in numbers, complaints with their deadlines,
//! suggestions and the stories that they become.
//!
//! What recipients see of it is in `crate::feedback`.

mod complaint;
mod complaints;
mod overview;
mod stories;
mod story;
mod suggestion;
mod suggestions;

use axum::Router;
use axum::routing::{get, post};

use crate::site::Site;

/// The routes of these pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(
            "/desk/feedback",
            get(overview::show).post(overview::promise),
        )
        .route(
            "/desk/feedback/complaints",
            get(complaints::list).post(complaints::add),
        )
        .route(
            "/desk/feedback/complaints/{complaint}",
            get(complaint::show).post(complaint::act),
        )
        .route(
            "/desk/feedback/suggestions",
            get(suggestions::list).post(suggestions::add),
        )
        .route(
            "/desk/feedback/suggestions/{suggestion}",
            get(suggestion::show).post(suggestion::decide),
        )
        .route(
            "/desk/feedback/stories",
            get(stories::list).post(stories::add),
        )
        .route(
            "/desk/feedback/stories/{story}",
            get(story::show).post(story::change),
        )
        .route(
            "/desk/feedback/stories/{story}/publish",
            post(story::publish),
        )
}
