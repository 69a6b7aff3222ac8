//! A number for each request, in the answer and in the log, so that the two can be brought together.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Names the request in the answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers a request and writes it down: never the path as it came, which may hold anything, but the page it led to.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let request_id = new_id();
    let method = request.method().clone();
    let page = request.extensions().get::<MatchedPath>().cloned();
    let page = page.as_ref().map_or("none", MatchedPath::as_str);
    let mut response = next.run(request).await;
    let milliseconds = began.elapsed().as_millis() as u64;
    let status = response.status().as_u16();
    // Methods are free text too; those that pages answer to are not.
    let method = match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    };
    // Monitoring asks every few seconds, so this is for whoever looks closely.
    tracing::debug!(request_id, method, page, status, milliseconds, "request");
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Sixteen hexadecimal digits, of which no two requests of a process have the same, and which tell nothing of how many
/// there were. An id that the client gives is not taken over: it would be foreign text in the log.
fn new_id() -> String {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}", KEY.hash_one(number))
}
