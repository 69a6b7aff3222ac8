//! What one chunk changes: findings opened, seen again or back; observations; matches; routes; verdicts of the rows.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use message::address_from;
use model::{Asn, Endpoint, Severity, Timestamp};
use rules::identity::{SeenState, Sighting};
use rules::matching::{Finder, Match, Whereabouts, digest};
use rules::suppression::tell_again_at;
use store::{
    Ahead, Batch, Collecting, FindingEvent, FindingEventKind, FindingKey, FindingRow, MatchRow,
    ObservationKey, ObservationRow, StoreError, Tx,
};

use super::chunk::{Chunk, Group, Seen, address_of};
use crate::flow::Flow;
use crate::register::Register;
use crate::route::{Decided, DeskRules, Router, ToRoute};

/// Writes a chunk within a transaction.
pub(super) struct ChunkWriter<'w> {
    pub(super) flow: &'w Flow,
    pub(super) register: Arc<Register>,
    pub(super) batch: &'w Batch,
    pub(super) desk: &'w DeskRules,
    pub(super) now: Timestamp,
}

/// What the writer of a batch remembers from chunk to chunk.
#[derive(Default)]
pub(super) struct Remembered {
    /// The messages that collect lines of the batch.
    collecting: Collecting,
    /// The transaction of the last chunk, as [`Tx::findings_since`] asks for it.
    change: Option<u64>,
}

/// A finding of the chunk with what happened to it.
struct Touched<'c> {
    key: &'c FindingKey,
    row: FindingRow,
    change: Change,
    /// Its owners now, where they are to be written or routed.
    matches: Cow<'c, [Match]>,
    owners_changed: bool,
    /// Who was told may be told again.
    tell_again: bool,
    /// Where it is.
    address: Option<IpAddr>,
    /// Who is told, where that was decided from these matches already.
    decided: Option<&'c Decided>,
    /// What lines about it cite.
    observation: ObservationKey,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// There was no such finding.
    Opened,
    /// A new episode began.
    Back,
    /// It was seen again, and somebody may have to be told.
    Again,
    /// It was seen again, which changes nothing for anybody.
    Quiet,
}

/// The rows of a chunk about one finding.
struct GroupOfFinding<'c> {
    chunk: &'c Chunk,
    group: &'c Group,
    key: &'c FindingKey,
    number: i64,
}

impl<'c> GroupOfFinding<'c> {
    /// What contains the last of its observations.
    fn matches(&self) -> &'c [Match] {
        &self.chunk.matches[self.group.matches.clone()]
    }

    /// Whether its last observation names the day and the place that the finding has now.
    fn says_all_of(&self, row: &FindingRow) -> bool {
        let Some((_, last)) = self.chunk.seen_in(self.group).next_back() else {
            return false;
        };
        let seen = &last.observation;
        let has_address = seen.endpoint.address().is_some();
        let has_name = seen.endpoint.name().is_some();
        row.last_seen.day() == seen.observed_at.day()
            && row.asn == seen.asn.map(|asn| asn.get().into())
            && (has_address || row.address == seen.address.map(octets))
            && (has_name || row.host.as_deref() == seen.host.as_ref().map(|host| host.as_str()))
    }
}

impl ChunkWriter<'_> {
    /// Writes the chunk. May run several times for one chunk, each time in a new transaction.
    pub(super) fn write(
        &self,
        tx: &mut Tx<'_>,
        chunk: &Chunk,
        ahead: Option<Ahead>,
        remembered: &mut Remembered,
    ) -> Result<(), StoreError> {
        let keys = chunk.keys();
        let known = tx.findings_since(&keys, ahead, remembered.change, |place| {
            chunk.groups[place].is_in_chunk_before
        })?;
        let new = known.iter().filter(|finding| finding.is_none()).count();
        let mut numbers = tx.new_finding_numbers(new)?.into_iter();
        // By place in `chunk.seen`: the finding, or nothing for a duplicate.
        let mut findings: Vec<Option<i64>> = vec![None; chunk.seen.len()];
        let mut touched = Vec::with_capacity(keys.len());
        let mut finder = self.register.assets.finder();
        for ((group, key), known) in chunk.groups.iter().zip(keys).zip(known) {
            let number = match &known {
                Some(row) => row.finding_no,
                None => numbers.next().ok_or(StoreError::Conflict)?,
            };
            let group = GroupOfFinding {
                chunk,
                group,
                key,
                number,
            };
            touched.extend(self.touch(&group, known, &mut finder, &mut findings));
        }
        let router = self.route(tx, &mut touched)?;
        self.write_findings(tx, &touched)?;
        remembered.change = tx.change_of_findings();
        self.write_observations(tx, chunk, &findings)?;
        router.write(tx, &mut remembered.collecting)?;
        self.write_verdicts(tx, chunk, &findings)
    }

    /// Takes the observations of a group into its finding. Nothing comes back when all were duplicates.
    fn touch<'c>(
        &self,
        group: &GroupOfFinding<'c>,
        known: Option<FindingRow>,
        finder: &mut Finder<'_>,
        findings: &mut [Option<i64>],
    ) -> Option<Touched<'c>> {
        let number = group.number;
        let mut seen = group.chunk.seen_in(group.group);
        let is_new = known.is_none();
        let (mut state, mut change, mut latest) = match &known {
            Some(row) => (seen_state(row), None, None),
            None => {
                let (place, first) = seen.next()?;
                findings[place as usize] = Some(number);
                let state = SeenState::opened(first.observation.observed_at, first.fingerprint);
                (state, Some(Change::Opened), Some(first))
            }
        };
        for (place, seen) in seen {
            let sighting = state.see(
                seen.observation.observed_at,
                seen.fingerprint,
                self.flow.gap_days,
            );
            match sighting {
                Sighting::Duplicate => continue,
                Sighting::Back => change = Some(if is_new { Change::Opened } else { Change::Back }),
                Sighting::Again => change = change.or(Some(Change::Quiet)),
            }
            findings[place as usize] = Some(number);
            if seen.fingerprint == state.last_fingerprint || latest.is_none() {
                latest = Some(seen);
            }
        }
        let (change, latest) = (change?, latest?);
        Some(match known {
            None => self.opened(group, state, latest),
            Some(known) => self.seen_again(group, known, (state, change, latest), finder),
        })
    }

    fn opened<'c>(
        &self,
        group: &GroupOfFinding<'c>,
        state: SeenState,
        latest: &Seen,
    ) -> Touched<'c> {
        let match_digest = group.group.match_digest;
        Touched {
            key: group.key,
            row: self.new_row(group.number, state, match_digest, latest),
            change: Change::Opened,
            matches: Cow::Borrowed(group.matches()),
            owners_changed: match_digest != 0,
            tell_again: false,
            address: address_of(&latest.observation),
            decided: group.group.decided.as_ref(),
            observation: self.key_of(latest),
        }
    }

    fn seen_again<'c>(
        &self,
        group: &GroupOfFinding<'c>,
        known: FindingRow,
        (state, change, latest): (SeenState, Change, &Seen),
        finder: &mut Finder<'_>,
    ) -> Touched<'c> {
        let (told_tlp, told_digest) = (known.routed_tlp, known.match_digest);
        let (told_severity, told_until) = (known.severity, known.tell_again_at);
        // A sighting under a stricter marking than the episode was told with adds nothing to what others may see.
        let is_stricter = change != Change::Back && self.batch.tlp > told_tlp;
        let is_latest = latest.fingerprint == state.last_fingerprint;
        let mut row = known;
        row.first_seen = state.first_seen;
        row.last_seen = state.last_seen;
        row.times_seen = state.times_seen;
        row.episode = state.episode;
        row.last_fingerprint = state.last_fingerprint;
        let is_wider = self.batch.tlp < told_tlp;
        if is_wider {
            // Where it is was said under a stricter marking: those who may see this sighting may not learn of it.
            (row.address, row.host, row.asn) = (None, None, None);
        }
        if !is_stricter {
            self.learn(&mut row, latest, is_latest || is_wider);
        }
        let (matches, match_digest) = self.owners(group, &row, finder);
        let owners_changed = match_digest != told_digest;
        row.match_digest = match_digest;
        // What became more severe may be due earlier; for whom it is, the router knows.
        let is_due = self.now >= told_until || row.severity > told_severity;
        let change = match change {
            Change::Quiet if is_due || is_wider || owners_changed => Change::Again,
            other => other,
        };
        row.routed_tlp = match change {
            Change::Back | Change::Opened => self.batch.tlp,
            Change::Again | Change::Quiet => told_tlp.min(self.batch.tlp),
        };
        // A sighting that others may not see silences none that they may.
        if (is_due && !is_stricter) || change == Change::Back {
            row.tell_again_at = tell_again_at(self.now, row.severity);
        }
        Touched {
            address: known_address(group.key, &row),
            key: group.key,
            row,
            change,
            matches,
            owners_changed,
            tell_again: is_due,
            decided: None,
            observation: self.key_of(latest),
        }
    }

    fn new_row(
        &self,
        number: i64,
        state: SeenState,
        match_digest: i64,
        latest: &Seen,
    ) -> FindingRow {
        let seen = &latest.observation;
        let mut row = FindingRow {
            finding_no: number,
            role: seen.role,
            rsit: seen.rsit,
            severity: seen.severity,
            first_seen: state.first_seen,
            last_seen: state.last_seen,
            times_seen: state.times_seen,
            episode: state.episode,
            address: None,
            host: None,
            asn: None,
            last_fingerprint: state.last_fingerprint,
            last: self.key_of(latest),
            match_digest,
            routed_tlp: self.batch.tlp,
            tell_again_at: tell_again_at(self.now, seen.severity),
        };
        self.learn(&mut row, latest, true);
        row
    }

    /// Takes over what a sighting says of where it was. What it does not say stays as an earlier one said it.
    fn learn(&self, row: &mut FindingRow, seen: &Seen, is_latest: bool) {
        let observation = &seen.observation;
        if observation.endpoint.address().is_none()
            && let Some(address) = observation.address
        {
            row.address = Some(octets(address));
        }
        if observation.endpoint.name().is_none()
            && let Some(host) = &observation.host
        {
            row.host = Some(host.as_str().to_owned());
        }
        if let Some(asn) = observation.asn {
            row.asn = Some(asn.get().into());
        }
        if is_latest {
            row.severity = observation.severity;
            row.last = self.key_of(seen);
        }
    }

    /// Owners of a finding as of its latest sighting. Mostly that is a row of the chunk that says all that is known of
    /// where it is; its owners were looked up while the chunk was read.
    fn owners<'c>(
        &self,
        group: &GroupOfFinding<'c>,
        row: &FindingRow,
        finder: &mut Finder<'_>,
    ) -> (Cow<'c, [Match]>, i64) {
        if group.says_all_of(row) {
            return (Cow::Borrowed(group.matches()), group.group.match_digest);
        }
        let found = find_owners(finder, group.key, row).to_vec();
        let match_digest = digest(&found);
        (Cow::Owned(found), match_digest)
    }

    fn key_of(&self, seen: &Seen) -> ObservationKey {
        ObservationKey {
            day: self.batch.received_day.days(),
            batch_no: self.batch.batch_no,
            line: seen.observation.line as i64,
            side: seen.observation.side,
            part: seen.observation.part,
        }
    }

    fn write_findings(&self, tx: &mut Tx<'_>, touched: &[Touched<'_>]) -> Result<(), StoreError> {
        let mut matches = Vec::with_capacity(touched.len());
        let mut matched = Vec::with_capacity(touched.len());
        for finding in touched {
            let begin = matches.len();
            if finding.owners_changed {
                let rows = match_rows(
                    finding.row.finding_no,
                    &finding.matches,
                    self.register.version,
                );
                matches.extend(rows);
            }
            matched.push((finding, begin..matches.len()));
        }
        let (opened, seen): (Vec<_>, Vec<_>) = matched
            .into_iter()
            .partition(|(finding, _)| finding.change == Change::Opened);
        let events: Vec<FindingEvent> = seen
            .iter()
            .filter_map(|(finding, _)| self.event(finding))
            .collect();
        let opened: Vec<_> = opened
            .into_iter()
            .map(|(finding, rows)| (finding.key, &finding.row, &matches[rows]))
            .collect();
        tx.insert_findings(&opened)?;
        let changed: Vec<_> = seen
            .iter()
            .filter(|(finding, _)| finding.owners_changed)
            .map(|(finding, rows)| (finding.row.finding_no, &matches[rows.clone()]))
            .collect();
        tx.update_findings(seen.iter().map(|(finding, _)| &finding.row).collect())?;
        tx.put_matches(&changed)?;
        tx.add_finding_events(&events)
    }

    /// The opening needs no event: the finding itself says it.
    fn event(&self, finding: &Touched<'_>) -> Option<FindingEvent> {
        let (kind, text) = match finding.change {
            Change::Back => (FindingEventKind::Back, "seen again after it had been gone"),
            Change::Again if finding.owners_changed => (
                FindingEventKind::OwnersChanged,
                "another name, time or register gives other owners",
            ),
            Change::Opened | Change::Again | Change::Quiet => return None,
        };
        Some(FindingEvent {
            finding_no: finding.row.finding_no,
            at: self.now,
            kind,
            episode: finding.row.episode,
            batch_no: Some(self.batch.batch_no),
            actor: "process".into(),
            text: text.into(),
        })
    }

    fn write_observations(
        &self,
        tx: &mut Tx<'_>,
        chunk: &Chunk,
        findings: &[Option<i64>],
    ) -> Result<(), StoreError> {
        let accepted = chunk
            .seen
            .iter()
            .zip(findings)
            .filter_map(|(seen, finding)| Some((seen, (*finding)?)));
        let rows: Vec<ObservationRow> = accepted
            .map(|(seen, finding_no)| ObservationRow {
                key: self.key_of(seen),
                finding_no,
                observed_at: seen.observation.observed_at,
                severity: seen.observation.severity,
                tlp: self.batch.tlp,
                port: seen.observation.port.map(|port| port.get()),
                transport: seen.observation.transport.map(|transport| transport.code()),
                peer_address: seen.observation.peer_address.map(octets),
                peer_port: seen.observation.peer_port.map(|port| port.get()),
                evidence: Cow::Borrowed(&seen.observation.evidence),
            })
            .collect();
        tx.insert_observations(&rows)
    }

    /// Decides who is told; nothing is written yet.
    fn route(
        &self,
        tx: &mut Tx<'_>,
        touched: &mut [Touched<'_>],
    ) -> Result<Router<'_>, StoreError> {
        let known: Vec<i64> = touched
            .iter()
            .filter(|finding| matches!(finding.change, Change::Again | Change::Back))
            .map(|finding| finding.row.finding_no)
            .collect();
        let mut router = Router::new(tx, self.desk, &self.register, &known, self.now)?;
        for finding in touched
            .iter_mut()
            .filter(|finding| finding.change != Change::Quiet)
        {
            let window_no = match finding.row.severity {
                Severity::Critical => self.batch.urgent_window_no,
                Severity::High | Severity::Medium | Severity::Low | Severity::Info => {
                    self.batch.window_no
                }
            };
            let is_new = finding.change != Change::Again;
            let next_due = router.route(&ToRoute {
                decided: finding.decided,
                tlp: self.batch.tlp,
                observation: finding.observation,
                is_new,
                tell_again: finding.tell_again,
                ..to_route(
                    (finding.key, &finding.row),
                    finding.address,
                    &finding.matches,
                    window_no,
                )
            });
            finding.row.tell_again_at = next_due.unwrap_or(finding.row.tell_again_at);
        }
        Ok(router)
    }

    /// A row is a duplicate when everything that it says was there already.
    fn write_verdicts(
        &self,
        tx: &mut Tx<'_>,
        chunk: &Chunk,
        findings: &[Option<i64>],
    ) -> Result<(), StoreError> {
        let mut counts = chunk.counts;
        let mut place = 0;
        for row in chunk
            .seen
            .chunk_by(|a, b| a.observation.line == b.observation.line)
        {
            if findings[place..place + row.len()]
                .iter()
                .all(Option::is_none)
            {
                counts.duplicate += 1;
                counts.accepted -= 1;
            }
            place += row.len();
        }
        let batch_no = self.batch.batch_no;
        // Also of what was there already: a report that lists it does not lack it.
        let seen = chunk.seen.iter();
        if let Some(earliest) = seen.map(|seen| seen.observation.observed_at).min() {
            tx.note_report_day(batch_no, earliest.day())?;
        }
        if let Some(why) = &chunk.ended_early {
            tx.add_notice(batch_no, "truncated", why)?;
        }
        match chunk.again {
            Some(again) => {
                counts -= again.earlier;
                tx.advance_replay(batch_no, (again.replay, chunk.next_line), counts)?;
            }
            None => tx.advance_batch(batch_no, counts, chunk.next_line)?,
        }
        tx.add_issues(batch_no, &chunk.issues)
    }
}

fn seen_state(row: &FindingRow) -> SeenState {
    SeenState {
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        times_seen: row.times_seen,
        episode: row.episode,
        last_fingerprint: row.last_fingerprint,
    }
}

/// A finding as routing takes it when nothing new was seen.
pub(crate) fn to_route<'m>(
    (key, row): (&'m FindingKey, &'m FindingRow),
    address: Option<IpAddr>,
    matches: &'m [Match],
    window_no: i64,
) -> ToRoute<'m> {
    ToRoute {
        key,
        row,
        finding_no: row.finding_no,
        threat_no: key.threat_no,
        episode: row.episode,
        role: row.role,
        rsit: row.rsit,
        severity: row.severity,
        tlp: row.routed_tlp,
        address,
        matches,
        decided: None,
        observation: row.last,
        tell_again: false,
        is_new: false,
        last_seen: row.last_seen,
        window_no,
    }
}

/// The address of a finding, from all that its sightings said of where it is.
pub(crate) fn known_address(key: &FindingKey, row: &FindingRow) -> Option<IpAddr> {
    let endpoint = Endpoint::from_key(&key.endpoint);
    let address = endpoint.and_then(|endpoint| endpoint.address());
    address.or_else(|| address_from(row.address.as_deref()?))
}

/// Owners of a finding as of its latest sighting, from all that its sightings said of where it is.
pub(crate) fn find_owners<'f>(
    finder: &'f mut Finder<'_>,
    key: &FindingKey,
    row: &FindingRow,
) -> &'f [Match] {
    let endpoint = Endpoint::from_key(&key.endpoint);
    let host = row.host.as_ref().and_then(|host| host.parse().ok());
    let place = Whereabouts {
        address: endpoint
            .as_ref()
            .and_then(Endpoint::address)
            .or_else(|| address_from(row.address.as_deref()?)),
        name: endpoint.as_ref().and_then(Endpoint::name).or(host.as_ref()),
        endpoint: endpoint.as_ref(),
        reported_asn: row
            .asn
            .and_then(|asn| u32::try_from(asn).ok())
            .map(Asn::new),
    };
    finder.find(&place, row.last_seen.day())
}

/// Rows of the matches of a finding.
pub(crate) fn match_rows(
    finding_no: i64,
    matches: &[Match],
    register_version: i64,
) -> impl Iterator<Item = MatchRow> {
    matches.iter().map(move |found| MatchRow {
        finding_no,
        asset_no: found.asset_no,
        dimension: found.dimension.code(),
        rank: found.rank as i16,
        valid_from: found.valid_from.map(|day| day.days()),
        valid_until: found.valid_until.map(|day| day.days()),
        register_version,
    })
}

/// The bytes of an address, as columns keep them: four or sixteen.
fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}
