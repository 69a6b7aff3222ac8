//! `/organisations/{organisation}/members`: who belongs to it; inviting people, changing their roles, ending a membership.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{EmailAddress, IdKind, OrganisationRole};
use rules::access::{Deed, keeps_an_administrator};
use serde::{Deserialize, Serialize};
use store::{NewInvitation, NewServiceMail};
use uuid::Uuid;

use super::{Before, done, tell_of_administrator};
use crate::account::{invitation_end, invitation_mail, is_name};
use crate::form::Errors;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Member, fresh_token, token_digest};

/// Each invitation is a mail to an address of somebody's choice.
const INVITATIONS: Limiter = Limiter::new("invitations", Rate::per_hour(30));

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
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let (language, subject) = (member.visitor.language, member.subject());
    let token = fresh_token();
    let facts = invitation_mail(&site, &token, Some(&member.party_name));
    site.write(move |tx| {
        let known = tx.person_with_email(&email)?;
        // Of somebody who is known already, neither name nor language is changed by whoever invites.
        let (person_no, language) = match known {
            Some(person) => (person.person_no, person.language.unwrap_or(language)),
            None => (tx.add_person(&email, &name, None, now)?, language),
        };
        let invitation = NewInvitation {
            person_no,
            party: Some((party_no, role)),
            digest: token_digest(&token),
            by: &actor,
            expires_at: invitation_end(now),
        };
        tx.invite(&invitation, now)?;
        let mail = NewServiceMail {
            kind: "invitation",
            to: &email,
            language,
            facts: &facts,
        };
        tx.add_service_mail(&mail, now)?;
        Ok(tx.record(now, &actor, "invite", &subject, role.as_str())?)
    })
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
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let subject = member.subject();
    site.write(move |tx| {
        if !tx.withdraw_invitation(party_no, invitation_no, now)? {
            return Err(Refusal::NotFound);
        }
        let detail = format!("invitation {id}");
        Ok(tx.record(now, &actor, "withdraw-invitation", &subject, &detail)?)
    })
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
    let (party_no, now, actor) = (member.party_no, site.now(), member.who.actor(&site));
    let (subject, own) = (member.subject(), site.clone());
    let is_changed = site
        .write(move |tx| {
            tx.hold_party(party_no)?;
            let members = tx.members_of(party_no)?;
            let held = members.iter().find(|held| held.person_no == person_no);
            let was = held.ok_or(Refusal::NotFound)?.role;
            let roles = members.iter().map(|held| (held.person_no, held.role));
            if !keeps_an_administrator(roles, person_no, role) {
                return Ok(false);
            }
            let administrator = OrganisationRole::Administrator;
            if was == administrator && role != Some(administrator) {
                // Before it holds, so that whoever goes hears it too.
                tell_of_administrator(tx, &own, party_no, person_no, "removed", now)?;
            }
            let what = match role {
                Some(role) => {
                    tx.put_membership(person_no, party_no, role, &actor, now)?;
                    if role == administrator && was != administrator {
                        tell_of_administrator(tx, &own, party_no, person_no, "added", now)?;
                    }
                    role.as_str()
                }
                None => {
                    tx.end_membership(person_no, party_no, &actor, now)?;
                    "ended"
                }
            };
            tx.record(
                now,
                &actor,
                "change-member",
                &subject,
                &format!("person {id}: {what}"),
            )?;
            Ok(true)
        })
        .await?;
    Ok(match (is_changed, is_leaving, role) {
        (false, ..) => done(&member, "members", "last-administrator"),
        (true, true, _) => Redirect::to("/"),
        (true, false, None) => done(&member, "members", "ended"),
        (true, false, Some(_)) => done(&member, "members", "changed"),
    })
}
