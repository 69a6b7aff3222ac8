//! `/desk/feedback/suggestions/{suggestion}`: decides about a suggestion. It becomes a story, joins one, or is set aside.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Language};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Story, Tx};
use uuid::Uuid;

use super::story::StoryForm;
use super::suggestions::Row;
use crate::enrol::in_language;
use crate::feedback::asker;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{SignedIn, Staff};

/// Stories that a suggestion can join: the newest.
const STORIES_MAX: i64 = 200;

#[derive(Serialize)]
struct View {
    id: Uuid,
    suggestion: Row,
    /// Story that it belongs to, or nothing.
    story: Option<(Uuid, String)>,
    is_set_aside: bool,
    /// Public ids and titles.
    stories: Vec<(Uuid, String)>,
    form: StoryForm,
    errors: Errors,
}

/// What is decided: `story` for a new one, `join` or `aside`.
#[derive(Deserialize)]
pub(super) struct Decision {
    decision: String,
    #[serde(default)]
    story: String,
    #[serde(flatten)]
    form: StoryForm,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    page(&site, &staff, id, None, Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: Option<StoryForm>,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let suggestion_no = site.number(IdKind::Suggestion, &id)?;
    let (suggestion, story, stories) = site
        .read(move |tx| {
            let suggestion = tx.suggestion(suggestion_no)?.ok_or(Refusal::NotFound)?;
            let story = match suggestion.story_no {
                Some(story_no) => tx.story(story_no)?,
                None => None,
            };
            Ok((suggestion, story, tx.stories(i64::MAX, STORIES_MAX)?))
        })
        .await?;
    let language = staff.visitor.language;
    let named = |story: &Story| named(site, language, story);
    let view = View {
        id,
        story: story.as_ref().map(named),
        is_set_aside: suggestion.set_aside_at.is_some(),
        stories: stories.iter().map(named).collect(),
        form: typed.unwrap_or_else(|| StoryForm::about(&suggestion)),
        suggestion: Row::new(site, &suggestion),
        errors,
    };
    site.page(staff, "desk/feedback/suggestion.html", &view)
}

fn named(site: &Site, language: Language, story: &Story) -> (Uuid, String) {
    let id = site.id(IdKind::Story, story.story_no);
    (id, in_language(language, &story.text.title))
}

pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(decision): Form<Decision>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let suggestion_no = site.number(IdKind::Suggestion, &id)?;
    let (inner, who, now) = (site.clone(), staff.who.clone(), site.now());
    let subject = format!("suggestion {id}");
    match decision.decision.as_str() {
        "story" => {
            let mut errors = Errors::default();
            let Some(text) = decision.form.read(&mut errors) else {
                return page(&site, &staff, id, Some(decision.form), errors).await;
            };
            site.write(move |tx| {
                let story_no = tx.add_story(&text, now)?;
                join(&inner, tx, &who, (suggestion_no, story_no))
            })
            .await?;
            Ok(back("joined"))
        }
        "join" => {
            let story = decision.story.parse().map_err(|_| Refusal::Bad)?;
            let story_no = site.number(IdKind::Story, &story)?;
            site.write(move |tx| join(&inner, tx, &who, (suggestion_no, story_no)))
                .await?;
            Ok(back("joined"))
        }
        "aside" => {
            site.write(move |tx| {
                if !tx.set_suggestion_aside(suggestion_no, now)? {
                    return Err(Refusal::Conflict);
                }
                let actor = who.actor(&inner);
                Ok(tx.record(now, &actor, "set-suggestion-aside", &subject, "")?)
            })
            .await?;
            Ok(back("set-aside"))
        }
        _ => Err(Refusal::Bad),
    }
}

fn back(done: &str) -> Response {
    Redirect::to(&format!("/desk/feedback/suggestions?done={done}")).into_response()
}

/// Adds a suggestion to a story. Who suggested it hears at once what came of it where that is public already.
fn join(
    site: &Site,
    tx: &mut Tx<'_>,
    who: &SignedIn,
    (suggestion_no, story_no): (i64, i64),
) -> Result<(), Refusal> {
    let story = tx.story(story_no)?.ok_or(Refusal::NotFound)?;
    if !tx.join_story(suggestion_no, story_no)? {
        return Err(Refusal::Conflict);
    }
    if story.published_at.is_some() {
        asker::tell_all(site, tx, &story)?;
    }
    let subject = format!("suggestion {}", site.id(IdKind::Suggestion, suggestion_no));
    let detail = format!("story {}", site.id(IdKind::Story, story_no));
    let actor = who.actor(site);
    Ok(tx.record(site.now(), &actor, "join-story", &subject, &detail)?)
}
