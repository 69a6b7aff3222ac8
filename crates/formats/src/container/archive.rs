//! Zip archives: the one packing with several files and a directory of its own, at its end.

use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::meter::{Meter, Replay};
use super::{ContainerError, Inside, Member, Packing, give, label, unreadable};

/// The end record of a zip archive is this long, followed by a comment of at most 65,535 bytes.
const ZIP_END_BYTES: usize = 22;

/// Gives the files of a zip archive, and remembers the first one that could not be opened.
pub(super) fn zip_members<R, F, E>(
    mut input: R,
    name: &str,
    meter: &Meter,
    take: &mut F,
) -> Result<(), E>
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

/// Whether this is the companion file that one operating system puts beside every file it packs.
fn is_resource_fork(name: &[u8]) -> bool {
    name.starts_with(b"__MACOSX/")
}

fn bad_zip(name: &str, source: ZipError) -> ContainerError {
    let name = name.to_owned();
    ContainerError::Zip { name, source }
}
