//! What a month came to, as numbers: counted beside the pages, and kept.

use model::{Day, Timestamp, Usefulness};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::notification::warns;
use crate::party::day_from;

/// Messages of a span that warn of something, in these states. $1, $2: numbers; $3: programme.
macro_rules! of_span {
    ($states:literal) => {
        concat!(
            "n.notification_no >= $1 AND n.notification_no < $2 AND ",
            warns!(),
            " AND ",
            $states,
            " AND ($3 = 0 OR EXISTS
    (SELECT 1 FROM participant p WHERE p.party_no = n.recipient_no AND p.programme_no = $3
        AND n.created_at >= p.admitted_at))"
        )
    };
}

/// What a month came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthMeasure {
    /// First day of the month (UTC).
    pub month: Day,
    /// Of one programme; `None`: the whole desk.
    pub programme_no: Option<i64>,
    /// When it was counted.
    pub counted_at: Timestamp,
    /// Messages.
    pub counts: MessageCounts,
    /// Work of people, in seconds.
    pub hand_secs: i64,
    /// Seconds from receipt to handing over: half of the messages took no longer, and nine of ten.
    pub notice_secs: Option<(i64, i64)>,
    /// Recipients that said more of a finding than that somebody saw it.
    pub answering: i64,
    /// Whom it reached; `None`: the month was counted before this was.
    pub reach: Option<MonthReach>,
}

/// Whom the messages of a month reached. Those that were reached are [`MessageCounts::recipients`]; each organisation counts
/// once, in however many messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthReach {
    /// Organisations for which there was a message to be mailed, and nobody decided otherwise.
    pub to_tell: i64,
    /// Of those that got one, who showed that somebody saw it: a finding that was opened or answered since the month began,
    /// or a message that was judged.
    pub seen: i64,
}

/// Messages of a month that were handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageCounts {
    /// How many.
    pub messages: i64,
    /// Of these, those that a person decided.
    pub by_hand: i64,
    /// Findings in them, once for each recipient.
    pub lines: i64,
    /// Of these, those at a system that the recipient registered.
    pub matched: i64,
    /// Who got them.
    pub recipients: i64,
    /// Those of which somebody said whether they were useful.
    pub judged: i64,
    /// Of these, those that were.
    pub useful: i64,
}

/// Messages of a month: their numbers, and of which programme.
#[derive(Clone, Copy, Debug)]
pub struct MessageSpan {
    /// First number.
    from: i64,
    /// The number behind the last one.
    until: i64,
    /// Those to its participants, from the day on which each came into the register; 0: all.
    programme_no: i64,
}

/// Work of the desk that no program can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handwork {
    /// On which day it was done.
    pub day: Day,
    /// For which programme.
    pub programme_no: Option<i64>,
    /// Who did it.
    pub person_no: i64,
    /// How long it took.
    pub minutes: i64,
    /// What it was.
    pub note: String,
}

/// Messages of a span that were handed over. $1, $2: numbers; $3: programme.
const OF_SPAN: &str = of_span!("n.state = 3");

/// Messages of a span that are to be mailed: all but those that a person or a rule withheld, and those of which their recipient
/// wants no mail.
const TO_MAIL: &str = of_span!("n.state IN (0, 1, 2, 3, 5)");

impl MessageSpan {
    fn values(&self) -> [i64; 3] {
        [self.from, self.until, self.programme_no]
    }
}

impl Tx<'_> {
    /// The messages that were made from one moment until another. Their numbers rise with the time, so they are found in some
    /// twenty looks.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn messages_between(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        programme_no: Option<i64>,
    ) -> Result<MessageSpan> {
        Ok(MessageSpan {
            from: self.first_message_since(from)?,
            until: self.first_message_since(until)?,
            programme_no: programme_no.unwrap_or(0),
        })
    }

    /// Number of the first message that was made at that moment or later; of the next one, where there is none yet.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn first_message_since(&mut self, at: Timestamp) -> Result<i64> {
        self.first_since(("notification", "notification_no", "created_at"), at)
    }

    /// Number of the first row at that moment or later, of the next one where there is none yet: by table, number and moment, in
    /// a table whose numbers rise with the time.
    pub(crate) fn first_since(
        &mut self,
        (table, number, moment): (&str, &str, &str),
        at: Timestamp,
    ) -> Result<i64> {
        let last = format!("SELECT COALESCE(MAX({number}), 0) FROM {table}");
        let next = format!(
            "SELECT {number}, {moment} FROM {table} WHERE {number} >= $1 ORDER BY {number} LIMIT 1"
        );
        let (mut low, mut high) = (1, self.query_int(&last, &[])? + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let found =
                self.query_opt(&next, values![middle], |row| Ok((row.int(0)?, row.int(1)?)))?;
            match found {
                Some((number, at_least)) if at_least < at.micros() => low = number + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Counts messages.
    ///
    /// Cost: the messages and their lines.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn message_counts(&mut self, span: &MessageSpan) -> Result<MessageCounts> {
        let [from, until, programme_no] = span.values();
        let of_messages = format!(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN n.decided_by <> '' THEN 1 ELSE 0 END), 0), COUNT(DISTINCT n.recipient_no)
             FROM notification n WHERE {OF_SPAN}"
        );
        let of_lines = format!(
            "SELECT COUNT(*), COALESCE(SUM(matched), 0)
             FROM (SELECT MAX(CASE WHEN l.asset_no IS NULL THEN 0 ELSE 1 END) AS matched
                FROM notification n JOIN notification_line l ON l.notification_no = n.notification_no
                WHERE {OF_SPAN} AND l.withdrawn IS NULL
                GROUP BY n.recipient_no, l.finding_no) t"
        );
        let of_verdicts = format!(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN u.verdict = $4 THEN 1 ELSE 0 END), 0)
             FROM usefulness u JOIN notification n ON n.notification_no = u.notification_no
             WHERE u.notification_no >= $1 AND u.notification_no < $2 AND {OF_SPAN}"
        );
        let mut counts = MessageCounts::default();
        self.query_opt(&of_messages, values![from, until, programme_no], |row| {
            counts.messages = row.int(0)?;
            counts.by_hand = row.int(1)?;
            counts.recipients = row.int(2)?;
            Ok(())
        })?;
        self.query_opt(&of_lines, values![from, until, programme_no], |row| {
            counts.lines = row.int(0)?;
            counts.matched = row.int(1)?;
            Ok(())
        })?;
        let useful = Usefulness::Yes.code();
        let span = values![from, until, programme_no, useful];
        self.query_opt(&of_verdicts, span, |row| {
            counts.judged = row.int(0)?;
            counts.useful = row.int(1)?;
            Ok(())
        })?;
        Ok(counts)
    }

    /// Seconds from the receipt of the oldest delivery that a message cites until it was first handed over; for each message,
    /// ascending.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn notice_secs(&mut self, span: &MessageSpan) -> Result<Vec<i64>> {
        let [from, until, programme_no] = span.values();
        let sql = format!(
            "SELECT (SELECT MIN(d.finished_at) FROM delivery d WHERE d.notification_no = n.notification_no AND d.state = 2),
                (SELECT MIN(b.received_at) FROM notification_line l JOIN batch b ON b.batch_no = l.batch_no
                    WHERE l.notification_no = n.notification_no)
             FROM notification n WHERE {OF_SPAN}"
        );
        let took = self.query(&sql, values![from, until, programme_no], |row| {
            let ends = row.opt_int(0)?.zip(row.opt_int(1)?);
            Ok(ends.map(|(handed_over, received)| (handed_over - received) / 1_000_000))
        })?;
        let mut secs: Vec<i64> = took.into_iter().flatten().collect();
        secs.sort_unstable();
        Ok(secs)
    }

    /// How many of the recipients said more of a finding, since a moment, than that somebody saw it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn answering(&mut self, span: &MessageSpan, since: Timestamp) -> Result<i64> {
        let [from, until, programme_no] = span.values();
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT DISTINCT n.recipient_no AS party_no FROM notification n WHERE {OF_SPAN}) r
             WHERE EXISTS (SELECT 1 FROM answer a
                WHERE a.party_no = r.party_no AND a.status > 1 AND a.answered_at >= $4)"
        );
        self.query_int(&sql, values![from, until, programme_no, since.micros()])
    }

    /// Whom the messages reached.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn month_reach(&mut self, span: &MessageSpan, since: Timestamp) -> Result<MonthReach> {
        let [from, until, programme_no] = span.values();
        let to_tell =
            format!("SELECT COUNT(DISTINCT n.recipient_no) FROM notification n WHERE {TO_MAIL}");
        // In one query, so that who shows it in both ways counts once.
        let seen = format!(
            "SELECT COUNT(*) FROM (SELECT DISTINCT n.recipient_no AS party_no FROM notification n WHERE {OF_SPAN}) r
             WHERE EXISTS (SELECT 1 FROM answer a
                    WHERE a.party_no = r.party_no AND a.status > 0 AND a.answered_at >= $4)
                OR r.party_no IN (SELECT n.recipient_no FROM usefulness u
                    JOIN notification n ON n.notification_no = u.notification_no
                    WHERE u.notification_no >= $1 AND u.notification_no < $2 AND {OF_SPAN})"
        );
        Ok(MonthReach {
            to_tell: self.query_int(&to_tell, values![from, until, programme_no])?,
            seen: self.query_int(&seen, values![from, until, programme_no, since.micros()])?,
        })
    }

    /// Gives who did what when, in the order of time, from one moment until another: actor, subject and moment.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn each_act(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        mut take: impl FnMut(&str, &str, Timestamp),
    ) -> Result<()> {
        let sql =
            "SELECT actor, subject, at FROM audit WHERE at >= $1 AND at < $2 ORDER BY at, audit_no";
        self.for_each(sql, values![from.micros(), until.micros()], |row| {
            take(
                &row.text(0)?,
                &row.text(1)?,
                Timestamp::from_micros(row.int(2)?),
            );
            Ok(())
        })
    }

    /// Notes work that no program can see.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn note_handwork(&mut self, work: &Handwork, now: Timestamp) -> Result<()> {
        self.execute(
            "INSERT INTO handwork (day, programme_no, person_no, minutes, note, noted_at) VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                work.day.days(),
                work.programme_no,
                work.person_no,
                work.minutes,
                &work.note,
                now.micros()
            ],
        )?;
        Ok(())
    }

    /// Minutes that were noted from one day until another: of a programme, or of all.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn handwork_minutes(
        &mut self,
        (from, until): (Day, Day),
        programme_no: Option<i64>,
    ) -> Result<i64> {
        let programme_no = programme_no.unwrap_or(0);
        self.query_int(
            "SELECT COALESCE(SUM(minutes), 0) FROM handwork
             WHERE day >= $1 AND day < $2 AND ($3 = 0 OR programme_no = $3)",
            values![from.days(), until.days(), programme_no],
        )
    }

    /// Keeps what a month came to, in place of what was counted before.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_month_measure(&mut self, measure: &MonthMeasure) -> Result<()> {
        let counts = &measure.counts;
        self.execute(
            "INSERT INTO month_measure (month, programme_no, counted_at, messages, by_hand, lines, matched, hand_secs,
                notice_secs_median, notice_secs_p90, recipients, answering, judged, useful, to_tell, seen)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (month, programme_no) DO UPDATE SET counted_at = excluded.counted_at,
                messages = excluded.messages, by_hand = excluded.by_hand, lines = excluded.lines,
                matched = excluded.matched, hand_secs = excluded.hand_secs,
                notice_secs_median = excluded.notice_secs_median, notice_secs_p90 = excluded.notice_secs_p90,
                recipients = excluded.recipients, answering = excluded.answering, judged = excluded.judged,
                useful = excluded.useful, to_tell = excluded.to_tell, seen = excluded.seen",
            values![
                measure.month.days(),
                measure.programme_no.unwrap_or(0),
                measure.counted_at.micros(),
                counts.messages,
                counts.by_hand,
                counts.lines,
                counts.matched,
                measure.hand_secs,
                measure.notice_secs.map(|(median, _)| median),
                measure.notice_secs.map(|(_, p90)| p90),
                counts.recipients,
                measure.answering,
                counts.judged,
                counts.useful,
                measure.reach.map(|reach| reach.to_tell),
                measure.reach.map(|reach| reach.seen)
            ],
        )?;
        Ok(())
    }

    /// What the last months came to, the newest first: of a programme, or of the whole desk.
    ///
    /// # Errors
    /// When the engine fails, or a row cannot be read.
    pub fn month_measures(
        &mut self,
        programme_no: Option<i64>,
        months_max: i64,
    ) -> Result<Vec<MonthMeasure>> {
        let sql = format!("{MEASURE} WHERE programme_no = $1 ORDER BY month DESC LIMIT $2");
        self.query(
            &sql,
            values![programme_no.unwrap_or(0), months_max],
            measure_from,
        )
    }
}

const MEASURE: &str =
    "SELECT month, programme_no, counted_at, messages, by_hand, lines, matched, hand_secs,
        notice_secs_median, notice_secs_p90, recipients, answering, judged, useful, to_tell, seen
    FROM month_measure";

fn measure_from(row: &Row<'_>) -> Result<MonthMeasure> {
    Ok(MonthMeasure {
        month: day_from(Some(row.int(0)?)).unwrap_or(Day::from_days(0)),
        programme_no: Some(row.int(1)?).filter(|number| *number != 0),
        counted_at: Timestamp::from_micros(row.int(2)?),
        counts: MessageCounts {
            messages: row.int(3)?,
            by_hand: row.int(4)?,
            lines: row.int(5)?,
            matched: row.int(6)?,
            recipients: row.int(10)?,
            judged: row.int(12)?,
            useful: row.int(13)?,
        },
        hand_secs: row.int(7)?,
        notice_secs: row.opt_int(8)?.zip(row.opt_int(9)?),
        answering: row.int(11)?,
        reach: row
            .opt_int(14)?
            .zip(row.opt_int(15)?)
            .map(|(to_tell, seen)| MonthReach { to_tell, seen }),
    })
}
