//! A private PostgreSQL server for tests, shared by every test process of this user.
//!
//! The first process that needs it makes a cluster in a temporary folder and starts the server on a free port of the
//! loopback address; the others find the port in a file. Each process holds a shared lock for as long as it lives. A
//! watching shell, which is not a child of any test, stops the server and removes the folder soon after the last lock is
//! gone. So nothing stays behind when tests are killed, and a hundred test processes cost one start.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::cluster::{Cluster, uid};

/// Tests need no data that survives the machine.
const OPTIONS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 \
    -c max_wal_size=2GB";

/// Port of the server, started if need be.
///
/// # Panics
/// When PostgreSQL is not installed or does not start: tests on both engines are not skipped.
pub(crate) fn port() -> u16 {
    static SERVER: OnceLock<(u16, File)> = OnceLock::new();
    let (port, _in_use) = SERVER
        .get_or_init(|| share().unwrap_or_else(|why| panic!("no PostgreSQL for tests: {why}")));
    *port
}

/// Finds the server or starts it. The file is the lock that keeps it running.
fn share() -> Result<(u16, File), String> {
    let root = std::env::temp_dir().join(format!("seinpost-test-postgres-{}", uid()));
    fs::create_dir_all(&root)
        .map_err(|error| format!("cannot make `{}`: {error}", root.display()))?;
    // The server's own user must pass through.
    let passable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&root, passable).map_err(|error| error.to_string())?;
    let doing = |what: &'static str| move |error: io::Error| format!("cannot {what}: {error}");
    let starting = lock_file(&root, "starting").map_err(doing("make the lock file"))?;
    starting.lock().map_err(doing("lock"))?;
    let in_use = lock_file(&root, "in-use").map_err(doing("make the lock file"))?;
    in_use.lock_shared().map_err(doing("lock"))?;
    let port = match running(&root) {
        Some(port) => port,
        None => start(&root)?,
    };
    Ok((port, in_use))
}

fn lock_file(root: &Path, name: &str) -> io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(name))
}

/// The port in the file, if a server answers there.
fn running(root: &Path) -> Option<u16> {
    let port = fs::read_to_string(root.join("port"))
        .ok()?
        .trim()
        .parse()
        .ok()?;
    postgres::Client::connect(&url(port, ALWAYS_THERE), postgres::NoTls)
        .ok()
        .map(|_| port)
}

/// The database that every server has.
pub(crate) const ALWAYS_THERE: &str = "postgres";

/// Where a database is.
pub(crate) fn url(port: u16, database: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{database}")
}

/// Who makes and removes databases.
///
/// # Panics
/// When the server does not answer.
pub(crate) fn client(port: u16) -> postgres::Client {
    let client = postgres::Client::connect(&url(port, ALWAYS_THERE), postgres::NoTls);
    client.expect("the server answers")
}

fn start(root: &Path) -> Result<u16, String> {
    let folder = root.join("cluster");
    // What an earlier run left behind when the machine stopped.
    let _ = Cluster::at(&folder)?.stop();
    let _ = fs::remove_dir_all(&folder);
    let cluster = Cluster::make(&folder)?;
    let port = cluster.start(OPTIONS)?;
    watch(root, &cluster.programs)?;
    fs::write(root.join("port"), port.to_string()).map_err(|error| error.to_string())?;
    Ok(port)
}

/// Leaves a shell behind that stops the server when nobody holds the lock any more. It takes the lock of those who
/// start, so that no process finds a server that is about to stop.
fn watch(root: &Path, programs: &Path) -> Result<(), String> {
    const SCRIPT: &str = r#"
        cd / || exit
        idle=0
        while [ "$idle" -lt 10 ]; do
            sleep 1
            [ -d "$1/cluster" ] || exit
            if flock --nonblock "$1/in-use" true; then idle=$((idle + 1)); else idle=0; fi
        done
        exec 9>>"$1/starting"
        flock 9
        # Somebody may have come between the last look and the lock.
        flock --nonblock "$1/in-use" true || exec sh "$1/watch" "$@"
        rm -f "$1/port"
        if [ "$(id -u)" = 0 ]; then
            runuser -u postgres -- "$2/pg_ctl" -m immediate -D "$1/cluster/data" stop
        else
            "$2/pg_ctl" -m immediate -D "$1/cluster/data" stop
        fi
        rm -rf "$1/cluster"
    "#;
    let script = root.join("watch");
    fs::write(&script, SCRIPT)
        .map_err(|error| format!("cannot write `{}`: {error}", script.display()))?;
    let mut watcher = Command::new("setsid");
    watcher.arg("sh").arg(&script).arg(root).arg(programs);
    watcher
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    watcher
        .spawn()
        .map(drop)
        .map_err(|error| format!("cannot start the watching shell: {error}"))
}
