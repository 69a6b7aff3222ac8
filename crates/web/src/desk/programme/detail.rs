//! `/desk/programmes/{programme}`: where a programme is, its applications, and how well they stand for all businesses.

use std::collections::HashSet;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::{BusinessSize, IdKind, Sector};
use rules::access::DeskDeed;
use serde::Serialize;
use store::Place;
use uuid::Uuid;

use super::applicant::{Applicant, applicants};
use super::subject;
use crate::desk::{Done, note_read};
use crate::enrol::ProgrammeView;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme: ProgrammeView,
    is_published: bool,
    /// Whether something is missing that everybody looks for on its page: the agreement, alternatives with an address,
    /// evaluations.
    lacks: [bool; 3],
    /// Whether the seed can still be fixed.
    may_commit: bool,
    may_draw: bool,
    applications: Vec<Row>,
    eligible: usize,
    undecided: usize,
    /// By sector and by size: the word, applications, those that may take part, places.
    sectors: Vec<(&'static str, [usize; 3])>,
    sizes: Vec<(&'static str, [usize; 3])>,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    number: u32,
    organisation: String,
    sector: &'static str,
    size: &'static str,
    count: u64,
    /// Two people decided that count; another one waits for a second person.
    is_corrected: bool,
    is_asked: bool,
    ipv6: u64,
    is_eligible: bool,
    is_undecided: bool,
    /// Others of the same organisation, and others that claim the same.
    twins: Vec<u32>,
    rivals: Vec<u32>,
    /// Organisations of the register with the same number.
    known: Vec<String>,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (programme, all, known, places, lacks) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let all = applicants(tx, &programme)?;
            let known = all
                .iter()
                .map(|one| tx.parties_with_kvk(one.read.kvk.as_str()));
            let known = known.collect::<Result<Vec<_>, _>>()?;
            let lacks = [
                tx.newest_agreement(programme_no)?.is_none(),
                tx.alternatives_of(programme_no)?.is_empty(),
                tx.evaluations_of(programme_no)?.is_empty(),
            ];
            Ok((programme, all, known, tx.places_of(programme_no)?, lacks))
        })
        .await?;
    note_read(
        &site,
        &staff,
        subject(&site, programme_no),
        "a list of applications",
    )
    .await?;
    let row = |(one, known): (&Applicant, Vec<String>)| Row {
        id: site.id(IdKind::Application, one.application.application_no),
        number: one.number,
        organisation: one.read.organisation.clone(),
        sector: one.read.sector.as_str(),
        size: one.read.size.as_str(),
        count: one.count(),
        is_corrected: one.corrected.is_some(),
        is_asked: one.asked.is_some(),
        ipv6: one.counted().ipv6,
        is_eligible: one.is_eligible(),
        is_undecided: one.is_undecided(&all),
        twins: one.twins.clone(),
        rivals: one.rivals.clone(),
        // After the draw those with a place are there by their application.
        known: if programme.drawn_at.is_none() {
            known
        } else {
            Vec::new()
        },
    };
    let applications: Vec<Row> = all.iter().zip(known).map(row).collect();
    let now = site.now();
    let is_closed = programme.terms.closes_at <= now;
    let undecided = applications.iter().filter(|row| row.is_undecided).count();
    let is_sealed = programme.commitment.is_some();
    let view = View {
        id,
        programme: ProgrammeView::new(&site, staff.visitor.language, &programme),
        is_published: programme.published_at.is_some(),
        lacks,
        may_commit: !is_sealed && !is_closed,
        may_draw: is_sealed && is_closed && programme.drawn_at.is_none() && undecided == 0,
        eligible: applications.iter().filter(|row| row.is_eligible).count(),
        undecided,
        applications,
        sectors: shares(
            Sector::ALL,
            &all,
            &places,
            |one, sector| one.read.sector == *sector,
            |sector| sector.as_str(),
        ),
        sizes: shares(
            BusinessSize::ALL,
            &all,
            &places,
            |one, size| one.read.size == *size,
            |size| size.as_str(),
        ),
        done: before.key(&["added", "changed", "published", "committed", "drawn"]),
    };
    site.page(&staff, "desk/programme/detail.html", &view)
}

/// How many of each group applied, may take part, and have a place.
fn shares<G>(
    groups: &[G],
    all: &[Applicant],
    places: &[Place],
    is_of: impl Fn(&Applicant, &G) -> bool,
    word: impl Fn(&G) -> &'static str,
) -> Vec<(&'static str, [usize; 3])> {
    let given = places.iter().filter(|place| place.state.is_given());
    let given: HashSet<i64> = given.map(|place| place.application_no).collect();
    let has_place = |one: &&Applicant| given.contains(&one.application.application_no);
    let share = |group: &G| {
        let members = || all.iter().filter(|one| is_of(one, group));
        let counts = [
            members().count(),
            members().filter(|one| one.is_eligible()).count(),
            members().filter(has_place).count(),
        ];
        (word(group), counts)
    };
    groups.iter().map(share).collect()
}
