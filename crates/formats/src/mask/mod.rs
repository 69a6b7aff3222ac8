//! Masking of secrets before anything is written: what a leak report holds must not leak once more.
//!
//! For reports about credentials a list of columns passes and everything else is masked; for all other reports the
//! columns whose name says that they hold a secret. A masked copy keeps rows, fields and line breaks, so that a line
//! number means the same in both. Rows that cannot be read are blotted out whole.

mod objects;

use std::io::{self, Read, Write};

use csv::ByteRecord;
use model::{EmailAddress, WebUrl};

use crate::records::{Record, RecordReader, raw_fields};
use crate::rows::peek;
use crate::shadowserver::{ReportType, is_about_accounts};
use crate::table::{TableError, open};

/// Characters from which on two are kept at each end instead of one.
const TWO_KEPT_FROM_CHARS: usize = 10;

/// Columns of a credential report that pass as they are, and what may stand in them.
const PASSING: &[(&str, Action)] = &[
    ("timestamp", Action::PassTime),
    ("email", Action::PassEmail),
    ("infection", Action::Pass),
    ("public_source", Action::Pass),
    ("status", Action::Pass),
    ("tag", Action::Pass),
    ("severity", Action::Pass),
    ("service", Action::Pass),
    ("source_url", Action::PassUrl),
];

/// What in the name of a column says that it holds a secret, wherever it stands.
const SECRET_STEMS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "wachtwoord",
    "secret",
    "credential",
    "apikey",
    "api_key",
    "private_key",
];

/// The same, for words that are also parts of harmless ones.
const SECRET_WORDS: &[&str] = &["pass", "pwd", "pw", "token", "pincode"];

/// Whole names that hold a secret. Fingerprints of files and certificates have longer names and are harmless.
const SECRET_NAMES: &[&str] = &["hash", "hashes", "ntlm", "nthash", "lmhash", "pin"];

/// Columns of known reports that speak about secrets without holding one.
const HARMLESS_NAMES: &[&str] = &[
    "badsecret_location",
    "badsecret_module",
    "badsecret_product",
    "badsecret_type",
    "client_can_handle_expired_passwords",
    "client_long_password",
    "has_password",
];

/// Why a masked copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum MaskError {
    /// The original has no readable header, so nothing says what may pass.
    #[error("cannot tell secret columns from others")]
    Table(#[from] TableError),
    /// The copy cannot be written.
    #[error("cannot write the copy")]
    Write(#[source] io::Error),
}

/// How a copy was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Whether anything was masked; otherwise the copy has the same bytes.
    pub masked: bool,
    /// Why reading ended before the end of the original.
    pub ended_early: Option<String>,
    /// The columns, as [`crate::rows::Rows::header`] names them in the copy. Of JSON, those of all objects, as far as
    /// one table may have so many.
    pub columns: Vec<String>,
}

/// What may hold secrets.
#[derive(Clone, Copy)]
enum Masking<'t> {
    /// As a type says, or where a column is named like a secret.
    Type(Option<&'t ReportType>),
    /// Nobody knows the type: all but listed columns, if it is about accounts.
    Unknown,
}

impl Masking<'_> {
    fn is_credential(self, columns: &[String]) -> bool {
        match self {
            Self::Type(report_type) => report_type.is_some_and(|known| known.is_credential),
            Self::Unknown => is_about_accounts(columns),
        }
    }

    /// Whether a column is one that a report about credentials is known to have.
    fn is_expected(self, column: &str) -> bool {
        let is_passing = || PASSING.iter().any(|(name, _)| *name == column);
        match self {
            Self::Type(Some(known)) => known.columns().any(|expected| expected == column),
            Self::Type(None) | Self::Unknown => is_passing(),
        }
    }

    fn plan(self, header: &[String]) -> Option<MaskPlan> {
        let is_credential = self.is_credential(header);
        let action = |column: &String| Action::for_column(column, is_credential);
        let actions: Vec<Action> = header.iter().map(action).collect();
        if actions.iter().all(|action| *action == Action::Pass) {
            return None;
        }
        let header = is_credential.then(|| self.known_names(header));
        Some(MaskPlan { actions, header })
    }

    /// Which names of columns of a report about credentials may be written. With the key columns there it is a header,
    /// and new names may pass too.
    fn known_names(self, header: &[String]) -> Vec<bool> {
        let expected = header.iter().filter(|column| self.is_expected(column));
        let is_header = expected.count() >= 2;
        let is_word = |column: &String| {
            column.len() <= 40
                && column
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte))
        };
        let may_pass = |column: &String| self.is_expected(column) || (is_header && is_word(column));
        header.iter().map(may_pass).collect()
    }
}

/// Masks a secret: two characters are kept at each end from ten characters on, one from three on, else none.
///
/// Line breaks stay, so that the lines after it keep their numbers. Masking twice changes nothing more.
pub fn masked(value: &str) -> String {
    let chars = value.chars().count();
    let kept = match chars {
        0..=2 => 0,
        3..TWO_KEPT_FROM_CHARS => 1,
        _ => 2,
    };
    let mask = |(index, character)| match character {
        '\n' | '\r' => character,
        _ if index < kept || index >= chars - kept => character,
        _ => '*',
    };
    value.chars().enumerate().map(mask).collect()
}

/// Whether the values of a column may not be kept as they are.
pub fn is_secret(column: &str, report_type: Option<&ReportType>) -> bool {
    Action::of(column, report_type) == Action::Mask
}

/// What happens to the fields of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Pass,
    /// Passes if it consists of what times are written with.
    PassTime,
    /// Passes if it is an e-mail address and nothing more: `name@x.example:password` is common in leaks.
    PassEmail,
    /// Passes without user, password and query.
    PassUrl,
    Mask,
}

impl Action {
    pub(crate) fn of(column: &str, report_type: Option<&ReportType>) -> Self {
        let is_credential = report_type.is_some_and(|report_type| report_type.is_credential);
        Self::for_column(column, is_credential)
    }

    /// What happens in a report about credentials, or in any other.
    pub(crate) fn for_column(column: &str, is_credential: bool) -> Self {
        if is_credential {
            let passing = PASSING.iter().find(|(name, _)| *name == column);
            return passing.map_or(Self::Mask, |(_, action)| *action);
        }
        match is_secret_name(column) {
            true => Self::Mask,
            false => Self::Pass,
        }
    }

    /// What is written instead of a value; nothing if the value passes as it stands.
    pub(crate) fn replacement(self, value: &[u8]) -> Option<String> {
        if self == Self::Pass {
            return None;
        }
        let text = String::from_utf8_lossy(value);
        match self {
            Self::Pass => None,
            Self::PassTime if text.len() <= 40 && text.bytes().all(is_time_byte) => None,
            Self::PassEmail if text.parse::<EmailAddress>().is_ok() => None,
            Self::PassUrl if text.trim().is_empty() => None,
            Self::PassUrl => Some(bare_url(&text).unwrap_or_else(|| masked(&text))),
            Self::PassTime | Self::PassEmail | Self::Mask => Some(masked(&text)),
        }
    }
}

fn is_secret_name(column: &str) -> bool {
    let column = column.to_lowercase();
    if HARMLESS_NAMES.contains(&column.as_str()) {
        return false;
    }
    let mut words = column.split(|character: char| !character.is_alphanumeric());
    SECRET_NAMES.contains(&column.as_str())
        || SECRET_STEMS.iter().any(|stem| column.contains(stem))
        || words.any(|word| SECRET_WORDS.contains(&word))
}

fn is_time_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || b" -:.,+TtZzUC".contains(&byte)
}

fn bare_url(text: &str) -> Option<String> {
    let url: WebUrl = text.parse().ok()?;
    let bare = url.as_str().split('?').next();
    bare.map(str::to_owned)
}

/// What happens to each column of one table.
#[derive(Clone, Debug)]
pub struct MaskPlan {
    actions: Vec<Action>,
    /// Names of columns that may be written; what else stands in a header may be a row that lost its header.
    header: Option<Vec<bool>>,
}

impl MaskPlan {
    /// The plan for a table, or nothing if its bytes may be kept as they are.
    ///
    /// The header is that of [`crate::table::TableReader::header`].
    pub fn for_table(header: &[String], report_type: Option<&ReportType>) -> Option<Self> {
        Masking::Type(report_type).plan(header)
    }

    /// A name as it may be written.
    fn name(&self, index: usize, name: &str) -> String {
        match self.may_name(index) {
            true => name.to_owned(),
            false => masked(name),
        }
    }

    fn may_name(&self, index: usize) -> bool {
        let names = self.header.as_ref();
        names.is_none_or(|names| names.get(index).copied().unwrap_or(false))
    }
}

/// Copies a table and masks what its plan says.
///
/// Lines, rows and fields stay where they are; a row that is not readable stays unreadable, and only stars are left
/// of it. Memory is bounded by the longest row.
///
/// # Errors
/// If the table has no header, or the copy cannot be written. A failure of the original is in [`Copied`].
pub fn copy_masked<R: Read, W: Write>(
    reader: R,
    writer: W,
    plan: &MaskPlan,
) -> Result<Copied, MaskError> {
    copy_planned(reader, writer, |_| Some(plan.clone()))
}

/// Copies a table or JSON objects in one pass: masked where columns and type ask for it, else byte by byte.
///
/// Rows keep their lines. Of JSON the values that hold a secret are replaced where they stand, at any depth, and an
/// object that cannot be read leaves nothing but a broken one.
///
/// # Errors
/// As [`copy_masked`].
pub fn copy_for_storage<R: Read, W: Write>(
    reader: R,
    writer: W,
    report_type: Option<&ReportType>,
) -> Result<Copied, MaskError> {
    copy(reader, writer, Masking::Type(report_type))
}

/// As [`copy_for_storage`], for a report whose type nobody knows: about accounts, only listed columns pass.
///
/// # Errors
/// As [`copy_masked`].
pub fn copy_unknown_for_storage<R: Read, W: Write>(
    reader: R,
    writer: W,
) -> Result<Copied, MaskError> {
    copy(reader, writer, Masking::Unknown)
}

fn copy<R: Read, W: Write>(
    reader: R,
    writer: W,
    masking: Masking<'_>,
) -> Result<Copied, MaskError> {
    match peek(reader) {
        (true, reader) => objects::copy(reader, writer, masking),
        (false, reader) => copy_planned(reader, writer, |header| masking.plan(header)),
    }
}

fn copy_planned<R: Read, W: Write>(
    reader: R,
    mut writer: W,
    plan_for: impl FnOnce(&[String]) -> Option<MaskPlan>,
) -> Result<Copied, MaskError> {
    let mut records = RecordReader::new(reader, b',');
    let before = records.blank_bytes_before_header();
    let opened = open(&mut records, None)?;
    let plan = plan_for(&opened.header);
    let mut copy = Copy {
        separator: opened.separator,
        line: Vec::new(),
    };
    writer.write_all(opened.mark).map_err(MaskError::Write)?;
    writer.write_all(&before).map_err(MaskError::Write)?;
    match &plan {
        None => {
            writer.write_all(records.raw()).map_err(MaskError::Write)?;
            records.copy_rest(&mut writer).map_err(MaskError::Write)?;
        }
        Some(plan) => {
            copy.header(&records, &opened.fields, plan);
            writer.write_all(&copy.line).map_err(MaskError::Write)?;
            copy.rows(&mut records, plan, &mut writer)
                .map_err(MaskError::Write)?;
        }
    }
    writer.flush().map_err(MaskError::Write)?;
    Ok(Copied {
        masked: plan.is_some(),
        ended_early: records.take_error().map(|error| error.to_string()),
        columns: match &plan {
            None => opened.header,
            Some(plan) => (0..)
                .zip(&opened.header)
                .map(|(index, name)| plan.name(index, name))
                .collect(),
        },
    })
}

/// The line that is being written.
struct Copy {
    separator: u8,
    line: Vec<u8>,
}

impl Copy {
    fn header<R: Read>(&mut self, records: &RecordReader<R>, fields: &ByteRecord, plan: &MaskPlan) {
        self.row(records.raw(), fields, |index, value| {
            (!plan.may_name(index)).then(|| masked(&String::from_utf8_lossy(value)))
        });
    }

    fn rows<R: Read, W: Write>(
        &mut self,
        records: &mut RecordReader<R>,
        plan: &MaskPlan,
        writer: &mut W,
    ) -> io::Result<()> {
        let width = plan.actions.len();
        let mut row = ByteRecord::new();
        while let Some(record) = records.advance(&mut row) {
            match record {
                Record::Blank => {
                    self.line.clear();
                    self.line.extend_from_slice(records.raw());
                }
                Record::Row if row.len() == width => {
                    self.row(records.raw(), &row, |index, value| {
                        plan.actions[index].replacement(value)
                    });
                }
                Record::Row => {
                    records.keep_first_line_only();
                    self.blot(row.len(), width, records.lines());
                }
                Record::TooLong | Record::Unclosed | Record::CutOff => {
                    self.blot(1, width, records.lines());
                }
            }
            writer.write_all(&self.line)?;
        }
        Ok(())
    }

    /// Copies one row; fields without a replacement stay as they stood, quotes included.
    fn row(
        &mut self,
        raw: &[u8],
        fields: &ByteRecord,
        replacement: impl Fn(usize, &[u8]) -> Option<String>,
    ) {
        self.line.clear();
        let line_end = match raw {
            [.., b'\r', b'\n'] => &raw[raw.len() - 2..],
            [.., b'\n'] => &raw[raw.len() - 1..],
            _ => &[],
        };
        let content = &raw[..raw.len() - line_end.len()];
        for (index, (raw, value)) in raw_fields(content, self.separator).zip(fields).enumerate() {
            if index > 0 {
                self.line.push(self.separator);
            }
            match replacement(index, value) {
                None => self.line.extend_from_slice(raw),
                Some(text) => self.push(&text),
            }
        }
        self.line.extend_from_slice(line_end);
    }

    fn push(&mut self, text: &str) {
        let needs_quotes = text
            .bytes()
            .any(|byte| byte == self.separator || b"\"\r\n".contains(&byte));
        if !needs_quotes {
            return self.line.extend_from_slice(text.as_bytes());
        }
        self.line.push(b'"');
        self.line
            .extend_from_slice(text.replace('"', "\"\"").as_bytes());
        self.line.push(b'"');
    }

    /// Leaves nothing of a row but its number of fields, which stays wrong, and its lines.
    fn blot(&mut self, fields: usize, width: usize, lines: u64) {
        let fields = match fields == width {
            false => fields,
            true if width == 1 => 2,
            true => 1,
        };
        self.line.clear();
        for _ in 0..lines {
            self.line.push(b'*');
            for _ in 1..fields {
                self.line.extend_from_slice(&[self.separator, b'*']);
            }
            self.line.push(b'\n');
        }
    }
}
