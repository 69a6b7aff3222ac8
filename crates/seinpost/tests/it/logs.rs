//! What the log says: events that the guide knows, and nothing about anybody.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use testkit::Report;
use testkit::smtp::{Behaviour, MailServer};

/// Every name, address and value of the installation under test holds this mark. No event may.
const MARK: &str = "zeehond";

/// An installation at work, and what it logged.
struct Desk {
    folder: TempDir,
    lines: Vec<String>,
}

impl Desk {
    fn new(relay: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let settings = format!(
            "profile = \"test\"\nnow = \"2026-11-18T12:00:00Z\"\nlisten = \"127.0.0.1:0\"\nmetrics-listen = \"127.0.0.1:0\"\n\
             [mail]\ntransport = \"smtp\"\nurl = \"{relay}\"\n"
        );
        fs::write(data.join("seinpost.toml"), settings).unwrap();
        Self {
            folder,
            lines: Vec::new(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seinpost"));
        let data = self.folder.path().join("data");
        command.args(["--log-format", "json", "--data"]).arg(data);
        // The most that can be asked for, of our own code and of everybody's.
        command.args(arguments).env("SEINPOST_LOG", "trace");
        command
    }

    /// Runs a command to its end; keeps its events.
    fn run(&mut self, arguments: &[&str]) {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_ne!(output.status.code(), Some(2), "{arguments:?}: {said}");
        // What a command says to the person who gave it is no event.
        let events = said.lines().filter(|line| line.starts_with('{'));
        self.lines.extend(events.map(str::to_owned));
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// Serves until the store is empty of work, asks for pages, and is told to stop.
    fn serve(&mut self) {
        let mut server = self
            .command(&["serve"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
        let mut address_in = |event: &str| loop {
            let line = lines.next().expect("the event comes").unwrap();
            let fields: Value = serde_json::from_str(&line).expect("every line is an object");
            let is_it = fields["message"] == event;
            self.lines.push(line);
            if is_it {
                break fields["address"].as_str().unwrap().to_owned();
            }
        };
        let (metrics, pages) = (address_in("metrics offered"), address_in("pages offered"));
        for (address, page) in [
            (&pages, "/readyz"),
            (&pages, "/zeehond?zeehond=1"),
            (&metrics, "/metrics"),
        ] {
            let mut stream = TcpStream::connect(address).unwrap();
            let head = "Host: zeehond.example\r\nUser-Agent: zeehond\r\nConnection: close";
            stream
                .write_all(format!("GET {page} HTTP/1.1\r\n{head}\r\n\r\n").as_bytes())
                .unwrap();
            stream.read_to_string(&mut String::new()).unwrap();
        }
        let stop = Command::new("kill")
            .args(["-TERM", &server.id().to_string()])
            .status();
        assert!(stop.unwrap().success());
        self.lines.extend(lines.map(|line| line.unwrap()));
        assert!(server.wait().unwrap().success());
    }
}

fn as_text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A register, reports that go well and badly, and mails that arrive, wait and are refused.
fn logged_by_a_desk_at_work() -> Vec<String> {
    let relay = MailServer::start();
    relay.next(&[Behaviour::Refuse, Behaviour::Defer]);
    let mut desk = Desk::new(&relay.url());
    desk.run(&[
        "desk",
        "set",
        "--name",
        "Meldpunt zeehond",
        "--sender",
        "zeehond@desk.example",
    ]);
    desk.run(&[
        "desk",
        "set",
        "--reply-to",
        "zeehond@desk.example",
        "--phone",
        "zeehond",
    ]);
    desk.run(&[
        "desk",
        "set",
        "--privacy-nl",
        "zeehond",
        "--privacy-en",
        "zeehond",
    ]);
    desk.run(&[
        "desk",
        "set",
        "--lawful-basis",
        "public-task",
        "--time-zone",
        "Europe/Amsterdam",
    ]);
    let mut tables = [
        "organisation,name\n",
        "organisation,role,email\n",
        "organisation,kind,value\n",
    ]
    .map(str::to_owned);
    for (name, prefix) in [
        ("zeehond-a", "192.0.2.0/24"),
        ("zeehond-b", "198.51.100.0/24"),
        ("zeehond-c", "203.0.113.0/24"),
    ] {
        tables[0] += &format!("{name},Bakkerij {name}\n");
        tables[1] += &format!("{name},security,it@{name}.example\n");
        tables[2] += &format!("{name},prefix,{prefix}\n{name},domain,{name}.example\n");
    }
    for (kind, table) in ["organisations", "contacts", "assets"].iter().zip(&tables) {
        let file = desk.file(&format!("zeehond-{kind}.csv"), table);
        desk.run(&["import", kind, as_text(&file)]);
    }
    let row = |address, host| [("ip", address), ("port", "3389"), ("hostname", host)];
    let report = Report::new("scan_rdp")
        .row(&row("192.0.2.9", "pc.zeehond-a.example"))
        .row(&row("198.51.100.9", "pc.zeehond-b.example"))
        .row(&row("203.0.113.9", "pc.zeehond-c.example"))
        .row(&row("zeehond", "not an address"));
    let good = desk.file("2026-11-18-scan_rdp-zeehond.csv", &report.text());
    let unknown = desk.file("2026-11-18-scan_zeehond-zeehond.csv", &report.text());
    let bad = desk.file("zeehond.txt", "zeehond");
    for file in [&good, &good, &unknown, &bad] {
        desk.run(&["gather", as_text(file)]);
    }
    desk.run(&["work", "--until-idle"]);
    desk.run(&["pause", "--reason", "zeehond"]);
    desk.serve();
    desk.lines
}

fn message_of(line: &str) -> String {
    let event: Value = serde_json::from_str(line).expect("every line is an object");
    event["message"]
        .as_str()
        .expect("an event has a message")
        .to_owned()
}

#[test]
fn at_the_most_verbose_nobody_is_named_and_every_event_is_in_the_guide() {
    let lines = logged_by_a_desk_at_work();
    let telling: Vec<_> = lines
        .iter()
        .filter(|line| line.contains(MARK) || line.contains("192.0.2.") || line.contains('@'))
        .collect();
    assert!(telling.is_empty(), "{telling:#?}");
    let events: BTreeSet<String> = lines.iter().map(|line| message_of(line)).collect();
    for event in [
        "batch taken in",
        "batch known already",
        "delivery refused",
        "job claimed",
        "register loaded",
        "chunk written",
        "batch closed",
        "job finished",
        "mail not handed over",
        "round of distribution",
        "started",
        "request",
        "stopped",
    ] {
        assert!(events.contains(event), "`{event}` is not among {events:?}");
    }
    check_guide(&events);
}

/// Every event is in the guide.
fn check_guide(events: &BTreeSet<String>) {
    let guide = include_str!("../../../../docs/observe.md");
    let unknown: Vec<_> = events
        .iter()
        .filter(|event| !guide.contains(&format!("`{event}`")))
        .collect();
    assert!(unknown.is_empty(), "not in docs/observe.md: {unknown:?}");
}

#[test]
fn every_event_that_the_code_can_log_is_in_the_guide() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut events = BTreeSet::new();
    let mut folders = vec![crates];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                events.extend(events_in(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(events.len() > 30, "{events:?}");
    check_guide(&events);
}

/// The name of an event is the last text of its macro.
fn events_in(source: &str) -> Vec<String> {
    let source = source.replace("env!(\"CARGO_PKG_VERSION\")", "");
    let mut found = Vec::new();
    for start in ["error!(", "warn!(", "info!(", "debug!(", "trace!("] {
        for call in source.split(&format!("tracing::{start}")).skip(1) {
            let ends = ["\")", "\"\n"].iter().filter_map(|end| call.find(end));
            let call = &call[..ends.min().unwrap_or(0)];
            let name = call.rsplit('"').next().unwrap_or_default();
            // One that is put together names its parts elsewhere.
            if !name.is_empty() && !name.contains('{') {
                found.push(name.to_owned());
            }
        }
    }
    found
}
