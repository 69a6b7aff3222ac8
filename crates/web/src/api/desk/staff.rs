//! Who works at the desk. Changing that is for people.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{must, note_read};
use crate::api::caller::Caller;
use crate::api::cursor::{After, AfterPerson};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::parameters::Parameters;
use crate::api::shown::page;
use crate::desk::{PersonView, person_view};
use crate::refusal::Refusal;
use crate::site::Site;

/// The route of those who work at the desk.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_staff))
}

/// Somebody who works at the desk.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaffMember {
    id: Uuid,
    #[schema(example = "Sam Voorbeeld")]
    name: String,
    #[schema(example = "sam@desk.example")]
    email: String,
    /// Among `analyst`, `editor`, `privacy-officer`, `director` and `administrator`.
    #[schema(example = json!(["analyst"]))]
    roles: Vec<&'static str>,
    /// Names of the desks where this person works; empty where there is one desk.
    #[schema(example = json!([]))]
    desks: Vec<String>,
    /// `open`, `invited` (has no way in yet) or `closed`.
    #[schema(example = "open")]
    state: &'static str,
    /// When the person was last here, to the hour.
    #[schema(format = DateTime, example = "2026-11-18T02:00:00Z")]
    seen_at: Option<String>,
}

page_schema! {
    /// A page of those who work at the desk.
    StaffPage, StaffMember
}

/// Those who work at the desk, in the order in which they came.
#[utoipa::path(
    get, path = "/staff", tag = "desk", operation_id = "listStaff",
    params(PageQuery),
    responses((status = 200, description = "A page", body = StaffPage)),
)]
async fn list_staff(
    State(site): State<Site>,
    caller: Caller,
    parts: Parts,
) -> Result<Response, ApiError> {
    must(&caller, Scope::StaffRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterPerson>(&site);
    parameters.end()?;
    note_read(&site, &caller, "people of the desk".to_owned()).await?;
    let (after_no, limit) = (wanted.after.map_or(0, |after| after.0), wanted.limit + 1);
    let shown_by = site.clone();
    let rows = site.read(move |tx| {
        let people = tx.staff_after(after_no, limit)?.into_iter();
        let rows = people.map(|person| {
            let person_no = person.person_no;
            Ok((person_no, person_view(&shown_by, tx, person)?))
        });
        rows.collect::<Result<Vec<(i64, PersonView)>, Refusal>>()
    });
    let view = |(_, person): (i64, PersonView)| StaffMember {
        id: person.id,
        name: person.name,
        email: person.email,
        roles: person.roles,
        desks: person.desks,
        state: person.state,
        seen_at: person.seen_at,
    };
    let views = (|(person_no, _): &(i64, PersonView)| After(*person_no), view);
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}
