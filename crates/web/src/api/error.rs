//! Why a request of a program was not answered with what it asked for: RFC 9457, all mistakes at once.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::{StoreError, TransientError};
use utoipa::ToSchema;

use crate::refusal::Refusal;

/// Seconds after which a request that came at a bad moment may be sent again.
pub(crate) const RETRY_SECS: u64 = 30;

/// Why there is no other answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No key, or one that does not work.
    #[error("no valid key")]
    NoKey,
    /// The key does not have this scope, or is of another kind.
    #[error("not allowed")]
    Forbidden(String),
    /// It is not there, or not for this key: which of the two is not told.
    #[error("not found")]
    NotFound,
    /// There is nothing to be done here by this method.
    #[error("method not allowed")]
    Method,
    /// The body is not of a kind that is read here.
    #[error("unsupported media type")]
    MediaType(&'static str),
    /// The body is larger than what is read here.
    #[error("too large")]
    TooLarge,
    /// What was sent is wrong, in these places.
    #[error("invalid input")]
    Invalid(Vec<Mistake>),
    /// Something of the same name is there already.
    #[error("is there already")]
    Exists(&'static str),
    /// Nobody could get it.
    #[error("nobody could get it")]
    Nobody,
    /// The organisation would have more than it may.
    #[error("too many")]
    Full,
    /// Somebody changed it since it was read.
    #[error("changed in the meantime")]
    Changed,
    /// The request must say what was read before.
    #[error("no If-Match")]
    NoMatch,
    /// The same idempotency key came with another request.
    #[error("idempotency key was used")]
    KeyReused,
    /// The delivery was not taken in, for these reasons.
    #[error("not taken in")]
    Refused(Vec<Mistake>),
    /// It works again after a number of seconds.
    #[error("too often")]
    TooOften(u64),
    /// Too much waits already.
    #[error("later")]
    Later(String),
    /// We failed.
    #[error(transparent)]
    Failed(Refusal),
}

/// What is wrong in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mistake {
    /// Where in the body (RFC 6901), for example `/items/3/value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(crate) pointer: Option<String>,
    /// Which parameter of the query or header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub(crate) parameter: Option<String>,
    /// Why, as a word that does not change.
    #[schema(example = "bad-value")]
    pub(crate) code: &'static str,
    /// Why, for people.
    pub(crate) detail: String,
}

impl Mistake {
    /// In the body.
    pub(crate) fn at(pointer: impl Into<String>, code: &'static str, why: impl ToString) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            code,
            detail: why.to_string(),
        }
    }

    /// In a parameter.
    pub(crate) fn of(parameter: &str, code: &'static str, why: impl ToString) -> Self {
        Self {
            pointer: None,
            parameter: Some(parameter.to_owned()),
            code,
            detail: why.to_string(),
        }
    }
}

/// An error as programs read it (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// Kind of problem; always `about:blank`: `code` says more.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Bad Request")]
    title: String,
    /// Status of the answer.
    #[schema(example = 400)]
    status: u16,
    /// Kind of problem as a word that does not change.
    #[schema(example = "invalid-input")]
    code: &'static str,
    /// What to do.
    detail: String,
    /// What is wrong, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Mistake>,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoKey => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Exists(_) | Self::Nobody | Self::Full => StatusCode::CONFLICT,
            Self::Changed => StatusCode::PRECONDITION_FAILED,
            Self::NoMatch => StatusCode::PRECONDITION_REQUIRED,
            Self::KeyReused | Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Later(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "no-valid-key",
            Self::Forbidden(_) => "not-allowed",
            Self::NotFound => "not-found",
            Self::Method => "method-not-allowed",
            Self::MediaType(_) => "unsupported-media-type",
            Self::TooLarge => "too-large",
            Self::Invalid(_) => "invalid-input",
            Self::Exists(_) => "exists",
            Self::Nobody => "nobody",
            Self::Full => "full",
            Self::Changed => "changed",
            Self::NoMatch => "if-match-needed",
            Self::KeyReused => "idempotency-key-reused",
            Self::Refused(_) => "refused",
            Self::TooOften(_) => "too-often",
            Self::Later(_) => "later",
            Self::Failed(_) => "failed",
        }
    }

    fn detail(&self) -> String {
        let text = match self {
            Self::NoKey => "Send `Authorization: Bearer` with a key that has not expired or ended.",
            Self::Forbidden(why) => return why.clone(),
            Self::NotFound => "It is not there, or not for this key.",
            Self::Method => "`Allow` says what can be done here.",
            Self::MediaType(wanted) => return format!("Send it as `{wanted}`."),
            Self::TooLarge => "Send less at a time; the document says how much.",
            Self::Invalid(_) => "Nothing was done. Repair what `errors` lists, and send it again.",
            Self::Exists(what) => return format!("There is {what} already; nothing was done."),
            Self::Nobody => {
                "No contact of the recipient takes it now, or the desk is not complete. Mend that, and send the request again."
            }
            Self::Full => {
                "An organisation has at most 100,000 assets, 500 groups, 500 parts and 100 contacts; nothing was done."
            }
            Self::Changed => "It is not as you read it. Read it again, then decide.",
            Self::NoMatch => "Send `If-Match` with the `ETag` of what you read.",
            Self::KeyReused => {
                "This `Idempotency-Key` came with another request before. Choose a new one."
            }
            Self::Refused(_) => "Nothing of it was kept. `errors` says why.",
            Self::TooOften(seconds) => return format!("Wait {seconds} seconds."),
            Self::Later(why) => return why.clone(),
            Self::Failed(_) => "We failed. Send the same request again in a while.",
        };
        text.to_owned()
    }

    /// The document, without its headers.
    fn problem(&self) -> Problem {
        let status = self.status();
        Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            code: self.code(),
            detail: self.detail(),
            errors: match self {
                Self::Invalid(mistakes) | Self::Refused(mistakes) => mistakes.clone(),
                _ => Vec::new(),
            },
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::NotFound,
            Refusal::Full => Self::Full,
            Refusal::Conflict => Self::Exists("a newer answer"),
            Refusal::TooOften(pause) => Self::TooOften(pause.as_secs().max(1)),
            other => Self::Failed(other),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Refusal::from(error).into()
    }
}

impl TransientError for ApiError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Failed(refusal) if refusal.is_transient())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Failed(refusal) = &self {
            use std::error::Error;
            let cause = refusal
                .source()
                .map(ToString::to_string)
                .unwrap_or_default();
            tracing::error!(error = %refusal, cause, "a request of the API failed");
        }
        let body = serde_json::to_vec(&self.problem()).expect("a problem is plain text");
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        match self {
            Self::NoKey => {
                let scheme = HeaderValue::from_static("Bearer realm=\"seinpost\"");
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            Self::TooOften(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Later(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECS));
            }
            _ => {}
        }
        response
    }
}
