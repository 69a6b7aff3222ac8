//! `/desk/feedback/suggestions`: suggestions about which nobody has decided, and writing one down.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, SuggestionOrigin};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{NewSuggestion, Suggestion};
use uuid::Uuid;

use crate::desk::PAGE_ROWS;
use crate::feedback::{SUGGESTION_CHARS, written};
use crate::form::{Errors, known};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The suggestion after which the page begins.
    after: Option<Uuid>,
    done: String,
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    next: String,
    text: String,
    errors: Errors,
    done: &'static str,
}

#[derive(Serialize)]
pub(super) struct Row {
    id: Uuid,
    text: String,
    origin: &'static str,
    received_at: String,
}

impl Row {
    pub(super) fn new(site: &Site, suggestion: &Suggestion) -> Self {
        Self {
            id: site.id(IdKind::Suggestion, suggestion.suggestion_no),
            text: suggestion.text.clone(),
            origin: suggestion.origin.as_str(),
            received_at: suggestion.received_at.to_string(),
        }
    }
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    page(&site, &staff, &asked, String::new(), Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    asked: &Asked,
    text: String,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let after_no = match &asked.after {
        Some(id) => site.number(IdKind::Suggestion, id)?,
        None => 0,
    };
    let open = site
        .read(move |tx| Ok(tx.open_suggestions(after_no, PAGE_ROWS as i64)?))
        .await?;
    let rows: Vec<Row> = open.iter().map(|one| Row::new(site, one)).collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        next: last
            .map(|row| format!("/desk/feedback/suggestions?after={}", row.id))
            .unwrap_or_default(),
        rows,
        text,
        errors,
        done: known(&["added", "joined", "set-aside"], &asked.done),
    };
    site.page(staff, "desk/feedback/suggestions.html", &view)
}

#[derive(Deserialize)]
pub(super) struct NewForm {
    text: String,
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<NewForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let mut errors = Errors::default();
    let text = written(
        &mut errors,
        "text",
        &form.text,
        SUGGESTION_CHARS,
        "suggestion-error-text",
    );
    if !errors.is_empty() {
        return page(&site, &staff, &Asked::default(), form.text, errors).await;
    }
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let language = staff.visitor.language;
    site.write(move |tx| {
        let new = NewSuggestion {
            origin: SuggestionOrigin::Desk,
            origin_no: None,
            text: &text,
            email: None,
            language,
        };
        let suggestion_no = tx.add_suggestion(&new, now)?;
        let id = inner.id(IdKind::Suggestion, suggestion_no);
        Ok(tx.record(
            now,
            &actor,
            "add-suggestion",
            &format!("suggestion {id}"),
            "",
        )?)
    })
    .await?;
    Ok(Redirect::to("/desk/feedback/suggestions?done=added").into_response())
}
