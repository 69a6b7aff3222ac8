//! Counts of applications that two people corrected before the draw, because the published rule cannot see what they saw.

use model::Timestamp;

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Another count for an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountCorrection {
    /// Internal number.
    pub correction_no: i64,
    /// For which application.
    pub application_no: i64,
    /// What it counts instead.
    pub count: u64,
    /// Why; the applicant reads it.
    pub reason: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Who asked: a person.
    pub asked_by: i64,
}

impl Tx<'_> {
    /// Asks a second person to let another count hold. Says whether none waited for this application already.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn ask_count_correction(
        &mut self,
        (application_no, count): (i64, u64),
        asked_by: i64,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let asked = self.execute(
            "INSERT INTO count_correction (application_no, count, reason, asked_at, asked_by) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (application_no) WHERE ended_at IS NULL DO NOTHING",
            values![application_no, count, reason, now.micros(), asked_by],
        )?;
        Ok(asked == 1)
    }

    /// Those of a programme that wait for a second person, oldest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn open_count_corrections(&mut self, programme_no: i64) -> Result<Vec<CountCorrection>> {
        let sql = format!(
            "{CORRECTION} JOIN application a ON a.application_no = c.application_no
             WHERE a.programme_no = $1 AND c.ended_at IS NULL ORDER BY c.correction_no"
        );
        self.query(&sql, values![programme_no], correction_from)
    }

    /// Those of a programme that hold: of each application the last that was confirmed, by application.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn count_corrections(&mut self, programme_no: i64) -> Result<Vec<CountCorrection>> {
        let sql = format!(
            "{CORRECTION} JOIN application a ON a.application_no = c.application_no
             WHERE a.programme_no = $1 AND {LAST} ORDER BY c.application_no"
        );
        self.query(&sql, values![programme_no], correction_from)
    }

    /// The one that holds for an application.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn count_correction(&mut self, application_no: i64) -> Result<Option<CountCorrection>> {
        let sql = format!("{CORRECTION} WHERE c.application_no = $1 AND {LAST}");
        self.query_opt(&sql, values![application_no], correction_from)
    }

    /// Ends one that waits, confirmed or dropped; says whether it waited. Whoever asked may drop and not confirm it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_count_correction(
        &mut self,
        correction_no: i64,
        person_no: i64,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE count_correction SET ended_at = $3, ended_by = $2, confirmed = $4
             WHERE correction_no = $1 AND ended_at IS NULL AND (asked_by <> $2 OR $4 = 0)",
            values![correction_no, person_no, now.micros(), confirmed],
        )?;
        Ok(ended == 1)
    }
}

const CORRECTION: &str = "SELECT c.correction_no, c.application_no, c.count, c.reason, c.asked_at, c.asked_by FROM count_correction c";

/// Which of those that were confirmed holds: the last of its application.
const LAST: &str = "c.correction_no = (SELECT MAX(o.correction_no) FROM count_correction o
    WHERE o.application_no = c.application_no AND o.confirmed = 1)";

fn correction_from(row: &Row<'_>) -> Result<CountCorrection> {
    Ok(CountCorrection {
        correction_no: row.int(0)?,
        application_no: row.int(1)?,
        count: u64::try_from(row.int(2)?).unwrap_or_default(),
        reason: row.text(3)?,
        asked_at: Timestamp::from_micros(row.int(4)?),
        asked_by: row.int(5)?,
    })
}
