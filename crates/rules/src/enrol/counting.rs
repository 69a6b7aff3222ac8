//! The published rule by which the assets of an application are counted (requirement PI-06).

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};

use model::{AssetValue, CountingRule};
use serde::Serialize;

use super::form::ASSETS_MAX;

/// Most that an application can count: all of IPv4, and as many other assets as a list has.
pub const COUNT_MAX: u64 = (1 << 32) + ASSETS_MAX as u64;

/// IPv6 is counted in blocks of this length at the smallest. Without it, one block could be listed address by address.
///
/// The first rule had the length that a site of its own is given (RIPE-690); a registered block that is listed with gaps then
/// counted as many times as it had pieces, up to 32,768 for a /32. The second has that of the smallest block that RIPE gives
/// to those who pass addresses on (RIPE-738): pieces of one such block are no more than the block.
#[must_use]
pub const fn ipv6_length_max(rule: CountingRule) -> u8 {
    match rule {
        CountingRule::First => 48,
        CountingRule::Second => 32,
    }
}

/// What an application brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AssetCount {
    /// Different IPv4 addresses, however they are given.
    pub ipv4: u64,
    /// Different names. A name and one below it are two.
    pub names: u64,
    /// Different AS numbers.
    pub asns: u64,
    /// Stretches of IPv6 blocks that overlap or touch; each counts as one, whatever its size.
    pub ipv6: u64,
}

impl AssetCount {
    /// The number by which applications are ordered.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.ipv4 + self.names + self.asns + self.ipv6
    }
}

/// Counts assets by a rule. Order and repetition do not matter.
///
/// ```
/// use model::{AssetValue, CountingRule};
/// use rules::enrol::counting::count;
///
/// let listed = ["192.0.2.0/24", "192.0.2.7", "x.example", "AS64496", "2001:db8:1::/48", "2001:db8:7::/48"];
/// let assets: Vec<AssetValue> = listed.iter().map(|text| AssetValue::guess(text).unwrap()).collect();
/// assert_eq!(count(&assets, CountingRule::Second).total(), 256 + 1 + 1 + 1);
/// ```
#[must_use]
pub fn count(assets: &[AssetValue], rule: CountingRule) -> AssetCount {
    let mut names = BTreeSet::new();
    let mut asns = BTreeSet::new();
    let mut ipv4 = Vec::new();
    let mut ipv6 = Vec::new();
    for asset in assets {
        match asset {
            AssetValue::Domain(name) | AssetValue::Host(name) => {
                names.insert(name);
            }
            AssetValue::Asn(asn) => {
                asns.insert(asn);
            }
            // The rule knows none of these: a site is a part of a name, and mailboxes are no system.
            AssetValue::Url(_) | AssetValue::EmailDomain(_) => {}
            AssetValue::Address(_) | AssetValue::Prefix(_) | AssetValue::Range(_) => {
                match asset.bounds().expect("it is given in addresses") {
                    (IpAddr::V4(first), IpAddr::V4(last)) => {
                        ipv4.push((u64::from(first.to_bits()), u64::from(last.to_bits())));
                    }
                    (IpAddr::V6(first), IpAddr::V6(last)) => {
                        ipv6.push(widened(first, last, rule));
                    }
                    _ => unreachable!("an asset runs upwards in one family"),
                }
            }
        }
    }
    AssetCount {
        ipv4: covered(ipv4),
        names: names.len() as u64,
        asns: asns.len() as u64,
        ipv6: stretches(ipv6),
    }
}

/// The addresses of the blocks in which these lie, none smaller than the rule counts.
fn widened(first: Ipv6Addr, last: Ipv6Addr, rule: CountingRule) -> (u128, u128) {
    let within = u128::MAX >> ipv6_length_max(rule);
    (first.to_bits() & !within, last.to_bits() | within)
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

/// Stretches without a gap. Ranges that overlap or touch are one: whoever cuts a prefix into pieces gains nothing.
fn stretches(mut ranges: Vec<(u128, u128)>) -> u64 {
    ranges.sort_unstable();
    let mut total = 0;
    let mut end: Option<u128> = None;
    for (first, last) in ranges {
        if end.is_none_or(|end| end.checked_add(1).is_some_and(|next| next < first)) {
            total += 1;
        }
        end = end.max(Some(last));
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    use CountingRule::{First, Second};

    fn listed_assets(listed: &str) -> Vec<AssetValue> {
        let texts = listed.split_whitespace();
        texts.map(|text| AssetValue::guess(text).unwrap()).collect()
    }

    fn check_count(listed: &str, rule: CountingRule, want: [u64; 4]) {
        let AssetCount {
            ipv4,
            names,
            asns,
            ipv6,
        } = count(&listed_assets(listed), rule);
        assert_eq!([ipv4, names, asns, ipv6], want, "{listed} by rule {rule}");
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
            ("https://x.example/a @x.example", [0, 0, 0, 0]),
        ] {
            for rule in CountingRule::ALL {
                check_count(listed, *rule, want);
            }
        }
    }

    #[test]
    fn ipv6_prefixes_that_overlap_or_touch_count_one_together_whatever_their_size() {
        for (listed, by_first, by_second) in [
            ("2001:db8::/32", 1, 1),
            ("2001:db8::/32 2001:db8::/32", 1, 1),
            ("2001:db8::/32 2001:db8:7::/48 2001:db8:7::1", 1, 1),
            ("2001:db8::/48 2001:db8:1::/48", 1, 1),
            ("2001:db8:1::/48 2001:db8:2::/48", 1, 1),
            ("2001:db8::/48 2001:db8:2::/48", 2, 1),
            ("2001:db8::/48 2001:db8:2::/48 2001:db8:1::/48", 1, 1),
            ("2001:db8::1 2001:db8:ffff::/48 2001:db8:8::/64", 3, 1),
            ("2001:db8::/33 2001:db8:8000::/33 2001:db9::/32", 1, 1),
            ("2001:db8::1 2001:db9::1", 2, 1),
            ("2001:db8::1 2001:dba::1", 2, 2),
            ("2001:db8::1 2001:db8::2 2001:db8:0:9::/64", 1, 1),
            ("2001:db8::1-2001:db8::ffff", 1, 1),
            ("2001:db8::/48 2001:db8::/47", 1, 1),
            ("2001:db8::/29", 1, 1),
        ] {
            check_count(listed, First, [0, 0, 0, by_first]);
            check_count(listed, Second, [0, 0, 0, by_second]);
        }
    }

    /// The /48 with this number within 2001:db8::/32.
    fn block(number: u16) -> AssetValue {
        AssetValue::guess(&format!("2001:db8:{number:x}::/48")).unwrap()
    }

    #[test]
    fn a_prefix_that_is_listed_in_1900_pieces_counts_one() {
        let pieces: Vec<AssetValue> = (0..1_900).map(block).collect();
        for rule in CountingRule::ALL {
            assert_eq!(count(&pieces, *rule).total(), 1);
        }
    }

    #[test]
    fn a_prefix_that_is_cut_into_32768_pieces_with_gaps_counts_one_by_the_newest_rule() {
        let pieces: Vec<AssetValue> = (0..=u16::MAX).step_by(2).map(block).collect();
        assert_eq!(count(&pieces, First).total(), 32_768);
        assert_eq!(count(&pieces, CountingRule::NEWEST).total(), 1);
    }

    /// The halves of an IPv6 prefix, and their halves, so many times.
    fn cut(bits: u128, length: u8, times: u32) -> Vec<AssetValue> {
        let pieces = 0..1_u128 << times;
        let length = length + times as u8;
        let piece = |piece: u128| {
            let first = Ipv6Addr::from_bits(bits | piece << (128 - length));
            AssetValue::guess(&format!("{first}/{length}")).unwrap()
        };
        pieces.map(piece).collect()
    }

    /// The blocks of 32 bits in which an asset lies.
    fn blocks_of(asset: &AssetValue) -> std::ops::RangeInclusive<u128> {
        match asset.bounds() {
            Some((IpAddr::V6(first), IpAddr::V6(last))) => {
                first.to_bits() >> 96..=last.to_bits() >> 96
            }
            other => panic!("{other:?} is no IPv6"),
        }
    }

    /// Pieces of the sixteen blocks from 2001:db8::/32 on: any prefix from a /28 to a single address.
    fn pieces() -> impl Strategy<Value = Vec<AssetValue>> {
        let piece = (0_u128..16, any::<u128>(), 28_u8..=128).prop_map(|(nth, inside, length)| {
            let base = "2001:db8::".parse::<Ipv6Addr>().unwrap().to_bits();
            let bits = (base + (nth << 96)) | inside >> 32;
            let first =
                Ipv6Addr::from_bits(bits & !(u128::MAX.checked_shr(length.into()).unwrap_or(0)));
            AssetValue::guess(&format!("{first}/{length}")).unwrap()
        });
        prop::collection::vec(piece, 1..12)
    }

    proptest! {
        #[test]
        fn cutting_ipv6_prefixes_never_raises_the_count_and_their_order_does_not_matter(
            held in prop::collection::vec((0_u128..16, 29_u8..48, 0_u32..5), 1..6),
            turn in 0_usize..64,
        ) {
            let base = "2001:db8::".parse::<Ipv6Addr>().unwrap().to_bits();
            let (mut whole, mut pieces) = (Vec::new(), Vec::new());
            for (nth, length, times) in held {
                let bits = ((base + (nth << 96)) >> (128 - length)) << (128 - length);
                whole.extend(cut(bits, length, 0));
                pieces.extend(cut(bits, length, times));
            }
            for rule in CountingRule::ALL {
                let ipv6 = |assets: &[AssetValue]| count(assets, *rule).ipv6;
                prop_assert_eq!(ipv6(&pieces), ipv6(&whole));
                let middle = turn % pieces.len();
                pieces.rotate_left(middle);
                prop_assert_eq!(ipv6(&pieces), ipv6(&whole));
                pieces.reverse();
                pieces.extend(whole.iter().cloned());
                prop_assert_eq!(ipv6(&pieces), ipv6(&whole));
            }
        }

        #[test]
        fn no_piece_of_a_block_of_32_bits_that_is_listed_already_changes_the_count(
            listed in pieces(), more in prop::collection::vec((any::<prop::sample::Index>(), any::<u128>(), 32_u8..=128), 1..40),
        ) {
            let mut all = listed.clone();
            for (which, inside, length) in more {
                // Somewhere in the first block of one that is listed, with or without gaps around it.
                let block = *blocks_of(which.get(&listed)).start();
                let kept = !(u128::MAX.checked_shr(length.into()).unwrap_or(0));
                let first = Ipv6Addr::from_bits((block << 96 | inside >> 32) & kept);
                all.push(AssetValue::guess(&format!("{first}/{length}")).unwrap());
            }
            prop_assert_eq!(count(&all, Second).ipv6, count(&listed, Second).ipv6);
        }

        #[test]
        fn ipv6_counts_no_more_than_the_blocks_of_32_bits_in_which_it_lies(listed in pieces()) {
            let blocks: BTreeSet<u128> = listed.iter().flat_map(blocks_of).collect();
            // By hand: blocks in a row are one.
            let begins = blocks.iter().filter(|block| !blocks.contains(&(*block - 1)));
            let ipv6 = count(&listed, Second).ipv6;
            prop_assert_eq!(ipv6, begins.count() as u64);
            prop_assert!(ipv6 <= blocks.len() as u64);
            prop_assert!(ipv6 <= count(&listed, First).ipv6);
        }

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
            prop_assert_eq!(count(&assets, Second).ipv4, set.len() as u64);
            assets.reverse();
            prop_assert_eq!(count(&assets, Second).ipv4, set.len() as u64);
        }
    }
}
