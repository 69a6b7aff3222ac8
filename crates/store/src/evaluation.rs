//! Evaluations of a programme: when and where its participants meet, who was invited, and who came.

use model::{Day, PlaceState, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::{Result, StoreError};
use crate::party::day_from;

/// What the desk decides about an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationTerms {
    /// Of which programme.
    pub programme_no: i64,
    /// What it is called, in Dutch and in English.
    pub name: [String; 2],
    /// When they meet.
    pub held_on: Day,
    /// Where; may be an address of a page.
    pub place: String,
    /// Last day on which the survey is answered.
    pub answer_until: Day,
}

/// An evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Internal number.
    pub evaluation_no: i64,
    /// What the desk decided.
    pub terms: EvaluationTerms,
    /// Since when participants see it.
    pub invited_at: Option<Timestamp>,
    /// When they were told what changed by it.
    pub told_at: Option<Timestamp>,
    /// Since when it is known that it does not take place.
    pub cancelled_at: Option<Timestamp>,
    /// Why not, for those who were invited; empty otherwise.
    pub cancel_reason: String,
}

impl Evaluation {
    /// Whether its survey can be answered.
    #[must_use]
    pub fn is_open(&self, today: Day) -> bool {
        self.invited_at.is_some() && self.cancelled_at.is_none() && today <= self.terms.answer_until
    }

    /// Whether its day is over: then neither it nor its day can be changed any more.
    #[must_use]
    pub fn was_held(&self, today: Day) -> bool {
        self.cancelled_at.is_none() && self.terms.held_on < today
    }
}

/// A participant that was invited to an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationGuest {
    /// The organisation.
    pub party_no: i64,
    /// Its name.
    pub party_name: String,
    /// Whether it said that it comes; `None`: it has not said.
    pub is_coming: Option<bool>,
    /// Whether it came; `None`: the desk has not said.
    pub was_there: Option<bool>,
    /// When it answered the survey.
    pub answered_at: Option<Timestamp>,
}

const EVALUATION: &str = "e.evaluation_no, e.programme_no, e.name_nl, e.name_en, e.held_on, e.place, e.answer_until, e.invited_at, e.told_at, e.cancelled_at, e.cancel_reason";

/// Participants that are invited late at a time: as many mails as one transaction leaves. The next time goes on with the others.
pub const LATE_GUESTS_MAX: i64 = 500;

impl Tx<'_> {
    /// Adds an evaluation that the desk alone sees; gives its number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_evaluation(&mut self, terms: &EvaluationTerms, now: Timestamp) -> Result<i64> {
        self.query_int(
            "INSERT INTO evaluation (programme_no, name_nl, name_en, held_on, place, answer_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING evaluation_no",
            values![
                terms.programme_no,
                &terms.name[0],
                &terms.name[1],
                terms.held_on.days(),
                &terms.place,
                terms.answer_until.days(),
                now.micros()
            ],
        )
    }

    /// One evaluation.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn evaluation(&mut self, evaluation_no: i64) -> Result<Option<Evaluation>> {
        let sql = format!("SELECT {EVALUATION} FROM evaluation e WHERE e.evaluation_no = $1");
        self.query_opt(&sql, values![evaluation_no], evaluation_from)
    }

    /// Those of a programme, by day.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn evaluations_of(&mut self, programme_no: i64) -> Result<Vec<Evaluation>> {
        let sql = format!(
            "SELECT {EVALUATION} FROM evaluation e WHERE e.programme_no = $1 ORDER BY e.held_on, e.evaluation_no"
        );
        self.query(&sql, values![programme_no], evaluation_from)
    }

    /// Those of a programme to which an organisation was invited, by day.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn evaluations_with(
        &mut self,
        programme_no: i64,
        party_no: i64,
    ) -> Result<Vec<Evaluation>> {
        let sql = format!(
            "SELECT {EVALUATION} FROM evaluation e JOIN evaluation_guest g ON g.evaluation_no = e.evaluation_no
             WHERE e.programme_no = $1 AND g.party_no = $2 ORDER BY e.held_on, e.evaluation_no"
        );
        self.query(&sql, values![programme_no, party_no], evaluation_from)
    }

    /// Writes an evaluation anew; says whether it still takes place. Who was invited and what was answered stays.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn change_evaluation(
        &mut self,
        evaluation_no: i64,
        terms: &EvaluationTerms,
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE evaluation SET name_nl = $2, name_en = $3, held_on = $4, place = $5, answer_until = $6
             WHERE evaluation_no = $1 AND cancelled_at IS NULL",
            values![
                evaluation_no,
                &terms.name[0],
                &terms.name[1],
                terms.held_on.days(),
                &terms.place,
                terms.answer_until.days()
            ],
        )?;
        Ok(changed == 1)
    }

    /// Notes that an evaluation does not take place, and why; says whether that was not known before. What was answered
    /// stays.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn cancel_evaluation(
        &mut self,
        evaluation_no: i64,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let cancelled = self.execute(
            "UPDATE evaluation SET cancelled_at = $2, cancel_reason = $3
             WHERE evaluation_no = $1 AND cancelled_at IS NULL",
            values![evaluation_no, now.micros(), reason],
        )?;
        Ok(cancelled == 1)
    }

    /// Keeps others from changing an evaluation until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_evaluation(&mut self, evaluation_no: i64) -> Result<()> {
        let sql = format!(
            "SELECT evaluation_no FROM evaluation WHERE evaluation_no = $1{}",
            self.for_update()
        );
        self.query_opt(&sql, values![evaluation_no], |row| row.int(0))?;
        Ok(())
    }

    /// Invites organisations to an evaluation; says whether nobody was invited before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn invite_to_evaluation(
        &mut self,
        evaluation_no: i64,
        parties: &[i64],
        now: Timestamp,
    ) -> Result<bool> {
        let invited = self.execute(
            "UPDATE evaluation SET invited_at = $2
             WHERE evaluation_no = $1 AND invited_at IS NULL AND cancelled_at IS NULL",
            values![evaluation_no, now.micros()],
        )?;
        if invited == 1 {
            for party_no in parties {
                self.execute(
                    "INSERT INTO evaluation_guest (evaluation_no, party_no) VALUES ($1, $2)",
                    values![evaluation_no, *party_no],
                )?;
            }
        }
        Ok(invited == 1)
    }

    /// Organisations that take part or did until the end ([`PlaceState::took_part`]), have not left the service since, and were
    /// not invited to an evaluation that others were invited to and still answer: with the evaluation. The first
    /// [`LATE_GUESTS_MAX`], by number; once these are invited the next come.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn late_guests(&mut self, today: Day) -> Result<Vec<(Evaluation, i64)>> {
        let took_part = took_part();
        let sql = format!(
            "SELECT {EVALUATION}, p.party_no FROM evaluation e
                JOIN participant p ON p.programme_no = e.programme_no
                JOIN party o ON o.party_no = p.party_no AND o.closed_at IS NULL
                JOIN place l ON l.application_no = p.application_no AND l.state IN ({took_part})
             WHERE e.invited_at IS NOT NULL AND e.cancelled_at IS NULL AND e.answer_until >= $1 AND NOT EXISTS
                (SELECT 1 FROM evaluation_guest g WHERE g.evaluation_no = e.evaluation_no AND g.party_no = p.party_no)
             ORDER BY e.evaluation_no, p.party_no LIMIT $2"
        );
        self.query(&sql, values![today.days(), LATE_GUESTS_MAX], |row| {
            Ok((evaluation_from(row)?, row.int(11)?))
        })
    }

    /// Invites one more organisation to an evaluation; says whether it was not invited before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn invite_late(&mut self, evaluation_no: i64, party_no: i64) -> Result<bool> {
        let invited = self.execute(
            "INSERT INTO evaluation_guest (evaluation_no, party_no) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            values![evaluation_no, party_no],
        )?;
        Ok(invited == 1)
    }

    /// Those who were invited, by name.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn evaluation_guests(&mut self, evaluation_no: i64) -> Result<Vec<EvaluationGuest>> {
        let sql = format!(
            "{GUEST} WHERE g.evaluation_no = $1 ORDER BY p.name {}, g.party_no",
            self.bytewise()
        );
        self.query(&sql, values![evaluation_no], guest_from)
    }

    /// An organisation as a guest of an evaluation; `None`: it was not invited.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn evaluation_guest(
        &mut self,
        evaluation_no: i64,
        party_no: i64,
    ) -> Result<Option<EvaluationGuest>> {
        let sql = format!("{GUEST} WHERE g.evaluation_no = $1 AND g.party_no = $2");
        self.query_opt(&sql, values![evaluation_no, party_no], guest_from)
    }

    /// Notes whether a guest says that it comes.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn say_coming(&mut self, evaluation_no: i64, party_no: i64, is_coming: bool) -> Result<()> {
        self.execute(
            "UPDATE evaluation_guest SET is_coming = $3 WHERE evaluation_no = $1 AND party_no = $2",
            values![evaluation_no, party_no, is_coming],
        )?;
        Ok(())
    }

    /// Notes which guests came; all others did not.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_attendance(&mut self, evaluation_no: i64, came: &[i64]) -> Result<()> {
        let in_set = self.in_set("$2");
        let sql = format!(
            "UPDATE evaluation_guest SET was_there = CASE WHEN party_no {in_set} THEN 1 ELSE 0 END
             WHERE evaluation_no = $1"
        );
        self.execute(&sql, values![evaluation_no, came])?;
        Ok(())
    }

    /// Evaluations whose survey ends on one of these days, to which was invited before a moment, and about which nobody was
    /// reminded.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn evaluations_to_remind(
        &mut self,
        (from, until): (Day, Day),
        invited_before: Timestamp,
    ) -> Result<Vec<Evaluation>> {
        let sql = format!(
            "SELECT {EVALUATION} FROM evaluation e WHERE e.invited_at <= $3 AND e.reminded_at IS NULL
                AND e.cancelled_at IS NULL AND e.answer_until >= $1 AND e.answer_until <= $2 ORDER BY e.evaluation_no"
        );
        self.query(
            &sql,
            values![from.days(), until.days(), invited_before.micros()],
            evaluation_from,
        )
    }

    /// Organisations that were invited to an evaluation, have not answered, and still take part or did until the end.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn silent_guests(&mut self, evaluation_no: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT g.party_no FROM evaluation_guest g
             JOIN evaluation e ON e.evaluation_no = g.evaluation_no
             JOIN party p ON p.party_no = g.party_no AND p.closed_at IS NULL
             JOIN participant t ON t.programme_no = e.programme_no AND t.party_no = g.party_no
             JOIN place l ON l.application_no = t.application_no AND l.state IN ({})
             WHERE g.evaluation_no = $1 AND g.answered_at IS NULL ORDER BY g.party_no",
            took_part()
        );
        self.query(&sql, values![evaluation_no], |row| row.int(0))
    }

    /// Notes that those who have not answered were reminded; says whether nobody was before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_reminded(&mut self, evaluation_no: i64, now: Timestamp) -> Result<bool> {
        let noted = self.execute(
            "UPDATE evaluation SET reminded_at = $2 WHERE evaluation_no = $1 AND reminded_at IS NULL",
            values![evaluation_no, now.micros()],
        )?;
        Ok(noted == 1)
    }

    /// Notes that participants were told what changed by an evaluation; says whether they were not before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_told(&mut self, evaluation_no: i64, now: Timestamp) -> Result<bool> {
        let noted = self.execute(
            "UPDATE evaluation SET told_at = $2
             WHERE evaluation_no = $1 AND told_at IS NULL AND invited_at IS NOT NULL",
            values![evaluation_no, now.micros()],
        )?;
        Ok(noted == 1)
    }
}

const GUEST: &str = "SELECT g.party_no, p.name, g.is_coming, g.was_there, g.answered_at
    FROM evaluation_guest g JOIN party p ON p.party_no = g.party_no";

fn evaluation_from(row: &Row<'_>) -> Result<Evaluation> {
    Ok(Evaluation {
        evaluation_no: row.int(0)?,
        terms: EvaluationTerms {
            programme_no: row.int(1)?,
            name: [row.text(2)?, row.text(3)?],
            held_on: day(row, 4)?,
            place: row.text(5)?,
            answer_until: day(row, 6)?,
        },
        invited_at: row.opt_int(7)?.map(Timestamp::from_micros),
        told_at: row.opt_int(8)?.map(Timestamp::from_micros),
        cancelled_at: row.opt_int(9)?.map(Timestamp::from_micros),
        cancel_reason: row.text(10)?,
    })
}

/// Codes of the states in which somebody is invited: those that take part, or did until the end.
fn took_part() -> String {
    let states = PlaceState::ALL.iter().filter(|state| state.took_part());
    let codes: Vec<String> = states.map(|state| state.code().to_string()).collect();
    codes.join(", ")
}

fn guest_from(row: &Row<'_>) -> Result<EvaluationGuest> {
    Ok(EvaluationGuest {
        party_no: row.int(0)?,
        party_name: row.text(1)?,
        is_coming: row.opt_int(2)?.map(|said| said != 0),
        was_there: row.opt_int(3)?.map(|came| came != 0),
        answered_at: row.opt_int(4)?.map(Timestamp::from_micros),
    })
}

fn day(row: &Row<'_>, column: usize) -> Result<Day> {
    let days = row.int(column)?;
    day_from(Some(days)).ok_or_else(|| StoreError::Unknown {
        what: "day",
        value: days.to_string(),
    })
}
