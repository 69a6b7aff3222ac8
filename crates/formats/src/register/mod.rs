//! The lists that are kept by hand: organisations, contacts, assets, networks, and the table of AS numbers.
//!
//! What is read and written again is the same, byte for byte, if it was in canonical form: line feeds, quotes only
//! where they are needed, words as the nouns write them. Good rows go in; of a bad row all mistakes are listed at
//! once. Whether an organisation exists or an asset is already taken is for others to know.
//!
//! A value that a spreadsheet would run as a formula is written with a `'` before it, and read without it.

mod asn;
mod assets;
mod contact_keys;
mod contacts;
mod fields;
mod networks;
mod organisations;
mod own_assets;
mod workbook;

use std::borrow::{Borrow, Cow};
use std::io::{self, Read, Write};
use std::marker::PhantomData;

use csv::ByteRecord;
use model::RowIssue;
pub use model::register::{
    AsnRow, AssetRow, ContactKeyRow, ContactRow, NetworkRow, OrganisationRow,
};

pub use asn::{AsnReader, write_asn};
pub use contacts::contact_role;
pub use fields::Fields;
pub use own_assets::LABEL_CHARS_MAX;
pub(crate) use own_assets::code as asset_code;
pub use workbook::workbook;

use crate::export::FORMULA_STARTS;
use crate::table::{TableError, TableReader};

/// A row of a register: how it is read from columns, and how it is written.
pub trait RegisterRow: Sized {
    /// All columns, in the order in which they are written.
    const COLUMNS: &'static [&'static str];
    /// The columns that a file must have. The others count as empty where they are not there.
    const REQUIRED: &'static [&'static str];
    /// Other names that people give to columns, in lower case, each with the column that it means.
    const OTHER_NAMES: &'static [(&'static str, &'static str)] = &[];

    /// Reads a row; without one, all its mistakes are in `fields`.
    fn from_fields(fields: &mut Fields<'_>) -> Option<Self>;

    /// The values of all columns, in their order.
    fn to_fields(&self) -> Vec<String>;
}

/// Reads a register row by row, each with its line.
pub struct RegisterReader<R, T> {
    table: TableReader<R>,
    places: Vec<Option<usize>>,
    row: ByteRecord,
    has_ended: bool,
    rows: PhantomData<T>,
}

/// Opens a register: reads its header and finds its columns by name.
///
/// # Errors
/// If there is no header, or it lacks a column that is needed.
pub fn read<T: RegisterRow, R: Read>(input: R) -> Result<RegisterReader<R, T>, TableError> {
    let table = TableReader::new(input)?;
    let place = |name: &&str| place_of::<T>(table.header(), name);
    let places: Vec<Option<usize>> = T::COLUMNS.iter().map(place).collect();
    let is_missing = |name: &&&str| place(name).is_none();
    let missing: Vec<&'static str> = T::REQUIRED.iter().filter(is_missing).copied().collect();
    if !missing.is_empty() {
        return Err(TableError::MissingColumns { missing });
    }
    Ok(RegisterReader {
        places,
        table,
        row: ByteRecord::new(),
        has_ended: false,
        rows: PhantomData,
    })
}

/// Where the column of this name is: under its own name, or else under another one that people give it.
fn place_of<T: RegisterRow>(header: &[String], name: &str) -> Option<usize> {
    let is_other = |column: &String| T::OTHER_NAMES.contains(&(column.as_str(), name));
    let own = header.iter().position(|column| column == name);
    own.or_else(|| header.iter().position(is_other))
}

impl<R: Read, T: RegisterRow> RegisterReader<R, T> {
    /// Columns of the file that the register does not have. Their values are not read.
    pub fn ignored_columns(&self) -> Vec<&str> {
        let header = self.table.header().iter().map(String::as_str);
        let known = self.places.iter().flatten();
        let known: Vec<usize> = known.copied().collect();
        let unknown = header
            .enumerate()
            .filter(|(place, _)| !known.contains(place));
        unknown.map(|(_, name)| name).collect()
    }
}

impl<R: Read, T: RegisterRow> Iterator for RegisterReader<R, T> {
    /// The line and its row, or all that is wrong with it.
    type Item = Result<(u64, T), Vec<RowIssue>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.table.next_row(&mut self.row) {
            Some(Ok(line)) => {
                let mut fields = Fields::new(&self.row, line, T::COLUMNS, &self.places);
                let row = T::from_fields(&mut fields);
                Some(fields.verdict(row))
            }
            Some(Err(issue)) => Some(Err(vec![issue])),
            None if self.has_ended => None,
            None => {
                self.has_ended = true;
                let reason = self.table.ended_early()?;
                Some(Err(vec![stream_failed(reason)]))
            }
        }
    }
}

/// The last word about a file that could not be read to its end. It has no line.
fn stream_failed(reason: &str) -> RowIssue {
    let reason = format!("the file could not be read further: {reason}");
    RowIssue::refused(0, "", "stream-failed", reason)
}

/// Writes a register with its header.
///
/// # Errors
/// If the output cannot be written.
pub fn write<T: RegisterRow, W: Write>(
    rows: impl IntoIterator<Item = impl Borrow<T>>,
    output: W,
) -> io::Result<()> {
    let mut output = csv::Writer::from_writer(output);
    output.write_record(T::COLUMNS)?;
    for row in rows {
        let fields = row.borrow().to_fields();
        output.write_record(fields.iter().map(|field| escaped(field).into_owned()))?;
    }
    output.flush()
}

/// A value as it is written. [`unescaped`] undoes this for every value.
fn escaped(value: &str) -> Cow<'_, str> {
    match is_formula(value) {
        true => Cow::Owned(format!("'{value}")),
        false => Cow::Borrowed(value),
    }
}

/// A value as it was before it was written.
fn unescaped(value: &str) -> &str {
    match value.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => value,
    }
}

/// Whether a value begins like a formula, or like one that was already escaped, however often.
fn is_formula(value: &str) -> bool {
    value.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}
