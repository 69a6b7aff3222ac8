//! `seinpost person`: who may sign in, and what they do at the desk.

use std::io::Write;

use clap::Subcommand;
use model::{EmailAddress, IdKind, Language, OrganisationRole, StaffRole};
use serde::Serialize;
use store::{Person as PersonRow, Store, StoreError};
use uuid::Uuid;
use web::InvitationLink;

use crate::lifecycle::Missing;
use crate::newcomer::{Newcomer, invite, record, words};
use crate::output::{Table, harmless};
use crate::problem::{Problem, wrong};
use crate::session::{Answer, Session, actor, desk_named};

const EXAMPLES: &str = "\
Examples:
  seinpost person add --email sam@csirt.example --name \"Sam Voorbeeld\" --staff administrator,analyst
  seinpost person add --email jo@hospital.example --name \"Jo de Boer\" --organisation hospital
  seinpost person list
  seinpost person roles sam@csirt.example --staff analyst
  seinpost person desks sam@csirt.example --desk \"Main desk\" --desk \"Second desk\"
  seinpost person renew sam@csirt.example           lost every way to sign in
  seinpost person close sam@csirt.example

`add` and `renew` print a link by which the person chooses how to sign in. It works once, for seven
days. Hand it over yourself, to this person only: whoever has it can make the account.";

/// People read at a time.
const PAGE_PEOPLE: i64 = 1_000;

/// See and change who may sign in; make the first administrator
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Person {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Add a person, and print the link to make the account with
    #[command(after_help = EXAMPLES)]
    Add {
        /// Address to sign in with; mails about the account go there
        #[arg(long, value_name = "ADDRESS")]
        email: EmailAddress,
        /// Name, for people
        #[arg(long, value_parser = name)]
        name: String,
        /// What the person does at the desk: administrator, analyst, editor, privacy-officer, director
        #[arg(long, value_name = "ROLES", value_delimiter = ',')]
        staff: Vec<StaffRole>,
        /// Desk where the person works; may be given several times [default: the desk made at installation]
        #[arg(long = "desk", value_name = "NAME", requires = "staff")]
        desks: Vec<String>,
        /// Makes the person a member of this organisation: its reference, or its number in the trade register. Somebody
        /// who has an account already is only invited
        #[arg(long, value_name = "ORGANISATION")]
        organisation: Option<String>,
        /// As what: administrator, security-contact, reader
        #[arg(long, requires = "organisation", default_value = "administrator")]
        role: OrganisationRole,
        /// Language of pages and mails: nl or en [default: what the browser asks for]
        #[arg(long)]
        language: Option<Language>,
    },
    /// List the people of the desk
    #[command(after_help = EXAMPLES)]
    List {
        /// People of organisations too
        #[arg(long)]
        all: bool,
    },
    /// Set what a person does at the desk; without --staff nothing
    #[command(after_help = EXAMPLES)]
    Roles {
        /// Address of the person
        #[arg(value_name = "ADDRESS")]
        email: EmailAddress,
        /// administrator, analyst, editor, privacy-officer, director
        #[arg(long, value_name = "ROLES", value_delimiter = ',')]
        staff: Vec<StaffRole>,
    },
    /// Set at which desks a person works: what belongs to another desk is not shown
    #[command(after_help = EXAMPLES)]
    Desks {
        /// Address of the person
        #[arg(value_name = "ADDRESS")]
        email: EmailAddress,
        /// Name of a desk; may be given several times
        #[arg(long = "desk", value_name = "NAME", required = true)]
        desks: Vec<String>,
    },
    /// Take away all ways to sign in, end all sessions, and print a new link
    #[command(after_help = EXAMPLES)]
    Renew {
        /// Address of the person
        #[arg(value_name = "ADDRESS")]
        email: EmailAddress,
    },
    /// Close an account: the person can sign in no more, and its sessions end
    #[command(after_help = EXAMPLES)]
    Close {
        /// Address of the person
        #[arg(value_name = "ADDRESS")]
        email: EmailAddress,
    },
}

/// A name for people, as somebody typed it.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err("a name of one line with at most 200 characters is expected".into());
    }
    Ok(text.to_owned())
}

#[derive(Serialize)]
struct PersonView {
    id: Uuid,
    email: String,
    name: String,
    staff: Vec<&'static str>,
    desks: Vec<String>,
    can_sign_in: bool,
    last_seen: Option<String>,
    closed: Option<String>,
}

#[derive(Serialize)]
struct LinkView {
    id: Uuid,
    link: String,
    expires: String,
}

impl Person {
    pub(crate) fn run(self, session: &mut Session) -> anyhow::Result<Answer> {
        match self.action {
            Action::Add {
                email,
                name,
                staff,
                desks,
                organisation,
                role,
                language,
            } => {
                let store = session.open_store(Missing::Make)?;
                let desks = desk_nos(&store, &desks)?;
                let party = match organisation {
                    Some(name) => Some((organisation_no(&store, &name)?, role)),
                    None => None,
                };
                let new = Newcomer {
                    email,
                    name,
                    staff,
                    desks,
                    party,
                    language,
                };
                add(session, &store, &new)
            }
            Action::List { all } => list(session, all),
            Action::Roles { email, staff } => set_roles(session, &email, &staff),
            Action::Desks { email, desks } => set_desks(session, &email, &desks),
            Action::Renew { email } => renew(session, &email),
            Action::Close { email } => close(session, &email),
        }
    }
}

fn add(session: &mut Session, store: &Store, new: &Newcomer) -> anyhow::Result<Answer> {
    let known = store.read(|tx| tx.person_with_email(&new.email))?;
    let known_no = match (&known, new.party) {
        (None, _) => None,
        (Some(person), Some(_)) if person.closed_at.is_none() && new.staff.is_empty() => {
            Some(person.person_no)
        }
        (Some(_), _) => {
            let text = format!(
                "there is a person with the address `{}` already",
                new.email.as_str()
            );
            return Err(wrong(text)
                .hint(
                    "`seinpost person renew` makes a new link, `seinpost person roles` sets roles",
                )
                .into());
        }
    };
    let (person_no, link) = store.write(|tx| new.admit(tx, session, known_no))?;
    show_link(session, store, person_no, link)
}

fn organisation_no(store: &Store, name: &str) -> anyhow::Result<i64> {
    let found = store.read(|tx| tx.party_named(name))?;
    found.ok_or_else(|| {
        wrong(format!("there is no organisation `{}`", model::shown(name)))
            .hint("`seinpost export organisations` lists them")
            .into()
    })
}

fn renew(session: &mut Session, email: &EmailAddress) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let person = open_person(&store, email)?;
    let now = session.now();
    let link = store.write(|tx| {
        tx.remove_ways(person.person_no, now)?;
        let link = invite(tx, session, person.person_no, None)?;
        record(tx, session, person.person_no, "renew", "")?;
        Ok::<_, StoreError>(link)
    })?;
    show_link(session, &store, person.person_no, link)
}

fn set_roles(
    session: &mut Session,
    email: &EmailAddress,
    staff: &[StaffRole],
) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let person = open_person(&store, email)?;
    let now = session.now();
    store.write(|tx| {
        for role in tx.staff_roles(person.person_no)? {
            if !staff.contains(&role) {
                tx.take_staff_role(person.person_no, role)?;
            }
        }
        for role in staff {
            tx.give_staff_role(person.person_no, *role, &actor(), now)?;
        }
        record(tx, session, person.person_no, "set-roles", &words(staff))
    })?;
    show_people(session, &store, vec![person])
}

fn set_desks(
    session: &mut Session,
    email: &EmailAddress,
    names: &[String],
) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let person = open_person(&store, email)?;
    let desks = desk_nos(&store, names)?;
    if store
        .read(|tx| tx.staff_roles(person.person_no))?
        .is_empty()
    {
        let text = format!("`{}` does nothing at the desk", email.as_str());
        return Err(wrong(text)
            .hint("`seinpost person roles` says what a person does")
            .into());
    }
    store.write(|tx| {
        tx.set_desks_of_person(person.person_no, &desks)?;
        record(
            tx,
            session,
            person.person_no,
            "set-desks",
            &names.join(", "),
        )
    })?;
    show_people(session, &store, vec![person])
}

/// Numbers of the desks with these names.
pub(super) fn desk_nos(store: &Store, names: &[String]) -> anyhow::Result<Vec<i64>> {
    let desks = names.iter().map(|name| desk_named(store, Some(name)));
    desks.map(|desk| Ok(desk?.desk_no)).collect()
}

fn close(session: &mut Session, email: &EmailAddress) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let person = open_person(&store, email)?;
    let now = session.now();
    let closed = store.write(|tx| {
        tx.close_person(person.person_no, now)?;
        record(tx, session, person.person_no, "close", "")?;
        tx.person(person.person_no)
    })?;
    show_people(session, &store, closed.into_iter().collect())
}

fn list(session: &mut Session, all: bool) -> anyhow::Result<Answer> {
    let store = session.open_store(Missing::Refuse)?;
    let mut people = Vec::new();
    let mut last = 0;
    loop {
        let page = store.read(|tx| tx.people_after(last, PAGE_PEOPLE))?;
        let Some(end) = page.last() else { break };
        last = end.person_no;
        for person in page {
            let is_staff = !store
                .read(|tx| tx.staff_roles(person.person_no))?
                .is_empty();
            if all || is_staff {
                people.push(person);
            }
        }
    }
    if people.is_empty() {
        session.note("nobody; make the first administrator with `seinpost person add`");
    }
    show_people(session, &store, people)
}

fn open_person(store: &Store, email: &EmailAddress) -> Result<PersonRow, anyhow::Error> {
    let found = store.read(|tx| tx.person_with_email(email))?;
    let problem = |text: String| -> Problem {
        wrong(text).hint("`seinpost person list --all` lists everybody")
    };
    match found {
        None => Err(problem(format!(
            "there is no person with the address `{}`",
            email.as_str()
        ))
        .into()),
        Some(person) if person.closed_at.is_some() => {
            Err(problem(format!("the account of `{}` is closed", email.as_str())).into())
        }
        Some(person) => Ok(person),
    }
}

fn show_link(
    session: &mut Session,
    store: &Store,
    person_no: i64,
    link: InvitationLink,
) -> anyhow::Result<Answer> {
    let id_key = store.read(|tx| tx.installation())?.id_key;
    let view = LinkView {
        id: id_key.public_id(IdKind::Person, person_no as u64),
        link: link.url,
        expires: link.expires_at.to_string(),
    };
    if session.json {
        session.out.json(&view)?;
        return Ok(Answer::Done);
    }
    writeln!(session.out, "{}", view.link)?;
    session.note(&format!(
        "works once, until {}; give it to this person only",
        view.expires
    ));
    Ok(Answer::Done)
}

fn show_people(
    session: &mut Session,
    store: &Store,
    people: Vec<PersonRow>,
) -> anyhow::Result<Answer> {
    let views = store.read(|tx| {
        let id_key = tx.installation()?.id_key;
        let mut views = Vec::new();
        let all = tx.desks()?;
        for person in &people {
            let roles = tx.staff_roles(person.person_no)?;
            let own = tx.desks_of_person(person.person_no)?;
            let desks = all.iter().filter(|desk| own.contains(&desk.desk_no));
            views.push(PersonView {
                id: id_key.public_id(IdKind::Person, person.person_no as u64),
                email: person.email.as_str().to_owned(),
                name: person.name.clone(),
                staff: roles.iter().map(|role| role.as_str()).collect(),
                desks: desks.map(|desk| desk.name.clone()).collect(),
                can_sign_in: person.closed_at.is_none() && tx.ways_of(person.person_no)?.is_any(),
                last_seen: person.seen_at.map(|at| at.to_string()),
                closed: person.closed_at.map(|at| at.to_string()),
            });
        }
        Ok::<_, StoreError>(views)
    })?;
    if session.json {
        session.out.json(&views)?;
        return Ok(Answer::Done);
    }
    let mut table = Table::new([
        "address",
        "name",
        "at the desk",
        "works at",
        "state",
        "last seen",
    ]);
    for view in views {
        let state = match (&view.closed, view.can_sign_in) {
            (Some(_), _) => "closed",
            (None, true) => "can sign in",
            (None, false) => "invited",
        };
        table.row([
            harmless(&view.email),
            harmless(&view.name),
            view.staff.join(", "),
            harmless(&view.desks.join(", ")),
            state.to_owned(),
            view.last_seen.unwrap_or_default(),
        ]);
    }
    table.write(&mut session.out, "")?;
    Ok(Answer::Done)
}
