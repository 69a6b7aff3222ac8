//! The questions of an evaluation: they change until the participants are invited.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, QuestionKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::Question;
use uuid::Uuid;

use super::detail::{Typed, page};
use super::{address, numbers, of_programme};
use crate::feedback::{paragraphs, written};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a question, and of all that can be chosen.
const TEXT_CHARS_MAX: usize = 500;
const CHOICES_CHARS_MAX: usize = 1_000;

/// Questions of a survey: more are not answered.
const QUESTIONS_MAX: usize = 30;

/// A question as it is sent; what can be chosen stands one a line.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct QuestionForm {
    kind: String,
    text_nl: String,
    text_en: String,
    choices_nl: String,
    choices_en: String,
}

impl QuestionForm {
    fn read(&self, errors: &mut Errors) -> Option<Question> {
        let kind = errors.take("kind", self.kind.parse(), "desk-question-error-kind")?;
        let mut text = |field, text: &str, chars| {
            written(errors, field, text, chars, "desk-question-error-text")
        };
        let texts = [
            text("text_nl", &self.text_nl, (1, TEXT_CHARS_MAX)),
            text("text_en", &self.text_en, (1, TEXT_CHARS_MAX)),
        ];
        let choices = match kind {
            QuestionKind::Choice => [
                text("choices_nl", &self.choices_nl, (1, CHOICES_CHARS_MAX)),
                text("choices_en", &self.choices_en, (1, CHOICES_CHARS_MAX)),
            ],
            QuestionKind::Scale | QuestionKind::Text => Default::default(),
        };
        let choices = choices.map(|text| paragraphs(&text).join("\n"));
        let [dutch, english] = choices.each_ref().map(|text| text.lines().count());
        if dutch != english || (kind == QuestionKind::Choice && dutch < 2) {
            errors.add("choices_en", "desk-question-error-choices");
        }
        errors.is_empty().then_some(Question {
            question_no: 0,
            kind,
            text: texts,
            choices,
        })
    }
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<QuestionForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(&site, ids)?;
    let mut errors = Errors::default();
    let Some(question) = form.read(&mut errors) else {
        let typed = Typed {
            question: form,
            ..Typed::default()
        };
        return page(&site, &staff, ids, typed, errors, None).await;
    };
    site.write(move |tx| {
        let evaluation = of_programme(tx, own)?;
        let known = tx.questions_of(evaluation.evaluation_no)?.len();
        let has_room = known < QUESTIONS_MAX;
        match has_room && tx.add_question(evaluation.evaluation_no, &question)? {
            true => Ok(()),
            false => Err(Refusal::Conflict),
        }
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=question", address(ids))).into_response())
}

pub(super) async fn remove(
    State(site): State<Site>,
    staff: Staff,
    Path((programme, evaluation, question)): Path<(Uuid, Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(&site, (programme, evaluation))?;
    let question_no = site.number(IdKind::Question, &question)?;
    site.write(move |tx| {
        let evaluation = of_programme(tx, own)?;
        match tx.remove_question(evaluation.evaluation_no, question_no)? {
            true => Ok(()),
            false => Err(Refusal::Conflict),
        }
    })
    .await?;
    let page = address((programme, evaluation));
    Ok(Redirect::to(&format!("{page}?done=question")))
}
