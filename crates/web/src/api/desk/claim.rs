//! Claims that an organisation asks the desk to look at, with the document that should prove them.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::ProofReview;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{NewReason, must, note_read};
use crate::api::caller::{Caller, number_of_path};
use crate::api::cursor::{After, AfterProofReview};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page, shown};
use crate::desk::ClaimView;
use crate::desk::review::{document_of, judge, read_review};
use crate::site::Site;

/// The routes of claims that wait for the desk.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_reviews))
        .routes(routes!(get_review))
        .routes(routes!(get_document))
        .routes(routes!(decide_review))
}

/// What an organisation says is its own, and what speaks for that.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claim {
    asset_id: Uuid,
    organisation_id: Uuid,
    #[schema(example = "Example Hospital")]
    organisation: String,
    #[schema(example = "essential")]
    legal_class: &'static str,
    #[schema(example = "hospital.example")]
    value: String,
    /// How it is proved; `none`, or `desk` where it comes from the register.
    #[schema(example = "dns")]
    method: &'static str,
    /// What was seen when it was proved.
    evidence: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    proved_at: Option<String>,
    /// First day on which it holds.
    #[schema(format = Date, example = "2026-11-18")]
    valid_from: Option<String>,
}

impl From<ClaimView> for Claim {
    fn from(view: ClaimView) -> Self {
        Self {
            asset_id: view.asset_id,
            organisation_id: view.party_id,
            organisation: view.party,
            legal_class: view.legal_class,
            value: view.value,
            method: view.method,
            evidence: view.evidence,
            proved_at: view.proved_at,
            valid_from: Some(view.from).filter(|day| !day.is_empty()),
        }
    }
}

/// A claim that waits for the desk, without what it is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProofReview)]
struct ReviewView {
    id: Uuid,
    /// What kind of asset it is about.
    #[schema(example = "domain")]
    kind: &'static str,
    /// Whose claim it is.
    organisation_id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    asked_at: String,
}

page_schema! {
    /// A page of claims that wait.
    ProofReviewPage, ReviewView
}

/// Claims that the desk is asked to look at, oldest first.
#[utoipa::path(
    get, path = "/proof-reviews", tag = "desk", operation_id = "listProofReviews",
    params(PageQuery),
    responses((status = 200, description = "A page", body = ProofReviewPage)),
)]
async fn list_reviews(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::DeskRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterProofReview>(&site);
    parameters.end()?;
    note_read(&site, &caller, "proofs".to_owned()).await?;
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.proof_reviews_open(after_no, limit)?));
    let view = |review: ProofReview| ReviewView {
        id: site.id(IdKind::ProofReview, review.review_no),
        kind: review.value.kind().as_str(),
        organisation_id: site.id(IdKind::Party, review.party_no),
        asked_at: review.asked_at.to_string(),
    };
    let views = (|review: &ProofReview| After(review.review_no), view);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// A claim that waits for the desk, with what it is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProofReviewDetail {
    id: Uuid,
    claim: Claim,
    /// What the organisation writes.
    note: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    asked_at: String,
    /// The document that should prove it, if one was sent.
    document: Option<ProofDocument>,
}

/// A document that should prove something.
#[derive(Serialize, ToSchema)]
struct ProofDocument {
    /// As the organisation named it.
    #[schema(example = "letter.pdf")]
    name: String,
    #[schema(example = 48_213)]
    bytes: i64,
}

/// One claim that waits. That it was read is in the audit log of the organisation.
#[utoipa::path(
    get, path = "/proof-reviews/{review}", tag = "desk", operation_id = "getProofReview",
    responses((status = 200, description = "The claim", body = ProofReviewDetail)),
)]
async fn get_review(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ClaimsRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::ProofReview, "review").await?;
    let (actor, now, shown_by) = (caller.actor(&site), site.now(), site.clone());
    let view = site.write(move |tx| {
        let (found, claim) = read_review(&shown_by, tx, number, &actor, now)?;
        let document = tx.proof_document_name(number)?;
        Ok(ProofReviewDetail {
            id: shown_by.id(IdKind::ProofReview, number),
            claim: claim.into(),
            note: found.note,
            asked_at: found.asked_at.to_string(),
            document: document.map(|(name, bytes)| ProofDocument { name, bytes }),
        })
    });
    Ok(shown(&parts.headers, &view.await?))
}

/// The document for a claim, as it was sent. It comes from somebody else: open it with care.
#[utoipa::path(
    get, path = "/proof-reviews/{review}/document", tag = "desk", operation_id = "getProofDocument",
    responses((status = 200, description = "The document", body = Vec<u8>, content_type = "application/octet-stream")),
)]
async fn get_document(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ClaimsRead)?;
    no_parameters(&parts)?;
    let number = number_of_path(&mut parts, &site, IdKind::ProofReview, "review").await?;
    let id = site.id(IdKind::ProofReview, number);
    Ok(document_of(&site, (number, id), caller.actor(&site)).await?)
}

/// What is decided about a claim.
#[derive(ToSchema)]
struct NewReviewDecision {
    /// `accept`: it is the organisation's, for a year; `refuse`: it stays a claim.
    #[schema(value_type = String, example = "accept")]
    decision: bool,
    /// Two words or more, with 8 letters or more. The organisation reads it.
    #[schema(
        max_length = 500,
        min_length = 8,
        example = "a letter of its registrar"
    )]
    reason: String,
}

impl NewReviewDecision {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let words = [("accept", true), ("refuse", false)];
        let (decision, reason) = (fields.word("decision", &words), NewReason::read(fields));
        Some(Self {
            decision: decision?,
            reason: reason?.reason,
        })
    }
}

/// Decides whether a claim is proved by its document, which is removed. "Not found" once it is decided.
#[utoipa::path(
    post, path = "/proof-reviews/{review}/_decide", tag = "desk", operation_id = "decideProofReview",
    request_body = NewReviewDecision,
    responses((status = 204, description = "It is decided")),
)]
async fn decide_review(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ClaimsWrite)?;
    let (mut parts, body) = request.into_parts();
    let number = number_of_path(&mut parts, &site, IdKind::ProofReview, "review").await?;
    let request = Request::from_parts(parts, body);
    let (new, wanted) = sent(&caller, request, NewReviewDecision::read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let found = tx.proof_review_open(number)?.ok_or(ApiError::NotFound)?;
        judge(
            &shown_by,
            tx,
            (&found, new.decision),
            &new.reason,
            &actor,
            now,
        )?;
        Ok(Made::nothing())
    })
    .await
}
