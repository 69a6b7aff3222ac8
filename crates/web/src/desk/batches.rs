//! Deliveries: `GET /desk/batches`, one with the rows that were not accepted, those rows as a file, and reading on.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use formats::export::csv_safe;
use message::{Decider, Retried};
use model::IdKind;
use rules::access::{DeskDeed, staff_may};
use serde::{Deserialize, Serialize};
use store::{Batch, BatchState, IssueRow, Tx};
use uuid::Uuid;

use super::of_desk::{Choice, Names, OfDesk};
use super::{Done, PAGE_ROWS};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Rows in a file of rows that were not accepted. Whoever has more has one fault many times.
const EXPORTED_ROWS_MAX: i64 = 100_000;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/batches", get(list))
        .route("/desk/batches/{batch}", get(detail))
        .route("/desk/batches/{batch}/issues.csv", get(export))
        .route("/desk/batches/{batch}/retry", post(retry))
}

#[derive(Deserialize)]
struct Before {
    before: Option<Uuid>,
}

/// A delivery in a list.
#[derive(Serialize)]
pub(super) struct BatchView {
    id: Uuid,
    name: String,
    report_type: String,
    source: String,
    source_id: Uuid,
    tlp: &'static str,
    received_at: String,
    state: &'static str,
    rows_read: i64,
    accepted: i64,
    duplicate: i64,
    quarantined: i64,
    refused: i64,
    bytes: u64,
    /// Name of the desk, where the visitor works at several.
    desk: String,
}

impl BatchView {
    /// Address of the page of `list` that begins after this delivery.
    pub(super) fn after(&self, list: &str) -> String {
        format!("{list}?before={}", self.id)
    }
}

#[derive(Serialize)]
struct ListView {
    of_desk: Choice,
    rows: Vec<BatchView>,
    next: Option<String>,
}

async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(place): Query<Before>,
    Query(of): Query<OfDesk>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let before_no = match &place.before {
        Some(id) => site.number(IdKind::Batch, id)?,
        None => i64::MAX,
    };
    let (inner, asked) = (site.clone(), of.clone());
    let (rows, of_desk) = site
        .read(move |tx| {
            let of_desk = asked.choose(&inner, tx)?;
            let batches = tx.batches_before(None, before_no, PAGE_ROWS as i64)?;
            Ok((views_of(&inner, tx, batches, &of_desk.names)?, of_desk))
        })
        .await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = ListView {
        next: last.map(|row| of.kept_in(row.after("/desk/batches"))),
        of_desk,
        rows,
    };
    site.page(&staff, "desk/batches.html", &view)
}

/// These deliveries with the names of their sources.
pub(super) fn views_of(
    site: &Site,
    tx: &mut Tx<'_>,
    batches: Vec<Batch>,
    names: &Names,
) -> Result<Vec<BatchView>, Refusal> {
    let sources: Vec<i64> = batches.iter().map(|batch| batch.source_no).collect();
    let sources = tx.parties(&sources)?;
    let view = |batch: Batch| {
        let source = sources.iter().find(|it| it.party_no == batch.source_no);
        BatchView {
            id: site.id(IdKind::Batch, batch.batch_no),
            source: source.map(|it| it.name.clone()).unwrap_or_default(),
            source_id: site.id(IdKind::Party, batch.source_no),
            tlp: batch.tlp.as_str(),
            received_at: batch.received_at.to_string(),
            state: batch.state.as_str(),
            rows_read: batch.counts.rows_read,
            accepted: batch.counts.accepted,
            duplicate: batch.counts.duplicate,
            quarantined: batch.counts.quarantined,
            refused: batch.counts.refused,
            bytes: batch.blob_bytes,
            desk: names.name(batch.desk_no),
            name: batch.name,
            report_type: batch.report_type,
        }
    };
    Ok(batches.into_iter().map(view).collect())
}

#[derive(Deserialize)]
struct After {
    /// Line of the delivery after which the rows begin.
    #[serde(default)]
    after: i64,
}

#[derive(Serialize)]
struct DetailView {
    done: Option<&'static str>,
    batch: BatchView,
    may_retry: bool,
    /// Its rows that were not accepted can be read again.
    may_replay: bool,
    is_replaying: bool,
    /// Kind and text.
    notices: Vec<(String, String)>,
    issues: Vec<IssueView>,
    next: Option<String>,
}

#[derive(Serialize)]
struct IssueView {
    line: i64,
    verdict: &'static str,
    field: String,
    code: String,
    reason: String,
}

async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(place): Query<After>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let batch_no = site.number(IdKind::Batch, &id)?;
    let may_handle = staff_may(&staff.who.staff_roles, DeskDeed::Handle);
    let done = done.key(&[
        "retried",
        "not-failed",
        "not-agreed",
        "repaired",
        "replayed",
        "not-read",
    ]);
    let inner = site.clone();
    let view = site
        .read(move |tx| {
            let batch = tx.batch(batch_no)?.ok_or(Refusal::NotFound)?;
            let may_retry = may_handle && batch.state == BatchState::Failed;
            let issues = tx.issues_after(batch_no, place.after, PAGE_ROWS as i64)?;
            let last = issues.last().filter(|_| issues.len() == PAGE_ROWS);
            let notices = tx.notices(batch_no)?.into_iter();
            let is_replaying = tx.replay(batch_no)?.is_some();
            let is_read = batch.state == BatchState::Closed;
            let names = Names::read(tx)?;
            Ok(DetailView {
                done,
                may_retry,
                may_replay: may_handle && is_read && !is_replaying,
                is_replaying,
                notices: notices.map(|it| (it.kind, it.text)).collect(),
                next: last.map(|issue| format!("/desk/batches/{id}?after={}", issue.line)),
                issues: issues.into_iter().map(issue_view).collect(),
                batch: views_of(&inner, tx, vec![batch], &names)?
                    .pop()
                    .ok_or(Refusal::NotFound)?,
            })
        })
        .await?;
    site.page(&staff, "desk/batch.html", &view)
}

fn issue_view(issue: IssueRow) -> IssueView {
    IssueView {
        line: issue.line,
        verdict: issue.verdict.as_str(),
        field: issue.field,
        code: issue.code,
        reason: issue.reason,
    }
}

/// `GET /desk/batches/{batch}/issues.csv`: for the source, which must repair them.
async fn export(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    staff.who.must_have_proved(now)?;
    let batch_no = site.number(IdKind::Batch, &id)?;
    let issues = site
        .write(move |tx| {
            tx.batch(batch_no)?.ok_or(Refusal::NotFound)?;
            let issues = tx.issues_after(batch_no, 0, EXPORTED_ROWS_MAX)?;
            let detail = format!("{} rows that were not accepted", issues.len());
            let subject = tx.subject_of(IdKind::Batch, batch_no)?;
            tx.record(now, &actor, "export", &subject, &detail)?;
            Ok(issues)
        })
        .await?;
    // Memory takes all that it is given.
    let bytes = as_csv(&issues).map_err(|_| Refusal::Panicked)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"issues-{id}.csv\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}

fn as_csv(issues: &[IssueRow]) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["line", "verdict", "field", "code", "reason"])?;
    for issue in issues {
        let line = issue.line.to_string();
        let fields = [
            &line,
            issue.verdict.as_str(),
            &issue.field,
            &issue.code,
            &issue.reason,
        ];
        file.write_record(fields.map(|field| csv_safe(field).into_owned()))?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}

/// `POST /desk/batches/{batch}/retry`: has the rest of a failed delivery read.
async fn retry(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let batch_no = site.number(IdKind::Batch, &id)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let retried = site
        .write(move |tx| {
            tx.batch(batch_no)?.ok_or(Refusal::NotFound)?;
            let decider = Decider { name: &actor, now };
            Ok(decider.retry(tx, batch_no)?)
        })
        .await?;
    let done = match retried {
        Retried::Again => "retried",
        Retried::NotFailed => "not-failed",
        Retried::NotAgreed => "not-agreed",
    };
    Ok(Redirect::to(&format!("/desk/batches/{id}?done={done}")).into_response())
}
