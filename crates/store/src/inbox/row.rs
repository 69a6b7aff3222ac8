//! A finding as an inbox shows it.

use model::{
    AnswerStatus, Day, Language, MessageKind, Reader, Relation, Role, RsitType, Severity,
    Timestamp, Tlp,
};

use crate::answer::day_at;
use crate::connection::Row;
use crate::error::Result;
use crate::finding::{ObservationKey, observation_key_from};

/// Where a row stands in every order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxPlace {
    /// The newest message about it.
    pub notification_no: i64,
    /// The finding.
    pub finding_no: i64,
    /// How severe the message is.
    pub severity: Severity,
    /// When it was seen last.
    pub last_seen: Timestamp,
    /// In the order of the last sighting: message and finding behind which the block of lines begins that it stands in. `None`:
    /// the first block, or another order.
    pub begun: Option<(i64, i64)>,
}

impl InboxPlace {
    /// Behind a line, in an order of messages.
    pub(super) fn behind((notification_no, finding_no): (i64, i64), severity: Severity) -> Self {
        Self {
            notification_no,
            finding_no,
            severity,
            // Of no weight in an order of messages.
            last_seen: Timestamp::from_micros(0),
            begun: None,
        }
    }

    /// Whether it is the beginning of its block, and no row of it.
    pub(super) fn is_begin_of_block(&self) -> bool {
        self.begun == Some((self.notification_no, self.finding_no))
    }
}

/// A finding in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Where it stands.
    pub place: InboxPlace,
    /// Whose inbox it is.
    pub recipient_no: i64,
    /// The episode that was told.
    pub episode: i32,
    /// Slug of the threat.
    pub threat: String,
    /// Marking of the message.
    pub tlp: Tlp,
    /// Target or victim.
    pub role: Role,
    /// Class and type.
    pub rsit: RsitType,
    /// Why the organisation was told.
    pub relation: Relation,
    /// Language of the message.
    pub language: Language,
    /// Reader of the message.
    pub reader: Reader,
    /// Whether the message was mailed, or why not.
    pub kind: MessageKind,
    /// When the message was made.
    pub made_at: Timestamp,
    /// When it was decided to tell.
    pub told_at: Timestamp,
    /// `Endpoint::write_key`.
    pub endpoint: Vec<u8>,
    /// CVE, family or account; empty when there is none.
    pub identifier: String,
    /// Address evidence where the endpoint is a name.
    pub address: Option<Vec<u8>>,
    /// Name evidence where the endpoint is an address.
    pub host: Option<String>,
    /// The asset through which it concerns the organisation.
    pub asset_no: Option<i64>,
    /// Or the network that it runs.
    pub network_no: Option<i64>,
    /// How far the organisation is with this episode.
    pub status: AnswerStatus,
    /// Until when a risk is accepted.
    pub until: Option<Day>,
    /// The person who works on it.
    pub assigned_to: Option<i64>,
    /// Counts changes of the answer about this episode; 0 while there is none.
    pub version: i64,
    /// The observation that the message cites.
    pub cited: ObservationKey,
}

/// When the source saw it last, of a message `n`, its line `l` and finding `f`. The last sighting shows only where its marking is
/// not stricter than that of the message.
macro_rules! last_seen {
    () => {
        "COALESCE(
        (SELECT o.observed_at FROM observation o WHERE o.received_day = f.last_day AND o.batch_no = f.last_batch
            AND o.line = f.last_line AND o.side = f.last_side AND o.part = f.last_part AND o.tlp <= n.tlp),
        (SELECT o.observed_at FROM observation o WHERE o.received_day = l.day AND o.batch_no = l.batch_no
            AND o.line = l.line AND o.side = l.side AND o.part = l.part),
        n.created_at) AS last_seen"
    };
}

/// As in a row.
pub(super) const LAST_SEEN: &str = last_seen!();

/// What is not needed to choose rows is asked last, or for rows that are shown: a page may pass thousands.
pub(super) const ROW: &str = concat!(
    "n.notification_no, l.finding_no, n.severity, ",
    last_seen!(),
    ",
    l.episode, t.slug, n.tlp, n.role, n.rsit, n.relation, n.language, n.reader, n.created_at,
    f.endpoint, f.identifier, f.address, f.host, l.asset_no, l.network_no,
    COALESCE(a.status, 0), a.until_day, a.assigned_to,
    COALESCE(n.decided_at, n.created_at), l.day, l.batch_no, l.line, l.side, l.part, COALESCE(a.version, 0),
    n.recipient_no, n.kind"
);

/// Where a row comes from.
pub(super) const ROW_FROM: &str = "notification n
    JOIN notification_line l ON l.notification_no = n.notification_no
    LEFT JOIN answer a ON a.party_no = n.recipient_no AND a.finding_no = l.finding_no AND a.episode = l.episode
    JOIN finding f ON f.finding_no = l.finding_no
    JOIN threat t ON t.threat_no = n.threat_no";

/// Of its tables what choosing rows needs: the lines of messages.
pub(super) const LINES: &str =
    "notification n JOIN notification_line l ON l.notification_no = n.notification_no";

/// And what was answered about a line.
pub(super) const ANSWERED: &str = "LEFT JOIN answer a ON a.party_no = $1 AND a.finding_no = l.finding_no AND a.episode = l.episode";

pub(super) fn row_from(row: &Row<'_>) -> Result<InboxRow> {
    Ok(InboxRow {
        place: InboxPlace {
            notification_no: row.int(0)?,
            finding_no: row.int(1)?,
            severity: row.code(2, "severity", Severity::from_code)?,
            last_seen: Timestamp::from_micros(row.int(3)?),
            begun: None,
        },
        episode: row.int(4)? as i32,
        threat: row.text(5)?,
        tlp: row.code(6, "TLP", Tlp::from_code)?,
        role: row.code(7, "role", Role::from_code)?,
        rsit: row.code(8, "RSIT type", RsitType::from_code)?,
        relation: row.code(9, "relation", Relation::from_code)?,
        language: row.code(10, "language", Language::from_code)?,
        reader: row.code(11, "reader", Reader::from_code)?,
        made_at: Timestamp::from_micros(row.int(12)?),
        told_at: Timestamp::from_micros(row.int(22)?),
        endpoint: row.bytes(13)?,
        identifier: row.text(14)?,
        address: row.opt_bytes(15)?,
        host: row.opt_text(16)?,
        asset_no: row.opt_int(17)?,
        network_no: row.opt_int(18)?,
        status: row.code(19, "status of an answer", AnswerStatus::from_code)?,
        until: day_at(row, 20)?,
        assigned_to: row.opt_int(21)?,
        cited: observation_key_from(row, 23)?,
        version: row.int(28)?,
        recipient_no: row.int(29)?,
        kind: row.code(30, "kind of message", MessageKind::from_code)?,
    })
}
