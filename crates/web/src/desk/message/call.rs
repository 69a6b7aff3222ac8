//! `/desk/messages/{message}/call`: what a recipient says of a message by telephone (requirement FE-01).
//!
//! Whoever calls says the check code of the message, so that nobody answers for others. It is the answer of the recipient; who
//! wrote it down is in the audit log.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use model::{AnswerDoor, IdKind, Tlp};
use rules::access::DeskDeed;
use rules::answer::{LINES_AT_ONCE_MAX, choices_of};
use serde::{Deserialize, Serialize};
use store::{InboxQuery, InboxRow, Notification, Tx};
use uuid::Uuid;

use crate::answer::compared;
use crate::finding::answering::{AnswerForm, Read, Sayer, write};
use crate::finding::shown::{FindingView, advice_about};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Lines on the page, to choose from.
const LINES_MAX: usize = 200;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct CallForm {
    /// As the caller says it.
    code: String,
    /// `all` lines, or the `chosen` ones.
    about: String,
    /// Public ids of the chosen findings.
    line: Vec<Uuid>,
    status: String,
    until: String,
    patched: String,
    exposed: String,
    comment: String,
}

impl CallForm {
    fn answer(&self) -> AnswerForm {
        AnswerForm {
            status: self.status.clone(),
            until: self.until.clone(),
            patched: self.patched.clone(),
            exposed: self.exposed.clone(),
            comment: self.comment.clone(),
        }
    }
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    reference: String,
    recipient: String,
    findings: Vec<FindingView>,
    /// Lines that are not on the page.
    left_out: i64,
    choices: Vec<&'static str>,
    asks_about_the_past: bool,
    form: CallForm,
    errors: Errors,
}

/// What a form comes to.
enum Outcome {
    Written,
    Ask,
    Wrong(Errors),
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let form = CallForm {
        about: "all".to_owned(),
        ..CallForm::default()
    };
    page(&site, &staff, id, form, Errors::default(), false).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: CallForm,
    errors: Errors,
    asks_about_the_past: bool,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Notification, &id)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(site), site.now());
    let language = staff.visitor.language;
    let (message, recipient, findings) = site
        .write(move |tx| {
            let message = told(tx, number)?;
            let party = tx.party(message.key.recipient_no)?;
            let rows = lines(tx, &message, LINES_MAX, now.day())?;
            let advice = advice_about(tx, rows.iter().map(|row| row.threat.as_str()))?;
            let view = |row| FindingView::new(&inner, row, &advice, language);
            let findings: Vec<FindingView> = rows.iter().map(view).collect();
            // Reading what an organisation is told is reading its data.
            let subject = format!("notification {number}");
            tx.record(now, &actor, "read", &subject, "a call")?;
            let name = party.map(|party| party.name).unwrap_or_default();
            Ok((message, name, findings))
        })
        .await?;
    let view = View {
        id,
        reference: message.reference(),
        recipient,
        left_out: message.lines - findings.len() as i64,
        findings,
        choices: choices_of(message.key.relation)
            .iter()
            .map(|status| status.as_str())
            .collect(),
        asks_about_the_past,
        form,
        errors,
    };
    site.page(staff, "desk/message/call.html", &view)
}

pub(super) async fn answer(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<CallForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Notification, &id)?;
    let (inner, sent, actor) = (site.clone(), form.clone(), staff.who.actor(&site));
    let outcome = site
        .write(move |tx| {
            let message = told(tx, number)?;
            take_down(&inner, tx, &message, &sent, &actor)
        })
        .await?;
    match outcome {
        Outcome::Written => {
            let page = format!("/desk/messages/{id}?done=call");
            Ok(Redirect::to(&page).into_response())
        }
        Outcome::Ask => page(&site, &staff, id, form, Errors::default(), true).await,
        Outcome::Wrong(errors) => {
            let asked = !form.patched.is_empty() || !form.exposed.is_empty();
            page(&site, &staff, id, form, errors, asked).await
        }
    }
}

/// A message that told an organisation something that it can still answer.
fn told(tx: &mut Tx<'_>, number: i64) -> Result<Notification, Refusal> {
    let message = tx.notification(number)?.ok_or(Refusal::NotFound)?;
    let is_open = tx.party_is_open(message.key.recipient_no)?;
    match message.is_told() && is_open {
        true => Ok(message),
        false => Err(Refusal::NotFound),
    }
}

fn lines(
    tx: &mut Tx<'_>,
    message: &Notification,
    rows_max: usize,
    today: model::Day,
) -> Result<Vec<InboxRow>, Refusal> {
    let query = InboxQuery {
        notification_no: Some(message.notification_no),
        ..InboxQuery::whole(message.key.recipient_no, Tlp::Red, today)
    };
    Ok(tx.inbox(&query, rows_max)?.rows)
}

/// Writes the answer about the lines that it is about: all of it, or nothing.
fn take_down(
    site: &Site,
    tx: &mut Tx<'_>,
    message: &Notification,
    form: &CallForm,
    actor: &str,
) -> Result<Outcome, Refusal> {
    let (now, key) = (site.now(), site.link_key());
    let mut errors = Errors::default();
    let code = key.check_code(message.notification_no);
    if !key.is_same(&compared(&code), &compared(&form.code)) {
        errors.add("code", "desk-call-error-code");
    }
    let is_about_all = form.about == "all";
    let mut rows = lines(tx, message, LINES_AT_ONCE_MAX + 1, now.day())?;
    if is_about_all && rows.len() > LINES_AT_ONCE_MAX {
        errors.add("about", "desk-call-error-many");
    }
    if !is_about_all {
        rows.retain(|row| {
            let id = site.id(IdKind::Finding, row.place.finding_no);
            form.line.contains(&id)
        });
    }
    if rows.is_empty() {
        errors.add("about", "desk-call-error-lines");
    }
    let (answer, mut said) = (form.answer(), Vec::new());
    let mut asks = false;
    for row in &rows {
        match answer.read(
            (row.role, row.place.severity),
            choices_of(row.relation),
            now.day(),
        ) {
            Read::Said(one) => said.push((row, one)),
            Read::AskAboutThePast => asks = true,
            Read::Wrong(wrong) => {
                errors.join(wrong);
                break;
            }
        }
    }
    if !errors.is_empty() {
        return Ok(Outcome::Wrong(errors));
    }
    if asks {
        return Ok(Outcome::Ask);
    }
    let party = tx
        .party(message.key.recipient_no)?
        .ok_or(Refusal::NotFound)?;
    let sayer = Sayer {
        party_no: party.party_no,
        party_name: party.name,
        door: AnswerDoor::Telephone,
        actor: actor.to_owned(),
        // Whoever calls is nobody who signed in.
        person_no: None,
    };
    for (row, one) in &said {
        write(site, tx, &sayer, row, one, now)?;
    }
    let subject = format!("notification {}", message.notification_no);
    let detail = format!("{} lines", said.len());
    tx.record(now, actor, "answer-by-telephone", &subject, &detail)?;
    Ok(Outcome::Written)
}
