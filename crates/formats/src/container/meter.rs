//! Readers that stand between a packed stream and its taker: one counts, one looks ahead.

use std::cell::Cell;
use std::io::{self, Read};

use super::{ContainerError, Limits, Packing};

/// Counts what comes out of all members together.
pub(super) struct Meter {
    pub(super) limits: Limits,
    /// Bytes that may still come out.
    left: Cell<u64>,
    /// Which limit `left` stands for.
    by_ratio: bool,
    pub(super) crossed: Cell<bool>,
}

impl Meter {
    pub(super) fn new(limits: Limits, packed_bytes: Option<u64>) -> Self {
        let by_ratio = packed_bytes
            .map(|bytes| {
                bytes
                    .saturating_mul(limits.ratio_max.into())
                    .max(limits.ratio_from_bytes)
            })
            .unwrap_or(u64::MAX);
        Self {
            limits,
            left: Cell::new(limits.bytes_max.min(by_ratio)),
            by_ratio: by_ratio < limits.bytes_max,
            crossed: Cell::new(false),
        }
    }

    pub(super) fn error(&self, name: &str) -> ContainerError {
        let name = name.to_owned();
        if self.by_ratio {
            ContainerError::Ratio {
                name,
                ratio_max: self.limits.ratio_max,
            }
        } else {
            ContainerError::TooLarge {
                name,
                bytes_max: self.limits.bytes_max,
            }
        }
    }
}

/// A reader that stops where the meter ends.
pub(super) struct Metered<'m, R> {
    pub(super) inner: R,
    pub(super) name: String,
    pub(super) meter: &'m Meter,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.meter.left.get();
        if left == 0 && !buffer.is_empty() {
            // Exactly at the limit is allowed, so ask whether there is more.
            if !self.meter.crossed.get() && self.inner.read(&mut [0])? == 0 {
                return Ok(0);
            }
            self.meter.crossed.set(true);
            return Err(io::Error::other(self.meter.error(&self.name)));
        }
        let room = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let got = self.inner.read(&mut buffer[..room])?;
        self.meter.left.set(left - got as u64);
        Ok(got)
    }
}

/// A reader that gives the first bytes once more after they were looked at, and the error that followed them.
pub(super) struct Replay<R> {
    head: [u8; 4],
    given: usize,
    filled: usize,
    error: Option<io::Error>,
    inner: R,
}

impl<R: Read> Replay<R> {
    pub(super) fn new(mut inner: R) -> Self {
        let mut head = [0; 4];
        let mut filled = 0;
        let mut error = None;
        while filled < head.len() {
            match inner.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(got) => filled += got,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    error = Some(cause);
                    break;
                }
            }
        }
        Self {
            head,
            given: 0,
            filled,
            error,
            inner,
        }
    }

    pub(super) fn packing(&self) -> Packing {
        Packing::of(&self.head[..self.filled])
    }
}

impl<R: Read> Read for Replay<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given < self.filled {
            let got = (self.filled - self.given).min(buffer.len());
            buffer[..got].copy_from_slice(&self.head[self.given..self.given + got]);
            self.given += got;
            return Ok(got);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.inner.read(buffer),
        }
    }
}
