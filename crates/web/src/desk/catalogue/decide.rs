//! `POST /desk/advice/{version}/decide`: a draft is handed to a second person, who approves it or gives it back.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use model::Day;
use rules::access::DeskDeed;
use rules::catalogue::Threat;
use rules::catalogue::check::check;
use serde::Deserialize;
use store::AdviceState;
use uuid::Uuid;

use super::edit::{record, writer};
use super::{found, is_of_program, may_be_released_by, may_change};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// What is decided about a version.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    /// The visitor becomes the writer of what a program wrote.
    Take,
    /// Its writer asks a second person.
    Ask,
    /// It comes into use.
    Approve,
    /// It becomes a draft again.
    Return,
    /// It never comes into use.
    Drop,
}

#[derive(Deserialize)]
pub(super) struct Decision {
    act: Act,
}

pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Redirect, Refusal> {
    let act = form.act;
    match act {
        Act::Take | Act::Ask | Act::Drop => staff.must_be_allowed(DeskDeed::EditCatalogue)?,
        Act::Approve | Act::Return => staff.must_be_allowed(DeskDeed::ReleaseCatalogue)?,
    }
    let (by, actor, now) = writer(&site, &staff);
    if let Act::Approve = act {
        staff.who.must_have_proved(now)?;
    }
    let inner = site.clone();
    let (slug, done) = site
        .write(move |tx| {
            let (version, mut threat) = found(&inner, tx, &id)?;
            if matches!(act, Act::Take) {
                if !is_of_program(&version) || !tx.take_advice(version.version_no, by)? {
                    return Err(Refusal::Conflict);
                }
                let place = (version.slug, version.version);
                record(tx, (&actor, now), "take-advice", &place.0, place.1)?;
                return Ok((place.0, "taken"));
            }
            let is_open = matches!(version.state, AdviceState::Draft | AdviceState::Asked);
            let is_asked = version.state == AdviceState::Asked;
            let (to, action, done) = match act {
                Act::Ask if may_change(&staff, &version) => {
                    (AdviceState::Asked, "ask-advice", "asked")
                }
                Act::Approve if is_asked && may_be_released_by(&version, by) => {
                    (AdviceState::Approved, "approve-advice", "approved")
                }
                Act::Return if is_asked => (AdviceState::Draft, "return-advice", "returned"),
                Act::Drop if is_open => (AdviceState::Dropped, "drop-advice", "dropped"),
                Act::Take | Act::Ask | Act::Approve | Act::Return | Act::Drop => {
                    return Err(Refusal::Forbidden);
                }
            };
            if matches!(to, AdviceState::Asked | AdviceState::Approved) {
                let has_note = !version.note.is_empty();
                if !has_note || !is_fit(&mut threat, now.day()) {
                    return Ok((version.slug, "mistakes"));
                }
            }
            if !tx.move_advice(&version, to, &threat.to_json(), (by, now))? {
                return Err(Refusal::Conflict);
            }
            record(tx, (&actor, now), action, &version.slug, version.version)?;
            Ok((version.slug, done))
        })
        .await?;
    Ok(match done {
        "dropped" => Redirect::to(&format!("/desk/catalogue/{slug}?done=dropped")),
        done => Redirect::to(&format!("/desk/advice/{id}?done={done}")),
    })
}

/// Whether the text keeps every rule of the catalogue, as one that was read through today.
fn is_fit(threat: &mut Threat, today: Day) -> bool {
    threat.reviewed = today;
    check(threat).is_empty()
}
