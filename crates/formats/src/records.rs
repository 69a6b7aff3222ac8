//! Bytes to records: where a row of separated values begins and ends, and how reading goes on after a broken one.
//!
//! [`crate::table`] and [`crate::mask`] both stand on this, so that they agree on every row. Memory is bounded by the
//! longest row that is taken.

use std::io::{self, Read, Write};

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memrchr};

use crate::window::Window;

/// Longest row in bytes. A quote that is never closed would otherwise swallow the rest of the delivery.
pub(crate) const ROW_BYTES_MAX: usize = 1 << 20;

/// How some programs begin a text in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands at the current place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// A readable row.
    Row,
    /// An empty line.
    Blank,
    /// A row above [`ROW_BYTES_MAX`].
    TooLong,
    /// A quoted field that is never closed.
    Unclosed,
    /// The stream broke off inside this row.
    CutOff,
}

/// Splits a stream into records.
pub(crate) struct RecordReader<R> {
    window: Window<R>,
    separator: u8,
    /// Bytes of the current record, with which the window begins; the next one begins behind it.
    record_bytes: usize,
    /// Whether the line of the current record is still to be skipped to its end.
    skipping: bool,
    /// The line where the current record begins, and the one after it.
    line: u64,
    next_line: u64,
    unescaped: Vec<u8>,
}

impl<R: Read> RecordReader<R> {
    /// Starts at the first byte. Nothing is read before something is asked for.
    pub(crate) fn new(input: R, separator: u8) -> Self {
        Self {
            window: Window::new(input),
            separator,
            record_bytes: 0,
            skipping: false,
            line: 1,
            next_line: 1,
            unescaped: Vec::new(),
        }
    }

    /// The first bytes of the stream, up to and with the first line break behind something, before any record was
    /// asked for.
    pub(crate) fn first_line(&mut self) -> &[u8] {
        loop {
            let bytes = self.window.bytes();
            let mark = match bytes.starts_with(BYTE_ORDER_MARK) {
                true => BYTE_ORDER_MARK.len(),
                false => 0,
            };
            let text = bytes[mark..]
                .iter()
                .position(|byte| !matches!(byte, b'\r' | b'\n'))
                .map_or(bytes.len(), |at| mark + at);
            let end = memchr(b'\n', &bytes[text..]).map(|at| text + at + 1);
            match end {
                Some(end) => return &self.window.bytes()[..end],
                None if self.window.at_end() || bytes.len() >= ROW_BYTES_MAX => {
                    return self.window.bytes();
                }
                None => self.window.fill(),
            }
        }
    }

    /// The line breaks between a byte-order mark, if there is one, and the header.
    pub(crate) fn blank_bytes_before_header(&mut self) -> Vec<u8> {
        let line = self.first_line();
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        let is_break = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        line.iter().take_while(is_break).copied().collect()
    }

    /// Passes the next bytes without a look at them.
    pub(crate) fn pass(&mut self, bytes: usize) {
        self.window.pass(bytes);
        self.record_bytes = 0;
    }

    pub(crate) fn set_separator(&mut self, separator: u8) {
        self.separator = separator;
    }

    /// The line where the current record begins; the first is 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes of the current record with its line break. Of a row that is too long, only what was looked at.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.window.bytes()[..self.record_bytes]
    }

    /// The lines that the current record covers.
    pub(crate) fn lines(&self) -> u64 {
        self.next_line - self.line
    }

    /// Writes all that comes after the current record as it is.
    pub(crate) fn copy_rest(&mut self, writer: &mut impl Write) -> io::Result<()> {
        self.leave_record();
        loop {
            writer.write_all(self.window.bytes())?;
            self.pass(self.window.bytes().len());
            if self.window.at_end() {
                return Ok(());
            }
            self.window.fill();
        }
    }

    /// What ended the stream before its end.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.window.take_error()
    }

    /// Goes to the next record and splits it into `row`, which is only meaningful for [`Record::Row`].
    pub(crate) fn advance(&mut self, row: &mut ByteRecord) -> Option<Record> {
        self.leave_record();
        loop {
            let (bytes, at_end) = (self.window.bytes(), self.window.at_end());
            if bytes.is_empty() && at_end {
                return None;
            }
            match split(bytes, at_end, self.separator, row, &mut self.unescaped) {
                Split::Row { bytes: row, lines } => {
                    let cut_off = self.window.has_failed() && row == bytes.len();
                    let ends_line = bytes[row - 1] == b'\n';
                    self.enter(row, lines);
                    return Some(match cut_off && !ends_line {
                        true => Record::CutOff,
                        false => Record::Row,
                    });
                }
                Split::Blank { bytes } => {
                    self.enter(bytes, 1);
                    return Some(Record::Blank);
                }
                Split::Unclosed => {
                    self.enter_broken();
                    return Some(Record::Unclosed);
                }
                Split::More if bytes.len() >= ROW_BYTES_MAX => {
                    self.enter_broken();
                    return Some(Record::TooLong);
                }
                Split::More => self.window.fill(),
            }
        }
    }

    /// Makes the current record end with its first line, so that the lines after it are read as rows of their own.
    ///
    /// For rows that turn out wrong: a stray quote joins lines that do not belong together, and costs only its own.
    pub(crate) fn keep_first_line_only(&mut self) {
        let record = self.raw();
        let Some(line_bytes) = memchr(b'\n', record).map(|at| at + 1) else {
            return;
        };
        let again = (record.len() - line_bytes) as u64;
        if self.window.may_reread(again) {
            self.window.note_reread(again);
            self.record_bytes = line_bytes;
            self.next_line = self.line + 1;
        }
    }

    fn enter(&mut self, bytes: usize, lines: u64) {
        self.record_bytes = bytes;
        self.line = self.next_line;
        self.next_line += lines;
    }

    /// Takes all that is buffered as one broken record, and then as little of it as possible.
    fn enter_broken(&mut self) {
        let bytes = self.window.bytes();
        let end = memrchr(b'\n', bytes).map(|at| at + 1);
        let lines = memchr_iter(b'\n', bytes).count() as u64;
        self.skipping = end.is_none();
        let bytes = end.unwrap_or(bytes.len());
        self.enter(bytes, lines.max(1));
        self.keep_first_line_only();
    }

    fn leave_record(&mut self) {
        self.pass(self.record_bytes);
        while self.skipping {
            let bytes = self.window.bytes();
            match memchr(b'\n', bytes) {
                Some(at) => {
                    self.window.pass(at + 1);
                    self.skipping = false;
                }
                None => {
                    self.window.pass(bytes.len());
                    self.skipping = !self.window.at_end();
                    self.window.fill();
                }
            }
        }
    }
}

enum Split {
    /// A row of that many bytes, its line break included.
    Row { bytes: usize, lines: u64 },
    /// An empty line.
    Blank { bytes: usize },
    /// More bytes are needed to see the end of the row.
    More,
    /// The stream ends inside a quoted field.
    Unclosed,
}

/// Splits the first record of `bytes`. A quote has a meaning only at the beginning of a field (RFC 4180).
fn split(
    bytes: &[u8],
    at_end: bool,
    separator: u8,
    row: &mut ByteRecord,
    unescaped: &mut Vec<u8>,
) -> Split {
    row.clear();
    match bytes {
        [b'\n', ..] => return Split::Blank { bytes: 1 },
        [b'\r', b'\n', ..] => return Split::Blank { bytes: 2 },
        [] | [b'\r'] if !at_end => return Split::More,
        _ => {}
    }
    let mut at = 0;
    let mut has_quotes = false;
    loop {
        let mut from = at;
        unescaped.clear();
        if bytes.get(at) == Some(&b'"') {
            has_quotes = true;
            match close_quote(bytes, at + 1, at_end, unescaped) {
                Quoted::Closed { behind } => from = behind,
                Quoted::More => return Split::More,
                Quoted::Unclosed => return Split::Unclosed,
            }
        }
        let rest = &bytes[from..];
        let end = rest
            .iter()
            .position(|byte| *byte == separator || *byte == b'\n')
            .map(|offset| from + offset);
        let (end, is_last) = match end {
            Some(end) => (end, bytes[end] == b'\n'),
            None if at_end => (bytes.len(), true),
            None => return Split::More,
        };
        let mut tail = &bytes[from..end];
        if is_last {
            tail = tail.strip_suffix(b"\r").unwrap_or(tail);
        }
        if from == at {
            row.push_field(tail);
        } else {
            // What stands behind a closing quote still belongs to the field.
            unescaped.extend_from_slice(tail);
            row.push_field(unescaped);
        }
        if is_last {
            let length = bytes.len().min(end + 1);
            let lines = match has_quotes {
                true => memchr_iter(b'\n', &bytes[..length]).count().max(1) as u64,
                false => 1,
            };
            return Split::Row {
                bytes: length,
                lines,
            };
        }
        at = end + 1;
    }
}

/// The fields of a readable row as they stand, quotes included; `row` has no line break behind it.
pub(crate) fn raw_fields(row: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(row);
    std::iter::from_fn(move || {
        let field = rest?;
        let from = match field.first() {
            Some(b'"') => match close_quote(field, 1, true, &mut Vec::new()) {
                Quoted::Closed { behind } => behind,
                Quoted::More | Quoted::Unclosed => field.len(),
            },
            _ => 0,
        };
        let end = memchr(separator, &field[from..]).map(|offset| from + offset);
        rest = end.map(|end| &field[end + 1..]);
        Some(end.map_or(field, |end| &field[..end]))
    })
}

enum Quoted {
    /// Where reading goes on behind the closing quote.
    Closed {
        behind: usize,
    },
    More,
    Unclosed,
}

/// Collects a quoted field up to its closing quote; `from` is behind the opening one.
fn close_quote(bytes: &[u8], mut from: usize, at_end: bool, unescaped: &mut Vec<u8>) -> Quoted {
    loop {
        let Some(quote) = memchr(b'"', &bytes[from..]).map(|offset| from + offset) else {
            return if at_end {
                Quoted::Unclosed
            } else {
                Quoted::More
            };
        };
        unescaped.extend_from_slice(&bytes[from..quote]);
        match bytes.get(quote + 1) {
            Some(b'"') => {
                unescaped.push(b'"');
                from = quote + 2;
            }
            None if !at_end => return Quoted::More,
            _ => return Quoted::Closed { behind: quote + 1 },
        }
    }
}
