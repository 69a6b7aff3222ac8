//! From which severity on an organisation is mailed. What is below is told without a mail.

use crate::{Role, Severity};

/// From which severity on an organisation is mailed about its systems.
///
/// Two things hold whatever it chooses: what is critical is mailed, and so is a system that was attacked where that is
/// high or critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    target: Severity,
    victim: Severity,
}

impl Threshold {
    /// Everything is mailed.
    pub const NONE: Self = Self {
        target: Severity::Info,
        victim: Severity::Info,
    };

    /// The highest that there may be for systems that were attacked.
    pub const VICTIM_MAX: Severity = Severity::High;

    /// From these severities on: of systems that could be attacked, and of those that were. Nothing where the second is above
    /// [`Self::VICTIM_MAX`].
    #[must_use]
    pub fn new(target: Severity, victim: Severity) -> Option<Self> {
        (victim <= Self::VICTIM_MAX).then_some(Self { target, victim })
    }

    /// From which severity on, for systems in this role.
    #[must_use]
    pub const fn of(self, role: Role) -> Severity {
        match role {
            Role::Target => self.target,
            Role::Victim => self.victim,
        }
    }

    /// Whether this is mailed.
    #[must_use]
    pub fn mails(self, role: Role, severity: Severity) -> bool {
        severity >= self.of(role)
    }
}

/// All thresholds of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// For everything that has none of its own.
    pub usual: Threshold,
    /// For systems in these groups, by number of the group; each once.
    pub groups: Vec<(i64, Threshold)>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            usual: Threshold::NONE,
            groups: Vec::new(),
        }
    }
}

impl Thresholds {
    /// The one that a group has of its own.
    #[must_use]
    pub fn own(&self, group_no: Option<i64>) -> Option<Threshold> {
        let mut groups = self.groups.iter();
        let own = groups.find(|(no, _)| Some(*no) == group_no);
        own.map(|(_, threshold)| *threshold)
    }

    /// The one that holds for systems of a group, or in none.
    #[must_use]
    pub fn of_group(&self, group_no: Option<i64>) -> Threshold {
        self.own(group_no).unwrap_or(self.usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_threshold_keeps_back_what_is_critical_or_a_victim_of_high_severity() {
        for target in Severity::ALL {
            for victim in Severity::ALL {
                let Some(threshold) = Threshold::new(*target, *victim) else {
                    assert_eq!(*victim, Severity::Critical);
                    continue;
                };
                for severity in Severity::ALL {
                    let mails = |role| threshold.mails(role, *severity);
                    let always = *severity == Severity::Critical;
                    assert_eq!(mails(Role::Target), severity >= target);
                    assert!(mails(Role::Target) || !always, "{threshold:?}");
                    assert_eq!(mails(Role::Victim), severity >= victim);
                    assert!(
                        mails(Role::Victim) || *severity < Severity::High,
                        "{threshold:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_group_has_its_own_threshold_or_that_of_the_organisation() {
        let high = Threshold::new(Severity::High, Severity::Info).unwrap();
        let thresholds = Thresholds {
            usual: high,
            groups: vec![(7, Threshold::NONE)],
        };
        assert_eq!(thresholds.of_group(Some(7)), Threshold::NONE);
        assert_eq!(thresholds.of_group(Some(8)), high);
        assert_eq!(thresholds.of_group(None), high);
    }
}
