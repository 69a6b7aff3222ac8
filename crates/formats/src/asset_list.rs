//! A list of assets in whatever form an organisation has it: a table with a header, a workbook, or one asset per line.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use model::register::OwnAssetRow;
use model::{AssetValue, RowIssue};

use crate::records::BYTE_ORDER_MARK;
use crate::register::{self, RegisterRow as _, asset_code};
use crate::table::TableError;

/// Most bytes of a list. A workbook may unpack to ten times as many.
pub const LIST_BYTES_MAX: usize = 4 << 20;

/// Most rows of a list.
pub const LIST_ROWS_MAX: usize = 20_000;

const UNPACKED_BYTES_MAX: u64 = 10 * LIST_BYTES_MAX as u64;

/// What a list holds, with the line of each row. Mistakes are listed by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetList {
    /// Rows that can be read.
    pub rows: Vec<(u64, OwnAssetRow)>,
    /// What is wrong with the others.
    pub issues: Vec<RowIssue>,
    /// Columns that have no meaning here. Their values are not read.
    pub ignored_columns: Vec<String>,
}

/// Why a list is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum AssetListError {
    /// More than [`LIST_BYTES_MAX`], as it comes or unpacked.
    #[error("a list has at most {} MiB", LIST_BYTES_MAX >> 20)]
    TooLarge,
    /// More than [`LIST_ROWS_MAX`].
    #[error("a list has at most {LIST_ROWS_MAX} rows")]
    TooManyRows,
    /// Not a workbook, although it begins as one.
    #[error("the workbook cannot be read")]
    Workbook(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Its first line names columns, and none of them is that of the assets.
    #[error("no column of the list is called `value`")]
    UnknownHeader,
    /// Not a table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Reads a list. A text whose first line names the column `value`, by that name or another that people give it, is a table; any
/// other text has one asset per line.
///
/// # Errors
/// If it is too large, or cannot be read at all. What is wrong with single rows is in the answer.
pub fn read(bytes: &[u8]) -> Result<AssetList, AssetListError> {
    if bytes.len() > LIST_BYTES_MAX {
        return Err(AssetListError::TooLarge);
    }
    let list = if bytes.starts_with(b"PK\x03\x04") {
        read_table(&table_of(bytes)?)?
    } else if is_table(bytes) {
        read_table(bytes)?
    } else if names_columns(bytes) {
        return Err(AssetListError::UnknownHeader);
    } else {
        read_lines(bytes)
    };
    if list.rows.len() + list.issues.len() > LIST_ROWS_MAX {
        return Err(AssetListError::TooManyRows);
    }
    Ok(list)
}

fn is_table(bytes: &[u8]) -> bool {
    let means_value =
        |name: &String| name == "value" || OwnAssetRow::OTHER_NAMES.contains(&(name, "value"));
    first_cells(bytes).iter().any(means_value)
}

/// Whether the first line has several cells and all of them are words: names of columns, none of which is that of the assets.
fn names_columns(bytes: &[u8]) -> bool {
    let is_word = |cell: &String| {
        cell.chars().any(char::is_alphabetic)
            && cell
                .chars()
                .all(|letter| letter.is_alphabetic() || " _-".contains(letter))
    };
    let cells = first_cells(bytes);
    cells.len() > 1 && cells.iter().all(is_word)
}

/// The cells of the first line, in lower case.
fn first_cells(bytes: &[u8]) -> Vec<String> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let first = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let first = String::from_utf8_lossy(first).to_lowercase();
    let cells = first.split([',', ';', '\t', '|']);
    cells
        .map(|cell| cell.trim().trim_matches('"').to_owned())
        .collect()
}

fn read_table(bytes: &[u8]) -> Result<AssetList, AssetListError> {
    let mut reader = register::read::<OwnAssetRow, _>(bytes)?;
    let ignored = reader.ignored_columns();
    let mut list = AssetList {
        ignored_columns: ignored.into_iter().map(model::shown).collect(),
        ..AssetList::default()
    };
    for row in reader.by_ref().take(LIST_ROWS_MAX + 1) {
        match row {
            Ok(row) => list.rows.push(row),
            Err(issues) => list.issues.extend(issues),
        }
    }
    Ok(list)
}

fn read_lines(bytes: &[u8]) -> AssetList {
    let mut list = AssetList::default();
    let text = String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes));
    let lines = text
        .lines()
        .zip(1..)
        .map(|(text, line)| (line, text.trim()));
    for (line, given) in lines
        .filter(|(_, given)| !given.is_empty())
        .take(LIST_ROWS_MAX + 1)
    {
        match AssetValue::guess(given) {
            Ok(value) => list.rows.push((line, row_of(value, given))),
            Err(error) => {
                let issue = RowIssue::quarantined(line, "value", asset_code(&error), error);
                list.issues.push(issue.with_given(given));
            }
        }
    }
    list
}

fn row_of(value: AssetValue, given: &str) -> OwnAssetRow {
    OwnAssetRow {
        value,
        given: given.to_owned(),
        label: String::new(),
        group: String::new(),
        criticality: None,
        supplier: String::new(),
        valid_from: None,
        valid_until: None,
    }
}

/// The first sheet of a workbook as a table of text whose lines are the rows of the sheet.
fn table_of(workbook: &[u8]) -> Result<Vec<u8>, AssetListError> {
    refuse_if_huge(workbook)?;
    let failed = |error: calamine::XlsxError| AssetListError::Workbook(error.into());
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).map_err(failed)?;
    let sheet = workbook.worksheet_range_at(0).ok_or(TableError::Empty)?;
    let sheet = sheet.map_err(failed)?;
    let (first_row, _) = sheet.start().ok_or(TableError::Empty)?;
    if sheet.height() > LIST_ROWS_MAX + 1 {
        return Err(AssetListError::TooManyRows);
    }
    let mut table = vec![b'\n'; first_row as usize];
    for row in sheet.rows() {
        // Text of one line: a line break in a cell would move the lines of all rows behind it.
        let cells = row
            .iter()
            .map(|cell| text_of(cell).replace(['\r', '\n'], " "));
        let cells: Vec<String> = cells.collect();
        if cells.iter().all(String::is_empty) {
            table.push(b'\n');
            continue;
        }
        let mut writer = csv::Writer::from_writer(&mut table);
        let written = writer
            .write_record(cells)
            .and_then(|()| Ok(writer.flush()?));
        written.map_err(|error| AssetListError::Workbook(error.into()))?;
    }
    Ok(table)
}

/// Days are what the register knows, so the time of a date is left out.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// A small archive may unpack to more than there is memory for; its members say how large they are.
fn refuse_if_huge(workbook: &[u8]) -> Result<(), AssetListError> {
    let failed = |error: zip::result::ZipError| AssetListError::Workbook(error.into());
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).map_err(failed)?;
    let mut unpacked: u64 = 0;
    for place in 0..archive.len() {
        let mut member = archive.by_index(place).map_err(failed)?;
        // Counted, not believed: what a member says of its size is the word of whoever made it.
        let left = UNPACKED_BYTES_MAX - unpacked;
        let mut limited = std::io::Read::take(&mut member, left + 1);
        let bytes = std::io::copy(&mut limited, &mut std::io::sink());
        unpacked += bytes.map_err(|error| AssetListError::Workbook(error.into()))?;
        if unpacked > UNPACKED_BYTES_MAX {
            return Err(AssetListError::TooLarge);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
