//! A stream that can be read again from its beginning, as long as little of it was read: enough to look at the first
//! bytes and tell what it is.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// Bytes that are kept to be read again.
const HEAD_BYTES: u64 = 64;

/// See the module.
pub(super) struct Rewindable<R> {
    head: Cursor<Vec<u8>>,
    rest: R,
    /// More was read than the head: the beginning is gone.
    passed_head: bool,
    head_is_read: bool,
}

impl<R: Read> Rewindable<R> {
    pub(super) fn new(rest: R) -> Self {
        Self {
            head: Cursor::new(Vec::new()),
            rest,
            passed_head: false,
            head_is_read: false,
        }
    }

    fn read_head(&mut self) -> io::Result<()> {
        if !self.head_is_read {
            (&mut self.rest)
                .take(HEAD_BYTES)
                .read_to_end(self.head.get_mut())?;
            self.head_is_read = true;
        }
        Ok(())
    }
}

impl<R: Read> Read for Rewindable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_head()?;
        match self.head.read(buffer)? {
            0 => {
                let read = self.rest.read(buffer)?;
                // At the end of a short stream nothing was passed: its beginning is still here.
                self.passed_head |= read > 0;
                Ok(read)
            }
            read => Ok(read),
        }
    }
}

impl<R: Read> Seek for Rewindable<R> {
    /// The start is the only place that can be found again. The end, which nobody knows, is reported as the largest
    /// length there is: growth is then bounded by the limit on bytes alone.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Start(0) if !self.passed_head => self.head.seek(SeekFrom::Start(0)),
            SeekFrom::End(0) => Ok(u64::from(u32::MAX)),
            _ => Err(io::Error::new(
                io::ErrorKind::NotSeekable,
                "this archive cannot be read from a stream; save it as a file first",
            )),
        }
    }
}
