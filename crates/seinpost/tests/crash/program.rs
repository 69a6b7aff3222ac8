//! The real program on a place of its own: how it is started, and what it answers.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use model::Timestamp;
use serde_json::Value;
use testkit::smtp::MailServer;
use testkit::{Engine, TestPlace};

use crate::settings::Settings;

/// Minutes after which nothing is held any more by a worker that died: more than every lease.
const LEASES_MINUTES: i64 = 31;

/// Rows in one transaction, so that a small report takes several.
const CHUNK_ROWS: &str = "100";

/// An installation that only the program itself works on.
pub(crate) struct Installation {
    pub(crate) place: TestPlace,
    program: PathBuf,
    /// Takes what is sent over SMTP.
    pub(crate) relay: MailServer,
    /// Hands mails to the relay instead of the folder.
    pub(crate) mails: bool,
    /// Settings beside those of every test.
    pub(crate) settings: Vec<(&'static str, String)>,
    pub(crate) now: Timestamp,
}

/// A run of the program that is under way.
pub(crate) struct Running {
    pub(crate) child: Child,
    outputs: [File; 2],
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) answer: String,
    pub(crate) complaint: String,
}

impl Installation {
    pub(crate) fn new(engine: Engine) -> Self {
        Self::at(TestPlace::new(engine))
    }

    pub(crate) fn at(place: TestPlace) -> Self {
        Self {
            place,
            program: Settings::read().program,
            relay: MailServer::start(),
            mails: false,
            settings: Vec::new(),
            now: testkit::now(),
        }
    }

    /// The folder of the installation.
    pub(crate) fn data(&self) -> &Path {
        self.place.folder()
    }

    pub(crate) fn outbox(&self) -> PathBuf {
        self.data().join("outbox")
    }

    /// The program with these arguments, at the moment of the clock. Of the environment it sees what it needs: it refuses
    /// variables of ours that it does not know.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SEINPOST_LIMITS_CHUNK_ROWS", CHUNK_ROWS)
            // The disks that are filled here are small.
            .env("SEINPOST_LIMITS_FREE_BYTES_MIN", "0")
            .args(["--profile", "test", "--now", &self.now.to_string()])
            .arg("--data")
            .arg(self.data())
            .args(arguments);
        if let Some(url) = self.place.url() {
            command.args(["--store", &url]);
        }
        if self.mails {
            command
                .env("SEINPOST_MAIL_TRANSPORT", "smtp")
                .env("SEINPOST_MAIL_URL", self.relay.url());
        }
        command.envs(self.settings.iter().map(|(name, text)| (name, text)));
        command
    }

    /// Starts the program and lets it run.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        start(&mut self.command(arguments))
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).wait()
    }

    /// Runs the program to its end, which must be a good one; gives what it answered.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert!(ended.status.success(), "{arguments:?}: {ended:?}");
        ended.answer
    }

    /// Works until nothing is due, without complaint.
    pub(crate) fn work(&self) {
        self.done(&["work", "--until-idle", "--quiet"]);
    }

    /// Where everything is, as the program says. Its balance is zero and its audit log whole.
    pub(crate) fn status(&self) -> Value {
        serde_json::from_str(&self.done(&["status", "--json"])).unwrap()
    }

    /// The clock that many minutes later, or before if negative.
    pub(crate) fn wait(&mut self, minutes: i64) {
        self.now = self.now.plus_seconds(minutes * 60);
    }

    /// The clock later than every lease. Leases go by the clock of the store, which nobody sets: they are ended by hand.
    pub(crate) fn wait_for_leases(&mut self) {
        self.wait(LEASES_MINUTES);
        if self.place.engine() == Engine::Postgres {
            self.place.end_leases();
        }
    }
}

/// Starts a command whose output is kept in files: a pipe would fill up and stop it.
pub(crate) fn start(command: &mut Command) -> Running {
    let outputs = [(); 2].map(|()| tempfile::tempfile().unwrap());
    let [answer, complaint] = [0, 1].map(|which: usize| outputs[which].try_clone().unwrap());
    let child = command
        .stdin(Stdio::null())
        .stdout(answer)
        .stderr(complaint)
        .spawn()
        .unwrap();
    Running { child, outputs }
}

impl Running {
    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Ended {
        let status = self.child.wait().unwrap();
        let [answer, complaint] = self.outputs.map(|mut file| {
            let mut bytes = Vec::new();
            file.rewind().unwrap();
            file.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Ended {
            status,
            answer,
            complaint,
        }
    }

    /// Number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has said this beside its answer.
    pub(crate) fn has_said(&self, words: &str) -> bool {
        // At a place of its own: the program goes on writing at the end.
        let mut said = [0; 4096];
        let length = self.outputs[1].read_at(&mut said, 0).unwrap();
        String::from_utf8_lossy(&said[..length]).contains(words)
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

/// Sends a process that we started a signal, such as `TERM`.
pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(sent.unwrap().success(), "no signal {name} to {process}");
}
