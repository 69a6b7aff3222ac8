//! Every setting, once.

use formats::container::Limits;
use pipeline::Intake;
use store::Addressing;

/// A setting.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name in the file, with its table before the point. The environment and the flags derive theirs.
    pub(crate) name: &'static str,
    /// What it is, in one line.
    pub(crate) about: &'static str,
    /// Whether its text is a path; in the file a relative one begins at the folder of the file.
    pub(crate) is_path: bool,
    /// What holds when nobody sets it; nothing where that depends on other settings.
    pub(crate) default: fn() -> Option<String>,
}

const fn key(name: &'static str, about: &'static str, default: fn() -> Option<String>) -> Key {
    Key {
        name,
        about,
        is_path: false,
        default,
    }
}

const fn path(name: &'static str, about: &'static str, default: fn() -> Option<String>) -> Key {
    Key {
        name,
        about,
        is_path: true,
        default,
    }
}

/// The list.
pub(crate) const KEYS: &[Key] = &[
    path("data", "folder of the installation", || {
        text("./seinpost-data")
    }),
    key(
        "store",
        "PostgreSQL URL; without one, a file in the data folder",
        || None,
    ),
    path(
        "store-password-file",
        "file that holds the password of the database and nothing else",
        || None,
    ),
    path(
        "store-ca-file",
        "certificate (PEM) that the database server's must come from",
        || None,
    ),
    key(
        "profile",
        "`production`, or `test` for trying out with documentation addresses",
        || text("production"),
    ),
    key(
        "now",
        "a clock that stands still, in the test profile only",
        || None,
    ),
    key(
        "listen",
        "address and port of the pages that `serve` offers",
        || text("127.0.0.1:8080"),
    ),
    key(
        "origin",
        "where people reach the pages: `https://warnings.example`; without one, the address of `listen`",
        || None,
    ),
    path(
        "skin-file",
        "style sheet of your own with design tokens, laid over the theme of the pages",
        || None,
    ),
    path(
        "providers-file",
        "file (TOML) that says by which providers of identities people sign in; docs/sign-in.md explains it",
        || None,
    ),
    key(
        "trusted-proxies",
        "networks of proxies that say in `X-Forwarded-For` for whom they ask, with commas; without them the peer counts",
        || None,
    ),
    key(
        "dns-servers",
        "addresses and ports, with commas between them, that are asked for records that prove ownership and for mail servers; without one, those of the machine",
        || None,
    ),
    path(
        "replies-folder",
        "Maildir into which the mail server delivers replies to messages; docs/answers.md explains it",
        || None,
    ),
    key(
        "trade-register-url",
        "address of the trade register, before `/v1/basisprofielen/`, from which names of applicants are filled in; without one they are typed",
        || None,
    ),
    path(
        "trade-register-key-file",
        "file that holds the key to the trade register and nothing else",
        || None,
    ),
    path(
        "trade-register-ca-file",
        "certificate (PEM) of the trade register's own authority",
        || None,
    ),
    key(
        "log",
        "what is logged to standard error, such as `info` or `pipeline=debug`",
        || None,
    ),
    key(
        "log-format",
        "`text` for people, `json` for a program: one object a line",
        || text("text"),
    ),
    key(
        "metrics-listen",
        "address and port of metrics and health, for the operator's machines only; without one there are none",
        || None,
    ),
    key(
        "blobs.url",
        "object storage for raw deliveries: `s3://bucket/prefix`; without one, a folder in the data folder",
        || None,
    ),
    key(
        "blobs.endpoint",
        "address of the object storage: `https://host:9000`",
        || None,
    ),
    key("blobs.region", "region of the bucket", || text("us-east-1")),
    key(
        "blobs.style",
        "where the bucket stands in addresses: `path`, or `virtual` for the host",
        || text(Addressing::Path),
    ),
    path(
        "blobs.ca-file",
        "certificate (PEM) of the object storage's own authority",
        || None,
    ),
    path(
        "blobs.credentials-file",
        "file with the key to the object storage; without one, AWS_ACCESS_KEY_ID and the others of the environment",
        || None,
    ),
    key(
        "blobs.orphan-hours",
        "raw deliveries that no batch names are removed when they are older",
        || text(24),
    ),
    key(
        "mail.transport",
        "`folder` writes messages as files, `smtp` hands them to a relay",
        || text("folder"),
    ),
    path(
        "mail.path",
        "folder for the messages; without one, `outbox` in the data folder",
        || None,
    ),
    key(
        "mail.url",
        "mail relay: `smtps://host:465` or `smtp://host:587`",
        || None,
    ),
    key("mail.user", "name to log in to the relay with", || None),
    path(
        "mail.password-file",
        "file that holds the password and nothing else",
        || None,
    ),
    path(
        "mail.ca-file",
        "certificate (PEM) of the relay's own authority",
        || None,
    ),
    key(
        "mail.connections",
        "connections to the relay at a time, 1 to 32",
        || text(pipeline::distribute::CONNECTIONS),
    ),
    key(
        "workers.lease-secs",
        "seconds after which what a silent worker held goes to another, 2 to 600",
        || text(store::LEASE.as_secs()),
    ),
    key(
        "mail.timeout-seconds",
        "seconds that the relay may take to answer",
        || text(pipeline::distribute::SMTP_TIMEOUT_SECS),
    ),
    key(
        "limits.chunk-rows",
        "rows that are read and written in one transaction",
        || text(pipeline::CHUNK_ROWS),
    ),
    key(
        "limits.max-age-days",
        "rows observed longer ago are quarantined",
        || text("30"),
    ),
    key(
        "limits.episode-gap-days",
        "days without a sighting after which a problem counts as gone",
        || text(rules::identity::GAP_DAYS),
    ),
    key(
        "limits.waiting-deliveries-max",
        "deliveries that may wait to be read before no more are taken in",
        || text(Intake::default().deliveries_max),
    ),
    key(
        "limits.waiting-bytes-max",
        "bytes of deliveries, unpacked, that may wait to be read",
        || text(Intake::default().bytes_max),
    ),
    key(
        "limits.free-bytes-min",
        "free bytes on the disk of the data folder below which nothing is taken in or read",
        || text(Intake::default().free_bytes_min),
    ),
    key(
        "retention.observation-days",
        "observations received longer ago are removed; without it they are kept",
        || None,
    ),
    key(
        "limits.input-bytes-max",
        "bytes that a delivery may unpack to",
        || text(Limits::default().bytes_max),
    ),
    key(
        "limits.input-ratio-max",
        "times that a delivery may grow when unpacked",
        || text(Limits::default().ratio_max),
    ),
];

fn text(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

/// The setting of that name.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// What the environment calls a setting: `mail.password-file` is `SEINPOST_MAIL_PASSWORD_FILE`.
pub(crate) fn env_name(key: &str) -> String {
    format!("SEINPOST_{}", key.replace(['.', '-'], "_").to_uppercase())
}

/// Which of `known` looks most like `name`, if any does.
pub(super) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let (steps, nearest) = known.map(|known| (distance(name, known), known)).min()?;
    (steps <= 2 + name.len() / 5).then_some(nearest)
}

/// Letters to insert, remove or replace to turn one word into the other (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    const BEGIN: &str = "<!-- table: written by a test, see CONTRIBUTING.md -->\n";
    const END: &str = "<!-- end of table -->\n";

    fn table() -> String {
        let mut table = String::from(
            "| setting | meaning | without it | variable |\n| --- | --- | --- | --- |\n",
        );
        for key in KEYS {
            let default = (key.default)().map_or(String::new(), |text| format!("`{text}`"));
            let (name, about, variable) = (key.name, key.about, env_name(key.name));
            let _ = writeln!(table, "| `{name}` | {about} | {default} | `{variable}` |");
        }
        table
    }

    /// With `UPDATE_DOCUMENTS=1` the page is written anew instead.
    #[test]
    fn the_page_about_settings_has_the_list_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (before, rest) = page.split_once(BEGIN).expect("the page has the marks");
        let (_, after) = rest.split_once(END).expect("the page has both marks");
        let want = format!("{before}{BEGIN}\n{}\n{END}{after}", table());
        if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
            std::fs::write(path, want).unwrap();
        } else {
            assert_eq!(
                page, want,
                "run UPDATE_DOCUMENTS=1 cargo test -p seinpost the_page"
            );
        }
    }

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        let known = || KEYS.iter().map(|key| key.name);
        for (name, want) in [
            ("profil", Some("profile")),
            ("mail.passwordfile", Some("mail.password-file")),
            ("limits.maxage-day", Some("limits.max-age-days")),
            ("colour-of-the-moon", None),
        ] {
            assert_eq!(nearest(name, known()), want, "{name}");
        }
    }

    #[test]
    fn environment_names_are_shouted() {
        assert_eq!(
            env_name("mail.password-file"),
            "SEINPOST_MAIL_PASSWORD_FILE"
        );
    }
}
