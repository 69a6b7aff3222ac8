//! Somebody who is let in: added with what the person may do, and given a link by which the account is made.

use model::{EmailAddress, IdKind, Language, OrganisationRole, StaffRole};
use store::{NewInvitation, StoreError, Tx};
use web::InvitationLink;

use crate::session::{Session, actor};

/// Somebody who may sign in from now on.
pub(crate) struct Newcomer {
    /// Address to sign in with.
    pub(crate) email: EmailAddress,
    /// Name, for people.
    pub(crate) name: String,
    /// What the person does at the desk.
    pub(crate) staff: Vec<StaffRole>,
    /// Numbers of the desks where the person works; none: at the one made at installation, if at any.
    pub(crate) desks: Vec<i64>,
    /// The organisation to become a member of, and as what.
    pub(crate) party: Option<(i64, OrganisationRole)>,
    /// Language of pages and mails; without one, what the browser asks for.
    pub(crate) language: Option<Language>,
}

impl Newcomer {
    /// Adds the person, unless it is `known_no`, and invites it; gives its number and the link.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn admit(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        known_no: Option<i64>,
    ) -> Result<(i64, InvitationLink), StoreError> {
        let now = session.now();
        let person_no = match known_no {
            Some(person_no) => person_no,
            None => tx.add_person(&self.email, &self.name, self.language, now)?,
        };
        for role in &self.staff {
            tx.give_staff_role(person_no, *role, &actor(), now)?;
        }
        if !self.desks.is_empty() {
            tx.set_desks_of_person(person_no, &self.desks)?;
        }
        let link = invite(tx, session, person_no, self.party)?;
        match self.party {
            // Its members see it in their history.
            Some((party_no, role)) => {
                let id_key = tx.installation()?.id_key;
                let subject = format!("party {}", id_key.public_id(IdKind::Party, party_no as u64));
                tx.record(now, &actor(), "invite", &subject, role.as_str())?;
            }
            None => record(tx, session, person_no, "add", &words(&self.staff))?,
        }
        Ok((person_no, link))
    }
}

/// Makes a link by which a person chooses how to sign in, and becomes a member of `party`.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    session: &Session,
    person_no: i64,
    party: Option<(i64, OrganisationRole)>,
) -> Result<InvitationLink, StoreError> {
    let now = session.now();
    let link = InvitationLink::new(&session.settings.reached_at(), now);
    let new = NewInvitation {
        person_no,
        party,
        digest: link.digest,
        by: &actor(),
        expires_at: link.expires_at,
    };
    tx.invite(&new, now)?;
    Ok(link)
}

/// Writes into the audit log what was done about a person.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    session: &Session,
    person_no: i64,
    action: &str,
    detail: &str,
) -> Result<(), StoreError> {
    let id_key = tx.installation()?.id_key;
    let subject = format!(
        "person {}",
        id_key.public_id(IdKind::Person, person_no as u64)
    );
    tx.record(session.now(), &actor(), action, &subject, detail)
}

/// Roles at the desk, with commas between them.
pub(crate) fn words(roles: &[StaffRole]) -> String {
    let words: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    words.join(", ")
}
