//! Waiting for work without asking for it all the time.
//!
//! On PostgreSQL a transaction that leaves work says so when it commits (NOTIFY), and an idle worker listens. An embedded
//! store has a counter of commits that is cheap to read; whatever was committed, a look at the queue is cheap too.

use std::time::{Duration, Instant};

use postgres::Client;
use postgres::fallible_iterator::FallibleIterator;
use rusqlite::Connection;

use crate::connection::{Tx, TxEngine};
use crate::engine::{Engine, Store, lock, open_reader};
use crate::error::Result;

/// How often an idle worker looks at the commit counter of an embedded store.
const LOOK_WAIT: Duration = Duration::from_millis(100);

/// On which all installations of a database are told of work; the payload is the schema of the one that has it.
const CHANNEL: &str = "seinpost_work";

/// Hears of work from the moment on that it is made.
pub(crate) enum Listener {
    File {
        connection: Connection,
        commits: i64,
    },
    Server {
        client: Box<Client>,
        schema: String,
    },
}

impl Store {
    /// Waits until somebody may have left work, at most `longest`. What was left between two waits ends the second one at
    /// once, and so does the loss of the connection on which we listen.
    pub fn wait_for_work(&self, longest: Duration) {
        let began = Instant::now();
        // Dropped here, since the next statement takes long.
        let kept = lock(&self.engine.listeners).pop();
        let listener = match kept {
            Some(mut listener) => listener.wait(longest).map(|()| listener),
            // Something may have been left before we began to listen: that has to be looked at first.
            None => self.listen(),
        };
        match listener {
            Ok(listener) => lock(&self.engine.listeners).push(listener),
            Err(error) => {
                tracing::debug!(error = error.for_log(), "cannot listen for work");
                std::thread::sleep(LOOK_WAIT.min(longest.saturating_sub(began.elapsed())));
            }
        }
    }

    fn listen(&self) -> Result<Listener> {
        match &self.engine.kind {
            Engine::Sqlite { path, .. } => {
                let connection = open_reader(path)?;
                let commits = commits(&connection)?;
                Ok(Listener::File {
                    connection,
                    commits,
                })
            }
            Engine::Postgres(pool) => {
                let mut client = Box::new(pool.connect()?);
                client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
                let schema = client
                    .query_one("SELECT current_schema()::text", &[])?
                    .try_get(0)?;
                Ok(Listener::Server { client, schema })
            }
        }
    }
}

impl Listener {
    fn wait(&mut self, longest: Duration) -> Result<()> {
        let end = Instant::now() + longest;
        let left = || end.saturating_duration_since(Instant::now());
        match self {
            Self::File {
                connection,
                commits: seen,
            } => loop {
                let now = commits(connection)?;
                if *seen != now || left().is_zero() {
                    *seen = now;
                    return Ok(());
                }
                std::thread::sleep(LOOK_WAIT.min(left()));
            },
            Self::Server { client, schema } => loop {
                let heard = client.notifications().timeout_iter(left()).next()?;
                let is_ours = heard
                    .as_ref()
                    .is_some_and(|heard| heard.payload() == schema);
                if is_ours || left().is_zero() {
                    // One look at the queue answers all that came together.
                    while client.notifications().iter().next()?.is_some() {}
                    return Ok(());
                }
                if heard.is_none() {
                    // The server ended the connection: ask it why.
                    client.simple_query("")?;
                }
            },
        }
    }
}

/// Changes whenever another connection commits.
fn commits(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
}

impl Tx<'_> {
    /// Wakes workers that wait, when this transaction is committed.
    pub(crate) fn announce_work(&mut self) -> Result<()> {
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            tx.batch_execute(&format!("SELECT pg_notify('{CHANNEL}', current_schema())"))?;
        }
        Ok(())
    }
}
