//! What the desk promises to whoever says something of the service: by when, and what of it others get to see.

use model::Day;

/// What the desk promises, where it says nothing else.
pub const PROMISES: Promises = Promises {
    acknowledge_days: 5,
    answer_weeks: 6,
    meeting_weeks: 13,
};

/// What the desk promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promises {
    /// Working days until somebody who complains hears that it is being looked at.
    pub acknowledge_days: u32,
    /// Weeks until somebody who complains has an answer.
    pub answer_weeks: u32,
    /// Weeks between two meetings with stakeholders.
    pub meeting_weeks: u32,
}

impl Promises {
    /// Most that any of them may be: what is promised for later is no promise.
    pub const MAX: u32 = 52;

    /// Last day for saying that a complaint is being looked at. Holidays count as working days: they are not the same
    /// everywhere.
    #[must_use]
    pub fn acknowledge_by(&self, received: Day) -> Day {
        let mut day = received;
        for _ in 0..self.acknowledge_days {
            day = day.plus_days(1);
            while is_weekend(day) {
                day = day.plus_days(1);
            }
        }
        day
    }

    /// Last day for the answer to a complaint.
    #[must_use]
    pub fn answer_by(&self, received: Day) -> Day {
        received.plus_days(weeks(self.answer_weeks))
    }

    /// Whether it is time to plan a meeting with stakeholders: the next one is not known, and the last one was so long ago
    /// that it would be late. Without a last one it is.
    #[must_use]
    pub fn is_meeting_due(&self, last: Option<Day>, has_next: bool, today: Day) -> bool {
        let is_late = |last: Day| last.plus_days(weeks(self.meeting_weeks)) <= today;
        !has_next && last.is_none_or(is_late)
    }
}

fn weeks(count: u32) -> i32 {
    i32::try_from(count * 7).unwrap_or(i32::MAX)
}

/// 1970-01-01 was a Thursday.
fn is_weekend(day: Day) -> bool {
    (day.days() + 3).rem_euclid(7) >= 5
}

/// Answers below which no figure about them is shown: few people are easily told apart (requirement SI-06).
pub const ANSWERS_MIN: i64 = 10;

/// Whether figures about so many answers may be shown.
#[must_use]
pub fn may_show(answers: i64) -> bool {
    answers >= ANSWERS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_complaint_is_acknowledged_in_working_days_and_answered_in_weeks() {
        for (received, acknowledged, answered) in [
            // Wednesday, Friday, Saturday, Sunday.
            ("2026-11-18", "2026-11-25", "2026-12-30"),
            ("2026-11-20", "2026-11-27", "2027-01-01"),
            ("2026-11-21", "2026-11-27", "2027-01-02"),
            ("2026-11-22", "2026-11-27", "2027-01-03"),
        ] {
            let received = day(received);
            assert_eq!(PROMISES.acknowledge_by(received), day(acknowledged));
            assert_eq!(PROMISES.answer_by(received), day(answered));
        }
    }

    #[test]
    fn a_meeting_is_to_be_planned_when_none_is_and_the_last_was_long_ago() {
        let today = day("2026-11-18");
        for (last, has_next, want) in [
            (None, false, true),
            (None, true, false),
            (Some("2026-08-20"), false, false),
            (Some("2026-08-19"), false, true),
            (Some("2026-08-19"), true, false),
        ] {
            let last = last.map(day);
            let due = PROMISES.is_meeting_due(last, has_next, today);
            assert_eq!(due, want, "{last:?} {has_next}");
        }
    }

    #[test]
    fn figures_about_few_answers_are_not_shown() {
        assert_eq!([0, 9, 10, 31].map(may_show), [false, false, true, true]);
    }
}
