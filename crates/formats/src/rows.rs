//! Rows of a delivery, whatever it is written in: a table of separated values, or JSON objects in an array or in lines.
//!
//! Objects become rows with the same columns as a table would have. Where a later object has keys that none before it
//! had, the header grows, and [`Rows::take_header_change`] says that what was compiled against it must be so again.
//!
//! The line of a row in a table is that of the file. An object may stand anywhere on a line, so its line is its number
//! plus one, as if each stood on a line of its own below a header: the first is on line 2.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use std::ops::Range;

use csv::ByteRecord;
use model::RowIssue;

use crate::objects::{Fields, ObjectReader, Piece, is_json};
use crate::records::ROW_BYTES_MAX;
use crate::table::{COLUMNS_MAX, TableError, TableReader};

/// Bytes that are looked at to tell JSON from a table: spaces and line breaks may stand before it.
const HEAD_BYTES_MAX: usize = 4096;

/// A stream of which the first bytes were looked at, from its beginning.
pub(crate) struct Peeked<R> {
    head: Cursor<Vec<u8>>,
    /// What ended the look, to be met again behind the head.
    error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => match self.error.take() {
                Some(error) => Err(error),
                None => self.rest.read(buffer),
            },
            read => Ok(read),
        }
    }
}

/// Looks whether a stream holds JSON objects, and gives it back from its beginning.
pub(crate) fn peek<R: Read>(mut rest: R) -> (bool, Peeked<R>) {
    let mut head = vec![0; HEAD_BYTES_MAX];
    let (mut filled, mut error) = (0, None);
    let mut found = None;
    while filled < head.len() && found.is_none() {
        match rest.read(&mut head[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(failed) if failed.kind() == io::ErrorKind::Interrupted => {}
            Err(failed) => {
                error = Some(failed);
                break;
            }
        }
        found = is_json(&head[..filled]);
    }
    head.truncate(filled);
    // `[` or `{` alone is the beginning of nothing else.
    let is_json = found.unwrap_or_else(|| head.iter().any(|byte| b"[{".contains(byte)));
    let head = Cursor::new(head);
    (is_json, Peeked { head, error, rest })
}

/// Reads a delivery row by row.
pub struct Rows<R>(Written<R>);

enum Written<R> {
    Table(Box<TableReader<Peeked<R>>>),
    Objects(Box<Objects<Peeked<R>>>),
}

impl<R: Read> Rows<R> {
    /// Looks what the delivery is written in, and reads the header of a table.
    ///
    /// `separator` is the byte between two fields of a table; without one it is guessed.
    ///
    /// # Errors
    /// If there is nothing, or no header where one should be.
    pub fn new(input: R, separator: Option<u8>) -> Result<Self, TableError> {
        let (is_json, input) = peek(input);
        Ok(Self(match is_json {
            true => Written::Objects(Box::new(Objects::new(input))),
            false => Written::Table(Box::new(TableReader::with_separator(input, separator)?)),
        }))
    }

    /// The names of the columns met so far, as [`TableReader::header`] gives them.
    pub fn header(&self) -> &[String] {
        match &self.0 {
            Written::Table(table) => table.header(),
            Written::Objects(objects) => objects.columns.names(),
        }
    }

    /// Whether the header has changed since this was asked last. For a table it never does.
    pub fn take_header_change(&mut self) -> bool {
        match &mut self.0 {
            Written::Table(_) => false,
            Written::Objects(objects) => std::mem::take(&mut objects.columns.has_changed),
        }
    }

    /// Why reading ended before the end of the stream, once [`next_row`](Self::next_row) has returned nothing.
    pub fn ended_early(&self) -> Option<&str> {
        match &self.0 {
            Written::Table(table) => table.ended_early(),
            Written::Objects(objects) => objects.ended_early.as_deref(),
        }
    }

    /// Reads the next row and gives its line; see [`TableReader::next_row`] and the module about lines.
    pub fn next_row(&mut self, row: &mut ByteRecord) -> Option<Result<u64, RowIssue>> {
        match &mut self.0 {
            Written::Table(table) => table.next_row(row),
            Written::Objects(objects) => objects.next_row(row),
        }
    }
}

/// Objects as rows.
struct Objects<R> {
    reader: ObjectReader<R>,
    columns: Columns,
    cells: Cells,
    ended_early: Option<String>,
}

impl<R: Read> Objects<R> {
    fn new(input: R) -> Self {
        Self {
            reader: ObjectReader::new(input),
            columns: Columns::default(),
            cells: Cells::default(),
            ended_early: None,
        }
    }

    fn next_row(&mut self, row: &mut ByteRecord) -> Option<Result<u64, RowIssue>> {
        let (columns, cells) = (&mut self.columns, &mut self.cells);
        let piece = self.reader.advance(&mut io::sink(), |fields| {
            columns.place(&fields, cells);
        });
        // Nothing fails in a sink.
        let Ok(Some(piece)) = piece else {
            self.ended_early = self.ended_early.take().or(self.reader.take_end());
            return None;
        };
        let line = line_of(self.reader.number());
        Some(match piece {
            Piece::Object => {
                row.clear();
                for place in &self.cells.places {
                    row.push_field(&self.cells.values[place.clone()]);
                }
                Ok(line)
            }
            Piece::Broken(fault) => {
                let (code, reason) = fault.issue();
                Err(RowIssue::refused(line, "", code, reason))
            }
        })
    }
}

/// The values of the current object. One buffer for all: what a file may fill is bounded by the longest row.
#[derive(Default)]
struct Cells {
    values: Vec<u8>,
    /// Where the value of each column stands; empty where the object has none.
    places: Vec<Range<usize>>,
}

/// The line of an object; the first has number 1.
fn line_of(number: u64) -> u64 {
    number + 1
}

/// The columns of the objects met so far. Of a key that an object has twice, the last value counts.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    name_bytes: usize,
    places: HashMap<Box<str>, usize>,
    has_changed: bool,
    /// The column of each field of the current object.
    found: Vec<usize>,
}

impl Columns {
    fn names(&self) -> &[String] {
        &self.names
    }

    /// Puts the values of an object into the cells of their columns.
    fn place(&mut self, fields: &Fields<'_>, cells: &mut Cells) {
        if !self.find(fields) {
            // Too many for one table: begin a new one, which holds this object at least.
            *self = Self {
                has_changed: true,
                ..Self::default()
            };
            self.find(fields);
        }
        cells.values.clear();
        cells.places.clear();
        cells.places.resize(self.names.len(), 0..0);
        for (field, column) in fields.fields.iter().zip(&self.found) {
            let start = cells.values.len();
            cells.values.extend_from_slice(field.text.as_bytes());
            cells.places[*column] = start..cells.values.len();
        }
    }

    /// Finds the column of each field, and says whether there are no more than a table may have.
    fn find(&mut self, fields: &Fields<'_>) -> bool {
        self.found.clear();
        for field in &fields.fields {
            let column = self.column_of(&field.key);
            self.found.push(column);
        }
        self.names.len() <= COLUMNS_MAX && self.name_bytes <= ROW_BYTES_MAX
    }

    fn column_of(&mut self, key: &str) -> usize {
        // Most objects have the same keys in the same order.
        let expected = self.found.last().map_or(0, |last| last + 1);
        if self.names.get(expected).is_some_and(|name| name == key) {
            return expected;
        }
        let name = column_name(key);
        if let Some(column) = self.places.get(&*name) {
            return *column;
        }
        let column = self.names.len();
        self.name_bytes += name.len();
        self.places.insert(name.as_str().into(), column);
        self.names.push(name);
        self.has_changed = true;
        column
    }
}

/// What the column of a key is called.
pub(crate) fn column_name(key: &str) -> String {
    let name = key.trim().to_lowercase();
    match name.is_empty() {
        true => "column".to_owned(),
        false => name,
    }
}

/// One row as it stands in a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawObject {
    /// First byte of the object in the unpacked delivery.
    pub offset: u64,
    /// The object as it stands.
    pub bytes: Vec<u8>,
}

/// Finds the object of that line in a delivery of JSON objects, or what stands there instead of one.
///
/// An empty object is returned if the delivery has no such line, and nothing if it is a table.
///
/// # Errors
/// If the delivery cannot be read up to there.
pub fn raw_object<R: Read>(input: R, line: u64) -> io::Result<Option<RawObject>> {
    let (is_json, input) = peek(input);
    if !is_json {
        return Ok(None);
    }
    let mut reader = ObjectReader::new(input);
    while reader.advance(&mut io::sink(), |_| {})?.is_some() {
        if line_of(reader.number()) == line {
            return Ok(Some(RawObject {
                offset: reader.offset(),
                bytes: reader.raw().to_vec(),
            }));
        }
    }
    Ok(Some(RawObject::default()))
}
