//! Stores with tables and nothing else in them, made once and copied for each test: migrations take longer than most tests.
//!
//! Of the embedded engine a file in the temporary folder, of PostgreSQL a database on the server that tests share. Both are named
//! after the migrations, so that a changed one makes another.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use store::{Store, tables_digest};

use crate::cluster::uid;
use crate::server;

/// Files of earlier migrations are removed when they are this old: tests of another checkout may use them until then.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Puts a copy of the file at `to`.
pub(crate) fn copy_file(to: &Path) {
    let made = file().and_then(|file| fs::copy(file, to));
    made.unwrap_or_else(|why| panic!("no file with tables for tests: {why}"));
}

fn file() -> io::Result<PathBuf> {
    let prefix = format!("seinpost-test-tables-{}-", uid());
    let folder = std::env::temp_dir();
    let file = folder.join(format!("{prefix}{}.db", tables_digest()));
    if file.exists() {
        return Ok(file);
    }
    for old in fs::read_dir(&folder)?.flatten() {
        let age = old.metadata().and_then(|meta| meta.modified());
        let is_old = age.is_ok_and(|made| {
            SystemTime::now()
                .duration_since(made)
                .is_ok_and(|age| age > KEPT)
        });
        if is_old && old.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_file(old.path());
        }
    }
    let making = tempfile::tempdir_in(&folder)?;
    let made = making.path().join("seinpost.db");
    // Dropped at once: the last connection that is closed leaves the file without a log beside it.
    migrated(Store::open_embedded(&made));
    // Whoever else made it at the same time made the same.
    fs::rename(&made, &file)?;
    Ok(file)
}

/// The name of the database on the server at `port`.
pub(crate) fn database(port: u16) -> String {
    let name = format!("tables_{}", tables_digest());
    let mut client = server::client(port);
    // One process makes it, the others wait. The lock ends with the connection.
    let found = client
        .batch_execute("SELECT pg_advisory_lock(1)")
        .and_then(|()| client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]));
    if found.expect("the server answers").is_none() {
        let making = format!("{name}_making");
        let run = |client: &mut postgres::Client, sql: String| {
            client.batch_execute(&sql).expect("a database is made");
        };
        run(
            &mut client,
            format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"),
        );
        run(&mut client, format!("CREATE DATABASE {making}"));
        migrated(Store::open_postgres(&server::url(port, &making)));
        run(
            &mut client,
            format!("ALTER DATABASE {making} RENAME TO {name}"),
        );
    }
    name
}

fn migrated(opened: store::Result<Store>) {
    let store = opened.expect("the store is opened");
    store.migrate().expect("the store is migrated");
}
