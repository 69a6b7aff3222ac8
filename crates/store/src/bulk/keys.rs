//! Keys of findings in SQLite, in two trees.
//!
//! A report meets the keys in no order: where there are millions of a threat, each row of a chunk touches a page of its own.
//! So where many findings are new, their keys go to a small tree, and with each chunk a part of that, neighbours in the
//! order of keys, moves to the large one: the parts in turn, so that each has gathered the keys of as many findings. What a
//! chunk writes then hardly grows with the findings that are there.
//!
//! A key is in one of the trees. Who writes has looked it up in both, and one process writes at a time.

use rusqlite::Connection;

use super::embedded::insert_all;
use crate::connection::{Row, values};
use crate::error::Result;
use crate::finding::FindingKey;

const LARGE: &str = "finding_key";
const SMALL: &str = "finding_key_new";
const COLUMNS: [&str; 5] = [
    "desk_no",
    "threat_no",
    "endpoint",
    "identifier",
    "finding_no",
];

/// A part of the keys, from the first four values on and before the others.
const PART: &str = "(desk_no, threat_no, endpoint, identifier) >= (?1, ?2, ?3, ?4)
    AND (desk_no, threat_no, endpoint, identifier) < (?5, ?6, ?7, ?8)";

/// When keys go to the small tree first.
pub(super) struct Growth {
    /// New findings at once, from which on it is worth it: fewer touch few pages.
    new_min: usize,
    /// Findings before them. Up to about as many the large tree costs less by itself.
    before_min: i64,
    /// Parts of the keys, of which each chunk moves one. More keep the small tree larger.
    parts: usize,
    /// Findings after which it is the turn of the next part: those of a full chunk.
    turn: usize,
}

impl Growth {
    /// Whose turn it is, from the number of the first new finding: so nothing has to be kept. Each round begins one part
    /// later, or else two threats whose chunks come in turn would each move every other part only.
    fn part(&self, first_no: i64) -> usize {
        let turns = first_no as usize / self.turn;
        (turns + turns / self.parts) % self.parts
    }
}

pub(super) const GROWTH: Growth = Growth {
    new_min: 10_000,
    before_min: 2_000_000,
    parts: 16,
    turn: 50_000,
};

/// Adds the keys of findings that were inserted, with their numbers.
pub(super) fn insert(
    connection: &Connection,
    mut keys: Vec<(&FindingKey, i64)>,
    growth: &Growth,
) -> Result<()> {
    keys.sort_unstable();
    let first_no = keys.iter().map(|(_, number)| *number).min().unwrap_or(0);
    let is_grown = keys.len() >= growth.new_min && first_no > growth.before_min;
    let tree = if is_grown { SMALL } else { LARGE };
    insert_all(connection, tree, &COLUMNS, &keys, |(key, number), row| {
        row.extend_from_slice(values![
            key.desk_no,
            key.threat_no,
            &key.endpoint[..],
            &key.identifier,
            *number
        ]);
    })?;
    if is_grown {
        move_part(connection, &keys, (growth.part(first_no), growth.parts))?;
    }
    Ok(())
}

/// Moves what lies in one part of the keys to the large tree. The parts are cut where these keys lie.
fn move_part(
    connection: &Connection,
    keys: &[(&FindingKey, i64)],
    (part, parts): (usize, usize),
) -> Result<()> {
    let cut = |part: usize| match part {
        0 => start_of(keys[0].0, 0),
        _ if part == parts => start_of(keys[keys.len() - 1].0, 1),
        _ => keys[part * keys.len() / parts].0.clone(),
    };
    let (from, to) = (cut(part), cut(part + 1));
    for sql in [
        format!("INSERT OR FAIL INTO {LARGE} SELECT * FROM {SMALL} WHERE {PART}"),
        format!("DELETE FROM {SMALL} WHERE {PART}"),
    ] {
        connection.prepare_cached(&sql)?.execute((
            from.desk_no,
            from.threat_no,
            &from.endpoint,
            &from.identifier,
            to.desk_no,
            to.threat_no,
            &to.endpoint,
            &to.identifier,
        ))?;
    }
    Ok(())
}

/// The lowest key of the threat of this one, or of one of the threats after it.
fn start_of(key: &FindingKey, after: i64) -> FindingKey {
    FindingKey {
        desk_no: key.desk_no,
        threat_no: key.threat_no + after,
        endpoint: Vec::new(),
        identifier: String::new(),
    }
}

/// Number of the finding of each key that has one, and the place of the key.
pub(super) fn numbers(connection: &Connection, keys: &[&FindingKey]) -> Result<Vec<(i64, usize)>> {
    let mut found = Vec::new();
    let mut missing: Vec<usize> = (0..keys.len()).collect();
    for tree in [LARGE, SMALL] {
        let mut any = connection.prepare_cached(&format!("SELECT 1 FROM {tree} LIMIT 1"))?;
        if any.raw_query().next()?.is_none() {
            continue;
        }
        let mut statement = connection.prepare_cached(&format!(
            "SELECT finding_no FROM {tree}
             WHERE desk_no = ? AND threat_no = ? AND endpoint = ? AND identifier = ?"
        ))?;
        let mut is_missing = |place: &usize| -> Result<bool> {
            let key = keys[*place];
            statement.raw_bind_parameter(1, key.desk_no)?;
            statement.raw_bind_parameter(2, key.threat_no)?;
            statement.raw_bind_parameter(3, &key.endpoint[..])?;
            statement.raw_bind_parameter(4, &key.identifier)?;
            let mut rows = statement.raw_query();
            let Some(row) = rows.next()? else {
                return Ok(true);
            };
            found.push((Row::Sqlite(row).int(0)?, *place));
            Ok(false)
        };
        let mut still = Vec::new();
        for place in missing {
            if is_missing(&place)? {
                still.push(place);
            }
        }
        missing = still;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL_GROWTH: Growth = Growth {
        new_min: 8,
        before_min: 20,
        parts: 4,
        turn: 75,
    };

    fn trees() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        for tree in [LARGE, SMALL] {
            let sql = format!(
                "CREATE TABLE {tree} (desk_no INTEGER, threat_no INTEGER, endpoint BLOB, identifier TEXT, finding_no INTEGER,
                 PRIMARY KEY (desk_no, threat_no, endpoint, identifier)) WITHOUT ROWID"
            );
            connection.execute_batch(&sql).unwrap();
        }
        connection
    }

    fn count(connection: &Connection, tree: &str) -> usize {
        let sql = format!("SELECT COUNT(*) FROM {tree}");
        let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        count as usize
    }

    /// The key that the number stands for: far from that of the next, as in a report in no order.
    fn key(number: i64, threats: i64) -> FindingKey {
        let mixed = (number as u32).wrapping_mul(0x9e37_79b9);
        FindingKey {
            desk_no: 1,
            threat_no: i64::from(mixed) % threats,
            endpoint: mixed.to_be_bytes().to_vec(),
            identifier: String::new(),
        }
    }

    proptest! {
        #[test]
        fn every_key_is_in_one_tree_and_is_found(chunks in prop::collection::vec(1..40_usize, 1..30), threats in 1..4_i64) {
            let connection = trees();
            let mut last = 0;
            for chunk in chunks {
                let keys: Vec<_> = (last + 1..).take(chunk).map(|number| (key(number, threats), number)).collect();
                last += chunk as i64;
                let added = keys.iter().map(|(key, number)| (key, *number)).collect();
                insert(&connection, added, &SMALL_GROWTH).unwrap();
                prop_assert_eq!(count(&connection, LARGE) + count(&connection, SMALL), last as usize);
            }
            let all: Vec<_> = (1..=last + 3).map(|number| key(number, threats)).collect();
            let wanted: Vec<_> = all.iter().collect();
            let mut found = numbers(&connection, &wanted).unwrap();
            found.sort_unstable();
            let expected: Vec<_> = (1..=last).map(|number| (number, number as usize - 1)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_small_tree_stays_small() {
        // Chunks of these sizes come again and again, in turn of so many threats. A delivery has a chunk that is not full, and
        // what is seen again in one differs.
        for (sizes, threats) in [
            ([75, 75], 1),
            ([25, 75], 1),
            ([74, 75], 2),
            ([75, 75], 2),
            ([75, 75], 4),
        ] {
            let connection = trees();
            let (mut most, mut last) = (0, 0);
            for (number, size) in sizes.into_iter().cycle().take(200).enumerate() {
                let keys: Vec<_> = (last + 1..)
                    .take(size)
                    .map(|no| {
                        let threat_no = number as i64 % threats;
                        (
                            FindingKey {
                                threat_no,
                                ..key(no, 1)
                            },
                            no,
                        )
                    })
                    .collect();
                last += size as i64;
                let added = keys.iter().map(|(key, number)| (key, *number)).collect();
                insert(&connection, added, &SMALL_GROWTH).unwrap();
                most = most.max(count(&connection, SMALL));
            }
            let full = 75 * SMALL_GROWTH.parts * threats as usize;
            assert!(
                (50..=full).contains(&most),
                "{sizes:?} of {threats}: {most}"
            );
            assert!(count(&connection, LARGE) > last as usize - full);
        }
    }

    #[test]
    fn a_key_that_is_there_is_not_taken_again() {
        let connection = trees();
        let add = |number| insert(&connection, vec![(&key(1, 1), number)], &SMALL_GROWTH);
        add(1).unwrap();
        assert!(add(2).is_err());
    }

    #[test]
    fn moving_a_part_walks_over_no_other_key() {
        let connection = trees();
        let plan = format!("EXPLAIN QUERY PLAN DELETE FROM {SMALL} WHERE {PART}");
        let mut statement = connection.prepare(&plan).unwrap();
        for place in 1..=8 {
            statement.raw_bind_parameter(place, 1).unwrap();
        }
        let step = statement
            .raw_query()
            .next()
            .unwrap()
            .unwrap()
            .get::<_, String>(3)
            .unwrap();
        assert!(
            step.contains("PRIMARY KEY") && step.contains('>') && step.contains('<'),
            "{step}"
        );
    }
}
