//! Changing an evaluation, and saying that it does not take place. Those who were invited get a mail; what they answered
//! already stays. One whose day is over, or of which was noted who came, was held: it stays as it is.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::{Evaluation, Tx};
use uuid::Uuid;

use super::detail::{Typed, page, tell_guests};
use super::list::EvaluationForm;
use super::{address, held, numbers};
use crate::desk::programme::coordinator_must_have_proved;
use crate::desk::reason::reason_at;
use crate::form::{Errors, mark_of};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// What is sent of an evaluation.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    #[serde(flatten)]
    form: EvaluationForm,
    /// Mark of what the page showed.
    seen: String,
}

/// Whether an evaluation was held: its day is over, or the desk noted who came.
pub(super) fn was_held(
    site: &Site,
    tx: &mut Tx<'_>,
    evaluation: &Evaluation,
) -> Result<bool, Refusal> {
    if evaluation.was_held(site.now().day()) {
        return Ok(true);
    }
    let guests = tx.evaluation_guests(evaluation.evaluation_no)?;
    Ok(guests.iter().any(|guest| guest.was_there.is_some()))
}

/// An evaluation that can still be changed; nobody else changes it meanwhile.
fn held_open(site: &Site, tx: &mut Tx<'_>, own: (i64, i64)) -> Result<Evaluation, Refusal> {
    let evaluation = held(tx, own)?;
    if evaluation.cancelled_at.is_some() || was_held(site, tx, &evaluation)? {
        return Err(Refusal::Conflict);
    }
    Ok(evaluation)
}

pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let own = numbers(&site, ids)?;
    let Sent { form, seen } = sent;
    let mut errors = Errors::default();
    let terms = form.read(own.0, &mut errors);
    if let Some(terms) = &terms {
        for (field, day) in [
            ("held_on", terms.held_on),
            ("answer_until", terms.answer_until),
        ] {
            if day < now.day() {
                errors.add(field, "desk-evaluation-error-past");
            }
        }
    }
    let Some(terms) = terms.filter(|_| errors.is_empty()) else {
        let typed = Typed {
            terms: Some(form),
            seen: Some(seen),
            ..Typed::default()
        };
        return page(&site, &staff, ids, typed, errors, None).await;
    };
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    let is_changed = site
        .write(move |tx| {
            let mut evaluation = held_open(&inner, tx, own)?;
            let kept = mark_of(&EvaluationForm::of(&evaluation.terms));
            if !seen.is_empty() && seen != kept {
                return Ok(false);
            }
            if evaluation.terms == terms {
                return Ok(true);
            }
            if !tx.change_evaluation(own.1, &terms)? {
                return Err(Refusal::Conflict);
            }
            evaluation.terms = terms.clone();
            let told = tell_guests(&inner, tx, &evaluation, "moved")?;
            let subject = format!("evaluation {}", ids.1);
            let detail = format!("{told} organisations told");
            tx.record(now, &actor, "change-evaluation", &subject, &detail)?;
            Ok(true)
        })
        .await?;
    if !is_changed {
        let typed = Typed {
            terms: Some(form),
            is_overtaken: true,
            ..Typed::default()
        };
        return page(&site, &staff, ids, typed, errors, None).await;
    }
    Ok(Redirect::to(&format!("{}?done=changed", address(ids))).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Why {
    cancel_reason: String,
}

pub(super) async fn cancel(
    State(site): State<Site>,
    staff: Staff,
    Path(ids): Path<(Uuid, Uuid)>,
    Form(why): Form<Why>,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(&site, &staff)?;
    let own = numbers(&site, ids)?;
    let mut errors = Errors::default();
    let Some(reason) = reason_at(&mut errors, "cancel_reason", &why.cancel_reason) else {
        let typed = Typed {
            cancel_reason: why.cancel_reason,
            ..Typed::default()
        };
        return page(&site, &staff, ids, typed, errors, None).await;
    };
    let (inner, actor) = (site.clone(), staff.who.actor(&site));
    site.write(move |tx| {
        let mut evaluation = held_open(&inner, tx, own)?;
        if !tx.cancel_evaluation(own.1, &reason, now)? {
            return Err(Refusal::Conflict);
        }
        evaluation.cancel_reason.clone_from(&reason);
        tell_guests(&inner, tx, &evaluation, "cancelled")?;
        let subject = format!("evaluation {}", ids.1);
        Ok(tx.record(now, &actor, "cancel-evaluation", &subject, &reason)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=cancelled", address(ids))).into_response())
}
