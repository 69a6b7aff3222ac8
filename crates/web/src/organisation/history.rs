//! `GET /organisations/{organisation}/history`: what was done in the organisation, and by whom.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use model::IdKind;
use rules::access::Deed;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

const PAGE_ROWS: i64 = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Shows what was done before this row of the log.
    before: Option<i64>,
}

#[derive(Serialize)]
struct HistoryView {
    acts: Vec<ActView>,
    is_first_page: bool,
    /// Where the next page begins; empty on the last.
    next: String,
}

#[derive(Serialize)]
struct ActView {
    at: String,
    /// Name of a member; empty: somebody of the desk, or the program.
    who: String,
    action: String,
    detail: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadHistory)?;
    let (party_no, subject, own) = (member.party_no, member.subject(), site.clone());
    let (rows, names) = site
        .read(move |tx| {
            let rows = tx.audit_of(&subject, place.before, PAGE_ROWS + 1)?;
            let mut names = HashMap::new();
            for held in tx.members_of(party_no)? {
                if let Some(person) = tx.person(held.person_no)? {
                    let id = own.id(IdKind::Person, held.person_no);
                    names.insert(format!("person {id}"), person.name);
                }
            }
            Ok((rows, names))
        })
        .await?;
    let has_next = rows.len() > PAGE_ROWS as usize;
    let shown = &rows[..rows.len().min(PAGE_ROWS as usize)];
    let view = HistoryView {
        next: match shown.last() {
            Some(last) if has_next => format!("before={}", last.audit_no),
            _ => String::new(),
        },
        is_first_page: place.before.is_none(),
        acts: shown
            .iter()
            .map(|row| ActView {
                at: row.at.to_string(),
                who: names.get(&row.actor).cloned().unwrap_or_default(),
                action: row.action.clone(),
                detail: row.detail.clone(),
            })
            .collect(),
    };
    site.page(&member, "organisation/history.html", &view)
}
