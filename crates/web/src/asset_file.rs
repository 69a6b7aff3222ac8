//! `GET /assets/<digest>/<path>`: styles, scripts and icons. The digest is that of all of them, so that browsers may keep
//! what they have for ever and still get what is new.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::refusal::Refusal;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// For what never changes at its address.
pub(crate) const KEPT_FOR_EVER: HeaderValue =
    HeaderValue::from_static("public, max-age=31536000, immutable");

static DIGEST: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for path in Assets::iter() {
        let file = Assets::get(&path).expect("it was listed");
        hasher.update(path.as_bytes()).update(&file.data);
    }
    hasher.finalize().to_hex()[..16].to_owned()
});

/// Where browsers find an asset.
///
/// # Errors
/// When there is none of that name.
pub(crate) fn address(path: &str) -> Result<String, String> {
    match Assets::get(path) {
        Some(_) => Ok(format!("/assets/{}/{path}", *DIGEST)),
        None => Err(format!("there is no asset `{path}`")),
    }
}

/// The routes of this file.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new().route("/assets/{digest}/{*path}", axum::routing::get(get))
}

async fn get(Path((digest, path)): Path<(String, String)>) -> Result<Response, Refusal> {
    let file = Assets::get(&path).filter(|_| digest == *DIGEST);
    let file = file.ok_or(Refusal::NotFound)?;
    let kind = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, KEPT_FOR_EVER),
    ];
    Ok((headers, file.data.into_owned()).into_response())
}
