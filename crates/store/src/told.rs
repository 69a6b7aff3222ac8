//! What an organisation was told: its findings, each as the last message about it has it.

use model::{Severity, Timestamp, Tlp};

use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::finding::{
    COLUMNS, FindingKey, FindingRow, ObservationKey, finding_from, observation_key_from,
};
use crate::notification::{Notification, notification_from};
use crate::report::NOTIFICATION;

/// A finding as an organisation was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldFinding {
    /// Place in the order of what happened.
    pub change_no: i64,
    /// When it was decided to tell.
    pub told_at: Timestamp,
    /// In which message.
    pub notification_no: i64,
    /// Marking of the message.
    pub tlp: Tlp,
    /// Severity in the message.
    pub severity: Severity,
    /// In which episode of the finding.
    pub episode: i32,
    /// The asset through which it concerns the organisation.
    pub asset_no: Option<i64>,
    /// The observation that the message cites.
    pub observation: ObservationKey,
    /// Slug of the threat.
    pub threat: String,
    /// What makes the finding unique.
    pub key: FindingKey,
    /// The rest of it. What other sources saw since is in it too, and is not for the organisation.
    pub row: FindingRow,
}

/// Which findings are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldWanted {
    /// Only those that were told with this severity or a worse one.
    pub severity_min: Option<Severity>,
    /// Only those of the threat with this slug.
    pub threat: Option<String>,
}

/// A message as an organisation was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldMessage {
    /// Place in the order of what happened.
    pub change_no: i64,
    /// When it was decided to tell.
    pub told_at: Timestamp,
    /// Slug of the threat.
    pub threat: String,
    /// The message.
    pub notification: Notification,
}

impl Tx<'_> {
    /// Findings of which an organisation was told and that are wanted, last told first: those after (change, finding), at
    /// most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_findings(
        &mut self,
        party_no: i64,
        wanted: &ToldWanted,
        after: Option<(i64, i64)>,
        rows_max: i64,
    ) -> Result<Vec<ToldFinding>> {
        let (change_no, finding_no) = after.unwrap_or((i64::MAX, i64::MAX));
        let sql = format!(
            "{} AND c.change_no <= $2 AND (c.change_no < $2 OR l.finding_no < $3)
             AND n.severity >= $5 AND ($6 = '' OR t.slug = $6)
             ORDER BY c.change_no DESC, l.finding_no DESC LIMIT $4",
            told()
        );
        let values = values![
            party_no,
            change_no,
            finding_no,
            rows_max,
            wanted.severity_min.map_or(0, Severity::code),
            wanted.threat.as_deref().unwrap_or_default()
        ];
        self.query(&sql, values, told_from)
    }

    /// Messages to an organisation, last told first: those before a place in the order of changes, at most `rows_max`. Each
    /// with that place.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_messages(
        &mut self,
        party_no: i64,
        before_no: Option<i64>,
        rows_max: i64,
    ) -> Result<Vec<ToldMessage>> {
        let sql = format!(
            "{} AND c.change_no < $2 ORDER BY c.change_no DESC LIMIT $3",
            messages()
        );
        let before_no = before_no.unwrap_or(i64::MAX);
        self.query(&sql, values![party_no, before_no, rows_max], message_from)
    }

    /// One message, if it was for the organisation and approved.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_message(
        &mut self,
        party_no: i64,
        notification_no: i64,
    ) -> Result<Option<ToldMessage>> {
        let sql = format!("{} AND c.subject_no = $2", messages());
        self.query_opt(&sql, values![party_no, notification_no], message_from)
    }

    /// One finding, if the organisation was told of it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_finding(&mut self, party_no: i64, finding_no: i64) -> Result<Option<ToldFinding>> {
        // From the lines of the finding, which are few, to the order in which they were told.
        let sql = format!("{} AND l.finding_no = $2", told());
        self.query_opt(&sql, values![party_no, finding_no], told_from)
    }
}

/// Lines told to party `$1`; of each finding the one with the highest number of a message.
fn told() -> String {
    let columns = COLUMNS.map(|column| format!("f.{column}")).join(", ");
    format!(
        "SELECT c.change_no, c.at, n.notification_no, n.tlp, n.severity, l.episode, l.asset_no,
             l.day, l.batch_no, l.line, l.side, l.part, t.slug, f.desk_no, f.threat_no, f.endpoint, f.identifier, {columns}
         FROM party_change c JOIN notification n ON n.notification_no = c.subject_no
         JOIN notification_line l ON l.notification_no = n.notification_no
         JOIN finding f ON f.finding_no = l.finding_no JOIN threat t ON t.threat_no = f.threat_no
         WHERE c.party_no = $1 AND c.kind = 0 AND l.withdrawn IS NULL AND NOT EXISTS (
             SELECT 1 FROM notification_line later
             JOIN notification m ON m.notification_no = later.notification_no
             WHERE later.finding_no = l.finding_no AND later.notification_no > l.notification_no
             AND later.withdrawn IS NULL AND m.recipient_no = $1 AND m.state IN (2, 3, 5))"
    )
}

fn messages() -> String {
    format!(
        "SELECT {NOTIFICATION}, c.change_no, c.at, t.slug FROM party_change c
         JOIN notification n ON n.notification_no = c.subject_no JOIN threat t ON t.threat_no = n.threat_no
         WHERE c.party_no = $1 AND c.kind = 0"
    )
}

fn message_from(row: &Row<'_>) -> Result<ToldMessage> {
    Ok(ToldMessage {
        change_no: row.int(21)?,
        told_at: Timestamp::from_micros(row.int(22)?),
        threat: row.text(23)?,
        notification: notification_from(row)?,
    })
}

fn told_from(row: &Row<'_>) -> Result<ToldFinding> {
    Ok(ToldFinding {
        change_no: row.int(0)?,
        told_at: Timestamp::from_micros(row.int(1)?),
        notification_no: row.int(2)?,
        tlp: row.code(3, "TLP", Tlp::from_code)?,
        severity: row.code(4, "severity", Severity::from_code)?,
        episode: row.int(5)? as i32,
        asset_no: row.opt_int(6)?,
        observation: observation_key_from(row, 7)?,
        threat: row.text(12)?,
        key: FindingKey {
            desk_no: row.int(13)?,
            threat_no: row.int(14)?,
            endpoint: row.bytes(15)?,
            identifier: row.text(16)?,
        },
        row: finding_from(row, 17)?,
    })
}
