//! GnuPG, as somebody has it who reads what we encrypt.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::counterpart::program;

/// The moment at which keys are made unless a test says otherwise: before the clock of the tests.
pub const KEY_MADE: &str = "20260901T000000";

/// A key ring of its own. Its agent ends when it is dropped.
pub struct Gpg {
    program: PathBuf,
    home: TempDir,
}

impl Gpg {
    /// An empty key ring. Nothing where GnuPG is not installed and need not be.
    ///
    /// # Panics
    /// When its folder cannot be made.
    pub fn start() -> Option<Self> {
        let program = program("gpg", "SEINPOST_TEST_GPG")?;
        // Short: the address of the agent's socket stands in it.
        let home = tempfile::Builder::new().prefix("gpg").tempdir_in("/tmp");
        Some(Self {
            program,
            home: home.expect("a folder is made"),
        })
    }

    /// Runs gpg at a moment with these arguments.
    ///
    /// # Panics
    /// When it cannot be started, or fails.
    pub fn run(&self, at: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.tried(at, arguments, input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {arguments:?}: {said}");
        output.stdout
    }

    fn tried(&self, at: &str, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(&self.program)
            .arg("--homedir")
            .arg(self.home.path())
            .args([
                "--batch",
                "--no-tty",
                "--quiet",
                "--pinentry-mode",
                "loopback",
            ])
            .args(["--passphrase", "", "--faked-system-time", at])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg starts");
        let mut stdin = child.stdin.take().expect("it has an input");
        let input = input.to_vec();
        // A program that has ended reads nothing, and says why in its status.
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().expect("gpg ends");
        let _unread = writer.join().expect("the writer ends");
        output
    }

    /// Makes a key that signs and encrypts; `algorithm` as gpg names it: `default` is RSA, `future-default` Curve25519.
    ///
    /// # Panics
    /// When gpg fails.
    pub fn make_key(&self, name: &str, algorithm: &str, ends: &str) {
        self.make_key_at(KEY_MADE, name, algorithm, ends);
    }

    /// Makes a key at a moment.
    ///
    /// # Panics
    /// When gpg fails.
    pub fn make_key_at(&self, at: &str, name: &str, algorithm: &str, ends: &str) {
        let key = ["--quick-gen-key", name, algorithm, "default", ends];
        self.run(at, &key, b"");
    }

    /// The public keys with these names, armoured.
    ///
    /// # Panics
    /// When gpg fails.
    pub fn public_keys(&self, names: &[&str]) -> Vec<u8> {
        self.run(KEY_MADE, &[&["--armor", "--export"], names].concat(), b"")
    }

    /// What somebody with the private keys reads in a message.
    ///
    /// # Panics
    /// When gpg cannot decrypt it.
    pub fn decrypted(&self, message: &[u8]) -> String {
        let text = self.run(KEY_MADE, &["--decrypt"], message);
        String::from_utf8(text).expect("it is text")
    }

    /// Its folder, in which it keeps what it made.
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let mut ending = Command::new("gpgconf");
        ending.arg("--homedir").arg(self.home.path());
        // Without an agent there is nothing to end.
        let _ended = ending.args(["--kill", "all"]).output();
    }
}
