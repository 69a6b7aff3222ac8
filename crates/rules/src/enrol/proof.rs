//! The file that proves a draw: a text that stays the same, says nothing of people, and from which anybody computes the
//! places again, by `seinpost draw verify`, by a script, or with paper and `sha256sum`.
//!
//! `docs/enrolment.md` describes it line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use model::{PlaceState, Sector, shown};

use super::draw::{Because, Capacity, Entry, Place, commitment, draw, lot};

/// First line of every file.
const HEAD: &str = "seinpost-draw 1";
/// The line before those of the places.
const COLUMNS: &str = "number sector count lot rank state because";
/// Rows that a file may have: far more than applications of any programme.
pub const ROWS_MAX: usize = 100_000;

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

/// Why a text is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A line is not what stands there in every file.
    #[error("line {line} must be `{want}`, not `{}`", shown(found))]
    Line {
        /// From 1.
        line: usize,
        /// What stands there in a file.
        want: String,
        /// What stood there.
        found: String,
    },
    /// A row cannot be read.
    #[error("line {line}: {what} cannot be read from `{}`", shown(found))]
    Row {
        /// From 1.
        line: usize,
        /// What it should be.
        what: &'static str,
        /// What stood there.
        found: String,
    },
    /// It is longer than any programme needs.
    #[error("the file has more than {ROWS_MAX} rows")]
    TooLong,
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

/// Lines with their numbers.
struct Lines<'t> {
    lines: std::str::Lines<'t>,
    number: usize,
}

impl<'t> Lines<'t> {
    fn next(&mut self) -> &'t str {
        self.number += 1;
        self.lines.next().unwrap_or_default()
    }

    fn exact(&mut self, want: &str) -> Result<(), ProofError> {
        match self.next() {
            found if found == want => Ok(()),
            found => Err(self.other(want, found)),
        }
    }

    fn value<T: FromStr>(&mut self, name: &str) -> Result<T, ProofError> {
        let found = self.next();
        let value = found
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(' '));
        value
            .filter(|value| !value.is_empty() && !value.contains(char::is_whitespace))
            .and_then(|value| value.parse().ok())
            .ok_or_else(|| self.other(&format!("{name} ..."), found))
    }

    fn other(&self, want: &str, found: &str) -> ProofError {
        ProofError::Line {
            line: self.number,
            want: want.to_owned(),
            found: found.to_owned(),
        }
    }
}

impl FromStr for Proof {
    type Err = ProofError;

    /// Reads a file; whether it is right is asked of [`Proof::faults`].
    fn from_str(text: &str) -> Result<Self, ProofError> {
        let mut lines = Lines {
            lines: text.lines(),
            number: 0,
        };
        lines.exact(HEAD)?;
        let mut proof = Self {
            programme: lines.value("programme")?,
            applications: lines.value("applications")?,
            capacity: Capacity {
                places: lines.value("places")?,
                per_sector: lines.value("places-per-sector")?,
            },
            commitment: lines.value("commitment")?,
            seed: lines.value("seed")?,
            rows: Vec::new(),
        };
        lines.exact(COLUMNS)?;
        for (text, line) in lines.lines.zip(lines.number + 1..) {
            if proof.rows.len() == ROWS_MAX {
                return Err(ProofError::TooLong);
            }
            proof.rows.push(row(line_of(text, line)?, line)?);
        }
        Ok(proof)
    }
}

fn line_of(text: &str, line: usize) -> Result<[&str; 7], ProofError> {
    let cells: Vec<&str> = text.split(' ').collect();
    cells.try_into().map_err(|_| ProofError::Line {
        line,
        want: COLUMNS.to_owned(),
        found: text.to_owned(),
    })
}

fn row(cells: [&str; 7], line: usize) -> Result<Row, ProofError> {
    let [number, sector, count, lot, rank, state, because] = cells;
    Ok(Row {
        entry: Entry {
            number: cell(number, "a number of an application", line)?,
            sector: cell::<Sector>(sector, "a sector", line)?,
            count: cell(count, "a count", line)?,
        },
        lot: lot.to_owned(),
        rank: cell(rank, "a rank", line)?,
        state: state.to_owned(),
        because: because.to_owned(),
    })
}

fn cell<T: FromStr>(text: &str, what: &'static str, line: usize) -> Result<T, ProofError> {
    text.parse().map_err(|_| ProofError::Row {
        line,
        what,
        found: text.to_owned(),
    })
}

/// Why an application stands where it stands, in a sentence for people.
#[must_use]
pub fn explained(place: &Place, capacity: Capacity) -> String {
    let Entry {
        number,
        sector,
        count,
    } = place.entry;
    let (rank, seats) = (place.rank, capacity.per_sector);
    let why = match (place.because, place.state) {
        (Because::Full, _) => format!("all {} places of the programme are taken", capacity.places),
        (Because::Lot, PlaceState::Selected) => {
            format!("others have {count} too, and its lot is among the lowest")
        }
        (Because::Lot, _) => format!("others have {count} too, and their lots are lower"),
        (Because::Count, PlaceState::Selected) => {
            format!("its count is among the {seats} highest of the sector")
        }
        (Because::Count, _) => format!("{seats} of the sector stand before it"),
    };
    let state = place.state;
    format!("application {number}: {state} at place {rank} of {sector} with {count}, as {why}")
}

#[cfg(test)]
mod tests {
    use super::super::draw::tests::story;
    use super::*;

    const CAPACITY: Capacity = Capacity {
        places: 40,
        per_sector: 4,
    };

    fn proof() -> Proof {
        Proof::of_draw("pilot", 73, &story(), CAPACITY, "seed")
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_nothing_is_wrong_with_it() {
        let text = proof().to_string();
        let read: Proof = text.parse().unwrap();
        assert_eq!(read, proof());
        assert_eq!(read.to_string(), text);
        assert_eq!(read.faults(None), []);
        assert_eq!(read.faults(Some(&commitment("seed"))), []);
    }

    #[test]
    fn any_changed_row_head_or_seed_is_found() {
        let text = proof().to_string();
        for (index, line) in text.lines().enumerate().skip(7) {
            for (at, cell) in line.split(' ').enumerate().filter(|_| index > 7) {
                let changed = match at {
                    // A lower count may change nothing but is found where it changes a place; the number changes the lot.
                    1 | 2 => continue,
                    5 if cell == "selected" => "waiting".to_owned(),
                    5 => "selected".to_owned(),
                    6 if cell == "lot" => "count".to_owned(),
                    6 => "lot".to_owned(),
                    3 => commitment(cell),
                    _ => format!("{cell}9"),
                };
                let mut cells: Vec<&str> = line.split(' ').collect();
                cells[at] = &changed;
                let mut lines: Vec<&str> = text.lines().collect();
                let changed = cells.join(" ");
                lines[index] = &changed;
                let read: Proof = (lines.join("\n") + "\n").parse().unwrap();
                assert_ne!(read.faults(None), [], "{changed}");
            }
        }
        for (from, to) in [
            ("\nseed seed\n", "\nseed other\n"),
            ("\nplaces 40\n", "\nplaces 30\n"),
            ("\nplaces-per-sector 4\n", "\nplaces-per-sector 3\n"),
            ("\napplications 73\n", "\napplications 63\n"),
            ("\n1 ict 300 ", "\n1 ict 200 "),
        ] {
            let read: Proof = text.replace(from, to).parse().unwrap();
            assert_ne!(read, proof(), "{from}");
            assert_ne!(read.faults(None), [], "{to}");
        }
    }

    #[test]
    fn a_seed_that_was_changed_with_its_digest_is_found_by_what_was_published() {
        let other = Proof::of_draw("pilot", 73, &story(), CAPACITY, "chosen afterwards");
        assert_eq!(other.faults(None), []);
        let faults = other.faults(Some(&proof().commitment));
        assert!(matches!(faults[..], [Fault::Seed { .. }]), "{faults:?}");
    }

    #[test]
    fn rows_in_another_order_or_twice_are_found() {
        let mut swapped = proof();
        swapped.rows.swap(0, 1);
        assert_eq!(swapped.faults(None), [Fault::Order]);
        let mut twice = proof();
        twice.rows.push(twice.rows[0].clone());
        let number = twice.rows[0].entry.number;
        assert!(twice.faults(None).contains(&Fault::Twice { number }));
    }

    #[test]
    fn what_is_no_file_says_where() {
        let text = proof().to_string();
        for (from, to, why) in [
            (
                "seinpost-draw 1",
                "seinpost-draw 2",
                "line 1 must be `seinpost-draw 1`",
            ),
            ("places 40", "places many", "line 4 must be `places ...`"),
            ("seed seed", "seed", "line 7 must be `seed ...`"),
            (" ict 300 ", " ict ", "line 26 must be `number sector"),
            (
                " ict 300 ",
                " flowers 300 ",
                "a sector cannot be read from `flowers`",
            ),
            (" ict 300 ", " ict -1 ", "a count cannot be read"),
        ] {
            let error = text.replacen(from, to, 1).parse::<Proof>().unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        assert!("".parse::<Proof>().is_err());
    }

    #[test]
    fn every_place_is_explained_in_a_sentence() {
        let places = proof().computed();
        let of = |number| {
            let place = places.iter().find(|place| place.entry.number == number);
            explained(place.unwrap(), CAPACITY)
        };
        assert_eq!(
            of(1),
            "application 1: selected at place 1 of ict with 300, as its count is among the 4 highest of the sector"
        );
        assert!(
            of(14).ends_with("as 4 of the sector stand before it"),
            "{}",
            of(14)
        );
        let engineering = 14 + 11;
        let tied = (engineering + 3..=engineering + 5).map(of);
        assert_eq!(
            tied.filter(|text| text.contains("others have 260 too"))
                .count(),
            3
        );
    }
}
