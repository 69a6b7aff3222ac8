//! When a recipient is called about a message, and what may be said (requirements DI-12 and DI-20).

use model::{CallOutcome, ContactPhone, ReadingHours, Severity, Timestamp, Tlp, Zone};

use crate::hours::{OFFICE_HOURS, opening};

/// Hours in which a number is called of which nobody says more: from 09:00 to 17:00 on working days, in seconds of the day.
const USUAL_HOURS: std::ops::Range<i64> = 9 * 3_600..17 * 3_600;

/// Seconds after the approval within which somebody is called about what is critical.
const CRITICAL_WITHIN_SECS: i64 = 15 * 60;

/// The same of what is less severe.
const OTHER_WITHIN_SECS: i64 = 4 * 3_600;

/// Seconds for which a call is of the person who took it.
pub const TAKEN_SECS: i64 = 15 * 60;

/// Days for which a message is on the list after its approval. An older one is found among the messages.
pub const LISTED_DAYS: i64 = 30;

/// Characters of a note about an attempt.
pub const NOTE_CHARS_MAX: usize = 500;

/// When somebody is called again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// In a quarter of an hour.
    Soon,
    /// In an hour.
    InAnHour,
    /// In the next hours in which a number is usually called.
    InHours,
}

impl Again {
    /// What is proposed after an outcome; `None`: nobody is called again.
    #[must_use]
    pub fn after(outcome: CallOutcome, severity: Severity) -> Option<Self> {
        use CallOutcome as O;
        let is_critical = severity == Severity::Critical;
        match outcome {
            O::Understood | O::Refuses => None,
            O::WillCallBack | O::Voicemail => Some(Self::InAnHour),
            O::PassedOn => Some(Self::Soon),
            O::NoAnswer if is_critical => Some(Self::Soon),
            O::NoAnswer => Some(Self::InAnHour),
            // Another number has to be found first.
            O::WrongNumber | O::OutOfService if is_critical => Some(Self::Soon),
            O::WrongNumber | O::OutOfService => Some(Self::InHours),
        }
    }

    /// The moment of that, counted from `now`.
    #[must_use]
    pub fn at(self, now: Timestamp, zone: &Zone) -> Timestamp {
        match self {
            Self::Soon => now.plus_seconds(15 * 60),
            Self::InAnHour => now.plus_seconds(3_600),
            // Not in these same hours: what is to be done now is done sooner.
            Self::InHours => match opening(now, &USUAL_HOURS, zone) {
                at if at > now => at,
                _ => {
                    let (today, _) = zone.local(now);
                    let evening = zone.at(today, USUAL_HOURS.end);
                    opening(evening, &USUAL_HOURS, zone)
                }
            },
        }
    }
}

/// By when somebody is called about a message that was approved at a moment, the hours of its contacts aside.
#[must_use]
pub fn due_at(severity: Severity, approved_at: Timestamp) -> Timestamp {
    let within = match severity {
        Severity::Critical => CRITICAL_WITHIN_SECS,
        Severity::High | Severity::Medium | Severity::Low | Severity::Info => OTHER_WITHIN_SECS,
    };
    approved_at.plus_seconds(within)
}

/// From when on, not before `at`, a number may be called about something of this severity. Only what is critical is a reason to
/// call at night, and only where the number is answered then, or somebody reads then.
#[must_use]
pub fn may_call_from(
    phone: &ContactPhone,
    hours: ReadingHours,
    severity: Severity,
    at: Timestamp,
    zone: &Zone,
) -> Timestamp {
    let is_critical = severity == Severity::Critical;
    match hours {
        _ if is_critical && phone.is_always => at,
        ReadingHours::Always if is_critical => at,
        ReadingHours::Office => opening(at, &OFFICE_HOURS, zone),
        ReadingHours::Always | ReadingHours::Unsaid => opening(at, &USUAL_HOURS, zone),
    }
}

/// How much may be said by telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayTell {
    /// What it is about, how severe it is, and what to do first.
    Much,
    /// That there is a message, and no more.
    Existence,
    /// That there is something in the portal, and no more.
    Portal,
}

/// How much may be said of a message by telephone.
///
/// TLP:RED is not spoken of. Of what is only claimed, and where no mail arrived whose code shows who is on the line, only that
/// there is something.
#[must_use]
pub fn may_tell(tlp: Tlp, is_proved: bool, has_code: bool) -> MayTell {
    match tlp {
        Tlp::Red => MayTell::Portal,
        _ if !is_proved || !has_code => MayTell::Existence,
        Tlp::AmberStrict | Tlp::Amber | Tlp::Green | Tlp::Clear => MayTell::Much,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        "Europe/Amsterdam".parse().unwrap()
    }

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse(text, &zone()).unwrap()
    }

    fn phone(is_always: bool) -> ContactPhone {
        ContactPhone {
            number: "+31705550123".parse().unwrap(),
            is_always,
        }
    }

    #[test]
    fn only_what_is_critical_rings_at_night_and_only_where_somebody_answers() {
        use ReadingHours::{Always, Office, Unsaid};
        use Severity::{Critical, High};
        // 20 November 2026 is a Friday.
        let night = "2026-11-20 21:40:00";
        for (is_always, hours, severity, want) in [
            (true, Unsaid, Critical, night),
            (true, Office, Critical, night),
            (false, Always, Critical, night),
            (false, Office, Critical, "2026-11-23 08:00:00"),
            (false, Unsaid, Critical, "2026-11-23 09:00:00"),
            (true, Unsaid, High, "2026-11-23 09:00:00"),
            (true, Always, High, "2026-11-23 09:00:00"),
        ] {
            let phone = phone(is_always);
            let from = may_call_from(&phone, hours, severity, moment(night), &zone());
            assert_eq!(from, moment(want), "{is_always} {hours} {severity}");
        }
        for (at, want) in [
            ("2026-11-20 09:00:00", "2026-11-20 09:00:00"),
            ("2026-11-20 16:59:59", "2026-11-20 16:59:59"),
            ("2026-11-20 17:00:00", "2026-11-23 09:00:00"),
        ] {
            let from = may_call_from(&phone(false), Unsaid, High, moment(at), &zone());
            assert_eq!(from, moment(want), "{at}");
        }
    }

    #[test]
    fn what_is_critical_is_due_within_a_quarter_of_an_hour() {
        let at = moment("2026-11-20 21:40:00");
        let critical = due_at(Severity::Critical, at);
        assert_eq!(critical, moment("2026-11-20 21:55:00"));
        let high = due_at(Severity::High, at);
        assert_eq!(high, moment("2026-11-21 01:40:00"));
    }

    #[test]
    fn every_outcome_ends_a_call_or_says_when_the_next_one_is() {
        let at = moment("2026-11-20 10:00:00");
        for outcome in CallOutcome::ALL {
            for severity in [Severity::High, Severity::Critical] {
                let again = Again::after(*outcome, severity);
                assert_eq!(again.is_none(), outcome.is_end(), "{outcome} {severity}");
                let next = again.map(|again| again.at(at, &zone()));
                assert!(next.is_none_or(|next| next > at), "{outcome} {severity}");
            }
        }
        for (now, want) in [
            ("2026-11-20 10:00:00", "2026-11-23 09:00:00"),
            ("2026-11-19 07:00:00", "2026-11-19 09:00:00"),
            ("2026-11-19 20:00:00", "2026-11-20 09:00:00"),
        ] {
            assert_eq!(Again::InHours.at(moment(now), &zone()), moment(want));
        }
    }

    #[test]
    fn nothing_is_said_that_a_marking_forbids_or_to_somebody_who_may_be_anybody() {
        for tlp in Tlp::ALL {
            for is_proved in [false, true] {
                for has_code in [false, true] {
                    let want = match (tlp, is_proved && has_code) {
                        (Tlp::Red, _) => MayTell::Portal,
                        (_, true) => MayTell::Much,
                        (_, false) => MayTell::Existence,
                    };
                    assert_eq!(may_tell(*tlp, is_proved, has_code), want, "{tlp}");
                }
            }
        }
    }
}
