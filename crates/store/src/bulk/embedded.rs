//! Many rows at once in SQLite: prepared statements, run for a few rows each.

use std::borrow::Cow;

use rusqlite::{Connection, Statement};

use super::keys;
use crate::connection::{Row, Value};
use crate::error::Result;
use crate::finding::{
    CHANGEABLE, COLUMNS, FindingKey, FindingRow, MatchesOf, finding_from, finding_values,
};

/// Rows that one statement inserts. A statement opens its tables and ends once for all of them, and walks on from the last
/// row instead of from the root of the tree; from about 32 on that gains no more.
const INSERT_ROWS: usize = 32;

/// Rows from which a statement is written for them, with what is the same in all of them in its text: half of the columns
/// of a chunk are, and binding values is a quarter of the work.
const OWN_STATEMENT_ROWS: usize = 1_000;

/// Rows of the table that are walked over to the next wanted one, instead of looking it up from the root of the tree.
const GAP_MAX: i64 = 4;

pub(super) fn insert_all<'v, T>(
    connection: &Connection,
    table: &str,
    columns: &[&str],
    items: &'v [T],
    fill: impl Fn(&'v T, &mut Vec<Value<'v>>),
) -> Result<()> {
    let marks = marks(columns.len(), items, &fill);
    let mut values = Vec::with_capacity(columns.len() * INSERT_ROWS);
    let whole = items.chunks_exact(INSERT_ROWS);
    let rest = whole.remainder();
    for (rows, parts) in [(INSERT_ROWS, whole), (1, rest.chunks_exact(1))] {
        if parts.len() == 0 {
            continue;
        }
        let sql = insert_statement(table, columns, &marks, rows);
        let mut statement = connection.prepare_cached(&sql)?;
        for part in parts {
            values.clear();
            part.iter().for_each(|item| fill(item, &mut values));
            bind_marked(&mut statement, &marks, &values)?;
            statement.raw_execute()?;
        }
        if items.len() >= OWN_STATEMENT_ROWS {
            statement.discard();
        }
    }
    Ok(())
}

/// What stands for each column in a statement about `items`: the number, or NULL, that all of them have there, else the
/// mark of a value that is bound.
fn marks<'v, T>(
    width: usize,
    items: &'v [T],
    fill: impl Fn(&'v T, &mut Vec<Value<'v>>),
) -> Vec<Cow<'static, str>> {
    let mut common: Vec<Option<Value<'_>>> = vec![None; width];
    if items.len() >= OWN_STATEMENT_ROWS {
        let mut row = Vec::with_capacity(width);
        fill(&items[0], &mut row);
        common = row.iter().copied().map(Some).collect();
        for item in items {
            row.clear();
            fill(item, &mut row);
            for (common, value) in common.iter_mut().zip(&row) {
                if common.is_some_and(|common| common != *value) {
                    *common = None;
                }
            }
        }
    }
    let mark = |common| match common {
        Some(Value::Null) => Cow::Borrowed("NULL"),
        // SQLite reads the text of the smallest number as a real one.
        Some(Value::Int(number)) if number != i64::MIN => Cow::Owned(number.to_string()),
        _ => Cow::Borrowed("?"),
    };
    common.into_iter().map(mark).collect()
}

/// Binds the values of whole rows where their column has a mark.
fn bind_marked(
    statement: &mut Statement<'_>,
    marks: &[Cow<'static, str>],
    values: &[Value<'_>],
) -> Result<()> {
    let bound = values.iter().zip(marks.iter().cycle());
    let bound = bound.filter(|(_, mark)| *mark == "?");
    for (index, (value, _)) in bound.enumerate() {
        statement.raw_bind_parameter(index + 1, value)?;
    }
    Ok(())
}

/// A row that cannot be inserted fails the whole transaction, so a statement need not be able to undo its first rows (`OR
/// FAIL`); keeping what that takes costs more than the rows.
fn insert_statement(
    table: &str,
    columns: &[&str],
    marks: &[Cow<'static, str>],
    rows: usize,
) -> String {
    let row = format!("({})", marks.join(", "));
    format!(
        "INSERT OR FAIL INTO {table} ({}) VALUES {}",
        columns.join(", "),
        vec![row; rows].join(", ")
    )
}

/// Keys are found in their trees, which are narrow; then the rows are read in their own order, neighbours in one go.
pub(super) fn findings_by_key(
    connection: &Connection,
    wanted: &[&FindingKey],
) -> Result<Vec<Option<FindingRow>>> {
    let mut places = keys::numbers(connection, wanted)?;
    places.sort_unstable();
    let sql = format!(
        "SELECT {} FROM finding WHERE finding_no BETWEEN ? AND ?",
        COLUMNS.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found: Vec<Option<FindingRow>> = wanted.iter().map(|_| None).collect();
    for neighbours in places.chunk_by(|(a, _), (b, _)| b - a <= GAP_MAX) {
        let (first, last) = (neighbours[0], neighbours[neighbours.len() - 1]);
        statement.raw_bind_parameter(1, first.0)?;
        statement.raw_bind_parameter(2, last.0)?;
        let mut rows = statement.raw_query();
        for (number, place) in neighbours {
            while let Some(row) = rows.next()? {
                let row = Row::Sqlite(row);
                if row.int(0)? == *number {
                    found[*place] = Some(finding_from(&row, 0)?);
                    break;
                }
            }
        }
    }
    Ok(found)
}

pub(super) fn update_findings(connection: &Connection, findings: &[&FindingRow]) -> Result<()> {
    let marks = marks(COLUMNS.len(), findings, |finding, row| {
        finding_values(finding, row);
    });
    // The number, role and class never change; the changeable columns follow them.
    let fixed = COLUMNS.len() - CHANGEABLE.len();
    let marks = &marks[fixed..];
    let sets: Vec<_> = CHANGEABLE
        .iter()
        .zip(marks)
        .map(|(column, mark)| format!("{column} = {mark}"))
        .collect();
    let sql = format!(
        "UPDATE finding SET {} WHERE finding_no = ?",
        sets.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let number = statement.parameter_count();
    let mut row = Vec::with_capacity(COLUMNS.len());
    for finding in findings {
        row.clear();
        finding_values(finding, &mut row);
        bind_marked(&mut statement, marks, &row[fixed..])?;
        statement.raw_bind_parameter(number, finding.finding_no)?;
        statement.raw_execute()?;
    }
    if findings.len() >= OWN_STATEMENT_ROWS {
        statement.discard();
    }
    Ok(())
}

pub(super) fn update_matches(connection: &Connection, rows: &[MatchesOf<'_>]) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE finding SET matches = ?2, matched_with = ?3 WHERE finding_no = ?1",
    )?;
    for row in rows {
        statement.execute(*row)?;
    }
    Ok(())
}
