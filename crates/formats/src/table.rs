//! A table of separated values (CSV) as a stream: columns by name, rows one by one, a bad row costing itself alone.
//!
//! What may differ between senders and is told apart here: comma, semicolon, tab or bar, Windows line ends, a byte-order
//! mark, quoted line breaks, the order and the case of the columns. Fields stay bytes until somebody uses them.

use std::io::{self, Read};

use csv::ByteRecord;
use model::RowIssue;

use crate::records::{BYTE_ORDER_MARK, ROW_BYTES_MAX, Record, RecordReader};

/// Columns that are taken at most.
pub(crate) const COLUMNS_MAX: usize = 1024;

/// Why a stream is not read as a table at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is nothing in it.
    #[error("the file is empty; its first line should name the columns")]
    Empty,
    /// It is text in another encoding.
    #[error("the file is in UTF-16; save it as CSV in UTF-8")]
    Utf16,
    /// The first line cannot be a header.
    #[error("the first line does not name columns: {why}")]
    Header {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The first line lacks columns that are needed.
    #[error("the first line lacks the column {}", missing.join(", "))]
    MissingColumns {
        /// Their names.
        missing: Vec<&'static str>,
    },
    /// The stream failed before the first row.
    #[error("cannot read the first line")]
    Read(#[source] io::Error),
}

/// Reads a table row by row.
pub struct TableReader<R> {
    records: RecordReader<R>,
    header: Vec<String>,
    separator: u8,
    ended_early: Option<String>,
}

impl<R: Read> TableReader<R> {
    /// Reads the header and guesses the separator from it.
    ///
    /// # Errors
    /// If there is no header to read.
    pub fn new(input: R) -> Result<Self, TableError> {
        Self::with_separator(input, None)
    }

    /// Reads the header; without a `separator` it is guessed.
    ///
    /// # Errors
    /// If there is no header to read.
    pub fn with_separator(input: R, separator: Option<u8>) -> Result<Self, TableError> {
        let mut records = RecordReader::new(input, b',');
        let opened = open(&mut records, separator)?;
        Ok(Self {
            records,
            header: opened.header,
            separator: opened.separator,
            ended_early: None,
        })
    }

    /// The names of the columns: trimmed, lower case, each one once. A column without a name is called by its place
    /// (`column_3`), a repeated name gets a number (`tag_2`).
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The byte between two fields.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// Why reading ended before the end of the stream, once [`next_row`](Self::next_row) has returned nothing.
    pub fn ended_early(&self) -> Option<&str> {
        self.ended_early.as_deref()
    }

    /// Reads the next row and gives the line where it begins; the header is on line 1.
    ///
    /// Empty lines are skipped. A row that is not readable is an issue, and reading goes on behind its first line.
    /// All rows before a failure of the stream are given.
    pub fn next_row(&mut self, row: &mut ByteRecord) -> Option<Result<u64, RowIssue>> {
        loop {
            let Some(record) = self.records.advance(row) else {
                if let Some(error) = self.records.take_error() {
                    self.ended_early = Some(error.to_string());
                }
                return None;
            };
            let line = self.records.line();
            let (code, reason) = match record {
                Record::Blank => continue,
                Record::Row if row.len() == self.header.len() => return Some(Ok(line)),
                Record::Row => {
                    self.records.keep_first_line_only();
                    (
                        "field-count",
                        format!(
                            "a row has {} fields like the first line, this one has {}",
                            self.header.len(),
                            row.len()
                        ),
                    )
                }
                Record::TooLong => (
                    "row-too-long",
                    format!("a row has {ROW_BYTES_MAX} bytes at most, this one is longer"),
                ),
                Record::Unclosed => (
                    "quote-unclosed",
                    "a field begins with a quote that is never closed".to_owned(),
                ),
                Record::CutOff => ("row-cut-off", "the file breaks off in this row".to_owned()),
            };
            return Some(Err(RowIssue::refused(line, "", code, reason)));
        }
    }
}

/// The first line of a table, as it was read.
pub(crate) struct Opened {
    pub(crate) header: Vec<String>,
    pub(crate) separator: u8,
    /// The fields as they stood.
    pub(crate) fields: ByteRecord,
    /// What stood before the header and belongs to no record.
    pub(crate) mark: &'static [u8],
}

/// Reads the header; the current record of `records` is then the header.
pub(crate) fn open<R: Read>(
    records: &mut RecordReader<R>,
    separator: Option<u8>,
) -> Result<Opened, TableError> {
    let first_line = records.first_line();
    if first_line.starts_with(b"\xff\xfe") || first_line.starts_with(b"\xfe\xff") {
        return Err(TableError::Utf16);
    }
    let mark = match first_line.starts_with(BYTE_ORDER_MARK) {
        true => BYTE_ORDER_MARK,
        false => &[],
    };
    let separator = separator.unwrap_or_else(|| guess_separator(first_line));
    records.set_separator(separator);
    records.pass(mark.len());

    let mut fields = ByteRecord::new();
    let why = loop {
        match records.advance(&mut fields) {
            Some(Record::Blank) => {}
            Some(Record::Row) if fields.len() > COLUMNS_MAX => break "it has too many fields",
            Some(Record::Row) => {
                return Ok(Opened {
                    header: column_names(&fields),
                    separator,
                    fields,
                    mark,
                });
            }
            Some(Record::TooLong) => break "it is longer than 1 MiB",
            Some(Record::Unclosed) => break "a quote in it is never closed",
            Some(Record::CutOff) | None => match records.take_error() {
                Some(error) => return Err(TableError::Read(error)),
                None => return Err(TableError::Empty),
            },
        }
    };
    Err(TableError::Header { why })
}

/// The separator that stands most often in the header outside of quotes; a comma if none does.
fn guess_separator(line: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in line {
        is_quoted ^= *byte == b'"';
        for (separator, count) in &mut counts {
            *count += u32::from(byte == separator && !is_quoted);
        }
    }
    let [comma, others @ ..] = counts;
    let most = others.into_iter().fold(
        comma,
        |most, other| if other.1 > most.1 { other } else { most },
    );
    most.0
}

pub(crate) fn column_names(fields: &ByteRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(fields.len());
    let mut taken = std::collections::HashSet::new();
    for (index, field) in fields.iter().enumerate() {
        let mut name = String::from_utf8_lossy(field).trim().to_lowercase();
        if name.is_empty() {
            name = format!("column_{}", index + 1);
        }
        let mut unique = name.clone();
        let mut copy = 2;
        while !taken.insert(unique.clone()) {
            unique = format!("{name}_{copy}");
            copy += 1;
        }
        names.push(unique);
    }
    names
}
