//! `/desk/disputes`: two organisations say that the same is theirs. Neither is told of findings there until the desk decides.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Timestamp};
use rules::access::{DeskDeed, staff_may};
use serde::Serialize;
use store::{Dispute, StoreError, Tx};
use uuid::Uuid;

use super::{After, Asked, ClaimView, Decision, claim_view};
use crate::asset::{Holding, announce};
use crate::desk::reason::read_reason;
use crate::desk::{Done, PAGE_ROWS, note_read};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct ListView {
    done: Option<&'static str>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    value: String,
    older: String,
    younger: String,
    opened_at: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(place): Query<After>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let after = match &place.after {
        Some(id) => site.number(IdKind::Dispute, id)?,
        None => 0,
    };
    note_read(&site, &staff, "disputes".to_owned(), "a list of claims").await?;
    let found = site
        .read(move |tx| Ok(tx.disputes_open(after, PAGE_ROWS as i64)?))
        .await?;
    let rows = found.into_iter().map(|dispute| Row {
        id: site.id(IdKind::Dispute, dispute.dispute_no),
        value: dispute.value.to_string(),
        older: dispute.older.party_name,
        younger: dispute.younger.party_name,
        opened_at: dispute.opened_at.to_string(),
    });
    let rows: Vec<Row> = rows.collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = ListView {
        done: done.key(&["decided", "gone"]),
        next: last.map(|row| format!("/desk/disputes?after={}", row.id)),
        rows,
    };
    site.page(&staff, "desk/claim/disputes.html", &view)
}

#[derive(Serialize)]
struct View {
    asked: Asked,
    may_decide: bool,
    id: Uuid,
    value: String,
    /// The one that came later lies inside the one that was there.
    is_inside: bool,
    opened_at: String,
    /// The one that was there, and the one that came later.
    sides: Vec<ClaimView>,
}

pub(super) async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    show(&site, &staff, id, Asked::default()).await
}

async fn show(site: &Site, staff: &Staff, id: Uuid, asked: Asked) -> Result<Response, Refusal> {
    let number = site.number(IdKind::Dispute, &id)?;
    let (actor, now, inner) = (staff.who.actor(site), site.now(), site.clone());
    let may_decide = staff_may(&staff.who.staff_roles, DeskDeed::ChangeOrganisations);
    let view = site
        .write(move |tx| {
            let found = tx.dispute_open(number)?.ok_or(Refusal::NotFound)?;
            let sides = sides_of(&inner, tx, &found, &actor, now)?;
            Ok(View {
                asked: asked.clone(),
                may_decide,
                id,
                value: found.value.to_string(),
                is_inside: found.is_inside,
                opened_at: found.opened_at.to_string(),
                sides,
            })
        })
        .await?;
    site.page(staff, "desk/claim/dispute.html", &view)
}

/// What speaks for either side, the one that was there first. What two organisations hold is their data, so this is recorded.
pub(crate) fn sides_of(
    site: &Site,
    tx: &mut Tx<'_>,
    found: &Dispute,
    actor: &str,
    now: Timestamp,
) -> Result<Vec<ClaimView>, StoreError> {
    let mut sides = Vec::new();
    for side in [&found.older, &found.younger] {
        let subject = format!("party {}", site.id(IdKind::Party, side.party_no));
        tx.record(now, actor, "read", &subject, "work at the desk")?;
        sides.extend(claim_view(site, tx, (side.party_no, side.asset_no))?);
    }
    Ok(sides)
}

pub(super) async fn decide(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Decision>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeOrganisations)?;
    let number = site.number(IdKind::Dispute, &id)?;
    let mut errors = Errors::default();
    let keeper = form.choice.parse::<Uuid>();
    let keeper = errors.take("choice", keeper, "desk-dispute-choose");
    let reason = read_reason(&mut errors, &form.reason);
    let (Some(keeper), Some(reason)) = (keeper, reason) else {
        return show(&site, &staff, id, Asked { form, errors }).await;
    };
    let keeper_no = site.number(IdKind::Asset, &keeper)?;
    let (actor, now, inner) = (staff.who.actor(&site), site.now(), site.clone());
    let done = site
        .write(move |tx| {
            let Some(found) = tx.dispute_open(number)? else {
                return Ok("gone");
            };
            if !keep(&inner, tx, (&found, keeper_no), &reason, &actor, now)? {
                return Err(Refusal::Bad);
            }
            Ok("decided")
        })
        .await?;
    Ok(Redirect::to(&format!("/desk/disputes?done={done}")).into_response())
}

/// Decides a dispute for the asset `keeper_no`; says whether that is one of its sides.
pub(crate) fn keep(
    site: &Site,
    tx: &mut Tx<'_>,
    (found, keeper_no): (&Dispute, i64),
    reason: &str,
    actor: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let number = found.dispute_no;
    // One that is closed does not come back by a change that began before. In the order of their numbers, so that two decisions do
    // not wait for each other.
    let mut sides = [found.older.party_no, found.younger.party_no];
    sides.sort_unstable();
    for party_no in sides {
        if tx.party_is_open(party_no)? {
            Holding::keep(tx, party_no)?;
        }
    }
    if !tx.decide_dispute(number, keeper_no, actor, reason, now)? {
        return Ok(false);
    }
    announce(tx, now)?;
    let subject = tx.subject_of(IdKind::Dispute, number)?;
    tx.record(now, actor, "decide-dispute", &subject, reason)?;
    for side in [&found.older, &found.younger] {
        let outcome = match side.asset_no == keeper_no {
            true => "verified",
            // What lies around the one that was kept stays as well.
            false if found.is_inside && side.asset_no == found.older.asset_no => "kept",
            false => "closed",
        };
        let subject = format!("party {}", site.id(IdKind::Party, side.party_no));
        tx.record(now, actor, "decide-claim", &subject, outcome)?;
    }
    Ok(true)
}
