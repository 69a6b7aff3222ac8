//! Two people who can sign in at once: one at the desk, one of an organisation. Neither has a password: each has a link.

use std::io::Write;

use model::{OrganisationRole, StaffRole};
use serde::Serialize;
use store::Store;

use super::next::Next;
use super::tour::heading;
use crate::newcomer::Newcomer;
use crate::session::Session;

/// The organisation whose administrator is invited: it was told of the most.
const ORGANISATION: &str = "ziekenhuis";

/// Somebody who was invited.
#[derive(Serialize)]
pub(super) struct Invited {
    /// For people.
    what: &'static str,
    email: String,
    link: String,
    expires: String,
}

/// Adds them, and makes their links.
pub(super) fn invite(session: &Session, store: &Store) -> anyhow::Result<Vec<Invited>> {
    let at_desk = Newcomer {
        email: "sam@csirt-voorbeeld.example".parse()?,
        name: "Sam Voorbeeld".to_owned(),
        staff: vec![StaffRole::Administrator, StaffRole::Analyst],
        desks: Vec::new(),
        party: None,
        language: None,
    };
    let party_no = store.read(|tx| tx.party_no(ORGANISATION))?;
    let party_no = party_no.expect("the register of the demonstration has the organisation");
    let of_organisation = Newcomer {
        email: "jo@ziekenhuis-delinde.example".parse()?,
        name: "Jo de Boer".to_owned(),
        staff: Vec::new(),
        desks: Vec::new(),
        party: Some((party_no, OrganisationRole::Administrator)),
        language: None,
    };
    let newcomers = [
        ("administrator and analyst of the desk", at_desk),
        ("administrator of the hospital", of_organisation),
    ];
    let invited = newcomers.map(|(what, newcomer)| {
        let (_, link) = store.write(|tx| newcomer.admit(tx, session, None))?;
        Ok(Invited {
            what,
            email: newcomer.email.to_string(),
            link: link.url,
            expires: link.expires_at.to_string(),
        })
    });
    invited.into_iter().collect()
}

/// Says how to come in.
pub(super) fn show(out: &mut impl Write, next: &Next, people: &[Invited]) -> std::io::Result<()> {
    heading(out, 8, "Who may sign in (person add)")?;
    writeln!(out, "   Start the pages, then open a link in a browser:")?;
    writeln!(out, "   {}", next.command("serve"))?;
    for one in people {
        writeln!(out, "\n   # {}, {}\n   {}", one.what, one.email, one.link)?;
    }
    if let Some(first) = people.first() {
        writeln!(out, "\n   each link works once, until {}", first.expires)?;
    }
    Ok(())
}
