//! Raw deliveries, kept as immutable compressed files named by the BLAKE3 of their content.
//!
//! A blob is written beside its place, synced, and renamed: a name that exists holds all of its bytes. A crash leaves a
//! file in `incoming/` that no batch names; [`Blobs::open`] removes those that are a day old.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::error::{Result, StoreError};

/// Compression level: 1 is the fastest that still shrinks reports six to ten times.
const ZSTD_LEVEL: i32 = 1;

/// Age after which a half-written file cannot belong to a writer that still runs.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// A folder of blobs.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: PathBuf,
}

/// What became of the bytes given to a [`BlobWriter`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    /// BLAKE3 of the content, as 64 hexadecimal digits.
    pub name: String,
    /// Length of the content, before compression.
    pub bytes: u64,
}

impl Blobs {
    /// Opens the folder, making it if there is none.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(root: &Path) -> Result<Self> {
        let blobs = Self {
            root: root.to_owned(),
        };
        let incoming = blobs.incoming();
        fs::create_dir_all(&incoming).map_err(|source| failed("make folder", &incoming, source))?;
        blobs
            .remove_abandoned(&incoming)
            .map_err(|source| failed("clean", &incoming, source))?;
        Ok(blobs)
    }

    /// Begins a new blob. Nothing is visible under its name until [`BlobWriter::finish`].
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn writer(&self) -> Result<BlobWriter> {
        let (path, file) = self.new_file()?;
        let compress = zstd::Encoder::new(BufWriter::new(file), ZSTD_LEVEL);
        let encoder = compress.map_err(|source| failed("write", &path, source))?;
        Ok(BlobWriter {
            blobs: self.clone(),
            path,
            encoder,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        })
    }

    /// The content of a blob, streamed.
    ///
    /// # Errors
    /// When there is no such blob or it cannot be read.
    pub fn reader(&self, name: &str) -> Result<impl Read + Send + use<>> {
        let path = self.path_of(name);
        let file = File::open(&path).map_err(|source| failed("open", &path, source))?;
        let decoder = zstd::Decoder::new(BufReader::with_capacity(1 << 17, file));
        decoder.map_err(|source| failed("read", &path, source))
    }

    fn incoming(&self) -> PathBuf {
        self.root.join("incoming")
    }

    /// Two levels of folders keep each small: `ab/cd/abcd….zst`.
    fn path_of(&self, name: &str) -> PathBuf {
        let (first, second) = (
            name.get(0..2).unwrap_or("xx"),
            name.get(2..4).unwrap_or("xx"),
        );
        self.root
            .join(first)
            .join(second)
            .join(format!("{name}.zst"))
    }

    /// A file of our own: the name is taken by making it.
    fn new_file(&self) -> Result<(PathBuf, File)> {
        for attempt in 0u32.. {
            let path = self
                .incoming()
                .join(format!("{}-{attempt}", std::process::id()));
            match File::create_new(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(failed("make", &path, source)),
            }
        }
        unreachable!("some number is free")
    }

    fn remove_abandoned(&self, incoming: &Path) -> io::Result<()> {
        for entry in fs::read_dir(incoming)? {
            let entry = entry?;
            let written = entry.metadata()?.modified()?;
            if SystemTime::now()
                .duration_since(written)
                .is_ok_and(|age| age > ABANDONED)
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Takes the bytes of one blob. Ends with `finish` or `discard`.
pub struct BlobWriter {
    blobs: Blobs,
    path: PathBuf,
    encoder: zstd::Encoder<'static, BufWriter<File>>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl BlobWriter {
    /// Puts the blob in its place; from here on it survives loss of power.
    ///
    /// # Errors
    /// When the file cannot be completed, synced or renamed.
    pub fn finish(self) -> Result<StoredBlob> {
        let Self {
            blobs,
            path,
            encoder,
            hasher,
            bytes,
        } = self;
        let name = hasher.finalize().to_hex().to_string();
        let place = blobs.path_of(&name);
        let folder = place.parent().unwrap_or(&blobs.root).to_owned();
        let complete = || -> io::Result<()> {
            let file = encoder
                .finish()?
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::create_dir_all(&folder)?;
            fs::rename(&path, &place)?;
            // The folders above may be new too, and a name that is not on disk is a blob that is not there.
            let up_to_root = folder
                .ancestors()
                .take_while(|folder| folder.starts_with(&blobs.root));
            for folder in up_to_root {
                File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        complete().map_err(|source| failed("complete", &place, source))?;
        Ok(StoredBlob { name, bytes })
    }

    /// Forgets what was written so far.
    pub fn discard(self) {
        // Best effort: what stays behind is removed as abandoned at a later start.
        let _ = fs::remove_file(&self.path);
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

fn failed(what: &'static str, path: &Path, source: io::Error) -> StoreError {
    StoreError::File {
        what,
        path: path.to_owned(),
        source,
    }
}
