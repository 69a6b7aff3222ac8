//! Findings and messages: what the caller's organisation was told, each thing with the marking under which it was.
//!
//! Only what a message cites is shown. What other sources saw since may have a marking of its own.

mod answer;
mod choice;
mod customers;
mod forward;
mod history;
mod link;
mod mandated;
mod message;
mod search;
mod usefulness;

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{Endpoint, IdKind, Relation, Scope, Severity, ThreatSlug, Tlp};
use serde::Serialize;
use store::{InboxQuery, InboxRow, ObservationRow};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::choice::{FindingChoice, StatusWanted};
use self::search::found;
use super::caller::Own;
use super::cursor::AfterTold;
use super::document::{PageQuery, page_schema};
use super::error::ApiError;
use super::parameters::{Parameters, no_parameters};
use super::shown::{page_of, shown};
use crate::finding::{OwnReferences, own_reference, own_references, why_unmailed};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of findings and messages.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_findings))
        .routes(routes!(get_finding))
        .merge(search::routes())
        .merge(answer::routes())
        .merge(history::routes())
        .merge(mandated::routes())
        .merge(forward::routes())
        .merge(link::routes())
        .merge(message::routes())
        .merge(usefulness::routes())
        .merge(customers::routes())
}

/// Something vulnerable or compromised, as the organisation was told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
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
    /// Who may know (TLP 2.0).
    #[schema(example = "TLP:AMBER")]
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
    /// The asset through which it concerns the organisation; `null` for a copy: it is of another organisation.
    asset_id: Option<Uuid>,
    /// `owner`: it runs the system; `provider`: a customer or user of it does; `relay`: it gets a copy by an agreement.
    #[schema(example = "owner")]
    relation: &'static str,
    /// What the organisation calls that asset, by its group.
    #[schema(example = "CMDB-0042")]
    own_reference: Option<String>,
    /// The message in which it was told last.
    message_id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    told_at: String,
    /// Why nobody was mailed: `below-threshold`, or `not-wanted` where no contact takes its severity; `null`: contacts were.
    #[schema(example = "below-threshold")]
    not_mailed: Option<&'static str>,
    /// When it was seen last, as far as its marking lets it be told.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    last_seen_at: String,
    /// How far the organisation is with it: `new`, `seen`, or what it answered.
    #[schema(example = "in-progress")]
    status: &'static str,
    /// With `risk-accepted`: until when.
    #[schema(format = Date)]
    until: Option<String>,
    /// The member who works on it.
    assigned_to: Option<Uuid>,
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
    #[schema(example = "TLP:AMBER")]
    tlp: &'static str,
    /// Port from which the traffic came.
    source_port: Option<u16>,
}

page_schema! {
    /// A page of findings.
    FindingPage, Finding
}

/// Which findings.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct FindingQuery {
    /// `open`: those about which something is still to be done; `all`, as without it; or what was answered.
    #[param(value_type = Option<String>, example = "open")]
    status: Option<String>,
    /// Only this severity and worse ones.
    #[param(value_type = Option<String>, example = "high")]
    severity_min: Option<Severity>,
    /// Only this threat.
    #[param(value_type = Option<String>, example = "open-rdp")]
    threat: Option<ThreatSlug>,
}

pub(super) fn finding(site: &Site, row: &InboxRow, own_names: &OwnReferences) -> Finding {
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
        relation: row.relation.as_str(),
        asset_id: row
            .asset_no
            .filter(|_| row.relation != Relation::Relay)
            .map(|asset_no| site.id(IdKind::Asset, asset_no)),
        own_reference: own_reference(row, own_names).map(str::to_owned),
        message_id: site.id(IdKind::Notification, row.place.notification_no),
        told_at: row.told_at.to_string(),
        not_mailed: why_unmailed(row.kind),
        last_seen_at: row.last_seen().to_string(),
        status: row.status.as_str(),
        until: row.until.map(|day| day.to_string()),
        assigned_to: row
            .assigned_to
            .map(|person_no| site.id(IdKind::Person, person_no)),
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
    let status: Option<StatusWanted> = parameters.parsed("status");
    let choice = FindingChoice {
        status: status.map(|wanted| wanted.0),
        severity_min: parameters.parsed("severityMin"),
        threat: parameters.parsed("threat"),
        ..FindingChoice::default()
    };
    parameters.end()?;
    let (items, next) = found(&site, &own, choice, wanted).await?;
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
        let own_names = own_references(tx, std::slice::from_ref(&row))?;
        Ok((row, seen, own_names))
    });
    let (row, seen, own_names) = read.await?;
    let detail = FindingDetail {
        finding: finding(&site, &row, &own_names),
        observation: seen.as_ref().map(observation),
    };
    Ok(shown(&parts.headers, &detail))
}
