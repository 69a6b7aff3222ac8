//! The OpenPGP key of a contact: mails to its address are encrypted to it.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use message::openpgp::{Certificate, KEY_BYTES_MAX, armored};
use model::{EmailAddress, IdKind, Scope, Timestamp};
use serde::Serialize;
use store::{ContactKey, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::contact::one;
use crate::api::caller::Own;
use crate::api::error::{ApiError, Mistake};
use crate::api::fields::{Fields, put, removal};
use crate::api::parameters::no_parameters;
use crate::api::shown::{must_be_new, must_match, shown};
use crate::organisation::contact_key::{KEYS, certificate_in, give, has_ended, take};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of keys of contacts.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(
        get_contact_key,
        put_contact_key,
        remove_contact_key
    ))
}

/// A key to be given.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct NewContactKey {
    /// The public key, armoured. Photos and signatures of others are left out.
    #[schema(
        max_length = 65536,
        min_length = 1,
        example = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    )]
    certificate: String,
}

/// The key of an address. All contacts with that address have it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ContactKey)]
struct KeyView {
    /// 40 hexadecimal digits.
    fingerprint: String,
    /// What encrypts.
    #[schema(example = "Curve25519")]
    algorithm: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    given_at: String,
    /// When nothing may be encrypted with it any more; `null`: it does not say.
    #[schema(format = DateTime, example = "2027-11-18T02:14:33Z")]
    ends_at: Option<String>,
    /// Whether that is over: mails wait for another key.
    has_ended: bool,
    /// Whether its owner says in it that the address is its own.
    names_address: bool,
    /// Why it cannot be used; `null`: it can.
    problem: Option<&'static str>,
    /// Since when mails wait because of it; `null`: none does.
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    waits_since: Option<String>,
    /// The public key, armoured.
    certificate: String,
}

impl KeyView {
    fn new(key: &ContactKey, now: Timestamp) -> Self {
        let read = Certificate::read(&key.certificate, now);
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        Self {
            fingerprint: key.fingerprint.clone(),
            algorithm: key.algorithm.clone(),
            given_at: key.given_at.to_string(),
            ends_at: text(key.ends_at),
            has_ended: has_ended(key, now),
            names_address: read.as_ref().is_ok_and(|read| read.names(&key.email)),
            problem: read.err().map(|problem| problem.as_str()),
            waits_since: text(key.waits_since),
            certificate: armored(&key.certificate),
        }
    }
}

/// Address of the contact in the path.
fn address(tx: &mut Tx<'_>, party_no: i64, contact_no: i64) -> Result<EmailAddress, Refusal> {
    Ok(one(tx, party_no, contact_no)?.email)
}

/// The key of a contact.
#[utoipa::path(
    get, path = "/organisations/{organisation}/contacts/{contact}/key", tag = "organisations", operation_id = "getContactKey",
    responses((status = 200, description = "The key; 404 where mails go there in clear", body = KeyView)),
)]
async fn get_contact_key(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationRead)?;
    no_parameters(&parts)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let key = site.read(move |tx| {
        let email = address(tx, own.party_no, contact_no)?;
        let key = tx.contact_key(own.party_no, &email)?;
        key.ok_or(Refusal::NotFound)
    });
    let (key, now) = (key.await?, site.now());
    let view = site.compute(move || KeyView::new(&key, now)).await?;
    Ok(shown(&parts.headers, &view))
}

fn read(fields: &mut Fields<'_, '_>) -> Option<Vec<u8>> {
    fields.needs("certificate");
    let text = fields.text("certificate")??;
    if text.len() > KEY_BYTES_MAX {
        let why = format!("at most {KEY_BYTES_MAX} bytes are taken");
        fields.mistake("certificate", "too-large", why);
        return None;
    }
    Some(text.as_bytes().to_vec())
}

/// Gives a contact a key, in place of the one that it has: everybody who must know gets a mail. `If-Match` is needed where there is
/// one; with the `ETag` of one that was removed since it is 412.
#[utoipa::path(
    put, path = "/organisations/{organisation}/contacts/{contact}/key", tag = "organisations", operation_id = "putContactKey",
    request_body = NewContactKey,
    responses((status = 200, description = "As it is now", body = KeyView)),
)]
async fn put_contact_key(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    let (given, parts) = put(request, read).await?;
    let now = site.now();
    site.limit(&KEYS, own.party_no)?;
    let certificate = site.compute(move || certificate_in(&given, now)).await?;
    let certificate = certificate.map_err(|problem| {
        let mistake = Mistake::at("/certificate", problem.as_str(), problem.reason());
        ApiError::Invalid(vec![mistake])
    })?;
    let acting = own.acting(&site);
    let view = site.change(move |tx| {
        tx.hold_party(acting.party_no)?;
        let email = address(tx, acting.party_no, contact_no)?;
        match tx.contact_key(acting.party_no, &email)? {
            Some(held) => must_match(&parts.headers, &KeyView::new(&held, now))?,
            None => must_be_new(&parts.headers)?,
        }
        give(tx, &acting, &email, &certificate, now)?;
        let key = tx.contact_key(acting.party_no, &email)?;
        Ok(KeyView::new(&key.ok_or(ApiError::NotFound)?, now))
    });
    Ok(shown(&HeaderMap::new(), &view.await?))
}

/// Removes the key of a contact: mails go there in clear from now on, and everybody who must know gets one.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/contacts/{contact}/key", tag = "organisations",
    operation_id = "removeContactKey",
    responses((status = 204, description = "It was removed")),
)]
async fn remove_contact_key(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::OrganisationWrite)?;
    removal(&parts)?;
    let contact_no = own.number(&site, IdKind::Contact, "contact")?;
    site.limit(&KEYS, own.party_no)?;
    let (acting, now) = (own.acting(&site), site.now());
    site.change(move |tx| {
        tx.hold_party(acting.party_no)?;
        let email = address(tx, acting.party_no, contact_no)?;
        let key = tx.contact_key(acting.party_no, &email)?;
        let key = key.ok_or(ApiError::NotFound)?;
        must_match(&parts.headers, &KeyView::new(&key, now))?;
        Ok(take(tx, &acting, &key, now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
