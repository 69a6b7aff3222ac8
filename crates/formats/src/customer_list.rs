//! A list in which whoever runs a network for others says what it did about findings of its customers (requirement FE-03).
//!
//! It has two columns, `finding` and `outcome`. Who the customers are is none of our business: a row with anything in another
//! column is refused, and what stood there is not repeated.

use std::collections::HashSet;

use csv::ByteRecord;
use model::{CustomerOutcome, CustomerRowIssue};
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
    pub issues: Vec<RowWrong>,
}

/// A row that is not taken. What stands in it is not repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowWrong {
    /// Its line.
    pub line: u64,
    /// The column, as the list names it; empty if the whole row is meant.
    pub field: String,
    /// What is wrong.
    pub issue: CustomerRowIssue,
}

impl RowWrong {
    /// A row with something wrong in a column that lists have.
    #[must_use]
    pub fn new(line: u64, issue: CustomerRowIssue) -> Self {
        let field = match issue {
            CustomerRowIssue::Unreadable | CustomerRowIssue::NotTaken => "",
            CustomerRowIssue::BadOutcome => COLUMNS[1],
            CustomerRowIssue::BadFinding
            | CustomerRowIssue::Repeated
            | CustomerRowIssue::Unknown => COLUMNS[0],
        };
        Self {
            line,
            field: field.to_owned(),
            issue,
        }
    }
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
        let line = match next {
            Ok(line) => line,
            Err(issue) => {
                list.issues
                    .push(RowWrong::new(issue.line, CustomerRowIssue::Unreadable));
                continue;
            }
        };
        let read = read_row(line, &row, &header, (finding, outcome));
        let read = read.and_then(|(id, outcome)| match seen.insert(id) {
            true => Ok((line, id, outcome)),
            false => Err(RowWrong::new(line, CustomerRowIssue::Repeated)),
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
) -> Result<(Uuid, CustomerOutcome), RowWrong> {
    let text = |place: usize| {
        let field = row.get(place).unwrap_or_default();
        String::from_utf8_lossy(field).trim().to_owned()
    };
    let others = (0..header.len()).filter(|place| ![finding, outcome].contains(place));
    if let Some(filled) = others.into_iter().find(|place| !text(*place).is_empty()) {
        return Err(RowWrong {
            field: header[filled].clone(),
            ..RowWrong::new(line, CustomerRowIssue::NotTaken)
        });
    }
    let wrong = |issue| RowWrong::new(line, issue);
    let id = text(finding).parse();
    let id = id.map_err(|_| wrong(CustomerRowIssue::BadFinding))?;
    let outcome = text(outcome).parse();
    let outcome = outcome.map_err(|_| wrong(CustomerRowIssue::BadOutcome))?;
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
            .map(|wrong| (wrong.line, wrong.field.as_str(), wrong.issue.as_str()))
            .collect();
        assert_eq!(
            shape,
            [
                (3, "finding", "repeated"),
                (4, "finding", "bad-finding"),
                (5, "outcome", "bad-outcome"),
                (6, "customer", "not-taken"),
            ]
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
