//! What recipients say of findings: how far they are now, and everything that was said before.

use model::{AnswerDoor, AnswerStatus, Day, Timestamp, Tlp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// How far a recipient is with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whose answer.
    pub party_no: i64,
    /// The finding.
    pub finding_no: i64,
    /// The episode that it is about.
    pub episode: i32,
    /// How far it is.
    pub status: AnswerStatus,
    /// Until when a risk is accepted.
    pub until: Option<Day>,
    /// The person who works on it.
    pub assigned_to: Option<i64>,
    /// When the status was given.
    pub answered_at: Timestamp,
}

/// Something that was said or done about a finding by a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerEvent {
    /// By which recipient.
    pub party_no: i64,
    /// The finding.
    pub finding_no: i64,
    /// The episode that it is about.
    pub episode: i32,
    /// When.
    pub at: Timestamp,
    /// Through which door.
    pub door: AnswerDoor,
    /// Who, as the audit log says it.
    pub actor: String,
    /// The person, where one signed in.
    pub person_no: Option<i64>,
    /// The status that was given; `None`: only a comment or an assignment.
    pub status: Option<AnswerStatus>,
    /// Until when a risk is accepted.
    pub until: Option<Day>,
    /// When it was solved, as far as the recipient says.
    pub patched: Option<Day>,
    /// Who works on it from then on, where that was said.
    pub assigned_to: Option<i64>,
    /// What else was said; may be empty.
    pub comment: String,
}

const ANSWER: &str =
    "SELECT party_no, finding_no, episode, status, until_day, assigned_to, answered_at FROM answer";

impl Tx<'_> {
    /// Writes down what was said, and with a status how far the recipient is from now on. A finding that must be looked at
    /// because of it is looked at when it is seen next. Whether the status may follow is for the caller to know, who saw the
    /// answer in this version ([`crate::InboxRow::version`]).
    ///
    /// Says whether it was written: a status is not where somebody else gave one since.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_answer(&mut self, event: &AnswerEvent, version: i64) -> Result<bool> {
        if let Some(status) = event.status
            && !self.put_status(event, status, version)?
        {
            return Ok(false);
        }
        let event_no = self.note_said(event)?;
        // That somebody looked is no news.
        if event
            .status
            .is_some_and(|status| status != AnswerStatus::Seen)
        {
            self.note_answered(event.party_no, event_no, event.at)?;
        }
        Ok(true)
    }

    /// Writes down what was said, and nothing of how far the recipient is; gives the number of the event.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_said(&mut self, event: &AnswerEvent) -> Result<i64> {
        if event.assigned_to.is_some() {
            self.assign(event, event.assigned_to)?;
        }
        self.query_int(
            "INSERT INTO answer_event (party_no, finding_no, episode, at, door, actor, person_no, status, until_day,
                patched_day, assigned_to, comment) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             RETURNING event_no",
            values![
                event.party_no,
                event.finding_no,
                event.episode,
                event.at.micros(),
                event.door.code(),
                &event.actor,
                event.person_no,
                event.status.map(AnswerStatus::code),
                event.until.map(Day::days),
                event.patched.map(Day::days),
                event.assigned_to,
                &event.comment,
            ],
        )
    }

    /// Of which finding something was said, and how far it is by that; nothing where its organisation was told of it under
    /// TLP:RED.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answered_finding(&mut self, event_no: i64) -> Result<Option<(i64, AnswerStatus)>> {
        self.query_opt(
            "SELECT e.finding_no, e.status FROM answer_event e WHERE e.event_no = $1 AND e.status IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM notification_line l JOIN notification n USING (notification_no)
                     WHERE l.finding_no = e.finding_no AND n.recipient_no = e.party_no AND n.tlp = $2)",
            values![event_no, Tlp::Red.code()],
            |row| Ok((row.int(0)?, row.code(1, "status", AnswerStatus::from_code)?)),
        )
    }

    fn put_status(
        &mut self,
        event: &AnswerEvent,
        status: AnswerStatus,
        version: i64,
    ) -> Result<bool> {
        // What was said of an earlier episode is no answer about this one, so its version is not seen.
        let written = self.execute(
            "INSERT INTO answer (party_no, finding_no, episode, status, until_day, assigned_to, answered_at, version)
             VALUES ($1, $2, $3, $4, $5, NULL, $6, 1)
             ON CONFLICT (party_no, finding_no) DO UPDATE SET episode = excluded.episode, status = excluded.status,
                 until_day = excluded.until_day, answered_at = excluded.answered_at, version = answer.version + 1,
                 assigned_to = CASE WHEN answer.episode = excluded.episode THEN answer.assigned_to END
             WHERE answer.version = $7 OR (answer.episode < excluded.episode AND $7 = 0)",
            values![
                event.party_no,
                event.finding_no,
                event.episode,
                status.code(),
                event.until.map(Day::days),
                event.at.micros(),
                version,
            ],
        )?;
        if written == 0 {
            return Ok(false);
        }
        self.await_all_clear(event, status)?;
        if status != AnswerStatus::Seen {
            self.end_calls(event.party_no, (event.finding_no, event.episode), event.at)?;
            self.changes_findings = true;
            self.execute(
                "UPDATE finding SET tell_again_at = $2 WHERE finding_no = $1 AND tell_again_at > $2",
                values![event.finding_no, event.at.micros()],
            )?;
        }
        Ok(true)
    }

    /// Says who works on it, or that nobody does. What was said of an earlier episode is over.
    fn assign(&mut self, event: &AnswerEvent, person_no: Option<i64>) -> Result<()> {
        self.execute(
            "INSERT INTO answer (party_no, finding_no, episode, status, assigned_to, answered_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, 1)
             ON CONFLICT (party_no, finding_no) DO UPDATE SET assigned_to = excluded.assigned_to,
                 status = CASE WHEN answer.episode = excluded.episode THEN answer.status ELSE excluded.status END,
                 until_day = CASE WHEN answer.episode = excluded.episode THEN answer.until_day END,
                 answered_at = CASE WHEN answer.episode = excluded.episode THEN answer.answered_at
                     ELSE excluded.answered_at END,
                 episode = excluded.episode, version = answer.version + 1",
            values![
                event.party_no,
                event.finding_no,
                event.episode,
                AnswerStatus::Seen.code(),
                person_no,
                event.at.micros(),
            ],
        )?;
        Ok(())
    }

    /// Answers about these findings because of which something is not told, or told differently. Costs one look at a small
    /// index while there are none at all.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn silencing_answers(&mut self, finding_nos: &[i64]) -> Result<Vec<Answer>> {
        let any = "SELECT 1 FROM answer WHERE status IN (3, 4, 5, 6, 7) LIMIT 1";
        if self.query_opt(any, &[], |row| row.int(0))?.is_none() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "{ANSWER} WHERE status IN (3, 4, 5, 6, 7) AND finding_no {} ORDER BY finding_no, party_no",
            self.in_set("$1")
        );
        self.query(&sql, values![finding_nos], answer_from)
    }

    /// What a recipient said and did about a finding, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_events(&mut self, party_no: i64, finding_no: i64) -> Result<Vec<AnswerEvent>> {
        let all = self.answer_events_after(party_no, finding_no, 0, i64::MAX)?;
        Ok(all.into_iter().map(|(_, event)| event).collect())
    }

    /// A page of them with their numbers: at most `rows_max` after the one with number `after_no`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_events_after(
        &mut self,
        party_no: i64,
        finding_no: i64,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<(i64, AnswerEvent)>> {
        let sql = "SELECT party_no, finding_no, episode, at, door, actor, person_no, status, until_day, patched_day,
                       assigned_to, comment, event_no
                   FROM answer_event WHERE finding_no = $2 AND party_no = $1 AND event_no > $3
                   ORDER BY event_no LIMIT $4";
        let asked = values![party_no, finding_no, after_no, rows_max];
        self.query(sql, asked, |row| Ok((row.int(12)?, event_from(row)?)))
    }
}

fn answer_from(row: &Row<'_>) -> Result<Answer> {
    Ok(Answer {
        party_no: row.int(0)?,
        finding_no: row.int(1)?,
        episode: row.int(2)? as i32,
        status: row.code(3, "status of an answer", AnswerStatus::from_code)?,
        until: day_at(row, 4)?,
        assigned_to: row.opt_int(5)?,
        answered_at: Timestamp::from_micros(row.int(6)?),
    })
}

fn event_from(row: &Row<'_>) -> Result<AnswerEvent> {
    let status = match row.opt_int(7)? {
        Some(_) => Some(row.code(7, "status of an answer", AnswerStatus::from_code)?),
        None => None,
    };
    Ok(AnswerEvent {
        party_no: row.int(0)?,
        finding_no: row.int(1)?,
        episode: row.int(2)? as i32,
        at: Timestamp::from_micros(row.int(3)?),
        door: row.code(4, "door of an answer", AnswerDoor::from_code)?,
        actor: row.text(5)?,
        person_no: row.opt_int(6)?,
        status,
        until: day_at(row, 8)?,
        patched: day_at(row, 9)?,
        assigned_to: row.opt_int(10)?,
        comment: row.text(11)?,
    })
}

/// A day, or `None` where the column is NULL.
pub(crate) fn day_at(row: &Row<'_>, column: usize) -> Result<Option<Day>> {
    Ok(row.opt_int(column)?.map(|days| Day::from_days(days as i32)))
}
