//! The four criteria of a programme, from what an applicant declares (requirement PI-02).
//!
//! A declaration is a word; whoever coordinates the programme looks at the evidence and may decide otherwise.

use model::{BusinessForm, Criterion, LegalClass, TechnicalContact, Verdict};

/// What an applicant says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// What it is before the law.
    pub form: BusinessForm,
    /// Whether it is established in the Netherlands.
    pub is_dutch: bool,
    /// Whether it does business.
    pub does_business: bool,
    /// What the law makes of it.
    pub legal_class: LegalClass,
    /// The relay to which it is attached; empty: none.
    pub relay: String,
    /// Whether somebody with technical knowledge answers for security.
    pub contact: TechnicalContact,
}

/// Whether the law gives an organisation of this class a CSIRT (Wbni articles 1 and 3, NIS2 article 10): it is warned because of
/// that, and no programme is for it.
#[must_use]
pub const fn has_csirt_by_law(class: LegalClass) -> bool {
    match class {
        LegalClass::CentralGovernment
        | LegalClass::Vital
        | LegalClass::Essential
        | LegalClass::Important
        | LegalClass::DigitalProvider => true,
        LegalClass::Relay
        | LegalClass::OtherBusiness
        | LegalClass::NaturalPerson
        | LegalClass::Unknown => false,
    }
}

impl Declared {
    /// Whether the declaration meets a criterion.
    #[must_use]
    pub fn verdict(&self, criterion: Criterion) -> Verdict {
        let met = |is_met| {
            if is_met {
                Verdict::Met
            } else {
                Verdict::NotMet
            }
        };
        match criterion {
            Criterion::Established => {
                met(self.form != BusinessForm::PublicLaw && self.is_dutch && self.does_business)
            }
            Criterion::NotVital if has_csirt_by_law(self.legal_class) => Verdict::NotMet,
            Criterion::NotVital => match self.legal_class {
                LegalClass::Unknown => Verdict::Open,
                _ => Verdict::Met,
            },
            Criterion::NoRelay => {
                met(self.relay.is_empty() && self.legal_class != LegalClass::Relay)
            }
            Criterion::Contact => met(self.contact != TechnicalContact::Absent),
        }
    }
}

impl Declared {
    /// Whether the same is declared of what a criterion is about.
    fn is_same_for(&self, other: &Self, criterion: Criterion) -> bool {
        let of = |it: &Self| (it.form, it.is_dutch, it.does_business);
        let is_relay = |it: &Self| it.legal_class == LegalClass::Relay;
        match criterion {
            Criterion::Established => of(self) == of(other),
            Criterion::NotVital => self.legal_class == other.legal_class,
            Criterion::NoRelay => self.relay == other.relay && is_relay(self) == is_relay(other),
            Criterion::Contact => self.contact == other.contact,
        }
    }
}

/// What a person judged that still counts: a verdict holds as long as the same is declared as when it was given.
#[must_use]
pub fn still_judged(
    judged: &[(Criterion, Verdict)],
    then: &Declared,
    now: &Declared,
) -> Vec<(Criterion, Verdict)> {
    let still = judged
        .iter()
        .filter(|(criterion, _)| then.is_same_for(now, *criterion));
    still.copied().collect()
}

/// Whether an application may take part: every criterion is met, by the verdict of a person where there is one.
#[must_use]
pub fn is_eligible(declared: &Declared, judged: &[(Criterion, Verdict)]) -> bool {
    Criterion::ALL
        .iter()
        .all(|criterion| verdict(declared, judged, *criterion) == Verdict::Met)
}

/// What holds for a criterion: what a person judged, or else what was declared.
#[must_use]
pub fn verdict(
    declared: &Declared,
    judged: &[(Criterion, Verdict)],
    criterion: Criterion,
) -> Verdict {
    let judged = judged.iter().find(|(of, _)| *of == criterion);
    judged.map_or_else(|| declared.verdict(criterion), |(_, verdict)| *verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bakery() -> Declared {
        Declared {
            form: BusinessForm::PrivateLaw,
            is_dutch: true,
            does_business: true,
            legal_class: LegalClass::OtherBusiness,
            relay: String::new(),
            contact: TechnicalContact::Promised,
        }
    }

    fn check_unmet(declared: &Declared, want: &[Criterion]) {
        let unmet: Vec<Criterion> = Criterion::ALL
            .iter()
            .copied()
            .filter(|criterion| declared.verdict(*criterion) != Verdict::Met)
            .collect();
        assert_eq!(unmet, want, "{declared:?}");
        assert_eq!(is_eligible(declared, &[]), want.is_empty());
    }

    #[test]
    fn each_criterion_refuses_what_it_is_about_and_nothing_else() {
        check_unmet(&bakery(), &[]);
        for (change, want) in [
            (
                (|d| d.is_dutch = false) as fn(&mut Declared),
                Criterion::Established,
            ),
            (|d| d.does_business = false, Criterion::Established),
            (|d| d.form = BusinessForm::PublicLaw, Criterion::Established),
            (|d| d.legal_class = LegalClass::Vital, Criterion::NotVital),
            (
                |d| d.legal_class = LegalClass::DigitalProvider,
                Criterion::NotVital,
            ),
            (|d| d.legal_class = LegalClass::Unknown, Criterion::NotVital),
            (|d| d.relay = "A relay".to_owned(), Criterion::NoRelay),
            (|d| d.legal_class = LegalClass::Relay, Criterion::NoRelay),
            (|d| d.contact = TechnicalContact::Absent, Criterion::Contact),
        ] {
            let mut declared = bakery();
            change(&mut declared);
            check_unmet(&declared, &[want]);
        }
    }

    #[test]
    fn a_verdict_counts_until_the_field_that_it_is_about_changes() {
        let judged = Criterion::ALL
            .iter()
            .map(|criterion| (*criterion, Verdict::Met));
        let judged: Vec<_> = judged.collect();
        for (change, dropped) in [
            (
                (|d| d.is_dutch = false) as fn(&mut Declared),
                &[Criterion::Established][..],
            ),
            (
                |d| d.form = BusinessForm::NaturalPerson,
                &[Criterion::Established],
            ),
            (
                |d| d.legal_class = LegalClass::Vital,
                &[Criterion::NotVital],
            ),
            (
                |d| d.legal_class = LegalClass::Relay,
                &[Criterion::NotVital, Criterion::NoRelay],
            ),
            (|d| d.relay = "A relay".to_owned(), &[Criterion::NoRelay]),
            (
                |d| d.contact = TechnicalContact::Absent,
                &[Criterion::Contact],
            ),
        ] {
            let mut now = bakery();
            change(&mut now);
            let still = still_judged(&judged, &bakery(), &now);
            let gone: Vec<Criterion> = Criterion::ALL
                .iter()
                .copied()
                .filter(|criterion| !still.contains(&(*criterion, Verdict::Met)))
                .collect();
            assert_eq!(gone, dropped, "{now:?}");
        }
        assert_eq!(still_judged(&judged, &bakery(), &bakery()), judged);
    }

    #[test]
    fn what_a_person_judged_goes_before_what_was_declared() {
        let mut declared = bakery();
        assert!(!is_eligible(
            &declared,
            &[(Criterion::NoRelay, Verdict::NotMet)]
        ));
        assert!(!is_eligible(
            &declared,
            &[(Criterion::Contact, Verdict::Open)]
        ));
        declared.legal_class = LegalClass::Unknown;
        assert!(is_eligible(
            &declared,
            &[(Criterion::NotVital, Verdict::Met)]
        ));
    }
}
