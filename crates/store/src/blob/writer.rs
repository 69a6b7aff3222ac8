//! Takes the bytes of a blob, compresses and names them, and puts them in their place.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::folder::failed;
use super::incoming::Spool;
use super::{Blobs, Place};
use crate::error::Result;

/// Compression level: 1 is the fastest that still shrinks reports six to ten times.
const ZSTD_LEVEL: i32 = 1;

/// What became of the bytes given to a [`BlobWriter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    /// BLAKE3 of the content, as 64 hexadecimal digits.
    pub name: String,
    /// Length of the content, before compression.
    pub bytes: u64,
    /// Whether nothing had this name before. What was there may be an orphan that is about to be swept.
    pub is_new: bool,
}

/// Takes the bytes of one blob. Nothing stays of one that is dropped before [`finish`](Self::finish).
pub struct BlobWriter {
    blobs: Blobs,
    spool: Spool,
    encoder: zstd::Encoder<'static, BufWriter<File>>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl BlobWriter {
    pub(super) fn new(blobs: Blobs) -> Result<Self> {
        let (spool, file) = blobs.incoming.file()?;
        let made = zstd::Encoder::new(BufWriter::new(file), ZSTD_LEVEL).and_then(|mut encoder| {
            // Compression on a thread of its own: whoever writes reads, masks and digests meanwhile.
            encoder.multithread(1)?;
            Ok(encoder)
        });
        let encoder = made.map_err(|source| failed("write", spool.path(), source))?;
        Ok(Self {
            blobs,
            spool,
            encoder,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        })
    }

    /// As [`Write::write_all`], with an error that says which file failed.
    pub(super) fn write_on(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes)
            .map_err(|source| failed("write", self.spool.path(), source))
    }

    /// Puts the blob in its place; from here on it survives loss of power. What is in object storage already is not sent
    /// again.
    ///
    /// # Errors
    /// When the file cannot be completed, or the place does not take it. Nothing of it stays then.
    pub fn finish(mut self) -> Result<StoredBlob> {
        let name = self.hasher.finalize().to_hex().to_string();
        let complete = || -> io::Result<File> {
            let written = self.encoder.finish()?;
            written.into_inner().map_err(io::IntoInnerError::into_error)
        };
        let file = complete().map_err(|source| failed("write", self.spool.path(), source))?;
        let is_new = match &self.blobs.place {
            Place::Folder(folder) => folder.put(&mut self.spool, &file, &name)?,
            Place::S3(bucket) => bucket.put(&file, &name)?,
        };
        Ok(StoredBlob {
            name,
            bytes: self.bytes,
            is_new,
        })
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.encoder.write(bytes)?;
        self.hasher.update(&bytes[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder.flush()
    }
}
