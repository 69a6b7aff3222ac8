//! The part of a stream that is in memory: what was read and is not yet passed. It grows as far as whoever looks at it asks
//! for more without passing anything.

use std::io::{self, Read};
use std::ops::Range;

const BUFFER_BYTES: usize = 64 << 10;

/// Bytes that may be read a second time behind broken rows, beyond as many as were read once. Without a bound, a file of
/// broken quotes would cost the square of its size.
const REREAD_BYTES_MIN: u64 = 16 << 20;

/// A window on a stream.
pub(crate) struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    /// The bytes in the buffer that were read and not yet passed.
    filled: Range<usize>,
    at_end: bool,
    error: Option<io::Error>,
    read_bytes: u64,
    reread_bytes: u64,
}

impl<R: Read> Window<R> {
    /// Stands at the first byte. Nothing is read before [`Self::fill`].
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0..0,
            at_end: false,
            error: None,
            read_bytes: 0,
            reread_bytes: 0,
        }
    }

    /// What was read and not yet passed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.filled.clone()]
    }

    /// Whether nothing comes behind [`Self::bytes`], since the stream is over or failed.
    pub(crate) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Whether the stream failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// What ended the stream before its end.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Passes the next bytes, at most all that are there.
    pub(crate) fn pass(&mut self, bytes: usize) {
        self.filled.start = self.filled.end.min(self.filled.start + bytes);
    }

    /// Whether so many bytes may be read a second time.
    pub(crate) fn may_reread(&self, bytes: u64) -> bool {
        self.reread_bytes + bytes <= self.read_bytes + REREAD_BYTES_MIN
    }

    /// Notes that so many bytes are read a second time.
    pub(crate) fn note_reread(&mut self, bytes: u64) {
        self.reread_bytes += bytes;
    }

    /// Reads more behind what is there. At the end, or after an error, nothing changes any more.
    pub(crate) fn fill(&mut self) {
        if self.at_end {
            return;
        }
        if self.filled.start > 0 {
            self.buffer.copy_within(self.filled.clone(), 0);
            self.filled = 0..self.filled.len();
        }
        if self.filled.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        // Up to the brim: what is not complete yet is looked at once more after each filling.
        while self.filled.end < self.buffer.len() && !self.at_end {
            match self.input.read(&mut self.buffer[self.filled.end..]) {
                Ok(0) => self.at_end = true,
                Ok(got) => {
                    self.filled.end += got;
                    self.read_bytes += got as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.at_end = true;
                }
            }
        }
    }
}
