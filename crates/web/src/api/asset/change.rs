//! Changes of assets. What an organisation says of itself is a claim until it is proved, here as in the portal.

use std::borrow::Cow;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use formats::register::LABEL_CHARS_MAX;
use model::register::OwnAssetRow;
use model::{AssetKind, AssetValue, Criticality, Day, IdKind, Scope, Timestamp};
use rules::asset_plan::{Act, Plan, is_held_longer, plan, with_suppliers_kept};
use store::{OwnAsset, OwnAssetPut, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Asset, asset, reads_suppliers};
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, patch, removal};
use crate::api::once::{Made, once, sent};
use crate::api::shown::{found_page, must_match, shown};
use crate::asset::{self, Holding, puts};
use crate::site::Site;

/// Assets in one request.
const ROWS_MAX: usize = 1_000;

/// Longest value, in characters: a name has 253, a range of addresses less.
const VALUE_CHARS_MAX: usize = 300;

/// The routes by which assets are changed.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(add_asset))
        .routes(routes!(change_asset, close_asset))
        .routes(routes!(import_assets))
}

/// An asset to be added.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct NewAsset {
    /// `address`, `prefix`, `range`, `asn`, `domain` (with all below it), `host`, `url` (a site: a path with
    /// all below it) or `e-mail-domain` (its e-mail addresses alone).
    #[schema(example = "prefix")]
    kind: String,
    /// Public space or a registered name: nobody owns private addresses or a public suffix.
    #[schema(max_length = 300, min_length = 1, example = "192.0.2.0/29")]
    value: String,
    /// Name for people.
    #[schema(max_length = 100, min_length = 1, example = "Head office")]
    label: Option<String>,
    /// Group of assets; made if there is none of that name.
    #[schema(max_length = 100, min_length = 1)]
    group: Option<String>,
    /// How much the organisation depends on it: `low`, `normal` or `high`.
    #[schema(example = "high")]
    criticality: Option<String>,
    /// Name of the supplier that acts on it alone; left out: who acts on its group. Messages name one whose address is in the profile.
    #[schema(max_length = 100, min_length = 1, example = "Noord IT")]
    supplier: Option<String>,
    /// First day on which it is held; left out: always.
    #[schema(format = Date, example = "2026-01-01")]
    valid_from: Option<String>,
    /// First day on which it is no longer held; left out: still.
    #[schema(format = Date, example = "2027-01-01")]
    valid_until: Option<String>,
}

/// What is changed of an asset. A member that is left out stays as it is; `null` empties it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct AssetPatch {
    /// Name for people.
    #[schema(value_type = Option<String>, max_length = 100, min_length = 1)]
    label: Option<Option<String>>,
    /// Group of assets.
    #[schema(value_type = Option<String>, max_length = 100, min_length = 1)]
    group: Option<Option<String>>,
    /// `low`, `normal` or `high`.
    #[schema(value_type = Option<String>, example = "high")]
    criticality: Option<Option<Criticality>>,
    /// Name of the supplier that acts on it alone; `null`: who acts on its group.
    #[schema(value_type = Option<String>, max_length = 100, min_length = 1)]
    supplier: Option<Option<String>>,
    /// First day on which it is no longer held; `null`: still. A later day must be proved like a new asset.
    #[schema(value_type = Option<String>, format = Date, example = "2027-01-01")]
    valid_until: Option<Option<Day>>,
}

/// Many assets to be added.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct AssetImport {
    #[schema(value_type = Vec<NewAsset>, max_items = 1000)]
    items: Vec<OwnAssetRow>,
    /// Only says what would be done.
    #[schema(required = false)]
    dry_run: bool,
}

/// What an import did, in assets.
#[derive(Default, serde::Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssetImported {
    /// Were not there before.
    added: u64,
    /// Were there, and say something else now.
    changed: u64,
    /// Were there as they are.
    unchanged: u64,
    /// Nothing was changed.
    dry_run: bool,
}

/// Reads a [`NewAsset`].
fn read(fields: &mut Fields<'_, '_>) -> Option<OwnAssetRow> {
    let kind: Option<AssetKind> = fields.required("kind");
    let given = fields.line("value", VALUE_CHARS_MAX);
    let value = kind.zip(given).and_then(|(kind, given)| {
        let value = AssetValue::parse(kind, &given);
        let value = value.map_err(|error| fields.mistake("value", "bad-value", error));
        Some((value.ok()?, given))
    });
    let label = fields.optional_line("label", LABEL_CHARS_MAX);
    let group = fields.optional_line("group", LABEL_CHARS_MAX);
    let criticality = fields.optional("criticality");
    let supplier = fields.optional_line("supplier", LABEL_CHARS_MAX);
    let (from, until) = (fields.optional("validFrom"), fields.optional("validUntil"));
    let (valid_from, valid_until) = (from?, until?);
    if !is_after(valid_until, valid_from) {
        fields.mistake("validUntil", "bad-value", "it is not after the first day");
        return None;
    }
    let (value, given) = value?;
    Some(OwnAssetRow {
        value,
        given,
        label: label?.unwrap_or_default(),
        group: group?.unwrap_or_default(),
        criticality: criticality?,
        supplier: supplier?.unwrap_or_default(),
        valid_from,
        valid_until,
    })
}

fn is_after(until: Option<Day>, from: Option<Day>) -> bool {
    from.zip(until).is_none_or(|(from, until)| from < until)
}

impl AssetPatch {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let has = |fields: &Fields<'_, '_>, name| fields.has(name).then_some(());
        let names = ["label", "group", "criticality", "supplier", "validUntil"];
        let given = names.map(|name| has(fields, name));
        let label = fields.optional_line("label", LABEL_CHARS_MAX);
        let group = fields.optional_line("group", LABEL_CHARS_MAX);
        let criticality = fields.optional("criticality");
        let supplier = fields.optional_line("supplier", LABEL_CHARS_MAX);
        let until = fields.optional("validUntil");
        Some(Self {
            label: given[0].and(Some(label?)),
            group: given[1].and(Some(group?)),
            criticality: given[2].and(Some(criticality?)),
            supplier: given[3].and(Some(supplier?)),
            valid_until: given[4].and(Some(until?)),
        })
    }

    fn applied_to(&self, row: &OwnAssetRow) -> OwnAssetRow {
        let text = |given: &Option<Option<String>>, held: &str| match given {
            Some(given) => given.clone().unwrap_or_default(),
            None => held.to_owned(),
        };
        OwnAssetRow {
            label: text(&self.label, &row.label),
            group: text(&self.group, &row.group),
            criticality: self.criticality.unwrap_or(row.criticality),
            supplier: text(&self.supplier, &row.supplier),
            valid_until: self.valid_until.unwrap_or(row.valid_until),
            ..row.clone()
        }
    }
}

/// Adds one asset, as a claim: nothing is matched with it until it is proved.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets", tag = "assets", operation_id = "addAsset",
    request_body = NewAsset,
    responses((status = 201, description = "It was added", body = Asset)),
)]
async fn add_asset(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (row, wanted) = sent(&own.caller, request, read).await?;
    let shown_by = site.clone();
    once(&site, wanted, move |tx, now| {
        let holding = Holding::keep(tx, own.party_no)?;
        if tx.holds_asset(own.party_no, &row)? {
            return Err(ApiError::Exists("such an asset"));
        }
        put(tx, holding, &row, true, now)?;
        note(tx, &shown_by, &own, "1 added", now)?;
        let asset_no = tx.open_asset_no(own.party_no, &row.value, row.valid_from)?;
        let view = asset(
            &shown_by,
            &own,
            held(tx, &own, asset_no.unwrap_or_default())?,
        );
        Ok(Made::created(
            &format!("{}/assets/{}", own.home(), view.id),
            &view,
        ))
    })
    .await
}

/// Adds many assets at once, as claims, or says what is wrong with each: then nothing is done.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/_import", tag = "assets", operation_id = "importAssets",
    request_body = AssetImport,
    responses((status = 200, description = "What was done", body = AssetImported)),
)]
async fn import_assets(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (import, wanted) = sent(&own.caller, request, |fields| {
        fields.needs("items");
        let (items, dry_run) = (fields.each("items", ROWS_MAX, read), fields.flag("dryRun"));
        Some(AssetImport {
            items: items?,
            dry_run: dry_run?,
        })
    })
    .await?;
    // Their places in the list, as a file would have lines.
    let rows: Vec<(u64, OwnAssetRow)> = (0..).zip(import.items).collect();
    if import.dry_run {
        let planned = site.read(move |tx| {
            let held = asset::held(tx, own.party_no)?;
            let rows = as_meant(&own, &rows, &held);
            Ok(counted(&rows, &plan(&rows, &held, false)))
        });
        let counts = AssetImported {
            dry_run: true,
            ..planned.await?.map_err(ApiError::Invalid)?
        };
        return Ok(found_page(&counts));
    }
    let shown_by = site.clone();
    once(&site, wanted, move |tx, now| {
        let holding = Holding::keep(tx, own.party_no)?;
        let held = holding.all(tx)?;
        let rows = as_meant(&own, &rows, &held);
        let plan = plan(&rows, &held, false);
        let counts = counted(&rows, &plan).map_err(ApiError::Invalid)?;
        let puts = puts(&rows, &held, &plan);
        if !puts.is_empty() {
            holding.change(tx, &puts, &[], now)?;
            let detail = format!("{} added, {} changed", counts.added, counts.changed);
            note(tx, &shown_by, &own, &detail, now)?;
        }
        Ok(Made::done(&counts))
    })
    .await
}

/// The rows of a list as the caller means them: it empties nothing that it does not see.
fn as_meant<'r>(
    own: &Own,
    rows: &'r [(u64, OwnAssetRow)],
    held: &[(i64, OwnAssetRow)],
) -> Cow<'r, [(u64, OwnAssetRow)]> {
    match reads_suppliers(own) {
        true => Cow::Borrowed(rows),
        false => Cow::Owned(with_suppliers_kept(rows, held)),
    }
}

/// What an import does, in counts; or what stands in the list twice.
fn counted(rows: &[(u64, OwnAssetRow)], plan: &Plan) -> Result<AssetImported, Vec<Mistake>> {
    let (mut counts, mut mistakes) = (AssetImported::default(), Vec::new());
    for ((place, _), act) in rows.iter().zip(&plan.acts) {
        match act {
            Act::Add => counts.added += 1,
            Act::Change { .. } => counts.changed += 1,
            Act::Keep(_) => counts.unchanged += 1,
            Act::Repeat(first) => mistakes.push(Mistake::at(
                format!("/items/{place}/value"),
                "repeated",
                format!("it stands at /items/{first} already"),
            )),
        }
    }
    match mistakes.is_empty() {
        true => Ok(counts),
        false => Err(mistakes),
    }
}

/// Changes what is said of an asset.
#[utoipa::path(
    patch, path = "/organisations/{organisation}/assets/{asset}", tag = "assets", operation_id = "changeAsset",
    request_body(content = AssetPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "As it is now", body = Asset)),
)]
async fn change_asset(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let asset_no = own.number(&site, IdKind::Asset, "asset")?;
    let (patch, parts) = patch(request, AssetPatch::read).await?;
    let (now, shown_by) = (site.now(), site.clone());
    let view = site.change(move |tx| {
        let (holding, before) = matching(tx, &shown_by, &own, asset_no, &parts)?;
        let after = patch.applied_to(&before);
        if !is_after(after.valid_until, after.valid_from) {
            let why = "it is not after the first day";
            let mistake = Mistake::at("/validUntil", "bad-value", why);
            return Err(ApiError::Invalid(vec![mistake]));
        }
        if after != before {
            let is_claim = is_held_longer(before.valid_until, after.valid_until);
            put(tx, holding, &after, is_claim, now)?;
            note(tx, &shown_by, &own, "1 changed", now)?;
        }
        Ok(asset(&shown_by, &own, held(tx, &own, asset_no)?))
    });
    Ok(shown(&HeaderMap::new(), &view.await?))
}

/// Closes an asset: from now on nothing is matched with it. What was told stays as it is.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/assets/{asset}", tag = "assets", operation_id = "closeAsset",
    responses((status = 204, description = "It was closed")),
)]
async fn close_asset(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    removal(&parts)?;
    let asset_no = own.number(&site, IdKind::Asset, "asset")?;
    let (now, shown_by) = (site.now(), site.clone());
    site.change(move |tx| {
        let (holding, _) = matching(tx, &shown_by, &own, asset_no, &parts)?;
        holding.change(tx, &[], &[asset_no], now)?;
        note(tx, &shown_by, &own, "1 closed", now)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn held(tx: &mut Tx<'_>, own: &Own, asset_no: i64) -> Result<OwnAsset, ApiError> {
    tx.own_asset(own.party_no, asset_no)?
        .ok_or(ApiError::NotFound)
}

/// What the asset says, if it is still as the caller read it: nobody changes it between this look and what follows.
fn matching(
    tx: &mut Tx<'_>,
    site: &Site,
    own: &Own,
    asset_no: i64,
    parts: &Parts,
) -> Result<(Holding, OwnAssetRow), ApiError> {
    let holding = Holding::keep(tx, own.party_no)?;
    let found = held(tx, own, asset_no)?;
    let row = found.row.clone();
    must_match(&parts.headers, &asset(site, own, found))?;
    Ok((holding, row))
}

fn put(
    tx: &mut Tx<'_>,
    holding: Holding,
    row: &OwnAssetRow,
    is_claim: bool,
    now: Timestamp,
) -> Result<(), ApiError> {
    holding.change(tx, &[OwnAssetPut { row, is_claim }], &[], now)?;
    Ok(())
}

fn note(
    tx: &mut Tx<'_>,
    site: &Site,
    own: &Own,
    detail: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let subject = format!("party {}", own.party_id);
    let actor = own.caller.actor(site);
    tx.record(now, &actor, "change-assets", &subject, detail)?;
    Ok(())
}
