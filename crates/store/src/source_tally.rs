//! What became of the reports of sources, as numbers: counted beside the flow, by month and report type.

use model::{AnswerStatus, Day, TallyKind};

use crate::batch::BatchCounts;
use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::notification::{NotificationState, warns};

/// A number of a report type of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceTally {
    /// Whose reports.
    pub source_no: i64,
    /// Which of them.
    pub report_type: String,
    /// What is counted.
    pub kind: TallyKind,
    /// Of what exactly: code and column of rows, hours of delays; empty where there is one number.
    pub detail: String,
    /// How many.
    pub total: i64,
}

/// A month of which rows, tellings and answers are counted.
#[derive(Clone, Copy, Debug)]
pub struct TalliedMonth {
    /// Number of the first delivery that came in it.
    pub first_batch: i64,
    /// Number of the first delivery behind it.
    pub end_batch: i64,
    /// Number of the first message that can be about one of them.
    pub first_message: i64,
}

impl Tx<'_> {
    /// What was counted of a source, from one month until another (which is not in it): one number for each type, kind and
    /// detail, in this order.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn source_tallies(
        &mut self,
        source_no: i64,
        (from, until): (Day, Day),
    ) -> Result<Vec<SourceTally>> {
        self.query(
            "SELECT report_type, kind, detail, CAST(SUM(total) AS BIGINT) FROM source_tally
             WHERE source_no = $1 AND month >= $2 AND month < $3 GROUP BY report_type, kind, detail ORDER BY 1, 2, 3",
            values![source_no, from.days(), until.days()],
            |row| {
                Ok(SourceTally {
                    source_no,
                    report_type: row.text(0)?,
                    kind: row.code(1, "kind of tally", TallyKind::from_code)?,
                    detail: row.text(2)?,
                    total: row.int(3)?,
                })
            },
        )
    }

    /// Adds to what was counted of a month.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_source_tallies(&mut self, month: Day, tallies: &[SourceTally]) -> Result<()> {
        for tally in tallies {
            self.execute(
                "INSERT INTO source_tally (source_no, month, report_type, kind, detail, total)
                 VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (source_no, month, report_type, kind, detail)
                 DO UPDATE SET total = source_tally.total + excluded.total",
                values![
                    tally.source_no,
                    month.days(),
                    &tally.report_type,
                    tally.kind.code(),
                    &tally.detail,
                    tally.total
                ],
            )?;
        }
        Ok(())
    }

    /// Puts what was counted of a month in the place of what was counted of it before, but for what deliveries add.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_source_tallies(&mut self, month: Day, tallies: &[SourceTally]) -> Result<()> {
        self.execute(
            "DELETE FROM source_tally WHERE month = $1 AND kind NOT IN ($2, $3)",
            values![
                month.days(),
                TallyKind::Observations.code(),
                TallyKind::Delay.code()
            ],
        )?;
        self.add_source_tallies(month, tallies)
    }

    /// Counts the rows of a month, what was corrected of them, who was told, and what was answered.
    ///
    /// Cost: the deliveries of the month, their rows that were not accepted, and the lines of messages since its begin.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn count_source_tallies(&mut self, month: &TalliedMonth) -> Result<Vec<SourceTally>> {
        let mut tallies = self.tallied_rows(month)?;
        tallies.extend(self.tallied_issues(month)?);
        tallies.extend(self.tallied_repairs(month)?);
        tallies.extend(self.tallied_lines(month)?);
        Ok(tallies)
    }

    fn tallied_rows(&mut self, month: &TalliedMonth) -> Result<Vec<SourceTally>> {
        let mut tallies = Vec::new();
        self.for_each(
            "SELECT source_no, report_type, CAST(SUM(rows_read) AS BIGINT), CAST(SUM(accepted) AS BIGINT),
                CAST(SUM(duplicate) AS BIGINT), CAST(SUM(quarantined) AS BIGINT), CAST(SUM(refused) AS BIGINT)
             FROM batch WHERE batch_no >= $1 AND batch_no < $2 GROUP BY source_no, report_type",
            values![month.first_batch, month.end_batch],
            |row| {
                let counts = BatchCounts {
                    rows_read: row.int(2)?,
                    accepted: row.int(3)?,
                    duplicate: row.int(4)?,
                    quarantined: row.int(5)?,
                    refused: row.int(6)?,
                };
                for (kind, total) in [
                    (TallyKind::Rows, counts.rows_read),
                    (TallyKind::Accepted, counts.accepted),
                    (TallyKind::Duplicate, counts.duplicate),
                    (TallyKind::Quarantined, counts.quarantined),
                    (TallyKind::Refused, counts.refused),
                ] {
                    tallies.push(tally(row, kind, String::new(), total)?);
                }
                Ok(())
            },
        )?;
        Ok(tallies)
    }

    fn tallied_issues(&mut self, month: &TalliedMonth) -> Result<Vec<SourceTally>> {
        self.query(
            "SELECT b.source_no, b.report_type, i.code, i.field, COUNT(*)
             FROM row_issue i JOIN batch b ON b.batch_no = i.batch_no
             WHERE i.batch_no >= $1 AND i.batch_no < $2 GROUP BY b.source_no, b.report_type, i.code, i.field",
            values![month.first_batch, month.end_batch],
            |row| {
                let detail = format!("{} {}", row.str(2)?, row.str(3)?);
                tally(row, TallyKind::Issue, detail.trim_end().to_owned(), row.int(4)?)
            },
        )
    }

    fn tallied_repairs(&mut self, month: &TalliedMonth) -> Result<Vec<SourceTally>> {
        self.query(
            "SELECT b.source_no, b.report_type, COUNT(*)
             FROM (SELECT DISTINCT batch_no, line FROM row_repair WHERE batch_no >= $1 AND batch_no < $2) r
             JOIN batch b ON b.batch_no = r.batch_no
             WHERE NOT EXISTS (SELECT 1 FROM row_issue i WHERE i.batch_no = r.batch_no AND i.line = r.line)
             GROUP BY b.source_no, b.report_type",
            values![month.first_batch, month.end_batch],
            |row| tally(row, TallyKind::Repaired, String::new(), row.int(2)?),
        )
    }

    /// Findings of which a line cites a delivery of the month, each once: told, and by what was said of it. Where recipients
    /// say different things, that it is so outweighs a false alarm, and that outweighs "not ours".
    fn tallied_lines(&mut self, month: &TalliedMonth) -> Result<Vec<SourceTally>> {
        const SAID: [TallyKind; 4] = [
            TallyKind::Told,
            TallyKind::NotOurs,
            TallyKind::FalseAlarm,
            TallyKind::Confirmed,
        ];
        let counted = self.query(
            concat!(
                "SELECT source_no, report_type, said, COUNT(*) FROM (
                SELECT b.source_no, b.report_type, l.finding_no, MAX(CASE
                    WHEN a.status IS NULL OR a.status <= $5 THEN 0 WHEN a.status = $6 THEN 1 WHEN a.status = $7 THEN 2
                    ELSE 3 END) AS said
                FROM notification n JOIN notification_line l ON l.notification_no = n.notification_no
                JOIN batch b ON b.batch_no = l.batch_no
                LEFT JOIN answer a ON a.party_no = n.recipient_no AND a.finding_no = l.finding_no
                    AND a.episode >= l.episode
                WHERE n.notification_no >= $3 AND n.state = $4 AND ",
                warns!(),
                " AND l.withdrawn IS NULL
                    AND l.batch_no >= $1 AND l.batch_no < $2
                GROUP BY b.source_no, b.report_type, l.finding_no) t
             GROUP BY source_no, report_type, said"
            ),
            values![
                month.first_batch,
                month.end_batch,
                month.first_message,
                NotificationState::Delivered.code(),
                AnswerStatus::Seen.code(),
                AnswerStatus::NotOurs.code(),
                AnswerStatus::FalseAlarm.code()
            ],
            |row| {
                let said = SAID[row.int(2)?.clamp(0, 3) as usize];
                tally(row, said, String::new(), row.int(3)?)
            },
        )?;
        // Whatever was said of it, it was told.
        let told = counted.iter().map(|tally| SourceTally {
            kind: TallyKind::Told,
            ..tally.clone()
        });
        let said = counted.iter().filter(|tally| tally.kind != TallyKind::Told);
        Ok(told.chain(said.cloned()).collect())
    }
}

/// A number of the source and report type in the first two columns.
fn tally(row: &Row<'_>, kind: TallyKind, detail: String, total: i64) -> Result<SourceTally> {
    Ok(SourceTally {
        source_no: row.int(0)?,
        report_type: row.text(1)?,
        kind,
        detail,
        total,
    })
}
