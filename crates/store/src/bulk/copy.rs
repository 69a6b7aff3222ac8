//! Rows as COPY takes them in binary, written into one buffer without asking the driver about each field.
//!
//! Source: PostgreSQL documentation, "COPY", section "Binary Format".

use std::io::Write;

use postgres::CopyInWriter;
use postgres::types::Type;

use crate::connection::Value;
use crate::error::{Result, StoreError};

/// Signature, flags and length of the header's extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Instead of a number of fields: no more rows.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
/// Length of a field that is NULL.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();
/// Bytes that are sent at once.
const PORTION_BYTES: usize = 64 * 1024;

/// Writes rows of columns of known types.
pub(super) struct CopyWriter<'a> {
    sink: CopyInWriter<'a>,
    types: Vec<Type>,
    buffer: Vec<u8>,
}

impl<'a> CopyWriter<'a> {
    pub(super) fn new(sink: CopyInWriter<'a>, types: Vec<Type>) -> Self {
        let mut buffer = Vec::with_capacity(PORTION_BYTES + 4 * 1024);
        buffer.extend_from_slice(HEADER);
        Self {
            sink,
            types,
            buffer,
        }
    }

    pub(super) fn write(&mut self, row: &[Value<'_>]) -> Result<()> {
        self.buffer
            .extend_from_slice(&(self.types.len() as i16).to_be_bytes());
        for (value, ty) in row.iter().zip(&self.types) {
            put(&mut self.buffer, *value, ty)?;
        }
        if self.buffer.len() >= PORTION_BYTES {
            self.send()?;
        }
        Ok(())
    }

    /// Ends the rows; the answer of the server is the outer or the inner error.
    pub(super) fn finish(mut self) -> Result<std::result::Result<u64, postgres::Error>> {
        self.buffer.extend_from_slice(&TRAILER);
        self.send()?;
        Ok(self.sink.finish())
    }

    fn send(&mut self) -> Result<()> {
        let sent = self.sink.write_all(&self.buffer);
        self.buffer.clear();
        sent.map_err(|error| {
            // The driver wraps its own error to look like one of a file.
            let inner = error
                .into_inner()
                .and_then(|inner| inner.downcast::<postgres::Error>().ok());
            inner.map_or(StoreError::Conflict, |error| StoreError::Postgres(*error))
        })
    }
}

/// Length and bytes of one field.
fn put(buffer: &mut Vec<u8>, value: Value<'_>, ty: &Type) -> Result<()> {
    let sized = |buffer: &mut Vec<u8>, bytes: &[u8]| {
        buffer.extend_from_slice(&(bytes.len() as i32).to_be_bytes());
        buffer.extend_from_slice(bytes);
    };
    let too_wide = |number: i64| StoreError::Unknown {
        what: "a number for a narrower column",
        value: number.to_string(),
    };
    match value {
        Value::Null => buffer.extend_from_slice(&NULL),
        Value::Int(number) => match *ty {
            Type::INT2 => {
                let number = i16::try_from(number).map_err(|_| too_wide(number))?;
                sized(buffer, &number.to_be_bytes());
            }
            Type::INT4 => {
                let number = i32::try_from(number).map_err(|_| too_wide(number))?;
                sized(buffer, &number.to_be_bytes());
            }
            _ => sized(buffer, &number.to_be_bytes()),
        },
        Value::Text(text) => sized(buffer, text.as_bytes()),
        Value::Bytes(bytes) => sized(buffer, bytes),
        Value::Numbers(_) => unreachable!("no column is a set"),
    }
    Ok(())
}
