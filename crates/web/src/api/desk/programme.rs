//! Programmes as the desk runs them: what was decided, places, what was measured, and what came of it. Who applied with what is for
//! people.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use rules::enrol::measure::Month;
use rules::enrol::report::{Counts, Report, Survey, SurveyQuestion};
use serde::Serialize;
use store::{Place as Held, Programme};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::must;
use crate::api::caller::{Caller, number_of_path};
use crate::api::cursor::{AfterApplication, AfterProgramme};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{BothLanguages, page_of, short_page, shown};
use crate::desk::{measured_month, programme_report};
use crate::refusal::Refusal;
use crate::site::Site;

/// Months that are given, the newest.
const MONTHS_MAX: i64 = 24;

/// The routes of programmes.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_programmes))
        .routes(routes!(get_programme))
        .routes(routes!(list_places))
        .routes(routes!(list_programme_measures))
        .routes(routes!(get_programme_report))
        .routes(routes!(list_measures))
}

/// A programme that organisations take part in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Programme)]
struct ProgrammeView {
    id: Uuid,
    /// Its name in addresses of pages.
    #[schema(example = "pilot-2027")]
    slug: String,
    name: BothLanguages,
    /// From which sectors applicants come.
    sectors: Vec<&'static str>,
    #[schema(example = 40)]
    places: u32,
    /// Places for one sector.
    #[schema(example = 4)]
    per_sector: u32,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    opens_at: String,
    #[schema(format = DateTime, example = "2026-12-18T02:14:33Z")]
    closes_at: String,
    #[schema(format = Date, example = "2027-01-04")]
    begins_on: String,
    #[schema(format = Date, example = "2027-12-31")]
    ends_on: String,
    /// Since when everybody sees it.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    published_at: Option<String>,
    /// Digest of the seed of the draw, once that is fixed.
    commitment: Option<String>,
    /// When places were given.
    #[schema(format = DateTime, example = "2026-12-19T02:14:33Z")]
    drawn_at: Option<String>,
    #[schema(format = DateTime, example = "2027-12-31T02:14:33Z")]
    ended_at: Option<String>,
}

page_schema! {
    /// A page of programmes.
    ProgrammePage, ProgrammeView
}

fn view(site: &Site, programme: &Programme) -> ProgrammeView {
    let terms = &programme.terms;
    let moment = |at: Option<model::Timestamp>| at.map(|at| at.to_string());
    ProgrammeView {
        id: site.id(IdKind::Programme, programme.programme_no),
        slug: terms.slug.clone(),
        name: (&terms.name).into(),
        sectors: terms.sectors.iter().map(|sector| sector.as_str()).collect(),
        places: terms.places,
        per_sector: terms.per_sector,
        opens_at: terms.opens_at.to_string(),
        closes_at: terms.closes_at.to_string(),
        begins_on: terms.begins_on.to_string(),
        ends_on: terms.ends_on.to_string(),
        published_at: moment(programme.published_at),
        commitment: programme.commitment.clone(),
        drawn_at: moment(programme.drawn_at),
        ended_at: moment(programme.ended_at),
    }
}

/// Programmes, also those that nobody else sees yet, in the order in which they were made.
#[utoipa::path(
    get, path = "/programmes", tag = "desk", operation_id = "listProgrammes",
    params(PageQuery),
    responses((status = 200, description = "A page", body = ProgrammePage)),
)]
async fn list_programmes(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ProgrammesRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterProgramme>(&site);
    parameters.end()?;
    let rows = site.read(|tx| Ok(tx.programmes()?));
    let number = |programme: &Programme| programme.programme_no;
    let views = (number, |programme: Programme| view(&site, &programme));
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// The programme of the path, for a key with the scope.
async fn programme_of(
    site: &Site,
    caller: &Caller,
    parts: &mut Parts,
) -> Result<Programme, ApiError> {
    must(caller, Scope::ProgrammesRead)?;
    let number = number_of_path(parts, site, IdKind::Programme, "programme").await?;
    let found = site.read(move |tx| tx.programme(number)?.ok_or(Refusal::NotFound));
    Ok(found.await?)
}

/// One programme.
#[utoipa::path(
    get, path = "/programmes/{programme}", tag = "desk", operation_id = "getProgramme",
    responses((status = 200, description = "The programme", body = ProgrammeView)),
)]
async fn get_programme(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let programme = programme_of(&site, &caller, &mut parts).await?;
    no_parameters(&parts)?;
    Ok(shown(&parts.headers, &view(&site, &programme)))
}

/// What an application came to in the draw and after it, without who applied.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProgrammePlace {
    application_id: Uuid,
    #[schema(example = "energy")]
    sector: &'static str,
    /// Where it stands in its sector, from 1.
    #[schema(example = 2)]
    rank: i64,
    /// How many addresses it brings.
    #[schema(example = 256)]
    addresses: i64,
    /// `selected`, `waiting`, `taken` (takes part), `released`, `left` or `finished`.
    #[schema(example = "taken")]
    state: &'static str,
}

page_schema! {
    /// A page of places.
    ProgrammePlacePage, ProgrammePlace
}

/// Places of a programme and who waits for one, by the draw and what became of it since, in the order in which the applications were
/// made. Empty before the draw.
#[utoipa::path(
    get, path = "/programmes/{programme}/places", tag = "desk", operation_id = "listProgrammePlaces",
    params(PageQuery),
    responses((status = 200, description = "A page", body = ProgrammePlacePage)),
)]
async fn list_places(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let programme_no = programme_of(&site, &caller, &mut parts).await?.programme_no;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterApplication>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.places_of(programme_no)?));
    let place = |place: Held| ProgrammePlace {
        application_id: site.id(IdKind::Application, place.application_no),
        sector: place.sector.as_str(),
        rank: place.rank,
        addresses: place.count,
        state: place.state.as_str(),
    };
    let views = (|place: &Held| place.application_no, place);
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// What a month came to. Shares are whole percent; of nothing there is none.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MeasuredMonth {
    #[schema(example = "2026-11")]
    month: String,
    /// Messages that were handed over.
    messages: i64,
    /// The share of those that no person decided about.
    automatic_percent: Option<i64>,
    hand_minutes: i64,
    findings: i64,
    /// The share of findings at a system that the recipient registered.
    matched_percent: Option<i64>,
    /// Minutes until half were handed over.
    notice_minutes_median: Option<i64>,
    /// Minutes until nine of ten were handed over.
    notice_minutes_p90: Option<i64>,
    /// Organisations that got a message.
    recipients: i64,
    answering: i64,
    /// Messages of which somebody said whether they were useful.
    judged: i64,
    useful_percent: Option<i64>,
}

impl From<Month> for MeasuredMonth {
    fn from(month: Month) -> Self {
        let (median, p90) = month.notice.unzip();
        Self {
            month: month.name,
            messages: month.messages,
            automatic_percent: month.automatic,
            hand_minutes: month.hand_minutes,
            findings: month.findings,
            matched_percent: month.matched,
            notice_minutes_median: median,
            notice_minutes_p90: p90,
            recipients: month.recipients,
            answering: month.answering,
            judged: month.judged,
            useful_percent: month.useful,
        }
    }
}

page_schema! {
    /// What the last months came to.
    MeasuredMonthPage, MeasuredMonth
}

async fn measures(
    site: &Site,
    parts: &Parts,
    programme_no: Option<i64>,
) -> Result<Response, ApiError> {
    no_parameters(parts)?;
    let read = site.read(move |tx| Ok(tx.month_measures(programme_no, MONTHS_MAX)?));
    let months = read.await?;
    let months = months.iter().map(|measure| measured_month(measure).into());
    let items: Vec<MeasuredMonth> = months.collect();
    Ok(page_of(parts, &items, None))
}

/// What the last 24 months of a programme came to, the newest first, in one page.
#[utoipa::path(
    get, path = "/programmes/{programme}/measures", tag = "desk", operation_id = "listProgrammeMeasures",
    responses((status = 200, description = "The months", body = MeasuredMonthPage)),
)]
async fn list_programme_measures(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let programme = programme_of(&site, &caller, &mut parts).await?;
    measures(&site, &parts, Some(programme.programme_no)).await
}

/// What the last 24 months of the whole desk came to, the newest first, in one page.
#[utoipa::path(
    get, path = "/measures", tag = "desk", operation_id = "listMeasures",
    responses((status = 200, description = "The months", body = MeasuredMonthPage)),
)]
async fn list_measures(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::ProgrammesRead)?;
    caller.must_be_of_all_desks()?;
    measures(&site, &parts, None).await
}

/// What a programme came to so far, or when it was ended, with every number. It is for the desk: small numbers say what one
/// organisation did.
#[derive(Serialize, ToSchema)]
struct ProgrammeReport {
    total: ReportCounts,
    sectors: Vec<ReportGroup>,
    sizes: Vec<ReportGroup>,
    findings: ReportFindings,
    months: Vec<MeasuredMonth>,
    surveys: Vec<ReportSurvey>,
}

/// How many applications came how far.
#[derive(Serialize, ToSchema)]
struct ReportCounts {
    applied: u64,
    eligible: u64,
    /// Got a place, then or later.
    selected: u64,
    /// Signed the agreement.
    signed: u64,
    /// Gave a place up, or lost it, before taking part.
    replaced: u64,
    /// Took part and left.
    left: u64,
}

/// Applications of one sector or size.
#[derive(Serialize, ToSchema)]
struct ReportGroup {
    #[schema(example = "energy")]
    group: String,
    #[serde(flatten)]
    counts: ReportCounts,
}

/// Findings of which participants were told.
#[derive(Serialize, ToSchema)]
struct ReportFindings {
    told: u64,
    answered: u64,
    solved: u64,
}

/// What was answered in an evaluation.
#[derive(Serialize, ToSchema)]
struct ReportSurvey {
    name: BothLanguages,
    invited: u64,
    answered: u64,
    questions: Vec<ReportQuestion>,
}

/// A question of an evaluation.
#[derive(Serialize, ToSchema)]
struct ReportQuestion {
    text: BothLanguages,
    answers: Vec<ReportAnswer>,
}

/// An answer that could be chosen, and how often it was.
#[derive(Serialize, ToSchema)]
struct ReportAnswer {
    text: BothLanguages,
    count: u64,
}

impl From<&Counts> for ReportCounts {
    fn from(counts: &Counts) -> Self {
        Self {
            applied: counts.applied,
            eligible: counts.eligible,
            selected: counts.selected,
            signed: counts.signed,
            replaced: counts.replaced,
            left: counts.left,
        }
    }
}

impl From<&Survey> for ReportSurvey {
    fn from(survey: &Survey) -> Self {
        let answer = |(text, count): &([String; 2], u64)| ReportAnswer {
            text: text.into(),
            count: *count,
        };
        let question = |question: &SurveyQuestion| ReportQuestion {
            text: (&question.text).into(),
            answers: question.answers.iter().map(answer).collect(),
        };
        Self {
            name: (&survey.name).into(),
            invited: survey.invited,
            answered: survey.answered,
            questions: survey.questions.iter().map(question).collect(),
        }
    }
}

impl From<Report> for ProgrammeReport {
    fn from(report: Report) -> Self {
        let groups = |groups: &[(String, Counts)]| {
            let group = |(name, counts): &(String, Counts)| ReportGroup {
                group: name.clone(),
                counts: counts.into(),
            };
            groups.iter().map(group).collect()
        };
        Self {
            total: (&report.total).into(),
            sectors: groups(&report.sectors),
            sizes: groups(&report.sizes),
            findings: ReportFindings {
                told: report.findings.told,
                answered: report.findings.answered,
                solved: report.findings.solved,
            },
            surveys: report.surveys.iter().map(ReportSurvey::from).collect(),
            months: report.months.into_iter().map(MeasuredMonth::from).collect(),
        }
    }
}

/// What a programme came to.
#[utoipa::path(
    get, path = "/programmes/{programme}/report", tag = "desk", operation_id = "getProgrammeReport",
    responses((status = 200, description = "The report", body = ProgrammeReport)),
)]
async fn get_programme_report(
    State(site): State<Site>,
    caller: Caller,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    let programme = programme_of(&site, &caller, &mut parts).await?;
    no_parameters(&parts)?;
    let report = site.read(move |tx| programme_report(tx, &programme));
    let view = ProgrammeReport::from(report.await?);
    Ok(shown(&parts.headers, &view))
}
