//! Assets of the caller's organisation.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::register::AssetRow;
use model::{AssetKind, AssetValue, Day, IdKind, Scope, Timestamp};
use rules::asset_plan::is_held_longer;
use serde::Serialize;
use serde_json::Value;
use store::{AssetNote, RegisterCounts, Stage, StoreError, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::ROOT;
use super::caller::Own;
use super::cursor::{After, AfterAsset};
use super::document::PageQuery;
use super::error::{ApiError, Mistake};
use super::fields::{Fields, read_body, read_json, read_object};
use super::once::{Made, Wanted, once};
use super::parameters::{Parameters, no_parameters};
use super::shown::{json, must_match, page, shown};
use crate::refusal::Refusal;
use crate::site::Site;

/// Assets in one request.
const ROWS_MAX: usize = 1_000;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_assets, add_asset))
        .routes(routes!(get_asset, change_asset, close_asset))
        .routes(routes!(import_assets))
}

/// Something that the organisation holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Asset {
    id: Uuid,
    /// `address`, `prefix`, `range`, `asn`, `domain` (with all below it) or `host`.
    #[schema(example = "prefix")]
    kind: &'static str,
    /// In one spelling.
    #[schema(example = "192.0.2.0/29")]
    value: String,
    /// As it was given.
    #[schema(example = "192.0.2.0/29")]
    given: String,
    /// First day on which it is held; `null`: always.
    #[schema(format = Date, example = "2026-01-01")]
    valid_from: Option<String>,
    /// First day on which it is no longer held; `null`: still.
    #[schema(format = Date, example = "2027-01-01")]
    valid_until: Option<String>,
}

/// An asset to be added.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct NewAsset {
    /// `address`, `prefix`, `range`, `asn`, `domain` (with all below it) or `host`.
    #[schema(value_type = String, example = "prefix")]
    kind: AssetKind,
    /// Public space or a registered name: nobody owns private addresses or a public suffix.
    #[schema(value_type = String, example = "192.0.2.0/29")]
    value: (AssetValue, String),
    /// First day on which it is held; left out: always.
    #[schema(value_type = Option<String>, format = Date, example = "2026-01-01")]
    valid_from: Option<Day>,
    /// First day on which it is no longer held; left out: still.
    #[schema(value_type = Option<String>, format = Date, example = "2027-01-01")]
    valid_until: Option<Day>,
}

/// When an asset is held. A member that is left out stays as it is.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct AssetChange {
    /// First day on which it is held; `null`: always.
    #[schema(value_type = Option<String>, format = Date, example = "2026-01-01")]
    valid_from: Option<Option<Day>>,
    /// First day on which it is no longer held; `null`: still.
    #[schema(value_type = Option<String>, format = Date, example = "2027-01-01")]
    valid_until: Option<Option<Day>>,
}

/// Many assets to be added.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct AssetImport {
    /// The assets.
    #[schema(max_items = 1000)]
    items: Vec<NewAsset>,
    /// Only says what would be done.
    #[schema(required = false)]
    dry_run: bool,
}

/// What an import did, in assets.
#[derive(Serialize, ToSchema)]
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

/// A page of assets.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct AssetPage {
    items: Vec<Asset>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
}

fn asset(site: &Site, note: AssetNote) -> Asset {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    Asset {
        id: site.id(IdKind::Asset, note.asset_no),
        kind: note.value.kind().as_str(),
        value: note.value.to_string(),
        given: note.given,
        valid_from: day(note.valid_from),
        valid_until: day(note.valid_until),
    }
}

impl NewAsset {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let kind: Option<AssetKind> = fields.required("kind");
        let given = fields.line("value", 300);
        let value = kind.zip(given).and_then(|(kind, given)| {
            let value = AssetValue::parse(kind, &given);
            let value = value.map_err(|error| fields.mistake("value", "bad-value", error));
            Some((value.ok()?, given))
        });
        let (valid_from, valid_until) =
            (fields.optional("validFrom"), fields.optional("validUntil"));
        let (valid_from, valid_until) = (valid_from?, valid_until?);
        check_days(valid_from, valid_until, fields)?;
        Some(Self {
            kind: kind?,
            value: value?,
            valid_from,
            valid_until,
        })
    }

    fn row(self, organisation: &str) -> AssetRow {
        debug_assert_eq!(self.kind, self.value.0.kind());
        let (value, given) = self.value;
        AssetRow {
            organisation: organisation.to_owned(),
            value,
            given,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        }
    }
}

fn check_days(from: Option<Day>, until: Option<Day>, fields: &mut Fields<'_, '_>) -> Option<()> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => {
            let why = format!("{until} is not after the first day, {from}");
            fields.mistake("validUntil", "bad-value", why);
            None
        }
        _ => Some(()),
    }
}

/// Assets of the organisation, in the order of kind and value.
#[utoipa::path(
    get, path = "/organisations/{organisation}/assets", tag = "assets", operation_id = "listAssets",
    params(PageQuery),
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
    parameters.end()?;
    let (after, limit) = (wanted.after.map(|after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.asset_notes(own.party_no, after, limit)?));
    let views = (
        |note: &AssetNote| After(note.asset_no),
        |note| asset(&site, note),
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
    let note = site.read(move |tx| {
        tx.asset_note(own.party_no, asset_no)?
            .ok_or(Refusal::NotFound)
    });
    Ok(shown(&parts.headers, &asset(&site, note.await?)))
}

/// Adds one asset.
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
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (bytes, value) = read_json(&parts, body).await?;
    let new = read_object(&value, NewAsset::read)?;
    let wanted = Wanted::of(&own.caller, &parts, &bytes)?;
    let row = new.row(&own.caller.reference);
    let shown_by = site.clone();
    once(&site, wanted, move |tx, now| {
        let site = &shown_by;
        if tx
            .open_asset_no(own.party_no, &row.value, row.valid_from)?
            .is_some()
        {
            return Err(ApiError::Exists("such an asset"));
        }
        let (changes, _) = tx.import_claims(own.party_no, &[&row], now)?;
        let Some(asset_no) = changes.first().and_then(|change| change.number()) else {
            return Err(StoreError::Conflict.into());
        };
        assets_changed(tx, site, &own, "1 added", now)?;
        let note = tx.asset_note(own.party_no, asset_no)?;
        let note = note.ok_or(ApiError::NotFound)?;
        let view = asset(site, note);
        Ok(Made {
            status: StatusCode::CREATED,
            location: format!("{ROOT}/organisations/{}/assets/{}", own.party_id, view.id),
            body: json(&view),
        })
    })
    .await
}

/// Adds many assets at once, or says what is wrong with each: then nothing is done.
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
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (bytes, value) = read_json(&parts, body).await?;
    let import = read_object(&value, |fields| {
        let items = fields.each("items", ROWS_MAX, NewAsset::read);
        let dry_run = flag(fields, "dryRun");
        Some(AssetImport {
            items: items?,
            dry_run: dry_run?,
        })
    })?;
    let rows: Vec<AssetRow> = import
        .items
        .into_iter()
        .map(|item| item.row(&own.caller.reference))
        .collect();
    check_repeated(&rows)?;
    if import.dry_run {
        return Ok(shown(
            &HeaderMap::new(),
            &would_import(&site, &own, rows).await?,
        ));
    }
    let wanted = Wanted::of(&own.caller, &parts, &bytes)?;
    let shown_by = site.clone();
    once(&site, wanted, move |tx, now| {
        let (_, counts) = tx.import_claims(own.party_no, &rows.iter().collect::<Vec<_>>(), now)?;
        if counts.any_change() {
            let detail = format!("{} added, {} changed", counts.added, counts.changed);
            assets_changed(tx, &shown_by, &own, &detail, now)?;
        }
        Ok(Made {
            status: StatusCode::OK,
            location: String::new(),
            body: json(&imported(counts, false)),
        })
    })
    .await
}

fn imported(counts: RegisterCounts, dry_run: bool) -> AssetImported {
    AssetImported {
        added: counts.added,
        changed: counts.changed,
        unchanged: counts.unchanged,
        dry_run,
    }
}

/// What an import would do: it is done and taken back.
async fn would_import(
    site: &Site,
    own: &Own,
    rows: Vec<AssetRow>,
) -> Result<AssetImported, ApiError> {
    let party_no = own.party_no;
    let counts = site.read(move |tx| {
        let mut counts = RegisterCounts::default();
        for row in &rows {
            let held = tx.open_asset_no(party_no, &row.value, row.valid_from)?;
            let Some(asset_no) = held else {
                counts.added += 1;
                continue;
            };
            let note = tx
                .asset_note(party_no, asset_no)?
                .ok_or(Refusal::NotFound)?;
            if (&note.given, note.valid_until) == (&row.given, row.valid_until) {
                counts.unchanged += 1;
            } else {
                counts.changed += 1;
            }
        }
        Ok(counts)
    });
    Ok(imported(counts.await?, true))
}

/// A thing that stands there twice would be added once and changed by the second.
fn check_repeated(rows: &[AssetRow]) -> Result<(), ApiError> {
    let mut first = std::collections::HashMap::new();
    let mut mistakes = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(before) = first.insert((&row.value, row.valid_from), index) {
            let why = format!("it stands at /items/{before} already");
            mistakes.push(Mistake::at(
                format!("/items/{index}/value"),
                "repeated",
                why,
            ));
        }
    }
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(ApiError::Invalid(mistakes))
}

/// Changes when an asset is held.
#[utoipa::path(
    patch, path = "/organisations/{organisation}/assets/{asset}", tag = "assets", operation_id = "changeAsset",
    request_body(content = AssetChange, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "As it is now", body = Asset)),
)]
async fn change_asset(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let asset_no = own.number(&site, IdKind::Asset, "asset")?;
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    let (_, value) = read_body(&parts, body, "application/merge-patch+json").await?;
    let change = read_object(&value, |fields| {
        let mut given = |name| fields.has(name).then(|| fields.optional(name));
        let (from, until) = (given("validFrom"), given("validUntil"));
        Some(AssetChange {
            valid_from: from.map_or(Some(None), |day| day.map(Some))?,
            valid_until: until.map_or(Some(None), |day| day.map(Some))?,
        })
    })?;
    let (now, headers, shown_by) = (site.now(), parts.headers.clone(), site.clone());
    let view = site.change(move |tx| {
        let note = tx.asset_note(own.party_no, asset_no)?;
        let note = note.ok_or(ApiError::NotFound)?;
        let (before, value) = ((note.valid_from, note.valid_until), note.value.clone());
        let (from, until) = (
            change.valid_from.unwrap_or(note.valid_from),
            change.valid_until.unwrap_or(note.valid_until),
        );
        must_match(&headers, &asset(&shown_by, note))?;
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            let why = "it is not after the first day";
            return Err(ApiError::Invalid(vec![Mistake::at(
                "/validUntil",
                "bad-value",
                why,
            )]));
        }
        match tx.change_asset(own.party_no, asset_no, from, until) {
            Err(error) if error.is_duplicate() => {
                return Err(ApiError::Exists("another such asset from that day on"));
            }
            changed => changed?,
        };
        // A word about other days must be proved like a new one.
        if from != before.0 || is_held_longer(before.1, until) {
            tx.claim_asset(own.party_no, asset_no, &value, now)?;
        }
        assets_changed(tx, &shown_by, &own, "1 changed", now)?;
        let note = tx.asset_note(own.party_no, asset_no)?;
        Ok(asset(&shown_by, note.ok_or(ApiError::NotFound)?))
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
    no_parameters(&parts)?;
    let asset_no = own.number(&site, IdKind::Asset, "asset")?;
    let (now, shown_by) = (site.now(), site.clone());
    site.change(move |tx| {
        let note = tx.asset_note(own.party_no, asset_no)?;
        let note = note.ok_or(ApiError::NotFound)?;
        must_match(&parts.headers, &asset(&shown_by, note))?;
        tx.close_asset(own.party_no, asset_no, now)?;
        assets_changed(tx, &shown_by, &own, "1 closed", now)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What follows from another register: findings are matched again, and the audit log has it.
fn assets_changed(
    tx: &mut Tx<'_>,
    site: &Site,
    own: &Own,
    detail: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let version = tx.raise_register_version()?;
    tx.add_job(Stage::Rematch, version, 0, now)?;
    let subject = format!("organisation {}", own.party_id);
    tx.record(
        now,
        &own.caller.actor(site),
        "change assets",
        &subject,
        detail,
    )?;
    Ok(())
}

fn flag(fields: &mut Fields<'_, '_>, name: &'static str) -> Option<bool> {
    match fields.value(name) {
        None => Some(false),
        Some(Value::Bool(flag)) => Some(*flag),
        Some(_) => {
            fields.mistake(name, "bad-type", "`true` or `false` is expected");
            None
        }
    }
}
