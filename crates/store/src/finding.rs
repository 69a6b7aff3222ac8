//! Findings, their observations, matches and events.
//!
//! The columns of a finding are listed once, in [`COLUMNS`]; reading, inserting and updating follow that list.

use std::borrow::Cow;
use std::fmt::Write;

use model::{Role, RsitType, Severity, Side, Timestamp, Tlp};

use crate::connection::{Row, Tx, Value, values};
use crate::error::Result;

/// What makes a finding unique, in the order of its tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingKey {
    /// Whose work it is.
    pub desk_no: i64,
    /// The catalogue entry.
    pub threat_no: i64,
    /// `Endpoint::write_key`.
    pub endpoint: Vec<u8>,
    /// CVE, family or account; empty when there is none.
    pub identifier: String,
}

/// Where an observation stands: the key of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservationKey {
    /// Day on which the batch was received.
    pub day: i32,
    /// Batch.
    pub batch_no: i64,
    /// Line of the delivery.
    pub line: i64,
    /// Which address of the row.
    pub side: Side,
    /// Which identifier of the row.
    pub part: u8,
}

/// A finding without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRow {
    /// Internal number.
    pub finding_no: i64,
    /// Target or victim.
    pub role: Role,
    /// Class and type.
    pub rsit: RsitType,
    /// Of the latest observation.
    pub severity: Severity,
    /// Earliest observation.
    pub first_seen: Timestamp,
    /// Latest observation.
    pub last_seen: Timestamp,
    /// Observations so far.
    pub times_seen: i64,
    /// Counts from 1; a higher one is "again visible".
    pub episode: i32,
    /// Address evidence where the endpoint is a name, as bytes of the address.
    pub address: Option<Vec<u8>>,
    /// Name evidence where the endpoint is an address.
    pub host: Option<String>,
    /// AS number that the report gave.
    pub asn: Option<i64>,
    /// Of the latest observation, so that a resent row is known.
    pub last_fingerprint: i64,
    /// The latest observation.
    pub last: ObservationKey,
    /// Of the assets that it matched; 0 when none.
    pub match_digest: i64,
    /// Least restricted marking with which the episode was routed.
    pub routed_tlp: Tlp,
    /// A sighting from this moment on is told again.
    pub tell_again_at: Timestamp,
}

/// Columns of [`FindingRow`] in order.
pub(crate) const COLUMNS: [&str; 20] = [
    "finding_no",
    "role",
    "rsit",
    "severity",
    "first_seen",
    "last_seen",
    "times_seen",
    "episode",
    "address",
    "host",
    "asn",
    "last_fingerprint",
    "last_day",
    "last_batch",
    "last_line",
    "last_side",
    "last_part",
    "match_digest",
    "routed_tlp",
    "tell_again_at",
];

/// The last columns of [`COLUMNS`], those that a later sighting changes.
pub(crate) const CHANGEABLE: [&str; 17] = [
    "severity",
    "first_seen",
    "last_seen",
    "times_seen",
    "episode",
    "address",
    "host",
    "asn",
    "last_fingerprint",
    "last_day",
    "last_batch",
    "last_line",
    "last_side",
    "last_part",
    "match_digest",
    "routed_tlp",
    "tell_again_at",
];

/// Values of [`COLUMNS`].
pub(crate) fn finding_values<'v>(finding: &'v FindingRow, row: &mut Vec<Value<'v>>) {
    row.extend_from_slice(values![
        finding.finding_no,
        finding.role.code(),
        finding.rsit.code(),
        finding.severity.code(),
        finding.first_seen.micros(),
        finding.last_seen.micros(),
        finding.times_seen,
        finding.episode,
        finding.address.as_deref(),
        finding.host.as_deref(),
        finding.asn,
        finding.last_fingerprint,
        finding.last.day,
        finding.last.batch_no,
        finding.last.line,
        finding.last.side.code(),
        i16::from(finding.last.part),
        finding.match_digest,
        finding.routed_tlp.code(),
        finding.tell_again_at.micros(),
    ]);
}

/// Reads [`COLUMNS`] that begin at column `at`.
pub(crate) fn finding_from(row: &Row<'_>, at: usize) -> Result<FindingRow> {
    Ok(FindingRow {
        finding_no: row.int(at)?,
        role: row.code(at + 1, "role", Role::from_code)?,
        rsit: row.code(at + 2, "RSIT type", RsitType::from_code)?,
        severity: row.code(at + 3, "severity", Severity::from_code)?,
        first_seen: Timestamp::from_micros(row.int(at + 4)?),
        last_seen: Timestamp::from_micros(row.int(at + 5)?),
        times_seen: row.int(at + 6)?,
        episode: row.int(at + 7)? as i32,
        address: row.opt_bytes(at + 8)?,
        host: row.opt_text(at + 9)?,
        asn: row.opt_int(at + 10)?,
        last_fingerprint: row.int(at + 11)?,
        last: observation_key_from(row, at + 12)?,
        match_digest: row.int(at + 17)?,
        routed_tlp: row.code(at + 18, "TLP", Tlp::from_code)?,
        tell_again_at: Timestamp::from_micros(row.int(at + 19)?),
    })
}

/// Reads day, batch, line, side and part that begin at column `at`.
pub(crate) fn observation_key_from(row: &Row<'_>, at: usize) -> Result<ObservationKey> {
    Ok(ObservationKey {
        day: row.int(at)? as i32,
        batch_no: row.int(at + 1)?,
        line: row.int(at + 2)?,
        side: row.code(at + 3, "side", Side::from_code)?,
        part: row.int(at + 4)? as u8,
    })
}

/// An observation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservationRow<'e> {
    /// Where it stands.
    pub key: ObservationKey,
    /// What it belongs to.
    pub finding_no: i64,
    /// When the source saw it.
    pub observed_at: Timestamp,
    /// How severe the source calls it.
    pub severity: Severity,
    /// Who may know of it.
    pub tlp: Tlp,
    /// Source port of an event.
    pub port: Option<u16>,
    /// Transport protocol number.
    pub transport: Option<i16>,
    /// The other side of an event, as bytes of the address.
    pub peer_address: Option<Vec<u8>>,
    /// Port of the other side.
    pub peer_port: Option<u16>,
    /// JSON object of chosen and unknown columns; empty when there are none.
    pub evidence: Cow<'e, str>,
}

/// A finding to be inserted, with its matches.
pub type NewFinding<'f> = (&'f FindingKey, &'f FindingRow, &'f [MatchRow]);

/// A finding is in an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchRow {
    /// The finding.
    pub finding_no: i64,
    /// The asset.
    pub asset_no: i64,
    /// 0 address, 1 name, 2 AS number.
    pub dimension: i16,
    /// 1 is the most specific of its dimension.
    pub rank: i16,
    /// First day on which the asset was held, when the match was made.
    pub valid_from: Option<i32>,
    /// First day on which it was no longer held.
    pub valid_until: Option<i32>,
    /// Version of the register that decided.
    pub register_version: i64,
}

model::vocabulary! {
    /// What happened to a finding after it was opened.
    pub enum FindingEventKind: "finding event" {
        /// It was seen again after it had been gone: a new episode.
        Back = 0 => "again-visible",
        /// Its owners changed, because the register or the name changed.
        OwnersChanged = 1 => "owners-changed",
        /// A person decided about it.
        Decided = 2 => "decided",
    }
}

/// An event of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingEvent {
    /// The finding.
    pub finding_no: i64,
    /// When it was decided.
    pub at: Timestamp,
    /// What happened.
    pub kind: FindingEventKind,
    /// In which episode.
    pub episode: i32,
    /// Through which batch, if any.
    pub batch_no: Option<i64>,
    /// Who: a stage or a person.
    pub actor: String,
    /// For people.
    pub text: String,
}

impl Tx<'_> {
    /// The short number of a threat, made at first use.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn threat_no(&mut self, slug: &str) -> Result<i64> {
        let known = self.query_opt(
            "SELECT threat_no FROM threat WHERE slug = $1",
            values![slug],
            |row| row.int(0),
        )?;
        match known {
            Some(number) => Ok(number),
            None => self.query_int(
                "INSERT INTO threat (slug) VALUES ($1) ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug
                 RETURNING threat_no",
                values![slug],
            ),
        }
    }

    /// Inserts findings with their matches. Their keys must be new; a key that another worker made meanwhile is a conflict.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn insert_findings(&mut self, findings: &[NewFinding<'_>]) -> Result<()> {
        self.changes_findings |= !findings.is_empty();
        let columns = [
            &["desk_no", "threat_no", "endpoint", "identifier"][..],
            &COLUMNS[..],
            &["matches", "matched_with"],
        ]
        .concat();
        let texts = MatchTexts::of(findings.iter().map(|(.., matches)| *matches));
        let rows: Vec<_> = findings.iter().zip(texts.iter()).collect();
        self.insert_all(
            "finding",
            &columns,
            &rows,
            |((key, finding, matches), text), row| {
                row.extend_from_slice(values![
                    key.desk_no,
                    key.threat_no,
                    &key.endpoint[..],
                    &key.identifier
                ]);
                finding_values(finding, row);
                row.extend_from_slice(values![*text, matched_with(matches)]);
            },
        )?;
        self.insert_keys(
            findings
                .iter()
                .map(|(key, finding, _)| (*key, finding.finding_no)),
        )
    }

    /// Inserts observations, in ascending key.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn insert_observations(&mut self, observations: &[ObservationRow<'_>]) -> Result<()> {
        for of_day in observations.chunk_by(|a, b| a.key.day == b.key.day) {
            self.prepare_day(of_day[0].key.day)?;
        }
        let columns = [
            "received_day",
            "batch_no",
            "line",
            "side",
            "part",
            "finding_no",
            "observed_at",
            "severity",
            "tlp",
            "port",
            "transport",
            "peer_address",
            "peer_port",
            "evidence",
        ];
        self.insert_all("observation", &columns, observations, |seen, row| {
            row.extend_from_slice(values![
                seen.key.day,
                seen.key.batch_no,
                seen.key.line,
                seen.key.side.code(),
                i16::from(seen.key.part),
                seen.finding_no,
                seen.observed_at.micros(),
                seen.severity.code(),
                seen.tlp.code(),
                seen.port.map(i32::from),
                seen.transport,
                seen.peer_address.as_deref(),
                seen.peer_port.map(i32::from),
                &*seen.evidence,
            ]);
        })
    }

    /// Replaces the matches of findings that exist, by number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn put_matches(&mut self, replaced: &[(i64, &[MatchRow])]) -> Result<()> {
        if replaced.is_empty() {
            return Ok(());
        }
        let texts = MatchTexts::of(replaced.iter().map(|(_, matches)| *matches));
        let rows: Vec<MatchesOf<'_>> = replaced
            .iter()
            .zip(texts.iter())
            .map(|((finding_no, matches), text)| (*finding_no, text, matched_with(matches)))
            .collect();
        self.update_matches(&rows)
    }

    /// Adds events.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn add_finding_events(&mut self, events: &[FindingEvent]) -> Result<()> {
        let columns = [
            "finding_no",
            "at",
            "kind",
            "episode",
            "batch_no",
            "actor",
            "text",
        ];
        self.insert_all("finding_event", &columns, events, |event, row| {
            row.extend_from_slice(values![
                event.finding_no,
                event.at.micros(),
                event.kind.code(),
                event.episode,
                event.batch_no,
                &event.actor,
                &event.text
            ]);
        })
    }

    /// What happened to a finding, oldest first.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn finding_events(&mut self, finding_no: i64) -> Result<Vec<FindingEvent>> {
        let sql = "SELECT finding_no, at, kind, episode, batch_no, actor, text FROM finding_event
                   WHERE finding_no = $1 ORDER BY event_no";
        self.query(sql, values![finding_no], |row| {
            Ok(FindingEvent {
                finding_no: row.int(0)?,
                at: Timestamp::from_micros(row.int(1)?),
                kind: row.code(2, "finding event", FindingEventKind::from_code)?,
                episode: row.int(3)? as i32,
                batch_no: row.opt_int(4)?,
                actor: row.text(5)?,
                text: row.text(6)?,
            })
        })
    }

    /// Findings with a number from `from_no` on, ascending, at most `rows_max`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_from(
        &mut self,
        from_no: i64,
        rows_max: i64,
    ) -> Result<Vec<(FindingKey, FindingRow)>> {
        let sql = format!(
            "SELECT desk_no, threat_no, endpoint, identifier, {} FROM finding
             WHERE finding_no >= $1 ORDER BY finding_no LIMIT $2{}",
            COLUMNS.join(", "),
            self.for_update()
        );
        self.query(&sql, values![from_no, rows_max], keyed_finding_from)
    }

    /// Findings with these numbers, ascending. Nobody changes them until the transaction ends.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn findings_held(&mut self, finding_nos: &[i64]) -> Result<Vec<(FindingKey, FindingRow)>> {
        let sql = format!(
            "SELECT desk_no, threat_no, endpoint, identifier, {} FROM finding
             WHERE finding_no {} ORDER BY finding_no{}",
            COLUMNS.join(", "),
            self.in_set("$1"),
            self.for_update()
        );
        self.query(&sql, values![finding_nos], keyed_finding_from)
    }

    /// One finding.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn finding(&mut self, finding_no: i64) -> Result<Option<(FindingKey, FindingRow)>> {
        let sql = format!(
            "SELECT desk_no, threat_no, endpoint, identifier, {} FROM finding WHERE finding_no = $1{}",
            COLUMNS.join(", "),
            self.and_desk("desk_no")
        );
        self.query_opt(&sql, values![finding_no], keyed_finding_from)
    }

    /// The slug of a threat's short number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn threat_slug(&mut self, threat_no: i64) -> Result<Option<String>> {
        self.query_opt(
            "SELECT slug FROM threat WHERE threat_no = $1",
            values![threat_no],
            |row| row.text(0),
        )
    }

    /// One observation.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn observation(&mut self, key: ObservationKey) -> Result<Option<ObservationRow<'static>>> {
        let sql = format!(
            "{OBSERVATION} WHERE received_day = $1 AND batch_no = $2 AND line = $3 AND side = $4 AND part = $5"
        );
        let key = values![
            key.day,
            key.batch_no,
            key.line,
            key.side.code(),
            i16::from(key.part)
        ];
        self.query_opt(&sql, key, observation_from)
    }

    /// Observations of a finding, newest batch first, at most `rows_max`. Reads all that came since it was first seen: for a
    /// person who asks about one finding, not for a stage.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn observations_of(
        &mut self,
        finding_no: i64,
        rows_max: i64,
    ) -> Result<Vec<ObservationRow<'static>>> {
        // A row may be a day ahead of its receipt, never more (ADR 0003).
        let sql = format!(
            "{OBSERVATION} WHERE finding_no = $1
             AND received_day >= (SELECT first_seen / 86400000000 - 1 FROM finding WHERE finding_no = $1)
             ORDER BY received_day DESC, batch_no DESC, line LIMIT $2"
        );
        self.query(&sql, values![finding_no, rows_max], observation_from)
    }

    /// Matches of a finding, by dimension and rank.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn matches_of(&mut self, finding_no: i64) -> Result<Vec<MatchRow>> {
        let sql = format!("{MATCH} WHERE finding_no = $1 ORDER BY dimension, rank, asset_no");
        self.query(&sql, values![finding_no], match_from)
    }

    /// Gives every match, by finding.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn each_match(&mut self, mut take: impl FnMut(MatchRow) -> Result<()>) -> Result<()> {
        let sql = format!("{MATCH} ORDER BY finding_no, dimension, rank, asset_no");
        self.for_each(&sql, &[], |row| take(match_from(row)?))
    }
}

/// Number of a finding, its matches as they are kept, and the version of the register that decided them.
pub(crate) type MatchesOf<'t> = (i64, &'t str, i64);

/// Matches of many findings as they are kept: an array of arrays. What the asset was valid for is left out where it has no
/// end and no beginning.
struct MatchTexts {
    text: String,
    /// Where the text of each finding ends.
    ends: Vec<usize>,
}

impl MatchTexts {
    fn of<'m>(findings: impl Iterator<Item = &'m [MatchRow]>) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for matches in findings {
            text.push('[');
            for (place, found) in matches.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                let day = |day: Option<i32>| day.map_or("null".to_owned(), |day| day.to_string());
                let MatchRow {
                    asset_no,
                    dimension,
                    rank,
                    ..
                } = found;
                // Writing to a text does not fail.
                let _ = match (found.valid_from, found.valid_until) {
                    (None, None) => write!(text, "[{asset_no},{dimension},{rank}]"),
                    (from, until) => write!(
                        text,
                        "[{asset_no},{dimension},{rank},{},{}]",
                        day(from),
                        day(until)
                    ),
                };
            }
            text.push(']');
            ends.push(text.len());
        }
        Self { text, ends }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut begin = 0;
        self.ends
            .iter()
            .map(move |end| &self.text[std::mem::replace(&mut begin, *end)..*end])
    }
}

/// All matches of a finding are decided with one version of the register.
fn matched_with(matches: &[MatchRow]) -> i64 {
    matches.first().map_or(0, |found| found.register_version)
}

const MATCH: &str =
    "SELECT finding_no, asset_no, dimension, rank, valid_from, valid_until, register_version
    FROM finding_match";
const OBSERVATION: &str =
    "SELECT received_day, batch_no, line, side, part, finding_no, observed_at, severity, tlp,
    port, transport, peer_address, peer_port, evidence FROM observation";

fn keyed_finding_from(row: &Row<'_>) -> Result<(FindingKey, FindingRow)> {
    let key = FindingKey {
        desk_no: row.int(0)?,
        threat_no: row.int(1)?,
        endpoint: row.bytes(2)?,
        identifier: row.text(3)?,
    };
    Ok((key, finding_from(row, 4)?))
}

fn match_from(row: &Row<'_>) -> Result<MatchRow> {
    Ok(MatchRow {
        finding_no: row.int(0)?,
        asset_no: row.int(1)?,
        dimension: row.int(2)? as i16,
        rank: row.int(3)? as i16,
        valid_from: row.opt_int(4)?.map(|day| day as i32),
        valid_until: row.opt_int(5)?.map(|day| day as i32),
        register_version: row.int(6)?,
    })
}

fn observation_from(row: &Row<'_>) -> Result<ObservationRow<'static>> {
    Ok(ObservationRow {
        key: observation_key_from(row, 0)?,
        finding_no: row.int(5)?,
        observed_at: Timestamp::from_micros(row.int(6)?),
        severity: row.code(7, "severity", Severity::from_code)?,
        tlp: row.code(8, "TLP", Tlp::from_code)?,
        port: row.opt_int(9)?.map(|port| port as u16),
        transport: row.opt_int(10)?.map(|code| code as i16),
        peer_address: row.opt_bytes(11)?,
        peer_port: row.opt_int(12)?.map(|port| port as u16),
        evidence: Cow::Owned(row.text(13)?),
    })
}
