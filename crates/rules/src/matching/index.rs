//! The index and its making.

use std::net::IpAddr;

use model::{
    AddressError, AddressRange, Asn, AsnError, AssetKind, AssetValue, Prefix, PrefixError,
    RangeError, WebPlace, WebPlaceError, parse_address,
};

use super::blocks::{BLOCKS_MAX, Blocks, BlocksBuilder};
use super::finder::Finder;
use super::held::{Apart, Held};
use super::names::{Names, NamesBuilder, TEXT_BYTES_MAX};
use super::sites::Sites;
use super::{IndexedAsset, Whereabouts};

/// Longest name in bytes (RFC 1035 section 2.3.4).
const NAME_BYTES_MAX: usize = 253;

/// Most blocks of a range.
const RANGE_BLOCKS_MAX: usize = 254;

/// Every asset of the register, ready to be asked.
#[derive(Debug, Default)]
pub struct AssetIndex {
    pub(super) blocks: Blocks<Held>,
    pub(super) names: Names,
    /// Domains of e-mail addresses.
    pub(super) mail: Names,
    pub(super) sites: Sites,
    /// By AS number, then as they were added.
    by_asn: Vec<(u32, Held)>,
    pub(super) apart: Apart,
    as_table: AsTable,
    count: usize,
}

/// Collects assets; see [`AssetIndex::builder`].
#[derive(Debug, Default)]
pub struct AssetIndexBuilder {
    blocks: BlocksBuilder<Held>,
    names: NamesBuilder,
    mail: NamesBuilder,
    sites: Sites,
    by_asn: Vec<(u32, Held)>,
    apart: Apart,
    count: usize,
}

/// Why an asset was not added.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The index has as many assets as it can number.
    #[error(
        "the index is full: {BLOCKS_MAX} blocks of a family and {TEXT_BYTES_MAX} bytes of names are the most"
    )]
    Full,
    /// The text is too long for a name.
    #[error("a name has {NAME_BYTES_MAX} bytes at most, not {bytes}")]
    LongName {
        /// Its length.
        bytes: usize,
    },
    /// The text is not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The text is not a prefix.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// The text is not a range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The text is not an AS number.
    #[error(transparent)]
    Asn(#[from] AsnError),
    /// The text is not a site.
    #[error(transparent)]
    Site(#[from] WebPlaceError),
}

/// Which AS number announces an address.
#[derive(Debug, Default)]
pub struct AsTable {
    blocks: Blocks<Asn>,
}

impl FromIterator<(Prefix, Asn)> for AsTable {
    fn from_iter<I: IntoIterator<Item = (Prefix, Asn)>>(rows: I) -> Self {
        let mut builder = BlocksBuilder::default();
        for (prefix, asn) in rows {
            builder.add(prefix, asn);
        }
        Self {
            blocks: builder.build(),
        }
    }
}

impl AsTable {
    /// The AS number of the longest prefix around `address`.
    pub fn asn_of(&self, address: IpAddr) -> Option<Asn> {
        self.blocks.innermost(address)
    }
}

impl AssetIndexBuilder {
    /// Adds one asset.
    ///
    /// # Errors
    /// When the index is full.
    pub fn add(&mut self, asset: IndexedAsset, value: &AssetValue) -> Result<(), IndexError> {
        match value {
            AssetValue::Address(address) => self.add_block(&asset, Prefix::of_address(*address)),
            AssetValue::Prefix(prefix) => self.add_block(&asset, *prefix),
            AssetValue::Range(range) => self.add_range(&asset, range),
            AssetValue::Asn(asn) => self.add_asn(&asset, *asn),
            AssetValue::Domain(name) => self.add_name(&asset, name.as_str(), AssetKind::Domain),
            AssetValue::Host(name) => self.add_name(&asset, name.as_str(), AssetKind::Host),
            AssetValue::Url(place) => self.add_site(&asset, place),
            AssetValue::EmailDomain(name) => {
                self.add_name(&asset, name.as_str(), AssetKind::EmailDomain)
            }
        }
    }

    /// Adds one asset by its canonical text, which an [`AssetValue`] once wrote. So a name is taken as it stands, and
    /// nobody is asked again whether one organisation can own it.
    ///
    /// # Errors
    /// When the index is full, or the text is not of that kind.
    pub fn add_canonical(
        &mut self,
        asset: IndexedAsset,
        kind: AssetKind,
        text: &str,
    ) -> Result<(), IndexError> {
        match kind {
            AssetKind::Address => self.add_block(&asset, Prefix::of_address(parse_address(text)?)),
            AssetKind::Prefix => self.add_block(&asset, text.parse()?),
            AssetKind::Range => self.add_range(&asset, &text.parse()?),
            AssetKind::Asn => self.add_asn(&asset, text.parse()?),
            AssetKind::Domain | AssetKind::Host | AssetKind::EmailDomain => {
                self.add_name(&asset, text, kind)
            }
            AssetKind::Url => self.add_site(&asset, &text.parse()?),
        }
    }

    fn add_block(&mut self, asset: &IndexedAsset, prefix: Prefix) -> Result<(), IndexError> {
        self.check_room(1)?;
        let held = self.keep(asset, None);
        self.blocks.add(prefix, held);
        Ok(())
    }

    fn add_range(&mut self, asset: &IndexedAsset, range: &AddressRange) -> Result<(), IndexError> {
        self.check_room(RANGE_BLOCKS_MAX)?;
        let prefixes = range.to_prefixes();
        let is_block = prefixes.len() == 1;
        let size = (!is_block).then(|| distance(range.first(), range.last()));
        let held = self.keep(asset, size);
        for prefix in prefixes {
            self.blocks.add(prefix, held);
        }
        Ok(())
    }

    fn add_asn(&mut self, asset: &IndexedAsset, asn: Asn) -> Result<(), IndexError> {
        let held = self.keep(asset, None);
        self.by_asn.push((asn.get(), held));
        Ok(())
    }

    fn add_name(
        &mut self,
        asset: &IndexedAsset,
        name: &str,
        kind: AssetKind,
    ) -> Result<(), IndexError> {
        if name.len() > NAME_BYTES_MAX {
            return Err(IndexError::LongName { bytes: name.len() });
        }
        let longest = self.names.longest_text().max(self.mail.longest_text());
        if longest >= TEXT_BYTES_MAX - NAME_BYTES_MAX {
            return Err(IndexError::Full);
        }
        let held = self.keep(asset, None);
        match kind {
            AssetKind::Host => self.names.add_host(name, held),
            AssetKind::EmailDomain => self.mail.add_domain(name, held),
            _ => self.names.add_domain(name, held),
        }
        Ok(())
    }

    fn add_site(&mut self, asset: &IndexedAsset, place: &WebPlace) -> Result<(), IndexError> {
        let held = self.keep(asset, None);
        self.sites.add(place, held);
        Ok(())
    }

    fn check_room(&self, blocks: usize) -> Result<(), IndexError> {
        if self.blocks.longest() > BLOCKS_MAX - blocks {
            return Err(IndexError::Full);
        }
        Ok(())
    }

    fn keep(&mut self, asset: &IndexedAsset, range_size: Option<u128>) -> Held {
        self.count += 1;
        self.apart.keep(asset, range_size)
    }

    /// The index, with the table that says which AS number announces an address. Cost: O(assets log assets).
    pub fn build(mut self, as_table: AsTable) -> AssetIndex {
        self.by_asn.sort_by_key(|(asn, _)| *asn);
        self.by_asn.shrink_to_fit();
        self.apart.shrink_to_fit();
        self.sites.sort();
        AssetIndex {
            blocks: self.blocks.build(),
            names: self.names.build(),
            mail: self.mail.build(),
            sites: self.sites,
            by_asn: self.by_asn,
            apart: self.apart,
            as_table,
            count: self.count,
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
        self.count
    }

    /// Whether there is no asset.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The AS number that announces an address: by our own table, else as the report says.
    pub fn asn_of(&self, place: &Whereabouts<'_>) -> Option<Asn> {
        place
            .address
            .and_then(|address| self.as_table.asn_of(address))
            .or(place.reported_asn)
    }

    /// Begins to ask: what it returns keeps its memory, and where it was, between questions.
    pub fn finder(&self) -> Finder<'_> {
        Finder::new(self)
    }

    /// Assets that are AS number `asn`.
    pub(super) fn with_asn(&self, asn: Asn) -> impl Iterator<Item = Held> {
        let first = self.by_asn.partition_point(|(known, _)| *known < asn.get());
        self.by_asn[first..]
            .iter()
            .take_while(move |(known, _)| *known == asn.get())
            .map(|(_, held)| *held)
    }
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
