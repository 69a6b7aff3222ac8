//! A list in which whoever runs a network for others says what it did about findings of its customers (requirement FE-03).
//!
//! It has two columns, `finding` and `outcome`. Who the customers are is none of our business: a row with anything in another
//! column is refused, and what stood there is not repeated.

use std::collections::HashSet;

use csv::ByteRecord;
use model::{CustomerOutcome, RowIssue};
use uuid::Uuid;

use crate::table::{TableError, TableReader};

/// Most bytes of a list.
pub const LIST_BYTES_MAX: usize = 4 << 20;

/// Most rows of a list.
pub const LIST_ROWS_MAX: usize = 10_000;

/// The columns, in any order.
const COLUMNS: [&str; 2] = ["finding", "outcome"];

/// What a list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerList {
    /// Line, public id of a finding, and what was done about it. Each finding once.
    pub rows: Vec<(u64, Uuid, CustomerOutcome)>,
    /// What is wrong with the other rows.
    pub issues: Vec<RowIssue>,
}

/// Why a list is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum CustomerListError {
    /// More than [`LIST_BYTES_MAX`] or [`LIST_ROWS_MAX`].
    #[error("a list has at most {LIST_ROWS_MAX} rows and {} MiB", LIST_BYTES_MAX >> 20)]
    TooLarge,
    /// Not a table, or without its columns.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Reads a list: a table with a header, with commas, semicolons or tabs.
///
/// # Errors
/// If it is too large, or no such table. What is wrong with single rows is in the answer.
pub fn read(bytes: &[u8]) -> Result<CustomerList, CustomerListError> {
    if bytes.len() > LIST_BYTES_MAX {
        return Err(CustomerListError::TooLarge);
    }
    let mut table = TableReader::new(bytes)?;
    let header = table.header().to_vec();
    let places = COLUMNS.map(|name| header.iter().position(|own| own == name));
    let [Some(finding), Some(outcome)] = places else {
        let missing = COLUMNS.iter().zip(places);
        let missing = missing.filter(|(_, place)| place.is_none());
        return Err(TableError::MissingColumns {
            missing: missing.map(|(name, _)| *name).collect(),
        }
        .into());
    };
    let (mut list, mut seen) = (CustomerList::default(), HashSet::new());
    let mut row = ByteRecord::new();
    while let Some(next) = table.next_row(&mut row) {
        if list.rows.len() + list.issues.len() == LIST_ROWS_MAX {
            return Err(CustomerListError::TooLarge);
        }
        let read = next.and_then(|line| {
            let (id, outcome) = read_row(line, &row, &header, (finding, outcome))?;
            match seen.insert(id) {
                true => Ok((line, id, outcome)),
                false => Err(RowIssue::refused(
                    line,
                    COLUMNS[0],
                    "repeated",
                    "this finding stands on an earlier line",
                )),
            }
        });
        match read {
            Ok(row) => list.rows.push(row),
            Err(issue) => list.issues.push(issue),
        }
    }
    Ok(list)
}

fn read_row(
    line: u64,
    row: &ByteRecord,
    header: &[String],
    (finding, outcome): (usize, usize),
) -> Result<(Uuid, CustomerOutcome), RowIssue> {
    let text = |place: usize| {
        let field = row.get(place).unwrap_or_default();
        String::from_utf8_lossy(field).trim().to_owned()
    };
    let others = (0..header.len()).filter(|place| ![finding, outcome].contains(place));
    if let Some(filled) = others.into_iter().find(|place| !text(*place).is_empty()) {
        let reason = "only `finding` and `outcome` are taken: leave out who the customer is";
        return Err(RowIssue::refused(
            line,
            &header[filled],
            "not-taken",
            reason,
        ));
    }
    let id = text(finding).parse().map_err(|_| {
        let reason = "the id of a finding is expected, as messages and exports give it";
        RowIssue::refused(line, COLUMNS[0], "bad-value", reason)
    })?;
    let outcome = text(outcome).parse().map_err(|_| {
        let words: Vec<&str> = CustomerOutcome::ALL.iter().map(|it| it.as_str()).collect();
        let reason = format!("one of {} is expected", words.join(", "));
        RowIssue::refused(line, COLUMNS[1], "bad-value", reason)
    })?;
    Ok((id, outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6f1c1f0a-0000-8000-8000-000000000001";

    #[test]
    fn a_row_with_a_customer_in_it_is_refused_and_the_customer_is_not_repeated() {
        let text = format!(
            "Outcome;Finding;Customer\nquarantined;{ID};\nforwarded;{ID};\nrefused;x;\nlost;{ID};\n\
             refused;{ID};Baker Example\n"
        );
        let list = read(text.as_bytes()).unwrap();
        let id: Uuid = ID.parse().unwrap();
        assert_eq!(list.rows, [(2, id, CustomerOutcome::Quarantined)]);
        let issues = list.issues.iter();
        let shape: Vec<_> = issues
            .map(|issue| (issue.line, issue.field.as_str(), issue.code))
            .collect();
        assert_eq!(
            shape,
            [
                (3, "finding", "repeated"),
                (4, "finding", "bad-value"),
                (5, "outcome", "bad-value"),
                (6, "customer", "not-taken"),
            ]
        );
        assert!(
            list.issues
                .iter()
                .all(|issue| !issue.reason.contains("Baker"))
        );
    }

    #[test]
    fn what_is_no_such_table_or_too_long_is_refused_as_a_whole() {
        for text in ["", "finding\nx\n", "a,b\n1,2\n"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
        let rows = "x,refused\n".repeat(LIST_ROWS_MAX + 1);
        let long = read(format!("finding,outcome\n{rows}").as_bytes());
        assert!(matches!(long, Err(CustomerListError::TooLarge)));
    }
}
