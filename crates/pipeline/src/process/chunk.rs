//! A chunk of rows on its way from the decoder to the transaction: sorted by finding, with its owners looked up.

use std::collections::HashSet;
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::{FixedState, RandomState};
use model::{Day, DomainName, Language, Observation, RowIssue, Tlp};
use rules::matching::{Match, Whereabouts, digest};
use rules::route::Subject;
use store::{Ahead, BatchCounts, FindingKey, Replay};

use crate::register::Register;
use crate::route::Decided;

/// One observation with the key of its finding.
pub(super) struct Seen {
    pub(super) key: FindingKey,
    /// Equal for rows of one source that say the same of the same moment.
    pub(super) fingerprint: i64,
    pub(super) observation: Observation,
}

/// Observations of one finding within a chunk.
pub(super) struct Group {
    /// Places in [`Chunk::order`], by time.
    pub(super) range: Range<usize>,
    /// The chunk before, which may be written at this moment, has the same finding.
    pub(super) is_in_chunk_before: bool,
    /// Places in [`Chunk::matches`] of what contains the latest of them.
    pub(super) matches: Range<usize>,
    pub(super) match_digest: i64,
    /// Who is told, if the finding turns out to be new.
    pub(super) decided: Option<Decided>,
}

/// What is known of the rows of a chunk that are read again.
#[derive(Clone, Copy)]
pub(super) struct ReadAgain {
    /// Where the chunk begins, and when reading again was asked for.
    pub(super) replay: Replay,
    /// The verdicts that the rows had.
    pub(super) earlier: BatchCounts,
}

/// At most 50,000 rows.
#[derive(Default)]
pub(super) struct Chunk {
    /// In the order of the delivery.
    pub(super) seen: Vec<Seen>,
    pub(super) issues: Vec<RowIssue>,
    /// Rows read, and of those accepted so far as the decoder can say; duplicates are found in the store.
    pub(super) counts: BatchCounts,
    /// Line after the last row that was read.
    pub(super) next_line: i64,
    /// The rows were read before, and not accepted.
    pub(super) again: Option<ReadAgain>,
    /// Nothing comes after this chunk.
    pub(super) is_last: bool,
    /// Why the delivery ended before its end.
    pub(super) ended_early: Option<String>,
    /// Places in `seen`, by finding and time.
    pub(super) order: Vec<u32>,
    pub(super) groups: Vec<Group>,
    pub(super) matches: Vec<Match>,
    /// Version of the register that `matches` are from.
    pub(super) register_version: i64,
    /// The findings of the groups as they were before the chunk was handed over, where they were looked up.
    pub(super) ahead: Option<Ahead>,
}

impl Chunk {
    /// Sorts by finding, the order in which the store keeps them, and groups.
    pub(super) fn group(&mut self) {
        let seen = &self.seen;
        // The beginning of the key stands beside the place: most comparisons need not go to the row.
        let begun = seen.iter().zip(0_u32..);
        let mut begun: Vec<_> = begun
            .map(|(seen, place)| (beginning(seen), place))
            .collect();
        begun.sort_unstable_by(|(a_begins, a), (b_begins, b)| {
            a_begins.cmp(b_begins).then_with(|| {
                let (a, b) = (&seen[*a as usize], &seen[*b as usize]);
                let moment = |seen: &Seen| {
                    (
                        seen.observation.observed_at,
                        seen.fingerprint,
                        seen.observation.line,
                    )
                };
                a.key.cmp(&b.key).then_with(|| moment(a).cmp(&moment(b)))
            })
        });
        let order: Vec<u32> = begun.into_iter().map(|(_, place)| place).collect();
        let mut groups: Vec<Group> = Vec::new();
        for (place, index) in order.iter().enumerate() {
            match groups.last_mut() {
                Some(group)
                    if seen[order[group.range.start] as usize].key == seen[*index as usize].key =>
                {
                    group.range.end = place + 1;
                }
                _ => groups.push(Group {
                    range: place..place + 1,
                    is_in_chunk_before: false,
                    matches: 0..0,
                    match_digest: 0,
                    decided: None,
                }),
            }
        }
        (self.order, self.groups) = (order, groups);
    }

    /// Keys of the groups, ascending.
    pub(super) fn keys(&self) -> Vec<&FindingKey> {
        let first = |group: &Group| self.order[group.range.start];
        let places = self.groups.iter().map(first);
        places.map(|place| &self.seen[place as usize].key).collect()
    }

    /// Marks the groups that the chunk before has too, and notes those of this one, by hashes of their keys. Two keys with
    /// one hash are looked up once more than they need be.
    pub(super) fn note_keys(&mut self, keys_before: &mut HashSet<u64, RandomState>) {
        let hasher = FixedState::default();
        let hashes: Vec<u64> = self.keys().iter().map(|key| hasher.hash_one(key)).collect();
        for (group, hash) in self.groups.iter_mut().zip(&hashes) {
            group.is_in_chunk_before = keys_before.contains(hash);
        }
        keys_before.clear();
        keys_before.extend(hashes);
    }

    /// Looks up the owners of every group, as of its latest observation.
    pub(super) fn match_groups(&mut self, register: &Arc<Register>) {
        let Self {
            seen,
            order,
            groups,
            matches,
            ..
        } = self;
        self.register_version = register.version;
        matches.clear();
        let latest = |group: &Group| &seen[order[group.range.end - 1] as usize].observation;
        let places: Vec<_> = groups.iter().map(latest).collect();
        let questions = places
            .iter()
            .map(|latest| (whereabouts(latest), latest.observed_at.day()));
        let mut groups = groups.iter_mut();
        register.assets.finder().find_all(questions, |found| {
            let group = groups.next().expect("an answer for each group");
            let start = matches.len();
            matches.extend_from_slice(found);
            group.matches = start..matches.len();
            group.match_digest = digest(found);
            group.decided = None;
        });
    }

    /// Decides who is told of each finding that was not there when it was looked up. The writer, which is the narrow place,
    /// then only looks whether that is what it would ask.
    pub(super) fn decide(
        &mut self,
        register: &Register,
        (tlp, language, day): (Tlp, Language, Day),
    ) {
        let Some(ahead) = &self.ahead else { return };
        for (place, group) in self.groups.iter_mut().enumerate() {
            if ahead.is_known(place) || group.is_in_chunk_before {
                continue;
            }
            let latest = &self.seen[self.order[group.range.end - 1] as usize].observation;
            let subject = Subject {
                matches: &self.matches[group.matches.clone()],
                address: address_of(latest),
                severity: latest.severity,
                role: latest.role,
                rsit: latest.rsit,
                tlp,
                language,
                day,
            };
            group.decided = Some(Decided::of(subject, &register.directory));
        }
    }

    /// Observations of a group, by time.
    pub(super) fn seen_in(&self, group: &Group) -> impl DoubleEndedIterator<Item = (u32, &Seen)> {
        self.order[group.range.clone()]
            .iter()
            .map(|index| (*index, &self.seen[*index as usize]))
    }
}

/// What the order of keys within one batch begins with: the threat, and eight bytes of the endpoint.
fn beginning(seen: &Seen) -> (i64, u64) {
    let mut bytes = [0; 8];
    let endpoint = &seen.key.endpoint;
    let length = endpoint.len().min(bytes.len());
    bytes[..length].copy_from_slice(&endpoint[..length]);
    (seen.key.threat_no, u64::from_be_bytes(bytes))
}

/// Where an observation was made, as far as the row says.
fn whereabouts(observation: &Observation) -> Whereabouts<'_> {
    Whereabouts {
        address: address_of(observation),
        name: name_of(observation),
        endpoint: Some(&observation.endpoint),
        reported_asn: observation.asn,
    }
}

pub(super) fn address_of(observation: &Observation) -> Option<IpAddr> {
    observation.endpoint.address().or(observation.address)
}

fn name_of(observation: &Observation) -> Option<&DomainName> {
    observation.endpoint.name().or(observation.host.as_ref())
}

/// Tells apart what one source saw: same source, moment, sides and evidence give the same number.
///
/// SipHash with fixed keys. Should a future standard library compute it otherwise, a row that is resent across the
/// upgrade counts as another sighting of the same finding, and nothing is told twice.
pub(super) fn fingerprint(source_no: i64, observation: &Observation) -> i64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_i64(source_no);
    hasher.write_i64(observation.observed_at.micros());
    hasher.write_i16(observation.side.code());
    hasher.write_u32(observation.port.map_or(u32::MAX, |port| port.get().into()));
    hasher.write_u32(
        observation
            .peer_port
            .map_or(u32::MAX, |port| port.get().into()),
    );
    std::hash::Hash::hash(&observation.peer_address, &mut hasher);
    hasher.write(observation.evidence.as_bytes());
    hasher.finish() as i64
}
