//! Disputes about assets that nobody has decided. What they are about is read and decided with a key that is made for that; each
//! read is in the audit log, under both organisations.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::Dispute;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::claim::Claim;
use super::{NewReason, must, note_read};
use crate::api::caller::{Caller, number_of_path};
use crate::api::cursor::{After, AfterDispute};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page, shown};
use crate::desk::dispute::{keep, sides_of};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of disputes.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_disputes))
        .routes(routes!(get_dispute))
        .routes(routes!(decide_dispute))
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

/// A dispute with what it is about, and what speaks for either side.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DisputeDetail {
    id: Uuid,
    #[schema(example = "domain")]
    kind: &'static str,
    #[schema(example = "hospital.example")]
    value: String,
    /// What the second side says is its own lies inside what the first one has; otherwise the two are the same.
    inside: bool,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    opened_at: String,
    /// The one that had it first, and the one that came later.
    sides: Vec<Claim>,
}

/// One dispute that nobody has decided.
#[utoipa::path(
    get, path = "/disputes/{dispute}", tag = "desk", operation_id = "getDispute",
    responses((status = 200, description = "The dispute", body = DisputeDetail)),
)]
async fn get_dispute(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ClaimsRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::Dispute, "dispute").await?;
    let (actor, now, shown_by) = (caller.actor(&site), site.now(), site.clone());
    let view = site.write(move |tx| {
        let found = tx.dispute_open(number)?.ok_or(Refusal::NotFound)?;
        let sides = sides_of(&shown_by, tx, &found, &actor, now)?;
        Ok(DisputeDetail {
            id: shown_by.id(IdKind::Dispute, number),
            kind: found.value.kind().as_str(),
            value: found.value.to_string(),
            inside: found.is_inside,
            opened_at: found.opened_at.to_string(),
            sides: sides.into_iter().map(Claim::from).collect(),
        })
    });
    Ok(shown(&parts.headers, &view.await?))
}

/// For which side a dispute is decided.
#[derive(ToSchema)]
struct NewDisputeDecision {
    /// Asset of the side that keeps it. That of the other side is closed, but what lies around the one that is kept stays.
    #[schema(value_type = Uuid)]
    keep: i64,
    /// Two words or more, with 8 letters or more.
    #[schema(
        max_length = 500,
        min_length = 8,
        example = "a letter of its registrar"
    )]
    reason: String,
}

impl NewDisputeDecision {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.needs("keep");
        let keep = fields.id(site, IdKind::Asset, "keep");
        let reason = NewReason::read(fields);
        Some(Self {
            keep: keep??,
            reason: reason?.reason,
        })
    }
}

/// Decides a dispute: the asset that is kept is proved for a year, and is told of what was seen there from now on. "Not found" once
/// it is decided.
#[utoipa::path(
    post, path = "/disputes/{dispute}/_decide", tag = "desk", operation_id = "decideDispute",
    request_body = NewDisputeDecision,
    responses((status = 204, description = "It is decided")),
)]
async fn decide_dispute(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ClaimsWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, &site, IdKind::Dispute, "dispute").await?;
    let request = Request::from_parts(parts, body);
    let read = |fields: &mut Fields<'_, '_>| NewDisputeDecision::read(&site, fields);
    let (new, wanted) = sent(&caller, request, read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let found = tx.dispute_open(number)?.ok_or(ApiError::NotFound)?;
        if !keep(&shown_by, tx, (&found, new.keep), &new.reason, &actor, now)? {
            let why = "it is the asset of neither side";
            let mistake = Mistake::at("/keep", "unknown", why);
            return Err(ApiError::Invalid(vec![mistake]));
        }
        Ok(Made::nothing())
    })
    .await
}
