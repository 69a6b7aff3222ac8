//! Stores for one test, on both engines.

use std::path::Path;

use store::Store;

use crate::TestPlace;

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
    place: TestPlace,
}

impl TestStore {
    /// A store with its tables.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn new(engine: Engine) -> Self {
        Self::at(TestPlace::with_tables(engine))
    }

    /// A store without tables.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn empty(engine: Engine) -> Self {
        Self::at(TestPlace::new(engine))
    }

    fn at(place: TestPlace) -> Self {
        Self {
            store: place.open(),
            place,
        }
    }

    /// The same store opened once more, as another process would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn opened_again(&self) -> Store {
        self.place.open()
    }

    /// A folder that lives as long as the store.
    pub fn folder(&self) -> &Path {
        self.place.folder()
    }

    /// What the setting `store` has to be for this store; nothing for a file.
    pub fn url(&self) -> Option<&str> {
        self.place.server_url()
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.place.engine()
    }

    /// Runs statements behind the store's back, as somebody with the file or the password could.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn tamper(&self, sql: &str) {
        self.place.tamper(sql);
    }

    /// Ends all leases, as if the workers that hold them had given no sign of life for long enough.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn end_leases(&self) {
        self.place.end_leases();
    }

    /// Gives the one number that a statement asks for.
    ///
    /// # Panics
    /// When the statement fails or gives something else.
    pub fn count(&self, sql: &str) -> i64 {
        self.place.count(sql)
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
