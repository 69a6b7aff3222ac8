//! A Maildir into which the mail server delivers replies: a file leaves `new` only after its outcome is committed.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use model::ReplyOutcome;

use super::{REPLY_BYTES_MAX, take_in};
use crate::error::FlowError;
use crate::flow::Flow;

/// Files in one run; the next run goes on.
const FILES_MAX: usize = 1_000;

/// What came of the mails in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderRead {
    /// Answers.
    pub applied: usize,
    /// Those that wait at the desk.
    pub waiting: usize,
    /// Those that nobody has to look at: automatic ones, and those that came before.
    pub set_aside: usize,
}

impl FolderRead {
    fn add(&mut self, outcome: ReplyOutcome, is_new: bool) {
        match outcome {
            _ if !is_new => self.set_aside += 1,
            ReplyOutcome::Applied => self.applied += 1,
            outcome if outcome.is_for_people() => self.waiting += 1,
            _ => self.set_aside += 1,
        }
    }

    /// Whether there was nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads the mails in the folder `new` of a Maildir, the oldest names first. What is done with is removed; what its desk may
/// want to see as it came goes to `cur`.
///
/// # Errors
/// When the store or a file fails. What was read before stands, and the rest is there the next time.
pub fn read_folder(flow: &Flow, maildir: &Path) -> Result<FolderRead, FlowError> {
    let mut read = FolderRead::default();
    for path in mails_in(&maildir.join("new"))? {
        let taken = take_in(flow, &bytes_of(&path)?)?;
        match taken.is_whole {
            true => fs::remove_file(&path).map_err(|error| io("remove", &path, error))?,
            false => keep(maildir, &path)?,
        }
        read.add(taken.outcome, taken.is_new);
    }
    Ok(read)
}

/// Names of a Maildir begin with the time of delivery.
fn mails_in(folder: &Path) -> Result<Vec<PathBuf>, FlowError> {
    let entries = fs::read_dir(folder).map_err(|error| io("read the folder", folder, error))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| io("read the folder", folder, error))?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Links are not followed: only the mail server writes here, and it makes none.
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && !is_hidden {
            found.push(entry.path());
        }
    }
    found.sort();
    found.truncate(FILES_MAX);
    Ok(found)
}

/// One byte more than is read, so that what is longer is known to be.
fn bytes_of(path: &Path) -> Result<Vec<u8>, FlowError> {
    let file = File::open(path).map_err(|error| io("open", path, error))?;
    let mut bytes = Vec::new();
    file.take(REPLY_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| io("read", path, error))?;
    Ok(bytes)
}

/// Moves a mail to where a mail program shows it as seen.
fn keep(maildir: &Path, path: &Path) -> Result<(), FlowError> {
    let folder = maildir.join("cur");
    fs::create_dir_all(&folder).map_err(|error| io("make the folder", &folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split(':').next().unwrap_or_default();
    let kept = folder.join(format!("{name}:2,S"));
    fs::rename(path, &kept).map_err(|error| io("move", path, error))
}

fn io(what: &str, path: &Path, source: std::io::Error) -> FlowError {
    FlowError::Io {
        what: format!("{what} `{}`", path.display()),
        source,
    }
}
