//! Messages: what the caller's organisation was told at once.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::ToldMessage;
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
use crate::finding::why_unmailed;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes by which messages are read.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_messages))
        .routes(routes!(get_message))
}

/// What the organisation was told at once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: Uuid,
    /// What people call it.
    #[schema(example = "NTF-2026-000042")]
    reference: String,
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
}

page_schema! {
    /// A page of messages.
    MessagePage, Message
}

fn message(site: &Site, told: &ToldMessage) -> Message {
    let notification = &told.notification;
    Message {
        id: site.id(IdKind::Notification, notification.notification_no),
        reference: notification.reference(),
        threat: told.threat.clone(),
        severity: notification.key.severity.as_str(),
        tlp: notification.key.tlp.as_str(),
        findings: notification.lines,
        language: notification.key.language.as_str(),
        state: notification.state.as_str(),
        not_mailed: why_unmailed(notification.key.kind),
        told_at: told.told_at.to_string(),
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
    let rows = site.read(move |tx| Ok(tx.told_messages(own.party_no, before_no, limit)?));
    let views = (
        |told: &ToldMessage| After(told.change_no),
        |told: ToldMessage| message(&site, &told),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
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
    let told = site.read(move |tx| {
        tx.told_message(own.party_no, notification_no)?
            .ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &message(&site, &told.await?)))
}
