//! How many findings a second are opened and seen again: `cargo bench -p store --bench upserts -- [FINDINGS]`.
//!
//! The way of the store (look up a sorted chunk, insert what is new, update what is known) beside the ways that libraries
//! offer: an upsert a row, an upsert of many rows in one statement, and a key-value store. All write the same columns in
//! transactions of 50,000 that are durable when they end. The PostgreSQL of the tests runs without fsync: its figures are
//! for comparing with each other only.

use std::path::Path;
use std::time::Instant;

use model::{Role, RsitType, Severity, Side, Timestamp, Tlp};
use redb::{Database, ReadableTable, TableDefinition};
use rusqlite::{Connection, params};
use store::{FindingKey, FindingRow, ObservationKey, Store, StoreError};
use testkit::{Engine, TestStore};

/// Findings in a transaction, as in the flow.
const CHUNK: usize = 50_000;

/// What every candidate has to know of a finding again: its number and its changeable columns.
const REDB: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("finding");

fn main() {
    let asked = std::env::args().find_map(|argument| argument.parse().ok());
    let findings = asked.unwrap_or(400_000);
    let chunks = chunks(findings);
    println!("{findings} findings in transactions of {CHUNK}, sorted in each");
    println!("{:<44} {:>10} {:>10}", "", "new/s", "again/s");

    let folder = tempfile::tempdir().expect("a folder is made");
    let embedded = TestStore::new(Engine::Embedded);
    measure("SQLite: seinpost", &chunks, |chunk| {
        ours(&embedded.store, chunk);
    });
    let mut one = sqlite(&folder.path().join("one.db"));
    measure("SQLite: an upsert a row", &chunks, |chunk| {
        upsert_rows(&mut one, chunk);
    });
    let mut many = sqlite(&folder.path().join("many.db"));
    measure(
        "SQLite: an upsert of 5,000 rows as JSON",
        &chunks,
        |chunk| {
            upsert_json(&mut many, chunk);
        },
    );
    let keyed = Database::create(folder.path().join("redb")).expect("a database is made");
    measure("redb: look up and insert, no number", &chunks, |chunk| {
        key_value(&keyed, chunk);
    });

    let postgres = TestStore::new(Engine::Postgres);
    measure("PostgreSQL: seinpost", &chunks, |chunk| {
        ours(&postgres.store, chunk);
    });
    let unnested = TestStore::new(Engine::Postgres);
    let url = unnested.url().expect("it is on PostgreSQL");
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("it connects");
    measure(
        "PostgreSQL: an upsert of a chunk by unnest",
        &chunks,
        |chunk| {
            upsert_unnest(&mut client, chunk);
        },
    );
}

/// Runs all chunks twice: at first each finding is new, then each is known.
fn measure(name: &str, chunks: &[Vec<FindingKey>], mut write: impl FnMut(&[FindingKey])) {
    let findings: usize = chunks.iter().map(Vec::len).sum();
    let mut rate = || {
        let began = Instant::now();
        chunks.iter().for_each(|chunk| write(chunk));
        findings as f64 / began.elapsed().as_secs_f64()
    };
    let (new, again) = (rate(), rate());
    println!("{name:<44} {new:>10.0} {again:>10.0}");
}

/// Addresses all over the space, as reports have them; within a chunk they are in order.
fn chunks(findings: usize) -> Vec<Vec<FindingKey>> {
    let key = |number: usize| {
        let address = (number as u32).wrapping_mul(0x9E37_79B1);
        let mut endpoint = vec![4];
        endpoint.extend(address.to_be_bytes());
        endpoint.extend(3389_u16.to_be_bytes());
        FindingKey {
            desk_no: 1,
            threat_no: 1,
            endpoint,
            identifier: String::new(),
        }
    };
    let numbers: Vec<usize> = (0..findings).collect();
    let sorted = |numbers: &[usize]| {
        let mut keys: Vec<FindingKey> = numbers.iter().map(|number| key(*number)).collect();
        keys.sort_unstable();
        keys
    };
    numbers.chunks(CHUNK).map(sorted).collect()
}

fn row(finding_no: i64) -> FindingRow {
    let now = Timestamp::from_micros(1_763_456_400_000_000);
    FindingRow {
        finding_no,
        role: Role::Target,
        rsit: RsitType::VulnerableSystem,
        severity: Severity::High,
        first_seen: now,
        last_seen: now,
        times_seen: 1,
        episode: 1,
        address: None,
        host: None,
        asn: Some(64_496),
        last_fingerprint: finding_no,
        last: ObservationKey {
            day: 20_410,
            batch_no: 1,
            line: finding_no,
            side: Side::Source,
            part: 0,
        },
        match_digest: finding_no,
        routed_tlp: Tlp::Amber,
        tell_again_at: now,
    }
}

fn ours(store: &Store, chunk: &[FindingKey]) {
    let keys: Vec<&FindingKey> = chunk.iter().collect();
    let written = store.write(|tx| {
        let known = tx.findings_by_key(&keys)?;
        let new = known.iter().filter(|row| row.is_none()).count();
        let mut numbers = tx.new_finding_numbers(new)?.into_iter();
        let (mut opened, mut seen) = (Vec::new(), Vec::new());
        for (key, known) in keys.iter().zip(known) {
            match known {
                Some(mut known) => {
                    known.times_seen += 1;
                    seen.push(known);
                }
                None => opened.push((*key, row(numbers.next().expect("one for each")))),
            }
        }
        let opened: Vec<_> = opened
            .iter()
            .map(|(key, row)| (*key, row, &[][..]))
            .collect();
        tx.insert_findings(&opened)?;
        tx.update_findings(seen.iter().collect())?;
        Ok::<_, StoreError>(())
    });
    written.expect("the chunk is written");
}

const COLUMNS: &str = "desk_no BIGINT NOT NULL, threat_no BIGINT NOT NULL, endpoint BYTEA NOT NULL,
    identifier TEXT NOT NULL, role INTEGER, rsit INTEGER, severity INTEGER, first_seen BIGINT, last_seen BIGINT,
    times_seen BIGINT, episode INTEGER, asn BIGINT, last_fingerprint BIGINT, last_day INTEGER, last_batch BIGINT,
    last_line BIGINT, last_side INTEGER, last_part INTEGER, match_digest BIGINT, routed_tlp INTEGER,
    tell_again_at BIGINT, UNIQUE (desk_no, threat_no, endpoint, identifier)";
const INSERT: &str = "INSERT INTO finding (desk_no, threat_no, endpoint, identifier, role, rsit, severity, first_seen,
    last_seen, times_seen, episode, asn, last_fingerprint, last_day, last_batch, last_line, last_side, last_part,
    match_digest, routed_tlp, tell_again_at)";
const VALUES: &str =
    "1, 5, 3, 1763456400000000, 1763456400000000, 1, 1, 64496, 7, 20410, 1, 1, 0, 0, 7, 2,
    1763456400000000";
const AGAIN: &str = "ON CONFLICT (desk_no, threat_no, endpoint, identifier)
    DO UPDATE SET times_seen = finding.times_seen + 1, last_seen = excluded.last_seen
    RETURNING finding_no, first_seen, times_seen, episode, last_fingerprint, tell_again_at";

/// A database with the settings of the embedded store.
fn sqlite(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("a database is made");
    let set = |name, value: &str| {
        connection
            .pragma_update(None, name, value)
            .expect("it is set")
    };
    set("journal_mode", "WAL");
    set("synchronous", "FULL");
    set("cache_size", "-98304");
    set("wal_autocheckpoint", "8192");
    let table = format!("CREATE TABLE finding (finding_no INTEGER PRIMARY KEY, {COLUMNS})");
    connection.execute_batch(&table).expect("a table is made");
    connection
}

fn upsert_rows(connection: &mut Connection, chunk: &[FindingKey]) {
    let tx = connection.transaction().expect("a transaction begins");
    let sql = format!("{INSERT} VALUES (?1, ?2, ?3, ?4, {VALUES}) {AGAIN}");
    let mut statement = tx.prepare(&sql).expect("it is SQL");
    for key in chunk {
        let values = params![key.desk_no, key.threat_no, key.endpoint, key.identifier];
        let found: i64 = statement
            .query_row(values, |row| row.get(2))
            .expect("it answers");
        assert!(found > 0);
    }
    drop(statement);
    tx.commit().expect("it is durable");
}

fn upsert_json(connection: &mut Connection, chunk: &[FindingKey]) {
    let tx = connection.transaction().expect("a transaction begins");
    // `WHERE true`: without it SQLite takes ON for the condition of a join.
    let sql = format!(
        "{INSERT} SELECT 1, 1, unhex(value), '', {VALUES} FROM json_each(?1) WHERE true {AGAIN}"
    );
    let mut statement = tx.prepare(&sql).expect("it is SQL");
    for part in chunk.chunks(5_000) {
        let hex = |key: &FindingKey| -> String {
            let digits = key.endpoint.iter().map(|byte| format!("{byte:02x}"));
            format!("\"{}\"", digits.collect::<String>())
        };
        let keys = part.iter().map(hex).collect::<Vec<_>>().join(",");
        let rows = statement
            .query_map([format!("[{keys}]")], |row| row.get::<_, i64>(2))
            .expect("it answers");
        assert_eq!(rows.filter_map(Result::ok).count(), part.len());
    }
    drop(statement);
    tx.commit().expect("it is durable");
}

fn key_value(database: &Database, chunk: &[FindingKey]) {
    let tx = database.begin_write().expect("a transaction begins");
    {
        let mut table = tx.open_table(REDB).expect("a table is opened");
        for key in chunk {
            let known = table.get(&key.endpoint[..]).expect("it answers");
            let mut value = known.map_or([0; 120], |value| {
                value.value().try_into().expect("120 bytes went in")
            });
            value[0] = value[0].wrapping_add(1);
            table
                .insert(&key.endpoint[..], &value[..])
                .expect("it is kept");
        }
    }
    tx.commit().expect("it is durable");
}

fn upsert_unnest(client: &mut postgres::Client, chunk: &[FindingKey]) {
    let mut tx = client.transaction().expect("a transaction begins");
    tx.batch_execute(&format!(
        "CREATE TABLE IF NOT EXISTS upsert (finding_no BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {COLUMNS})"
    ))
    .expect("a table is made");
    let sql = format!(
        "{INSERT} SELECT 1, 1, endpoint, '', {VALUES} FROM unnest($1::bytea[]) endpoint {AGAIN}"
    )
    .replace("INTO finding", "INTO upsert")
    .replace("finding.times", "upsert.times");
    let endpoints: Vec<&[u8]> = chunk.iter().map(|key| &key.endpoint[..]).collect();
    let rows = tx.query(&sql, &[&endpoints]).expect("it answers");
    assert_eq!(rows.len(), chunk.len());
    tx.commit().expect("it is durable");
}
