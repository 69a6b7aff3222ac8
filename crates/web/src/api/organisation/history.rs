//! What was done in the caller's organisation, and by whom.

use std::collections::HashSet;

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::{AuditFilter, AuditRow};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::{After, AfterAct, Place as _};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::Parameters;
use crate::api::shown::page_of;
use crate::organisation::detail_for_members;
use crate::site::Site;

/// The route of the history.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_history))
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
struct Act {
    id: Uuid,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    at: String,
    /// `person` and the id of a member, `key` and its id, `link` and the id of an answer link, `reply` and the id of a mail,
    /// `mandate`: somebody who acts for it, or `desk`: the desk, the program, or somebody who left.
    #[schema(example = "key 0f4fb1a0-52ab-8d43-b9b1-5f0b4f3a2c11")]
    actor: String,
    #[schema(example = "change-assets")]
    action: String,
    /// Counts and ids.
    #[schema(example = "1 added")]
    detail: String,
}

page_schema! {
    /// A page of what was done.
    ActPage, Act
}

/// Who may be named in a history.
struct Known {
    /// Members of the organisation, as the log names them.
    members: HashSet<String>,
    /// People who act by its mandate.
    holders: HashSet<String>,
}

fn act(site: &Site, row: &AuditRow, known: &Known) -> Act {
    let is_no_person = ["key ", "link ", "reply "]
        .iter()
        .any(|door| row.actor.starts_with(door));
    Act {
        id: site.id(IdKind::AuditRow, row.audit_no),
        at: row.at.to_string(),
        actor: if is_no_person || known.members.contains(&row.actor) {
            row.actor.clone()
        } else if known.holders.contains(&row.actor) {
            "mandate".to_owned()
        } else {
            // Who works at the desk is not for organisations.
            "desk".to_owned()
        },
        action: row.action.clone(),
        detail: detail_for_members(row).to_owned(),
    }
}

/// What was done in the organisation, last first. A page may be short and another follow.
#[utoipa::path(
    get, path = "/organisations/{organisation}/history", tag = "organisations", operation_id = "listHistory",
    params(PageQuery),
    responses((status = 200, description = "A page", body = ActPage)),
)]
async fn list_history(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::HistoryRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterAct>(&site);
    parameters.end()?;
    let filter = AuditFilter {
        subject: Some(own.acting(&site).subject),
        ..AuditFilter::default()
    };
    let before_no = wanted.after.map_or(i64::MAX, |after| after.0);
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let shown_by = site.clone();
    let read = site.read(move |tx| {
        let name = |person_no| format!("person {}", shown_by.id(IdKind::Person, person_no));
        let members = tx.people_of(own.party_no)?.into_iter();
        let holders = tx.people_of_holders(own.party_no)?.into_iter();
        let known = Known {
            members: members.map(|(person, _)| name(person.person_no)).collect(),
            holders: holders.map(|(person_no, _)| name(person_no)).collect(),
        };
        Ok((tx.audit_page(&filter, before_no, limit)?, known))
    });
    let (found, known) = read.await?;
    let shown = found.rows.iter().map(|row| act(&site, row, &known));
    let items: Vec<Act> = shown.collect();
    let next = found.next_before.map(|number| {
        let place: AfterAct = After(number);
        place.write(&site)
    });
    Ok(page_of(&parts, &items, next))
}
