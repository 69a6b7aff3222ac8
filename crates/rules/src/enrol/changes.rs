//! What holds of what a participant declared, once it reported changes (requirement PI-10).
//!
//! A report says from which day it holds, and counts from then on: not before, and on no day before it was made.

use model::Day;

use super::form::ApplicationForm;

/// Days before today from which a report may hold: a century, of 365.25 days.
const DAYS_BACK_MAX: i32 = 36_525;

/// Days after today: ten years.
const DAYS_AHEAD_MAX: i32 = 3_653;

/// Whether something may hold from this day on: anything else is a slip of the hand.
#[must_use]
pub fn may_hold_from(day: Day, today: Day) -> bool {
    (today.plus_days(-DAYS_BACK_MAX)..=today.plus_days(DAYS_AHEAD_MAX)).contains(&day)
}

/// Something that a participant reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// First day on which it counts.
    pub counts_from: Day,
    /// Everything that was declared then.
    pub form: ApplicationForm,
}

impl Reported {
    /// A report that was made on `reported_on`, about what holds from `holds_from` on.
    #[must_use]
    pub fn new(holds_from: Day, reported_on: Day, form: ApplicationForm) -> Self {
        Self {
            counts_from: holds_from.max(reported_on),
            form,
        }
    }
}

/// What holds on a day. `reported` is in the order in which it was reported; of each report only those fields count that
/// differ from the report before it, so that one about a later day does not undo what was said since.
#[must_use]
pub fn form_on(applied: &ApplicationForm, reported: &[Reported], day: Day) -> ApplicationForm {
    let before = std::iter::once(applied).chain(reported.iter().map(|one| &one.form));
    let mut changes: Vec<(&Reported, &ApplicationForm)> = reported.iter().zip(before).collect();
    changes.sort_by_key(|(change, _)| change.counts_from);
    let mut holds = applied.clone();
    for (change, before) in changes {
        if change.counts_from > day {
            break;
        }
        let fields = change.form.fields().into_iter().zip(before.fields());
        for (own, (said, was)) in holds.fields_mut().into_iter().zip(fields) {
            if said != was {
                own.clone_from(said);
            }
        }
    }
    holds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn form(legal_class: &str, relay: &str) -> ApplicationForm {
        ApplicationForm {
            legal_class: legal_class.to_owned(),
            relay: relay.to_owned(),
            ..ApplicationForm::default()
        }
    }

    #[test]
    fn a_report_counts_from_its_day_on_and_leaves_what_was_said_of_other_fields() {
        let today = day("2026-12-01");
        let vital = Reported::new(day("2027-06-01"), today, form("vital", ""));
        let relay = Reported::new(day("2026-11-01"), day("2026-12-15"), form("vital", "R"));
        let back = Reported::new(day("2027-07-01"), day("2027-01-01"), form("other", "R"));
        let reported = [vital, relay, back];
        for (on, want) in [
            ("2026-12-14", ("other", "")),
            ("2026-12-15", ("other", "R")),
            ("2027-05-31", ("other", "R")),
            ("2027-06-01", ("vital", "R")),
            ("2027-07-01", ("other", "R")),
        ] {
            let holds = form_on(&form("other", ""), &reported, day(on));
            assert_eq!((&holds.legal_class[..], &holds.relay[..]), want, "{on}");
        }
        assert_eq!(form_on(&form("other", ""), &[], today), form("other", ""));
    }

    #[test]
    fn a_day_that_nobody_means_is_told_from_one_that_somebody_may_mean() {
        let today = day("2026-11-18");
        for (on, want) in [
            ("0001-01-01", false),
            ("1800-01-01", false),
            ("1926-11-17", false),
            ("1926-11-18", true),
            ("2026-11-18", true),
            ("2036-11-18", true),
            ("2036-11-19", false),
            ("9999-12-31", false),
        ] {
            assert_eq!(may_hold_from(day(on), today), want, "{on}");
        }
    }
}
