//! `POST /organisations/{organisation}/contacts/code`: a new contact counts when somebody there answered with the code that was
//! mailed; the same form mails another one.

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use model::{EmailAddress, IdKind, Language, Timestamp};
use rules::access::Deed;
use rules::message::ServiceKind;
use serde::Deserialize;
use serde_json::json;
use store::{CodeSubject, NewMailedCode, NewServiceMail, StoreError, Tx};
use uuid::Uuid;

use super::done;
use crate::acting::Acting;
use crate::asset::announce;
use crate::code::{MAILS, MAILS_TO_ONE, WRONG_MAX, fresh_code};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, token_digest};

/// Minutes for which a code works.
const CODE_MINUTES: i64 = 60;

#[derive(Deserialize)]
pub(super) struct Filled {
    contact: Uuid,
    act: Act,
    #[serde(default)]
    code: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Act {
    Check,
    MailAgain,
}

/// Counts a mail that may be sent to a contact.
pub(crate) fn may_mail(site: &Site, party_no: i64, to: &EmailAddress) -> Result<(), Refusal> {
    site.limit(&MAILS, party_no)?;
    site.limit(&MAILS_TO_ONE, to.as_str())
}

/// Mails a code to a contact.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    party_no: i64,
    contact_no: i64,
    to: &EmailAddress,
    language: Language,
    now: Timestamp,
) -> Result<(), StoreError> {
    let code = fresh_code();
    let new = NewMailedCode {
        subject: CodeSubject::Contact(contact_no),
        party_no,
        digest: token_digest(&code),
        address: to.as_str(),
        expires_at: now.plus_seconds(CODE_MINUTES * 60),
    };
    tx.put_mailed_code(&new)?;
    let facts = json!({ "code": code, "minutes": CODE_MINUTES }).to_string();
    let mail = NewServiceMail {
        kind: ServiceKind::AddressCode.as_str(),
        to,
        language,
        facts: &facts,
    };
    tx.add_service_mail(&mail, now)?;
    Ok(())
}

pub(super) async fn fill_in(
    State(site): State<Site>,
    member: Member,
    Form(filled): Form<Filled>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let contact_no = site.number(IdKind::Contact, &filled.contact)?;
    let what = match filled.act {
        Act::Check => check(&site, &member, contact_no, &filled.code).await?,
        Act::MailAgain => mail_again(&site, &member, contact_no).await?,
    };
    Ok(done(&member, "contacts", what))
}

async fn check(
    site: &Site,
    member: &Member,
    contact_no: i64,
    code: &str,
) -> Result<&'static str, Refusal> {
    let (acting, code, now) = (member.acting(site), code.to_owned(), site.now());
    let is_right = site.write(move |tx| answer(tx, &acting, contact_no, &code, now));
    Ok(match is_right.await? {
        true => "answered",
        false => "wrong-code",
    })
}

/// Takes a code from a contact that waits: messages go there from now on. Says whether it was right; one that was not is
/// counted, so its transaction must be committed too.
pub(crate) fn answer(
    tx: &mut Tx<'_>,
    acting: &Acting,
    contact_no: i64,
    code: &str,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let party_no = acting.party_no;
    waiting(tx, party_no, contact_no)?;
    let (about, digest) = (CodeSubject::Contact(contact_no), token_digest(code.trim()));
    let used = tx.use_mailed_code(party_no, about, &digest, WRONG_MAX, now)?;
    if used.is_none() {
        return Ok(false);
    }
    tx.answer_own_contact(party_no, contact_no, now)?;
    announce(tx, now)?;
    acting.record(tx, "answer-contact", "", now)?;
    Ok(true)
}

async fn mail_again(
    site: &Site,
    member: &Member,
    contact_no: i64,
) -> Result<&'static str, Refusal> {
    let (party_no, now, language) = (member.party_no, site.now(), member.visitor.language);
    let to = site
        .read(move |tx| waiting(tx, party_no, contact_no))
        .await?;
    may_mail(site, party_no, &to)?;
    site.write(move |tx| Ok(send(tx, party_no, contact_no, &to, language, now)?))
        .await?;
    Ok("code-sent")
}

/// The address of a contact that waits for an answer.
pub(crate) fn waiting(
    tx: &mut Tx<'_>,
    party_no: i64,
    contact_no: i64,
) -> Result<EmailAddress, Refusal> {
    let contacts = tx.own_contacts(party_no)?;
    let waiting = contacts
        .into_iter()
        .find(|contact| contact.contact_no == contact_no && !contact.is_answered);
    waiting
        .map(|contact| contact.email)
        .ok_or(Refusal::NotFound)
}
