//! `/desk/feedback/stories`: what is to change in the service, and how far that is.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::IdKind;
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::Story;
use uuid::Uuid;

use super::story::StoryForm;
use crate::desk::PAGE_ROWS;
use crate::enrol::in_language;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The story before which the page begins.
    before: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    next: String,
    form: StoryForm,
    errors: Errors,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    title: String,
    status: &'static str,
    suggestions: i64,
    is_public: bool,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let form = StoryForm::default();
    page(&site, &staff, &asked, form, Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    asked: &Asked,
    form: StoryForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let before_no = match &asked.before {
        Some(id) => site.number(IdKind::Story, id)?,
        None => i64::MAX,
    };
    let stories = site
        .read(move |tx| Ok(tx.stories(before_no, PAGE_ROWS as i64)?))
        .await?;
    let row = |story: &Story| Row {
        id: site.id(IdKind::Story, story.story_no),
        title: in_language(staff.visitor.language, &story.text.title),
        status: story.text.status.as_str(),
        suggestions: story.suggestions,
        is_public: story.published_at.is_some(),
    };
    let rows: Vec<Row> = stories.iter().map(row).collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        next: last
            .map(|row| format!("/desk/feedback/stories?before={}", row.id))
            .unwrap_or_default(),
        rows,
        form,
        errors,
    };
    site.page(staff, "desk/feedback/stories.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<StoryForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let mut errors = Errors::default();
    let Some(text) = form.read(&mut errors) else {
        let asked = Asked { before: None };
        return page(&site, &staff, &asked, form, errors).await;
    };
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let id = site
        .write(move |tx| {
            let story_no = tx.add_story(&text, now)?;
            let id = inner.id(IdKind::Story, story_no);
            let status = text.status.as_str();
            tx.record(now, &actor, "add-story", &format!("story {id}"), status)?;
            Ok(id)
        })
        .await?;
    let page = format!("/desk/feedback/stories/{id}?done=changed");
    Ok(Redirect::to(&page).into_response())
}
