//! Many organisations and contacts at once in PostgreSQL. Those that are new or as they were are done by sets; the few that
//! say something else now are left to be put one by one.

use std::collections::{HashMap, HashSet};

use model::register::{ContactRow, OrganisationRow};
use model::{Day, LegalClass, PartyRole, Timestamp};
use postgres::Transaction;
use postgres::types::ToSql;

use crate::connection::{Row, Statements, prepared};
use crate::error::Result;
use crate::register::{IMPORT, RegisterChange, class_change};

/// Rows of one portion: what goes to the server at once.
pub(crate) const PORTION_ROWS: usize = 10_000;

type Params<'p> = [&'p (dyn ToSql + Sync)];

/// Puts organisations; says of each what became of it, and nothing of those that must be put one by one, afterwards.
pub(crate) fn put_organisations(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    rows: &[&OrganisationRow],
    now: Timestamp,
) -> Result<Vec<Option<RegisterChange>>> {
    let unknown = LegalClass::Unknown.code();
    let held = held(
        tx,
        statements,
        &format!("SELECT k.place, p.party_no, p.closed_at IS NULL AND p.name = k.name AND p.kvk IS NOT DISTINCT FROM k.kvk
             AND p.sector IS NOT DISTINCT FROM k.sector AND p.language IS NOT DISTINCT FROM k.language
             AND (k.class IS NULL OR k.class = COALESCE((SELECT legal_class FROM party_legal_class
                 WHERE party_no = p.party_no AND valid_from <= k.begins ORDER BY valid_from DESC LIMIT 1), {unknown}))
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::integer[])
             WITH ORDINALITY AS k (reference, name, kvk, sector, language, class, begins, place)
         CROSS JOIN LATERAL (SELECT * FROM party WHERE reference = k.reference LIMIT 1) p"),
        &OrganisationColumns::of(rows.iter().copied(), now.day()).params(),
        rows.len(),
    )?;
    let (mut done, new) = settled(&held, |place| Some(rows[place].organisation.as_str()));
    let columns = OrganisationColumns::of(new.iter().map(|place| rows[*place]), now.day());
    let (at, day, role) = (now.micros(), now.day().days(), PartyRole::Recipient.code());
    let added = numbers(
        tx,
        statements,
        "INSERT INTO party (reference, name, kvk, sector, language, created_at)
         SELECT reference, name, kvk, sector, language, $6
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[])
             WITH ORDINALITY AS k (reference, name, kvk, sector, language, place)
         ORDER BY place RETURNING party_no",
        &[&columns.params()[..5], &[&at]].concat(),
    )?;
    execute(
        tx,
        statements,
        &format!("INSERT INTO party_legal_class (party_no, valid_from, legal_class, evidence, entered_by, entered_at, is_ahead)
         SELECT party_no, begins, class, $4, $4, $5, CASE WHEN begins > $6 THEN 1 ELSE 0 END
         FROM unnest($1::bigint[], $2::smallint[], $3::integer[]) AS k (party_no, class, begins) WHERE class <> {unknown}"),
        &[&added, &columns.class, &columns.begins, &IMPORT, &at, &day],
    )?;
    execute(
        tx,
        statements,
        "INSERT INTO party_role (party_no, role, valid_from) SELECT party_no, $2, $3 FROM unnest($1::bigint[]) AS k (party_no)",
        &[&added, &role, &day],
    )?;
    for (place, party_no) in new.into_iter().zip(added) {
        done[place] = Some(RegisterChange::Added(party_no));
    }
    Ok(done)
}

/// Puts contacts; says of each what became of it, and nothing of those that must be put one by one, afterwards.
pub(crate) fn put_contacts(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    rows: &[&ContactRow],
) -> Result<Vec<Option<RegisterChange>>> {
    let references = rows.iter().map(|row| row.organisation.as_str());
    let parties = party_numbers(tx, statements, references)?;
    let party_of = |row: &ContactRow| parties.get(&row.organisation).copied();
    let columns = ContactColumns::of(rows.iter().copied(), |row| party_of(row).unwrap_or(0));
    let held = held(
        tx,
        statements,
        "SELECT k.place, c.contact_no, c.closed_at IS NULL AND c.severities = k.severities
             AND c.language IS NOT DISTINCT FROM k.language AND c.reader IS NOT DISTINCT FROM k.reader
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::smallint[])
             WITH ORDINALITY AS k (party_no, email, role, severities, language, reader, place)
         CROSS JOIN LATERAL (SELECT * FROM contact
             WHERE party_no = k.party_no AND email = k.email AND role = k.role LIMIT 1) c",
        &columns.params(),
        rows.len(),
    )?;
    let key = |place: usize| {
        let row = rows[place];
        Some((party_of(row)?, row.email.as_str(), row.role.as_str()))
    };
    let (mut done, new) = settled(&held, key);
    let columns = ContactColumns::of(new.iter().map(|place| rows[*place]), |row| {
        party_of(row).unwrap_or(0)
    });
    let added = numbers(
        tx,
        statements,
        "INSERT INTO contact (party_no, email, role, severities, language, reader)
         SELECT party_no, email, role, severities, language, reader
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::smallint[], $5::smallint[], $6::smallint[])
             WITH ORDINALITY AS k (party_no, email, role, severities, language, reader, place)
         ORDER BY place RETURNING contact_no",
        &columns.params(),
    )?;
    for (place, contact_no) in new.into_iter().zip(added) {
        done[place] = Some(RegisterChange::Added(contact_no));
    }
    Ok(done)
}

/// Numbers of the parties that files name by these references.
pub(crate) fn party_numbers<'r>(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    references: impl Iterator<Item = &'r str>,
) -> Result<HashMap<String, i64>> {
    let references: HashSet<&str> = references.collect();
    let references: Vec<&str> = references.into_iter().collect();
    let sql = "SELECT reference, party_no FROM party WHERE reference = ANY($1::text[])";
    let statement = prepared(tx, statements, sql)?;
    let found = tx.query(&statement, &[&references])?;
    found
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// What is settled without a change, and the places of rows that are new. A row whose key came before in the portion is
/// neither: it changes what the first one made. So is one without a key, whose organisation is unknown.
fn settled<K: std::hash::Hash + Eq>(
    held: &[Option<(i64, bool)>],
    key: impl Fn(usize) -> Option<K>,
) -> (Vec<Option<RegisterChange>>, Vec<usize>) {
    let mut done = vec![None; held.len()];
    let (mut keys, mut new) = (HashSet::new(), Vec::new());
    for (place, held) in held.iter().enumerate() {
        let Some(key) = key(place) else { continue };
        match (keys.insert(key), held) {
            (true, None) => new.push(place),
            (true, Some((number, true))) => done[place] = Some(RegisterChange::Unchanged(*number)),
            (true, Some((_, false))) | (false, _) => {}
        }
    }
    (done, new)
}

/// Number of the row of each key that is there, and whether it says what is wanted.
fn held(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
    columns: &Params<'_>,
    rows: usize,
) -> Result<Vec<Option<(i64, bool)>>> {
    let statement = prepared(tx, statements, sql)?;
    let mut found = vec![None; rows];
    for row in tx.query(&statement, columns)? {
        let place = Row::Postgres(&row).int(0)? as usize - 1;
        found[place] = Some((row.try_get(1)?, row.try_get(2)?));
    }
    Ok(found)
}

fn numbers(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
    columns: &Params<'_>,
) -> Result<Vec<i64>> {
    let statement = prepared(tx, statements, sql)?;
    let numbers = tx.query(&statement, columns)?;
    numbers.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn execute(
    tx: &mut Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
    columns: &Params<'_>,
) -> Result<()> {
    let statement = prepared(tx, statements, sql)?;
    tx.execute(&statement, columns)?;
    Ok(())
}

/// Organisations, column by column.
#[derive(Default)]
struct OrganisationColumns<'r> {
    reference: Vec<&'r str>,
    name: Vec<&'r str>,
    kvk: Vec<Option<String>>,
    sector: Vec<Option<&'r str>>,
    language: Vec<Option<i16>>,
    /// Nothing where the row leaves what is known.
    class: Vec<Option<i16>>,
    begins: Vec<i32>,
}

impl<'r> OrganisationColumns<'r> {
    fn of(rows: impl Iterator<Item = &'r OrganisationRow>, today: Day) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.reference.push(&row.organisation);
            columns.name.push(&row.name);
            columns.kvk.push(row.kvk.as_ref().map(ToString::to_string));
            columns.sector.push(row.sector.as_deref());
            columns
                .language
                .push(row.language.map(|language| language.code()));
            let change = class_change(row, today);
            columns.class.push(change.map(|(_, class)| class.code()));
            columns
                .begins
                .push(change.map_or(today, |(from, _)| from).days());
        }
        columns
    }

    fn params(&self) -> [&(dyn ToSql + Sync); 7] {
        [
            &self.reference,
            &self.name,
            &self.kvk,
            &self.sector,
            &self.language,
            &self.class,
            &self.begins,
        ]
    }
}

/// Contacts, column by column.
#[derive(Default)]
struct ContactColumns<'r> {
    party_no: Vec<i64>,
    email: Vec<&'r str>,
    role: Vec<&'r str>,
    severities: Vec<i16>,
    language: Vec<Option<i16>>,
    reader: Vec<Option<i16>>,
}

impl<'r> ContactColumns<'r> {
    fn of(
        rows: impl Iterator<Item = &'r ContactRow>,
        party_no: impl Fn(&ContactRow) -> i64,
    ) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.party_no.push(party_no(row));
            columns.email.push(row.email.as_str());
            columns.role.push(&row.role);
            columns.severities.push(row.severities.bits().into());
            columns
                .language
                .push(row.language.map(|language| language.code()));
            columns.reader.push(row.reader.map(|reader| reader.code()));
        }
        columns
    }

    fn params(&self) -> [&(dyn ToSql + Sync); 6] {
        [
            &self.party_no,
            &self.email,
            &self.role,
            &self.severities,
            &self.language,
            &self.reader,
        ]
    }
}
