//! `/desk/programmes/{programme}/participants`: letting those with a place into the register, who signed the agreement, mailboxes,
//! what participants reported, and leaving.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use model::{IdKind, MailboxState, PlaceState};
use rules::access::DeskDeed;
use rules::enrol::draw::commitment as digest;
use serde::{Deserialize, Serialize};
use store::{Programme, Tx};
use uuid::Uuid;

use super::agreement::AgreementForm;
use super::{admission, coordinator_must_have_proved, done, hold_running, subject};
use crate::desk::Done;
use crate::desk::reason::read_reason;
use crate::enrol::{ProgrammeView, form_of, in_language, meets_criteria, pass_on};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    id: Uuid,
    programme: ProgrammeView,
    /// Version, time and digest of the agreement that is to be signed.
    agreement: Option<(i64, String, String)>,
    form: AgreementForm,
    /// Those with a place that are not in the register yet.
    to_admit: usize,
    rows: Vec<Row>,
    errors: Errors,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    number: u32,
    organisation: String,
    state: &'static str,
    /// The newest version that was signed.
    signed: Option<i64>,
    mailbox: Option<String>,
    /// `unproved`, or what the last daily look found.
    mailbox_state: &'static str,
    /// What it filled in was deleted.
    is_forgotten: bool,
    is_eligible: bool,
    changes: usize,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["admitted", "agreement", "ended", "reason"]);
    page(&site, &staff, id, None, Errors::default(), done).await
}

pub(super) async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: Option<AgreementForm>,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let inner = site.clone();
    let (programme, agreement, to_admit, rows) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let agreement = tx.agreements_of(programme_no)?.into_iter().next();
            let rows = rows(&inner, tx, &programme)?;
            let to_admit = admission::waiting(tx, programme_no)?.len();
            Ok((programme, agreement, to_admit, rows))
        })
        .await?;
    let language = staff.visitor.language;
    let kept = agreement.as_ref().map(|agreement| AgreementForm {
        text_nl: agreement.text[0].clone(),
        text_en: agreement.text[1].clone(),
    });
    let view = View {
        id,
        programme: ProgrammeView::new(site, language, &programme),
        agreement: agreement.map(|agreement| {
            let text = in_language(language, &agreement.text);
            (
                agreement.version,
                agreement.published_at.to_string(),
                digest(&text),
            )
        }),
        form: typed.or(kept).unwrap_or_default(),
        to_admit,
        rows,
        errors,
        done,
    };
    site.page(staff, "desk/programme/participants.html", &view)
}

fn rows(site: &Site, tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Row>, Refusal> {
    let versions = tx.agreements_of(programme.programme_no)?;
    let signatures = tx.signatures_of(programme.programme_no)?;
    let watched = tx.mailboxes_of(programme.programme_no)?.into_iter();
    let watched: BTreeMap<i64, MailboxState> = watched
        .map(|mailbox| (mailbox.application_no, mailbox.state))
        .collect();
    let mut rows = Vec::new();
    for one in tx.participants_of(programme.programme_no)? {
        let application = tx
            .application(one.application_no)?
            .ok_or(Refusal::NotFound)?;
        let place = tx.place(one.application_no)?.ok_or(Refusal::NotFound)?;
        let of_party = signatures
            .iter()
            .filter(|sign| sign.party_no == one.party_no);
        let signed = of_party.filter_map(|sign| {
            let version = versions
                .iter()
                .find(|version| version.agreement_no == sign.agreement_no);
            version.map(|version| version.version)
        });
        rows.push(Row {
            id: site.id(IdKind::Application, one.application_no),
            number: application.number.unwrap_or_default(),
            organisation: form_of(&application).organisation,
            state: place.state.as_str(),
            signed: signed.max(),
            mailbox_state: match watched.get(&one.application_no) {
                Some(state) => state.as_str(),
                None if one.mailbox_proved_at.is_some() => "alive",
                None => "unproved",
            },
            mailbox: one.mailbox.as_ref().map(ToString::to_string),
            is_forgotten: application.email.is_none(),
            is_eligible: meets_criteria(tx, &one, programme, site.now().day())?,
            changes: tx.participant_changes(one.application_no)?.len(),
        });
    }
    Ok(rows)
}

/// Lets everybody who has a place into the register.
pub(super) async fn admit(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        hold_running(tx, programme_no)?;
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        let admitted = admission::admit_all(&inner, tx, &programme, &actor)?;
        let subject = subject(&inner, programme_no);
        let detail = format!("{admitted} organisations");
        Ok(tx.record(now, &actor, "admit", &subject, &detail)?)
    })
    .await?;
    Ok(done(&id, "/participants", "admitted"))
}

#[derive(Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    reason: String,
}

/// Ends taking part, for whoever no longer meets the criteria. The organisation stays in the ordinary service.
pub(super) async fn end(
    State(site): State<Site>,
    staff: Staff,
    Path((id, application)): Path<(Uuid, Uuid)>,
    Form(why): Form<Why>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let Some(reason) = read_reason(&mut Errors::default(), &why.reason) else {
        return Ok(done(&id, "/participants", "reason"));
    };
    let application_no = site.number(IdKind::Application, &application)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        let ended = (PlaceState::Taken, PlaceState::Left);
        if !tx.change_place(application_no, ended, &reason, now)? {
            return Err(Refusal::Conflict);
        }
        let subject = format!("application {application}");
        tx.record(now, &actor, "end-participation", &subject, &reason)?;
        Ok(pass_on(&inner, tx, &actor)?)
    })
    .await?;
    Ok(done(&id, "/participants", "ended"))
}
