//! Assets by name: a host of exactly that name, then the domains around it.
//!
//! Names lie in one piece of memory. Beside them stand entries sorted by hash, a table of where the entries of each
//! bucket begin, and a bit for each begin of a hash that some entry has. Most suffixes of a name are not registered, and
//! the bit says so of nearly all of them. For the others a look-up reads a number, mostly one entry, and the name if the
//! hash is right; and a name with a million assets slows no other.
//!
//! Each of these reads waits for memory. So names are looked up many at a time: first the bits for all of them, then the
//! numbers, the entries, and the names, and the waits of each step overlap.

use std::hash::BuildHasher;
use std::hint::black_box;

use foldhash::fast::RandomState;

use super::held::Held;

/// Most text of one kind of name, in bytes: positions are 32 bits wide.
pub(super) const TEXT_BYTES_MAX: usize = u32::MAX as usize;

/// Bits of the filter for each bucket, as a power of two: two to four bytes a name.
const FILTER_BITS: u32 = 5;

/// Hosts and domains.
#[derive(Debug)]
pub(super) struct Names {
    hosts: Table,
    domains: Table,
    hasher: RandomState,
}

/// Collects names; give them in any order.
#[derive(Debug, Default)]
pub(super) struct NamesBuilder {
    hosts: Unsorted,
    domains: Unsorted,
    /// With a key of its own in each process: nobody can prepare names that fall into one bucket.
    hasher: RandomState,
}

impl NamesBuilder {
    /// Adds a host. A name has 253 bytes at most, and all text together [`TEXT_BYTES_MAX`].
    pub(super) fn add_host(&mut self, name: &str, held: Held) {
        self.hosts.add(name, hash(&self.hasher, name), held);
    }

    /// Adds a domain, in the same way.
    pub(super) fn add_domain(&mut self, name: &str, held: Held) {
        self.domains.add(name, hash(&self.hasher, name), held);
    }

    /// Text of the kind that has more, in bytes.
    pub(super) fn longest_text(&self) -> usize {
        self.hosts.text.len().max(self.domains.text.len())
    }

    /// Cost: O(n log n).
    pub(super) fn build(self) -> Names {
        Names {
            hosts: self.hosts.build(),
            domains: self.domains.build(),
            hasher: self.hasher,
        }
    }
}

/// A name above a name that was asked for, on its way through the steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    /// Place of the name in the question.
    question: u32,
    /// Where in the name the suffix begins.
    from: u8,
    /// See [`Names::each_covering`].
    distance: u8,
    hash: u32,
    /// Place of the first entry that may be it, and the place after the last.
    first: u32,
    end: u32,
}

impl Default for Names {
    fn default() -> Self {
        NamesBuilder::default().build()
    }
}

impl Names {
    /// Whether there is no name.
    pub(super) fn is_empty(&self) -> bool {
        self.hosts.entries.is_empty() && self.domains.entries.is_empty()
    }

    /// Gives what covers each of `names`: the place of the name, the distance, and the asset. The distance is 0 for a host
    /// of that name, 1 for a domain of that name, 2 for one that is a label shorter, and so on. Names come in their order,
    /// then distances ascending, then assets in the order in which they were added.
    ///
    /// `probes` is memory to work with. Cost: O(labels + assets found).
    pub(super) fn each_covering(
        &self,
        names: &[&str],
        probes: &mut Vec<Probe>,
        mut take: impl FnMut(usize, u8, Held),
    ) {
        read_ahead(names.iter().map(|name| name.bytes().next()));
        probes.clear();
        for (question, name) in names.iter().enumerate() {
            self.add_probes(question as u32, name, probes);
        }
        // Without a branch, which the processor would guess before the bit is there.
        let mut kept = 0;
        for place in 0..probes.len() {
            let probe = probes[place];
            probes[kept] = probe;
            kept += usize::from(self.table(&probe).may_hold(probe.hash));
        }
        probes.truncate(kept);
        for probe in &mut *probes {
            (probe.first, probe.end) = self.table(probe).bucket(probe.hash);
        }
        read_ahead(
            probes
                .iter()
                .map(|probe| self.table(probe).hash_at(probe.first)),
        );
        probes.retain_mut(|probe| self.table(probe).narrow(probe));
        read_ahead(
            probes
                .iter()
                .map(|probe| self.table(probe).length_at(probe.first)),
        );
        for probe in probes {
            let suffix = &names[probe.question as usize][usize::from(probe.from)..];
            self.table(probe).each_of(probe, suffix, |held| {
                take(probe.question as usize, probe.distance, held);
            });
        }
    }

    fn add_probes(&self, question: u32, name: &str, probes: &mut Vec<Probe>) {
        let mut suffix = name;
        let mut distance = 1;
        // The last label alone is never an asset.
        while let Some((_, parent)) = suffix.split_once('.') {
            let probe = Probe {
                question,
                from: (name.len() - suffix.len()) as u8,
                distance,
                hash: hash(&self.hasher, suffix),
                first: 0,
                end: 0,
            };
            if distance == 1 {
                probes.push(Probe {
                    distance: 0,
                    ..probe
                });
            }
            probes.push(probe);
            suffix = parent;
            distance += 1;
        }
    }

    fn table(&self, probe: &Probe) -> &Table {
        match probe.distance {
            0 => &self.hosts,
            _ => &self.domains,
        }
    }
}

/// Reads what the next step will look at. A step that looks and decides would wait for each read before the next.
fn read_ahead<N>(values: impl Iterator<Item = N>) {
    for value in values {
        black_box(value);
    }
}

fn hash(hasher: &RandomState, name: &str) -> u32 {
    (hasher.hash_one(name.as_bytes()) >> 32) as u32
}

/// Names of one kind as they came.
#[derive(Debug, Default)]
struct Unsorted {
    entries: Vec<Entry>,
    text: Vec<u8>,
}

/// Names of one kind.
#[derive(Debug, Default)]
struct Table {
    /// A bit for each value of the first `bucket_bits + FILTER_BITS` bits of a hash: whether an entry has it.
    filter: Vec<u64>,
    /// Where the entries of each bucket begin, and the end. A bucket is a value of the first `bucket_bits` of a hash.
    buckets: Vec<u32>,
    bucket_bits: u32,
    /// By hash, then as they were added.
    entries: Vec<Entry>,
    /// The names, each after a byte with its length.
    text: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    /// Where the name is in the text.
    name: u32,
    held: Held,
}

impl Unsorted {
    fn add(&mut self, name: &str, hash: u32, held: Held) {
        self.entries.push(Entry {
            hash,
            name: self.text.len() as u32,
            held,
        });
        self.text.push(name.len() as u8);
        self.text.extend_from_slice(name.as_bytes());
    }

    fn build(self) -> Table {
        let Self {
            mut entries,
            mut text,
        } = self;
        entries.sort_unstable_by_key(|entry| (entry.hash, entry.name));
        entries.shrink_to_fit();
        text.shrink_to_fit();
        // One or two entries in a bucket.
        let bucket_bits = entries.len().checked_ilog2().unwrap_or(0).min(32);
        let mut buckets = vec![0; (1 << bucket_bits) + 1];
        for entry in &entries {
            buckets[bucket_of(entry.hash, bucket_bits) + 1] += 1;
        }
        let mut end = 0;
        for bucket in &mut buckets {
            end += *bucket;
            *bucket = end;
        }
        let filter_bits = filter_bits(bucket_bits);
        let mut filter = vec![0; (1_usize << filter_bits).div_ceil(64)];
        for entry in &entries {
            let place = bucket_of(entry.hash, filter_bits);
            filter[place / 64] |= 1_u64 << (place % 64);
        }
        Table {
            filter,
            buckets,
            bucket_bits,
            entries,
            text,
        }
    }
}

impl Table {
    /// Whether there may be an entry of this hash: of those that are not there, one in sixteen passes at most.
    fn may_hold(&self, hash: u32) -> bool {
        let place = bucket_of(hash, filter_bits(self.bucket_bits));
        self.filter[place / 64] >> (place % 64) & 1 == 1
    }

    /// Where the entries of the bucket of `hash` are.
    fn bucket(&self, hash: u32) -> (u32, u32) {
        let bucket = bucket_of(hash, self.bucket_bits);
        (self.buckets[bucket], self.buckets[bucket + 1])
    }

    fn hash_at(&self, place: u32) -> Option<u32> {
        Some(self.entries.get(place as usize)?.hash)
    }

    fn length_at(&self, place: u32) -> u8 {
        self.text[self.entries[place as usize].name as usize]
    }

    /// Leaves the entries of exactly this hash; says whether there is one.
    fn narrow(&self, probe: &mut Probe) -> bool {
        let entries = &self.entries[probe.first as usize..probe.end as usize];
        let below = entries.partition_point(|entry| entry.hash < probe.hash);
        let equal = entries[below..].partition_point(|entry| entry.hash == probe.hash);
        probe.first += below as u32;
        probe.end = probe.first + equal as u32;
        equal > 0
    }

    fn each_of(&self, probe: &Probe, name: &str, mut take: impl FnMut(Held)) {
        for entry in &self.entries[probe.first as usize..probe.end as usize] {
            if self.is_name(entry.name, name) {
                take(entry.held);
            }
        }
    }

    fn is_name(&self, at: u32, name: &str) -> bool {
        let at = at as usize;
        let (length, text) = (self.text[at], &self.text[at + 1..]);
        usize::from(length) == name.len() && text.starts_with(name.as_bytes())
    }
}

fn filter_bits(bucket_bits: u32) -> u32 {
    (bucket_bits + FILTER_BITS).min(32)
}

fn bucket_of(hash: u32, bits: u32) -> usize {
    (u64::from(hash) >> (32 - bits)) as usize
}
