//! Applications that stand in each other's way because they claim the same assets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::{Asn, AssetValue};

/// For each list its rivals, by index, ascending: lists that have something in common with it. That is addresses, an AS number,
/// a name, or a name below a domain.
///
/// Cost: sorting all assets, and one step for each pair of lists that meets. Of more than [`RIVALS_MAX`] lists that claim the
/// same thing each is told of the first ones only: a person looks at none of them one by one.
#[must_use]
pub fn rivals(lists: &[&[AssetValue]]) -> Vec<BTreeSet<usize>> {
    let mut rivals = vec![BTreeSet::new(); lists.len()];
    let mut meet = |one: usize, other: usize| {
        for (own, their) in [(one, other), (other, one)] {
            if own != their && rivals[own].len() < RIVALS_MAX {
                rivals[own].insert(their);
            }
        }
    };
    ranges_meet(lists, &mut meet);
    names_meet(lists, &mut meet);
    asns_meet(lists, &mut meet);
    rivals
}

/// Rivals of one list that are named.
pub const RIVALS_MAX: usize = 20;

/// Every asset with the list that has it.
fn each<'a>(lists: &[&'a [AssetValue]]) -> impl Iterator<Item = (usize, &'a AssetValue)> {
    let numbered = lists.iter().enumerate();
    numbered.flat_map(|(list, assets)| assets.iter().map(move |asset| (list, asset)))
}

/// Ranges in the order of their first address: one meets those before it that have not ended.
fn ranges_meet(lists: &[&[AssetValue]], meet: &mut impl FnMut(usize, usize)) {
    let ranges = each(lists).filter_map(|(list, asset)| Some((asset.bounds()?, list)));
    // Families sort apart, so that two of them never meet.
    let mut ranges: Vec<((IpAddr, IpAddr), usize)> = ranges.collect();
    ranges.sort_unstable();
    let mut open: BTreeMap<usize, IpAddr> = BTreeMap::new();
    for ((first, last), list) in ranges {
        open.retain(|_, end| *end >= first);
        for other in open.keys().copied().take(RIVALS_MAX + 1) {
            meet(list, other);
        }
        let end = open.entry(list).or_insert(last);
        *end = (*end).max(last);
    }
}

/// Names meet where they are the same, or where one is below a domain.
fn names_meet(lists: &[&[AssetValue]], meet: &mut impl FnMut(usize, usize)) {
    let mut domains: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (list, asset) in each(lists) {
        let holders = match asset {
            AssetValue::Domain(name) => domains.entry(name.as_str()),
            AssetValue::Host(name) => hosts.entry(name.as_str()),
            _ => continue,
        };
        note(holders.or_default(), list);
    }
    let names = domains.iter().chain(&hosts);
    for (name, holders) in names {
        let above = std::iter::successors(Some(*name), |name| Some(name.split_once('.')?.1));
        let of_domains = above.filter_map(|domain| domains.get(domain));
        for others in of_domains.chain(hosts.get(name)) {
            all_meet(holders, others, meet);
        }
    }
}

fn asns_meet(lists: &[&[AssetValue]], meet: &mut impl FnMut(usize, usize)) {
    let mut asns: BTreeMap<Asn, Vec<usize>> = BTreeMap::new();
    for (list, asset) in each(lists) {
        if let AssetValue::Asn(asn) = asset {
            note(asns.entry(*asn).or_default(), list);
        }
    }
    for holders in asns.values() {
        all_meet(holders, holders, meet);
    }
}

/// Notes a list once; lists come in ascending order.
fn note(holders: &mut Vec<usize>, list: usize) {
    if holders.last() != Some(&list) {
        holders.push(list);
    }
}

fn all_meet(some: &[usize], others: &[usize], meet: &mut impl FnMut(usize, usize)) {
    for one in some {
        for other in others.iter().take(RIVALS_MAX + 1) {
            meet(*one, *other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(text: &str) -> Vec<AssetValue> {
        let words = text.split_whitespace();
        words.map(|word| AssetValue::guess(word).unwrap()).collect()
    }

    #[test]
    fn lists_meet_where_something_is_in_both() {
        for (left, right, want) in [
            ("192.0.2.0/24", "192.0.2.7", true),
            ("192.0.2.0-192.0.2.9", "192.0.2.9-192.0.2.20", true),
            ("192.0.2.0/25", "192.0.2.128/25", false),
            (
                "192.0.2.0/24 198.51.100.1",
                "192.0.1.0/24 198.51.100.0/30",
                true,
            ),
            ("192.0.2.1", "2001:db8::1", false),
            ("x.example", "www.x.example", true),
            ("x.example", "y.example", false),
            ("x.example", "xx.example", false),
            ("AS64496", "AS64496", true),
            ("AS64496 x.example", "AS64497 192.0.2.1", false),
            ("", "x.example", false),
        ] {
            let (one, other) = (assets(left), assets(right));
            for lists in [[&one[..], &other], [&other, &one]] {
                let found = rivals(&lists);
                assert_eq!(found[0].contains(&1), want, "{left} {right}");
                assert_eq!(found[1].contains(&0), want, "{left} {right}");
            }
        }
    }

    #[test]
    fn a_list_is_no_rival_of_itself_and_many_rivals_are_cut_off() {
        let twice = assets("192.0.2.0/24 192.0.2.1 x.example www.x.example");
        assert_eq!(rivals(&[&twice]), [BTreeSet::new()]);
        let same = assets("AS64496 192.0.2.0/24 x.example");
        let lists = vec![&same[..]; 50];
        let found = rivals(&lists);
        assert!(found.iter().all(|rivals| rivals.len() == RIVALS_MAX));
    }

    #[test]
    fn ten_thousand_lists_take_no_time_worth_naming() {
        let lists: Vec<Vec<AssetValue>> = (0..10_000)
            .map(|list| {
                let (high, low) = (list / 256, list % 256);
                let own = format!(
                    "b{list}.example www.b{list}.example 198.{}.{low}.0/24",
                    51 + high
                );
                assets(&own)
            })
            .collect();
        let mut lists: Vec<&[AssetValue]> = lists.iter().map(Vec::as_slice).collect();
        let rival = assets("www.b7.example");
        lists.push(&rival);
        let began = std::time::Instant::now();
        let found = rivals(&lists);
        // A second even in a test build on a busy machine; comparing all pairs took minutes.
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
        assert_eq!(found[7], BTreeSet::from([10_000]));
        assert_eq!(found.iter().filter(|rivals| !rivals.is_empty()).count(), 2);
    }
}
