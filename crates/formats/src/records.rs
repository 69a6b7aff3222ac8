//! Bytes to records: where a row of separated values begins and ends, and how reading goes on after a broken one.
//!
//! [`crate::table`] and [`crate::mask`] both stand on this, so that they agree on every row. Memory is bounded by the
//! longest row that is taken.

use std::io::{self, Read, Write};
use std::ops::Range;

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memrchr};

/// Longest row in bytes. A quote that is never closed would otherwise swallow the rest of the delivery.
pub(crate) const ROW_BYTES_MAX: usize = 1 << 20;

/// How some programs begin a text in UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

const BUFFER_BYTES: usize = 64 << 10;

/// Bytes that may be read a second time after broken rows, beyond as many as were read once. Without a bound, a file
/// of broken quotes would cost the square of its size.
const REREAD_BYTES_MIN: u64 = 16 << 20;

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
    input: R,
    separator: u8,
    buffer: Vec<u8>,
    /// The bytes in the buffer that were read and not yet passed.
    filled: Range<usize>,
    /// The current record in the buffer; the next one begins at its end.
    record: Range<usize>,
    /// Whether the line of the current record is still to be skipped to its end.
    skipping: bool,
    /// The line where the current record begins, and the one after it.
    line: u64,
    next_line: u64,
    at_end: bool,
    error: Option<io::Error>,
    read_bytes: u64,
    reread_bytes: u64,
    unescaped: Vec<u8>,
}

impl<R: Read> RecordReader<R> {
    /// Starts at the first byte. Nothing is read before something is asked for.
    pub(crate) fn new(input: R, separator: u8) -> Self {
        Self {
            input,
            separator,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0..0,
            record: 0..0,
            skipping: false,
            line: 1,
            next_line: 1,
            at_end: false,
            error: None,
            read_bytes: 0,
            reread_bytes: 0,
            unescaped: Vec::new(),
        }
    }

    /// The first bytes of the stream, up to and with the first line break behind something, before any record was
    /// asked for.
    pub(crate) fn first_line(&mut self) -> &[u8] {
        loop {
            let bytes = &self.buffer[self.filled.clone()];
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
                Some(end) => return &self.buffer[self.filled.start..self.filled.start + end],
                None if self.at_end || bytes.len() >= ROW_BYTES_MAX => {
                    return &self.buffer[self.filled.clone()];
                }
                None => self.fill(),
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
        self.filled.start = self.filled.end.min(self.filled.start + bytes);
        self.record = self.filled.start..self.filled.start;
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
        &self.buffer[self.record.clone()]
    }

    /// The lines that the current record covers.
    pub(crate) fn lines(&self) -> u64 {
        self.next_line - self.line
    }

    /// Writes all that comes after the current record as it is.
    pub(crate) fn copy_rest(&mut self, writer: &mut impl Write) -> io::Result<()> {
        self.leave_record();
        loop {
            writer.write_all(&self.buffer[self.filled.clone()])?;
            self.pass(self.filled.len());
            if self.at_end {
                return Ok(());
            }
            self.fill();
        }
    }

    /// What ended the stream before its end.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Goes to the next record and splits it into `row`, which is only meaningful for [`Record::Row`].
    pub(crate) fn advance(&mut self, row: &mut ByteRecord) -> Option<Record> {
        self.leave_record();
        loop {
            let bytes = &self.buffer[self.filled.clone()];
            if bytes.is_empty() && self.at_end {
                return None;
            }
            match split(bytes, self.at_end, self.separator, row, &mut self.unescaped) {
                Split::Row { bytes, lines } => {
                    let cut_off =
                        self.error.is_some() && self.filled.start + bytes == self.filled.end;
                    let ends_line = self.buffer[self.filled.start + bytes - 1] == b'\n';
                    self.enter(bytes, lines);
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
                Split::More => self.fill(),
            }
        }
    }

    /// Makes the current record end with its first line, so that the lines after it are read as rows of their own.
    ///
    /// For rows that turn out wrong: a stray quote joins lines that do not belong together, and costs only its own.
    pub(crate) fn keep_first_line_only(&mut self) {
        let record = &self.buffer[self.record.clone()];
        let Some(line_bytes) = memchr(b'\n', record).map(|at| at + 1) else {
            return;
        };
        let again = (record.len() - line_bytes) as u64;
        if self.reread_bytes + again <= self.read_bytes + REREAD_BYTES_MIN {
            self.reread_bytes += again;
            self.record.end = self.record.start + line_bytes;
            self.next_line = self.line + 1;
        }
    }

    fn enter(&mut self, bytes: usize, lines: u64) {
        self.record = self.filled.start..self.filled.start + bytes;
        self.line = self.next_line;
        self.next_line += lines;
    }

    /// Takes all that is buffered as one broken record, and then as little of it as possible.
    fn enter_broken(&mut self) {
        let bytes = &self.buffer[self.filled.clone()];
        let end = memrchr(b'\n', bytes).map(|at| at + 1);
        let lines = memchr_iter(b'\n', bytes).count() as u64;
        self.skipping = end.is_none();
        let bytes = end.unwrap_or(bytes.len());
        self.enter(bytes, lines.max(1));
        self.keep_first_line_only();
    }

    fn leave_record(&mut self) {
        self.filled.start = self.record.end;
        while self.skipping {
            match memchr(b'\n', &self.buffer[self.filled.clone()]) {
                Some(at) => {
                    self.filled.start += at + 1;
                    self.skipping = false;
                }
                None => {
                    self.filled.start = self.filled.end;
                    self.skipping = !self.at_end;
                    self.fill();
                }
            }
        }
        self.record = self.filled.start..self.filled.start;
    }

    /// Reads more behind what is there. At the end, or after an error, nothing changes any more.
    fn fill(&mut self) {
        if self.at_end {
            return;
        }
        if self.filled.start > 0 {
            self.buffer.copy_within(self.filled.clone(), 0);
            self.filled = 0..self.filled.len();
            self.record = 0..0;
        }
        if self.filled.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        // Up to the brim: a record that is not complete yet is split once more after each filling.
        while self.filled.end < self.buffer.len() && !self.at_end {
            match self.input.read(&mut self.buffer[self.filled.end..]) {
                Ok(0) => self.at_end = true,
                Ok(got) => {
                    self.filled.end += got;
                    self.read_bytes += got as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.at_end = true;
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
