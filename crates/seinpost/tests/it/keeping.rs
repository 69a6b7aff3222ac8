//! Backup, verify, restore and check, with the program itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use store::Store;
use testkit::{Desk, Engine, RegisterBuilder, Report, TestStore, mails_in};

/// The program on a data folder, in the test profile, with the clock of the tests.
pub(crate) fn seinpost(data: &Path, store: Option<&str>, arguments: &[&str]) -> Output {
    command(data, store, arguments).output().unwrap()
}

pub(crate) fn command(data: &Path, store: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seinpost"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SEINPOST_") {
            command.env_remove(name);
        }
    }
    command
        .args(["--profile", "test", "--now", testkit::NOW, "--data"])
        .arg(data);
    if let Some(store) = store {
        command.args(["--store", store]);
    }
    command.args(arguments);
    command
}

/// Runs it, and gives its answer as JSON; `code` is how it must end.
pub(crate) fn answer(data: &Path, store: Option<&str>, code: i32, arguments: &[&str]) -> Value {
    let output = seinpost(data, store, &[arguments, &["--json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {errors}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| Value::String(errors.into_owned()))
}

/// An installation with messages that are approved and wait.
pub(crate) fn installation(store: Store, data: &Path) -> Desk {
    fs::create_dir_all(data).unwrap();
    let desk = Desk::on(store, data);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/28")
        .asset("school", "prefix", "192.0.2.16/28");
    desk.import(&register);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.17", "203.0.113.9"]));
    desk.work_without_distribution();
    desk
}

pub(crate) fn rdp(addresses: &[&str]) -> Report {
    addresses
        .iter()
        .fold(Report::new("scan_rdp"), |report, address| {
            report.row(&[("ip", address), ("port", "3389"), ("protocol", "tcp")])
        })
}

struct Place {
    folder: tempfile::TempDir,
    data: PathBuf,
    backups: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
        fs::create_dir(&data).unwrap();
        Self {
            folder,
            data,
            backups,
        }
    }

    fn embedded(&self) -> Desk {
        let store = Store::open_embedded(&self.data.join("seinpost.db")).unwrap();
        installation(store, &self.data)
    }

    fn backups(&self) -> &str {
        self.backups.to_str().unwrap()
    }
}

fn blob_in(place: &Path) -> PathBuf {
    let mut path = place.join("blobs");
    loop {
        let mut entries: Vec<_> = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        entries.retain(|path| !path.ends_with("incoming"));
        path = entries.into_iter().next().unwrap();
        if path.is_file() {
            return path;
        }
    }
}

fn wrong(answer: &Value) -> Vec<&str> {
    let checks = answer["checks"].as_array().unwrap().iter();
    let wrong = checks.filter(|check| check["wrong"] != 0);
    wrong.map(|check| check["name"].as_str().unwrap()).collect()
}

#[test]
fn a_backup_holds_all_and_a_next_one_copies_only_what_is_new() {
    let place = Place::new();
    let desk = place.embedded();
    fs::write(
        place.data.join("seinpost.toml"),
        "[limits]\nmax-age-days = 40\n",
    )
    .unwrap();
    let first = answer(&place.data, None, 0, &["backup", place.backups()]);
    assert_eq!(
        (&first["blobs"], &first["blobs_copied"]),
        (&1.into(), &1.into())
    );
    desk.report(&rdp(&["192.0.2.2"]));
    desk.work_without_distribution();
    let second = answer(&place.data, None, 0, &["backup", place.backups()]);
    assert_eq!(
        (&second["blobs"], &second["blobs_copied"]),
        (&2.into(), &1.into())
    );
    assert_ne!(first["folder"], second["folder"]);
    for folder in [&first["folder"], &second["folder"]] {
        let verified = answer(
            &place.data,
            None,
            0,
            &["backup", "verify", folder.as_str().unwrap()],
        );
        assert_eq!(wrong(&verified), Vec::<&str>::new());
        assert!(
            Path::new(folder.as_str().unwrap())
                .join("seinpost.toml")
                .is_file()
        );
    }
}

#[test]
fn whatever_is_altered_in_a_backup_is_found() {
    let place = Place::new();
    place.embedded();
    let taken = answer(&place.data, None, 0, &["backup", place.backups()]);
    let folder = PathBuf::from(taken["folder"].as_str().unwrap());
    let blob = blob_in(&place.backups);
    for (path, want) in [
        (folder.join("seinpost.db"), "files"),
        (folder.join("blobs.txt"), "files"),
        (blob, "blobs"),
    ] {
        let kept = fs::read(&path).unwrap();
        let mut altered = kept.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        fs::write(&path, altered).unwrap();
        let verified = answer(&place.data, None, 1, &["backup", "verify", place.backups()]);
        assert_eq!(wrong(&verified), [want], "{}", path.display());
        fs::remove_file(&path).unwrap();
        let verified = answer(&place.data, None, 1, &["backup", "verify", place.backups()]);
        assert_eq!(wrong(&verified), [want], "{}", path.display());
        fs::write(&path, kept).unwrap();
    }
    // Without its manifest it never was a backup.
    fs::remove_file(folder.join("manifest.json")).unwrap();
    let refused = answer(&place.data, None, 1, &["backup", "verify", place.backups()]);
    assert!(
        refused.as_str().unwrap().contains("no complete backup"),
        "{refused}"
    );
}

#[test]
fn with_quiet_verify_says_nothing_but_what_is_wrong() {
    let place = Place::new();
    place.embedded();
    answer(&place.data, None, 0, &["backup", place.backups()]);
    let verify = ["backup", "verify", place.backups(), "--quiet"];
    let sound = seinpost(&place.data, None, &verify);
    assert_eq!(sound.status.code(), Some(0), "{sound:?}");
    assert_eq!((&*sound.stdout, &*sound.stderr), (&b""[..], &b""[..]));
    fs::remove_file(blob_in(&place.backups)).unwrap();
    let broken = seinpost(&place.data, None, &verify);
    assert_eq!(broken.status.code(), Some(1));
    let said = String::from_utf8(broken.stdout).unwrap();
    let lines = said.lines().filter(|line| line.starts_with("WRONG"));
    assert_eq!(lines.count(), 1, "{said}");
    assert!(!said.contains("ok "), "{said}");
}

#[test]
fn whoever_names_no_message_hears_where_they_are_listed() {
    let place = Place::new();
    place.embedded();
    let id = "NTF-2026-000099";
    for command in [
        &["queue", "show", id][..],
        &["queue", "release", id],
        &["queue", "withhold", id, "--reason", "a test"],
        &["approve", id],
        &["explain", id],
    ] {
        let refused = seinpost(&place.data, None, command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        let said = String::from_utf8(refused.stderr).unwrap();
        let want = "error: there is no message NTF-2026-000099\nhint: `seinpost queue list` names";
        assert!(said.contains(want), "{command:?}: {said}");
    }
}

#[test]
fn what_a_broken_off_backup_leaves_is_never_taken_for_one_and_goes_with_the_next() {
    let place = Place::new();
    place.embedded();
    let taken = answer(&place.data, None, 0, &["backup", place.backups()]);
    let unfinished = place.backups.join(".incomplete-2099-01-01T00-00-00Z");
    fs::create_dir(&unfinished).unwrap();
    let folder = Path::new(taken["folder"].as_str().unwrap());
    fs::copy(
        folder.join("manifest.json"),
        unfinished.join("manifest.json"),
    )
    .unwrap();
    answer(&place.data, None, 0, &["backup", "verify", place.backups()]);
    answer(&place.data, None, 0, &["backup", place.backups()]);
    assert!(!unfinished.exists());
}

#[test]
fn a_restored_installation_waits_and_what_it_repeats_is_recognised() {
    let place = Place::new();
    let desk = place.embedded();
    answer(&place.data, None, 0, &["backup", place.backups()]);
    // After the backup, and before the disk breaks: the messages go out, and new ones are made.
    desk.work();
    desk.report(&rdp(&["192.0.2.3"]));
    desk.work();
    let sent = mails_in(&place.data.join("outbox"));
    assert_eq!(sent.len(), 3);

    let restored = place.folder.path().join("restored");
    let to = restored.to_str().unwrap();
    let view = answer(
        &place.data,
        None,
        0,
        &["restore", place.backups(), "--to", to],
    );
    assert_eq!(view["messages_waiting"], 2);
    assert_eq!(
        wrong(&answer(&restored, None, 0, &["check", "--deep"])),
        Vec::<&str>::new()
    );
    let findings = |data| seinpost(data, None, &["export", "findings"]).stdout;
    assert_eq!(
        String::from_utf8(findings(&restored))
            .unwrap()
            .lines()
            .count(),
        4
    );

    let worked = answer(&restored, None, 0, &["work", "--until-idle"]);
    assert_eq!(worked["handed_over"], 0);
    let stopped = worked["distribution_stopped"].as_str().unwrap();
    assert!(
        stopped.contains("restored from the backup of 2026-11-18"),
        "{stopped}"
    );

    // The report that came after the backup is gathered again. Its message is a new one, with a new number.
    let report = rdp(&["192.0.2.3"]);
    let again = Desk::on(
        Store::open_embedded(&restored.join("seinpost.db")).unwrap(),
        &restored,
    );
    again.report(&report);
    drop(again);
    answer(&restored, None, 0, &["resume"]);
    answer(&restored, None, 0, &["work", "--until-idle"]);
    let repeated = mails_in(&restored.join("outbox"));
    assert_eq!(repeated.len(), 3);
    let ids = |mails: &[testkit::Received]| {
        let mut ids: Vec<String> = mails.iter().map(|mail| mail.message_id.clone()).collect();
        ids.sort();
        ids
    };
    let (before, after) = (ids(&sent), ids(&repeated));
    let known = after.iter().filter(|id| before.contains(id)).count();
    assert_eq!(
        known, 2,
        "the two that waited have the ids that they had; the third is another message"
    );
    let numbers: Vec<&str> = repeated
        .iter()
        .filter(|mail| mail.subject.contains("NTF-2026-1000"))
        .map(|mail| &*mail.to)
        .collect();
    assert_eq!(numbers, ["security@bakery.example"]);
}

#[test]
fn only_an_empty_folder_takes_a_restore_and_a_broken_off_one_is_run_again() {
    let place = Place::new();
    place.embedded();
    answer(&place.data, None, 0, &["backup", place.backups()]);
    let refused = answer(&place.data, None, 1, &["restore", place.backups()]);
    assert!(
        refused.as_str().unwrap().contains("is not empty"),
        "{refused}"
    );

    let restored = place.folder.path().join("restored");
    let to = restored.to_str().unwrap();
    fs::create_dir(&restored).unwrap();
    fs::write(restored.join("seinpost.db.restoring"), "half").unwrap();
    answer(
        &place.data,
        None,
        0,
        &["restore", place.backups(), "--to", to],
    );
    let left: Vec<String> = fs::read_dir(&restored)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(
        !left.iter().any(|name| name.contains("restoring")),
        "{left:?}"
    );

    let folder = answer(&place.data, None, 0, &["backup", place.backups()])["folder"].clone();
    fs::write(
        Path::new(folder.as_str().unwrap()).join("seinpost.db"),
        "altered",
    )
    .unwrap();
    let other = place.folder.path().join("other");
    let refused = answer(
        &place.data,
        None,
        2,
        &["restore", place.backups(), "--to", other.to_str().unwrap()],
    );
    assert!(refused.as_str().unwrap().contains("damaged"), "{refused}");
    assert!(!other.exists());
}

#[test]
fn a_check_that_finds_something_says_no() {
    let place = Place::new();
    place.embedded();
    assert_eq!(
        wrong(&answer(&place.data, None, 0, &["check"])),
        Vec::<&str>::new()
    );
    let blob = blob_in(&place.data);
    let content = fs::read(&blob).unwrap();
    fs::write(&blob, &content[..content.len() - 1]).unwrap();
    answer(&place.data, None, 0, &["check"]);
    assert_eq!(
        wrong(&answer(&place.data, None, 1, &["check", "--deep"])),
        ["blobs"]
    );
    let output = seinpost(&place.data, None, &["check", "--deep"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("WRONG  blobs"), "{text}");
}

/// With the tools of PostgreSQL, as the page for operators says.
#[test]
fn a_state_in_postgresql_is_backed_up_and_restored_by_its_own_tools() {
    let place = Place::new();
    let test = TestStore::empty(Engine::Postgres);
    let url = test.url().unwrap();
    let desk = installation(test.store.clone(), &place.data);
    let told = answer(&place.data, Some(url), 1, &["backup", place.backups()]);
    assert!(
        told.as_str().unwrap().contains("pg_dump --format=custom"),
        "{told}"
    );

    let dump = place.folder.path().join("state.dump");
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let file = format!("--file={}", dump.display());
    run("pg_dump", &["--format=custom", &file, url]);
    let arguments = ["backup", place.backups(), "--dump", dump.to_str().unwrap()];
    let taken = answer(&place.data, Some(url), 0, &arguments);
    let folder = Path::new(taken["folder"].as_str().unwrap());
    assert!(!dump.exists() && folder.join("seinpost.dump").is_file());
    assert_eq!(
        wrong(&answer(
            &place.data,
            Some(url),
            0,
            &["backup", "verify", place.backups()]
        )),
        Vec::<&str>::new()
    );
    desk.work();
    let sent = mails_in(&place.data.join("outbox"));
    drop(desk);

    // The server is lost: here, all that the installation had there.
    let kept = folder.join("seinpost.dump");
    test.tamper("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    let restored = place.folder.path().join("restored");
    let to = restored.to_str().unwrap();
    let arguments = ["restore", place.backups(), "--to", to];
    let refused = answer(&place.data, Some(url), 1, &arguments);
    assert!(
        refused.as_str().unwrap().contains("none of the deliveries"),
        "{refused}"
    );
    run(
        "pg_restore",
        &["--no-owner", "--dbname", url, kept.to_str().unwrap()],
    );
    let view = answer(&place.data, Some(url), 0, &arguments);
    assert_eq!(view["messages_waiting"], 2);
    assert_eq!(
        wrong(&answer(&restored, Some(url), 0, &["check", "--deep"])),
        Vec::<&str>::new()
    );
    assert_eq!(
        answer(&restored, Some(url), 0, &["work", "--until-idle"])["handed_over"],
        0
    );
    answer(&restored, Some(url), 0, &["resume"]);
    answer(&restored, Some(url), 0, &["work", "--until-idle"]);
    let ids = |mails: Vec<testkit::Received>| {
        mails
            .into_iter()
            .map(|mail| mail.message_id)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(mails_in(&restored.join("outbox"))), ids(sent));
}
