//! Assets of the caller's organisation.

mod bulk;
mod change;
mod check;
mod list;
mod proof;
mod search;
mod security_txt;

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{AssetKind, AssetState, Criticality, Day, IdKind, Scope};
use rules::upkeep::expiring_until;
use serde::Serialize;
use store::{AssetFilter, OwnAsset};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::caller::Own;
use super::cursor::{After, AfterAsset};
use super::document::{PageQuery, page_schema};
use super::error::ApiError;
use super::parameters::{Parameters, no_parameters};
use super::shown::{page, shown};
use crate::asset::state;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of assets.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_assets))
        .routes(routes!(get_asset))
        .merge(change::routes())
        .merge(bulk::routes())
        .merge(list::routes())
        .merge(search::routes())
        .merge(proof::routes())
        .merge(check::routes())
        .merge(security_txt::routes())
}

/// Something that the organisation holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Asset {
    id: Uuid,
    /// `address`, `prefix`, `range`, `asn`, `domain` (with all below it), `host`, `url` (a site: a path with
    /// all below it) or `e-mail-domain` (its e-mail addresses alone).
    #[schema(example = "prefix")]
    kind: &'static str,
    /// In one spelling.
    #[schema(example = "192.0.2.0/29")]
    value: String,
    /// As it was given.
    #[schema(example = "192.0.2.0/29")]
    given: String,
    /// Name for people; may be empty.
    #[schema(example = "Head office")]
    label: String,
    /// Group of assets; may be empty.
    group: String,
    /// How much the organisation depends on it: `low`, `normal` or `high`.
    #[schema(example = "high")]
    criticality: Option<&'static str>,
    /// Name of the supplier that acts on it alone; empty: who acts on its group (see the profile). Empty as well for a key without
    /// scope `organisation:read`, whose lists leave it as it is where they name none.
    #[schema(example = "Noord IT")]
    supplier: String,
    /// `claimed`: nothing is matched with it until it is proved; `verified`; `expiring`: it must be proved again soon.
    #[schema(example = "verified")]
    state: &'static str,
    /// First day on which it is held; `null`: always.
    #[schema(format = Date, example = "2026-01-01")]
    valid_from: Option<String>,
    /// First day on which it is no longer held; `null`: still.
    #[schema(format = Date, example = "2027-01-01")]
    valid_until: Option<String>,
}

page_schema! {
    /// A page of assets.
    AssetPage, Asset
}

/// Which assets.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query)]
struct AssetQuery {
    /// Only those given in these terms.
    #[param(value_type = Option<String>, example = "domain")]
    kind: Option<AssetKind>,
    /// Only those that are proved this far.
    #[param(value_type = Option<String>, example = "claimed")]
    state: Option<AssetState>,
}

/// Whether the caller reads who acts on assets, as it reads the profile.
fn reads_suppliers(own: &Own) -> bool {
    own.caller.may(Scope::OrganisationRead)
}

fn asset(site: &Site, own: &Own, asset: OwnAsset) -> Asset {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    let state = state(site, &asset).as_str();
    let row = asset.row;
    Asset {
        id: site.id(IdKind::Asset, asset.asset_no),
        kind: row.value.kind().as_str(),
        value: row.value.to_string(),
        given: row.given,
        label: row.label,
        group: row.group,
        criticality: row.criticality.map(Criticality::as_str),
        supplier: match reads_suppliers(own) {
            true => row.supplier,
            false => String::new(),
        },
        state,
        valid_from: day(row.valid_from),
        valid_until: day(row.valid_until),
    }
}

/// Assets of the organisation, in the order of kind and value.
#[utoipa::path(
    get, path = "/organisations/{organisation}/assets", tag = "assets", operation_id = "listAssets",
    params(AssetQuery, PageQuery),
    responses((status = 200, description = "A page", body = AssetPage)),
)]
async fn list_assets(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterAsset>(&site);
    let only = AssetFilter {
        kind: parameters.parsed("kind"),
        state: parameters.parsed("state"),
        expiring_until: Some(expiring_until(site.now())),
        ..AssetFilter::default()
    };
    parameters.end()?;
    let (after_no, limit) = (wanted.after.map(|after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.own_assets(own.party_no, &only, after_no, limit)?));
    let views = (
        |held: &OwnAsset| After(held.asset_no),
        |held| asset(&site, &own, held),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// One asset.
#[utoipa::path(
    get, path = "/organisations/{organisation}/assets/{asset}", tag = "assets", operation_id = "getAsset",
    responses((status = 200, description = "The asset", body = Asset)),
)]
async fn get_asset(State(site): State<Site>, own: Own, parts: Parts) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    no_parameters(&parts)?;
    let asset_no = own.number(&site, IdKind::Asset, "asset")?;
    let held = site.read(move |tx| {
        tx.own_asset(own.party_no, asset_no)?
            .ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &asset(&site, &own, held.await?)))
}
