//! Rows with the names that people know, streamed: for exports and lists, not for stages.

use model::AssetValue;

use crate::connection::Tx;
use crate::error::Result;
use crate::finding::{COLUMNS, FindingKey, FindingRow, finding_from};
use crate::notification::{NOTIFICATION, Notification, notification_from};
use crate::party::asset_value;

/// A finding with the names behind its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFinding {
    /// Name of its desk.
    pub desk: String,
    /// Slug of its threat.
    pub threat: String,
    /// What makes it unique.
    pub key: FindingKey,
    /// The rest.
    pub row: FindingRow,
}

/// A match with its asset, its owner and its finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMatch {
    /// Key by which files name the owner.
    pub organisation: String,
    /// The asset.
    pub asset: AssetValue,
    /// The asset as the file wrote it.
    pub given: String,
    /// 1 is the most specific of its dimension.
    pub rank: i64,
    /// Where it was seen: `Endpoint::write_key`.
    pub endpoint: Vec<u8>,
    /// The finding.
    pub finding: FindingRow,
}

/// A notification with the names behind its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNotification {
    /// Key by which files name the recipient; `abuse:` and a mailbox for the holder of a network.
    pub organisation: String,
    /// Name of the recipient.
    pub recipient: String,
    /// Slug of its threat.
    pub threat: String,
    /// The rest.
    pub notification: Notification,
}

impl Tx<'_> {
    /// Gives every finding, in the order in which they were opened.
    ///
    /// # Errors
    /// When the engine fails, or `take` does.
    pub fn each_named_finding(
        &mut self,
        mut take: impl FnMut(NamedFinding) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT d.name, t.slug, f.desk_no, f.threat_no, f.endpoint, f.identifier, {} FROM finding f
             JOIN desk d ON d.desk_no = f.desk_no JOIN threat t ON t.threat_no = f.threat_no ORDER BY f.finding_no",
            columns_of("f")
        );
        self.for_each(&sql, &[], |row| {
            take(NamedFinding {
                desk: row.text(0)?,
                threat: row.text(1)?,
                key: FindingKey {
                    desk_no: row.int(2)?,
                    threat_no: row.int(3)?,
                    endpoint: row.bytes(4)?,
                    identifier: row.text(5)?,
                },
                row: finding_from(row, 6)?,
            })
        })
    }

    /// Gives every match, by finding, dimension and rank.
    ///
    /// # Errors
    /// When the engine fails, or `take` does.
    pub fn each_named_match(
        &mut self,
        mut take: impl FnMut(NamedMatch) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT p.reference, a.kind, a.value, a.given, m.rank, f.endpoint, {} FROM finding_match m
             JOIN finding f ON f.finding_no = m.finding_no JOIN asset a ON a.asset_no = m.asset_no
             JOIN party p ON p.party_no = a.party_no ORDER BY m.finding_no, m.dimension, m.rank, m.asset_no",
            columns_of("f")
        );
        self.for_each(&sql, &[], |row| {
            take(NamedMatch {
                organisation: row.text(0)?,
                asset: asset_value(row, 1, 2)?,
                given: row.text(3)?,
                rank: row.int(4)?,
                endpoint: row.bytes(5)?,
                finding: finding_from(row, 6)?,
            })
        })
    }

    /// Gives every notification, in ascending number.
    ///
    /// # Errors
    /// When the engine fails, or `take` does.
    pub fn each_named_notification(
        &mut self,
        mut take: impl FnMut(NamedNotification) -> Result<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT {NOTIFICATION}, p.reference, p.name, t.slug FROM notification n
             JOIN party p ON p.party_no = n.recipient_no JOIN threat t ON t.threat_no = n.threat_no
             ORDER BY n.notification_no"
        );
        self.for_each(&sql, &[], |row| {
            take(NamedNotification {
                organisation: row.text(22)?,
                recipient: row.text(23)?,
                threat: row.text(24)?,
                notification: notification_from(row)?,
            })
        })
    }
}

/// Columns of a finding in a statement that knows it by `alias`.
fn columns_of(alias: &str) -> String {
    COLUMNS.map(|column| format!("{alias}.{column}")).join(", ")
}
