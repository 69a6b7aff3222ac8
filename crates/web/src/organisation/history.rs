//! `GET /organisations/{organisation}/history`: what was done in the organisation, and by whom.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use model::IdKind;
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{AuditFilter, AuditRow};
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

const PAGE_ROWS: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Shows what was done before this row of the log.
    before: Option<Uuid>,
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
    /// Name of a member, or of the organisation that acts by mandate; empty: see `door`.
    who: String,
    /// Of what nobody with a name did: end of the key of a text.
    door: &'static str,
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
    let filter = AuditFilter {
        subject: Some(subject),
        ..AuditFilter::default()
    };
    let before = match &place.before {
        Some(id) => site.number(IdKind::AuditRow, id)?,
        None => i64::MAX,
    };
    let (page, names) = site
        .read(move |tx| {
            let page = tx.audit_page(&filter, before, PAGE_ROWS)?;
            let actor = |person_no| format!("person {}", own.id(IdKind::Person, person_no));
            // Of somebody who acts by mandate it is told for whom, not who.
            let holders = tx.people_of_holders(party_no)?.into_iter();
            let mut names: HashMap<String, String> = holders
                .map(|(person_no, holder)| (actor(person_no), holder))
                .collect();
            let actors = page.rows.iter().map(|row| row.actor.as_str());
            let keys = tx.keys_of_holders(party_no, &keys_among(&own, actors))?;
            let key = |key_no| format!("key {}", own.id(IdKind::ApiKey, key_no));
            names.extend(keys.into_iter().map(|(no, holder)| (key(no), holder)));
            let own_people = tx.people_of(party_no)?.into_iter();
            names.extend(own_people.map(|(person, _)| (actor(person.person_no), person.name)));
            Ok((page, names))
        })
        .await?;
    let next = page.next_before.map(|number| {
        let id = site.id(IdKind::AuditRow, number);
        format!("before={id}")
    });
    let view = HistoryView {
        next: next.unwrap_or_default(),
        is_first_page: place.before.is_none(),
        acts: page
            .rows
            .iter()
            .map(|row| ActView {
                at: row.at.to_string(),
                who: names.get(&row.actor).cloned().unwrap_or_default(),
                door: door_of(&row.actor),
                action: row.action.clone(),
                detail: detail_for_members(row).to_owned(),
            })
            .collect(),
    };
    site.page(&member, "organisation/history.html", &view)
}

/// Through what somebody without a name acted.
fn door_of(actor: &str) -> &'static str {
    match actor.split_once(' ') {
        Some(("link", _)) => "link",
        Some(("reply", _)) => "reply",
        Some(("key", _)) => "key",
        _ => "desk",
    }
}

/// The keys among those who act.
fn keys_among<'a>(site: &Site, actors: impl Iterator<Item = &'a str>) -> Vec<i64> {
    let ids = actors.filter_map(|actor| actor.strip_prefix("key ")?.parse().ok());
    ids.filter_map(|id| site.number(IdKind::ApiKey, &id).ok())
        .collect()
}

/// What members may read of the detail of a row: why the desk looked is for the desk, and for whoever supervises it.
pub(crate) fn detail_for_members(row: &AuditRow) -> &str {
    match &*row.action {
        "read" => "",
        _ => &row.detail,
    }
}
