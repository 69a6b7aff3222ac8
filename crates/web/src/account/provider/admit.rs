//! Whom a provider lets in: as staff by its roles, for an organisation by its number in the trade register.
//!
//! An account at a provider is recognised by the provider's and its own name, never by an address: whoever gets somebody's
//! address at a provider does not get its account here.

use model::{EmailAddress, IdKind, KvkNumber, Language, OrganisationRole, StaffRole, Timestamp};
use serde::Serialize;
use store::{BeganBy, NewSession, Person, RoleChange, Tx};

use crate::account::join::NAME_CHARACTERS_MAX;
use crate::account::session;
use crate::organisation::tell_of_administrator;
use crate::provider::{IdToken, Known, Provider, Serves};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{SignedIn, fresh_token, token_digest};

/// Why somebody who was recognised may not come in; the name is the end of a key of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NotAdmitted {
    /// No role of the provider is one here.
    Role,
    /// The organisation is not known, or several have its number.
    Organisation,
    /// There is no address that the provider has checked.
    Email,
    /// Somebody has an account with this address, and must say itself that it is the same person.
    Account,
    /// The account was closed.
    Closed,
}

/// As what somebody comes.
#[derive(Clone, Debug)]
enum Role {
    Staff(Vec<StaffRole>),
    Member(i64, OrganisationRole),
}

/// Begins a session for whoever the token is about; gives its token, or why there is none.
pub(super) async fn admit(
    site: &Site,
    known: &Known,
    shown: IdToken,
    language: Language,
    browser: String,
) -> Result<Result<String, NotAdmitted>, Refusal> {
    let (asked, provider, now) = (site.clone(), known.provider.clone(), site.now());
    site.write(move |tx| {
        let found = person(tx, &asked, &provider, &shown, language, now)?;
        let (person_no, identity_no) = match found {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let token = fresh_token();
        let new = NewSession {
            digest: token_digest(&token),
            person_no,
            method: "oidc",
            browser: &browser,
        };
        let session_no = tx.open_session(&new, now)?;
        // Where the provider does not say when, it may have been at any time.
        let proved_at = shown.signed_in_at.unwrap_or(Timestamp::from_micros(0));
        let by = BeganBy {
            identity_no,
            provider: &provider.name,
            sid: &shown.sid,
            proved_at: proved_at.min(now),
        };
        tx.begin_by_identity(session_no, &by, now)?;
        Ok(Ok(token))
    })
    .await
}

/// Who it is and by which account, with the roles that the provider gives; somebody new gets an account.
fn person(
    tx: &mut Tx<'_>,
    site: &Site,
    provider: &Provider,
    shown: &IdToken,
    language: Language,
    now: Timestamp,
) -> Result<Result<(i64, i64), NotAdmitted>, Refusal> {
    let identity = tx.identity(&provider.issuer, &shown.subject)?;
    let role = match role(tx, provider, shown)? {
        Ok(role) => role,
        Err(why) => {
            // Who lost all roles at the provider has none of them here either, whatever it signs in with.
            if let (Some(identity), Serves::Staff { .. }) = (&identity, &provider.serves) {
                match_roles(tx, site, provider, identity.person_no, &[], now)?;
            }
            return Ok(Err(why));
        }
    };
    let (person_no, identity_no) = match identity {
        Some(identity) => (identity.person_no, identity.identity_no),
        None => match new_person(tx, site, provider, shown, language, now)? {
            Ok(added) => added,
            Err(why) => return Ok(Err(why)),
        },
    };
    let person = tx.person(person_no)?;
    if person.is_none_or(|person| person.closed_at.is_some()) {
        return Ok(Err(NotAdmitted::Closed));
    }
    match role {
        Role::Staff(roles) => match_roles(tx, site, provider, person_no, &roles, now)?,
        Role::Member(party_no, role) => join(tx, site, provider, person_no, party_no, role, now)?,
    }
    Ok(Ok((person_no, identity_no)))
}

fn role(
    tx: &mut Tx<'_>,
    provider: &Provider,
    shown: &IdToken,
) -> Result<Result<Role, NotAdmitted>, Refusal> {
    let held = shown.texts(&provider.claims.roles);
    match &provider.serves {
        Serves::Staff { roles } => {
            let roles: Vec<StaffRole> = mapped(roles, &held).collect();
            Ok(match roles.is_empty() {
                true => Err(NotAdmitted::Role),
                false => Ok(Role::Staff(roles)),
            })
        }
        Serves::Organisation {
            kvk_claim,
            roles,
            default_role,
        } => {
            let kvk = shown
                .text(kvk_claim)
                .and_then(|text| text.parse::<KvkNumber>().ok());
            let party_no = match kvk {
                Some(kvk) => tx.party_with_kvk(&kvk)?,
                None => None,
            };
            // They are in the order of what they may do, from all to little.
            let most = mapped(roles, &held).min_by_key(|role| role.code());
            let role = most.or(*default_role);
            Ok(match (party_no, role) {
                (None, _) => Err(NotAdmitted::Organisation),
                (Some(_), None) => Err(NotAdmitted::Role),
                (Some(party_no), Some(role)) => Ok(Role::Member(party_no, role)),
            })
        }
    }
}

/// The roles here for those that somebody has at the provider.
fn mapped<R: Copy>(roles: &[(String, R)], held: &[&str]) -> impl Iterator<Item = R> {
    let known = roles
        .iter()
        .filter(|(name, _)| held.contains(&name.as_str()));
    known.map(|(_, role)| *role)
}

fn new_person(
    tx: &mut Tx<'_>,
    site: &Site,
    provider: &Provider,
    shown: &IdToken,
    language: Language,
    now: Timestamp,
) -> Result<Result<(i64, i64), NotAdmitted>, Refusal> {
    let is_verified = provider.email_is_verified || shown.is_true("email_verified");
    let email = shown.text(&provider.claims.email).filter(|_| is_verified);
    let Some(email) = email.and_then(|email| email.parse::<EmailAddress>().ok()) else {
        return Ok(Err(NotAdmitted::Email));
    };
    if tx.person_with_email(&email)?.is_some() {
        return Ok(Err(NotAdmitted::Account));
    }
    let name = shown.text(&provider.claims.name).unwrap_or(email.as_str());
    let printable = name.chars().filter(|character| !character.is_control());
    let name: String = printable.take(NAME_CHARACTERS_MAX).collect();
    let person_no = tx.add_person(&email, &name, Some(language), now)?;
    let identity_no = tx.add_identity(person_no, &provider.issuer, &shown.subject, now)?;
    let who = person_name(site, person_no);
    tx.record(now, &who, "join", &who, &format!("by {}", provider.actor()))?;
    Ok(Ok((person_no, identity_no)))
}

/// Gives and takes the roles that this provider decides about.
fn match_roles(
    tx: &mut Tx<'_>,
    site: &Site,
    provider: &Provider,
    person_no: i64,
    roles: &[StaffRole],
    now: Timestamp,
) -> Result<(), Refusal> {
    let actor = provider.actor();
    let changes = tx.match_staff_roles(person_no, roles, &actor, now)?;
    if changes.is_empty() {
        return Ok(());
    }
    let words = changes.iter().map(|change| match change {
        RoleChange::Given(role) => format!("+{role}"),
        RoleChange::Taken(role) => format!("-{role}"),
    });
    let words: Vec<String> = words.collect();
    let who = person_name(site, person_no);
    tx.record(now, &actor, "set-roles", &who, &words.join(" "))?;
    Ok(())
}

/// Makes somebody a member who never was one. Later its administrators decide, also that somebody is none any more.
fn join(
    tx: &mut Tx<'_>,
    site: &Site,
    provider: &Provider,
    person_no: i64,
    party_no: i64,
    role: OrganisationRole,
    now: Timestamp,
) -> Result<(), Refusal> {
    if tx.was_member(person_no, party_no)? {
        return Ok(());
    }
    tx.put_membership(person_no, party_no, role, &provider.actor(), now)?;
    if role == OrganisationRole::Administrator {
        tell_of_administrator(tx, site, party_no, person_no, "added", now)?;
    }
    let who = person_name(site, person_no);
    let party = site.id(IdKind::Party, party_no);
    let detail = format!("{who} as {role} by {}", provider.actor());
    tx.record(now, &who, "join", &format!("party {party}"), &detail)?;
    Ok(())
}

/// Makes an account at the provider a way in for a person; says whether it is this person's now.
pub(super) async fn link(
    site: &Site,
    known: &Known,
    shown: IdToken,
    person: Person,
) -> Result<bool, Refusal> {
    let (asked, issuer, now) = (site.clone(), known.provider.issuer.clone(), site.now());
    site.write(move |tx| {
        if let Some(identity) = tx.identity(&issuer, &shown.subject)? {
            return Ok(identity.person_no == person.person_no);
        }
        tx.add_identity(person.person_no, &issuer, &shown.subject, now)?;
        session::tell_change(tx, &asked, &person, "identity-added", now)?;
        Ok(true)
    })
    .await
}

/// Notes that whoever is signed in has shown it once more; gives the token under which the session goes on. `None`: the
/// account at the provider is not this person's.
pub(super) async fn prove(
    site: &Site,
    known: &Known,
    shown: IdToken,
    who: &SignedIn,
) -> Result<Option<String>, Refusal> {
    let (issuer, now) = (known.provider.issuer.clone(), site.now());
    let (person_no, session_no) = (who.person.person_no, who.session.session_no);
    site.write(move |tx| {
        let identity = tx.identity(&issuer, &shown.subject)?;
        identity
            .filter(|identity| identity.person_no == person_no)
            .map(|_| session::prove(tx, session_no, "oidc", now))
            .transpose()
    })
    .await
}

/// A person as the audit log names it.
fn person_name(site: &Site, person_no: i64) -> String {
    format!("person {}", site.id(IdKind::Person, person_no))
}
