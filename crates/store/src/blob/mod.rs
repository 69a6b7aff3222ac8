//! Raw deliveries, kept as immutable compressed blobs named by the BLAKE3 of their content.
//!
//! A blob is written into a temporary file of the data folder first, since its name is known only at its end. Then it is
//! put in its place as a whole: renamed in a [`folder`], or sent to S3-compatible object storage ([`s3`]). A name that
//! exists holds all of its bytes. What is read is compared with its name: a blob that was altered ends in an error,
//! never in a shorter delivery.
//!
//! Left to others: which blobs a batch names (`batch.rs`), and when those that none names are removed (`pipeline`).

mod folder;
mod incoming;
mod named;
mod reader;
pub(crate) mod s3;
mod writer;

use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::Timestamp;

use crate::error::{Result, StoreError};
use folder::Folder;
use incoming::Incoming;
pub use reader::BlobReader;
use s3::{Bucket, S3Options};
pub use writer::{BlobWriter, StoredBlob};

/// Where the raw deliveries of an installation are. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    place: Place,
    incoming: Incoming,
}

/// The two places that there are.
#[derive(Clone, Debug)]
enum Place {
    Folder(Folder),
    S3(Bucket),
}

/// A blob as it lies in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobInfo {
    /// BLAKE3 of the content, as 64 hexadecimal digits.
    pub name: String,
    /// Length as it is kept, compressed.
    pub stored_bytes: u64,
    /// When it was put there, by the clock of the place.
    pub written_at: Timestamp,
}

impl BlobInfo {
    /// Whether it was put there longer ago than that.
    pub fn is_older_than(&self, age: Duration) -> bool {
        is_older_than(self.written_at, age)
    }
}

/// What became of a blob that was to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copied {
    /// It is there now: so many bytes of content.
    Bytes(u64),
    /// It was there before.
    Present,
}

impl Blobs {
    /// The blobs in a folder, which is made if there is none.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(root: &Path) -> Result<Self> {
        Ok(Self {
            incoming: Incoming::open(root)?,
            place: Place::Folder(Folder::new(root)),
        })
    }

    /// The blobs in object storage. `root` is a folder for what is being written, made if there is none. Nothing is
    /// asked of the storage yet.
    ///
    /// # Errors
    /// When the folder cannot be made or read, or the options are not usable.
    pub fn in_s3(options: S3Options, root: &Path) -> Result<Self> {
        Ok(Self {
            incoming: Incoming::open(root)?,
            place: Place::S3(Bucket::new(options)?),
        })
    }

    /// The place in words: a folder, or `s3://bucket/prefix`.
    pub fn place(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.to_string(),
            Place::S3(bucket) => bucket.to_string(),
        }
    }

    /// Begins a new blob. Nothing is visible under its name until [`BlobWriter::finish`].
    ///
    /// # Errors
    /// When the temporary file cannot be made.
    pub fn writer(&self) -> Result<BlobWriter> {
        BlobWriter::new(self.clone())
    }

    /// The content of a blob, streamed. The last read fails when the content is not what the name stands for; whoever
    /// stops before the end has read what nobody verified.
    ///
    /// # Errors
    /// [`StoreError::BlobMissing`] when there is no such blob; others when it cannot be read.
    pub fn reader(&self, name: &str) -> Result<BlobReader> {
        check_name(name)?;
        let stored: Option<Box<dyn Read + Send>> = match &self.place {
            Place::Folder(folder) => folder.open(name)?.map(|file| Box::new(file) as _),
            Place::S3(bucket) => bucket.open(name)?.map(|parts| Box::new(parts) as _),
        };
        let missing = || StoreError::BlobMissing {
            name: name.to_owned(),
            place: self.place(),
        };
        BlobReader::new(stored.ok_or_else(missing)?, name, self.place())
    }

    /// Reads a blob to its end and compares it with its name; gives the length of its content. `going_on` is called
    /// after every megabyte or so.
    ///
    /// # Errors
    /// [`StoreError::BlobAltered`] or [`StoreError::BlobMissing`], and when it cannot be read; those of `going_on`.
    pub fn verify<E: From<StoreError>>(
        &self,
        name: &str,
        mut going_on: impl FnMut() -> std::result::Result<(), E>,
    ) -> std::result::Result<u64, E> {
        let mut reader = self.reader(name)?;
        let mut buffer = vec![0; 1 << 20];
        let mut bytes = 0;
        loop {
            match reader.read_on(&mut buffer)? {
                0 => return Ok(bytes),
                read => bytes += read as u64,
            }
            going_on()?;
        }
    }

    /// What is known of a blob without reading it; nothing if there is none.
    ///
    /// # Errors
    /// When the place does not answer.
    pub fn info(&self, name: &str) -> Result<Option<BlobInfo>> {
        check_name(name)?;
        match &self.place {
            Place::Folder(folder) => folder.info(name),
            Place::S3(bucket) => bucket.info(name),
        }
    }

    /// The blobs behind the name `after` (all for an empty text), in the order of their names, at most `max`. What else
    /// lies in the place is left out.
    ///
    /// # Errors
    /// When the place cannot be listed.
    pub fn list(&self, after: &str, max: usize) -> Result<Vec<BlobInfo>> {
        match &self.place {
            Place::Folder(folder) => folder.list(after, max),
            Place::S3(bucket) => bucket.list(after, max),
        }
    }

    /// Removes a blob; one that is not there is no error. Whoever calls this knows that no batch names it.
    ///
    /// # Errors
    /// When the place refuses.
    pub fn remove(&self, name: &str) -> Result<()> {
        check_name(name)?;
        match &self.place {
            Place::Folder(folder) => folder.remove(name),
            Place::S3(bucket) => bucket.remove(name),
        }
    }

    /// Removes what writers that died left behind, temporary files and uploads in parts, where it is older than `age`;
    /// says how many there were. A rehearsal only counts.
    ///
    /// # Errors
    /// When the place cannot be listed or refuses.
    pub fn sweep_unfinished(&self, age: Duration, rehearse: bool) -> Result<u64> {
        let files = self.incoming.sweep(age, rehearse)?;
        match &self.place {
            Place::Folder(_) => Ok(files),
            Place::S3(bucket) => Ok(files + bucket.sweep_uploads(age, rehearse)?),
        }
    }

    /// Copies a blob to another place, unless that has it. It is verified on the way, and compressed again.
    ///
    /// # Errors
    /// When the blob is missing or altered here, or either place fails. Nothing is in the other place then.
    pub fn copy_to(&self, to: &Self, name: &str) -> Result<Copied> {
        if to.info(name)?.is_some() {
            return Ok(Copied::Present);
        }
        let mut reader = self.reader(name)?;
        let mut writer = to.writer()?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match reader.read_on(&mut buffer)? {
                0 => return Ok(Copied::Bytes(writer.finish()?.bytes)),
                read => writer.write_on(&buffer[..read])?,
            }
        }
    }
}

/// Where a blob lies below the root of its place. Two levels of folders keep each small: `ab/cd/abcd….zst`.
fn path_of(name: &str) -> String {
    format!("{}/{}/{name}{SUFFIX}", &name[0..2], &name[2..4])
}

/// The name in the last part of a path, if it is that of a blob.
fn name_in(file: &str) -> Option<&str> {
    file.strip_suffix(SUFFIX).filter(|name| is_name(name))
}

const SUFFIX: &str = ".zst";

fn is_name(text: &str) -> bool {
    text.len() == blake3::OUT_LEN * 2
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A name from a damaged store must not lead out of the place.
fn check_name(name: &str) -> Result<()> {
    match is_name(name) {
        true => Ok(()),
        false => Err(StoreError::Unknown {
            what: "the name of a blob",
            value: name.to_owned(),
        }),
    }
}

/// The system's time: ages of files, and signatures that a server compares with its own clock. Nothing else is decided
/// by it.
fn system_now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(since.as_micros() as i64)
}

fn is_older_than(moment: Timestamp, age: Duration) -> bool {
    system_now().micros() - moment.micros() > age.as_micros() as i64
}
