//! Deliveries of a source, and what became of their rows.

mod push;

pub(crate) use push::Deliveries;

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use message::{Decider, Retried};
use model::{IdKind, Scope};
use serde::Serialize;
use store::{Batch, IssueRow, KeyOwner, Notice, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::caller::{Caller, number_of_path};
use super::cursor::{After, AfterBatch, AfterLine};
use super::document::{PageQuery, page_schema};
use super::error::ApiError;
use super::once::{Made, bare, once};
use super::parameters::{Parameters, no_parameters};
use super::shown::{page, shown};
use crate::desk::read_again;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .merge(push::routes())
        .routes(routes!(list_batches))
        .routes(routes!(get_batch))
        .routes(routes!(list_verdicts))
        .routes(routes!(retry_batch))
        .routes(routes!(replay_batch))
}

/// How far a delivery is, and what became of its rows.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BatchStatus {
    id: Uuid,
    #[schema(example = "2026-11-18-scan_rdp.csv")]
    name: String,
    /// How its rows are read.
    #[schema(example = "scan_rdp")]
    report_type: String,
    #[schema(example = "TLP:AMBER")]
    tlp: &'static str,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    received_at: String,
    /// `open`: rows are still to be read; `closed`: each row has its verdict; `failed`: the desk must look.
    #[schema(example = "closed")]
    state: &'static str,
    counts: RowCounts,
    /// What is worth knowing about the delivery as a whole.
    notices: Vec<BatchNotice>,
}

/// A delivery in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    id: Uuid,
    /// Whose it is.
    source_id: Uuid,
    #[schema(example = "2026-11-18-scan_rdp.csv")]
    name: String,
    /// How its rows are read.
    #[schema(example = "scan_rdp")]
    report_type: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    received_at: String,
    /// `open`, `closed`, `failed`, or `waiting` until the desk has vetted its source.
    #[schema(example = "closed")]
    state: &'static str,
    counts: RowCounts,
}

/// Rows by what became of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RowCounts {
    #[schema(example = 100)]
    read: i64,
    #[schema(example = 97)]
    accepted: i64,
    /// Were there already.
    #[schema(example = 1)]
    duplicate: i64,
    /// Break a rule in a field.
    #[schema(example = 2)]
    quarantined: i64,
    /// Are no rows.
    #[schema(example = 0)]
    refused: i64,
    /// Read rows without a verdict: always 0.
    #[schema(example = 0)]
    difference: i64,
}

/// Something about a delivery as a whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BatchNotice {
    /// `drift`, `truncated`, `empty` or `failed`.
    #[schema(example = "drift")]
    kind: String,
    text: String,
}

/// A row that was not accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RowProblem {
    /// Line of the delivery.
    #[schema(example = 17)]
    line: i64,
    /// `quarantined` or `refused`.
    #[schema(example = "quarantined")]
    verdict: &'static str,
    /// Which column; empty for the row as a whole.
    #[schema(example = "ip")]
    field: String,
    /// Why, as a word.
    #[schema(example = "bad-value")]
    code: String,
    /// Why, for people.
    reason: String,
}

page_schema! {
    /// A page of deliveries.
    BatchPage, Delivery
}

page_schema! {
    /// A page of rows that were not accepted.
    VerdictPage, RowProblem
}

fn counts(batch: &Batch) -> RowCounts {
    let counts = &batch.counts;
    RowCounts {
        read: counts.rows_read,
        accepted: counts.accepted,
        duplicate: counts.duplicate,
        quarantined: counts.quarantined,
        refused: counts.refused,
        difference: counts.difference(),
    }
}

/// Deliveries, last first: those of the source, or all for the desk.
#[utoipa::path(
    get, path = "/batches", tag = "batches", operation_id = "listBatches",
    params(PageQuery),
    responses((status = 200, description = "A page", body = BatchPage)),
)]
async fn list_batches(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    caller.must(Scope::BatchesRead)?;
    let source_no = match caller.owner {
        KeyOwner::Desk => None,
        KeyOwner::Source(source_no) => Some(source_no),
        KeyOwner::Organisation(_) => {
            let why = "This needs a key of a source or of the desk.";
            return Err(ApiError::Forbidden(why.into()));
        }
    };
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterBatch>(&site);
    parameters.end()?;
    let (before_no, limit) = (
        wanted.after.map_or(i64::MAX, |after| after.0),
        wanted.limit + 1,
    );
    let rows = site.read(move |tx| Ok(tx.batches_before(source_no, before_no, limit)?));
    let delivery = |batch: Batch| Delivery {
        id: site.id(IdKind::Batch, batch.batch_no),
        source_id: site.id(IdKind::Party, batch.source_no),
        received_at: batch.received_at.to_string(),
        state: batch.state.as_str(),
        counts: counts(&batch),
        name: batch.name,
        report_type: batch.report_type,
    };
    let views = (|batch: &Batch| After(batch.batch_no), delivery);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// How far a delivery is, and what became of its rows.
#[utoipa::path(
    get, path = "/batches/{batch}", tag = "batches", operation_id = "getBatch",
    responses((status = 200, description = "The status", body = BatchStatus)),
)]
async fn get_batch(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let batch = own_batch(&site, &caller, &mut parts).await?;
    no_parameters(&parts)?;
    let batch_no = batch.batch_no;
    let notices = site.read(move |tx| Ok(tx.notices(batch_no)?)).await?;
    Ok(shown(&parts.headers, &status(&site, batch, notices)))
}

fn status(site: &Site, batch: Batch, notices: Vec<Notice>) -> BatchStatus {
    let notice = |notice: Notice| BatchNotice {
        kind: notice.kind,
        text: notice.text,
    };
    BatchStatus {
        id: site.id(IdKind::Batch, batch.batch_no),
        tlp: batch.tlp.as_str(),
        received_at: batch.received_at.to_string(),
        state: batch.state.as_str(),
        counts: counts(&batch),
        name: batch.name,
        report_type: batch.report_type,
        notices: notices.into_iter().map(notice).collect(),
    }
}

/// The rows of a delivery that were not accepted, by line.
#[utoipa::path(
    get, path = "/batches/{batch}/verdicts", tag = "batches", operation_id = "listVerdicts",
    params(PageQuery),
    responses((status = 200, description = "A page", body = VerdictPage)),
)]
async fn list_verdicts(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let batch_no = own_batch(&site, &caller, &mut parts).await?.batch_no;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterLine>(&site);
    parameters.end()?;
    let (after_line, limit) = (wanted.after.map_or(-1, |after| after.0), wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.issues_after(batch_no, after_line, limit)?));
    let views = (|verdict: &IssueRow| After(verdict.line), row_problem);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

fn row_problem(verdict: IssueRow) -> RowProblem {
    RowProblem {
        line: verdict.line,
        verdict: verdict.verdict.as_str(),
        field: verdict.field,
        code: verdict.code,
        reason: verdict.reason,
    }
}

/// Has the rest of a delivery read whose reading failed; 409 where it did not fail, 403 where its source may not
/// deliver it now. For the desk.
#[utoipa::path(
    post, path = "/batches/{batch}/_retry", tag = "batches", operation_id = "retryBatch",
    responses((status = 200, description = "It is read on", body = BatchStatus)),
)]
async fn retry_batch(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    read_on(
        &site,
        caller,
        parts,
        |tx, batch_no, decider| match decider.retry(tx, batch_no)? {
            Retried::Again => Ok(()),
            Retried::NotFailed => Err(ApiError::Exists("a reading of it that did not fail")),
            Retried::NotAgreed => Err(ApiError::Forbidden(
                "Its source may not deliver such a one now; nothing was done. `GET /sources/{source}` says what is agreed.".to_owned(),
            )),
        },
    )
    .await
}

/// Has every row of a delivery read once more that was not accepted; 409 before it was read to its end. For the desk.
#[utoipa::path(
    post, path = "/batches/{batch}/_replay", tag = "batches", operation_id = "replayBatch",
    responses((status = 200, description = "The rows are read once more", body = BatchStatus)),
)]
async fn replay_batch(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    read_on(
        &site,
        caller,
        parts,
        |tx, batch_no, decider| match read_again(tx, batch_no, decider.name, decider.now)? {
            true => Ok(()),
            false => Err(ApiError::Exists("a reading of it that has not ended")),
        },
    )
    .await
}

/// Does something that has a delivery read on or again.
async fn read_on(
    site: &Site,
    caller: Caller,
    mut parts: Parts,
    act: fn(&mut Tx<'_>, i64, &Decider<'_>) -> Result<(), ApiError>,
) -> Result<Response, ApiError> {
    let batch = batch_of(site, &caller, &mut parts).await?;
    caller.must_be_desk()?;
    caller.must(Scope::RowsWrite)?;
    let wanted = bare(&caller, &parts)?;
    let (actor, batch_no, shown_by) = (caller.actor(site), batch.batch_no, site.clone());
    once(site, wanted, move |tx, now| {
        act(tx, batch_no, &Decider { name: &actor, now })?;
        let batch = tx.batch(batch_no)?.ok_or(ApiError::NotFound)?;
        let notices = tx.notices(batch_no)?;
        Ok(Made::done(&status(&shown_by, batch, notices)))
    })
    .await
}

/// The batch of the path, if it is the caller's own; the desk may ask about each.
async fn own_batch(site: &Site, caller: &Caller, parts: &mut Parts) -> Result<Batch, ApiError> {
    let batch = batch_of(site, caller, parts).await?;
    caller.must(Scope::BatchesRead)?;
    Ok(batch)
}

/// The same, whatever the key is for.
async fn batch_of(site: &Site, caller: &Caller, parts: &mut Parts) -> Result<Batch, ApiError> {
    let batch_no = number_of_path(parts, site, IdKind::Batch, "batch").await?;
    let batch = site
        .read(move |tx| tx.batch(batch_no)?.ok_or(Refusal::NotFound))
        .await?;
    let is_own = match caller.owner {
        KeyOwner::Desk => true,
        KeyOwner::Source(source_no) => source_no == batch.source_no,
        KeyOwner::Organisation(_) => false,
    };
    if !is_own {
        return Err(ApiError::NotFound);
    }
    Ok(batch)
}
