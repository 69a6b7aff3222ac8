//! Registers and questions of any size, the same in every run.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{AssetKind, Day, DomainName, Prefix};
use rules::matching::{AsTable, AssetIndex, IndexedAsset};

/// The day of all questions.
pub(crate) const TODAY: Day = Day::from_days(20_000);

/// A pseudo-random sequence (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Different nested prefixes, about a third of them IPv6: each lies in an earlier one, or begins a new allocation.
pub(crate) fn prefixes(count: usize, seed: u64) -> Vec<Prefix> {
    let mut random = Random(seed);
    let mut known = HashSet::with_capacity(count);
    let mut prefixes: Vec<Prefix> = Vec::with_capacity(count);
    while prefixes.len() < count {
        let outer = match random.below(8) {
            _ if prefixes.is_empty() => None,
            0 => None,
            _ => Some(prefixes[random.below(prefixes.len())]),
        };
        let is_v6 = outer.map_or(random.below(4) == 0, |outer| outer.first().is_ipv6());
        let (bits, least, most) = if is_v6 { (128, 29, 64) } else { (32, 14, 32) };
        let outer_length = outer.map_or(least, |outer| outer.length());
        let length = (outer_length + 1 + random.below(6) as u8).min(most);
        let inside = address_in(outer, is_v6, &mut random);
        let first = match inside {
            IpAddr::V4(address) => {
                Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << (bits - length).min(31)))
                    .into()
            }
            IpAddr::V6(address) => {
                Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (bits - length))).into()
            }
        };
        let prefix = Prefix::new(first, length).expect("no host bits");
        if known.insert(prefix) {
            prefixes.push(prefix);
        }
    }
    prefixes
}

/// Every prefix in `depth` others, from 192.0.2.1 outwards; all of them around each question for it.
pub(crate) fn nested(depth: u8) -> Vec<Prefix> {
    let address = Ipv4Addr::new(192, 0, 2, 1).to_bits();
    let lengths = (32 - depth)..32;
    lengths
        .map(|length| {
            let first = Ipv4Addr::from_bits(address & (u32::MAX << (32 - length)));
            Prefix::new(first.into(), length).expect("no host bits")
        })
        .collect()
}

fn address_in(prefix: Option<Prefix>, is_v6: bool, random: &mut Random) -> IpAddr {
    let bits = u128::from(random.next()) << 64 | u128::from(random.next());
    match prefix.map(|prefix| (prefix.first(), prefix.length())) {
        Some((IpAddr::V4(first), length)) => {
            let host = (bits as u32).checked_shr(length.into()).unwrap_or(0);
            Ipv4Addr::from_bits(first.to_bits() | host).into()
        }
        Some((IpAddr::V6(first), length)) => {
            Ipv6Addr::from_bits(first.to_bits() | bits.checked_shr(length.into()).unwrap_or(0))
                .into()
        }
        // 2000::/3, as on the Internet.
        None if is_v6 => Ipv6Addr::from_bits(bits >> 3 | 1 << 125).into(),
        None => Ipv4Addr::from_bits(bits as u32).into(),
    }
}

/// Addresses, nine of ten within the prefixes.
pub(crate) fn addresses(prefixes: &[Prefix], count: usize, seed: u64) -> Vec<IpAddr> {
    let mut random = Random(seed);
    (0..count)
        .map(|_| {
            let prefix = prefixes[random.below(prefixes.len())];
            let inside = (random.below(10) > 0).then_some(prefix);
            address_in(inside, false, &mut random)
        })
        .collect()
}

/// Domains of two labels, one in ten of three.
pub(crate) fn domains(count: usize, seed: u64) -> Vec<DomainName> {
    let mut random = Random(seed);
    (0..count)
        .map(|number| {
            let mut name = label(&mut random);
            if random.below(10) == 0 {
                name = format!("{name}.{}", label(&mut random));
            }
            // The number makes each name one of a kind.
            let top = ["nl", "com", "org", "eu"][random.below(4)];
            let name = format!("{name}{number:x}.{top}");
            name.parse().expect("a name")
        })
        .collect()
}

fn label(random: &mut Random) -> String {
    let length = 3 + random.below(10);
    (0..length)
        .map(|_| char::from(b'a' + random.below(26) as u8))
        .collect()
}

/// Names, eight of ten of or below a domain.
pub(crate) fn names(domains: &[DomainName], count: usize, seed: u64) -> Vec<DomainName> {
    let mut random = Random(seed);
    (0..count)
        .map(|number| {
            let domain = &domains[random.below(domains.len())];
            let name = match random.below(10) {
                0 | 1 => format!("www.{}{number}.com", label(&mut random)),
                2..=4 => domain.to_string(),
                5..=7 => format!("www.{domain}"),
                _ => format!("{}.{}.{domain}", label(&mut random), label(&mut random)),
            };
            name.parse().expect("a name")
        })
        .collect()
}

/// An asset that was always held.
pub(crate) fn asset(number: usize) -> IndexedAsset {
    IndexedAsset {
        asset_no: number as i64 + 1,
        party_no: number as i64 % 100_000 + 1,
        valid_from: None,
        valid_until: None,
    }
}

/// An index of these prefixes and domains; every twentieth name is a host.
pub(crate) fn index(prefixes: &[Prefix], domains: &[DomainName]) -> AssetIndex {
    let mut builder = AssetIndex::builder();
    for (number, prefix) in prefixes.iter().enumerate() {
        let value = model::AssetValue::Prefix(*prefix);
        builder.add(asset(number), &value).expect("there is room");
    }
    for (number, name) in domains.iter().enumerate() {
        let kind = match number % 20 {
            0 => AssetKind::Host,
            _ => AssetKind::Domain,
        };
        let asset = asset(prefixes.len() + number);
        builder
            .add_canonical(asset, kind, name.as_str())
            .expect("there is room");
    }
    builder.build(AsTable::default())
}
