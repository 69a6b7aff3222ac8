//! What came of the surveys of a programme, for its report: counts alone, and none while few have answered (SI-06).

use model::{Language, QuestionKind};
use rules::enrol::report::{Survey, SurveyQuestion};
use rules::feedback::may_show;
use store::{Evaluation, Question, Tx};

use super::results::counted;
use crate::refusal::Refusal;

/// Those to which somebody was invited, by day.
pub(in crate::desk::programme) fn surveys(
    tx: &mut Tx<'_>,
    programme_no: i64,
) -> Result<Vec<Survey>, Refusal> {
    let mut all = Vec::new();
    for evaluation in tx.evaluations_of(programme_no)? {
        if evaluation.invited_at.is_some() {
            all.push(survey(tx, evaluation)?);
        }
    }
    Ok(all)
}

fn survey(tx: &mut Tx<'_>, evaluation: Evaluation) -> Result<Survey, Refusal> {
    let evaluation_no = evaluation.evaluation_no;
    let guests = tx.evaluation_guests(evaluation_no)?;
    let answered = guests.iter().filter(|it| it.answered_at.is_some()).count();
    let counts = match may_show(answered as i64) {
        true => tx.survey_counts(evaluation_no)?,
        false => Vec::new(),
    };
    let of_question = |question: Question| {
        let [dutch, english] =
            [Language::Nl, Language::En].map(|language| counted(&question, &counts, language));
        let both = dutch.into_iter().zip(english);
        let answers: Vec<([String; 2], u64)> = both
            .map(|((nl, count), (en, _))| ([nl, en], count.unsigned_abs()))
            .collect();
        let given: u64 = answers.iter().map(|(_, count)| count).sum();
        let is_shown = question.kind != QuestionKind::Text && may_show(given as i64);
        is_shown.then_some(SurveyQuestion {
            text: question.text,
            answers,
        })
    };
    let questions = tx.questions_of(evaluation_no)?;
    Ok(Survey {
        name: evaluation.terms.name,
        invited: guests.len() as u64,
        answered: answered as u64,
        questions: questions.into_iter().filter_map(of_question).collect(),
    })
}
