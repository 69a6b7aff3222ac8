//! Whose is it: all assets that contain an endpoint, most specific first, in each of three dimensions.
//!
//! Built once per version of the register, then only read. An address is in the asset with the fewest addresses first;
//! a name is in the host of that name, then in the domains around it; an AS number counts only where neither an address
//! nor a name does (see "Match precedence" in the design). A URL is in the sites around it before it is in names, and the
//! domain of e-mail addresses in what holds these alone before it is in a name as short.

mod blocks;
mod finder;
mod held;
mod index;
mod names;
mod sites;

use std::net::IpAddr;

use model::{Asn, Day, DomainName, Endpoint};

pub(crate) use blocks::{Blocks, BlocksBuilder};
pub use finder::Finder;
pub use index::{AsTable, AssetIndex, AssetIndexBuilder, IndexError};

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

/// What is known of where something was seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whereabouts<'a> {
    /// The address.
    pub address: Option<IpAddr>,
    /// The host or e-mail domain.
    pub name: Option<&'a DomainName>,
    /// The endpoint itself. Sites and domains of e-mail addresses are looked for by it alone.
    pub endpoint: Option<&'a Endpoint>,
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

#[cfg(test)]
mod tests;
