//! Notifications and their lines: who is told what, and how far that is.
//!
//! Every line is a duty, and it is where its notification is: collecting, held, approved, delivered, withheld, failed or
//! not mailed. That makes the no-loss balance a count (see `status.rs`).

use std::sync::Arc;

use model::{Language, MessageKind, Reader, Relation, Role, RsitType, Severity, Timestamp, Tlp};

use crate::collecting::Collecting;
use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::finding::{ObservationKey, observation_key_from};

/// Lines in one message. A message with more cannot be read or mailed; the rest goes into a next part.
pub(crate) const LINES_MAX: i64 = 10_000;

model::vocabulary! {
    /// How far a notification is.
    pub enum NotificationState: "notification state" {
        /// Its window is open: lines may still come.
        Collecting = 0 => "collecting",
        /// It waits for a person's approval.
        Held = 1 => "held",
        /// It is ready to send.
        Approved = 2 => "approved",
        /// Somebody got it, and nobody is still to get it.
        Delivered = 3 => "delivered",
        /// A person or a rule decided not to send it, with a reason.
        Withheld = 4 => "withheld",
        /// It could not be handed over to anybody; a person must look.
        Failed = 5 => "failed",
        /// Its recipient finds it in its inbox, and nobody is mailed: so its kind says.
        Unmailed = 6 => "not-mailed",
    }
}

impl NotificationState {
    /// Where approval takes a message of this kind.
    #[must_use]
    pub const fn when_approved(kind: MessageKind) -> Self {
        match kind.is_mailed() {
            true => Self::Approved,
            false => Self::Unmailed,
        }
    }
}

/// What was told, or is about to be ([`Notification::is_told`]), of notifications `n`. In these words, as partial indices
/// have it.
pub(crate) const TOLD: &str = "n.state IN (2, 3, 5, 6)";

/// Notifications `n` that warn of what is there, as measures count them: an all-clear (kind 3) warns of nothing.
macro_rules! warns {
    () => {
        "n.kind <> 3"
    };
}
pub(crate) use warns;

/// What goes into one message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationKey {
    /// What is told together.
    pub window_no: i64,
    /// Who is told: a party.
    pub recipient_no: i64,
    /// About what.
    pub threat_no: i64,
    /// How severe.
    pub severity: Severity,
    /// Who may know.
    pub tlp: Tlp,
    /// Why this recipient.
    pub relation: Relation,
    /// Why a message.
    pub kind: MessageKind,
    /// Target or victim.
    pub role: Role,
    /// Class and type.
    pub rsit: RsitType,
    /// In which language.
    pub language: Language,
    /// For which reader.
    pub reader: Reader,
    /// Who warns.
    pub desk_no: i64,
}

/// A line to be told, before its notification is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineToTell {
    /// Where it goes.
    pub key: NotificationKey,
    /// Basis that holds for this recipient today.
    pub lawful_basis: Arc<str>,
    /// What it says.
    pub line: Line,
}

/// A finding in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The finding.
    pub finding_no: i64,
    /// Which episode of it.
    pub episode: i32,
    /// The recipient was told in this episode before.
    pub repeated: bool,
    /// The asset through which it concerns the recipient.
    pub asset_no: Option<i64>,
    /// Or the network that the recipient runs.
    pub network_no: Option<i64>,
    /// The observation that it cites.
    pub observation: ObservationKey,
    /// Why it left the message before approval; it is not told then.
    pub withdrawn: Option<String>,
}

/// A notification as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Internal number.
    pub notification_no: i64,
    /// What goes into it.
    pub key: NotificationKey,
    /// Counts from 1 when one message would have too many lines.
    pub part: i32,
    /// Basis recorded when it was made.
    pub lawful_basis: String,
    /// How far it is.
    pub state: NotificationState,
    /// Why it is held, withheld or failed.
    pub reason: String,
    /// Lines that are told.
    pub lines: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was approved or withheld.
    pub decided_at: Option<Timestamp>,
    /// By whom; empty when a rule did.
    pub decided_by: String,
    /// No attempt to hand it over is due before.
    pub due_at: Timestamp,
}

impl Notification {
    /// What people call it: `NTF-2026-000042`.
    pub fn reference(&self) -> String {
        Self::reference_of(self.notification_no, self.created_at)
    }

    /// The reference of the notification with this number, made at this moment.
    pub fn reference_of(notification_no: i64, created_at: Timestamp) -> String {
        let date = created_at.day().to_string();
        let year = date.get(..4).unwrap_or("0000");
        format!("NTF-{year}-{notification_no:06}")
    }

    /// Until when it waits, once it may go out.
    pub fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        let waits = self.state == NotificationState::Approved && self.due_at > now;
        waits.then_some(self.due_at)
    }

    /// Whether its recipient was told, or is about to be: nobody can take it back any more.
    pub fn is_told(&self) -> bool {
        match self.state {
            NotificationState::Approved
            | NotificationState::Delivered
            | NotificationState::Failed
            | NotificationState::Unmailed => true,
            NotificationState::Collecting
            | NotificationState::Held
            | NotificationState::Withheld => false,
        }
    }

    /// The number in a reference, if it is one.
    pub fn number_in(reference: &str) -> Option<i64> {
        let rest = reference.trim().strip_prefix("NTF-")?;
        let (year, number) = rest.split_once('-')?;
        (year.len() == 4).then_some(())?;
        number.parse().ok()
    }
}

/// What was told before of a finding, for suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The finding.
    pub finding_no: i64,
    /// To whom.
    pub recipient_no: i64,
    /// In which episode.
    pub episode: i32,
    /// In which notification.
    pub notification_no: i64,
    /// How far that is.
    pub state: NotificationState,
    /// Whether it is mailed.
    pub kind: MessageKind,
    /// How severe it was.
    pub severity: Severity,
    /// Why this recipient was told.
    pub relation: Relation,
    /// When it was decided to tell or withhold; before that, when the message was made. The clock of suppression.
    pub decided_at: Timestamp,
    /// A person chose the recipient; no asset or network did.
    pub by_hand: bool,
}

/// Lines of the notification `n` that are told, counted. The column says it from the moment its window is closed: to keep it
/// before, each chunk of a report would write the row of each recipient once more.
macro_rules! lines_counted {
    () => {
        "((SELECT COUNT(*) FROM notification_line c WHERE c.notification_no = n.notification_no)
          - (SELECT COUNT(*) FROM notification_line c
             WHERE c.notification_no = n.notification_no AND c.withdrawn IS NOT NULL))"
    };
}

/// Lines of the notification `n` that are told, whatever its state.
macro_rules! lines_told {
    () => {
        concat!(
            "CASE WHEN n.state = 0 THEN ",
            lines_counted!(),
            " ELSE n.lines END"
        )
    };
}

pub(crate) const LINES: &str = lines_told!();

/// What [`notification_from`] reads of the notification `n`, 22 columns.
pub(crate) const NOTIFICATION: &str = concat!(
    "n.notification_no, n.window_no, n.recipient_no, n.threat_no, n.severity, n.tlp, n.relation, n.kind, n.role, n.rsit,
     n.language, n.reader, n.desk_no, n.part, n.lawful_basis, n.state, n.reason, ",
    lines_told!(),
    ", n.created_at, n.decided_at, n.decided_by, n.due_at"
);
/// Columns of [`key_values`].
pub(crate) const KEY_COLUMNS: [&str; 12] = [
    "window_no",
    "recipient_no",
    "threat_no",
    "severity",
    "tlp",
    "relation",
    "kind",
    "role",
    "rsit",
    "language",
    "reader",
    "desk_no",
];

impl Tx<'_> {
    /// Adds lines to the collecting notifications of their keys, making those that are not there yet. `collecting` is what
    /// the caller remembers of them since its last transaction, or empty.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_lines(
        &mut self,
        collecting: &mut Collecting,
        lines: &[LineToTell],
        now: Timestamp,
    ) -> Result<()> {
        let numbers = self.collect(collecting, lines, now)?;
        let mut rows: Vec<(i64, &Line)> = numbers
            .into_iter()
            .zip(lines.iter().map(|line| &line.line))
            .collect();
        if self.is_embedded() {
            // In the order of the table, which is nearly the one in which findings are decided.
            rows.sort_by_key(|(notification_no, line)| (line.finding_no, *notification_no));
        } else {
            // In the order of the index that is met all over; the table itself has none.
            rows.sort_unstable_by_key(|(notification_no, line)| {
                (*notification_no, line.finding_no)
            });
        }
        self.insert_all(
            "notification_line",
            &LINE_COLUMNS,
            &rows,
            |(notification_no, line), row| {
                row.extend_from_slice(values![
                    *notification_no,
                    line.finding_no,
                    line.episode,
                    line.repeated,
                    line.asset_no,
                    line.network_no,
                    line.observation.day,
                    line.observation.batch_no,
                    line.observation.line,
                    line.observation.side.code(),
                    i16::from(line.observation.part),
                    line.withdrawn.as_deref(),
                ]);
            },
        )
    }

    /// Closes a window: its notifications are held or ready, by the rule of their desk. What is ready and not mailed is told.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn close_window(&mut self, window_no: i64, now: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE sending_window SET closed_at = $2 WHERE window_no = $1",
            values![window_no, now.micros()],
        )?;
        let approved = self.execute(
            concat!(
                "UPDATE notification AS n SET state = CASE WHEN kind IN (0, 3) THEN 2 ELSE 6 END, decided_at = $2, lines = ",
                lines_counted!(),
                " WHERE window_no = $1 AND state = 0 AND desk_no IN (SELECT desk_no FROM desk WHERE alert_rule = 0)"
            ),
            values![window_no, now.micros()],
        )?;
        if approved > 0 {
            self.note_approved_window(window_no, now)?;
            self.announce_work()?;
        }
        self.execute(
            concat!(
                "UPDATE notification AS n SET state = 1, reason = 'the desk approves alerts by hand', lines = ",
                lines_counted!(),
                " WHERE window_no = $1 AND state = 0"
            ),
            values![window_no],
        )?;
        Ok(())
    }

    /// Keeps others from adding lines to, and taking lines out of, the messages that collect in these windows.
    pub(crate) fn hold_windows(&mut self, window_nos: &[i64]) -> Result<()> {
        if self.is_embedded() {
            return Ok(());
        }
        let sql =
            "SELECT 1 FROM sending_window WHERE window_no = ANY ($1) ORDER BY window_no FOR UPDATE";
        self.execute(sql, values![window_nos])?;
        Ok(())
    }

    /// What was told of these findings, in any episode.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told(&mut self, finding_nos: &[i64]) -> Result<Vec<Told>> {
        let sql = format!(
            "SELECT l.finding_no, n.recipient_no, l.episode, n.notification_no, n.state,
                COALESCE(n.decided_at, n.created_at),
                CASE WHEN l.asset_no IS NULL AND l.network_no IS NULL THEN 1 ELSE 0 END, n.kind, n.severity, n.relation
             FROM notification_line l JOIN notification n ON n.notification_no = l.notification_no
             WHERE l.withdrawn IS NULL AND l.finding_no {} ORDER BY l.finding_no, n.notification_no",
            self.in_set("$1")
        );
        self.query(&sql, values![finding_nos], |row| {
            Ok(Told {
                finding_no: row.int(0)?,
                recipient_no: row.int(1)?,
                episode: row.int(2)? as i32,
                notification_no: row.int(3)?,
                state: row.code(4, "notification state", NotificationState::from_code)?,
                kind: row.code(7, "kind of message", MessageKind::from_code)?,
                severity: row.code(8, "severity", Severity::from_code)?,
                relation: row.code(9, "relation", Relation::from_code)?,
                decided_at: Timestamp::from_micros(row.int(5)?),
                by_hand: row.int(6)? == 1,
            })
        })
    }

    /// Takes a line out of a notification that is not approved; of one that was approved meanwhile, nothing is taken. One
    /// that has no lines left is withheld. A mail that was written before, for a message that was held back, is written anew.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn withdraw_line(
        &mut self,
        notification_no: i64,
        finding_no: i64,
        reason: &str,
        now: Timestamp,
    ) -> Result<()> {
        let window = "SELECT window_no FROM notification WHERE notification_no = $1";
        let window = self.query(window, values![notification_no], |row| row.int(0))?;
        self.hold_windows(&window)?;
        // Counts as written before the line is: whoever approves at this moment waits, or was first.
        let open = self.execute(
            "UPDATE notification SET lines = CASE state WHEN 0 THEN 0 ELSE lines - 1 END
             WHERE notification_no = $1 AND state IN (0, 1) AND EXISTS (
                 SELECT 1 FROM notification_line WHERE notification_no = $1 AND finding_no = $2 AND withdrawn IS NULL)",
            values![notification_no, finding_no],
        )?;
        if open == 0 {
            return Ok(());
        }
        self.execute(
            "UPDATE notification_line SET withdrawn = $3
             WHERE notification_no = $1 AND finding_no = $2 AND withdrawn IS NULL",
            values![notification_no, finding_no, reason],
        )?;
        self.execute(
            "UPDATE delivery SET mail = NULL WHERE notification_no = $1 AND state = 0",
            values![notification_no],
        )?;
        self.execute(
            "UPDATE notification SET state = 4, reason = $2, decided_at = $3
             WHERE notification_no = $1 AND state IN (0, 1) AND NOT EXISTS (
                 SELECT 1 FROM notification_line WHERE notification_no = $1 AND withdrawn IS NULL)",
            values![notification_no, reason, now.micros()],
        )?;
        Ok(())
    }

    /// One notification.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn notification(&mut self, notification_no: i64) -> Result<Option<Notification>> {
        let desks = self.and_desk("n.desk_no");
        let sql =
            format!("SELECT {NOTIFICATION} FROM notification n WHERE notification_no = $1{desks}");
        self.query_opt(&sql, values![notification_no], notification_from)
    }

    /// Notifications in a state with a number above `after_no`, in ascending number, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn notifications_in(
        &mut self,
        state: NotificationState,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<Notification>> {
        let sql = format!(
            "SELECT {NOTIFICATION} FROM notification n
             WHERE state = $1 AND notification_no > $2 ORDER BY notification_no LIMIT $3"
        );
        self.query(
            &sql,
            values![state.code(), after_no, rows_max],
            notification_from,
        )
    }

    /// First day of receipt that a message cites which may still go out; `None` when none waits.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn first_day_to_tell(&mut self) -> Result<Option<i32>> {
        let sql = "SELECT MIN(l.day) FROM notification n
                   JOIN notification_line l ON l.notification_no = n.notification_no WHERE n.state IN (0, 1, 2)";
        let day = self.query_opt(sql, &[], |row| row.opt_int(0))?.flatten();
        Ok(day.map(|day| day as i32))
    }

    /// Gives every notification, in ascending number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn each_notification(
        &mut self,
        mut take: impl FnMut(Notification) -> Result<()>,
    ) -> Result<()> {
        self.for_each(
            &format!("SELECT {NOTIFICATION} FROM notification n ORDER BY notification_no"),
            &[],
            |row| take(notification_from(row)?),
        )
    }

    /// Lines of a notification, by finding; withdrawn ones too.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn lines_of(&mut self, notification_no: i64) -> Result<Vec<Line>> {
        let sql = format!(
            "SELECT {LINE} FROM notification_line WHERE notification_no = $1 ORDER BY finding_no"
        );
        self.query(&sql, values![notification_no], line_from)
    }

    /// Lines of a notification about findings with a number above `after_no`, by finding, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn lines_after(
        &mut self,
        notification_no: i64,
        after_no: i64,
        rows_max: i64,
    ) -> Result<Vec<Line>> {
        let sql = format!(
            "SELECT {LINE} FROM notification_line WHERE notification_no = $1 AND finding_no > $2
             ORDER BY finding_no LIMIT $3"
        );
        self.query(
            &sql,
            values![notification_no, after_no, rows_max],
            line_from,
        )
    }

    /// Lines about a finding with their notification numbers, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn lines_about(&mut self, finding_no: i64) -> Result<Vec<(i64, Line)>> {
        let sql = format!(
            "SELECT {LINE}, notification_no FROM notification_line WHERE finding_no = $1 ORDER BY notification_no"
        );
        self.query(&sql, values![finding_no], |row| {
            Ok((row.int(11)?, line_from(row)?))
        })
    }

    /// Moves a notification to another state if it is in one of `from`; says whether it was.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn move_notification(
        &mut self,
        notification_no: i64,
        from: &[NotificationState],
        to: NotificationState,
        reason: &str,
        decided: (Timestamp, &str),
    ) -> Result<bool> {
        let from: Vec<i64> = from.iter().map(|state| state.code().into()).collect();
        let sql = format!(
            "UPDATE notification SET state = $2, reason = $3, decided_at = $4, decided_by = $5
             WHERE notification_no = $1 AND state {}",
            self.in_set("$6")
        );
        let (at, by) = decided;
        let values = values![
            notification_no,
            to.code(),
            reason,
            at.micros(),
            by,
            &from[..]
        ];
        let is_moved = self.execute(&sql, values)? == 1;
        if is_moved
            && matches!(
                to,
                NotificationState::Approved | NotificationState::Unmailed
            )
        {
            self.note_approved(notification_no, at)?;
            self.announce_work()?;
        }
        if is_moved && to == NotificationState::Withheld {
            self.unnote_approved(notification_no, at)?;
        }
        Ok(is_moved)
    }
}

const LINE: &str = "finding_no, episode, repeated, asset_no, network_no, day, batch_no, line, side, part, withdrawn";
const LINE_COLUMNS: [&str; 12] = [
    "notification_no",
    "finding_no",
    "episode",
    "repeated",
    "asset_no",
    "network_no",
    "day",
    "batch_no",
    "line",
    "side",
    "part",
    "withdrawn",
];

pub(crate) fn key_values(key: &NotificationKey) -> [crate::connection::Value<'static>; 12] {
    [
        key.window_no.into(),
        key.recipient_no.into(),
        key.threat_no.into(),
        key.severity.code().into(),
        key.tlp.code().into(),
        key.relation.code().into(),
        key.kind.code().into(),
        key.role.code().into(),
        key.rsit.code().into(),
        key.language.code().into(),
        key.reader.code().into(),
        key.desk_no.into(),
    ]
}

pub(crate) fn notification_from(row: &Row<'_>) -> Result<Notification> {
    let key = NotificationKey {
        window_no: row.int(1)?,
        recipient_no: row.int(2)?,
        threat_no: row.int(3)?,
        severity: row.code(4, "severity", Severity::from_code)?,
        tlp: row.code(5, "TLP", Tlp::from_code)?,
        relation: row.code(6, "relation", Relation::from_code)?,
        kind: row.code(7, "kind of message", MessageKind::from_code)?,
        role: row.code(8, "role", Role::from_code)?,
        rsit: row.code(9, "RSIT type", RsitType::from_code)?,
        language: row.code(10, "language", Language::from_code)?,
        reader: row.code(11, "reader", Reader::from_code)?,
        desk_no: row.int(12)?,
    };
    Ok(Notification {
        notification_no: row.int(0)?,
        key,
        part: row.int(13)? as i32,
        lawful_basis: row.text(14)?,
        state: row.code(15, "notification state", NotificationState::from_code)?,
        reason: row.text(16)?,
        lines: row.int(17)?,
        created_at: Timestamp::from_micros(row.int(18)?),
        decided_at: row.opt_int(19)?.map(Timestamp::from_micros),
        decided_by: row.text(20)?,
        due_at: Timestamp::from_micros(row.int(21)?),
    })
}

fn line_from(row: &Row<'_>) -> Result<Line> {
    Ok(Line {
        finding_no: row.int(0)?,
        episode: row.int(1)? as i32,
        repeated: row.int(2)? == 1,
        asset_no: row.opt_int(3)?,
        network_no: row.opt_int(4)?,
        observation: observation_key_from(row, 5)?,
        withdrawn: row.opt_text(10)?,
    })
}
