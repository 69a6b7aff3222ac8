//! The applications of a programme with everything that decides about them.

use std::collections::HashMap;

use model::{AssetValue, CountingRule, Criterion, KvkNumber, Verdict};
use rules::enrol::counting::AssetCount;
use rules::enrol::draw::Entry;
use rules::enrol::form::Application as Read;
use rules::enrol::overlap::rivals;
use store::{Application, CountCorrection, Judged, Programme, Tx};

use crate::enrol::form_of;
use crate::refusal::Refusal;

/// An application as the coordinator sees it.
pub(super) struct Applicant {
    pub(super) application: Application,
    /// Number within the programme.
    pub(super) number: u32,
    pub(super) read: Read,
    pub(super) judged: Vec<Judged>,
    /// The rule by which it is counted.
    counting: CountingRule,
    /// What it counts instead, where two people decided so.
    pub(super) corrected: Option<CountCorrection>,
    /// A correction that waits for a second person.
    pub(super) asked: Option<CountCorrection>,
    /// Others with the same number in the trade register.
    pub(super) twins: Vec<u32>,
    /// Others that claim some of the same assets.
    pub(super) rivals: Vec<u32>,
}

impl Applicant {
    fn verdicts(&self) -> Vec<(Criterion, Verdict)> {
        let judged = self.judged.iter();
        judged
            .map(|judged| (judged.criterion, judged.verdict))
            .collect()
    }

    /// What holds for a criterion.
    pub(super) fn verdict(&self, criterion: Criterion) -> Verdict {
        rules::enrol::criteria::verdict(&self.read.declared, &self.verdicts(), criterion)
    }

    /// Whether it takes part in the draw.
    pub(super) fn is_eligible(&self) -> bool {
        self.read.is_eligible(&self.verdicts())
    }

    /// What it brings by the rule.
    pub(super) fn counted(&self) -> AssetCount {
        self.read.count(self.counting)
    }

    /// The number by which it is ordered.
    pub(super) fn count(&self) -> u64 {
        let corrected = self.corrected.as_ref();
        corrected.map_or_else(|| self.counted().total(), |correction| correction.count)
    }

    /// Whether somebody must decide before places can be given: a criterion is open, a count waits for a second person, or
    /// another application that could take part is of the same organisation.
    ///
    /// `all` are the applications of the programme, by number.
    pub(super) fn is_undecided(&self, all: &[Self]) -> bool {
        let of_number = |number: &u32| all.binary_search_by_key(number, |one| one.number).ok();
        let mut twins = self.twins.iter().filter_map(of_number);
        let is_double = self.is_eligible() && twins.any(|index| all[index].is_eligible());
        let is_open = |criterion: &Criterion| self.verdict(*criterion) == Verdict::Open;
        is_double || self.asked.is_some() || Criterion::ALL.iter().any(is_open)
    }

    /// As the draw sees it.
    pub(super) fn entry(&self) -> Entry {
        Entry {
            number: self.number,
            sector: self.read.sector,
            count: self.count(),
        }
    }
}

/// The submitted applications of a programme, by number.
///
/// Cost: reading and sorting what they claim; ten thousand are a second of work.
pub(super) fn applicants(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<Vec<Applicant>, Refusal> {
    let mut judged: HashMap<i64, Vec<Judged>> = HashMap::new();
    for one in tx.judged_of(programme.programme_no)? {
        judged.entry(one.application_no).or_default().push(one);
    }
    let mut corrected = by_application(tx.count_corrections(programme.programme_no)?);
    let mut asked = by_application(tx.open_count_corrections(programme.programme_no)?);
    let mut all = Vec::new();
    for application in tx.applications_of(programme.programme_no)? {
        // What was submitted was read then, by the same rules.
        let read = form_of(&application).read(&programme.terms.sectors);
        let (Ok(read), Some(number)) = (read, application.number) else {
            continue;
        };
        all.push(Applicant {
            judged: judged
                .remove(&application.application_no)
                .unwrap_or_default(),
            counting: programme.counting,
            corrected: corrected.remove(&application.application_no),
            asked: asked.remove(&application.application_no),
            application,
            number,
            read,
            twins: Vec::new(),
            rivals: Vec::new(),
        });
    }
    note_others(&mut all);
    Ok(all)
}

/// Corrections by their application, of which each has one.
fn by_application(corrections: Vec<CountCorrection>) -> HashMap<i64, CountCorrection> {
    let corrections = corrections.into_iter();
    corrections.map(|one| (one.application_no, one)).collect()
}

/// Notes for each application those of the same organisation, and those that claim the same.
fn note_others(all: &mut [Applicant]) {
    let mut by_kvk: HashMap<KvkNumber, Vec<u32>> = HashMap::new();
    for one in &*all {
        by_kvk.entry(one.read.kvk).or_default().push(one.number);
    }
    let lists: Vec<&[AssetValue]> = all.iter().map(|one| &one.read.assets[..]).collect();
    let rivals = rivals(&lists);
    let numbers: Vec<u32> = all.iter().map(|one| one.number).collect();
    for (one, rivals) in all.iter_mut().zip(rivals) {
        let same = by_kvk[&one.read.kvk].iter().copied();
        one.twins = same.filter(|number| *number != one.number).collect();
        one.rivals = rivals.into_iter().map(|index| numbers[index]).collect();
    }
}
