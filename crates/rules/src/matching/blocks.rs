//! All blocks that contain an address, innermost first.
//!
//! CIDR blocks never overlap in part: two are nested or apart. So, sorted by first address with the outer before the
//! inner, the last block that begins at or before an address is the innermost one around it, or lies within every block
//! around it. A look-up is one search and a walk to the root. Sorted questions search from where the last one ended.

use std::net::IpAddr;

use model::Prefix;

/// Marks "no block".
const NONE: u32 = u32::MAX;

/// Most blocks of one family: places are 32 bits wide.
pub(super) const BLOCKS_MAX: usize = NONE as usize;

/// Steps that a search looks ahead at most, doubling, before it halves what is left. Further than two questions of a
/// sorted chunk are apart; a jump further away costs these few steps more.
const STRIDE_MAX: usize = 1024;

/// Blocks of both families with what they stand for.
#[derive(Debug)]
pub(crate) struct Blocks<T> {
    v4: Nested<u32, T>,
    v6: Nested<u128, T>,
}

/// Collects blocks; give them in any order.
#[derive(Debug)]
pub(crate) struct BlocksBuilder<T> {
    v4: Vec<Unplaced<u32, T>>,
    v6: Vec<Unplaced<u128, T>>,
}

/// Where the last questions of a row of questions ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cursor {
    v4: usize,
    v6: usize,
}

/// A block on its way into the order.
#[derive(Debug)]
struct Unplaced<K, T> {
    first: K,
    host_bits: u8,
    value: T,
}

// Not derived: a default of `T` is not needed.
impl<T> Default for BlocksBuilder<T> {
    fn default() -> Self {
        Self {
            v4: Vec::new(),
            v6: Vec::new(),
        }
    }
}

impl<T: Copy> Default for Blocks<T> {
    fn default() -> Self {
        BlocksBuilder::default().build()
    }
}

impl<T: Copy> BlocksBuilder<T> {
    /// Adds a block that stands for `value`. Several may have the same block.
    pub(crate) fn add(&mut self, prefix: Prefix, value: T) {
        match prefix.first() {
            IpAddr::V4(first) => self.v4.push(Unplaced {
                first: first.into(),
                host_bits: 32 - prefix.length(),
                value,
            }),
            IpAddr::V6(first) => self.v6.push(Unplaced {
                first: first.into(),
                host_bits: 128 - prefix.length(),
                value,
            }),
        }
    }

    /// Blocks of the family that has more.
    pub(super) fn longest(&self) -> usize {
        self.v4.len().max(self.v6.len())
    }

    /// Cost: O(n log n).
    ///
    /// # Panics
    /// Beyond [`BLOCKS_MAX`] blocks of a family, which would take more than 50 GB.
    pub(crate) fn build(self) -> Blocks<T> {
        Blocks {
            v4: Nested::build(self.v4),
            v6: Nested::build(self.v6),
        }
    }
}

impl<T: Copy> Blocks<T> {
    /// Gives what every block that contains `address` stands for, with the host bits of the block: innermost block first,
    /// equal ones in the order in which they were added. An IPv4-mapped address is the IPv4 address.
    ///
    /// Cost: O(log of the distance from `cursor` + depth + blocks found).
    pub(crate) fn each_covering(
        &self,
        address: IpAddr,
        cursor: &mut Cursor,
        take: impl FnMut(T, u8),
    ) {
        match address.to_canonical() {
            IpAddr::V4(address) => self.v4.each_covering(address.into(), &mut cursor.v4, take),
            IpAddr::V6(address) => self.v6.each_covering(address.into(), &mut cursor.v6, take),
        }
    }

    /// What the innermost block that contains `address` stands for; of several, the one added first.
    pub(crate) fn innermost(&self, address: IpAddr) -> Option<T> {
        match address.to_canonical() {
            IpAddr::V4(address) => self.v4.innermost(address.into(), &mut 0),
            IpAddr::V6(address) => self.v6.innermost(address.into(), &mut 0),
        }
    }
}

/// An address as a number.
trait Number: Copy + Ord {
    /// Whether two addresses differ in their last `host_bits` bits only.
    fn is_near(self, other: Self, host_bits: u8) -> bool;
}

impl Number for u32 {
    fn is_near(self, other: Self, host_bits: u8) -> bool {
        u64::from(self ^ other) >> host_bits == 0
    }
}

impl Number for u128 {
    fn is_near(self, other: Self, host_bits: u8) -> bool {
        (self ^ other).checked_shr(host_bits.into()).unwrap_or(0) == 0
    }
}

/// Blocks of one family, in three columns: a search reads the first alone, a walk the second, and the third is read for
/// the blocks that are found, side by side.
#[derive(Debug)]
struct Nested<K, T> {
    /// First address of each block, ascending; where they are equal, larger blocks first.
    firsts: Vec<K>,
    links: Vec<Link>,
    values: Vec<T>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    /// The last of the smallest larger blocks around this one.
    parent: u32,
    host_bits: u8,
    /// Whether the block before is the same.
    repeats: bool,
}

impl<K: Number, T: Copy> Nested<K, T> {
    fn build(mut unplaced: Vec<Unplaced<K, T>>) -> Self {
        assert!(
            unplaced.len() <= BLOCKS_MAX,
            "more blocks than places of 32 bits"
        );
        // The sort is stable, and a walk goes backwards: what was added first is met first.
        unplaced.reverse();
        unplaced.sort_by(|a, b| (a.first, b.host_bits).cmp(&(b.first, a.host_bits)));
        let mut nested = Self {
            firsts: Vec::with_capacity(unplaced.len()),
            links: Vec::with_capacity(unplaced.len()),
            values: Vec::with_capacity(unplaced.len()),
        };
        let mut open: Vec<u32> = Vec::new();
        for block in unplaced {
            nested.place(block, &mut open);
        }
        nested
    }

    /// Appends the next block. `open` has the blocks around the last one and itself, by place.
    fn place(&mut self, next: Unplaced<K, T>, open: &mut Vec<u32>) {
        while let Some(outer) = open.last()
            && !self.contains(*outer, next.first)
        {
            open.pop();
        }
        let repeats = open.last().is_some_and(|outer| {
            let outer = *outer as usize;
            self.firsts[outer] == next.first && self.links[outer].host_bits == next.host_bits
        });
        if repeats {
            open.pop();
        }
        let parent = open.last().copied().unwrap_or(NONE);
        open.push(self.links.len() as u32);
        self.firsts.push(next.first);
        self.values.push(next.value);
        self.links.push(Link {
            parent,
            host_bits: next.host_bits,
            repeats,
        });
    }

    fn contains(&self, place: u32, address: K) -> bool {
        let place = place as usize;
        self.firsts[place].is_near(address, self.links[place].host_bits)
    }

    /// The innermost block that contains `address`; of several, the last in the order. Leaves in `from` where to search
    /// for the next address.
    fn innermost_place(&self, address: K, from: &mut usize) -> u32 {
        let after = self.first_above(address, *from);
        *from = after;
        let mut place = match after.checked_sub(1) {
            Some(place) => place as u32,
            None => return NONE,
        };
        while place != NONE && !self.contains(place, address) {
            place = self.links[place as usize].parent;
        }
        place
    }

    /// Place of the first block that begins above `address`.
    fn first_above(&self, address: K, from: usize) -> usize {
        let is_below = |place: usize| self.firsts[place] <= address;
        let count = self.firsts.len();
        let (mut low, mut high) = (0, count);
        let mut stride = 1;
        if from == 0 || is_below(from - 1) {
            low = from;
            while stride <= STRIDE_MAX && low + stride <= count {
                if !is_below(low + stride - 1) {
                    high = low + stride - 1;
                    break;
                }
                low += stride;
                stride *= 2;
            }
        } else {
            high = from - 1;
        }
        low + self.firsts[low..high].partition_point(|first| *first <= address)
    }

    fn each_covering(&self, address: K, from: &mut usize, mut take: impl FnMut(T, u8)) {
        let mut place = self.innermost_place(address, from);
        while place != NONE {
            let mut link = self.links[place as usize];
            take(self.values[place as usize], link.host_bits);
            while link.repeats {
                place -= 1;
                link = self.links[place as usize];
                take(self.values[place as usize], link.host_bits);
            }
            place = link.parent;
        }
    }

    fn innermost(&self, address: K, from: &mut usize) -> Option<T> {
        let place = self.innermost_place(address, from);
        (place != NONE).then(|| self.values[place as usize])
    }
}
