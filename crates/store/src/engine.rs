//! The two engines behind one [`Store`], and how a transaction begins and ends on each.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::checkpoint::Checkpointer;
use crate::connection::{PgConnection, Statements, Tx, TxEngine};
use crate::error::{Result, StoreError};

/// How long a writer waits for another process that holds the embedded store.
const BUSY_WAIT: Duration = Duration::from_secs(60);

/// Page cache of a connection to the embedded store, in KiB. The tree of one large report fits.
const SQLITE_CACHE_KIB: i64 = 96 * 1024;

/// Pages of write-ahead log after which a commit copies it back itself: the thread that does so did not keep up, or the
/// writer never rested, so that the log could not begin anew.
const SQLITE_CHECKPOINT_PAGES: i64 = 65_536;

/// Times that a transaction is run again after a transient failure before the failure is reported.
const RETRIES_MAX: u32 = 5;

/// State of an installation. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Store {
    engine: Arc<Engine>,
}

enum Engine {
    /// One writer, and readers that see the last commit while it writes.
    Sqlite {
        /// First, so that it stops before the writer closes the file.
        checkpointer: Checkpointer,
        path: PathBuf,
        writer: Mutex<Connection>,
        readers: Mutex<Vec<Connection>>,
    },
    /// Connections are made when needed and kept.
    Postgres {
        config: Box<postgres::Config>,
        idle: Mutex<Vec<PgConnection>>,
    },
}

/// How often an idle worker looks for work that nobody told it of.
const POLL_WAIT: Duration = Duration::from_millis(500);

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
        // Kept in the file: WAL lets readers go on while the writer writes.
        writer.pragma_update(None, "journal_mode", "WAL")?;
        // A commit is on disk before it is reported: "durable" means survives loss of power.
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "wal_autocheckpoint", SQLITE_CHECKPOINT_PAGES)?;
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
        let engine = Engine::Sqlite {
            checkpointer: Checkpointer::start(path, move || {
                open_sqlite(&own, OpenFlags::SQLITE_OPEN_READ_WRITE)
            }),
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
        };
        Self {
            engine: Arc::new(engine),
        }
    }

    /// Connects to PostgreSQL by URL (`postgres://user@host/database`).
    ///
    /// # Errors
    /// When the URL is not one, or the server cannot be reached or refuses.
    pub fn open_postgres(url: &str) -> Result<Self> {
        let mut config: postgres::Config = url.parse()?;
        config.application_name("seinpost");
        let first = connect(&config)?;
        let engine = Engine::Postgres {
            config: Box::new(config),
            idle: Mutex::new(vec![first]),
        };
        Ok(Self {
            engine: Arc::new(engine),
        })
    }

    /// "SQLite" or "PostgreSQL", for people.
    pub fn engine_name(&self) -> &'static str {
        match *self.engine {
            Engine::Sqlite { .. } => "SQLite",
            Engine::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Runs `work` in a transaction that may change things. All of it holds when `Ok` is returned, none otherwise.
    ///
    /// `work` may run several times: a deadlock or a lost connection is tried again up to five times, so it must change
    /// nothing but the transaction.
    ///
    /// # Errors
    /// Those of `work`, and those of the engine at begin and commit.
    pub fn write<T, E: From<StoreError> + TransientError>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut retries = 0;
        loop {
            match self.write_once(&mut work) {
                Err(error) if error.is_transient() && retries < RETRIES_MAX => {
                    retries += 1;
                    std::thread::sleep(Duration::from_millis(20 << retries));
                }
                outcome => return outcome,
            }
        }
    }

    fn write_once<T, E: From<StoreError>>(
        &self,
        work: &mut impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &*self.engine {
            Engine::Sqlite {
                writer,
                checkpointer,
                ..
            } => {
                let mut connection = lock(writer);
                let tx = connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)
                    .map_err(StoreError::from)?;
                let done = work(&mut Tx {
                    engine: TxEngine::Sqlite(&tx),
                })?;
                tx.commit().map_err(StoreError::from)?;
                checkpointer.committed();
                Ok(done)
            }
            Engine::Postgres { .. } => self.with_postgres(work),
        }
    }

    /// Runs `work` in a transaction that reads one consistent snapshot.
    ///
    /// # Errors
    /// Those of `work`, and those of the engine.
    pub fn read<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &*self.engine {
            Engine::Sqlite { path, readers, .. } => {
                let idle = lock(readers).pop();
                let mut connection = match idle {
                    Some(connection) => connection,
                    None => open_sqlite(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?,
                };
                let done = {
                    let tx = connection.transaction().map_err(StoreError::from)?;
                    work(&mut Tx {
                        engine: TxEngine::Sqlite(&tx),
                    })
                };
                lock(readers).push(connection);
                done
            }
            Engine::Postgres { .. } => self.with_postgres(|tx| {
                if let TxEngine::Postgres { tx, .. } = &mut tx.engine {
                    let isolation = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                    tx.batch_execute(isolation).map_err(StoreError::from)?;
                }
                work(tx)
            }),
        }
    }

    fn with_postgres<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let Engine::Postgres { config, idle } = &*self.engine else {
            unreachable!("called for the PostgreSQL engine only");
        };
        let pooled = lock(idle)
            .pop()
            .filter(|connection| !connection.client.is_closed());
        let mut connection = match pooled {
            Some(connection) => connection,
            None => connect(config)?,
        };
        let PgConnection { client, statements } = &mut connection;
        let tx = client.transaction().map_err(StoreError::from)?;
        let mut tx = Tx {
            engine: TxEngine::Postgres { tx, statements },
        };
        // On an early return the transaction rolls back as it is dropped.
        let done = work(&mut tx);
        let done = done.and_then(|value| tx.commit_postgres().map(|()| value).map_err(E::from));
        if !connection.client.is_closed() {
            lock(idle).push(connection);
        }
        done
    }

    /// Waits until somebody may have left work, at most `longest`.
    pub fn wait_for_work(&self, longest: Duration) {
        std::thread::sleep(longest.min(POLL_WAIT));
    }

    /// Whether the store answers and its tables are those that this program needs.
    ///
    /// # Errors
    /// When it does not answer, or a migration is missing or unknown.
    pub fn ready(&self) -> Result<()> {
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

impl Tx<'_> {
    fn commit_postgres(self) -> Result<()> {
        match self.engine {
            TxEngine::Postgres { tx, .. } => Ok(tx.commit()?),
            TxEngine::Sqlite(_) => Ok(()),
        }
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

fn connect(config: &postgres::Config) -> Result<PgConnection> {
    Ok(PgConnection {
        client: config.connect(postgres::NoTls)?,
        statements: Statements::new(),
    })
}

fn open_sqlite(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.pragma_update(None, "cache_size", -SQLITE_CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A thread that panicked in a transaction left it rolled back; the connection itself is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
