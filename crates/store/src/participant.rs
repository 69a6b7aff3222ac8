//! Organisations that take part in a programme: what holds of what they declared, their mailbox, and what they reported.

use model::{Day, EmailAddress, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};

/// An organisation in a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The application by which it came.
    pub application_no: i64,
    /// The programme.
    pub programme_no: i64,
    /// The organisation.
    pub party_no: i64,
    /// Since when it is in the register.
    pub admitted_at: Timestamp,
    /// What was declared last, also of a day that is still to come: a JSON object.
    pub form: String,
    /// Where findings go, once somebody said so.
    pub mailbox: Option<EmailAddress>,
    /// Where they are to go instead, once the code that was sent there is answered.
    pub mailbox_asked: Option<EmailAddress>,
    /// When the last code was sent, to the one that is asked or else to the mailbox.
    pub mailbox_sent_at: Option<Timestamp>,
    /// When a code was answered in the mailbox.
    pub mailbox_proved_at: Option<Timestamp>,
}

/// What a participant reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipantChange {
    /// By which application it came.
    pub application_no: i64,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// Who reported it: a person.
    pub person_no: i64,
    /// First day of what was reported.
    pub holds_from: Day,
    /// What holds from then on: a JSON object.
    pub form: String,
    /// Whether the criteria are met by it.
    pub is_eligible: bool,
}

impl Tx<'_> {
    /// Notes that an application became an organisation; says whether it was none yet, and the organisation not in the
    /// programme.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn admit(
        &mut self,
        (application_no, programme_no, party_no): (i64, i64, i64),
        form: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let admitted = self.execute(
            "INSERT INTO participant (application_no, programme_no, party_no, admitted_at, form)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            values![application_no, programme_no, party_no, now.micros(), form],
        )?;
        Ok(admitted == 1)
    }

    /// What became of an application in the register.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn participant(&mut self, application_no: i64) -> Result<Option<Participant>> {
        let sql = format!("{PARTICIPANT} WHERE application_no = $1");
        self.query_opt(&sql, values![application_no], participant_from)
    }

    /// Those of a programme, in the order in which they applied.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn participants_of(&mut self, programme_no: i64) -> Result<Vec<Participant>> {
        let sql = format!("{PARTICIPANT} WHERE programme_no = $1 ORDER BY application_no");
        self.query(&sql, values![programme_no], participant_from)
    }

    /// What an organisation takes part in, the newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn participations_of(&mut self, party_no: i64) -> Result<Vec<Participant>> {
        let sql = format!("{PARTICIPANT} WHERE party_no = $1 ORDER BY programme_no DESC");
        self.query(&sql, values![party_no], participant_from)
    }

    /// Notes that a code was sent to a mailbox of a participant. One that was proved stays where findings go until this one
    /// is proved too.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn test_mailbox(
        &mut self,
        application_no: i64,
        mailbox: &EmailAddress,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "UPDATE participant SET mailbox_sent_at = $3,
                mailbox = CASE WHEN mailbox_proved_at IS NULL THEN $2 ELSE mailbox END,
                mailbox_asked = CASE WHEN mailbox_proved_at IS NULL THEN NULL ELSE $2 END
             WHERE application_no = $1",
            values![application_no, &mailbox.to_string(), now.micros()],
        )?;
        Ok(())
    }

    /// Notes that the code that was sent at `sent_at` was answered; says whether that was the last one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn prove_mailbox(
        &mut self,
        application_no: i64,
        sent_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let proved = self.execute(
            "UPDATE participant SET mailbox_proved_at = $3, mailbox = COALESCE(mailbox_asked, mailbox), mailbox_asked = NULL
             WHERE application_no = $1 AND mailbox_sent_at = $2",
            values![application_no, sent_at.micros(), now.micros()],
        )?;
        Ok(proved == 1)
    }

    /// Ends the proof of the mailbox of an organisation when the last contact of this address was closed: no warning goes
    /// there any more.
    pub(crate) fn unprove_mailbox(&mut self, party_no: i64, contact_no: i64) -> Result<()> {
        let unread = self.query(
            "SELECT p.application_no FROM participant p
                JOIN contact c ON c.party_no = p.party_no AND LOWER(c.email) = LOWER(p.mailbox)
             WHERE p.party_no = $1 AND c.contact_no = $2 AND p.mailbox_proved_at IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM contact o
                 WHERE o.party_no = p.party_no AND o.closed_at IS NULL AND LOWER(o.email) = LOWER(p.mailbox))",
            values![party_no, contact_no],
            |row| row.int(0),
        )?;
        for application_no in unread {
            self.execute(
                "UPDATE participant SET mailbox_proved_at = NULL, mailbox_sent_at = NULL, mailbox_asked = NULL
                 WHERE application_no = $1",
                values![application_no],
            )?;
            self.unwatch_mailbox(application_no)?;
        }
        Ok(())
    }

    /// Writes down what a participant reported; it is the last that it said from now on.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_participant_change(&mut self, change: &ParticipantChange) -> Result<()> {
        self.execute(
            "INSERT INTO participant_change (application_no, reported_at, person_no, holds_from, form, is_eligible)
             VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                change.application_no,
                change.reported_at.micros(),
                change.person_no,
                change.holds_from.days(),
                &change.form,
                change.is_eligible
            ],
        )?;
        self.execute(
            "UPDATE participant SET form = $2 WHERE application_no = $1",
            values![change.application_no, &change.form],
        )?;
        Ok(())
    }

    /// What a participant reported, the newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn participant_changes(&mut self, application_no: i64) -> Result<Vec<ParticipantChange>> {
        let sql = format!("{CHANGE} WHERE c.application_no = $1 ORDER BY c.change_no DESC");
        self.query(&sql, values![application_no], change_from)
    }

    /// What the participants of a programme reported, by application, the newest of each first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn participant_changes_of(&mut self, programme_no: i64) -> Result<Vec<ParticipantChange>> {
        let sql = format!(
            "{CHANGE} JOIN participant p ON p.application_no = c.application_no
             WHERE p.programme_no = $1 ORDER BY c.application_no, c.change_no DESC"
        );
        self.query(&sql, values![programme_no], change_from)
    }
}

const CHANGE: &str = "SELECT c.application_no, c.reported_at, c.person_no, c.holds_from, c.form, c.is_eligible FROM participant_change c";

fn change_from(row: &Row<'_>) -> Result<ParticipantChange> {
    let days = row.int(3)?;
    let holds_from = crate::party::day_from(Some(days));
    Ok(ParticipantChange {
        application_no: row.int(0)?,
        reported_at: Timestamp::from_micros(row.int(1)?),
        person_no: row.int(2)?,
        holds_from: holds_from.ok_or_else(|| StoreError::Unknown {
            what: "day",
            value: days.to_string(),
        })?,
        form: row.text(4)?,
        is_eligible: row.int(5)? != 0,
    })
}

const PARTICIPANT: &str =
    "SELECT application_no, programme_no, party_no, admitted_at, form, mailbox, mailbox_sent_at,
        mailbox_proved_at, mailbox_asked
    FROM participant";

fn participant_from(row: &Row<'_>) -> Result<Participant> {
    let moment = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Timestamp::from_micros));
    Ok(Participant {
        application_no: row.int(0)?,
        programme_no: row.int(1)?,
        party_no: row.int(2)?,
        admitted_at: Timestamp::from_micros(row.int(3)?),
        form: row.text(4)?,
        mailbox: row.opt_parsed(5, "e-mail address")?,
        mailbox_sent_at: moment(6)?,
        mailbox_proved_at: moment(7)?,
        mailbox_asked: row.opt_parsed(8, "e-mail address")?,
    })
}
