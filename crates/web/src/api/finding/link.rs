//! Links by which a finding was forwarded: which still work, and ending one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::{IdKind, Scope};
use serde::Serialize;
use store::AnswerLink;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::inbox;
use crate::api::caller::Own;
use crate::api::error::ApiError;
use crate::api::parameters::no_parameters;
use crate::api::shown::shown;
use crate::finding::links::{end, working};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of links.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_links))
        .routes(routes!(end_link))
}

/// Links of a finding that still work.
#[derive(Serialize, ToSchema)]
struct ForwardedLinks {
    items: Vec<ForwardedLink>,
}

/// A link by which a finding was forwarded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ForwardedLink {
    id: Uuid,
    /// To whom it was mailed; `null`: it is too old for that to be known.
    #[schema(example = "helpdesk@supplier.example")]
    email: Option<String>,
    /// When it stops to work.
    #[schema(format = DateTime, example = "2026-12-18T02:14:33Z")]
    ends_at: String,
}

fn forwarded(site: &Site, (link_no, link): (i64, AnswerLink)) -> ForwardedLink {
    ForwardedLink {
        id: site.id(IdKind::AnswerLink, link_no),
        email: Some(link.address).filter(|address| !address.is_empty()),
        ends_at: link.expires_at.to_string(),
    }
}

/// Links by which a finding was forwarded and that still work, newest first, 50 at most.
#[utoipa::path(
    get, path = "/organisations/{organisation}/findings/{finding}/links", tag = "findings", operation_id = "listFindingLinks",
    responses((status = 200, description = "The links", body = ForwardedLinks)),
)]
async fn list_links(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    // Addresses of people outside: who only reads findings does not see them on pages either.
    own.caller.must(Scope::FindingsWrite)?;
    no_parameters(&parts)?;
    let finding_no = own.number(&site, IdKind::Finding, "finding")?;
    let (query, now) = (inbox(&site, &own), site.now());
    let read = site.read(move |tx| {
        tx.inbox_row(&query, finding_no)?.ok_or(Refusal::NotFound)?;
        Ok(working(tx, query.party_no, finding_no, now)?)
    });
    let links = read.await?.into_iter();
    let items = links.map(|link| forwarded(&site, link)).collect();
    Ok(shown(&parts.headers, &ForwardedLinks { items }))
}

/// Ends a link by which a finding was forwarded: from now on it opens nothing.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/findings/{finding}/links/{link}", tag = "findings",
    operation_id = "endFindingLink",
    responses((status = 204, description = "It was ended")),
)]
async fn end_link(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsWrite)?;
    no_parameters(&parts)?;
    let finding_no = own.number(&site, IdKind::Finding, "finding")?;
    let link_no = own.number(&site, IdKind::AnswerLink, "link")?;
    let (asked, acting, now) = (site.clone(), own.acting(&site), site.now());
    site.change(
        move |tx| match end(&asked, tx, &acting, (finding_no, link_no), now)? {
            true => Ok(()),
            false => Err(ApiError::NotFound),
        },
    )
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
