//! Headers that every answer carries.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// Nothing is kept by browsers or proxies, guessed at, framed, or run.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Adds them, also to errors.
pub(crate) async fn add(mut response: Response) -> Response {
    response.headers_mut().extend(ALWAYS);
    response
}
