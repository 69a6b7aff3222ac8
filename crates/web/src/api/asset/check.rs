//! Checks of many proofs: begun here, made by workers, and read here while they run and afterwards.

use std::collections::HashSet;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{AssetState, IdKind, Language, ProofOutcome, ProofPlace, Scope};
use proof::{evidence, record_text};
use rules::upkeep::expiring_until;
use serde::Serialize;
use store::{AssetFilter, OwnAsset, PROOF_LOOKS_MAX, ProofCheck, ProofLook, StoreError, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::{After, AfterProofLook};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{page, shown};
use crate::asset::check::{CHECKS, begin, one, provable};
use crate::site::Site;

/// The routes of checks.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(begin_proof_check))
        .routes(routes!(get_proof_check))
        .routes(routes!(list_proof_looks))
}

/// Which proofs are looked for. Of the assets that are meant only those are looked at that something at the place can prove
/// (a record: domains, hosts and e-mail domains; a file: domains, hosts and web addresses), and not what the desk entered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct NewProofCheck {
    /// `dns`: the record; `well-known`: the file on the website.
    #[schema(example = "dns")]
    place: String,
    /// These assets, each once; left out: those that the other members mean.
    #[schema(min_items = 1, max_items = 2000)]
    assets: Option<Vec<Uuid>>,
    /// Assets that are proved this far; without `assets` and this: `claimed`.
    #[schema(example = "claimed")]
    state: Option<String>,
    /// Assets of this group.
    group: Option<Uuid>,
}

/// A check of many proofs, and how far it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProofCheck)]
struct Check {
    id: Uuid,
    /// `dns` or `well-known`.
    #[schema(example = "dns")]
    place: &'static str,
    /// What each record or file must say: the same for all assets of the organisation.
    text: String,
    /// Nobody asked for it: the proofs end soon.
    is_renewal: bool,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    asked_at: String,
    /// `null`: it still runs.
    #[schema(format = DateTime, example = "2026-11-18T02:14:40Z")]
    ended_at: Option<String>,
    /// Names that are looked at.
    looks: i64,
    /// Of these, not looked at yet.
    waiting: i64,
}

/// What was seen at one name of a check.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ProofLook)]
struct Look {
    /// The asset.
    asset: Uuid,
    #[schema(example = "hospital.example")]
    name: String,
    /// Name of the record, or address of the file.
    #[schema(example = "_seinpost-challenge.hospital.example")]
    looked_for: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:35Z")]
    looked_at: Option<String>,
    /// `proved`, `missing`, `different`, `silent`, `no-address`, `not-public`, `elsewhere`, `disputed` or `gone`; `null`: it waits.
    #[schema(example = "missing")]
    outcome: Option<&'static str>,
    /// The same in words.
    #[schema(example = "There is no record")]
    reason: Option<String>,
    /// What to do about it.
    next_step: Option<String>,
}

page_schema! {
    /// A page of what was seen.
    ProofLookPage, Look
}

/// Which looks.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query)]
struct LookQuery {
    /// Only those that came to this.
    #[param(value_type = Option<String>, example = "missing")]
    outcome: Option<ProofOutcome>,
}

/// Which assets are meant.
enum Meant {
    These(Vec<i64>),
    Those(AssetFilter),
}

impl Meant {
    fn read(&self, tx: &mut Tx<'_>, party_no: i64) -> Result<Vec<OwnAsset>, StoreError> {
        match self {
            Self::Those(filter) => tx.own_assets(party_no, filter, None, i64::MAX),
            Self::These(asset_nos) => {
                let mut assets = Vec::new();
                for asset_no in asset_nos {
                    assets.extend(tx.own_asset(party_no, *asset_no)?);
                }
                Ok(assets)
            }
        }
    }
}

/// Reads a [`NewProofCheck`].
fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<(ProofPlace, Meant)> {
    let place = fields.required("place");
    let these = match fields.has("assets") {
        true => Some(ids_of_assets(site, fields, PROOF_LOOKS_MAX)),
        false => None,
    };
    let state: Option<Option<AssetState>> = fields.optional("state");
    let group_no = fields.id(site, IdKind::AssetGroup, "group");
    let (state, group_no) = (state?, group_no?);
    let meant = match these {
        Some(_) if state.is_some() || group_no.is_some() => {
            let why = "`assets` alone, or `state` and `group`, is expected";
            fields.mistake("assets", "bad-value", why);
            return None;
        }
        Some(these) => Meant::These(these?),
        None => Meant::Those(AssetFilter {
            state: Some(state.unwrap_or(AssetState::Claimed)),
            group_no,
            expiring_until: Some(expiring_until(site.now())),
            ..AssetFilter::default()
        }),
    };
    Some((place?, meant))
}

/// Reads `assets`: ids of at most so many of them, and of one at least.
pub(super) fn ids_of_assets(
    site: &Site,
    fields: &mut Fields<'_, '_>,
    assets_max: usize,
) -> Option<Vec<i64>> {
    let list = fields.list("assets", assets_max)?;
    if list.is_empty() {
        fields.mistake("assets", "missing", "at least one is needed");
    }
    let mut seen = HashSet::new();
    let mut asset_nos = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let id = value.as_str().and_then(|text| text.parse::<Uuid>().ok());
        match id.and_then(|id| site.number(IdKind::Asset, &id).ok()) {
            Some(asset_no) if seen.insert(asset_no) => asset_nos.push(asset_no),
            Some(_) => fields.mistake_in("assets", index, "bad-value", "it is there twice"),
            None => fields.mistake_in("assets", index, "unknown", "the id of an asset is expected"),
        }
    }
    (asset_nos.len() == list.len() && !asset_nos.is_empty()).then_some(asset_nos)
}

/// Begins a check of many proofs; it runs by itself. A place is checked once at a time.
#[utoipa::path(
    post, path = "/organisations/{organisation}/proof-checks", tag = "assets", operation_id = "beginProofCheck",
    request_body = NewProofCheck,
    responses((status = 201, description = "It was begun", body = Check)),
)]
async fn begin_proof_check(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let asked = sent(&own.caller, request, |fields| read(&site, fields)).await?;
    let ((place, meant), wanted) = asked;
    site.limit(&CHECKS, own.party_no)?;
    let (acting, inner) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let names = provable(&meant.read(tx, own.party_no)?, &[place]);
        must_fit(names.len())?;
        let begun = begin(tx, &acting, (place, &names), now)?;
        let check_no = begun.ok_or(ApiError::Exists("a check of this place that still runs"))?;
        let view = view(&inner, one(tx, own.party_no, check_no)?);
        let path = format!("{}/proof-checks/{}", own.home(), view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

fn must_fit(names: usize) -> Result<(), ApiError> {
    let why = match names {
        0 => "nothing at that place proves any of them, or none has to be proved".to_owned(),
        names if names > PROOF_LOOKS_MAX => {
            format!("these are {names} names, and a check has at most {PROOF_LOOKS_MAX}")
        }
        _ => return Ok(()),
    };
    Err(ApiError::Invalid(vec![Mistake::at(
        "/assets",
        "bad-length",
        why,
    )]))
}

/// A check of many proofs, and how far it is. It is known for 30 days after its end.
#[utoipa::path(
    get, path = "/organisations/{organisation}/proof-checks/{check}", tag = "assets", operation_id = "getProofCheck",
    responses((status = 200, description = "The check", body = Check)),
)]
async fn get_proof_check(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    no_parameters(&parts)?;
    let check = own_check(&site, &own).await?;
    Ok(shown(&parts.headers, &view(&site, check)))
}

/// What was seen at each name of a check, in the order of kind and name.
#[utoipa::path(
    get, path = "/organisations/{organisation}/proof-checks/{check}/looks", tag = "assets", operation_id = "listProofLooks",
    params(LookQuery, PageQuery),
    responses((status = 200, description = "A page", body = ProofLookPage)),
)]
async fn list_proof_looks(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterProofLook>(&site);
    let outcome = parameters.parsed("outcome");
    parameters.end()?;
    let check = own_check(&site, &own).await?;
    let (after, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.proof_looks(check.check_no, outcome, after, limit)?));
    let views = (
        |look: &ProofLook| After(look.line),
        |look| look_view(&site, check.place, look),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

async fn own_check(site: &Site, own: &Own) -> Result<ProofCheck, ApiError> {
    let check_no = own.number(site, IdKind::ProofCheck, "check")?;
    let party_no = own.party_no;
    Ok(site.read(move |tx| one(tx, party_no, check_no)).await?)
}

fn view(site: &Site, check: ProofCheck) -> Check {
    Check {
        id: site.id(IdKind::ProofCheck, check.check_no),
        place: check.place.as_str(),
        text: record_text(site.id_key(), check.party_no),
        is_renewal: check.is_renewal,
        asked_at: check.asked_at.to_string(),
        ended_at: check.ended_at.map(|at| at.to_string()),
        looks: check.looks,
        waiting: check.waiting,
    }
}

fn look_view(site: &Site, place: ProofPlace, look: ProofLook) -> Look {
    // In English, as all texts of the API.
    let say = |what: &str| {
        let key = format!("asset-{what}-{}", look.outcome?);
        let facts = [("place", place.as_str())];
        site.pages().text(Language::En, &key, &facts).ok()
    };
    Look {
        reason: say("outcome"),
        next_step: say("next"),
        asset: site.id(IdKind::Asset, look.asset_no),
        looked_for: evidence(place, &look.value).unwrap_or_default(),
        name: look.value.to_string(),
        looked_at: look.looked_at.map(|at| at.to_string()),
        outcome: look.outcome.map(ProofOutcome::as_str),
    }
}
