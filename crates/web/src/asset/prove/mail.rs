//! `POST .../assets/{asset}/prove/mail` and `.../prove/code`: a code goes to an address that belongs to the asset, and whoever
//! reads it there proves it. The addresses are not for the organisation to choose: role addresses of the domain (RFC 2142), or
//! the contact that the register of networks names.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{AssetValue, EmailAddress, Language, ProofMethod, Timestamp};
use rules::access::Deed;
use rules::message::ServiceKind;
use rules::proof::{networks_around, proof_end, role_addresses};
use serde::Deserialize;
use serde_json::json;
use store::{CodeSubject, NewMailedCode, NewProof, NewServiceMail, OwnAsset, StoreError, Tx};
use uuid::Uuid;

use super::{follow, to_asset};
use crate::acting::Acting;
use crate::asset::detail::one;
use crate::code::{MAILS, MAILS_TO_ONE, WRONG_MAX, fresh_code};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, token_digest};

/// Days for which a code works: a mailbox of this kind is not read each day.
const CODE_DAYS: i64 = 7;

#[derive(Deserialize)]
pub(in crate::asset) struct To {
    to: String,
}

#[derive(Deserialize)]
pub(in crate::asset) struct Code {
    code: String,
}

/// Addresses to which a code for this asset may go.
pub(crate) fn addresses(
    tx: &mut Tx<'_>,
    value: &AssetValue,
) -> Result<Vec<EmailAddress>, StoreError> {
    let roles = role_addresses(value);
    if !roles.is_empty() {
        return Ok(roles);
    }
    let contact = tx.network_contact(&networks_around(value))?;
    Ok(contact.into_iter().collect())
}

pub(in crate::asset) async fn send(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<To>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let to: EmailAddress = form.to.parse().map_err(|_| Refusal::Bad)?;
    may_send(&site, member.party_no, &asset.row.value, &to).await?;
    let (acting, language, now) = (member.acting(&site), member.visitor.language, site.now());
    let is_sent = site
        .write(move |tx| Ok(send_code(tx, &acting, &asset, (&to, language), now)?))
        .await?;
    let done = if is_sent { "mailed" } else { "disputed" };
    Ok(to_asset(&member, &id, done))
}

/// Counts the mail, and refuses an address that does not belong to what is to be proved ([`Refusal::Bad`]).
pub(crate) async fn may_send(
    site: &Site,
    party_no: i64,
    value: &AssetValue,
    to: &EmailAddress,
) -> Result<(), Refusal> {
    site.limit(&MAILS, party_no)?;
    let value = value.clone();
    let allowed = site.read(move |tx| Ok(addresses(tx, &value)?)).await?;
    if !allowed.contains(to) {
        return Err(Refusal::Bad);
    }
    site.limit(&MAILS_TO_ONE, to.as_str())
}

/// Mails a code that proves an asset; not where another organisation claims it as well. Says whether it was sent.
pub(crate) fn send_code(
    tx: &mut Tx<'_>,
    acting: &Acting,
    asset: &OwnAsset,
    (to, language): (&EmailAddress, Language),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if tx.is_disputed(asset.asset_no)? {
        return Ok(false);
    }
    let (code, party) = (fresh_code(), tx.own_party(acting.party_no)?);
    let new = NewMailedCode {
        subject: CodeSubject::Asset(asset.asset_no),
        party_no: acting.party_no,
        digest: token_digest(&code),
        address: to.as_str(),
        expires_at: now.plus_seconds(CODE_DAYS * 86_400),
    };
    tx.put_mailed_code(&new)?;
    let facts = json!({
        "asset": asset.row.value.to_string(),
        "organisation": party.map(|party| party.name).unwrap_or_default(),
        "code": code,
        "days": CODE_DAYS,
    });
    let mail = NewServiceMail {
        kind: ServiceKind::ProofCode.as_str(),
        to,
        language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, now)?;
    acting.record(tx, "mail-proof-code", "", now)?;
    Ok(true)
}

pub(in crate::asset) async fn check(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<Code>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let (acting, now) = (member.acting(&site), site.now());
    let is_right = site
        .write(move |tx| take_code(tx, &acting, asset.asset_no, &form.code, now))
        .await?;
    let done = if is_right { "proved" } else { "wrong-code" };
    Ok(to_asset(&member, &id, done))
}

/// Takes the code that was mailed: it proves the asset. Says whether it was right; one that was not is counted, so its
/// transaction must be committed too.
pub(crate) fn take_code(
    tx: &mut Tx<'_>,
    acting: &Acting,
    asset_no: i64,
    code: &str,
    now: Timestamp,
) -> Result<bool, Refusal> {
    if tx.is_disputed(asset_no)? {
        return Ok(false);
    }
    let (about, digest) = (CodeSubject::Asset(asset_no), token_digest(code.trim()));
    let used = tx.use_mailed_code(acting.party_no, about, &digest, WRONG_MAX, now)?;
    let Some(address) = used else {
        return Ok(false);
    };
    let proof = NewProof {
        asset_no,
        method: ProofMethod::Mail,
        parent_no: None,
        evidence: &address,
        valid_until: proof_end(now.day(), None),
    };
    let is_proved = tx.prove_asset(acting.party_no, &proof, now)?;
    follow(tx, acting, is_proved, now)?;
    Ok(true)
}
