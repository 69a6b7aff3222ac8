//! `/desk/programmes/{programme}/evaluations/{evaluation}`: one evaluation, who comes and came, and what was answered.

use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use axum_extra::extract::Form;
use message::tell_of_evaluation;
use model::{IdKind, QuestionKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Evaluation, EvaluationGuest, StoreError, Tx};
use uuid::Uuid;

use super::change::was_held;
use super::list::EvaluationForm;
use super::questions::QuestionForm;
use super::results::Results;
use super::{address, held, numbers, of_programme};
use crate::desk::programme::coordinator_must_have_proved;
use crate::desk::{Done, note_read};
use crate::enrol::in_language;
use crate::form::{Errors, mark_again};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// What was done just now that the page has a text for.
const DONE: [&str; 8] = [
    "added",
    "changed",
    "cancelled",
    "question",
    "invited",
    "attendance",
    "suggested",
    "told",
];

#[derive(Serialize)]
struct View {
    here: String,
    programme: Uuid,
    name: String,
    held_on: String,
    place: String,
    answer_until: String,
    is_invited: bool,
    /// Since when it does not take place, and why not.
    cancelled: Option<(String, String)>,
    /// Whether it can be changed, and cancelled.
    is_open: bool,
    terms: EvaluationForm,
    cancel_reason: String,
    /// What is kept, where somebody else saved something since the page was opened.
    kept: Option<EvaluationForm>,
    seen: String,
    /// When participants were told what changed.
    told_at: Option<String>,
    guests: Vec<GuestView>,
    /// Invited, coming, came, answered.
    counts: [usize; 4],
    results: Results,
    kinds: Vec<&'static str>,
    form: QuestionForm,
    errors: Errors,
    done: Option<&'static str>,
}

/// What was sent and is not saved, of the forms of the page.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) question: QuestionForm,
    pub(super) terms: Option<EvaluationForm>,
    /// The mark that came with these, where their sender is told nothing of what others saved.
    pub(super) seen: Option<String>,
    /// Whether something else was saved since the page was opened.
    pub(super) is_overtaken: bool,
    pub(super) cancel_reason: String,
}

/// Who was invited. Whether it answered the survey is not shown: few answers would tell who said what.
#[derive(Serialize)]
struct GuestView {
    id: Uuid,
    name: String,
    /// `yes`, `no` or `unknown`.
    is_coming: &'static str,
    was_there: bool,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&DONE);
    page(
        &site,
        &staff,
        ids,
        Typed::default(),
        Errors::default(),
        done,
    )
    .await
}

pub(super) async fn page(
    site: &Site,
    staff: &Staff,
    ids: (Uuid, Uuid),
    typed: Typed,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(site, ids)?;
    let (inner, language) = (site.clone(), staff.visitor.language);
    let (evaluation, guests, results, is_held) = site
        .read(move |tx| {
            let evaluation = of_programme(tx, own)?;
            let guests = tx.evaluation_guests(evaluation.evaluation_no)?;
            let results = Results::of(&inner, tx, evaluation.evaluation_no, language)?;
            let is_held = was_held(&inner, tx, &evaluation)?;
            Ok((evaluation, guests, results, is_held))
        })
        .await?;
    let subject = format!("evaluation {}", ids.1);
    note_read(site, staff, subject, "a list of guests").await?;
    let count = |is: fn(&EvaluationGuest) -> bool| guests.iter().filter(|it| is(it)).count();
    let terms = &evaluation.terms;
    let view = View {
        here: address(ids),
        programme: ids.0,
        name: in_language(language, &terms.name),
        held_on: terms.held_on.to_string(),
        place: terms.place.clone(),
        answer_until: terms.answer_until.to_string(),
        is_invited: evaluation.invited_at.is_some(),
        cancelled: evaluation
            .cancelled_at
            .map(|at| (at.to_string(), evaluation.cancel_reason.clone())),
        is_open: evaluation.cancelled_at.is_none() && !is_held,
        seen: mark_again(&EvaluationForm::of(terms), typed.seen.as_deref()),
        kept: typed.is_overtaken.then(|| EvaluationForm::of(terms)),
        terms: typed.terms.unwrap_or_else(|| EvaluationForm::of(terms)),
        cancel_reason: typed.cancel_reason,
        told_at: evaluation.told_at.map(|at| at.to_string()),
        counts: [
            guests.len(),
            count(|it| it.is_coming == Some(true)),
            count(|it| it.was_there == Some(true)),
            count(|it| it.answered_at.is_some()),
        ],
        guests: guests.iter().map(|it| guest_view(site, it)).collect(),
        results,
        kinds: QuestionKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        form: typed.question,
        errors,
        done,
    };
    site.page(staff, "desk/programme/evaluation.html", &view)
}

fn guest_view(site: &Site, guest: &EvaluationGuest) -> GuestView {
    GuestView {
        id: site.id(IdKind::Party, guest.party_no),
        name: guest.party_name.clone(),
        is_coming: match guest.is_coming {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        },
        was_there: guest.was_there == Some(true),
    }
}

/// Invites everybody who takes part, by mail to the administrators. From then on questions stay as they are.
pub(super) async fn invite(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let own = numbers(&site, ids)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        let evaluation = held(tx, own)?;
        let parties = taking_part(tx, own.0)?;
        if parties.is_empty() {
            return Err(Refusal::Conflict);
        }
        if !tx.invite_to_evaluation(evaluation.evaluation_no, &parties, now)? {
            return Err(Refusal::Conflict);
        }
        for party_no in &parties {
            tell(&inner, tx, &evaluation, (*party_no, "invited"))?;
        }
        let subject = format!("evaluation {}", ids.1);
        let detail = format!("{} organisations", parties.len());
        Ok(tx.record(now, &actor, "invite-to-evaluation", &subject, &detail)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=invited", address(ids))))
}

/// Organisations that take part, or did until the programme was ended.
fn taking_part(tx: &mut Tx<'_>, programme_no: i64) -> Result<Vec<i64>, Refusal> {
    let mut parties = Vec::new();
    for participant in tx.participants_of(programme_no)? {
        let place = tx.place(participant.application_no)?;
        if place.is_some_and(|place| place.state.took_part()) {
            parties.push(participant.party_no);
        }
    }
    Ok(parties)
}

fn tell(
    site: &Site,
    tx: &mut Tx<'_>,
    evaluation: &Evaluation,
    whom: (i64, &str),
) -> Result<(), StoreError> {
    tell_of_evaluation(tx, site.origin().as_str(), evaluation, whom, site.now())
}

/// Tells the administrators of all who were invited; gives how many organisations that are.
pub(super) fn tell_guests(
    site: &Site,
    tx: &mut Tx<'_>,
    evaluation: &Evaluation,
    what: &str,
) -> Result<usize, StoreError> {
    let guests = tx.evaluation_guests(evaluation.evaluation_no)?;
    for guest in &guests {
        tell(site, tx, evaluation, (guest.party_no, what))?;
    }
    Ok(guests.len())
}

/// Sends all who were invited to the log of what changed, once: answers have no name, so those who asked are among them.
pub(super) async fn tell_changes(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let own = numbers(&site, ids)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        let evaluation = held(tx, own)?;
        if !tx.note_told(evaluation.evaluation_no, now)? {
            return Err(Refusal::Conflict);
        }
        let told = tell_guests(&inner, tx, &evaluation, "changed")?;
        let subject = format!("evaluation {}", ids.1);
        let detail = format!("{told} organisations");
        Ok(tx.record(now, &actor, "tell-changes", &subject, &detail)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=told", address(ids))))
}

/// Public ids of the guests that came.
#[derive(Deserialize)]
pub(super) struct Attendance {
    #[serde(default)]
    came: Vec<Uuid>,
}

pub(super) async fn attend(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<Attendance>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(&site, ids)?;
    let came = form.came.iter().map(|id| site.number(IdKind::Party, id));
    let came = came.collect::<Result<Vec<i64>, _>>()?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| {
        let evaluation = held(tx, own)?;
        if evaluation.cancelled_at.is_some() {
            return Err(Refusal::Conflict);
        }
        tx.note_attendance(evaluation.evaluation_no, &came)?;
        let subject = format!("evaluation {}", ids.1);
        let detail = format!("{} came", came.len());
        Ok(tx.record(now, &actor, "note-attendance", &subject, &detail)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=attendance", address(ids))))
}
