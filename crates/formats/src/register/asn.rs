//! The table of AS numbers: which system announces which prefix. Tabs, no header, as such tables are published.

use std::borrow::Borrow;
use std::io::{self, Read, Write};

use csv::ByteRecord;
use model::{Asn, Prefix, RowIssue, shown};

use model::register::AsnRow;

use super::stream_failed;
use crate::records::{BYTE_ORDER_MARK, Record, RecordReader};

/// Reads the table line by line. Empty lines, lines that begin with `#` and one header are skipped.
pub struct AsnReader<R> {
    records: RecordReader<R>,
    row: ByteRecord,
    may_be_header: bool,
}

impl<R: Read> AsnReader<R> {
    /// Starts at the first line.
    pub fn new(input: R) -> Self {
        let mut records = RecordReader::new(input, b'\t');
        if records.first_line().starts_with(BYTE_ORDER_MARK) {
            records.pass(BYTE_ORDER_MARK.len());
        }
        Self {
            records,
            row: ByteRecord::new(),
            may_be_header: true,
        }
    }

    fn read_row(&self, line: u64) -> Result<(u64, AsnRow), Vec<RowIssue>> {
        let field = |index: usize| String::from_utf8_lossy(self.row.get(index).unwrap_or_default());
        if !(2..=3).contains(&self.row.len()) {
            let reason = format!(
                "a line has a prefix, a tab and an AS number, and perhaps a tab and a country, not {} fields",
                self.row.len()
            );
            return Err(vec![RowIssue::refused(line, "", "field-count", reason)]);
        }
        let mut issues = Vec::new();
        let mut mistake = |column, reason: String| {
            issues.push(RowIssue::quarantined(line, column, "bad-value", reason));
        };
        let prefix = field(0).trim().parse::<Prefix>();
        let prefix = prefix.map_err(|error| mistake("prefix", error.to_string()));
        let asn = field(1).trim().parse::<Asn>();
        let asn = asn.map_err(|error| mistake("asn", error.to_string()));
        let country = country(field(2).trim()).map_err(|reason| mistake("country", reason));
        match (prefix, asn, country) {
            (Ok(prefix), Ok(asn), Ok(country)) => Ok((
                line,
                AsnRow {
                    prefix,
                    asn,
                    country,
                },
            )),
            _ => Err(issues),
        }
    }

    /// A header has no digit where the first prefix should stand.
    fn is_header(&mut self) -> bool {
        let first = self.row.get(0).unwrap_or_default();
        let is_header = self.may_be_header && !first.iter().any(u8::is_ascii_digit);
        self.may_be_header = false;
        is_header
    }
}

impl<R: Read> Iterator for AsnReader<R> {
    /// The line and its row, or all that is wrong with it.
    type Item = Result<(u64, AsnRow), Vec<RowIssue>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(record) = self.records.advance(&mut self.row) else {
                let error = self.records.take_error()?;
                return Some(Err(vec![stream_failed(&error.to_string())]));
            };
            let line = self.records.line();
            match record {
                Record::Blank => {}
                _ if self.records.raw().trim_ascii_start().starts_with(b"#") => {
                    self.records.keep_first_line_only();
                }
                Record::Row if self.row.iter().all(|field| field.trim_ascii().is_empty()) => {}
                Record::Row if self.is_header() => {}
                Record::Row => return Some(self.read_row(line)),
                Record::TooLong | Record::Unclosed | Record::CutOff => {
                    let reason = "the line is not readable";
                    let issue = RowIssue::refused(line, "", "row-unreadable", reason);
                    return Some(Err(vec![issue]));
                }
            }
        }
    }
}

fn country(text: &str) -> Result<Option<String>, String> {
    match text.as_bytes() {
        [] => Ok(None),
        [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            Ok(Some(text.to_ascii_uppercase()))
        }
        _ => Err(format!(
            "a country is two letters such as NL, not `{}`",
            shown(text)
        )),
    }
}

/// Writes the table, without a header.
///
/// # Errors
/// If the output cannot be written.
pub fn write_asn<W: Write>(
    rows: impl IntoIterator<Item = impl Borrow<AsnRow>>,
    mut output: W,
) -> io::Result<()> {
    for row in rows {
        let row = row.borrow();
        write!(output, "{}\t{}", row.prefix, row.asn.get())?;
        if let Some(country) = &row.country {
            write!(output, "\t{country}")?;
        }
        output.write_all(b"\n")?;
    }
    output.flush()
}
