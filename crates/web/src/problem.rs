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

    pub(crate) const STUCK: Self = Self {
        title: "Stuck",
        status: StatusCode::SERVICE_UNAVAILABLE,
        detail: "A worker gives no sign of life; restart the program. Nothing is lost by that.",
    };

    pub(crate) const fn not_ready(detail: &'static str) -> Self {
        Self {
            title: "Not ready",
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail,
        }
    }

    /// The document with members of its own beside those that every problem has.
    pub(crate) fn with(self, members: &impl Serialize) -> Response {
        #[derive(Serialize)]
        struct Extended<'m, M> {
            #[serde(flatten)]
            problem: Problem,
            #[serde(flatten)]
            members: &'m M,
        }
        let document = Extended {
            problem: self,
            members,
        };
        let mut response = (self.status, Json(document)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.with(&std::collections::BTreeMap::<&str, &str>::new())
    }
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
