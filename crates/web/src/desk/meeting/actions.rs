//! What comes of a meeting: what somebody of the desk does, and suggestions that become user stories.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind, SuggestionOrigin};
use rules::access::DeskDeed;
use serde::Deserialize;
use store::NewSuggestion;
use uuid::Uuid;

use super::detail::page;
use super::{address, number, subject};
use crate::feedback::{SUGGESTION_CHARS, written};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of what is to be done.
const ACTION_CHARS_MAX: usize = 500;

#[derive(Deserialize)]
pub(super) struct ActionForm {
    action: String,
    /// Public id of a person of the desk.
    owner: Uuid,
    due_on: String,
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<ActionForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(&site, &id)?;
    let owner_no = site.number(IdKind::Person, &form.owner)?;
    let mut errors = Errors::default();
    let text = written(
        &mut errors,
        "action",
        &form.action,
        (1, ACTION_CHARS_MAX),
        "desk-meeting-error-action",
    );
    let due_on = form.due_on.parse::<Day>();
    let due_on = errors.take("due_on", due_on, "desk-meeting-error-due");
    let Some(due_on) = due_on.filter(|_| errors.is_empty()) else {
        return page(&site, &staff, id, None, errors, None).await;
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| {
        tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
        if tx.staff_roles(owner_no)?.is_empty() {
            return Err(Refusal::NotFound);
        }
        tx.add_meeting_action(meeting_no, (&text, owner_no, due_on))?;
        Ok(tx.record(now, &actor, "add-action", &subject(&id), "")?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=action", address(&id))).into_response())
}

pub(super) async fn end(
    State(site): State<Site>,
    staff: Staff,
    Path((id, action)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(&site, &id)?;
    let action_no = site.number(IdKind::MeetingAction, &action)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| {
        if !tx.end_meeting_action(meeting_no, action_no, now)? {
            return Err(Refusal::Conflict);
        }
        Ok(tx.record(now, &actor, "end-action", &subject(&id), "")?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=ended", address(&id))))
}

#[derive(Deserialize)]
pub(super) struct SuggestionForm {
    suggestion: String,
}

/// Writes down what a guest suggested. It stands among the suggestions, and here with what became of it.
pub(super) async fn suggest(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<SuggestionForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(&site, &id)?;
    let mut errors = Errors::default();
    let text = written(
        &mut errors,
        "suggestion",
        &form.suggestion,
        SUGGESTION_CHARS,
        "suggestion-error-text",
    );
    if !errors.is_empty() {
        return page(&site, &staff, id, None, errors, None).await;
    }
    let (actor, now) = (staff.who.actor(&site), site.now());
    let language = staff.visitor.language;
    site.write(move |tx| {
        tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
        let new = NewSuggestion {
            origin: SuggestionOrigin::Meeting,
            origin_no: Some(meeting_no),
            text: &text,
            email: None,
            language,
        };
        tx.add_suggestion(&new, now)?;
        Ok(tx.record(now, &actor, "add-suggestion", &subject(&id), "")?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=suggested", address(&id))).into_response())
}
