//! The findings that an organisation was told of, as its inbox shows them: one row a finding, by the newest message.
//!
//! Nothing is written for an inbox while findings come in: it is what the messages hold. A message that was not approved,
//! or that somebody withheld, told nothing.

use model::{
    AnswerStatus, Day, Language, Reader, Relation, Role, RsitType, Severity, Timestamp, Tlp,
};

use crate::answer::day_at;
use crate::connection::{Row, Tx, Value, values};
use crate::error::Result;
use crate::finding::{ObservationKey, observation_key_from};
use crate::notification::{NOTIFICATION, Notification, notification_from};

/// Which answers an inbox shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatusChoice {
    /// Those about which something is still to be done.
    #[default]
    Open,
    /// All.
    All,
    /// One.
    Only(AnswerStatus),
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InboxOrder {
    /// The newest message first.
    #[default]
    Newest,
    /// The most severe first.
    Severity,
    /// What was seen last first, among the [`SEEN_ORDER_MAX`] newest lines.
    LastSeen,
}

/// Lines that are put in the order of their last sighting. There is no index for that order: a sighting would have to keep it.
pub const SEEN_ORDER_MAX: i64 = 1_000;

/// What an inbox is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxQuery {
    /// Whose inbox.
    pub party_no: i64,
    /// Nothing that is marked more strictly is shown.
    pub tlp_max: Tlp,
    /// Today, for risks that were accepted until a day.
    pub today: Day,
    /// Which answers.
    pub status: StatusChoice,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// In this role.
    pub role: Option<Role>,
    /// About this threat.
    pub threat_no: Option<i64>,
    /// This finding.
    pub finding_no: Option<i64>,
    /// Lines of this message, also where a newer one tells of the same finding.
    pub notification_no: Option<i64>,
    /// Through assets of this group.
    pub group_no: Option<i64>,
    /// On which this person works.
    pub assigned_to: Option<i64>,
    /// In which order.
    pub order: InboxOrder,
    /// After this row.
    pub after: Option<InboxPlace>,
}

impl InboxQuery {
    /// All that an organisation was told up to a marking, newest first.
    #[must_use]
    pub fn whole(party_no: i64, tlp_max: Tlp, today: Day) -> Self {
        Self {
            party_no,
            tlp_max,
            today,
            status: StatusChoice::All,
            severity: None,
            role: None,
            threat_no: None,
            finding_no: None,
            notification_no: None,
            group_no: None,
            assigned_to: None,
            order: InboxOrder::Newest,
            after: None,
        }
    }
}

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
}

/// A finding in an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Where it stands.
    pub place: InboxPlace,
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
    /// When the message was made.
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
}

/// A sighting that an organisation was told of, or may know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldSighting {
    /// Where it stands.
    pub key: ObservationKey,
    /// When the source saw it.
    pub observed_at: Timestamp,
    /// When its delivery came.
    pub received_at: Timestamp,
    /// Its marking.
    pub tlp: Tlp,
    /// What the source said of it: a JSON object, or nothing.
    pub evidence: String,
}

/// A line counts when its message was approved or went further, and was not withheld: [`Notification::is_told`]. In these
/// words, as the partial indexes have it.
///
/// [`Notification::is_told`]: crate::Notification::is_told
const TOLD: &str = "n.state IN (2, 3, 5)";

/// No newer message that may be shown tells of the finding. The cross join keeps the order on the embedded engine: few
/// messages are about a finding, many are for a recipient. A value instead of `NOT EXISTS` keeps PostgreSQL from joining all
/// lines of a large recipient before it sorts them and takes a page.
const NEWEST: &str = " AND COALESCE((
    SELECT 1 FROM notification_line m CROSS JOIN notification k
    WHERE k.notification_no = m.notification_no AND m.finding_no = l.finding_no
        AND m.notification_no > l.notification_no AND m.withdrawn IS NULL
        AND k.recipient_no = $1 AND k.state IN (2, 3, 5) AND k.tlp <= $2 LIMIT 1), 0) <> 1";

/// The last sighting shows only where its marking is not stricter than that of the message.
const ROW: &str = "n.notification_no, l.finding_no, n.severity,
    COALESCE(CASE WHEN o.tlp <= n.tlp THEN o.observed_at END, c.observed_at, n.created_at) AS last_seen,
    l.episode, t.slug, n.tlp, n.role, n.rsit, n.relation, n.language, n.reader, n.created_at,
    f.endpoint, f.identifier, f.address, f.host, l.asset_no, l.network_no,
    COALESCE(a.status, 0), a.until_day, a.assigned_to, COALESCE(a.version, 0)
    FROM notification n
    JOIN notification_line l ON l.notification_no = n.notification_no
    JOIN finding f ON f.finding_no = l.finding_no
    JOIN threat t ON t.threat_no = n.threat_no
    LEFT JOIN observation c ON c.received_day = l.day AND c.batch_no = l.batch_no AND c.line = l.line
        AND c.side = l.side AND c.part = l.part
    LEFT JOIN observation o ON o.received_day = f.last_day AND o.batch_no = f.last_batch AND o.line = f.last_line
        AND o.side = f.last_side AND o.part = f.last_part
    LEFT JOIN answer a ON a.party_no = $1 AND a.finding_no = l.finding_no AND a.episode = l.episode";

impl Tx<'_> {
    /// A page of an inbox: at most `rows_max` rows after `query.after`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox(&mut self, query: &InboxQuery, rows_max: i64) -> Result<Vec<InboxRow>> {
        let mut asked = conditions(query);
        let sql = match query.order {
            InboxOrder::Newest => {
                if let Some(after) = &query.after {
                    let (no, finding) = (
                        asked.add(after.notification_no),
                        asked.add(after.finding_no),
                    );
                    asked.sql += &format!(
                        " AND n.notification_no <= {no} AND (n.notification_no < {no} OR l.finding_no < {finding})"
                    );
                }
                let rows = asked.add(rows_max);
                format!(
                    "SELECT {ROW} WHERE {} ORDER BY n.notification_no DESC, l.finding_no DESC LIMIT {rows}",
                    asked.sql
                )
            }
            InboxOrder::Severity => {
                if let Some(after) = &query.after {
                    let severity = asked.add(after.severity.code());
                    let (no, finding) = (
                        asked.add(after.notification_no),
                        asked.add(after.finding_no),
                    );
                    asked.sql += &format!(
                        " AND n.severity <= {severity} AND (n.severity < {severity} OR n.notification_no < {no}
                         OR n.notification_no = {no} AND l.finding_no < {finding})"
                    );
                }
                let rows = asked.add(rows_max);
                format!(
                    "SELECT {ROW} WHERE {}
                     ORDER BY n.severity DESC, n.notification_no DESC, l.finding_no DESC LIMIT {rows}",
                    asked.sql
                )
            }
            InboxOrder::LastSeen => {
                let mut later = String::new();
                if let Some(after) = &query.after {
                    let (seen, finding) = (
                        asked.add(after.last_seen.micros()),
                        asked.add(after.finding_no),
                    );
                    later = format!(
                        "WHERE last_seen <= {seen} AND (last_seen < {seen} OR finding_no < {finding})"
                    );
                }
                let rows = asked.add(rows_max);
                format!(
                    "SELECT * FROM (SELECT {ROW} WHERE {} ORDER BY n.notification_no DESC LIMIT {SEEN_ORDER_MAX}) AS newest
                     {later} ORDER BY last_seen DESC, finding_no DESC LIMIT {rows}",
                    asked.sql
                )
            }
        };
        self.query(&sql, &asked.values, row_from)
    }

    /// One finding of an inbox.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_row(&mut self, query: &InboxQuery, finding_no: i64) -> Result<Option<InboxRow>> {
        let query = InboxQuery {
            finding_no: Some(finding_no),
            ..query.clone()
        };
        Ok(self.inbox(&query, 1)?.pop())
    }

    /// How many findings an inbox has, counted up to `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_count(&mut self, query: &InboxQuery, rows_max: i64) -> Result<i64> {
        let mut asked = conditions(query);
        let rows = asked.add(rows_max);
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {COUNTED} WHERE {} LIMIT {rows}) AS counted",
            asked.sql
        );
        self.query_int(&sql, &asked.values)
    }

    /// How many of the newest `rows_max` findings of an inbox are about which threat, the most first: slug, number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn inbox_threats(
        &mut self,
        query: &InboxQuery,
        rows_max: i64,
    ) -> Result<Vec<(String, i64)>> {
        let mut asked = conditions(query);
        let rows = asked.add(rows_max);
        let sql = format!(
            "SELECT t.slug, COUNT(*) FROM (SELECT n.threat_no FROM {COUNTED} WHERE {}
                 ORDER BY n.notification_no DESC LIMIT {rows}) AS newest
             JOIN threat t ON t.threat_no = newest.threat_no GROUP BY t.slug ORDER BY COUNT(*) DESC, t.slug",
            asked.sql
        );
        self.query(&sql, &asked.values, |row| Ok((row.text(0)?, row.int(1)?)))
    }

    /// The number of a threat that some finding is about.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn known_threat_no(&mut self, slug: &str) -> Result<Option<i64>> {
        let sql = "SELECT threat_no FROM threat WHERE slug = $1";
        self.query_opt(sql, values![slug], |row| row.int(0))
    }

    /// Messages that a recipient was told since a moment, newest first, at most `messages_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn messages_since(
        &mut self,
        party_no: i64,
        since: Timestamp,
        messages_max: i64,
    ) -> Result<Vec<Notification>> {
        let sql = format!(
            "{NOTIFICATION} WHERE recipient_no = $1 AND state IN (2, 3, 5) AND created_at >= $2
             ORDER BY notification_no DESC LIMIT $3"
        );
        let values = values![party_no, since.micros(), messages_max];
        self.query(&sql, values, notification_from)
    }

    /// Sightings of a finding that messages to this recipient cite, and the last one as far as its marking allows; newest
    /// first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn told_sightings(
        &mut self,
        party_no: i64,
        finding_no: i64,
        tlp_max: Tlp,
    ) -> Result<Vec<ToldSighting>> {
        let sql = format!(
            "SELECT o.received_day, o.batch_no, o.line, o.side, o.part, o.observed_at, b.received_at, o.tlp, o.evidence
             FROM (SELECT l.day, l.batch_no, l.line, l.side, l.part
                   FROM notification_line l JOIN notification n ON n.notification_no = l.notification_no
                   WHERE l.finding_no = $2 AND n.recipient_no = $1 AND {TOLD} AND l.withdrawn IS NULL
                   UNION SELECT last_day, last_batch, last_line, last_side, last_part FROM finding WHERE finding_no = $2) k
             JOIN observation o ON o.received_day = k.day AND o.batch_no = k.batch_no AND o.line = k.line
                 AND o.side = k.side AND o.part = k.part
             JOIN batch b ON b.batch_no = o.batch_no
             WHERE o.tlp <= $3 ORDER BY o.observed_at DESC, o.batch_no DESC, o.line DESC"
        );
        self.query(&sql, values![party_no, finding_no, tlp_max.code()], |row| {
            Ok(ToldSighting {
                key: observation_key_from(row, 0)?,
                observed_at: Timestamp::from_micros(row.int(5)?),
                received_at: Timestamp::from_micros(row.int(6)?),
                tlp: row.code(7, "TLP", Tlp::from_code)?,
                evidence: row.text(8)?,
            })
        })
    }
}

/// What counting needs of the tables of [`ROW`].
const COUNTED: &str = "notification n
    JOIN notification_line l ON l.notification_no = n.notification_no
    LEFT JOIN answer a ON a.party_no = $1 AND a.finding_no = l.finding_no AND a.episode = l.episode";

/// Conditions with their values.
struct Asked {
    sql: String,
    values: Vec<Value<'static>>,
}

impl Asked {
    /// The placeholder of a value.
    fn add(&mut self, value: impl Into<Value<'static>>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

fn conditions(query: &InboxQuery) -> Asked {
    let is_of_answers = match query.status {
        StatusChoice::Only(status) => status != AnswerStatus::New,
        StatusChoice::Open | StatusChoice::All => false,
    };
    let is_of_few = is_of_answers || query.assigned_to.is_some() || query.finding_no.is_some();
    // The sign makes the index of messages useless: where few findings are asked for, they come first.
    let recipient = match is_of_few {
        true => "+n.recipient_no",
        false => "n.recipient_no",
    };
    let mut asked = Asked {
        sql: format!("{recipient} = $1 AND {TOLD} AND l.withdrawn IS NULL AND n.tlp <= $2"),
        values: vec![query.party_no.into(), query.tlp_max.code().into()],
    };
    match query.notification_no {
        Some(notification_no) => {
            let number = asked.add(notification_no);
            asked.sql += &format!(" AND n.notification_no = {number}");
        }
        None => asked.sql += NEWEST,
    }
    match query.status {
        StatusChoice::All => {}
        StatusChoice::Open => {
            let today = asked.add(query.today.days());
            asked.sql += &format!(
                " AND (COALESCE(a.status, 0) IN (0, 1, 2, 8, 9) OR a.status = 5 AND a.until_day <= {today})"
            );
        }
        StatusChoice::Only(AnswerStatus::New) => asked.sql += " AND COALESCE(a.status, 0) = 0",
        StatusChoice::Only(status) => {
            let status = asked.add(status.code());
            asked.sql += &format!(" AND a.status = {status}");
        }
    }
    if let Some(group_no) = query.group_no {
        let group = asked.add(group_no);
        asked.sql += &format!(
            " AND l.asset_no IN (SELECT d.asset_no FROM asset_detail d WHERE d.group_no = {group} AND d.party_no = $1)"
        );
    }
    let only = [
        ("n.severity", query.severity.map(|it| it.code().into())),
        ("n.role", query.role.map(|it| it.code().into())),
        ("n.threat_no", query.threat_no.map(Value::from)),
        ("l.finding_no", query.finding_no.map(Value::from)),
        ("a.assigned_to", query.assigned_to.map(Value::from)),
    ];
    for (column, value) in only {
        if let Some(value) = value {
            let place = asked.add(value);
            asked.sql += &format!(" AND {column} = {place}");
        }
    }
    asked
}

fn row_from(row: &Row<'_>) -> Result<InboxRow> {
    Ok(InboxRow {
        place: InboxPlace {
            notification_no: row.int(0)?,
            finding_no: row.int(1)?,
            severity: row.code(2, "severity", Severity::from_code)?,
            last_seen: Timestamp::from_micros(row.int(3)?),
        },
        episode: row.int(4)? as i32,
        threat: row.text(5)?,
        tlp: row.code(6, "TLP", Tlp::from_code)?,
        role: row.code(7, "role", Role::from_code)?,
        rsit: row.code(8, "RSIT type", RsitType::from_code)?,
        relation: row.code(9, "relation", Relation::from_code)?,
        language: row.code(10, "language", Language::from_code)?,
        reader: row.code(11, "reader", Reader::from_code)?,
        told_at: Timestamp::from_micros(row.int(12)?),
        endpoint: row.bytes(13)?,
        identifier: row.text(14)?,
        address: row.opt_bytes(15)?,
        host: row.opt_text(16)?,
        asset_no: row.opt_int(17)?,
        network_no: row.opt_int(18)?,
        status: row.code(19, "status of an answer", AnswerStatus::from_code)?,
        until: day_at(row, 20)?,
        assigned_to: row.opt_int(21)?,
        version: row.int(22)?,
    })
}
