//! The complete list of assets, as the organisation keeps it elsewhere: what it would change, and putting it in the place of what
//! is held. What the page for lists does, but that nothing is brought in of a list in which a row is wrong.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use formats::asset_list::{self, AssetList, LIST_BYTES_MAX};
use model::{RowIssue, Scope};
use rules::asset_plan::{Act, FieldChange};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::reads_suppliers;
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::parameters::{header_text, no_parameters};
use crate::api::shown::{found_page, if_match, must_be};
use crate::asset::preview::{Planned, Waiting};
use crate::asset::{Holding, held};
use crate::download::WORKBOOK_TYPE;
use crate::limiter::{Limiter, Rate};
use crate::site::Site;

/// Lists of an organisation by programs. Each is up to 4 MiB, and compared with all that is held.
const LISTS: Limiter = Limiter::new("asset lists by programs", Rate::per_hour(120));

/// What a list is sent as: a table with a header, or one asset a line; or the same as a workbook. Which of them it is shows in its
/// bytes.
const LIST_TYPES: [&str; 2] = ["text/csv", WORKBOOK_TYPE];

/// The same in words.
const LIST_TYPES_WANTED: &str =
    "text/csv` or `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The routes of the complete list.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(preview_assets))
        .routes(routes!(replace_assets))
}

/// What a complete list does, in assets.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssetListPlan {
    /// Are not held yet: claims.
    #[schema(example = 3)]
    added: u64,
    /// Are held, and the list says something else of them.
    changed: u64,
    /// Are held as the list says.
    unchanged: u64,
    /// Are held, and the list does not have them. Empty while a row is wrong: that row may be what one of them is called now.
    closed: Vec<String>,
    /// What changes, by line.
    changes: Vec<AssetListChange>,
    /// What is wrong, by line. While there is something, the list is not put.
    issues: Vec<AssetListIssue>,
    /// Columns that mean nothing here, and are not read.
    ignored_columns: Vec<String>,
}

/// What a line changes of an asset.
#[derive(Serialize, ToSchema)]
struct AssetListChange {
    /// The header is line 1.
    #[schema(example = 2)]
    line: u64,
    #[schema(example = "192.0.2.0/29")]
    value: String,
    fields: Vec<AssetListField>,
}

/// What a column says before and after.
#[derive(Serialize, ToSchema)]
struct AssetListField {
    #[schema(example = "label")]
    field: &'static str,
    before: String,
    after: String,
}

/// What is wrong with a line.
#[derive(Serialize, ToSchema)]
struct AssetListIssue {
    /// The header is line 1.
    #[schema(example = 7)]
    line: u64,
    /// The column; empty: the whole line.
    #[schema(example = "value")]
    column: String,
    /// Why, as a word that does not change.
    #[schema(example = "host-bits")]
    code: &'static str,
    /// Why, for people.
    detail: String,
}

impl AssetListIssue {
    fn of(issue: &RowIssue) -> Self {
        Self {
            line: issue.line,
            column: issue.field.clone(),
            code: issue.code,
            detail: issue.reason.clone(),
        }
    }

    fn repeated(line: u64, first: u64) -> Self {
        Self {
            line,
            column: "value".to_owned(),
            code: "repeated",
            detail: format!("it stands on line {first} already"),
        }
    }

    fn mistake(self) -> Mistake {
        let place = format!("/lines/{}/{}", self.line, self.column);
        Mistake::at(place.trim_end_matches('/'), self.code, self.detail)
    }
}

impl AssetListPlan {
    fn new(planned: &Planned) -> Self {
        let list = planned.list();
        let mut plan = Self {
            added: 0,
            changed: 0,
            unchanged: 0,
            closed: Vec::new(),
            changes: Vec::new(),
            issues: list.issues.iter().map(AssetListIssue::of).collect(),
            ignored_columns: list.ignored_columns.clone(),
        };
        for ((line, row), act) in list.rows.iter().zip(&planned.plan.acts) {
            match act {
                Act::Add => plan.added += 1,
                Act::Keep(_) => plan.unchanged += 1,
                Act::Repeat(first) => plan.issues.push(AssetListIssue::repeated(*line, *first)),
                Act::Change { fields, .. } => {
                    plan.changed += 1;
                    plan.changes.push(AssetListChange {
                        line: *line,
                        value: row.given.clone(),
                        fields: fields.iter().map(|it| field(planned, it)).collect(),
                    });
                }
            }
        }
        plan.issues.sort_by_key(|issue| issue.line);
        if plan.issues.is_empty() {
            plan.closed = planned.closed();
        }
        plan
    }
}

fn field(planned: &Planned, change: &FieldChange) -> AssetListField {
    AssetListField {
        field: change.field,
        before: planned.before(change).to_owned(),
        after: change.after.clone(),
    }
}

/// What was sent: a list, read as far as it can be.
async fn list_in(site: &Site, own: &Own, request: Request) -> Result<(AssetList, Parts), ApiError> {
    let (parts, body) = request.into_parts();
    no_parameters(&parts)?;
    if !is_list(&parts.headers) {
        return Err(ApiError::MediaType(LIST_TYPES_WANTED));
    }
    site.limit(&LISTS, own.party_no)?;
    let bytes = whole(body).await?;
    let read = site.compute(move || asset_list::read(&bytes)).await?;
    let list = read.map_err(|error| {
        let why = model::in_words(&error);
        ApiError::Invalid(vec![Mistake::at("", "bad-list", why)])
    })?;
    if list.rows.is_empty() && list.issues.is_empty() {
        // Whoever wants to hold nothing any more closes all by `_change`.
        let why = "there is no asset in it";
        return Err(ApiError::Invalid(vec![Mistake::at("", "missing", why)]));
    }
    Ok((list, parts))
}

fn is_list(headers: &HeaderMap) -> bool {
    let kind = header_text(headers, header::CONTENT_TYPE).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let mut types = LIST_TYPES.iter();
    types.any(|known| essence.eq_ignore_ascii_case(known))
}

async fn whole(body: Body) -> Result<axum::body::Bytes, ApiError> {
    let bytes = to_bytes(body, LIST_BYTES_MAX).await;
    bytes.map_err(|_| ApiError::TooLarge)
}

/// Says what the complete list of all assets would change, and every row that is wrong. `ETag` names exactly that.
///
/// A table with the columns of the portal's download, or one asset a line; a workbook (.xlsx) is taken too. At most 20,000 rows.
#[utoipa::path(
    post, path = "/organisations/{organisation}/assets/_preview", tag = "assets", operation_id = "previewAssetList",
    request_body(content(
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, description = "What it would change", body = AssetListPlan)),
)]
async fn preview_assets(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    let (list, _) = list_in(&site, &own, request).await?;
    let held = site.read(move |tx| Ok(held(tx, own.party_no)?)).await?;
    let keeps = !reads_suppliers(&own);
    let (plan, mark) = site
        .compute(move || {
            let planned = Planned::new(Arc::new(Waiting::whole(list, keeps)), held);
            (AssetListPlan::new(&planned), planned.mark())
        })
        .await?;
    let mut response = found_page(&plan);
    let tag = HeaderValue::try_from(format!("\"{mark}\"")).expect("digits are ASCII");
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// Puts the complete list in the place of all assets: what is not in it is closed. `If-Match` is the `ETag` of the preview, so that
/// it does what was shown; `*` is 412, since nothing is closed that nobody saw. A list in which a row is wrong does nothing; `pointer`
/// has its line and column.
#[utoipa::path(
    put, path = "/organisations/{organisation}/assets", tag = "assets", operation_id = "replaceAssets",
    request_body(content(
        (String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses((status = 200, description = "What was done", body = AssetListPlan)),
)]
async fn replace_assets(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::AssetsWrite)?;
    if_match(request.headers())?;
    let (list, parts) = list_in(&site, &own, request).await?;
    let waiting = Arc::new(Waiting::whole(list, !reads_suppliers(&own)));
    let (acting, now) = (own.acting(&site), site.now());
    let plan = site
        .change(move |tx| {
            let holding = Holding::keep(tx, own.party_no)?;
            let planned = Planned::new(waiting.clone(), holding.all(tx)?);
            let plan = AssetListPlan::new(&planned);
            if !plan.issues.is_empty() {
                let mistakes = plan.issues.into_iter().map(AssetListIssue::mistake);
                return Err(ApiError::Invalid(mistakes.collect()));
            }
            must_be(&parts.headers, &format!("\"{}\"", planned.mark()))?;
            planned.bring_in(tx, holding, &acting, now)?;
            Ok(plan)
        })
        .await?;
    Ok(found_page(&plan))
}
