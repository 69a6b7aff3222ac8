//! Applications that stand in each other's way because they claim the same assets.

use std::collections::HashSet;
use std::net::IpAddr;

use model::{Asn, AssetValue};

/// What an application claims, made ready to be compared with others.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// First and last address, ascending.
    ranges: Vec<(IpAddr, IpAddr)>,
    domains: HashSet<String>,
    names: HashSet<String>,
    asns: HashSet<Asn>,
}

impl Claims {
    /// The claims of a list.
    #[must_use]
    pub fn of(assets: &[AssetValue]) -> Self {
        let mut claims = Self::default();
        for asset in assets {
            claims.ranges.extend(asset.bounds());
            match asset {
                AssetValue::Asn(asn) => {
                    claims.asns.insert(*asn);
                }
                AssetValue::Domain(name) => {
                    claims.domains.insert(name.to_string());
                    claims.names.insert(name.to_string());
                }
                AssetValue::Host(name) => {
                    claims.names.insert(name.to_string());
                }
                AssetValue::Address(_) | AssetValue::Prefix(_) | AssetValue::Range(_) => {}
            }
        }
        claims.ranges.sort_unstable();
        claims
    }

    /// Whether two lists have something in common: addresses, an AS number, a name, or a name below a domain.
    ///
    /// Cost: as long as both lists together.
    #[must_use]
    pub fn meet(&self, other: &Self) -> bool {
        !self.asns.is_disjoint(&other.asns)
            || ranges_meet(&self.ranges, &other.ranges)
            || has_within(&self.domains, &other.names)
            || has_within(&other.domains, &self.names)
            || !self.names.is_disjoint(&other.names)
    }
}

fn ranges_meet(mut left: &[(IpAddr, IpAddr)], mut right: &[(IpAddr, IpAddr)]) -> bool {
    // Families sort apart, so that two of them never meet.
    while let ([(first, last), left_rest @ ..], [(other_first, other_last), right_rest @ ..]) =
        (left, right)
    {
        if last < other_first {
            left = left_rest;
        } else if other_last < first {
            right = right_rest;
        } else {
            return true;
        }
    }
    false
}

/// Whether one of the names is a domain or below one.
fn has_within(domains: &HashSet<String>, names: &HashSet<String>) -> bool {
    let is_within = |name: &String| {
        let mut rest = Some(name.as_str());
        while let Some(suffix) = rest {
            if domains.contains(suffix) {
                return true;
            }
            rest = suffix.split_once('.').map(|(_, rest)| rest);
        }
        false
    };
    !domains.is_empty() && names.iter().any(is_within)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let claims = |text: &str| {
                let words = text.split_whitespace();
                let assets: Vec<_> = words.map(|word| AssetValue::guess(word).unwrap()).collect();
                Claims::of(&assets)
            };
            assert_eq!(claims(left).meet(&claims(right)), want, "{left} {right}");
            assert_eq!(claims(right).meet(&claims(left)), want, "{right} {left}");
        }
    }
}
