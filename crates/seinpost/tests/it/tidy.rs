//! Rules of the tree that no compiler checks. Each failure says which file breaks which rule.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The crates from the inside out. A crate may use those on lower steps, never one beside or above it.
const STEPS: [&[&str]; 6] = [
    &["model"],
    &["dns", "formats", "paper", "rules", "store", "trade"],
    &["message", "outgoing"],
    &["proof"],
    &["pipeline", "web"],
    &["seinpost"],
];

/// Only for tests: nobody may need it to run. It may use everything but the program.
const TEST_ONLY: &str = "testkit";

/// Foreign crates that may be used in one place only, so that nothing else can do what they do.
const RESERVED: [(&str, &[&str]); 7] = [
    ("rusqlite", &["store", "testkit"]),
    ("postgres", &["store", "testkit"]),
    ("axum", &["web", "seinpost"]),
    ("hickory-resolver", &["dns"]),
    ("krilla", &["paper"]),
    ("lettre", &["message", "pipeline"]),
    ("minijinja", &["rules", "web"]),
];

/// How long rows of a table live. See `crates/store/migrations/0001_frame.sql`.
const RETENTION_CLASSES: [&str; 7] = [
    "installation",
    "register",
    "observation",
    "finding",
    "notification",
    "job",
    "audit",
];

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize()
        .expect("the workspace is two folders up")
}

/// A text file of the tree.
struct Text {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Text {
    /// Line number and text of the lines that contain one of these.
    fn lines_with<'t>(&'t self, words: &'t [&str]) -> impl Iterator<Item = String> + 't {
        let found = self
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.map(|(index, line)| format!("{}:{}: {}", self.path, index + 1, line.trim()))
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// This file, which must spell out what it forbids.
    fn is_this(&self) -> bool {
        self.path == "crates/seinpost/tests/it/tidy.rs"
    }
}

/// Every text file that people wrote. Build output and the version control folder are not.
fn texts() -> Vec<Text> {
    let root = root();
    let mut texts = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let is_hidden = name.starts_with('.') && name != ".ci";
            // Cargo marks its output folder with this file, wherever it is and whatever it is called.
            if is_hidden || name == "Cargo.lock" || path.join("CACHEDIR.TAG").exists() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/");
                texts.push(Text { path, text });
            }
        }
    }
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(texts.iter().any(Text::is_this), "the tree was not read");
    texts
}

fn rust_files() -> impl Iterator<Item = Text> {
    texts()
        .into_iter()
        .filter(|text| text.path.ends_with(".rs") && !text.is_this())
}

/// The packages of the workspace as cargo reads them.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root());
    let output = command.output().expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    match metadata["packages"].take() {
        Value::Array(packages) => packages,
        other => panic!("packages are a list, not {other}"),
    }
}

/// Name and kind of everything that a package depends on.
fn dependencies(package: &Value) -> impl Iterator<Item = (&str, bool)> {
    let listed = package["dependencies"].as_array().into_iter().flatten();
    listed.map(|dependency| {
        (
            dependency["name"].as_str().unwrap(),
            dependency["kind"] == "dev",
        )
    })
}

fn step_of(name: &str) -> Option<usize> {
    STEPS.iter().position(|step| step.contains(&name))
}

fn check_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn crates_point_inwards_only() {
    let packages = packages();
    let names: Vec<_> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let mut broken = Vec::new();
    for (package, name) in packages.iter().zip(&names) {
        let step = match step_of(name) {
            Some(step) => step,
            None if *name == TEST_ONLY => STEPS.len() - 1,
            None => panic!("`{name}` has no step: give it one in this file and in ARCHITECTURE.md"),
        };
        for (used, is_dev) in dependencies(package).filter(|(used, _)| names.contains(used)) {
            let allowed = match step_of(used) {
                Some(lower) => lower < step,
                None => is_dev,
            };
            if !allowed {
                broken.push(format!("{name} -> {used}"));
            }
        }
    }
    check_none(
        "arrows that are not model <- dns, formats, paper, rules, store, trade <- message, outgoing <- proof <- {pipeline, web} <- seinpost",
        &broken,
    );
}

#[test]
fn what_a_crate_does_not_know_it_cannot_use() {
    let mut broken = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        for (used, is_dev) in dependencies(&package) {
            let reserved = RESERVED.iter().find(|(foreign, _)| *foreign == used);
            if reserved.is_some_and(|(_, owners)| !owners.contains(&name) && !is_dev) {
                broken.push(format!("{name} uses {used}"));
            }
        }
    }
    check_none("dependencies that another crate has to itself", &broken);
}

#[test]
fn sql_is_spoken_in_store_only() {
    const SQL: &[&str] = &[
        "SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "ALTER TABLE ",
        " ON CONFLICT ",
    ];
    // Tests may look into a store from outside, to see what a method would not show.
    let elsewhere = rust_files().filter(|text| {
        !text.is_in("crates/store")
            && !text.is_in("crates/testkit")
            && !text.path.contains("/tests/")
    });
    let broken: Vec<_> = elsewhere
        .flat_map(|text| text.lines_with(SQL).collect::<Vec<_>>())
        .collect();
    check_none("SQL outside crates/store", &broken);
}

#[test]
fn every_table_names_its_retention_class() {
    let mut broken = Vec::new();
    for text in texts()
        .iter()
        .filter(|text| text.is_in("crates/store/migrations"))
    {
        let mut comment = String::new();
        for line in text.text.lines() {
            if let Some(words) = line.strip_prefix("--") {
                comment.push_str(words);
            } else if let Some(table) = line.strip_prefix("CREATE TABLE ") {
                let named = comment
                    .split_once("Retention class:")
                    .map(|(_, class)| class.trim().trim_end_matches('.'));
                if !named.is_some_and(|class| RETENTION_CLASSES.contains(&class)) {
                    broken.push(format!("{}: {table}", text.path));
                }
                comment.clear();
            } else {
                comment.clear();
            }
        }
    }
    check_none(
        "tables whose comment does not end with `Retention class: ` and one that exists",
        &broken,
    );
}

#[test]
fn migrations_are_numbered_and_none_is_forgotten() {
    let all = texts();
    let list = all
        .iter()
        .find(|text| text.path == "crates/store/src/migrate.rs")
        .expect("the list of migrations");
    let files = all
        .iter()
        .filter_map(|text| text.path.strip_prefix("crates/store/migrations/"));
    for (index, file) in files.enumerate() {
        assert!(
            file.starts_with(&format!("{:04}_", index + 1)),
            "`{file}` is not number {}",
            index + 1
        );
        assert!(
            list.text.contains(&format!("migrations/{file}")),
            "`{file}` is not in migrate.rs"
        );
    }
}

#[test]
fn nothing_unfinished_is_left_behind() {
    const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", "TODO", "FIXME"];
    let broken: Vec<_> = rust_files()
        .flat_map(|text| text.lines_with(UNFINISHED).collect::<Vec<_>>())
        .collect();
    check_none("unfinished code", &broken);
}

#[test]
fn no_file_names_a_place_on_somebodys_machine() {
    const PLACES: &[&str] = &["~root/", "/home/", "/Users/", "C:\\Users"];
    // Advice, and the mails with it, name places on the machine of its reader.
    let is_advice =
        |text: &Text| text.is_in("crates/rules/catalogue") || text.path.ends_with(".snap");
    let ours = texts()
        .into_iter()
        .filter(|text| !text.is_this() && !is_advice(text));
    let broken: Vec<_> = ours
        .flat_map(|text| text.lines_with(PLACES).collect::<Vec<_>>())
        .collect();
    check_none("paths of one machine", &broken);
}

#[test]
fn every_crate_begins_with_what_it_is_for() {
    let broken: Vec<_> = rust_files()
        .filter(|text| text.path.ends_with("/src/lib.rs") || text.path.ends_with("/src/main.rs"))
        .filter(|text| {
            text.text
                .lines()
                .next()
                .is_none_or(|line| !line.starts_with("//! ") || line.len() < 20)
        })
        .map(|text| text.path)
        .collect();
    check_none("crates without a module doc", &broken);
}

#[test]
fn decision_records_are_numbered_dated_and_complete() {
    const PARTS: [&str; 6] = [
        "- Status: ",
        "- Date: 20",
        "## Context",
        "## Decision",
        "## Cost",
        "## What would change our mind",
    ];
    let all = texts();
    let records: Vec<_> = all
        .iter()
        .filter_map(|text| Some((text.path.strip_prefix("docs/adr/")?, &text.text)))
        .collect();
    assert!(!records.is_empty(), "there are no decision records");
    for (index, (name, text)) in records.iter().enumerate() {
        let number = format!("{:04}", index + 1);
        let slug = name
            .strip_prefix(&format!("{number}-"))
            .and_then(|rest| rest.strip_suffix(".md"));
        let is_kebab = |slug: &str| {
            slug.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        assert!(
            slug.is_some_and(is_kebab),
            "`{name}` should be called `{number}-kebab-case.md`"
        );
        assert!(
            text.starts_with(&format!("# {number}: ")),
            "`{name}` should begin with `# {number}: `"
        );
        for part in PARTS {
            assert!(
                text.contains(&format!("\n{part}")),
                "`{name}` has no line that begins with `{part}`"
            );
        }
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for text in texts().iter().filter(|text| text.path.ends_with(".md")) {
        let folder = root().join(&text.path).parent().unwrap().to_owned();
        for link in text
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            let is_foreign =
                target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !is_foreign && !folder.join(target).exists() {
                broken.push(format!("{}: {link}", text.path));
            }
        }
    }
    check_none("links to files that are not there", &broken);
}
