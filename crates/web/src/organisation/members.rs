//! `/organisations/{organisation}/members`: who belongs to it; inviting people, changing their roles, ending a membership.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, IdKind, OrganisationRole};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::member_change::{self, INVITATIONS, Invitee};
use super::{Before, done};
use crate::account::is_name;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct InviteForm {
    email: String,
    name: String,
    role: String,
}

#[derive(Deserialize)]
pub(super) struct RoleForm {
    /// A role, or `none` to end the membership.
    role: String,
}

#[derive(Serialize)]
struct MembersView {
    members: Vec<MemberView>,
    invited: Vec<InvitedView>,
    administrators: usize,
    may_change: bool,
    form: InviteForm,
    errors: Errors,
    done: String,
}

#[derive(Serialize)]
struct MemberView {
    id: Uuid,
    name: String,
    email: String,
    role: String,
}

/// Somebody who was invited, by the address that was typed: what a person is called, and so whether it has an account here,
/// is shown when it is a member.
#[derive(Serialize)]
struct InvitedView {
    id: Uuid,
    email: String,
    role: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&[
        "invited",
        "withdrawn",
        "changed",
        "ended",
        "last-administrator",
    ]);
    show(
        &site,
        &member,
        InviteForm::default(),
        Errors::default(),
        done,
    )
    .await
}

async fn show(
    site: &Site,
    member: &Member,
    form: InviteForm,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let (party_no, now, own) = (member.party_no, site.now(), site.clone());
    let (members, invited) = site
        .read(move |tx| {
            let members = tx.people_of(party_no)?.into_iter();
            let members = members.map(|(person, role)| MemberView {
                id: own.id(IdKind::Person, person.person_no),
                name: person.name,
                email: person.email.to_string(),
                role: role.to_string(),
            });
            let invited = tx.invitations_of(party_no, now)?.into_iter();
            let invited = invited.map(|(invitation, email)| InvitedView {
                id: own.id(IdKind::Invitation, invitation.invitation_no),
                email: email.to_string(),
                role: invitation
                    .party
                    .map(|(_, role)| role.to_string())
                    .unwrap_or_default(),
            });
            Ok((members.collect::<Vec<_>>(), invited.collect()))
        })
        .await?;
    let administrator = OrganisationRole::Administrator.to_string();
    let view = MembersView {
        administrators: members
            .iter()
            .filter(|one| one.role == administrator)
            .count(),
        members,
        invited,
        may_change: member.standing.may(Deed::ChangePeople),
        form,
        errors,
        done,
    };
    site.page(member, "organisation/members.html", &view)
}

pub(super) async fn invite(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<InviteForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    member.who.must_have_proved(site.now())?;
    let mut errors = Errors::default();
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "organisation-error-email");
    let role = errors.take(
        "role",
        form.role.parse::<OrganisationRole>(),
        "organisation-error-role",
    );
    let name = form.name.trim().to_owned();
    if !is_name(&name) {
        errors.add("name", "organisation-error-name");
    }
    let (Some(email), Some(role), true) = (email, role, errors.is_empty()) else {
        return show(&site, &member, form, errors, String::new()).await;
    };
    site.limit(&INVITATIONS, member.who.person.person_no)?;
    let (acting, language, now) = (member.acting(&site), member.visitor.language, site.now());
    let (own, invitee) = (site.clone(), Invitee { email, name, role });
    site.write(move |tx| member_change::invite(tx, &own, &acting, &invitee, language, now))
        .await?;
    Ok(done(&member, "members", "invited").into_response())
}

/// `POST .../invitations/{invitation}/withdraw`: the link in the mail opens nothing any more.
pub(super) async fn withdraw(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    // No second factor is asked for: taking back must never be harder than giving.
    member.must_be_allowed(Deed::ChangePeople)?;
    let invitation_no = site.number(IdKind::Invitation, &id)?;
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    site.write(move |tx| member_change::withdraw(tx, &own, &acting, invitation_no, now))
        .await?;
    Ok(done(&member, "members", "withdrawn"))
}

pub(super) async fn change(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<RoleForm>,
) -> Result<Redirect, Refusal> {
    let person_no = site.number(IdKind::Person, &id)?;
    // Whoever belongs to an organisation may leave it.
    let is_leaving = person_no == member.who.person.person_no && form.role == "none";
    if !is_leaving || !member.standing.may(Deed::ReadPeople) {
        member.must_be_allowed(Deed::ChangePeople)?;
    }
    member.who.must_have_proved(site.now())?;
    let role = match &form.role[..] {
        "none" => None,
        word => Some(word.parse().map_err(|_| Refusal::Bad)?),
    };
    let (acting, own, now) = (member.acting(&site), site.clone(), site.now());
    let change = (person_no, role);
    let is_changed = site
        .write(move |tx| member_change::set_role(tx, &own, &acting, change, now))
        .await?;
    Ok(match (is_changed, is_leaving, role) {
        (false, ..) => done(&member, "members", "last-administrator"),
        (true, true, _) => Redirect::to("/"),
        (true, false, None) => done(&member, "members", "ended"),
        (true, false, Some(_)) => done(&member, "members", "changed"),
    })
}
