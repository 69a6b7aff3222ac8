//! The PostgreSQL side of a move.

use std::io::{self, Read, Write};

use postgres::types::Type;

use super::rows::{Digest, END, HEADER, read_fields, write_field};
use crate::connection::{Tx, TxEngine, prepared};
use crate::error::{Result, StoreError};

/// Bytes that are handed to the connection at once: large enough that system calls do not count.
const PORTION_BYTES: usize = 1 << 18;

/// Rows between two words about progress.
const WORD_ROWS: i64 = 10_000;

impl<'t> Tx<'t> {
    fn postgres(&mut self) -> Result<&mut postgres::Transaction<'t>> {
        match &mut self.engine {
            TxEngine::Postgres { tx, .. } => Ok(tx),
            TxEngine::Sqlite(_) => Err(StoreError::WrongEngine {
                needed: "PostgreSQL",
            }),
        }
    }

    /// Lets nobody else look at or change the installation until the transaction ends.
    pub(super) fn hold_all(&mut self) -> Result<()> {
        Ok(self
            .postgres()?
            .batch_execute("LOCK TABLE installation, desk IN ACCESS EXCLUSIVE MODE")?)
    }

    /// The first of these tables that has rows which no new installation has.
    pub(super) fn used_table(&mut self, tables: &[String]) -> Result<Option<String>> {
        for table in tables {
            let made = match table.as_str() {
                "installation" | "desk" => 1,
                _ => 0,
            };
            let sql = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT 2) AS found");
            if self.query_int(&sql, &[])? > made {
                return Ok(Some(table.clone()));
            }
        }
        Ok(None)
    }

    /// Removes what a new installation has.
    pub(super) fn empty_out(&mut self) -> Result<()> {
        Ok(self
            .postgres()?
            .batch_execute("DELETE FROM installation; DELETE FROM desk")?)
    }

    /// Copies a table of an embedded store; gives the digest of what was sent.
    pub(super) fn fill(
        &mut self,
        from: &mut Tx<'_>,
        table: &str,
        columns: &str,
        mut say: impl FnMut(i64),
    ) -> Result<Digest> {
        let types = self.types_of(table, columns)?;
        let fields_count = (types.len() as i16).to_be_bytes();
        let mut sink = self
            .postgres()?
            .copy_in(&format!("COPY {table} ({columns}) FROM STDIN BINARY"))?;
        let mut digest = Digest::default();
        let mut portion = HEADER.to_vec();
        let sql = format!("SELECT {columns} FROM {table}");
        let mut source = from.sqlite()?.prepare(&sql)?;
        let mut rows = source.raw_query();
        while let Some(row) = rows.next()? {
            portion.extend(fields_count);
            let begin = portion.len();
            for (index, column) in types.iter().enumerate() {
                write_field(&mut portion, row.get_ref(index)?, column)?;
            }
            digest.add(&portion[begin..]);
            if portion.len() >= PORTION_BYTES {
                sink.write_all(&portion).map_err(sending)?;
                portion.clear();
            }
            if digest.rows % WORD_ROWS == 0 {
                say(digest.rows);
            }
        }
        portion.extend(END);
        sink.write_all(&portion).map_err(sending)?;
        sink.finish()?;
        say(digest.rows);
        Ok(digest)
    }

    fn types_of(&mut self, table: &str, columns: &str) -> Result<Vec<Type>> {
        let sql = format!("SELECT {columns} FROM {table}");
        let TxEngine::Postgres { tx, statements } = &mut self.engine else {
            return Err(StoreError::WrongEngine {
                needed: "PostgreSQL",
            });
        };
        let shape = prepared(tx, statements, &sql)?;
        let types = shape.columns().iter().map(|column| column.type_().clone());
        Ok(types.collect())
    }

    /// What a table holds now, in the columns that were sent.
    pub(super) fn digest(&mut self, table: &str, columns: &str) -> Result<Digest> {
        let sql = format!("COPY (SELECT {columns} FROM {table}) TO STDOUT BINARY");
        let mut source = self.postgres()?.copy_out(&sql)?;
        let mut digest = Digest::default();
        let mut read = || -> io::Result<()> {
            source.read_exact(&mut [0; HEADER.len()])?;
            let mut fields = Vec::new();
            while read_fields(&mut source, &mut fields)? {
                digest.add(&fields);
            }
            Ok(())
        };
        read().map_err(sending)?;
        Ok(digest)
    }

    /// Lets the planner know what is there: it has seen nothing but empty tables.
    pub(super) fn analyze(&mut self, tables: &[String]) -> Result<()> {
        let sql = format!("ANALYZE {}", tables.join(", "));
        Ok(self.postgres()?.batch_execute(&sql)?)
    }
}

/// The driver hides its own error in one of input and output.
fn sending(error: io::Error) -> StoreError {
    match error.downcast::<postgres::Error>() {
        Ok(error) => StoreError::Postgres(error),
        Err(source) => StoreError::File {
            what: "copy rows through",
            path: "the connection to PostgreSQL".into(),
            source,
        },
    }
}
