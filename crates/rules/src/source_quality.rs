//! What a source can learn from what became of its reports (requirement FE-05). docs/sources/quality.md defines each number in
//! words.
//!
//! The desk sees all numbers. A source knows which systems it reported, so what is told to it of answers follows the rule of
//! ten ([`crate::enrol::report`]): a small number, or all of a group, would say what one organisation answered.

use std::collections::BTreeMap;

use model::{Day, TallyKind, Timestamp};
use serde::Serialize;

use crate::enrol::measure::{month_before, month_of, next_month, percent};
use crate::enrol::report::{PUBLIC_MIN, told};

/// Hours from which on delays are all the same: 30 days.
const DELAY_HOURS_MAX: i64 = 720;

/// Reasons that are kept of a report type, the most frequent ones.
const ISSUES_MAX: usize = 20;

/// What became of the reports of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeQuality {
    /// Shadowserver type, or `mapping:` and the mapping's name.
    pub report_type: String,
    counts: BTreeMap<TallyKind, i64>,
    /// Reasons for which rows were not accepted, as code and column, and how often; the most frequent first.
    pub issues: Vec<(String, i64)>,
    /// Observations by hours until they came.
    delays: BTreeMap<i64, i64>,
}

/// The numbers of a report type, as pages and programs show them. Shares are whole percent; of nothing there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Shadowserver type, or `mapping:` and the mapping's name; empty for all types together.
    pub report_type: String,
    /// Rows that came.
    pub rows: i64,
    /// Of these, those that became observations.
    pub accepted: i64,
    /// Of these, those that were there already.
    pub duplicate: i64,
    /// Of these, those with a field that breaks a rule.
    pub quarantined: i64,
    /// Of these, those that cannot be read as rows.
    pub refused: i64,
    /// Of the accepted, those that the desk corrected.
    pub repaired: i64,
    /// Why rows were not accepted, as code and column, and how many; the most frequent first.
    pub issues: Vec<(String, i64)>,
    /// What was seen, once for each sighting.
    pub observations: i64,
    /// What was seen, once for each finding.
    pub findings: i64,
    /// Of these, those that another source showed too.
    pub corroborated: i64,
    /// The share of those.
    pub corroborated_percent: Option<i64>,
    /// Hours after which half and nine of ten observations had come.
    pub delay_hours: Option<(i64, i64)>,
    /// Of the findings, those that somebody was told of.
    pub told: i64,
    /// Of these, those of which somebody said more than that they were seen.
    pub answered: i64,
    /// Of these, those that went to somebody whose they are not.
    pub not_ours: i64,
    /// Of the answered, false alarms.
    pub false_alarms: i64,
    /// Of the answered, those that are so.
    pub confirmed: i64,
    /// The share of false alarms in these two.
    pub false_alarm_percent: Option<i64>,
}

/// What a source may know of answers. `None` is a number of any size that is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldAnswers {
    /// Findings that somebody was told of.
    pub told: Option<i64>,
    /// Of these, those of which somebody said more than that they were seen.
    pub answered: Option<i64>,
    /// Of these, false alarms.
    pub false_alarms: Option<i64>,
    /// Of the answered, those that are so.
    pub confirmed: Option<i64>,
    /// Of the answered, those that went to somebody whose they are not: a fault of ours.
    pub not_ours: Option<i64>,
    /// Of the findings, those that another source showed too.
    pub corroborated: Option<i64>,
}

/// Three months that are over: what is told to a source is told of such quarters alone. They do not overlap and no longer change,
/// so that the difference of two documents says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quarter {
    /// First day of its first month.
    pub from: Day,
}

impl Quarter {
    /// The last quarters of which no month is counted any more, the newest first.
    #[must_use]
    pub fn finished(today: Day, quarters: usize) -> Vec<Self> {
        let counted = month_before(month_of(today));
        let of_month = |month: Day| {
            let (year, number, _) = month.civil();
            let first = (number - 1) / 3 * 3 + 1;
            Self {
                from: Day::of_civil(year, first, 1),
            }
        };
        let mut found = Vec::new();
        let mut next = of_month(counted);
        while found.len() < quarters {
            next = of_month(month_before(next.from));
            found.push(next);
        }
        found
    }

    /// First day behind it.
    #[must_use]
    pub fn until(self) -> Day {
        next_month(next_month(next_month(self.from)))
    }

    /// Such as `2026-Q3`.
    #[must_use]
    pub fn name(self) -> String {
        let (year, month, _) = self.from.civil();
        format!("{year}-Q{}", (month + 2) / 3)
    }
}

/// Hours until an observation came, rounded up; at most [`DELAY_HOURS_MAX`], and none for a clock that goes wrong.
#[must_use]
pub fn delay_hours(observed_at: Timestamp, received_at: Timestamp) -> i64 {
    let secs = received_at.seconds_since(observed_at);
    let hours = secs / 3_600 + i64::from(secs % 3_600 > 0);
    hours.clamp(0, DELAY_HOURS_MAX)
}

/// Puts together what was counted: type, kind, detail and number; what is of one type follows each other.
#[must_use]
pub fn by_type(
    tallies: impl IntoIterator<Item = (String, TallyKind, String, i64)>,
) -> Vec<TypeQuality> {
    let mut types: Vec<TypeQuality> = Vec::new();
    for (report_type, kind, detail, total) in tallies {
        if types
            .last()
            .is_none_or(|last| last.report_type != report_type)
        {
            types.push(TypeQuality {
                report_type,
                ..TypeQuality::default()
            });
        }
        let Some(quality) = types.last_mut() else {
            continue;
        };
        match kind {
            TallyKind::Issue => quality.issues.push((detail, total)),
            TallyKind::Delay => {
                let hours = detail.parse().unwrap_or(DELAY_HOURS_MAX);
                *quality.delays.entry(hours).or_default() += total;
            }
            kind => *quality.counts.entry(kind).or_default() += total,
        }
    }
    for quality in &mut types {
        quality.issues.sort_by_key(|(_, rows)| -rows);
        quality.issues.truncate(ISSUES_MAX);
    }
    types
}

/// All types together, without reasons.
#[must_use]
pub fn total(types: &[TypeQuality]) -> TypeQuality {
    let mut all = TypeQuality::default();
    for quality in types {
        for (kind, count) in &quality.counts {
            *all.counts.entry(*kind).or_default() += count;
        }
        for (hours, count) in &quality.delays {
            *all.delays.entry(*hours).or_default() += count;
        }
    }
    all
}

impl TypeQuality {
    /// How many there are of a kind.
    #[must_use]
    pub fn count(&self, kind: TallyKind) -> i64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// Findings of which somebody said more than that they were seen.
    #[must_use]
    pub fn answered(&self) -> i64 {
        self.judged() + self.count(TallyKind::NotOurs)
    }

    /// Findings of which somebody said whether they are so: the whole of which [`Self::false_alarm_percent`] is a part.
    #[must_use]
    pub fn judged(&self) -> i64 {
        self.count(TallyKind::FalseAlarm) + self.count(TallyKind::Confirmed)
    }

    /// False alarms in whole percent of what was judged; of nothing there is no share.
    #[must_use]
    pub fn false_alarm_percent(&self) -> Option<i64> {
        percent(self.count(TallyKind::FalseAlarm), self.judged())
    }

    /// Findings that another source showed too, in whole percent of all.
    #[must_use]
    pub fn corroborated_percent(&self) -> Option<i64> {
        let corroborated = self.count(TallyKind::Corroborated);
        percent(corroborated, self.count(TallyKind::Findings))
    }

    /// Hours after which half and nine of ten observations had come. Source: nearest rank.
    #[must_use]
    pub fn delay(&self) -> Option<(i64, i64)> {
        let all: i64 = self.delays.values().sum();
        let after = |percent: i64| {
            let rank = (all * percent + 99) / 100;
            let mut passed = 0;
            let mut delays = self.delays.iter();
            let found = delays.find(|(_, count)| {
                passed += **count;
                passed >= rank.max(1)
            });
            found.map(|(hours, _)| *hours)
        };
        after(50).zip(after(90))
    }

    /// All of its numbers.
    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures {
            report_type: self.report_type.clone(),
            rows: self.count(TallyKind::Rows),
            accepted: self.count(TallyKind::Accepted),
            duplicate: self.count(TallyKind::Duplicate),
            quarantined: self.count(TallyKind::Quarantined),
            refused: self.count(TallyKind::Refused),
            repaired: self.count(TallyKind::Repaired),
            issues: self.issues.clone(),
            observations: self.count(TallyKind::Observations),
            findings: self.count(TallyKind::Findings),
            corroborated: self.count(TallyKind::Corroborated),
            corroborated_percent: self.corroborated_percent(),
            delay_hours: self.delay(),
            told: self.count(TallyKind::Told),
            answered: self.answered(),
            not_ours: self.count(TallyKind::NotOurs),
            false_alarms: self.count(TallyKind::FalseAlarm),
            confirmed: self.count(TallyKind::Confirmed),
            false_alarm_percent: self.false_alarm_percent(),
        }
    }

    /// What the source may know of the answers, and of what others showed.
    #[must_use]
    pub fn for_source(&self) -> ToldAnswers {
        // Not told, told and not answered, not ours, false alarm, confirmed.
        const FINDINGS: u8 = 0b1_1111;
        const COLUMNS: [u8; 5] = [0b1_1110, 0b1_1100, 0b0_1000, 0b1_0000, 0b0_0100];
        let [
            findings,
            told_of,
            answered,
            false_alarms,
            confirmed,
            not_ours,
        ] = [
            self.count(TallyKind::Findings),
            self.count(TallyKind::Told),
            self.answered(),
            self.count(TallyKind::FalseAlarm),
            self.count(TallyKind::Confirmed),
            self.count(TallyKind::NotOurs),
        ];
        let size = |number: i64| u64::try_from(number).unwrap_or_default();
        let classes = [
            findings - told_of,
            told_of - answered,
            not_ours,
            false_alarms,
            confirmed,
        ]
        .map(size);
        // That all were told is our doing, and says nothing of anybody.
        let known: &[u8] = match classes[0] {
            0 => &[FINDINGS, COLUMNS[0]],
            _ => &[FINDINGS],
        };
        let shown = told(&classes, &COLUMNS, known, PUBLIC_MIN);
        let values = [told_of, answered, false_alarms, confirmed, not_ours];
        let of_answers = |column: usize| shown[column].then_some(values[column]);
        let corroborated = self.count(TallyKind::Corroborated);
        let alone = [size(findings - corroborated), size(corroborated)];
        let is_shown = told(&alone, &[0b10], &[0b11], PUBLIC_MIN)[0];
        ToldAnswers {
            told: of_answers(0),
            answered: of_answers(1),
            false_alarms: of_answers(2),
            confirmed: of_answers(3),
            not_ours: of_answers(4),
            corroborated: is_shown.then_some(corroborated),
        }
    }
}

impl ToldAnswers {
    /// False alarms in whole percent of what was judged, where both are told.
    #[must_use]
    pub fn false_alarm_percent(&self) -> Option<i64> {
        let (false_alarms, confirmed) = self.false_alarms.zip(self.confirmed)?;
        percent(false_alarms, false_alarms + confirmed)
    }
}

#[cfg(test)]
mod tests;
