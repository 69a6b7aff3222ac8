//! Places for the store of one test, on both engines, before any store is in them.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use store::Store;
use tempfile::TempDir;

use crate::PrivateServer;
use crate::server;
use crate::test_store::Engine;

/// Where the store of a test is, with a folder of its own: an empty schema of PostgreSQL, or a file in the folder that is
/// made when a store is first opened. Both go when it is dropped.
pub struct TestPlace {
    schema: Option<Schema>,
    folder: TempDir,
}

struct Schema {
    name: String,
    url: String,
}

/// Name of the embedded store in its folder, the one that the program uses.
const FILE: &str = "seinpost.db";

impl TestPlace {
    /// An empty place, on the server that all tests share.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(engine: Engine) -> Self {
        Self::with_schema(match engine {
            Engine::Embedded => None,
            Engine::Postgres => Some(new_schema(server::port())),
        })
    }

    /// An empty place on a server of PostgreSQL that this test may stop.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn on(server: &PrivateServer) -> Self {
        Self::with_schema(Some(new_schema(server.port())))
    }

    fn with_schema(schema: Option<Schema>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        Self { schema, folder }
    }

    /// Opens the store, as another process would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open(&self) -> Store {
        let opened = match &self.schema {
            None => Store::open_embedded(&self.folder().join(FILE)),
            Some(schema) => Store::open_postgres(&schema.url),
        };
        opened.expect("the store is opened")
    }

    /// A folder that lives as long as the place.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the program is told with `--store`; nothing where the store is a file in the folder. What it commits there
    /// survives a server that is killed.
    pub fn url(&self) -> Option<String> {
        let schema = self.schema.as_ref()?;
        Some(format!("{}%20-csynchronous_commit%3Don", schema.url))
    }

    /// Where its PostgreSQL is; nothing for a file.
    pub(crate) fn server_url(&self) -> Option<&str> {
        Some(&self.schema.as_ref()?.url)
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.schema {
            None => Engine::Embedded,
            Some(_) => Engine::Postgres,
        }
    }

    /// Runs statements behind the store's back, as somebody with the file or the password could.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn tamper(&self, sql: &str) {
        match &self.schema {
            None => self.file().execute_batch(sql).expect("the statements run"),
            Some(schema) => client(&schema.url)
                .batch_execute(sql)
                .expect("the statements run"),
        }
    }

    /// Ends all leases, as if the workers that hold them had given no sign of life for long enough.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn end_leases(&self) {
        const END: &str = "UPDATE job SET lease_until = 0; UPDATE notification SET taken_until = 0";
        match &self.schema {
            None => self.tamper(END),
            // The worker may have died before there were any tables.
            Some(_) => self.tamper(&format!(
                "DO $$ BEGIN IF to_regclass('notification') IS NOT NULL THEN {END}; END IF; END $$"
            )),
        }
    }

    /// Gives the one number that a statement asks for.
    ///
    /// # Panics
    /// When the statement fails or gives something else.
    pub fn count(&self, sql: &str) -> i64 {
        match &self.schema {
            None => self
                .file()
                .query_row(sql, [], |row| row.get(0))
                .expect("the statement runs"),
            Some(schema) => client(&schema.url)
                .query_one(sql, &[])
                .expect("the statement runs")
                .get(0),
        }
    }

    /// Gives the texts that a statement asks for, one a row.
    ///
    /// # Panics
    /// When the statement fails or gives something else.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        match &self.schema {
            None => {
                let file = self.file();
                let mut statement = file.prepare(sql).expect("the statement is prepared");
                let rows = statement.query_map([], |row| row.get(0));
                rows.expect("the statement runs")
                    .map(|text| text.expect("this is a text"))
                    .collect()
            }
            Some(schema) => {
                let rows = client(&schema.url).query(sql, &[]);
                let rows = rows.expect("the statement runs");
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// Feels how much is written to the store.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn pulse(&self) -> Pulse {
        Pulse(match &self.schema {
            None => Writing::File(
                ["seinpost.db", "seinpost.db-wal"].map(|name| self.folder().join(name)),
            ),
            Some(schema) => Writing::Log(Box::new(client(&schema.url))),
        })
    }

    fn file(&self) -> rusqlite::Connection {
        let connection =
            rusqlite::Connection::open(self.folder().join(FILE)).expect("the file is opened");
        connection
            .busy_timeout(std::time::Duration::from_secs(10))
            .expect("a wait is set");
        connection
    }
}

impl Drop for TestPlace {
    fn drop(&mut self) {
        if let Some(Schema { name, url }) = &self.schema
            && let Ok(mut client) = postgres::Client::connect(url, postgres::NoTls)
        {
            // Best effort, and never a wait: what stays goes with the server.
            let _ = client.batch_execute(&format!(
                "SET lock_timeout = '2s'; DROP SCHEMA {name} CASCADE"
            ));
        }
    }
}

/// How much was written to a store, seen from outside and without touching it.
pub struct Pulse(Writing);

enum Writing {
    /// Sizes of the file and its log: they grow with every commit.
    File([std::path::PathBuf; 2]),
    /// The log of the server: it grows with every row, committed or not, of this store and of its neighbours.
    Log(Box<postgres::Client>),
}

impl Pulse {
    /// A number that changes when something was written.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn now(&mut self) -> u64 {
        match &mut self.0 {
            Writing::File(files) => {
                let size = |file| fs::metadata(file).map_or(0, |file| file.len());
                files.iter().map(size).sum()
            }
            Writing::Log(client) => {
                const WRITTEN: &str = "SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT)";
                let row = client.query_one(WRITTEN, &[]);
                row.expect("the server answers").get::<_, i64>(0) as u64
            }
        }
    }
}

fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).expect("the server answers")
}

/// A schema of its own makes a test alone on the server; making a database would take a tenth of a second.
fn new_schema(port: u16) -> Schema {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let url = server::url(port);
    let statements = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    client(&url)
        .batch_execute(&statements)
        .expect("a schema is made");
    Schema {
        url: format!("{url}?options=-csearch_path%3D{name}"),
        name,
    }
}
