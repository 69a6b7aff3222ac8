//! Messages: what the caller's organisation was told at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::{IdKind, Scope, Timestamp};
use serde::Serialize;
use store::{ToldMessage, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::{After, AfterChange};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page, shown};
use crate::finding::links::{MessageLinks, end_of_message};
use crate::finding::why_unmailed;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes by which messages are read.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_messages))
        .routes(routes!(get_message))
        .routes(routes!(end_link))
}

/// What the organisation was told at once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: Uuid,
    /// What people call it.
    #[schema(example = "NTF-2026-000042")]
    reference: String,
    /// `alert`; `all-clear`: what the organisation called solved is not seen any more; or why nobody is mailed, as in `notMailed`.
    #[schema(example = "alert")]
    kind: &'static str,
    /// What it is about, as the catalogue calls it.
    #[schema(example = "open-rdp")]
    threat: String,
    #[schema(example = "medium")]
    severity: &'static str,
    #[schema(example = "TLP:AMBER")]
    tlp: &'static str,
    /// Findings in it.
    #[schema(example = 3)]
    findings: i64,
    /// `nl` or `en`.
    #[schema(example = "nl")]
    language: &'static str,
    /// How far it is; `not-mailed`: it is here, and nobody is mailed.
    #[schema(example = "delivered")]
    state: &'static str,
    /// Why nobody is mailed: `below-threshold`, or `not-wanted` where no contact takes its severity; `null`: contacts are.
    #[schema(example = "below-threshold")]
    not_mailed: Option<&'static str>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    told_at: String,
    /// When the link in its mail stops to work; `null`: it works no more, or its mail has none.
    #[schema(format = DateTime, example = "2027-02-16T02:14:33Z")]
    link_ends_at: Option<String>,
}

page_schema! {
    /// A page of messages.
    MessagePage, Message
}

fn links_of(
    tx: &mut Tx<'_>,
    messages: &[ToldMessage],
    now: Timestamp,
) -> Result<MessageLinks, Refusal> {
    let numbers = messages
        .iter()
        .map(|told| told.notification.notification_no);
    Ok(MessageLinks::of(tx, &numbers.collect::<Vec<i64>>(), now)?)
}

fn message(site: &Site, told: &ToldMessage, links: &MessageLinks) -> Message {
    let notification = &told.notification;
    let (number, kind) = (notification.notification_no, notification.key.kind);
    Message {
        id: site.id(IdKind::Notification, number),
        reference: notification.reference(),
        kind: kind.as_str(),
        threat: told.threat.clone(),
        severity: notification.key.severity.as_str(),
        tlp: notification.key.tlp.as_str(),
        findings: notification.lines,
        language: notification.key.language.as_str(),
        state: notification.state.as_str(),
        not_mailed: why_unmailed(kind),
        told_at: told.told_at.to_string(),
        link_ends_at: links
            .end(number, kind, notification.created_at)
            .map(|at| at.to_string()),
    }
}

/// Messages to the organisation, last told first.
#[utoipa::path(
    get, path = "/organisations/{organisation}/messages", tag = "findings", operation_id = "listMessages",
    params(PageQuery),
    responses((status = 200, description = "A page", body = MessagePage)),
)]
async fn list_messages(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterChange>(&site);
    parameters.end()?;
    let (before_no, limit) = (wanted.after.map(|after| after.0), wanted.limit + 1);
    let now = site.now();
    let read = site.read(move |tx| {
        let rows = tx.told_messages(own.party_no, before_no, limit)?;
        let links = links_of(tx, &rows, now)?;
        Ok((rows, links))
    });
    let (rows, links) = read.await?;
    let views = (
        |told: &ToldMessage| After(told.change_no),
        |told: ToldMessage| message(&site, &told, &links),
    );
    Ok(page(&site, &parts, &wanted, rows, views))
}

/// One message to the organisation.
#[utoipa::path(
    get, path = "/organisations/{organisation}/messages/{message}", tag = "findings", operation_id = "getMessage",
    responses((status = 200, description = "The message", body = Message)),
)]
async fn get_message(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    no_parameters(&parts)?;
    let notification_no = own.number(&site, IdKind::Notification, "message")?;
    let now = site.now();
    let read = site.read(move |tx| {
        let told = tx.told_message(own.party_no, notification_no)?;
        let told = told.ok_or(Refusal::NotFound)?;
        let links = links_of(tx, std::slice::from_ref(&told), now)?;
        Ok((told, links))
    });
    let (told, links) = read.await?;
    Ok(shown(&parts.headers, &message(&site, &told, &links)))
}

/// Ends the link that the mail of a message carries: nobody answers by it any more, also not who got the mail rightly. Answering by
/// mail, by telephone and by links that were forwarded goes on, and a next message has a link of its own. "Not found" where its mail has
/// no link that works. It is for keys with `organisation:write`, as the page is for administrators.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/messages/{message}/link", tag = "findings", operation_id = "endMessageLink",
    responses((status = 204, description = "It was ended")),
)]
async fn end_link(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    no_parameters(&parts)?;
    let notification_no = own.number(&site, IdKind::Notification, "message")?;
    let (asked, acting, now) = (site.clone(), own.acting(&site), site.now());
    site.change(
        move |tx| match end_of_message(&asked, tx, &acting, notification_no, now)? {
            true => Ok(()),
            false => Err(ApiError::NotFound),
        },
    )
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
