//! A finding as an inbox shows it.

use std::collections::BTreeMap;

use model::{
    AnswerStatus, Day, Language, MessageKind, Reader, Relation, Role, RsitType, Severity,
    Timestamp, Tlp,
};

use crate::answer::day_at;
use crate::connection::{Row, Tx, values};
use crate::error::Result;
use crate::finding::{ObservationKey, observation_key_from};

/// Before all sightings: the last one is not known any more.
const NEVER: Timestamp = Timestamp::from_micros(0);

/// Where a row stands in every order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxPlace {
    /// The newest message about it.
    pub notification_no: i64,
    /// The finding.
    pub finding_no: i64,
    /// How severe the message is.
    pub severity: Severity,
    /// When it was seen last; the beginning of time where that is not known any more.
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
            last_seen: NEVER,
            begun: None,
        }
    }

    /// Where it stands in the order of the last sighting, the last one first.
    pub(super) fn seen(&self) -> (Timestamp, i64) {
        (self.last_seen, self.finding_no)
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

/// What is not needed to choose rows is asked last, or for rows that are shown: a page may pass thousands.
///
/// The last sighting shows only where its marking is not stricter than that of the message. Where retention took that one and the one
/// that the message cites, it is not known any more.
pub(super) const ROW: &str = "n.notification_no, l.finding_no, n.severity,
    COALESCE(
        (SELECT o.observed_at FROM observation o WHERE o.received_day = f.last_day AND o.batch_no = f.last_batch
            AND o.line = f.last_line AND o.side = f.last_side AND o.part = f.last_part AND o.tlp <= n.tlp),
        (SELECT o.observed_at FROM observation o WHERE o.received_day = l.day AND o.batch_no = l.batch_no
            AND o.line = l.line AND o.side = l.side AND o.part = l.part), 0),
    l.episode, t.slug, n.tlp, n.role, n.rsit, n.relation, n.language, n.reader, n.created_at,
    f.endpoint, f.identifier, f.address, f.host, l.asset_no, l.network_no,
    COALESCE(a.status, 0), a.until_day, a.assigned_to,
    COALESCE(n.decided_at, n.created_at), l.day, l.batch_no, l.line, l.side, l.part, COALESCE(a.version, 0),
    n.recipient_no, n.kind";

/// What choosing rows needs: the lines of messages.
pub(super) const LINES: &str =
    "notification n JOIN notification_line l ON l.notification_no = n.notification_no";

/// And what was answered about a line.
pub(super) const ANSWERED: &str = "LEFT JOIN answer a ON a.party_no = $1 AND a.finding_no = l.finding_no AND a.episode = l.episode";

impl Tx<'_> {
    /// The rows of these lines (message, finding), in their order.
    pub(super) fn rows_of(&mut self, lines: &[(i64, i64)]) -> Result<Vec<InboxRow>> {
        let (messages, findings): (Vec<i64>, Vec<i64>) = lines.iter().copied().unzip();
        let sql = format!("SELECT {ROW} FROM {}", self.lines_from());
        let rows = self.query(&sql, values![&messages[..], &findings[..]], row_from)?;
        let line = |row: &InboxRow| (row.place.notification_no, row.place.finding_no);
        let mut rows: BTreeMap<_, _> = rows.into_iter().map(|row| (line(&row), row)).collect();
        Ok(lines.iter().filter_map(|line| rows.remove(line)).collect())
    }

    /// Where rows come from. The lines are led by pairs: two sets beside each other would be tried in all combinations.
    fn lines_from(&self) -> String {
        let lines = self.in_pairs("$1", "$2");
        format!(
            "{lines} AS wanted CROSS JOIN notification n CROSS JOIN notification_line l
             LEFT JOIN answer a ON a.party_no = n.recipient_no AND a.finding_no = l.finding_no AND a.episode = l.episode
             CROSS JOIN finding f CROSS JOIN threat t
             WHERE n.notification_no = wanted.first AND l.notification_no = wanted.first AND l.finding_no = wanted.second
                 AND f.finding_no = wanted.second AND t.threat_no = n.threat_no"
        )
    }
}

impl InboxRow {
    /// When the source saw it last. Where that is not known any more, when the message was made: it was seen before.
    #[must_use]
    pub fn last_seen(&self) -> Timestamp {
        match self.place.last_seen {
            NEVER => self.made_at,
            seen => seen,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use crate::connection::values;
    use crate::engine::Store;

    #[test]
    fn rows_of_lines_are_found_by_pairs_each_by_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_embedded(&folder.path().join("seinpost.db")).unwrap();
        store.migrate().unwrap();
        let steps = store.read(|tx| {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT {} FROM {}",
                super::ROW,
                tx.lines_from()
            );
            tx.query(&sql, values![&[1_i64][..], &[1_i64][..]], |row| row.text(3))
        });
        let steps = steps.unwrap();
        let sets: Vec<_> = steps
            .iter()
            .filter(|it| it.contains("VIRTUAL TABLE"))
            .collect();
        assert_eq!(sets, ["SCAN set_1 VIRTUAL TABLE INDEX 1:"], "{steps:?}");
        let walked: Vec<_> = steps.iter().filter(|it| it.starts_with("SCAN")).collect();
        assert_eq!(walked, sets, "{steps:?}");
    }
}
