//! Which notifications the lines of a chunk go into: found, made and counted by sets, since one report may concern tens of
//! thousands of recipients.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use model::Timestamp;

use crate::connection::{Tx, TxEngine, Value, values};
use crate::error::{Result, StoreError};
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
    lines: i64,
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
    /// Counts lines into the notifications of their keys, making those that are not there yet or have no space; gives the
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
                        lines: 0,
                    });
                    parts.insert(line.key.clone(), part);
                    part.place
                }
            };
            if let Place::New(place) = place {
                made[place].lines += 1;
            }
            places.push(place);
        }
        self.count_lines(&places)?;
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
        let windows = &mut collecting.windows;
        windows.retain(|no, parts| wanted.contains(no) && parts.len() <= REMEMBERED_MAX);
        for window_no in wanted {
            if windows.contains_key(&window_no) {
                continue;
            }
            let mut parts = Parts::default();
            // Parts of one key in ascending number: the last one stays.
            let sql = format!("{NOTIFICATION} WHERE window_no = $1 ORDER BY part");
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

    /// Counts one line for each place that is known.
    fn count_lines(&mut self, places: &[Place]) -> Result<()> {
        let known = places.iter().filter_map(|place| match place {
            Place::Known(number) => Some(*number),
            Place::New(_) => None,
        });
        let mut known: Vec<i64> = known.collect();
        if known.is_empty() {
            return Ok(());
        }
        known.sort_unstable();
        let counted = known.chunk_by(|a, b| a == b);
        if let TxEngine::Sqlite(_) = self.engine {
            let sql = "UPDATE notification SET lines = lines + ?2 WHERE notification_no = ?1";
            let counted = counted.map(|same| [same[0], same.len() as i64]);
            return self.execute_each(sql, counted);
        }
        let (numbers, lines): (Vec<i64>, Vec<i64>) =
            counted.map(|same| (same[0], same.len() as i64)).unzip();
        // With the sign no plan begins at the state: what is collected now is news to the statistics, which know of none, and one
        // walk over it for each line took minutes.
        let counted = self.execute_by_key(
            "UPDATE notification n SET lines = n.lines + c.lines
             FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS c (notification_no, lines)
             WHERE n.notification_no = c.notification_no AND +n.state = 0",
            values![&numbers[..], &lines[..]],
        )?;
        // Another worker took the last line out of one of them meanwhile, and it tells nobody any more.
        match counted == numbers.len() as u64 {
            true => Ok(()),
            false => Err(StoreError::Conflict),
        }
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
                new.lines,
                0_i64,
                "",
                "",
            ]);
        })?;
        Ok(numbers)
    }
}
