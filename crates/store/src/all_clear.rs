//! What was called solved and waits until later reports lack it, and from what a message concludes that they do.

use model::{AnswerStatus, Day, MessageKind, Timestamp};

use crate::answer::AnswerEvent;
use crate::batch::BatchState;
use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::notification::NotificationState;

/// Seconds for which an answer waits for reports that lack the finding. A source that reports so seldom proves nothing by it.
pub const ALL_CLEAR_WAIT_SECS: i64 = 90 * 86_400;

/// The finding `f` was not seen since the recipient called it solved in its answer `a`, in the episode of the line `l`.
const CLEAR: &str = "f.episode = l.episode AND a.episode = l.episode AND a.status IN (3, 4) AND f.last_seen <= a.answered_at";

/// Microseconds in a day: from the number of a day to its begin.
const DAY_MICROS: i64 = 86_400_000_000;

/// Reports of one type by one source, for one desk: what one of them lacks, another one had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportSeries {
    /// For whom.
    pub desk_no: i64,
    /// By which party.
    pub source_no: i64,
    /// Of which type.
    pub report_type: String,
}

/// An answer that waits until later reports lack its finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllClearWait {
    /// Whose answer.
    pub party_no: i64,
    /// The finding.
    pub finding_no: i64,
    /// Which episode of it.
    pub episode: i32,
    /// When the answer was given.
    pub answered_at: Timestamp,
}

impl Tx<'_> {
    /// A status was given: solved, it waits for later reports that lack the finding; any other is what counts from now on, and an
    /// all-clear that nobody approved yet loses the finding.
    pub(crate) fn await_all_clear(
        &mut self,
        event: &AnswerEvent,
        status: AnswerStatus,
    ) -> Result<()> {
        let answer = (event.party_no, event.finding_no);
        match status {
            AnswerStatus::Solved | AnswerStatus::SolvedPossiblyCompromised => self
                .put_all_clear_wait(&AllClearWait {
                    party_no: event.party_no,
                    finding_no: event.finding_no,
                    episode: event.episode,
                    answered_at: event.at,
                }),
            AnswerStatus::New
            | AnswerStatus::Seen
            | AnswerStatus::InProgress
            | AnswerStatus::RiskAccepted
            | AnswerStatus::NotOurs
            | AnswerStatus::FalseAlarm
            | AnswerStatus::Forwarded
            | AnswerStatus::HelpRequested => {
                self.remove_all_clear_wait(answer)?;
                self.withdraw_all_clear(answer, event.at)
            }
        }
    }

    /// Waits for reports like the one that saw it last: whoever told of it may not look at it any more. A list that came on one day
    /// alone is followed by no other, so after such a one it is reports like the one that the recipient was told of.
    fn put_all_clear_wait(&mut self, wait: &AllClearWait) -> Result<()> {
        let Some(told) = self.told_reports(wait)? else {
            return Ok(());
        };
        let reports = self.last_reports(wait.finding_no)?.unwrap_or(told);
        self.execute(
            "INSERT INTO all_clear_wait (party_no, finding_no, episode, answered_at, desk_no, source_no, report_type)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (party_no, finding_no) DO UPDATE SET episode = excluded.episode,
                answered_at = excluded.answered_at, desk_no = excluded.desk_no, source_no = excluded.source_no,
                report_type = excluded.report_type",
            values![
                wait.party_no,
                wait.finding_no,
                wait.episode,
                wait.answered_at.micros(),
                reports.desk_no,
                reports.source_no,
                &reports.report_type
            ],
        )?;
        Ok(())
    }

    /// Of which reports the recipient was mailed in this episode, or is about to be: the last time.
    fn told_reports(&mut self, wait: &AllClearWait) -> Result<Option<ReportSeries>> {
        self.query_opt(
            "SELECT b.desk_no, b.source_no, b.report_type
             FROM notification_line l JOIN notification n ON n.notification_no = l.notification_no
             JOIN batch b ON b.batch_no = l.batch_no
             WHERE l.finding_no = $2 AND l.episode = $3 AND l.withdrawn IS NULL AND n.recipient_no = $1 AND n.kind = $4
                AND n.state IN ($5, $6)
             ORDER BY l.notification_no DESC LIMIT 1",
            values![
                wait.party_no,
                wait.finding_no,
                wait.episode,
                MessageKind::Alert.code(),
                NotificationState::Approved.code(),
                NotificationState::Delivered.code()
            ],
            series_from,
        )
    }

    /// Which reports saw a finding last, if such reports came on more than one day.
    fn last_reports(&mut self, finding_no: i64) -> Result<Option<ReportSeries>> {
        self.query_opt(
            "SELECT b.desk_no, b.source_no, b.report_type FROM finding f JOIN batch b ON b.batch_no = f.last_batch
             WHERE f.finding_no = $1 AND EXISTS (SELECT 1 FROM batch o
                WHERE o.desk_no = b.desk_no AND o.source_no = b.source_no AND o.report_type = b.report_type
                    AND o.report_day <> b.report_day)",
            values![finding_no],
            series_from,
        )
    }

    /// Which of these messages say what does not hold any more: of some line the finding was seen since, or its recipient
    /// answered since the reports from which they conclude. Other messages than all-clears say nothing of that kind.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn overtaken_all_clears(&mut self, notification_nos: &[i64]) -> Result<Vec<i64>> {
        if notification_nos.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT DISTINCT n.notification_no
             FROM notification n JOIN notification_line l ON l.notification_no = n.notification_no
             WHERE n.notification_no {} AND n.kind = $2 AND l.withdrawn IS NULL AND NOT EXISTS (
                SELECT 1 FROM finding f JOIN answer a ON a.finding_no = f.finding_no
                    JOIN all_clear c ON c.notification_no = l.notification_no
                WHERE f.finding_no = l.finding_no AND a.party_no = n.recipient_no AND {CLEAR}
                    AND a.answered_at < c.earlier_day * {DAY_MICROS})
             ORDER BY n.notification_no",
            self.in_set("$1")
        );
        let asked = values![notification_nos, MessageKind::AllClear.code()];
        self.query(&sql, asked, |row| row.int(0))
    }

    /// Lets what is still clear of these messages wait again: they are not sent, because of other lines.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn await_all_clears_again(&mut self, notification_nos: &[i64]) -> Result<()> {
        if notification_nos.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "SELECT a.party_no, a.finding_no, a.episode, a.answered_at
             FROM notification n JOIN notification_line l ON l.notification_no = n.notification_no
             JOIN finding f ON f.finding_no = l.finding_no
             JOIN answer a ON a.party_no = n.recipient_no AND a.finding_no = l.finding_no
             WHERE n.notification_no {} AND l.withdrawn IS NULL AND {CLEAR} ORDER BY a.party_no, a.finding_no",
            self.in_set("$1")
        );
        for wait in self.query(&sql, values![notification_nos], wait_from)? {
            self.put_all_clear_wait(&wait)?;
        }
        Ok(())
    }

    fn withdraw_all_clear(
        &mut self,
        (party_no, finding_no): (i64, i64),
        now: Timestamp,
    ) -> Result<()> {
        let open = self.query(
            "SELECT n.notification_no FROM notification_line l JOIN notification n ON n.notification_no = l.notification_no
             WHERE l.finding_no = $2 AND l.withdrawn IS NULL AND n.recipient_no = $1 AND n.kind = $3 AND n.state IN (0, 1)",
            values![party_no, finding_no, MessageKind::AllClear.code()],
            |row| row.int(0),
        )?;
        for notification_no in open {
            let reason = "the recipient gave another answer before the message was approved";
            self.withdraw_line(notification_no, finding_no, reason, now)?;
        }
        Ok(())
    }

    /// Notes of which day a delivery is: that of its earliest sighting. What it lists was all seen since.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_report_day(&mut self, batch_no: i64, day: Day) -> Result<()> {
        self.execute(
            "UPDATE batch SET report_day = $2 WHERE batch_no = $1 AND (report_day IS NULL OR report_day > $2)",
            values![batch_no, day.days()],
        )?;
        Ok(())
    }

    /// The reports for which some answer waits.
    ///
    /// Cost: the answers that wait.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn awaited_reports(&mut self) -> Result<Vec<ReportSeries>> {
        let sql = "SELECT DISTINCT desk_no, source_no, report_type FROM all_clear_wait
                   ORDER BY desk_no, source_no, report_type";
        self.query(sql, &[], series_from)
    }

    /// The newest days of which reports were read to their end, the latest first, at most `days_max`. A report that was cut off
    /// may lack what comes after, and one of which rows could not be taken in may have it in these; one of which no row is new
    /// says nothing.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn report_days(&mut self, reports: &ReportSeries, days_max: i64) -> Result<Vec<Day>> {
        let sql = "SELECT DISTINCT b.report_day FROM batch b
             WHERE b.desk_no = $1 AND b.source_no = $2 AND b.report_type = $3 AND b.report_day IS NOT NULL
                AND b.state = $4 AND b.accepted > 0 AND b.quarantined = 0 AND b.refused = 0
                AND NOT EXISTS (SELECT 1 FROM batch_notice c WHERE c.batch_no = b.batch_no AND c.kind = 'truncated')
             ORDER BY b.report_day DESC LIMIT $5";
        let asked = values![
            reports.desk_no,
            reports.source_no,
            &reports.report_type,
            BatchState::Closed.code(),
            days_max
        ];
        self.query(sql, asked, |row| Ok(Day::from_days(row.int(0)? as i32)))
    }

    /// Whether an answer from before a moment waits for these reports.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_all_clear_wait(
        &mut self,
        reports: &ReportSeries,
        before: Timestamp,
    ) -> Result<bool> {
        let sql = "SELECT 1 FROM all_clear_wait
                   WHERE desk_no = $1 AND source_no = $2 AND report_type = $3 AND answered_at < $4 LIMIT 1";
        let asked = values![
            reports.desk_no,
            reports.source_no,
            &reports.report_type,
            before.micros()
        ];
        Ok(self.query_opt(sql, asked, |row| row.int(0))?.is_some())
    }

    /// Answers from before a moment that wait for these reports, by organisation and finding; at most `rows_max` behind `after`.
    /// Nobody else decides about them until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn all_clear_waits(
        &mut self,
        reports: &ReportSeries,
        before: Timestamp,
        (after, rows_max): ((i64, i64), i64),
    ) -> Result<Vec<AllClearWait>> {
        let sql = format!(
            "SELECT party_no, finding_no, episode, answered_at FROM all_clear_wait
             WHERE desk_no = $1 AND source_no = $2 AND report_type = $3 AND answered_at < $4
                AND (party_no, finding_no) > ($5, $6)
             ORDER BY party_no, finding_no LIMIT $7{}",
            self.for_update()
        );
        let asked = values![
            reports.desk_no,
            reports.source_no,
            &reports.report_type,
            before.micros(),
            after.0,
            after.1,
            rows_max
        ];
        self.query(&sql, asked, wait_from)
    }

    /// An answer waits no longer: whose, about which finding.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_all_clear_wait(&mut self, (party_no, finding_no): (i64, i64)) -> Result<()> {
        self.execute(
            "DELETE FROM all_clear_wait WHERE party_no = $1 AND finding_no = $2",
            values![party_no, finding_no],
        )?;
        Ok(())
    }

    /// Answers to which no report came for [`ALL_CLEAR_WAIT_SECS`] wait no longer.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_old_all_clear_waits(&mut self, now: Timestamp) -> Result<()> {
        let before = now.plus_seconds(-ALL_CLEAR_WAIT_SECS);
        for reports in self.awaited_reports()? {
            self.execute(
                "DELETE FROM all_clear_wait
                 WHERE desk_no = $1 AND source_no = $2 AND report_type = $3 AND answered_at < $4",
                values![
                    reports.desk_no,
                    reports.source_no,
                    &reports.report_type,
                    before.micros()
                ],
            )?;
        }
        Ok(())
    }

    /// Writes down from which days the messages of a window conclude that nothing is seen any more, the earlier one first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_all_clear(&mut self, window_no: i64, [earlier, later]: [Day; 2]) -> Result<()> {
        self.execute(
            "INSERT INTO all_clear (notification_no, earlier_day, later_day)
             SELECT notification_no, $2, $3 FROM notification WHERE window_no = $1",
            values![window_no, earlier.days(), later.days()],
        )?;
        Ok(())
    }

    /// From which days these messages conclude that nothing is seen any more; of other messages nothing.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn all_clears(&mut self, notification_nos: &[i64]) -> Result<Vec<(i64, [Day; 2])>> {
        if notification_nos.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT notification_no, earlier_day, later_day FROM all_clear WHERE notification_no {}",
            self.in_set("$1")
        );
        self.query(&sql, values![notification_nos], |row| {
            let day = |days| Day::from_days(days as i32);
            Ok((row.int(0)?, [day(row.int(1)?), day(row.int(2)?)]))
        })
    }
}

fn series_from(row: &Row<'_>) -> Result<ReportSeries> {
    Ok(ReportSeries {
        desk_no: row.int(0)?,
        source_no: row.int(1)?,
        report_type: row.text(2)?,
    })
}

fn wait_from(row: &Row<'_>) -> Result<AllClearWait> {
    Ok(AllClearWait {
        party_no: row.int(0)?,
        finding_no: row.int(1)?,
        episode: row.int(2)? as i32,
        answered_at: Timestamp::from_micros(row.int(3)?),
    })
}
