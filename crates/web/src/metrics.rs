//! `GET /metrics`: numbers for Prometheus, on a listener of their own.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Longest that writing the numbers takes; what hangs below is left out of them before that.
const ANSWER_WAIT: Duration = Duration::from_secs(5);

/// The text format that every version of Prometheus reads.
const TEXT_FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4");

/// Writes the numbers as they are now, in the text format of Prometheus. It may block.
pub type WriteMetrics = Arc<dyn Fn() -> String + Send + Sync>;

pub(crate) async fn metrics(State(write): State<WriteMetrics>) -> Response {
    match timeout(ANSWER_WAIT, spawn_blocking(move || write())).await {
        Ok(Ok(text)) => ([(header::CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
