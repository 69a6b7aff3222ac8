//! Complaints about the service: who complained, until when the desk has to act, and what it did.

use model::{ComplaintDoor, ComplaintState, Day, EmailAddress, Language, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};
use crate::party::day_from;

/// Seconds for which is kept who complained and what was written, from the end of a complaint on.
pub const COMPLAINT_KEPT_SECS: i64 = 365 * 86_400;

/// A complaint as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewComplaint {
    /// How it came in.
    pub door: ComplaintDoor,
    /// The message that it is about.
    pub notification_no: Option<i64>,
    /// For which organisation somebody complains.
    pub party_no: Option<i64>,
    /// Who complains.
    pub name: String,
    /// Where answers go; `None`: by telephone.
    pub email: Option<EmailAddress>,
    /// Empty where there is an e-mail address.
    pub phone: String,
    /// In which language.
    pub language: Language,
    /// What is wrong.
    pub text: String,
    /// Last day for saying that it is being looked at.
    pub acknowledge_on: Day,
    /// Last day for the answer.
    pub answer_on: Day,
}

/// A complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Internal number.
    pub complaint_no: i64,
    /// When it came in.
    pub received_at: Timestamp,
    /// How far it is.
    pub state: ComplaintState,
    /// When the desk was done with it.
    pub ended_at: Option<Timestamp>,
    /// As it came in, as far as that is still kept.
    pub content: NewComplaint,
}

impl Complaint {
    /// What people call it: `CMP-2026-000042`.
    #[must_use]
    pub fn reference(&self) -> String {
        let date = self.received_at.day().to_string();
        let year = date.get(..4).unwrap_or("0000");
        format!("CMP-{year}-{:06}", self.complaint_no)
    }

    /// Whether the desk should have said that it looks at it, or should have answered.
    #[must_use]
    pub fn is_overdue(&self, today: Day) -> bool {
        match self.state {
            ComplaintState::Received => {
                self.content.acknowledge_on < today || self.content.answer_on < today
            }
            ComplaintState::Acknowledged => self.content.answer_on < today,
            ComplaintState::Answered | ComplaintState::Withdrawn => false,
        }
    }
}

/// What the desk did about a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintEvent {
    /// When.
    pub at: Timestamp,
    /// Who of the desk.
    pub person_no: i64,
    /// The state that it got; `None`: a note, for the desk alone.
    pub state: Option<ComplaintState>,
    /// What was said.
    pub text: String,
}

const COMPLAINT: &str =
    "SELECT complaint_no, received_at, state, ended_at, door, notification_no, party_no, name, email, phone, language,
        text, acknowledge_on, answer_on
    FROM complaint c";

impl Tx<'_> {
    /// Takes in a complaint that came at a moment; gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_complaint(&mut self, new: &NewComplaint, received_at: Timestamp) -> Result<i64> {
        let email = new.email.as_ref().map(ToString::to_string);
        self.query_int(
            "INSERT INTO complaint (received_at, acknowledge_on, answer_on, door, state, notification_no, party_no, name,
                email, phone, language, text)
             VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9, $10, $11) RETURNING complaint_no",
            values![
                received_at.micros(),
                new.acknowledge_on.days(),
                new.answer_on.days(),
                new.door.code(),
                new.notification_no,
                new.party_no,
                &new.name,
                email.as_deref(),
                &new.phone,
                new.language.code(),
                &new.text
            ],
        )
    }

    /// One complaint.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn complaint(&mut self, complaint_no: i64) -> Result<Option<Complaint>> {
        let sql = format!(
            "{COMPLAINT} WHERE complaint_no = $1{}",
            self.and_complaint()
        );
        self.query_opt(&sql, values![complaint_no], complaint_from)
    }

    /// Those that the desk is not done with, after a place in this order: the last day for the answer, then the number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn open_complaints(&mut self, after: (Day, i64), rows_max: i64) -> Result<Vec<Complaint>> {
        let sql = format!(
            "{COMPLAINT} WHERE state < 2 AND (answer_on, complaint_no) > ($1, $2){}
             ORDER BY answer_on, complaint_no LIMIT $3",
            self.and_complaint()
        );
        self.query(
            &sql,
            values![after.0.days(), after.1, rows_max],
            complaint_from,
        )
    }

    /// Those that the desk is done with, the newest first, before a number.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn ended_complaints(&mut self, before_no: i64, rows_max: i64) -> Result<Vec<Complaint>> {
        let sql = format!(
            "{COMPLAINT} WHERE state >= 2 AND complaint_no < $1{} ORDER BY complaint_no DESC LIMIT $2",
            self.and_complaint()
        );
        self.query(&sql, values![before_no, rows_max], complaint_from)
    }

    /// How many the desk is not done with, and how many of them are too late, each counted up to a bound.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_complaints(&mut self, today: Day, count_max: i64) -> Result<(i64, i64)> {
        let desks = self.and_complaint();
        let open = self.query_int(
            &format!(
                "SELECT COUNT(*) FROM (SELECT 1 FROM complaint c WHERE state < 2{desks} LIMIT $1) counted"
            ),
            values![count_max],
        )?;
        let overdue = self.query_int(
            &format!(
                "SELECT COUNT(*) FROM (SELECT 1 FROM complaint c
                WHERE state < 2 AND (answer_on < $1 OR (state = 0 AND acknowledge_on < $1)){desks} LIMIT $2) counted"
            ),
            values![today.days(), count_max],
        )?;
        Ok((open, overdue))
    }

    /// Brings a complaint from one state to the next, with what was said; says whether it was in that state.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn move_complaint(
        &mut self,
        complaint_no: i64,
        (from, to): (ComplaintState, ComplaintState),
        (person_no, text): (i64, &str),
        now: Timestamp,
    ) -> Result<bool> {
        let ended_at = to.is_ended().then_some(now.micros());
        let moved = self.execute(
            "UPDATE complaint SET state = $3, ended_at = $4 WHERE complaint_no = $1 AND state = $2",
            values![complaint_no, from.code(), to.code(), ended_at],
        )?;
        if moved == 1 {
            self.add_complaint_event(complaint_no, person_no, Some(to), text, now)?;
        }
        Ok(moved == 1)
    }

    /// Notes something about a complaint, for the desk alone.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_on_complaint(
        &mut self,
        complaint_no: i64,
        (person_no, text): (i64, &str),
        now: Timestamp,
    ) -> Result<()> {
        self.add_complaint_event(complaint_no, person_no, None, text, now)
    }

    fn add_complaint_event(
        &mut self,
        complaint_no: i64,
        person_no: i64,
        state: Option<ComplaintState>,
        text: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO complaint_event (complaint_no, at, person_no, state, text) VALUES ($1, $2, $3, $4, $5)",
            values![
                complaint_no,
                now.micros(),
                person_no,
                state.map(ComplaintState::code),
                text
            ],
        )?;
        Ok(())
    }

    /// What the desk did about a complaint, the first thing first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn complaint_events(&mut self, complaint_no: i64) -> Result<Vec<ComplaintEvent>> {
        self.query(
            "SELECT at, person_no, state, text FROM complaint_event WHERE complaint_no = $1 ORDER BY event_no",
            values![complaint_no],
            |row| {
                let state = match row.opt_int(2)? {
                    Some(_) => Some(row.code(2, "state of a complaint", ComplaintState::from_code)?),
                    None => None,
                };
                Ok(ComplaintEvent {
                    at: Timestamp::from_micros(row.int(0)?),
                    person_no: row.int(1)?,
                    state,
                    text: row.text(3)?,
                })
            },
        )
    }

    /// Empties who complained and what was written, where a complaint ended before a moment; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_complaints(&mut self, before: Timestamp, now: Timestamp) -> Result<u64> {
        self.execute(
            "UPDATE complaint_event SET text = '' WHERE complaint_no IN
                (SELECT complaint_no FROM complaint WHERE forgotten_at IS NULL AND ended_at < $1)",
            values![before.micros()],
        )?;
        self.execute(
            "UPDATE complaint SET name = '', email = NULL, phone = '', text = '', notification_no = NULL, party_no = NULL,
                forgotten_at = $2
             WHERE forgotten_at IS NULL AND ended_at < $1",
            values![before.micros(), now.micros()],
        )
    }
}

fn complaint_from(row: &Row<'_>) -> Result<Complaint> {
    Ok(Complaint {
        complaint_no: row.int(0)?,
        received_at: Timestamp::from_micros(row.int(1)?),
        state: row.code(2, "state of a complaint", ComplaintState::from_code)?,
        ended_at: row.opt_int(3)?.map(Timestamp::from_micros),
        content: NewComplaint {
            door: row.code(4, "door of a complaint", ComplaintDoor::from_code)?,
            notification_no: row.opt_int(5)?,
            party_no: row.opt_int(6)?,
            name: row.text(7)?,
            email: row.opt_parsed(8, "e-mail address")?,
            phone: row.text(9)?,
            language: row.code(10, "language", Language::from_code)?,
            text: row.text(11)?,
            acknowledge_on: day(row, 12)?,
            answer_on: day(row, 13)?,
        },
    })
}

fn day(row: &Row<'_>, column: usize) -> Result<Day> {
    let days = row.int(column)?;
    day_from(Some(days)).ok_or_else(|| StoreError::Unknown {
        what: "day",
        value: days.to_string(),
    })
}
