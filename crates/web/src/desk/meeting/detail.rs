//! `/desk/feedback/meetings/{meeting}`: one meeting, with its guests, what was said, and what comes of it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, SuggestionOrigin};
use rules::access::DeskDeed;
use serde::Serialize;
use store::{MeetingAction, MeetingGuest, Suggestion, Tx};
use uuid::Uuid;

use super::list::MeetingForm;
use super::{address, number, subject};
use crate::desk::{Done, note_read};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// People of the desk that can do something: more are not at one desk.
const STAFF_MAX: i64 = 500;

/// What was done just now that the page has a text for.
const DONE: [&str; 7] = [
    "changed",
    "guest",
    "invited",
    "attendance",
    "action",
    "ended",
    "suggested",
];

#[derive(Serialize)]
struct View {
    id: Uuid,
    name: String,
    starts_at: String,
    has_begun: bool,
    guests: Vec<GuestView>,
    /// Guests whose invitation was not sent.
    to_invite: usize,
    actions: Vec<ActionView>,
    /// Public ids and names of the people of the desk.
    staff: Vec<(Uuid, String)>,
    suggestions: Vec<(Uuid, String)>,
    form: MeetingForm,
    errors: Errors,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct GuestView {
    id: Uuid,
    name: String,
    organisation: String,
    is_invited: bool,
    /// `yes`, `no` or `unknown`.
    is_coming: &'static str,
    was_there: bool,
}

#[derive(Serialize)]
struct ActionView {
    id: Uuid,
    text: String,
    who: String,
    due_on: String,
    is_late: bool,
    is_done: bool,
}

/// What the page shows, from one snapshot.
struct Known {
    text: store::MeetingText,
    guests: Vec<(MeetingGuest, String)>,
    actions: Vec<(MeetingAction, String)>,
    staff: Vec<(i64, String)>,
    suggestions: Vec<Suggestion>,
}

fn known_of(tx: &mut Tx<'_>, meeting_no: i64) -> Result<Known, Refusal> {
    let meeting = tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
    let mut guests = Vec::new();
    for guest in tx.meeting_guests(meeting_no)? {
        let party = match guest.who.party_no {
            Some(party_no) => tx.party(party_no)?,
            None => None,
        };
        guests.push((guest, party.map(|party| party.name).unwrap_or_default()));
    }
    let mut actions = Vec::new();
    for action in tx.meeting_actions(meeting_no)? {
        let who = tx.person(action.person_no)?;
        actions.push((action, who.map(|who| who.name).unwrap_or_default()));
    }
    let staff = tx.staff_after(0, STAFF_MAX)?.into_iter();
    Ok(Known {
        text: meeting.text,
        guests,
        actions,
        staff: staff.map(|who| (who.person_no, who.name)).collect(),
        suggestions: tx.suggestions_from(SuggestionOrigin::Meeting, meeting_no)?,
    })
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&DONE);
    page(&site, &staff, id, None, Errors::default(), done).await
}

/// The page, with what is wrong with one of its forms.
pub(super) async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: Option<MeetingForm>,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(site, &id)?;
    let known = site.read(move |tx| known_of(tx, meeting_no)).await?;
    if !known.guests.is_empty() {
        note_read(site, staff, subject(&id), "a list of guests").await?;
    }
    let now = site.now();
    let guest = |(guest, organisation): &(MeetingGuest, String)| GuestView {
        id: site.id(IdKind::MeetingGuest, guest.guest_no),
        name: guest.who.name.clone(),
        organisation: organisation.clone(),
        is_invited: guest.invited_at.is_some(),
        is_coming: match guest.is_coming {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        },
        was_there: guest.was_there == Some(true),
    };
    let action = |(action, who): &(MeetingAction, String)| ActionView {
        id: site.id(IdKind::MeetingAction, action.action_no),
        text: action.text.clone(),
        who: who.clone(),
        due_on: action.due_on.to_string(),
        is_late: action.done_at.is_none() && action.due_on < now.day(),
        is_done: action.done_at.is_some(),
    };
    let guests: Vec<GuestView> = known.guests.iter().map(guest).collect();
    let staff_ids = known.staff.into_iter();
    let suggestions = known.suggestions.into_iter();
    let view = View {
        id,
        name: known.text.name.clone(),
        starts_at: known.text.starts_at.to_string(),
        has_begun: known.text.starts_at <= now,
        to_invite: guests.iter().filter(|guest| !guest.is_invited).count(),
        guests,
        actions: known.actions.iter().map(action).collect(),
        staff: staff_ids
            .map(|(person_no, name)| (site.id(IdKind::Person, person_no), name))
            .collect(),
        suggestions: suggestions
            .map(|one| (site.id(IdKind::Suggestion, one.suggestion_no), one.text))
            .collect(),
        form: form.unwrap_or_else(|| MeetingForm::of(known.text, &staff.visitor.zone)),
        errors,
        done,
    };
    site.page(staff, "desk/meeting/detail.html", &view)
}

pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<MeetingForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(&site, &id)?;
    let mut errors = Errors::default();
    let Some(text) = form.read(&staff.visitor.zone, &mut errors) else {
        return page(&site, &staff, id, Some(form), errors, None).await;
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| {
        tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
        tx.change_meeting(meeting_no, &text)?;
        Ok(tx.record(now, &actor, "change-meeting", &subject(&id), "")?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=changed", address(&id))).into_response())
}
