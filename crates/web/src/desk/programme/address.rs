//! `/desk/programmes/{programme}/applications/{application}/address`: the address of an applicant who made a typing error and
//! says so, before the draw or after it. The right one gets a new link; the old address hears nothing, and its link ends.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use model::{EmailAddress, IdKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Programme, Tx};
use uuid::Uuid;

use super::applicant::Applicant;
use super::application::{found, shown_to};
use super::{admission, coordinator_must_have_proved, done};
use crate::desk::reason::read_reason;
use crate::enrol::{email_of, tell};
use crate::form::Errors;
use crate::organisation::member_change::has_administrator;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct AddressForm {
    email: String,
    reason: String,
}

#[derive(Serialize)]
struct View {
    /// Address of the application.
    back: String,
    number: u32,
    /// The organisation.
    name: String,
    email: String,
    form: AddressForm,
    errors: Errors,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    page(
        &site,
        &staff,
        ids,
        AddressForm::default(),
        Errors::default(),
    )
    .await
}

async fn page(
    site: &Site,
    staff: &Staff,
    ids: (Uuid, Uuid),
    form: AddressForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let (inner, actor) = (site.clone(), staff.who.actor(site));
    let (_, one) = site
        .write(move |tx| shown_to(&actor, &inner, tx, ids))
        .await?;
    let view = View {
        back: format!("/desk/programmes/{}/applications/{}", ids.0, ids.1),
        number: one.number,
        name: one.read.organisation,
        email: email_of(&one.application),
        form,
        errors,
    };
    site.page(staff, "desk/programme/address.html", &view)
}

pub(super) async fn correct(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<AddressForm>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "enrol-error-email");
    let reason = read_reason(&mut errors, &form.reason);
    let (Some(email), Some(reason)) = (email, reason) else {
        return page(&site, &staff, ids, form, errors).await;
    };
    let application_no = site.number(IdKind::Application, &ids.1)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    let is_other = site
        .write(move |tx| {
            tx.hold_application(application_no)?;
            let (_, before) = found(&inner, tx, ids)?;
            if !tx.correct_applicant(application_no, &email)? {
                return Ok(false);
            }
            let (programme, one) = found(&inner, tx, ids)?;
            invite_instead(&inner, tx, &programme, (&before, &one), &actor)?;
            tell(&inner, tx, application_no, "moved")?;
            // Neither address stands in the log.
            let subject = format!("application {}", ids.1);
            tx.record(now, &actor, "correct-applicant", &subject, &reason)?;
            Ok(true)
        })
        .await?;
    if !is_other {
        errors.add("email", "desk-address-error-same");
        return page(&site, &staff, ids, form, errors).await;
    }
    let back = format!("/applications/{}", ids.1);
    Ok(done(&ids.0, &back, "address").into_response())
}

/// An invitation to the organisation that the application became is worth nothing any more where it went to the wrong address;
/// the right one gets another.
fn invite_instead(
    site: &Site,
    tx: &mut Tx<'_>,
    programme: &Programme,
    (before, after): (&Applicant, &Applicant),
    actor: &str,
) -> Result<(), Refusal> {
    let now = site.now();
    let Some(participant) = tx.participant(after.application.application_no)? else {
        return Ok(());
    };
    let party_no = participant.party_no;
    let mut was_invited = false;
    for (invitation, email) in tx.invitations_of(party_no, now)? {
        if before.application.email.as_ref() == Some(&email) {
            was_invited |= tx.withdraw_invitation(party_no, invitation.invitation_no, now)?;
        }
    }
    if was_invited && programme.ended_at.is_none() && !has_administrator(tx, party_no)? {
        admission::invite(site, tx, party_no, &after.application, &after.read, actor)?;
    }
    Ok(())
}
