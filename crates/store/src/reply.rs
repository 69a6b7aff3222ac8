//! Mails that came in reply to messages: what became of each, and those that wait for somebody of the desk.
//!
//! Anybody can write a mail. So those that do not prove what they answer wait in a list of their own, and only so many of a day.

use model::{Day, ReplyOutcome, Timestamp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;

/// Seconds for which is kept that a mail came, after nobody has to look at it any more: a mail that comes again so much later
/// is of a message that cannot be answered by then.
pub const REPLY_KEPT_SECS: i64 = 365 * 86_400;

/// Days for which is kept how many replies of a day were not kept.
pub const REPLIES_BEYOND_KEPT_DAYS: i32 = 30;

/// A mail that came in reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyRow {
    /// Internal number.
    pub reply_no: i64,
    /// When it was read.
    pub received_at: Timestamp,
    /// What became of it.
    pub outcome: ReplyOutcome,
    /// What it says and answers, as far as that is still kept.
    pub content: ReplyContent,
    /// When somebody was done with it; `None`: it waits.
    pub handled_at: Option<Timestamp>,
}

/// What a mail in reply says and answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyContent {
    /// The message that it answers, where that is proved.
    pub notification_no: Option<i64>,
    /// The message that it names, where it does not prove to answer it.
    pub named_no: Option<i64>,
    /// Who it says that it is from.
    pub sender: String,
    /// What it is about.
    pub subject: String,
    /// What its sender wrote.
    pub text: String,
}

const REPLY: &str = "SELECT reply_no, received_at, outcome, notification_no, sender, subject, text, handled_at, named_no
    FROM reply r";

impl Tx<'_> {
    /// Takes a mail in hand; gives its number. `None`: it came before. Whoever takes another mail with the same digest in hand
    /// waits for the end of this transaction.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn begin_reply(&mut self, digest: &[u8; 32], now: Timestamp) -> Result<Option<i64>> {
        self.query_opt(
            "INSERT INTO reply (digest, received_at, outcome, sender, subject, text, handled_at)
             VALUES ($1, $2, $3, '', '', '', $2) ON CONFLICT (digest) DO NOTHING RETURNING reply_no",
            values![
                &digest[..],
                now.micros(),
                ReplyOutcome::Unreadable.code()
            ],
            |row| row.int(0),
        )
    }

    /// Writes down what became of a mail that was taken in hand. What it says is kept where somebody has to look at it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn end_reply(
        &mut self,
        reply_no: i64,
        outcome: ReplyOutcome,
        content: &ReplyContent,
        now: Timestamp,
    ) -> Result<()> {
        let nothing = ReplyContent::default();
        let (kept, handled_at) = match outcome.is_for_people() {
            true => (content, None),
            false => (&nothing, Some(now.micros())),
        };
        self.execute(
            "UPDATE reply SET outcome = $2, notification_no = $3, sender = $4, subject = $5, text = $6, handled_at = $7,
                named_no = $8 WHERE reply_no = $1",
            values![
                reply_no,
                outcome.code(),
                content.notification_no,
                &kept.sender,
                &kept.subject,
                &kept.text,
                handled_at,
                content.named_no
            ],
        )?;
        Ok(())
    }

    /// How many that came from a moment on wait and do not prove what they answer, and how many of them name a message.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_unproved_replies(
        &mut self,
        from: Timestamp,
        named_no: Option<i64>,
    ) -> Result<(i64, i64)> {
        let waiting = format!(
            "SELECT COUNT(*) FROM reply r WHERE handled_at IS NULL AND notification_no IS NULL AND received_at >= $1{}",
            self.and_reply()
        );
        let of_all = self.query_int(&waiting, values![from.micros()])?;
        let of_message = match named_no {
            Some(number) => {
                let sql = format!("{waiting} AND named_no = $2");
                self.query_int(&sql, values![from.micros(), number])?
            }
            None => 0,
        };
        Ok((of_all, of_message))
    }

    /// Keeps nothing of a mail that was taken in hand but that one came on this day.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_reply_beyond(&mut self, reply_no: i64, day: Day) -> Result<()> {
        let removed = "DELETE FROM reply WHERE reply_no = $1";
        self.execute(removed, values![reply_no])?;
        self.execute(
            "INSERT INTO reply_beyond (day, replies) VALUES ($1, 1)
             ON CONFLICT (day) DO UPDATE SET replies = reply_beyond.replies + 1",
            values![day.days()],
        )?;
        Ok(())
    }

    /// How many came from a day on of which nothing was kept.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_replies_beyond(&mut self, from: Day) -> Result<i64> {
        let sql =
            "SELECT CAST(COALESCE(SUM(replies), 0) AS BIGINT) FROM reply_beyond WHERE day >= $1";
        self.query_int(sql, values![from.days()])
    }

    /// One mail.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn reply(&mut self, reply_no: i64) -> Result<Option<ReplyRow>> {
        let sql = format!("{REPLY} WHERE reply_no = $1{}", self.and_reply());
        self.query_opt(&sql, values![reply_no], reply_from)
    }

    /// What became of the mail with this digest; `None`: it never came.
    ///
    /// # Errors
    /// When the engine fails, or the row cannot be read.
    pub fn reply_outcome(&mut self, digest: &[u8; 32]) -> Result<Option<ReplyOutcome>> {
        let sql = "SELECT outcome FROM reply WHERE digest = $1";
        self.query_opt(sql, values![&digest[..]], |row| {
            row.code(0, "outcome of a reply", ReplyOutcome::from_code)
        })
    }

    /// Those that wait for somebody, the oldest first, after a number: with `is_proved` those that prove what they answer, else
    /// the others.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn waiting_replies(
        &mut self,
        is_proved: bool,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<ReplyRow>> {
        let proved = if is_proved { "IS NOT NULL" } else { "IS NULL" };
        let sql = format!(
            "{REPLY} WHERE handled_at IS NULL AND notification_no {proved} AND reply_no > $1{} ORDER BY reply_no LIMIT $2",
            self.and_reply()
        );
        self.query(&sql, values![after_no, rows_max], reply_from)
    }

    /// How many wait, counted up to a bound.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count_waiting_replies(&mut self, count_max: i64) -> Result<i64> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM reply r WHERE handled_at IS NULL{} LIMIT $1) c",
            self.and_reply()
        );
        self.query_int(&sql, values![count_max])
    }

    /// Notes that somebody of the desk is done with a mail, and empties what it says; says whether it waited.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn handle_reply(&mut self, reply_no: i64, person_no: i64, now: Timestamp) -> Result<bool> {
        let handled = self.execute(
            "UPDATE reply SET handled_at = $2, handled_by = $3, sender = '', subject = '', text = ''
             WHERE reply_no = $1 AND handled_at IS NULL",
            values![reply_no, now.micros(), person_no],
        )?;
        Ok(handled == 1)
    }

    /// Empties what waits of the replies that answer or name messages of an organisation, or come from an address of its
    /// contacts or people: nobody is left to answer for it. Before its memberships end.
    ///
    /// # Errors
    /// When the engine fails.
    pub(crate) fn empty_replies_of(&mut self, party_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE reply SET handled_at = $2, sender = '', subject = '', text = ''
             WHERE handled_at IS NULL AND (
                COALESCE(notification_no, named_no) IN (SELECT n.notification_no FROM reply r
                    JOIN notification n ON n.notification_no = COALESCE(r.notification_no, r.named_no)
                    WHERE r.handled_at IS NULL AND n.recipient_no = $1)
                OR (notification_no IS NULL AND LOWER(sender) IN
                    (SELECT LOWER(email) FROM contact WHERE party_no = $1
                     UNION SELECT LOWER(p.email) FROM membership m JOIN person p ON p.person_no = m.person_no
                        WHERE m.party_no = $1 AND m.ended_at IS NULL)))",
            values![party_no, now.micros()],
        )?;
        Ok(())
    }

    /// Removes mails with which somebody was done before a moment, and those that came before it, wait and prove to answer
    /// nothing; says how many. Days before `beyond` are no longer counted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn remove_replies(&mut self, before: Timestamp, beyond: Day) -> Result<u64> {
        let counted = "DELETE FROM reply_beyond WHERE day < $1";
        self.execute(counted, values![beyond.days()])?;
        let removed = "DELETE FROM reply WHERE handled_at < $1
             OR (handled_at IS NULL AND notification_no IS NULL AND received_at < $1)";
        self.execute(removed, values![before.micros()])
    }
}

fn reply_from(row: &Row<'_>) -> Result<ReplyRow> {
    Ok(ReplyRow {
        reply_no: row.int(0)?,
        received_at: Timestamp::from_micros(row.int(1)?),
        outcome: row.code(2, "outcome of a reply", ReplyOutcome::from_code)?,
        content: ReplyContent {
            notification_no: row.opt_int(3)?,
            named_no: row.opt_int(8)?,
            sender: row.text(4)?,
            subject: row.text(5)?,
            text: row.text(6)?,
        },
        handled_at: row.opt_int(7)?.map(Timestamp::from_micros),
    })
}
