//! Looking for assets, their groups, and saying that all of them still hold.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{AssetKind, AssetState, IdKind, Scope};
use rules::upkeep::expiring_until;
use serde::Serialize;
use store::{AssetFilter, AssetGroup};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Asset, asset};
use crate::api::caller::Own;
use crate::api::cursor::{After, AfterAsset, AfterGroup, Place as _};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, asked, page_wanted};
use crate::api::once::{Made, bare, once};
use crate::api::organisation::Confirmed;
use crate::api::parameters::Parameters;
use crate::api::shown::{found_page, short_page};
use crate::asset::confirm;
use crate::site::Site;

/// Longest text that is looked for, in characters: a name has 253, a label 100.
const TEXT_CHARS_MAX: usize = 300;

/// The routes by which assets are looked for.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(search_assets))
        .routes(routes!(confirm_assets))
        .routes(routes!(list_groups))
}

/// Which assets are looked for, and which page of them.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct AssetSearch {
    /// Value or label has this in it; capital letters beyond ASCII count as others.
    #[schema(max_length = 300, min_length = 1, example = "hospital")]
    text: Option<String>,
    /// `address`, `prefix`, `range`, `asn`, `domain`, `host`, `url` or `e-mail-domain`.
    #[schema(example = "domain")]
    kind: Option<String>,
    /// `claimed`, `verified` or `expiring`.
    #[schema(example = "claimed")]
    state: Option<String>,
    /// In this group.
    group: Option<Uuid>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page.
    #[schema(minimum = 1, maximum = 500, default = 100)]
    limit: Option<i64>,
}

/// Assets that were looked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FoundAssets {
    items: Vec<Asset>,
    /// Cursor of the next page, for the next request; `null` on the last one.
    next_cursor: Option<String>,
}

/// A group of assets. It is made by naming it in an asset.
#[derive(Serialize, ToSchema)]
struct Group {
    id: Uuid,
    #[schema(example = "laboratory")]
    name: String,
}

page_schema! {
    /// A page of groups.
    GroupPage, Group
}

/// Reads an [`AssetSearch`].
fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<AssetFilter> {
    let text = fields.optional_line("text", TEXT_CHARS_MAX);
    let kind: Option<Option<AssetKind>> = fields.optional("kind");
    let state: Option<Option<AssetState>> = fields.optional("state");
    let group_no = fields.id(site, IdKind::AssetGroup, "group");
    Some(AssetFilter {
        kind: kind?,
        group_no: group_no?,
        state: state?,
        expiring_until: Some(expiring_until(site.now())),
        text: text?,
    })
}

/// Looks for assets of the organisation, in the order of kind and value.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/_search", tag = "assets", operation_id = "searchAssets",
    request_body = AssetSearch,
    responses((status = 200, description = "What was found", body = FoundAssets)),
)]
async fn search_assets(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    let (only, wanted) = asked(request, |fields| {
        let (only, wanted) = (
            read(&site, fields),
            page_wanted::<AfterAsset>(&site, fields),
        );
        Some((only?, wanted?))
    })
    .await?;
    let after_no = wanted.after.map(|after| after.0);
    let rows =
        site.read(move |tx| Ok(tx.own_assets(own.party_no, &only, after_no, wanted.limit + 1)?));
    let mut rows = rows.await?;
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| is_more);
    let next_cursor = last.map(|held| {
        let place: AfterAsset = After(held.asset_no);
        place.write(&site)
    });
    let items = rows
        .into_iter()
        .map(|held| asset(&site, &own, held))
        .collect();
    Ok(found_page(&FoundAssets { items, next_cursor }))
}

/// Says that all assets still hold.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/_confirm", tag = "assets", operation_id = "confirmAssets",
    responses((status = 200, description = "It was noted", body = Confirmed)),
)]
async fn confirm_assets(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let acting = own.acting(&site);
    once(&site, wanted, move |tx, now| {
        confirm(tx, &acting, now)?;
        Ok(Made::done(&Confirmed::at(now)))
    })
    .await
}

/// The groups of assets.
#[utoipa::path(
    get, path = "/organisations/{organisation}/asset-groups", tag = "assets", operation_id = "listAssetGroups",
    params(PageQuery),
    responses((status = 200, description = "A page", body = GroupPage)),
)]
async fn list_groups(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterGroup>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.asset_groups(own.party_no)?));
    let group = |group: AssetGroup| Group {
        id: site.id(IdKind::AssetGroup, group.group_no),
        name: group.name,
    };
    let views = (|group: &AssetGroup| group.group_no, group);
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}
