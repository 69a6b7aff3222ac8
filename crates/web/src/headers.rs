//! Headers that every answer carries.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// Nothing is guessed at, framed, or told to others.
const ALWAYS: [(HeaderName, HeaderValue); 4] = [
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

/// An answer for programs is nothing that a browser would run.
const FOR_PROGRAMS: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// A page uses files of ours and nothing else: no script or style stands in the page itself.
const FOR_PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Adds those of an answer for programs, also to errors.
pub(crate) async fn add(response: Response) -> Response {
    with(response, FOR_PROGRAMS)
}

/// Adds those of a page, also to errors.
pub(crate) async fn add_to_page(response: Response) -> Response {
    with(response, FOR_PAGES)
}

fn with(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.extend(ALWAYS);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // Styles and scripts say for themselves how long they hold; everything else is kept nowhere.
    let kept_nowhere = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(kept_nowhere);
    response
}
