//! Stores for one test, on both engines.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use store::Store;
use tempfile::TempDir;

use crate::server;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in a file.
    Embedded,
    /// PostgreSQL.
    Postgres,
}

/// A store for one test, with a folder of its own. Both go when it is dropped.
pub struct TestStore {
    /// The store.
    pub store: Store,
    place: Place,
    folder: TempDir,
}

enum Place {
    File,
    Schema { name: String, url: String },
}

impl TestStore {
    /// A store with its tables.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(engine: Engine) -> Self {
        let made = Self::empty(engine);
        made.store.migrate().expect("the store is migrated");
        made
    }

    /// A store without tables.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn empty(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        let place = match engine {
            Engine::Embedded => Place::File,
            Engine::Postgres => new_schema(),
        };
        let store = open(&place, folder.path());
        Self {
            store,
            place,
            folder,
        }
    }

    /// The same store opened once more, as another process would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn opened_again(&self) -> Store {
        open(&self.place, self.folder.path())
    }

    /// A folder that lives as long as the store.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the setting `store` has to be for this store; nothing for a file.
    pub fn url(&self) -> Option<&str> {
        match &self.place {
            Place::File => None,
            Place::Schema { url, .. } => Some(url),
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.place {
            Place::File => Engine::Embedded,
            Place::Schema { .. } => Engine::Postgres,
        }
    }

    /// Runs statements behind the store's back, as somebody with the file or the password could.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn tamper(&self, sql: &str) {
        match &self.place {
            Place::File => {
                let connection = rusqlite::Connection::open(self.folder.path().join(FILE))
                    .expect("the file is opened");
                connection
                    .busy_timeout(std::time::Duration::from_secs(10))
                    .expect("a wait is set");
                connection.execute_batch(sql).expect("the statements run");
            }
            Place::Schema { url, .. } => {
                client(url).batch_execute(sql).expect("the statements run")
            }
        }
    }

    /// Ends all leases, as if the workers that hold them had given no sign of life for long enough.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn end_leases(&self) {
        self.tamper("UPDATE job SET lease_until = 0; UPDATE notification SET taken_until = 0");
    }

    /// Gives the one number that a statement asks for.
    ///
    /// # Panics
    /// When the statement fails or gives something else.
    pub fn count(&self, sql: &str) -> i64 {
        match &self.place {
            Place::File => {
                let connection = rusqlite::Connection::open(self.folder.path().join(FILE))
                    .expect("the file is opened");
                connection
                    .query_row(sql, [], |row| row.get(0))
                    .expect("the statement runs")
            }
            Place::Schema { url, .. } => client(url)
                .query_one(sql, &[])
                .expect("the statement runs")
                .get(0),
        }
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Place::Schema { name, url } = &self.place
            && let Ok(mut client) = postgres::Client::connect(url, postgres::NoTls)
        {
            // Best effort, and never a wait: what stays goes with the server.
            let _ = client.batch_execute(&format!(
                "SET lock_timeout = '2s'; DROP SCHEMA {name} CASCADE"
            ));
        }
    }
}

const FILE: &str = "seinpost.db";

fn open(place: &Place, folder: &Path) -> Store {
    match place {
        Place::File => Store::open_embedded(&folder.join(FILE)).expect("the store is opened"),
        Place::Schema { url, .. } => Store::open_postgres(url).expect("the store is opened"),
    }
}

fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).expect("the server answers")
}

/// A schema of its own makes a test alone on the server; making a database would take a tenth of a second.
fn new_schema() -> Place {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("test_{}_{number}", std::process::id());
    let url = server::url(server::port());
    let statements = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    client(&url)
        .batch_execute(&statements)
        .expect("a schema is made");
    Place::Schema {
        url: format!("{url}?options=-csearch_path%3D{name}"),
        name,
    }
}

/// Makes a test per engine of functions that take a [`TestStore`]: `embedded::name` and `postgres::name`.
#[macro_export]
macro_rules! both_engines {
    ($($name:ident),+ $(,)?) => {
        mod embedded {
            $(#[test]
            fn $name() {
                super::$name(&$crate::TestStore::new($crate::Engine::Embedded));
            })+
        }
        mod postgres {
            $(#[test]
            fn $name() {
                super::$name(&$crate::TestStore::new($crate::Engine::Postgres));
            })+
        }
    };
}
