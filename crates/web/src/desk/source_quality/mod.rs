//! `/desk/sources/{source}/quality`: what became of the reports of a source, by type, over some months; and below it the same of a
//! quarter as a document that can be sent to the source.

mod paper;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use model::{Day, IdKind, Language};
use rules::access::DeskDeed;
use rules::enrol::measure::{month_before, month_name, month_of, next_month, read_month};
use rules::source_quality::{Figures, Quarter, TypeQuality, by_type, total};
use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use super::sources::source_of;
use crate::enrol::pdf_file;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;
use paper::QualityPaper;

/// Months to choose from.
pub(crate) const MONTHS: usize = 24;

/// Months that are shown when nobody chooses.
pub(crate) const MONTHS_SHOWN: usize = 3;

/// Quarters of which there is a document, the newest.
const QUARTERS: usize = 4;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/sources/{source}/quality", get(show))
        .route("/desk/sources/{source}/quality/{document}", get(document))
}

/// The months that somebody chose.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Chosen {
    from: String,
    until: String,
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    name: String,
    /// Months to choose from, the newest first: as value and as label.
    months: Vec<[String; 2]>,
    from: String,
    until: String,
    counted_at: Option<String>,
    types: Vec<Figures>,
    total: Figures,
    /// The share of false alarms by type, where something was judged.
    false_alarms: Vec<(String, i64)>,
    /// Names of the quarters of which there is a document.
    quarters: Vec<String>,
}

async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    staff.must_work_everywhere()?;
    let source_no = site.number(IdKind::Party, &id)?;
    let today = site.now().day();
    let months: Vec<Day> = last_months(today).collect();
    let month = |text: &str, usual: usize| {
        let wanted = read_month(text).filter(|month| months.contains(month));
        wanted.unwrap_or(months[usual])
    };
    let until = month(&chosen.until, 0);
    let from = month(&chosen.from, MONTHS_SHOWN - 1).min(until);
    let (source, types, quarters, counted) = site
        .read(move |tx| {
            let source = source_of(tx, source_no)?;
            let types = qualities(tx, source_no, (from, next_month(until)))?;
            let mut quarters = Vec::new();
            for quarter in Quarter::finished(today, QUARTERS) {
                if !qualities(tx, source_no, (quarter.from, quarter.until()))?.is_empty() {
                    quarters.push(quarter.name());
                }
            }
            Ok((source, types, quarters, tx.month_measures(None, 1)?))
        })
        .await?;
    let figures: Vec<Figures> = types.iter().map(TypeQuality::figures).collect();
    let shares = figures.iter();
    let shares = shares.filter_map(|it| Some((it.report_type.clone(), it.false_alarm_percent?)));
    let names = months.into_iter().map(month_name);
    let view = View {
        id,
        name: source.name,
        months: names.map(|name| [name.clone(), name]).collect(),
        from: month_name(from),
        until: month_name(until),
        counted_at: counted.first().map(|month| month.counted_at.to_string()),
        false_alarms: shares.collect(),
        total: total(&types).figures(),
        types: figures,
        quarters,
    };
    site.page(&staff, "desk/source_quality.html", &view)
}

/// The months to choose from, the newest first.
pub(crate) fn last_months(today: Day) -> impl Iterator<Item = Day> {
    std::iter::successors(Some(month_of(today)), |month| Some(month_before(*month))).take(MONTHS)
}

/// What became of the reports of a source by type, from the first day of a month until the first day of another.
pub(crate) fn qualities(
    tx: &mut Tx<'_>,
    source_no: i64,
    months: (Day, Day),
) -> Result<Vec<TypeQuality>, Refusal> {
    let tallies = tx.source_tallies(source_no, months)?.into_iter();
    Ok(by_type(
        tallies.map(|it| (it.report_type, it.kind, it.detail, it.total)),
    ))
}

/// `GET /desk/sources/{source}/quality/2026-Q3-en.pdf`.
async fn document(
    State(site): State<Site>,
    staff: Staff,
    Path((id, name)): Path<(Uuid, String)>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    staff.must_work_everywhere()?;
    let source_no = site.number(IdKind::Party, &id)?;
    let made_on = site.now().day();
    let (quarter, language) = read_name(&name, made_on).ok_or(Refusal::NotFound)?;
    let (source, types) = site
        .read(move |tx| {
            let source = source_of(tx, source_no)?;
            let types = qualities(tx, source_no, (quarter.from, quarter.until()))?;
            Ok((source, types))
        })
        .await?;
    let paper = QualityPaper {
        source: &source.name,
        quarter,
        types: &types,
        language,
        made_on,
    };
    let document = paper.document(&site, &staff.visitor.desk_name)?;
    pdf_file(&document, &format!("{}-{name}", source.reference))
}

/// Quarter and language of a document; only quarters that no longer change have one.
fn read_name(name: &str, today: Day) -> Option<(Quarter, Language)> {
    let (quarter, language) = name.strip_suffix(".pdf")?.rsplit_once('-')?;
    let language = Language::ALL.iter().find(|it| it.as_str() == language)?;
    let finished = Quarter::finished(today, QUARTERS);
    let quarter = finished.into_iter().find(|it| it.name() == quarter)?;
    Some((quarter, *language))
}
