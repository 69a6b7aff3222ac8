//! A Maildir into which the mail server delivers replies: a file leaves `new` only after its outcome is committed, and what was
//! kept in `cur` for the desk goes after a while.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use model::{ReplyOutcome, Timestamp};

use rules::answer::LINK_SECS;

use super::{REPLY_BYTES_MAX, TakenReply, take_in};
use crate::error::FlowError;
use crate::flow::Flow;

/// Files in one run; the next one goes on.
const FILES_MAX: usize = 1_000;

/// Time of one run, for the same reason: messages wait for its end.
const TIME_MAX: Duration = Duration::from_secs(2);

/// Seconds for which a mail is kept in `cur`: as long as its message can be answered.
const KEPT_SECS: i64 = LINK_SECS;

/// What stands behind the name of a mail that was kept. Others in `cur` are not ours.
const KEPT_MARK: &str = ".seinpost:2,";

/// What came of the mails in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderRead {
    /// Answers.
    pub applied: usize,
    /// Those that wait at the desk.
    pub waiting: usize,
    /// Those that nobody has to look at: automatic ones, and those that came before.
    pub set_aside: usize,
    /// Those that were only counted, as too many of the day prove nothing.
    pub beyond: usize,
    /// There was no time for all of them: the next run goes on.
    pub has_more: bool,
}

impl FolderRead {
    fn add(&mut self, taken: TakenReply) {
        match taken.outcome {
            _ if !taken.is_new => self.set_aside += 1,
            _ if taken.is_beyond => self.beyond += 1,
            ReplyOutcome::Applied => self.applied += 1,
            outcome if outcome.is_for_people() => self.waiting += 1,
            _ => self.set_aside += 1,
        }
    }

    /// Whether nothing was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.applied + self.waiting + self.set_aside + self.beyond == 0
    }
}

/// Reads the mails in the folder `new` of a Maildir, the oldest names first. What is done with is removed; what its desk may
/// want to see as it came goes to `cur`. A mail that another worker takes away meanwhile is left to it.
///
/// # Errors
/// When the store or a file fails. What was read before stands, and the rest is there the next time.
pub fn read_folder(flow: &Flow, maildir: &Path) -> Result<FolderRead, FlowError> {
    let mut read = FolderRead::default();
    let mails = mails_in(&maildir.join("new"))?;
    let began = Instant::now();
    for (place, path) in mails.into_iter().enumerate() {
        if place == FILES_MAX || began.elapsed() > TIME_MAX {
            read.has_more = true;
            break;
        }
        let taken = match bytes_of(&path) {
            Ok(bytes) => take_in(flow, &bytes)?,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &path, error)),
        };
        let moved = match taken.is_whole {
            true => fs::remove_file(&path),
            false => keep(maildir, &path),
        };
        match moved {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(failed("remove or move", &path, error));
            }
            _ => {}
        }
        read.add(taken);
    }
    Ok(read)
}

/// Removes mails that were kept in `cur` of a Maildir for [`KEPT_SECS`]; gives how many. What somebody else put there stays.
///
/// # Errors
/// When the folder or a file in it cannot be changed. The rest is there the next time.
pub fn remove_kept(maildir: &Path, now: Timestamp) -> Result<usize, FlowError> {
    let folder = maildir.join("cur");
    if !folder.is_dir() {
        return Ok(0);
    }
    let before = now.plus_seconds(-KEPT_SECS).micros();
    let before = SystemTime::UNIX_EPOCH + Duration::from_micros(before.max(0).unsigned_abs());
    let mut removed = 0;
    for path in mails_in(&folder)? {
        let is_ours = path.to_string_lossy().contains(KEPT_MARK);
        let is_removed = is_ours && remove_older(&path, before)?;
        removed += usize::from(is_removed);
    }
    Ok(removed)
}

/// Removes a mail that is older than that; says whether it did. One that somebody moved or removed meanwhile is not there.
fn remove_older(path: &Path, before: SystemTime) -> Result<bool, FlowError> {
    let removed = fs::metadata(path).and_then(|found| found.modified());
    let removed = removed.and_then(|modified| match modified < before {
        true => fs::remove_file(path).map(|()| true),
        false => Ok(false),
    });
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        removed => removed.map_err(|error| failed("look at or remove", path, error)),
    }
}

/// Names of a Maildir begin with the time of delivery.
fn mails_in(folder: &Path) -> Result<Vec<PathBuf>, FlowError> {
    let entries = fs::read_dir(folder).map_err(|error| failed("read the folder", folder, error))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed("read the folder", folder, error))?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Links are not followed: only the mail server writes here, and it makes none.
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && !is_hidden {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// One byte more than is read, so that what is longer is known to be.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(REPLY_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Moves a mail to where a mail program shows it as seen.
fn keep(maildir: &Path, path: &Path) -> io::Result<()> {
    let folder = maildir.join("cur");
    fs::create_dir_all(&folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split(':').next().unwrap_or_default();
    fs::rename(path, folder.join(format!("{name}{KEPT_MARK}S")))
}

fn failed(what: &str, path: &Path, source: io::Error) -> FlowError {
    FlowError::Io {
        what: format!("{what} `{}`", path.display()),
        source,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

    use super::*;

    #[test]
    fn a_mail_that_was_moved_since_it_was_listed_is_passed_over() {
        let nowhere = Path::new("/nowhere/1.a.seinpost:2,S");
        assert!(!remove_older(nowhere, SystemTime::now()).unwrap());
    }
}
