//! `/desk/programmes/{programme}/participants`: letting those with a place into the register, who signed the agreement,
//! mailboxes, and who no longer meets the criteria. What one of them did and reported is on a page of its own.

use std::collections::{BTreeMap, HashSet};

use axum::extract::{Path, Query, State};
use axum::response::{Redirect, Response};
use model::{Day, IdKind, MailboxState, PlaceState};
use rules::access::DeskDeed;
use rules::enrol::draw::commitment as digest;
use serde::Serialize;
use store::{Participant, Programme, Tx};
use uuid::Uuid;

use super::agreement::AgreementForm;
use super::{admission, coordinator_must_have_proved, done, hold_running, subject};
use crate::desk::{Done, note_read};
use crate::enrol::{Declarations, ProgrammeView, form_of, in_language};
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
    /// Last day on which it is to be signed.
    sign_by: Option<String>,
    /// Those with a place that can be let into the register, and those that wait for the desk to vouch for an organisation.
    to_admit: usize,
    unvouched: usize,
    rows: Vec<Row>,
    /// Participants whose mailbox works, and all of them.
    reached: (usize, usize),
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
    mailbox_state: &'static str,
    /// What it filled in was deleted.
    is_forgotten: bool,
    is_eligible: bool,
    changes: usize,
    /// It has a place and has not signed the newest version.
    must_sign: bool,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["admitted", "nobody", "agreement"]);
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
    let (programme, agreement, (to_admit, unvouched), rows) = site
        .read(move |tx| {
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let agreement = tx.newest_agreement(programme_no)?;
            let rows = rows(&inner, tx, &programme)?;
            let waiting = admission::waiting(tx, programme_no)?;
            let unvouched = admission::unvouched(tx, &programme, &waiting)?;
            let to_admit = waiting.len() - unvouched;
            Ok((programme, agreement, (to_admit, unvouched), rows))
        })
        .await?;
    note_read(
        site,
        staff,
        subject(site, programme_no),
        "a list of participants",
    )
    .await?;
    let language = staff.visitor.language;
    let kept = agreement.as_ref().map(AgreementForm::of);
    let sign_by = agreement.as_ref().and_then(|agreement| agreement.sign_by);
    let taken = || {
        rows.iter()
            .filter(|row| row.state == PlaceState::Taken.as_str())
    };
    let alive = MailboxState::Alive.as_str();
    let reached = taken().filter(|row| row.mailbox_state == alive).count();
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
        sign_by: sign_by.map(|day| day.to_string()),
        form: typed.or(kept).unwrap_or_default(),
        to_admit,
        unvouched,
        reached: (reached, taken().count()),
        rows,
        errors,
        done,
    };
    site.page(staff, "desk/programme/participants.html", &view)
}

fn rows(site: &Site, tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Row>, Refusal> {
    let signed = tx.versions_signed(programme.programme_no)?;
    let unsigned = tx.unsigned_of(programme.programme_no)?;
    let watched = tx.mailboxes_of(programme.programme_no)?.into_iter();
    let watched: BTreeMap<i64, MailboxState> = watched
        .map(|mailbox| (mailbox.application_no, mailbox.state))
        .collect();
    let mut rows = Vec::new();
    let declared = Declarations::of_all(tx, programme)?;
    for one in tx.participants_of(programme.programme_no)? {
        let application = tx
            .application(one.application_no)?
            .ok_or(Refusal::NotFound)?;
        let place = tx.place(one.application_no)?.ok_or(Refusal::NotFound)?;
        let own = declared.get(&one.application_no);
        let mailbox_state = mailbox_word(&one, watched.get(&one.application_no).copied());
        rows.push(Row {
            id: site.id(IdKind::Application, one.application_no),
            number: application.number.unwrap_or_default(),
            organisation: form_of(&application).organisation,
            state: place.state.as_str(),
            signed: signed.get(&one.party_no).copied(),
            mailbox_state,
            mailbox: one.mailbox.as_ref().map(ToString::to_string),
            is_forgotten: application.email.is_none(),
            is_eligible: own.is_some_and(|own| own.are_met_on(site.now().day())),
            changes: own.map_or(0, Declarations::times_reported),
            must_sign: unsigned.binary_search(&one.application_no).is_ok(),
        });
    }
    Ok(rows)
}

/// `unproved`, or what the last daily look found.
pub(super) fn mailbox_word(
    participant: &Participant,
    watched: Option<MailboxState>,
) -> &'static str {
    match watched {
        Some(state) => state.as_str(),
        None if participant.mailbox_proved_at.is_some() => MailboxState::Alive.as_str(),
        None => "unproved",
    }
}

/// Those that take part and do not meet the criteria on a day.
pub(super) fn flagged(
    tx: &mut Tx<'_>,
    programme: &Programme,
    day: Day,
) -> Result<Vec<i64>, Refusal> {
    let places = tx.places_of(programme.programme_no)?.into_iter();
    let taken: HashSet<i64> = places
        .filter(|place| place.state == PlaceState::Taken)
        .map(|place| place.application_no)
        .collect();
    let declared = Declarations::of_all(tx, programme)?.into_iter();
    let flagged = declared.filter(|(application_no, declared)| {
        taken.contains(application_no) && !declared.are_met_on(day)
    });
    Ok(flagged.map(|(application_no, _)| application_no).collect())
}

/// Lets everybody who has a place into the register, but those that wait for the desk: these the page names.
pub(super) async fn admit(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    let admitted = site
        .write(move |tx| {
            // So that no number is given to one that registers itself at this moment too.
            tx.hold_newcomers()?;
            hold_running(tx, programme_no)?;
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let came = admission::admit_all(&inner, tx, &programme, &actor)?;
            let subject = subject(&inner, programme_no);
            let detail = match came.skipped {
                0 => format!("{} organisations", came.admitted),
                skipped => format!("{} organisations, {skipped} wait", came.admitted),
            };
            tx.record(now, &actor, "admit", &subject, &detail)?;
            Ok(came.admitted)
        })
        .await?;
    let what = if admitted > 0 { "admitted" } else { "nobody" };
    Ok(done(&id, "/participants", what))
}
