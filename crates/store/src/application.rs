//! Applications for a programme, from the first page of the form on.
//!
//! What was filled in is kept as the form gave it; what it means is decided in `rules`.

use model::{ApplicationState, Criterion, EmailAddress, Language, Timestamp, Verdict};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Somebody begins an application.
#[derive(Clone, Copy, Debug)]
pub struct NewApplication<'a> {
    /// For which programme.
    pub programme_no: i64,
    /// Address of the technical contact.
    pub email: &'a EmailAddress,
    /// In which language the applicant is told.
    pub language: Language,
    /// What is filled in already: a JSON object.
    pub form: &'a str,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Internal number.
    pub application_no: i64,
    /// For which programme.
    pub programme_no: i64,
    /// How far it is.
    pub state: ApplicationState,
    /// Its number within the programme, once it was submitted.
    pub number: Option<u32>,
    /// Address of the technical contact, unless it was withdrawn or forgotten.
    pub email: Option<EmailAddress>,
    /// In which language the applicant is told.
    pub language: Language,
    /// What was filled in: a JSON object.
    pub form: String,
    /// When it was submitted.
    pub submitted_at: Option<Timestamp>,
    /// Which link leads to it: how often the address was corrected.
    pub link_no: i64,
}

/// What a person judged about a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// About which application.
    pub application_no: i64,
    /// Which criterion.
    pub criterion: Criterion,
    /// Whether it is met.
    pub verdict: Verdict,
    /// What was seen where.
    pub evidence: String,
}

impl Tx<'_> {
    /// Begins an application; returns its internal number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_application(&mut self, new: &NewApplication<'_>, now: Timestamp) -> Result<i64> {
        self.query_int(
            "INSERT INTO application (programme_no, state, email, language, form, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING application_no",
            values![
                new.programme_no,
                ApplicationState::Begun.code(),
                &new.email.to_string(),
                new.language.code(),
                new.form,
                now.micros()
            ],
        )
    }

    /// One application.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn application(&mut self, application_no: i64) -> Result<Option<Application>> {
        let sql = format!("{APPLICATION} WHERE application_no = $1");
        self.query_opt(&sql, values![application_no], application_from)
    }

    /// The submitted applications of a programme, in the order of their numbers.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn applications_of(&mut self, programme_no: i64) -> Result<Vec<Application>> {
        let sql = format!("{APPLICATION} WHERE programme_no = $1 AND state = $2 ORDER BY number");
        let submitted = ApplicationState::Submitted.code();
        self.query(&sql, values![programme_no, submitted], application_from)
    }

    /// Applications of a programme, begun and submitted, whose applicant can be told something.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn applicants_to_tell(&mut self, programme_no: i64) -> Result<Vec<i64>> {
        self.query(
            "SELECT application_no FROM application WHERE programme_no = $1 AND email IS NOT NULL ORDER BY application_no",
            values![programme_no],
            |row| row.int(0),
        )
    }

    /// Keeps others from changing an application until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn hold_application(&mut self, application_no: i64) -> Result<()> {
        let sql = format!(
            "SELECT application_no FROM application WHERE application_no = $1{}",
            self.for_update()
        );
        self.query_opt(&sql, values![application_no], |row| row.int(0))?;
        Ok(())
    }

    /// Keeps what was filled in so far; says whether the application was still begun only.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn keep_application_form(&mut self, application_no: i64, form: &str) -> Result<bool> {
        let kept = self.execute(
            "UPDATE application SET form = $2 WHERE application_no = $1 AND state = $3",
            values![application_no, form, ApplicationState::Begun.code()],
        )?;
        Ok(kept == 1)
    }

    /// Corrects the address of the applicant; says whether it had another one. The link that went to that one leads nowhere any
    /// more.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn correct_applicant(&mut self, application_no: i64, email: &EmailAddress) -> Result<bool> {
        let corrected = self.execute(
            "UPDATE application SET email = $2, link_no = link_no + 1
             WHERE application_no = $1 AND email IS NOT NULL AND email <> $2",
            values![application_no, &email.to_string()],
        )?;
        Ok(corrected == 1)
    }

    /// Submits an application, and gives it the next number of its programme. `None` where it was not begun only.
    ///
    /// The caller holds the programme ([`Tx::hold_programme`]): two submissions at once would get one number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn submit_application(
        &mut self,
        application_no: i64,
        programme_no: i64,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        self.query_opt(
            "UPDATE application SET state = $3, submitted_at = $4, number =
                (SELECT COALESCE(MAX(a.number), 0) + 1 FROM application a WHERE a.programme_no = $2)
             WHERE application_no = $1 AND programme_no = $2 AND state = $5 RETURNING number",
            values![
                application_no,
                programme_no,
                ApplicationState::Submitted.code(),
                now.micros(),
                ApplicationState::Begun.code()
            ],
            |row| row.int(0),
        )
    }

    /// Withdraws an application; says whether it was not withdrawn before. What was filled in, and
    /// the address, are forgotten.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn withdraw_application(&mut self, application_no: i64) -> Result<bool> {
        let one = "SELECT application_no FROM application WHERE application_no = $1";
        Ok(self.forget_applicants(one, application_no)? == 1)
    }

    /// Writes down what a person judged about a criterion, in the place of an earlier judgement.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn judge(&mut self, judged: &Judged, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO application_verdict (application_no, criterion, verdict, evidence, judged_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (application_no, criterion) DO UPDATE SET verdict = excluded.verdict,
                evidence = excluded.evidence, judged_at = excluded.judged_at",
            values![
                judged.application_no,
                judged.criterion.code(),
                judged.verdict.code(),
                &judged.evidence,
                now.micros()
            ],
        )?;
        Ok(())
    }

    /// What was judged about one application.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn judged(&mut self, application_no: i64) -> Result<Vec<Judged>> {
        let sql = format!("{JUDGED} WHERE v.application_no = $1 ORDER BY v.criterion");
        self.query(&sql, values![application_no], judged_from)
    }

    /// What was judged about the applications of a programme.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn judged_of(&mut self, programme_no: i64) -> Result<Vec<Judged>> {
        let sql = format!(
            "{JUDGED} JOIN application a ON a.application_no = v.application_no
             WHERE a.programme_no = $1 ORDER BY v.application_no, v.criterion"
        );
        self.query(&sql, values![programme_no], judged_from)
    }
}

const JUDGED: &str =
    "SELECT v.application_no, v.criterion, v.verdict, v.evidence FROM application_verdict v";

fn judged_from(row: &Row<'_>) -> Result<Judged> {
    Ok(Judged {
        application_no: row.int(0)?,
        criterion: row.code(1, "criterion", Criterion::from_code)?,
        verdict: row.code(2, "verdict", Verdict::from_code)?,
        evidence: row.text(3)?,
    })
}

const APPLICATION: &str = "SELECT application_no, programme_no, state, number, email, language, form, submitted_at, link_no
    FROM application";

fn application_from(row: &Row<'_>) -> Result<Application> {
    Ok(Application {
        application_no: row.int(0)?,
        programme_no: row.int(1)?,
        state: row.code(2, "state of an application", ApplicationState::from_code)?,
        number: row
            .opt_int(3)?
            .and_then(|number| u32::try_from(number).ok()),
        email: row.opt_parsed(4, "e-mail address")?,
        language: row.code(5, "language", Language::from_code)?,
        form: row.text(6)?,
        submitted_at: row.opt_int(7)?.map(Timestamp::from_micros),
        link_no: row.int(8)?,
    })
}
