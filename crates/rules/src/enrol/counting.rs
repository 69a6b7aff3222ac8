//! The published rule by which the assets of an application are counted (requirement PI-06).

use std::collections::BTreeSet;
use std::net::IpAddr;

use model::{AddressRange, AssetValue, Prefix};
use serde::Serialize;

/// IPv6 is counted in blocks of this length at the smallest: what a site of its own is given (RIPE-690). Without it, one
/// block could be listed address by address.
pub const IPV6_LENGTH_MAX: u8 = 48;

/// What an application brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AssetCount {
    /// Different IPv4 addresses, however they are given.
    pub ipv4: u64,
    /// Different names. A name and one below it are two.
    pub names: u64,
    /// Different AS numbers.
    pub asns: u64,
    /// IPv6 prefixes that are in no other one of the list; each counts as one, whatever its size.
    pub ipv6: u64,
}

impl AssetCount {
    /// The number by which applications are ordered.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.ipv4 + self.names + self.asns + self.ipv6
    }
}

/// Counts assets. Order and repetition do not matter.
///
/// ```
/// use model::AssetValue;
/// use rules::enrol::counting::count;
///
/// let listed = ["192.0.2.0/24", "192.0.2.7", "x.example", "AS64496", "2001:db8::/32", "2001:db8:1::/48"];
/// let assets: Vec<AssetValue> = listed.iter().map(|text| AssetValue::guess(text).unwrap()).collect();
/// assert_eq!(count(&assets).total(), 256 + 1 + 1 + 1);
/// ```
#[must_use]
pub fn count(assets: &[AssetValue]) -> AssetCount {
    let mut names = BTreeSet::new();
    let mut asns = BTreeSet::new();
    let mut ipv4 = Vec::new();
    let mut ipv6 = BTreeSet::new();
    for asset in assets {
        match asset {
            AssetValue::Domain(name) | AssetValue::Host(name) => {
                names.insert(name);
            }
            AssetValue::Asn(asn) => {
                asns.insert(asn);
            }
            AssetValue::Address(_) | AssetValue::Prefix(_) | AssetValue::Range(_) => {
                match asset.bounds().expect("it is given in addresses") {
                    (IpAddr::V4(first), IpAddr::V4(last)) => {
                        ipv4.push((u64::from(first.to_bits()), u64::from(last.to_bits())));
                    }
                    (first, last) => ipv6.extend(blocks(first, last)),
                }
            }
        }
    }
    AssetCount {
        ipv4: covered(ipv4),
        names: names.len() as u64,
        asns: asns.len() as u64,
        ipv6: outermost(&ipv6),
    }
}

/// The prefixes that make up these addresses of IPv6, none smaller than is counted.
fn blocks(first: IpAddr, last: IpAddr) -> Vec<Prefix> {
    let range = AddressRange::new(first, last).expect("an asset runs upwards in one family");
    let widened = |prefix: Prefix| match prefix.first() {
        IpAddr::V6(first) if prefix.length() > IPV6_LENGTH_MAX => {
            let rest = 128 - u32::from(IPV6_LENGTH_MAX);
            let first = IpAddr::V6((first.to_bits() >> rest << rest).into());
            Prefix::new(first, IPV6_LENGTH_MAX).expect("the bits behind the length are cleared")
        }
        _ => prefix,
    };
    range.to_prefixes().into_iter().map(widened).collect()
}

/// Addresses in at least one of the ranges.
fn covered(mut ranges: Vec<(u64, u64)>) -> u64 {
    ranges.sort_unstable();
    let mut next_uncounted = 0;
    let mut total = 0;
    for (first, last) in ranges {
        let from = first.max(next_uncounted);
        if from <= last {
            total += last - from + 1;
            next_uncounted = last + 1;
        }
    }
    total
}

/// Prefixes that are in no other one. They sort with an outer one before those in it.
fn outermost(prefixes: &BTreeSet<Prefix>) -> u64 {
    let mut total = 0;
    let mut outer: Option<&Prefix> = None;
    for prefix in prefixes {
        if !outer.is_some_and(|outer| outer.contains(prefix.first())) {
            total += 1;
            outer = Some(prefix);
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check_count(listed: &str, want: [u64; 4]) {
        let assets: Vec<_> = listed
            .split_whitespace()
            .map(|text| AssetValue::guess(text).unwrap())
            .collect();
        let AssetCount {
            ipv4,
            names,
            asns,
            ipv6,
        } = count(&assets);
        assert_eq!([ipv4, names, asns, ipv6], want, "{listed}");
    }

    #[test]
    fn each_address_name_and_number_counts_once_however_it_is_given() {
        for (listed, want) in [
            ("", [0, 0, 0, 0]),
            ("192.0.2.1 192.0.2.1/32 192.0.2.1-192.0.2.1", [1, 0, 0, 0]),
            ("192.0.2.0/24 192.0.2.128/25 192.0.2.7", [256, 0, 0, 0]),
            ("192.0.2.0-192.0.2.9 192.0.2.5-192.0.2.14", [15, 0, 0, 0]),
            ("192.0.2.9 192.0.2.0/30 192.0.2.4/30", [9, 0, 0, 0]),
            (
                "x.example *.x.example X.example. www.x.example",
                [0, 2, 0, 0],
            ),
            ("AS64496 as64496 AS64497", [0, 0, 2, 0]),
        ] {
            check_count(listed, want);
        }
    }

    #[test]
    fn an_ipv6_prefix_counts_one_whatever_its_size_and_nested_ones_nothing() {
        for (listed, want) in [
            ("2001:db8::/32", 1),
            ("2001:db8::/32 2001:db8::/32", 1),
            ("2001:db8::/32 2001:db8:7::/48 2001:db8:7::1", 1),
            ("2001:db8::/48 2001:db8:1::/48", 2),
            ("2001:db8::1 2001:db8::2 2001:db8:0:9::/64", 1),
            ("2001:db8::1-2001:db8::ffff", 1),
            ("2001:db8::/48 2001:db8::/47", 1),
        ] {
            check_count(listed, [0, 0, 0, want]);
        }
    }

    proptest! {
        #[test]
        fn ipv4_is_counted_as_a_set_of_addresses_would_be(
            ranges in prop::collection::vec((0_u8..=255, 0_u8..=255), 0..12)
        ) {
            let mut assets = Vec::new();
            let mut set = BTreeSet::new();
            for (one, other) in ranges {
                let (first, last) = (one.min(other), one.max(other));
                assets.push(AssetValue::guess(&format!("192.0.2.{first}-192.0.2.{last}")).unwrap());
                set.extend(first..=last);
            }
            prop_assert_eq!(count(&assets).ipv4, set.len() as u64);
            assets.reverse();
            prop_assert_eq!(count(&assets).ipv4, set.len() as u64);
        }
    }
}
