//! `POST /desk/pause` and `POST /desk/resume`: whether anything goes out.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use model::Timestamp;
use rules::access::DeskDeed;
use serde::Deserialize;
use store::{StoreError, Tx};

use super::home;
use super::reason::read_reason;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Why {
    reason: String,
}

/// Nothing goes out from now on. Needs no proof: to stop in a hurry must be easy.
pub(super) async fn pause(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<Why>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        return home::show(&site, &staff, None, errors, form.reason).await;
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| Ok(stop(tx, &actor, &reason, now)?))
        .await?;
    Ok(Redirect::to("/desk?done=paused").into_response())
}

/// Has everything wait that would go out.
pub(crate) fn stop(
    tx: &mut Tx<'_>,
    actor: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.set_paused(Some((now, reason)))?;
    tx.record(now, actor, "pause", "distribution", reason)
}

/// What is approved goes out again.
pub(super) async fn resume(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<Why>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    staff.who.must_have_proved(now)?;
    let mut errors = Errors::default();
    let Some(reason) = read_reason(&mut errors, &form.reason) else {
        return home::show(&site, &staff, None, errors, form.reason).await;
    };
    site.write(move |tx| {
        if tx.installation()?.paused.is_some() {
            tx.set_paused(None)?;
            tx.record(now, &actor, "resume", "distribution", &reason)?;
        }
        Ok(())
    })
    .await?;
    Ok(Redirect::to("/desk?done=resumed").into_response())
}
