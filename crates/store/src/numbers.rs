//! The numbers that an engine gives out: where they stand, and how they go on after a move or a restore.

use crate::connection::{Tx, TxEngine, Value, values};
use crate::error::{Result, StoreError};

/// Numbers that are left out of a table after a restore. What was numbered between the backup and the end of the store
/// that it replaces is known outside: in the reference and the Message-ID of a mail, in an exported id. A number that
/// came back would make another thing look like that one.
///
/// People say the numbers of messages and deliveries on the phone, so the step is one that keeps them short, and
/// still more than a national desk sends between two backups. Nobody says that of a finding, and there are many.
const SKIPPED: i64 = 100_000;
const SKIPPED_FINDINGS: i64 = 1_000_000_000;

impl Tx<'_> {
    /// Leaves out numbers that may have been given out after this state was backed up.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn skip_numbers(&mut self) -> Result<()> {
        for (table, last) in self.last_numbers()? {
            let skipped = match table.as_str() {
                "finding" => SKIPPED_FINDINGS,
                _ => SKIPPED,
            };
            self.set_last_number(&table, last + skipped)?;
        }
        Ok(())
    }

    /// New numbers for findings, ascending.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn new_finding_numbers(&mut self, count: usize) -> Result<Vec<i64>> {
        self.new_numbers("finding", "finding_no", count)
    }

    /// Numbers for new rows of a table, ascending, that no row ever had: after a restore the engine remembers those that
    /// were given out. Other workers may draw numbers that lie between.
    pub(crate) fn new_numbers(
        &mut self,
        table: &str,
        column: &str,
        count: usize,
    ) -> Result<Vec<i64>> {
        let count = count as i64;
        if self.is_embedded() {
            let highest = format!("SELECT COALESCE(MAX({column}), 0) FROM {table}");
            let last = self.query_int(&highest, &[])?.max(self.last_given(table)?);
            return Ok((last + 1..=last + count).collect());
        }
        let sequence = self.sequence_of(table)?;
        // All in one field of one row.
        let sql = "SELECT array_agg(nextval(CAST(CAST($1 AS TEXT) AS regclass)))
                   FROM generate_series(1, CAST($2 AS BIGINT))";
        let drawn = self.query(sql, values![&sequence, count], |row| row.numbers())?;
        let mut numbers = drawn.into_iter().flatten().collect::<Vec<i64>>();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The highest number that each numbered table ever gave out, by table. A row that is gone keeps its number.
    pub(crate) fn last_numbers(&mut self) -> Result<Vec<(String, i64)>> {
        let mut last = Vec::new();
        for (table, column) in self.numbered_tables()? {
            let highest = format!("SELECT COALESCE(MAX({column}), 0) FROM {table}");
            let highest = self.query_int(&highest, &[])?;
            let given = self.last_given(&table)?;
            last.push((table, highest.max(given)));
        }
        Ok(last)
    }

    /// Makes a table go on after a number.
    pub(crate) fn set_last_number(&mut self, table: &str, number: i64) -> Result<()> {
        if self.is_embedded() {
            self.execute(
                "DELETE FROM sqlite_sequence WHERE name = $1",
                values![table],
            )?;
            self.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
                values![table, number],
            )?;
            return Ok(());
        }
        let sequence = self.sequence_of(table)?;
        // A sequence cannot stand at 0: it has not begun then.
        let sql = "SELECT setval(CAST(CAST($1 AS TEXT) AS regclass), GREATEST(CAST($2 AS BIGINT), 1), CAST($2 AS BIGINT) > 0)";
        self.query_int(sql, values![&sequence, number])?;
        Ok(())
    }

    /// Tables whose rows are numbered, with the column. Findings get their numbers from us, the others from the engine.
    fn numbered_tables(&mut self) -> Result<Vec<(String, String)>> {
        let sql = match self.engine {
            TxEngine::Sqlite(_) => {
                "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND c.pk = 1 AND (t.sql LIKE '%AUTOINCREMENT%' OR t.name = 'finding')"
            }
            TxEngine::Postgres { .. } => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema()
                   AND (is_identity = 'YES' OR (table_name = 'finding' AND column_name = 'finding_no'))"
            }
        };
        self.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?)))
    }

    fn last_given(&mut self, table: &str) -> Result<i64> {
        if self.is_embedded() {
            let sql = "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = $1";
            return self.query_int(sql, values![table]);
        }
        let sequence = self.sequence_of(table)?;
        let sql = format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}");
        self.query_int(&sql, &[])
    }

    /// Name of the sequence that numbers a table in PostgreSQL.
    fn sequence_of(&mut self, table: &str) -> Result<String> {
        if table == "finding" {
            return Ok("finding_no".to_owned());
        }
        let sql = "SELECT pg_get_serial_sequence(table_name, column_name) FROM information_schema.columns
                   WHERE table_schema = current_schema() AND is_identity = 'YES' AND table_name = CAST($1 AS TEXT)";
        let found = self.query_opt(sql, &[Value::Text(table)], |row| row.text(0))?;
        found.ok_or_else(|| StoreError::Unknown {
            what: "a numbered table",
            value: table.to_owned(),
        })
    }
}
