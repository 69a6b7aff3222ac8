//! Surveys of evaluations: questions, and what participants answered. Who answered what is kept so that each answers once,
//! and is given to nobody but that participant.

use model::{QuestionKind, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// A question. Texts are in Dutch and in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Internal number; 0 before it has one.
    pub question_no: i64,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub text: [String; 2],
    /// What can be chosen, one a line; empty where it is no choice.
    pub choices: [String; 2],
}

/// What was answered to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyAnswer {
    /// To which question.
    pub question_no: i64,
    /// On the scale, or of the choice, from 1.
    pub number: Option<i64>,
    /// In words; empty where a number is asked.
    pub text: String,
}

/// What was answered in words, without who did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyText {
    /// Internal number.
    pub answer_no: i64,
    /// To which question.
    pub question_no: i64,
    /// The words.
    pub text: String,
    /// The suggestion that it became.
    pub suggestion_no: Option<i64>,
}

impl Tx<'_> {
    /// Adds a question at the end of a survey, as long as nobody was invited; says whether that was so.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_question(&mut self, evaluation_no: i64, question: &Question) -> Result<bool> {
        let added = self.execute(
            "INSERT INTO survey_question (evaluation_no, kind, text_nl, text_en, choices_nl, choices_en)
             SELECT e.evaluation_no, CAST($2 AS SMALLINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT),
                CAST($6 AS TEXT)
             FROM evaluation e
             WHERE e.evaluation_no = $1 AND e.invited_at IS NULL",
            values![
                evaluation_no,
                question.kind.code(),
                &question.text[0],
                &question.text[1],
                &question.choices[0],
                &question.choices[1]
            ],
        )?;
        Ok(added == 1)
    }

    /// Removes a question, as long as nobody was invited; says whether that was so.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_question(&mut self, evaluation_no: i64, question_no: i64) -> Result<bool> {
        let removed = self.execute(
            "DELETE FROM survey_question WHERE question_no = $2 AND evaluation_no IN
                (SELECT evaluation_no FROM evaluation WHERE evaluation_no = $1 AND invited_at IS NULL)",
            values![evaluation_no, question_no],
        )?;
        Ok(removed == 1)
    }

    /// The questions of a survey, in their order.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn questions_of(&mut self, evaluation_no: i64) -> Result<Vec<Question>> {
        self.query(
            "SELECT question_no, kind, text_nl, text_en, choices_nl, choices_en FROM survey_question
             WHERE evaluation_no = $1 ORDER BY question_no",
            values![evaluation_no],
            |row| {
                Ok(Question {
                    question_no: row.int(0)?,
                    kind: row.code(1, "kind of question", QuestionKind::from_code)?,
                    text: [row.text(2)?, row.text(3)?],
                    choices: [row.text(4)?, row.text(5)?],
                })
            },
        )
    }

    /// Writes what a guest answers, in place of what it answered before. Words that became a suggestion go on being one.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answer_survey(
        &mut self,
        evaluation_no: i64,
        party_no: i64,
        answers: &[SurveyAnswer],
        now: Timestamp,
    ) -> Result<()> {
        for answer in answers {
            self.execute(
                "INSERT INTO survey_answer (question_no, party_no, number, text) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (question_no, party_no) DO UPDATE SET number = excluded.number, text = excluded.text",
                values![answer.question_no, party_no, answer.number, &answer.text],
            )?;
        }
        self.execute(
            "UPDATE evaluation_guest SET answered_at = $3 WHERE evaluation_no = $1 AND party_no = $2",
            values![evaluation_no, party_no, now.micros()],
        )?;
        Ok(())
    }

    /// What a guest answered.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answers_of_guest(
        &mut self,
        evaluation_no: i64,
        party_no: i64,
    ) -> Result<Vec<SurveyAnswer>> {
        self.query(
            "SELECT a.question_no, a.number, a.text FROM survey_answer a
             JOIN survey_question q ON q.question_no = a.question_no
             WHERE q.evaluation_no = $1 AND a.party_no = $2 ORDER BY a.question_no",
            values![evaluation_no, party_no],
            |row| {
                Ok(SurveyAnswer {
                    question_no: row.int(0)?,
                    number: row.opt_int(1)?,
                    text: row.text(2)?,
                })
            },
        )
    }

    /// How often each number was answered: question, number, answers.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn survey_counts(&mut self, evaluation_no: i64) -> Result<Vec<(i64, i64, i64)>> {
        self.query(
            "SELECT a.question_no, a.number, COUNT(*) FROM survey_answer a
             JOIN survey_question q ON q.question_no = a.question_no
             WHERE q.evaluation_no = $1 AND a.number IS NOT NULL
             GROUP BY a.question_no, a.number ORDER BY a.question_no, a.number",
            values![evaluation_no],
            |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)),
        )
    }

    /// What was answered in words, without who did.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn survey_texts(&mut self, evaluation_no: i64) -> Result<Vec<SurveyText>> {
        let sql =
            format!("{TEXT} WHERE q.evaluation_no = $1 AND a.text <> '' ORDER BY a.answer_no");
        self.query(&sql, values![evaluation_no], text_from)
    }

    /// One answer in words, of this evaluation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn survey_text(
        &mut self,
        evaluation_no: i64,
        answer_no: i64,
    ) -> Result<Option<SurveyText>> {
        let sql =
            format!("{TEXT} WHERE q.evaluation_no = $1 AND a.answer_no = $2 AND a.text <> ''");
        self.query_opt(&sql, values![evaluation_no, answer_no], text_from)
    }

    /// Notes that words became a suggestion; says whether they were none before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_suggested(&mut self, answer_no: i64, suggestion_no: i64) -> Result<bool> {
        let noted = self.execute(
            "UPDATE survey_answer SET suggestion_no = $2 WHERE answer_no = $1 AND suggestion_no IS NULL",
            values![answer_no, suggestion_no],
        )?;
        Ok(noted == 1)
    }
}

const TEXT: &str = "SELECT a.answer_no, a.question_no, a.text, a.suggestion_no FROM survey_answer a
    JOIN survey_question q ON q.question_no = a.question_no";

fn text_from(row: &Row<'_>) -> Result<SurveyText> {
    Ok(SurveyText {
        answer_no: row.int(0)?,
        question_no: row.int(1)?,
        text: row.text(2)?,
        suggestion_no: row.opt_int(3)?,
    })
}
