//! What a pilot must find out, as numbers (requirement PI-12). docs/enrolment.md defines each in words.

use model::{Day, Timestamp};
use serde::{Deserialize, Serialize};

/// Longest time between two acts of a person that counts as work: who is away longer did something else.
const PAUSE_SECS_MAX: i64 = 600;

/// Seconds that count for an act before which there was none for longer than that.
const FIRST_ACT_SECS: i64 = 60;

/// What a month came to, as pages and reports show it. Shares are whole percent; of nothing there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Month {
    /// Such as `2026-11`.
    pub name: String,
    /// Messages that were handed over.
    pub messages: i64,
    /// The share of those that no person decided about.
    pub automatic: Option<i64>,
    /// Minutes of handwork.
    pub hand_minutes: i64,
    /// Findings in the messages.
    pub findings: i64,
    /// The share of those at a system that the recipient registered.
    pub matched: Option<i64>,
    /// Minutes until half and until nine of ten were handed over.
    pub notice: Option<(i64, i64)>,
    /// Organisations for which there was a message to be mailed. Months that were counted before this was have none.
    #[serde(default)]
    pub to_tell: Option<i64>,
    /// Organisations that got a message.
    pub recipients: i64,
    /// The share that these are of those.
    #[serde(default)]
    pub reached: Option<i64>,
    /// Of those that got one, who showed that somebody saw it.
    #[serde(default)]
    pub seen: Option<i64>,
    /// The share that these are.
    #[serde(default)]
    pub seen_share: Option<i64>,
    /// Of these, those that answered.
    pub answering: i64,
    /// Messages of which somebody said whether they were useful.
    pub judged: i64,
    /// The share of those that were.
    pub useful: Option<i64>,
}

/// Whole percent; of nothing there is no share.
#[must_use]
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part * 100 / whole)
}

/// First day of the month of a day.
#[must_use]
pub fn month_of(day: Day) -> Day {
    let text = day.to_string();
    let first = text.get(..7).map(|month| format!("{month}-01"));
    first.and_then(|first| first.parse().ok()).unwrap_or(day)
}

/// The month that begins on that day, such as `2026-11`.
#[must_use]
pub fn month_name(first: Day) -> String {
    let text = first.to_string();
    text.get(..7).unwrap_or(&text).to_owned()
}

/// First day of a month such as `2026-11`; of another text there is none.
#[must_use]
pub fn read_month(text: &str) -> Option<Day> {
    let first: Day = format!("{text}-01").parse().ok()?;
    (month_name(first) == text).then_some(first)
}

/// First day of the month behind the one that begins on that day.
#[must_use]
pub fn next_month(first: Day) -> Day {
    month_of(first.plus_days(31))
}

/// First day of the month before the one that begins on that day.
#[must_use]
pub fn month_before(first: Day) -> Day {
    month_of(first.plus_days(-1))
}

/// Seconds of work that an act stands for, by the time of the act of the same person before it.
#[must_use]
pub fn work_secs(before: Option<Timestamp>, at: Timestamp) -> i64 {
    match before.map(|before| at.seconds_since(before)) {
        Some(secs) if secs <= PAUSE_SECS_MAX => secs.max(0),
        _ => FIRST_ACT_SECS,
    }
}

/// The number that so many percent of the sorted ones do not exceed; none of nothing. Source: nearest rank.
#[must_use]
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_over_the_year() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for (any, first, next, before) in [
            ("2026-11-22", "2026-11-01", "2026-12-01", "2026-10-01"),
            ("2026-12-31", "2026-12-01", "2027-01-01", "2026-11-01"),
            ("2028-02-29", "2028-02-01", "2028-03-01", "2028-01-01"),
            ("2027-01-01", "2027-01-01", "2027-02-01", "2026-12-01"),
        ] {
            assert_eq!(month_of(day(any)), day(first));
            assert_eq!(next_month(day(first)), day(next));
            assert_eq!(month_before(day(first)), day(before));
        }
    }

    #[test]
    fn a_month_is_read_as_it_is_named() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(read_month("2026-11"), Some(day("2026-11-01")));
        assert_eq!(month_name(day("2026-11-01")), "2026-11");
        for text in ["", "2026", "2026-13", "2026-11-01", "2026-1", " 2026-11"] {
            assert_eq!(read_month(text), None, "{text}");
        }
    }

    #[test]
    fn work_is_the_time_since_the_act_before_unless_that_is_long_ago() {
        let at = Timestamp::from_micros(0).plus_seconds(1_000_000);
        for (ago, want) in [(0, 0), (240, 240), (600, 600), (601, 60), (80_000, 60)] {
            assert_eq!(work_secs(Some(at.plus_seconds(-ago)), at), want, "{ago}");
        }
        assert_eq!(work_secs(None, at), 60);
    }

    #[test]
    fn a_percentile_is_one_of_the_numbers() {
        let numbers: Vec<i64> = (1..=10).collect();
        assert_eq!(percentile(&numbers, 50), Some(5));
        assert_eq!(percentile(&numbers, 90), Some(9));
        assert_eq!(percentile(&[7], 90), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }
}
