//! `/desk/programmes/{programme}/applications/{application}/count`: another count than the published rule gives, such as for
//! addresses that are not the applicant's. One person asks for it with a reason, a second one confirms it, both before the
//! draw; the applicant reads number and reason.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::IdKind;
use rules::access::DeskDeed;
use rules::enrol::counting::COUNT_MAX;
use rules::four_eyes::may_release;
use serde::{Deserialize, Serialize};
use store::{Programme, Tx};
use uuid::Uuid;

use super::applicant::Applicant;
use super::application::{found, shown_to};
use super::{coordinator_must_have_proved, done};
use crate::desk::reason::read_reason;
use crate::enrol::tell;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct CountForm {
    count: String,
    reason: String,
}

#[derive(Serialize)]
struct View {
    /// Address of the application.
    back: String,
    number: u32,
    /// The organisation.
    name: String,
    /// By what it is ordered now, and what the rule gives.
    count: u64,
    counted: u64,
    may_ask: bool,
    form: CountForm,
    errors: Errors,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    page(&site, &staff, ids, CountForm::default(), Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    ids: (Uuid, Uuid),
    form: CountForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let (inner, actor) = (site.clone(), staff.who.actor(site));
    let (programme, one) = site
        .write(move |tx| shown_to(&actor, &inner, tx, ids))
        .await?;
    let view = View {
        back: format!("/desk/programmes/{}/applications/{}", ids.0, ids.1),
        number: one.number,
        count: one.count(),
        counted: one.counted().total(),
        may_ask: may_ask(&programme, &one),
        name: one.read.organisation,
        form,
        errors,
    };
    site.page(staff, "desk/programme/count.html", &view)
}

/// Until the draw, and one at a time.
fn may_ask(programme: &Programme, one: &Applicant) -> bool {
    programme.drawn_at.is_none() && programme.ended_at.is_none() && one.asked.is_none()
}

/// A whole number, also with dots between its thousands.
fn read_count(text: &str) -> Option<u64> {
    let digits = text.trim().replace(['.', '\u{a0}', ' '], "");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let count = digits.parse().ok().filter(|_| is_number);
    count.filter(|count| *count <= COUNT_MAX)
}

pub(super) async fn ask(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(form): Form<CountForm>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let mut errors = Errors::default();
    let count = read_count(&form.count).ok_or(());
    let count = errors.take("count", count, "desk-count-error");
    let reason = read_reason(&mut errors, &form.reason);
    let (Some(count), Some(reason)) = (count, reason) else {
        return page(&site, &staff, ids, form, errors).await;
    };
    let (inner, actor, asked_by) = (
        site.clone(),
        staff.who.actor(&site),
        staff.who.person.person_no,
    );
    let is_other = site
        .write(move |tx| {
            let (programme, one) = held(&inner, tx, ids)?;
            if !may_ask(&programme, &one) {
                return Err(Refusal::Conflict);
            }
            if one.count() == count {
                return Ok(false);
            }
            let whose = (one.application.application_no, count);
            if !tx.ask_count_correction(whose, asked_by, &reason, now)? {
                return Err(Refusal::Conflict);
            }
            let subject = format!("application {}", ids.1);
            let detail = format!("{count} for {}: {reason}", one.count());
            tx.record(now, &actor, "ask-count", &subject, &detail)?;
            Ok(true)
        })
        .await?;
    if !is_other {
        errors.add("count", "desk-count-error-same");
        return page(&site, &staff, ids, form, errors).await;
    }
    let back = format!("/applications/{}", ids.1);
    Ok(done(&ids.0, &back, "counted").into_response())
}

/// An application whose programme nobody else changes until the transaction ends.
fn held(
    site: &Site,
    tx: &mut Tx<'_>,
    ids: (Uuid, Uuid),
) -> Result<(Programme, Applicant), Refusal> {
    tx.hold_programme(site.number(IdKind::Programme, &ids.0)?)?;
    found(site, tx, ids)
}

#[derive(Deserialize)]
pub(super) struct Ending {
    /// `confirm` or `drop`.
    end: String,
}

/// Confirms a count, which holds from then on, or drops it.
pub(super) async fn end(
    State(site): State<Site>,
    staff: Staff,
    Path((id, asked)): Path<(Uuid, Uuid)>,
    Form(form): Form<Ending>,
) -> Result<Redirect, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let correction_no = site.number(IdKind::CountCorrection, &asked)?;
    let (inner, actor, person_no) = (
        site.clone(),
        staff.who.actor(&site),
        staff.who.person.person_no,
    );
    let is_confirmed = form.end == "confirm";
    let application = site
        .write(move |tx| {
            tx.hold_programme(programme_no)?;
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            let open = tx.open_count_corrections(programme_no)?;
            let found = open.iter().find(|open| open.correction_no == correction_no);
            let found = found.ok_or(Refusal::NotFound)?;
            if is_confirmed && !may_release(found.asked_by, person_no) {
                return Err(Refusal::Forbidden);
            }
            let is_over = programme.drawn_at.is_some() || programme.ended_at.is_some();
            if is_over || !tx.end_count_correction(correction_no, person_no, is_confirmed, now)? {
                return Err(Refusal::Conflict);
            }
            let action = if is_confirmed {
                tell(&inner, tx, found.application_no, "counted")?;
                "confirm-count"
            } else {
                "drop-count"
            };
            let application = inner.id(IdKind::Application, found.application_no);
            let subject = format!("application {application}");
            let detail = format!("{}: {}", found.count, found.reason);
            tx.record(now, &actor, action, &subject, &detail)?;
            Ok(application)
        })
        .await?;
    let what = if is_confirmed { "confirmed" } else { "dropped" };
    Ok(done(&id, &format!("/applications/{application}"), what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_whole_number_that_an_application_can_have() {
        for (text, want) in [
            ("120", Some(120)),
            (" 4.096 ", Some(4_096)),
            ("0", Some(0)),
            ("4294969296", Some(COUNT_MAX)),
            ("4294969297", None),
            ("", None),
            (".", None),
            ("-1", None),
            ("+1", None),
            ("1,5", None),
            ("many", None),
        ] {
            assert_eq!(read_count(text), want, "{text}");
        }
    }
}
