//! Who is invited to a meeting with stakeholders, says that it comes, and came.

use model::{EmailAddress, Language, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Seconds for which name and address of a guest are kept after the meeting.
pub const MEETING_GUEST_KEPT_SECS: i64 = 365 * 86_400;

/// Somebody to be invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMeetingGuest {
    /// For which organisation.
    pub party_no: Option<i64>,
    /// Who.
    pub name: String,
    /// Where the invitation goes; `None`: forgotten.
    pub email: Option<EmailAddress>,
    /// In which language.
    pub language: Language,
}

/// Somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingGuest {
    /// Internal number.
    pub guest_no: i64,
    /// To which meeting.
    pub meeting_no: i64,
    /// Who.
    pub who: NewMeetingGuest,
    /// When the invitation was left to be sent.
    pub invited_at: Option<Timestamp>,
    /// Whether the guest said that it comes; `None`: has not said.
    pub is_coming: Option<bool>,
    /// Whether the guest came; `None`: the desk has not said.
    pub was_there: Option<bool>,
}

const GUEST: &str = "SELECT guest_no, meeting_no, party_no, name, email, language, invited_at, is_coming, was_there FROM meeting_guest";

impl Tx<'_> {
    /// Adds somebody to be invited; says whether nobody with this address is yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_meeting_guest(&mut self, meeting_no: i64, new: &NewMeetingGuest) -> Result<bool> {
        let email = new.email.as_ref().map(ToString::to_string);
        let compared = new.email.as_ref().map(EmailAddress::compared);
        let added = self.execute(
            "INSERT INTO meeting_guest (meeting_no, party_no, name, email, language, compared_email)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (meeting_no, compared_email) DO NOTHING",
            values![
                meeting_no,
                new.party_no,
                &new.name,
                email.as_deref(),
                new.language.code(),
                compared.as_deref()
            ],
        )?;
        Ok(added == 1)
    }

    /// Those of a meeting, in the order in which they were added.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn meeting_guests(&mut self, meeting_no: i64) -> Result<Vec<MeetingGuest>> {
        let sql = format!("{GUEST} WHERE meeting_no = $1 ORDER BY guest_no");
        self.query(&sql, values![meeting_no], guest_from)
    }

    /// One guest.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn meeting_guest(&mut self, guest_no: i64) -> Result<Option<MeetingGuest>> {
        let sql = format!("{GUEST} WHERE guest_no = $1");
        self.query_opt(&sql, values![guest_no], guest_from)
    }

    /// Notes that the invitation of a guest was left to be sent; says whether it was not before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_invited(&mut self, guest_no: i64, now: Timestamp) -> Result<bool> {
        let noted = self.execute(
            "UPDATE meeting_guest SET invited_at = $2 WHERE guest_no = $1 AND invited_at IS NULL",
            values![guest_no, now.micros()],
        )?;
        Ok(noted == 1)
    }

    /// Notes whether a guest says that it comes to a meeting.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn say_coming_to_meeting(&mut self, guest_no: i64, is_coming: bool) -> Result<()> {
        let sql = "UPDATE meeting_guest SET is_coming = $2 WHERE guest_no = $1";
        self.execute(sql, values![guest_no, is_coming])?;
        Ok(())
    }

    /// Notes which guests of a meeting came; all others did not.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_meeting_attendance(&mut self, meeting_no: i64, came: &[i64]) -> Result<()> {
        let in_set = self.in_set("$2");
        let sql = format!(
            "UPDATE meeting_guest SET was_there = CASE WHEN guest_no {in_set} THEN 1 ELSE 0 END WHERE meeting_no = $1"
        );
        self.execute(&sql, values![meeting_no, came])?;
        Ok(())
    }

    /// Empties names and addresses of the guests of meetings before a moment; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_meeting_guests(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(
            "UPDATE meeting_guest SET name = '', email = NULL, compared_email = NULL WHERE (name <> '' OR email IS NOT NULL) AND meeting_no IN
                (SELECT meeting_no FROM meeting WHERE starts_at < $1)",
            values![before.micros()],
        )
    }
}

fn guest_from(row: &Row<'_>) -> Result<MeetingGuest> {
    Ok(MeetingGuest {
        guest_no: row.int(0)?,
        meeting_no: row.int(1)?,
        who: NewMeetingGuest {
            party_no: row.opt_int(2)?,
            name: row.text(3)?,
            email: row.opt_parsed(4, "e-mail address")?,
            language: row.code(5, "language", Language::from_code)?,
        },
        invited_at: row.opt_int(6)?.map(Timestamp::from_micros),
        is_coming: row.opt_int(7)?.map(|said| said != 0),
        was_there: row.opt_int(8)?.map(|came| came != 0),
    })
}
