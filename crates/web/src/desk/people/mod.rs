//! Who works at the desk: inviting people, what each may do, and ending their way in. Administrators only.
//!
//! Nobody gives oneself a role or a desk, and the last administrator stays. Where there are several desks an administrator has people
//! work at those where it works itself, and changes nobody who works at another one too. `seinpost person` does the same from a shell.

mod change;
mod detail;
mod list;

use axum::Router;
use axum::routing::{get, post};
use model::{EmailAddress, IdKind, Language, StaffRole, Timestamp};
use serde::Serialize;
use store::{Desk, NewInvitation, NewServiceMail, Person, Tx};
use uuid::Uuid;

use crate::account::{invitation_end, invitation_mail};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{fresh_token, token_digest};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/desk/people", get(list::list).post(list::invite))
        .route("/desk/people/{person}", get(detail::detail))
        .route("/desk/people/{person}/roles", post(change::set_roles))
        .route("/desk/people/{person}/desks", post(change::set_desks))
        .route("/desk/people/{person}/sessions", post(change::end_sessions))
        .route("/desk/people/{person}/renew", post(change::renew))
        .route("/desk/people/{person}/close", post(change::close))
}

/// A person of the desk.
#[derive(Serialize)]
pub(crate) struct PersonView {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<&'static str>,
    /// Names of the desks where the person works, where there are several desks.
    pub(crate) desks: Vec<String>,
    /// `open`, `invited` or `closed`.
    pub(crate) state: &'static str,
    pub(crate) seen_at: Option<String>,
}

pub(crate) fn person_view(
    site: &Site,
    tx: &mut Tx<'_>,
    person: Person,
) -> Result<PersonView, Refusal> {
    let state = match person.closed_at {
        Some(_) => "closed",
        None if tx.ways_of(person.person_no)?.is_any() => "open",
        None => "invited",
    };
    let roles = tx.staff_roles(person.person_no)?;
    let own = tx.desks_of_person(person.person_no)?;
    let desks = several(tx)?.into_iter();
    let desks = desks.filter(|desk| own.contains(&desk.desk_no));
    Ok(PersonView {
        id: site.id(IdKind::Person, person.person_no),
        name: person.name,
        email: person.email.to_string(),
        roles: words_of(&roles),
        desks: desks.map(|desk| desk.name).collect(),
        state,
        seen_at: person.seen_at.map(|at| at.to_string()),
    })
}

/// All desks, where there are several; of one nobody has to know.
fn several(tx: &mut Tx<'_>) -> Result<Vec<Desk>, Refusal> {
    let desks = tx.desks()?;
    Ok(if desks.len() > 1 { desks } else { Vec::new() })
}

/// A desk at which the visitor can have somebody work.
#[derive(Clone, Serialize)]
struct DeskChoice {
    id: Uuid,
    name: String,
    #[serde(skip)]
    desk_no: i64,
}

/// The desks at which the visitor works, and so can have others work; none where there is one desk in all.
fn desk_choices(site: &Site, tx: &mut Tx<'_>) -> Result<Vec<DeskChoice>, Refusal> {
    let seen = tx.desks_seen().clone();
    let desks = several(tx)?.into_iter();
    let own = desks.filter(|desk| seen.sees(desk.desk_no));
    let choice = |desk: Desk| DeskChoice {
        id: site.id(IdKind::Desk, desk.desk_no),
        name: desk.name,
        desk_no: desk.desk_no,
    };
    Ok(own.map(choice).collect())
}

/// Those of the choices that were ticked. Anything else among them is a form that nobody showed.
fn chosen_desks(choices: &[DeskChoice], ids: &[Uuid]) -> Result<Vec<DeskChoice>, Refusal> {
    let chosen = ids.iter().map(|id| {
        let choice = choices.iter().find(|choice| choice.id == *id);
        choice.cloned().ok_or(Refusal::Bad)
    });
    chosen.collect()
}

/// Names of desks, with commas between them.
fn names_of(desks: &[DeskChoice]) -> String {
    let names: Vec<_> = desks.iter().map(|desk| desk.name.as_str()).collect();
    names.join(", ")
}

/// Refuses whoever does not work at every desk where a person works: what it may do holds at each of them.
fn must_share_desks(tx: &mut Tx<'_>, person_no: i64) -> Result<(), Refusal> {
    let seen = tx.desks_seen().clone();
    let mut desks = tx.desks_of_person(person_no)?.into_iter();
    match desks.all(|desk_no| seen.sees(desk_no)) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

fn words_of(roles: &[StaffRole]) -> Vec<&'static str> {
    roles.iter().map(|role| role.as_str()).collect()
}

/// The person as the audit log names it.
fn subject_of(site: &Site, person_no: i64) -> String {
    format!("person {}", site.id(IdKind::Person, person_no))
}

/// An invitation with the mail that brings it. Its token is made before the transaction, which may run twice.
#[derive(Clone)]
struct Invitation {
    digest: [u8; 32],
    facts: String,
    by: String,
    now: Timestamp,
}

impl Invitation {
    fn new(site: &Site, by: &str) -> Self {
        let token = fresh_token();
        Self {
            digest: token_digest(&token),
            facts: invitation_mail(site, &token, None),
            by: by.to_owned(),
            now: site.now(),
        }
    }

    fn send(
        &self,
        tx: &mut Tx<'_>,
        person_no: i64,
        (to, language): (&EmailAddress, Language),
    ) -> Result<(), Refusal> {
        let new = NewInvitation {
            person_no,
            party: None,
            digest: self.digest,
            by: &self.by,
            expires_at: invitation_end(self.now),
        };
        tx.invite(&new, self.now)?;
        let mail = NewServiceMail {
            kind: "invitation",
            to,
            language,
            facts: &self.facts,
        };
        tx.add_service_mail(&mail, self.now)?;
        Ok(())
    }
}
