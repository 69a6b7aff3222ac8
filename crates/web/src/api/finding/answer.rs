//! What the organisation says of findings.

use std::collections::HashSet;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use model::{AnswerDoor, AnswerStatus, Day, IdKind, Scope, Timestamp, Tlp};
use rules::answer::choices_of;
use serde::Serialize;
use store::{AnswerEvent, InboxQuery, InboxRow, StoreError, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::{After, AfterAnswer};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::api::parameters::Parameters;
use crate::api::shown::page;
use crate::finding::{AnswerForm, Read, Said, Sayer, write};
use crate::refusal::Refusal;
use crate::site::Site;

/// Findings that one request answers at most.
pub(super) const FINDINGS_MAX: usize = 200;

/// Longest text of a member, in characters. The rules say of a comment that it is shorter.
const TEXT_CHARS_MAX: usize = 5_000;

/// The routes by which findings are answered.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(answer_findings))
        .routes(routes!(list_answers))
}

/// One answer to one or many findings.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `NewAnswer::read` reads")]
#[schema(rename_all = "camelCase")]
struct NewAnswers {
    /// The findings, each once.
    #[schema(min_items = 1, max_items = 200)]
    findings: Vec<Uuid>,
    /// `in-progress`, `solved`, `solved-possibly-compromised`, `risk-accepted`, `not-ours`, `false-alarm` or `help-requested`. Left out: only a comment.
    #[schema(example = "solved")]
    status: Option<String>,
    /// With `risk-accepted`: until when, at most a year from now.
    #[schema(format = Date, example = "2027-01-01")]
    until: Option<String>,
    /// With `solved` of a critical finding, or a severe one in the role `victim`: on which day it was.
    #[schema(format = Date, example = "2026-11-18")]
    patched: Option<String>,
    /// With `solved` of such a finding: whether the system could be reached before: `yes`, `no` or `unknown`. If not `no`,
    /// the status becomes `solved-possibly-compromised`.
    #[schema(example = "no")]
    exposed: Option<String>,
    /// For whoever works on it, and for the desk.
    #[schema(max_length = 2000, min_length = 1)]
    comment: Option<String>,
    /// The member who works on it from now on.
    assign_to: Option<Uuid>,
}

/// What was answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answered {
    /// Findings.
    #[schema(example = 1)]
    pub(super) answered: usize,
}

/// Something that was said of a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Answer {
    id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    said_at: String,
    /// `portal`, `link`, `api`, `mandate`, `mail` or `telephone`.
    #[schema(example = "api")]
    door: &'static str,
    /// Which time that it was open it is about.
    #[schema(example = 1)]
    episode: i32,
    /// `null`: only a comment, or who works on it.
    status: Option<&'static str>,
    #[schema(format = Date)]
    until: Option<String>,
    #[schema(format = Date)]
    patched: Option<String>,
    comment: Option<String>,
}

page_schema! {
    /// A page of answers.
    AnswerPage, Answer
}

/// What is said, and of which findings.
struct NewAnswer {
    findings: Vec<Uuid>,
    form: AnswerForm,
    assigned_to: Option<i64>,
}

impl NewAnswer {
    fn read(site: &Site, fields: &mut Fields<'_, '_>) -> Option<Self> {
        let findings = ids(fields);
        let assigned_to = fields.id(site, IdKind::Person, "assignTo");
        let form = form(fields);
        Some(Self {
            findings: findings?,
            form: form?,
            assigned_to: assigned_to?,
        })
    }
}

/// Reads what is said of findings.
pub(super) fn form(fields: &mut Fields<'_, '_>) -> Option<AnswerForm> {
    let mut text = |name| match fields.text(name) {
        Some(Some(text)) if text.chars().count() > TEXT_CHARS_MAX => {
            let why = format!("at most {TEXT_CHARS_MAX} characters are expected");
            fields.mistake(name, "bad-length", why);
            None
        }
        read => Some(read?.unwrap_or_default().to_owned()),
    };
    let [status, until, patched, exposed, comment] =
        ["status", "until", "patched", "exposed", "comment"].map(&mut text);
    Some(AnswerForm {
        status: status?,
        until: until?,
        patched: patched?,
        exposed: exposed?,
        comment: comment?,
    })
}

fn ids(fields: &mut Fields<'_, '_>) -> Option<Vec<Uuid>> {
    let list = fields.list("findings", FINDINGS_MAX)?;
    if list.is_empty() {
        fields.mistake("findings", "missing", "at least one is needed");
    }
    let mut seen = HashSet::new();
    let mut ids = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        match value.as_str().and_then(|text| text.parse::<Uuid>().ok()) {
            Some(id) if seen.insert(id) => ids.push(id),
            Some(_) => fields.mistake_in("findings", index, "bad-value", "it is there twice"),
            None => fields.mistake_in("findings", index, "bad-value", "an id is expected"),
        }
    }
    (ids.len() == list.len() && !ids.is_empty()).then_some(ids)
}

/// Why, in words for a program's maker, by the member that is wrong.
fn why(member: &str) -> &'static str {
    match member {
        "until" => "with `risk-accepted` a day after today is expected, at most a year from now",
        "patched" => "with `solved` of such a finding the day is expected, not after today",
        "exposed" => "with `solved` of such a finding `yes`, `no` or `unknown` is expected",
        "comment" => "it is too long",
        _ => "one of the answers, or else a comment or somebody who works on it, is expected",
    }
}

/// What is said of one finding, or all that is wrong with that.
pub(super) fn said_of(
    form: &AnswerForm,
    assigned_to: Option<i64>,
    row: &InboxRow,
    now: Timestamp,
) -> Result<Said, ApiError> {
    let assigned = Said {
        assigned_to,
        ..Said::default()
    };
    if assigned_to.is_some() && *form == AnswerForm::default() {
        return Ok(assigned);
    }
    let mistake = |member: &str, code| Mistake::at(format!("/{member}"), code, why(member));
    match form.read(
        (row.role, row.place.severity),
        choices_of(row.relation),
        now.day(),
    ) {
        Read::Said(said) => Ok(Said {
            assigned_to,
            ..said
        }),
        Read::AskAboutThePast => Err(ApiError::Invalid(vec![
            mistake("patched", "missing"),
            mistake("exposed", "missing"),
        ])),
        Read::Wrong(errors) => Err(ApiError::Invalid(
            errors
                .fields()
                .map(|member| mistake(member, "bad-value"))
                .collect(),
        )),
    }
}

/// The findings, in the order of the request, as far as the organisation was told of them.
fn told(
    site: &Site,
    tx: &mut Tx<'_>,
    party_no: i64,
    findings: &[Uuid],
    today: Day,
) -> Result<Vec<InboxRow>, ApiError> {
    let whole = InboxQuery::whole(party_no, Tlp::Red, today);
    let mut rows = Vec::with_capacity(findings.len());
    let mut mistakes = Vec::new();
    for (index, id) in findings.iter().enumerate() {
        let number = site.number(IdKind::Finding, id).ok();
        let row = match number {
            Some(finding_no) => tx.inbox_row(&whole, finding_no)?,
            None => None,
        };
        match row {
            Some(row) => rows.push(row),
            None => mistakes.push(Mistake::at(
                format!("/findings/{index}"),
                "unknown",
                "the organisation was not told of such a finding",
            )),
        }
    }
    match mistakes.is_empty() {
        true => Ok(rows),
        false => Err(ApiError::Invalid(mistakes)),
    }
}

/// Answers findings: all of them, or none if anything is wrong with one.
#[utoipa::path(
    post, path = "/organisations/{organisation}/findings/_answer", tag = "findings", operation_id = "answerFindings",
    request_body = NewAnswers,
    responses((status = 200, description = "They were answered", body = Answered)),
)]
async fn answer_findings(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsWrite)?;
    let (new, wanted) = sent(&own.caller, request, |fields| {
        NewAnswer::read(&site, fields)
    })
    .await?;
    let shown_by = site.clone();
    once(&site, wanted, move |tx, now| {
        let rows = told(&shown_by, tx, own.party_no, &new.findings, now.day())?;
        must_be_member(tx, own.party_no, new.assigned_to)?;
        let sayer = sayer(&shown_by, tx, &own)?;
        for row in &rows {
            let said = said_of(&new.form, new.assigned_to, row, now)?;
            write(&shown_by, tx, &sayer, row, &said, now)?;
        }
        Ok(Made::done(&Answered {
            answered: rows.len(),
        }))
    })
    .await
}

/// Who says it when a program does.
pub(super) fn sayer(site: &Site, tx: &mut Tx<'_>, own: &Own) -> Result<Sayer, StoreError> {
    let party = tx.party(own.party_no)?;
    Ok(Sayer {
        party_no: own.party_no,
        party_name: party.map(|party| party.name).unwrap_or_default(),
        door: AnswerDoor::Api,
        actor: own.caller.actor(site),
        person_no: None,
    })
}

fn must_be_member(tx: &mut Tx<'_>, party_no: i64, person_no: Option<i64>) -> Result<(), ApiError> {
    let members = tx.members_of(party_no)?;
    let is_member = |no: i64| members.iter().any(|member| member.person_no == no);
    if person_no.is_none_or(is_member) {
        return Ok(());
    }
    let why = "the organisation has no such member";
    Err(ApiError::Invalid(vec![Mistake::at(
        "/assignTo",
        "unknown",
        why,
    )]))
}

fn answer(site: &Site, (event_no, event): (i64, AnswerEvent)) -> Answer {
    let day = |day: Option<Day>| day.map(|day| day.to_string());
    Answer {
        id: site.id(IdKind::Answer, event_no),
        said_at: event.at.to_string(),
        door: event.door.as_str(),
        episode: event.episode,
        status: event.status.map(AnswerStatus::as_str),
        until: day(event.until),
        patched: day(event.patched),
        comment: Some(event.comment).filter(|comment| !comment.is_empty()),
    }
}

/// What was said of a finding, oldest first.
#[utoipa::path(
    get, path = "/organisations/{organisation}/findings/{finding}/answers", tag = "findings", operation_id = "listAnswers",
    params(PageQuery),
    responses((status = 200, description = "A page", body = AnswerPage)),
)]
async fn list_answers(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterAnswer>(&site);
    parameters.end()?;
    let finding_no = own.number(&site, IdKind::Finding, "finding")?;
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let (party_no, today) = (own.party_no, site.now().day());
    let rows = site.read(move |tx| {
        tx.inbox_row(&InboxQuery::whole(party_no, Tlp::Red, today), finding_no)?
            .ok_or(Refusal::NotFound)?;
        Ok(tx.answer_events_after(party_no, finding_no, after_no, limit)?)
    });
    let views = (
        |row: &(i64, AnswerEvent)| After(row.0),
        |row| answer(&site, row),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}
