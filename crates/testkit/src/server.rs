//! A private PostgreSQL server for tests, shared by every test process of this user.
//!
//! The first process that needs it makes a cluster in a temporary folder and starts the server on a free port of the
//! loopback address; the others find the port in a file. Each process holds a shared lock for as long as it lives. A
//! watching shell, which is not a child of any test, stops the server and removes the folder soon after the last lock is
//! gone. So nothing stays behind when tests are killed, and a hundred test processes cost one start.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Tries to start on a port that was free a moment ago.
const STARTS_MAX: u32 = 5;

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
    postgres::Client::connect(&url(port), postgres::NoTls)
        .ok()
        .map(|_| port)
}

/// The database that every server has.
pub(crate) fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

fn start(root: &Path) -> Result<u16, String> {
    let programs = programs()?;
    let cluster = root.join("cluster");
    // What an earlier run left behind when the machine stopped.
    let _ = stop(&programs, &cluster);
    let _ = fs::remove_dir_all(&cluster);
    fs::create_dir(&cluster)
        .map_err(|error| format!("cannot make `{}`: {error}", cluster.display()))?;
    if uid() == 0 {
        run(Command::new("chown").arg("postgres").arg(&cluster))?;
    }
    let data = cluster.join("data");
    let init = [
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
        "-D",
    ];
    run(as_server(&programs.join("initdb"))
        .args(init)
        .arg(&data)
        .current_dir(root))?;
    let mut why = String::new();
    for _ in 0..STARTS_MAX {
        let port = free_port()?;
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=400 -c max_wal_size=2GB",
            cluster.display()
        );
        let log = cluster.join("log");
        let mut server = as_server(&programs.join("pg_ctl"));
        server
            .args(["-w", "-t", "60", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(&log)
            .args(["-o", &options, "start"]);
        match run(server.current_dir(root)) {
            Ok(()) => {
                watch(root, &programs)?;
                fs::write(root.join("port"), port.to_string())
                    .map_err(|error| error.to_string())?;
                return Ok(port);
            }
            Err(error) => {
                why = format!("{error}\n{}", fs::read_to_string(&log).unwrap_or_default())
            }
        }
    }
    Err(why)
}

fn stop(programs: &Path, cluster: &Path) -> Result<(), String> {
    if !cluster.join("data/postmaster.pid").exists() {
        return Ok(());
    }
    run(as_server(&programs.join("pg_ctl"))
        .args(["-m", "immediate", "-D"])
        .arg(cluster.join("data"))
        .arg("stop"))
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

/// The folder of the server's programs: on the path, or where Debian has them.
fn programs() -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    // The newest version first.
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&path));
    let has_all = |folder: &&PathBuf| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|name| folder.join(name).exists())
    };
    let found = folders.iter().find(has_all).cloned();
    found.ok_or_else(|| {
        "initdb, pg_ctl and postgres are not installed; `apt-get install postgresql` has them"
            .into()
    })
}

/// A command that runs as the server's user: PostgreSQL refuses to run as root.
fn as_server(program: &Path) -> Command {
    if uid() != 0 {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    // The server inherits what `pg_ctl` has; a pipe would be waited for as long as the server lives.
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

fn free_port() -> Result<u16, String> {
    let listener =
        TcpListener::bind("127.0.0.1:0").map_err(|error| format!("no free port: {error}"))?;
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|error| error.to_string())
}

fn uid() -> u32 {
    fs::metadata("/proc/self").map_or(0, |process| process.uid())
}
