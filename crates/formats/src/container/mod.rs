//! What a delivery is wrapped in: nothing, gzip, Zstandard or zip, told apart by the first bytes.
//!
//! Everything streams: memory does not grow with the size of a delivery. What comes out is bounded by [`Limits`],
//! because a few kilobytes can unpack to terabytes. Names of members are labels and never become paths.

mod archive;
mod meter;

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;
use zip::result::ZipError;

use archive::zip_members;
use meter::{Meter, Metered, Replay};

/// Longest name of a member that is kept, in characters.
const NAME_CHARS_MAX: usize = 255;

/// Largest Zstandard window that is accepted, as a power of two (128 MiB): it is held in memory.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

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
    /// The sender broke off, so that nobody knows what would have followed. What reads from a sender says so.
    #[error("the sender broke off before the end; send it again")]
    BrokenOff,
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

fn unreadable(name: &str, source: io::Error) -> ContainerError {
    let name = name.to_owned();
    ContainerError::Read { name, source }
}
