//! Copies of an embedded store as of one moment, while others write.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::connection::{Tx, TxEngine};
use crate::engine::Store;
use crate::error::{Result, StoreError};
use crate::status::Status;

/// Pages between two words about progress: 16 MiB.
const STEP_PAGES: i32 = 4_096;

/// What a backup holds: all of one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Number of the last migration.
    pub migration: i64,
    /// Every count.
    pub status: Status,
    /// Blobs that its batches name, each once, in order.
    pub blobs: Vec<String>,
}

impl Store {
    /// What a backup that is taken now must hold.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn snapshot(&self) -> Result<Snapshot> {
        self.read(|tx| tx.snapshot())
    }

    /// Copies an embedded store into a new file, and says what is in the copy. Readers and writers go on meanwhile; the
    /// write-ahead log grows until the copy is complete. `say` hears how many of how many pages are copied.
    ///
    /// # Errors
    /// When the engine fails, the file cannot be written, or the store is not an embedded one.
    pub fn copy_file(&self, to: &Path, mut say: impl FnMut(i32, i32)) -> Result<Snapshot> {
        self.read(|tx| {
            // The first read fixes the moment; the copy is made within it.
            let snapshot = tx.snapshot()?;
            let TxEngine::Sqlite(connection) = &tx.engine else {
                return Err(StoreError::WrongEngine { needed: "SQLite" });
            };
            let mut copy = Connection::open(to)?;
            let backup = Backup::new(connection, &mut copy)?;
            loop {
                match backup.step(STEP_PAGES)? {
                    StepResult::Done => break,
                    StepResult::More => {
                        let progress = backup.progress();
                        say(progress.pagecount - progress.remaining, progress.pagecount);
                    }
                    // Somebody opens the new file to look at it: it is ours again in a moment.
                    _ => std::thread::sleep(Duration::from_millis(50)),
                }
            }
            drop(backup);
            // One file without a log beside it, which can be read where nothing can be written.
            copy.pragma_update(None, "journal_mode", "DELETE")?;
            copy.close().map_err(|(_, error)| error)?;
            let synced = File::open(to).and_then(|file| file.sync_all());
            synced.map_err(|source| StoreError::File {
                what: "sync",
                path: to.to_owned(),
                source,
            })?;
            Ok(snapshot)
        })
    }
}

impl Tx<'_> {
    fn snapshot(&mut self) -> Result<Snapshot> {
        Ok(Snapshot {
            migration: self.last_migration()?,
            status: self.status()?,
            blobs: self.blob_names()?,
        })
    }
}
