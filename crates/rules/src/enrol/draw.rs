//! Who gets a place: per sector those with the highest count, and among equals the lot decides (requirement PI-05).
//!
//! The lot of an application is `SHA-256("<seed>/<number>")`; the lowest goes first. The seed is drawn and its digest
//! published before applications close, so that nobody can choose it afterwards; then it is published itself.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

use model::{PlaceState, Sector};
use sha2::{Digest, Sha256};

/// An application that may take part, as the draw sees it: nothing else of it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the application within its programme.
    pub number: u32,
    /// Its sector.
    pub sector: Sector,
    /// What it brings, by [`super::counting`].
    pub count: u64,
}

/// How many may take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// In all.
    pub places: u32,
    /// Of one sector.
    pub per_sector: u32,
}

/// A lot: 64 hexadecimal digits.
pub type Lot = String;

/// What decided about an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Its count alone.
    Count,
    /// The lot: others of its sector have the same count, and there was room for some of them only.
    Lot,
    /// There was room in its sector, but not in the programme.
    Full,
}

impl Because {
    /// The word for it in the published file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Lot => "lot",
            Self::Full => "full",
        }
    }
}

/// What the draw gives an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The application.
    pub entry: Entry,
    /// Its lot.
    pub lot: Lot,
    /// Its place within its sector, from 1.
    pub rank: u32,
    /// [`PlaceState::Selected`] or [`PlaceState::Waiting`].
    pub state: PlaceState,
    /// What decided that.
    pub because: Because,
}

/// The lot of an application: `printf '%s' SEED/NUMBER | sha256sum`.
#[must_use]
pub fn lot(seed: &str, number: u32) -> Lot {
    hex_digest(&format!("{seed}/{number}"))
}

/// What is published of a seed before it is: `printf '%s' SEED | sha256sum`.
#[must_use]
pub fn commitment(seed: &str) -> String {
    hex_digest(seed)
}

fn hex_digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text takes all that is written");
        hex
    })
}

/// Gives the places. The order of `entries` does not matter; the answer is ordered by sector and rank.
///
/// Where all sectors together would fill more than the programme has, first places go before second ones, and so on; among
/// those of one rank the higher count, then the lower lot.
#[must_use]
pub fn draw(entries: &[Entry], capacity: Capacity, seed: &str) -> Vec<Place> {
    let mut sectors: BTreeMap<Sector, Vec<(Lot, Entry)>> = BTreeMap::new();
    for entry in entries {
        let drawn = (lot(seed, entry.number), *entry);
        sectors.entry(entry.sector).or_default().push(drawn);
    }
    let mut places: Vec<Place> = sectors
        .into_values()
        .flat_map(|sector| places_of(sector, capacity.per_sector))
        .collect();
    close_when_full(&mut places, capacity.places);
    places
}

fn places_of(mut sector: Vec<(Lot, Entry)>, seats: u32) -> Vec<Place> {
    sector.sort_by_cached_key(|(lot, entry)| (Reverse(entry.count), lot.clone(), entry.number));
    let seats = seats as usize;
    // The count that some have within the seats and some behind them.
    let last_seated = seats.checked_sub(1).and_then(|last| sector.get(last));
    let torn = match (last_seated, sector.get(seats)) {
        (Some((_, last)), Some((_, next))) if last.count == next.count => Some(last.count),
        _ => None,
    };
    let place = |(index, (lot, entry)): (usize, (Lot, Entry))| Place {
        lot,
        rank: index as u32 + 1,
        state: match index < seats {
            true => PlaceState::Selected,
            false => PlaceState::Waiting,
        },
        because: match torn == Some(entry.count) {
            true => Because::Lot,
            false => Because::Count,
        },
        entry,
    };
    sector.into_iter().enumerate().map(place).collect()
}

fn close_when_full(places: &mut [Place], places_max: u32) {
    let mut selected: Vec<&mut Place> = places
        .iter_mut()
        .filter(|place| place.state == PlaceState::Selected)
        .collect();
    selected.sort_by_cached_key(|place| {
        let entry = place.entry;
        (
            place.rank,
            Reverse(entry.count),
            place.lot.clone(),
            entry.number,
        )
    });
    for place in selected.into_iter().skip(places_max as usize) {
        place.state = PlaceState::Waiting;
        place.because = Because::Full;
    }
}

/// How an application of a sector stands after the draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has a place.
    Seated,
    /// It waits for one.
    Waiting,
    /// It gave its place up, or has one by name, outside the draw, or cannot be reached any more.
    Out,
}

/// Who gets a place that came free (requirement PI-07): of a sector as many have a place as the draw seated, and those are the
/// first of its `line` that are not out. Gives their indexes.
///
/// `line` is in the order of the draw. Whoever has a place keeps it.
#[must_use]
pub fn next_in_line(seats: usize, line: &[Standing]) -> Vec<usize> {
    let of = |wanted| move |(_, standing): &(usize, &Standing)| **standing == wanted;
    let seated = line.iter().enumerate().filter(of(Standing::Seated)).count();
    let waiting = line.iter().enumerate().filter(of(Standing::Waiting));
    let next = waiting.take(seats.saturating_sub(seated));
    next.map(|(index, _)| index).collect()
}

#[cfg(test)]
pub(super) mod tests;
