//! `seinpost export`: what the desk knows, as files.
//!
//! The register is a list of targets: every export leaves an audit record, made before the first row goes out.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use formats::export::csv_safe;
use formats::register::RegisterRow;
use message::match_reasons;
use message::openpgp::armored;
use model::register::ContactKeyRow;
use model::{Day, Endpoint, IdKind, Timestamp};
use serde_json::{Map, Value};
use store::{Installation, NamedFinding, NamedMatch, NamedNotification, Store, StoreError};

use super::import::RegisterKind;
use crate::lifecycle::Missing;
use crate::problem::wrong;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost export assets > assets.csv          the file that `import assets` takes
  seinpost export matches --output matches.csv
  seinpost export findings --json | head -1    one JSON object per line
  seinpost export notifications

Cells that a spreadsheet would run as a formula begin with a '. Every export is recorded.";

/// Write the register, findings, matches or notifications as CSV, or with --json as JSON lines
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    /// What to write
    what: ExportKind,
    /// File to write, instead of standard output; it appears when it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportKind {
    /// Organisations, as `import` takes them
    Organisations,
    /// Contacts, as `import` takes them
    Contacts,
    /// Assets, as `import` takes them
    Assets,
    /// Networks and their holders, as `import` takes them
    Networks,
    /// The AS table, as `import` takes it
    Asn,
    /// Keys of contacts, as `import` takes them
    Keys,
    /// The open problems
    Findings,
    /// Which asset contains which finding, and why
    Matches,
    /// Who is told what, and how far that is
    Notifications,
}

enum Content {
    Register(RegisterKind),
    Findings,
    Matches,
    Notifications,
}

impl ExportKind {
    fn content(self) -> Content {
        match self {
            Self::Organisations => Content::Register(RegisterKind::Organisations),
            Self::Contacts => Content::Register(RegisterKind::Contacts),
            Self::Assets => Content::Register(RegisterKind::Assets),
            Self::Networks => Content::Register(RegisterKind::Networks),
            Self::Asn => Content::Register(RegisterKind::Asn),
            Self::Keys => Content::Register(RegisterKind::Keys),
            Self::Findings => Content::Findings,
            Self::Matches => Content::Matches,
            Self::Notifications => Content::Notifications,
        }
    }

    fn as_str(self) -> &'static str {
        match self.content() {
            Content::Register(kind) => kind.as_str(),
            Content::Findings => "findings",
            Content::Matches => "matches",
            Content::Notifications => "notifications",
        }
    }
}

impl Export {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Refuse)?;
        let form = if session.json { "JSON" } else { "CSV" };
        let place = if self.output.is_some() {
            "a file"
        } else {
            "standard output"
        };
        let (now, what) = (session.now(), self.what.as_str());
        store
            .write(|tx| tx.record(now, &actor(), "export", what, &format!("{form} to {place}")))?;
        match &self.output {
            None => write(
                &store,
                (self.what, now.day()),
                session.json,
                &mut session.out,
            )?,
            Some(path) => write_file(&store, (self.what, now.day()), session.json, path)?,
        }
        Ok(Answer::Done)
    }
}

/// The file appears under its name when it is complete; half an export would look like a whole one.
fn write_file(
    store: &Store,
    what: (ExportKind, Day),
    json: bool,
    path: &Path,
) -> anyhow::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let cannot = || wrong(format!("cannot write `{}`", path.display()));
    let mut file = BufWriter::new(File::create(&unfinished).with_context(cannot)?);
    let written = write(store, what, json, &mut file).and_then(|()| Ok(file.flush()?));
    if let Err(error) = written {
        // Best effort: the error is what counts.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    fs::rename(&unfinished, path).with_context(cannot)
}

/// The register is written as it is on `today`.
fn write(
    store: &Store,
    (what, today): (ExportKind, Day),
    json: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let installation = store.read(|tx| tx.installation())?;
    match what.content() {
        Content::Register(kind) => write_register(store, (kind, today), json, out),
        Content::Findings => {
            let mut rows = Rows::begin(json, out, FINDING_COLUMNS)?;
            store.read(|tx| {
                tx.each_named_finding(|found| rows.row(&finding_cells(&installation, &found)))
            })?;
            rows.end()
        }
        Content::Matches => {
            let mut rows = Rows::begin(json, out, MATCH_COLUMNS)?;
            store.read(|tx| {
                tx.each_named_match(|found| rows.row(&match_cells(&installation, &found)))
            })?;
            rows.end()
        }
        Content::Notifications => {
            let mut rows = Rows::begin(json, out, NOTIFICATION_COLUMNS)?;
            store.read(|tx| {
                tx.each_named_notification(|told| {
                    rows.row(&notification_cells(&installation, &told))
                })
            })?;
            rows.end()
        }
    }
}

const FINDING_COLUMNS: &[&str] = &[
    "finding",
    "desk",
    "threat",
    "identifier",
    "endpoint",
    "role",
    "rsit",
    "severity",
    "first_seen",
    "last_seen",
    "times_seen",
    "episode",
];

fn finding_cells(installation: &Installation, found: &NamedFinding) -> Vec<String> {
    let row = &found.row;
    vec![
        public_id(installation, IdKind::Finding, row.finding_no),
        found.desk.clone(),
        found.threat.clone(),
        found.key.identifier.clone(),
        endpoint_text(&found.key.endpoint),
        row.role.to_string(),
        row.rsit.to_string(),
        row.severity.to_string(),
        row.first_seen.to_string(),
        row.last_seen.to_string(),
        row.times_seen.to_string(),
        row.episode.to_string(),
    ]
}

const MATCH_COLUMNS: &[&str] = &[
    "finding",
    "organisation",
    "asset_kind",
    "asset",
    "rank",
    "reason_nl",
    "reason_en",
];

fn match_cells(installation: &Installation, found: &NamedMatch) -> Vec<String> {
    let reasons = match_reasons(&found.asset, &found.endpoint, &found.finding);
    vec![
        public_id(installation, IdKind::Finding, found.finding.finding_no),
        found.organisation.clone(),
        found.asset.kind().to_string(),
        found.given.clone(),
        found.rank.to_string(),
        reasons.nl,
        reasons.en,
    ]
}

const NOTIFICATION_COLUMNS: &[&str] = &[
    "reference",
    "notification",
    "organisation",
    "relation",
    "threat",
    "severity",
    "tlp",
    "language",
    "reader",
    "lines",
    "state",
    "reason",
    "created_at",
    "decided_at",
    "decided_by",
];

fn notification_cells(installation: &Installation, told: &NamedNotification) -> Vec<String> {
    let notification = &told.notification;
    let key = &notification.key;
    vec![
        notification.reference(),
        public_id(
            installation,
            IdKind::Notification,
            notification.notification_no,
        ),
        told.organisation.clone(),
        key.relation.to_string(),
        told.threat.clone(),
        key.severity.to_string(),
        key.tlp.to_string(),
        key.language.to_string(),
        key.reader.to_string(),
        notification.lines.to_string(),
        notification.state.to_string(),
        notification.reason.clone(),
        notification.created_at.to_string(),
        notification
            .decided_at
            .as_ref()
            .map(Timestamp::to_string)
            .unwrap_or_default(),
        notification.decided_by.clone(),
    ]
}

fn public_id(installation: &Installation, kind: IdKind, number: i64) -> String {
    installation
        .id_key
        .public_id(kind, number as u64)
        .to_string()
}

fn endpoint_text(key: &[u8]) -> String {
    Endpoint::from_key(key).map_or_else(
        || "(not readable)".to_owned(),
        |endpoint| endpoint.to_string(),
    )
}

/// Rows on their way out, as CSV with a header or as JSON lines.
enum Rows<'w, W: Write> {
    Csv(Box<csv::Writer<&'w mut W>>),
    Json(&'w mut W, &'static [&'static str]),
}

impl<'w, W: Write> Rows<'w, W> {
    fn begin(json: bool, out: &'w mut W, columns: &'static [&'static str]) -> anyhow::Result<Self> {
        if json {
            return Ok(Self::Json(out, columns));
        }
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(columns).map_err(io::Error::from)?;
        Ok(Self::Csv(Box::new(writer)))
    }

    /// Fails with the store's error type, as it is called while the store gives its rows.
    fn row(&mut self, cells: &[String]) -> Result<(), StoreError> {
        let written = match self {
            Self::Csv(writer) => {
                let safe = cells.iter().map(|cell| csv_safe(cell));
                writer
                    .write_record(safe.map(|cell| cell.as_bytes().to_vec()))
                    .map_err(io::Error::from)
            }
            Self::Json(out, columns) => write_json_line(out, columns, cells),
        };
        written.map_err(|source| StoreError::File {
            what: "write",
            path: "the export".into(),
            source,
        })
    }

    fn end(self) -> anyhow::Result<()> {
        match self {
            Self::Csv(mut writer) => Ok(writer.flush()?),
            Self::Json(out, _) => Ok(out.flush()?),
        }
    }
}

/// Numbers stay numbers in JSON; everything else is a text.
fn write_json_line(out: &mut impl Write, columns: &[&str], cells: &[String]) -> io::Result<()> {
    const NUMBERS: &[&str] = &["rank", "times_seen", "episode", "lines"];
    let value = |column: &str, cell: &String| match cell.parse::<i64>() {
        Ok(number) if NUMBERS.contains(&column) => Value::from(number),
        _ => Value::from(cell.as_str()),
    };
    let object: Map<String, Value> = columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| ((*column).to_owned(), value(column, cell)))
        .collect();
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")
}

fn write_register(
    store: &Store,
    (kind, today): (RegisterKind, Day),
    json: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    match kind {
        RegisterKind::Organisations => {
            let rows = collected(store, |tx, rows| {
                tx.each_organisation_row(today, |row| rows.push(row))
            })?;
            write_rows(&rows, json, out)
        }
        RegisterKind::Contacts => {
            let rows = collected(store, |tx, rows| tx.each_contact_row(|row| rows.push(row)))?;
            write_rows(&rows, json, out)
        }
        RegisterKind::Assets => {
            let rows = collected(store, |tx, rows| tx.each_asset_row(|row| rows.push(row)))?;
            write_rows(&rows, json, out)
        }
        RegisterKind::Networks => {
            let rows = collected(store, |tx, rows| {
                tx.each_network(|network| rows.push(network.row))
            })?;
            write_rows(&rows, json, out)
        }
        RegisterKind::Keys => {
            let rows = collected(store, |tx, rows| {
                tx.each_contact_key(|organisation, key| {
                    rows.push(ContactKeyRow {
                        organisation,
                        email: key.email,
                        fingerprint: key.fingerprint,
                        key: armored(&key.certificate),
                    });
                })
            })?;
            write_rows(&rows, json, out)
        }
        RegisterKind::Asn => {
            let rows = collected(store, |tx, rows| tx.each_as_prefix(|row| rows.push(row)))?;
            if !json {
                formats::register::write_asn(&rows, out)?;
                return Ok(());
            }
            for row in rows {
                let country = row.country.unwrap_or_default();
                let cells = [row.prefix.to_string(), row.asn.get().to_string(), country];
                write_json_line(out, &["prefix", "asn", "country"], &cells)?;
            }
            Ok(out.flush()?)
        }
    }
}

/// All rows of a file of the register. They fit: the whole register is held in memory by every worker.
fn collected<T>(
    store: &Store,
    give: impl Fn(&mut store::Tx<'_>, &mut Vec<T>) -> Result<(), StoreError>,
) -> Result<Vec<T>, StoreError> {
    store.read(|tx| {
        let mut rows = Vec::new();
        give(tx, &mut rows)?;
        Ok(rows)
    })
}

fn write_rows<T: RegisterRow>(rows: &[T], json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if !json {
        formats::register::write::<T, _>(rows, out)?;
        return Ok(());
    }
    for row in rows {
        write_json_line(out, T::COLUMNS, &row.to_fields())?;
    }
    Ok(out.flush()?)
}
