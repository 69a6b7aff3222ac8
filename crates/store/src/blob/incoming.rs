//! Temporary files of blobs that are being written, in `incoming` below the folder of the blobs.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::folder::{failed, there};
use crate::error::Result;

/// Age after which a half-written file cannot belong to a writer that still runs.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// The folder of temporary files.
#[derive(Clone, Debug)]
pub(super) struct Incoming {
    folder: PathBuf,
}

/// A temporary file of our own. It goes when this is dropped.
pub(super) struct Spool {
    path: PathBuf,
    is_renamed: bool,
}

impl Spool {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn rename(&mut self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)?;
        self.is_renamed = true;
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // A renamed file has left its name to the next writer.
        if !self.is_renamed {
            // Best effort: what stays behind is swept when it is old.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Incoming {
    /// Makes the folders and removes what was abandoned.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let folder = root.join("incoming");
        fs::create_dir_all(&folder).map_err(|source| failed("make folder", &folder, source))?;
        let incoming = Self { folder };
        incoming.sweep(ABANDONED, false)?;
        Ok(incoming)
    }

    /// A new file: its name is taken by making it.
    pub(super) fn file(&self) -> Result<(Spool, File)> {
        for attempt in 0u32.. {
            let path = self
                .folder
                .join(format!("{}-{attempt}", std::process::id()));
            // Written, and read back to be sent.
            let made = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .open(&path);
            match made {
                Ok(file) => {
                    let is_renamed = false;
                    return Ok((Spool { path, is_renamed }, file));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(failed("make", &path, source)),
            }
        }
        unreachable!("some number is free")
    }

    /// Removes files that nobody wrote to for `age`; says how many there were.
    pub(super) fn sweep(&self, age: Duration, rehearse: bool) -> Result<u64> {
        let swept = || -> io::Result<u64> {
            let mut swept = 0;
            for entry in fs::read_dir(&self.folder)? {
                let entry = entry?;
                // A file that is gone went with its writer, or with another who sweeps.
                let Some(metadata) = there(entry.metadata())? else {
                    continue;
                };
                let written = metadata.modified()?;
                let now = SystemTime::now();
                if now.duration_since(written).is_ok_and(|old| old > age) {
                    swept += 1;
                    if !rehearse {
                        there(fs::remove_file(entry.path()))?;
                    }
                }
            }
            Ok(swept)
        };
        swept().map_err(|source| failed("clean", &self.folder, source))
    }
}
