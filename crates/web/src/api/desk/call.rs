//! Recipients who are to be called: who they are and by when, who of the desk calls, and what came of it. Numbers and what may be said
//! are for people.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use message::{Call, call_about, calls};
use model::{CallOutcome, IdKind, Scope, Timestamp};
use rules::access::{DeskDeed, staff_may};
use rules::call::{Again, NOTE_CHARS_MAX};
use serde::Serialize;
use store::{CallAttempt, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{must, note_read};
use crate::api::caller::{Caller, number_of_path};
use crate::api::cursor::{AfterCall, Place as _};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page_of, shown};
use crate::desk::{
    ATTEMPTS_MAX, NewAttempt, Noted, give_call_back, note_call, place_of_call, take_call,
};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of calls.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_calls))
        .routes(routes!(get_call))
        .routes(routes!(assign_call))
        .routes(routes!(list_call_attempts, note_call_attempt))
}

/// A recipient who is to be called about a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CallView {
    message_id: Uuid,
    /// What people call the message.
    #[schema(example = "NTF-2026-000042")]
    reference: String,
    /// Who is called.
    recipient_id: Uuid,
    #[schema(example = "critical")]
    severity: &'static str,
    /// `unanswered`: it was told and did not answer; `failed`: nobody got the message.
    #[schema(example = "unanswered")]
    why: &'static str,
    /// Whether a number is known.
    has_number: bool,
    /// By when.
    #[schema(format = DateTime, example = "2026-11-18T02:29:33Z")]
    due_at: String,
    /// Not before, as its contacts keep hours or somebody tried; `null`: now.
    #[schema(format = DateTime, example = "2026-11-18T08:00:00Z")]
    from: Option<String>,
    overdue: bool,
    /// Somebody of the desk who calls.
    assigned_to: Option<Uuid>,
}

page_schema! {
    /// A page of recipients who are to be called.
    CallPage, CallView
}

fn view_of(site: &Site, call: &Call, now: Timestamp) -> CallView {
    let row = &call.row;
    CallView {
        message_id: site.id(IdKind::Notification, row.notification_no),
        reference: row.reference(),
        recipient_id: site.id(IdKind::Party, row.recipient_no),
        severity: row.severity.as_str(),
        why: if row.is_failed() {
            "failed"
        } else {
            "unanswered"
        },
        has_number: call.has_number,
        due_at: call.due_at.to_string(),
        from: Some(call.from)
            .filter(|from| *from > now)
            .map(|from| from.to_string()),
        overdue: call.is_overdue(now),
        assigned_to: row
            .taken_by(now)
            .map(|person_no| site.id(IdKind::Person, person_no)),
    }
}

/// One call as it is shown; "not found" where nobody is called about the message (any more).
fn one(site: &Site, tx: &mut Tx<'_>, number: i64, now: Timestamp) -> Result<CallView, Refusal> {
    let call = call_about(tx, number, now)?.ok_or(Refusal::NotFound)?;
    Ok(view_of(site, &call, now))
}

/// Recipients who are to be called, what is due first on top: 1,000 at most.
#[utoipa::path(
    get, path = "/calls", tag = "desk", operation_id = "listCalls",
    params(PageQuery),
    responses((status = 200, description = "A page", body = CallPage)),
)]
async fn list_calls(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterCall>(&site);
    parameters.end()?;
    note_read(&site, &caller, "calls".to_owned()).await?;
    let (inner, now) = (site.clone(), site.now());
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let read = site.read(move |tx| {
        let after = match wanted.after {
            Some(after) => Some(place_of_call(tx, after.notification_no, after.first)?),
            None => None,
        };
        let mut list = calls(tx, now)?.list;
        list.retain(|call| after.is_none_or(|after| call.place(now) > after));
        let has_more = list.len() > limit;
        list.truncate(limit);
        let views = list.iter().map(|call| view_of(&inner, call, now));
        let next = list.last().filter(|_| has_more).map(|call| {
            let place = AfterCall {
                first: call.place(now).0,
                notification_no: call.row.notification_no,
            };
            place.write(&inner)
        });
        Ok((views.collect::<Vec<_>>(), next))
    });
    let (items, next) = read.await?;
    Ok(page_of(&parts, &items, next))
}

/// One recipient who is to be called about a message.
#[utoipa::path(
    get, path = "/calls/{message}", tag = "desk", operation_id = "getCall",
    responses((status = 200, description = "The call", body = CallView)),
)]
async fn get_call(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    note_read(&site, &caller, format!("notification {number}")).await?;
    let (inner, now) = (site.clone(), site.now());
    let view = site.read(move |tx| one(&inner, tx, number, now)).await?;
    Ok(shown(&parts.headers, &view))
}

/// Who calls.
#[derive(ToSchema)]
struct NewCaller {
    /// Somebody of the desk who may decide about messages, for 15 minutes; `null`: nobody.
    #[schema(value_type = Option<Uuid>, required = true)]
    person: Option<i64>,
}

impl NewCaller {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        if !fields.has("person") {
            fields.mistake("person", "missing", "it is needed, as an id or as null");
        }
        let person = fields.id(site, IdKind::Person, "person")?;
        Some(Self { person })
    }
}

/// Says who of the desk calls, or that nobody does; 409 where somebody else calls already.
#[utoipa::path(
    post, path = "/calls/{message}/_assign", tag = "desk", operation_id = "assignCall",
    request_body = NewCaller,
    responses((status = 200, description = "As it is now", body = CallView)),
)]
async fn assign_call(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::QueuesWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    let request = Request::from_parts(parts, body);
    let read = |fields: &mut Fields<'_, '_>| NewCaller::read(&site, fields);
    let (new, wanted) = sent(&caller, request, read).await?;
    let (actor, inner) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        one(&inner, tx, number, now)?;
        match new.person {
            None => {
                give_call_back(tx, number, (&actor, now))?;
            }
            Some(person_no) => {
                if !may_call(tx, person_no)? {
                    let why =
                        "there is nobody of this id at the desk who may decide about messages";
                    let mistake = Mistake::at("/person", "unknown", why);
                    return Err(ApiError::Invalid(vec![mistake]));
                }
                if !take_call(tx, number, person_no, (&actor, now))? {
                    return Err(ApiError::Exists("a call"));
                }
            }
        }
        Ok(Made::done(&one(&inner, tx, number, now)?))
    })
    .await
}

/// Whether somebody works at the desk and may call.
fn may_call(tx: &mut Tx<'_>, person_no: i64) -> Result<bool, Refusal> {
    let person = tx.person(person_no)?;
    let is_there = person.is_some_and(|person| person.closed_at.is_none());
    Ok(is_there && staff_may(&tx.staff_roles(person_no)?, DeskDeed::Handle))
}

/// An attempt to call a recipient about a message, without the number and without what was noted: both can name somebody.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CallAttemptView {
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    at: String,
    /// Who called; `null`: a program noted it.
    person_id: Option<Uuid>,
    #[schema(example = "no-answer")]
    outcome: &'static str,
    /// When the next attempt is to be; `null`: none.
    #[schema(format = DateTime, example = "2026-11-18T02:29:33Z")]
    next_at: Option<String>,
}

page_schema! {
    /// The attempts to call a recipient about a message.
    CallAttemptPage, CallAttemptView
}

fn attempts(site: &Site, tx: &mut Tx<'_>, number: i64) -> Result<Vec<CallAttemptView>, Refusal> {
    let attempts = tx.call_attempts(number, ATTEMPTS_MAX)?.into_iter();
    let view = |attempt: CallAttempt| CallAttemptView {
        at: attempt.at.to_string(),
        person_id: attempt
            .person_no
            .map(|person_no| site.id(IdKind::Person, person_no)),
        outcome: attempt.outcome.as_str(),
        next_at: attempt.next_at.map(|at| at.to_string()),
    };
    Ok(attempts.map(view).collect())
}

/// The attempts to call a recipient about a message, last first: the last 100.
#[utoipa::path(
    get, path = "/calls/{message}/attempts", tag = "desk", operation_id = "listCallAttempts",
    responses((status = 200, description = "The attempts", body = CallAttemptPage)),
)]
async fn list_call_attempts(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    note_read(&site, &caller, format!("notification {number}")).await?;
    let inner = site.clone();
    let items = site
        .read(move |tx| {
            tx.notification(number)?.ok_or(Refusal::NotFound)?;
            attempts(&inner, tx, number)
        })
        .await?;
    Ok(page_of(&parts, &items, None))
}

/// What came of calling.
#[derive(ToSchema)]
struct NewCallAttempt {
    /// `understood` and `refuses` end it.
    #[schema(value_type = String, example = "no-answer")]
    outcome: CallOutcome,
    /// Somebody of the desk who called.
    #[schema(value_type = Option<Uuid>)]
    person: Option<i64>,
    /// `soon` (15 minutes), `hour` or `hours` (when numbers are usually called); without it as fits the outcome.
    #[schema(value_type = Option<String>, example = "soon")]
    again: Option<Again>,
    /// The last block of the check code, as the recipient read it out. Needed for `understood` where the message was mailed.
    #[schema(example = "3MNP")]
    code: String,
    /// What else there is to know.
    #[schema(max_length = 500)]
    note: String,
}

impl NewCallAttempt {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        let words = [
            ("soon", Again::Soon),
            ("hour", Again::InAnHour),
            ("hours", Again::InHours),
        ];
        let outcome = fields.required::<CallOutcome>("outcome");
        let person = fields.id(site, IdKind::Person, "person");
        let again = match fields.value("again") {
            None => Some(None),
            Some(_) => fields.word("again", &words).map(Some),
        };
        let code = fields.optional_line("code", NOTE_CHARS_MAX);
        let note = fields.optional_line("note", NOTE_CHARS_MAX);
        Some(Self {
            outcome: outcome?,
            person: person?,
            again: again?,
            code: code?.unwrap_or_default(),
            note: note?.unwrap_or_default(),
        })
    }
}

/// Notes what came of calling a recipient about a message; 409 where somebody else has the call.
#[utoipa::path(
    post, path = "/calls/{message}/attempts", tag = "desk", operation_id = "noteCallAttempt",
    request_body = NewCallAttempt,
    responses((status = 200, description = "The attempts, with this one", body = CallAttemptPage)),
)]
async fn note_call_attempt(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::QueuesWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    let request = Request::from_parts(parts, body);
    let read = |fields: &mut Fields<'_, '_>| NewCallAttempt::read(&site, fields);
    let (new, wanted) = sent(&caller, request, read).await?;
    let (actor, inner) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let unknown = |field: &'static str, why: &'static str| {
            ApiError::Invalid(vec![Mistake::at(field, "unknown", why)])
        };
        if let Some(person_no) = new.person
            && !may_call(tx, person_no)?
        {
            let why = "there is nobody of this id at the desk who may decide about messages";
            return Err(unknown("/person", why));
        }
        let attempt = NewAttempt {
            notification_no: number,
            outcome: new.outcome,
            contact_no: None,
            again: new.again,
            code: new.code.clone(),
            note: new.note.clone(),
            person_no: new.person,
        };
        match note_call(&inner, tx, &attempt, (&actor, now))? {
            Noted::Done => {}
            Noted::Over | Noted::NoContact => return Err(ApiError::NotFound),
            Noted::Taken => return Err(ApiError::Exists("a call")),
            Noted::WrongCode => {
                let why = "the last block of the check code is needed where it was understood";
                let mistake = Mistake::at("/code", "bad-value", why);
                return Err(ApiError::Invalid(vec![mistake]));
            }
        }
        let items = attempts(&inner, tx, number)?;
        let page = serde_json::json!({ "items": items, "nextCursor": null, "next": null });
        Ok(Made::done(&page))
    })
    .await
}
