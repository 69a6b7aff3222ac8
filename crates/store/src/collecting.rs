//! Which notifications the lines of a chunk go into: found and made by sets, since one report may concern tens of thousands
//! of recipients. How many lines each has is written when its window is closed.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use model::Timestamp;

use crate::connection::{Tx, Value, values};
use crate::error::Result;
use crate::notification::{
    KEY_COLUMNS, LINES_MAX, LineToTell, NOTIFICATION, NotificationKey, key_values,
    notification_from,
};

/// Notifications of one window that are remembered at most, about 100 bytes each.
const REMEMBERED_MAX: usize = 500_000;

/// The notifications of open windows, remembered from one transaction to the next of the only worker that adds lines to
/// these windows. Holds what is committed: after a transaction that failed it is begun anew, empty.
#[derive(Default)]
pub struct Collecting {
    /// The last part of each key, by window.
    windows: HashMap<i64, Parts>,
}

type Parts = HashMap<NotificationKey, Part, RandomState>;

/// The last part of a notification that was made so far.
#[derive(Clone, Copy)]
struct Part {
    place: Place,
    /// Counts from 1.
    number: i64,
    lines: i64,
}

/// A notification that is there, or the place of one that is to be made.
#[derive(Clone, Copy)]
enum Place {
    Known(i64),
    New(usize),
}

/// A notification to be made.
struct New<'l> {
    first: &'l LineToTell,
    part: i64,
}

impl Part {
    /// Whether it takes one more line. One that lost a line gets no more: it may be withheld by now, and the line may be
    /// the one that comes back.
    fn has_space(&self, closed: &HashSet<i64>) -> bool {
        let is_closed = matches!(self.place, Place::Known(number) if closed.contains(&number));
        self.lines < LINES_MAX && !is_closed
    }
}

impl Tx<'_> {
    /// Finds the notifications of lines by their keys, making those that are not there yet or have no space; gives the
    /// notification of each line.
    pub(crate) fn collect(
        &mut self,
        collecting: &mut Collecting,
        lines: &[LineToTell],
        now: Timestamp,
    ) -> Result<Vec<i64>> {
        self.remember_windows(collecting, lines)?;
        let closed = self.closed_parts(collecting)?;
        let mut made: Vec<New<'_>> = Vec::new();
        let mut places: Vec<Place> = Vec::with_capacity(lines.len());
        for line in lines {
            let parts = collecting.windows.entry(line.key.window_no).or_default();
            let place = match parts.get_mut(&line.key) {
                Some(part) if part.has_space(&closed) => {
                    part.lines += 1;
                    part.place
                }
                full => {
                    let part = Part {
                        place: Place::New(made.len()),
                        number: full.map_or(1, |full| full.number + 1),
                        lines: 1,
                    };
                    made.push(New {
                        first: line,
                        part: part.number,
                    });
                    parts.insert(line.key.clone(), part);
                    part.place
                }
            };
            places.push(place);
        }
        let numbers = self.make(&made, now)?;
        for (new, number) in made.iter().zip(&numbers) {
            let parts = collecting.windows.get_mut(&new.first.key.window_no);
            if let Some(part) = parts.and_then(|parts| parts.get_mut(&new.first.key)) {
                part.place = Place::Known(*number);
            }
        }
        let number_of = |place| match place {
            Place::Known(number) => number,
            Place::New(place) => numbers[place],
        };
        Ok(places.into_iter().map(number_of).collect())
    }

    /// Forgets windows that get no lines now, and those that are too large; reads those that are not known.
    fn remember_windows(
        &mut self,
        collecting: &mut Collecting,
        lines: &[LineToTell],
    ) -> Result<()> {
        let wanted: HashSet<i64> = lines.iter().map(|line| line.key.window_no).collect();
        self.hold_windows(&wanted.iter().copied().collect::<Vec<_>>())?;
        let windows = &mut collecting.windows;
        windows.retain(|no, parts| wanted.contains(no) && parts.len() <= REMEMBERED_MAX);
        for window_no in wanted {
            if windows.contains_key(&window_no) {
                continue;
            }
            let mut parts = Parts::default();
            // Parts of one key in ascending number: the last one stays.
            let sql = format!(
                "SELECT {NOTIFICATION} FROM notification n WHERE window_no = $1 ORDER BY part"
            );
            self.for_each(&sql, values![window_no], |row| {
                let found = notification_from(row)?;
                let part = Part {
                    place: Place::Known(found.notification_no),
                    number: found.part.into(),
                    lines: found.lines,
                };
                parts.insert(found.key, part);
                Ok(())
            })?;
            windows.insert(window_no, parts);
        }
        Ok(())
    }

    /// Those of the remembered parts out of which a line was taken, by whomever. The index that knows them is small.
    fn closed_parts(&mut self, collecting: &Collecting) -> Result<HashSet<i64>> {
        let parts = collecting.windows.values().flat_map(HashMap::values);
        let known = parts.filter_map(|part| match part.place {
            Place::Known(number) => Some(number),
            Place::New(_) => None,
        });
        let bounds = known.fold(None, |bounds, number| match bounds {
            None => Some((number, number)),
            Some((first, last)) => Some((number.min(first), number.max(last))),
        });
        let Some((first, last)) = bounds else {
            return Ok(HashSet::new());
        };
        let sql = "SELECT DISTINCT notification_no FROM notification_line
                   WHERE withdrawn IS NOT NULL AND notification_no BETWEEN $1 AND $2";
        let closed = self.query(sql, values![first, last], |row| row.int(0))?;
        Ok(closed.into_iter().collect())
    }

    fn make(&mut self, made: &[New<'_>], now: Timestamp) -> Result<Vec<i64>> {
        let numbers = self.new_numbers("notification", "notification_no", made.len())?;
        let columns = [
            &["notification_no"],
            &KEY_COLUMNS[..],
            &[
                "part",
                "lawful_basis",
                "created_at",
                "lines",
                "state",
                "reason",
                "decided_by",
            ],
        ]
        .concat();
        let rows: Vec<(i64, &New<'_>)> = numbers.iter().copied().zip(made).collect();
        self.insert_all("notification", &columns, &rows, |(number, new), row| {
            row.push(Value::Int(*number));
            row.extend(key_values(&new.first.key));
            row.extend_from_slice(values![
                new.part,
                &*new.first.lawful_basis,
                now.micros(),
                0_i64,
                0_i64,
                "",
                "",
            ]);
        })?;
        Ok(numbers)
    }
}
