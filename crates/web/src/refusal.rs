//! Why a page does not come: shown as a page to people and as a problem document to programs.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::{StoreError, TransientError};

/// Why a request was not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It is not there, or not for this visitor: which of the two is not told.
    #[error("not found")]
    NotFound,
    /// The visitor must sign in first.
    #[error("not signed in")]
    SignIn,
    /// The visitor must show a strong factor again before something dangerous.
    #[error("not proved recently")]
    Prove,
    /// The role of the visitor does not cover this.
    #[error("not allowed")]
    Forbidden,
    /// Somebody else filled in the form that is sent once more.
    #[error("filled in by somebody else")]
    OtherSender,
    /// The request makes no sense as it is; no page of ours sends such a one.
    #[error("bad request")]
    Bad,
    /// Somebody else changed it in the meantime.
    #[error("changed in the meantime")]
    Conflict,
    /// An organisation would have more than it may.
    #[error("more than an organisation may have")]
    Full,
    /// Too often; after this pause it works again.
    #[error("too often")]
    TooOften(Duration),
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
    /// A page could not be written: a fault of this program.
    #[error("the page could not be written")]
    Page(#[from] minijinja::Error),
    /// A fault of this program.
    #[error("a thread panicked")]
    Panicked,
}

impl Refusal {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Prove | Self::Forbidden | Self::OtherSender => StatusCode::FORBIDDEN,
            Self::Bad => StatusCode::BAD_REQUEST,
            Self::Conflict | Self::Full => StatusCode::CONFLICT,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Store(_) | Self::Page(_) | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Begin of the keys of the texts that explain it.
    pub(crate) fn text(&self) -> &'static str {
        match self {
            Self::NotFound => "refusal-not-found",
            Self::SignIn => "refusal-sign-in",
            Self::Prove => "refusal-prove",
            Self::Forbidden => "refusal-forbidden",
            Self::OtherSender => "refusal-other-sender",
            Self::Bad => "refusal-bad",
            Self::Conflict => "refusal-conflict",
            Self::Full => "refusal-full",
            Self::TooOften(_) => "refusal-too-often",
            Self::Store(_) | Self::Page(_) | Self::Panicked => "refusal-failed",
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            // Closed between the look at who asks and the change.
            StoreError::Closed => Self::NotFound,
            error => Self::Store(error),
        }
    }
}

impl From<message::AnswerError> for Refusal {
    fn from(error: message::AnswerError) -> Self {
        match error {
            message::AnswerError::Conflict => Self::Conflict,
            message::AnswerError::NotForCopies => Self::Forbidden,
            message::AnswerError::Store(error) => error.into(),
        }
    }
}

impl TransientError for Refusal {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

/// A refusal on its way out. [`crate::page::show_refusals`] knows the language and turns it into a page.
#[derive(Clone)]
pub(crate) struct Refused(pub(crate) std::sync::Arc<Refusal>);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.status().is_server_error() {
            use std::error::Error;
            let cause = self.source().map(ToString::to_string).unwrap_or_default();
            tracing::error!(error = %self, cause, "a page failed");
            #[cfg(test)]
            eprintln!("a page failed: {self}: {self:?}");
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Refused(self.into()));
        response
    }
}
