//! The agreement of a programme: its next version, and copies of it.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use model::IdKind;
use rules::access::DeskDeed;
use rules::enrol::draw::commitment as digest;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{coordinator_must_have_proved, done, hold_running, participants, subject};
use crate::enrol::Copy;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of an agreement: some thirty pages.
const TEXT_CHARS_MAX: usize = 100_000;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AgreementForm {
    pub(super) text_nl: String,
    pub(super) text_en: String,
}

/// Publishes the next version of the agreement. Everybody signs anew.
pub(super) async fn publish(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<AgreementForm>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let mut text = |field, text: &str| {
        // Browsers end lines their own way; the digest is that of plain line ends.
        let text = text.replace("\r\n", "\n").trim().to_owned();
        if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX {
            errors.add(field, "desk-agreement-error-text");
        }
        text
    };
    let texts = [
        text("text_nl", &form.text_nl),
        text("text_en", &form.text_en),
    ];
    if !errors.is_empty() {
        return participants::page(&site, &staff, id, Some(form), errors, None).await;
    }
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (actor, subject) = (staff.who.actor(&site), subject(&site, programme_no));
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let [dutch, english] = [&texts[0][..], &texts[1]];
        let version = tx.add_agreement(programme_no, [dutch, english], now)?;
        let detail = format!("version {version}: {}", digest(dutch));
        Ok(tx.record(now, &actor, "publish-agreement", &subject, &detail)?)
    })
    .await?;
    Ok(done(&id, "/participants", "agreement").into_response())
}

/// The newest version, as it is before somebody signs.
pub(super) async fn blank(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (programme, newest) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let newest = tx.agreements_of(programme_no)?.into_iter().next();
            Ok((programme, newest.ok_or(Refusal::NotFound)?))
        })
        .await?;
    let copy = Copy {
        programme: &programme,
        version: &newest,
        signed: None,
    };
    copy.to_file(&site, &staff.visitor)
}

/// The newest version that a participant signed.
pub(super) async fn signed(
    State(site): State<Site>,
    staff: Staff,
    Path((id, application)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let application_no = site.number(IdKind::Application, &application)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let (programme, version, signature, organisation) = site
        .write(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let participants = tx.participants_of(programme_no)?.into_iter();
            let mut own = participants.filter(|one| one.application_no == application_no);
            let party_no = own.next().ok_or(Refusal::NotFound)?.party_no;
            let party = tx.party(party_no)?.ok_or(Refusal::NotFound)?;
            let signatures = tx.signatures_of(programme_no)?;
            let is_own = |agreement_no| {
                signatures
                    .iter()
                    .find(|one| one.party_no == party_no && one.agreement_no == agreement_no)
            };
            let versions = tx.agreements_of(programme_no)?.into_iter();
            let mut signed = versions
                .filter_map(|version| Some((is_own(version.agreement_no)?.clone(), version)));
            let (signature, version) = signed.next().ok_or(Refusal::NotFound)?;
            // It is data of an organisation: who read it is known.
            let subject = format!("application {application}");
            tx.record(now, &actor, "read-agreement", &subject, "")?;
            Ok((programme, version, signature, party.name))
        })
        .await?;
    let copy = Copy {
        programme: &programme,
        version: &version,
        signed: Some((&signature, &organisation)),
    };
    copy.to_file(&site, &staff.visitor)
}
