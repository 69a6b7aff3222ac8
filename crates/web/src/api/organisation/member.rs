//! Members: who belongs to the caller's organisation, and as what.
//!
//! A program makes nobody an administrator and ends none: whoever stole its key could take the organisation over.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{IdKind, OrganisationRole, Scope};
use serde::Serialize;
use store::{Person, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::AfterPerson;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, patch, removal};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, short_page, shown};
use crate::organisation::member_change::set_role;
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of members.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_members))
        .routes(routes!(get_member, change_member, end_member))
}

/// Somebody who belongs to the organisation.
#[derive(Serialize, ToSchema)]
struct Member {
    id: Uuid,
    #[schema(example = "Sam Voorbeeld")]
    name: String,
    #[schema(example = "sam@hospital.example")]
    email: String,
    /// `administrator`, `security-contact` or `reader`.
    #[schema(example = "reader")]
    role: &'static str,
}

page_schema! {
    /// A page of members.
    MemberPage, Member
}

/// What is changed of a member.
#[derive(ToSchema)]
struct MemberPatch {
    /// `security-contact` or `reader`.
    #[schema(value_type = String, example = "reader")]
    role: OrganisationRole,
}

impl MemberPatch {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let role = fields.required("role")?;
        Some(Self { role })
    }
}

fn member(site: &Site, (person, role): &(Person, OrganisationRole)) -> Member {
    Member {
        id: site.id(IdKind::Person, person.person_no),
        name: person.name.clone(),
        email: person.email.to_string(),
        role: role.as_str(),
    }
}

fn one(
    tx: &mut Tx<'_>,
    party_no: i64,
    person_no: i64,
) -> Result<(Person, OrganisationRole), Refusal> {
    let people = tx.people_of(party_no)?;
    let mut one = people
        .into_iter()
        .filter(|(person, _)| person.person_no == person_no);
    one.next().ok_or(Refusal::NotFound)
}

/// Refuses what only a person does, who shows a second factor for it.
pub(super) fn must_not_be_administrator(role: OrganisationRole) -> Result<(), ApiError> {
    if role == OrganisationRole::Administrator {
        let why = "Administrators are made and ended in the portal, by people.";
        return Err(ApiError::Forbidden(why.to_owned()));
    }
    Ok(())
}

/// The members of the organisation.
#[utoipa::path(
    get, path = "/organisations/{organisation}/members", tag = "people", operation_id = "listMembers",
    params(PageQuery),
    responses((status = 200, description = "A page", body = MemberPage)),
)]
async fn list_members(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterPerson>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.people_of(own.party_no)?));
    let views = (
        |(person, _): &(Person, OrganisationRole)| person.person_no,
        |row| member(&site, &row),
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// One member.
#[utoipa::path(
    get, path = "/organisations/{organisation}/members/{person}", tag = "people", operation_id = "getMember",
    responses((status = 200, description = "The member", body = Member)),
)]
async fn get_member(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleRead)?;
    no_parameters(&parts)?;
    let person_no = own.number(&site, IdKind::Person, "person")?;
    let row = site.read(move |tx| one(tx, own.party_no, person_no));
    Ok(shown(&parts.headers, &member(&site, &row.await?)))
}

/// Gives a member another role. Not to or from administrator: 403.
#[utoipa::path(
    patch, path = "/organisations/{organisation}/members/{person}", tag = "people", operation_id = "changeMember",
    request_body(content = MemberPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "As it is now", body = Member)),
)]
async fn change_member(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleWrite)?;
    let person_no = own.number(&site, IdKind::Person, "person")?;
    let (patch, parts) = patch(request, MemberPatch::read).await?;
    must_not_be_administrator(patch.role)?;
    put_role(&site, &own, parts, person_no, Some(patch.role)).await?;
    let row = site.read(move |tx| one(tx, own.party_no, person_no));
    Ok(shown(&HeaderMap::new(), &member(&site, &row.await?)))
}

/// Ends a membership. Not of an administrator: 403.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/members/{person}", tag = "people", operation_id = "endMember",
    responses((status = 204, description = "It was ended")),
)]
async fn end_member(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleWrite)?;
    removal(&parts)?;
    let person_no = own.number(&site, IdKind::Person, "person")?;
    put_role(&site, &own, parts, person_no, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn put_role(
    site: &Site,
    own: &Own,
    parts: Parts,
    person_no: i64,
    role: Option<OrganisationRole>,
) -> Result<(), ApiError> {
    let (acting, now, shown_by) = (own.acting(site), site.now(), site.clone());
    site.change(move |tx| {
        tx.hold_party(acting.party_no)?;
        let held = one(tx, acting.party_no, person_no)?;
        must_match(&parts.headers, &member(&shown_by, &held))?;
        must_not_be_administrator(held.1)?;
        let is_done =
            role == Some(held.1) || set_role(tx, &shown_by, &acting, (person_no, role), now)?;
        is_done
            .then_some(())
            .ok_or(ApiError::Exists("only one administrator"))
    })
    .await
}
