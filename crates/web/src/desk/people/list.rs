//! `GET /desk/people`: who works at the desk; `POST`: somebody else comes to work there.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use model::{EmailAddress, IdKind, StaffRole};
use rules::access::{DeskDeed, may_set_staff_roles};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    DeskChoice, Invitation, PersonView, chosen_desks, desk_choices, names_of, person_view,
    subject_of, words_of,
};
use crate::desk::{Done, PAGE_ROWS};
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Each invitation is a mail to an address of somebody's choice.
const INVITATIONS: Limiter = Limiter::new("invitations to the desk", Rate::per_hour(30));

/// Longest name of a person, in characters.
const NAME_CHARS_MAX: usize = 100;

#[derive(Deserialize)]
pub(super) struct After {
    /// Public id of the person after whom the page begins.
    after: Option<Uuid>,
}

#[derive(Clone, Default, Deserialize, Serialize)]
pub(super) struct InviteForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    roles: Vec<String>,
    /// Public ids of desks.
    #[serde(default)]
    desks: Vec<Uuid>,
}

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    rows: Vec<PersonView>,
    next: Option<String>,
    all_roles: Vec<&'static str>,
    /// Where the visitor can have somebody work; none where there is one desk.
    all_desks: Vec<DeskChoice>,
    form: InviteForm,
    errors: Errors,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(place): Query<After>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let after = match &place.after {
        Some(id) => site.number(IdKind::Person, id)?,
        None => 0,
    };
    let done = done.key(&["invited", "added", "closed"]);
    let (form, errors) = (InviteForm::default(), Errors::default());
    show(&site, &staff, after, done, (form, errors)).await
}

async fn show(
    site: &Site,
    staff: &Staff,
    after: i64,
    done: Option<&'static str>,
    (form, errors): (InviteForm, Errors),
) -> Result<Response, Refusal> {
    let inner = site.clone();
    let (rows, all_desks) = site
        .read(move |tx| {
            let people = tx.staff_after(after, PAGE_ROWS as i64)?;
            let views = people.into_iter().map(|it| person_view(&inner, tx, it));
            let views = views.collect::<Result<Vec<_>, Refusal>>()?;
            Ok((views, desk_choices(&inner, tx)?))
        })
        .await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        done,
        next: last.map(|row| format!("/desk/people?after={}", row.id)),
        rows,
        all_roles: words_of(StaffRole::ALL),
        all_desks,
        form,
        errors,
    };
    site.page(staff, "desk/people/list.html", &view)
}

pub(super) async fn invite(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<InviteForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    staff.who.must_have_proved(site.now())?;
    let mut errors = Errors::default();
    let name = form.name.trim().to_owned();
    if name.is_empty()
        || name.chars().count() > NAME_CHARS_MAX
        || name.chars().any(char::is_control)
    {
        errors.add("name", "desk-people-error-name");
    }
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "desk-people-error-email");
    let roles = read_roles(&form.roles)?;
    if roles.is_empty() {
        errors.add("roles", "desk-people-error-roles");
    }
    let inner = site.clone();
    let choices = site.read(move |tx| desk_choices(&inner, tx)).await?;
    if choices.is_empty() && !staff.visitor.desks.is_all() {
        // Whoever works at no desk has nobody work at one.
        return Err(Refusal::Forbidden);
    }
    let is_choice = choices.len() > 1;
    let desks = match is_choice {
        true => chosen_desks(&choices, &form.desks)?,
        false => choices,
    };
    if is_choice && desks.is_empty() {
        errors.add("desks", "desk-people-error-desks");
    }
    let (Some(email), true) = (email, errors.is_empty()) else {
        return show(&site, &staff, 0, None, (form, errors)).await;
    };
    site.limit(&INVITATIONS, staff.who.person.person_no)?;
    let (by_no, actor, now) = (
        staff.who.person.person_no,
        staff.who.actor(&site),
        site.now(),
    );
    let (language, inner) = (staff.visitor.language, site.clone());
    let invitation = Invitation::new(&site, &actor);
    let done = site
        .write(move |tx| {
            let known = tx.person_with_email(&email)?;
            if known.as_ref().is_some_and(|it| it.closed_at.is_some()) {
                return Ok("is-closed");
            }
            // Of somebody who is known already, neither name nor language is changed by whoever invites.
            let (person_no, language) = match known {
                Some(person) => (person.person_no, person.language.unwrap_or(language)),
                None => (tx.add_person(&email, &name, None, now)?, language),
            };
            let had = tx.staff_roles(person_no)?;
            if !had.is_empty() {
                return Ok("is-staff");
            }
            let administrators = tx.hold_staff_with(StaffRole::Administrator)?;
            if may_set_staff_roles((by_no, person_no), (&had, &roles), &administrators).is_err() {
                return Err(Refusal::Forbidden);
            }
            for role in &roles {
                tx.give_staff_role(person_no, *role, &actor, now)?;
            }
            let mut detail = words_of(&roles).join(", ");
            if !desks.is_empty() {
                let numbers: Vec<i64> = desks.iter().map(|desk| desk.desk_no).collect();
                tx.set_desks_of_person(person_no, &numbers)?;
                detail = format!("{detail}; {}", names_of(&desks));
            }
            let subject = subject_of(&inner, person_no);
            tx.record(now, &actor, "invite-staff", &subject, &detail)?;
            if tx.ways_of(person_no)?.is_any() {
                return Ok("added");
            }
            invitation.send(tx, person_no, (&email, language))?;
            Ok("invited")
        })
        .await?;
    let error = match done {
        "is-closed" => "desk-people-error-closed",
        "is-staff" => "desk-people-error-staff",
        done => return Ok(Redirect::to(&format!("/desk/people?done={done}")).into_response()),
    };
    errors.add("email", error);
    show(&site, &staff, 0, None, (form, errors)).await
}

/// Roles by their words, as the boxes of a form send them.
pub(super) fn read_roles(words: &[String]) -> Result<Vec<StaffRole>, Refusal> {
    let roles = words.iter().map(|word| word.parse::<StaffRole>());
    roles.collect::<Result<_, _>>().map_err(|_| Refusal::Bad)
}
