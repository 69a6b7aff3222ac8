//! Invitations: who may become a member of the caller's organisation.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::{EmailAddress, IdKind, OrganisationRole, Scope, Timestamp};
use serde::Serialize;
use store::{Invitation, Tx};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::member::must_not_be_administrator;
use crate::account::NAME_CHARACTERS_MAX;
use crate::api::caller::Own;
use crate::api::cursor::AfterInvitation;
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, removal};
use crate::api::once::{Made, once, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, short_page, shown};
use crate::organisation::member_change::{INVITATIONS, Invitee, invite, withdraw};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of invitations.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_invitations, invite_person))
        .routes(routes!(get_invitation, withdraw_invitation))
}

/// Somebody who was invited and is no member yet.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Invited {
    id: Uuid,
    #[schema(example = "sam@hospital.example")]
    email: String,
    /// What the person becomes: `administrator`, `security-contact` or `reader`.
    #[schema(example = "reader")]
    role: Option<&'static str>,
    /// From then on the link in the mail opens nothing.
    #[schema(format = DateTime, example = "2026-11-25T02:14:33Z")]
    expires_at: String,
}

page_schema! {
    /// A page of invitations.
    InvitationPage, Invited
}

/// Somebody to be invited.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `read` reads")]
struct NewInvitation {
    #[schema(example = "sam@hospital.example")]
    email: String,
    /// For somebody who has no account here yet.
    #[schema(max_length = 200, min_length = 1, example = "Sam Voorbeeld")]
    name: String,
    /// `security-contact` or `reader`; administrators are invited in the portal.
    #[schema(example = "reader")]
    role: String,
}

/// Reads a [`NewInvitation`].
fn read(fields: &mut Fields<'_, '_>) -> Option<Invitee> {
    let (email, role) = (fields.required("email"), fields.required("role"));
    let name = fields.line("name", NAME_CHARACTERS_MAX);
    Some(Invitee {
        email: email?,
        name: name?,
        role: role?,
    })
}

fn invited(site: &Site, (invitation, email): &(Invitation, EmailAddress)) -> Invited {
    Invited {
        id: site.id(IdKind::Invitation, invitation.invitation_no),
        email: email.to_string(),
        role: invitation
            .party
            .map(|(_, role)| OrganisationRole::as_str(role)),
        expires_at: invitation.expires_at.to_string(),
    }
}

fn one(
    tx: &mut Tx<'_>,
    party_no: i64,
    invitation_no: i64,
    now: Timestamp,
) -> Result<(Invitation, EmailAddress), Refusal> {
    let open = tx.invitations_of(party_no, now)?;
    let mut one = open
        .into_iter()
        .filter(|(invitation, _)| invitation.invitation_no == invitation_no);
    one.next().ok_or(Refusal::NotFound)
}

/// Whoever a person made an administrator is not sent away by a program.
fn may_be_withdrawn(invitation: &Invitation) -> Result<(), ApiError> {
    let role = invitation.party.map(|(_, role)| role);
    role.map_or(Ok(()), must_not_be_administrator)
}

/// Invitations that can still be used.
#[utoipa::path(
    get, path = "/organisations/{organisation}/invitations", tag = "people", operation_id = "listInvitations",
    params(PageQuery),
    responses((status = 200, description = "A page", body = InvitationPage)),
)]
async fn list_invitations(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterInvitation>(&site);
    parameters.end()?;
    let now = site.now();
    let rows = site.read(move |tx| Ok(tx.invitations_of(own.party_no, now)?));
    let views = (
        |(invitation, _): &(Invitation, EmailAddress)| invitation.invitation_no,
        |row| invited(&site, &row),
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// One invitation.
#[utoipa::path(
    get, path = "/organisations/{organisation}/invitations/{invitation}", tag = "people", operation_id = "getInvitation",
    responses((status = 200, description = "The invitation", body = Invited)),
)]
async fn get_invitation(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleRead)?;
    no_parameters(&parts)?;
    let invitation_no = own.number(&site, IdKind::Invitation, "invitation")?;
    let now = site.now();
    let row = site.read(move |tx| one(tx, own.party_no, invitation_no, now));
    Ok(shown(&parts.headers, &invited(&site, &row.await?)))
}

/// Invites somebody by mail. An earlier invitation of the same person is withdrawn; not one to be administrator: 403.
#[utoipa::path(
    post, path = "/organisations/{organisation}/invitations", tag = "people", operation_id = "invitePerson",
    request_body = NewInvitation,
    responses((status = 201, description = "The mail is on its way", body = Invited)),
)]
async fn invite_person(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleWrite)?;
    let (invitee, wanted) = sent(&own.caller, request, read).await?;
    must_not_be_administrator(invitee.role)?;
    site.limit(&INVITATIONS, ("party", own.party_no))?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        for (open, email) in tx.invitations_of(own.party_no, now)? {
            if email.compared() == invitee.email.compared() {
                may_be_withdrawn(&open)?;
            }
        }
        let language = own.language(tx)?;
        let invitation_no = invite(tx, &shown_by, &acting, &invitee, language, now)?;
        let view = invited(&shown_by, &one(tx, own.party_no, invitation_no, now)?);
        let path = format!("{}/invitations/{}", own.home(), view.id);
        Ok(Made::created(&path, &view))
    })
    .await
}

/// Withdraws an invitation: the link in the mail opens nothing any more. Not one to be administrator: 403.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/invitations/{invitation}", tag = "people",
    operation_id = "withdrawInvitation",
    responses((status = 204, description = "It was withdrawn")),
)]
async fn withdraw_invitation(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::PeopleWrite)?;
    removal(&parts)?;
    let invitation_no = own.number(&site, IdKind::Invitation, "invitation")?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    site.change(move |tx| {
        let open = one(tx, acting.party_no, invitation_no, now)?;
        must_match(&parts.headers, &invited(&shown_by, &open))?;
        may_be_withdrawn(&open.0)?;
        Ok(withdraw(tx, &shown_by, &acting, invitation_no, now)?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
