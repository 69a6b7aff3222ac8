//! Credentials are masked before anything is written.

use std::fs;
use std::path::Path;

use testkit::{Desk, Engine, RegisterBuilder, Report, TestStore, both_engines};

use crate::checks::{queued, told};

const SECRETS: [&str; 4] = [
    "Zomer-2026-geheim!",
    "s3cr3t-t0ken-of-anna",
    "aad3b435b51404eeaad3b435",
    "Welkom01-detail",
];

fn credentials() -> Report {
    Report::new("compromised_account")
        .row(&[
            ("email", "anna@bakery.example"),
            ("service", "https://mail.bakery.example/login"),
            ("source_url", "https://mail.bakery.example/login?user=anna"),
            ("username", SECRETS[1]),
            ("detail", SECRETS[3]),
        ])
        // A column that nobody knew of is masked too in such a report.
        .column("brand_new_column", SECRETS[0])
}

fn brute_force() -> Report {
    Report::new("event4_honeypot_brute_force")
        .row(&[
            ("src_ip", "192.0.2.9"),
            ("src_port", "51515"),
            ("dst_port", "22"),
            ("protocol", "tcp"),
            ("username", "root"),
            ("password", SECRETS[0]),
        ])
        .column("session_token", SECRETS[1])
        .column("ntlm", SECRETS[2])
}

fn register() -> RegisterBuilder {
    RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "domain", "bakery.example")
        .asset("bakery", "prefix", "192.0.2.0/24")
}

fn credentials_are_in_no_file_no_row_and_no_mail(test: &TestStore) {
    let desk = Desk::of(test);
    desk.import(&register());
    desk.report(&credentials());
    desk.report(&brute_force());
    desk.work();
    assert_eq!(
        (told(&desk).as_str(), queued(&desk).as_str()),
        ("bakery 2", "")
    );
    for secret in SECRETS {
        let mut found = Vec::new();
        grep(test.folder(), secret.as_bytes(), &mut found);
        assert_eq!(found, Vec::<String>::new(), "{secret}");
        for mail in desk.mails() {
            assert!(!mail.body.contains(secret), "{secret} is in a mail");
            for (name, bytes) in &mail.attachments {
                assert!(
                    !String::from_utf8_lossy(bytes).contains(secret),
                    "{secret} is in {name}"
                );
            }
        }
        let sql = format!("SELECT COUNT(*) FROM observation WHERE evidence LIKE '%{secret}%'");
        assert_eq!(test.count(&sql), 0, "{secret}");
    }
    if test.engine() == Engine::Embedded {
        // The search itself finds what is there.
        let mut found = Vec::new();
        grep(test.folder(), b"root", &mut found);
        assert!(
            found.iter().any(|name| name.contains("seinpost.db")),
            "{found:?}"
        );
    }
}

fn the_original_is_known_again_although_only_the_masked_form_is_kept(test: &TestStore) {
    let desk = Desk::of(test);
    desk.report(&brute_force());
    let other = Report::new("event4_honeypot_brute_force").row(&[
        ("src_ip", "192.0.2.9"),
        ("password", "Zo-another-one-g!"),
        ("src_port", "51515"),
    ]);
    desk.report(&other);
    let taken = desk.gather(&brute_force().file_name(), brute_force().text());
    assert!(
        matches!(
            taken[0].outcome,
            pipeline::gather::Outcome::Duplicate { .. }
        ),
        "{taken:?}"
    );
    desk.work();
}

/// Names of the files below a folder that hold these bytes, also when they are compressed.
fn grep(folder: &Path, wanted: &[u8], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            grep(&path, wanted, found);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let unpacked = zstd::stream::decode_all(&bytes[..]).unwrap_or_default();
        let holds = |bytes: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        if holds(&bytes) || holds(&unpacked) {
            found.push(path.display().to_string());
        }
    }
}

both_engines!(
    credentials_are_in_no_file_no_row_and_no_mail,
    the_original_is_known_again_although_only_the_masked_form_is_kept,
);
