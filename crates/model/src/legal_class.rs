//! Which legal class a party has on which day (requirement PV-12).

use crate::{Day, LegalClass};

/// The legal classes of a party, each from a day on until the next.
///
/// The default is a party of which nothing was ever known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassHistory {
    /// What holds before the first change.
    before: Option<LegalClass>,
    /// In ascending order of days. A directory of millions holds these: empty takes no memory beside itself.
    changes: Box<[(Day, LegalClass)]>,
}

impl ClassHistory {
    /// The history of these entries, in any order. Of two that begin on one day the later one in the list counts.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (Day, LegalClass)>) -> Self {
        let mut changes: Vec<_> = entries.into_iter().collect();
        changes.sort_by_key(|(from, _)| *from);
        Self {
            before: None,
            changes: changes.into(),
        }
    }

    /// The class of a day: the last that began on or before it; unknown before the first.
    #[must_use]
    pub fn on(&self, day: Day) -> LegalClass {
        let begun = self.changes.partition_point(|(from, _)| *from <= day);
        let last = begun.checked_sub(1).map(|last| self.changes[last].1);
        last.or(self.before).unwrap_or(LegalClass::Unknown)
    }

    /// What is needed of it by who asks for no day before this one.
    #[must_use]
    pub fn since(&self, day: Day) -> Self {
        let later = self.changes.iter().filter(|(from, _)| *from > day);
        Self {
            before: Some(self.on(day)),
            changes: later.copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries() -> impl Strategy<Value = Vec<(Day, LegalClass)>> {
        let class = prop::sample::select(LegalClass::ALL.to_vec());
        prop::collection::vec(((-20..20).prop_map(Day::from_days), class), 0..8)
    }

    proptest! {
        #[test]
        fn the_class_of_a_day_is_the_last_that_began_on_or_before_it(entries in entries(), day in -25..25) {
            let day = Day::from_days(day);
            let mut want = (None, LegalClass::Unknown);
            for (from, class) in &entries {
                if *from <= day && Some(*from) >= want.0 {
                    want = (Some(*from), *class);
                }
            }
            prop_assert_eq!(ClassHistory::new(entries).on(day), want.1);
        }

        #[test]
        fn what_is_kept_since_a_day_says_the_same_of_every_later_one(
            entries in entries(), since in -25..25, after in 0..50,
        ) {
            let history = ClassHistory::new(entries);
            let kept = history.since(Day::from_days(since));
            let day = Day::from_days(since + after);
            prop_assert_eq!(kept.on(day), history.on(day));
        }
    }
}
