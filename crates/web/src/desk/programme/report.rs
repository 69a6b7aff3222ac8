//! `/desk/programmes/{programme}/report`: what a programme came to, as page, table (CSV), data (JSON) and document (PDF); and
//! ending it, after which the report stays as it is.

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use message::tell_administrators;
use model::{IdKind, Language, PlaceState, Timestamp};
use rules::access::DeskDeed;
use rules::enrol::measure::Month;
use rules::enrol::report::{
    APPLICATIONS_KEPT_DAYS, Counts, Findings, Report, Survey, SurveyQuestion,
};
use rules::message::ServiceKind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Programme, ProgrammeEnd, Tx};
use uuid::Uuid;

use super::standing::report;
use super::{coordinator_must_have_proved, done, subject};
use crate::desk::Done;
use crate::desk::reason::read_reason;
use crate::download::{file, table};
use crate::enrol::{ProgrammeView, ReportPaper, in_language, pdf_file, tell};
use crate::form::Errors;
use crate::organisation::member_change::has_administrator;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

const DAY_SECS: i64 = 86_400;

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme: ProgrammeView,
    report: ReportView,
    /// When and why it was ended.
    ended: Option<(String, String)>,
    /// When applications of others are emptied, or would be.
    forget_at: String,
    is_drawn: bool,
    may_end: bool,
    reason: String,
    errors: Errors,
    done: Option<&'static str>,
}

/// Rows by sector or by size: which of the two, and the word and counts of each row.
type Group = (&'static str, Vec<(String, [u64; 6])>);

/// A report as tables.
#[derive(Serialize)]
struct ReportView {
    words: [&'static str; 6],
    total: [u64; 6],
    groups: [Group; 2],
    findings: Vec<(&'static str, u64)>,
    months: Vec<Month>,
    surveys: Vec<SurveyView>,
}

/// What came of a survey, in the language of the visitor.
#[derive(Serialize)]
struct SurveyView {
    name: String,
    invited: u64,
    answered: u64,
    /// What was asked, and what was answered how often.
    questions: Vec<(String, Vec<(String, u64)>)>,
}

impl SurveyView {
    fn new(survey: &Survey, language: Language) -> Self {
        let question = |question: &SurveyQuestion| {
            let answers = question.answers.iter();
            let answers = answers.map(|(text, count)| (in_language(language, text), *count));
            (in_language(language, &question.text), answers.collect())
        };
        Self {
            name: in_language(language, &survey.name),
            invited: survey.invited,
            answered: survey.answered,
            questions: survey.questions.iter().map(question).collect(),
        }
    }
}

impl ReportView {
    fn new(report: Report, language: Language) -> Self {
        let rows = |of: &[(String, Counts)]| {
            let rows = of.iter();
            rows.map(|(word, counts)| (word.clone(), counts.values()))
                .collect()
        };
        Self {
            words: Counts::WORDS,
            total: report.total.values(),
            groups: [
                ("sector", rows(&report.sectors)),
                ("size", rows(&report.sizes)),
            ],
            findings: Findings::WORDS
                .into_iter()
                .zip(report.findings.values())
                .collect(),
            surveys: report
                .surveys
                .iter()
                .map(|survey| SurveyView::new(survey, language))
                .collect(),
            months: report.months,
        }
    }
}

/// For the files: programme and report.
async fn asked(site: &Site, staff: &Staff, id: &Uuid) -> Result<(Programme, Report), Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, id)?;
    site.read(move |tx| {
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        let report = report(tx, &programme)?;
        Ok((programme, report))
    })
    .await
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["ended"]);
    page(&site, &staff, id, String::new(), Errors::default(), done).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    reason: String,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    let (programme, report) = asked(site, staff, &id).await?;
    let programme_no = programme.programme_no;
    let end = site
        .read(move |tx| Ok(tx.programme_end(programme_no)?))
        .await?;
    let forget_at = match &end {
        Some(end) => end.forget_at,
        None => forget_at(site.now()),
    };
    let view = View {
        id,
        programme: ProgrammeView::new(site, staff.visitor.language, &programme),
        report: ReportView::new(report, staff.visitor.language),
        is_drawn: programme.drawn_at.is_some(),
        may_end: end.is_none() && programme.published_at.is_some(),
        ended: end.map(|end| (end.ended_at.to_string(), end.reason)),
        forget_at: forget_at.to_string(),
        reason,
        errors,
        done,
    };
    site.page(staff, "desk/programme/report.html", &view)
}

fn forget_at(ended_at: Timestamp) -> Timestamp {
    ended_at.plus_seconds(APPLICATIONS_KEPT_DAYS * DAY_SECS)
}

/// The same as a table: what is counted, of whom, and how many.
pub(super) async fn csv(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let (programme, report) = asked(&site, &staff, &id).await?;
    let head = ["group", "of", "count", "value"].map(str::to_owned);
    let mut rows = vec![head];
    let mut add = |group: &str, of: &str, counts: &Counts| {
        for (word, value) in Counts::WORDS.iter().zip(counts.values()) {
            rows.push([group, of, word, &value.to_string()].map(str::to_owned));
        }
    };
    add("all", "", &report.total);
    for (group, parts) in [("sector", &report.sectors), ("size", &report.sizes)] {
        for (of, counts) in parts {
            add(group, of, counts);
        }
    }
    for (word, value) in Findings::WORDS.iter().zip(report.findings.values()) {
        rows.push(["findings", "", word, &value.to_string()].map(str::to_owned));
    }
    for month in &report.months {
        rows.extend(month_rows(month));
    }
    for survey in &report.surveys {
        let name = &survey.name[1];
        let mut add = |what: &str, count: u64| {
            rows.push(["survey", name, what, &count.to_string()].map(str::to_owned));
        };
        add("invited", survey.invited);
        add("answered", survey.answered);
        for question in &survey.questions {
            for (answer, count) in &question.answers {
                add(&format!("{}: {}", question.text[1], answer[1]), *count);
            }
        }
    }
    let name = format!("{}-report.csv", programme.terms.slug);
    Ok(file("text/csv; charset=utf-8", &name, table(rows)))
}

fn month_rows(month: &Month) -> Vec<[String; 4]> {
    let whole = [
        ("messages", Some(month.messages)),
        ("automatic_percent", month.automatic),
        ("hand_minutes", Some(month.hand_minutes)),
        ("findings", Some(month.findings)),
        ("matched_percent", month.matched),
        (
            "notice_minutes_median",
            month.notice.map(|(median, _)| median),
        ),
        ("notice_minutes_p90", month.notice.map(|(_, p90)| p90)),
        ("to_tell", month.to_tell),
        ("recipients", Some(month.recipients)),
        ("reached_percent", month.reached),
        ("seen", month.seen),
        ("seen_percent", month.seen_share),
        ("answering", Some(month.answering)),
        ("judged", Some(month.judged)),
        ("useful_percent", month.useful),
    ];
    let told = whole
        .into_iter()
        .filter_map(|(word, count)| Some((word, count?)));
    told.map(|(word, count)| ["month", &month.name, word, &count.to_string()].map(str::to_owned))
        .collect()
}

/// The same as data.
pub(super) async fn json(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let (programme, report) = asked(&site, &staff, &id).await?;
    let whole = json!({ "programme": programme.terms.slug, "report": report });
    Ok(Json(whole).into_response())
}

/// The same as a document.
pub(super) async fn pdf(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let (programme, report) = asked(&site, &staff, &id).await?;
    let paper = ReportPaper {
        programme: &programme,
        report: &report,
        made_on: site.now().day(),
    };
    let document = paper.document(&site, &staff.visitor)?;
    let name = format!("{}-report.pdf", programme.terms.slug);
    pdf_file(&document, &name)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    reason: String,
}

/// Ends a programme. Participants go on in the ordinary service; everybody hears it. One that was never drawn does not go on.
pub(super) async fn end(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<EndForm>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        return page(&site, &staff, id, form.reason, errors, None).await;
    };
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        tx.hold_programme(programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        if programme.published_at.is_none() {
            return Err(Refusal::Conflict);
        }
        let report = report(tx, &programme)?;
        let told = end_places(&inner, tx, &programme, &reason)?;
        let end = ProgrammeEnd {
            programme_no,
            ended_at: now,
            reason: reason.clone(),
            report: serde_json::to_string(&report).expect("counts can be written"),
            forget_at: forget_at(now),
            forgotten_at: None,
        };
        if !tx.end_programme(&end)? {
            return Err(Refusal::Conflict);
        }
        tell_applicants(&inner, tx, &programme, &told)?;
        let subject = subject(&inner, programme_no);
        Ok(tx.record(now, &actor, "end-programme", &subject, &reason)?)
    })
    .await?;
    Ok(done(&id, "/report", "ended").into_response())
}

/// Tells all who applied or began to, but for those that were told as organisations.
fn tell_applicants(
    site: &Site,
    tx: &mut Tx<'_>,
    programme: &Programme,
    told: &BTreeSet<i64>,
) -> Result<(), Refusal> {
    let what = match programme.drawn_at {
        Some(_) => "ended",
        None => "cancelled",
    };
    for application_no in tx.applicants_to_tell(programme.programme_no)? {
        if !told.contains(&application_no) {
            tell(site, tx, application_no, what)?;
        }
    }
    Ok(())
}

/// Ends every place. Who takes part is told that it goes on in the ordinary service, with all that it has. Gives the
/// applications whose organisations have somebody who was told.
fn end_places(
    site: &Site,
    tx: &mut Tx<'_>,
    programme: &Programme,
    reason: &str,
) -> Result<BTreeSet<i64>, Refusal> {
    let now = site.now();
    let mut told = BTreeSet::new();
    for place in tx.places_of(programme.programme_no)? {
        let after = match place.state {
            PlaceState::Taken => PlaceState::Finished,
            PlaceState::Selected => PlaceState::Released,
            PlaceState::Waiting
            | PlaceState::Released
            | PlaceState::Left
            | PlaceState::Finished => continue,
        };
        tx.change_place(place.application_no, (place.state, after), reason, now)?;
    }
    for one in tx.participants_of(programme.programme_no)? {
        let place = tx.place(one.application_no)?;
        if place.is_none_or(|place| place.state == PlaceState::Left) {
            continue;
        }
        let Some(party) = tx.party(one.party_no)? else {
            continue;
        };
        let language = party.language.unwrap_or(Language::Nl);
        let id = site.id(IdKind::Party, one.party_no);
        let facts = json!({
            "organisation": party.name,
            "programme": in_language(language, &programme.terms.name),
            "link": site.link(&format!("/organisations/{id}/profile")),
        });
        let kind = ServiceKind::ProgrammeEnded;
        tell_administrators(tx, one.party_no, kind, &facts.to_string(), now)?;
        if has_administrator(tx, one.party_no)? {
            told.insert(one.application_no);
        }
    }
    Ok(told)
}
