//! Sources and their health: `GET /desk/sources`, and one with its deliveries and how its columns differ.

use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use model::{IdKind, SourceState, Timestamp};
use rules::access::{DeskDeed, staff_may};
use rules::silence::silent_since;
use rules::source::agreement;
use serde::{Deserialize, Serialize};
use store::{DriftRow, SourceRow, StoreError, Tx};
use uuid::Uuid;

use super::batches::{BatchView, views_of};
use super::of_desk::Names;
use super::source_terms::{self, TermsView, terms_view};
use super::tally::received_of;
use super::{Done, PAGE_ROWS};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Sources in the list. Each is asked for its last deliveries.
const SOURCES_MAX: usize = 200;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/sources", get(list).post(source_terms::add))
        .route("/desk/sources/new", get(source_terms::new))
        .route("/desk/sources/{source}", get(detail).post(set_named))
        .route("/desk/sources/{source}/decide", post(source_terms::decide))
        .route(
            "/desk/sources/{source}/terms",
            get(source_terms::show).post(source_terms::change),
        )
}

/// A source, and how its deliveries come.
#[derive(Serialize)]
pub(crate) struct SourceView {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) reference: String,
    pub(crate) last_at: Option<String>,
    /// Rows of the last delivery.
    pub(crate) rows: i64,
    /// Of these, those that were not accepted.
    pub(crate) not_accepted: i64,
    /// Hours from the sighting of the first row of the last delivery to its receipt.
    pub(crate) delay_hours: Option<i64>,
    /// Never where the source is not vetted: nothing is expected of it.
    pub(crate) silent_since: Option<String>,
    /// How far the desk is with it.
    pub(crate) state: &'static str,
    /// How the agreement with it stands: `holds`, `ending` or `ended`.
    pub(crate) agreement: &'static str,
}

/// How the deliveries of a source come.
pub(crate) fn health(
    site: &Site,
    tx: &mut Tx<'_>,
    source: &SourceRow,
) -> Result<SourceView, Refusal> {
    let silent = match source.state {
        SourceState::Vetted => silent_since(&received_of(tx, source.party_no)?, site.now()),
        SourceState::Proposed | SourceState::Stopped => None,
    };
    let last = tx.batches_before(Some(source.party_no), i64::MAX, 1)?.pop();
    let observed_at = match &last {
        Some(batch) => tx.first_observed_in(batch)?,
        None => None,
    };
    let delay = last
        .as_ref()
        .zip(observed_at)
        .map(|(batch, at)| batch.received_at.seconds_since(at));
    let counts = last.as_ref().map(|batch| batch.counts).unwrap_or_default();
    Ok(SourceView {
        id: site.id(IdKind::Party, source.party_no),
        name: source.name.clone(),
        reference: source.reference.clone(),
        last_at: last.map(|batch| batch.received_at.to_string()),
        rows: counts.rows_read,
        not_accepted: counts.quarantined + counts.refused,
        delay_hours: delay.map(|secs| secs / 3_600),
        silent_since: silent.map(|at| at.to_string()),
        state: source.state.as_str(),
        agreement: agreement(source.agreement_until, site.now().day()).as_str(),
    })
}

#[derive(Serialize)]
struct ListView {
    sources: Vec<SourceView>,
    /// The visitor may propose one.
    may_change: bool,
}

async fn list(State(site): State<Site>, staff: Staff) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let inner = site.clone();
    let sources = site
        .read(move |tx| {
            let sources = tx.sources()?;
            let shown = sources.iter().take(SOURCES_MAX);
            shown.map(|source| health(&inner, tx, source)).collect()
        })
        .await?;
    let may_change = staff_may(&staff.who.staff_roles, DeskDeed::ChangeStaff);
    let view = ListView {
        sources,
        may_change,
    };
    site.page(&staff, "desk/sources.html", &view)
}

#[derive(Deserialize)]
struct Before {
    before: Option<Uuid>,
}

/// What the page of a source shows beside the source.
#[derive(Default)]
pub(super) struct Shown {
    /// The delivery before which the list begins.
    pub(super) before: Option<Uuid>,
    pub(super) reason: String,
    /// The mark that came in, where the page was sent with a mistake and says nothing of what others saved.
    pub(super) seen: Option<String>,
    /// Why nothing was decided: `overtaken` or `ended`.
    pub(super) warning: Option<&'static str>,
    pub(super) errors: Errors,
    pub(super) done: Option<&'static str>,
}

#[derive(Serialize)]
struct DetailView {
    source: SourceView,
    terms: TermsView,
    reason: String,
    errors: Errors,
    done: Option<&'static str>,
    warning: Option<&'static str>,
    /// Whether everybody may know its name.
    may_be_named: bool,
    may_change: bool,
    drift: Vec<DriftView>,
    /// Threats, and how often the desk confirmed that it was none.
    false_alarms: Vec<(String, i64)>,
    rows: Vec<BatchView>,
    next: Option<String>,
}

#[derive(Serialize)]
struct DriftView {
    report_type: String,
    kind: String,
    column: String,
    first_at: String,
    last_at: String,
    batches: i64,
}

async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(place): Query<Before>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    let shown = Shown {
        before: place.before,
        done: done.key(&[
            "proposed",
            "changed",
            "vetted",
            "vetted-some",
            "stopped",
            "discarded",
        ]),
        ..Shown::default()
    };
    detail_page(&site, &staff, id, shown).await
}

/// The page of a source, with what is wrong with the form on it.
pub(super) async fn detail_page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    shown: Shown,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let source_no = site.number(IdKind::Party, &id)?;
    let before_no = match &shown.before {
        Some(id) => site.number(IdKind::Batch, id)?,
        None => i64::MAX,
    };
    let may_change = staff_may(&staff.who.staff_roles, DeskDeed::ChangeStaff);
    let (inner, reader) = (site.clone(), staff.clone());
    let mut view = site
        .read(move |tx| {
            let source = source_of(tx, source_no)?;
            let batches = tx.batches_before(Some(source_no), before_no, PAGE_ROWS as i64)?;
            let names = Names::read(tx)?;
            let rows = views_of(&inner, tx, batches, &names)?;
            let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
            let drift = tx.drift(Some(source_no))?.into_iter();
            Ok(DetailView {
                next: last.map(|row| row.after(&format!("/desk/sources/{id}"))),
                drift: drift.map(drift_view).collect(),
                source: health(&inner, tx, &source)?,
                terms: terms_view(tx, source_no, &reader, inner.now().day())?,
                reason: String::new(),
                errors: Errors::default(),
                done: None,
                warning: None,
                may_be_named: tx.source_is_named(source_no)?,
                may_change,
                false_alarms: tx.false_alarms_of(source_no)?,
                rows,
            })
        })
        .await?;
    view.reason = shown.reason;
    view.errors = shown.errors;
    view.done = shown.done;
    view.warning = shown.warning;
    view.terms.keep_seen(shown.seen);
    site.page(staff, "desk/source.html", &view)
}

#[derive(Deserialize)]
struct NamedForm {
    /// `yes`, or left out.
    #[serde(default)]
    named: String,
}

/// `POST /desk/sources/{source}`: whether everybody may know its name.
async fn set_named(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<NamedForm>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let source_no = site.number(IdKind::Party, &id)?;
    let (actor, now, is_named) = (staff.who.actor(&site), site.now(), form.named == "yes");
    site.write(move |tx| {
        source_of(tx, source_no)?;
        Ok(set_source_named(
            tx,
            (source_no, id),
            is_named,
            &actor,
            now,
        )?)
    })
    .await?;
    Ok(Redirect::to(&format!("/desk/sources/{id}")))
}

/// The source with this number.
pub(crate) fn source_of(tx: &mut Tx<'_>, source_no: i64) -> Result<SourceRow, Refusal> {
    let sources = tx.sources()?.into_iter();
    let mut own = sources.filter(|source| source.party_no == source_no);
    own.next().ok_or(Refusal::NotFound)
}

/// Says whether everybody may know the name of a source.
pub(crate) fn set_source_named(
    tx: &mut Tx<'_>,
    (source_no, id): (i64, Uuid),
    is_named: bool,
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.name_source(source_no, is_named, now)?;
    let detail = if is_named { "named" } else { "not named" };
    tx.record(now, actor, "name-source", &format!("source {id}"), detail)
}

fn drift_view(row: DriftRow) -> DriftView {
    DriftView {
        report_type: row.report_type,
        kind: row.kind,
        column: row.column,
        first_at: row.first_at.to_string(),
        last_at: row.last_at.to_string(),
        batches: row.batches,
    }
}
