//! Headers that every answer carries.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::site::Site;

/// Nothing is guessed at, framed, or told to others.
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
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
    (
        HeaderName::from_static("cross-origin-opener-policy"),
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

/// Two years, as lists of such hosts ask; names below this one are not ours to decide about.
const ONLY_ENCRYPTED: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Adds those of an answer for programs, also to errors.
pub(crate) async fn add(response: Response) -> Response {
    with(response, FOR_PROGRAMS)
}

/// Our own pages hear from which of them a form was sent, to lead back there; others hear nothing.
const TOLD_TO_US: HeaderValue = HeaderValue::from_static("same-origin");

/// Adds those of a page, also to errors. Browsers that reached it encrypted keep to that.
pub(crate) async fn add_to_page(State(site): State<Site>, response: Response) -> Response {
    let mut response = with(response, FOR_PAGES);
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, TOLD_TO_US);
    if site.is_encrypted() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_ENCRYPTED);
    }
    response
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
