//! What a list of assets would change in what an organisation holds: decided before anything is changed.

use std::collections::{HashMap, HashSet};

use model::register::OwnAssetRow;
use model::{AssetKind, Day};

/// What becomes of one row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// It is not held yet.
    Add,
    /// It is held, and the list says something else of it.
    Change {
        /// The asset.
        asset_no: i64,
        /// Field by field.
        fields: Vec<FieldChange>,
    },
    /// It is held as the list says.
    Keep(i64),
    /// The same claim stands on an earlier line, which counts.
    Repeat(u64),
}

/// What one field says before and after.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldChange {
    /// Column of the list.
    pub field: &'static str,
    /// Before; may be empty.
    pub before: String,
    /// After; may be empty.
    pub after: String,
}

/// What a list would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// One per row of the list, in its order.
    pub acts: Vec<Act>,
    /// Assets that are closed, because the list is the whole of what is held and lacks them.
    pub closed: Vec<i64>,
}

/// Compares a list, each row with its line, with the open assets that are held. `is_whole` says that what the list lacks
/// is no longer held.
///
/// An asset that is held is known by its kind, its value and its first day. Within the list, the same addresses given as
/// a prefix or as a range are one claim.
#[must_use]
pub fn plan(rows: &[(u64, OwnAssetRow)], held: &[(i64, OwnAssetRow)], is_whole: bool) -> Plan {
    let by_key: HashMap<_, _> = held
        .iter()
        .map(|(asset_no, row)| (key(row), (*asset_no, row)))
        .collect();
    let mut lines = HashMap::new();
    let mut seen = HashSet::new();
    let mut acts = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let claim = (row.value.canonical_claim(), row.valid_from);
        let act = match (lines.get(&claim), by_key.get(&key(row))) {
            (Some(first), _) => Act::Repeat(*first),
            (None, None) => Act::Add,
            (None, Some((asset_no, before))) => {
                seen.insert(*asset_no);
                let fields = changes(before, row);
                match fields.is_empty() {
                    true => Act::Keep(*asset_no),
                    false => Act::Change {
                        asset_no: *asset_no,
                        fields,
                    },
                }
            }
        };
        lines.entry(claim).or_insert(*line);
        acts.push(act);
    }
    let absent = held.iter().map(|(asset_no, _)| *asset_no);
    let closed = absent.filter(|asset_no| is_whole && !seen.contains(asset_no));
    Plan {
        acts,
        closed: closed.collect(),
    }
}

/// The rows of a list of whoever does not read the suppliers of what is held: where such a row names none, the supplier stays.
#[must_use]
pub fn with_suppliers_kept(
    rows: &[(u64, OwnAssetRow)],
    held: &[(i64, OwnAssetRow)],
) -> Vec<(u64, OwnAssetRow)> {
    let suppliers: HashMap<_, _> = held
        .iter()
        .map(|(_, row)| (key(row), &row.supplier))
        .collect();
    let mut rows = rows.to_vec();
    for (_, row) in rows.iter_mut().filter(|(_, row)| row.supplier.is_empty()) {
        if let Some(supplier) = suppliers.get(&key(row)) {
            row.supplier = (*supplier).clone();
        }
    }
    rows
}

/// Whether a change says that an asset is held for longer than was known. Such a word must be proved like a new one.
#[must_use]
pub fn is_held_longer(before: Option<Day>, after: Option<Day>) -> bool {
    match (before, after) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(before), Some(after)) => after > before,
    }
}

fn key(row: &OwnAssetRow) -> (AssetKind, String, Option<Day>) {
    (row.value.kind(), row.value.to_string(), row.valid_from)
}

fn changes(before: &OwnAssetRow, after: &OwnAssetRow) -> Vec<FieldChange> {
    let texts = |row: &OwnAssetRow| {
        [
            ("value", row.given.clone()),
            ("label", row.label.clone()),
            ("group", row.group.clone()),
            (
                "criticality",
                row.criticality
                    .map(|how| how.to_string())
                    .unwrap_or_default(),
            ),
            ("supplier", row.supplier.clone()),
            (
                "valid_until",
                row.valid_until
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
            ),
        ]
    };
    let pairs = texts(before).into_iter().zip(texts(after));
    let changed = pairs.filter(|((_, before), (_, after))| before != after);
    changed
        .map(|((field, before), (_, after))| FieldChange {
            field,
            before,
            after,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::AssetValue;

    use super::*;

    fn row(text: &str, label: &str) -> OwnAssetRow {
        OwnAssetRow {
            value: AssetValue::guess(text).unwrap(),
            given: text.to_owned(),
            label: label.to_owned(),
            group: String::new(),
            criticality: None,
            supplier: String::new(),
            valid_from: None,
            valid_until: None,
        }
    }

    #[test]
    fn each_row_is_new_changed_kept_or_a_repetition() {
        let held = [
            (7, row("192.0.2.0/24", "Main")),
            (8, row("x.example", "")),
            (9, row("198.51.100.0/24", "")),
        ];
        let rows = [
            (2, row("192.0.2.0/24", "Head office")),
            (3, row("x.example", "")),
            (4, row("203.0.113.1", "")),
            (5, row("203.0.113.1/32", "")),
            (6, row("192.0.2.0-192.0.2.255", "")),
        ];
        let want = [
            Act::Change {
                asset_no: 7,
                fields: vec![FieldChange {
                    field: "label",
                    before: "Main".to_owned(),
                    after: "Head office".to_owned(),
                }],
            },
            Act::Keep(8),
            Act::Add,
            Act::Repeat(4),
            Act::Repeat(2),
        ];
        assert_eq!(plan(&rows, &held, false).acts, want);
        assert!(plan(&rows, &held, false).closed.is_empty());
        assert_eq!(plan(&rows, &held, true).closed, [9]);
    }

    #[test]
    fn only_a_longer_time_must_be_proved_again() {
        let day = |text: &str| Some(text.parse::<Day>().unwrap());
        for (before, after, want) in [
            (None, None, false),
            (None, day("2027-01-01"), false),
            (day("2027-01-01"), None, true),
            (day("2027-01-01"), day("2027-01-02"), true),
            (day("2027-01-01"), day("2026-12-31"), false),
        ] {
            assert_eq!(is_held_longer(before, after), want, "{before:?} {after:?}");
        }
    }
}
