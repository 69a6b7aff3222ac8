//! Proofs: how far an asset is proved, what would prove it, and having that looked at. A document goes by the portal.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use model::{EmailAddress, IdKind, ProofPlace, Scope};
use proof::{evidence, record_text};
use serde::Serialize;
use store::{CodeSubject, OwnAsset};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Asset, asset};
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, bare, once, sent};
use crate::api::organisation::{NewCode, wrong_code};
use crate::api::parameters::no_parameters;
use crate::api::shown::{found_page, shown};
use crate::asset::prove::{self, NOTE_CHARS_MAX, mail};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of proofs.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(get_proof))
        .routes(routes!(prove_asset))
        .routes(routes!(send_code))
        .routes(routes!(check_code))
        .routes(routes!(ask_review))
}

/// How far an asset is proved, and what would prove it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Proof {
    /// How it is proved: `desk` where the desk entered it; `null`: not yet, or no longer.
    #[schema(example = "dns")]
    method: Option<&'static str>,
    /// What was seen where.
    evidence: Option<String>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    proved_at: Option<String>,
    /// First day on which the proof no longer counts.
    #[schema(format = Date, example = "2027-11-18")]
    valid_until: Option<String>,
    /// A TXT record of this name with `text` proves it; `null`: no record does.
    #[schema(example = "_seinpost-challenge.hospital.example")]
    record_name: Option<String>,
    /// A file at this address with `text` in a line of its own proves it; `null`: no file does.
    file_address: Option<String>,
    /// The same for all assets of the organisation.
    text: String,
    /// Addresses to which a code can be mailed.
    mail_addresses: Vec<String>,
    /// Where a code went that can still be sent to `_check-code`.
    code_sent_to: Option<String>,
    /// Classes of problems that were seen there while it is a claim.
    seen: Vec<&'static str>,
}

/// What a look at an asset came to.
#[derive(Serialize, ToSchema)]
struct Looked {
    /// Whether it is proved now.
    proved: bool,
}

/// To which address a code is mailed.
#[derive(ToSchema)]
struct NewProofCode {
    /// One of `mailAddresses`.
    #[schema(value_type = String, example = "hostmaster@hospital.example")]
    to: EmailAddress,
}

/// What the desk should know about a claim.
#[derive(ToSchema)]
struct NewReview {
    #[schema(max_length = 1000, min_length = 1)]
    note: String,
}

/// What an asset is, and whether it is there.
pub(super) async fn held(site: &Site, own: &Own) -> Result<OwnAsset, ApiError> {
    let (party_no, asset_no) = (own.party_no, own.number(site, IdKind::Asset, "asset")?);
    let held = site.read(move |tx| tx.own_asset(party_no, asset_no)?.ok_or(Refusal::NotFound));
    Ok(held.await?)
}

/// How far an asset is proved, and what would prove it.
#[utoipa::path(
    get, path = "/organisations/{organisation}/assets/{asset}/proof", tag = "assets", operation_id = "getProof",
    responses((status = 200, description = "The proof", body = Proof)),
)]
async fn get_proof(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    no_parameters(&parts)?;
    let asset = held(&site, &own).await?;
    let (asset_no, value, now) = (asset.asset_no, asset.row.value.clone(), site.now());
    let read = site.read(move |tx| {
        let code = CodeSubject::Asset(asset_no);
        Ok((
            mail::addresses(tx, &value)?,
            tx.mailed_code_address(own.party_no, code, now)?,
            tx.existence_notices(&[asset_no])?,
        ))
    });
    let (addresses, code_sent_to, notices) = read.await?;
    let claim = asset.claim.as_ref();
    let put_at = |place| evidence(place, &asset.row.value);
    let is_claimed = claim.is_some_and(|claim| claim.method.is_none());
    let notices = notices.iter().filter(|_| is_claimed);
    let proof = Proof {
        method: match claim {
            None => Some("desk"),
            Some(claim) => claim.method.map(|method| method.as_str()),
        },
        evidence: claim
            .map(|claim| claim.evidence.clone())
            .filter(|evidence| !evidence.is_empty()),
        proved_at: claim.and_then(|claim| Some(claim.proved_at?.to_string())),
        valid_until: claim.and_then(|claim| Some(claim.valid_until?.to_string())),
        record_name: put_at(ProofPlace::Dns),
        file_address: put_at(ProofPlace::WellKnown),
        text: record_text(site.id_key(), own.party_no),
        mail_addresses: addresses.iter().map(ToString::to_string).collect(),
        code_sent_to,
        seen: notices.map(|notice| notice.class.as_str()).collect(),
    };
    Ok(shown(&parts.headers, &proof))
}

/// Looks whether an asset is proved by now: by a record, a file, the register of networks, or an asset around it.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/{asset}/_prove", tag = "assets", operation_id = "proveAsset",
    responses((status = 200, description = "What it came to", body = Looked)),
)]
async fn prove_asset(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    bare(&own.caller, &parts)?;
    let asset = held(&site, &own).await?;
    let proved = prove::look(&site, own.acting(&site), &asset).await?;
    Ok(found_page(&Looked { proved }))
}

impl NewProofCode {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let to = fields.required("to")?;
        Some(Self { to })
    }
}

/// Mails a code to an address that belongs to the asset: whoever reads it there proves it.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/{asset}/_send-code", tag = "assets", operation_id = "sendProofCode",
    request_body = NewProofCode,
    responses((status = 204, description = "It is on its way")),
)]
async fn send_code(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (new, wanted) = sent(&own.caller, request, NewProofCode::read).await?;
    let asset = held(&site, &own).await?;
    mail::may_send(&site, own.party_no, &asset.row.value, &new.to)
        .await
        .map_err(|refusal| match refusal {
            Refusal::Bad => {
                let why = "this is none of the addresses that prove the asset";
                ApiError::Invalid(vec![Mistake::at("/to", "unknown", why)])
            }
            other => other.into(),
        })?;
    let acting = own.acting(&site);
    once(&site, wanted, move |tx, now| {
        let language = own.language(tx)?;
        match mail::send_code(tx, &acting, &asset, (&new.to, language), now)? {
            true => Ok(Made::nothing()),
            false => Err(ApiError::Exists("a claim of another organisation")),
        }
    })
    .await
}

/// Takes the code that was mailed: the asset is proved by it. After ten wrong ones it counts no longer.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/{asset}/_check-code", tag = "assets", operation_id = "checkProofCode",
    request_body = NewCode,
    responses((status = 200, description = "The asset", body = Asset)),
)]
async fn check_code(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (new, _) = sent(&own.caller, request, NewCode::read).await?;
    let asset_no = held(&site, &own).await?.asset_no;
    let (acting, now) = (own.acting(&site), site.now());
    let is_right = site.write(move |tx| mail::take_code(tx, &acting, asset_no, &new.code, now));
    if !is_right.await? {
        return Err(wrong_code());
    }
    let proved = held(&site, &own).await?;
    Ok(shown(&HeaderMap::new(), &asset(&site, &own, proved)))
}

impl NewReview {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let note = fields.line("note", NOTE_CHARS_MAX)?;
        Some(Self { note })
    }
}

/// Asks the desk to look at a claim that nothing else proves. One question is open at a time.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/{asset}/_ask-review", tag = "assets", operation_id = "askProofReview",
    request_body = NewReview,
    responses((status = 204, description = "The desk was asked")),
)]
async fn ask_review(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (new, wanted) = sent(&own.caller, request, NewReview::read).await?;
    let asset_no = held(&site, &own).await?.asset_no;
    let acting = own.acting(&site);
    once(&site, wanted, move |tx, now| {
        prove::ask(tx, &acting, asset_no, &new.note, now)?;
        Ok(Made::nothing())
    })
    .await
}
