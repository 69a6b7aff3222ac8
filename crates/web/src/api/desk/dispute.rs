//! Disputes about assets that nobody has decided. What they are about is for a person to read, who says why.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::Dispute;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{must, note_read};
use crate::api::caller::Caller;
use crate::api::cursor::{After, AfterDispute};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::Parameters;
use crate::api::shown::page;
use crate::site::Site;

/// The route of disputes.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_disputes))
}

/// Two organisations that say that the same is theirs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Dispute)]
struct DisputeView {
    id: Uuid,
    /// What kind of asset it is about.
    #[schema(example = "domain")]
    kind: &'static str,
    /// The organisation that had it first.
    older_organisation_id: Uuid,
    /// The one that came later.
    younger_organisation_id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    opened_at: String,
}

page_schema! {
    /// A page of disputes.
    DisputePage, DisputeView
}

/// Disputes that nobody has decided, oldest first.
#[utoipa::path(
    get, path = "/disputes", tag = "desk", operation_id = "listDisputes",
    params(PageQuery),
    responses((status = 200, description = "A page", body = DisputePage)),
)]
async fn list_disputes(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::DeskRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterDispute>(&site);
    parameters.end()?;
    note_read(&site, &caller, "disputes".to_owned()).await?;
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.disputes_open(after_no, limit)?));
    let view = |dispute: Dispute| DisputeView {
        id: site.id(IdKind::Dispute, dispute.dispute_no),
        kind: dispute.value.kind().as_str(),
        older_organisation_id: site.id(IdKind::Party, dispute.older.party_no),
        younger_organisation_id: site.id(IdKind::Party, dispute.younger.party_no),
        opened_at: dispute.opened_at.to_string(),
    };
    let views = (|dispute: &Dispute| After(dispute.dispute_no), view);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}
