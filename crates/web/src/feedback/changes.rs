//! `/changes`: what changed thanks to those who said something, and what was not done and why.

use axum::extract::{Query, State};
use axum::response::Response;
use model::{IdKind, Language, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Story, Tx};
use uuid::Uuid;

use crate::enrol::in_language;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Visitor;

/// Changes on one page, and in the feed.
pub(super) const ROWS_MAX: i64 = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The change before which the page begins.
    before: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    rows: Vec<ChangeView>,
    next: String,
}

/// A story as everybody may read it.
#[derive(Serialize)]
pub(super) struct ChangeView {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) text: String,
    /// `done` or `declined`.
    pub(super) status: &'static str,
    pub(super) outcome: String,
    pub(super) ended_on: String,
    pub(super) published_at: String,
    /// How many suggested it.
    pub(super) suggestions: i64,
}

impl ChangeView {
    pub(super) fn new(site: &Site, language: Language, story: Story) -> Self {
        let text = story.text;
        Self {
            id: site.id(IdKind::Story, story.story_no),
            title: in_language(language, &text.title),
            text: in_language(language, &text.text),
            status: text.status.as_str(),
            outcome: in_language(language, &text.outcome),
            ended_on: text.ended_on.map(|day| day.to_string()).unwrap_or_default(),
            published_at: story
                .published_at
                .map(|at| at.to_string())
                .unwrap_or_default(),
            suggestions: story.suggestions,
        }
    }
}

pub(super) async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let before = match &asked.before {
        Some(id) => Some(site.number(IdKind::Story, id)?),
        None => None,
    };
    let stories = site.read(move |tx| published(tx, before)).await?;
    let rows = stories.into_iter();
    let rows: Vec<ChangeView> = rows
        .map(|story| ChangeView::new(&site, visitor.language, story))
        .collect();
    let last = rows.last().filter(|_| rows.len() as i64 == ROWS_MAX);
    let view = View {
        next: last
            .map(|row| format!("/changes?before={}", row.id))
            .unwrap_or_default(),
        rows,
    };
    site.page(&visitor, "feedback/changes.html", &view)
}

/// What everybody may read, the newest first, before one of them.
pub(super) fn published(tx: &mut Tx<'_>, before: Option<i64>) -> Result<Vec<Story>, Refusal> {
    let place = match before {
        Some(story_no) => {
            let story = tx.story(story_no)?.ok_or(Refusal::NotFound)?;
            (story.published_at.ok_or(Refusal::NotFound)?, story_no)
        }
        None => (Timestamp::from_micros(i64::MAX), i64::MAX),
    };
    Ok(tx.published_stories(place, ROWS_MAX)?)
}
