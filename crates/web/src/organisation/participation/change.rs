//! What changed at a participant: establishment, legal class, attachment, technical contact. The criteria are checked at
//! once, and the coordinator sees what came of it. Assets are changed on their own pages. Leaving is here too, and not taking
//! part after all.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use model::{Day, IdKind};
use rules::access::Deed;
use rules::enrol::changes::{Reported, may_hold_from};
use rules::enrol::form::{ApplicationForm, Step};
use serde::Deserialize;
use store::ParticipantChange;
use uuid::Uuid;

use super::{Taking, done, page};
use crate::desk::{enter_class, reason_at};
use crate::enrol::{Declarations, pass_on};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChangeForm {
    #[serde(flatten)]
    form: ApplicationForm,
    /// First day on which it holds.
    holds_from: String,
}

pub(super) async fn report(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(sent): Form<ChangeForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::SignAgreements)?;
    let (party_no, now) = (member.party_no, site.now());
    let programme_no = site.number(IdKind::Programme, &id)?;
    let mut errors = Errors::default();
    let day = sent.holds_from.parse::<Day>().ok();
    let day = day.filter(|day| may_hold_from(*day, now.day()));
    let holds_from = errors.take("holds_from", day.ok_or(()), "participation-error-day");
    let taking = site
        .read(move |tx| Taking::of(tx, party_no, programme_no))
        .await?;
    let mut form = taking.form;
    // Whoever is there stays whoever it is: the name is not asked again.
    let (name, phone) = (form.contact_name.clone(), form.contact_phone.clone());
    let mut said = sent.form;
    said.keep_evidence(&form);
    form.take(Step::Criteria, said.clone());
    form.take(Step::Contact, said);
    (form.contact_name, form.contact_phone) = (name, phone);
    for mistake in form
        .read(&taking.programme.terms.sectors)
        .err()
        .unwrap_or_default()
    {
        errors.add(mistake.field, "enrol-error-choice");
    }
    let (Some(holds_from), true) = (holds_from, errors.is_empty()) else {
        return page(&site, &member, id, Some(form), errors, String::new()).await;
    };
    let acting = member.acting(&site);
    let person_no = member.who.person.person_no;
    site.write(move |tx| {
        let taking = Taking::of(tx, party_no, programme_no)?;
        let read = form.read(&taking.programme.terms.sectors);
        let class = read.map_err(|_| Refusal::Conflict)?.declared.legal_class;
        let reported = Reported::new(holds_from, now.day(), form.clone());
        if form.legal_class != taking.form.legal_class {
            let evidence = format!("reported in the programme {}", taking.programme.terms.slug);
            for day in [holds_from, reported.counts_from] {
                if tx.legal_class_on(party_no, day)? != class {
                    enter_class(tx, &acting, (day, class), &evidence, now)?;
                }
            }
        }
        let before = tx.participant_changes(taking.participant.application_no)?;
        let mut own = Declarations::of(tx, &taking.participant, &taking.programme, &before)?;
        let counts_from = reported.counts_from;
        own.report(reported);
        let change = ParticipantChange {
            application_no: taking.participant.application_no,
            reported_at: now,
            person_no,
            holds_from,
            form: serde_json::to_string(&form).expect("texts can be written"),
            is_eligible: own.are_met_on(counts_from),
        };
        tx.add_participant_change(&change)?;
        let detail = match change.is_eligible {
            true => "the criteria are met",
            false => "the criteria are no longer met",
        };
        Ok(acting.record(tx, "report-change", detail, now)?)
    })
    .await?;
    Ok(done(&member, &id, "reported").into_response())
}

/// Ends taking part. The organisation stays in the ordinary service, with what it proved.
pub(super) async fn leave(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::SignAgreements)?;
    let (party_no, now) = (member.party_no, site.now());
    member.who.must_have_proved(now)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (actor, subject) = (member.who.actor(&site), member.subject());
    let inner = site.clone();
    site.write(move |tx| {
        let taking = Taking::of(tx, party_no, programme_no)?;
        if !tx.leave_place(taking.participant.application_no, now)? {
            return Err(Refusal::Conflict);
        }
        tx.record(now, &actor, "leave-programme", &subject, "")?;
        Ok(pass_on(&inner, tx, &actor)?)
    })
    .await?;
    Ok(done(&member, &id, "left").into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DeclineForm {
    /// Why; may stay empty.
    decline_reason: String,
}

/// Gives up a place before the agreement is signed. It goes to the next that waits, as when the coordinator takes it back.
pub(super) async fn decline(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<DeclineForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::SignAgreements)?;
    let (party_no, now) = (member.party_no, site.now());
    member.who.must_have_proved(now)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let mut errors = Errors::default();
    let words = match form.decline_reason.trim() {
        "" => Some(String::new()),
        text => reason_at(&mut errors, "decline_reason", text),
    };
    let Some(words) = words else {
        return page(&site, &member, id, None, errors, String::new()).await;
    };
    let (actor, subject) = (member.who.actor(&site), member.subject());
    let inner = site.clone();
    site.write(move |tx| {
        tx.hold_programme(programme_no)?;
        let taking = Taking::of(tx, party_no, programme_no)?;
        let application_no = taking.participant.application_no;
        if !tx.decline_place(application_no, &words, now)? {
            return Err(Refusal::Conflict);
        }
        tx.record(now, &actor, "decline-place", &subject, "")?;
        Ok(pass_on(&inner, tx, &actor)?)
    })
    .await?;
    Ok(done(&member, &id, "declined").into_response())
}
