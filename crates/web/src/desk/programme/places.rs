//! `/desk/programmes/{programme}/places`: who has a place, who waits, and what becomes of that: a place that comes free goes
//! to the next of its sector, and one outside the draw needs two people.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use model::{IdKind, PlaceState};
use rules::access::DeskDeed;
use rules::four_eyes::may_release;
use serde::{Deserialize, Serialize};
use store::{PLACE_REASONS, Place, Tx};
use uuid::Uuid;

use super::{coordinator_must_have_proved, done, hold_running, subject};
use crate::desk::reason::read_reason;
use crate::desk::{Done, note_read};
use crate::enrol::{ProgrammeView, form_of, pass_on, tell};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme: ProgrammeView,
    rows: Vec<Row>,
    given: usize,
    overrides: Vec<OverrideRow>,
    /// The application for which something was wrong with the form.
    failed: Option<Uuid>,
    errors: Errors,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    number: u32,
    organisation: String,
    sector: &'static str,
    rank: i64,
    count: i64,
    state: &'static str,
    reason: Option<PlaceReason>,
}

/// Why a place was last changed.
#[derive(Serialize)]
pub(super) struct PlaceReason {
    /// One of [`PLACE_REASONS`], as keys of texts have it; `None`: a person of the desk wrote why.
    word: Option<String>,
    /// What that person wrote, or the organisation that declined its place.
    text: String,
}

impl PlaceReason {
    /// `None`: the place is as it was drawn.
    pub(super) fn of(place: &Place) -> Option<Self> {
        if place.reason.is_empty() {
            return None;
        }
        let is_word = PLACE_REASONS.contains(&&place.reason[..]);
        Some(match is_word {
            true => Self {
                word: Some(place.reason.replace(' ', "-")),
                text: place.decline_words.clone(),
            },
            false => Self {
                word: None,
                text: place.reason.clone(),
            },
        })
    }
}

#[derive(Serialize)]
struct OverrideRow {
    id: Uuid,
    number: u32,
    organisation: String,
    asked_at: String,
    asked_by: String,
    /// The visitor asked, and may only drop it.
    is_own: bool,
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    /// `release` or `ask`.
    act: String,
    reason: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["released", "asked", "confirmed", "dropped"]);
    page(&site, &staff, id, None, Errors::default(), done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    failed: Option<Uuid>,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (inner, person_no) = (site.clone(), staff.who.person.person_no);
    let (programme, places, rows, overrides) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let places = tx.places_of(programme_no)?;
            let mut rows = Vec::new();
            for place in &places {
                let (number, organisation) = named(tx, place.application_no)?;
                rows.push(Row {
                    id: inner.id(IdKind::Application, place.application_no),
                    number,
                    organisation,
                    sector: place.sector.as_str(),
                    rank: place.rank,
                    count: place.count,
                    state: place.state.as_str(),
                    reason: PlaceReason::of(place),
                });
            }
            let mut overrides = Vec::new();
            for asked in tx.open_place_overrides(programme_no)? {
                let (number, organisation) = named(tx, asked.application_no)?;
                let person = tx.person(asked.asked_by)?;
                overrides.push(OverrideRow {
                    id: inner.id(IdKind::PlaceOverride, asked.override_no),
                    number,
                    organisation,
                    asked_at: asked.asked_at.to_string(),
                    asked_by: person.map(|person| person.name).unwrap_or_default(),
                    is_own: asked.asked_by == person_no,
                    reason: asked.reason,
                });
            }
            Ok((programme, places, rows, overrides))
        })
        .await?;
    note_read(site, staff, subject(site, programme_no), "a list of places").await?;
    let view = View {
        id,
        programme: ProgrammeView::new(site, staff.visitor.language, &programme),
        given: given(&places),
        rows,
        overrides,
        failed,
        errors,
        done,
    };
    site.page(staff, "desk/programme/places.html", &view)
}

/// Number and organisation of an application.
fn named(tx: &mut Tx<'_>, application_no: i64) -> Result<(u32, String), Refusal> {
    let application = tx.application(application_no)?.ok_or(Refusal::NotFound)?;
    let organisation = form_of(&application).organisation;
    Ok((application.number.unwrap_or_default(), organisation))
}

/// How many places are given.
fn given(places: &[Place]) -> usize {
    places.iter().filter(|place| place.state.is_given()).count()
}

pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path((id, application)): Path<(Uuid, Uuid)>,
    Form(form): Form<Change>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        return page(&site, &staff, id, Some(application), errors, None).await;
    };
    let programme_no = site.number(IdKind::Programme, &id)?;
    let application_no = site.number(IdKind::Application, &application)?;
    let (inner, actor, asked_by) = (
        site.clone(),
        staff.who.actor(&site),
        staff.who.person.person_no,
    );
    let is_release = form.act == "release";
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let places = tx.places_of(programme_no)?;
        let place = places
            .iter()
            .find(|place| place.application_no == application_no)
            .ok_or(Refusal::NotFound)?;
        let action = match (is_release, place.state) {
            (true, PlaceState::Selected) => {
                release(&inner, tx, application_no, &reason, &actor)?;
                "release-place"
            }
            (false, PlaceState::Waiting) => {
                if !tx.ask_place_override(application_no, asked_by, &reason, now)? {
                    return Err(Refusal::Conflict);
                }
                "ask-place"
            }
            _ => return Err(Refusal::Conflict),
        };
        let subject = format!("application {application}");
        Ok(tx.record(now, &actor, action, &subject, &reason)?)
    })
    .await?;
    let what = if is_release { "released" } else { "asked" };
    Ok(done(&id, "/places", what).into_response())
}

/// Takes a place back, and gives it to the next that waits in the sector.
fn release(
    site: &Site,
    tx: &mut Tx<'_>,
    application_no: i64,
    reason: &str,
    actor: &str,
) -> Result<(), Refusal> {
    let freed = (PlaceState::Selected, PlaceState::Released);
    if !tx.change_place(application_no, freed, reason, site.now())? {
        return Err(Refusal::Conflict);
    }
    tell(site, tx, application_no, "released")?;
    Ok(pass_on(site, tx, actor)?)
}

#[derive(Deserialize)]
pub(super) struct Ending {
    /// `confirm` or `drop`.
    end: String,
}

pub(super) async fn end_override(
    State(site): State<Site>,
    staff: Staff,
    Path((id, asked)): Path<(Uuid, Uuid)>,
    Form(form): Form<Ending>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let override_no = site.number(IdKind::PlaceOverride, &asked)?;
    let (inner, actor, person_no) = (
        site.clone(),
        staff.who.actor(&site),
        staff.who.person.person_no,
    );
    let is_confirmed = form.end == "confirm";
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        let open = tx.open_place_overrides(programme_no)?;
        let found = open.iter().find(|open| open.override_no == override_no);
        let found = found.ok_or(Refusal::NotFound)?;
        if is_confirmed && !may_release(found.asked_by, person_no) {
            return Err(Refusal::Forbidden);
        }
        if !tx.end_place_override(override_no, person_no, is_confirmed, now)? {
            return Err(Refusal::Conflict);
        }
        if is_confirmed {
            let is_full = given(&tx.places_of(programme_no)?) >= programme.terms.places as usize;
            let granted = (PlaceState::Waiting, PlaceState::Selected);
            if is_full || !tx.change_place(found.application_no, granted, &found.reason, now)? {
                return Err(Refusal::Conflict);
            }
            tell(&inner, tx, found.application_no, "selected")?;
        }
        let subject = format!(
            "application {}",
            inner.id(IdKind::Application, found.application_no)
        );
        let action = if is_confirmed {
            "confirm-place"
        } else {
            "drop-place"
        };
        Ok(tx.record(now, &actor, action, &subject, &found.reason)?)
    })
    .await?;
    let what = if is_confirmed { "confirmed" } else { "dropped" };
    Ok(done(&id, "/places", what).into_response())
}
