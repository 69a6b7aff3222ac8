//! From which severity on organisations are mailed, as they said themselves.

use model::{Role, Severity, Threshold, Thresholds};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};

impl Tx<'_> {
    /// The thresholds of an organisation, those of groups by number of the group.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn thresholds(&mut self, party_no: i64) -> Result<Thresholds> {
        let mut thresholds = Thresholds::default();
        let sql =
            "SELECT group_no, target, victim FROM threshold WHERE party_no = $1 ORDER BY group_no";
        let rows = self.query(sql, values![party_no], |row| {
            Ok((row.opt_int(0)?, threshold_from(row, 1)?))
        })?;
        for (group_no, threshold) in rows {
            match group_no {
                Some(group_no) => thresholds.groups.push((group_no, threshold)),
                None => thresholds.usual = threshold,
            }
        }
        Ok(thresholds)
    }

    /// Says anew from which severity on an organisation is mailed. That groups stand there once, and are its own, is for the
    /// caller to know; the caller raises the register's version.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_thresholds(&mut self, party_no: i64, thresholds: &Thresholds) -> Result<()> {
        self.execute(
            "DELETE FROM threshold WHERE party_no = $1",
            values![party_no],
        )?;
        let usual = (thresholds.usual != Threshold::NONE).then_some((None, thresholds.usual));
        let groups = thresholds.groups.iter();
        let groups = groups.map(|(group_no, threshold)| (Some(*group_no), *threshold));
        for (group_no, threshold) in usual.into_iter().chain(groups) {
            self.execute(
                "INSERT INTO threshold (party_no, group_no, target, victim) VALUES ($1, $2, $3, $4)",
                values![
                    party_no,
                    group_no,
                    threshold.of(Role::Target).code(),
                    threshold.of(Role::Victim).code()
                ],
            )?;
        }
        Ok(())
    }

    /// Whether a group of an organisation has a threshold of its own: then it matters to the flow which assets are in it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_thresholds_of_groups(&mut self, party_no: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM threshold WHERE party_no = $1 AND group_no IS NOT NULL LIMIT 1";
        let found = self.query_opt(sql, values![party_no], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// The thresholds of organisations for whatever has none of its own.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn usual_thresholds(&mut self) -> Result<Vec<(i64, Threshold)>> {
        let sql = "SELECT party_no, target, victim FROM threshold WHERE group_no IS NULL";
        self.query(sql, &[], |row| Ok((row.int(0)?, threshold_from(row, 1)?)))
    }

    /// The open assets in a group that has its own threshold: whose, which, and that threshold.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn thresholds_of_assets(&mut self) -> Result<Vec<(i64, i64, Threshold)>> {
        let sql = "SELECT t.party_no, a.asset_no, t.target, t.victim FROM threshold t
                   JOIN asset_detail d ON d.group_no = t.group_no AND d.party_no = t.party_no
                   JOIN asset a ON a.asset_no = d.asset_no WHERE a.closed_at IS NULL";
        self.query(sql, &[], |row| {
            Ok((row.int(0)?, row.int(1)?, threshold_from(row, 2)?))
        })
    }

    /// How many lines of these messages are told through assets of which group; of none, where it is through none.
    ///
    /// Cost: their lines.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn lines_by_group(
        &mut self,
        notification_nos: &[i64],
    ) -> Result<Vec<(i64, Option<i64>, i64)>> {
        let sql = format!(
            "SELECT l.notification_no, d.group_no, COUNT(*) FROM notification_line l
             LEFT JOIN asset_detail d ON d.asset_no = l.asset_no
             WHERE l.withdrawn IS NULL AND l.notification_no {} GROUP BY l.notification_no, d.group_no",
            self.in_set("$1")
        );
        self.query(&sql, values![notification_nos], |row| {
            Ok((row.int(0)?, row.opt_int(1)?, row.int(2)?))
        })
    }
}

/// What the columns `target` and `victim` say.
fn threshold_from(row: &Row<'_>, first: usize) -> Result<Threshold> {
    let target = row.code(first, "severity", Severity::from_code)?;
    let victim = row.code(first + 1, "severity", Severity::from_code)?;
    Threshold::new(target, victim).ok_or_else(|| StoreError::Unknown {
        what: "threshold",
        value: victim.to_string(),
    })
}
