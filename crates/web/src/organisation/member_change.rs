//! Changes of who belongs to an organisation, the same for pages and the API.

use model::{EmailAddress, IdKind, Language, OrganisationRole, Timestamp};
use rules::access::keeps_an_administrator;
use store::{NewInvitation, NewServiceMail, StoreError, Tx};

use super::tell_of_administrator;
use crate::account::{invitation_end, invitation_mail};
use crate::acting::Acting;
use crate::limiter::{Limiter, Rate};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{fresh_token, token_digest};

/// Each invitation is a mail to an address of somebody's choice.
pub(crate) const INVITATIONS: Limiter = Limiter::new("invitations", Rate::per_hour(30));

/// Who is invited.
#[derive(Clone, Debug)]
pub(crate) struct Invitee {
    pub(crate) email: EmailAddress,
    /// For somebody who is not known yet.
    pub(crate) name: String,
    pub(crate) role: OrganisationRole,
}

/// Invites somebody by mail, in `language` where none of the person is known; gives the number of the invitation.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    invitee: &Invitee,
    language: Language,
    now: Timestamp,
) -> Result<i64, Refusal> {
    let Invitee { email, name, role } = invitee;
    let party = tx.own_party(acting.party_no)?.ok_or(Refusal::NotFound)?;
    let known = tx.person_with_email(email)?;
    // Of somebody who is known already, neither name nor language is changed by whoever invites.
    let (person_no, language) = match known {
        Some(person) => (person.person_no, person.language.unwrap_or(language)),
        None => (tx.add_person(email, name, None, now)?, language),
    };
    let token = fresh_token();
    let invitation = NewInvitation {
        person_no,
        party: Some((acting.party_no, *role)),
        digest: token_digest(&token),
        by: &acting.actor,
        expires_at: invitation_end(now),
    };
    let invitation_no = tx.invite(&invitation, now)?;
    let mail = NewServiceMail {
        kind: "invitation",
        to: email,
        language,
        facts: &invitation_mail(site, &token, Some(&party.name)),
    };
    tx.add_service_mail(&mail, now)?;
    acting.record(tx, "invite", role.as_str(), now)?;
    Ok(invitation_no)
}

/// Whether an organisation has somebody who looks after it, and is told what it needs.
pub(crate) fn has_administrator(tx: &mut Tx<'_>, party_no: i64) -> Result<bool, StoreError> {
    let members = tx.members_of(party_no)?;
    Ok(members
        .iter()
        .any(|member| member.role == OrganisationRole::Administrator))
}

/// Invites the first administrator of an organisation. Says whether it was done: where there is one already, it is for that one
/// to invite others.
pub(crate) fn invite_first(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    (email, name): (&EmailAddress, &str),
    now: Timestamp,
) -> Result<bool, Refusal> {
    let role = OrganisationRole::Administrator;
    tx.hold_party(acting.party_no)?;
    if has_administrator(tx, acting.party_no)? {
        return Ok(false);
    }
    let invitee = Invitee {
        email: email.clone(),
        name: name.to_owned(),
        role,
    };
    let language = language_of(tx, acting.party_no)?;
    invite(tx, site, acting, &invitee, language, now)?;
    Ok(true)
}

/// In which language people of an organisation are written to of whom none is known: its own, or else that of the desk.
pub(crate) fn language_of(tx: &mut Tx<'_>, party_no: i64) -> Result<Language, StoreError> {
    let own = tx.own_party(party_no)?.and_then(|party| party.language);
    let desk = tx.desks()?.first().map(|desk| desk.language);
    Ok(own.or(desk).unwrap_or(Language::Nl))
}

/// Withdraws an invitation: the link in the mail opens nothing any more.
pub(crate) fn withdraw(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    invitation_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !tx.withdraw_invitation(acting.party_no, invitation_no, now)? {
        return Err(Refusal::NotFound);
    }
    let id = site.id(IdKind::Invitation, invitation_no);
    Ok(acting.record(tx, "withdraw-invitation", &format!("invitation {id}"), now)?)
}

/// Gives a member another role, or with none ends the membership. Says whether it was done: the last administrator stays.
pub(crate) fn set_role(
    tx: &mut Tx<'_>,
    site: &Site,
    acting: &Acting,
    (person_no, role): (i64, Option<OrganisationRole>),
    now: Timestamp,
) -> Result<bool, Refusal> {
    let (party_no, actor) = (acting.party_no, &acting.actor);
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
        tell_of_administrator(tx, site, party_no, person_no, "removed", now)?;
    }
    let what = match role {
        Some(role) => {
            tx.put_membership(person_no, party_no, role, actor, now)?;
            if role == administrator && was != administrator {
                tell_of_administrator(tx, site, party_no, person_no, "added", now)?;
            }
            role.as_str()
        }
        None => {
            tx.end_membership(person_no, party_no, actor, now)?;
            "ended"
        }
    };
    let id = site.id(IdKind::Person, person_no);
    acting.record(tx, "change-member", &format!("person {id}: {what}"), now)?;
    Ok(true)
}
