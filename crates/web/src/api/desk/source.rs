//! Sources: what is agreed with them, how their deliveries come, what became of their reports, and whether everybody may know
//! their names. A program proposes and stops; a person vets (requirement GA-03).

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use model::{Day, IdKind, Scope, SourceGrade, Timestamp, Tlp};
use rules::enrol::measure::{month_name, next_month, read_month};
use rules::profile::NAME_CHARS_MAX;
use rules::source_quality::{Figures, TypeQuality, total};
use serde::Serialize;
use store::{DriftRow, SourceAgreement, Tx};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{NewReason, must};
use crate::api::caller::{Caller, number_of_path};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, patch};
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, shown};
use crate::desk::{
    MONTHS, MONTHS_SHOWN, SourceView, TEXT_CHARS_MAX, TYPE_CHARS_MAX, TYPES_MAX,
    add_source as propose, change_agreement, health, last_months, propose_again, qualities,
    set_source_named, source_of, stop_source as stop,
};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of one source.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(add_source))
        .routes(routes!(get_source, change_source))
        .routes(routes!(stop_source))
        .routes(routes!(propose_source))
        .routes(routes!(get_source_quality))
}

/// A source, and how its deliveries come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SourceHealth {
    id: Uuid,
    /// Key by which files name it.
    #[schema(example = "shadowserver")]
    reference: String,
    #[schema(example = "shadowserver")]
    name: String,
    /// Everybody may know its name.
    named: bool,
    /// `proposed`: what it delivers waits until a person of the desk has vetted it; `vetted`: it is read; `stopped`: it is refused.
    #[schema(example = "vetted")]
    state: &'static str,
    /// Why it was stopped, as it reads it; empty where it was not.
    reason: String,
    /// Deliveries that wait until it is vetted.
    #[schema(example = 0)]
    waiting_deliveries: i64,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    proposed_at: Option<String>,
    /// Nothing for one that was set up with the installation.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    vetted_at: Option<String>,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    stopped_at: Option<String>,
    /// By what right it gives reports.
    #[schema(example = "reports of its own sensors")]
    mandate: String,
    /// Why the desk may take them.
    #[schema(example = "public task")]
    lawful_basis: String,
    /// Last day of the agreement; after it deliveries are refused. Nothing: it has no last day.
    #[schema(format = Date, example = "2027-11-18")]
    agreement_until: Option<String>,
    /// How the agreement stands: `holds`, `ending` within 30 days, or `ended`.
    #[schema(example = "holds")]
    agreement: &'static str,
    /// Marking of deliveries that name none.
    #[schema(example = "TLP:AMBER")]
    tlp: &'static str,
    /// How far the source and what it says are trusted (admiralty code).
    #[schema(example = "B2")]
    grade: String,
    /// Report types that it may deliver; empty: each.
    #[schema(example = json!(["scan_rdp"]))]
    report_types: Vec<String>,
    /// When its last delivery came.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    last_delivery_at: Option<String>,
    /// Rows of the last delivery.
    #[schema(example = 100)]
    rows: i64,
    /// Of these, those that were not accepted.
    #[schema(example = 2)]
    not_accepted: i64,
    /// Hours from the sighting of the first row of the last delivery to its receipt.
    #[schema(example = 9)]
    delay_hours: Option<i64>,
    /// Since when a delivery is missing, by the rhythm of those before.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    silent_since: Option<String>,
    /// Threats of which the desk confirmed that something was a false alarm.
    false_alarms: Vec<FalseAlarms>,
    /// How the columns of its reports differ from what is known of them.
    drift: Vec<Drift>,
}

/// False alarms of a threat.
#[derive(Serialize, ToSchema)]
struct FalseAlarms {
    #[schema(example = "open-rdp")]
    threat: String,
    #[schema(example = 3)]
    findings: i64,
}

/// A difference between what came and what is known of such reports.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Drift {
    #[schema(example = "scan_rdp")]
    report_type: String,
    /// `missing`, `new`, or `unknown-type` for a report that no table describes.
    #[schema(example = "new")]
    kind: String,
    /// Empty for a type.
    #[schema(example = "port")]
    column: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    first_at: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    last_at: String,
    /// Deliveries that showed it.
    #[schema(example = 4)]
    batches: i64,
}

fn view(site: &Site, tx: &mut Tx<'_>, source_no: i64) -> Result<SourceHealth, Refusal> {
    let source = source_of(tx, source_no)?;
    let SourceView {
        id,
        name,
        reference,
        last_at,
        rows,
        not_accepted,
        delay_hours,
        silent_since,
        state,
        agreement,
    } = health(site, tx, &source)?;
    let terms = tx.source_terms(source_no)?;
    let agreed = terms.agreement;
    let moment = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let false_alarms = tx.false_alarms_of(source_no)?.into_iter();
    let drift = |row: DriftRow| Drift {
        report_type: row.report_type,
        kind: row.kind,
        column: row.column,
        first_at: row.first_at.to_string(),
        last_at: row.last_at.to_string(),
        batches: row.batches,
    };
    Ok(SourceHealth {
        id,
        reference,
        name,
        named: tx.source_is_named(source_no)?,
        state,
        reason: terms.reason,
        waiting_deliveries: tx.held_deliveries(source_no)?,
        proposed_at: moment(terms.proposed_at),
        vetted_at: moment(terms.vetted_at),
        stopped_at: moment(terms.stopped_at),
        mandate: agreed.mandate,
        lawful_basis: agreed.lawful_basis,
        agreement_until: agreed.until.map(|day| day.to_string()),
        agreement,
        tlp: agreed.tlp.as_str(),
        grade: agreed.grade.to_string(),
        report_types: agreed.report_types,
        last_delivery_at: last_at,
        rows,
        not_accepted,
        delay_hours,
        silent_since,
        false_alarms: false_alarms
            .map(|(threat, findings)| FalseAlarms { threat, findings })
            .collect(),
        drift: tx.drift(Some(source_no))?.into_iter().map(drift).collect(),
    })
}

/// One source, and how its deliveries come.
#[utoipa::path(
    get, path = "/sources/{source}", tag = "organisations", operation_id = "getSource",
    responses((status = 200, description = "The source", body = SourceHealth)),
)]
async fn get_source(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::DeskRead)?;
    no_parameters(&parts)?;
    let source_no = number_of_path(&mut parts, &site, IdKind::Party, "source").await?;
    let shown_by = site.clone();
    let found = site.read(move |tx| view(&shown_by, tx, source_no)).await?;
    Ok(shown(&parts.headers, &found))
}

/// What changes of a source. What is left out stays.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct SourcePatch {
    /// Whether everybody may know its name; not `null`.
    #[schema(value_type = bool, required = false)]
    named: Option<bool>,
    /// By what right it gives reports; not `null`.
    #[schema(max_length = 500, value_type = String, required = false)]
    mandate: Option<String>,
    /// Why the desk may take them; not `null`.
    #[schema(max_length = 500, value_type = String, required = false)]
    lawful_basis: Option<String>,
    /// Last day of the agreement; `null`: it has none.
    #[schema(value_type = Option<String>, format = Date, required = false)]
    agreement_until: Option<Option<Day>>,
    /// Marking of deliveries that name none; not `null`.
    #[schema(value_type = String, required = false, example = "TLP:AMBER")]
    tlp: Option<Tlp>,
    /// Admiralty code; not `null`.
    #[schema(value_type = String, required = false, example = "B2")]
    grade: Option<SourceGrade>,
    /// Report types that it may deliver; empty or `null`: each.
    #[schema(max_items = 200, value_type = Option<Vec<String>>, required = false)]
    report_types: Option<Vec<String>>,
}

impl SourcePatch {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        // `null` takes nothing away here.
        let firm = ["named", "mandate", "lawfulBasis", "tlp", "grade"];
        for name in firm {
            if fields.has(name) {
                fields.needs(name);
            }
        }
        let (is_named, is_until) = (fields.has("named"), fields.has("agreementUntil"));
        let is_listed = fields.has("reportTypes");
        let named = fields.flag("named");
        let mandate = fields.optional_line("mandate", TEXT_CHARS_MAX);
        let lawful_basis = fields.optional_line("lawfulBasis", TEXT_CHARS_MAX);
        let until = fields.optional("agreementUntil");
        let (tlp, grade) = (fields.optional("tlp"), fields.optional("grade"));
        let report_types = report_types(fields);
        Some(Self {
            named: Some(named?).filter(|_| is_named),
            mandate: mandate?,
            lawful_basis: lawful_basis?,
            agreement_until: Some(until?).filter(|_| is_until),
            tlp: tlp?,
            grade: grade?,
            report_types: Some(report_types?).filter(|_| is_listed),
        })
    }

    /// What is agreed from now on.
    fn put(&self, kept: &SourceAgreement) -> SourceAgreement {
        let text = |new: &Option<String>, kept: &String| new.as_ref().unwrap_or(kept).clone();
        let types = self.report_types.as_ref();
        SourceAgreement {
            mandate: text(&self.mandate, &kept.mandate),
            lawful_basis: text(&self.lawful_basis, &kept.lawful_basis),
            until: self.agreement_until.unwrap_or(kept.until),
            tlp: self.tlp.unwrap_or(kept.tlp),
            grade: self.grade.unwrap_or(kept.grade),
            report_types: types.unwrap_or(&kept.report_types).clone(),
        }
    }
}

/// Report types, each once and in the order of letters.
fn report_types(fields: &mut Fields<'_, '_>) -> Option<Vec<String>> {
    let mut types = fields.lines("reportTypes", TYPES_MAX, TYPE_CHARS_MAX)?;
    types.sort_unstable();
    types.dedup();
    Some(types)
}

/// A source that is proposed.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewSource {
    /// Key by which files name it, of nobody else.
    #[schema(max_length = 100, example = "researcher")]
    reference: String,
    #[schema(max_length = 100, example = "Researcher")]
    name: String,
    /// By what right it gives reports.
    #[schema(max_length = 500, example = "reports of its own sensors")]
    mandate: String,
    /// Why the desk may take them.
    #[schema(max_length = 500, example = "public task")]
    lawful_basis: String,
    /// Last day of the agreement; after it deliveries are refused.
    #[schema(value_type = Option<String>, format = Date, required = false, example = "2027-11-18")]
    agreement_until: Option<Day>,
    /// Marking of deliveries that name none; `TLP:AMBER` when left out.
    #[schema(value_type = Option<String>, required = false, example = "TLP:AMBER")]
    tlp: Option<Tlp>,
    /// Admiralty code; `F6` when left out.
    #[schema(value_type = Option<String>, required = false, example = "B2")]
    grade: Option<SourceGrade>,
    /// Report types that it may deliver; left out: each.
    #[schema(max_items = 200, required = false, example = json!(["scan_rdp"]))]
    report_types: Vec<String>,
}

impl NewSource {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let reference = fields.line("reference", NAME_CHARS_MAX);
        let name = fields.line("name", NAME_CHARS_MAX);
        let mandate = fields.line("mandate", TEXT_CHARS_MAX);
        let lawful_basis = fields.line("lawfulBasis", TEXT_CHARS_MAX);
        let until = fields.optional("agreementUntil");
        let (tlp, grade) = (fields.optional("tlp"), fields.optional("grade"));
        let report_types = report_types(fields);
        Some(Self {
            reference: reference?,
            name: name?,
            mandate: mandate?,
            lawful_basis: lawful_basis?,
            agreement_until: until?,
            tlp: tlp?,
            grade: grade?,
            report_types: report_types?,
        })
    }

    fn agreement(&self) -> SourceAgreement {
        let usual = SourceAgreement::default();
        SourceAgreement {
            mandate: self.mandate.clone(),
            lawful_basis: self.lawful_basis.clone(),
            until: self.agreement_until,
            tlp: self.tlp.unwrap_or(usual.tlp),
            grade: self.grade.unwrap_or(usual.grade),
            report_types: self.report_types.clone(),
        }
    }
}

/// Proposes a source. What it delivers waits until a person of the desk has vetted it.
#[utoipa::path(
    post, path = "/sources", tag = "organisations", operation_id = "addSource",
    request_body = NewSource,
    responses((status = 201, description = "It is proposed", body = SourceHealth)),
)]
async fn add_source(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::SourcesWrite)?;
    let (new, wanted) = sent(&caller, request, NewSource::read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        let named = (&new.reference[..], &new.name[..]);
        let added = propose(&shown_by, tx, named, &new.agreement(), (None, &actor, now))?;
        let exists = ApiError::Exists("an organisation or source of this reference");
        let source_no = added.ok_or(exists)?;
        let made = view(&shown_by, tx, source_no)?;
        Ok(Made::created(&format!("/sources/{}", made.id), &made))
    })
    .await
}

/// Takes nothing from a source any more; 409 where it was stopped already. Whoever delivers reads the reason.
#[utoipa::path(
    post, path = "/sources/{source}/_stop", tag = "organisations", operation_id = "stopSource",
    request_body = NewReason,
    responses((status = 200, description = "As it is now", body = SourceHealth)),
)]
async fn stop_source(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    decide(site, caller, request, true).await
}

/// Proposes a source again that was stopped; 409 where it was not. What it delivers waits until a person has vetted it.
#[utoipa::path(
    post, path = "/sources/{source}/_propose", tag = "organisations", operation_id = "proposeSource",
    request_body = NewReason,
    responses((status = 200, description = "As it is now", body = SourceHealth)),
)]
async fn propose_source(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    decide(site, caller, request, false).await
}

/// Stops a source, or proposes it again.
async fn decide(
    site: Site,
    caller: Caller,
    request: Request,
    stops: bool,
) -> Result<Response, ApiError> {
    must(&caller, Scope::SourcesWrite)?;
    let (mut parts, body) = request.into_parts();
    let source_no = number_of_path(&mut parts, &site, IdKind::Party, "source").await?;
    let request = Request::from_parts(parts, body);
    let (new, wanted) = sent(&caller, request, NewReason::read).await?;
    let (actor, shown_by) = (caller.actor(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        source_of(tx, source_no)?;
        let source = (source_no, shown_by.id(IdKind::Party, source_no));
        let by = (&actor[..], now);
        match stops {
            true => stop(tx, source, &new.reason, by)?,
            false => propose_again(tx, source, &new.reason, (None, by))?,
        }
        Ok(Made::done(&view(&shown_by, tx, source_no)?))
    })
    .await
}

/// Changes what is agreed with a source, and whether everybody may know its name.
#[utoipa::path(
    patch, path = "/sources/{source}", tag = "organisations", operation_id = "changeSource",
    request_body(content = SourcePatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "As it is now", body = SourceHealth)),
)]
async fn change_source(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    must(&caller, Scope::SourcesWrite)?;
    let (mut head, body) = request.into_parts();
    let source_no = number_of_path(&mut head, &site, IdKind::Party, "source").await?;
    let request = Request::from_parts(head, body);
    let (patch, parts) = patch(request, SourcePatch::read).await?;
    let id = site.id(IdKind::Party, source_no);
    let (actor, now, shown_by) = (caller.actor(&site), site.now(), site.clone());
    let changed = site.change(move |tx| {
        let before = view(&shown_by, tx, source_no)?;
        must_match(&parts.headers, &before)?;
        if let Some(is_named) = patch.named.filter(|is_named| *is_named != before.named) {
            set_source_named(tx, (source_no, id), is_named, &actor, now)?;
        }
        let kept = tx.source_terms(source_no)?.agreement;
        let agreed = patch.put(&kept);
        if agreed != kept {
            change_agreement(tx, (source_no, id), &agreed, (None, &actor, now))?;
        }
        Ok::<_, ApiError>(view(&shown_by, tx, source_no)?)
    });
    Ok(shown(&HeaderMap::new(), &changed.await?))
}

/// What became of the reports of a source.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SourceQuality {
    /// First month.
    #[schema(example = "2026-09")]
    from: String,
    /// Last month.
    #[schema(example = "2026-11")]
    until: String,
    /// When this was counted last.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    counted_at: Option<String>,
    total: QualityFigures,
    /// The same by report type.
    types: Vec<QualityFigures>,
}

/// What became of reports. Shares are whole percent; of nothing there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct QualityFigures {
    /// Empty for all types together.
    #[schema(example = "scan_rdp")]
    report_type: String,
    rows: i64,
    accepted: i64,
    duplicate: i64,
    quarantined: i64,
    refused: i64,
    /// Of the accepted rows, those that the desk corrected.
    repaired: i64,
    /// Why rows were not accepted, the most frequent reason first.
    issues: Vec<QualityIssue>,
    observations: i64,
    findings: i64,
    /// Of the findings, those that another source showed too.
    corroborated: i64,
    corroborated_percent: Option<i64>,
    /// Hours after which half of the observations had come.
    half_within_hours: Option<i64>,
    /// Hours after which nine of ten observations had come.
    most_within_hours: Option<i64>,
    /// Of the findings, those that somebody was told of.
    told: i64,
    /// Of these, those of which somebody said more than that they were seen.
    answered: i64,
    not_ours: i64,
    false_alarms: i64,
    confirmed: i64,
    /// The share of false alarms among those and what was confirmed.
    false_alarm_percent: Option<i64>,
}

/// Why rows were not accepted.
#[derive(Serialize, ToSchema)]
struct QualityIssue {
    /// Code and column.
    #[schema(example = "bad-value ip")]
    reason: String,
    #[schema(example = 2)]
    rows: i64,
}

impl From<Figures> for QualityFigures {
    fn from(figures: Figures) -> Self {
        let issues = figures.issues.into_iter();
        let (half, most) = figures.delay_hours.unzip();
        Self {
            report_type: figures.report_type,
            rows: figures.rows,
            accepted: figures.accepted,
            duplicate: figures.duplicate,
            quarantined: figures.quarantined,
            refused: figures.refused,
            repaired: figures.repaired,
            issues: issues
                .map(|(reason, rows)| QualityIssue { reason, rows })
                .collect(),
            observations: figures.observations,
            findings: figures.findings,
            corroborated: figures.corroborated,
            corroborated_percent: figures.corroborated_percent,
            half_within_hours: half,
            most_within_hours: most,
            told: figures.told,
            answered: figures.answered,
            not_ours: figures.not_ours,
            false_alarms: figures.false_alarms,
            confirmed: figures.confirmed,
            false_alarm_percent: figures.false_alarm_percent,
        }
    }
}

/// Which months.
#[derive(IntoParams)]
#[expect(dead_code, reason = "it describes what `Parameters` reads")]
#[into_params(parameter_in = Query)]
struct MonthsQuery {
    /// First month, of the last 24; when left out two months ago, or the last one where that is earlier.
    #[param(example = "2026-09")]
    from: Option<String>,
    /// Last month, of the last 24; this one when left out.
    #[param(example = "2026-11")]
    until: Option<String>,
}

/// Which of these months; `usual` where nobody says.
fn month(parameters: &mut Parameters, name: &str, months: &[Day], usual: Day) -> Day {
    let Some(text) = parameters.text(name) else {
        return usual;
    };
    let found = read_month(&text).filter(|month| months.contains(month));
    if found.is_none() {
        let why = format!("one of the last {MONTHS} months is expected, such as `2026-09`");
        parameters.mistake(name, "bad-value", why);
    }
    found.unwrap_or(usual)
}

/// What became of the reports of a source over some months, as the desk sees it. These numbers are not for the source: small ones
/// say what one organisation answered.
#[utoipa::path(
    get, path = "/sources/{source}/quality", tag = "organisations", operation_id = "getSourceQuality",
    params(MonthsQuery),
    responses((status = 200, description = "The numbers", body = SourceQuality)),
)]
async fn get_source_quality(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::DeskRead)?;
    caller.must_be_of_all_desks()?;
    let source_no = number_of_path(&mut parts, &site, IdKind::Party, "source").await?;
    let months: Vec<Day> = last_months(site.now().day()).collect();
    let mut parameters = Parameters::of(&parts);
    let until = month(&mut parameters, "until", &months, months[0]);
    let usual = months[MONTHS_SHOWN - 1].min(until);
    let from = month(&mut parameters, "from", &months, usual);
    if from > until {
        parameters.mistake("from", "bad-value", "it lies after `until`");
    }
    parameters.end()?;
    let read = site.read(move |tx| {
        source_of(tx, source_no)?;
        let types = qualities(tx, source_no, (from, next_month(until)))?;
        Ok((types, tx.month_measures(None, 1)?))
    });
    let (types, counted) = read.await?;
    let figures = types.iter().map(TypeQuality::figures);
    let view = SourceQuality {
        from: month_name(from),
        until: month_name(until),
        counted_at: counted.first().map(|month| month.counted_at.to_string()),
        total: total(&types).figures().into(),
        types: figures.map(QualityFigures::from).collect(),
    };
    Ok(shown(&parts.headers, &view))
}
