//! Moves an installation from the embedded store to PostgreSQL: every row of every table, its numbers and its key.
//!
//! In this order, so that a kill at any moment leaves one place that holds the installation and says so:
//!
//! 1. The source is marked as moving, and refuses every change from then on (`mark`).
//! 2. All tables are copied in one transaction of the target, read back and compared. The target has all of it or nothing.
//! 3. The source is marked as moved.
//!
//! A move that broke off is run again: it copies when the target is empty, and only marks when the target is complete.

mod mark;
mod rows;
mod target;

pub use mark::Moved;
pub(crate) use mark::place_in;

use crate::connection::{Tx, TxEngine};
use crate::engine::Store;
use crate::error::{Result, StoreError};
use rows::Digest;

/// A table that was copied, and found equal on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: i64,
}

/// Tables that tell of the store rather than of the installation, or say what others say too: each side has its own.
const OWN_TABLES: [&str; 4] = ["migration", mark::TABLE, "finding_key", "finding_key_new"];

impl Store {
    /// Tables of an embedded store that a move copies, with their rows.
    ///
    /// # Errors
    /// When the engine fails, or the store is not an embedded one.
    pub fn tables_to_move(&self) -> Result<Vec<CopiedTable>> {
        self.read(|tx| {
            let names = tx.tables_to_move()?;
            let counted = |name: String| {
                let rows = tx.query_int(&format!("SELECT COUNT(*) FROM {name}"), &[])?;
                Ok(CopiedTable { name, rows })
            };
            names.into_iter().map(counted).collect()
        })
    }

    /// The first table of a PostgreSQL store that keeps it from being the target of a move. Changes nothing.
    ///
    /// # Errors
    /// When an engine fails.
    pub fn in_the_way(&self, target: &Self) -> Result<Option<String>> {
        if target.migration_state()?.applied == 0 {
            return Ok(None);
        }
        let tables = self.read(|tx| tx.tables_to_move())?;
        target.read(|tx| tx.used_table(&tables))
    }

    /// Where this installation went, if it was moved away.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn moved(&self) -> Result<Option<Moved>> {
        self.read(|tx| tx.moved())
    }

    /// Copies this embedded store to an empty PostgreSQL store, and marks it as moved to `place`, a name for people
    /// without secrets. No worker may run on either. `say` hears the table and how many of its rows are there.
    ///
    /// When the target has this installation already, nothing is copied: an earlier move came so far, and the answer is
    /// empty. After a failure the source can be used again, unless nobody can say whether the target is complete: then it
    /// stays marked as moving, and the move must be run again.
    ///
    /// # Errors
    /// When an engine fails, the target is not empty, the rows differ, or the source was moved elsewhere.
    pub fn move_to(
        &self,
        target: &Self,
        place: &str,
        mut say: impl FnMut(&str, i64),
    ) -> Result<Vec<CopiedTable>> {
        target.migrate()?;
        let key = self.id_key()?;
        self.write(|tx| tx.mark_as_moving(place))?;
        let copied = self.read(|from| target.write(|to| copy_all(from, to, &key, &mut say)));
        match copied {
            Ok(copied) => {
                self.write(|tx| tx.mark_as_moved())?;
                Ok(copied)
            }
            Err(error) => {
                // Only who knows that nothing arrived may go on here.
                if let Ok(false) = target.has_key(&key) {
                    self.write(|tx| tx.unmark())?;
                }
                Err(error)
            }
        }
    }

    /// Takes back a move that broke off, so that this store can be used again; says whether that was possible. It is not
    /// when the target has the installation.
    ///
    /// # Errors
    /// When an engine fails.
    pub fn undo_move(&self, target: &Self) -> Result<bool> {
        if target.migration_state()?.applied > 0 && target.has_key(&self.id_key()?)? {
            return Ok(false);
        }
        self.write(|tx| tx.unmark())?;
        Ok(true)
    }

    fn id_key(&self) -> Result<Vec<u8>> {
        self.read(|tx| tx.id_key_bytes())
    }

    fn has_key(&self, key: &[u8]) -> Result<bool> {
        Ok(self.id_key()? == key)
    }
}

/// Copies all tables into the target's transaction, and compares.
fn copy_all(
    from: &mut Tx<'_>,
    to: &mut Tx<'_>,
    key: &[u8],
    say: &mut impl FnMut(&str, i64),
) -> Result<Vec<CopiedTable>> {
    to.hold_all()?;
    // A commit whose answer got lost is run again, and so is a whole move: both find the work done.
    if to.id_key_bytes()? == key {
        return Ok(Vec::new());
    }
    let tables = from.tables_to_move()?;
    if let Some(table) = to.used_table(&tables)? {
        return Err(StoreError::NotEmpty { table });
    }
    to.empty_out()?;
    // Every observation came in a batch of its day.
    let days = "SELECT DISTINCT received_day FROM batch";
    for day in from.query(days, &[], |row| row.int(0))? {
        to.prepare_day(day as i32)?;
    }
    let mut copied = Vec::with_capacity(tables.len());
    for name in &tables {
        let columns = from.columns_of(name)?;
        let sent = to.fill(from, name, &columns, |rows| say(name, rows))?;
        let found = to.digest(name, &columns)?;
        if sent != found {
            return Err(StoreError::CopyDiffers {
                table: name.clone(),
                sent: sent.rows,
                found: found.rows,
            });
        }
        let Digest { rows, .. } = sent;
        copied.push(CopiedTable {
            name: name.clone(),
            rows,
        });
    }
    for (table, number) in from.last_numbers()? {
        to.set_last_number(&table, number)?;
    }
    to.analyze(&tables)?;
    Ok(copied)
}

impl Tx<'_> {
    /// Every table of the embedded store but those of its own, by name.
    fn tables_to_move(&mut self) -> Result<Vec<String>> {
        self.sqlite()?;
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                   ORDER BY name";
        let mut names = self.query(sql, &[], |row| row.text(0))?;
        names.retain(|name| !OWN_TABLES.contains(&name.as_str()));
        Ok(names)
    }

    /// Columns of a table of the embedded store, separated by commas.
    fn columns_of(&mut self, table: &str) -> Result<String> {
        let statement = self.sqlite()?.prepare(&format!("SELECT * FROM {table}"))?;
        Ok(statement.column_names().join(", "))
    }

    fn id_key_bytes(&mut self) -> Result<Vec<u8>> {
        let sql = "SELECT id_key FROM installation WHERE one = 1";
        Ok(self
            .query_opt(sql, &[], |row| row.bytes(0))?
            .unwrap_or_default())
    }

    fn sqlite(&self) -> Result<&rusqlite::Connection> {
        match &self.engine {
            TxEngine::Sqlite(connection) => Ok(connection),
            TxEngine::Postgres { .. } => Err(StoreError::WrongEngine { needed: "SQLite" }),
        }
    }
}
