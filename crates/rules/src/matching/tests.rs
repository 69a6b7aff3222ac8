//! The index against a reading of every asset, and the cases that taught us.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{AddressRange, AssetKind, AssetValue, Prefix};
use proptest::prelude::*;

use super::*;

/// `party kind value`, with days as `from=` and `until=`.
fn index(assets: &[&str], announced: &[(&str, u32)]) -> AssetIndex {
    let mut builder = AssetIndex::builder();
    for (place, text) in assets.iter().enumerate() {
        let mut words = text.split(' ');
        let mut word = || words.next().unwrap();
        let party_no = word().parse().unwrap();
        let kind: AssetKind = word().parse().unwrap();
        let value = AssetValue::parse(kind, word()).unwrap();
        let rest: Vec<&str> = words.collect();
        let day = |name: &str| {
            rest.iter()
                .find_map(|word| word.strip_prefix(name))
                .map(|day| day.parse().unwrap())
        };
        let asset = IndexedAsset {
            asset_no: place as i64,
            party_no,
            valid_from: day("from="),
            valid_until: day("until="),
        };
        builder.add(asset, &value).unwrap();
    }
    let announced = announced
        .iter()
        .map(|(prefix, asn)| (prefix.parse().unwrap(), Asn::new(*asn)));
    builder.build(AsTable::from_iter(announced))
}

/// What contains `address`, `name` or both (`-` for none): `dimension rank asset`.
fn find(index: &AssetIndex, address: &str, name: &str, day: &str) -> Vec<String> {
    let name: Option<DomainName> = (name != "-").then(|| name.parse().unwrap());
    let place = Whereabouts {
        address: (address != "-").then(|| address.parse().unwrap()),
        name: name.as_ref(),
        reported_asn: None,
    };
    let mut finder = index.finder();
    let found = finder.find(&place, day.parse().unwrap());
    let mut texts: Vec<_> = found
        .iter()
        .map(|found| format!("{} {} {}", found.dimension, found.rank, found.asset_no))
        .collect();
    texts.sort();
    texts
}

const TODAY: &str = "2026-11-18";

#[test]
fn the_smallest_asset_around_an_address_comes_first() {
    let index = index(
        &[
            "1 prefix 192.0.2.0/24",
            "2 prefix 192.0.2.8/29",
            "3 address 192.0.2.9",
            "4 range 192.0.2.8-192.0.2.10",
            "5 range 192.0.2.4-192.0.2.20",
        ],
        &[],
    );
    for (address, want) in [
        (
            "192.0.2.9",
            vec![
                "address 1 2",
                "address 2 3",
                "address 3 1",
                "address 4 4",
                "address 5 0",
            ],
        ),
        (
            "192.0.2.10",
            vec!["address 1 3", "address 2 1", "address 3 4", "address 4 0"],
        ),
        ("192.0.2.20", vec!["address 1 4", "address 2 0"]),
        ("192.0.2.21", vec!["address 1 0"]),
        ("192.0.3.1", vec![]),
        ("2001:db8::1", vec![]),
    ] {
        assert_eq!(find(&index, address, "-", TODAY), want, "{address}");
    }
}

#[test]
fn the_same_claim_written_in_three_ways_shares_a_rank() {
    let index = index(
        &[
            "1 address 192.0.2.1",
            "2 prefix 192.0.2.1/32",
            "3 range 192.0.2.1-192.0.2.1",
            "4 prefix 192.0.2.0/31",
        ],
        &[],
    );
    let want = ["address 1 0", "address 1 1", "address 1 2", "address 2 3"];
    assert_eq!(find(&index, "192.0.2.1", "-", TODAY), want);
}

#[test]
fn a_range_written_as_its_block_is_that_block() {
    let index = index(
        &["1 prefix 192.0.2.0/29", "2 range 192.0.2.0-192.0.2.7"],
        &[],
    );
    assert_eq!(
        find(&index, "192.0.2.3", "-", TODAY),
        ["address 1 0", "address 1 1"]
    );
}

#[test]
fn a_host_comes_before_the_domains_around_it_and_covers_nothing_else() {
    let index = index(
        &[
            "1 domain bakery.example",
            "2 domain shop.bakery.example",
            "3 host www.shop.bakery.example",
        ],
        &[],
    );
    for (name, want) in [
        (
            "www.shop.bakery.example",
            vec!["name 1 2", "name 2 1", "name 3 0"],
        ),
        ("a.www.shop.bakery.example", vec!["name 1 1", "name 2 0"]),
        ("shop.bakery.example", vec!["name 1 1", "name 2 0"]),
        ("bakery.example", vec!["name 1 0"]),
        ("notbakery.example", vec![]),
        ("example.bakery.com", vec![]),
    ] {
        assert_eq!(find(&index, "-", name, TODAY), want, "{name}");
    }
}

#[test]
fn address_and_name_are_ranked_apart_and_an_as_number_counts_only_without_both() {
    let index = index(
        &[
            "1 prefix 192.0.2.0/24",
            "2 domain bakery.example",
            "3 asn AS64500",
            "4 asn AS64500",
        ],
        &[
            ("192.0.0.0/16", 64_500),
            ("198.51.100.0/24", 64_500),
            ("198.51.100.128/25", 64_501),
        ],
    );
    for (address, name, want) in [
        (
            "192.0.2.1",
            "www.bakery.example",
            vec!["address 1 0", "name 1 1"],
        ),
        ("192.0.2.1", "-", vec!["address 1 0"]),
        ("198.51.100.1", "www.bakery.example", vec!["name 1 1"]),
        ("198.51.100.1", "-", vec!["asn 1 2", "asn 1 3"]),
        ("198.51.100.200", "-", vec![]),
        ("-", "-", vec![]),
    ] {
        assert_eq!(find(&index, address, name, TODAY), want, "{address} {name}");
    }
}

#[test]
fn what_was_not_held_on_the_day_is_passed_over_and_leaves_no_hole_in_the_ranks() {
    let index = index(
        &[
            "1 address 192.0.2.1 from=2026-11-01 until=2026-11-18",
            "2 prefix 192.0.2.0/30 from=2026-11-18",
            "3 prefix 192.0.2.0/24",
        ],
        &[],
    );
    for (day, want) in [
        ("2026-10-31", vec!["address 1 2"]),
        ("2026-11-01", vec!["address 1 0", "address 2 2"]),
        ("2026-11-17", vec!["address 1 0", "address 2 2"]),
        ("2026-11-18", vec!["address 1 1", "address 2 2"]),
    ] {
        assert_eq!(find(&index, "192.0.2.1", "-", day), want, "{day}");
    }
}

#[test]
fn an_as_number_counts_when_the_asset_around_the_address_was_not_held_yet() {
    let index = index(
        &["1 prefix 192.0.2.0/24 from=2027-01-01", "2 asn AS64500"],
        &[("192.0.2.0/24", 64_500)],
    );
    assert_eq!(find(&index, "192.0.2.1", "-", TODAY), ["asn 1 1"]);
}

#[test]
fn the_edges_of_what_anybody_can_own_are_found() {
    // As assets these are refused; the index takes what it is given.
    let mut builder = AssetIndex::builder();
    for (place, prefix) in ["255.255.255.254/31", "0.0.0.0/8", "::/0"]
        .iter()
        .enumerate()
    {
        let asset = IndexedAsset {
            asset_no: place as i64,
            party_no: 1,
            valid_from: None,
            valid_until: None,
        };
        builder
            .add(asset, &AssetValue::Prefix(prefix.parse().unwrap()))
            .unwrap();
    }
    let index = builder.build(AsTable::default());
    for (address, want) in [
        ("255.255.255.255", vec!["address 1 0"]),
        ("0.255.255.255", vec!["address 1 1"]),
        ("1.0.0.0", vec![]),
        ("::", vec!["address 1 2"]),
        (
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            vec!["address 1 2"],
        ),
    ] {
        assert_eq!(find(&index, address, "-", TODAY), want, "{address}");
    }
}

#[test]
fn digests_tell_apart_which_assets_and_in_which_order() {
    let found = |asset_no, rank| Match {
        asset_no,
        party_no: 1,
        valid_from: None,
        valid_until: None,
        dimension: Dimension::Address,
        rank,
    };
    assert_eq!(digest(&[]), 0);
    let all = [
        digest(&[found(0, 1)]),
        digest(&[found(1, 1)]),
        digest(&[found(1, 2)]),
        digest(&[found(1, 1), found(2, 2)]),
        digest(&[found(2, 1), found(1, 2)]),
        digest(&[Match {
            dimension: Dimension::Name,
            ..found(1, 1)
        }]),
    ];
    for (place, one) in all.iter().enumerate() {
        assert_ne!(*one, 0, "{place}");
        assert!(!all[..place].contains(one), "{place}");
    }
}

/// An asset in a space of 256 addresses, at the end of both families, so that borders and nesting are common.
#[derive(Clone, Debug)]
enum Claim {
    Block { v6: bool, low: u8, length: u8 },
    Range { v6: bool, first: u8, last: u8 },
}

fn address(v6: bool, low: u8) -> IpAddr {
    match v6 {
        true => Ipv6Addr::from(u128::MAX - 255 + u128::from(low)).into(),
        false => Ipv4Addr::new(255, 255, 255, low).into(),
    }
}

impl Claim {
    fn bounds(&self) -> (bool, u8, u8) {
        match *self {
            Self::Block { v6, low, length } => {
                let low = low & (0xff00u16 >> length) as u8;
                (v6, low, low | (0xffu16 >> length) as u8)
            }
            Self::Range { v6, first, last } => (v6, first.min(last), first.max(last)),
        }
    }

    fn value(&self) -> AssetValue {
        let (v6, first, last) = self.bounds();
        match *self {
            Self::Block { length, .. } => {
                let length = if v6 { 120 } else { 24 } + length;
                AssetValue::Prefix(Prefix::new(address(v6, first), length).unwrap())
            }
            Self::Range { .. } => {
                AssetValue::Range(AddressRange::new(address(v6, first), address(v6, last)).unwrap())
            }
        }
    }
}

fn claim() -> impl Strategy<Value = Claim> {
    prop_oneof![
        (any::<bool>(), any::<u8>(), 0u8..=8).prop_map(|(v6, low, length)| Claim::Block {
            v6,
            low,
            length
        }),
        (any::<bool>(), any::<u8>(), any::<u8>()).prop_map(|(v6, first, last)| Claim::Range {
            v6,
            first,
            last
        }),
    ]
}

proptest! {
    #[test]
    fn the_index_finds_and_ranks_what_looking_at_every_asset_finds(
        claims in prop::collection::vec((claim(), 0i32..4, 0i32..4), 0..40),
        v6 in any::<bool>(),
        low in any::<u8>(),
        day in 0i32..6,
    ) {
        let mut builder = AssetIndex::builder();
        for (place, (claim, from, days)) in claims.iter().enumerate() {
            let asset = IndexedAsset {
                asset_no: place as i64,
                party_no: place as i64 % 7,
                valid_from: Some(Day::from_days(*from)),
                valid_until: Some(Day::from_days(from + days)),
            };
            builder.add(asset, &claim.value()).unwrap();
        }
        let index = builder.build(AsTable::default());
        let place = Whereabouts { address: Some(address(v6, low)), ..Whereabouts::default() };
        let mut finder = index.finder();
        let mut found: Vec<(u16, i64)> =
            finder.find(&place, Day::from_days(day)).iter().map(|found| (found.rank, found.asset_no)).collect();
        found.sort_unstable();

        let mut around: Vec<(u8, i64)> = Vec::new();
        for (place, (claim, from, days)) in claims.iter().enumerate() {
            let (family, first, last) = claim.bounds();
            if family == v6 && (first..=last).contains(&low) && (*from..from + days).contains(&day) {
                around.push((last - first, place as i64));
            }
        }
        let mut sizes: Vec<u8> = around.iter().map(|(size, _)| *size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let rank = |size: u8| sizes.iter().position(|known| *known == size).unwrap() as u16 + 1;
        let mut want: Vec<(u16, i64)> = around.iter().map(|(size, place)| (rank(*size), *place)).collect();
        want.sort_unstable();
        prop_assert_eq!(found, want);
    }

    #[test]
    fn names_are_found_by_whole_labels(
        assets in prop::collection::vec(("[ab]{1,2}(\\.[ab]{1,2}){0,3}", any::<bool>()), 0..30),
        name in "[ab]{1,2}(\\.[ab]{1,2}){0,4}",
    ) {
        let mut builder = AssetIndex::builder();
        let values: Vec<(DomainName, bool)> =
            assets.iter().map(|(name, host)| (format!("{name}.x.example").parse().unwrap(), *host)).collect();
        for (place, (name, host)) in values.iter().enumerate() {
            let asset = IndexedAsset { asset_no: place as i64, party_no: 1, valid_from: None, valid_until: None };
            let value = if *host { AssetValue::Host(name.clone()) } else { AssetValue::Domain(name.clone()) };
            builder.add(asset, &value).unwrap();
        }
        let index = builder.build(AsTable::default());
        let name: DomainName = format!("{name}.x.example").parse().unwrap();
        let place = Whereabouts { name: Some(&name), ..Whereabouts::default() };
        let mut finder = index.finder();
        let mut found: Vec<i64> = finder.find(&place, Day::from_days(0)).iter().map(|found| found.asset_no).collect();
        found.sort_unstable();
        let covers = |(asset, host): &(DomainName, bool)| {
            let suffix = format!(".{}", asset.as_str());
            *asset == name || (!host && name.as_str().ends_with(&suffix))
        };
        let want: Vec<i64> = (0..values.len()).filter(|place| covers(&values[*place])).map(|place| place as i64).collect();
        prop_assert_eq!(found, want);
    }
}
