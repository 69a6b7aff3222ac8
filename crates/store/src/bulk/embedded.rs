//! Many rows at once in SQLite: one prepared statement, run per row.

use rusqlite::Connection;

use crate::connection::{Row, Value};
use crate::error::Result;
use crate::finding::{CHANGEABLE, FindingKey, FindingRow, finding_from, finding_values};

pub(super) fn insert_all<'v, T>(
    connection: &Connection,
    table: &str,
    columns: &[&str],
    items: &'v [T],
    fill: impl Fn(&'v T, &mut Vec<Value<'v>>),
) -> Result<()> {
    let marks: Vec<_> = (1..=columns.len())
        .map(|number| format!("${number}"))
        .collect();
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        columns.join(", "),
        marks.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut row = Vec::with_capacity(columns.len());
    for item in items {
        row.clear();
        fill(item, &mut row);
        // The placeholders stand in ascending order, so positions are what their names say.
        for (index, value) in row.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

pub(super) fn findings_by_key(
    connection: &Connection,
    keys: &[&FindingKey],
) -> Result<Vec<Option<FindingRow>>> {
    let sql = format!(
        "SELECT {} FROM finding WHERE desk_no = $1 AND threat_no = $2 AND endpoint = $3 AND identifier = $4",
        crate::finding::COLUMNS.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        statement.raw_bind_parameter(1, key.desk_no)?;
        statement.raw_bind_parameter(2, key.threat_no)?;
        statement.raw_bind_parameter(3, &key.endpoint[..])?;
        statement.raw_bind_parameter(4, &key.identifier)?;
        let mut rows = statement.raw_query();
        found.push(match rows.next()? {
            Some(row) => Some(finding_from(&Row::Sqlite(row), 0)?),
            None => None,
        });
    }
    Ok(found)
}

pub(super) fn update_findings(connection: &Connection, findings: &[&FindingRow]) -> Result<()> {
    let sets: Vec<_> = CHANGEABLE
        .iter()
        .enumerate()
        .map(|(at, column)| format!("{column} = ?{}", at + 2))
        .collect();
    let sql = format!(
        "UPDATE finding SET {} WHERE finding_no = ?1",
        sets.join(", ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut row = Vec::with_capacity(CHANGEABLE.len() + 3);
    for finding in findings {
        row.clear();
        finding_values(finding, &mut row);
        statement.raw_bind_parameter(1, finding.finding_no)?;
        // The number, role and class never change; the changeable columns follow them.
        let changeable = &row[row.len() - CHANGEABLE.len()..];
        for (index, value) in changeable.iter().enumerate() {
            statement.raw_bind_parameter(index + 2, value)?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}
