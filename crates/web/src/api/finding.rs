//! Findings and messages: what the caller's organisation was told, each thing with the marking under which it was.
//!
//! Only what a message cites is shown. What other sources saw since may have a marking of its own.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{Endpoint, IdKind, Scope, Severity, ThreatSlug, Tlp};
use serde::Serialize;
use store::{InboxQuery, InboxRow, ObservationRow, ToldMessage};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::caller::Own;
use super::cursor::{After, AfterChange, AfterTold, Place as _};
use super::document::PageQuery;
use super::error::ApiError;
use super::parameters::{Parameters, no_parameters};
use super::shown::{page, page_of, shown};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_findings))
        .routes(routes!(get_finding))
        .routes(routes!(list_messages))
        .routes(routes!(get_message))
}

/// Something vulnerable or compromised, as the organisation was told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Finding {
    id: Uuid,
    /// What it is, as the catalogue calls it.
    #[schema(example = "open-rdp")]
    threat: String,
    /// Class and type (Reference Security Incident Taxonomy).
    #[schema(example = "vulnerable/potentially-unwanted-accessible")]
    classification: &'static str,
    /// `info`, `low`, `medium`, `high` or `critical`.
    #[schema(example = "medium")]
    severity: &'static str,
    /// Who may know (TLP 2.0), without `TLP:`.
    #[schema(example = "AMBER")]
    tlp: &'static str,
    /// `target`: could be attacked; `victim`: was attacked, or is abused.
    #[schema(example = "target")]
    role: &'static str,
    /// Where it was seen.
    endpoint: Option<Place>,
    /// CVE, family or account, where that tells it from others.
    identifier: Option<String>,
    /// Counts from 1; a higher one means that it came back.
    #[schema(example = 1)]
    episode: i32,
    /// The asset through which it concerns the organisation.
    asset_id: Option<Uuid>,
    /// The message in which it was told last.
    message_id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    told_at: String,
}

/// Where something was seen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[schema(example = "192.0.2.9")]
    address: Option<String>,
    name: Option<String>,
    #[schema(example = 3389)]
    port: Option<u16>,
    url: Option<String>,
}

/// A finding with what was seen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FindingDetail {
    #[serde(flatten)]
    finding: Finding,
    /// What the message cites; `null` when it is no longer kept.
    observation: Option<Observation>,
}

/// What a source saw.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Observation {
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    observed_at: String,
    #[schema(example = "medium")]
    severity: &'static str,
    #[schema(example = "AMBER")]
    tlp: &'static str,
    /// Port from which the traffic came.
    source_port: Option<u16>,
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
    #[schema(example = "AMBER")]
    tlp: &'static str,
    /// Findings in it.
    #[schema(example = 3)]
    findings: i64,
    /// `nl` or `en`.
    #[schema(example = "nl")]
    language: &'static str,
    /// How far it is.
    #[schema(example = "delivered")]
    state: &'static str,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    told_at: String,
}

/// A page of findings.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct FindingPage {
    items: Vec<Finding>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
}

/// A page of messages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct MessagePage {
    items: Vec<Message>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
}

/// Which findings.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct FindingQuery {
    /// Only this severity and worse ones.
    #[param(value_type = Option<String>, example = "high")]
    severity_min: Option<Severity>,
    /// Only this threat.
    #[param(value_type = Option<String>, example = "open-rdp")]
    threat: Option<ThreatSlug>,
}

fn finding(site: &Site, row: &InboxRow) -> Finding {
    Finding {
        id: site.id(IdKind::Finding, row.place.finding_no),
        threat: row.threat.clone(),
        classification: row.rsit.as_str(),
        severity: row.place.severity.as_str(),
        tlp: row.tlp.as_str(),
        role: row.role.as_str(),
        endpoint: Endpoint::from_key(&row.endpoint).map(|endpoint| place(&endpoint)),
        identifier: Some(row.identifier.clone()).filter(|text| !text.is_empty()),
        episode: row.episode,
        asset_id: row
            .asset_no
            .map(|asset_no| site.id(IdKind::Asset, asset_no)),
        message_id: site.id(IdKind::Notification, row.place.notification_no),
        told_at: row.told_at.to_string(),
    }
}

fn place(endpoint: &Endpoint) -> Place {
    let url = match endpoint {
        Endpoint::Url(url) => Some(url.to_string()),
        _ => None,
    };
    Place {
        address: endpoint.address().map(|address| address.to_string()),
        name: endpoint.name().map(ToString::to_string),
        port: endpoint.port().map(|port| port.get()),
        url,
    }
}

fn observation(row: &ObservationRow<'_>) -> Observation {
    Observation {
        observed_at: row.observed_at.to_string(),
        severity: row.severity.as_str(),
        tlp: row.tlp.as_str(),
        source_port: row.port,
    }
}

pub(super) fn message(site: &Site, told: &ToldMessage) -> impl Serialize + use<> {
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
        told_at: told.told_at.to_string(),
    }
}

/// Findings of which the organisation was told, newest message first. A page may be short and another follow.
#[utoipa::path(
    get, path = "/organisations/{organisation}/findings", tag = "findings", operation_id = "listFindings",
    params(FindingQuery, PageQuery),
    responses((status = 200, description = "A page", body = FindingPage)),
)]
async fn list_findings(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterTold>(&site);
    let threat: Option<ThreatSlug> = parameters.parsed("threat");
    let mut query = InboxQuery {
        severity_min: parameters.parsed("severityMin"),
        ..inbox(&site, &own)
    };
    parameters.end()?;
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let found = site
        .read(move |tx| {
            if let Some(slug) = &threat {
                query.threat_no = tx.known_threat_no(slug.as_str())?;
                if query.threat_no.is_none() {
                    return Ok(None);
                }
            }
            if let Some(after) = wanted.after {
                let place = tx.inbox_place(&query, after.line())?;
                query.after = Some(place.ok_or(Refusal::NotFound)?);
            }
            Ok(Some(tx.inbox(&query, limit)?))
        })
        .await?;
    let Some(found) = found else {
        return Ok(page_of::<Finding>(&parts, &[], None));
    };
    let items: Vec<Finding> = found.rows.iter().map(|row| finding(&site, row)).collect();
    let next = found.next.map(|place| AfterTold::from(&place).write(&site));
    Ok(page_of(&parts, &items, next))
}

/// All that the caller's organisation was told.
fn inbox(site: &Site, own: &Own) -> InboxQuery {
    InboxQuery::whole(own.party_no, Tlp::Red, site.now().day())
}

/// One finding of which the organisation was told, with what was seen.
#[utoipa::path(
    get, path = "/organisations/{organisation}/findings/{finding}", tag = "findings", operation_id = "getFinding",
    responses((status = 200, description = "The finding", body = FindingDetail)),
)]
async fn get_finding(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    no_parameters(&parts)?;
    let finding_no = own.number(&site, IdKind::Finding, "finding")?;
    let query = inbox(&site, &own);
    let read = site.read(move |tx| {
        let row = tx.inbox_row(&query, finding_no)?;
        let row = row.ok_or(Refusal::NotFound)?;
        let seen = tx.observation(row.cited)?;
        Ok((row, seen))
    });
    let (row, seen) = read.await?;
    let detail = FindingDetail {
        finding: finding(&site, &row),
        observation: seen.as_ref().map(observation),
    };
    Ok(shown(&parts.headers, &detail))
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
