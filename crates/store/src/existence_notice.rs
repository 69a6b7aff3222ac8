//! That something was seen at what an organisation only claims. Who hears of it is decided in `rules`.

use model::{RsitClass, Severity, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// One class of problem at one claimed asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExistenceNotice {
    /// At which asset.
    pub asset_no: i64,
    /// Who claims it.
    pub party_no: i64,
    /// What kind of problem.
    pub class: RsitClass,
    /// How severe it was.
    pub severity: Severity,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// Whether the organisation is to be told.
    pub is_due: bool,
    /// Last time that it was.
    pub told_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// What is known of these assets, of which many may not be there.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn existence_notices(&mut self, asset_nos: &[i64]) -> Result<Vec<ExistenceNotice>> {
        let sql = format!(
            "{NOTICE} WHERE n.asset_no {} ORDER BY n.asset_no, n.class",
            self.in_set("$1")
        );
        self.query(&sql, values![asset_nos], notice_from)
    }

    /// Writes a notice down, in place of what was known of the same asset and class.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_existence_notice(&mut self, notice: &ExistenceNotice) -> Result<()> {
        self.execute(
            "INSERT INTO existence_notice (asset_no, class, party_no, severity, seen_at, is_due, told_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (asset_no, class) DO UPDATE SET severity = excluded.severity, seen_at = excluded.seen_at,
                is_due = excluded.is_due, told_at = excluded.told_at",
            values![
                notice.asset_no,
                notice.class.code(),
                notice.party_no,
                notice.severity.code(),
                notice.seen_at.micros(),
                notice.is_due,
                notice.told_at.map(Timestamp::micros)
            ],
        )?;
        Ok(())
    }

    /// Organisations that are to be told and were not told anything of this kind after `told_before`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn parties_to_notify(
        &mut self,
        told_before: Timestamp,
        parties_max: i64,
    ) -> Result<Vec<i64>> {
        self.query(
            "SELECT DISTINCT n.party_no FROM existence_notice n WHERE n.is_due = 1 AND NOT EXISTS
                (SELECT 1 FROM existence_notice o WHERE o.party_no = n.party_no AND o.told_at > $1)
             ORDER BY n.party_no LIMIT $2",
            values![told_before.micros(), parties_max],
            |row| row.int(0),
        )
    }

    /// What an organisation is to be told, the most severe first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn due_existence_notices(&mut self, party_no: i64) -> Result<Vec<ExistenceNotice>> {
        let sql = format!(
            "{NOTICE} JOIN asset a ON a.asset_no = n.asset_no JOIN asset_claim c ON c.asset_no = n.asset_no
             WHERE n.party_no = $1 AND n.is_due = 1 AND a.closed_at IS NULL AND c.state = 0
             ORDER BY n.severity DESC, n.asset_no, n.class"
        );
        self.query(&sql, values![party_no], notice_from)
    }

    /// Notes that an organisation was told all that it was to be told.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_existence_notices(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE existence_notice SET is_due = 0, told_at = $2 WHERE party_no = $1 AND is_due = 1",
            values![party_no, now.micros()],
        )?;
        Ok(())
    }

    /// Forgets notices of what is no longer only claimed, and those whose last sighting is older; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_existence_notices(&mut self, seen_before: Timestamp) -> Result<u64> {
        self.execute(
            "DELETE FROM existence_notice WHERE seen_at < $1 OR NOT EXISTS
                (SELECT 1 FROM asset_claim c JOIN asset a ON a.asset_no = c.asset_no
                 WHERE c.asset_no = existence_notice.asset_no AND c.state = 0 AND a.closed_at IS NULL)",
            values![seen_before.micros()],
        )
    }
}

const NOTICE: &str =
    "SELECT n.asset_no, n.party_no, n.class, n.severity, n.seen_at, n.is_due, n.told_at
    FROM existence_notice n";

fn notice_from(row: &Row<'_>) -> Result<ExistenceNotice> {
    Ok(ExistenceNotice {
        asset_no: row.int(0)?,
        party_no: row.int(1)?,
        class: row.code(2, "RSIT class", RsitClass::from_code)?,
        severity: row.code(3, "severity", Severity::from_code)?,
        seen_at: Timestamp::from_micros(row.int(4)?),
        is_due: row.int(5)? != 0,
        told_at: row.opt_int(6)?.map(Timestamp::from_micros),
    })
}
