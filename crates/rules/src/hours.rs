//! When a mail may go out to a contact: in office hours, or in its rhythm (requirements DI-02 and DI-20).

use std::ops::Range;

use model::{Day, MessageKind, ReadingHours, Rhythm, Severity, Timestamp, Timing, Zone};

/// Office hours: from 08:00 to 18:00, in seconds of the day.
pub(crate) const OFFICE_HOURS: Range<i64> = 8 * 3_600..18 * 3_600;

const DAY_SECS: i64 = 86_400;

/// From when on a message may go out to a contact: now, or at the next time of its rhythm, and in its office hours.
///
/// What is critical never waits. Times are those of a wall clock in `zone`.
#[must_use]
pub fn goes_out_at(
    timing: &Timing,
    (kind, severity): (MessageKind, Severity),
    now: Timestamp,
    zone: &Zone,
) -> Timestamp {
    let may_wait = match kind {
        MessageKind::Alert => severity != Severity::Critical,
        // Nothing is to be done, however severe it was.
        MessageKind::AllClear => true,
        // Nobody is mailed, so nothing goes out.
        MessageKind::BelowThreshold | MessageKind::NotWanted => false,
    };
    if !may_wait {
        return now;
    }
    let at = next(&timing.rhythm, now, zone);
    match timing.hours {
        ReadingHours::Office => opening(at, &OFFICE_HOURS, zone),
        ReadingHours::Always | ReadingHours::Unsaid => at,
    }
}

/// The moment itself if it is one of the rhythm, otherwise the next one.
fn next(rhythm: &Rhythm, now: Timestamp, zone: &Zone) -> Timestamp {
    let (today, second) = zone.local(now);
    let at = match rhythm {
        Rhythm::Now => return now,
        Rhythm::Hours(hours) => {
            let step = i64::from(*hours) * 3_600;
            let begun = second.div_euclid(step) + i64::from(second.rem_euclid(step) > 0);
            match begun * step {
                DAY_SECS => zone.at(today.plus_days(1), 0),
                at => zone.at(today, at),
            }
        }
        Rhythm::Times { weekday, minutes } => {
            let days = (0..=7).map(|days| today.plus_days(days));
            let days = days.filter(|day| {
                weekday
                    .as_ref()
                    .is_none_or(|of| day.weekday() == i32::from(*of))
            });
            let secs = |minute: &u16| i64::from(*minute) * 60;
            let times = days.flat_map(|day| minutes.iter().map(move |minute| (day, secs(minute))));
            let mut later = times.filter(|time| *time >= (today, second));
            later.next().map_or(now, |(day, secs)| zone.at(day, secs))
        }
    };
    // Where the clock goes back, a time of the wall comes twice: the first may be over.
    at.max(now)
}

/// The moment itself in these hours of a working day, otherwise their next beginning.
pub(crate) fn opening(now: Timestamp, hours: &Range<i64>, zone: &Zone) -> Timestamp {
    let (today, second) = zone.local(now);
    if is_working_day(today) && hours.contains(&second) {
        return now;
    }
    let mut day = today;
    if second >= hours.start {
        day = day.plus_days(1);
    }
    while !is_working_day(day) {
        day = day.plus_days(1);
    }
    zone.at(day, hours.start)
}

/// Whether offices in the Netherlands are open on a day: Monday to Friday, without public holidays.
fn is_working_day(day: Day) -> bool {
    day.weekday() < 5 && !is_holiday(day)
}

/// The generally recognised holidays (Algemene termijnenwet, article 3). Liberation Day counts every fifth year, when most
/// offices close; on Good Friday most are open.
fn is_holiday(day: Day) -> bool {
    let (year, month, day_of_month) = day.civil();
    let after_easter = day.days() - easter(year).days();
    match (month, day_of_month) {
        (1, 1) | (12, 25 | 26) => true,
        // On a Sunday it is held on the Saturday before, and both are no working days.
        (4, 27) => true,
        (5, 5) => year % 5 == 0,
        // Easter Monday, Ascension Day, Whit Monday.
        _ => matches!(after_easter, 1 | 39 | 50),
    }
}

/// Easter Sunday, by the computation for the Gregorian calendar of Butcher (1876).
fn easter(year: i64) -> Day {
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let leaps = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - leaps + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let correction = (golden + 11 * epact + 22 * to_sunday) / 451;
    let months = epact + to_sunday - 7 * correction + 114;
    Day::of_civil(year, months / 31, months % 31 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(now: &str, want: &str) {
        let zone: Zone = "Europe/Amsterdam".parse().unwrap();
        let moment = |text| Timestamp::parse(text, &zone).unwrap();
        let about = (MessageKind::Alert, Severity::High);
        let timing = Timing {
            hours: ReadingHours::Office,
            ..Timing::default()
        };
        let found = goes_out_at(&timing, about, moment(now), &zone);
        assert_eq!(found, moment(want), "{now} waits until {found}");
    }

    #[test]
    fn a_mail_waits_for_the_next_time_of_the_rhythm() {
        let zone: Zone = "Europe/Amsterdam".parse().unwrap();
        let moment = |text| Timestamp::parse(text, &zone).unwrap();
        for (rhythm, hours, now, want) in [
            (
                "now",
                "unsaid",
                "2026-11-18 10:00:01",
                "2026-11-18 10:00:01",
            ),
            ("4h", "unsaid", "2026-11-18 10:00:01", "2026-11-18 12:00:00"),
            ("4h", "unsaid", "2026-11-18 12:00:00", "2026-11-18 12:00:00"),
            ("4h", "always", "2026-11-18 20:00:01", "2026-11-19 00:00:00"),
            ("4h", "office", "2026-11-18 17:00:00", "2026-11-19 08:00:00"),
            (
                "daily 08:00 16:00",
                "unsaid",
                "2026-11-18 07:59:59",
                "2026-11-18 08:00:00",
            ),
            (
                "daily 08:00 16:00",
                "unsaid",
                "2026-11-18 08:00:01",
                "2026-11-18 16:00:00",
            ),
            (
                "daily 08:00 16:00",
                "unsaid",
                "2026-11-18 16:00:01",
                "2026-11-19 08:00:00",
            ),
            (
                "daily 06:00",
                "office",
                "2026-11-20 12:00:00",
                "2026-11-23 08:00:00",
            ),
            // 18 November 2026 is a Wednesday.
            (
                "wed 09:00",
                "unsaid",
                "2026-11-18 08:00:00",
                "2026-11-18 09:00:00",
            ),
            (
                "wed 09:00",
                "unsaid",
                "2026-11-18 10:00:00",
                "2026-11-25 09:00:00",
            ),
            (
                "mon 09:00",
                "unsaid",
                "2026-11-18 10:00:00",
                "2026-11-23 09:00:00",
            ),
            // The clock goes forward at 02:00, and back at 03:00.
            (
                "daily 02:30",
                "unsaid",
                "2026-03-29 01:00:00",
                "2026-03-29 03:30:00",
            ),
            (
                "12h",
                "unsaid",
                "2026-10-25 02:30:00",
                "2026-10-25 12:00:00",
            ),
        ] {
            let timing = Timing {
                hours: hours.parse().unwrap(),
                rhythm: rhythm.parse().unwrap(),
            };
            let about = |severity| (MessageKind::Alert, severity);
            let found = goes_out_at(&timing, about(Severity::High), moment(now), &zone);
            assert_eq!(found, moment(want), "{rhythm} {hours} {now}: {found}");
            let critical = goes_out_at(&timing, about(Severity::Critical), moment(now), &zone);
            assert_eq!(critical, moment(now), "{rhythm} {hours}");
        }
    }

    #[test]
    fn a_mail_outside_office_hours_waits_for_the_next_opening() {
        for (now, want) in [
            ("2026-11-18 08:00:00", "2026-11-18 08:00:00"),
            ("2026-11-18 17:59:59", "2026-11-18 17:59:59"),
            ("2026-11-18 18:00:00", "2026-11-19 08:00:00"),
            ("2026-11-18 00:00:00", "2026-11-18 08:00:00"),
            ("2026-11-18 07:59:59", "2026-11-18 08:00:00"),
            // Friday evening, Saturday, Sunday.
            ("2026-11-20 18:30:00", "2026-11-23 08:00:00"),
            ("2026-11-21 12:00:00", "2026-11-23 08:00:00"),
            ("2026-11-22 07:00:00", "2026-11-23 08:00:00"),
            // The clock goes back in the night to Sunday, and forward before Easter Monday.
            ("2026-10-23 20:00:00", "2026-10-26 08:00:00"),
            ("2027-03-26 18:00:00", "2027-03-30 08:00:00"),
            // Easter Monday, Ascension Day, Whit Monday.
            ("2026-04-06 10:00:00", "2026-04-07 08:00:00"),
            ("2026-05-14 10:00:00", "2026-05-15 08:00:00"),
            ("2026-05-25 10:00:00", "2026-05-26 08:00:00"),
            // Good Friday is a working day.
            ("2026-04-03 10:00:00", "2026-04-03 10:00:00"),
            // King's Day, also when 27 April is a Sunday.
            ("2026-04-27 10:00:00", "2026-04-28 08:00:00"),
            ("2025-04-25 18:00:00", "2025-04-28 08:00:00"),
            // Liberation Day every fifth year.
            ("2026-05-05 10:00:00", "2026-05-05 10:00:00"),
            ("2025-05-05 10:00:00", "2025-05-06 08:00:00"),
            // Christmas and New Year, with the weekend between.
            ("2026-12-24 18:00:00", "2026-12-28 08:00:00"),
            ("2026-12-31 18:00:00", "2027-01-04 08:00:00"),
        ] {
            check(now, want);
        }
    }

    #[test]
    fn what_is_critical_and_whoever_did_not_choose_hours_never_wait() {
        let zone: Zone = "Europe/Amsterdam".parse().unwrap();
        let sunday = Timestamp::parse("2026-11-22 03:00:00", &zone).unwrap();
        for hours in ReadingHours::ALL {
            for severity in Severity::ALL {
                let timing = Timing {
                    hours: *hours,
                    ..Timing::default()
                };
                let at = goes_out_at(&timing, (MessageKind::Alert, *severity), sunday, &zone);
                let waits = *hours == ReadingHours::Office && *severity != Severity::Critical;
                assert_eq!(at > sunday, waits, "{hours} {severity}");
                // That something is gone is never urgent.
                let clear = goes_out_at(&timing, (MessageKind::AllClear, *severity), sunday, &zone);
                let waits = *hours == ReadingHours::Office;
                assert_eq!(clear > sunday, waits, "{hours} {severity}");
            }
        }
    }

    #[test]
    fn easter_is_when_the_calendar_says() {
        for (year, want) in [
            (1961, "1961-04-02"),
            (2000, "2000-04-23"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year).to_string(), want);
        }
    }
}
