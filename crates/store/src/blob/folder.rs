//! Blobs as files in a folder.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use model::Timestamp;

use super::incoming::Spool;
use super::{BlobInfo, name_in, path_of};
use crate::error::{Result, StoreError};

/// A folder of blobs, `ab/cd/abcd….zst`.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.display().fmt(f)
    }
}

impl Folder {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// Renames a complete file into its place; says whether nothing was there. When this returns, the blob survives loss
    /// of power.
    pub(super) fn put(&self, spool: &mut Spool, file: &File, name: &str) -> Result<bool> {
        let place = self.root.join(path_of(name));
        let second = place.parent().unwrap_or(&self.root);
        let first = second.parent().unwrap_or(&self.root);
        let mut put = || -> io::Result<bool> {
            file.sync_all()?;
            // One by one: a root that vanished, such as a disk that is not mounted any more, is not made again.
            for folder in [first, second] {
                match fs::create_dir(folder) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                        return Err(error);
                    }
                    _ => {}
                }
            }
            let is_new = !place.try_exists()?;
            spool.rename(&place)?;
            // The folders may be new too, and a name that is not on disk is a blob that is not there.
            for folder in [second, first, &self.root] {
                File::open(folder)?.sync_all()?;
            }
            Ok(is_new)
        };
        put().map_err(|source| failed("complete", &place, source))
    }

    pub(super) fn open(&self, name: &str) -> Result<Option<File>> {
        let path = self.root.join(path_of(name));
        there(File::open(&path)).map_err(|source| failed("open", &path, source))
    }

    pub(super) fn info(&self, name: &str) -> Result<Option<BlobInfo>> {
        let path = self.root.join(path_of(name));
        let found = there(fs::metadata(&path)).and_then(|metadata| {
            metadata
                .map(|metadata| info_from(name, &metadata))
                .transpose()
        });
        found.map_err(|source| failed("look at", &path, source))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let path = self.root.join(path_of(name));
        match there(fs::remove_file(&path)) {
            Ok(_) => Ok(()),
            Err(source) => Err(failed("remove", &path, source)),
        }
    }

    pub(super) fn list(&self, after: &str, max: usize) -> Result<Vec<BlobInfo>> {
        let mut found = Vec::new();
        for first in self.sorted(&self.root)? {
            if !is_level(&first) || first.as_str() < start(after, 2) {
                continue;
            }
            let folder = self.root.join(&first);
            for second in self.sorted(&folder)? {
                let begin = format!("{first}{second}");
                if !is_level(&second) || begin.as_str() < start(after, 4) {
                    continue;
                }
                let folder = folder.join(&second);
                for file in self.sorted(&folder)? {
                    let Some(name) = name_in(&file).filter(|name| *name > after) else {
                        continue;
                    };
                    if found.len() == max {
                        return Ok(found);
                    }
                    // One that was removed meanwhile is not listed.
                    found.extend(self.info(name)?);
                }
            }
        }
        Ok(found)
    }

    /// Names in a folder, in their order; none when there is no such folder below the root.
    fn sorted(&self, folder: &Path) -> Result<Vec<String>> {
        let read = || -> io::Result<Vec<String>> {
            let mut names = Vec::new();
            let entries = match fs::read_dir(folder) {
                // Not a folder: somebody's file, which is none of our business.
                Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(names),
                entries => entries?,
            };
            for entry in entries {
                names.extend(entry?.file_name().into_string());
            }
            names.sort_unstable();
            Ok(names)
        };
        read().map_err(|source| failed("list", folder, source))
    }
}

/// Whether a folder is one of the two levels.
fn is_level(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn start(name: &str, length: usize) -> &str {
    name.get(..length).unwrap_or_default()
}

/// What is not there is an answer, not an error.
pub(super) fn there<T>(tried: io::Result<T>) -> io::Result<Option<T>> {
    match tried {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        tried => tried.map(Some),
    }
}

fn info_from(name: &str, metadata: &Metadata) -> io::Result<BlobInfo> {
    let written = metadata
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Ok(BlobInfo {
        name: name.to_owned(),
        stored_bytes: metadata.len(),
        written_at: Timestamp::from_micros(written.as_micros() as i64),
    })
}

pub(super) fn failed(what: &'static str, path: &Path, source: io::Error) -> StoreError {
    StoreError::File {
        what,
        path: path.to_owned(),
        source,
    }
}
