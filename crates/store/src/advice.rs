//! Texts about threats as the desk has them, in versions. What a text says is known to `rules`; here it is JSON.

use model::{Severity, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

model::vocabulary! {
    /// How far a version of a text is.
    pub enum AdviceState: "state of a text" {
        /// It is being written.
        Draft = 0 => "draft",
        /// It waits for a second person.
        Asked = 1 => "asked",
        /// It is in use, or was until a later one was approved.
        Approved = 2 => "approved",
        /// It never came into use.
        Dropped = 3 => "dropped",
    }
}

/// A version of the text about a threat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdviceVersion {
    /// Internal number.
    pub version_no: i64,
    /// Slug of the threat, or of an RSIT class.
    pub slug: String,
    /// Counts up for each slug, from the version of the program on.
    pub version: i64,
    /// The whole entry, as JSON.
    pub text: String,
    /// Severity of findings; `None`: what the report says.
    pub severity: Option<Severity>,
    /// What changed, and why.
    pub note: String,
    /// How far it is.
    pub state: AdviceState,
    /// The person who wrote it, or took it over; `None`: a program wrote it, and nobody answers for it yet.
    pub written_by: Option<i64>,
    /// When it was last changed.
    pub written_at: Timestamp,
    /// Who approved or dropped it, and when.
    pub decided: Option<(i64, Timestamp)>,
}

/// What changes in a draft.
#[derive(Clone, Copy, Debug)]
pub struct AdviceDraft<'a> {
    /// The whole entry, as JSON.
    pub text: &'a str,
    /// See [`AdviceVersion::severity`].
    pub severity: Option<Severity>,
    /// See [`AdviceVersion::note`].
    pub note: &'a str,
}

impl Tx<'_> {
    /// Begins a draft, of a person or of a program; returns its number, or nothing where another version of the slug is not
    /// decided yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_advice(
        &mut self,
        slug: &str,
        version: i64,
        draft: &AdviceDraft<'_>,
        (by, now): (Option<i64>, Timestamp),
    ) -> Result<Option<i64>> {
        self.query_opt(
            "INSERT INTO advice_version (slug, version, text, severity, note, state, written_by, written_at)
             VALUES ($1, $2, $3, $4, $5, 0, $6, $7)
             ON CONFLICT (slug) WHERE state < 2 DO NOTHING RETURNING version_no",
            values![
                slug,
                version,
                draft.text,
                draft.severity.map(Severity::code),
                draft.note,
                by,
                now.micros()
            ],
            |row| row.int(0),
        )
    }

    /// Changes a draft of its writer, a person or any program; says whether it still was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_advice(
        &mut self,
        version_no: i64,
        draft: &AdviceDraft<'_>,
        (by, now): (Option<i64>, Timestamp),
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE advice_version SET text = $2, severity = $3, note = $4, written_at = $6
             WHERE version_no = $1 AND state = 0 AND COALESCE(written_by, 0) = $5",
            values![
                version_no,
                draft.text,
                draft.severity.map(Severity::code),
                draft.note,
                by.unwrap_or(0),
                now.micros()
            ],
        )?;
        Ok(changed == 1)
    }

    /// Makes a person the writer of a draft that a program wrote; says whether it still was one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_advice(&mut self, version_no: i64, person_no: i64) -> Result<bool> {
        let taken = self.execute(
            "UPDATE advice_version SET written_by = $2 WHERE version_no = $1 AND state = 0 AND written_by IS NULL",
            values![version_no, person_no],
        )?;
        Ok(taken == 1)
    }

    /// Moves a version from one state to another, with the text that holds from there on; says whether it was in the first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn move_advice(
        &mut self,
        version: &AdviceVersion,
        to: AdviceState,
        text: &str,
        (by, now): (i64, Timestamp),
    ) -> Result<bool> {
        let decided = matches!(to, AdviceState::Approved | AdviceState::Dropped);
        let moved = self.execute(
            "UPDATE advice_version SET state = $3, text = $4, decided_by = $5, decided_at = $6
             WHERE version_no = $1 AND state = $2",
            values![
                version.version_no,
                version.state.code(),
                to.code(),
                text,
                decided.then_some(by),
                decided.then_some(now.micros())
            ],
        )?;
        Ok(moved == 1)
    }

    /// One version.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn advice_version(&mut self, version_no: i64) -> Result<Option<AdviceVersion>> {
        let sql = format!("{VERSION} WHERE version_no = $1");
        self.query_opt(&sql, values![version_no], version_from)
    }

    /// Versions of a slug with a number below `before_no`, newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn advice_versions(
        &mut self,
        slug: &str,
        before_no: i64,
        rows_max: i64,
    ) -> Result<Vec<AdviceVersion>> {
        let sql = format!(
            "{VERSION} WHERE slug = $1 AND version_no < $2 ORDER BY version_no DESC LIMIT $3"
        );
        self.query(&sql, values![slug, before_no, rows_max], version_from)
    }

    /// The newest version of each slug that the desk ever wrote, by slug. At most one for each entry of the catalogue.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn newest_advice(&mut self) -> Result<Vec<AdviceVersion>> {
        let sql = format!(
            "{VERSION} WHERE version_no IN (SELECT MAX(version_no) FROM advice_version GROUP BY slug) ORDER BY slug"
        );
        self.query(&sql, &[], version_from)
    }

    /// Slugs of which the desk has a text of its own in use.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn advised_slugs(&mut self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT slug FROM advice_version WHERE state = 2 ORDER BY slug";
        self.query(sql, &[], |row| row.text(0))
    }

    /// The version of a slug that was in use at a moment.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn advice_at(&mut self, slug: &str, at: Timestamp) -> Result<Option<AdviceVersion>> {
        let sql = format!(
            "{VERSION} WHERE slug = $1 AND state = 2 AND decided_at <= $2 ORDER BY version_no DESC LIMIT 1"
        );
        self.query_opt(&sql, values![slug, at.micros()], version_from)
    }

    /// The severity that the desk gives to findings of a threat from now on, if it says one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn advised_severity(&mut self, slug: &str) -> Result<Option<Severity>> {
        let sql = "SELECT severity FROM advice_version WHERE slug = $1 AND state = 2 ORDER BY version_no DESC LIMIT 1";
        let found = self.query_opt(sql, values![slug], |row| severity_from(row, 0))?;
        Ok(found.flatten())
    }
}

const VERSION: &str = "SELECT version_no, slug, version, text, severity, note, state, written_by, written_at, decided_by,
    decided_at FROM advice_version";

fn version_from(row: &Row<'_>) -> Result<AdviceVersion> {
    let decided_at = row.opt_int(10)?.map(Timestamp::from_micros);
    Ok(AdviceVersion {
        version_no: row.int(0)?,
        slug: row.text(1)?,
        version: row.int(2)?,
        text: row.text(3)?,
        severity: severity_from(row, 4)?,
        note: row.text(5)?,
        state: row.code(6, "state of a text", AdviceState::from_code)?,
        written_by: row.opt_int(7)?,
        written_at: Timestamp::from_micros(row.int(8)?),
        decided: row.opt_int(9)?.zip(decided_at),
    })
}

fn severity_from(row: &Row<'_>, column: usize) -> Result<Option<Severity>> {
    match row.opt_int(column)? {
        Some(_) => Ok(Some(row.code(column, "severity", Severity::from_code)?)),
        None => Ok(None),
    }
}
