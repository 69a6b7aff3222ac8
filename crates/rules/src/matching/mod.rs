//! Whose is it: all assets that contain an endpoint, most specific first, in each of three dimensions.
//!
//! Built once per version of the register, then only read. An address is in the asset with the fewest addresses first;
//! a name is in the host of that name, then in the domains around it; an AS number counts only where neither an address
//! nor a name does (see "Match precedence" in the design).

mod blocks;
mod names;

use std::collections::HashMap;
use std::net::IpAddr;

use model::{AddressRange, Asn, AssetValue, Day, DomainName, Prefix};

pub(crate) use blocks::{Blocks, BlocksBuilder};
use names::Names;

model::vocabulary! {
    /// By what an asset contains an endpoint.
    pub enum Dimension: "dimension" {
        /// By its address.
        Address = 0 => "address",
        /// By its name.
        Name = 1 => "name",
        /// By the AS number that announces its address.
        Asn = 2 => "asn",
    }
}

/// An asset for the index.
#[derive(Clone, Debug)]
pub struct IndexedAsset {
    /// Number of the asset in the register.
    pub asset_no: i64,
    /// Number of its party.
    pub party_no: i64,
    /// First day held.
    pub valid_from: Option<Day>,
    /// First day no longer held.
    pub valid_until: Option<Day>,
}

impl IndexedAsset {
    fn held_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day)
            && self.valid_until.is_none_or(|until| day < until)
    }
}

/// What is known of where something was seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whereabouts<'a> {
    /// The address.
    pub address: Option<IpAddr>,
    /// The host or e-mail domain.
    pub name: Option<&'a DomainName>,
    /// The AS number that the report gave; used where our own table knows none.
    pub reported_asn: Option<Asn>,
}

/// An asset that contains an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Number of the asset.
    pub asset_no: i64,
    /// Number of its party.
    pub party_no: i64,
    /// First day held.
    pub valid_from: Option<Day>,
    /// First day no longer held.
    pub valid_until: Option<Day>,
    /// By what.
    pub dimension: Dimension,
    /// 1 is the most specific of its dimension; assets that are equally specific share a rank.
    pub rank: u16,
}

/// Every asset of the register, ready to be asked.
#[derive(Debug, Default)]
pub struct AssetIndex {
    assets: Vec<IndexedAsset>,
    blocks: Blocks,
    /// Sizes of the ranges that are more than one block, by place in `assets`.
    ranges: HashMap<u32, u128>,
    domains: Names,
    hosts: Names,
    by_asn: HashMap<u32, Vec<u32>>,
    as_table: AsTable,
}

/// Collects assets; see [`AssetIndex::builder`].
#[derive(Default)]
pub struct AssetIndexBuilder {
    index: AssetIndex,
    blocks: BlocksBuilder,
}

/// Which AS number announces an address.
#[derive(Debug, Default)]
pub struct AsTable {
    blocks: Blocks,
}

impl FromIterator<(Prefix, Asn)> for AsTable {
    fn from_iter<I: IntoIterator<Item = (Prefix, Asn)>>(rows: I) -> Self {
        let mut builder = BlocksBuilder::default();
        for (prefix, asn) in rows {
            builder.add(prefix, asn.get());
        }
        Self {
            blocks: builder.build(),
        }
    }
}

impl AsTable {
    /// The AS number of the longest prefix around `address`.
    pub fn asn_of(&self, address: IpAddr) -> Option<Asn> {
        self.blocks.innermost(address).map(Asn::new)
    }
}

impl AssetIndexBuilder {
    /// Adds one asset.
    pub fn add(&mut self, asset: IndexedAsset, value: &AssetValue) {
        let place = self.index.assets.len() as u32;
        self.index.assets.push(asset);
        match value {
            AssetValue::Address(address) => self.blocks.add(Prefix::of_address(*address), place),
            AssetValue::Prefix(prefix) => self.blocks.add(*prefix, place),
            AssetValue::Range(range) => self.add_range(range, place),
            AssetValue::Asn(asn) => self.index.by_asn.entry(asn.get()).or_default().push(place),
            AssetValue::Domain(name) => self.index.domains.add(name.as_str(), place),
            AssetValue::Host(name) => self.index.hosts.add(name.as_str(), place),
        }
    }

    fn add_range(&mut self, range: &AddressRange, place: u32) {
        let prefixes = range.to_prefixes();
        if prefixes.len() > 1 {
            self.index
                .ranges
                .insert(place, distance(range.first(), range.last()));
        }
        for prefix in prefixes {
            self.blocks.add(prefix, place);
        }
    }

    /// The index, with the table that says which AS number announces an address.
    pub fn build(self, as_table: AsTable) -> AssetIndex {
        AssetIndex {
            blocks: self.blocks.build(),
            as_table,
            ..self.index
        }
    }
}

impl AssetIndex {
    /// Begins an index.
    pub fn builder() -> AssetIndexBuilder {
        AssetIndexBuilder::default()
    }

    /// Assets in the index.
    pub fn len(&self) -> usize {
        self.assets.len()
    }

    /// Whether there is no asset.
    pub fn is_empty(&self) -> bool {
        self.assets.is_empty()
    }

    /// The AS number that announces an address: by our own table, else as the report says.
    pub fn asn_of(&self, place: &Whereabouts<'_>) -> Option<Asn> {
        place
            .address
            .and_then(|address| self.as_table.asn_of(address))
            .or(place.reported_asn)
    }

    /// Begins to ask: what it returns keeps its memory between questions.
    pub fn finder(&self) -> Finder<'_> {
        Finder {
            index: self,
            sized: Vec::new(),
            found: Vec::new(),
        }
    }

    fn as_match(&self, place: u32, day: Day, dimension: Dimension, rank: u16) -> Option<Match> {
        let asset = &self.assets[place as usize];
        asset.held_on(day).then_some(Match {
            asset_no: asset.asset_no,
            party_no: asset.party_no,
            valid_from: asset.valid_from,
            valid_until: asset.valid_until,
            dimension,
            rank,
        })
    }
}

/// Asks an index, one place after another.
#[derive(Debug)]
pub struct Finder<'i> {
    index: &'i AssetIndex,
    /// Size and place of each asset around the current question, smallest first.
    sized: Vec<(u128, u32)>,
    found: Vec<Match>,
}

impl Finder<'_> {
    /// Every asset that contained `place` on `day`, by dimension and rank.
    ///
    /// Cost: O(log assets + assets that contain the address + labels of the name).
    pub fn find(&mut self, place: &Whereabouts<'_>, day: Day) -> &[Match] {
        self.found.clear();
        if let Some(address) = place.address {
            self.find_address(address, day);
        }
        if let Some(name) = place.name {
            self.find_name(name, day);
        }
        if self.found.is_empty()
            && let Some(asn) = self.index.asn_of(place)
        {
            let places = self.index.by_asn.get(&asn.get()).into_iter().flatten();
            self.found.extend(
                places.filter_map(|place| self.index.as_match(*place, day, Dimension::Asn, 1)),
            );
        }
        &self.found
    }

    /// Blocks come from the inside out, so a block's own size orders them; a range of several blocks is as large as the
    /// whole range, whichever of its blocks was hit.
    fn find_address(&mut self, address: IpAddr, day: Day) {
        let Self { index, sized, .. } = self;
        sized.clear();
        index
            .blocks
            .each_covering(address, |place, size| sized.push((size, place)));
        if !index.ranges.is_empty() {
            for (size, place) in sized.iter_mut() {
                *size = index.ranges.get(place).copied().unwrap_or(*size);
            }
            sized.sort_by_key(|(size, _)| *size);
        }
        self.rank(day, Dimension::Address);
    }

    fn find_name(&mut self, name: &DomainName, day: Day) {
        let Self { index, sized, .. } = self;
        sized.clear();
        index
            .hosts
            .each(name.as_str(), |place| sized.push((0, place)));
        for (steps, suffix) in name.parents().enumerate() {
            index
                .domains
                .each(suffix, |place| sized.push((steps as u128 + 1, place)));
        }
        self.rank(day, Dimension::Name);
    }

    /// Gives ranks to what is held on `day`; equal sizes share one.
    fn rank(&mut self, day: Day, dimension: Dimension) {
        let (mut rank, mut last) = (0, None);
        for (size, place) in &self.sized {
            let next_rank = if last == Some(*size) { rank } else { rank + 1 };
            if let Some(matched) = self.index.as_match(*place, day, dimension, next_rank) {
                self.found.push(matched);
                (rank, last) = (next_rank, Some(*size));
            }
        }
    }
}

/// Tells sets of assets apart: equal for equal matches, 0 for none. What was decided for a finding is decided again only
/// when this changes.
pub fn digest(matches: &[Match]) -> i64 {
    matches.iter().fold(0, |digest: i64, found| {
        let one = found
            .asset_no
            .wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64);
        let ranked = one
            ^ i64::from(found.rank).rotate_left(40)
            ^ i64::from(found.dimension.code()).rotate_left(56);
        digest
            .rotate_left(23)
            .wrapping_add(ranked.wrapping_mul(0xff51_afd7_ed55_8ccd_u64 as i64))
    })
}

/// Addresses between, less one, so that the whole of IPv6 fits.
fn distance(first: IpAddr, last: IpAddr) -> u128 {
    fn number(address: IpAddr) -> u128 {
        match address {
            IpAddr::V4(address) => u32::from(address).into(),
            IpAddr::V6(address) => address.into(),
        }
    }
    number(last) - number(first)
}

#[cfg(test)]
mod tests;
