//! The file that proves a draw: a text that stays the same, says nothing of people, and from which anybody computes the
//! places again, by `seinpost draw verify`, by a script, or with paper and `sha256sum`.
//!
//! `docs/enrolment.md` describes it line by line.

mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::{PlaceState, shown};

use super::draw::{Because, Capacity, Entry, Place, commitment, draw, lot};

pub use read::{ProofError, ROWS_MAX};

/// First line of every file.
const HEAD: &str = "seinpost-draw 1";
/// The line before those of the places.
const COLUMNS: &str = "number sector count lot rank state because";

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Name of the programme in its address.
    pub programme: String,
    /// How many applied, those too that may not take part.
    pub applications: u32,
    /// How many may take part.
    pub capacity: Capacity,
    /// What was published of the seed before applications closed.
    pub commitment: String,
    /// What the lots were made from.
    pub seed: String,
    /// One per application that may take part, by sector and rank.
    pub rows: Vec<Row>,
}

/// What a file says of one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The application.
    pub entry: Entry,
    /// Its lot, as it stands there.
    pub lot: String,
    /// Its place within its sector.
    pub rank: u32,
    /// `selected` or `waiting`.
    pub state: String,
    /// What decided it.
    pub because: String,
}

impl Row {
    fn of(place: &Place) -> Self {
        Self {
            entry: place.entry,
            lot: place.lot.clone(),
            rank: place.rank,
            state: place.state.to_string(),
            because: place.because.as_str().to_owned(),
        }
    }
}

/// Something in a file that is not as the rules make it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another seed than the one that was fixed.
    #[error(
        "the seed gives the digest {computed}, but {committed} was published before applications closed"
    )]
    Seed {
        /// What was published.
        committed: String,
        /// What the seed in the file gives.
        computed: String,
    },
    /// An application stands there twice.
    #[error("application {number} stands there twice")]
    Twice {
        /// The application.
        number: u32,
    },
    /// More applications than there were.
    #[error("{rows} applications may take part, but only {applications} applied")]
    TooMany {
        /// In the file.
        rows: usize,
        /// Said at its head.
        applications: u32,
    },
    /// A lot that does not follow from the seed.
    #[error("application {number} has the lot {computed}, not {}", shown(stated))]
    Lot {
        /// The application.
        number: u32,
        /// In the file.
        stated: String,
        /// From the seed.
        computed: String,
    },
    /// A place that does not follow from counts and lots.
    #[error("application {number} is {computed}, not {}", shown(stated))]
    Place {
        /// The application.
        number: u32,
        /// In the file.
        stated: String,
        /// By the rules.
        computed: String,
    },
    /// The rows are not in the order that the description gives.
    #[error("the rows are not ordered by sector and rank")]
    Order,
}

impl Proof {
    /// Draws, and writes down how.
    #[must_use]
    pub fn of_draw(
        programme: &str,
        applications: u32,
        entries: &[Entry],
        capacity: Capacity,
        seed: &str,
    ) -> Self {
        Self {
            programme: programme.to_owned(),
            applications,
            capacity,
            commitment: commitment(seed),
            seed: seed.to_owned(),
            rows: draw(entries, capacity, seed).iter().map(Row::of).collect(),
        }
    }

    /// Those that the draw gave a place.
    pub fn selected(&self) -> impl Iterator<Item = &Row> {
        let selected = PlaceState::Selected.as_str();
        self.rows.iter().filter(move |row| row.state == selected)
    }

    /// The places as the rules give them, from what the file says of applications and seed.
    #[must_use]
    pub fn computed(&self) -> Vec<Place> {
        let entries: Vec<Entry> = self.rows.iter().map(|row| row.entry).collect();
        draw(&entries, self.capacity, &self.seed)
    }

    /// Computes everything again; returns all that differs. `committed` is the digest as it was published before
    /// applications closed, from wherever the reader has it; without it that of the file is taken on trust.
    #[must_use]
    pub fn faults(&self, committed: Option<&str>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let computed = commitment(&self.seed);
        let published = [Some(self.commitment.as_str()), committed];
        let differs = published
            .into_iter()
            .flatten()
            .find(|committed| !committed.eq_ignore_ascii_case(&computed));
        if let Some(committed) = differs {
            faults.push(Fault::Seed {
                committed: shown(committed),
                computed,
            });
        }
        if self.rows.len() > self.applications as usize {
            faults.push(Fault::TooMany {
                rows: self.rows.len(),
                applications: self.applications,
            });
        }
        let mut seen = BTreeSet::new();
        for row in &self.rows {
            let number = row.entry.number;
            if !seen.insert(number) {
                faults.push(Fault::Twice { number });
            }
            let computed = lot(&self.seed, number);
            if row.lot != computed {
                faults.push(Fault::Lot {
                    number,
                    stated: row.lot.clone(),
                    computed,
                });
            }
        }
        self.check_places(&mut faults);
        faults
    }

    fn check_places(&self, faults: &mut Vec<Fault>) {
        let computed: Vec<Row> = self.computed().iter().map(Row::of).collect();
        let by_number: BTreeMap<u32, &Row> =
            computed.iter().map(|row| (row.entry.number, row)).collect();
        let before = faults.len();
        for row in &self.rows {
            let computed = by_number[&row.entry.number];
            if (row.rank, &row.state, &row.because)
                != (computed.rank, &computed.state, &computed.because)
            {
                faults.push(Fault::Place {
                    number: row.entry.number,
                    stated: in_words(row),
                    computed: in_words(computed),
                });
            }
        }
        let order = |rows: &[Row]| rows.iter().map(|row| row.entry.number).collect::<Vec<_>>();
        if faults.len() == before && order(&self.rows) != order(&computed) {
            faults.push(Fault::Order);
        }
    }
}

fn in_words(row: &Row) -> String {
    let Row {
        rank,
        state,
        because,
        ..
    } = row;
    format!("{state} at place {rank} by {because}")
}

impl fmt::Display for Proof {
    /// The whole file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        writeln!(f, "programme {}", self.programme)?;
        writeln!(f, "applications {}", self.applications)?;
        writeln!(f, "places {}", self.capacity.places)?;
        writeln!(f, "places-per-sector {}", self.capacity.per_sector)?;
        writeln!(f, "commitment {}", self.commitment)?;
        writeln!(f, "seed {}", self.seed)?;
        writeln!(f, "{COLUMNS}")?;
        for row in &self.rows {
            let Entry {
                number,
                sector,
                count,
            } = row.entry;
            let Row {
                lot,
                rank,
                state,
                because,
                ..
            } = row;
            writeln!(
                f,
                "{number} {sector} {count} {lot} {rank} {state} {because}"
            )?;
        }
        Ok(())
    }
}

/// Why an application stands where it stands, in a sentence for people. `places` are all of the draw.
#[must_use]
pub fn explained(place: &Place, places: &[Place], capacity: Capacity) -> String {
    let Entry {
        number,
        sector,
        count,
    } = place.entry;
    let (rank, seats) = (place.rank, capacity.per_sector);
    let full = format!("all {} places of the programme are taken", capacity.places);
    let is_even = stands_even(place, places);
    let why = match (place.because, place.state) {
        (Because::Full, _) if is_even => {
            format!("{full}: others at place {rank} have {count} too, and their lots are lower")
        }
        (Because::Full, _) => full,
        (Because::Lot, PlaceState::Selected) => {
            format!("others have {count} too, and its lot is among the lowest")
        }
        (Because::Lot, _) => format!("others have {count} too, and their lots are lower"),
        (Because::Count, PlaceState::Selected) if is_even => format!(
            "others at place {rank} of their sectors have {count} too, and its lot is among the lowest"
        ),
        (Because::Count, PlaceState::Selected) => {
            format!("its count is among the {seats} highest of the sector")
        }
        (Because::Count, _) => format!("{seats} of the sector stand before it"),
    };
    let state = place.state;
    format!("application {number}: {state} at place {rank} of {sector} with {count}, as {why}")
}

/// Whether another sector has an application of the same rank and count for which the programme decided otherwise: then the
/// lot decided between them.
fn stands_even(place: &Place, places: &[Place]) -> bool {
    places.iter().any(|other| {
        let is_peer = (other.rank, other.entry.count) == (place.rank, place.entry.count);
        let is_torn = other.state != place.state;
        let is_by_programme = place.because == Because::Full || other.because == Because::Full;
        is_peer && is_torn && is_by_programme
    })
}

#[cfg(test)]
mod tests;
