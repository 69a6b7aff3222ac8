//! Many rows at once in PostgreSQL: COPY in binary, and joins against the rows that were copied.

use postgres::Transaction;
use postgres::types::Type;

use super::copy::CopyWriter;
use crate::connection::{Row, Statements, Tx, Value, prepared};
use crate::error::{Result, StoreError};
use crate::finding::{
    CHANGEABLE, COLUMNS, FindingKey, FindingRow, MatchesOf, finding_from, finding_values,
};

pub(super) fn insert_all<'v, T>(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    table: &str,
    columns: &[&str],
    items: &'v [T],
    fill: impl Fn(&'v T, &mut Vec<Value<'v>>),
) -> Result<()> {
    let columns = columns.join(", ");
    let shape = prepared(tx, statements, &format!("SELECT {columns} FROM {table}"))?;
    let types: Vec<Type> = shape
        .columns()
        .iter()
        .map(|column| column.type_().clone())
        .collect();
    let sql = format!("COPY {table} ({columns}) FROM STDIN BINARY");
    let copy = prepared(tx, statements, &sql)?;
    let mut writer = CopyWriter::new(tx.copy_in(&copy)?, types);
    let mut row = Vec::with_capacity(shape.columns().len());
    for item in items {
        row.clear();
        fill(item, &mut row);
        writer.write(&row)?;
    }
    writer.finish()?.map_err(first_wins)?;
    Ok(())
}

/// A key that another worker made since we looked: the transaction is run again and then finds it.
fn first_wins(error: postgres::Error) -> StoreError {
    match error.code() {
        Some(state) if *state == postgres::error::SqlState::UNIQUE_VIOLATION => {
            StoreError::Conflict
        }
        _ => StoreError::Postgres(error),
    }
}

pub(super) fn findings_by_key(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    keys: &[&FindingKey],
) -> Result<Vec<Option<FindingRow>>> {
    let mut found: Vec<Option<FindingRow>> = keys.iter().map(|_| None).collect();
    for row in by_key(tx, statements, keys, &COLUMNS, "FOR UPDATE")? {
        let row = Row::Postgres(&row);
        found[place(&row)?] = Some(finding_from(&row, 1)?);
    }
    Ok(found)
}

pub(super) fn are_findings(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    keys: &[&FindingKey],
) -> Result<Vec<bool>> {
    let mut known = vec![false; keys.len()];
    for row in by_key(tx, statements, keys, &["finding_no"], "")? {
        known[place(&Row::Postgres(&row))?] = true;
    }
    Ok(known)
}

/// The place of a key among those asked for.
fn place(row: &Row<'_>) -> Result<usize> {
    Ok(row.int(0)? as usize - 1)
}

/// The findings of these keys that exist: the place of the key, then the columns.
fn by_key(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    keys: &[&FindingKey],
    columns: &[&str],
    lock: &str,
) -> Result<Vec<postgres::Row>> {
    // One walk down the index for each key, in their order, whatever the planner thinks of the table: what it knows of its
    // size is old, and a scan of all findings is never faster.
    let sql = format!(
        "SELECT k.place, f.* FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::text[])
             WITH ORDINALITY AS k (desk_no, threat_no, endpoint, identifier, place)
         CROSS JOIN LATERAL (
             SELECT {} FROM finding
             WHERE desk_no = k.desk_no AND threat_no = k.threat_no
                 AND endpoint = k.endpoint AND identifier = k.identifier
             LIMIT 1 {lock}) f",
        columns.join(", ")
    );
    let statement = prepared(tx, statements, &sql)?;
    let desks: Vec<i64> = keys.iter().map(|key| key.desk_no).collect();
    let threats: Vec<i64> = keys.iter().map(|key| key.threat_no).collect();
    let endpoints: Vec<&[u8]> = keys.iter().map(|key| &key.endpoint[..]).collect();
    let identifiers: Vec<&str> = keys.iter().map(|key| &key.identifier[..]).collect();
    Ok(tx.query(&statement, &[&desks, &threats, &endpoints, &identifiers])?)
}

impl Tx<'_> {
    pub(super) fn update_findings_by_copy(&mut self, findings: &[&FindingRow]) -> Result<()> {
        let columns = COLUMNS.join(", ");
        self.execute(
            &format!(
                "CREATE TEMPORARY TABLE IF NOT EXISTS finding_change ON COMMIT DELETE ROWS
                 AS SELECT {columns} FROM finding WITH NO DATA"
            ),
            &[],
        )?;
        self.execute("TRUNCATE finding_change", &[])?;
        self.insert_all("finding_change", &COLUMNS, findings, |finding, row| {
            finding_values(finding, row);
        })?;
        let sets: Vec<_> = CHANGEABLE
            .iter()
            .map(|column| format!("{column} = c.{column}"))
            .collect();
        let sql = format!(
            "UPDATE finding f SET {} FROM finding_change c WHERE f.finding_no = c.finding_no",
            sets.join(", ")
        );
        self.execute_by_key(&sql, &[])?;
        Ok(())
    }

    pub(super) fn update_matches_at_once(&mut self, rows: &[MatchesOf<'_>]) -> Result<()> {
        self.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS match_change (finding_no BIGINT, matches TEXT, matched_with BIGINT)
             ON COMMIT DELETE ROWS",
            &[],
        )?;
        self.execute("TRUNCATE match_change", &[])?;
        let columns = ["finding_no", "matches", "matched_with"];
        self.insert_all(
            "match_change",
            &columns,
            rows,
            |(finding_no, text, with), row| {
                row.extend_from_slice(&[
                    Value::Int(*finding_no),
                    Value::Text(text),
                    Value::Int(*with),
                ]);
            },
        )?;
        self.execute_by_key(
            "UPDATE finding f SET matches = c.matches, matched_with = c.matched_with FROM match_change c
             WHERE f.finding_no = c.finding_no",
            &[],
        )?;
        Ok(())
    }

    /// Changes rows of a table by a join of their keys with the rows given, with one walk down the index for each. What the
    /// planner knows of the sizes is old, and a join that reads the table from its beginning costs more the larger it is.
    pub(crate) fn execute_by_key(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        self.execute("SET LOCAL enable_mergejoin = off", &[])?;
        self.execute("SET LOCAL enable_hashjoin = off", &[])?;
        let changed = self.execute(sql, values)?;
        self.execute("SET LOCAL enable_mergejoin = DEFAULT", &[])?;
        self.execute("SET LOCAL enable_hashjoin = DEFAULT", &[])?;
        Ok(changed)
    }
}
