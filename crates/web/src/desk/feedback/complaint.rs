//! `/desk/feedback/complaints/{complaint}`: one complaint, what was done about it, and the next step. Every read is in the
//! audit log: the page shows who complained.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{ComplaintState, IdKind, SuggestionOrigin};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Complaint, ComplaintEvent, NewSuggestion, Tx};
use uuid::Uuid;

use crate::desk::Done;
use crate::feedback::complaint::tell;
use crate::feedback::written;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of an answer, a note or a suggestion.
const TEXT_CHARS_MAX: usize = 8_000;

/// What was done just now that the page has a text for.
const DONE: [&str; 6] = [
    "added",
    "acknowledge",
    "answer",
    "withdraw",
    "note",
    "suggest",
];

/// What somebody does about a complaint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    /// Moves it to this state, and tells who complained.
    Move(ComplaintState),
    /// Notes something for the desk.
    Note,
    /// Makes a suggestion of it.
    Suggest,
}

impl Act {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "acknowledge" => Self::Move(ComplaintState::Acknowledged),
            "answer" => Self::Move(ComplaintState::Answered),
            "withdraw" => Self::Move(ComplaintState::Withdrawn),
            "note" => Self::Note,
            "suggest" => Self::Suggest,
            _ => return None,
        })
    }

    /// Whether nothing is done without words. Acknowledging is a message of its own, and who takes a complaint back said all.
    fn needs_words(self) -> bool {
        match self {
            Self::Move(ComplaintState::Answered) | Self::Note | Self::Suggest => true,
            Self::Move(_) => false,
        }
    }
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ActForm {
    act: String,
    text: String,
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    reference: String,
    state: &'static str,
    is_ended: bool,
    is_overdue: bool,
    door: &'static str,
    received_at: String,
    acknowledge_on: String,
    answer_on: String,
    name: String,
    email: String,
    phone: String,
    language: &'static str,
    text: String,
    /// Public id and reference of the message that it is about.
    message: Option<(Uuid, String)>,
    /// Public id and name of the organisation.
    organisation: Option<(Uuid, String)>,
    events: Vec<EventView>,
    form: ActForm,
    errors: Errors,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct EventView {
    at: String,
    who: String,
    /// State, or `note`.
    what: &'static str,
    text: String,
}

/// What the page shows beside the complaint.
struct Known {
    complaint: Complaint,
    message: Option<(Uuid, String)>,
    organisation: Option<(Uuid, String)>,
    events: Vec<EventView>,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&DONE);
    page(
        &site,
        &staff,
        id,
        ActForm::default(),
        Errors::default(),
        done,
    )
    .await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: ActForm,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let complaint_no = site.number(IdKind::Complaint, &id)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(site), site.now());
    let known = site
        .write(move |tx| {
            let known = known_of(&inner, tx, complaint_no)?;
            tx.record(now, &actor, "read", &format!("complaint {id}"), "")?;
            Ok(known)
        })
        .await?;
    let complaint = known.complaint;
    let view = View {
        id,
        reference: complaint.reference(),
        state: complaint.state.as_str(),
        is_ended: complaint.state.is_ended(),
        is_overdue: complaint.is_overdue(now.day()),
        door: complaint.content.door.as_str(),
        received_at: complaint.received_at.to_string(),
        acknowledge_on: complaint.content.acknowledge_on.to_string(),
        answer_on: complaint.content.answer_on.to_string(),
        name: complaint.content.name,
        email: complaint
            .content
            .email
            .map(|email| email.to_string())
            .unwrap_or_default(),
        phone: complaint.content.phone,
        language: complaint.content.language.as_str(),
        text: complaint.content.text,
        message: known.message,
        organisation: known.organisation,
        events: known.events,
        form,
        errors,
        done,
    };
    site.page(staff, "desk/feedback/complaint.html", &view)
}

fn known_of(site: &Site, tx: &mut Tx<'_>, complaint_no: i64) -> Result<Known, Refusal> {
    let complaint = tx.complaint(complaint_no)?.ok_or(Refusal::NotFound)?;
    let message = match complaint.content.notification_no {
        Some(number) => tx.notification(number)?,
        None => None,
    };
    let party = match complaint.content.party_no {
        Some(number) => tx.party(number)?,
        None => None,
    };
    let mut events = Vec::new();
    for event in tx.complaint_events(complaint_no)? {
        events.push(event_view(tx, event)?);
    }
    Ok(Known {
        message: message.map(|message| {
            let id = site.id(IdKind::Notification, message.notification_no);
            (id, message.reference())
        }),
        organisation: party.map(|party| (site.id(IdKind::Party, party.party_no), party.name)),
        complaint,
        events,
    })
}

fn event_view(tx: &mut Tx<'_>, event: ComplaintEvent) -> Result<EventView, Refusal> {
    let person = tx.person(event.person_no)?;
    Ok(EventView {
        at: event.at.to_string(),
        who: person.map(|person| person.name).unwrap_or_default(),
        what: event.state.map_or("note", ComplaintState::as_str),
        text: event.text,
    })
}

pub(super) async fn act(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<ActForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let act = Act::of(&form.act).ok_or(Refusal::Bad)?;
    let mut errors = Errors::default();
    let chars_min = usize::from(act.needs_words());
    let text = written(
        &mut errors,
        "text",
        &form.text,
        (chars_min, TEXT_CHARS_MAX),
        "desk-complaint-error-text",
    );
    if !errors.is_empty() {
        return page(&site, &staff, id, form, errors, None).await;
    }
    let complaint_no = site.number(IdKind::Complaint, &id)?;
    let (inner, who) = (site.clone(), staff.who.clone());
    site.write(move |tx| {
        let complaint = tx.complaint(complaint_no)?.ok_or(Refusal::NotFound)?;
        let by = (who.person.person_no, &text[..]);
        carry_out(&inner, tx, &complaint, act, by)?;
        let now = inner.now();
        let action = match act {
            Act::Move(state) => format!("complaint-{state}"),
            Act::Note => "note-complaint".to_owned(),
            Act::Suggest => "add-suggestion".to_owned(),
        };
        let subject = format!("complaint {id}");
        Ok(tx.record(now, &who.actor(&inner), &action, &subject, "")?)
    })
    .await?;
    let what = &form.act;
    let page = format!("/desk/feedback/complaints/{id}?done={what}");
    Ok(Redirect::to(&page).into_response())
}

fn carry_out(
    site: &Site,
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    act: Act,
    (person_no, text): (i64, &str),
) -> Result<(), Refusal> {
    let (complaint_no, now) = (complaint.complaint_no, site.now());
    match act {
        Act::Move(state) => {
            let is_next = !complaint.state.is_ended() && complaint.state != state;
            let steps = (complaint.state, state);
            if !is_next || !tx.move_complaint(complaint_no, steps, (person_no, text), now)? {
                return Err(Refusal::Conflict);
            }
            tell(site, tx, complaint, state.as_str(), text)
        }
        Act::Note => Ok(tx.note_on_complaint(complaint_no, (person_no, text), now)?),
        Act::Suggest => {
            let new = NewSuggestion {
                origin: SuggestionOrigin::Complaint,
                origin_no: Some(complaint_no),
                text,
                // Who complained is told with the answer.
                email: None,
                language: complaint.content.language,
            };
            tx.add_suggestion(&new, now)?;
            Ok(())
        }
    }
}
