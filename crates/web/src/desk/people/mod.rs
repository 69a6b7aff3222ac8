//! Who works at the desk: inviting people, what each may do, and ending their way in. Administrators only.
//!
//! Nobody gives oneself a role, and the last administrator stays. `seinpost person` does the same from a shell.

mod change;
mod detail;
mod list;

use axum::Router;
use axum::routing::{get, post};
use model::{EmailAddress, IdKind, Language, StaffRole, Timestamp};
use serde::Serialize;
use store::{NewInvitation, NewServiceMail, Person, Tx};
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
    Ok(PersonView {
        id: site.id(IdKind::Person, person.person_no),
        name: person.name,
        email: person.email.to_string(),
        roles: words_of(&roles),
        state,
        seen_at: person.seen_at.map(|at| at.to_string()),
    })
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
