//! The two engines behind one [`Store`], and how a transaction begins and ends on each.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::access::ServerAccess;
use crate::checkpoint::Checkpointer;
use crate::connection::{Tx, TxEngine};
use crate::desk_scope::Desks;
use crate::error::{Result, StoreError};
use crate::pool::{Pool, Purpose};
use crate::wake::Listener;

/// How long a writer waits for another process that holds the embedded store.
const BUSY_WAIT: Duration = Duration::from_secs(60);

/// Pages that the connection keeps that writes the embedded store, in KiB. What a large chunk changes fits,
/// as long as a threat has some millions of findings.
const WRITER_CACHE_KIB: i64 = 96 * 1024;

/// The same of one that reads, in KiB. The system has the file in memory; each reader keeps what it asks for all the time.
const READER_CACHE_KIB: i64 = 32 * 1024;

/// The same where nothing is read twice, in KiB.
const SCAN_CACHE_KIB: i64 = 2 * 1024;

/// Pages of write-ahead log after which a commit copies it back itself: the thread that does so did not keep up, or the
/// writer never rested, so that the log could not begin anew.
const SQLITE_CHECKPOINT_PAGES: i64 = 32_768;

/// Size of a page in a new file. Twice that of SQLite: rows with their evidence are a few hundred bytes, and fewer pages
/// are split and written for them.
const SQLITE_PAGE_BYTES: i64 = 8_192;

/// Times that a transaction is run again after a transient failure before the failure is reported.
const RETRIES_MAX: u32 = 5;

/// How long a transaction waits for a server that does not answer, so that one that is restarted is not noticed.
const OUTAGE_WAIT: Duration = Duration::from_secs(60);

/// State of an installation. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Arc<Shared>,
    /// Of which desks its transactions see what belongs to a desk.
    pub(crate) desks: Desks,
}

/// What the clones of a store share.
pub(crate) struct Shared {
    pub(crate) kind: Engine,
    /// Of workers that do not wait at this moment.
    pub(crate) listeners: Mutex<Vec<Listener>>,
}

pub(crate) enum Engine {
    /// One writer, and readers that see the last commit while it writes.
    Sqlite {
        /// First, so that it stops before the writer closes the file.
        checkpointer: Checkpointer,
        path: PathBuf,
        writer: Mutex<Writer>,
        /// Transactions so far that changed findings, or may have; raised when they are committed.
        finding_changes: AtomicU64,
        readers: Mutex<Vec<Connection>>,
    },
    /// A server, by connections that are made when needed.
    Postgres(Pool),
}

/// The only connection of a process that changes an embedded store.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    /// SQLite's number for what this connection saw of the commits of others.
    seen_of_others: i64,
}

impl Store {
    /// Opens the embedded store at `path`, making the file if there is none. Tables are made by [`Store::migrate`].
    ///
    /// # Errors
    /// When the file cannot be opened or is not a store.
    pub fn open_embedded(path: &Path) -> Result<Self> {
        let writer = open_sqlite(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        // Before the first table is made; a file that has some keeps its own.
        writer.pragma_update(None, "page_size", SQLITE_PAGE_BYTES)?;
        // Kept in the file: WAL lets readers go on while the writer writes.
        writer.pragma_update(None, "journal_mode", "WAL")?;
        // A commit is on disk before it is reported: "durable" means survives loss of power.
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "wal_autocheckpoint", SQLITE_CHECKPOINT_PAGES)?;
        writer.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        Ok(Self::over_file(path, writer))
    }

    /// Opens a backup of an embedded store to look at it: the file stays as it is, and need not be writable.
    ///
    /// # Errors
    /// When the file cannot be opened or is not a store.
    pub fn open_copy(path: &Path) -> Result<Self> {
        let writer = open_sqlite(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Self::over_file(path, writer))
    }

    fn over_file(path: &Path, writer: Connection) -> Self {
        let own = path.to_owned();
        Self::of(Engine::Sqlite {
            checkpointer: Checkpointer::start(path, move || open_reader(&own)),
            path: path.to_owned(),
            writer: Mutex::new(Writer {
                connection: writer,
                seen_of_others: 0,
            }),
            finding_changes: AtomicU64::new(0),
            readers: Mutex::new(Vec::new()),
        })
    }

    /// Connects to PostgreSQL by URL (`postgres://user@host/database`).
    ///
    /// # Errors
    /// When the URL is not one, or the server cannot be reached or refuses.
    pub fn open_postgres(url: &str) -> Result<Self> {
        Self::open_server(&ServerAccess {
            url: url.to_owned(),
            ..ServerAccess::default()
        })
    }

    /// Connects to PostgreSQL by URL, with what does not stand in the URL.
    ///
    /// # Errors
    /// When the access is not one, or the server cannot be reached or refuses.
    pub fn open_server(access: &ServerAccess) -> Result<Self> {
        Ok(Self::of(Engine::Postgres(Pool::open(access)?)))
    }

    fn of(kind: Engine) -> Self {
        let listeners = Mutex::default();
        Self {
            engine: Arc::new(Shared { kind, listeners }),
            desks: Desks::All,
        }
    }

    /// "SQLite" or "PostgreSQL", for people.
    pub fn engine_name(&self) -> &'static str {
        match self.engine.kind {
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// Runs `work` in a transaction that may change things. All of it holds when `Ok` is returned, none otherwise.
    ///
    /// `work` may run several times: after a deadlock or a lost connection it is run again, up to five times, and a server
    /// that is away is waited for, up to a minute in all. So it must change nothing but the transaction, and where it
    /// matters it must see for itself that it was committed before: the connection can be lost after the commit.
    ///
    /// # Errors
    /// Those of `work`, and those of the engine at begin and commit.
    pub fn write<T, E: From<StoreError> + TransientError>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut work = |tx: &mut Tx<'_>| {
            tx.desks.clone_from(&self.desks);
            work(tx)
        };
        let began = Instant::now();
        let mut retries = 0;
        loop {
            let patience = OUTAGE_WAIT.saturating_sub(began.elapsed());
            match self.write_once(patience, &mut work) {
                Err(error)
                    if error.is_transient()
                        && retries < RETRIES_MAX
                        && began.elapsed() < OUTAGE_WAIT =>
                {
                    retries += 1;
                    std::thread::sleep(Duration::from_millis(20 << retries));
                }
                outcome => return outcome,
            }
        }
    }

    fn write_once<T, E: From<StoreError>>(
        &self,
        patience: Duration,
        work: &mut impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &self.engine.kind {
            Engine::Sqlite {
                writer,
                checkpointer,
                finding_changes,
                ..
            } => {
                let mut writer = lock(writer);
                let Writer {
                    connection,
                    seen_of_others,
                } = &mut *writer;
                let sqlite = connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .map_err(StoreError::from)?;
                let others = sqlite.pragma_query_value(None, "data_version", |row| row.get(0));
                let others = others.map_err(StoreError::from)?;
                if std::mem::replace(seen_of_others, others) != others {
                    // Another process wrote. What, it does not say.
                    finding_changes.fetch_add(1, Ordering::SeqCst);
                }
                let mut tx = Tx::new(TxEngine::Sqlite(&sqlite));
                tx.finding_changes = finding_changes.load(Ordering::SeqCst);
                let done = work(&mut tx)?;
                let changes_findings = tx.changes_findings;
                drop(tx);
                let committed = sqlite.commit();
                if changes_findings {
                    finding_changes.fetch_add(1, Ordering::SeqCst);
                }
                committed.map_err(StoreError::from)?;
                checkpointer.committed();
                Ok(done)
            }
            Engine::Postgres(pool) => pool.run(Purpose::Write, patience, work),
        }
    }

    /// Runs `work` in a transaction that reads one consistent snapshot. A server that is away at the beginning is waited
    /// for, up to a minute; `work` runs once.
    ///
    /// # Errors
    /// Those of `work`, and those of the engine.
    pub fn read<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut work = |tx: &mut Tx<'_>| {
            tx.desks.clone_from(&self.desks);
            work(tx)
        };
        match &self.engine.kind {
            Engine::Sqlite { path, readers, .. } => {
                let idle = lock(readers).pop();
                let mut connection = match idle {
                    Some(connection) => connection,
                    None => open_reader(path)?,
                };
                let done = {
                    let tx = connection.transaction().map_err(StoreError::from)?;
                    work(&mut Tx::new(TxEngine::Sqlite(&tx)))
                };
                lock(readers).push(connection);
                done
            }
            Engine::Postgres(pool) => pool.run(Purpose::Read, OUTAGE_WAIT, &mut work),
        }
    }

    /// As [`Self::read`], for what is read once from beginning to end: on the embedded engine with a connection of its own
    /// that keeps few pages.
    ///
    /// # Errors
    /// Those of `work`, and those of the engine.
    pub fn scan<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let Engine::Sqlite { path, .. } = &self.engine.kind else {
            return self.read(work);
        };
        let mut connection = open_reader(path)?;
        let cache = connection.pragma_update(None, "cache_size", -SCAN_CACHE_KIB);
        cache.map_err(StoreError::from)?;
        let tx = connection.transaction().map_err(StoreError::from)?;
        let mut tx = Tx::new(TxEngine::Sqlite(&tx));
        tx.desks.clone_from(&self.desks);
        work(&mut tx)
    }

    /// Whether the store answers and its tables are those that this program needs.
    ///
    /// # Errors
    /// When it does not answer, or a migration is missing or unknown.
    pub fn ready(&self) -> Result<()> {
        if let Engine::Postgres(pool) = &self.engine.kind {
            pool.check()?;
        }
        let state = self.migration_state()?;
        if state.applied == state.known {
            return Ok(());
        }
        Err(StoreError::Migration {
            found: state.applied,
            needed: state.known,
        })
    }
}

/// Errors of callers that can say whether running the same transaction again may help.
pub trait TransientError {
    /// True for a deadlock, a lost connection, or another writer that was first.
    fn is_transient(&self) -> bool;
}

impl TransientError for StoreError {
    fn is_transient(&self) -> bool {
        StoreError::is_transient(self)
    }
}

/// A connection to an embedded store that exists.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    open_sqlite(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open_sqlite(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A thread that panicked in a transaction left it rolled back; the connection itself is sound.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
