//! The few paths where each engine needs its own way to be fast: many rows at once.
//!
//! SQLite is fastest with one prepared statement a row (no parsing, no round trip); PostgreSQL with COPY, which is one
//! round trip for all rows. Both are behind the same methods.

pub(crate) mod assets;
mod copy;
mod embedded;
mod keys;
pub(crate) mod parties;
mod postgres;

use crate::connection::{Tx, TxEngine, Value};
use crate::error::Result;
use crate::finding::{FindingKey, FindingRow, MatchesOf};

impl Tx<'_> {
    /// Inserts a row for each item. `fill` gives the values in the order of `columns`.
    pub(crate) fn insert_all<'v, T>(
        &mut self,
        table: &str,
        columns: &[&str],
        items: &'v [T],
        fill: impl Fn(&'v T, &mut Vec<Value<'v>>),
    ) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                embedded::insert_all(connection, table, columns, items, fill)
            }
            TxEngine::Postgres { tx, statements } => {
                postgres::insert_all(tx, statements, table, columns, items, fill)
            }
        }
    }

    /// Adds the keys of findings that were inserted where they do not stand in an index of the table.
    pub(crate) fn insert_keys<'k>(
        &mut self,
        keys: impl Iterator<Item = (&'k FindingKey, i64)>,
    ) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => keys::insert(connection, keys.collect(), &keys::GROWTH),
            TxEngine::Postgres { .. } => Ok(()),
        }
    }

    /// The findings of these keys, in their order; `None` where there is none yet. Those found stay locked.
    ///
    /// Keys in ascending order are read fastest, and never deadlock with another worker's.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_by_key(&mut self, keys: &[&FindingKey]) -> Result<Vec<Option<FindingRow>>> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => embedded::findings_by_key(connection, keys),
            TxEngine::Postgres { tx, statements } => {
                postgres::findings_by_key(tx, statements, keys)
            }
        }
    }

    /// Whether there is a finding of each of these keys, in their order. Nothing is locked.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn are_findings(&mut self, keys: &[&FindingKey]) -> Result<Vec<bool>> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let found = embedded::findings_by_key(connection, keys)?;
                Ok(found.iter().map(Option::is_some).collect())
            }
            TxEngine::Postgres { tx, statements } => postgres::are_findings(tx, statements, keys),
        }
    }

    /// Writes the changeable columns of findings that exist.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn update_findings(&mut self, mut findings: Vec<&FindingRow>) -> Result<()> {
        if findings.is_empty() {
            return Ok(());
        }
        self.changes_findings = true;
        // In the order of the table: neighbours are on one page.
        findings.sort_unstable_by_key(|finding| finding.finding_no);
        match &mut self.engine {
            TxEngine::Sqlite(connection) => embedded::update_findings(connection, &findings),
            TxEngine::Postgres { .. } => self.update_findings_by_copy(&findings),
        }
    }

    /// Writes the matches of findings that exist.
    pub(crate) fn update_matches(&mut self, rows: &[MatchesOf<'_>]) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => embedded::update_matches(connection, rows),
            TxEngine::Postgres { .. } => self.update_matches_at_once(rows),
        }
    }
}
