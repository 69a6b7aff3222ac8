//! `POST .../assets/{asset}/prove/mail` and `.../prove/code`: a code goes to an address that belongs to the asset, and whoever
//! reads it there proves it. The addresses are not for the organisation to choose: role addresses of the domain (RFC 2142), or
//! the contact that the register of networks names.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{AssetValue, EmailAddress, ProofMethod};
use rules::access::Deed;
use rules::message::ServiceKind;
use rules::proof::{networks_around, role_addresses};
use serde::Deserialize;
use serde_json::json;
use store::{CodeSubject, NewMailedCode, NewServiceMail, StoreError, Tx};
use uuid::Uuid;

use super::{note_proof, to_asset};
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
pub(in crate::asset) fn addresses(
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
    site.limit(&MAILS, member.party_no)?;
    let value = asset.row.value.clone();
    let allowed = site.read(move |tx| Ok(addresses(tx, &value)?)).await?;
    let to = allowed.into_iter().find(|known| known.as_str() == form.to);
    let to = to.ok_or(Refusal::Bad)?;
    site.limit(&MAILS_TO_ONE, to.as_str())?;
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let (subject, language) = (member.subject(), member.visitor.language);
    let code = fresh_code();
    let facts = json!({
        "asset": asset.row.value.to_string(),
        "organisation": member.party_name,
        "code": code,
        "days": CODE_DAYS,
    });
    let is_sent = site
        .write(move |tx| {
            if tx.is_disputed(asset.asset_no)? {
                return Ok(false);
            }
            let new = NewMailedCode {
                subject: CodeSubject::Asset(asset.asset_no),
                party_no,
                digest: token_digest(&code),
                address: to.as_str(),
                expires_at: now.plus_seconds(CODE_DAYS * 86_400),
            };
            tx.put_mailed_code(&new)?;
            let mail = NewServiceMail {
                kind: ServiceKind::ProofCode.as_str(),
                to: &to,
                language,
                facts: &facts.to_string(),
            };
            tx.add_service_mail(&mail, now)?;
            tx.record(now, &actor, "mail-proof-code", &subject, "")?;
            Ok(true)
        })
        .await?;
    let done = if is_sent { "mailed" } else { "disputed" };
    Ok(to_asset(&member, &id, done))
}

pub(in crate::asset) async fn check(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<Code>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangeAssets)?;
    let asset = one(&site, &member, &id).await?;
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let (subject, digest) = (member.subject(), token_digest(form.code.trim()));
    let is_right = site
        .write(move |tx| {
            let asset_no = asset.asset_no;
            if tx.is_disputed(asset_no)? {
                return Ok(false);
            }
            let about = CodeSubject::Asset(asset_no);
            let used = tx.use_mailed_code(party_no, about, &digest, WRONG_MAX, now)?;
            let Some(address) = used else {
                return Ok(false);
            };
            let proved = Some((asset_no, ProofMethod::Mail, &address[..]));
            note_proof(tx, party_no, proved, (&actor, &subject), now)?;
            Ok(true)
        })
        .await?;
    let done = if is_right { "proved" } else { "wrong-code" };
    Ok(to_asset(&member, &id, done))
}
