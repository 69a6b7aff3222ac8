//! `POST /organisations/{organisation}/profile/leave`: an administrator asks that the organisation leaves, another one
//! agrees, or each of them stops it. Without a second administrator it happens after a time of waiting.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use message::{tell_administrators, tell_administrators_of_part};
use model::Timestamp;
use rules::access::Deed;
use rules::message::ServiceKind;
use rules::upkeep::{LEAVING_DAYS, leaves_at};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Leaving, StoreError, Tx};

use super::done;
use super::told::page;
use crate::acting::Acting;
use crate::asset::announce;
use crate::enrol::pass_on;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Deserialize)]
pub(super) struct LeaveForm {
    act: Act,
    /// Name of the organisation, typed again: nobody does this by mistake.
    #[serde(default)]
    name: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Act {
    Ask,
    Agree,
    Stay,
}

/// What the page says of leaving.
#[derive(Serialize)]
pub(super) struct LeavingView {
    /// Who asked, by name.
    by: String,
    /// Times.
    asked_at: String,
    due_at: String,
    /// Whether this visitor can be the second administrator.
    may_agree: bool,
}

impl LeavingView {
    pub(super) fn of(
        tx: &mut Tx<'_>,
        party_no: i64,
        visitor_no: i64,
    ) -> Result<Option<Self>, StoreError> {
        let Some(leaving) = tx.leaving(party_no)? else {
            return Ok(None);
        };
        let by = tx.person(leaving.person_no)?;
        Ok(Some(Self {
            by: by.map(|person| person.name).unwrap_or_default(),
            asked_at: leaving.asked_at.to_string(),
            due_at: leaving.due_at.to_string(),
            may_agree: leaving.person_no != visitor_no,
        }))
    }
}

pub(super) async fn leave(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    match form.act {
        // No second factor is asked for: stopping must never be harder than asking.
        Act::Stay => return Ok(stay(&site, &member).await?.into_response()),
        Act::Ask | Act::Agree => member.who.must_have_proved(site.now())?,
    }
    if form.name.trim() != member.party_name {
        return Ok(done(&member, "profile", "name-differs").into_response());
    }
    let (acting, party_no, now) = (member.acting(&site), member.party_no, site.now());
    let (own, person) = (site.clone(), member.who.person.clone());
    let person_no = person.person_no;
    let has_left = site
        .write(move |tx| {
            let asked = tx.leaving(party_no)?;
            match asked {
                Some(asked) if asked.person_no != person_no => {
                    if !tx.end_wish_to_leave(party_no)? {
                        // Somebody decided meanwhile that it stays.
                        return Ok(false);
                    }
                    tx.leave(party_no, &acting.actor, now)?;
                    announce(tx, now)?;
                    pass_on(&own, tx, &acting.actor)?;
                    acting.record(tx, "leave", "by two administrators", now)?;
                    Ok(true)
                }
                Some(_) => Ok(false),
                None => {
                    tx.ask_to_leave(&Leaving {
                        party_no,
                        person_no,
                        asked_at: now,
                        due_at: leaves_at(now),
                    })?;
                    tell(tx, &own, party_no, (&person.name, "asked"), now)?;
                    acting.record(tx, "ask-to-leave", "", now)?;
                    Ok(false)
                }
            }
        })
        .await?;
    Ok(match has_left {
        true => Redirect::to("/").into_response(),
        false => done(&member, "profile", "leaving").into_response(),
    })
}

async fn stay(site: &Site, member: &Member) -> Result<Redirect, Refusal> {
    let (acting, name) = (member.acting(site), member.who.person.name.clone());
    let (own, now) = (site.clone(), site.now());
    site.write(move |tx| Ok(stop(tx, &own, &acting, &name, now)?))
        .await?;
    Ok(done(member, "profile", "staying"))
}

/// The organisation stays, if it was about to leave: its administrators are told who stopped it.
pub(crate) fn stop(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    who: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if tx.end_wish_to_leave(acting.party_no)? {
        tell(tx, site, acting.party_no, (who, "stopped"), now)?;
        acting.record(tx, "stay", "", now)?;
    }
    Ok(())
}

/// Tells all administrators, of its parts too, who `asked` that the organisation leaves, or `stopped` it.
fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    party_no: i64,
    (who, what): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let party = tx.own_party(party_no)?;
    let name = party.map(|party| party.name).unwrap_or_default();
    let facts = |part: &str, page_of: i64| {
        let facts = json!({
            "organisation": name,
            "part": part,
            "person": who,
            "what": what,
            "days": LEAVING_DAYS,
            "link": page(site, page_of, "profile"),
        });
        facts.to_string()
    };
    let kind = ServiceKind::Leaving;
    tell_administrators(tx, party_no, kind, &facts("", party_no), now)?;
    for (part_no, part) in tx.sub_organisations(party_no)? {
        let facts = facts(&part, part_no);
        tell_administrators_of_part(tx, (part_no, party_no), kind, &facts, now)?;
    }
    Ok(())
}
