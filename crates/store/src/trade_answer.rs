//! What the trade register says of the numbers that applications give.

use model::{Day, KvkNumber, Timestamp, TradeEntry, TradeState};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::party::day_from;

/// Seconds until a register that did not answer is asked again.
const AGAIN_SECS: i64 = 3_600;

/// What the trade register says of the number of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradeAnswer {
    /// The application.
    pub application_no: i64,
    /// The number that it is about.
    pub kvk: KvkNumber,
    /// How far asking is.
    pub state: TradeState,
    /// Whose number it is, where that is known.
    pub entry: Option<TradeEntry>,
    /// When the register was asked last.
    pub asked_at: Option<Timestamp>,
    /// When it is asked; `None`: no more.
    pub due_at: Option<Timestamp>,
}

impl TradeAnswer {
    /// A question that is to be asked then.
    #[must_use]
    pub fn due(application_no: i64, kvk: KvkNumber, due_at: Timestamp) -> Self {
        Self {
            application_no,
            kvk,
            state: TradeState::Waiting,
            entry: None,
            asked_at: None,
            due_at: Some(due_at),
        }
    }

    /// The same question with its answer: whose number it is, or that it is nobody's.
    #[must_use]
    pub fn answered(self, entry: Option<TradeEntry>, now: Timestamp) -> Self {
        Self {
            state: match entry {
                Some(_) => TradeState::Known,
                None => TradeState::Unknown,
            },
            entry,
            asked_at: Some(now),
            due_at: None,
            ..self
        }
    }

    /// The same question, to which there was no answer now.
    #[must_use]
    pub fn put_off(self, now: Timestamp) -> Self {
        Self {
            asked_at: Some(now),
            due_at: Some(now.plus_seconds(AGAIN_SECS)),
            ..self
        }
    }
}

impl Tx<'_> {
    /// Keeps what the register says of an application, in place of what it said before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_trade_answer(&mut self, answer: &TradeAnswer) -> Result<()> {
        let entry = answer.entry.as_ref();
        self.execute(
            "INSERT INTO trade_answer (application_no, kvk, state, name, legal_form, ended_on, is_non_mailing, asked_at, due_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (application_no) DO UPDATE SET kvk = excluded.kvk, state = excluded.state, name = excluded.name,
                legal_form = excluded.legal_form, ended_on = excluded.ended_on,
                is_non_mailing = excluded.is_non_mailing, asked_at = excluded.asked_at, due_at = excluded.due_at",
            values![
                answer.application_no,
                answer.kvk.as_str(),
                answer.state.code(),
                entry.map_or("", |entry| &entry.name),
                entry.map_or("", |entry| &entry.legal_form),
                entry.and_then(|entry| entry.ended_on).map(Day::days),
                entry.is_some_and(|entry| entry.is_non_mailing),
                answer.asked_at.map(Timestamp::micros),
                answer.due_at.map(Timestamp::micros)
            ],
        )?;
        Ok(())
    }

    /// What the register says of an application, if it was or is to be asked.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn trade_answer(&mut self, application_no: i64) -> Result<Option<TradeAnswer>> {
        let sql = format!("{ANSWER} WHERE application_no = $1");
        self.query_opt(&sql, values![application_no], answer_from)
    }

    /// Questions that are due, the longest waiting first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn trade_questions(&mut self, now: Timestamp, most: i64) -> Result<Vec<TradeAnswer>> {
        let sql = format!("{ANSWER} WHERE due_at <= $1 ORDER BY due_at, application_no LIMIT $2");
        self.query(&sql, values![now.micros(), most], answer_from)
    }
}

const ANSWER: &str = "SELECT application_no, kvk, state, name, legal_form, ended_on, is_non_mailing, asked_at, due_at FROM trade_answer";

fn answer_from(row: &Row<'_>) -> Result<TradeAnswer> {
    let state = row.code(
        2,
        "state of a question to the trade register",
        TradeState::from_code,
    )?;
    let entry = TradeEntry {
        name: row.text(3)?,
        legal_form: row.text(4)?,
        ended_on: day_from(row.opt_int(5)?),
        is_non_mailing: row.int(6)? != 0,
    };
    Ok(TradeAnswer {
        application_no: row.int(0)?,
        kvk: row.parsed(1, "KvK number")?,
        state,
        entry: (state == TradeState::Known).then_some(entry),
        asked_at: row.opt_int(7)?.map(Timestamp::from_micros),
        due_at: row.opt_int(8)?.map(Timestamp::from_micros),
    })
}
