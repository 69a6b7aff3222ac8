//! What one chunk changes: findings opened, seen again or back; observations; matches; routes; verdicts of the rows.

use std::net::IpAddr;
use std::sync::Arc;

use model::{Asn, Endpoint, Severity, Timestamp};
use rules::identity::{SeenState, Sighting};
use rules::matching::{Finder, Match, Whereabouts, digest};
use rules::suppression::tell_again_at;
use store::{
    Batch, FindingEvent, FindingEventKind, FindingKey, FindingRow, MatchRow, ObservationKey,
    ObservationRow, StoreError, Tx,
};

use super::chunk::{Chunk, Group, Seen};
use crate::flow::Flow;
use crate::register::Register;
use crate::route::{DeskRules, Router, ToRoute};

/// Writes a chunk within a transaction.
pub(super) struct ChunkWriter<'w> {
    pub(super) flow: &'w Flow,
    pub(super) register: Arc<Register>,
    pub(super) batch: &'w Batch,
    pub(super) desk: &'w DeskRules,
    pub(super) now: Timestamp,
}

/// A finding of the chunk with what happened to it.
struct Touched<'c> {
    key: &'c FindingKey,
    row: FindingRow,
    change: Change,
    /// Its owners now, where they are to be written or routed.
    matches: Vec<Match>,
    owners_changed: bool,
    /// Who was told may be told again.
    tell_again: bool,
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

impl ChunkWriter<'_> {
    /// Writes the chunk. May run several times for one chunk, each time in a new transaction.
    pub(super) fn write(&self, tx: &mut Tx<'_>, chunk: &Chunk) -> Result<(), StoreError> {
        let keys: Vec<&FindingKey> = chunk
            .groups
            .iter()
            .map(|group| &chunk.seen[chunk.order[group.range.start] as usize].key)
            .collect();
        let known = tx.findings_by_key(&keys)?;
        let new = known.iter().filter(|finding| finding.is_none()).count();
        let mut numbers = tx.new_finding_numbers(new)?.into_iter();
        // By place in `chunk.seen`: the finding, or nothing for a duplicate.
        let mut findings: Vec<Option<i64>> = vec![None; chunk.seen.len()];
        let mut touched = Vec::with_capacity(keys.len());
        for ((group, key), known) in chunk.groups.iter().zip(keys).zip(known) {
            let number = match &known {
                Some(row) => row.finding_no,
                None => numbers.next().ok_or(StoreError::Conflict)?,
            };
            touched.extend(self.touch(chunk, group, key, known, number, &mut findings));
        }
        let router = self.route(tx, &mut touched)?;
        self.write_findings(tx, &touched)?;
        self.write_observations(tx, chunk, &findings)?;
        self.write_matches(tx, &touched)?;
        router.write(tx)?;
        self.write_verdicts(tx, chunk, &findings)
    }

    /// Takes the observations of a group into its finding. Nothing comes back when all were duplicates.
    fn touch<'c>(
        &self,
        chunk: &'c Chunk,
        group: &Group,
        key: &'c FindingKey,
        known: Option<FindingRow>,
        number: i64,
        findings: &mut [Option<i64>],
    ) -> Option<Touched<'c>> {
        let mut seen = chunk.seen_in(group);
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
        Some(self.touched(chunk, group, key, known, number, state, change?, latest?))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one step of `touch`, cut out to be read apart"
    )]
    fn touched<'c>(
        &self,
        chunk: &Chunk,
        group: &Group,
        key: &'c FindingKey,
        known: Option<FindingRow>,
        number: i64,
        state: SeenState,
        change: Change,
        latest: &Seen,
    ) -> Touched<'c> {
        let observation = self.key_of(latest);
        let Some(known) = known else {
            let (matches, match_digest) = (
                chunk.matches[group.matches.clone()].to_vec(),
                group.match_digest,
            );
            let row = self.new_row(number, state, match_digest, latest);
            let owners_changed = match_digest != 0;
            return Touched {
                key,
                row,
                change,
                matches,
                owners_changed,
                tell_again: false,
                observation,
            };
        };
        // A sighting under a stricter marking than the episode was told with adds nothing to what others may see.
        let is_stricter = change != Change::Back && self.batch.tlp > known.routed_tlp;
        let is_latest = latest.fingerprint == state.last_fingerprint;
        let mut row = FindingRow {
            finding_no: number,
            ..known.clone()
        };
        row.first_seen = state.first_seen;
        row.last_seen = state.last_seen;
        row.times_seen = state.times_seen;
        row.episode = state.episode;
        row.last_fingerprint = state.last_fingerprint;
        let is_wider = self.batch.tlp < known.routed_tlp;
        if is_wider {
            // Where it is was said under a stricter marking: those who may see this sighting may not learn of it.
            (row.address, row.host, row.asn) = (None, None, None);
        }
        if !is_stricter {
            self.learn(&mut row, latest, is_latest || is_wider);
        }
        let (matches, match_digest) = self.owners(key, &row);
        let owners_changed = match_digest != known.match_digest;
        row.match_digest = match_digest;
        // What became more severe may be due earlier; for whom it is, the router knows.
        let is_due = self.now >= known.tell_again_at || row.severity > known.severity;
        let change = match change {
            Change::Quiet if is_due || is_wider || owners_changed => Change::Again,
            other => other,
        };
        row.routed_tlp = match change {
            Change::Back | Change::Opened => self.batch.tlp,
            Change::Again | Change::Quiet => known.routed_tlp.min(self.batch.tlp),
        };
        // A sighting that others may not see silences none that they may.
        if (is_due && !is_stricter) || change == Change::Back {
            row.tell_again_at = tell_again_at(self.now, row.severity);
        }
        Touched {
            key,
            row,
            change,
            matches,
            owners_changed,
            tell_again: is_due,
            observation,
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

    /// Owners of a finding as of its latest sighting.
    fn owners(&self, key: &FindingKey, row: &FindingRow) -> (Vec<Match>, i64) {
        let found = find_owners(&mut self.register.assets.finder(), key, row).to_vec();
        let match_digest = digest(&found);
        (found, match_digest)
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
        let (opened, seen): (Vec<&Touched<'_>>, Vec<&Touched<'_>>) = touched
            .iter()
            .partition(|finding| finding.change == Change::Opened);
        let events: Vec<FindingEvent> = seen
            .iter()
            .filter_map(|finding| self.event(finding))
            .collect();
        let opened: Vec<_> = opened
            .iter()
            .map(|finding| (finding.key, &finding.row))
            .collect();
        tx.insert_findings(&opened)?;
        tx.update_findings(seen.iter().map(|finding| &finding.row).collect())?;
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
                evidence: seen.observation.evidence.clone(),
            })
            .collect();
        tx.insert_observations(&rows)
    }

    fn write_matches(&self, tx: &mut Tx<'_>, touched: &[Touched<'_>]) -> Result<(), StoreError> {
        let mut replaced = Vec::new();
        let mut rows = Vec::with_capacity(touched.len());
        for finding in touched.iter().filter(|finding| finding.owners_changed) {
            if finding.change != Change::Opened {
                replaced.push(finding.row.finding_no);
            }
            rows.extend(match_rows(
                finding.row.finding_no,
                &finding.matches,
                self.register.version,
            ));
        }
        tx.put_matches(&replaced, &rows)
    }

    /// Decides who is told; nothing is written yet.
    fn route(
        &self,
        tx: &mut Tx<'_>,
        touched: &mut [Touched<'_>],
    ) -> Result<Router<'_>, StoreError> {
        let known: Vec<i64> = touched
            .iter()
            .filter(|finding| finding.change == Change::Again)
            .map(|finding| finding.row.finding_no)
            .collect();
        let mut router = Router::new(tx, self.desk, &self.register.directory, &known, self.now)?;
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
                tlp: self.batch.tlp,
                observation: finding.observation,
                is_new,
                tell_again: finding.tell_again,
                ..to_route(finding.key, &finding.row, &finding.matches, window_no)
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
        tx.add_issues(self.batch.batch_no, &chunk.issues)?;
        if let Some(why) = &chunk.ended_early {
            tx.add_notice(self.batch.batch_no, "truncated", why)?;
        }
        tx.advance_batch(self.batch.batch_no, counts, chunk.next_line)
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
    key: &FindingKey,
    row: &FindingRow,
    matches: &'m [Match],
    window_no: i64,
) -> ToRoute<'m> {
    let endpoint = Endpoint::from_key(&key.endpoint);
    let address = endpoint.and_then(|endpoint| endpoint.address());
    ToRoute {
        finding_no: row.finding_no,
        threat_no: key.threat_no,
        episode: row.episode,
        role: row.role,
        rsit: row.rsit,
        severity: row.severity,
        tlp: row.routed_tlp,
        address: address.or_else(|| row.address.as_deref().and_then(address_from)),
        matches,
        observation: row.last,
        tell_again: false,
        is_new: false,
        window_no,
    }
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

/// The address of four or sixteen bytes.
pub(crate) fn address_from(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::from(octets));
    }
    <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from)
}
