//! What is done with a delivery, by what was agreed with its source (requirements GA-02 and GA-03).

use model::{Day, SourceState};

/// Days before the end of an agreement from which on the desk is warned.
pub const WARNED_DAYS: i32 = 30;

/// Deliveries of one source that may wait until somebody has vetted it. More would fill the disk with what nobody looked at.
pub const HELD_DELIVERIES_MAX: i64 = 1_000;

/// Bytes that are kept of the deliveries of one source that wait until somebody has vetted it: 10 GiB. Once there are as many, the
/// next delivery is to come later.
pub const HELD_BYTES_MAX: i64 = 10 * 1024 * 1024 * 1024;

/// What is done with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is read.
    Read,
    /// It is kept, and read when somebody has vetted the source.
    Wait,
    /// It is refused: the source was stopped.
    Stopped,
    /// It is refused: the agreement with the source is over.
    Ended,
    /// It is refused: the source may not deliver reports of this type.
    OtherType,
}

/// What is done with a delivery of a source in this state, whose agreement ends with that day. Without types it may be of each.
#[must_use]
pub fn admission(
    (state, until): (SourceState, Option<Day>),
    types: &[String],
    report_type: &str,
    today: Day,
) -> Admission {
    if state == SourceState::Stopped {
        return Admission::Stopped;
    }
    if agreement(until, today) == Agreement::Ended {
        return Admission::Ended;
    }
    if !types.is_empty() && !types.iter().any(|allowed| allowed == report_type) {
        return Admission::OtherType;
    }
    match state {
        SourceState::Vetted => Admission::Read,
        SourceState::Proposed | SourceState::Stopped => Admission::Wait,
    }
}

model::vocabulary! {
    /// How an agreement stands.
    pub enum Agreement: "state of an agreement" {
        /// It holds for more than [`WARNED_DAYS`] days, or has no end.
        Holds = 0 => "holds",
        /// It ends within [`WARNED_DAYS`] days.
        Ending = 1 => "ending",
        /// Its last day is over.
        Ended = 2 => "ended",
    }
}

/// How an agreement stands whose last day is `until`.
#[must_use]
pub fn agreement(until: Option<Day>, today: Day) -> Agreement {
    match until {
        Some(until) if until < today => Agreement::Ended,
        Some(until) if until <= today.plus_days(WARNED_DAYS) => Agreement::Ending,
        _ => Agreement::Holds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_vetted_source_with_an_agreement_and_a_type_of_its_own_is_read() {
        use SourceState::{Proposed, Stopped, Vetted};
        let today = Day::of_civil(2026, 11, 18);
        let yesterday = Some(today.plus_days(-1));
        let own = ["scan_rdp".to_owned()];
        let of = |terms, types: &[String]| admission(terms, types, "scan_rdp", today);
        assert_eq!(of((Vetted, None), &[]), Admission::Read);
        assert_eq!(of((Vetted, Some(today)), &own), Admission::Read);
        assert_eq!(of((Proposed, None), &own), Admission::Wait);
        assert_eq!(of((Stopped, yesterday), &[]), Admission::Stopped);
        assert_eq!(of((Vetted, yesterday), &own), Admission::Ended);
        assert_eq!(of((Proposed, yesterday), &own), Admission::Ended);
        let other = ["scan_vnc".to_owned()];
        assert_eq!(of((Vetted, None), &other), Admission::OtherType);
        assert_eq!(of((Proposed, None), &other), Admission::OtherType);
    }

    #[test]
    fn the_desk_is_warned_before_the_last_day_of_an_agreement() {
        let today = Day::of_civil(2026, 11, 18);
        let in_days = |days| agreement(Some(today.plus_days(days)), today);
        assert_eq!(agreement(None, today), Agreement::Holds);
        assert_eq!(in_days(WARNED_DAYS + 1), Agreement::Holds);
        assert_eq!(in_days(WARNED_DAYS), Agreement::Ending);
        assert_eq!(in_days(0), Agreement::Ending);
        assert_eq!(in_days(-1), Agreement::Ended);
    }
}
