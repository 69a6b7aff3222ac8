//! `/organisations/{organisation}/contacts/{contact}/key`: the key to which mails for an address are encrypted.
//!
//! One for each address, whatever tasks it has. Giving and removing it decide who can read what we write, so a person shows
//! first that it is still there, and everybody who must know gets a mail.

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use message::openpgp::{Certificate, KeyProblem, in_groups};
use message::{KeyNews, tell_of_key};
use model::{EmailAddress, IdKind, Timestamp};
use rules::access::Deed;
use rules::upkeep::next_key_reminder;
use serde::{Deserialize, Serialize};
use store::{ContactKey, NewContactKey, StoreError, Tx};
use uuid::Uuid;

use super::Before;
use crate::acting::Acting;
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Keys that an organisation gives and removes. Each is a mail to everybody who must know.
pub(crate) const KEYS: Limiter = Limiter::new("keys of contacts", Rate::per_hour(30));

/// The key that the page showed beside the button which removes it.
#[derive(Deserialize)]
pub(super) struct ShownKey {
    fingerprint: String,
}

#[derive(Serialize)]
struct View {
    contact: Uuid,
    address: String,
    key: Option<KeyView>,
    may_change: bool,
    errors: Errors,
    done: String,
}

#[derive(Serialize)]
struct KeyView {
    /// In groups, for people.
    fingerprint: String,
    /// As it is compared.
    digits: String,
    algorithm: String,
    given_at: String,
    /// A time, or empty.
    ends_at: String,
    has_ended: bool,
    /// Its owner says in it that the address is its own.
    names_address: bool,
    /// The word of what is wrong with it, or empty.
    problem: &'static str,
    /// A time, or empty.
    waits_since: String,
}

pub(super) async fn show(
    State(site): State<Site>,
    member: Member,
    Path((_, contact)): Path<(Uuid, Uuid)>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&["given", "same", "removed", "changed"]);
    page(&site, &member, contact, Errors::default(), done).await
}

async fn page(
    site: &Site,
    member: &Member,
    contact: Uuid,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let address = address_of(site, member, &contact).await?;
    let (party_no, now, wanted) = (member.party_no, site.now(), address.clone());
    let key = site
        .read(move |tx| Ok(tx.contact_key(party_no, &wanted)?))
        .await?;
    let key = match key {
        Some(key) => Some(site.compute(move || KeyView::new(&key, now)).await?),
        None => None,
    };
    let view = View {
        contact,
        address: address.to_string(),
        key,
        may_change: member.standing.may(Deed::ChangePeople),
        errors,
        done,
    };
    site.page(member, "organisation/contact_key.html", &view)
}

pub(super) async fn put(
    State(site): State<Site>,
    member: Member,
    Path((_, contact)): Path<(Uuid, Uuid)>,
    form: Multipart,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let now = site.now();
    member.who.must_have_proved(now)?;
    site.limit(&KEYS, member.party_no)?;
    let address = address_of(&site, &member, &contact).await?;
    let read = match given(form).await? {
        Some(given) => site.compute(move || certificate_in(&given, now)).await?,
        None => Err(KeyProblem::TooLarge),
    };
    let certificate = match read {
        Ok(certificate) => certificate,
        Err(problem) => {
            let mut errors = Errors::default();
            errors.add("text", text_of(problem));
            return page(&site, &member, contact, errors, String::new()).await;
        }
    };
    let acting = member.acting(&site);
    let is_other = site
        .write(move |tx| Ok(give(tx, &acting, &address, &certificate, now)?))
        .await?;
    Ok(done(&member, &contact, if is_other { "given" } else { "same" }).into_response())
}

pub(super) async fn remove(
    State(site): State<Site>,
    member: Member,
    Path((_, contact)): Path<(Uuid, Uuid)>,
    Form(shown): Form<ShownKey>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let now = site.now();
    member.who.must_have_proved(now)?;
    site.limit(&KEYS, member.party_no)?;
    let address = address_of(&site, &member, &contact).await?;
    let acting = member.acting(&site);
    let removed = site.write(move |tx| {
        tx.hold_party(acting.party_no)?;
        let key = tx.contact_key(acting.party_no, &address)?;
        let key = key.ok_or(Refusal::NotFound)?;
        // Somebody gave another one since: whoever asks did not see that.
        if key.fingerprint != shown.fingerprint {
            return Ok("changed");
        }
        take(tx, &acting, &key, now)?;
        Ok("removed")
    });
    Ok(done(&member, &contact, removed.await?))
}

/// Gives an address this key, in place of the one that it had; everybody who must know gets a mail. Says whether it is another
/// one than before.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    acting: &Acting,
    address: &EmailAddress,
    certificate: &Certificate,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (fingerprint, ends_at) = (certificate.fingerprint(), certificate.ends_at());
    let new = NewContactKey {
        party_no: acting.party_no,
        email: address,
        certificate: certificate.bytes(),
        fingerprint,
        algorithm: certificate.algorithm(),
        ends_at,
        remind_at: ends_at.and_then(|end| next_key_reminder(end, now)),
    };
    let is_other = tx.put_contact_key(&new, now)?;
    if is_other {
        let about = (acting.party_no, address);
        tell_of_key(tx, about, KeyNews::Given, (fingerprint, ends_at), now)?;
        acting.record(tx, "put-contact-key", fingerprint, now)?;
    }
    Ok(is_other)
}

/// Removes the key of an address: mails go there in clear from now on, and everybody who must know gets one.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    acting: &Acting,
    key: &ContactKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.remove_contact_key(acting.party_no, &key.email)?;
    let about = (&*key.fingerprint, key.ends_at);
    let whose = (acting.party_no, &key.email);
    tell_of_key(tx, whose, KeyNews::Removed, about, now)?;
    acting.record(tx, "remove-contact-key", &key.fingerprint, now)
}

fn done(member: &Member, contact: &Uuid, what: &str) -> Redirect {
    Redirect::to(&format!(
        "{}/contacts/{contact}/key?done={what}",
        member.home()
    ))
}

/// The address of an open contact of the organisation.
async fn address_of(site: &Site, member: &Member, id: &Uuid) -> Result<EmailAddress, Refusal> {
    let contact_no = site.number(IdKind::Contact, id)?;
    let party_no = member.party_no;
    let contacts = site.read(move |tx| Ok(tx.own_contacts(party_no)?)).await?;
    let contact = contacts
        .into_iter()
        .find(|contact| contact.contact_no == contact_no);
    contact
        .map(|contact| contact.email)
        .ok_or(Refusal::NotFound)
}

/// What a browser sent; nothing when it is too large to be read.
async fn given(form: Multipart) -> Result<Option<Vec<u8>>, Refusal> {
    match file_or_text(form).await {
        Ok(given) => Ok(Some(given)),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Ok(None),
        Err(_) => Err(Refusal::Bad),
    }
}

/// A file counts before a pasted text.
async fn file_or_text(mut form: Multipart) -> Result<Vec<u8>, MultipartError> {
    let mut pasted = Vec::new();
    while let Some(field) = form.next_field().await? {
        let is_file = field.name() == Some("file");
        let content = field.bytes().await?;
        match is_file {
            true if !content.is_empty() => return Ok(content.into()),
            true => {}
            false => pasted = content.into(),
        }
    }
    Ok(pasted)
}

/// The key in these bytes, if mails can be encrypted to it now.
pub(crate) fn certificate_in(given: &[u8], now: Timestamp) -> Result<Certificate, KeyProblem> {
    let certificate = Certificate::read(given, now)?;
    certificate.may_encrypt(now)?;
    Ok(certificate)
}

/// The key of the text that says what is wrong.
fn text_of(problem: KeyProblem) -> &'static str {
    match problem {
        KeyProblem::TooLarge => "contact-key-problem-too-large",
        KeyProblem::Unreadable => "contact-key-problem-unreadable",
        KeyProblem::Private => "contact-key-problem-private",
        KeyProblem::Several => "contact-key-problem-several",
        KeyProblem::Version => "contact-key-problem-version",
        KeyProblem::Unsigned => "contact-key-problem-unsigned",
        KeyProblem::WeakSignature => "contact-key-problem-weak-signature",
        KeyProblem::WeakAlgorithm => "contact-key-problem-weak-algorithm",
        KeyProblem::Revoked => "contact-key-problem-revoked",
        KeyProblem::SignsOnly => "contact-key-problem-signs-only",
        KeyProblem::Ended => "contact-key-problem-ended",
    }
}

impl KeyView {
    fn new(key: &ContactKey, now: Timestamp) -> Self {
        let read = Certificate::read(&key.certificate, now);
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        Self {
            fingerprint: in_groups(&key.fingerprint),
            digits: key.fingerprint.clone(),
            algorithm: key.algorithm.clone(),
            given_at: key.given_at.to_string(),
            ends_at: text(key.ends_at),
            has_ended: has_ended(key, now),
            names_address: read.as_ref().is_ok_and(|read| read.names(&key.email)),
            problem: read.err().map_or("", KeyProblem::as_str),
            waits_since: text(key.waits_since),
        }
    }
}

/// Whether nothing may be encrypted with it any more.
pub(crate) fn has_ended(key: &ContactKey, now: Timestamp) -> bool {
    key.ends_at.is_some_and(|end| end <= now)
}
