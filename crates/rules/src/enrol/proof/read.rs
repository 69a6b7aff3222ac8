//! Reading the file: its lines are fixed, so that a script of a few lines reads it too.

use std::str::FromStr;

use model::{Sector, shown};

use super::{COLUMNS, HEAD, Proof, Row};
use crate::enrol::draw::{Capacity, Entry};

/// Rows that a file may have: far more than applications of any programme.
pub const ROWS_MAX: usize = 100_000;

/// Why a text is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A line is not what stands there in every file.
    #[error("line {line} must be `{want}`, not `{}`", shown(found))]
    Line {
        /// From 1.
        line: usize,
        /// What stands there in a file.
        want: String,
        /// What stood there.
        found: String,
    },
    /// A row cannot be read.
    #[error("line {line}: {what} cannot be read from `{}`", shown(found))]
    Row {
        /// From 1.
        line: usize,
        /// What it should be.
        what: &'static str,
        /// What stood there.
        found: String,
    },
    /// It is longer than any programme needs.
    #[error("the file has more than {ROWS_MAX} rows")]
    TooLong,
}

/// Lines with their numbers.
struct Lines<'t> {
    lines: std::str::Lines<'t>,
    number: usize,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> &'t str {
        self.number += 1;
        self.lines.next().unwrap_or_default()
    }

    fn exact(&mut self, want: &str) -> Result<(), ProofError> {
        match self.next() {
            found if found == want => Ok(()),
            found => Err(self.other(want, found)),
        }
    }

    fn value<T: FromStr>(&mut self, name: &str) -> Result<T, ProofError> {
        let found = self.next();
        let value = found
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(' '));
        value
            .filter(|value| !value.is_empty() && !value.contains(char::is_whitespace))
            .and_then(|value| value.parse().ok())
            .ok_or_else(|| self.other(&format!("{name} ..."), found))
    }

    fn other(&self, want: &str, found: &str) -> ProofError {
        ProofError::Line {
            line: self.number,
            want: want.to_owned(),
            found: found.to_owned(),
        }
    }
}

impl FromStr for Proof {
    type Err = ProofError;

    /// Reads a file; whether it is right is asked of [`Proof::faults`].
    fn from_str(text: &str) -> Result<Self, ProofError> {
        let mut lines = Lines {
            lines: text.lines(),
            number: 0,
        };
        lines.exact(HEAD)?;
        let mut proof = Self {
            programme: lines.value("programme")?,
            applications: lines.value("applications")?,
            capacity: Capacity {
                places: lines.value("places")?,
                per_sector: lines.value("places-per-sector")?,
            },
            commitment: lines.value("commitment")?,
            seed: lines.value("seed")?,
            rows: Vec::new(),
        };
        lines.exact(COLUMNS)?;
        for (text, line) in lines.lines.zip(lines.number + 1..) {
            if proof.rows.len() == ROWS_MAX {
                return Err(ProofError::TooLong);
            }
            proof.rows.push(row(line_of(text, line)?, line)?);
        }
        Ok(proof)
    }
}

fn line_of(text: &str, line: usize) -> Result<[&str; 7], ProofError> {
    let cells: Vec<&str> = text.split(' ').collect();
    cells.try_into().map_err(|_| ProofError::Line {
        line,
        want: COLUMNS.to_owned(),
        found: text.to_owned(),
    })
}

fn row(cells: [&str; 7], line: usize) -> Result<Row, ProofError> {
    let [number, sector, count, lot, rank, state, because] = cells;
    Ok(Row {
        entry: Entry {
            number: cell(number, "a number of an application", line)?,
            sector: cell::<Sector>(sector, "a sector", line)?,
            count: cell(count, "a count", line)?,
        },
        lot: lot.to_owned(),
        rank: cell(rank, "a rank", line)?,
        state: state.to_owned(),
        because: because.to_owned(),
    })
}

fn cell<T: FromStr>(text: &str, what: &'static str, line: usize) -> Result<T, ProofError> {
    text.parse().map_err(|_| ProofError::Row {
        line,
        what,
        found: text.to_owned(),
    })
}
