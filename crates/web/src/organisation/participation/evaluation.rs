//! `/organisations/{organisation}/programmes/{programme}/evaluations/{evaluation}`: whether somebody comes, and the survey.
//! What an organisation answers is shown to its own people alone.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use model::{IdKind, Language, QuestionKind};
use rules::access::Deed;
use rules::survey::{Given, SCALE_MAX, given};
use serde::{Deserialize, Serialize};
use store::{Evaluation, EvaluationGuest, Question, SurveyAnswer, Tx};
use uuid::Uuid;

use super::Before;
use crate::enrol::in_language;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Organisation, programme and evaluation of the path.
type Ids = Path<(Uuid, Uuid, Uuid)>;

#[derive(Serialize)]
struct View {
    here: String,
    /// Page of the programme.
    programme: String,
    name: String,
    held_on: String,
    place: String,
    answer_until: String,
    /// Why it does not take place.
    cancelled: Option<String>,
    is_open: bool,
    may_answer: bool,
    /// `yes`, `no`, or nothing.
    is_coming: &'static str,
    has_answered: bool,
    questions: Vec<QuestionView>,
    done: String,
}

#[derive(Serialize)]
struct QuestionView {
    /// Name of its field.
    field: String,
    kind: &'static str,
    text: String,
    /// Number and label of what can be chosen.
    options: Vec<(String, String)>,
    /// What was answered before.
    value: String,
}

impl QuestionView {
    fn new(site: &Site, language: Language, question: &Question, answers: &[SurveyAnswer]) -> Self {
        let own = answers
            .iter()
            .find(|answer| answer.question_no == question.question_no);
        let value = own.map(|answer| match answer.number {
            Some(number) => number.to_string(),
            None => answer.text.clone(),
        });
        let labels: Vec<String> = match question.kind {
            QuestionKind::Scale => (1..=SCALE_MAX).map(|step| step.to_string()).collect(),
            QuestionKind::Choice => {
                let choices = in_language(language, &question.choices);
                choices.lines().map(str::to_owned).collect()
            }
            QuestionKind::Text => Vec::new(),
        };
        Self {
            field: field(site, question),
            kind: question.kind.as_str(),
            text: in_language(language, &question.text),
            options: labels
                .into_iter()
                .zip(1..)
                .map(|(label, number): (_, i64)| (number.to_string(), label))
                .collect(),
            value: value.unwrap_or_default(),
        }
    }
}

fn field(site: &Site, question: &Question) -> String {
    format!("q-{}", site.id(IdKind::Question, question.question_no))
}

/// An evaluation to which the organisation was invited; any other is "not found".
fn of_guest(
    tx: &mut Tx<'_>,
    party_no: i64,
    (programme_no, evaluation_no): (i64, i64),
) -> Result<(Evaluation, EvaluationGuest), Refusal> {
    let evaluation = tx.evaluation(evaluation_no)?;
    let evaluation = evaluation.filter(|it| it.terms.programme_no == programme_no);
    let guest = tx.evaluation_guest(evaluation_no, party_no)?;
    evaluation.zip(guest).ok_or(Refusal::NotFound)
}

fn numbers(site: &Site, programme: &Uuid, evaluation: &Uuid) -> Result<(i64, i64), Refusal> {
    Ok((
        site.number(IdKind::Programme, programme)?,
        site.number(IdKind::Evaluation, evaluation)?,
    ))
}

fn address(member: &Member, (programme, evaluation): (&Uuid, &Uuid)) -> String {
    format!(
        "{}/programmes/{programme}/evaluations/{evaluation}",
        member.home()
    )
}

/// Whoever acts for a customer does not answer for it how a programme does.
fn may_answer(member: &Member) -> bool {
    let may = |deed| member.standing.may(deed);
    may(Deed::ReadPeople) && may(Deed::AnswerFindings)
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, programme, id)): Ids,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let own = numbers(&site, &programme, &id)?;
    let party_no = member.party_no;
    let (evaluation, guest, questions, answers) = site
        .read(move |tx| {
            let (evaluation, guest) = of_guest(tx, party_no, own)?;
            let questions = tx.questions_of(evaluation.evaluation_no)?;
            let answers = tx.answers_of_guest(evaluation.evaluation_no, party_no)?;
            Ok((evaluation, guest, questions, answers))
        })
        .await?;
    let language = member.visitor.language;
    let terms = &evaluation.terms;
    let questions = questions.iter();
    let view = View {
        here: address(&member, (&programme, &id)),
        programme: super::address(&member, &programme),
        name: in_language(language, &terms.name),
        held_on: terms.held_on.to_string(),
        place: terms.place.clone(),
        answer_until: terms.answer_until.to_string(),
        cancelled: evaluation
            .cancelled_at
            .map(|_| evaluation.cancel_reason.clone()),
        is_open: evaluation.is_open(site.now().day()),
        may_answer: may_answer(&member),
        is_coming: match guest.is_coming {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        },
        has_answered: guest.answered_at.is_some(),
        questions: questions
            .map(|question| QuestionView::new(&site, language, question, &answers))
            .collect(),
        done: before.known(&["coming", "answered"]),
    };
    site.page(&member, "organisation/participation/evaluation.html", &view)
}

#[derive(Deserialize)]
pub(super) struct Coming {
    coming: String,
}

pub(super) async fn come(
    State(site): State<Site>,
    member: Member,
    Path((_, programme, id)): Ids,
    Form(form): Form<Coming>,
) -> Result<Redirect, Refusal> {
    if !may_answer(&member) {
        return Err(Refusal::Forbidden);
    }
    let is_coming = match form.coming.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Refusal::Bad),
    };
    let own = numbers(&site, &programme, &id)?;
    let party_no = member.party_no;
    site.write(move |tx| {
        let (evaluation, _) = of_guest(tx, party_no, own)?;
        if evaluation.cancelled_at.is_some() {
            return Err(Refusal::Conflict);
        }
        Ok(tx.say_coming(own.1, party_no, is_coming)?)
    })
    .await?;
    let page = address(&member, (&programme, &id));
    Ok(Redirect::to(&format!("{page}?done=coming")))
}

/// Answers the survey; what was answered before is replaced. After the last day it is a conflict.
pub(super) async fn answer(
    State(site): State<Site>,
    member: Member,
    Path((_, programme, id)): Ids,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Redirect, Refusal> {
    if !may_answer(&member) {
        return Err(Refusal::Forbidden);
    }
    let own = numbers(&site, &programme, &id)?;
    let (inner, party_no, now) = (site.clone(), member.party_no, site.now());
    site.write(move |tx| {
        let (evaluation, _) = of_guest(tx, party_no, own)?;
        if !evaluation.is_open(now.day()) {
            return Err(Refusal::Conflict);
        }
        let mut answers = Vec::new();
        for question in tx.questions_of(own.1)? {
            answers.push(read(&inner, &question, &form)?);
        }
        Ok(tx.answer_survey(own.1, party_no, &answers, now)?)
    })
    .await?;
    let page = address(&member, (&programme, &id));
    Ok(Redirect::to(&format!("{page}?done=answered")))
}

fn read(
    site: &Site,
    question: &Question,
    form: &HashMap<String, String>,
) -> Result<SurveyAnswer, Refusal> {
    let typed = form.get(&field(site, question));
    let typed = typed.map(String::as_str).unwrap_or_default();
    let choices = question.choices[0].lines().count();
    let given = given(question.kind, choices, typed).ok_or(Refusal::Bad)?;
    let (number, text) = match given {
        Given::Nothing => (None, String::new()),
        Given::Number(number) => (Some(number), String::new()),
        Given::Text(text) => (None, text),
    };
    Ok(SurveyAnswer {
        question_no: question.question_no,
        number,
        text,
    })
}
