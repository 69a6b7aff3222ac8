//! The mailbox `abuse@` of a participant: a code goes there, and findings go there once the code was answered here.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use model::register::ContactRow;
use model::{EmailAddress, IdKind, SeveritySet, Timing};
use rules::access::Deed;
use rules::enrol::mailbox::next_look;
use serde::Deserialize;
use serde_json::json;
use store::NewServiceMail;
use uuid::Uuid;

use super::{Taking, address, domains, done, page};
use crate::asset::announce;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Mails with a code to one organisation's mailbox.
const MAILS: Limiter = Limiter::new("mailbox mails", Rate::per_hour(5));

/// Codes that somebody tries: too few to guess one.
const TRIES: Limiter = Limiter::new("mailbox codes", Rate::per_hour(10));

/// How long a code can be answered.
const CODE_SECS: i64 = 7 * 86_400;

/// Role of the contact that the mailbox becomes.
const ROLE: &str = "abuse";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SendForm {
    domain: String,
}

pub(super) async fn send(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<SendForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let (party_no, now) = (member.party_no, site.now());
    let programme_no = site.number(IdKind::Programme, &id)?;
    let own = site.read(move |tx| domains(tx, party_no)).await?;
    let is_own = own.contains(&form.domain);
    let mailbox = format!("abuse@{}", form.domain).parse::<EmailAddress>();
    let mut errors = Errors::default();
    let mailbox = mailbox.ok().filter(|_| is_own).ok_or(());
    let Some(mailbox) = errors.take("domain", mailbox, "participation-error-domain") else {
        return page(&site, &member, id, None, errors, String::new()).await;
    };
    site.limit(&MAILS, party_no)?;
    let link = site.link(&address(&member, &id));
    let (inner, language) = (site.clone(), member.visitor.language);
    let (organisation, actor, subject) = (
        member.party_name.clone(),
        member.who.actor(&site),
        member.subject(),
    );
    site.write(move |tx| {
        let taking = Taking::of(tx, party_no, programme_no)?;
        if taking.is_over() {
            return Err(Refusal::Conflict);
        }
        let application_no = taking.participant.application_no;
        tx.test_mailbox(application_no, &mailbox, now)?;
        let facts = json!({
            "mailbox": mailbox.to_string(),
            "organisation": organisation,
            "code": inner.link_key().mailbox_code(application_no, now.micros()),
            "link": link,
        });
        let mail = NewServiceMail {
            kind: "mailbox-code",
            to: &mailbox,
            language,
            facts: &facts.to_string(),
        };
        tx.add_service_mail(&mail, now)?;
        Ok(tx.record(now, &actor, "test-mailbox", &subject, "")?)
    })
    .await?;
    Ok(done(&member, &id, "sent").into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

pub(super) async fn answer(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<CodeForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let (party_no, now) = (member.party_no, site.now());
    site.limit(&TRIES, party_no)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (inner, actor, subject) = (site.clone(), member.who.actor(&site), member.subject());
    let is_proved = site
        .write(move |tx| {
            let taking = Taking::of(tx, party_no, programme_no)?;
            let one = &taking.participant;
            let asked = one.mailbox_asked.as_ref().or(one.mailbox.as_ref());
            let (Some(mailbox), Some(sent_at)) = (asked, one.mailbox_sent_at) else {
                return Ok(false);
            };
            let key = inner.link_key();
            let code = key.mailbox_code(one.application_no, sent_at.micros());
            let is_late = sent_at.plus_seconds(CODE_SECS) < now;
            let typed = form.code.trim().to_uppercase();
            if is_late || taking.is_over() || !key.is_same(&code, &typed) {
                return Ok(false);
            }
            if !tx.prove_mailbox(one.application_no, sent_at, now)? {
                return Err(Refusal::Conflict);
            }
            let contact = ContactRow {
                organisation: String::new(),
                role: ROLE.to_owned(),
                email: mailbox.clone(),
                severities: SeveritySet::ALL,
                language: None,
                reader: None,
            };
            tx.watch_mailbox(one.application_no, next_look(now), now)?;
            // Somebody reads there: that is what the code showed.
            let put = tx.put_own_contact(party_no, &contact, &Timing::default(), now)?;
            if let Some(contact_no) = put.waiting() {
                tx.answer_own_contact(party_no, contact_no, now)?;
            }
            announce(tx, now)?;
            tx.record(now, &actor, "prove-mailbox", &subject, "")?;
            Ok(true)
        })
        .await?;
    if is_proved {
        return Ok(done(&member, &id, "proved").into_response());
    }
    let mut errors = Errors::default();
    errors.add("code", "participation-error-code");
    page(&site, &member, id, None, errors, String::new()).await
}
