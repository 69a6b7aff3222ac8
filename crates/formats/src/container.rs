//! What a delivery is wrapped in: nothing, gzip, Zstandard or zip, told apart by the first bytes.
//!
//! Everything streams: memory does not grow with the size of a delivery. What comes out is bounded by [`Limits`],
//! because a few kilobytes can unpack to terabytes. Names of members are labels and never become paths.

use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

/// Longest name of a member that is kept, in characters.
const NAME_CHARS_MAX: usize = 255;

/// Largest Zstandard window that is accepted, as a power of two (128 MiB): it is held in memory.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// The end record of a zip archive is this long, followed by a comment of at most 65,535 bytes.
const ZIP_END_BYTES: usize = 22;

/// What a delivery may grow to when it is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that all members together may have.
    pub bytes_max: u64,
    /// How many times larger than the delivery its content may be, once it is above `ratio_from_bytes`.
    pub ratio_max: u32,
    /// Content up to this size is never called a bomb: it does no harm and small files compress best.
    pub ratio_from_bytes: u64,
    /// Files in one zip archive.
    pub members_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 64 << 30,
            // Reports full of equal values reach 100; deflate itself ends at 1032.
            ratio_max: 300,
            ratio_from_bytes: 32 << 20,
            members_max: 1000,
        }
    }
}

/// One file of a delivery.
pub struct Member<'a> {
    /// The name it came with: a label to show and to guess the report type from, never a path to open.
    pub name: String,
    /// Its unpacked bytes. A damaged stream gives what could be read and then an error.
    pub reader: &'a mut dyn Read,
}

/// Why a delivery could not be unpacked, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// More bytes than [`Limits::bytes_max`].
    #[error("`{name}` unpacks to more than {bytes_max} bytes")]
    TooLarge {
        /// The file that crossed the limit.
        name: String,
        /// The limit.
        bytes_max: u64,
    },
    /// More growth than [`Limits::ratio_max`].
    #[error(
        "`{name}` unpacks to more than {ratio_max} times the size of the delivery, which looks like an archive bomb"
    )]
    Ratio {
        /// The file that crossed the limit.
        name: String,
        /// The limit.
        ratio_max: u32,
    },
    /// More files than [`Limits::members_max`].
    #[error("`{name}` holds {members} files, at most {members_max} are taken")]
    TooManyMembers {
        /// The archive.
        name: String,
        /// What it says it holds.
        members: u64,
        /// The limit.
        members_max: usize,
    },
    /// An archive inside an archive.
    #[error("`{name}` is an archive inside an archive; send it by itself")]
    Nested {
        /// The inner archive.
        name: String,
    },
    /// A file that needs a password.
    #[error("`{name}` is locked with a password")]
    Encrypted {
        /// The locked file.
        name: String,
    },
    /// A zip archive that is damaged, or packed in a way that is not supported.
    #[error("cannot open `{name}` as a zip archive")]
    Zip {
        /// The archive or the file in it.
        name: String,
        /// What is wrong with it.
        source: ZipError,
    },
    /// The delivery itself could not be read.
    #[error("cannot read `{name}`")]
    Read {
        /// The delivery.
        name: String,
        /// What the reader said.
        source: io::Error,
    },
}

/// Gives each file of a delivery to `take`, unpacked, one after the other.
///
/// Folders in a zip archive are skipped. A gzip or Zstandard file inside a zip archive is opened once; any further
/// archive inside an archive is refused. A zip member that cannot be opened does not stop the members after it: the
/// first such error is returned after the last member. Crossing a limit stops at once.
///
/// # Errors
/// The first error of `take`, or a [`ContainerError`].
pub fn for_each_member<R, F, E>(
    mut input: R,
    name: &str,
    limits: &Limits,
    mut take: F,
) -> Result<(), E>
where
    R: Read + Seek,
    F: FnMut(Member<'_>) -> Result<(), E>,
    E: From<ContainerError>,
{
    let name = &label(name.as_bytes());
    let (input_bytes, packing) = look_at(&mut input).map_err(|source| unreadable(name, source))?;
    let take = &mut take;
    let packed_bytes = (packing != Packing::None).then_some(input_bytes);
    let meter = &Meter::new(*limits, packed_bytes);
    match packing {
        Packing::None => give(&mut input, name, Inside::Plain, meter, take),
        Packing::Gzip => {
            let mut content = MultiGzDecoder::new(input);
            give(&mut content, name, Inside::Packed, meter, take)
        }
        Packing::Zstd => {
            let mut content = zstd_reader(input, name)?;
            give(&mut content, name, Inside::Packed, meter, take)
        }
        Packing::Zip => zip_members(input, name, meter, take),
    }
}

/// The size of a delivery and how it is packed; leaves the reader at its start.
fn look_at<R: Read + Seek>(input: &mut R) -> io::Result<(u64, Packing)> {
    let input_bytes = input.seek(SeekFrom::End(0))?;
    input.rewind()?;
    let mut head = [0; 4];
    let filled = read_up_to(input, &mut head)?;
    input.rewind()?;
    Ok((input_bytes, Packing::of(&head[..filled])))
}

/// How a file is packed, by its first bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
    Zip,
}

impl Packing {
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd,
            // A file, or the end record of an archive without files.
            b"PK\x03\x04" | b"PK\x05\x06" => Self::Zip,
            _ => Self::None,
        }
    }
}

/// What may be found inside the bytes that are given out.
#[derive(Clone, Copy)]
enum Inside {
    /// The delivery itself: nothing was unpacked, so there is nothing inside.
    Plain,
    /// Unpacked once already: an archive in here is one too many.
    Packed,
    /// A file of a zip archive: gzip and Zstandard are opened, zip is not.
    ZipMember,
}

/// Counts what comes out of all members together.
struct Meter {
    limits: Limits,
    /// Bytes that may still come out.
    left: Cell<u64>,
    /// Which limit `left` stands for.
    by_ratio: bool,
    crossed: Cell<bool>,
}

impl Meter {
    fn new(limits: Limits, packed_bytes: Option<u64>) -> Self {
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

    fn error(&self, name: &str) -> ContainerError {
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
struct Metered<'m, R> {
    inner: R,
    name: String,
    meter: &'m Meter,
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
struct Replay<R> {
    head: [u8; 4],
    given: usize,
    filled: usize,
    error: Option<io::Error>,
    inner: R,
}

impl<R: Read> Replay<R> {
    fn new(mut inner: R) -> Self {
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

    fn packing(&self) -> Packing {
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

/// Gives one stream to `take`, after a look at its first bytes.
fn give<F, E>(
    content: &mut dyn Read,
    name: &str,
    inside: Inside,
    meter: &Meter,
    take: &mut F,
) -> Result<(), E>
where
    F: FnMut(Member<'_>) -> Result<(), E>,
    E: From<ContainerError>,
{
    let mut content = Replay::new(Metered {
        inner: content,
        name: name.to_owned(),
        meter,
    });
    match (inside, content.packing()) {
        (Inside::Plain, _) | (_, Packing::None) => take(Member {
            name: name.to_owned(),
            reader: &mut content,
        })?,
        (Inside::ZipMember, Packing::Gzip) => {
            let mut content = MultiGzDecoder::new(content);
            give(&mut content, name, Inside::Packed, meter, take)?;
        }
        (Inside::ZipMember, Packing::Zstd) => {
            let mut content = zstd_reader(content, name)?;
            give(&mut content, name, Inside::Packed, meter, take)?;
        }
        (_, Packing::Gzip | Packing::Zstd | Packing::Zip) => {
            let name = name.to_owned();
            return Err(ContainerError::Nested { name }.into());
        }
    }
    // The taker may have kept what it got before the limit; the delivery as a whole still failed.
    if meter.crossed.get() {
        return Err(meter.error(name).into());
    }
    Ok(())
}

/// Gives the files of a zip archive, and remembers the first one that could not be opened.
fn zip_members<R, F, E>(mut input: R, name: &str, meter: &Meter, take: &mut F) -> Result<(), E>
where
    R: Read + Seek,
    F: FnMut(Member<'_>) -> Result<(), E>,
    E: From<ContainerError>,
{
    let members_max = meter.limits.members_max;
    let too_many = |members| ContainerError::TooManyMembers {
        name: name.to_owned(),
        members,
        members_max,
    };
    let declared = declared_members(&mut input).map_err(|source| unreadable(name, source))?;
    if let Some(members) = declared.filter(|members| *members > members_max as u64) {
        return Err(too_many(members).into());
    }
    let mut archive = ZipArchive::new(input).map_err(|source| bad_zip(name, source))?;
    if archive.len() > members_max {
        return Err(too_many(archive.len() as u64).into());
    }

    let mut first_error = None;
    for index in 0..archive.len() {
        match zip_member(&mut archive, index, name, meter, take)? {
            Ok(()) => {}
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    first_error.map_or(Ok(()), |error| Err(error.into()))
}

/// Gives one file of a zip archive. The outer error ends everything, the inner one only this file.
fn zip_member<R, F, E>(
    archive: &mut ZipArchive<R>,
    index: usize,
    archive_name: &str,
    meter: &Meter,
    take: &mut F,
) -> Result<Result<(), ContainerError>, E>
where
    R: Read + Seek,
    F: FnMut(Member<'_>) -> Result<(), E>,
    E: From<ContainerError>,
{
    let name = match archive.by_index_data(index) {
        Ok(entry) if entry.is_dir() || is_resource_fork(entry.name_raw()) => return Ok(Ok(())),
        Ok(entry) if entry.encrypted() => {
            let name = label(entry.name_raw());
            return Ok(Err(ContainerError::Encrypted { name }));
        }
        Ok(entry) => label(entry.name_raw()),
        Err(source) => return Ok(Err(bad_zip(archive_name, source))),
    };
    let mut content = match archive.by_index(index) {
        Ok(content) => content,
        Err(source) => return Ok(Err(bad_zip(&name, source))),
    };
    // A zip in the zip costs itself alone, so it is told apart from the errors of the taker here.
    let mut content = Replay::new(&mut content);
    if content.packing() == Packing::Zip {
        return Ok(Err(ContainerError::Nested { name }));
    }
    give(&mut content, &name, Inside::ZipMember, meter, take).map(Ok)
}

/// How many files the end record of a zip archive announces; asked first, because opening holds a row for each.
fn declared_members<R: Read + Seek>(input: &mut R) -> io::Result<Option<u64>> {
    const MARK: &[u8] = b"PK\x05\x06";
    let input_bytes = input.seek(SeekFrom::End(0))?;
    let tail_bytes = input_bytes.min((ZIP_END_BYTES + usize::from(u16::MAX)) as u64);
    input.seek(SeekFrom::Start(input_bytes - tail_bytes))?;
    let mut tail = Vec::new();
    input.by_ref().take(tail_bytes).read_to_end(&mut tail)?;
    input.rewind()?;
    let end = tail
        .windows(ZIP_END_BYTES)
        .rev()
        .find(|window| window.starts_with(MARK));
    Ok(
        match end.map(|end| u16::from_le_bytes([end[10], end[11]])) {
            // The larger form of the end record is in use; the archive itself says how many.
            Some(u16::MAX) | None => None,
            Some(members) => Some(members.into()),
        },
    )
}

fn zstd_reader<'a, R: Read + 'a>(
    input: R,
    name: &str,
) -> Result<zstd::Decoder<'a, BufReader<R>>, ContainerError> {
    let reader = zstd::Decoder::new(input).and_then(|mut reader| {
        reader.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
        Ok(reader)
    });
    reader.map_err(|source| unreadable(name, source))
}

fn read_up_to<R: Read>(input: &mut R, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(filled)
}

/// A name as it may be shown: no control characters, bounded.
fn label(name: &[u8]) -> String {
    String::from_utf8_lossy(name)
        .chars()
        .map(|char| if char.is_control() { '?' } else { char })
        .take(NAME_CHARS_MAX)
        .collect()
}

/// Whether this is the companion file that one operating system puts beside every file it packs.
fn is_resource_fork(name: &[u8]) -> bool {
    name.starts_with(b"__MACOSX/")
}

fn unreadable(name: &str, source: io::Error) -> ContainerError {
    let name = name.to_owned();
    ContainerError::Read { name, source }
}

fn bad_zip(name: &str, source: ZipError) -> ContainerError {
    let name = name.to_owned();
    ContainerError::Zip { name, source }
}
