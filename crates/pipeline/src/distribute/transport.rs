//! Where messages go: a folder, or a mail relay.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use message::Mail;

use super::in_one_line;
use super::relay::SmtpRelay;
use crate::error::FlowError;

/// Mails that are begun together when the outbox is a folder, where none can arrive twice.
const FOLDER_TOGETHER: usize = 250;

/// Files that are written at once: the disk syncs several in about the time of one.
const FOLDER_THREADS: usize = 8;

/// Where messages go.
pub enum Transport {
    /// Each becomes a file. The default: a fresh installation mails nobody.
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// Handed to a mail relay.
    Smtp(Box<SmtpRelay>),
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is with the other side, in its words.
    Over(String),
    /// Not now, and it did not arrive.
    Later(String),
    /// The connection broke: it may have arrived.
    Unsure(String),
    /// Not ever to this recipient, or not this mail.
    Refused(String),
}

impl Transport {
    /// A folder, made if there is none.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(path: &Path) -> Result<Self, FlowError> {
        fs::create_dir_all(path).map_err(|source| FlowError::Io {
            what: format!("make the folder `{}`", path.display()),
            source,
        })?;
        Ok(Self::Folder {
            path: path.to_owned(),
        })
    }

    /// Mails that are begun together, and whose outcomes are written down together. Over SMTP no more than are on their
    /// way at once: a crash leaves open whether those arrived.
    pub(crate) fn together(&self) -> usize {
        match self {
            Self::Folder { .. } => FOLDER_TOGETHER,
            Self::Smtp(relay) => relay.connections(),
        }
    }

    /// Makes one attempt for each mail, several at a time; gives what came of them, in their order. What was handed over
    /// survives loss of power.
    ///
    /// # Errors
    /// When the folder cannot be synced: nobody knows then what is in it.
    pub(crate) fn hand_over(&self, mails: &[&Mail]) -> Result<Vec<Handed>, FlowError> {
        match self {
            Self::Smtp(relay) => Ok(several_at_a_time(relay.connections(), mails, |mail| {
                relay.send(mail)
            })),
            Self::Folder { path } => {
                let handed =
                    several_at_a_time(FOLDER_THREADS, mails, |mail| into_folder(path, mail));
                let synced = File::open(path).and_then(|folder| folder.sync_all());
                synced.map_err(|source| FlowError::Io {
                    what: format!("sync the folder `{}`", path.display()),
                    source,
                })?;
                Ok(handed)
            }
        }
    }
}

/// Does `attempt` for each mail with so many threads; outcomes stand in the order of the mails.
fn several_at_a_time(
    threads: usize,
    mails: &[&Mail],
    attempt: impl Fn(&Mail) -> Handed + Sync,
) -> Vec<Handed> {
    if mails.len() <= 1 {
        return mails.iter().map(|mail| attempt(mail)).collect();
    }
    let share = mails.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let attempt = &attempt;
        let shares: Vec<_> = mails
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(|mail| attempt(mail)).collect()))
            .collect();
        let done = shares.into_iter().flat_map(|share| -> Vec<Handed> {
            share
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        done.collect()
    })
}

fn into_folder(folder: &Path, mail: &Mail) -> Handed {
    match write_file(folder, mail) {
        Ok(name) => Handed::Over(format!("written as {name}")),
        Err(error) => Handed::Later(format!(
            "cannot write into the outbox: {}",
            in_one_line(&error)
        )),
    }
}

/// A message is in the folder wholly or not at all: it is written beside its place and renamed. Its name is its own, so
/// an attempt that is repeated after a crash replaces the file with the same bytes.
fn write_file(folder: &Path, mail: &Mail) -> io::Result<String> {
    let name = format!("{}.eml", mail.file_stem);
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = File::create(&unfinished)?;
    file.write_all(&mail.bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(&name))?;
    Ok(name)
}
