//! Days of observations: made before the first row of a day, and removed whole when they have been kept long enough.
//!
//! On PostgreSQL a day is a partition. Findings and lines keep the keys of observations that are gone; who asks for one
//! gets nothing.

use postgres::Client;

use crate::connection::{Tx, TxEngine, values};
use crate::engine::{Engine, Store};
use crate::error::Result;

/// Rows that the embedded engine removes in one transaction: others write in between.
const PORTION_ROWS: i64 = 20_000;

/// Partitions by name, with the first day that is not in them and whether they are half taken out.
const PARTITIONS: &str = "SELECT c.relname::text,
        CAST(substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \\((-?\\d+)\\)') AS INTEGER), i.inhdetachpending
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass('observation')";

impl Tx<'_> {
    /// Makes the place for observations that are received on a day. Workers that do so at the same time wait for each
    /// other, so it is best done in a transaction of its own; [`Tx::insert_observations`] does it where nobody has.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn prepare_day(&mut self, day: i32) -> Result<()> {
        if matches!(self.engine, TxEngine::Sqlite(_)) || self.has_day(day)? {
            return Ok(());
        }
        // Strong enough to keep out who makes a partition too, and nobody else.
        self.execute("LOCK TABLE observation IN SHARE UPDATE EXCLUSIVE MODE", &[])?;
        if self.has_day(day)? {
            return Ok(());
        }
        let partition = partition(day);
        // Made beside the table and then attached: that stops neither readers nor writers of other days. One that was
        // taken out and not removed yet is taken back.
        if let TxEngine::Postgres { tx, .. } = &mut self.engine {
            tx.batch_execute(&format!(
                "CREATE TABLE IF NOT EXISTS {partition} (
                     LIKE observation, CHECK (received_day = {day}), UNIQUE (batch_no, line, side, part));
                 ALTER TABLE observation ATTACH PARTITION {partition} FOR VALUES FROM ({day}) TO ({})",
                day + 1
            ))?;
        }
        Ok(())
    }

    fn has_day(&mut self, day: i32) -> Result<bool> {
        let own = "SELECT COUNT(*) FROM pg_inherits
                   WHERE inhrelid = to_regclass(CAST($1 AS TEXT)) AND inhparent = to_regclass('observation')
                       AND NOT inhdetachpending";
        if self.query_int(own, values![&partition(day)])? > 0 {
            return Ok(true);
        }
        // Days of before there were partitions are in one.
        let before = format!(
            "SELECT COUNT(*) FROM ({PARTITIONS}) p (name, until, leaves)
             WHERE p.name = 'observation_before' AND p.until > CAST($1 AS INTEGER)"
        );
        Ok(self.query_int(&before, values![day])? > 0)
    }
}

impl Store {
    /// Removes the observations that were received before a day; gives how many. Others go on working meanwhile. On PostgreSQL a partition
    /// goes when all of its days are over.
    ///
    /// # Errors
    /// When the engine fails; what was removed before stays so, and a second call goes on.
    pub fn expire_observations(&self, before_day: i32) -> Result<u64> {
        match &self.engine.kind {
            Engine::Sqlite { .. } => self.expire_rows(before_day),
            Engine::Postgres(pool) => expire_partitions(&mut pool.connect()?, before_day),
        }
    }

    fn expire_rows(&self, before_day: i32) -> Result<u64> {
        let mut expired = 0;
        loop {
            let rows = self.write(|tx| {
                tx.execute(
                    "DELETE FROM observation WHERE (received_day, batch_no, line, side, part) IN (
                         SELECT received_day, batch_no, line, side, part FROM observation
                         WHERE received_day < $1 LIMIT $2)",
                    values![before_day, PORTION_ROWS],
                )
            })?;
            expired += rows;
            if rows < PORTION_ROWS as u64 {
                return Ok(expired);
            }
        }
    }
}

/// Outside a transaction: a partition that is taken out concurrently waits for those who read it, and stops nobody.
fn expire_partitions(client: &mut Client, before_day: i32) -> Result<u64> {
    let mut expired = 0;
    for row in client.query(PARTITIONS, &[])? {
        let (name, until, leaves): (String, Option<i32>, bool) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if until.is_none_or(|until| until > before_day) {
            continue;
        }
        // Somebody who was stopped in the middle left it half way.
        let how = if leaves { "FINALIZE" } else { "CONCURRENTLY" };
        client.batch_execute(&format!(
            "ALTER TABLE observation DETACH PARTITION {name} {how}"
        ))?;
        expired += removed(client, &name)?;
    }
    // Or left it taken out, and not removed.
    let loose = "SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = to_regnamespace(CAST(current_schema() AS TEXT)) AND c.relkind = 'r' AND NOT c.relispartition
            AND c.relname ~ '^observation_d\\d+$' AND CAST(substring(c.relname FROM 14) AS INTEGER) < $1";
    for row in client.query(loose, &[&before_day])? {
        expired += removed(client, &row.try_get::<_, String>(0)?)?;
    }
    Ok(expired)
}

fn removed(client: &mut Client, partition: &str) -> Result<u64> {
    let rows: i64 = client
        .query_one(&format!("SELECT COUNT(*) FROM {partition}"), &[])?
        .try_get(0)?;
    client.batch_execute(&format!("DROP TABLE {partition}"))?;
    Ok(rows as u64)
}

fn partition(day: i32) -> String {
    format!("observation_d{day}")
}
