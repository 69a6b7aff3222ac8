//! Connections to PostgreSQL: made when needed, kept for the next transaction, replaced when the server ended them.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use postgres::{Client, IsolationLevel};

use crate::access::ServerAccess;
use crate::connection::{PgConnection, Statements, Tx, TxEngine};
use crate::engine::lock;
use crate::error::{Result, StoreError};
use crate::tls::Tls;

/// Longest pause between two attempts to reach a server that does not answer.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// What holds for each of our sessions. A worker that is stopped in the middle of a transaction must not keep its locks
/// for ever: the server ends its session, and what it did is undone. Compiling our statements costs more than it saves. What is
/// counted over a whole table takes one processor, so that pages have the others.
const SESSION: &str = "SET idle_in_transaction_session_timeout = '60s'; SET jit = off; SET max_parallel_workers_per_gather = 0";

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It may change things.
    Write,
    /// It reads one consistent snapshot.
    Read,
}

/// The connections of one store.
pub(crate) struct Pool {
    config: postgres::Config,
    tls: Tls,
    idle: Mutex<Vec<PgConnection>>,
}

impl Pool {
    /// Connects once, so that a wrong URL is known at once.
    pub(crate) fn open(access: &ServerAccess) -> Result<Self> {
        let (config, tls) = access.resolve()?;
        let pool = Self {
            config,
            tls,
            idle: Mutex::default(),
        };
        let first = pool.made()?;
        lock(&pool.idle).push(first);
        Ok(pool)
    }

    /// A connection of its own, for whoever keeps it.
    pub(crate) fn connect(&self) -> Result<Client> {
        let mut client = self.config.connect(self.tls.0.clone())?;
        client.batch_execute(SESSION)?;
        Ok(client)
    }

    fn made(&self) -> Result<PgConnection> {
        Ok(PgConnection {
            client: self.connect()?,
            statements: Statements::new(),
        })
    }

    /// Whether the server answers, without waiting for one that does not.
    pub(crate) fn check(&self) -> Result<()> {
        let mut connection = self.taken()?;
        connection.client.simple_query("")?;
        lock(&self.idle).push(connection);
        Ok(())
    }

    /// Runs `work` once, in a transaction. Where none can begin, because the server is away, that is tried again for as
    /// long as `patience`; what happens after the beginning is not repeated here.
    pub(crate) fn run<T, E: From<StoreError>>(
        &self,
        purpose: Purpose,
        patience: Duration,
        work: &mut impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let (began, mut pause) = (Instant::now(), Duration::from_millis(50));
        loop {
            match self.attempt(purpose, work) {
                Ok(done) => return done,
                Err(error) if error.is_outage() && began.elapsed() < patience => {
                    // The others were lost with it.
                    lock(&self.idle).clear();
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(PAUSE_MAX);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The outer error says that no transaction began.
    fn attempt<T, E: From<StoreError>>(
        &self,
        purpose: Purpose,
        work: &mut impl FnMut(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> Result<std::result::Result<T, E>> {
        let mut connection = self.taken()?;
        let PgConnection { client, statements } = &mut connection;
        let tx = match purpose {
            Purpose::Write => client.transaction()?,
            Purpose::Read => client
                .build_transaction()
                .isolation_level(IsolationLevel::RepeatableRead)
                .read_only(true)
                .start()?,
        };
        let mut tx = Tx::new(TxEngine::Postgres { tx, statements });
        // On an early return the transaction rolls back as it is dropped.
        let done = work(&mut tx);
        let done = done.and_then(|value| tx.commit_postgres().map(|()| value).map_err(E::from));
        if !connection.client.is_closed() {
            lock(&self.idle).push(connection);
        }
        Ok(done)
    }

    fn taken(&self) -> Result<PgConnection> {
        let kept = lock(&self.idle).pop();
        match kept.filter(|connection| !connection.client.is_closed()) {
            Some(connection) => Ok(connection),
            None => self.made(),
        }
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
