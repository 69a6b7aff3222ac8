//! The content of a blob, compared with its name at its end.

use std::io::{self, BufReader, Read};

use crate::error::{Result, StoreError};

/// Bytes that are asked of a file at once.
const BUFFER_BYTES: usize = 1 << 17;

type Stored = BufReader<Box<dyn Read + Send>>;

/// See [`Blobs::reader`](super::Blobs::reader).
pub struct BlobReader {
    decoder: zstd::Decoder<'static, Stored>,
    hasher: blake3::Hasher,
    name: String,
    place: String,
}

impl BlobReader {
    pub(super) fn new(stored: Box<dyn Read + Send>, name: &str, place: String) -> Result<Self> {
        let stored = BufReader::with_capacity(BUFFER_BYTES, stored);
        let decoder = zstd::Decoder::with_buffer(stored);
        let decoder = decoder.map_err(|source| unreadable(name, &place, source))?;
        Ok(Self {
            decoder,
            hasher: blake3::Hasher::new(),
            name: name.to_owned(),
            place,
        })
    }

    /// As [`Read::read`], with an error that says what is wrong with the blob.
    pub(super) fn read_on(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.read(buffer).map_err(|error| {
            error
                .downcast::<StoreError>()
                .unwrap_or_else(|source| unreadable(&self.name, &self.place, source))
        })
    }

    fn altered(&self, why: String) -> io::Error {
        io::Error::new(
            io::ErrorKind::InvalidData,
            StoreError::BlobAltered {
                name: self.name.clone(),
                place: self.place.clone(),
                why,
            },
        )
    }
}

impl Read for BlobReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = match self.decoder.read(buffer) {
            Ok(read) => read,
            Err(error) if is_of_the_place(&error) => return Err(error),
            Err(error) => return Err(self.altered(error.to_string())),
        };
        self.hasher.update(&buffer[..read]);
        if read == 0 {
            let found = self.hasher.finalize().to_hex();
            if found.as_str() != self.name {
                return Err(self.altered(format!("its content has the digest {found}")));
            }
        }
        Ok(read)
    }
}

fn unreadable(name: &str, place: &str, source: io::Error) -> StoreError {
    StoreError::File {
        what: "read the blob",
        path: format!("{name} in {place}").into(),
        source,
    }
}

/// Whether reading failed, not decoding: what zstd says of bytes that it cannot decode is `Other` or an early end.
fn is_of_the_place(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::Other => error
            .get_ref()
            .is_some_and(|inner| inner.is::<StoreError>()),
        io::ErrorKind::UnexpectedEof => false,
        _ => true,
    }
}
