//! One way of speaking SQL to two engines.
//!
//! [`Tx`] is a transaction on either engine; statements are one portable text with `$1` placeholders. Integers of any
//! width are `i64` in Rust, so that a column may be as narrow as its values. Read [`Tx::query`] first.

use std::collections::HashMap;

use postgres::types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use rusqlite::types::ValueRef;

use crate::desk_scope::Desks;
use crate::error::{Result, StoreError};

/// A value on its way into a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// A set of numbers, for [`Tx::in_set`].
    Numbers(&'a [i64]),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<i16> for Value<'_> {
    fn from(value: i16) -> Self {
        Self::Int(value.into())
    }
}
impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}
impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}
impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}
impl<'a> From<&'a [i64]> for Value<'a> {
    fn from(value: &'a [i64]) -> Self {
        Self::Numbers(value)
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Makes `&[Value]` from expressions of mixed types.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::connection::Value::from($value)),*][..] };
}
pub(crate) use values;

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::ToSqlOutput;
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Numbers(numbers) => return Ok(ToSqlOutput::from(json_array(numbers))),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *ty == Type::INT2 => i16::try_from(number)?.to_sql(ty, out),
            Value::Int(number) if *ty == Type::INT4 => i32::try_from(number)?.to_sql(ty, out),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
            Value::Numbers(numbers) => numbers.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [
            Type::INT2,
            Type::INT4,
            Type::INT8,
            Type::TEXT,
            Type::VARCHAR,
            Type::BYTEA,
            Type::INT8_ARRAY,
        ]
        .contains(ty)
    }

    to_sql_checked!();
}

/// An integer column of any width, as PostgreSQL sends it.
struct AnyInt(i64);

impl<'a> FromSql<'a> for AnyInt {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            _ => i64::from_sql(ty, raw)?,
        }))
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT2, Type::INT4, Type::INT8].contains(ty)
    }
}

/// A row of an answer, read by column position from 0.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// An integer that is never NULL.
    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column)? {
                ValueRef::Integer(number) => Ok(number),
                // Says what is wrong.
                _ => Ok(row.get(column)?),
            },
            Self::Postgres(row) => Ok(row.try_get::<_, AnyInt>(column)?.0),
        }
    }

    /// An integer, or `None` where the column is NULL.
    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row
                .try_get::<_, Option<AnyInt>>(column)?
                .map(|value| value.0)),
        }
    }

    /// A text that is never NULL.
    pub(crate) fn text(&self, column: usize) -> Result<String> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A text that is never NULL, without a copy.
    pub(crate) fn str(&self, column: usize) -> Result<&str> {
        match self {
            Self::Sqlite(row) => Ok(row
                .get_ref(column)?
                .as_str()
                .map_err(rusqlite::Error::from)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A text, or `None` where the column is NULL.
    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<String>> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Bytes that are never NULL.
    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// Bytes, or `None` where the column is NULL.
    pub(crate) fn opt_bytes(&self, column: usize) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// The set in the only column of an answer of PostgreSQL; one of no rows is empty.
    pub(crate) fn numbers(&self) -> Result<Vec<i64>> {
        let Self::Postgres(row) = self else {
            unreachable!("SQLite has no sets");
        };
        Ok(row.try_get::<_, Option<Vec<i64>>>(0)?.unwrap_or_default())
    }

    /// A noun of a closed set, stored as its code.
    pub(crate) fn code<T>(
        &self,
        column: usize,
        what: &'static str,
        from: fn(i16) -> Option<T>,
    ) -> Result<T> {
        let code = self.int(column)?;
        let noun = i16::try_from(code).ok().and_then(from);
        noun.ok_or_else(|| StoreError::Unknown {
            what,
            value: code.to_string(),
        })
    }

    /// A noun stored as its text.
    pub(crate) fn parsed<T: std::str::FromStr>(
        &self,
        column: usize,
        what: &'static str,
    ) -> Result<T> {
        let text = self.text(column)?;
        text.parse()
            .map_err(|_| StoreError::Unknown { what, value: text })
    }

    /// A noun stored as its text, or `None` where the column is NULL or empty.
    pub(crate) fn opt_parsed<T: std::str::FromStr>(
        &self,
        column: usize,
        what: &'static str,
    ) -> Result<Option<T>> {
        match self.opt_text(column)? {
            Some(text) if !text.is_empty() => match text.parse() {
                Ok(noun) => Ok(Some(noun)),
                Err(_) => Err(StoreError::Unknown { what, value: text }),
            },
            _ => Ok(None),
        }
    }
}

/// A PostgreSQL connection with the statements it has prepared; statements outlive transactions.
pub(crate) struct PgConnection {
    pub(crate) client: postgres::Client,
    pub(crate) statements: Statements,
}

/// Prepared statements by their text, kept for the next transactions of the connection.
pub(crate) type Statements = HashMap<String, postgres::Statement>;

/// A transaction: everything done through it holds together or not at all.
///
/// The methods of the register, batches, findings, notifications and so on are in the files of those names.
pub struct Tx<'a> {
    pub(crate) engine: TxEngine<'a>,
    /// Transactions before this one that changed findings, as far as the embedded engine counts them.
    pub(crate) finding_changes: u64,
    /// This is one of them.
    pub(crate) changes_findings: bool,
    /// Of which desks it sees what belongs to a desk.
    pub(crate) desks: Desks,
}

pub(crate) enum TxEngine<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres {
        tx: postgres::Transaction<'a>,
        statements: &'a mut Statements,
    },
}

impl<'a> Tx<'a> {
    pub(crate) fn new(engine: TxEngine<'a>) -> Self {
        Self {
            engine,
            finding_changes: 0,
            changes_findings: false,
            desks: Desks::All,
        }
    }
}

impl Tx<'_> {
    /// Runs a statement that answers no rows; says how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, values)?;
                Ok(statement.raw_execute()? as u64)
            }
            TxEngine::Postgres { tx, statements } => {
                let statement = prepared(tx, statements, sql)?;
                Ok(tx.execute(&statement, &as_params(values))?)
            }
        }
    }

    /// Runs a question and gives each row to `take`, without holding all rows where the engine streams.
    pub(crate) fn for_each(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut take: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, values)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next()? {
                    take(&Row::Sqlite(row))?;
                }
                Ok(())
            }
            TxEngine::Postgres { tx, statements } => {
                use postgres::fallible_iterator::FallibleIterator;
                let statement = prepared(tx, statements, sql)?;
                let mut rows =
                    tx.query_raw(&statement, values.iter().map(|value| value as &dyn ToSql))?;
                while let Some(row) = rows.next()? {
                    take(&Row::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }

    /// Runs a question and collects its rows.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.for_each(sql, values, |row| {
            found.push(map(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs a question that has at most one row.
    pub(crate) fn query_opt<T>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.query(sql, values, map)?.into_iter().next())
    }

    /// Runs a question that always answers one integer, such as a count or `RETURNING` of a new number.
    pub(crate) fn query_int(&mut self, sql: &str, values: &[Value<'_>]) -> Result<i64> {
        let found = self.query_opt(sql, values, |row| row.int(0))?;
        found.ok_or(StoreError::Conflict)
    }

    /// The condition "is one of [`Value::Numbers`]", to follow a column; `placeholder` is `$1` or a later one.
    pub(crate) fn in_set(&self, placeholder: &str) -> String {
        match self.engine {
            TxEngine::Sqlite(_) => format!("IN (SELECT value FROM json_each({placeholder}))"),
            // Without the cast the set takes the type of the column, which may be narrower.
            TxEngine::Postgres { .. } => format!("= ANY(CAST({placeholder} AS BIGINT[]))"),
        }
    }

    /// A table of pairs, with the columns `first` and `second`: the two sets side by side. They are of one length.
    pub(crate) fn in_pairs(&self, first: &str, second: &str) -> String {
        match self.engine {
            TxEngine::Sqlite(_) => format!(
                "(SELECT set_1.value AS first, json_extract({second}, '$[' || set_1.key || ']') AS second
                  FROM json_each({first}) AS set_1)"
            ),
            TxEngine::Postgres { .. } => format!(
                "(SELECT * FROM unnest(CAST({first} AS BIGINT[]), CAST({second} AS BIGINT[])) AS side (first, second))"
            ),
        }
    }

    /// What follows a text column that is compared and sorted byte by byte.
    pub(crate) fn bytewise(&self) -> &'static str {
        match self.engine {
            TxEngine::Sqlite(_) => BYTEWISE_SQLITE,
            TxEngine::Postgres { .. } => BYTEWISE_POSTGRES,
        }
    }

    /// What must follow a `SELECT` whose rows are about to be changed. The embedded engine has one writer and no need.
    pub(crate) fn for_update(&self) -> &'static str {
        match self.engine {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres { .. } => " FOR UPDATE",
        }
    }
}

pub(crate) const BYTEWISE_SQLITE: &str = "COLLATE BINARY";
pub(crate) const BYTEWISE_POSTGRES: &str = "COLLATE \"C\"";

/// Names of the placeholders, by position.
const PLACEHOLDERS: [&str; 40] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28",
    "$29", "$30", "$31", "$32", "$33", "$34", "$35", "$36", "$37", "$38", "$39", "$40",
];

/// SQLite numbers `$1`-style names by first appearance, so they are bound by name.
fn bind(statement: &mut rusqlite::CachedStatement<'_>, values: &[Value<'_>]) -> Result<()> {
    for (value, name) in values.iter().zip(PLACEHOLDERS) {
        if let Some(index) = statement.parameter_index(name)? {
            statement.raw_bind_parameter(index, value)?;
        }
    }
    Ok(())
}

/// The statement for `sql`, prepared at first use on this connection.
pub(crate) fn prepared(
    tx: &mut postgres::Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
) -> Result<postgres::Statement> {
    if let Some(statement) = statements.get(sql) {
        return Ok(statement.clone());
    }
    let statement = tx.prepare(sql)?;
    statements.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

fn as_params<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

/// SQLite takes a set as a JSON array.
fn json_array(numbers: &[i64]) -> String {
    let mut text = String::with_capacity(numbers.len() * 8 + 2);
    text.push('[');
    for (index, number) in numbers.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&number.to_string());
    }
    text.push(']');
    text
}
