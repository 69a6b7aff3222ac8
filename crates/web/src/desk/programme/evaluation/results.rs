//! What was answered to a survey: counts and words, never who said what, and nothing while few have answered (SI-06).

use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use model::{IdKind, Language, QuestionKind, SuggestionOrigin};
use rules::access::DeskDeed;
use rules::feedback::may_show;
use rules::survey::SCALE_MAX;
use serde::Serialize;
use store::{NewSuggestion, Question, Tx};
use uuid::Uuid;

use super::{address, numbers, of_programme};
use crate::download;
use crate::enrol::in_language;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// The questions with what was answered.
#[derive(Serialize)]
pub(super) struct Results {
    /// Whether there are enough answers to show any.
    is_shown: bool,
    questions: Vec<QuestionView>,
}

#[derive(Serialize)]
struct QuestionView {
    id: Uuid,
    kind: &'static str,
    text: String,
    /// What can be answered, and how often it was. All noughts while few have answered.
    counts: Vec<(String, i64)>,
    /// In an order that tells nothing of who wrote them.
    words: Vec<WordsView>,
}

#[derive(Serialize)]
struct WordsView {
    id: Uuid,
    text: String,
    is_suggestion: bool,
}

impl Results {
    pub(super) fn of(
        site: &Site,
        tx: &mut Tx<'_>,
        evaluation_no: i64,
        language: Language,
    ) -> Result<Self, Refusal> {
        let guests = tx.evaluation_guests(evaluation_no)?;
        let answered = guests.iter().filter(|it| it.answered_at.is_some()).count();
        let is_shown = may_show(answered as i64);
        let (mut counts, mut texts) = match is_shown {
            true => (
                tx.survey_counts(evaluation_no)?,
                tx.survey_texts(evaluation_no)?,
            ),
            false => (Vec::new(), Vec::new()),
        };
        // Few may have answered one question of a survey that many answered.
        let given = |question_no: i64| {
            let numbers = counts.iter().filter(|(of, ..)| *of == question_no);
            let words = texts.iter().filter(|text| text.question_no == question_no);
            numbers.map(|(.., count)| count).sum::<i64>() + words.count() as i64
        };
        let questions = tx.questions_of(evaluation_no)?;
        let few: Vec<i64> = questions
            .iter()
            .map(|question| question.question_no)
            .filter(|question_no| !may_show(given(*question_no)))
            .collect();
        counts.retain(|(of, ..)| !few.contains(of));
        texts.retain(|text| !few.contains(&text.question_no));
        let view = |question: &Question| {
            let of_question = texts
                .iter()
                .filter(|text| text.question_no == question.question_no);
            let mut words: Vec<WordsView> = of_question
                .map(|text| WordsView {
                    id: site.id(IdKind::SurveyAnswer, text.answer_no),
                    text: text.text.clone(),
                    is_suggestion: text.suggestion_no.is_some(),
                })
                .collect();
            words.sort_by_key(|words| words.id);
            QuestionView {
                id: site.id(IdKind::Question, question.question_no),
                kind: question.kind.as_str(),
                text: in_language(language, &question.text),
                counts: counted(question, &counts, language),
                words,
            }
        };
        Ok(Self {
            is_shown,
            questions: questions.iter().map(view).collect(),
        })
    }
}

/// Each thing that can be answered with a number, and how often it was.
pub(super) fn counted(
    question: &Question,
    counts: &[(i64, i64, i64)],
    language: Language,
) -> Vec<(String, i64)> {
    let labels: Vec<String> = match question.kind {
        QuestionKind::Scale => (1..=SCALE_MAX).map(|step| step.to_string()).collect(),
        QuestionKind::Choice => {
            let choices = in_language(language, &question.choices);
            choices.lines().map(str::to_owned).collect()
        }
        QuestionKind::Text => Vec::new(),
    };
    let count = |number: i64| {
        let found = counts
            .iter()
            .find(|(of, given, _)| *of == question.question_no && *given == number);
        found.map_or(0, |(_, _, count)| *count)
    };
    labels
        .into_iter()
        .zip(1..)
        .map(|(label, number)| (label, count(number)))
        .collect()
}

/// `GET .../results.csv`: question, answer, and how often it was given; words have a row each. Not there while few have
/// answered.
pub(super) async fn csv(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let own = numbers(&site, ids)?;
    let (inner, language) = (site.clone(), staff.visitor.language);
    let results = site
        .read(move |tx| {
            let evaluation = of_programme(tx, own)?;
            Results::of(&inner, tx, evaluation.evaluation_no, language)
        })
        .await?;
    if !results.is_shown {
        return Err(Refusal::NotFound);
    }
    let mut rows = vec![["question", "answer", "count"].map(str::to_owned)];
    for question in results.questions {
        for (label, count) in question.counts {
            rows.push([question.text.clone(), label, count.to_string()]);
        }
        for words in question.words {
            rows.push([question.text.clone(), words.text, "1".to_owned()]);
        }
    }
    let table = download::table(&rows);
    Ok(download::file(
        "text/csv; charset=utf-8",
        "survey.csv",
        table,
    ))
}

/// Makes a suggestion of what was answered in words.
pub(super) async fn suggest(
    State(site): State<Site>,
    staff: Staff,
    Path((programme, evaluation, answer)): Path<(Uuid, Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let own = numbers(&site, (programme, evaluation))?;
    let answer_no = site.number(IdKind::SurveyAnswer, &answer)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let language = staff.visitor.language;
    site.write(move |tx| {
        let evaluation = of_programme(tx, own)?;
        let results = Results::of(&inner, tx, evaluation.evaluation_no, language)?;
        let text = tx.survey_text(evaluation.evaluation_no, answer_no)?;
        let text = text.filter(|_| results.is_shown).ok_or(Refusal::NotFound)?;
        let new = NewSuggestion {
            origin: SuggestionOrigin::Survey,
            origin_no: Some(evaluation.evaluation_no),
            text: &text.text,
            email: None,
            language,
        };
        let suggestion_no = tx.add_suggestion(&new, now)?;
        if !tx.note_suggested(answer_no, suggestion_no)? {
            return Err(Refusal::Conflict);
        }
        let id = inner.id(IdKind::Suggestion, suggestion_no);
        let subject = format!("suggestion {id}");
        Ok(tx.record(now, &actor, "add-suggestion", &subject, "")?)
    })
    .await?;
    let page = address((programme, evaluation));
    Ok(Redirect::to(&format!("{page}?done=suggested")))
}
