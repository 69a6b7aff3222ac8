//! Which notifications the lines of a chunk go into: looked up, made and counted by sets, since one report may concern
//! tens of thousands of recipients.

use std::collections::{HashMap, HashSet};

use model::Timestamp;

use crate::connection::{Tx, TxEngine, Value, values};
use crate::error::Result;
use crate::notification::{
    KEY_COLUMNS, LINES_MAX, LineToTell, NOTIFICATION, NotificationKey, key_values,
    notification_from,
};

/// The last part of a notification that was made so far.
struct Part {
    place: Place,
    /// Counts from 1.
    number: i64,
    lines: i64,
    /// A line was taken out of it: it gets no more. It may be withheld by now, and the line may be the one that comes back.
    is_closed: bool,
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

impl Tx<'_> {
    /// Counts lines into the notifications of their keys, making those that are not there yet or have no space; gives the
    /// notification of each line. Lines come sorted by key.
    pub(crate) fn collect(&mut self, sorted: &[&LineToTell], now: Timestamp) -> Result<Vec<i64>> {
        let groups: Vec<&[&LineToTell]> = sorted.chunk_by(|a, b| a.key == b.key).collect();
        let mut parts = self.last_parts(&groups)?;
        let mut counted: Vec<(i64, i64)> = Vec::new();
        let mut made: Vec<New<'_>> = Vec::new();
        let mut places: Vec<Place> = Vec::with_capacity(sorted.len());
        for group in groups {
            let mut last = parts.remove(&group[0].key);
            let mut rest = group;
            while let Some(first) = rest.first() {
                let part = match last.take() {
                    Some(part) if part.lines < LINES_MAX && !part.is_closed => part,
                    before => {
                        let number = before.map_or(1, |before| before.number + 1);
                        made.push(New {
                            first,
                            part: number,
                            lines: 0,
                        });
                        Part {
                            place: Place::New(made.len() - 1),
                            number,
                            lines: 0,
                            is_closed: false,
                        }
                    }
                };
                let taken = rest.len().min((LINES_MAX - part.lines) as usize);
                match part.place {
                    Place::Known(number) => counted.push((number, taken as i64)),
                    Place::New(place) => made[place].lines += taken as i64,
                }
                places.extend(std::iter::repeat_n(part.place, taken));
                rest = &rest[taken..];
                last = Some(Part {
                    lines: part.lines + taken as i64,
                    ..part
                });
            }
        }
        self.count_lines(&counted)?;
        let numbers = self.make(&made, now)?;
        let number_of = |place| match place {
            Place::Known(number) => number,
            Place::New(place) => numbers[place],
        };
        Ok(places.into_iter().map(number_of).collect())
    }

    /// The last part of each of these keys, where there is one.
    fn last_parts(&mut self, groups: &[&[&LineToTell]]) -> Result<HashMap<NotificationKey, Part>> {
        let distinct = |number: fn(&NotificationKey) -> i64| {
            let numbers: HashSet<i64> = groups.iter().map(|group| number(&group[0].key)).collect();
            numbers.into_iter().collect::<Vec<i64>>()
        };
        let windows = distinct(|key| key.window_no);
        let recipients = distinct(|key| key.recipient_no);
        let of_these = format!(
            "window_no {} AND recipient_no {}",
            self.in_set("$1"),
            self.in_set("$2")
        );
        let sets = values![&windows[..], &recipients[..]];
        let sql = format!(
            "SELECT DISTINCT notification_no FROM notification_line WHERE withdrawn IS NOT NULL
             AND notification_no IN (SELECT notification_no FROM notification WHERE {of_these})"
        );
        let closed: HashSet<i64> = self
            .query(&sql, sets, |row| row.int(0))?
            .into_iter()
            .collect();
        let mut parts: HashMap<NotificationKey, Part> = HashMap::new();
        self.for_each(&format!("{NOTIFICATION} WHERE {of_these}"), sets, |row| {
            let found = notification_from(row)?;
            let part = Part {
                place: Place::Known(found.notification_no),
                number: found.part.into(),
                lines: found.lines,
                is_closed: closed.contains(&found.notification_no),
            };
            match parts.get(&found.key) {
                Some(later) if later.number > part.number => {}
                _ => {
                    parts.insert(found.key, part);
                }
            }
            Ok(())
        })?;
        Ok(parts)
    }

    fn count_lines(&mut self, counted: &[(i64, i64)]) -> Result<()> {
        if counted.is_empty() {
            return Ok(());
        }
        if let TxEngine::Sqlite(_) = self.engine {
            let sql = "UPDATE notification SET lines = lines + $2 WHERE notification_no = $1";
            for (notification_no, lines) in counted {
                self.execute(sql, values![*notification_no, *lines])?;
            }
            return Ok(());
        }
        let (numbers, lines): (Vec<i64>, Vec<i64>) = counted.iter().copied().unzip();
        self.execute(
            "UPDATE notification n SET lines = n.lines + c.lines
             FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS c (notification_no, lines)
             WHERE n.notification_no = c.notification_no",
            values![&numbers[..], &lines[..]],
        )?;
        Ok(())
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
