//! The index against a reading of every asset, and the cases that taught us.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{AddressRange, AssetKind, AssetValue, Endpoint, Prefix, WebPlace, WebUrl};
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
        ..Whereabouts::default()
    };
    texts(index.finder().find(&place, day.parse().unwrap()))
}

/// What contains an endpoint: the same.
fn find_at(index: &AssetIndex, endpoint: &Endpoint) -> Vec<String> {
    let place = Whereabouts {
        address: endpoint.address(),
        name: endpoint.name(),
        endpoint: Some(endpoint),
        reported_asn: None,
    };
    texts(index.finder().find(&place, TODAY.parse().unwrap()))
}

fn texts(found: &[Match]) -> Vec<String> {
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
fn a_url_is_in_the_sites_around_it_before_it_is_in_names() {
    let index = index(
        &[
            "1 domain shared.example",
            "2 host www.shared.example",
            "3 url https://www.shared.example/ann",
            "4 url http://www.shared.example/ann/shop/",
            "5 url https://www.shared.example:8443/ann",
            "6 url https://www.shared.example/ann",
            "7 prefix 192.0.2.0/24",
        ],
        &[],
    );
    let url = |text: &str| Endpoint::Url(text.parse().unwrap());
    for (text, want) in [
        (
            "http://www.shared.example/ann/shop/x.php?a=b",
            vec!["name 1 3", "name 2 2", "name 2 5", "name 3 1", "name 4 0"],
        ),
        (
            "https://www.shared.example/ann",
            vec!["name 1 2", "name 1 5", "name 2 1", "name 3 0"],
        ),
        (
            "https://www.shared.example/anna",
            vec!["name 1 1", "name 2 0"],
        ),
        (
            "https://www.shared.example:8443/ann/",
            vec!["name 1 4", "name 2 1", "name 3 0"],
        ),
        ("https://shared.example/ann", vec!["name 1 0"]),
        ("http://192.0.2.1/ann", vec!["address 1 6"]),
        ("ftp://www.shared.example/ann", vec!["name 1 1", "name 2 0"]),
    ] {
        assert_eq!(find_at(&index, &url(text)), want, "{text}");
    }
    let host = Endpoint::Host("www.shared.example".parse().unwrap());
    assert_eq!(find_at(&index, &host), ["name 1 1", "name 2 0"]);
}

#[test]
fn the_domain_of_e_mail_addresses_is_in_what_holds_these_alone_first() {
    let index = index(
        &[
            "1 domain bakery.example",
            "2 e-mail-domain bakery.example",
            "3 domain shop.bakery.example",
            "4 host mx.shop.bakery.example",
            "5 e-mail-domain mx.shop.bakery.example",
            "6 e-mail-domain bakery.example",
        ],
        &[],
    );
    let mail = |text: &str| Endpoint::EmailDomain(text.parse().unwrap());
    for (text, want) in [
        (
            "mx.shop.bakery.example",
            vec![
                "name 1 4", "name 2 3", "name 3 2", "name 4 1", "name 4 5", "name 5 0",
            ],
        ),
        ("bakery.example", vec!["name 1 1", "name 1 5", "name 2 0"]),
        ("notbakery.example", vec![]),
    ] {
        assert_eq!(find_at(&index, &mail(text)), want, "{text}");
    }
    let host = Endpoint::Host("bakery.example".parse().unwrap());
    assert_eq!(
        find_at(&index, &host),
        ["name 1 0"],
        "its servers are no mailboxes"
    );
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
fn what_is_no_value_of_its_kind_is_refused() {
    let asset = IndexedAsset {
        asset_no: 1,
        party_no: 1,
        valid_from: None,
        valid_until: None,
    };
    let long = "a.".repeat(200);
    for (kind, text, why) in [
        (
            AssetKind::Domain,
            long.as_str(),
            "253 bytes at most, not 400",
        ),
        (AssetKind::Prefix, "192.0.2.1/24", "192.0.2.0/24 was meant"),
        (AssetKind::Range, "192.0.2.9-192.0.2.1", "above"),
        (AssetKind::Asn, "x", "AS number"),
        (AssetKind::Address, "", "nothing stood there"),
    ] {
        let mut builder = AssetIndex::builder();
        let error = builder
            .add_canonical(asset.clone(), kind, text)
            .unwrap_err();
        assert!(error.to_string().contains(why), "{kind} {text}: {error}");
        assert!(builder.build(AsTable::default()).is_empty());
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
    All { v6: bool },
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
            Self::All { v6 } => (v6, 0, 255),
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
            Self::All { v6: true } => AssetValue::Prefix("::/0".parse().unwrap()),
            Self::All { v6: false } => AssetValue::Prefix("0.0.0.0/0".parse().unwrap()),
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

/// Addresses of a claim, less one; larger than all others for everything.
fn size_of(claim: &Claim) -> u16 {
    let (_, first, last) = claim.bounds();
    match claim {
        Claim::All { .. } => u16::MAX,
        Claim::Block { .. } | Claim::Range { .. } => u16::from(last - first),
    }
}

/// What must be found around an address: rank and place of each claim that holds on the day.
fn want_around(claims: &[(Claim, i32, i32)], v6: bool, low: u8, day: i32) -> Vec<(u16, usize)> {
    let mut around: Vec<(u16, usize)> = Vec::new();
    for (place, (claim, from, days)) in claims.iter().enumerate() {
        let (family, first, last) = claim.bounds();
        if family == v6 && (first..=last).contains(&low) && (*from..from + days).contains(&day) {
            around.push((size_of(claim), place));
        }
    }
    let mut sizes: Vec<u16> = around.iter().map(|(size, _)| *size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for (size, _) in &mut around {
        *size = sizes.iter().position(|known| known == size).unwrap() as u16 + 1;
    }
    around.sort_unstable();
    around
}

fn claim() -> impl Strategy<Value = Claim> {
    prop_oneof![
        any::<bool>().prop_map(|v6| Claim::All { v6 }),
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
    fn sites_and_mail_domains_are_found_and_ranked_like_looking_at_every_asset(
        assets in prop::collection::vec(("[ab]{1,2}(\\.[ab]){0,2}", "(/[ab%7E]{1,2}){0,3}", 0_u8..4), 0..40),
        asked in prop::collection::vec(("[ab]{1,2}(\\.[ab]){0,2}", "(/[ab%7E]{1,2}){0,4}", 0_u8..3), 1..40),
    ) {
        let mut builder = AssetIndex::builder();
        let name = |text: &String| format!("{text}.x.example").parse::<DomainName>().unwrap();
        let url = |host: &String, path: &String| format!("https://{}{path}", name(host)).parse::<WebUrl>().unwrap();
        let mut values = Vec::new();
        for (place, (host, path, kind)) in assets.iter().enumerate() {
            let value = match kind {
                0 => AssetValue::Domain(name(host)),
                1 => AssetValue::Host(name(host)),
                2 => AssetValue::EmailDomain(name(host)),
                _ => AssetValue::Url(WebPlace::of(&url(host, path)).unwrap()),
            };
            let asset = IndexedAsset { asset_no: place as i64, party_no: 1, valid_from: None, valid_until: None };
            if place % 2 == 0 {
                builder.add(asset, &value).unwrap();
            } else {
                builder.add_canonical(asset, value.kind(), &value.to_string()).unwrap();
            }
            values.push(value);
        }
        let index = builder.build(AsTable::default());
        let endpoints: Vec<Endpoint> = asked.iter().map(|(host, path, kind)| match kind {
            0 => Endpoint::Host(name(host)),
            1 => Endpoint::EmailDomain(name(host)),
            _ => Endpoint::Url(url(host, path)),
        }).collect();
        let questions = endpoints.iter().map(|endpoint| {
            let place = Whereabouts { name: endpoint.name(), endpoint: Some(endpoint), ..Whereabouts::default() };
            (place, Day::from_days(0))
        });
        let mut answers: Vec<Vec<(u16, i64)>> = Vec::new();
        index.finder().find_all(questions, |found| {
            answers.push(found.iter().map(|found| (found.rank, found.asset_no)).collect());
        });
        for (endpoint, mut answer) in endpoints.iter().zip(answers) {
            // What says less comes first: parts of the path, then labels, then the kind.
            let rank_of = |value: &AssetValue| -> Option<(usize, usize, u8)> {
                let host = endpoint.name().unwrap();
                let shorter = |name: &DomainName| host.as_str().len() - name.as_str().len();
                match (value, endpoint) {
                    (AssetValue::Url(site), Endpoint::Url(url)) => {
                        let place = WebPlace::of(url).unwrap();
                        place.is_within(site).then(|| (place.key().len() - site.key().len(), 0, 0))
                    }
                    (AssetValue::EmailDomain(mail), Endpoint::EmailDomain(_)) => {
                        host.is_within(mail).then(|| (usize::MAX, shorter(mail), 0))
                    }
                    (AssetValue::Host(name), _) => (name == host).then_some((usize::MAX, 0, 1)),
                    (AssetValue::Domain(name), _) => host.is_within(name).then(|| (usize::MAX, shorter(name), 2)),
                    _ => None,
                }
            };
            let numbered = values.iter().zip(0_i64..);
            let mut around: Vec<_> = numbered.filter_map(|(value, number)| Some((rank_of(value)?, number))).collect();
            around.sort_unstable();
            let mut steps: Vec<_> = around.iter().map(|(step, _)| *step).collect();
            steps.dedup();
            let rank = |step| steps.iter().position(|known| *known == step).unwrap() as u16 + 1;
            let want: Vec<(u16, i64)> = around.iter().map(|(step, number)| (rank(*step), *number)).collect();
            answer.sort_unstable();
            prop_assert_eq!(&answer, &want, "{}", endpoint);
        }
    }

    #[test]
    fn the_index_finds_and_ranks_what_looking_at_every_asset_finds(
        claims in prop::collection::vec((claim(), 0i32..4, 0i32..4), 0..40),
        mut questions in prop::collection::vec((any::<bool>(), any::<u8>(), 0i32..6, any::<bool>()), 1..60),
        is_sorted in any::<bool>(),
        first_no in prop_oneof![Just(0), Just(i64::from(u32::MAX) - 20), Just(1 << 40)],
    ) {
        let mut builder = AssetIndex::builder();
        for (place, (claim, from, days)) in claims.iter().enumerate() {
            let asset = IndexedAsset {
                asset_no: first_no + place as i64,
                party_no: first_no + place as i64 % 7,
                valid_from: Some(Day::from_days(*from)),
                valid_until: Some(Day::from_days(from + days)),
            };
            builder.add(asset, &claim.value()).unwrap();
        }
        let index = builder.build(AsTable::default());
        if is_sorted {
            questions.sort_unstable();
        }
        let asked = questions.iter().map(|(v6, low, day, is_mapped)| {
            let address = match address(*v6, *low) {
                IpAddr::V4(address) if *is_mapped => address.to_ipv6_mapped().into(),
                address => address,
            };
            (Whereabouts { address: Some(address), ..Whereabouts::default() }, Day::from_days(*day))
        });
        let asked: Vec<_> = asked.collect();
        let mut answers: Vec<Vec<Match>> = Vec::new();
        index.finder().find_all(asked.iter().copied(), |found| answers.push(found.to_vec()));

        let mut finder = index.finder();
        prop_assert_eq!(answers.len(), asked.len());
        for ((place, day), answer) in asked.iter().zip(&answers) {
            prop_assert_eq!(finder.find(place, *day), &answer[..]);
        }
        for ((v6, low, day, _), answer) in questions.iter().zip(&answers) {
            let place = |found: &Match| (found.asset_no - first_no) as usize;
            let found: Vec<(u16, usize)> = answer.iter().map(|found| (found.rank, place(found))).collect();
            // The order within a rank is that of the assets, but among ranges and blocks of one size.
            let mut sorted = found.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&sorted, &want_around(&claims, *v6, *low, *day));
            for matched in answer {
                let (_, from, days) = claims[place(matched)];
                prop_assert_eq!(matched.party_no, first_no + place(matched) as i64 % 7);
                prop_assert_eq!(matched.valid_from, Some(Day::from_days(from)));
                prop_assert_eq!(matched.valid_until, Some(Day::from_days(from + days)));
            }
        }
    }

    #[test]
    fn names_are_found_and_ranked_by_whole_labels(
        assets in prop::collection::vec(("[ab]{1,2}(\\.[ab]{1,2}){0,3}", any::<bool>(), 0i32..3), 0..40),
        names in prop::collection::vec("[ab]{1,2}(\\.[ab]{1,2}){0,4}", 1..50),
        day in 0i32..3,
    ) {
        let mut builder = AssetIndex::builder();
        let name = |text: &String| format!("{text}.x.example").parse::<DomainName>().unwrap();
        for (place, (text, is_host, from)) in assets.iter().enumerate() {
            let asset = IndexedAsset {
                asset_no: place as i64,
                party_no: 1,
                valid_from: Some(Day::from_days(*from)),
                valid_until: None,
            };
            let kind = if *is_host { AssetKind::Host } else { AssetKind::Domain };
            builder.add_canonical(asset, kind, name(text).as_str()).unwrap();
        }
        let index = builder.build(AsTable::default());
        let names: Vec<DomainName> = names.iter().map(name).collect();
        let questions = names.iter().map(|name| {
            (Whereabouts { name: Some(name), ..Whereabouts::default() }, Day::from_days(day))
        });
        let mut answers: Vec<Vec<(u16, i64)>> = Vec::new();
        index.finder().find_all(questions, |found| {
            answers.push(found.iter().map(|found| (found.rank, found.asset_no)).collect());
        });
        for (asked, answer) in names.iter().zip(&answers) {
            // How far up the asset is: hosts before domains, longer names first.
            let mut around: Vec<(usize, i64)> = Vec::new();
            for (place, (text, is_host, from)) in assets.iter().enumerate() {
                let asset = name(text);
                let covers = if *is_host { asset == *asked } else { asked.is_within(&asset) };
                if covers && *from <= day {
                    let above = 1 + asked.as_str().len() - asset.as_str().len();
                    around.push((if *is_host { 0 } else { above }, place as i64));
                }
            }
            around.sort_unstable();
            let mut steps: Vec<usize> = around.iter().map(|(step, _)| *step).collect();
            steps.dedup();
            let rank = |step: usize| steps.iter().position(|known| *known == step).unwrap() as u16 + 1;
            let want: Vec<(u16, i64)> = around.iter().map(|(step, place)| (rank(*step), *place)).collect();
            prop_assert_eq!(answer, &want, "{}", asked);
        }
    }
}
