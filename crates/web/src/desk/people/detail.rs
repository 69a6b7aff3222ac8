//! `GET /desk/people/{person}`: one person of the desk, and in which browsers it is signed in.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use model::{IdKind, StaffRole};
use rules::access::DeskDeed;
use serde::Serialize;
use uuid::Uuid;

use super::{DeskChoice, PersonView, desk_choices, must_share_desks, person_view, words_of};
use crate::desk::Done;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::{Staff, is_open};

/// What may have been done: ends of keys of texts.
const DONE: &[&str] = &[
    "roles",
    "desks",
    "no-desk",
    "sessions",
    "renewed",
    "own",
    "last-administrator",
];

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    person: PersonView,
    is_own: bool,
    /// The visitor works wherever the person works, and may change it.
    may_change: bool,
    /// Where the visitor can have the person work; none where there is one desk.
    all_desks: Vec<DeskChoice>,
    all_roles: Vec<&'static str>,
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
struct SessionView {
    browser: String,
    opened_at: String,
    used_at: String,
}

pub(super) async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ChangeStaff)?;
    let person_no = site.number(IdKind::Person, &id)?;
    let (inner, now) = (site.clone(), site.now());
    let (person, sessions, all_desks, may_change) = site
        .read(move |tx| {
            let person = tx.person(person_no)?.ok_or(Refusal::NotFound)?;
            let person = person_view(&inner, tx, person)?;
            // Who only belongs to an organisation is that organisation's business.
            if person.roles.is_empty() {
                return Err(Refusal::NotFound);
            }
            let may_change = match must_share_desks(tx, person_no) {
                Ok(()) => true,
                Err(Refusal::Forbidden) => false,
                Err(refusal) => return Err(refusal),
            };
            let sessions = match may_change {
                true => tx.sessions_of(person_no)?,
                false => Vec::new(),
            };
            Ok((person, sessions, desk_choices(&inner, tx)?, may_change))
        })
        .await?;
    let open = sessions.into_iter().filter(|session| is_open(session, now));
    let view = View {
        done: done.key(DONE),
        person,
        is_own: person_no == staff.who.person.person_no,
        may_change,
        all_desks,
        all_roles: words_of(StaffRole::ALL),
        sessions: open
            .map(|session| SessionView {
                browser: session.browser,
                opened_at: session.opened_at.to_string(),
                used_at: session.used_at.to_string(),
            })
            .collect(),
    };
    site.page(&staff, "desk/people/detail.html", &view)
}
