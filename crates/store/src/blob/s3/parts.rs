//! Reads an object part by part.
//!
//! A part is one request with a bounded answer, tried again as any other. So no connection stays open while rows are
//! written, and one that breaks costs a part, not the object.

use std::io::{self, Read};

use super::Bucket;
use super::request::{Answer, Request};
use crate::error::Result;

/// Bytes that are asked for at once: 60 MB of a delivery, and small enough to be kept in memory.
const PART_BYTES: u64 = 8 << 20;

/// An object that is being read.
pub(in crate::blob) struct Parts {
    bucket: Bucket,
    key: String,
    /// Tells one object from another that took its name meanwhile.
    etag: Option<String>,
    part: io::Cursor<Vec<u8>>,
    next_offset: u64,
    length: u64,
}

impl Parts {
    /// Reads the first part; nothing if there is no such object.
    pub(super) fn open(bucket: &Bucket, key: String) -> Result<Option<Self>> {
        let mut parts = Self {
            bucket: bucket.clone(),
            key,
            etag: None,
            part: io::Cursor::default(),
            next_offset: 0,
            length: 0,
        };
        match parts.fetch() {
            Ok(()) => Ok(Some(parts)),
            Err(error) if error.is_refusal(404, "NoSuchKey") => Ok(None),
            // No byte at all: the reader will say what that means.
            Err(error) if error.is_refusal(416, "InvalidRange") => Ok(Some(parts)),
            Err(error) => Err(bucket.failed("read", &parts.key, error)),
        }
    }

    fn fetch(&mut self) -> std::result::Result<(), super::S3Error> {
        let last = self.next_offset + PART_BYTES - 1;
        let mut headers = vec![("range", format!("bytes={}-{last}", self.next_offset))];
        headers.extend(self.etag.clone().map(|etag| ("if-match", etag)));
        let answer = self.bucket.client.send(&Request {
            key: &self.key,
            headers: &headers,
            ..Request::default()
        })?;
        let length = whole_length(&answer)
            .ok_or_else(|| self.bucket.strange("a part comes without `content-range`"))?;
        let end = self.next_offset + answer.body.len() as u64;
        if end != length.min(last + 1) {
            return Err(self
                .bucket
                .strange("a part has not the length that was asked for"));
        }
        self.etag = answer.header("etag").map(str::to_owned);
        (self.length, self.next_offset) = (length, end);
        self.part = io::Cursor::new(answer.body);
        Ok(())
    }
}

/// `content-range: bytes 0-99/1234`, or nothing where the whole object came.
fn whole_length(answer: &Answer) -> Option<u64> {
    let range = answer.header("content-range")?;
    range.rsplit_once('/')?.1.parse().ok()
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        if read > 0 || buffer.is_empty() || self.next_offset == self.length {
            return Ok(read);
        }
        self.fetch()
            .map_err(|error| io::Error::other(self.bucket.failed("read", &self.key, error)))?;
        self.part.read(buffer)
    }
}
