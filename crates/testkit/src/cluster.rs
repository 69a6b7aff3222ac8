//! A PostgreSQL cluster in a folder: made, started, stopped, removed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Tries to start on a port that was free a moment ago.
const STARTS_MAX: u32 = 5;

/// A cluster whose files are in a folder.
pub(crate) struct Cluster {
    pub(crate) folder: PathBuf,
    pub(crate) programs: PathBuf,
}

impl Cluster {
    /// Makes the files of a cluster in a new folder. The folder around it must let the server's own user pass through.
    pub(crate) fn make(folder: &Path) -> Result<Self, String> {
        let cluster = Self::at(folder)?;
        fs::create_dir(folder)
            .map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
        cluster.own(folder)?;
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
        run(as_server(&cluster.programs.join("initdb"))
            .args(init)
            .arg(cluster.data())
            .current_dir(folder))?;
        Ok(cluster)
    }

    /// The cluster of a folder, if there is one.
    pub(crate) fn at(folder: &Path) -> Result<Self, String> {
        Ok(Self {
            folder: folder.to_owned(),
            programs: programs()?,
        })
    }

    /// Where the server keeps its files and its settings.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Gives a file to the server's user.
    pub(crate) fn own(&self, path: &Path) -> Result<(), String> {
        match uid() {
            0 => run(Command::new("chown").arg("postgres").arg(path)),
            _ => Ok(()),
        }
    }

    /// Starts the server on a free port with more options, and gives the port.
    pub(crate) fn start(&self, options: &str) -> Result<u16, String> {
        let mut why = String::new();
        for _ in 0..STARTS_MAX {
            let port = free_port()?;
            match self.start_on(port, options) {
                Ok(()) => return Ok(port),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    /// Starts the server on a port.
    pub(crate) fn start_on(&self, port: u16, options: &str) -> Result<(), String> {
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 {options}",
            self.folder.display()
        );
        let log = self.folder.join("log");
        let started = run(self
            .control()
            .args(["-w", "-t", "60", "-l"])
            .arg(&log)
            .args(["-o", &options, "start"]));
        started
            .map_err(|error| format!("{error}\n{}", fs::read_to_string(&log).unwrap_or_default()))
    }

    /// Stops the server without waiting for anybody, as a loss of power would. One that does not run stays so.
    pub(crate) fn stop(&self) -> Result<(), String> {
        if !self.data().join("postmaster.pid").exists() {
            return Ok(());
        }
        run(self.control().args(["-m", "immediate", "stop"]))
    }

    fn control(&self) -> Command {
        let mut command = as_server(&self.programs.join("pg_ctl"));
        command.arg("-D").arg(self.data()).current_dir(&self.folder);
        command
    }
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

/// The user whose process this is.
pub(crate) fn uid() -> u32 {
    fs::metadata("/proc/self").map_or(0, |process| process.uid())
}
