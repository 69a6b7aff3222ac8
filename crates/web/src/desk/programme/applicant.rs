//! The applications of a programme with everything that decides about them.

use model::{Criterion, Verdict};
use rules::enrol::draw::Entry;
use rules::enrol::form::Application as Read;
use rules::enrol::overlap::Claims;
use store::{Application, Judged, Programme, Tx};

use crate::enrol::form_of;
use crate::refusal::Refusal;

/// An application as the coordinator sees it.
pub(super) struct Applicant {
    pub(super) application: Application,
    /// Number within the programme.
    pub(super) number: u32,
    pub(super) read: Read,
    pub(super) judged: Vec<Judged>,
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

    /// Whether somebody must decide before places can be given: a criterion is open, or another application that could take
    /// part is of the same organisation.
    pub(super) fn is_undecided(&self, all: &[Self]) -> bool {
        let is_twin = |other: &&Self| self.twins.contains(&other.number);
        let is_double = self.is_eligible() && all.iter().filter(is_twin).any(Self::is_eligible);
        let is_open = |criterion: &Criterion| self.verdict(*criterion) == Verdict::Open;
        is_double || Criterion::ALL.iter().any(is_open)
    }

    /// As the draw sees it.
    pub(super) fn entry(&self) -> Entry {
        Entry {
            number: self.number,
            sector: self.read.sector,
            count: self.read.count().total(),
        }
    }
}

/// The submitted applications of a programme, by number.
///
/// Cost: each pair is compared once, which for a thousand applications of a hundred assets is a second.
pub(super) fn applicants(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<Vec<Applicant>, Refusal> {
    let mut all = Vec::new();
    let mut claims = Vec::new();
    let judged = tx.judged_of(programme.programme_no)?;
    for application in tx.applications_of(programme.programme_no)? {
        // What was submitted was read then, by the same rules.
        let read = form_of(&application).read(&programme.terms.sectors);
        let (Ok(read), Some(number)) = (read, application.number) else {
            continue;
        };
        let own = judged.iter();
        let own = own.filter(|judged| judged.application_no == application.application_no);
        claims.push(Claims::of(&read.assets));
        all.push(Applicant {
            judged: own.cloned().collect(),
            application,
            number,
            read,
            twins: Vec::new(),
            rivals: Vec::new(),
        });
    }
    for one in 0..all.len() {
        for other in one + 1..all.len() {
            let numbers = (all[one].number, all[other].number);
            if all[one].read.kvk == all[other].read.kvk {
                all[one].twins.push(numbers.1);
                all[other].twins.push(numbers.0);
            }
            if claims[one].meet(&claims[other]) {
                all[one].rivals.push(numbers.1);
                all[other].rivals.push(numbers.0);
            }
        }
    }
    Ok(all)
}
