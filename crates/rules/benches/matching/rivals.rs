//! The same questions to libraries. They answer with a number for each asset and leave the rest to the caller.

use std::collections::HashMap;
use std::net::IpAddr;

use ipnet::IpNet;
use iptrie::map::{LCTrieMap, RTrieMap};
use iptrie::{Ipv4Prefix, Ipv6Prefix};
use model::{DomainName, Prefix};
use prefix_trie::PrefixMap;
use ts_bart::RoutingTable;

use crate::made;

/// Prefixes in three libraries.
pub(crate) struct Prefixes {
    pub(crate) trie: PrefixTrie,
    pub(crate) bart: Bart,
    pub(crate) iptrie: IpTrie,
}

impl Prefixes {
    pub(crate) fn of(prefixes: &[Prefix]) -> Self {
        Self {
            trie: made("prefix-trie", prefixes.len(), || PrefixTrie::of(prefixes)),
            bart: made("ts_bart", prefixes.len(), || Bart::of(prefixes)),
            iptrie: made("iptrie", prefixes.len(), || IpTrie::of(prefixes)),
        }
    }
}

#[derive(Default)]
pub(crate) struct PrefixTrie {
    v4: PrefixMap<(u32, u8), u32>,
    v6: PrefixMap<(u128, u8), u32>,
}

impl PrefixTrie {
    fn of(prefixes: &[Prefix]) -> Self {
        let mut trie = Self::default();
        for (number, prefix) in prefixes.iter().enumerate() {
            match prefix.first() {
                IpAddr::V4(first) => trie
                    .v4
                    .insert((first.into(), prefix.length()), number as u32),
                IpAddr::V6(first) => trie
                    .v6
                    .insert((first.into(), prefix.length()), number as u32),
            };
        }
        trie
    }

    pub(crate) fn covering(&self, address: IpAddr) -> usize {
        match address {
            IpAddr::V4(address) => self.v4.cover_values(&(address.into(), 32)).count(),
            IpAddr::V6(address) => self.v6.cover_values(&(address.into(), 128)).count(),
        }
    }

    pub(crate) fn longest(&self, address: IpAddr) -> usize {
        let found = match address {
            IpAddr::V4(address) => self.v4.get_lpm(&(address.into(), 32)).is_some(),
            IpAddr::V6(address) => self.v6.get_lpm(&(address.into(), 128)).is_some(),
        };
        found.into()
    }
}

pub(crate) struct Bart(ts_bart::Table<u32>);

impl Bart {
    fn of(prefixes: &[Prefix]) -> Self {
        let mut table = ts_bart::Table::default();
        for (number, prefix) in prefixes.iter().enumerate() {
            let net = IpNet::new(prefix.first(), prefix.length()).expect("a prefix");
            table.insert(net, number as u32);
        }
        Self(table)
    }

    pub(crate) fn covering(&self, address: IpAddr) -> usize {
        self.0.lookup_all(address).count()
    }

    pub(crate) fn longest(&self, address: IpAddr) -> usize {
        self.0.lookup(address).is_some().into()
    }
}

/// The compressed form, made for questions alone.
pub(crate) struct IpTrie {
    v4: LCTrieMap<Ipv4Prefix, u32>,
    v6: LCTrieMap<Ipv6Prefix, u32>,
}

impl IpTrie {
    fn of(prefixes: &[Prefix]) -> Self {
        let mut v4 = RTrieMap::with_root(u32::MAX);
        let mut v6 = RTrieMap::with_root(u32::MAX);
        for (number, prefix) in prefixes.iter().enumerate() {
            match prefix.first() {
                IpAddr::V4(first) => {
                    let prefix = Ipv4Prefix::new(first, prefix.length()).expect("a prefix");
                    v4.insert(prefix, number as u32)
                }
                IpAddr::V6(first) => {
                    let prefix = Ipv6Prefix::new(first, prefix.length()).expect("a prefix");
                    v6.insert(prefix, number as u32)
                }
            };
        }
        Self {
            v4: v4.compress(),
            v6: v6.compress(),
        }
    }

    pub(crate) fn longest(&self, address: IpAddr) -> usize {
        let number = match address {
            IpAddr::V4(address) => *self.v4.lookup(&address).1,
            IpAddr::V6(address) => *self.v6.lookup(&address).1,
        };
        (number != u32::MAX).into()
    }
}

/// Names in three ways; every twentieth is a host, which covers itself only.
pub(crate) struct Names {
    pub(crate) map: SuffixMap,
    pub(crate) fst: ReversedFst,
    pub(crate) trie: LabelTrie,
}

impl Names {
    pub(crate) fn of(names: &[DomainName]) -> Self {
        Self {
            map: made("HashMap", names.len(), || SuffixMap::of(names)),
            fst: made("fst", names.len(), || ReversedFst::of(names)),
            trie: made("label trie", names.len(), || LabelTrie::of(names)),
        }
    }
}

fn is_host(number: u32) -> bool {
    number.is_multiple_of(20)
}

/// A map of strings, asked for the name and every name above it.
pub(crate) struct SuffixMap(HashMap<Box<str>, u32>);

impl SuffixMap {
    fn of(names: &[DomainName]) -> Self {
        let entries = names.iter().zip(0..);
        Self(
            entries
                .map(|(name, number)| (name.as_str().into(), number))
                .collect(),
        )
    }

    pub(crate) fn covering(&self, name: &DomainName) -> usize {
        let counts = |suffix: &&str| match self.0.get(*suffix) {
            Some(number) => !is_host(*number) || suffix.len() == name.as_str().len(),
            None => false,
        };
        name.parents().filter(counts).count()
    }
}

/// A transducer over the reversed names, walked once.
pub(crate) struct ReversedFst(fst::Map<Vec<u8>>);

impl ReversedFst {
    fn of(names: &[DomainName]) -> Self {
        let reversed = |name: &DomainName| name.as_str().bytes().rev().collect::<Vec<u8>>();
        let mut entries: Vec<_> = names.iter().map(reversed).zip(0u64..).collect();
        entries.sort_unstable();
        Self(fst::Map::from_iter(entries).expect("sorted and different"))
    }

    pub(crate) fn covering(&self, name: &DomainName) -> usize {
        let fst = self.0.as_fst();
        let bytes = name.as_str().as_bytes();
        let (mut node, mut value, mut found) = (fst.root(), 0, 0);
        for (place, byte) in bytes.iter().enumerate().rev() {
            let Some(step) = node.find_input(*byte) else {
                return found;
            };
            let transition = node.transition(step);
            value += transition.out.value();
            node = fst.node(transition.addr);
            let is_whole = place == 0;
            if node.is_final() && (is_whole || bytes[place - 1] == b'.') {
                let number = value + node.final_output().value();
                found += usize::from(is_whole || !is_host(number as u32));
            }
        }
        found
    }
}

/// A tree with a map of labels in each node, as readers of the public suffix list have it.
#[derive(Default)]
pub(crate) struct LabelTrie {
    below: HashMap<Box<str>, LabelTrie>,
    number: Option<u32>,
}

impl LabelTrie {
    fn of(names: &[DomainName]) -> Self {
        let mut root = Self::default();
        for (name, number) in names.iter().zip(0..) {
            let mut node = &mut root;
            for label in name.as_str().rsplit('.') {
                node = node.below.entry(label.into()).or_default();
            }
            node.number = Some(number);
        }
        root
    }

    pub(crate) fn covering(&self, name: &DomainName) -> usize {
        let (mut node, mut found) = (self, 0);
        let mut labels = name.as_str().rsplit('.').peekable();
        while let Some(label) = labels.next() {
            let Some(below) = node.below.get(label) else {
                return found;
            };
            node = below;
            let counts = |number| labels.peek().is_none() || !is_host(number);
            found += usize::from(node.number.is_some_and(counts));
        }
        found
    }
}
