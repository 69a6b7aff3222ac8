//! Rows that were not accepted: correcting one, and reading them all once more.
//!
//! The delivery stays as it came. What is corrected is kept beside it with who did it, and the row goes the way of every
//! other row of its delivery.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use model::{IdKind, Timestamp};
use rules::access::DeskDeed;
use rules::urgency;
use serde::Serialize;
use store::{IssueRow, StoreError, Tx};
use uuid::Uuid;

use crate::api::{IntakeFailure, RowFields};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Letters of a field that somebody writes. Evidence can be long; a page cannot.
const FIELD_CHARS_MAX: usize = 4_000;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/batches/{batch}/replay", post(replay))
        .route(
            "/desk/batches/{batch}/rows/{line}",
            get(detail).post(correct),
        )
}

#[derive(Serialize)]
struct View {
    errors: Errors,
    batch_id: Uuid,
    line: i64,
    /// What was wrong with it; nothing once it was accepted.
    issue: Option<IssueView>,
    /// Empty where no row can be read.
    fields: Vec<FieldView>,
    repairs: Vec<RepairView>,
}

#[derive(Serialize)]
struct IssueView {
    verdict: &'static str,
    field: String,
    code: String,
    reason: String,
}

#[derive(Serialize)]
struct FieldView {
    /// Name of the field in the form: its place, as the names of columns come from a delivery.
    name: String,
    column: String,
    value: String,
    /// The field that breaks a rule.
    is_broken: bool,
}

#[derive(Serialize)]
struct RepairView {
    field: String,
    value: String,
    by: String,
    at: String,
}

pub(super) async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path((id, line)): Path<(Uuid, i64)>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    show(&site, &staff, (id, line), None).await
}

async fn show(
    site: &Site,
    staff: &Staff,
    (id, line): (Uuid, i64),
    sent: Option<(RowFields, Errors)>,
) -> Result<Response, Refusal> {
    let batch_no = site.number(IdKind::Batch, &id)?;
    let (actor, now) = (staff.who.actor(site), site.now());
    let (issue, repairs) = site
        .write(move |tx| {
            let found = issue_of(tx, batch_no, line)?;
            let mut repairs = Vec::new();
            for repair in tx.repairs_of_row(batch_no, line)? {
                let person = tx.person(repair.repaired_by)?;
                repairs.push(RepairView {
                    field: repair.field,
                    value: repair.value,
                    by: person.map(|person| person.name).unwrap_or_default(),
                    at: repair.repaired_at.to_string(),
                });
            }
            // A row that was accepted as it came is nobody's business here.
            if found.is_none() && repairs.is_empty() {
                return Err(Refusal::NotFound);
            }
            let subject = tx.subject_of(IdKind::Batch, batch_no)?;
            tx.record(now, &actor, "read", &subject, &format!("line {line}"))?;
            Ok((found, repairs))
        })
        .await?;
    let (fields, errors) = match sent {
        Some((fields, errors)) => (fields, errors),
        None => {
            let row = row_as_it_is(site, batch_no, line, &repairs).await?;
            (row.unwrap_or_default(), Errors::default())
        }
    };
    let broken = issue.as_ref().map(|issue| issue.field.clone());
    let fields = fields.into_iter().enumerate();
    let view = View {
        errors,
        batch_id: id,
        line,
        fields: fields
            .map(|(place, (column, value))| FieldView {
                name: field_name(place),
                is_broken: broken.as_ref() == Some(&column),
                column,
                value,
            })
            .collect(),
        issue: issue.map(|issue| IssueView {
            verdict: issue.verdict.as_str(),
            field: issue.field,
            code: issue.code,
            reason: issue.reason,
        }),
        repairs,
    };
    site.page(staff, "desk/row.html", &view)
}

fn field_name(place: usize) -> String {
    format!("field-{place}")
}

fn issue_of(tx: &mut Tx<'_>, batch_no: i64, line: i64) -> Result<Option<IssueRow>, Refusal> {
    let issues = tx.issues_after(batch_no, line.saturating_sub(1), 1)?;
    Ok(issues.into_iter().find(|issue| issue.line == line))
}

/// The row as it is kept, with the repairs that were made.
async fn row_as_it_is(
    site: &Site,
    batch_no: i64,
    line: i64,
    repairs: &[RepairView],
) -> Result<Option<RowFields>, Refusal> {
    let intake = site.intake().clone();
    let row = waiting(move || intake.row(batch_no, line)).await?;
    Ok(row.map(|mut row| {
        for (column, value) in &mut row {
            if let Some(repair) = repairs.iter().rfind(|repair| repair.field == *column) {
                value.clone_from(&repair.value);
            }
        }
        row
    }))
}

/// Runs what the flow does on a thread that may wait.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IntakeFailure> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "a row of a delivery could not be read");
            Err(Refusal::Panicked)
        }
        Err(_) => Err(Refusal::Panicked),
    }
}

/// `POST /desk/batches/{batch}/rows/{line}`: keeps what was corrected, and has the row read as a row of its delivery.
async fn correct(
    State(site): State<Site>,
    staff: Staff,
    Path((id, line)): Path<(Uuid, i64)>,
    form: Bytes,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let batch_no = site.number(IdKind::Batch, &id)?;
    let is_open = site
        .read(move |tx| Ok(issue_of(tx, batch_no, line)?.is_some()))
        .await?;
    if !is_open {
        return Err(Refusal::NotFound);
    }
    let (intake, asked) = (site.intake().clone(), line);
    let kept = waiting(move || intake.row(batch_no, asked)).await?;
    let kept = kept.ok_or(Refusal::NotFound)?;
    let sent: Vec<(String, String)> = url::form_urlencoded::parse(&form).into_owned().collect();
    let corrected = kept.iter().enumerate().map(|(place, (column, value))| {
        let name = field_name(place);
        let found = sent.iter().find(|(field, _)| *field == name);
        let value = found.map_or(value, |(_, value)| value);
        (column.clone(), value.clone())
    });
    let corrected: RowFields = corrected.collect();
    let mut errors = Errors::default();
    let is_too_long = |value: &str| value.chars().count() > FIELD_CHARS_MAX;
    let changed = |(old, new): (&(String, String), &(String, String))| old != new;
    if kept
        .iter()
        .zip(&corrected)
        .any(|(old, new)| old != new && is_too_long(&new.1))
    {
        errors.add("field-0", "desk-row-error-long");
    } else if !kept.iter().zip(&corrected).any(changed) {
        errors.add("field-0", "desk-row-error-same");
    }
    if !errors.is_empty() {
        return show(&site, &staff, (id, line), Some((corrected, errors))).await;
    }
    let intake = site.intake().clone();
    let masked = waiting(move || intake.masked(batch_no, &corrected)).await?;
    let changes = kept.iter().zip(masked).filter(|(old, new)| *old != new);
    let changes: RowFields = changes.map(|(_, new)| new).collect();
    let (by, actor, now) = (
        staff.who.person.person_no,
        staff.who.actor(&site),
        site.now(),
    );
    let is_read = site
        .write(move |tx| {
            tx.add_repairs((batch_no, line), &changes, (by, now))?;
            let columns: Vec<&str> = changes.iter().map(|(column, _)| column.as_str()).collect();
            let detail = format!("line {line}: {}", columns.join(", "));
            let subject = tx.subject_of(IdKind::Batch, batch_no)?;
            tx.record(now, &actor, "repair", &subject, &detail)?;
            Ok(tx.ask_replay(batch_no, urgency::LEAST, now)?)
        })
        .await?;
    Ok(back(&id, is_read, "repaired").into_response())
}

/// `POST /desk/batches/{batch}/replay`: reads every row that was not accepted once more.
async fn replay(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let batch_no = site.number(IdKind::Batch, &id)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let is_read = site
        .write(move |tx| {
            tx.batch(batch_no)?.ok_or(Refusal::NotFound)?;
            Ok(read_again(tx, batch_no, &actor, now)?)
        })
        .await?;
    Ok(back(&id, is_read, "replayed"))
}

/// Has every row of a delivery read once more that was not accepted; says whether the delivery was read to its end before.
pub(crate) fn read_again(
    tx: &mut Tx<'_>,
    batch_no: i64,
    actor: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let is_read = tx.ask_replay(batch_no, urgency::LEAST, now)?;
    if is_read {
        let subject = tx.subject_of(IdKind::Batch, batch_no)?;
        tx.record(now, actor, "replay", &subject, "")?;
    }
    Ok(is_read)
}

fn back(id: &Uuid, is_read: bool, done: &str) -> Redirect {
    let done = if is_read { done } else { "not-read" };
    Redirect::to(&format!("/desk/batches/{id}?done={done}"))
}
