//! Events that an address of the caller's organisation did not take while it took others.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use model::{IdKind, Scope};
use serde::Serialize;
use store::SetAside;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::webhook::one;
use crate::api::caller::Own;
use crate::api::cursor::{After, AfterChange};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::once::{Made, bare, once};
use crate::api::parameters::Parameters;
use crate::api::shown::page;
use crate::organisation::webhook_change::{self, TESTS};
use crate::site::Site;

/// The routes of what was set aside.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_webhook_set_aside))
        .routes(routes!(send_webhook_again))
}

/// An event that an address did not take while it took others.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HookSetAside {
    /// The `webhook-id` that is sent.
    event_id: String,
    /// The type of the event.
    #[schema(example = "message.told")]
    event: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    set_aside_at: String,
    /// It is not sent any more, unless `_send-again` asks for it.
    is_given_up: bool,
}

page_schema! {
    /// A page of events that an address did not take.
    HookSetAsidePage, HookSetAside
}

/// Events of the last 30 days that an address did not take while it took others, oldest first.
#[utoipa::path(
    get, path = "/organisations/{organisation}/webhooks/{webhook}/set-aside", tag = "findings",
    operation_id = "listWebhookSetAside", params(PageQuery),
    responses((status = 200, description = "A page", body = HookSetAsidePage)),
)]
async fn list_webhook_set_aside(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksRead)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterChange>(&site);
    parameters.end()?;
    let after_no = wanted.after.map_or(0, |after| after.0);
    let limit = wanted.limit + 1;
    let rows = site.read(move |tx| {
        one(tx, own.party_no, webhook_no)?;
        Ok(tx.webhook_set_asides((own.party_no, webhook_no), after_no, limit)?)
    });
    let views = (
        |kept: &SetAside| After(kept.change.change_no),
        |kept: SetAside| HookSetAside {
            event_id: site
                .id(IdKind::Change, kept.change.change_no)
                .simple()
                .to_string(),
            event: kept.change.kind.event_type().to_owned(),
            set_aside_at: kept.at.to_string(),
            is_given_up: kept.is_given_up,
        },
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

/// Has all that was set aside of an address be sent again now, and each hour for three days.
#[utoipa::path(
    post, path = "/organisations/{organisation}/webhooks/{webhook}/_send-again", tag = "findings",
    operation_id = "sendWebhookAgain",
    responses((status = 204, description = "It is on its way")),
)]
async fn send_webhook_again(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    site.limit(&TESTS, own.party_no)?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        webhook_change::send_again(tx, &shown_by, &acting, webhook_no, now)?;
        Ok(Made::nothing())
    })
    .await
}
