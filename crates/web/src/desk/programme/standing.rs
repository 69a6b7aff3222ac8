//! How each application of a programme stands, and what that comes to.

use std::collections::HashMap;

use model::{BusinessSize, PlaceState, Sector};
use rules::enrol::report::{Counts, Findings, Report};
use store::{Place, Programme, Tx};

use super::applicant::applicants;
use super::evaluation::surveys;
use super::measures::month;
use crate::enrol::read_report;
use crate::refusal::Refusal;

/// The word of the size of those that left the service.
const SIZE_UNKNOWN: &str = "unknown";

/// Months in a report. A programme lasts a year or two.
const MONTHS_MAX: i64 = 60;

/// What counts of an application.
struct Standing {
    sector: Sector,
    /// `None`: its organisation left the service, and what it filled in was forgotten.
    size: Option<BusinessSize>,
    is_eligible: bool,
    /// `None`: it took no part in the draw, or there was none.
    state: Option<PlaceState>,
}

/// What a programme came to so far, or came to when it was ended.
pub(crate) fn report(tx: &mut Tx<'_>, programme: &Programme) -> Result<Report, Refusal> {
    if let Some(end) = tx.programme_end(programme.programme_no)? {
        return Ok(read_report(&end));
    }
    let all = standings(tx, programme)?;
    let told = tx.told_participants(programme.programme_no)?;
    let measures = tx.month_measures(Some(programme.programme_no), MONTHS_MAX)?;
    let sized = |count: i64| u64::try_from(count).unwrap_or(0);
    let of = |is_of: &dyn Fn(&Standing) -> bool| counts(all.iter().filter(|one| is_of(one)));
    let of_sector = |sector: &Sector| (sector.to_string(), of(&|one| one.sector == *sector));
    let of_size = |size: &BusinessSize| (size.to_string(), of(&|one| one.size == Some(*size)));
    let mut sizes: Vec<(String, Counts)> = BusinessSize::ALL.iter().map(of_size).collect();
    let unknown = of(&|one| one.size.is_none());
    if unknown != Counts::default() {
        sizes.push((SIZE_UNKNOWN.to_owned(), unknown));
    }
    Ok(Report {
        total: of(&|_| true),
        sectors: Sector::ALL.iter().map(of_sector).collect(),
        sizes,
        findings: Findings {
            told: sized(told.told),
            answered: sized(told.answered),
            solved: sized(told.solved),
        },
        months: measures.iter().rev().map(month).collect(),
        surveys: surveys(tx, programme.programme_no)?,
    })
}

fn standings(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Standing>, Refusal> {
    let places = tx.places_of(programme.programme_no)?.into_iter();
    let mut places: HashMap<i64, Place> =
        places.map(|place| (place.application_no, place)).collect();
    let mut all = Vec::new();
    for one in applicants(tx, programme)? {
        let place = places.remove(&one.application.application_no);
        all.push(Standing {
            sector: one.read.sector,
            size: Some(one.read.size),
            is_eligible: one.is_eligible(),
            state: place.map(|place| place.state),
        });
    }
    // Whoever had a part in the draw counts, also when nothing else is known any more.
    all.extend(places.into_values().map(|place| Standing {
        sector: place.sector,
        size: None,
        is_eligible: true,
        state: Some(place.state),
    }));
    Ok(all)
}

fn counts<'s>(all: impl Iterator<Item = &'s Standing>) -> Counts {
    let mut counts = Counts::default();
    for one in all {
        counts.applied += 1;
        counts.eligible += u64::from(one.is_eligible);
        let Some(state) = one.state else {
            continue;
        };
        counts.selected += u64::from(state != PlaceState::Waiting);
        match state {
            PlaceState::Selected | PlaceState::Waiting => {}
            PlaceState::Taken | PlaceState::Finished => counts.signed += 1,
            PlaceState::Released => counts.replaced += 1,
            PlaceState::Left => {
                counts.signed += 1;
                counts.left += 1;
            }
        }
    }
    counts
}
