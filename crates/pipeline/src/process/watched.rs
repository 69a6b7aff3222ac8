//! Tells a delivery that ends early from one that could not be read to its end.
//!
//! Whoever reads rows takes what breaks off for an end: what a source sent may be cut short, and its rows count. What we
//! kept may not. So its errors are put aside here, and looked at before the last chunk is given away.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use store::StoreError;

use crate::error::FlowError;

/// A kept delivery that remembers why it broke.
pub(super) struct Watched<R> {
    content: R,
    breakage: Breakage,
}

/// Why a kept delivery broke, if it did.
#[derive(Clone, Default)]
pub(super) struct Breakage(Arc<Mutex<Option<io::Error>>>);

impl<R: Read> Watched<R> {
    pub(super) fn new(content: R) -> (Self, Breakage) {
        let breakage = Breakage::default();
        let watched = Self {
            content,
            breakage: breakage.clone(),
        };
        (watched, breakage)
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let kind = error.kind();
            let mut kept = self
                .breakage
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *kept = Some(error);
            kind.into()
        })
    }
}

impl Breakage {
    /// Fails when the delivery broke.
    pub(super) fn check(&self) -> Result<(), FlowError> {
        let broke = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(error) = broke else {
            return Ok(());
        };
        Err(match error.downcast::<StoreError>() {
            Ok(error) => error.into(),
            Err(source) => FlowError::Io {
                what: "read the kept delivery".into(),
                source,
            },
        })
    }
}
