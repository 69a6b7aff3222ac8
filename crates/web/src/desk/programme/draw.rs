//! The three acts by which a programme comes to its places: publishing it, fixing the seed of the lots while applications
//! are open, and drawing once they are closed and every criterion is decided.

use axum::extract::{Path, State};
use axum::response::Redirect;
use model::IdKind;
use rules::access::DeskDeed;
use rules::enrol::draw::{Capacity, Entry, commitment};
use rules::enrol::proof::Proof;
use store::Place;
use uuid::Uuid;

use super::applicant::{Applicant, applicants};
use super::{coordinator_must_have_proved, done, hold_running, subject};
use crate::enrol::tell;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Staff, fresh_token};

/// Lets everybody see the programme. Its page says that the lot is fixed: that must be so.
pub(super) async fn publish(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (now, actor, subject) = (
        site.now(),
        staff.who.actor(&site),
        subject(&site, programme_no),
    );
    site.write(move |tx| {
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        if programme.commitment.is_none() || !tx.publish_programme(programme_no, now)? {
            return Err(Refusal::Conflict);
        }
        Ok(tx.record(now, &actor, "publish-programme", &subject, "")?)
    })
    .await?;
    Ok(done(&id, "", "published"))
}

/// Draws the seed of the lots and publishes its digest. Nobody sees the seed before the draw.
pub(super) async fn commit(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (actor, subject) = (staff.who.actor(&site), subject(&site, programme_no));
    let seed = fresh_token();
    site.write(move |tx| {
        let digest = commitment(&seed);
        if !tx.commit_seed(programme_no, &seed, &digest, now)? {
            return Err(Refusal::Conflict);
        }
        Ok(tx.record(now, &actor, "commit-seed", &subject, &digest)?)
    })
    .await?;
    Ok(done(&id, "", "committed"))
}

/// Gives the places, publishes the proof, and tells everybody who applied.
pub(super) async fn draw(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (actor, inner) = (staff.who.actor(&site), site.clone());
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        let seed = tx.programme_seed(programme_no)?.ok_or(Refusal::Conflict)?;
        let all = applicants(tx, &programme)?;
        let is_undecided = all.iter().any(|one| one.is_undecided(&all));
        if now < programme.terms.closes_at || is_undecided {
            return Err(Refusal::Conflict);
        }
        let eligible: Vec<&Applicant> = all.iter().filter(|one| one.is_eligible()).collect();
        let entries: Vec<Entry> = eligible.iter().map(|one| one.entry()).collect();
        let capacity = Capacity {
            places: programme.terms.places,
            per_sector: programme.terms.per_sector,
        };
        let slug = &programme.terms.slug;
        let proof = Proof::of_draw(slug, all.len() as u32, &entries, capacity, &seed);
        if !tx.record_draw(programme_no, &proof.to_string(), now)? {
            return Err(Refusal::Conflict);
        }
        let places: Vec<Place> = proof
            .computed()
            .into_iter()
            .map(|drawn| Place {
                application_no: application_no(&eligible, drawn.entry.number),
                sector: drawn.entry.sector,
                rank: drawn.rank.into(),
                count: i64::try_from(drawn.entry.count).unwrap_or(i64::MAX),
                state: drawn.state,
                reason: String::new(),
                decline_words: String::new(),
            })
            .collect();
        tx.add_places(programme_no, &places, now)?;
        for place in &places {
            tell(&inner, tx, place.application_no, place.state.as_str())?;
        }
        for one in all.iter().filter(|one| !one.is_eligible()) {
            tell(&inner, tx, one.application.application_no, "ineligible")?;
        }
        let subject = subject(&inner, programme_no);
        Ok(tx.record(now, &actor, "draw", &subject, &proof.commitment)?)
    })
    .await?;
    Ok(done(&id, "", "drawn"))
}

fn application_no(eligible: &[&Applicant], number: u32) -> i64 {
    let one = eligible.iter().find(|one| one.number == number);
    one.expect("the draw gives places to those that took part")
        .application
        .application_no
}
