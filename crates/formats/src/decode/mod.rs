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
pub(crate) use side::{IdentifierPlan, SidePlan};

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

/// A difference between the columns of a file and those that its type is known to have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    /// What became of the column.
    pub kind: DriftKind,
    /// The column.
    pub column: String,
}

model::vocabulary! {
    /// What became of a column.
    pub enum DriftKind: "kind of drift" {
        /// It is expected and not there.
        Missing = 0 => "missing",
        /// It is there and not expected; its values are kept as evidence.
        New = 1 => "new",
    }
}

/// Turns the rows of one table into observations.
#[derive(Debug)]
pub struct Decoder {
    pub(crate) time: Column,
    pub(crate) zone: Zone,
    pub(crate) sides: Vec<SidePlan>,
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
        for side in &self.sides {
            side.observe(row, line, observed_at, context, out)?;
        }
        Ok(())
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
