//! Why a step of the flow failed.

use message::MessageError;
use store::{StoreError, TransientError};

/// Why a step of the flow failed. What was committed before stands; the step can be run again.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or stream failed.
    #[error("cannot {what}")]
    Io {
        /// What was tried, on what.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Something that must be there is not, or a text cannot be read.
    #[error("{0}")]
    Broken(String),
    /// A message could not be written out.
    #[error("cannot write the text of {reference}")]
    Render {
        /// Which message.
        reference: String,
        /// Why.
        source: rules::message::RenderError,
    },
    /// There is too much of something already. Nothing of what was asked for is done; what was taken in before stands.
    #[error("{0}")]
    Full(String),
}

impl FlowError {
    /// The error as it may stand in a log: without values of rows, names and paths of deliveries.
    ///
    /// The whole text is kept with the job or the message, for those who may read findings.
    pub fn for_log(&self) -> String {
        match self {
            Self::Store(error) => error.for_log(),
            Self::Io { source, .. } => format!("a file or stream: {source}"),
            Self::Broken(_) => "something that is needed is gone or cannot be read".into(),
            Self::Render { reference, .. } => format!("cannot write the text of {reference}"),
            // Counts and limits of our own.
            Self::Full(why) => why.clone(),
        }
    }
}

impl TransientError for FlowError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

impl From<MessageError> for FlowError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Store(error) => Self::Store(error),
            MessageError::Broken(what) => Self::Broken(what),
            MessageError::Render { reference, source } => Self::Render { reference, source },
        }
    }
}
