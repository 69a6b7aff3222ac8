//! Inviting the first administrator of an organisation, for the desk.

use axum::extract::{Request, State};
use axum::response::Response;
use model::{EmailAddress, IdKind, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::legal_class::organisation_for_desk;
use crate::account::NAME_CHARACTERS_MAX;
use crate::acting::Acting;
use crate::api::caller::Caller;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::organisation::member_change::{INVITATIONS, invite_first};
use crate::site::Site;

/// The route of first administrators.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(invite_administrator))
}

/// The first administrator of an organisation.
#[derive(ToSchema)]
struct NewAdministrator {
    #[schema(value_type = String, example = "sam@hospital.example")]
    email: EmailAddress,
    /// For somebody who has no account here yet.
    #[schema(max_length = 200, min_length = 1, example = "Sam Voorbeeld")]
    name: String,
}

impl NewAdministrator {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (email, name) = (
            fields.required("email"),
            fields.line("name", NAME_CHARACTERS_MAX),
        );
        Some(Self {
            email: email?,
            name: name?,
        })
    }
}

/// Invites the first administrator by mail, who then looks after the rest. For the desk. 409 where there is one already.
#[utoipa::path(
    post, path = "/organisations/{organisation}/_invite-administrator", tag = "organisations",
    operation_id = "inviteAdministrator",
    request_body = NewAdministrator,
    responses((status = 204, description = "The mail is on its way")),
)]
async fn invite_administrator(
    State(site): State<Site>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let party_no = organisation_for_desk(&site, &caller, &mut parts, Scope::DeskWrite).await?;
    let request = Request::from_parts(parts, body);
    let (new, wanted) = sent(&caller, request, NewAdministrator::read).await?;
    site.limit(&INVITATIONS, ("key", caller.key_no))?;
    let acting = Acting {
        party_no,
        actor: caller.actor(&site),
        subject: format!("party {}", site.id(IdKind::Party, party_no)),
    };
    let inner = site.clone();
    once(&site, wanted, move |tx, now| {
        if !tx.party_is_open(party_no)? {
            return Err(ApiError::NotFound);
        }
        match invite_first(tx, &inner, &acting, (&new.email, &new.name), now)? {
            true => Ok(Made::nothing()),
            false => Err(ApiError::Exists("an administrator")),
        }
    })
    .await
}
