//! `seinpost import`: the party register from files.
//!
//! Good rows go in, in one transaction; bad ones are listed with everything that is wrong with them.

mod keys;

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;
use formats::register::{
    AsnReader, AsnRow, AssetRow, ContactRow, NetworkRow, OrganisationRow, RegisterRow,
};
use model::{Prefix, RowIssue, Timestamp};
use serde::Serialize;
use store::{
    CLOSED_NAMED_MAX, RegisterChange, RegisterCounts, Store, StoreError, TransientError, Tx,
};

use crate::lifecycle::Missing;
use crate::output::{Table, counted, thousands};
use crate::problem::wrong;
use crate::progress::ProgressLine;
use crate::session::{Answer, Session, actor};

const EXAMPLES: &str = "\
Examples:
  seinpost import organisations organisations.csv
  seinpost import contacts contacts.csv --dry-run
  seinpost import assets - < assets.csv
  seinpost import networks networks.csv --replace
  seinpost import keys keys.csv

Columns, found by their names in the first line, in any order (* needed):
  organisations  organisation*, name*, kvk, sector, legal_class, legal_class_from, language
  contacts       organisation*, role*, email*, severities, language, reader
  assets         organisation*, kind* (address, prefix, range, asn, domain, host, url or
                 e-mail-domain), value*, valid_from, valid_until
  networks       prefix*, holder*, abuse_email*
  keys           organisation*, email*, key* (an armoured OpenPGP certificate), fingerprint
  asn            no header: prefix, tab, AS number, and perhaps a tab and a country

Rows that are there are brought up to date, new ones added, absent ones stay; --replace closes
those that the file does not have, but never keys, nor what organisations made themselves. A file
without rows replaces nothing. Exit code 1 when some rows were bad; the good ones are in.";

/// Bring organisations, their contacts and assets, networks or the AS table into the register
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Import {
    /// What the rows are
    what: RegisterKind,
    /// CSV file, or `-` for standard input
    file: PathBuf,
    /// Close what the file does not have
    #[arg(long)]
    replace: bool,
    /// Say what would happen, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Rows of a file after which it is said how many were read.
const READ_AT_ONCE: u64 = 10_000;

/// The files that make the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RegisterKind {
    /// Who they are
    Organisations,
    /// Where they read messages
    Contacts,
    /// What is theirs
    Assets,
    /// Who runs address blocks, for owners who did not register
    Networks,
    /// Which AS number announces which prefix
    Asn,
    /// What mails to contacts are encrypted with
    Keys,
}

impl RegisterKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Contacts => "contacts",
            Self::Assets => "assets",
            Self::Networks => "networks",
            Self::Asn => "asn",
            Self::Keys => "keys",
        }
    }
}

impl Import {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        let store = session.open_store(Missing::Make)?;
        let input = open(&self.file)?;
        let progress = ProgressLine::new(session.quiet);
        let mode = Mode {
            replace: self.replace,
            dry_run: self.dry_run,
            now: session.now(),
            progress: Some(&progress),
        };
        let mut notes = Vec::new();
        let imported = import(&store, self.what, input, &mode, |text| notes.push(text));
        progress.end();
        for note in notes {
            session.note(&note);
        }
        let imported = imported.with_context(|| {
            format!(
                "cannot import {} from {}",
                self.what.as_str(),
                place(&self.file)
            )
        })?;
        print(session, self.what, &mode, &imported)?;
        Ok(Answer::done_if(imported.issues.is_empty()))
    }
}

/// How an import goes.
pub(crate) struct Mode<'p> {
    /// Close what the file does not have.
    pub(crate) replace: bool,
    /// Change nothing.
    pub(crate) dry_run: bool,
    /// When it happens.
    pub(crate) now: Timestamp,
    /// Where it says how far it is.
    pub(crate) progress: Option<&'p ProgressLine>,
}

impl Mode<'_> {
    fn say(&self, text: String) {
        if let Some(progress) = self.progress {
            progress.say(text);
        }
    }
}

/// What an import did.
pub(crate) struct Imported {
    /// Rows by what became of them.
    pub(crate) counts: RegisterCounts,
    /// What is wrong with the others.
    pub(crate) issues: Vec<RowIssue>,
    /// Nothing was closed although that was asked for: a bad row may stand for what would be closed.
    pub(crate) closing_skipped: bool,
    /// The first of those that were closed, at most [`CLOSED_NAMED_MAX`].
    pub(crate) closed_first: Vec<String>,
}

/// Reads a file of the register and brings its good rows in, in one transaction with its consequences.
pub(crate) fn import(
    store: &Store,
    what: RegisterKind,
    input: impl Read,
    mode: &Mode<'_>,
    note: impl FnMut(String),
) -> anyhow::Result<Imported> {
    match what {
        RegisterKind::Organisations => {
            import_rows::<OrganisationRow>(store, what, input, mode, note)
        }
        RegisterKind::Contacts => import_rows::<ContactRow>(store, what, input, mode, note),
        RegisterKind::Assets => import_rows::<AssetRow>(store, what, input, mode, note),
        RegisterKind::Networks => import_rows::<NetworkRow>(store, what, input, mode, note),
        RegisterKind::Asn => {
            let file = FileRows::collect(AsnReader::new(input), mode);
            file.bring_in(store, what, mode, |tx, file| put_as_table(tx, file, mode))
        }
        RegisterKind::Keys => keys::import_keys(store, input, mode, note),
    }
}

fn import_rows<T: Importable>(
    store: &Store,
    what: RegisterKind,
    input: impl Read,
    mode: &Mode<'_>,
    note: impl FnMut(String),
) -> anyhow::Result<Imported> {
    let file = read::<T>(input, mode, note)?;
    file.bring_in(store, what, mode, |tx, file| file.put(tx, mode))
}

/// A row of the register, and where it goes.
trait Importable: RegisterRow {
    fn put(&self, import: &mut store::Import<'_, '_>) -> Result<RegisterChange, StoreError>;
    fn close_absent(import: &mut store::Import<'_, '_>) -> Result<(), StoreError>;

    /// Where there are many, there may be a faster way.
    fn put_all(
        rows: &[&Self],
        import: &mut store::Import<'_, '_>,
    ) -> Result<Vec<RegisterChange>, StoreError> {
        rows.iter().map(|row| row.put(import)).collect()
    }
}

impl Importable for OrganisationRow {
    fn put(&self, import: &mut store::Import<'_, '_>) -> Result<RegisterChange, StoreError> {
        import.organisation(self)
    }

    fn close_absent(import: &mut store::Import<'_, '_>) -> Result<(), StoreError> {
        import.close_absent_organisations()
    }

    fn put_all(
        rows: &[&Self],
        import: &mut store::Import<'_, '_>,
    ) -> Result<Vec<RegisterChange>, StoreError> {
        import.organisations(rows)
    }
}

impl Importable for ContactRow {
    fn put(&self, import: &mut store::Import<'_, '_>) -> Result<RegisterChange, StoreError> {
        import.contact(self)
    }

    fn close_absent(import: &mut store::Import<'_, '_>) -> Result<(), StoreError> {
        import.close_absent_contacts()
    }

    fn put_all(
        rows: &[&Self],
        import: &mut store::Import<'_, '_>,
    ) -> Result<Vec<RegisterChange>, StoreError> {
        import.contacts(rows)
    }
}

impl Importable for AssetRow {
    fn put(&self, import: &mut store::Import<'_, '_>) -> Result<RegisterChange, StoreError> {
        import.asset(self)
    }

    fn close_absent(import: &mut store::Import<'_, '_>) -> Result<(), StoreError> {
        import.close_absent_assets()
    }

    fn put_all(
        rows: &[&Self],
        import: &mut store::Import<'_, '_>,
    ) -> Result<Vec<RegisterChange>, StoreError> {
        import.assets(rows)
    }
}

impl Importable for NetworkRow {
    fn put(&self, import: &mut store::Import<'_, '_>) -> Result<RegisterChange, StoreError> {
        import.network(self)
    }

    fn close_absent(import: &mut store::Import<'_, '_>) -> Result<(), StoreError> {
        import.close_absent_networks()
    }
}

/// The rows of a file, good and bad.
struct FileRows<T> {
    rows: Vec<(u64, T)>,
    issues: Vec<RowIssue>,
}

fn read<T: RegisterRow>(
    input: impl Read,
    mode: &Mode<'_>,
    mut note: impl FnMut(String),
) -> anyhow::Result<FileRows<T>> {
    let reader = formats::register::read::<T, _>(input).map_err(|error| {
        wrong(error.to_string()).hint("`seinpost import --help` lists the columns of each file")
    })?;
    let ignored = reader
        .ignored_columns()
        .iter()
        .map(|name| model::shown(name))
        .collect::<Vec<_>>();
    if !ignored.is_empty() {
        note(format!("not read: {}", ignored.join(", ")));
    }
    Ok(FileRows::collect(reader, mode))
}

impl<T> FileRows<T> {
    fn collect(
        reader: impl Iterator<Item = Result<(u64, T), Vec<RowIssue>>>,
        mode: &Mode<'_>,
    ) -> Self {
        let mut file = Self {
            rows: Vec::new(),
            issues: Vec::new(),
        };
        for (row, read) in reader.zip(1_u64..) {
            if read.is_multiple_of(READ_AT_ONCE) {
                mode.say(format!("{} read", counted(read, "row")));
            }
            match row {
                Ok(row) => file.rows.push(row),
                Err(issues) => file.issues.extend(issues),
            }
        }
        file
    }

    /// Runs `put` in a transaction with its consequences: a new version of the register, the work that follows from
    /// it, and the audit record. A file without a row replaces nothing.
    fn bring_in(
        &self,
        store: &Store,
        what: RegisterKind,
        mode: &Mode<'_>,
        put: impl Fn(&mut Tx<'_>, &Self) -> Result<Imported, StoreError>,
    ) -> anyhow::Result<Imported> {
        // More likely a file that was not filled than a register that ends.
        if mode.replace && self.rows.is_empty() && self.issues.is_empty() {
            return Err(wrong("the file has no rows, so --replace would close everything")
                .hint("see whether whatever wrote the file came to its end; without --replace nothing is closed")
                .into());
        }
        let rows = counted(self.rows.len() as i64, "row");
        mode.say(format!("bringing {rows} into the register"));
        let done = store.write(|tx| {
            let imported = put(tx, self)?;
            if mode.dry_run {
                return Err(Stopped::DryRun(Box::new(imported)));
            }
            // A key changes how a mail goes, not who gets it.
            if imported.counts.any_change() && what != RegisterKind::Keys {
                tx.announce_register(mode.now)?;
            }
            let detail = format!(
                "{}, {} bad",
                in_words(&imported.counts),
                imported.issues.len()
            );
            tx.record(mode.now, &actor(), "import", what.as_str(), &detail)?;
            Ok(imported)
        });
        match done {
            Ok(imported) => Ok(imported),
            Err(Stopped::DryRun(imported)) => Ok(*imported),
            Err(Stopped::Store(error)) => Err(error.into()),
        }
    }
}

impl<T: Importable> FileRows<T> {
    fn put(&self, tx: &mut Tx<'_>, mode: &Mode<'_>) -> Result<Imported, StoreError> {
        let mut issues = self.issues.clone();
        let mut import = tx.import(mode.now);
        let rows: Vec<&T> = self.rows.iter().map(|(_, row)| row).collect();
        let changes = T::put_all(&rows, &mut import)?;
        for ((line, row), change) in self.rows.iter().zip(changes) {
            if change == RegisterChange::UnknownOrganisation {
                let key = row.to_fields().into_iter().next().unwrap_or_default();
                issues.push(unknown_organisation(*line, &key));
            }
        }
        issues.sort_by_key(|issue| issue.line);
        // A row that cannot be read may be the new spelling of what would be closed.
        let closing_skipped = mode.replace && !issues.is_empty();
        if mode.replace && !closing_skipped {
            T::close_absent(&mut import)?;
        }
        Ok(Imported {
            counts: import.counts(),
            closed_first: import.closed_first().to_vec(),
            issues,
            closing_skipped,
        })
    }
}

fn unknown_organisation(line: u64, key: &str) -> RowIssue {
    let reason = format!(
        "no organisation `{}` is in the register; import organisations first",
        model::shown(key)
    );
    RowIssue::quarantined(line, "organisation", "unknown-organisation", reason)
}

/// The AS table is one whole: what is there is compared first, so that a file that says nothing new changes nothing.
fn put_as_table(
    tx: &mut Tx<'_>,
    file: &FileRows<AsnRow>,
    mode: &Mode<'_>,
) -> Result<Imported, StoreError> {
    let mut held: HashMap<Prefix, AsnRow> = HashMap::new();
    tx.each_as_prefix(|row| {
        held.insert(row.prefix, row);
    })?;
    let closing_skipped = mode.replace && !file.issues.is_empty();
    // The last line about a prefix holds.
    let wanted: HashMap<Prefix, &AsnRow> =
        file.rows.iter().map(|(_, row)| (row.prefix, row)).collect();
    let mut counts = RegisterCounts::default();
    for (prefix, row) in &wanted {
        match held.get(prefix) {
            None => counts.added += 1,
            Some(known) if known == *row => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    let mut import = tx.import(mode.now);
    let mut closed_first = Vec::new();
    if mode.replace && !closing_skipped {
        let mut absent: Vec<Prefix> = held.keys().copied().collect();
        absent.retain(|prefix| !wanted.contains_key(prefix));
        absent.sort_unstable();
        counts.closed = absent.len() as u64;
        let first = absent.iter().take(CLOSED_NAMED_MAX);
        closed_first = first.map(ToString::to_string).collect();
        if counts.closed > 0 {
            import.clear_as_table()?;
            held.clear();
        }
    }
    for (prefix, row) in wanted {
        if held.get(&prefix) != Some(row) {
            import.as_prefix(row)?;
        }
    }
    Ok(Imported {
        counts,
        issues: file.issues.clone(),
        closing_skipped,
        closed_first,
    })
}

/// Why a transaction of an import was not committed.
enum Stopped {
    /// Nothing was to be changed; this is what would have been.
    DryRun(Box<Imported>),
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl TransientError for Stopped {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

fn place(file: &Path) -> String {
    match file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => format!("`{}`", file.display()),
    }
}

fn open(file: &Path) -> anyhow::Result<Box<dyn Read>> {
    if file.to_str() == Some("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let opened =
        fs::File::open(file).with_context(|| wrong(format!("cannot open `{}`", file.display())))?;
    if opened.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(wrong(format!(
            "`{}` is a folder; a file is expected",
            file.display()
        ))
        .into());
    }
    Ok(Box::new(opened))
}

#[derive(Serialize)]
struct ImportView<'i> {
    what: &'static str,
    dry_run: bool,
    added: u64,
    changed: u64,
    unchanged: u64,
    closed: u64,
    closing_skipped: bool,
    closed_first: &'i [String],
    bad: Vec<IssueView<'i>>,
}

#[derive(Serialize)]
struct IssueView<'i> {
    line: u64,
    field: &'i str,
    code: &'i str,
    reason: &'i str,
}

fn print(
    session: &mut Session,
    what: RegisterKind,
    mode: &Mode<'_>,
    imported: &Imported,
) -> anyhow::Result<()> {
    let Imported {
        counts,
        issues,
        closing_skipped,
        closed_first,
    } = imported;
    if session.json {
        let bad = issues.iter().map(|issue| IssueView {
            line: issue.line,
            field: &issue.field,
            code: issue.code,
            reason: &issue.reason,
        });
        session.out.json(&ImportView {
            what: what.as_str(),
            dry_run: mode.dry_run,
            added: counts.added,
            changed: counts.changed,
            unchanged: counts.unchanged,
            closed: counts.closed,
            closing_skipped: *closing_skipped,
            closed_first,
            bad: bad.collect(),
        })?;
        return Ok(());
    }
    let would = if mode.dry_run {
        " (nothing was changed: --dry-run)"
    } else {
        ""
    };
    writeln!(
        session.out,
        "{}: {}{would}",
        what.as_str(),
        in_words(counts)
    )?;
    if mode.dry_run && !closed_first.is_empty() {
        let count = thousands(counts.closed);
        writeln!(
            session.out,
            "\n{} of {count} that would be closed:",
            closed_first.len()
        )?;
        for name in closed_first {
            writeln!(session.out, "  {}", model::shown(name))?;
        }
    }
    if issues.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<u64> = issues.iter().map(|issue| issue.line).collect();
    lines.dedup();
    writeln!(
        session.out,
        "\n{} not taken in:",
        counted(lines.len() as i64, "row")
    )?;
    let mut table = Table::new(["line", "field", "reason"]);
    for issue in issues {
        let line = if issue.line == 0 {
            "-".to_owned()
        } else {
            issue.line.to_string()
        };
        table.row([line, issue.field.clone(), issue.reason.clone()]);
    }
    table.write(&mut session.out, "  ")?;
    if *closing_skipped {
        writeln!(
            session.out,
            "\nNothing was closed: a bad row may stand for what would be. Repair the rows and import again."
        )?;
    }
    Ok(())
}

fn in_words(counts: &RegisterCounts) -> String {
    let RegisterCounts {
        added,
        changed,
        unchanged,
        closed,
    } = *counts;
    let [added, changed, unchanged, closed] = [added, changed, unchanged, closed].map(thousands);
    format!("{added} added, {changed} changed, {unchanged} unchanged, {closed} closed")
}
