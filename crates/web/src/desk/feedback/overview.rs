//! `/desk/feedback`: how useful messages were, by threat and reader, and what the desk promises.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::Usefulness;
use rules::access::DeskDeed;
use rules::feedback::Promises;
use serde::{Deserialize, Serialize};
use store::{Judgement, UsefulnessCount};

use crate::desk::Done;
use crate::feedback::promises;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Days that are counted: a year.
const COUNTED_DAYS: i64 = 365;

/// Words on the page, the newest.
const WORDS_MAX: i64 = 50;

/// The promises as they are sent.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct PromisesForm {
    acknowledge_days: String,
    answer_weeks: String,
    meeting_weeks: String,
}

#[derive(Serialize)]
struct View {
    /// Yes, partly and no, of all messages.
    total: [i64; 3],
    /// Threat, reader, and the same of these messages.
    rows: Vec<(String, &'static str, [i64; 3])>,
    words: Vec<WordsView>,
    form: PromisesForm,
    errors: Errors,
    done: Option<&'static str>,
}

/// What somebody said: of which threat, never of which message.
#[derive(Serialize)]
struct WordsView {
    threat: String,
    reader: &'static str,
    verdict: &'static str,
    text: String,
    said_on: String,
}

impl WordsView {
    fn new(said: Judgement) -> Self {
        Self {
            threat: said.threat,
            reader: said.reader.as_str(),
            verdict: said.verdict.as_str(),
            text: said.text,
            said_on: said.said_at.day().to_string(),
        }
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["promised"]);
    page(&site, &staff, None, Errors::default(), done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    typed: Option<PromisesForm>,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let since = site.now().plus_seconds(-COUNTED_DAYS * 86_400);
    let (counts, words, promises) = site
        .read(move |tx| {
            let counts = tx.usefulness_counts(since)?;
            let words = tx.judgements_with_words(since, WORDS_MAX)?;
            Ok((counts, words, promises(tx)?))
        })
        .await?;
    let rows = by_text(&counts);
    let mut total = [0; 3];
    for (_, _, row) in &rows {
        for (sum, count) in total.iter_mut().zip(row) {
            *sum += count;
        }
    }
    let view = View {
        total,
        rows,
        words: words.into_iter().map(WordsView::new).collect(),
        form: typed.unwrap_or(PromisesForm {
            acknowledge_days: promises.acknowledge_days.to_string(),
            answer_weeks: promises.answer_weeks.to_string(),
            meeting_weeks: promises.meeting_weeks.to_string(),
        }),
        errors,
        done,
    };
    site.page(staff, "desk/feedback/overview.html", &view)
}

/// One row for each text that recipients read: a threat, for a reader.
fn by_text(counts: &[UsefulnessCount]) -> Vec<(String, &'static str, [i64; 3])> {
    let mut rows: BTreeMap<(&str, &'static str), [i64; 3]> = BTreeMap::new();
    for count in counts {
        let row = rows.entry((&count.threat, count.reader.as_str()));
        let place = match count.verdict {
            Usefulness::Yes => 0,
            Usefulness::Partly => 1,
            Usefulness::No => 2,
        };
        row.or_default()[place] += count.count;
    }
    let rows = rows.into_iter();
    rows.map(|((threat, reader), row)| (threat.to_owned(), reader, row))
        .collect()
}

/// Changes what the desk promises, from now on.
pub(super) async fn promise(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<PromisesForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let mut errors = Errors::default();
    let mut number = |field, text: &str| {
        let number = text.trim().parse::<u32>().ok();
        let number = number.filter(|number| (1..=Promises::MAX).contains(number));
        errors.take(field, number.ok_or(()), "desk-feedback-error-number")
    };
    let numbers = [
        number("acknowledge_days", &form.acknowledge_days),
        number("answer_weeks", &form.answer_weeks),
        number("meeting_weeks", &form.meeting_weeks),
    ];
    let [Some(acknowledge), Some(answer), Some(meeting)] = numbers else {
        return page(&site, &staff, Some(form), errors, None).await;
    };
    let (now, actor) = (site.now(), staff.who.actor(&site));
    site.write(move |tx| {
        tx.set_promises([acknowledge, answer, meeting])?;
        let detail = format!(
            "acknowledge in {acknowledge} working days, answer in {answer} weeks, meet every {meeting} weeks"
        );
        Ok(tx.record(now, &actor, "promise", "feedback", &detail)?)
    })
    .await?;
    Ok(Redirect::to("/desk/feedback?done=promised").into_response())
}
