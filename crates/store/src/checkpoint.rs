//! Copies the write-ahead log of the embedded store back into its file, beside the writer.
//!
//! SQLite would let the commit that finds the log long enough do this, and the next chunk wait for it. A thread of its own
//! does it while the next chunk is decided. The log begins anew when all of it was copied and nobody reads it; a writer
//! that never rests would let it grow, so the commit that finds it very long still does the rest itself.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::error::Result;

/// Bytes of log from which the thread looks at it at all: below, the next commits may write the same pages once more.
const LOG_BYTES_MIN: u64 = 64 << 20;

/// Pages of log that are copied at once.
const PAGES_MIN: i64 = 8_192;

/// The thread, and how to wake it.
pub(crate) struct Checkpointer {
    log: PathBuf,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// A thread for the store at `path`, which makes its connection with `open` when there is something to do.
    pub(crate) fn start(
        path: &Path,
        open: impl FnOnce() -> Result<Connection> + Send + 'static,
    ) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        // One place: whoever wakes it while it works need not wait, and it looks once more.
        let (wake, woken) = sync_channel(1);
        Self {
            log: log.into(),
            wake: Some(wake),
            thread: Some(std::thread::spawn(move || copy_when_woken(&woken, open))),
        }
    }

    /// To be called after a commit.
    pub(crate) fn committed(&self) {
        let log_bytes = std::fs::metadata(&self.log).map_or(0, |log| log.len());
        if log_bytes >= LOG_BYTES_MIN
            && let Some(wake) = &self.wake
        {
            // A full place means that it is woken already.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    /// Waits for the thread, so that nobody touches the file of a store that is closed.
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A copy that fails is left to the next, or to the writer: whoever cannot write says so there.
fn copy_when_woken(woken: &Receiver<()>, open: impl FnOnce() -> Result<Connection>) {
    if woken.recv().is_err() {
        return;
    }
    let Ok(connection) = open() else { return };
    loop {
        let pages = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?);
        let left = connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], pages);
        if left.is_ok_and(|pages| pages >= PAGES_MIN) {
            let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], pages);
        }
        if woken.recv().is_err() {
            return;
        }
    }
}
