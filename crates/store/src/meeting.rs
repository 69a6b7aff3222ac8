//! Meetings with stakeholders: when and where, what was said and decided, and who of the desk does what after it.

use model::{Day, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};
use crate::party::day_from;

/// What the desk writes about a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingText {
    /// What it is called.
    pub name: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Where; may be an address of a page.
    pub place: String,
    /// What it is about.
    pub agenda: String,
    /// What was said; empty before.
    pub notes: String,
    /// What was decided; empty before.
    pub decisions: String,
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Internal number.
    pub meeting_no: i64,
    /// What the desk wrote.
    pub text: MeetingText,
}

/// What somebody of the desk does after a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingAction {
    /// Internal number.
    pub action_no: i64,
    /// What is to be done.
    pub text: String,
    /// Who does it: a person of the desk.
    pub person_no: i64,
    /// By when.
    pub due_on: Day,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

const MEETING: &str =
    "SELECT meeting_no, name, starts_at, place, agenda, notes, decisions FROM meeting";

impl Tx<'_> {
    /// Adds a meeting; gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_meeting(&mut self, text: &MeetingText, now: Timestamp) -> Result<i64> {
        self.query_int(
            "INSERT INTO meeting (name, starts_at, place, agenda, notes, decisions, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING meeting_no",
            values![
                &text.name,
                text.starts_at.micros(),
                &text.place,
                &text.agenda,
                &text.notes,
                &text.decisions,
                now.micros()
            ],
        )
    }

    /// Writes a meeting anew.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_meeting(&mut self, meeting_no: i64, text: &MeetingText) -> Result<()> {
        self.execute(
            "UPDATE meeting SET name = $2, starts_at = $3, place = $4, agenda = $5, notes = $6, decisions = $7
             WHERE meeting_no = $1",
            values![
                meeting_no,
                &text.name,
                text.starts_at.micros(),
                &text.place,
                &text.agenda,
                &text.notes,
                &text.decisions
            ],
        )?;
        Ok(())
    }

    /// One meeting.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn meeting(&mut self, meeting_no: i64) -> Result<Option<Meeting>> {
        let sql = format!("{MEETING} WHERE meeting_no = $1");
        self.query_opt(&sql, values![meeting_no], meeting_from)
    }

    /// Meetings before a place in this order: the last one first, by time and number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn meetings(&mut self, before: (Timestamp, i64), rows_max: i64) -> Result<Vec<Meeting>> {
        let sql = format!(
            "{MEETING} WHERE (starts_at, meeting_no) < ($1, $2) ORDER BY starts_at DESC, meeting_no DESC LIMIT $3"
        );
        self.query(
            &sql,
            values![before.0.micros(), before.1, rows_max],
            meeting_from,
        )
    }

    /// When the last meeting began, and whether there is a next one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn meetings_around(&mut self, now: Timestamp) -> Result<(Option<Timestamp>, bool)> {
        let last = self.query_opt(
            "SELECT starts_at FROM meeting WHERE starts_at <= $1 ORDER BY starts_at DESC LIMIT 1",
            values![now.micros()],
            |row| row.int(0),
        )?;
        let next = self.query_opt(
            "SELECT starts_at FROM meeting WHERE starts_at > $1 ORDER BY starts_at LIMIT 1",
            values![now.micros()],
            |row| row.int(0),
        )?;
        Ok((last.map(Timestamp::from_micros), next.is_some()))
    }

    /// Adds what somebody does after a meeting.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_meeting_action(
        &mut self,
        meeting_no: i64,
        (text, person_no, due_on): (&str, i64, Day),
    ) -> Result<()> {
        self.execute(
            "INSERT INTO meeting_action (meeting_no, text, person_no, due_on) VALUES ($1, $2, $3, $4)",
            values![meeting_no, text, person_no, due_on.days()],
        )?;
        Ok(())
    }

    /// Notes that it was done; says whether it was not before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_meeting_action(
        &mut self,
        meeting_no: i64,
        action_no: i64,
        now: Timestamp,
    ) -> Result<bool> {
        let ended = self.execute(
            "UPDATE meeting_action SET done_at = $3 WHERE meeting_no = $1 AND action_no = $2 AND done_at IS NULL",
            values![meeting_no, action_no, now.micros()],
        )?;
        Ok(ended == 1)
    }

    /// What is done after a meeting, in the order in which it was written.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn meeting_actions(&mut self, meeting_no: i64) -> Result<Vec<MeetingAction>> {
        self.query(
            "SELECT action_no, text, person_no, due_on, done_at FROM meeting_action WHERE meeting_no = $1 ORDER BY action_no",
            values![meeting_no],
            |row| {
                let days = row.int(3)?;
                Ok(MeetingAction {
                    action_no: row.int(0)?,
                    text: row.text(1)?,
                    person_no: row.int(2)?,
                    due_on: day_from(Some(days)).ok_or_else(|| StoreError::Unknown {
                        what: "day",
                        value: days.to_string(),
                    })?,
                    done_at: row.opt_int(4)?.map(Timestamp::from_micros),
                })
            },
        )
    }

    /// How much of what was to be done by now was not, counted up to a bound.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_late_actions(&mut self, today: Day, count_max: i64) -> Result<i64> {
        self.query_int(
            "SELECT COUNT(*) FROM (SELECT 1 FROM meeting_action WHERE done_at IS NULL AND due_on < $1 LIMIT $2) c",
            values![today.days(), count_max],
        )
    }
}

fn meeting_from(row: &Row<'_>) -> Result<Meeting> {
    Ok(Meeting {
        meeting_no: row.int(0)?,
        text: MeetingText {
            name: row.text(1)?,
            starts_at: Timestamp::from_micros(row.int(2)?),
            place: row.text(3)?,
            agenda: row.text(4)?,
            notes: row.text(5)?,
            decisions: row.text(6)?,
        },
    })
}
