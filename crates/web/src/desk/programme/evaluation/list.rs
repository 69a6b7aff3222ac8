//! `/desk/programmes/{programme}/evaluations`: every evaluation of a programme, and planning one.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Evaluation, EvaluationTerms};
use uuid::Uuid;

use super::super::subject;
use super::address;
use crate::enrol::{ProgrammeView, in_language};
use crate::feedback::written;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a name and of a place.
const NAME_CHARS_MAX: usize = 100;
const PLACE_CHARS_MAX: usize = 300;

/// As it is sent; days as browsers write them.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct EvaluationForm {
    name_nl: String,
    name_en: String,
    held_on: String,
    place: String,
    answer_until: String,
}

impl EvaluationForm {
    pub(super) fn of(terms: &EvaluationTerms) -> Self {
        let [name_nl, name_en] = terms.name.clone();
        Self {
            name_nl,
            name_en,
            held_on: terms.held_on.to_string(),
            place: terms.place.clone(),
            answer_until: terms.answer_until.to_string(),
        }
    }

    pub(super) fn read(&self, programme_no: i64, errors: &mut Errors) -> Option<EvaluationTerms> {
        let mut text = |field, text: &str, chars_max| {
            let chars = (1, chars_max);
            written(errors, field, text, chars, "desk-evaluation-error-text")
        };
        let name = [
            text("name_nl", &self.name_nl, NAME_CHARS_MAX),
            text("name_en", &self.name_en, NAME_CHARS_MAX),
        ];
        let place = text("place", &self.place, PLACE_CHARS_MAX);
        let mut day = |field, text: &str| {
            errors.take(field, text.parse::<Day>(), "desk-evaluation-error-day")
        };
        let held_on = day("held_on", &self.held_on);
        let answer_until = day("answer_until", &self.answer_until);
        if !errors.is_empty() {
            return None;
        }
        Some(EvaluationTerms {
            programme_no,
            name,
            held_on: held_on?,
            place,
            answer_until: answer_until?,
        })
    }
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme: ProgrammeView,
    rows: Vec<Row>,
    form: EvaluationForm,
    errors: Errors,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    held_on: String,
    /// `planned`, `invited` or `cancelled`.
    state: &'static str,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let form = EvaluationForm::default();
    page(&site, &staff, id, form, Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: EvaluationForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (programme, evaluations) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            Ok((programme, tx.evaluations_of(programme_no)?))
        })
        .await?;
    let language = staff.visitor.language;
    let row = |evaluation: &Evaluation| Row {
        id: site.id(IdKind::Evaluation, evaluation.evaluation_no),
        name: in_language(language, &evaluation.terms.name),
        held_on: evaluation.terms.held_on.to_string(),
        state: match (evaluation.cancelled_at, evaluation.invited_at) {
            (Some(_), _) => "cancelled",
            (None, Some(_)) => "invited",
            (None, None) => "planned",
        },
    };
    let view = View {
        id,
        programme: ProgrammeView::new(site, language, &programme),
        rows: evaluations.iter().map(row).collect(),
        form,
        errors,
    };
    site.page(staff, "desk/programme/evaluations.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<EvaluationForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let mut errors = Errors::default();
    let Some(terms) = form.read(programme_no, &mut errors) else {
        return page(&site, &staff, id, form, errors).await;
    };
    let (now, actor) = (site.now(), staff.who.actor(&site));
    let subject = subject(&site, programme_no);
    let evaluation_no = site
        .write(move |tx| {
            tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let evaluation_no = tx.add_evaluation(&terms, now)?;
            tx.record(now, &actor, "add-evaluation", &subject, "")?;
            Ok(evaluation_no)
        })
        .await?;
    let evaluation = site.id(IdKind::Evaluation, evaluation_no);
    let page = format!("{}?done=added", address((id, evaluation)));
    Ok(Redirect::to(&page).into_response())
}
