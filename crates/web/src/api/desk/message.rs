//! Messages of the desk: which there are, keeping one back, and sending one again that failed.

use std::collections::HashMap;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use message::{Decider, SentAgain};
use model::{IdKind, Scope, Severity};
use serde::Serialize;
use store::{Delivery, MessageFilter, Notification, NotificationState, StoreError, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{NewReason, must, note_read};
use crate::api::caller::{Caller, number_of_path};
use crate::api::cursor::{After, AfterMessage, Place as _};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::once::{Made, bare, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page_of, shown};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of messages, for the desk.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_messages))
        .routes(routes!(get_message))
        .routes(routes!(list_attempts))
        .routes(routes!(hold_message))
        .routes(routes!(withhold_message))
        .routes(routes!(send_message_again))
}

/// A message, without what it tells.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeskMessage {
    id: Uuid,
    /// What people call it.
    #[schema(example = "NTF-2026-000042")]
    reference: String,
    /// Whom it tells.
    recipient_id: Uuid,
    /// `alert`; `all-clear`: what the recipient called solved is not seen any more; `below-threshold` or `not-wanted`: nobody is
    /// mailed.
    #[schema(example = "alert")]
    kind: &'static str,
    #[schema(example = "open-rdp")]
    threat: String,
    #[schema(example = "medium")]
    severity: &'static str,
    #[schema(example = "TLP:AMBER")]
    tlp: &'static str,
    /// Findings in it.
    #[schema(example = 3)]
    findings: i64,
    /// How far it is.
    #[schema(example = "held")]
    state: &'static str,
    /// Why it waits, or was kept back.
    reason: Option<String>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    made_at: String,
    /// Until when it waits, once it may go out: for office hours, or for another attempt.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    waits_until: Option<String>,
}

page_schema! {
    /// A page of messages of the desk.
    DeskMessagePage, DeskMessage
}

/// Which messages.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query)]
struct DeskMessageQuery {
    /// Only those that are this far.
    #[param(value_type = Option<String>, example = "held")]
    state: Option<NotificationState>,
    /// Only this severity.
    #[param(value_type = Option<String>, example = "high")]
    severity: Option<Severity>,
}

fn views(
    site: &Site,
    tx: &mut Tx<'_>,
    messages: &[Notification],
) -> Result<Vec<DeskMessage>, StoreError> {
    let threats: Vec<i64> = messages.iter().map(|it| it.key.threat_no).collect();
    let threats: HashMap<i64, String> = tx.threat_slugs(&threats)?.into_iter().collect();
    let now = site.now();
    let view = |message: &Notification| DeskMessage {
        id: site.id(IdKind::Notification, message.notification_no),
        reference: message.reference(),
        recipient_id: site.id(IdKind::Party, message.key.recipient_no),
        kind: message.key.kind.as_str(),
        threat: threats
            .get(&message.key.threat_no)
            .cloned()
            .unwrap_or_default(),
        severity: message.key.severity.as_str(),
        tlp: message.key.tlp.as_str(),
        findings: message.lines,
        state: message.state.as_str(),
        // Of one that failed it is what the relay said, which may name a mailbox.
        reason: Some(message.reason.clone())
            .filter(|reason| !reason.is_empty() && message.state != NotificationState::Failed),
        made_at: message.created_at.to_string(),
        waits_until: message.waits_until(now).map(|until| until.to_string()),
    };
    Ok(messages.iter().map(view).collect())
}

fn one(site: &Site, tx: &mut Tx<'_>, notification_no: i64) -> Result<DeskMessage, Refusal> {
    let message = tx.notification(notification_no)?.ok_or(Refusal::NotFound)?;
    let mut view = views(site, tx, std::slice::from_ref(&message))?;
    view.pop().ok_or(Refusal::NotFound)
}

/// Messages, last made first.
#[utoipa::path(
    get, path = "/messages", tag = "desk", operation_id = "listDeskMessages",
    params(DeskMessageQuery, PageQuery),
    responses((status = 200, description = "A page", body = DeskMessagePage)),
)]
async fn list_messages(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterMessage>(&site);
    let filter = MessageFilter {
        state: parameters.parsed("state"),
        severity: parameters.parsed("severity"),
        kind: None,
        recipient_no: None,
    };
    parameters.end()?;
    note_read(&site, &caller, "messages".to_owned()).await?;
    let before_no = wanted.after.map_or(i64::MAX, |after| after.0);
    let (limit, shown_by) = (
        usize::try_from(wanted.limit).unwrap_or_default(),
        site.clone(),
    );
    let read = site.read(move |tx| {
        let found = tx.message_page(&filter, before_no, limit)?;
        Ok((views(&shown_by, tx, &found.messages)?, found.next_before))
    });
    let (items, next_before) = read.await?;
    let next = next_before.map(|number| {
        let place: AfterMessage = After(number);
        place.write(&site)
    });
    Ok(page_of(&parts, &items, next))
}

/// One message.
#[utoipa::path(
    get, path = "/messages/{message}", tag = "desk", operation_id = "getDeskMessage",
    responses((status = 200, description = "The message", body = DeskMessage)),
)]
async fn get_message(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    note_read(&site, &caller, format!("notification {number}")).await?;
    let shown_by = site.clone();
    let view = site.read(move |tx| one(&shown_by, tx, number)).await?;
    Ok(shown(&parts.headers, &view))
}

/// An attempt to hand a mail of a message over, without to whom and what was said there: both can name somebody.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeliveryAttempt {
    /// Counts from 1 for each address.
    #[schema(example = 1)]
    attempt: i32,
    /// How far it is.
    #[schema(example = "sent")]
    state: &'static str,
    /// Not before.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    due_at: String,
    /// It goes out encrypted.
    encrypted: bool,
}

page_schema! {
    /// The attempts to hand over the mails of a message.
    DeliveryAttemptPage, DeliveryAttempt
}

/// The attempts to hand over the mails of a message, all of them: one or more for each address to which it goes.
#[utoipa::path(
    get, path = "/messages/{message}/deliveries", tag = "desk", operation_id = "listDeliveryAttempts",
    responses((status = 200, description = "The attempts", body = DeliveryAttemptPage)),
)]
async fn list_attempts(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    note_read(&site, &caller, format!("notification {number}")).await?;
    let deliveries = site.read(move |tx| {
        tx.notification(number)?.ok_or(Refusal::NotFound)?;
        Ok(tx.deliveries_of(number)?)
    });
    let attempt = |delivery: Delivery| DeliveryAttempt {
        attempt: delivery.attempt,
        state: delivery.state.as_str(),
        due_at: delivery.due_at.to_string(),
        encrypted: delivery.is_sealed,
    };
    let items: Vec<_> = deliveries.await?.into_iter().map(attempt).collect();
    Ok(page_of(&parts, &items, None))
}

/// Has a message wait that was approved and did not go out yet; otherwise 409.
#[utoipa::path(
    post, path = "/messages/{message}/_hold", tag = "desk", operation_id = "holdMessage",
    request_body = NewReason,
    responses((status = 200, description = "It waits", body = DeskMessage)),
)]
async fn hold_message(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    keep_back(&site, caller, request, |decider, tx, number, reason| {
        decider.hold(tx, number, reason)
    })
    .await
}

/// Nobody is told with this message, if it did not go out yet; otherwise 409.
#[utoipa::path(
    post, path = "/messages/{message}/_withhold", tag = "desk", operation_id = "withholdMessage",
    request_body = NewReason,
    responses((status = 200, description = "It is withheld", body = DeskMessage)),
)]
async fn withhold_message(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    keep_back(&site, caller, request, |decider, tx, number, reason| {
        decider.withhold_notification(tx, number, reason)
    })
    .await
}

/// Sends a message again that failed, in a text of now and to the contacts of now that did not get it; otherwise 409. It was
/// approved before, so this lets nothing out that a person did not.
#[utoipa::path(
    post, path = "/messages/{message}/_send-again", tag = "desk", operation_id = "sendMessageAgain",
    responses((status = 200, description = "It is on its way", body = DeskMessage)),
)]
async fn send_message_again(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesWrite)?;
    let number = number_of_path(&mut parts, &site, IdKind::Notification, "message").await?;
    let wanted = bare(&caller, &parts)?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        one(&shown_by, tx, number)?;
        let decider = Decider { name: &actor, now };
        match decider.send_again(tx, number)? {
            SentAgain::Again => Ok(Made::done(&one(&shown_by, tx, number)?)),
            SentAgain::NotFailed => Err(ApiError::Exists("a decision or a mail")),
            SentAgain::Nobody => Err(ApiError::Nobody),
        }
    })
    .await
}

async fn keep_back(
    site: &Site,
    caller: Caller,
    request: Request,
    act: fn(&Decider<'_>, &mut Tx<'_>, i64, &str) -> Result<bool, StoreError>,
) -> Result<Response, ApiError> {
    must(&caller, Scope::MessagesWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, site, IdKind::Notification, "message").await?;
    let request = Request::from_parts(parts, body);
    let (new, wanted) = sent(&caller, request, NewReason::read).await?;
    let (actor, shown_by) = (caller.actor(site), site.clone());
    once(site, wanted, move |tx, now| {
        one(&shown_by, tx, number)?;
        let decider = Decider { name: &actor, now };
        if !act(&decider, tx, number, &new.reason)? {
            return Err(ApiError::Exists("a decision or a mail"));
        }
        Ok(Made::done(&one(&shown_by, tx, number)?))
    })
    .await
}
