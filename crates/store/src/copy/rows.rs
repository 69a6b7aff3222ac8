//! Rows as `COPY ... BINARY` carries them. Both sides speak it, so a row is compared by the bytes that were sent.
//!
//! Source: PostgreSQL 15 manual, COPY, "Binary Format".

use std::io::{self, BufRead};

use postgres::types::Type;
use rusqlite::types::ValueRef;

use crate::error::{Result, StoreError};

/// Signature, flags and length of the header extension.
pub(super) const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// In the place of a number of fields: there are no more rows.
pub(super) const END: [u8; 2] = (-1_i16).to_be_bytes();

/// What a table holds, whatever the order of its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) rows: i64,
    /// Sum of the digests of the rows: equal rows count as often as they are there.
    sum: u128,
}

impl Digest {
    /// Adds a row, by the bytes of its fields.
    pub(super) fn add(&mut self, fields: &[u8]) {
        let hash = blake3::hash(fields);
        let (head, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("a hash has 32 bytes");
        self.sum = self.sum.wrapping_add(u128::from_le_bytes(*head));
        self.rows += 1;
    }
}

/// Appends a field in the form of the target's column.
pub(super) fn write_field(out: &mut Vec<u8>, value: ValueRef<'_>, column: &Type) -> Result<()> {
    let unfit = |value: String| StoreError::Unknown {
        what: "a column of another type in PostgreSQL",
        value,
    };
    match value {
        ValueRef::Null => out.extend((-1_i32).to_be_bytes()),
        ValueRef::Integer(number) => {
            let unfit = || unfit(number.to_string());
            match *column {
                Type::INT2 => {
                    let number = i16::try_from(number).map_err(|_| unfit())?;
                    write_bytes(out, &number.to_be_bytes());
                }
                Type::INT4 => {
                    let number = i32::try_from(number).map_err(|_| unfit())?;
                    write_bytes(out, &number.to_be_bytes());
                }
                Type::INT8 => write_bytes(out, &number.to_be_bytes()),
                _ => return Err(unfit()),
            }
        }
        ValueRef::Text(text) if *column == Type::TEXT => write_bytes(out, text),
        ValueRef::Blob(bytes) if *column == Type::BYTEA => write_bytes(out, bytes),
        // The value may be personal data; its kind is enough to find the column.
        other => return Err(unfit(other.data_type().to_string())),
    }
    Ok(())
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    // No value of a store comes near two gigabytes: SQLite refuses more than one.
    out.extend((bytes.len() as i32).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Reads one row of a copy into `fields`, without the number of its fields; says whether there was one.
pub(super) fn read_fields(input: &mut impl BufRead, fields: &mut Vec<u8>) -> io::Result<bool> {
    fields.clear();
    let mut count = [0; 2];
    input.read_exact(&mut count)?;
    if count == END {
        return Ok(false);
    }
    for _ in 0..i16::from_be_bytes(count) {
        let mut length = [0; 4];
        input.read_exact(&mut length)?;
        fields.extend(length);
        // -1 is NULL, which has no bytes.
        let length = usize::try_from(i32::from_be_bytes(length)).unwrap_or(0);
        let from = fields.len();
        fields.resize(from + length, 0);
        input.read_exact(&mut fields[from..])?;
    }
    Ok(true)
}
