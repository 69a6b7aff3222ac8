//! Raw deliveries at the command line: verified, swept, and copied to object storage and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use store::{KeySource, S3Options};
use testkit::Report;
use testkit::s3::S3Server;

/// An installation with a delivery; gives the file that keeps it.
fn installation(folder: &Path) -> PathBuf {
    let report = Report::new("scan_rdp").row(&[("ip", "192.0.2.1"), ("port", "3389")]);
    fs::write(folder.join(report.file_name()), report.text()).unwrap();
    let gathered = seinpost(folder, None, &["gather", &report.file_name()]);
    assert!(gathered.status.success(), "{gathered:?}");
    let name = json(&seinpost(folder, None, &["blobs", "list", "--json"]))[0]["name"].clone();
    let name = name.as_str().unwrap();
    let blobs = folder.join("data/blobs");
    blobs.join(format!("{}/{}/{name}.zst", &name[..2], &name[2..4]))
}

/// Runs the program, with object storage in its environment if there is some.
fn seinpost(folder: &Path, storage: Option<&S3Options>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seinpost"));
    command.args(["--data", "data", "--profile", "test"]);
    command.args(arguments).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SEINPOST_") {
            command.env_remove(name);
        }
    }
    if let Some(options) = storage {
        let KeySource::Given(key) = &options.key else {
            panic!("the server gives a key");
        };
        command
            .env("SEINPOST_BLOBS_ENDPOINT", options.endpoint.to_string())
            .env("AWS_ACCESS_KEY_ID", &key.access_key)
            .env("AWS_SECRET_ACCESS_KEY", &key.secret_key);
        if let Some(ca) = &options.ca {
            fs::write(folder.join("ca.pem"), ca).unwrap();
            command.env("SEINPOST_BLOBS_CA_FILE", "ca.pem");
        }
    }
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn words(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(&[&out[..], &error[..]].concat()).into_owned()
}

#[test]
fn an_altered_delivery_is_reported_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = installation(folder.path());
    let verified = seinpost(folder.path(), None, &["blobs", "verify"]);
    assert!(verified.status.success());
    assert!(
        words(&verified).contains("1 blob as they were kept"),
        "{verified:?}"
    );
    fs::write(&path, "x").unwrap();
    let verified = seinpost(folder.path(), None, &["blobs", "verify"]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(
        words(&verified).contains("put it back from a backup"),
        "{verified:?}"
    );
    let verified = json(&seinpost(
        folder.path(),
        None,
        &["blobs", "verify", "--json"],
    ));
    assert_eq!(
        (
            &verified["whole"],
            verified["failures"].as_array().unwrap().len()
        ),
        (&0.into(), 1)
    );
}

#[test]
fn a_sweep_says_what_it_would_remove_and_removes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = installation(folder.path());
    let orphan = path.with_file_name(format!("{}.zst", "0".repeat(64)));
    fs::create_dir_all(folder.path().join("data/blobs/00/00")).unwrap();
    let orphan = folder
        .path()
        .join("data/blobs/00/00")
        .join(orphan.file_name().unwrap());
    fs::copy(&path, &orphan).unwrap();
    let two_days_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(48 * 3600);
    let file = fs::File::options().write(true).open(&orphan).unwrap();
    file.set_modified(two_days_ago).unwrap();
    let rehearsed = seinpost(folder.path(), None, &["blobs", "sweep", "--dry-run"]);
    assert!(
        words(&rehearsed).contains("would be removed: 1 blob "),
        "{rehearsed:?}"
    );
    assert!(orphan.exists());
    let swept = json(&seinpost(
        folder.path(),
        None,
        &["blobs", "sweep", "--json"],
    ));
    assert_eq!(
        (&swept["orphans"], &swept["removed"]),
        (&1.into(), &true.into())
    );
    assert!(!orphan.exists() && path.exists());
}

#[test]
fn deliveries_move_to_object_storage_and_back() {
    let Some(server) = S3Server::secured() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = installation(folder.path());
    let storage = server.options("raw");
    let run = |arguments: &[&str]| seinpost(folder.path(), Some(&storage), arguments);
    let to = ["blobs", "copy", "--to", "s3://seinpost/raw", "--json"];
    assert_eq!(json(&run(&to))["copied"], 1);
    assert_eq!(json(&run(&to))["present"], 1);
    fs::remove_file(&path).unwrap();
    assert_eq!(
        json(&run(&[
            "blobs",
            "copy",
            "--to",
            "s3://seinpost/raw",
            "--back",
            "--json"
        ]))["copied"],
        1
    );
    assert!(path.exists());
    fs::remove_file(&path).unwrap();

    // From here on the settings name the storage.
    fs::write(
        folder.path().join("data/seinpost.toml"),
        "[blobs]\nurl = \"s3://seinpost/raw\"\n",
    )
    .unwrap();
    let worked = run(&["work", "--until-idle", "--json"]);
    assert_eq!(json(&worked)["rows_accepted"], 1, "{worked:?}");
    assert!(run(&["blobs", "verify"]).status.success());

    let KeySource::Given(mut key) = storage.key.clone() else {
        panic!("the server gives a key");
    };
    key.secret_key = "hunter2".into();
    let wrong = S3Options {
        key: KeySource::Given(key),
        ..storage.clone()
    };
    let refused = seinpost(folder.path(), Some(&wrong), &["-vvv", "blobs", "verify"]);
    let text = words(&refused);
    assert_eq!(refused.status.code(), Some(2), "{text}");
    assert!(
        text.contains("403 SignatureDoesNotMatch; check the key"),
        "{text}"
    );
    assert!(
        !text.contains("hunter2") && !text.contains("Signature="),
        "{text}"
    );
}
