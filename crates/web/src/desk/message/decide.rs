//! `POST /desk/messages/{message}/decide`: approve, hold, withhold or send again one message.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use message::{Decider, SentAgain};
use model::IdKind;
use rules::access::DeskDeed;
use serde::Deserialize;
use store::Tx;
use uuid::Uuid;

use super::detail::{Shown, show};
use crate::desk::reason::read_reason;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// What is decided about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Act {
    /// Let a held message go out.
    Approve,
    /// Have an approved message wait.
    Hold,
    /// Nobody is told.
    Withhold,
    /// Let a failed message go out once more.
    Again,
}

impl Act {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Hold => "hold",
            Self::Withhold => "withhold",
            Self::Again => "again",
        }
    }

    /// Whether somebody must say why.
    pub(super) fn needs_reason(self) -> bool {
        matches!(self, Self::Hold | Self::Withhold)
    }

    /// Does it; says whether it was still possible.
    pub(super) fn perform(
        self,
        tx: &mut Tx<'_>,
        decider: &Decider<'_>,
        number: i64,
        reason: &str,
    ) -> Result<bool, Refusal> {
        Ok(match self {
            Self::Approve => decider.approve(tx, number)?,
            Self::Hold => decider.hold(tx, number, reason)?,
            Self::Withhold => decider.withhold_notification(tx, number, reason)?,
            Self::Again => decider.send_again(tx, number)? == SentAgain::Again,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Decision {
    act: Act,
    #[serde(default)]
    reason: String,
}

pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Notification, &id)?;
    let act = form.act;
    let mut errors = Errors::default();
    let reason = match act.needs_reason() {
        true => read_reason(&mut errors, &form.reason),
        false => Some(String::new()),
    };
    let Some(reason) = reason else {
        let shown = Shown {
            number,
            after_no: 0,
            with_text: false,
            done: None,
            errors,
            reason: form.reason,
        };
        return show(&site, &staff, shown).await;
    };
    let (actor, now) = (staff.who.actor(&site), site.now());
    let is_done = site
        .write(move |tx| {
            tx.notification(number)?.ok_or(Refusal::NotFound)?;
            let decider = Decider { name: &actor, now };
            act.perform(tx, &decider, number, &reason)
        })
        .await?;
    let done = match (is_done, act) {
        (true, _) => act.as_str(),
        (false, Act::Again) => "not-again",
        (false, _) => "too-late",
    };
    Ok(Redirect::to(&format!("/desk/messages/{id}?done={done}")).into_response())
}
