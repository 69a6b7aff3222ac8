//! Programmes that were ended, and what is forgotten after that.

use model::{PlaceState, Timestamp};

use crate::connection::{Tx, values};
use crate::error::Result;
use crate::notification::warns;

/// A programme that was ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeEnd {
    /// Which one.
    pub programme_no: i64,
    /// When.
    pub ended_at: Timestamp,
    /// Why, in the words of the coordinator.
    pub reason: String,
    /// What it came to, as it was then: a JSON object.
    pub report: String,
    /// When applications of those that did not take part are emptied.
    pub forget_at: Timestamp,
    /// When that was done.
    pub forgotten_at: Option<Timestamp>,
}

/// Of what participants were warned while they took part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToldParticipants {
    /// Findings in messages that were handed over, once for each organisation.
    pub told: i64,
    /// Of these, those of which more was said than that somebody had seen them.
    pub answered: i64,
    /// Of these, those that are solved.
    pub solved: i64,
}

impl Tx<'_> {
    /// Ends a programme, and closes applications where they are open; says whether it was not ended before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_programme(&mut self, end: &ProgrammeEnd) -> Result<bool> {
        self.execute(
            "UPDATE programme SET closes_at = $2, opens_at = CASE WHEN opens_at > $2 THEN $2 ELSE opens_at END
             WHERE programme_no = $1 AND closes_at > $2",
            values![end.programme_no, end.ended_at.micros()],
        )?;
        let ended = self.execute(
            "INSERT INTO programme_end (programme_no, ended_at, reason, report, forget_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (programme_no) DO NOTHING",
            values![
                end.programme_no,
                end.ended_at.micros(),
                &end.reason,
                &end.report,
                end.forget_at.micros()
            ],
        )?;
        Ok(ended == 1)
    }

    /// How a programme was ended, if it was.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn programme_end(&mut self, programme_no: i64) -> Result<Option<ProgrammeEnd>> {
        self.query_opt(
            "SELECT ended_at, reason, report, forget_at, forgotten_at FROM programme_end WHERE programme_no = $1",
            values![programme_no],
            |row| {
                Ok(ProgrammeEnd {
                    programme_no,
                    ended_at: Timestamp::from_micros(row.int(0)?),
                    reason: row.text(1)?,
                    report: row.text(2)?,
                    forget_at: Timestamp::from_micros(row.int(3)?),
                    forgotten_at: row.opt_int(4)?.map(Timestamp::from_micros),
                })
            },
        )
    }

    /// Empties applications that nobody needs any more: those of programmes whose time to forget has come, but for those that
    /// took part until the end, and those that were begun and not sent in before applications closed at `closed_before`. What
    /// was judged of them goes too, and what those reported that came into the register and gave their place up. Says how many.
    ///
    /// Safe to run twice, and by two workers at once.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_applications(&mut self, now: Timestamp, closed_before: Timestamp) -> Result<u64> {
        let of_ended = format!(
            "SELECT a.application_no FROM programme_end e JOIN application a ON a.programme_no = e.programme_no
             WHERE e.forget_at <= $1 AND e.forgotten_at IS NULL AND NOT EXISTS
                (SELECT 1 FROM place p WHERE p.application_no = a.application_no AND p.state = {})",
            PlaceState::Finished.code()
        );
        let mut forgotten = self.forget_applicants(&of_ended, now.micros())?;
        self.execute(
            "UPDATE programme_end SET forgotten_at = $1 WHERE forget_at <= $1 AND forgotten_at IS NULL",
            values![now.micros()],
        )?;
        let begun = "SELECT application_no FROM application WHERE state = 0 AND programme_no IN
                (SELECT programme_no FROM programme WHERE closes_at <= $1)";
        forgotten += self.forget_applicants(begun, closed_before.micros())?;
        Ok(forgotten)
    }

    /// Of what the participants of a programme were warned since they came into the register.
    ///
    /// Cost: their messages.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_participants(&mut self, programme_no: i64) -> Result<ToldParticipants> {
        let counted = self.query_opt(
            concat!(
                "SELECT COUNT(*), COALESCE(SUM(CASE WHEN a.status > 1 THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN a.status IN (3, 4) THEN 1 ELSE 0 END), 0)
             FROM (SELECT DISTINCT p.party_no, l.finding_no
                FROM participant p
                    JOIN place c ON c.application_no = p.application_no
                    JOIN notification n ON n.recipient_no = p.party_no
                    JOIN notification_line l ON l.notification_no = n.notification_no
                WHERE p.programme_no = $1 AND n.state = 3 AND ",
                warns!(),
                " AND n.created_at >= p.admitted_at AND l.withdrawn IS NULL
                    AND (c.state <> $2 OR n.created_at < c.changed_at)) t
                LEFT JOIN answer a ON a.party_no = t.party_no AND a.finding_no = t.finding_no"
            ),
            values![programme_no, PlaceState::Left.code()],
            |row| {
                Ok(ToldParticipants {
                    told: row.int(0)?,
                    answered: row.int(1)?,
                    solved: row.int(2)?,
                })
            },
        )?;
        Ok(counted.unwrap_or_default())
    }
}
