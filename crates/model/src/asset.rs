//! What an organisation says is its own.

use std::fmt;
use std::net::IpAddr;

use crate::{
    AddressClass, AddressError, AddressRange, Asn, AsnError, DomainError, DomainName, Prefix,
    PrefixError, RangeError, classify, parse_address, reserved_within,
};

crate::vocabulary! {
    /// In which terms an asset is given.
    pub enum AssetKind: "kind of asset" {
        /// One IP address.
        Address = 0 => "address" | "ip" | "ip-address" | "adres",
        /// A prefix.
        Prefix = 1 => "prefix" | "cidr" | "network",
        /// A range of addresses.
        Range = 2 => "range" | "address-range" | "ip-range" | "bereik",
        /// An AS number.
        Asn = 3 => "asn" | "as" | "as-number",
        /// A domain and everything below it.
        Domain = 4 => "domain" | "domein",
        /// Exactly this name.
        Host = 5 => "host" | "hostname" | "fqdn",
    }
}

/// What an organisation says is its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssetValue {
    /// One IP address.
    Address(IpAddr),
    /// A prefix.
    Prefix(Prefix),
    /// A range of addresses.
    Range(AddressRange),
    /// All addresses that this system announces.
    Asn(Asn),
    /// This name and everything below it.
    Domain(DomainName),
    /// Exactly this name.
    Host(DomainName),
}

/// Why a text is not something that one organisation can own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// Not an address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Not a prefix.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// Not a range.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// Not an AS number.
    #[error(transparent)]
    Asn(#[from] AsnError),
    /// Not a name.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// Addresses that nobody owns.
    #[error("`{given}` cannot be owned by one organisation: it is or contains space for {why}")]
    Reserved {
        /// What was given.
        given: String,
        /// What the space is for.
        why: &'static str,
    },
    /// An AS number that nobody owns.
    #[error("{asn} cannot be owned by one organisation: {why}")]
    UnownedAsn {
        /// What was given.
        asn: Asn,
        /// What the number is for.
        why: &'static str,
    },
    /// A name below which strangers register.
    #[error(
        "`{name}` is a public suffix: strangers register names below it, so it is nobody's own"
    )]
    PublicSuffix {
        /// What was given.
        name: DomainName,
    },
}

impl AssetValue {
    /// Reads an asset of a known kind. Documentation addresses are fine.
    ///
    /// # Errors
    /// If the text is not of that kind, or is something that no single organisation can own: reserved or private
    /// addresses, a public suffix.
    pub fn parse(kind: AssetKind, text: &str) -> Result<Self, AssetError> {
        match kind {
            AssetKind::Address => owned_address(text).map(Self::Address),
            AssetKind::Prefix => {
                let prefix: Prefix = text.parse()?;
                check_owned(&prefix, prefix.first(), prefix.last()).map(|()| Self::Prefix(prefix))
            }
            AssetKind::Range => {
                let range: AddressRange = text.parse()?;
                check_owned(&range, range.first(), range.last()).map(|()| Self::Range(range))
            }
            AssetKind::Asn => owned_asn(text).map(Self::Asn),
            AssetKind::Domain => owned_name(text).map(Self::Domain),
            AssetKind::Host => owned_name(text).map(Self::Host),
        }
    }

    /// In which terms the asset is given.
    #[must_use]
    pub const fn kind(&self) -> AssetKind {
        match self {
            Self::Address(_) => AssetKind::Address,
            Self::Prefix(_) => AssetKind::Prefix,
            Self::Range(_) => AssetKind::Range,
            Self::Asn(_) => AssetKind::Asn,
            Self::Domain(_) => AssetKind::Domain,
            Self::Host(_) => AssetKind::Host,
        }
    }

    /// The first and last address, if the asset is given in addresses.
    #[must_use]
    pub fn bounds(&self) -> Option<(IpAddr, IpAddr)> {
        match self {
            Self::Address(address) => Some((address.to_canonical(), address.to_canonical())),
            Self::Prefix(prefix) => Some((prefix.first(), prefix.last())),
            Self::Range(range) => Some((range.first(), range.last())),
            Self::Asn(_) | Self::Domain(_) | Self::Host(_) => None,
        }
    }

    /// A text that is equal for equal claims, however they are given.
    ///
    /// `192.0.2.1`, `192.0.2.1/32` and `192.0.2.1-192.0.2.1` all give `ip:192.0.2.1-192.0.2.1`. A domain and a host
    /// of the same name are two claims.
    #[must_use]
    pub fn canonical_claim(&self) -> String {
        match (self, self.bounds()) {
            (_, Some((first, last))) => format!("ip:{first}-{last}"),
            (Self::Asn(asn), _) => format!("asn:{}", asn.get()),
            (Self::Host(name), _) => format!("host:{name}"),
            (other, None) => format!("domain:{other}"),
        }
    }
}

fn owned_address(text: &str) -> Result<IpAddr, AssetError> {
    let address = parse_address(text)?;
    match classify(address) {
        AddressClass::Global | AddressClass::Documentation => Ok(address),
        AddressClass::Reserved(why) => Err(AssetError::Reserved {
            given: address.to_string(),
            why,
        }),
    }
}

fn check_owned(given: &impl fmt::Display, first: IpAddr, last: IpAddr) -> Result<(), AssetError> {
    match reserved_within(first, last) {
        None => Ok(()),
        Some(why) => Err(AssetError::Reserved {
            given: given.to_string(),
            why,
        }),
    }
}

fn owned_asn(text: &str) -> Result<Asn, AssetError> {
    let asn: Asn = text.parse()?;
    match asn.why_unowned() {
        None => Ok(asn),
        Some(why) => Err(AssetError::UnownedAsn { asn, why }),
    }
}

fn owned_name(text: &str) -> Result<DomainName, AssetError> {
    let name: DomainName = text.parse()?;
    if name.is_public_suffix() {
        Err(AssetError::PublicSuffix { name })
    } else {
        Ok(name)
    }
}

impl fmt::Display for AssetValue {
    /// Writes the value without its kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Prefix(prefix) => prefix.fmt(f),
            Self::Range(range) => range.fmt(f),
            Self::Asn(asn) => asn.fmt(f),
            Self::Domain(name) | Self::Host(name) => name.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_are_read_and_written_in_one_form() {
        for (kind, text, want, claim) in [
            (
                AssetKind::Address,
                " 192.0.2.1 ",
                "192.0.2.1",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Prefix,
                "192.0.2.1/32",
                "192.0.2.1/32",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Range,
                "192.0.2.1 - 192.0.2.1",
                "192.0.2.1-192.0.2.1",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Prefix,
                "192.0.2.0/24",
                "192.0.2.0/24",
                "ip:192.0.2.0-192.0.2.255",
            ),
            (
                AssetKind::Address,
                "::ffff:192.0.2.1",
                "192.0.2.1",
                "ip:192.0.2.1-192.0.2.1",
            ),
            (
                AssetKind::Prefix,
                "2001:DB8::/127",
                "2001:db8::/127",
                "ip:2001:db8::-2001:db8::1",
            ),
            (AssetKind::Asn, "as64496", "AS64496", "asn:64496"),
            (
                AssetKind::Domain,
                "X.Example.",
                "x.example",
                "domain:x.example",
            ),
            (
                AssetKind::Host,
                "www.X.example",
                "www.x.example",
                "host:www.x.example",
            ),
        ] {
            let asset = AssetValue::parse(kind, text).unwrap();
            assert_eq!(
                (asset.to_string().as_str(), asset.kind()),
                (want, kind),
                "{text}"
            );
            assert_eq!(asset.canonical_claim(), claim, "{text}");
            assert_eq!(AssetValue::parse(kind, want).unwrap(), asset, "{text}");
        }
    }

    #[test]
    fn what_no_single_organisation_can_own_is_refused() {
        for (kind, text, why) in [
            (AssetKind::Address, "10.0.0.1", "private use"),
            (AssetKind::Address, "::1", "loopback"),
            (AssetKind::Address, "192.0.2.0/24", "not the prefix"),
            (AssetKind::Prefix, "192.168.0.0/24", "private use"),
            (AssetKind::Prefix, "0.0.0.0/0", "this network"),
            (AssetKind::Prefix, "::/0", "unspecified"),
            (AssetKind::Prefix, "192.0.2.1/24", "probably 192.0.2.0/24"),
            (AssetKind::Range, "9.255.255.0-10.0.0.1", "private use"),
            (AssetKind::Range, "192.0.2.2-192.0.2.1", "above"),
            (AssetKind::Asn, "AS0", "reserved"),
            (AssetKind::Asn, "23456", "AS_TRANS"),
            (AssetKind::Asn, "x", "AS number"),
            (AssetKind::Domain, "co.uk", "public suffix"),
            (AssetKind::Domain, "GitHub.io", "public suffix"),
            (AssetKind::Host, "github.io", "public suffix"),
            (AssetKind::Domain, "nl", "a single label"),
            (AssetKind::Domain, "192.0.2.1", "IP address"),
            (AssetKind::Domain, "*.x.example", "wildcard"),
        ] {
            let error = AssetValue::parse(kind, text).unwrap_err().to_string();
            assert!(error.contains(why), "{kind} {text}: {error}");
        }
    }
}
