//! Whether messages were useful. A message counts once, as its recipient said last; who said it is not kept.

use model::{Reader, Timestamp, Usefulness};

use crate::connection::{Tx, values};
use crate::error::Result;
use crate::notification::{Notification, TOLD};

/// Seconds for which the words about a message are kept. The verdict stays with the message.
pub const USEFULNESS_WORDS_KEPT_SECS: i64 = 365 * 86_400;

/// What was said of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Of which message.
    pub notification_no: i64,
    /// Slug of its threat.
    pub threat: String,
    /// For whom it was written.
    pub reader: Reader,
    /// Whether it was useful.
    pub verdict: Usefulness,
    /// Why; empty where nothing was said, or long ago.
    pub text: String,
    /// When.
    pub said_at: Timestamp,
}

/// How often one verdict was given of messages about one threat for one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsefulnessCount {
    /// Slug of the threat.
    pub threat: String,
    /// For whom the messages were written.
    pub reader: Reader,
    /// The verdict.
    pub verdict: Usefulness,
    /// Messages.
    pub count: i64,
}

const JUDGEMENT: &str = "SELECT u.notification_no, t.slug, u.reader, u.verdict, u.text, u.said_at
    FROM usefulness u JOIN threat t ON t.threat_no = u.threat_no";

impl Tx<'_> {
    /// Writes down what is said of a message, in place of what was said before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn judge_message(
        &mut self,
        message: &Notification,
        verdict: Usefulness,
        text: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO usefulness (notification_no, threat_no, reader, verdict, text, said_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (notification_no) DO UPDATE SET verdict = excluded.verdict, text = excluded.text,
                said_at = excluded.said_at",
            values![
                message.notification_no,
                message.key.threat_no,
                message.key.reader.code(),
                verdict.code(),
                text,
                now.micros()
            ],
        )?;
        Ok(())
    }

    /// What was said of a message.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn judgement(&mut self, notification_no: i64) -> Result<Option<Judgement>> {
        let sql = format!("{JUDGEMENT} WHERE u.notification_no = $1");
        self.query_opt(&sql, values![notification_no], judgement_from)
    }

    /// What was said with words since a moment, the newest first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn judgements_with_words(
        &mut self,
        since: Timestamp,
        rows_max: i64,
    ) -> Result<Vec<Judgement>> {
        let sql = format!(
            "{JUDGEMENT} WHERE u.text <> '' AND u.said_at >= $1{} ORDER BY u.said_at DESC LIMIT $2",
            self.and_message("u.notification_no")
        );
        self.query(&sql, values![since.micros(), rows_max], judgement_from)
    }

    /// What an organisation said of its messages, the newest message first.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn judgements_of(&mut self, party_no: i64, rows_max: i64) -> Result<Vec<Judgement>> {
        let sql = format!(
            "{JUDGEMENT} JOIN notification n ON n.notification_no = u.notification_no
             WHERE n.recipient_no = $1 AND {TOLD}{} ORDER BY n.notification_no DESC LIMIT $2",
            self.and_desk("n.desk_no")
        );
        self.query(&sql, values![party_no, rows_max], judgement_from)
    }

    /// How often each verdict was given since a moment, by threat and reader.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn usefulness_counts(&mut self, since: Timestamp) -> Result<Vec<UsefulnessCount>> {
        let sql = format!(
            "SELECT t.slug, u.reader, u.verdict, COUNT(*) FROM usefulness u JOIN threat t ON t.threat_no = u.threat_no
             WHERE u.said_at >= $1{} GROUP BY t.slug, u.reader, u.verdict ORDER BY t.slug, u.reader, u.verdict",
            self.and_message("u.notification_no")
        );
        self.query(&sql, values![since.micros()], |row| {
            Ok(UsefulnessCount {
                threat: row.text(0)?,
                reader: row.code(1, "reader", Reader::from_code)?,
                verdict: row.code(2, "usefulness", Usefulness::from_code)?,
                count: row.int(3)?,
            })
        })
    }

    /// Empties the words that were said before a moment; says how many.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn forget_usefulness_words(&mut self, before: Timestamp) -> Result<u64> {
        let sql = "UPDATE usefulness SET text = '' WHERE text <> '' AND said_at < $1";
        self.execute(sql, values![before.micros()])
    }
}

fn judgement_from(row: &crate::connection::Row<'_>) -> Result<Judgement> {
    Ok(Judgement {
        notification_no: row.int(0)?,
        threat: row.text(1)?,
        reader: row.code(2, "reader", Reader::from_code)?,
        verdict: row.code(3, "usefulness", Usefulness::from_code)?,
        text: row.text(4)?,
        said_at: Timestamp::from_micros(row.int(5)?),
    })
}
