//! Forwarding a finding to somebody outside the organisation, who gets a link that answers it.

use axum::extract::{Request, State};
use axum::response::Response;
use model::{EmailAddress, IdKind, Language, Scope};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::sayer;
use super::inbox;
use crate::api::caller::Own;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::once::{Made, once, sent};
use crate::finding::forward::{forward_to, limit, must_be_forwardable};
use crate::site::Site;

/// The route by which findings are forwarded.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(forward_finding))
}

/// To whom a finding is forwarded.
#[derive(ToSchema)]
struct NewForward {
    #[schema(value_type = String, example = "helpdesk@supplier.example")]
    email: EmailAddress,
    /// `nl` or `en`, of the mail; left out: that of the organisation.
    #[schema(value_type = Option<String>, example = "nl")]
    language: Option<Language>,
}

impl NewForward {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let (email, language) = (fields.required("email"), fields.optional("language"));
        Some(Self {
            email: email?,
            language: language?,
        })
    }
}

/// Mails somebody outside the organisation a link that answers this finding for 30 days. What its marking keeps within the
/// organisation is not forwarded: 403.
#[utoipa::path(
    post, path = "/organisations/{organisation}/findings/{finding}/_forward", tag = "findings",
    operation_id = "forwardFinding",
    request_body = NewForward,
    responses((status = 204, description = "The mail is on its way")),
)]
async fn forward_finding(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsWrite)?;
    let finding_no = own.number(&site, IdKind::Finding, "finding")?;
    let (new, wanted) = sent(&own.caller, request, NewForward::read).await?;
    limit(&site, own.party_no)?;
    let (query, shown_by) = (inbox(&site, &own), site.clone());
    once(&site, wanted, move |tx, now| {
        let row = tx.inbox_row(&query, finding_no)?;
        let row = row.ok_or(ApiError::NotFound)?;
        must_be_forwardable(&row).map_err(|_| {
            let why = format!("TLP:{} keeps it within the organisation.", row.tlp);
            ApiError::Forbidden(why)
        })?;
        let language = match new.language {
            Some(language) => language,
            None => own.language(tx)?,
        };
        let (by, to) = (sayer(&shown_by, tx, &own)?, (&new.email, language));
        forward_to(&shown_by, tx, &by, &row, to, now)?;
        Ok(Made::nothing())
    })
    .await
}
