//! Time zones: in which zone a text without one is meant, and in which zone people read a time.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::time::{Civil, MICROS_PER_SECOND};
use crate::{Day, Timestamp, shown};

/// UTC, a fixed offset, or a zone of the IANA time zone database.
///
/// The database is the one in the program, not that of the machine: the same file gives the same times everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Utc,
    /// Seconds east of UTC.
    Fixed(i32),
    Named(TimeZone),
}

/// A text that is not a time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a time zone is UTC, an offset such as +01:00 or a name such as Europe/Amsterdam, not `{}`",
    shown(text)
)]
pub struct ZoneError {
    text: String,
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Kind::Utc);

    /// The time on a wall clock in this zone, with the offset: `2026-11-18 03:14:33 +01:00`.
    #[must_use]
    pub fn to_local_text(&self, time: Timestamp) -> String {
        let offset_seconds = self.offset_seconds_at(time);
        let local = Civil::of_seconds(time.seconds().saturating_add(offset_seconds.into()));
        format!(
            "{} {} {}",
            local.date(),
            local.time(),
            OffsetText(offset_seconds)
        )
    }

    /// The day and the second of the day that a wall clock in this zone shows.
    #[must_use]
    pub fn local(&self, time: Timestamp) -> (Day, i64) {
        let offset_seconds = self.offset_seconds_at(time);
        Civil::of_seconds(time.seconds().saturating_add(offset_seconds.into())).day_and_second()
    }

    /// The moment at which a wall clock in this zone shows this second of a day.
    ///
    /// A time that a clock shows twice is the first of the two; one that it skips is taken with the offset from before. Outside
    /// the years that the zone knows, the day is one of UTC.
    #[must_use]
    pub fn at(&self, day: Day, second_of_day: i64) -> Timestamp {
        let local = day.start().plus_seconds(second_of_day);
        self.moment_of(local.micros())
            .map_or(local, Timestamp::from_micros)
    }

    /// Seconds east of UTC at a moment.
    fn offset_seconds_at(&self, time: Timestamp) -> i32 {
        match &self.0 {
            Kind::Utc => 0,
            Kind::Fixed(seconds) => *seconds,
            // Far beyond any calendar there are no rules, and none are needed.
            Kind::Named(zone) => jiff::Timestamp::from_microsecond(time.micros())
                .map_or(0, |moment| zone.to_offset(moment).seconds()),
        }
    }

    /// The moment at which a wall clock in this zone shows these microseconds since 1970-01-01 00:00:00.
    ///
    /// A time that a clock shows twice (in autumn) is the first of the two. One that it skips (in spring) is taken
    /// with the offset from before the change. Nothing comes of a time outside the years that the zone knows.
    pub(crate) fn moment_of(&self, local_micros: i64) -> Option<i64> {
        match &self.0 {
            Kind::Utc => Some(local_micros),
            Kind::Fixed(seconds) => {
                local_micros.checked_sub(i64::from(*seconds) * MICROS_PER_SECOND)
            }
            Kind::Named(zone) => {
                let shown = jiff::Timestamp::from_microsecond(local_micros).ok()?;
                let civil = TimeZone::UTC.to_datetime(shown);
                let moment = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
                Some(moment.as_microsecond())
            }
        }
    }
}

/// The zones in the program.
fn zones() -> &'static TimeZoneDatabase {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    ZONES.get_or_init(TimeZoneDatabase::bundled)
}

impl FromStr for Zone {
    type Err = ZoneError;

    /// Accepts `UTC`, `Z`, an offset such as `+01:00`, or an IANA name, in any case, with spaces around it.
    fn from_str(text: &str) -> Result<Self, ZoneError> {
        let trimmed = text.trim();
        if is_utc(trimmed) {
            return Ok(Self::UTC);
        }
        if let Some(seconds) = offset_seconds(trimmed) {
            return Ok(Self(Kind::Fixed(seconds)));
        }
        // Asked only for what can be a name, so that nothing else reaches the database.
        let is_name = trimmed.len() <= 64
            && trimmed
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/_-+".contains(&byte));
        match zones().get(trimmed) {
            Ok(zone) if is_name => Ok(Self(Kind::Named(zone))),
            _ => Err(ZoneError {
                text: text.to_owned(),
            }),
        }
    }
}

/// Whether a text is one of the names of UTC.
pub(crate) fn is_utc(text: &str) -> bool {
    ["Z", "UTC", "GMT", "Etc/UTC"]
        .iter()
        .any(|name| text.eq_ignore_ascii_case(name))
}

/// Reads `+01:00`, `+0100` or `+01` as seconds east of UTC. At most 18 hours, as no place on earth is further off.
pub(crate) fn offset_seconds(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [h1, h2] => ([h1, h2], [&b'0', &b'0']),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => ([h1, h2], [m1, m2]),
        _ => return None,
    };
    let number = |[tens, ones]: [&u8; 2]| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let seconds = hours * 3600 + minutes * 60;
    (minutes < 60 && seconds <= 18 * 3600).then_some(sign * seconds)
}

/// Writes seconds east of UTC as `+01:00`.
struct OffsetText(i32);

impl fmt::Display for OffsetText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.unsigned_abs() / 60;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Utc => f.write_str("UTC"),
            Kind::Fixed(seconds) => OffsetText(*seconds).fmt(f),
            Kind::Named(zone) => f.write_str(zone.iana_name().unwrap_or("UTC")),
        }
    }
}

crate::serde_as_text!(Zone, "time zone");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_is_read_and_written_in_one_form() {
        for (text, want) in [
            ("UTC", "UTC"),
            (" z ", "UTC"),
            ("gmt", "UTC"),
            ("+01:00", "+01:00"),
            ("-0330", "-03:30"),
            ("+02", "+02:00"),
            ("europe/amsterdam", "Europe/Amsterdam"),
        ] {
            let zone: Zone = text.parse().unwrap();
            assert_eq!(zone.to_string(), want, "{text}");
            assert_eq!(want.parse(), Ok(zone), "{text}");
        }
        for text in [
            "",
            "Europe",
            "Europe/Rotterdam",
            "+1",
            "+19:00",
            "+01:60",
            "01:00",
            "+01:00:00",
            "../../etc/passwd",
            "Europe/Amsterdam\0",
            "+\u{661}\u{661}",
        ] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }

    #[test]
    fn local_text_follows_summer_and_winter_time() {
        let amsterdam: Zone = "Europe/Amsterdam".parse().unwrap();
        for (time, want) in [
            ("2026-11-18T02:14:33Z", "2026-11-18 03:14:33 +01:00"),
            ("2026-07-01T22:30:00Z", "2026-07-02 00:30:00 +02:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25 02:59:59 +02:00"),
            ("2026-10-25T01:00:00Z", "2026-10-25 02:00:00 +01:00"),
        ] {
            assert_eq!(
                amsterdam.to_local_text(time.parse().unwrap()),
                want,
                "{time}"
            );
        }
        let time = "2026-11-18T02:14:33Z".parse().unwrap();
        assert_eq!(Zone::UTC.to_local_text(time), "2026-11-18 02:14:33 +00:00");
        let west: Zone = "-03:30".parse().unwrap();
        assert_eq!(west.to_local_text(time), "2026-11-17 22:44:33 -03:30");
    }

    #[test]
    fn ends_of_time_have_a_text_in_every_zone() {
        for zone in ["UTC", "-18:00", "+18:00", "Europe/Amsterdam"] {
            let zone: Zone = zone.parse().unwrap();
            for micros in [i64::MIN, i64::MAX] {
                assert!(
                    !zone
                        .to_local_text(Timestamp::from_micros(micros))
                        .is_empty(),
                    "{zone}"
                );
            }
        }
    }
}
