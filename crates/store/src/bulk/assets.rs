//! Many assets at once in PostgreSQL: four statements for a portion, instead of three for each row.

use std::collections::HashSet;

use model::register::AssetRow;
use postgres::Transaction;

use crate::bulk::parties::{PORTION_ROWS, party_numbers};
use crate::connection::{Row, Statements, prepared};
use crate::error::Result;
use crate::register::{ALWAYS, RegisterChange};

/// A row whose organisation is known, as columns.
struct Wanted<'r> {
    place: usize,
    party_no: i64,
    kind: i16,
    value: String,
    valid_from: i32,
    given: &'r str,
    valid_until: Option<i32>,
}

/// Puts assets; says of each what became of it.
pub(crate) fn put_assets(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    rows: &[&AssetRow],
) -> Result<Vec<RegisterChange>> {
    let mut changes = Vec::with_capacity(rows.len());
    for portion in rows.chunks(PORTION_ROWS) {
        let references = portion.iter().map(|row| row.organisation.as_str());
        let parties = party_numbers(tx, statements, references)?;
        let mut done = vec![RegisterChange::UnknownOrganisation; portion.len()];
        let mut wanted = Vec::with_capacity(portion.len());
        let mut keys = HashSet::new();
        for (place, row) in portion.iter().enumerate() {
            let Some(party_no) = parties.get(&row.organisation[..]) else {
                continue;
            };
            let row = Wanted {
                place,
                party_no: *party_no,
                kind: row.value.kind().code(),
                value: row.value.to_string(),
                valid_from: row.valid_from.map_or(ALWAYS as i32, |day| day.days()),
                given: &row.given,
                valid_until: row.valid_until.map(|day| day.days()),
            };
            // A row that comes twice changes what the first one made.
            if !keys.insert((row.party_no, row.kind, row.value.clone(), row.valid_from)) {
                put_portion(tx, statements, &wanted, &mut done)?;
                wanted.clear();
                keys.clear();
                keys.insert((row.party_no, row.kind, row.value.clone(), row.valid_from));
            }
            wanted.push(row);
        }
        put_portion(tx, statements, &wanted, &mut done)?;
        changes.extend(done);
    }
    Ok(changes)
}

/// Puts rows of different keys.
fn put_portion(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    wanted: &[Wanted<'_>],
    done: &mut [RegisterChange],
) -> Result<()> {
    let held = held(tx, statements, wanted)?;
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for (row, held) in wanted.iter().zip(held) {
        match held {
            None => new.push(row),
            Some((asset_no, true)) => done[row.place] = RegisterChange::Unchanged(asset_no),
            Some((asset_no, false)) => {
                done[row.place] = RegisterChange::Changed(asset_no);
                changed.push((asset_no, row));
            }
        }
    }
    for (row, asset_no) in new.iter().zip(insert(tx, statements, &new)?) {
        done[row.place] = RegisterChange::Added(asset_no);
    }
    change(tx, statements, &changed)
}

/// Number of the asset of each key that is there, and whether it says what is wanted.
fn held(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Option<(i64, bool)>>> {
    let sql =
        "SELECT k.place, a.asset_no, a.closed_at IS NULL AND a.given = k.given
             AND a.valid_until IS NOT DISTINCT FROM k.valid_until
         FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::integer[], $5::text[], $6::integer[])
             WITH ORDINALITY AS k (party_no, kind, value, valid_from, given, valid_until, place)
         CROSS JOIN LATERAL (
             SELECT asset_no, given, valid_until, closed_at FROM asset
             WHERE party_no = k.party_no AND kind = k.kind AND value = k.value AND valid_from = k.valid_from
             LIMIT 1) a";
    let statement = prepared(tx, statements, sql)?;
    let mut found = vec![None; wanted.len()];
    let columns = Columns::of(wanted.iter());
    for row in tx.query(&statement, &columns.params())? {
        let place = Row::Postgres(&row).int(0)? as usize - 1;
        found[place] = Some((row.try_get(1)?, row.try_get(2)?));
    }
    Ok(found)
}

/// Inserts rows in their order, and gives their numbers.
fn insert(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    new: &[&Wanted<'_>],
) -> Result<Vec<i64>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "INSERT INTO asset (party_no, kind, value, valid_from, given, valid_until)
         SELECT party_no, kind, value, valid_from, given, valid_until
         FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::integer[], $5::text[], $6::integer[])
             WITH ORDINALITY AS k (party_no, kind, value, valid_from, given, valid_until, place)
         ORDER BY place RETURNING asset_no";
    let statement = prepared(tx, statements, sql)?;
    let columns = Columns::of(new.iter().copied());
    let numbers = tx.query(&statement, &columns.params())?;
    numbers.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn change(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    changed: &[(i64, &Wanted<'_>)],
) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE asset a SET given = k.given, valid_until = k.valid_until, closed_at = NULL
         FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS k (asset_no, given, valid_until)
         WHERE a.asset_no = k.asset_no";
    let statement = prepared(tx, statements, sql)?;
    let numbers: Vec<i64> = changed.iter().map(|(asset_no, _)| *asset_no).collect();
    let given: Vec<&str> = changed.iter().map(|(_, row)| row.given).collect();
    let until: Vec<Option<i32>> = changed.iter().map(|(_, row)| row.valid_until).collect();
    tx.execute(&statement, &[&numbers, &given, &until])?;
    Ok(())
}

/// Rows, column by column.
#[derive(Default)]
struct Columns<'r> {
    party_no: Vec<i64>,
    kind: Vec<i16>,
    value: Vec<&'r str>,
    valid_from: Vec<i32>,
    given: Vec<&'r str>,
    valid_until: Vec<Option<i32>>,
}

impl<'r> Columns<'r> {
    fn of(rows: impl Iterator<Item = &'r Wanted<'r>>) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.party_no.push(row.party_no);
            columns.kind.push(row.kind);
            columns.value.push(&row.value);
            columns.valid_from.push(row.valid_from);
            columns.given.push(row.given);
            columns.valid_until.push(row.valid_until);
        }
        columns
    }

    fn params(&self) -> [&(dyn postgres::types::ToSql + Sync); 6] {
        [
            &self.party_no,
            &self.kind,
            &self.value,
            &self.valid_from,
            &self.given,
            &self.valid_until,
        ]
    }
}
