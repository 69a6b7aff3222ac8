//! What an administrator does to a person of the desk: each needs a fresh proof, and stands in the audit log.

use axum::extract::{Path, State};
use axum::response::Redirect;
use axum_extra::extract::Form;
use model::{IdKind, StaffRole};
use rules::access::{DeskDeed, StaffRefusal, may_set_staff_roles};
use serde::Deserialize;
use store::{Person, Tx};
use uuid::Uuid;

use super::list::read_roles;
use super::{
    Invitation, chosen_desks, desk_choices, must_share_desks, names_of, subject_of, words_of,
};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Roles {
    #[serde(default)]
    roles: Vec<String>,
}

/// `POST /desk/people/{person}/roles`
pub(super) async fn set_roles(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<Roles>,
) -> Result<Redirect, Refusal> {
    let person_no = allowed(&site, &staff, &id)?;
    let to = read_roles(&form.roles)?;
    let (by_no, actor, now) = who(&site, &staff);
    let inner = site.clone();
    let done = site
        .write(move |tx| {
            open_staff(tx, person_no)?;
            if let Some(refused) = set(tx, (by_no, person_no), &to)? {
                return Ok(refused);
            }
            for role in &to {
                tx.give_staff_role(person_no, *role, &actor, now)?;
            }
            let (subject, roles) = (subject_of(&inner, person_no), words_of(&to).join(", "));
            tx.record(now, &actor, "set-roles", &subject, &roles)?;
            Ok(if to.is_empty() { "closed" } else { "roles" })
        })
        .await?;
    // Somebody without a role is no longer shown.
    Ok(match done {
        "closed" => Redirect::to("/desk/people?done=closed"),
        done => back(&id, done),
    })
}

#[derive(Deserialize)]
pub(super) struct AtDesks {
    /// Public ids of desks.
    #[serde(default)]
    desks: Vec<Uuid>,
}

/// `POST /desk/people/{person}/desks`: where the person works from now on.
pub(super) async fn set_desks(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<AtDesks>,
) -> Result<Redirect, Refusal> {
    let person_no = allowed(&site, &staff, &id)?;
    let (by_no, actor, now) = who(&site, &staff);
    if by_no == person_no {
        return Ok(back(&id, "own"));
    }
    let inner = site.clone();
    let done = site
        .write(move |tx| {
            open_staff(tx, person_no)?;
            let choices = desk_choices(&inner, tx)?;
            let desks = chosen_desks(&choices, &form.desks)?;
            if desks.is_empty() {
                return Ok("no-desk");
            }
            let numbers: Vec<i64> = desks.iter().map(|desk| desk.desk_no).collect();
            tx.set_desks_of_person(person_no, &numbers)?;
            let subject = subject_of(&inner, person_no);
            tx.record(now, &actor, "set-desks", &subject, &names_of(&desks))?;
            Ok("desks")
        })
        .await?;
    Ok(back(&id, done))
}

/// `POST /desk/people/{person}/sessions`: ends them all.
pub(super) async fn end_sessions(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let person_no = allowed(&site, &staff, &id)?;
    let (_, actor, now) = who(&site, &staff);
    let inner = site.clone();
    site.write(move |tx| {
        open_staff(tx, person_no)?;
        tx.end_other_sessions(person_no, None, now)?;
        let subject = subject_of(&inner, person_no);
        Ok(tx.record(now, &actor, "end-sessions", &subject, "")?)
    })
    .await?;
    Ok(back(&id, "sessions"))
}

/// `POST /desk/people/{person}/renew`: takes every way to sign in away, and mails a new invitation.
pub(super) async fn renew(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let person_no = allowed(&site, &staff, &id)?;
    let (by_no, actor, now) = who(&site, &staff);
    if by_no == person_no {
        return Ok(back(&id, "own"));
    }
    let (inner, language) = (site.clone(), staff.visitor.language);
    let invitation = Invitation::new(&site, &actor);
    site.write(move |tx| {
        let person = open_staff(tx, person_no)?;
        tx.remove_ways(person_no, now)?;
        let to = (&person.email, person.language.unwrap_or(language));
        invitation.send(tx, person_no, to)?;
        let subject = subject_of(&inner, person_no);
        Ok(tx.record(now, &actor, "renew", &subject, "")?)
    })
    .await?;
    Ok(back(&id, "renewed"))
}

/// `POST /desk/people/{person}/close`: the person can sign in no more, here or for an organisation.
pub(super) async fn close(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    let person_no = allowed(&site, &staff, &id)?;
    let (by_no, actor, now) = who(&site, &staff);
    let inner = site.clone();
    let refused = site
        .write(move |tx| {
            open_staff(tx, person_no)?;
            let refused = set(tx, (by_no, person_no), &[])?;
            if refused.is_none() {
                tx.close_person(person_no, now)?;
                let subject = subject_of(&inner, person_no);
                tx.record(now, &actor, "close", &subject, "")?;
            }
            Ok(refused)
        })
        .await?;
    Ok(match refused {
        Some(refused) => back(&id, refused),
        None => Redirect::to("/desk/people?done=closed"),
    })
}

/// The number of the person, for somebody who may change people of the desk and proved it just now.
fn allowed(site: &Site, staff: &Staff, id: &Uuid) -> Result<i64, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    staff.who.must_have_proved(site.now())?;
    site.number(IdKind::Person, id)
}

fn who(site: &Site, staff: &Staff) -> (i64, String, model::Timestamp) {
    let person_no = staff.who.person.person_no;
    (person_no, staff.who.actor(site), site.now())
}

fn back(id: &Uuid, done: &str) -> Redirect {
    Redirect::to(&format!("/desk/people/{id}?done={done}"))
}

/// Somebody of the desk who may sign in, and whom the visitor may change.
fn open_staff(tx: &mut Tx<'_>, person_no: i64) -> Result<Person, Refusal> {
    let person = tx.person(person_no)?.filter(|it| it.closed_at.is_none());
    if tx.staff_roles(person_no)?.is_empty() {
        return Err(Refusal::NotFound);
    }
    must_share_desks(tx, person_no)?;
    person.ok_or(Refusal::Conflict)
}

/// Takes the roles away that are not among these; or says why that is not done, as the end of the key of a text.
fn set(
    tx: &mut Tx<'_>,
    (by_no, person_no): (i64, i64),
    to: &[StaffRole],
) -> Result<Option<&'static str>, Refusal> {
    let administrators = tx.hold_staff_with(StaffRole::Administrator)?;
    let from = tx.staff_roles(person_no)?;
    match may_set_staff_roles((by_no, person_no), (&from, to), &administrators) {
        Err(StaffRefusal::Own) => return Ok(Some("own")),
        Err(StaffRefusal::LastAdministrator) => return Ok(Some("last-administrator")),
        Ok(()) => {}
    }
    for role in from.into_iter().filter(|role| !to.contains(role)) {
        tx.take_staff_role(person_no, role)?;
    }
    Ok(None)
}
