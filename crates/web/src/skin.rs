//! `GET /skin/<digest>.css`: what a desk lays over the theme, one style sheet that sets design tokens.
//! docs/accessibility.md says how to make one.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::asset_file::KEPT_FOR_EVER;
use crate::refusal::Refusal;
use crate::site::Site;

/// Bytes that a skin may have: it is part of every first visit.
pub const SKIN_BYTES_MAX: u64 = 64 * 1024;

/// The routes of this file.
pub(crate) fn routes() -> Router<Site> {
    Router::new().route("/skin/{digest}", get(skin))
}

/// Where browsers find a skin with this text. Another text has another address.
pub(crate) fn address(text: &str) -> String {
    let digest = blake3::hash(text.as_bytes()).to_hex();
    format!("/skin/{}.css", &digest[..16])
}

async fn skin(State(site): State<Site>, uri: Uri) -> Result<Response, Refusal> {
    let text = site.skin().filter(|text| address(text) == uri.path());
    let text = text.ok_or(Refusal::NotFound)?.to_owned();
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/css; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, KEPT_FOR_EVER),
    ];
    Ok((headers, text).into_response())
}
