//! All blocks that contain an address, innermost first.
//!
//! CIDR blocks never overlap in part: two are nested or apart. So the address space falls into segments, each with one
//! innermost block, and each block has one parent. A look-up is a binary search over the segments and a walk to the
//! root; sorted questions begin where the last one ended.

use std::net::IpAddr;

use model::Prefix;

/// Marks "no block".
const NONE: u32 = u32::MAX;

/// Blocks of both families with what they stand for.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    v4: Nested<u32>,
    v6: Nested<u128>,
}

/// Collects blocks; give them in any order.
#[derive(Default)]
pub(crate) struct BlocksBuilder {
    v4: Vec<(u32, u32, u32)>,
    v6: Vec<(u128, u128, u32)>,
}

impl BlocksBuilder {
    /// Adds a block that stands for `payload`. Several may have the same block.
    pub(crate) fn add(&mut self, prefix: Prefix, payload: u32) {
        match (prefix.first(), prefix.last()) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                self.v4.push((first.into(), last.into(), payload))
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                self.v6.push((first.into(), last.into(), payload))
            }
            _ => unreachable!("first and last address of a prefix are of one family"),
        }
    }

    pub(crate) fn build(self) -> Blocks {
        Blocks {
            v4: Nested::build(self.v4),
            v6: Nested::build(self.v6),
        }
    }
}

impl Blocks {
    /// Gives the payloads of every block that contains `address`, each with the size of its block less one, innermost
    /// block first. Cost: O(log blocks + depth).
    pub(crate) fn each_covering(&self, address: IpAddr, take: impl FnMut(u32, u128)) {
        match address {
            IpAddr::V4(address) => self.v4.each_covering(address.into(), take),
            IpAddr::V6(address) => self.v6.each_covering(address.into(), take),
        }
    }

    /// Payload of the innermost block that contains `address`; of several with the same block, the one added last.
    pub(crate) fn innermost(&self, address: IpAddr) -> Option<u32> {
        match address {
            IpAddr::V4(address) => self.v4.innermost(address.into()),
            IpAddr::V6(address) => self.v6.innermost(address.into()),
        }
    }
}

/// An address as a number.
trait Number: Copy + Ord {
    fn next(self) -> Option<Self>;
    /// Bits that differ between the first and the last address of a block.
    fn host_bits(first: Self, last: Self) -> u8;
}
impl Number for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn host_bits(first: Self, last: Self) -> u8 {
        (last - first).count_ones() as u8
    }
}
impl Number for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn host_bits(first: Self, last: Self) -> u8 {
        (last - first).count_ones() as u8
    }
}

#[derive(Debug)]
struct Nested<K> {
    /// First address of each segment, ascending.
    starts: Vec<K>,
    /// Innermost block of each segment.
    innermost: Vec<u32>,
    /// Enclosing block of each block.
    parents: Vec<u32>,
    /// Host bits of each block.
    host_bits: Vec<u8>,
    /// Where the payloads of each block begin; one more at the end.
    payload_starts: Vec<u32>,
    payloads: Vec<u32>,
}

impl<K> Default for Nested<K> {
    fn default() -> Self {
        Self {
            starts: Vec::new(),
            innermost: Vec::new(),
            parents: Vec::new(),
            host_bits: Vec::new(),
            payload_starts: vec![0],
            payloads: Vec::new(),
        }
    }
}

impl<K: Number> Nested<K> {
    fn build(mut blocks: Vec<(K, K, u32)>) -> Self {
        // Outer before inner, equal blocks side by side in the order in which they were added.
        blocks.sort_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
        let mut nested = Self::default();
        let mut open: Vec<(K, u32)> = Vec::new();
        for group in blocks.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (first, last, _) = group[0];
            nested.close_before(&mut open, Some(first));
            let block = nested.parents.len() as u32;
            nested
                .parents
                .push(open.last().map_or(NONE, |(_, parent)| *parent));
            nested.host_bits.push(K::host_bits(first, last));
            nested
                .payloads
                .extend(group.iter().map(|(_, _, payload)| *payload));
            nested.payload_starts.push(nested.payloads.len() as u32);
            nested.begin_segment(first, block);
            open.push((last, block));
        }
        nested.close_before(&mut open, None);
        nested
    }

    /// Ends the open blocks that lie before `first`; what follows each belongs to its parent.
    fn close_before(&mut self, open: &mut Vec<(K, u32)>, first: Option<K>) {
        while let Some((last, _)) = open.last().copied()
            && first.is_none_or(|first| last < first)
        {
            open.pop();
            if let Some(after) = last.next() {
                self.begin_segment(after, open.last().map_or(NONE, |(_, parent)| *parent));
            }
        }
    }

    fn begin_segment(&mut self, start: K, block: u32) {
        if self.starts.last() == Some(&start) {
            // Two blocks begin, or end, at the same address: the later one is the inner, or the outer, one.
            self.innermost.pop();
        } else {
            self.starts.push(start);
        }
        self.innermost.push(block);
    }

    fn block_at(&self, address: K) -> u32 {
        let after = self.starts.partition_point(|start| *start <= address);
        if after == 0 {
            NONE
        } else {
            self.innermost[after - 1]
        }
    }

    fn payloads_of(&self, block: u32) -> &[u32] {
        let block = block as usize;
        &self.payloads[self.payload_starts[block] as usize..self.payload_starts[block + 1] as usize]
    }

    fn each_covering(&self, address: K, mut take: impl FnMut(u32, u128)) {
        let mut block = self.block_at(address);
        while block != NONE {
            let size = size_less_one(self.host_bits[block as usize]);
            self.payloads_of(block)
                .iter()
                .for_each(|payload| take(*payload, size));
            block = self.parents[block as usize];
        }
    }

    fn innermost(&self, address: K) -> Option<u32> {
        let block = self.block_at(address);
        if block == NONE {
            None
        } else {
            self.payloads_of(block).last().copied()
        }
    }
}

/// Less one, so that the whole of IPv6 fits.
fn size_less_one(host_bits: u8) -> u128 {
    1u128
        .checked_shl(host_bits.into())
        .map_or(u128::MAX, |size| size - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn covering(prefixes: &[&str], address: &str) -> Vec<String> {
        let mut builder = BlocksBuilder::default();
        for (index, prefix) in prefixes.iter().enumerate() {
            builder.add(prefix.parse().unwrap(), index as u32);
        }
        let mut found = Vec::new();
        let take = |payload: u32, _| found.push(prefixes[payload as usize].to_owned());
        builder
            .build()
            .each_covering(address.parse().unwrap(), take);
        found
    }

    #[test]
    fn every_block_around_an_address_is_found_from_the_inside_out() {
        let blocks = [
            "0.0.0.0/0",
            "192.0.2.0/24",
            "192.0.2.0/25",
            "192.0.2.128/25",
            "192.0.2.255/32",
            "2001:db8::/32",
        ];
        for (address, want) in [
            (
                "192.0.2.0",
                vec!["192.0.2.0/25", "192.0.2.0/24", "0.0.0.0/0"],
            ),
            (
                "192.0.2.255",
                vec![
                    "192.0.2.255/32",
                    "192.0.2.128/25",
                    "192.0.2.0/24",
                    "0.0.0.0/0",
                ],
            ),
            ("192.0.3.0", vec!["0.0.0.0/0"]),
            ("255.255.255.255", vec!["0.0.0.0/0"]),
            (
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                vec!["2001:db8::/32"],
            ),
            ("2001:db9::", vec![]),
            ("::1", vec![]),
        ] {
            assert_eq!(covering(&blocks, address), want, "{address}");
        }
    }

    proptest! {
        #[test]
        fn blocks_find_what_looking_at_every_prefix_finds(
            prefixes in prop::collection::vec((any::<u8>(), 0u8..=8), 0..40),
            address in any::<u8>(),
        ) {
            // A small space makes nesting and touching borders common.
            let prefixes: Vec<Prefix> = prefixes
                .into_iter()
                .map(|(low, length)| {
                    let low = low & (0xff00u16 >> length) as u8;
                    Prefix::new(std::net::Ipv4Addr::new(255, 255, 255, low).into(), 24 + length).unwrap()
                })
                .collect();
            let address: IpAddr = std::net::Ipv4Addr::new(255, 255, 255, address).into();
            let mut builder = BlocksBuilder::default();
            for (index, prefix) in prefixes.iter().enumerate() {
                builder.add(*prefix, index as u32);
            }
            let mut found = Vec::new();
            builder.build().each_covering(address, |payload, _| found.push(payload as usize));
            let lengths: Vec<_> = found.iter().map(|index| prefixes[*index].length()).collect();
            prop_assert!(lengths.is_sorted_by(|inner, outer| inner >= outer));
            let mut want: Vec<_> = (0..prefixes.len()).filter(|index| prefixes[*index].contains(address)).collect();
            found.sort_unstable();
            want.sort_unstable();
            prop_assert_eq!(found, want);
        }
    }
}
