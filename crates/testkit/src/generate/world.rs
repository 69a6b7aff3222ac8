//! A register of any size, and whose an endpoint is by it.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{AddressRange, LegalClass, Prefix};

use super::random::Random;
use crate::RegisterBuilder;

/// First address of 198.18.0.0/15, where all IPv4 addresses are.
pub(super) const V4_BASE: u32 = 0xc612_0000;
/// First address of 2001:db8::/32, where all IPv6 addresses are.
pub(super) const V6_BASE: u128 = 0x2001_0db8 << 96;

/// Block sizes: at most these four deep.
const V4_LENGTHS: [u8; 4] = [20, 24, 27, 30];
const V6_LENGTHS: [u8; 4] = [40, 48, 56, 64];

/// A register.
pub struct World {
    /// Its rows, to be imported.
    pub register: RegisterBuilder,
    pub(super) v4: HashMap<(u8, u32), Vec<u32>>,
    pub(super) v6: HashMap<(u8, u128), Vec<u32>>,
    /// IPv6 blocks in the order in which they were made, to report about.
    pub(super) v6_blocks: Vec<(u8, u128)>,
    ranges: Vec<(u32, u32, u32)>,
    /// Owner of `name-<n>.example`.
    pub(super) domains: Vec<u32>,
    /// Owner of the AS number that announces 198.18.0.0/16.
    transit: u32,
}

/// What must become of a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// References of those who are told.
    pub(super) told: Vec<String>,
    pub(super) obstacles: Vec<store::QueueKind>,
}

impl World {
    /// A register with that many address blocks, and a twentieth as many organisations.
    pub fn new(seed: u64, prefixes: usize) -> Self {
        Self::with_domains(seed, prefixes, (prefixes / 10).max(4))
    }

    /// The same with that many domains.
    pub fn with_domains(seed: u64, prefixes: usize, domains: usize) -> Self {
        let mut random = Random::new(seed);
        let organisations = (prefixes / 20).max(4) as u32;
        let mut world = Self {
            register: RegisterBuilder::new(),
            v4: HashMap::new(),
            v6: HashMap::new(),
            v6_blocks: Vec::new(),
            ranges: Vec::new(),
            domains: Vec::new(),
            transit: organisations,
        };
        world.add_organisations(organisations);
        // There is room for some 30,000 IPv4 blocks.
        let v4 = (prefixes * 6 / 10).min(30_000);
        for (length, blocks) in V4_LENGTHS.iter().zip(shares(v4, [16, 300, 2_500])) {
            world.add_v4(&mut random, *length, blocks, organisations);
        }
        for (length, blocks) in V6_LENGTHS
            .iter()
            .zip(shares(prefixes - v4, [150, 3_000, 9_000]))
        {
            world.add_v6(&mut random, *length, blocks, organisations);
        }
        for _ in 0..(prefixes / 500).max(2) {
            world.add_range(&mut random, organisations);
        }
        for number in 0..domains {
            let owner = random.below(organisations.into()) as u32;
            world.domains.push(owner);
            world.asset(owner, "domain", &format!("name-{number:06}.example"));
        }
        world.add_networks();
        world
    }

    fn add_organisations(&mut self, organisations: u32) {
        let mut register = RegisterBuilder::new();
        for number in 0..=organisations {
            let reference = reference(number);
            register = match class_of(number) {
                Class::Ordinary => register.organisation(&reference),
                Class::Person => register.natural_person(&reference),
                Class::Silent => {
                    register.organisation_without_contact(&reference, LegalClass::Essential)
                }
            };
        }
        self.register = register;
    }

    fn add_networks(&mut self) {
        let register = std::mem::take(&mut self.register);
        self.register = register
            .asset(&reference(self.transit), "asn", "AS64500")
            .announced("198.18.0.0/16", 64_500)
            .announced("198.19.0.0/16", 64_501)
            .network("198.19.0.0/17", "Holder North", "abuse@north.example")
            .network("198.19.64.0/18", "Holder South", "abuse@south.example");
    }

    fn asset(&mut self, owner: u32, kind: &str, value: &str) {
        let register = std::mem::take(&mut self.register);
        self.register = register.asset(&reference(owner), kind, value);
    }

    fn add_v4(&mut self, random: &mut Random, length: u8, blocks: usize, organisations: u32) {
        let mut taken = HashSet::new();
        while taken.len() < blocks {
            let network = V4_BASE + ((random.below(1 << (length - 15)) as u32) << (32 - length));
            if !taken.insert(network) {
                continue;
            }
            let owners = owners(random, organisations);
            let block = Prefix::new(Ipv4Addr::from(network).into(), length).expect("no host bits");
            for owner in &owners {
                self.asset(*owner, "prefix", &block.to_string());
            }
            self.v4.insert((length, network), owners);
        }
    }

    fn add_v6(&mut self, random: &mut Random, length: u8, blocks: usize, organisations: u32) {
        let mut taken = HashSet::new();
        // Few different upper bits, so that blocks nest.
        let places = 1u64 << (length - 32).min(18);
        while taken.len() < blocks {
            let place =
                u128::from(random.below(places).reverse_bits() >> (64 - (length - 32).min(18)));
            let network = V6_BASE + (place << (128 - u32::from(length)));
            if !taken.insert(network) {
                continue;
            }
            let owners = owners(random, organisations);
            let block = Prefix::new(Ipv6Addr::from(network).into(), length).expect("no host bits");
            for owner in &owners {
                self.asset(*owner, "prefix", &block.to_string());
            }
            self.v6.insert((length, network), owners);
            self.v6_blocks.push((length, network));
        }
    }

    /// Ranges of 5, 9, 13 ... addresses: never as large as a block, so nothing is equally specific by accident.
    fn add_range(&mut self, random: &mut Random, organisations: u32) {
        let first = V4_BASE + random.below((1 << 17) - 64) as u32;
        let last = first + 4 * (1 + random.below(12) as u32);
        let disjoint = self.ranges.iter().all(|(a, b, _)| last < *a || first > *b);
        if !disjoint {
            return;
        }
        let owner = random.below(organisations.into()) as u32;
        let range = AddressRange::new(Ipv4Addr::from(first).into(), Ipv4Addr::from(last).into())
            .expect("ascending");
        self.asset(owner, "range", &range.to_string());
        self.ranges.push((first, last, owner));
    }

    /// What must become of a finding at this address, with a name under `name-<domain>.example` if it has one.
    pub(super) fn outcome(&self, address: IpAddr, domain: Option<usize>) -> Outcome {
        let by_address = self.owners_of(address);
        let by_name = domain
            .map(|domain| self.domains[domain])
            .into_iter()
            .collect::<Vec<_>>();
        let mut dimensions = vec![by_address, by_name];
        if dimensions.iter().all(Vec::is_empty) && is_in(address, "198.18.0.0/16") {
            dimensions.push(vec![self.transit]);
        }
        let mut outcome = Outcome::default();
        let mut recipients = Vec::new();
        for mut owners in dimensions {
            owners.sort_unstable();
            owners.dedup();
            match owners[..] {
                [] => {}
                [owner] => match class_of(owner) {
                    Class::Person => outcome.obstacles.push(store::QueueKind::NaturalPerson),
                    Class::Ordinary | Class::Silent => recipients.push(owner),
                },
                _ => outcome.obstacles.push(store::QueueKind::Dispute),
            }
        }
        let person = outcome.obstacles.contains(&store::QueueKind::NaturalPerson);
        let nobody = recipients.is_empty() && outcome.obstacles.is_empty();
        match holder_of(address) {
            Some(holder) if person || nobody => {
                outcome
                    .obstacles
                    .retain(|kind| *kind != store::QueueKind::NaturalPerson);
                outcome.told.push(format!("abuse:{holder}"));
            }
            None if nobody => outcome.obstacles.push(store::QueueKind::Unresolved),
            _ => {}
        }
        recipients.sort_unstable();
        recipients.dedup();
        for owner in recipients {
            match class_of(owner) {
                Class::Silent => outcome.obstacles.push(store::QueueKind::NoContact),
                Class::Ordinary | Class::Person => outcome.told.push(reference(owner)),
            }
        }
        outcome.obstacles.sort_unstable();
        outcome.obstacles.dedup();
        outcome
    }

    /// Owners of the smallest asset around an address.
    fn owners_of(&self, address: IpAddr) -> Vec<u32> {
        match address {
            IpAddr::V6(address) => {
                let address = u128::from(address);
                let lengths = V6_LENGTHS.iter().rev();
                let mut blocks = lengths.filter_map(|length| {
                    let network = address >> (128 - length) << (128 - length);
                    self.v6.get(&(*length, network))
                });
                blocks.next().cloned().unwrap_or_default()
            }
            IpAddr::V4(address) => {
                let address = u32::from(address);
                let mut sized: Vec<(u32, Vec<u32>)> = Vec::new();
                for length in V4_LENGTHS {
                    let network = address >> (32 - length) << (32 - length);
                    if let Some(owners) = self.v4.get(&(length, network)) {
                        sized.push((1 << (32 - length), owners.clone()));
                    }
                }
                for (first, last, owner) in &self.ranges {
                    if (*first..=*last).contains(&address) {
                        sized.push((last - first + 1, vec![*owner]));
                    }
                }
                sized
                    .into_iter()
                    .min_by_key(|(size, _)| *size)
                    .map(|(_, owners)| owners)
                    .unwrap_or_default()
            }
        }
    }
}

/// Cuts a number of blocks into four sizes; the largest three have a maximum, the smallest takes the rest.
fn shares(blocks: usize, most: [usize; 3]) -> [usize; 4] {
    let [first, second, third] = most.map(|most| most.min(blocks / 8 + 1));
    [
        first,
        second,
        third,
        blocks.saturating_sub(first + second + third),
    ]
}

/// One owner, or for one block in a hundred two that claim the same.
fn owners(random: &mut Random, organisations: u32) -> Vec<u32> {
    let first = random.below(organisations.into()) as u32;
    let second = random.below(organisations.into()) as u32;
    match random.once_in(100) && first != second {
        true => vec![first, second],
        false => vec![first],
    }
}

enum Class {
    Ordinary,
    /// A natural person.
    Person,
    /// Has no contact.
    Silent,
}

fn class_of(organisation: u32) -> Class {
    match organisation % 100 {
        37 => Class::Person,
        71 => Class::Silent,
        _ => Class::Ordinary,
    }
}

fn reference(organisation: u32) -> String {
    format!("org-{organisation:05}")
}

fn holder_of(address: IpAddr) -> Option<&'static str> {
    match (
        is_in(address, "198.19.64.0/18"),
        is_in(address, "198.19.0.0/17"),
    ) {
        (true, _) => Some("abuse@south.example"),
        (_, true) => Some("abuse@north.example"),
        _ => None,
    }
}

fn is_in(address: IpAddr, prefix: &str) -> bool {
    prefix
        .parse::<Prefix>()
        .expect("a prefix")
        .contains(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AssetValue;

    /// Looks at every asset of the register.
    fn looking_at_every_asset(world: &World, address: IpAddr) -> Vec<String> {
        let mut best: Option<(u128, Vec<String>)> = None;
        for row in &world.register.assets {
            let (first, last) = match &row.value {
                AssetValue::Prefix(prefix) => (prefix.first(), prefix.last()),
                AssetValue::Range(range) => (range.first(), range.last()),
                _ => continue,
            };
            let contains =
                first.is_ipv4() == address.is_ipv4() && first <= address && address <= last;
            let number = |address: IpAddr| match address {
                IpAddr::V4(address) => u128::from(u32::from(address)),
                IpAddr::V6(address) => address.into(),
            };
            if !contains {
                continue;
            }
            let size = number(last) - number(first);
            match &mut best {
                Some((known, owners)) if *known == size => owners.push(row.organisation.clone()),
                Some((known, _)) if *known < size => {}
                _ => best = Some((size, vec![row.organisation.clone()])),
            }
        }
        let mut owners = best.map(|(_, owners)| owners).unwrap_or_default();
        owners.sort();
        owners
    }

    #[test]
    fn owners_are_those_that_looking_at_every_asset_finds() {
        let world = World::new(7, 1_000);
        let mut random = Random::new(9);
        let mut owned = 0;
        for _ in 0..2_000 {
            let address: IpAddr = match random.once_in(2) {
                true => Ipv4Addr::from(V4_BASE + random.below(1 << 17) as u32).into(),
                false => {
                    let (_, network) =
                        world.v6_blocks[random.below(world.v6_blocks.len() as u64) as usize];
                    Ipv6Addr::from(network + u128::from(random.number())).into()
                }
            };
            let mut owners: Vec<String> = world
                .owners_of(address)
                .into_iter()
                .map(reference)
                .collect();
            owners.sort();
            assert_eq!(owners, looking_at_every_asset(&world, address), "{address}");
            owned += usize::from(!owners.is_empty());
        }
        assert!((500..1_999).contains(&owned), "{owned} of 2000 have owners");
    }

    #[test]
    fn the_same_seed_makes_the_same_world() {
        assert_eq!(
            World::new(1, 300).register.assets,
            World::new(1, 300).register.assets
        );
        assert_ne!(
            World::new(1, 300).register.assets,
            World::new(2, 300).register.assets
        );
    }

    #[test]
    fn blocks_are_as_many_as_asked_for_and_nest_four_deep() {
        let world = World::new(1, 50_000);
        assert_eq!(world.v4.len() + world.v6.len(), 50_000);
        let depth = |address: u32| {
            let around = |length: &&u8| {
                world
                    .v4
                    .contains_key(&(**length, address >> (32 - **length) << (32 - **length)))
            };
            V4_LENGTHS.iter().filter(around).count()
        };
        assert_eq!(
            (0..1 << 17).map(|offset| depth(V4_BASE + offset)).max(),
            Some(4)
        );
        let claimed_twice = world.v4.values().filter(|owners| owners.len() == 2).count();
        assert!(claimed_twice > 100, "{claimed_twice}");
    }
}
