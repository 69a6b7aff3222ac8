//! Asking the index.

use std::net::IpAddr;

use model::{Day, DomainName, Endpoint, WebPlace};

use super::blocks::Cursor;
use super::held::Held;
use super::index::AssetIndex;
use super::names::Probe;
use super::{Dimension, Match, Whereabouts};

/// Questions whose names are looked up together: enough for the waits for memory to overlap.
const WINDOW: usize = 32;

/// Asks an index, one place after another. Ask in the order of addresses where you can: a search begins where the last
/// one ended.
#[derive(Debug)]
pub struct Finder<'i> {
    index: &'i AssetIndex,
    cursor: Cursor,
    probes: Vec<Probe>,
    /// Place in the window, distance, and asset around the names of the window, in this order.
    named: Vec<(usize, u8, Held)>,
    /// How many of them belong to questions that were answered.
    named_done: usize,
    /// Size, or distance of the name, and asset around the current question, smallest first.
    around: Vec<(u128, Held)>,
    found: Vec<Match>,
}

impl<'i> Finder<'i> {
    pub(super) fn new(index: &'i AssetIndex) -> Self {
        Self {
            index,
            cursor: Cursor::default(),
            probes: Vec::new(),
            named: Vec::new(),
            named_done: 0,
            around: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Every asset that contained `place` on `day`, by dimension and rank.
    ///
    /// Cost: O(log assets + assets that contain the address + labels of the name).
    pub fn find(&mut self, place: &Whereabouts<'_>, day: Day) -> &[Match] {
        self.look_up_names(&[name_of(place)]);
        self.answer(0, place, day)
    }

    /// Answers many questions in turn, as [`Finder::find`] does, but looks up names faster.
    pub fn find_all<'q>(
        &mut self,
        mut questions: impl Iterator<Item = (Whereabouts<'q>, Day)>,
        mut take: impl FnMut(&[Match]),
    ) {
        let mut window = Vec::with_capacity(WINDOW);
        let mut names = Vec::with_capacity(WINDOW);
        loop {
            window.clear();
            window.extend(questions.by_ref().take(WINDOW));
            if window.is_empty() {
                return;
            }
            names.clear();
            names.extend(window.iter().map(|(place, _)| name_of(place)));
            self.look_up_names(&names);
            for (number, (place, day)) in window.iter().enumerate() {
                take(self.answer(number, place, *day));
            }
        }
    }

    fn look_up_names(&mut self, names: &[&str]) {
        let Self {
            index,
            probes,
            named,
            named_done,
            ..
        } = self;
        named.clear();
        *named_done = 0;
        index
            .names
            .each_covering(names, probes, |question, distance, held| {
                named.push((question, distance, held));
            });
    }

    /// Answers the next question of the window, `number` from 0.
    fn answer(&mut self, number: usize, place: &Whereabouts<'_>, day: Day) -> &[Match] {
        self.found.clear();
        if let Some(address) = place.address {
            self.find_address(address, day);
        }
        self.find_name(number, place.endpoint, day);
        if self.found.is_empty()
            && let Some(asn) = self.index.asn_of(place)
        {
            let held = self.index.with_asn(asn);
            self.around.clear();
            self.around.extend(held.map(|held| (0, held)));
            self.rank(day, Dimension::Asn);
        }
        &self.found
    }

    /// Blocks come from the inside out, so a block's own size orders them; a range of several blocks is as large as the
    /// whole range, whichever of its blocks was hit.
    fn find_address(&mut self, address: IpAddr, day: Day) {
        let Self {
            index,
            cursor,
            around,
            ..
        } = self;
        around.clear();
        let mut has_range = false;
        index
            .blocks
            .each_covering(address, cursor, |held, host_bits| {
                let range_size = index.apart.range_size(held);
                has_range |= range_size.is_some();
                around.push((range_size.unwrap_or_else(|| size_less_one(host_bits)), held));
            });
        if has_range {
            around.sort_by_key(|(size, _)| *size);
        }
        self.rank(day, Dimension::Address);
    }

    fn find_name(&mut self, number: usize, endpoint: Option<&Endpoint>, day: Day) {
        self.around.clear();
        // Before all names: the longest first, as it is to be ranked.
        if let Some(Endpoint::Url(url)) = endpoint
            && !self.index.sites.is_empty()
            && let Some(place) = WebPlace::of(url)
        {
            let Self { index, around, .. } = self;
            index.sites.each_around(&place, |length, held| {
                around.push((u128::MAX - length as u128, held));
            });
        }
        while let Some((question, distance, held)) = self.named.get(self.named_done)
            && *question == number
        {
            self.around.push(((*distance).into(), *held));
            self.named_done += 1;
        }
        if let Some(Endpoint::EmailDomain(name)) = endpoint
            && !self.index.mail.is_empty()
        {
            self.add_mail(name);
        }
        self.rank(day, Dimension::Name);
    }

    /// Adds the domains of e-mail addresses around a name to what names are around it: each before a host or a domain of
    /// its own length, behind all that are longer.
    fn add_mail(&mut self, name: &DomainName) {
        let Self {
            index,
            probes,
            around,
            ..
        } = self;
        for (distance, _) in around.iter_mut() {
            *distance = 2 * *distance + 1;
        }
        index
            .mail
            .each_covering(&[name.as_str()], probes, |_, distance, held| {
                // The host has distance 0, and the domain of its name 1.
                let before = match distance {
                    1 => 0,
                    above => 2 * u128::from(above),
                };
                around.push((before, held));
            });
        around.sort_by_key(|(distance, _)| *distance);
    }

    /// Gives ranks to what is held on `day`; equal sizes share one.
    fn rank(&mut self, day: Day, dimension: Dimension) {
        let (mut rank, mut last) = (0, None);
        for (size, held) in &self.around {
            if !held.is_held_on(day) {
                continue;
            }
            if last != Some(*size) {
                (rank, last) = (rank + 1, Some(*size));
            }
            let (asset_no, party_no) = self.index.apart.numbers(*held);
            self.found.push(Match {
                asset_no,
                party_no,
                valid_from: held.valid_from(),
                valid_until: held.valid_until(),
                dimension,
                rank,
            });
        }
    }
}

/// The name as the index takes it; nothing is found for none.
fn name_of<'q>(place: &Whereabouts<'q>) -> &'q str {
    place.name.map_or("", DomainName::as_str)
}

/// Less one, so that the whole of IPv6 fits.
fn size_less_one(host_bits: u8) -> u128 {
    1u128
        .checked_shl(host_bits.into())
        .map_or(u128::MAX, |size| size - 1)
}
