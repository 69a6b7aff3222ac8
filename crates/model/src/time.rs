//! Moments and days.

use std::fmt;
use std::str::FromStr;

use crate::zone::{is_utc, offset_seconds};
use crate::{Zone, shown};

/// Microseconds in a second.
pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

/// A moment: microseconds since 1970-01-01 00:00:00 UTC, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Why a text is not a moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a time such as 2026-11-18 02:14:33 is expected, not `{}`: {why}",
    shown(text)
)]
pub struct TimestampError {
    text: String,
    why: &'static str,
}

impl Timestamp {
    /// The moment that many microseconds after 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01 00:00:00 UTC, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// The day in UTC.
    #[must_use]
    pub const fn day(self) -> Day {
        // At most 107 million days either way.
        Day(self.0.div_euclid(MICROS_PER_DAY) as i32)
    }

    /// Seconds from `other` to this moment, rounded down; negative if `other` is later.
    #[must_use]
    pub const fn seconds_since(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0).div_euclid(MICROS_PER_SECOND)
    }

    /// The moment that many seconds later, or earlier if negative. Stops at the ends of time.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(
            self.0
                .saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)),
        )
    }

    /// Reads a moment. A text without a zone is meant in `default_zone`.
    ///
    /// Accepts `2026-11-18 02:14:33` and the same with `T`, with a fraction of a second, and with `Z`, ` UTC` or an
    /// offset (`+01:00`) behind it. Digits beyond microseconds are dropped. A leap second counts as the one before
    /// it. Cost: no allocation.
    ///
    /// # Errors
    /// If the text is anything else. A bare number is refused: it could be seconds, milliseconds or a day.
    pub fn parse(text: &str, default_zone: &Zone) -> Result<Self, TimestampError> {
        let error = |why| TimestampError {
            text: text.to_owned(),
            why,
        };
        let (local_micros, zone) = read_moment(text.trim()).map_err(error)?;
        let micros = match zone {
            ZonePart::None => default_zone
                .moment_of(local_micros)
                .ok_or_else(|| error("it lies too far off"))?,
            ZonePart::Offset(seconds) => local_micros - i64::from(seconds) * MICROS_PER_SECOND,
        };
        Ok(Self(micros))
    }
}

/// What a text says of its zone.
enum ZonePart {
    None,
    /// Seconds east of UTC.
    Offset(i32),
}

/// Reads date, time and zone; the moment comes as the wall clock shows it.
fn read_moment(text: &str) -> Result<(i64, ZonePart), &'static str> {
    let bytes = text.as_bytes();
    let Some((head, tail)) = bytes.split_first_chunk::<19>() else {
        return Err(why_too_short(text));
    };
    let [
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        between,
        _,
        _,
        first_colon,
        _,
        _,
        second_colon,
        _,
        _,
    ] = *head;
    if !matches!(between, b' ' | b'T' | b't') || first_colon != b':' || second_colon != b':' {
        return Err(why_too_short(text));
    }
    let day = read_day(&head[..10])?;
    let [hour, minute, second] = [11, 14, 17].map(|at| two_digits(head[at], head[at + 1]));
    let (Some(hour @ 0..24), Some(minute @ 0..60), Some(second @ 0..=60)) = (hour, minute, second)
    else {
        return Err("the hours run to 23, the minutes and seconds to 59");
    };
    let second_of_day = hour * 3600 + minute * 60 + second.min(59);
    let micros = i64::from(day.0) * MICROS_PER_DAY + second_of_day * MICROS_PER_SECOND;
    if tail.is_empty() {
        return Ok((micros, ZonePart::None));
    }
    let (fraction, tail) = read_fraction(tail)?;
    Ok((micros + fraction, read_zone(tail)?))
}

fn why_too_short(text: &str) -> &'static str {
    if text.is_empty() {
        return "nothing stood there";
    }
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return "a bare number does not say whether it counts seconds or something else";
    }
    if text.parse::<Day>().is_ok() {
        return "the time of day is missing";
    }
    "it is not of the form YYYY-MM-DD HH:MM:SS"
}

/// Reads `.123456` as microseconds, and returns what stands behind it.
fn read_fraction(bytes: &[u8]) -> Result<(i64, &[u8]), &'static str> {
    let [b'.' | b',', rest @ ..] = bytes else {
        return Ok((0, bytes));
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=12).contains(&length) {
        return Err("the fraction of a second has 1 to 12 digits");
    }
    let (digits, rest) = rest.split_at(length);
    let padded = digits.iter().chain(std::iter::repeat(&b'0'));
    let micros = padded
        .take(6)
        .fold(0, |micros, digit| micros * 10 + i64::from(digit - b'0'));
    Ok((micros, rest))
}

fn read_zone(bytes: &[u8]) -> Result<ZonePart, &'static str> {
    let zone = bytes.strip_prefix(b" ").unwrap_or(bytes);
    let error = "a zone is written as Z, UTC or an offset such as +01:00";
    let zone = str::from_utf8(zone).map_err(|_| error)?;
    match zone {
        "" if bytes.is_empty() => Ok(ZonePart::None),
        _ if is_utc(zone) => Ok(ZonePart::Offset(0)),
        _ => offset_seconds(zone).map(ZonePart::Offset).ok_or(error),
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<i64> {
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    digits.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Accepts what [`Timestamp::parse`] does, but only with a zone in the text.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let error = |why| TimestampError {
            text: text.to_owned(),
            why,
        };
        match read_moment(text.trim()).map_err(error)? {
            (_, ZonePart::None) => Err(error("the zone is missing, such as Z or +01:00")),
            (local_micros, ZonePart::Offset(seconds)) => {
                Ok(Self(local_micros - i64::from(seconds) * MICROS_PER_SECOND))
            }
        }
    }
}

impl fmt::Display for Timestamp {
    /// Writes RFC 3339 in UTC: `2026-11-18T02:14:33Z`, with a fraction only if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = Civil::of_seconds(self.seconds());
        write!(f, "{}T{}", civil.date(), civil.time())?;
        match self.0.rem_euclid(MICROS_PER_SECOND) {
            0 => {}
            micros if micros % 1000 == 0 => write!(f, ".{:03}", micros / 1000)?,
            micros => write!(f, ".{micros:06}")?,
        }
        f.write_str("Z")
    }
}

crate::serde_as_text!(Timestamp, "time");

/// A day in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Why a text is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day such as 2026-11-18 is expected, not `{}`: {why}", shown(text))]
pub struct DayError {
    text: String,
    why: &'static str,
}

impl Day {
    /// The day that many days after 1970-01-01.
    #[must_use]
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day that many days later, or earlier if negative. Stops at the ends of time.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Its year, month and day of the month, in the Gregorian calendar.
    #[must_use]
    pub fn civil(self) -> (i64, i64, i64) {
        Civil::of_seconds(i64::from(self.0) * SECONDS_PER_DAY).year_month_day()
    }

    /// The day of a year, a month and a day of the month. They must exist.
    #[must_use]
    pub fn of_civil(year: i64, month: i64, day: i64) -> Self {
        Self(days_from_civil(year, month, day) as i32)
    }

    /// Days since Monday: 0 to 6.
    #[must_use]
    pub const fn weekday(self) -> i32 {
        // 1970-01-01 was a Thursday.
        self.0.wrapping_add(3).rem_euclid(7)
    }

    /// The first moment of the day in UTC. Stops at the ends of time.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp((self.0 as i64).saturating_mul(MICROS_PER_DAY))
    }
}

impl FromStr for Day {
    type Err = DayError;

    /// Accepts `YYYY-MM-DD` with spaces around it.
    fn from_str(text: &str) -> Result<Self, DayError> {
        let error = |why| DayError {
            text: text.to_owned(),
            why,
        };
        read_day(text.trim().as_bytes()).map_err(error)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Civil::of_seconds(i64::from(self.0) * SECONDS_PER_DAY)
            .date()
            .fmt(f)
    }
}

crate::serde_as_text!(Day, "day");

/// Reads `YYYY-MM-DD` in the Gregorian calendar.
fn read_day(bytes: &[u8]) -> Result<Day, &'static str> {
    let form = "it is not of the form YYYY-MM-DD";
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else {
        return Err(form);
    };
    let pairs = [
        two_digits(y1, y2),
        two_digits(y3, y4),
        two_digits(m1, m2),
        two_digits(d1, d2),
    ];
    let [Some(century), Some(year), Some(month), Some(day)] = pairs else {
        return Err(form);
    };
    let year = century * 100 + year;
    if !(1..=12).contains(&month) {
        return Err("there is no such month");
    }
    if !(1..=days_of_month(year, month)).contains(&day) {
        return Err("the month has no such day");
    }
    Ok(Day(days_from_civil(year, month, day) as i32))
}

fn days_of_month(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 0000-03-01 to 1970-01-01. Years are counted from March, so that the leap day comes last.
const DAYS_TO_EPOCH: i64 = 719_468;
const DAYS_PER_ERA: i64 = 146_097;

/// Days since 1970-01-01, by eras of 400 years.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH
}

/// A moment as calendar and wall clock show it.
pub(crate) struct Civil {
    days: i64,
    second_of_day: i64,
}

impl Civil {
    /// Splits seconds since 1970-01-01 00:00:00. Every number has a date, also far outside any calendar.
    pub(crate) fn of_seconds(seconds: i64) -> Self {
        Self {
            days: seconds.div_euclid(SECONDS_PER_DAY),
            second_of_day: seconds.rem_euclid(SECONDS_PER_DAY),
        }
    }

    /// The date as `YYYY-MM-DD`.
    pub(crate) fn date(&self) -> String {
        let (year, month, day) = self.year_month_day();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The day, and the second of it.
    pub(crate) fn day_and_second(&self) -> (Day, i64) {
        (Day(self.days as i32), self.second_of_day)
    }

    fn year_month_day(&self) -> (i64, i64, i64) {
        let shifted = self.days + DAYS_TO_EPOCH;
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = (march_month + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }

    /// The time as `HH:MM:SS`.
    pub(crate) fn time(&self) -> String {
        let seconds = self.second_of_day;
        format!(
            "{:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_parse(text: &str, zone: &str, want: &str) {
        let zone: Zone = zone.parse().unwrap();
        assert_eq!(
            Timestamp::parse(text, &zone).unwrap().to_string(),
            want,
            "{text} {zone}"
        );
    }

    #[test]
    fn moments_are_read_in_every_spelling() {
        check_parse("2026-11-18 02:14:33", "UTC", "2026-11-18T02:14:33Z");
        check_parse(" 2026-11-18T02:14:33 ", "UTC", "2026-11-18T02:14:33Z");
        check_parse("2026-11-18t02:14:33z", "+01:00", "2026-11-18T02:14:33Z");
        check_parse("2026-11-18 02:14:33 UTC", "+01:00", "2026-11-18T02:14:33Z");
        check_parse("2026-11-18 02:14:33 GMT", "+01:00", "2026-11-18T02:14:33Z");
        check_parse("2026-11-18 02:14:33+01:00", "UTC", "2026-11-18T01:14:33Z");
        check_parse("2026-11-18 02:14:33 -0330", "UTC", "2026-11-18T05:44:33Z");
        check_parse("2026-11-18 02:14:33.5", "UTC", "2026-11-18T02:14:33.500Z");
        check_parse(
            "2026-11-18 02:14:33,123456789Z",
            "UTC",
            "2026-11-18T02:14:33.123456Z",
        );
        check_parse(
            "2026-11-18 02:14:33",
            "Europe/Amsterdam",
            "2026-11-18T01:14:33Z",
        );
        check_parse(
            "2026-07-18 02:14:33",
            "Europe/Amsterdam",
            "2026-07-18T00:14:33Z",
        );
        check_parse("2026-11-18 02:14:33", "-05:00", "2026-11-18T07:14:33Z");
        check_parse("2024-02-29 00:00:00", "UTC", "2024-02-29T00:00:00Z");
        check_parse("2016-12-31 23:59:60", "UTC", "2016-12-31T23:59:59Z");
        check_parse("0000-01-01 00:00:00", "UTC", "0000-01-01T00:00:00Z");
        check_parse("9999-12-31 23:59:59", "-18:00", "10000-01-01T17:59:59Z");
    }

    #[test]
    fn doubtful_local_times_are_settled_the_same_way_each_time() {
        check_parse(
            "2026-10-25 02:30:00",
            "Europe/Amsterdam",
            "2026-10-25T00:30:00Z",
        );
        check_parse(
            "2026-03-29 02:30:00",
            "Europe/Amsterdam",
            "2026-03-29T01:30:00Z",
        );
    }

    #[test]
    fn what_is_no_moment_is_refused_with_a_reason() {
        for (text, why) in [
            ("", "nothing stood there"),
            ("1763432073", "bare number"),
            ("1763432073.25", "bare number"),
            ("1763432073000000000000", "bare number"),
            ("2026-11-18", "time of day is missing"),
            ("2026-11-18 02:14", "YYYY-MM-DD HH:MM:SS"),
            ("18-11-2026 02:14:33", "YYYY-MM-DD"),
            ("2026/11/18 02:14:33", "YYYY-MM-DD"),
            ("2026-11-18_02:14:33", "YYYY-MM-DD HH:MM:SS"),
            ("2026-13-18 02:14:33", "no such month"),
            ("2026-00-18 02:14:33", "no such month"),
            ("2026-02-29 02:14:33", "no such day"),
            ("1900-02-29 02:14:33", "no such day"),
            ("2026-11-00 02:14:33", "no such day"),
            ("2026-11-18 24:00:00", "hours"),
            ("2026-11-18 02:60:33", "hours"),
            ("2026-11-18 02:14:61", "hours"),
            ("2026-11-18 02:14:+3", "hours"),
            ("2026-11-18 02:14:33.", "fraction"),
            ("2026-11-18 02:14:33.1234567890123", "fraction"),
            ("2026-11-18 02:14:33 CET", "zone"),
            ("2026-11-18 02:14:33  Z", "zone"),
            ("2026-11-18 02:14:33+25:00", "zone"),
            ("2026-11-18 02:14:33Zx", "zone"),
            ("2026-11-18 02:14:33\u{20ac}", "zone"),
            ("2026-11-18 02:14:3\u{663}", "hours"),
            ("2026-11-18\u{a0}02:14:33", "YYYY-MM-DD HH:MM:SS"),
        ] {
            let error = Timestamp::parse(text, &Zone::UTC).unwrap_err().to_string();
            assert!(error.contains(why), "{text:?}: {error}");
        }
        let error = "2026-11-18 02:14:33".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("zone is missing"), "{error}");
    }

    #[test]
    fn days_are_read_and_counted() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2026-11-18", 20_775),
            ("2000-02-29", 11_016),
        ] {
            let day: Day = text.parse().unwrap();
            assert_eq!((day.days(), day.to_string().as_str()), (days, text));
        }
        for text in [
            "",
            "2026-1-1",
            "2026-02-30",
            "20261118",
            "2026-11-18T",
            "+026-11-18",
            "2026-11-\u{661}",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_and_days_are_rounded_down_before_1970_too() {
        let just_before = Timestamp::from_micros(-1);
        assert_eq!((just_before.seconds(), just_before.day().days()), (-1, -1));
        assert_eq!(just_before.to_string(), "1969-12-31T23:59:59.999999Z");
        let later = just_before.plus_seconds(90);
        assert_eq!(later.seconds_since(just_before), 90);
        assert_eq!(just_before.seconds_since(later), -90);
        assert_eq!(later.day().start(), Timestamp::from_micros(0));
    }

    #[test]
    fn ends_of_time_do_not_overflow() {
        for micros in [i64::MIN, i64::MAX] {
            let time = Timestamp::from_micros(micros);
            assert!(time.to_string().ends_with('Z'));
            assert!(!time.day().to_string().is_empty());
            let _ = time.seconds_since(Timestamp::from_micros(-micros.saturating_add(1)));
            assert_eq!(time.plus_seconds(micros), time);
        }
        for days in [i32::MIN, i32::MAX] {
            let day = Day::from_days(days);
            assert!(!day.to_string().is_empty());
            assert_eq!(day.plus_days(days), day);
            let _ = day.start();
        }
    }

    proptest! {
        #[test]
        fn a_moment_is_read_back_as_it_is_written(micros in -62_167_219_200_000_000_i64..253_402_300_800_000_000) {
            let time = Timestamp::from_micros(micros);
            prop_assert_eq!(time.to_string().parse::<Timestamp>(), Ok(time));
            let jiff = jiff::Timestamp::from_microsecond(micros).unwrap();
            let whole = Timestamp::from_micros(time.seconds() * MICROS_PER_SECOND);
            prop_assert_eq!(whole.to_string(), jiff.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }

        #[test]
        fn a_local_text_with_its_offset_is_the_same_moment(seconds in -2_000_000_000_i64..4_000_000_000) {
            let time = Timestamp::from_micros(seconds * MICROS_PER_SECOND);
            for zone in ["UTC", "Europe/Amsterdam", "-03:30"] {
                let text = zone.parse::<Zone>().unwrap().to_local_text(time);
                prop_assert_eq!(text.parse::<Timestamp>(), Ok(time), "{}", text);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}[-+.Z0-9: \\PC]{0,8}") {
            let _ = Timestamp::parse(&text, &Zone::UTC);
        }
    }
}
