//! Why a message could not be written.

use store::{StoreError, TransientError};

/// Why a message could not be written.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that it needs is gone, or cannot be read.
    #[error("{0}")]
    Broken(String),
    /// Its text could not be written.
    #[error("cannot write the text of {reference}")]
    Render {
        /// Which message.
        reference: String,
        /// Why.
        source: rules::message::RenderError,
    },
}

impl TransientError for MessageError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}
