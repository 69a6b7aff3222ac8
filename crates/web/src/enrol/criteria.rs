//! Whether a participant meets the criteria on a day, and what it reported of itself.

use std::collections::BTreeMap;

use model::{ClassHistory, Criterion, Day, LegalClass, Verdict};
use rules::enrol::changes::{Reported, form_on};
use rules::enrol::criteria::{still_judged, verdict};
use rules::enrol::form::ApplicationForm;
use serde::Serialize;
use store::{Participant, ParticipantChange, Programme, StoreError, Tx};

use super::form_of;

fn reported(change: &ParticipantChange) -> Reported {
    let form = serde_json::from_str(&change.form).unwrap_or_default();
    Reported::new(change.holds_from, change.reported_at.day(), form)
}

/// All that decides about the criteria of a participant.
pub(crate) struct Declarations<'p> {
    programme: &'p Programme,
    applied: ApplicationForm,
    judged: Vec<(Criterion, Verdict)>,
    reported: Vec<Reported>,
    /// What the register knows of its legal class.
    classes: ClassHistory,
}

impl<'p> Declarations<'p> {
    /// Those of a participant. `changes` are the ones that it reported, the newest first.
    pub(crate) fn of(
        tx: &mut Tx<'_>,
        participant: &Participant,
        programme: &'p Programme,
        changes: &[ParticipantChange],
    ) -> Result<Self, StoreError> {
        let application = tx.application(participant.application_no)?;
        let judged = tx.judged(participant.application_no)?.into_iter();
        let classes = tx.legal_classes(participant.party_no)?.into_iter();
        Ok(Self {
            programme,
            applied: application.map(|one| form_of(&one)).unwrap_or_default(),
            judged: judged.map(|one| (one.criterion, one.verdict)).collect(),
            reported: changes.iter().rev().map(reported).collect(),
            classes: ClassHistory::new(classes.map(|entry| (entry.from, entry.class))),
        })
    }

    /// Those of every participant of a programme, by the number of its application, in as many questions as those of one.
    pub(crate) fn of_all(
        tx: &mut Tx<'_>,
        programme: &'p Programme,
    ) -> Result<BTreeMap<i64, Self>, StoreError> {
        let programme_no = programme.programme_no;
        let mut classes = tx.class_histories_of(programme_no)?;
        let mut all: BTreeMap<i64, Self> = BTreeMap::new();
        for one in tx.participants_of(programme_no)? {
            let own = Self {
                programme,
                applied: ApplicationForm::default(),
                judged: Vec::new(),
                reported: Vec::new(),
                classes: classes.remove(&one.party_no).unwrap_or_default(),
            };
            all.insert(one.application_no, own);
        }
        for application in tx.applications_of(programme_no)? {
            if let Some(own) = all.get_mut(&application.application_no) {
                own.applied = form_of(&application);
            }
        }
        for judged in tx.judged_of(programme_no)? {
            if let Some(own) = all.get_mut(&judged.application_no) {
                own.judged.push((judged.criterion, judged.verdict));
            }
        }
        // The newest comes first, and is kept last.
        for change in tx.participant_changes_of(programme_no)?.iter().rev() {
            if let Some(own) = all.get_mut(&change.application_no) {
                own.reported.push(reported(change));
            }
        }
        Ok(all)
    }

    /// Takes a report with the others.
    pub(crate) fn report(&mut self, reported: Reported) {
        self.reported.push(reported);
    }

    /// How often something was reported.
    pub(crate) fn times_reported(&self) -> usize {
        self.reported.len()
    }

    /// What holds for each criterion on a day: by what is declared of it, with the legal class that the register has for it
    /// where it has one, and by what a person judged of the same. Empty where what was declared is forgotten.
    pub(crate) fn criteria_on(&self, day: Day) -> Vec<(Criterion, Verdict)> {
        let sectors = &self.programme.terms.sectors;
        let holds = form_on(&self.applied, &self.reported, day).read(sectors);
        let (Ok(then), Ok(mut now)) = (self.applied.read(sectors), holds) else {
            return Vec::new();
        };
        let class = self.classes.on(day);
        if class != LegalClass::Unknown {
            now.declared.legal_class = class;
        }
        let judged = still_judged(&self.judged, &then.declared, &now.declared);
        let of = |criterion: &Criterion| (*criterion, verdict(&now.declared, &judged, *criterion));
        Criterion::ALL.iter().map(of).collect()
    }

    /// Whether every criterion is met on a day.
    pub(crate) fn are_met_on(&self, day: Day) -> bool {
        let criteria = self.criteria_on(day);
        !criteria.is_empty() && unmet(&criteria).is_empty()
    }

    /// What was reported, the newest first, as `changes` has it.
    pub(crate) fn changes(&self, changes: &[ParticipantChange]) -> Vec<ChangeView> {
        let newest_first = self.reported.iter().rev();
        let before = newest_first.clone().skip(1).map(|one| &one.form);
        let before = before.chain(std::iter::once(&self.applied));
        let rows = changes.iter().zip(newest_first.zip(before));
        rows.map(|(change, (reported, before))| ChangeView {
            reported_at: change.reported_at.to_string(),
            holds_from: change.holds_from.to_string(),
            fields: differing(before, &reported.form),
            unmet: unmet(&self.criteria_on(reported.counts_from)),
            is_eligible: change.is_eligible,
        })
        .collect()
    }
}

/// The criteria that are not met.
pub(crate) fn unmet(criteria: &[(Criterion, Verdict)]) -> Vec<&'static str> {
    let unmet = criteria
        .iter()
        .filter(|(_, verdict)| *verdict != Verdict::Met);
    unmet.map(|(criterion, _)| criterion.as_str()).collect()
}

/// Something that a participant reported, as pages show it.
#[derive(Serialize)]
pub(crate) struct ChangeView {
    reported_at: String,
    holds_from: String,
    /// Field, what it was, and what it is.
    fields: Vec<(&'static str, String, String)>,
    /// Criteria that are not met from then on.
    unmet: Vec<&'static str>,
    /// Whether all were met, as it was when it was reported.
    is_eligible: bool,
}

/// The fields that can be reported and are not the same.
fn differing(
    before: &ApplicationForm,
    after: &ApplicationForm,
) -> Vec<(&'static str, String, String)> {
    let fields = |form: &ApplicationForm| {
        [
            ("form", form.form.clone()),
            ("is_dutch", form.is_dutch.clone()),
            ("does_business", form.does_business.clone()),
            ("legal_class", form.legal_class.clone()),
            ("relay", form.relay.clone()),
            ("contact", form.contact.clone()),
        ]
    };
    let both = fields(before).into_iter().zip(fields(after));
    both.filter(|(was, is)| was != is)
        .map(|((name, was), (_, is))| (name, was, is))
        .collect()
}
