//! Where an installation ended: everything that must be the same however often it was killed on the way.
//!
//! What may differ is taken out: numbers that an engine skips when a transaction is lost, ids made of them and of the
//! secret of the installation, and the time of day, as every kill costs time.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::Value;
use testkit::{Engine, Received, mails_in};

use crate::program::Installation;

/// Lines by what they are about, sorted.
pub(crate) struct End(BTreeMap<&'static str, Vec<String>>);

impl End {
    /// Reads it with the exports of the program, and from the tables what no export shows.
    pub(crate) fn of(installation: &Installation) -> Self {
        let mut end = Self(BTreeMap::new());
        let findings = export(installation, "findings");
        let names = Names(
            findings
                .iter()
                .map(|row| {
                    let cells = ["threat", "endpoint", "identifier"].map(|name| text(row, name));
                    (text(row, "finding"), cells.join(" "))
                })
                .collect(),
        );
        for what in ["findings", "matches", "notifications"] {
            let rows = export(installation, what);
            end.put(
                what,
                rows.iter().map(|row| names.replaced(&cells(row))).collect(),
            );
        }
        let status = installation.status();
        assert_eq!(status["difference"], 0, "the balance: {status}");
        assert_eq!(status["broken_audit_row"], Value::Null);
        end.put(
            "status",
            status.to_string().split(",\"").map(str::to_owned).collect(),
        );
        for (what, sql) in tables(installation.place.engine()) {
            end.put(
                what,
                installation
                    .place
                    .texts(&sql)
                    .iter()
                    .map(|row| without_ids(row))
                    .collect(),
            );
        }
        let blobs = files(&installation.data().join("blobs"));
        end.put(
            "blobs",
            blobs
                .into_iter()
                .filter(|name| !name.starts_with("incoming/"))
                .collect(),
        );
        let outbox = installation.outbox();
        let folder = match outbox.exists() {
            true => mails_in(&outbox),
            false => Vec::new(),
        };
        end.put(
            "mails in the folder",
            folder.iter().map(|mail| names.mail(mail)).collect(),
        );
        end.put(
            "mails over SMTP",
            sent(installation)
                .iter()
                .map(|mail| names.mail(mail))
                .collect(),
        );
        end
    }

    fn put(&mut self, what: &'static str, mut lines: Vec<String>) {
        lines.sort();
        self.0.insert(what, lines);
    }

    /// The first lines in which the two differ, a few of each kind; empty when they are the same but for these kinds.
    pub(crate) fn differences(&self, other: &Self, but: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (what, lines) in &self.0 {
            let others = &other.0[what];
            if lines == others || but.contains(what) {
                continue;
            }
            found.push(format!(
                "{what}: {} lines expected, {} are there",
                lines.len(),
                others.len()
            ));
            let differing = lines
                .iter()
                .zip(others)
                .filter(|(left, right)| left != right);
            found.extend(
                differing
                    .take(3)
                    .map(|(left, right)| first_difference(left, right)),
            );
        }
        found
    }

    /// How many lines there are of a kind.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.0[what].len()
    }
}

/// Where two lines begin to differ, with a little of what is around that place.
fn first_difference(left: &str, right: &str) -> String {
    let same = left
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |line: &str| -> String {
        line.chars()
            .skip(same.saturating_sub(80))
            .take(200)
            .collect()
    };
    format!("  - ...{}\n  + ...{}", around(left), around(right))
}

/// Mails that the relay took, each once. A repeat has the bytes of the first, and is counted.
fn sent(installation: &Installation) -> Vec<Received> {
    let mut copies: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for taken in installation.relay.taken() {
        let mail = Received::parse(&taken.bytes);
        assert_eq!(
            taken.to,
            [mail.to],
            "envelope and header name different people"
        );
        copies.entry(mail.message_id).or_default().push(taken.bytes);
    }
    let repeats = installation.place.texts(
        "SELECT message_id || ' ' || CAST(SUM(repeats) + MAX(attempt) - 1 AS TEXT) FROM delivery GROUP BY message_id",
    );
    let repeats: HashMap<&str, usize> = repeats
        .iter()
        .map(|row| {
            let (id, count) = row.split_once(' ').unwrap();
            (id.trim_matches(['<', '>']), count.parse().unwrap())
        })
        .collect();
    for (id, copies) in &copies {
        assert!(
            copies.iter().all(|copy| copy == &copies[0]),
            "repeats of {id} differ"
        );
        assert!(
            copies.len() - 1 <= repeats[id.as_str()],
            "{id} arrived {} times, and {} repeats are counted",
            copies.len(),
            repeats[id.as_str()]
        );
    }
    copies
        .values()
        .map(|copies| Received::parse(&copies[0]))
        .collect()
}

/// How often mails were sent again.
pub(crate) fn repeats(installation: &Installation) -> usize {
    let taken = installation.relay.taken();
    let ids: std::collections::BTreeSet<_> = taken
        .iter()
        .map(|taken| Received::parse(&taken.bytes).message_id)
        .collect();
    taken.len() - ids.len()
}

fn export(installation: &Installation, what: &str) -> Vec<Value> {
    let lines = installation.done(&["export", what, "--json"]);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

fn cells(row: &Value) -> String {
    let cells = row.as_object().unwrap().iter();
    cells
        .map(|(name, value)| format!("{name}={value} "))
        .collect()
}

/// What findings are called instead of their ids.
struct Names(HashMap<String, String>);

impl Names {
    fn replaced(&self, line: &str) -> String {
        let mut replaced = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, id, after)) = split_at_id(rest) {
            replaced += before;
            replaced += self.0.get(id).map_or("ID", String::as_str);
            rest = after;
        }
        without_ids(&(replaced + rest))
    }

    fn mail(&self, mail: &Received) -> String {
        let attachments: Vec<String> = mail
            .attachments
            .iter()
            .map(|(name, bytes)| format!("{name}: {}", String::from_utf8_lossy(bytes)))
            .collect();
        let text = format!(
            "{} {} {}\n{}\n{}",
            mail.from,
            mail.to,
            mail.subject,
            mail.body,
            attachments.join("\n")
        );
        // Where a line is broken depends on how long a number is. Our own clock shows minutes, that of sources seconds.
        let is_time = |word: &str| {
            let word = word.trim_start_matches('(');
            word.len() == 5 && word.as_bytes()[2] == b':'
        };
        let replaced = self.replaced(&text);
        let words = replaced.split_whitespace();
        let words = words.map(|word| if is_time(word) { "TIME" } else { word });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The first thing in a text that looks like a public id.
fn split_at_id(text: &str) -> Option<(&str, &str, &str)> {
    let is_id = |text: &str| {
        text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
    };
    let starts = text.char_indices().map(|(start, _)| start);
    let mut starts = starts.filter(|start| text.get(*start..start + 36).is_some_and(is_id));
    let start = starts.next()?;
    Some((
        &text[..start],
        &text[start..start + 36],
        &text[start + 36..],
    ))
}

/// Without references and check codes of messages, and without the time of day.
fn without_ids(text: &str) -> String {
    let mut words = Vec::new();
    for word in text.split(' ') {
        let mut word = word.to_owned();
        while let Some(place) = word.find("NTF-2").filter(|place| word.len() >= place + 15) {
            word.replace_range(place..place + 15, "MESSAGE");
        }
        let starts: Vec<usize> = word.char_indices().map(|(start, _)| start).collect();
        let code = starts
            .into_iter()
            .find(|start| word.get(*start..start + 9).is_some_and(is_check_code));
        if let Some(start) = code {
            word.replace_range(start..start + 9, "CODE");
        }
        // 2026-11-18T06:00:00Z of our own clock; what sources saw is compared in the exports as it is.
        if (word.starts_with("created_at=") || word.starts_with("decided_at=")) && word.len() > 22 {
            word.truncate(22);
        }
        words.push(word);
    }
    words.join(" ")
}

/// `4P8F-MCQ9`: made with the key of the installation.
fn is_check_code(word: &str) -> bool {
    word.len() == 9
        && word.bytes().enumerate().all(|(place, byte)| match place {
            4 => byte == b'-',
            _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        })
}

/// What no export shows: events, refused rows, notices, deliveries, answers, what waits for a person.
fn tables(engine: Engine) -> [(&'static str, String); 8] {
    let hex = match engine {
        Engine::Embedded => "hex(f.endpoint)",
        Engine::Postgres => "upper(encode(f.endpoint, 'hex'))",
    };
    let finding = format!("t.slug || ' ' || {hex} || ' ' || f.identifier");
    let joined = "JOIN finding f USING (finding_no) JOIN threat t USING (threat_no)";
    [
        (
            "events",
            format!(
                "SELECT {finding} || ' ' || CAST(e.kind AS TEXT) || ' ' || CAST(e.episode AS TEXT) || ' ' || e.actor
                 || ' ' || e.text || ' ' || CAST(e.at / 86400000000 AS TEXT) FROM finding_event e {joined}"
            ),
        ),
        (
            "queue",
            format!(
                "SELECT {finding} || ' ' || CAST(q.kind AS TEXT) || ' ' || CAST(q.episode AS TEXT) || ' '
                 || CAST(q.state AS TEXT) || ' ' || q.owner || ' ' || q.reason FROM queue_item q {joined}"
            ),
        ),
        (
            "observations",
            format!(
                "SELECT {finding} || ' ' || CAST(o.observed_at AS TEXT) || ' ' || b.name || ' ' || CAST(o.line AS TEXT)
                 || ' ' || CAST(o.side AS TEXT) || ' ' || o.evidence
                 FROM observation o {joined} JOIN batch b ON b.batch_no = o.batch_no"
            ),
        ),
        (
            "batches",
            "SELECT name || ' ' || CAST(state AS TEXT) || ' ' || blob || ' ' || CAST(chunks AS TEXT) || ' '
             || CAST(rows_read AS TEXT) || ' ' || CAST(accepted AS TEXT) || ' ' || CAST(duplicate AS TEXT) || ' '
             || CAST(quarantined AS TEXT) || ' ' || CAST(refused AS TEXT) FROM batch"
                .to_owned(),
        ),
        (
            "rows that were not accepted",
            "SELECT b.name || ' ' || CAST(i.line AS TEXT) || ' ' || i.field || ' ' || i.code || ' ' || i.reason
             FROM row_issue i JOIN batch b USING (batch_no)"
                .to_owned(),
        ),
        (
            "deliveries",
            "SELECT p.reference || ' ' || d.address || ' ' || CAST(d.attempt AS TEXT) || ' ' || CAST(d.state AS TEXT)
             || ' ' || CAST(n.lines AS TEXT) || ' ' || CAST(n.severity AS TEXT)
             FROM delivery d JOIN notification n USING (notification_no) JOIN party p ON p.party_no = n.recipient_no"
                .to_owned(),
        ),
        (
            "answers",
            format!(
                "SELECT {finding} || ' ' || CAST(a.episode AS TEXT) || ' ' || CAST(a.status AS TEXT) || ' '
                 || CAST(a.version AS TEXT) FROM answer a {joined}"
            ),
        ),
        (
            "replies",
            "SELECT CAST(outcome AS TEXT) || ' ' || sender || ' ' || subject || ' ' || text FROM reply".to_owned(),
        ),
    ]
}

/// Files in a folder and in its folders, from it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found
}
