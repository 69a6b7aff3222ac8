//! The catalogue against the table of report types, and the commands for those who write and review texts.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use formats::shadowserver;
use rules::catalogue::Catalogue;

#[test]
fn every_threat_of_a_report_type_has_a_text_that_is_keyed_alike() {
    for report_type in shadowserver::types::ALL {
        for side in report_type.sides {
            let variants = side.variants.iter().map(|variant| variant.threat);
            for slug in variants.chain([side.threat]) {
                let threat = Catalogue::builtin().get(&slug.parse().unwrap());
                let keyed_by = threat.map(|threat| threat.keyed_by);
                assert_eq!(
                    keyed_by,
                    Some(Some(side.keyed_by)),
                    "{slug} of {}",
                    report_type.name
                );
            }
        }
    }
}

#[test]
fn every_text_belongs_to_a_report_type() {
    for threat in Catalogue::builtin().all() {
        let slug = threat.slug.as_str();
        let is_used = shadowserver::types::ALL.iter().any(|report_type| {
            report_type.sides.iter().any(|side| {
                side.threat == slug || side.variants.iter().any(|variant| variant.threat == slug)
            })
        });
        assert!(is_used, "{slug}");
    }
}

fn seinpost(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seinpost"));
    command
        .arg("--data")
        .arg(folder.join("data"))
        .args(arguments)
        .current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SEINPOST_") {
            command.env_remove(name);
        }
    }
    command.output().unwrap()
}

fn answer(folder: &Path, arguments: &[&str]) -> String {
    let output = seinpost(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let arguments = [arguments, &["--json"]].concat();
    serde_json::from_str(&answer(folder, &arguments)).unwrap()
}

#[test]
fn the_list_says_which_texts_must_be_reviewed_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |now, flags: &[&str]| {
        let arguments = [
            &["--profile", "test", "--now", now, "catalogue", "list"],
            flags,
        ];
        json(folder.path(), &arguments.concat())
            .as_array()
            .unwrap()
            .clone()
    };
    let (now, later) = ("2026-11-23T09:00:00Z", "2029-01-01T09:00:00Z");
    assert!(at(now, &["--expired"]).is_empty());
    assert_eq!(at(later, &["--expired"]).len(), at(now, &[]).len());
    let rdp = at(now, &[]);
    let rdp = rdp.iter().find(|row| row["slug"] == "open-rdp").unwrap();
    assert_eq!(
        (&rdp["version"], &rdp["keyed_by"]),
        (&2.into(), &"ip+port".into())
    );
    assert!(
        !folder.path().join("data").exists(),
        "no installation is made"
    );
}

#[test]
fn show_gives_the_texts_of_one_language_and_reader() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "catalogue",
        "show",
        "open-rdp",
        "--language",
        "nl",
        "--reader",
        "ciso",
    ];
    let view = json(folder.path(), &arguments);
    assert_eq!(view["texts"].as_array().unwrap().len(), 1);
    assert_eq!(view["texts"][0]["reader"], "soc");
    let all = answer(folder.path(), &["catalogue", "show", "open-rdp"]);
    assert!(
        all.contains("nl.entrepreneur") && all.contains("en.soc"),
        "{all}"
    );
    let output = seinpost(folder.path(), &["catalogue", "show", "open-something"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn check_passes_our_own_texts_and_refuses_a_bad_file_with_its_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/catalogue/open-docker.toml");
    let text = fs::read_to_string(source).unwrap();
    let file = folder.path().join("open-docker.toml");
    let file = file.to_str().unwrap();
    fs::write(file, &text).unwrap();
    assert!(answer(folder.path(), &["catalogue", "check", file]).contains("nothing is wrong"));

    fs::write(file, text.replace("steps = [", "steps = [\n\"\",")).unwrap();
    let output = seinpost(folder.path(), &["catalogue", "check", file]);
    assert_eq!(output.status.code(), Some(1));
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(
        found.contains("open-docker: version: the texts differ"),
        "{found}"
    );
    assert!(
        found.contains("open-docker: nl.soc.steps[1]: is empty"),
        "{found}"
    );

    fs::write(file, "slug = \"open-docker\"").unwrap();
    let output = seinpost(folder.path(), &["catalogue", "check", file, "missing.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(
        found.contains("missing field") && found.contains("missing.toml: file: cannot read"),
        "{found}"
    );
}

#[test]
fn preview_shows_the_whole_mail_of_a_threat_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "catalogue",
        "preview",
        "open-docker",
        "--reader",
        "soc",
        "--language",
        "en",
        "--port",
        "2375/tcp",
    ];
    let mail = json(folder.path(), &arguments);
    let body = mail["body"].as_str().unwrap();
    assert!(
        body.contains("2375/tcp") && body.contains("ATT&CK"),
        "{body}"
    );
    assert_eq!(mail["headers"]["X-Seinpost-Threat"], "open-docker");

    let arguments = ["catalogue", "preview", "malware-infection", "--lines", "60"];
    let many = json(folder.path(), &arguments);
    assert_eq!(many["attachments"].as_array().unwrap().len(), 2);
    assert_eq!(many["headers"]["X-Seinpost-Role"], "victim");

    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/catalogue/open-rdp.toml");
    let text = fs::read_to_string(source).unwrap();
    let text = text
        .replace("slug = \"open-rdp\"", "slug = \"open-new\"")
        .replace("Computer op afstand te bedienen", "Iets nieuws te bedienen");
    fs::write(folder.path().join("open-new.toml"), text).unwrap();
    let mail = answer(folder.path(), &["catalogue", "preview", "open-new.toml"]);
    assert!(mail.starts_with("Subject: ") && mail.contains("Iets nieuws te bedienen"));
}

#[test]
fn drift_of_a_source_is_listed_with_its_days() {
    let folder = tempfile::tempdir().unwrap();
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/fixtures/shadowserver/scan_rdp.csv");
    let report = fs::read_to_string(fixture).unwrap();
    let (header, rows) = report.split_once('\n').unwrap();
    let changed = format!("{},shoe_size\n", header.trim_end());
    let rows: String = rows
        .lines()
        .map(|row| format!("{},43\n", row.trim_end()))
        .collect();
    let path = folder.path().join("2026-11-18-scan_rdp-nl.csv");
    fs::write(&path, changed + &rows).unwrap();
    let now = ["--profile", "test", "--now", "2026-11-18T09:00:00Z"];
    let gather = [&now[..], &["gather", path.to_str().unwrap()]].concat();
    answer(folder.path(), &gather);

    let drift = [&now[..], &["source", "drift"]].concat();
    let rows = json(folder.path(), &drift);
    let row = rows
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["column"] == "shoe_size")
        .unwrap();
    assert_eq!(
        (&row["report_type"], &row["kind"], &row["batches"]),
        (&"scan_rdp".into(), &"new".into(), &1.into())
    );
    assert_eq!(row["first"], "2026-11-18T09:00:00Z");
    assert!(answer(folder.path(), &drift).contains("shoe_size"));
    let none = [&now[..], &["source", "drift", "--source", "nobody"]].concat();
    assert_eq!(json(folder.path(), &none), serde_json::json!([]));
}
