//! The mark on an embedded store that moves or has moved: a table of one row, and triggers that refuse every change.
//!
//! The triggers hold for programs that opened the store before the move too: what they are about to write fails with the
//! name of the new place, instead of being written where nobody looks any more.

use crate::connection::{Tx, values};
use crate::error::{Result, StoreError};

/// There only in a store that is marked.
pub(super) const TABLE: &str = "moved";

/// How the words of a trigger begin; the place follows. Read by [`place_in`].
const REFUSAL: &str = "this store was moved to ";

/// Where an installation went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The place, without secrets.
    pub place: String,
    /// The move came to its end; otherwise it has to be run again.
    pub is_complete: bool,
}

/// The place that a trigger named when it refused a change.
pub(crate) fn place_in(words: &str) -> Option<&str> {
    words.strip_prefix(REFUSAL)
}

impl Tx<'_> {
    /// Where the installation went, if it was moved away. Never from PostgreSQL.
    pub(crate) fn moved(&mut self) -> Result<Option<Moved>> {
        if !self.is_embedded() || !self.has_table(TABLE)? {
            return Ok(None);
        }
        self.query_opt("SELECT place, is_complete FROM moved", &[], |row| {
            Ok(Moved {
                place: row.text(0)?,
                is_complete: row.int(1)? == 1,
            })
        })
    }

    /// Refuses changes from now on. A second mark for the same place is no change.
    pub(super) fn mark_as_moving(&mut self, place: &str) -> Result<()> {
        if let Some(moved) = self.moved()? {
            return match moved.place == place && !moved.is_complete {
                true => Ok(()),
                false => Err(moved.into()),
            };
        }
        let refusal = format!("{REFUSAL}{place}").replace('\'', "''");
        let mut script =
            "CREATE TABLE moved (place TEXT NOT NULL, is_complete INTEGER NOT NULL);".to_owned();
        for table in self.tables_to_move()? {
            for change in CHANGES {
                script.push_str(&format!(
                    "CREATE TRIGGER {} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END;",
                    trigger(&table, change)
                ));
            }
        }
        self.sqlite()?.execute_batch(&script)?;
        self.execute(
            "INSERT INTO moved (place, is_complete) VALUES ($1, 0)",
            values![place],
        )?;
        Ok(())
    }

    pub(super) fn mark_as_moved(&mut self) -> Result<()> {
        self.execute("UPDATE moved SET is_complete = 1", &[])?;
        Ok(())
    }

    /// Lets the store be changed again.
    pub(super) fn unmark(&mut self) -> Result<()> {
        let mut script = "DROP TABLE IF EXISTS moved;".to_owned();
        for table in self.tables_to_move()? {
            for change in CHANGES {
                script.push_str(&format!(
                    "DROP TRIGGER IF EXISTS {};",
                    trigger(&table, change)
                ));
            }
        }
        Ok(self.sqlite()?.execute_batch(&script)?)
    }
}

const CHANGES: [&str; 3] = ["INSERT", "UPDATE", "DELETE"];

fn trigger(table: &str, change: &str) -> String {
    format!("moved_{table}_{}", change.to_lowercase())
}

impl From<Moved> for StoreError {
    fn from(moved: Moved) -> Self {
        let Moved { place, is_complete } = moved;
        match is_complete {
            true => Self::Moved { place },
            false => Self::Moving { place },
        }
    }
}
