//! Bytes to JSON objects: where an object begins and ends in an array or in lines (NDJSON), and how reading goes on
//! behind a broken one.
//!
//! [`crate::rows`] and [`crate::mask`] both stand on this, so that they agree on every object. Memory is bounded by the
//! longest object that is taken.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Write};

use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::records::{BYTE_ORDER_MARK, ROW_BYTES_MAX};
use crate::rows::column_name;
use crate::table::COLUMNS_MAX;
use crate::window::Window;

/// Brackets within brackets that a value may have at most.
const NESTING_MAX: usize = 32;

/// What stands at the current place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A readable object.
    Object,
    /// Something that is none.
    Broken(Fault),
}

/// Why a piece is no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no JSON.
    Syntax,
    /// It is JSON, but no object.
    NoObject,
    /// It has more than [`ROW_BYTES_MAX`] bytes.
    TooLong,
    /// It has more keys than a table may have columns.
    TooManyKeys,
    /// A value goes deeper than [`NESTING_MAX`].
    TooDeep,
    /// The stream ends inside of it.
    CutOff,
}

impl Fault {
    /// The code of the issue, and what was expected.
    pub(crate) fn issue(self) -> (&'static str, String) {
        match self {
            Self::Syntax => (
                "json-bad",
                "a JSON object is expected here, and this is none that can be read".to_owned(),
            ),
            Self::NoObject => (
                "json-no-object",
                "a row is a JSON object `{...}`, and something else stands here".to_owned(),
            ),
            Self::TooLong => (
                "row-too-long",
                format!("a row has {ROW_BYTES_MAX} bytes at most, this one is longer"),
            ),
            Self::TooManyKeys => (
                "too-many-keys",
                format!("an object has {COLUMNS_MAX} keys at most, this one has more"),
            ),
            Self::TooDeep => (
                "json-too-deep",
                format!("values may be nested {NESTING_MAX} deep, this one is deeper"),
            ),
            Self::CutOff => ("row-cut-off", "the file breaks off in this row".to_owned()),
        }
    }
}

/// Whether a stream that begins with these bytes holds JSON objects; nothing if more bytes are needed to say it.
pub(crate) fn is_json(head: &[u8]) -> Option<bool> {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let mut signs = head.iter().filter(|byte| !is_space(**byte));
    match signs.next()? {
        b'{' => signs.next().map(|next| matches!(next, b'"' | b'}')),
        b'[' => signs.next().map(|next| matches!(next, b'{' | b']')),
        _ => Some(false),
    }
}

/// Splits a stream into objects.
pub(crate) struct ObjectReader<R> {
    window: Window<R>,
    /// Bytes of the current piece, with which the window begins; the next one begins behind it.
    piece_bytes: usize,
    /// Bytes before those in the window.
    passed_bytes: u64,
    number: u64,
    /// Whether what follows is still part of a broken piece.
    skipping: Option<Resync>,
    at_start: bool,
    /// Brackets of arrays that are open around the objects.
    open_arrays: u64,
    /// Whether a broken piece ended with the bracket that closes an array.
    has_skipped_bracket: bool,
}

impl<R: Read> ObjectReader<R> {
    /// Starts at the first byte. Nothing is read before something is asked for.
    pub(crate) fn new(input: R) -> Self {
        Self {
            window: Window::new(input),
            piece_bytes: 0,
            passed_bytes: 0,
            number: 0,
            skipping: None,
            at_start: true,
            open_arrays: 0,
            has_skipped_bracket: false,
        }
    }

    /// The number of the current piece; the first is 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Where the current piece begins in the stream.
    pub(crate) fn offset(&self) -> u64 {
        self.passed_bytes
    }

    /// The bytes of the current piece. Of one that is too long, only what was looked at.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.window.bytes()[..self.piece_bytes]
    }

    /// Whether the current piece is broken, has all the rest of the stream in it, and closes an array at its end.
    pub(crate) fn closes_array(&self) -> bool {
        self.skipping.is_some() && self.window.at_end() && ends_with_bracket(self.raw())
    }

    /// Why the stream ended before its end: it failed, or an array is not closed.
    pub(crate) fn take_end(&mut self) -> Option<String> {
        match self.window.take_error() {
            Some(error) => Some(error.to_string()),
            None if self.open_arrays > 0 && !self.has_skipped_bracket => {
                Some("the file ends before the array that it holds is closed".to_owned())
            }
            None => None,
        }
    }

    /// Goes to the next piece, writes what stands before it to `between`, and gives the fields of an object to `take`.
    ///
    /// # Errors
    /// If `between` cannot be written.
    pub(crate) fn advance(
        &mut self,
        between: &mut impl Write,
        mut take: impl FnMut(Fields<'_>),
    ) -> io::Result<Option<Piece>> {
        self.leave_piece();
        self.pass_between(between)?;
        let Some(first) = self.window.bytes().first() else {
            return Ok(None);
        };
        self.number += 1;
        if *first != b'{' {
            self.enter_broken(Resync::new(true), 0);
            return Ok(Some(Piece::Broken(Fault::NoObject)));
        }
        loop {
            let bytes = self.window.bytes();
            let fault = match read_object(bytes) {
                Ok(fields) if fields.bytes <= ROW_BYTES_MAX => {
                    self.piece_bytes = fields.bytes;
                    take(fields);
                    return Ok(Some(Piece::Object));
                }
                Ok(_) => Fault::TooLong,
                Err(Unread::More) if bytes.len() >= ROW_BYTES_MAX => Fault::TooLong,
                Err(Unread::More) if self.window.at_end() => Fault::CutOff,
                Err(Unread::More) => {
                    self.window.fill();
                    continue;
                }
                Err(Unread::Fault(fault)) => fault,
            };
            self.enter_broken(Resync::new(false), bytes.len());
            return Ok(Some(Piece::Broken(fault)));
        }
    }

    /// Passes space, commas and the brackets of arrays.
    fn pass_between(&mut self, between: &mut impl Write) -> io::Result<()> {
        loop {
            if self.window.bytes().is_empty() {
                if self.window.at_end() {
                    return Ok(());
                }
                self.window.fill();
            }
            if self.at_start {
                while self.window.bytes().len() < BYTE_ORDER_MARK.len() && !self.window.at_end() {
                    self.window.fill();
                }
                self.at_start = false;
                if self.window.bytes().starts_with(BYTE_ORDER_MARK) {
                    between.write_all(BYTE_ORDER_MARK)?;
                    self.pass(BYTE_ORDER_MARK.len());
                }
            }
            let bytes = self.window.bytes();
            let is_between = |byte: &u8| is_space(*byte) || b",[]".contains(byte);
            let end = bytes.iter().position(|byte| !is_between(byte));
            let length = end.unwrap_or(bytes.len());
            for byte in &bytes[..length] {
                match byte {
                    b'[' => self.open_arrays += 1,
                    b']' => self.open_arrays = self.open_arrays.saturating_sub(1),
                    _ => {}
                }
            }
            between.write_all(&bytes[..length])?;
            self.pass(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Takes as little as possible as a broken piece: up to where an object seems to begin. `read` bytes of it were
    /// looked at.
    fn enter_broken(&mut self, mut resync: Resync, read: usize) {
        let bytes = self.window.bytes();
        let found = match self.window.may_reread(0) {
            true => resync.find(&bytes[1..]).map(|at| at + 1),
            false => None,
        };
        let piece_bytes = found.unwrap_or(bytes.len());
        self.window
            .note_reread(read.saturating_sub(piece_bytes) as u64);
        self.skipping = match found {
            Some(_) => None,
            None => Some(resync),
        };
        self.piece_bytes = piece_bytes;
    }

    fn leave_piece(&mut self) {
        if self.skipping.is_some() {
            self.has_skipped_bracket = ends_with_bracket(self.raw());
        }
        self.pass(self.piece_bytes);
        while let Some(mut resync) = self.skipping.take() {
            if self.window.bytes().is_empty() {
                if self.window.at_end() {
                    return;
                }
                self.window.fill();
            }
            let bytes = self.window.bytes();
            match resync.find(bytes) {
                Some(at) => self.pass(at),
                None => {
                    self.has_skipped_bracket = ends_with_bracket(bytes);
                    self.pass(bytes.len());
                    self.skipping = Some(resync);
                }
            }
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.window.pass(bytes);
        self.passed_bytes += bytes as u64;
        self.piece_bytes = 0;
    }
}

/// Finds where an object seems to begin: a `{` behind a `}` or a line break, with nothing but space and a comma between.
#[derive(Clone, Copy, Debug)]
struct Resync {
    /// Whether any `{` will do, since no object was begun.
    anywhere: bool,
    may_begin: bool,
}

impl Resync {
    fn new(anywhere: bool) -> Self {
        Self {
            anywhere,
            may_begin: false,
        }
    }

    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'{' if self.may_begin || self.anywhere => return Some(at),
                b'}' | b'\n' => self.may_begin = true,
                b',' => {}
                byte if is_space(*byte) => {}
                _ => self.may_begin = false,
            }
        }
        None
    }
}

/// Whether an array seems to be closed at the end of a piece.
fn ends_with_bracket(piece: &[u8]) -> bool {
    piece.trim_ascii_end().ends_with(b"]")
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The fields of an object, in their order, and how many bytes it has.
pub(crate) struct Fields<'b> {
    pub(crate) fields: Vec<Field<'b>>,
    pub(crate) bytes: usize,
}

impl Fields<'_> {
    /// The names of the columns that the fields are in.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.fields.iter().map(|field| column_name(&field.key))
    }
}

/// One field of an object.
pub(crate) struct Field<'b> {
    pub(crate) key: Cow<'b, str>,
    /// The value as it stands.
    pub(crate) raw: &'b str,
    /// Where it begins in the object.
    pub(crate) raw_at: usize,
    /// The value as text: a string without its quotes, nothing for `null`, and otherwise as it stands.
    pub(crate) text: Cow<'b, str>,
}

impl Field<'_> {
    /// Whether the value is an object or an array.
    pub(crate) fn is_nested(&self) -> bool {
        self.raw.starts_with(['{', '['])
    }
}

enum Unread {
    /// The object does not end within these bytes.
    More,
    Fault(Fault),
}

/// Reads the object that these bytes begin with.
fn read_object(bytes: &[u8]) -> Result<Fields<'_>, Unread> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<RawFields<'_>>();
    let fields = match values.next() {
        Some(Ok(fields)) => fields.0,
        Some(Err(error)) if error.is_eof() => return Err(Unread::More),
        Some(Err(_)) | None => return Err(Unread::Fault(Fault::Syntax)),
    };
    if fields.len() > COLUMNS_MAX {
        return Err(Unread::Fault(Fault::TooManyKeys));
    }
    let end = values.byte_offset();
    let fields = fields.into_iter().map(|(key, raw)| {
        let raw = raw.get();
        let text = text_of(raw).map_err(Unread::Fault)?;
        Ok(Field {
            key,
            raw,
            // The value is a part of the bytes.
            raw_at: raw.as_ptr().addr() - bytes.as_ptr().addr(),
            text,
        })
    });
    Ok(Fields {
        fields: fields.collect::<Result<_, Unread>>()?,
        bytes: end,
    })
}

fn text_of(raw: &str) -> Result<Cow<'_, str>, Fault> {
    match raw.as_bytes() {
        b"null" => Ok(Cow::Borrowed("")),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            Ok(Cow::Borrowed(&raw[1..raw.len() - 1]))
        }
        [b'"', ..] => match serde_json::from_str(raw) {
            Ok(text) => Ok(Cow::Owned(text)),
            Err(_) => Err(Fault::Syntax),
        },
        [b'{' | b'[', ..] if depth(raw) > NESTING_MAX => Err(Fault::TooDeep),
        _ => Ok(Cow::Borrowed(raw)),
    }
}

/// How deep brackets stand within brackets, outside of strings.
fn depth(raw: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut is_escaped) = (false, false);
    for byte in raw.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Keys and values of one object as they stand.
struct RawFields<'b>(Vec<(Cow<'b, str>, &'b RawValue)>);

impl<'b> serde::Deserialize<'b> for RawFields<'b> {
    fn deserialize<D: serde::Deserializer<'b>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RawFieldsVisitor)
    }
}

struct RawFieldsVisitor;

impl<'b> Visitor<'b> for RawFieldsVisitor {
    type Value = RawFields<'b>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'b>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(Key(key)) = map.next_key::<Key<'b>>()? {
            let value = map.next_value::<&'b RawValue>()?;
            // One more than allowed is kept, so that it shows.
            if fields.len() <= COLUMNS_MAX {
                fields.push((key, value));
            }
        }
        Ok(RawFields(fields))
    }
}

/// A key, which is a part of the bytes unless something in it is escaped.
struct Key<'b>(Cow<'b, str>);

impl<'b> serde::Deserialize<'b> for Key<'b> {
    fn deserialize<D: serde::Deserializer<'b>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'b> Visitor<'b> for KeyVisitor {
            type Value = Key<'b>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'b str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
