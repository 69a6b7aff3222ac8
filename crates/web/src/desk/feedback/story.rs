//! `/desk/feedback/stories/{story}`: one story, the suggestions in it, and letting everybody read what came of it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, StoryStatus};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{StoryText, Suggestion};
use uuid::Uuid;

use super::suggestions::Row;
use crate::desk::Done;
use crate::feedback::{asker, written};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a title, and of the other texts.
const TITLE_CHARS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 4_000;

/// Suggestions on the page: the oldest.
const SUGGESTIONS_MAX: i64 = 100;

/// A story as it is sent.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct StoryForm {
    title_nl: String,
    title_en: String,
    text_nl: String,
    text_en: String,
    status: String,
    outcome_nl: String,
    outcome_en: String,
    ended_on: String,
}

impl StoryForm {
    /// What a story of this suggestion begins with.
    pub(super) fn about(suggestion: &Suggestion) -> Self {
        Self {
            text_nl: suggestion.text.clone(),
            text_en: suggestion.text.clone(),
            ..Self::default()
        }
    }

    fn of(text: StoryText) -> Self {
        let [title_nl, title_en] = text.title;
        let [text_nl, text_en] = text.text;
        let [outcome_nl, outcome_en] = text.outcome;
        Self {
            title_nl,
            title_en,
            text_nl,
            text_en,
            status: text.status.to_string(),
            outcome_nl,
            outcome_en,
            ended_on: text.ended_on.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// Reads the form, or notes what is wrong with it. Without a status a story is new; what has ended says how, and since
    /// when.
    pub(super) fn read(&self, errors: &mut Errors) -> Option<StoryText> {
        let status = match self.status.as_str() {
            "" => Ok(StoryStatus::New),
            status => status.parse(),
        };
        let status = errors.take("status", status, "story-error-status")?;
        let has_ended = usize::from(status.is_ended());
        let mut text =
            |field, text: &str, chars| written(errors, field, text, chars, "story-error-text");
        let read = StoryText {
            title: [
                text("title_nl", &self.title_nl, (1, TITLE_CHARS_MAX)),
                text("title_en", &self.title_en, (1, TITLE_CHARS_MAX)),
            ],
            text: [
                text("text_nl", &self.text_nl, (1, TEXT_CHARS_MAX)),
                text("text_en", &self.text_en, (1, TEXT_CHARS_MAX)),
            ],
            outcome: [
                text("outcome_nl", &self.outcome_nl, (has_ended, TEXT_CHARS_MAX)),
                text("outcome_en", &self.outcome_en, (has_ended, TEXT_CHARS_MAX)),
            ],
            ended_on: match status.is_ended() {
                true => errors.take("ended_on", self.ended_on.parse(), "story-error-day"),
                false => None,
            },
            status,
        };
        errors.is_empty().then_some(read)
    }
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    suggestions: Vec<Row>,
    /// All of them, also those that are not on the page.
    count: i64,
    is_public: bool,
    may_publish: bool,
    form: StoryForm,
    errors: Errors,
    done: Option<&'static str>,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["changed", "published"]);
    page(&site, &staff, id, None, Errors::default(), done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: Option<StoryForm>,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let story_no = site.number(IdKind::Story, &id)?;
    let (story, suggestions) = site
        .read(move |tx| {
            let story = tx.story(story_no)?.ok_or(Refusal::NotFound)?;
            Ok((story, tx.suggestions_of(story_no, SUGGESTIONS_MAX)?))
        })
        .await?;
    let is_public = story.published_at.is_some();
    let view = View {
        id,
        suggestions: suggestions.iter().map(|one| Row::new(site, one)).collect(),
        count: story.suggestions,
        is_public,
        may_publish: !is_public && story.text.status.is_ended(),
        form: typed.unwrap_or_else(|| StoryForm::of(story.text)),
        errors,
        done,
    };
    site.page(staff, "desk/feedback/story.html", &view)
}

pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<StoryForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let story_no = site.number(IdKind::Story, &id)?;
    let mut errors = Errors::default();
    let Some(text) = form.read(&mut errors) else {
        return page(&site, &staff, id, Some(form), errors, None).await;
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| {
        let story = tx.story(story_no)?.ok_or(Refusal::NotFound)?;
        // What everybody reads has ended, and stays so.
        if story.published_at.is_some() && !text.status.is_ended() {
            return Err(Refusal::Conflict);
        }
        tx.change_story(story_no, &text)?;
        let status = text.status.as_str();
        Ok(tx.record(now, &actor, "change-story", &format!("story {id}"), status)?)
    })
    .await?;
    let page = format!("/desk/feedback/stories/{id}?done=changed");
    Ok(Redirect::to(&page).into_response())
}

/// Lets everybody read what came of a story, and tells those who suggested it.
pub(super) async fn publish(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    staff.who.must_have_proved(site.now())?;
    let story_no = site.number(IdKind::Story, &id)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    site.write(move |tx| {
        let story = tx.story(story_no)?.ok_or(Refusal::NotFound)?;
        if !story.text.status.is_ended() || !tx.publish_story(story_no, now)? {
            return Err(Refusal::Conflict);
        }
        let told = asker::tell_all(&inner, tx, &story)?;
        let detail = format!("{told} people told");
        Ok(tx.record(
            now,
            &actor,
            "publish-story",
            &format!("story {id}"),
            &detail,
        )?)
    })
    .await?;
    Ok(Redirect::to(&format!(
        "/desk/feedback/stories/{id}?done=published"
    )))
}
