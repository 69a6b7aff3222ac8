//! Calling recipients of messages: who did not answer, who of the desk calls, and what came of it (requirement DI-12).
//!
//! Whom to call is not written down: it is asked of the messages. An answer leaves a row that ends the call, so that the question
//! passes over it without looking at its findings.

use model::{CallOutcome, ContactPhone, EmailAddress, Severity, SeveritySet, Timestamp, Timing};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::notification::{Notification, NotificationState};
use crate::own_contact::{phone_from, timing_from};
use crate::party::severities_from;

/// Seconds for which the note about an attempt is kept; the attempt itself stays with its message.
pub const CALL_NOTE_KEPT_SECS: i64 = 90 * 86_400;

/// A message whose recipient is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// The message.
    pub notification_no: i64,
    /// Who is called.
    pub recipient_no: i64,
    /// When it was made, for its reference.
    pub made_at: Timestamp,
    /// About what: a threat.
    pub threat_no: i64,
    /// Who warns.
    pub desk_no: i64,
    /// How severe it is.
    pub severity: Severity,
    /// How far the message is: failed, or on its way to whoever did not answer yet.
    pub state: NotificationState,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// Not before, where somebody tried.
    pub next_at: Option<Timestamp>,
    /// Who took it last, and until when.
    pub taken: Option<(i64, Timestamp)>,
}

impl CallRow {
    /// What people call the message.
    #[must_use]
    pub fn reference(&self) -> String {
        Notification::reference_of(self.notification_no, self.made_at)
    }

    /// Whether nobody got the message.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.state == NotificationState::Failed
    }

    /// Who has it at a moment.
    #[must_use]
    pub fn taken_by(&self, now: Timestamp) -> Option<i64> {
        self.taken
            .filter(|(_, until)| *until > now)
            .map(|(person_no, _)| person_no)
    }
}

/// A number of an organisation at which somebody can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyPhone {
    /// Whose number it is.
    pub party_no: i64,
    /// The contact.
    pub contact_no: i64,
    /// What the contact does, in the words of the organisation.
    pub role: String,
    /// Its address.
    pub email: EmailAddress,
    /// Which severities it takes.
    pub severities: SeveritySet,
    /// When it reads.
    pub timing: Timing,
    /// The number.
    pub phone: ContactPhone,
}

/// An attempt to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallAttempt {
    /// About which message.
    pub notification_no: i64,
    /// Who was called.
    pub party_no: i64,
    /// When.
    pub at: Timestamp,
    /// Who of the desk called; `None`: a program noted it.
    pub person_no: Option<i64>,
    /// The contact whose number it was; `None`: another number.
    pub contact_no: Option<i64>,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When the next attempt is to be.
    pub next_at: Option<Timestamp>,
    /// What else there is to know; may be empty.
    pub note: String,
}

const CALL: &str = "n.notification_no, n.recipient_no, n.desk_no, n.severity, n.state, n.decided_at, k.next_at, k.taken_by,
    k.taken_until, n.created_at, n.threat_no";

/// A message `n` that somebody can still be called about: it was tried, one of its lines is of the time in which its finding still
/// is, and its recipient is served.
const STANDS: &str = "(n.state <> 2 OR EXISTS (SELECT 1 FROM delivery t
        WHERE t.notification_no = n.notification_no AND (t.state <> 0 OR t.attempt > 1)))
    AND EXISTS (SELECT 1 FROM notification_line l JOIN finding f ON f.finding_no = l.finding_no AND f.episode = l.episode
        WHERE l.notification_no = n.notification_no AND l.withdrawn IS NULL)
    AND EXISTS (SELECT 1 FROM party o WHERE o.party_no = n.recipient_no AND o.closed_at IS NULL)";

const ATTEMPT: &str = "SELECT attempt_no, notification_no, party_no, at, person_no, contact_no, outcome, next_at, note
    FROM phone_attempt";

impl Tx<'_> {
    /// Messages that were approved since a moment and whose recipient is to be called: those that are critical and that somebody
    /// with a number takes, and those that are high or critical and reached nobody. Of each kind at most `rows_max`: first those
    /// with a number that is answered day and night, then the oldest.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn call_rows(&mut self, since: Timestamp, rows_max: i64) -> Result<Vec<CallRow>> {
        let desks = self.and_desk("n.desk_no");
        // From the few who have a number to their messages: the other way round would look at everything that is critical.
        let reached = format!(
            "SELECT {CALL} FROM (SELECT d.party_no AS party_no, MAX(d.is_phone_always) AS is_always
                FROM contact_detail d CROSS JOIN contact c
                WHERE c.contact_no = d.contact_no AND d.phone IS NOT NULL AND d.confirmed_at <> 0 AND c.closed_at IS NULL AND (c.severities & 16) <> 0
                GROUP BY d.party_no) p
             CROSS JOIN notification n LEFT JOIN phone_call k ON k.notification_no = n.notification_no
             WHERE n.recipient_no = p.party_no AND n.kind = 0 AND n.severity = 4 AND n.state IN (2, 3)
                AND n.decided_at >= $1 AND k.ended_at IS NULL{desks} AND {STANDS}
             ORDER BY p.is_always DESC, n.decided_at, n.notification_no LIMIT $2"
        );
        let mut rows = self.query(&reached, values![since.micros(), rows_max], call_from)?;
        for severity in [Severity::Critical, Severity::High] {
            // In these words, as the index has it.
            let unreached = format!(
                "SELECT {CALL} FROM notification n LEFT JOIN phone_call k ON k.notification_no = n.notification_no
                 WHERE n.kind = 0 AND n.severity IN (3, 4) AND n.severity = {} AND n.state = 5
                    AND n.decided_at >= $1 AND k.ended_at IS NULL{desks} AND {STANDS}
                 ORDER BY n.decided_at, n.notification_no LIMIT $2",
                severity.code()
            );
            rows.extend(self.query(&unreached, values![since.micros(), rows_max], call_from)?);
        }
        Ok(rows)
    }

    /// One message that the same question would find among all; `None`: nobody is called about it (any more).
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn call_row(&mut self, notification_no: i64, since: Timestamp) -> Result<Option<CallRow>> {
        let desks = self.and_desk("n.desk_no");
        let sql = format!(
            "SELECT {CALL} FROM notification n LEFT JOIN phone_call k ON k.notification_no = n.notification_no
             WHERE n.notification_no = $1 AND n.kind = 0 AND n.decided_at >= $2 AND k.ended_at IS NULL{desks} AND {STANDS}
                AND ((n.severity IN (3, 4) AND n.state = 5) OR (n.severity = 4 AND n.state IN (2, 3) AND EXISTS (
                    SELECT 1 FROM contact c JOIN contact_detail d ON d.contact_no = c.contact_no
                    WHERE c.party_no = n.recipient_no AND c.closed_at IS NULL AND d.phone IS NOT NULL
                        AND d.confirmed_at <> 0 AND (c.severities & 16) <> 0)))"
        );
        self.query_opt(&sql, values![notification_no, since.micros()], call_from)
    }

    /// Numbers of these organisations, of contacts to which messages go, by organisation and in the order in which they came.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn phones_of(&mut self, party_nos: &[i64]) -> Result<Vec<PartyPhone>> {
        let sql = format!(
            "SELECT c.party_no, c.contact_no, c.role, c.email, c.severities, d.is_always_on, d.keeps_hours, d.rhythm, d.phone,
                d.is_phone_always
             FROM contact c JOIN contact_detail d ON d.contact_no = c.contact_no
             WHERE c.party_no {} AND c.closed_at IS NULL AND d.phone IS NOT NULL AND d.confirmed_at <> 0
             ORDER BY c.party_no, c.contact_no",
            self.in_set("$1")
        );
        let found = self.query(&sql, values![party_nos], |row| {
            let phone = phone_from(row, 8)?;
            phone
                .map(|phone| {
                    Ok(PartyPhone {
                        party_no: row.int(0)?,
                        contact_no: row.int(1)?,
                        role: row.text(2)?,
                        email: row.parsed(3, "e-mail address")?,
                        severities: severities_from(row, 4)?,
                        timing: timing_from(row, 5)?,
                        phone,
                    })
                })
                .transpose()
        })?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Whether a message cites a system that its recipient only claims by now.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn cites_claim(&mut self, notification_no: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM notification_line l JOIN asset_claim c ON c.asset_no = l.asset_no
                   WHERE l.notification_no = $1 AND l.withdrawn IS NULL AND c.state = 0 LIMIT 1";
        let found = self.query_opt(sql, values![notification_no], |row| row.int(0))?;
        Ok(found.is_some())
    }

    /// Takes the call about a message for a person until a moment, if nobody else has it and it has not ended; says whether.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn take_call(
        &mut self,
        (notification_no, party_no): (i64, i64),
        person_no: i64,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<bool> {
        let taken = self.execute(
            "INSERT INTO phone_call (notification_no, party_no, taken_by, taken_until) VALUES ($1, $2, $3, $5)
             ON CONFLICT (notification_no) DO UPDATE SET taken_by = excluded.taken_by, taken_until = excluded.taken_until
             WHERE phone_call.ended_at IS NULL AND (phone_call.taken_by IS NULL OR phone_call.taken_by = excluded.taken_by
                OR phone_call.taken_until <= $4)",
            values![
                notification_no,
                party_no,
                person_no,
                now.micros(),
                until.micros()
            ],
        )?;
        Ok(taken == 1)
    }

    /// Gives the call about a message back; says whether anybody had it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn give_call_back(&mut self, notification_no: i64) -> Result<bool> {
        let given = self.execute(
            "UPDATE phone_call SET taken_by = NULL, taken_until = NULL WHERE notification_no = $1 AND taken_by IS NOT NULL",
            values![notification_no],
        )?;
        Ok(given == 1)
    }

    /// Writes down what came of an attempt, and gives the call back; an outcome that is an end ends it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_call(&mut self, attempt: &CallAttempt) -> Result<()> {
        let CallAttempt {
            notification_no,
            party_no,
            at,
            person_no,
            contact_no,
            outcome,
            next_at,
            note,
        } = attempt;
        let next_at = next_at.map(Timestamp::micros);
        self.execute(
            "INSERT INTO phone_attempt (notification_no, party_no, at, person_no, contact_no, outcome, next_at, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                *notification_no,
                *party_no,
                at.micros(),
                *person_no,
                *contact_no,
                outcome.code(),
                next_at,
                note
            ],
        )?;
        let ended_at = outcome.is_end().then_some(at.micros());
        self.execute(
            "INSERT INTO phone_call (notification_no, party_no, ended_at, next_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (notification_no) DO UPDATE SET ended_at = COALESCE(phone_call.ended_at, excluded.ended_at),
                next_at = excluded.next_at, taken_by = NULL, taken_until = NULL",
            values![*notification_no, *party_no, ended_at, next_at],
        )?;
        Ok(())
    }

    /// Attempts to call about a message, the last first, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn call_attempts(
        &mut self,
        notification_no: i64,
        rows_max: i64,
    ) -> Result<Vec<CallAttempt>> {
        let sql = format!("{ATTEMPT} WHERE notification_no = $1 ORDER BY attempt_no DESC LIMIT $2");
        self.query(&sql, values![notification_no, rows_max], attempt_from)
    }

    /// Ends the calls about messages that told an organisation of a finding, as it answered. Only of what somebody may be called
    /// about, so an answer to the rest writes nothing.
    pub(crate) fn end_calls(
        &mut self,
        party_no: i64,
        (finding_no, episode): (i64, i32),
        at: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO phone_call (notification_no, party_no, ended_at)
             SELECT n.notification_no, n.recipient_no, $4 FROM notification_line l
             JOIN notification n ON n.notification_no = l.notification_no
             WHERE l.finding_no = $2 AND l.episode = $3 AND l.withdrawn IS NULL AND n.recipient_no = $1 AND n.kind = 0
                AND n.severity IN (3, 4) AND n.state IN (2, 3, 5)
             ORDER BY n.notification_no
             ON CONFLICT (notification_no) DO UPDATE SET ended_at = COALESCE(phone_call.ended_at, excluded.ended_at)",
            values![party_no, finding_no, episode, at.micros()],
        )?;
        Ok(())
    }

    /// Empties notes about attempts that were made before a moment.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_call_notes(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(
            "UPDATE phone_attempt SET note = '' WHERE note <> '' AND at < $1",
            values![before.micros()],
        )
    }
}

fn call_from(row: &Row<'_>) -> Result<CallRow> {
    let taken_until = row.opt_int(8)?.map(Timestamp::from_micros);
    Ok(CallRow {
        notification_no: row.int(0)?,
        recipient_no: row.int(1)?,
        made_at: Timestamp::from_micros(row.int(9)?),
        threat_no: row.int(10)?,
        desk_no: row.int(2)?,
        severity: row.code(3, "severity", Severity::from_code)?,
        state: row.code(4, "notification state", NotificationState::from_code)?,
        approved_at: Timestamp::from_micros(row.int(5)?),
        next_at: row.opt_int(6)?.map(Timestamp::from_micros),
        taken: row.opt_int(7)?.zip(taken_until),
    })
}

fn attempt_from(row: &Row<'_>) -> Result<CallAttempt> {
    Ok(CallAttempt {
        notification_no: row.int(1)?,
        party_no: row.int(2)?,
        at: Timestamp::from_micros(row.int(3)?),
        person_no: row.opt_int(4)?,
        contact_no: row.opt_int(5)?,
        outcome: row.code(6, "outcome of a call", CallOutcome::from_code)?,
        next_at: row.opt_int(7)?.map(Timestamp::from_micros),
        note: row.text(8)?,
    })
}
