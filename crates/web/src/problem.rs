//! Errors as documents that programs can read: RFC 9457, `application/problem+json`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What went wrong with a request, and what to do. Never what the store or the system said: that is in the log.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Problem {
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: &'static str,
}

impl Problem {
    pub(crate) const NOT_FOUND: Self = Self {
        title: "Not found",
        status: StatusCode::NOT_FOUND,
        detail: "There is no page at this address.",
    };

    pub(crate) const METHOD_NOT_ALLOWED: Self = Self {
        title: "Method not allowed",
        status: StatusCode::METHOD_NOT_ALLOWED,
        detail: "This page can only be read.",
    };

    pub(crate) const fn not_ready(detail: &'static str) -> Self {
        Self {
            title: "Not ready",
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
