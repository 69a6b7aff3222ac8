//! Rows to observations: one engine for every report that comes as a table.
//!
//! [`Decoder::new`] compiles a Shadowserver type, [`crate::mapping::Mapping::decoder`] a mapping of somebody else's
//! table, against the header of a file. After that a row costs no search for a column. Nothing here looks at a clock:
//! the moment that counts as now is in the [`DecodeContext`].

mod column;
mod side;

use csv::ByteRecord;
use model::{Observation, RowIssue, Timestamp, Zone};

pub(crate) use column::{Column, Problem};
pub(crate) use side::{IdentifierPlan, SidePlan, VariantPlan};

/// Seconds that a sighting may lie after now: clocks differ, and some senders write local time as UTC.
const FUTURE_SECONDS_MAX: i64 = 24 * 3600;

const SECONDS_PER_DAY: i64 = 24 * 3600;

/// What holds for all rows of a delivery.
#[derive(Clone, Copy, Debug)]
pub struct DecodeContext {
    /// Whether documentation addresses (RFC 5737, RFC 3849) are taken, for trials.
    pub profile_test: bool,
    /// The moment that counts as now.
    pub now: Timestamp,
    /// Days that a sighting may lie before now.
    pub max_age_days: u32,
}

/// A difference between a file and what its type is known to look like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    /// What differs.
    pub kind: DriftKind,
    /// The column; empty for a type that nobody knows.
    pub column: String,
}

model::vocabulary! {
    /// What differs from what a type is known to look like.
    pub enum DriftKind: "kind of drift" {
        /// A column is expected and not there.
        Missing = 0 => "missing",
        /// A column is there and not expected; its values are kept as evidence.
        New = 1 => "new",
        /// No table of ours describes the type; it is read by its columns.
        UnknownType = 2 => "unknown-type",
    }
}

/// Turns the rows of one table into observations.
#[derive(Debug)]
pub struct Decoder {
    pub(crate) time: Column,
    pub(crate) zone: Zone,
    pub(crate) policy: Policy,
    pub(crate) sides: Vec<SidePlan>,
}

/// Which of its sides a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// All of them.
    EachSide,
    /// The first one for which something stands in the row: the sides are guesses, best first.
    FirstGiven,
}

impl Decoder {
    /// Decodes one row and adds its observations to `out`: none, one or several.
    ///
    /// # Errors
    /// If a field that is needed is missing or breaks a rule. Then nothing is added.
    pub fn decode(
        &self,
        row: &ByteRecord,
        line: u64,
        context: &DecodeContext,
        out: &mut Vec<Observation>,
    ) -> Result<(), RowIssue> {
        let before = out.len();
        let result = self.observe(row, line, context, out);
        result.map_err(|problem| {
            out.truncate(before);
            problem.into_issue(line)
        })
    }

    fn observe(
        &self,
        row: &ByteRecord,
        line: u64,
        context: &DecodeContext,
        out: &mut Vec<Observation>,
    ) -> Result<(), Problem> {
        let observed_at = self.observed_at(row, context)?;
        if self.policy == Policy::FirstGiven {
            let given = self.sides.iter().find(|side| side.is_given(row));
            let Some(side) = given.or(self.sides.first()) else {
                let reason = "no column says where this was seen".to_owned();
                return Err(Column::none().problem("column-missing", reason));
            };
            return side.observe(row, line, observed_at, context, out);
        }
        let mut first_problem = None;
        let before = out.len();
        for side in &self.sides {
            match side.observe(row, line, observed_at, context, out) {
                Ok(()) => {}
                Err(problem) if side.is_optional => {
                    first_problem.get_or_insert(problem);
                }
                Err(problem) => return Err(problem),
            }
        }
        // A row that is about nobody would vanish without a word.
        match first_problem {
            Some(problem) if out.len() == before => Err(problem),
            _ => Ok(()),
        }
    }

    fn observed_at(&self, row: &ByteRecord, context: &DecodeContext) -> Result<Timestamp, Problem> {
        let text = self.time.required(row, "time")?;
        let time = Timestamp::parse(&text, &self.zone)
            .map_err(|error| self.time.problem("time-bad", error.to_string()))?;
        let age = context.now.seconds_since(time);
        let max_age_days = context.max_age_days;
        if age > i64::from(max_age_days) * SECONDS_PER_DAY {
            let reason = format!("{time} is more than {max_age_days} days ago");
            return Err(self.time.problem("time-too-old", reason));
        }
        if age < -FUTURE_SECONDS_MAX {
            let reason = format!("{time} is more than 24 hours in the future");
            return Err(self.time.problem("time-in-future", reason));
        }
        Ok(time)
    }
}
