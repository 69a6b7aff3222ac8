//! Places for the store of one test, on both engines, before any store is in them.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use store::Store;
use tempfile::TempDir;

use crate::PrivateServer;
use crate::server;
use crate::template;
use crate::test_store::Engine;

/// Where the store of a test is, with a folder of its own: a database of PostgreSQL, or a file in the folder. Both go when it
/// is dropped.
pub struct TestPlace {
    database: Option<Database>,
    folder: TempDir,
}

struct Database {
    port: u16,
    name: String,
    url: String,
}

/// Name of the embedded store in its folder, the one that the program uses.
const FILE: &str = "seinpost.db";

impl TestPlace {
    /// An empty place, on the server that all tests share. The file is made when a store is first opened.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(engine: Engine) -> Self {
        Self::with_database(match engine {
            Engine::Embedded => None,
            Engine::Postgres => Some(Database::of(server::port(), "template0")),
        })
    }

    /// A place with tables, as a program makes them that finds none.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn with_tables(engine: Engine) -> Self {
        match engine {
            Engine::Embedded => {
                let made = Self::with_database(None);
                template::copy_file(&made.folder().join(FILE));
                made
            }
            Engine::Postgres => {
                let port = server::port();
                Self::with_database(Some(Database::of(port, &template::database(port))))
            }
        }
    }

    /// An empty place on a server of PostgreSQL that this test may stop.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn on(server: &PrivateServer) -> Self {
        Self::with_database(Some(Database::of(server.port(), "template0")))
    }

    fn with_database(database: Option<Database>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        Self { database, folder }
    }

    /// Opens the store, as another process would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open(&self) -> Store {
        let opened = match &self.database {
            None => Store::open_embedded(&self.folder().join(FILE)),
            Some(database) => Store::open_postgres(&database.url),
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
        let database = self.database.as_ref()?;
        Some(format!(
            "{}?options=-csynchronous_commit%3Don",
            database.url
        ))
    }

    /// Where its PostgreSQL is; nothing for a file.
    pub(crate) fn server_url(&self) -> Option<&str> {
        Some(&self.database.as_ref()?.url)
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.database {
            None => Engine::Embedded,
            Some(_) => Engine::Postgres,
        }
    }

    /// Runs statements behind the store's back, as somebody with the file or the password could.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn tamper(&self, sql: &str) {
        match &self.database {
            None => self.file().execute_batch(sql).expect("the statements run"),
            Some(database) => client(&database.url)
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
        match &self.database {
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
        match &self.database {
            None => self
                .file()
                .query_row(sql, [], |row| row.get(0))
                .expect("the statement runs"),
            Some(database) => client(&database.url)
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
        match &self.database {
            None => {
                let file = self.file();
                let mut statement = file.prepare(sql).expect("the statement is prepared");
                let rows = statement.query_map([], |row| row.get(0));
                rows.expect("the statement runs")
                    .map(|text| text.expect("this is a text"))
                    .collect()
            }
            Some(database) => {
                let rows = client(&database.url).query(sql, &[]);
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
        Pulse(match &self.database {
            None => Writing::File(
                ["seinpost.db", "seinpost.db-wal"].map(|name| self.folder().join(name)),
            ),
            Some(database) => Writing::Log(Box::new(client(&database.url))),
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
        if let Some(Database { port, name, .. }) = &self.database
            && let Ok(mut client) = postgres::Client::connect(
                &server::url(*port, server::ALWAYS_THERE),
                postgres::NoTls,
            )
        {
            // Best effort: what stays goes with the server.
            let _ = client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

impl Database {
    /// A copy of another database. It makes a test alone on the server.
    fn of(port: u16, template: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let mut client = server::client(port);
        // Left by a process of the same number that was killed.
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            // Of files: pages one by one take twice as long.
            format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"),
        ] {
            client.batch_execute(&sql).expect("a database is made");
        }
        let url = server::url(port, &name);
        Self { port, name, url }
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
