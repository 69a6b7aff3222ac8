//! Signing the agreement: by an administrator who proved just now who it is, under exactly the text that was shown. And the
//! agreement to keep.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use model::{IdKind, PlaceState};
use rules::access::Deed;
use rules::enrol::draw::commitment as digest;
use serde::Deserialize;
use store::{Signature, StoreError, Tx};
use uuid::Uuid;

use super::{Taking, done, page};
use crate::enrol::{Copy, in_language};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Longest name of a signatory, in characters.
const NAME_CHARS_MAX: usize = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SignForm {
    /// Digest of the text that was shown.
    digest: String,
    signatory: String,
    agreed: String,
}

pub(super) async fn sign(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<SignForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::SignAgreements)?;
    let now = site.now();
    member.who.must_have_proved(now)?;
    let mut errors = Errors::default();
    let signatory = form.signatory.trim().to_owned();
    let is_name = !signatory.is_empty()
        && signatory.chars().count() <= NAME_CHARS_MAX
        && !signatory.chars().any(char::is_control);
    if !is_name {
        errors.add("signatory", "participation-error-signatory");
    }
    if form.agreed != "yes" {
        errors.add("agreed", "participation-error-agreed");
    }
    if !errors.is_empty() {
        return page(&site, &member, id, None, errors, String::new()).await;
    }
    let (party_no, language) = (member.party_no, member.visitor.language);
    let (actor, subject) = (member.who.actor(&site), member.subject());
    let (person_no, programme_no) = (
        member.who.person.person_no,
        site.number(IdKind::Programme, &id)?,
    );
    site.write(move |tx| {
        tx.hold_programme(programme_no)?;
        let taking = Taking::of(tx, party_no, programme_no)?;
        let newest = tx.newest_agreement(programme_no)?;
        let newest = newest.ok_or(Refusal::Conflict)?;
        let signature = Signature {
            agreement_no: newest.agreement_no,
            party_no,
            person_no,
            signatory: signatory.clone(),
            language,
            digest: digest(&in_language(language, &newest.text)),
            signed_at: now,
        };
        // A new version came while the page was open: nobody signs what was not shown.
        if taking.is_over() || signature.digest != form.digest || !tx.sign(&signature)? {
            return Err(Refusal::Conflict);
        }
        let taken = (PlaceState::Selected, PlaceState::Taken);
        tx.change_place(taking.participant.application_no, taken, "", now)?;
        let detail = format!("version {}: {}", newest.version, signature.digest);
        Ok(tx.record(now, &actor, "sign-agreement", &subject, &detail)?)
    })
    .await?;
    Ok(done(&member, &id, "signed").into_response())
}

/// The signature of an organisation under a version, where it signed that one.
fn signature_under(
    tx: &mut Tx<'_>,
    (programme_no, party_no): (i64, i64),
    version: i64,
) -> Result<Option<Signature>, StoreError> {
    let mut signed = tx.signatures_of(programme_no, party_no)?.into_iter();
    let own = signed.find(|(of, _)| *of == version);
    Ok(own.map(|(_, signature)| signature))
}

/// The agreement to keep: with the signature of the organisation under the newest version, or blank before that.
pub(super) async fn copy(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (taking, newest, signed) = site
        .read(move |tx| {
            let taking = Taking::of(tx, party_no, programme_no)?;
            let newest = tx.newest_agreement(programme_no)?;
            let newest = newest.ok_or(Refusal::NotFound)?;
            let signed = signature_under(tx, (programme_no, party_no), newest.version)?;
            Ok((taking, newest, signed))
        })
        .await?;
    let copy = Copy {
        programme: &taking.programme,
        version: &newest,
        signed: signed.as_ref().map(|one| (one, &member.party_name[..])),
    };
    copy.to_file(&site, &member.visitor)
}

/// A version that the organisation signed, with that signature.
pub(super) async fn signed(
    State(site): State<Site>,
    member: Member,
    Path((_, id, number)): Path<(Uuid, Uuid, i64)>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (taking, version, signature) = site
        .read(move |tx| {
            let taking = Taking::of(tx, party_no, programme_no)?;
            let version = tx.agreement(programme_no, number)?;
            let signature = signature_under(tx, (programme_no, party_no), number)?;
            let both = version.zip(signature);
            let (version, signature) = both.ok_or(Refusal::NotFound)?;
            Ok((taking, version, signature))
        })
        .await?;
    let copy = Copy {
        programme: &taking.programme,
        version: &version,
        signed: Some((&signature, &member.party_name)),
    };
    copy.to_file(&site, &member.visitor)
}
