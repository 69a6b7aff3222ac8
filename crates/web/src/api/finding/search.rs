//! Looking for findings, and taking all of them along as lines of JSON.

use axum::extract::{Request, State};
use axum::response::Response;
use model::Scope;
use serde::Serialize;
use store::{InboxPage, InboxQuery, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::choice::{ExportChoice, FindingChoice, FindingSearch, OrderWanted};
use super::{Finding, finding, inbox};
use crate::api::caller::Own;
use crate::api::cursor::{AfterTold, Place as _};
use crate::api::error::ApiError;
use crate::api::fields::{asked, page_wanted};
use crate::api::parameters::PageWanted;
use crate::api::shown::{found_page, json};
use crate::download::file;
use crate::finding::{OwnReferences, Piece, findings_pages, note_export, own_references};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes by which findings are looked for.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(search_findings))
        .routes(routes!(export_findings))
}

/// Findings that were looked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FoundFindings {
    items: Vec<Finding>,
    /// Cursor of the next page, for the next request; `null` on the last one.
    next_cursor: Option<String>,
}

/// Looks for findings of which the organisation was told. A page may be short, or empty, and another follow: one question reads
/// 2,000 lines of messages and no more.
#[utoipa::path(
    post, path = "/organisations/{organisation}/findings/_search", tag = "findings", operation_id = "searchFindings",
    request_body = FindingSearch,
    responses((status = 200, description = "What was found", body = FoundFindings)),
)]
async fn search_findings(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let (choice, wanted) = asked(request, |fields| {
        let choice = FindingChoice::read(&site, fields);
        let order: Option<Option<OrderWanted>> = fields.optional("order");
        let wanted = page_wanted(&site, fields);
        let choice = FindingChoice {
            order: order?.map(|wanted| wanted.0).unwrap_or_default(),
            ..choice?
        };
        Some((choice, wanted?))
    })
    .await?;
    let (items, next_cursor) = found(&site, &own, choice, wanted).await?;
    Ok(found_page(&FoundFindings { items, next_cursor }))
}

/// A page of the findings that fit, and the cursor of the next.
pub(super) async fn found(
    site: &Site,
    own: &Own,
    choice: FindingChoice,
    wanted: PageWanted<AfterTold>,
) -> Result<(Vec<Finding>, Option<String>), ApiError> {
    let whole = inbox(site, own);
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let found = site.read(move |tx| {
        let Some(mut query) = choice.query(&whole, tx)? else {
            return Ok((InboxPage::default(), OwnReferences::new()));
        };
        if let Some(after) = wanted.after {
            let place = after.place(tx, &query)?;
            query.after = Some(place.ok_or(Refusal::NotFound)?);
        }
        let found = tx.inbox(&query, limit)?;
        let own_names = own_references(tx, &found.rows)?;
        Ok((found, own_names))
    });
    let (found, own_names) = found.await?;
    let rows = found.rows.iter();
    let items = rows.map(|row| finding(site, row, &own_names)).collect();
    let next = found.next.map(|place| AfterTold::from(&place).write(site));
    Ok((items, next))
}

/// All findings that fit, one a line, as they are read: NDJSON. A file that cannot be read to its end is broken off.
#[utoipa::path(
    post, path = "/organisations/{organisation}/findings/_export", tag = "findings", operation_id = "exportFindings",
    request_body = ExportChoice,
    responses((status = 200, description = "A finding in each line", content_type = "application/x-ndjson", body = String)),
)]
async fn export_findings(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let choice = asked(request, |fields| FindingChoice::read(&site, fields)).await?;
    note_export(&site, own.acting(&site), "ndjson").await?;
    let whole: InboxQuery = inbox(&site, &own);
    let ask = move |tx: &mut Tx<'_>| choice.query(&whole, tx);
    let content = findings_pages(site, ask, lines_of).await?;
    Ok(file("application/x-ndjson", "findings.ndjson", content))
}

fn lines_of(site: &Site, piece: Piece<'_>) -> Vec<u8> {
    let lines = piece
        .rows
        .iter()
        .map(|row| json(&finding(site, row, piece.own_references)) + "\n");
    lines.collect::<String>().into_bytes()
}
