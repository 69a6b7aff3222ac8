//! `/answer/{token}`: what a message told, and answering it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{AnswerDoor, AnswerStatus, Reader};
use rules::answer::{asks_about_the_past, is_announced};
use serde::{Deserialize, Serialize};
use store::{InboxRow, ToldSighting, Tx};
use uuid::Uuid;

use super::link::Scope;
use crate::client::Client;
use crate::feedback::useful::{self, UsefulForm, UsefulView};
use crate::finding::answering::{AnswerForm, Read, Said, write};
use crate::finding::detail::SightingView;
use crate::finding::forward::{FORWARD_DAYS, ForwardForm, send};
use crate::finding::shown::{AdviceView, FindingView, advice_about};
use crate::form::{Errors, known};
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Visitor, token_digest};

/// Findings of a message on its page. Whoever has more signs in, or answers the mail.
const FINDINGS_MAX: usize = 200;

/// Answers of one network by one link: others who have the link are not kept from answering.
const ANSWERS: Limiter = Limiter::new("answer", Rate::per_minute(30));

/// Answers of all networks by one link.
const OF_ALL: Limiter = Limiter::new("answer, all", Rate::per_minute(300));

/// Answers by one link that silence a finding. Each leaves mails, so that the organisation can object.
const SILENCES: Limiter = Limiter::new("answer, silence", Rate::per_hour(30));

/// What was done just now that these pages have a text for.
const DONE: [&str; 7] = [
    "answered",
    "compromised",
    "commented",
    "forwarded",
    "not-forwarded",
    "bulk",
    "useful",
];

/// Statuses for all findings of a message at once.
const STATUSES: [AnswerStatus; 2] = [AnswerStatus::InProgress, AnswerStatus::HelpRequested];

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    reader: String,
    done: String,
}

impl Choice {
    fn done(&self) -> &'static str {
        known(&DONE, &self.done)
    }
}

#[derive(Serialize)]
struct MessageView {
    reference: String,
    organisation: String,
    findings: Vec<FindingView>,
    /// Lines of the message that are not on the page.
    left_out: i64,
    here: String,
    statuses: Vec<&'static str>,
    useful: UsefulView,
    useful_action: String,
    done: &'static str,
}

#[derive(Serialize)]
struct FindingPage {
    finding: FindingView,
    reference: String,
    organisation: String,
    here: String,
    /// Address of the page of the message; empty where the link is for this finding alone.
    message: String,
    why: String,
    is_again: bool,
    sightings: Vec<SightingView>,
    advice: Option<AdviceView>,
    reader: &'static str,
    readers: Vec<&'static str>,
    choices: Vec<&'static str>,
    form: AnswerForm,
    errors: Errors,
    asks_about_the_past: bool,
    may_forward: bool,
    forward_days: i64,
    useful: UsefulView,
    useful_action: String,
    done: &'static str,
}

/// `GET /answer/{token}`: the findings of the message, or the only one.
pub(super) async fn message(
    State(site): State<Site>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(choice): Query<Choice>,
) -> Result<Response, Refusal> {
    let (asked, own, now) = (site.clone(), token.clone(), site.now());
    let (scope, rows, advice, judgement) = site
        .read(move |tx| {
            let scope = Scope::of(&asked, &own, now, tx)?;
            let rows = scope.findings(None, now.day(), FINDINGS_MAX, tx)?;
            let advice = advice_about(tx, rows.iter().map(|row| row.threat.as_str()))?;
            let judgement = tx.judgement(scope.message.notification_no)?;
            Ok((scope, rows, advice, judgement))
        })
        .await?;
    if let [only] = &rows[..] {
        let id = site.id(model::IdKind::Finding, only.place.finding_no);
        return finding_page(
            &site,
            &visitor,
            &token,
            id,
            &choice,
            AnswerForm::default(),
            None,
        )
        .await;
    }
    let findings = rows
        .iter()
        .map(|row| FindingView::new(&site, row, &advice, visitor.language));
    let view = MessageView {
        reference: scope.message.reference(),
        organisation: scope.sayer.party_name,
        left_out: scope.message.lines - rows.len() as i64,
        findings: findings.collect(),
        here: format!("/answer/{token}"),
        statuses: STATUSES.iter().map(|status| status.as_str()).collect(),
        useful: UsefulView::of(judgement),
        useful_action: useful_action(&token),
        done: choice.done(),
    };
    site.page(&visitor, "answer/message.html", &view)
}

/// `GET /answer/{token}/{finding}`: one finding of the message.
pub(super) async fn finding(
    State(site): State<Site>,
    visitor: Visitor,
    Path((token, finding)): Path<(String, Uuid)>,
    Query(choice): Query<Choice>,
) -> Result<Response, Refusal> {
    finding_page(
        &site,
        &visitor,
        &token,
        finding,
        &choice,
        AnswerForm::default(),
        None,
    )
    .await
}

#[derive(Deserialize)]
pub(super) struct Bulk {
    status: String,
}

/// `POST /answer/{token}`: one status for all findings that the page shows.
pub(super) async fn answer_all(
    State(site): State<Site>,
    client: Client,
    Path(token): Path<String>,
    Form(form): Form<Bulk>,
) -> Result<Redirect, Refusal> {
    limit(&site, &token, client)?;
    let status = form.status.parse().ok();
    let status = status
        .filter(|status| STATUSES.contains(status))
        .ok_or(Refusal::Bad)?;
    let (asked, own, now) = (site.clone(), token.clone(), site.now());
    site.write(move |tx| {
        let scope = Scope::of(&asked, &own, now, tx)?;
        let said = Said {
            status: Some(status),
            ..Said::default()
        };
        for row in scope.findings(None, now.day(), FINDINGS_MAX, tx)? {
            write(&asked, tx, &scope.sayer, &row, &said, now)?;
        }
        Ok(())
    })
    .await?;
    Ok(Redirect::to(&format!("/answer/{token}?done=bulk")))
}

/// `POST /answer/{token}/{finding}`: an answer or a comment.
pub(super) async fn answer(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path((token, finding)): Path<(String, Uuid)>,
    Form(form): Form<AnswerForm>,
) -> Result<Response, Refusal> {
    limit(&site, &token, client)?;
    let (scope, row) = open(&site, &token, finding).await?;
    let about = (row.role, row.place.severity);
    let choice = Choice::default();
    let said = match form.read(about, scope.choices(), site.now().day()) {
        Read::Said(said) => said,
        Read::AskAboutThePast => {
            return finding_page(&site, &visitor, &token, finding, &choice, form, None).await;
        }
        Read::Wrong(errors) => {
            return finding_page(
                &site,
                &visitor,
                &token,
                finding,
                &choice,
                form,
                Some(errors),
            )
            .await;
        }
    };
    if said
        .status
        .is_some_and(|status| is_announced(AnswerDoor::Link, status))
    {
        site.limit(&SILENCES, token_digest(&token))?;
    }
    let done = match said.status {
        Some(AnswerStatus::SolvedPossiblyCompromised) => "compromised",
        Some(_) => "answered",
        None => "commented",
    };
    let (asked, own, now) = (site.clone(), token.clone(), site.now());
    site.write(move |tx| {
        let scope = Scope::of(&asked, &own, now, tx)?;
        let row = scope.one(&asked, &finding, tx)?;
        write(&asked, tx, &scope.sayer, &row, &said, now)
    })
    .await?;
    Ok(Redirect::to(&format!("/answer/{token}/{finding}?done={done}")).into_response())
}

/// `POST /answer/{token}/{finding}/forward`: a narrower link for somebody else.
pub(super) async fn forward(
    State(site): State<Site>,
    visitor: Visitor,
    client: Client,
    Path((token, finding)): Path<(String, Uuid)>,
    Form(form): Form<ForwardForm>,
) -> Result<Redirect, Refusal> {
    limit(&site, &token, client)?;
    let (scope, _) = open(&site, &token, finding).await?;
    let (asked, own, now) = (site.clone(), token.clone(), site.now());
    let find = move |tx: &mut Tx<'_>| {
        let scope = Scope::of(&asked, &own, now, tx)?;
        if !scope.may_forward() {
            return Err(Refusal::Forbidden);
        }
        let row = scope.one(&asked, &finding, tx)?;
        Ok((scope.sayer, row))
    };
    let party_no = scope.sayer.party_no;
    let done = send(&site, party_no, &form, visitor.language, find).await?;
    Ok(Redirect::to(&format!(
        "/answer/{token}/{finding}?done={done}"
    )))
}

/// `POST /answer/{token}/useful`: whether the message was useful.
pub(super) async fn judge(
    State(site): State<Site>,
    client: Client,
    Path(token): Path<String>,
    Form(form): Form<UsefulForm>,
) -> Result<Redirect, Refusal> {
    limit(&site, &token, client)?;
    let said = useful::read(&form)?;
    let (asked, own, now) = (site.clone(), token.clone(), site.now());
    site.write(move |tx| {
        let scope = Scope::of(&asked, &own, now, tx)?;
        useful::judge(tx, &scope.message, &said, now)
    })
    .await?;
    Ok(Redirect::to(&format!("/answer/{token}?done=useful")))
}

fn useful_action(token: &str) -> String {
    format!("/answer/{token}/useful")
}

fn limit(site: &Site, token: &str, client: Client) -> Result<(), Refusal> {
    let link = token_digest(token);
    site.limit(&ANSWERS, (link, client))?;
    site.limit(&OF_ALL, link)
}

/// The finding that a link opens, with what its holder may do.
async fn open(site: &Site, token: &str, finding: Uuid) -> Result<(Scope, InboxRow), Refusal> {
    let (asked, own, now) = (site.clone(), token.to_owned(), site.now());
    site.read(move |tx| {
        let scope = Scope::of(&asked, &own, now, tx)?;
        let row = scope.one(&asked, &finding, tx)?;
        Ok((scope, row))
    })
    .await
}

async fn finding_page(
    site: &Site,
    visitor: &Visitor,
    token: &str,
    finding: Uuid,
    choice: &Choice,
    form: AnswerForm,
    errors: Option<Errors>,
) -> Result<Response, Refusal> {
    let (scope, row) = open(site, token, finding).await?;
    let language = visitor.language;
    let reader = match choice.reader.as_str() {
        "" => row.reader,
        reader => reader.parse().map_err(|_| Refusal::Bad)?,
    };
    let (message, finding_no) = (scope.message.clone(), row.place.finding_no);
    let slug = row.threat.clone();
    let (line, sightings, advice, judgement) = site
        .read(move |tx| {
            let line = message::Sources::line_of(tx, &message, finding_no, language)?;
            let (party_no, tlp) = (message.key.recipient_no, message.key.tlp);
            let sightings = tx.told_sightings(party_no, finding_no, tlp)?;
            let advice = advice_about(tx, [slug.as_str()])?;
            let judgement = tx.judgement(message.notification_no)?;
            Ok((line, sightings, advice, judgement))
        })
        .await?;
    let line = line.as_ref();
    let status = form.status.parse().ok();
    let view = FindingPage {
        finding: FindingView::new(site, &row, &advice, language),
        reference: scope.message.reference(),
        organisation: scope.sayer.party_name.clone(),
        here: format!("/answer/{token}/{finding}"),
        message: match scope.finding_no.is_none() && scope.message.lines > 1 {
            true => format!("/answer/{token}"),
            false => String::new(),
        },
        why: line.map(|line| line.reason.clone()).unwrap_or_default(),
        is_again: line.is_some_and(|line| line.again),
        sightings: sightings
            .iter()
            .map(|seen: &ToldSighting| SightingView::new(seen))
            .collect(),
        advice: line.and_then(|line| AdviceView::new(&row, &advice, line, (language, reader))),
        reader: reader.as_str(),
        readers: Reader::ALL.iter().map(|reader| reader.as_str()).collect(),
        choices: scope
            .choices()
            .iter()
            .map(|status| status.as_str())
            .collect(),
        asks_about_the_past: status
            .is_some_and(|to| asks_about_the_past(row.role, row.place.severity, to)),
        form,
        errors: errors.unwrap_or_default(),
        may_forward: scope.may_forward(),
        forward_days: FORWARD_DAYS,
        useful: UsefulView::of(judgement),
        useful_action: useful_action(token),
        done: choice.done(),
    };
    site.page(visitor, "answer/finding.html", &view)
}
