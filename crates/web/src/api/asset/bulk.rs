//! One change for many assets at once: what the page for ticked systems does.

use axum::extract::{Request, State};
use axum::response::Response;
use model::{AssetKind, AssetState, IdKind, Scope};
use rules::upkeep::expiring_until;
use serde::Serialize;
use store::{AssetFilter, OwnAsset};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::check::ids_of_assets;
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::shown::found_page;
use crate::asset::Holding;
use crate::asset::bulk::{Act, Chosen, Details, change};
use crate::form::Errors;
use crate::site::Site;

/// Assets that are named one by one in a request.
const NAMED_MAX: usize = 2_000;

/// The route by which many assets are changed.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(change_assets))
}

/// One change, and of which assets.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
#[schema(rename_all = "camelCase")]
struct AssetsChange {
    /// What is changed: `label`, `group`, `criticality`, `supplier` or `valid-until`; or `close`, after which nothing is matched
    /// with them.
    #[schema(example = "group")]
    act: String,
    /// As the asset says it from now on: a name, `low`, `normal` or `high`, or a day; left out or `null`: nothing. None with
    /// `close`. A later day must be proved like a new asset.
    #[schema(example = "laboratory")]
    value: Option<String>,
    /// These assets.
    #[schema(max_items = 2000, min_items = 1)]
    assets: Option<Vec<Uuid>>,
    /// Instead of `assets`: all that the three members below fit, or all where there are none.
    #[schema(required = false)]
    all: bool,
    /// With `all`: only `address`, `prefix`, `range`, `asn`, `domain`, `host`, `url` or `e-mail-domain`.
    kind: Option<String>,
    /// With `all`: only `claimed`, `verified` or `expiring`.
    state: Option<String>,
    /// With `all`: only those in this group.
    group: Option<Uuid>,
    /// Only says how many there are.
    #[schema(required = false)]
    dry_run: bool,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssetsChanged {
    /// Assets that were meant.
    #[schema(example = 12)]
    assets: u64,
    /// Nothing was changed.
    dry_run: bool,
}

/// What is asked for.
struct Order {
    act: Act,
    /// The new value, in the field that the act is about.
    details: Details,
    chosen: Chosen,
    dry_run: bool,
}

/// Reads an [`AssetsChange`].
fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Order> {
    let act = act(fields);
    let value = fields.text("value");
    let dry_run = fields.flag("dryRun");
    let chosen = chosen(site, fields);
    let (act, value) = (act?, value?.unwrap_or_default());
    if matches!(act, Act::Close) && !value.is_empty() {
        fields.mistake("value", "bad-value", "what is closed takes no value");
        return None;
    }
    let details = act.details(value, &mut Errors::default());
    if details.is_none() {
        let why = "a name of at most 100 characters, `low`, `normal` or `high`, or a day is expected, as `act` says";
        fields.mistake("value", "bad-value", why);
    }
    Some(Order {
        act,
        details: details?,
        chosen: chosen?,
        dry_run: dry_run?,
    })
}

fn act(fields: &mut Fields<'_, '_>) -> Option<Act> {
    let word: String = fields.required("act")?;
    let act = Act::named(&word);
    if act.is_none() {
        let why =
            "`label`, `group`, `criticality`, `supplier`, `valid-until` or `close` is expected";
        fields.mistake("act", "bad-value", why);
    }
    act
}

fn chosen(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Chosen> {
    let these = match fields.has("assets") {
        true => Some(ids_of_assets(site, fields, NAMED_MAX)),
        false => None,
    };
    let kind: Option<Option<AssetKind>> = fields.optional("kind");
    let state: Option<Option<AssetState>> = fields.optional("state");
    let group_no = fields.id(site, IdKind::AssetGroup, "group");
    let all = fields.flag("all")?;
    let (kind, state, group_no) = (kind?, state?, group_no?);
    let is_narrowed = kind.is_some() || state.is_some() || group_no.is_some();
    match these {
        Some(these) if !all && !is_narrowed => Some(Chosen::Ticked(these?)),
        None if all => Some(Chosen::Shown(AssetFilter {
            kind,
            group_no,
            state,
            expiring_until: Some(expiring_until(site.now())),
            text: None,
        })),
        // Nobody means all assets by leaving something out.
        _ => {
            let why = "`assets` alone, or `all` as true with what narrows it, is expected";
            fields.mistake("assets", "bad-value", why);
            None
        }
    }
}

/// Changes many assets in one way: all of them or none. With `dryRun` it says how many, or what is wrong, and changes nothing.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/_change", tag = "assets", operation_id = "changeAssets",
    request_body = AssetsChange,
    responses((status = 200, description = "What was done", body = AssetsChanged)),
)]
async fn change_assets(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (order, wanted) = sent(&own.caller, request, |fields| read(&site, fields)).await?;
    if order.dry_run {
        let read = site.read(move |tx| {
            let assets = order.chosen.read(tx, own.party_no)?;
            Ok(order.must_fit(&assets).map(|()| assets.len() as u64))
        });
        return Ok(found_page(&AssetsChanged {
            assets: read.await??,
            dry_run: true,
        }));
    }
    let acting = own.acting(&site);
    once(&site, wanted, move |tx, now| {
        let holding = Holding::keep(tx, own.party_no)?;
        let assets = order.chosen.read(tx, own.party_no)?;
        order.must_fit(&assets)?;
        let changed = (order.act, &order.details);
        change(tx, holding, &acting, &assets, changed, now)?;
        Ok(Made::done(&AssetsChanged {
            assets: assets.len() as u64,
            dry_run: false,
        }))
    })
    .await
}

impl Order {
    /// Refuses ids of assets that the organisation does not hold, or holds no longer, and a day before one of them begins.
    fn must_fit(&self, found: &[OwnAsset]) -> Result<(), ApiError> {
        let mistake = match &self.chosen {
            Chosen::Ticked(named) if named.len() != found.len() => {
                let why = "one or more of them are not held by the organisation, or closed already";
                Mistake::at("/assets", "unknown", why)
            }
            _ if !self.act.fits(found, &self.details) => {
                Mistake::at("/value", "bad-value", "one of these assets begins later")
            }
            _ => return Ok(()),
        };
        Err(ApiError::Invalid(vec![mistake]))
    }
}
