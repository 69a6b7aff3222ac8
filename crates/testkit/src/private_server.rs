//! A PostgreSQL server of one test, to be stopped and started in the middle of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::server;

/// Nothing that survives a loss of power is needed, and a test that restarts the server is no exception: its files are
/// written before its processes end.
const OPTIONS: &str = "-c fsync=off";

/// A server of its own. It goes with its files when this is dropped.
pub struct PrivateServer {
    cluster: Cluster,
    port: u16,
    _folder: TempDir,
}

impl PrivateServer {
    /// A server that runs, with an empty database.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// A server whose folder of settings was prepared by `prepare` before it started: it may append to
    /// `postgresql.conf`, replace `pg_hba.conf` and add files.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start_with(prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder is made");
        // The server's own user must pass through.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))
            .expect("the folder is opened");
        let cluster = Cluster::make(&folder.path().join("cluster")).expect("a cluster is made");
        prepare(&cluster.data());
        for path in files_of(&cluster.data()) {
            cluster.own(&path).expect("the server gets its files");
        }
        let port = cluster.start(OPTIONS).expect("the server starts");
        Self {
            cluster,
            port,
            _folder: folder,
        }
    }

    /// The database that every server has, as its owner.
    pub fn url(&self) -> String {
        server::url(self.port, server::ALWAYS_THERE)
    }

    /// Its port on the loopback address.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops it without a word to anybody who is connected.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self) {
        self.cluster.stop().expect("the server stops");
    }

    /// Starts it again on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        let started = self.cluster.start_on(self.port, OPTIONS);
        started.expect("the server starts again");
    }

    /// Kills it in the middle of whatever it does, and starts it again; it recovers from its log.
    ///
    /// # Panics
    /// When it does not come back.
    pub fn kill_and_start(&self) {
        self.stop();
        self.start_again();
    }

    /// Runs statements as its owner.
    ///
    /// # Panics
    /// When it does not answer or a statement fails.
    pub fn execute(&self, sql: &str) {
        let client = postgres::Client::connect(&self.url(), postgres::NoTls);
        let mut client = client.expect("the server answers");
        client.batch_execute(sql).expect("the statements run");
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        // Best effort: the folder goes all the same.
        let _ = self.cluster.stop();
    }
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.path())
        .filter(|path| path.is_file())
        .collect()
}
