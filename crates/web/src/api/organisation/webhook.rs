//! Addresses of the caller's organisation that are told what happens.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use model::{IdKind, Scope};
use serde::Serialize;
use store::{Tx, Webhook, WebhookDelivery};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::api::caller::Own;
use crate::api::cursor::{AfterWebhook, AfterWebhookDelivery};
use crate::api::document::{PageQuery, page_schema};
use crate::api::error::ApiError;
use crate::api::fields::{Fields, removal};
use crate::api::once::{Made, bare, once, once_revealed, sent};
use crate::api::parameters::{Parameters, no_parameters};
use crate::api::shown::{must_match, short_page, shown};
use crate::organisation::webhook_change::{self, Added, SecretOf, TESTS, URL_CHARS_MAX};
use crate::refusal::Refusal;
use crate::site::Site;

/// The routes of webhooks.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list_webhooks, add_webhook))
        .routes(routes!(get_webhook, remove_webhook))
        .routes(routes!(rotate_webhook))
        .routes(routes!(test_webhook))
        .routes(routes!(resume_webhook))
        .routes(routes!(list_webhook_deliveries))
}

/// An address that is told what happens.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Hook {
    id: Uuid,
    #[schema(example = "https://hooks.hospital.example/seinpost")]
    url: String,
    /// `told`, `failing` (it is asked again) or `paused` (it is asked no more).
    #[schema(example = "told")]
    state: &'static str,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    made_at: String,
    /// Until when the secret before the last one signs too.
    #[schema(format = DateTime, example = "2026-11-19T02:14:33Z")]
    old_secret_until: Option<String>,
}

/// An address with the secret that signs what it is told. The secret is in this answer only.
#[derive(Serialize, ToSchema)]
struct HookSecret {
    webhook: Hook,
    /// `whsec_` and base64 of 32 bytes.
    #[schema(example = "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]
    secret: String,
}

/// The field of [`HookSecret`] as it is written, up to its text.
const SECRET_FIELD: &str = ",\"secret\":\"";

impl HookSecret {
    /// What is kept of the answer: in the place of the secret stand the numbers from which it follows.
    fn kept(webhook: Hook, secret: SecretOf) -> Self {
        let SecretOf {
            webhook_no,
            secret_no,
        } = secret;
        Self {
            webhook,
            secret: format!("{webhook_no}/{secret_no}"),
        }
    }

    /// The answer itself. One that the program before this kept has the secret, and stays as it is.
    fn revealed(tx: &mut Tx<'_>, mut made: Made) -> Result<Made, ApiError> {
        // No text of a field can hold this: its quotes are written otherwise.
        let Some((head, kept)) = made.body.rsplit_once(SECRET_FIELD) else {
            return Ok(made);
        };
        let numbers = kept.strip_suffix("\"}").and_then(|it| it.split_once('/'));
        let Some((Ok(webhook_no), Ok(secret_no))) =
            numbers.map(|(webhook_no, secret_no)| (webhook_no.parse(), secret_no.parse()))
        else {
            return Ok(made);
        };
        let secret = SecretOf {
            webhook_no,
            secret_no,
        };
        made.body = format!("{head}{SECRET_FIELD}{}\"}}", secret.text(tx)?);
        Ok(made)
    }
}

/// An attempt to tell an address, without what was told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HookDelivery {
    id: Uuid,
    /// The `webhook-id` that was sent.
    event_id: String,
    /// The type of the event.
    #[schema(example = "message.told")]
    event: String,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    at: String,
    /// What the address answered; `null`: nothing.
    #[schema(example = 204)]
    status: Option<u16>,
    /// Why it did not: `address`, `unknown`, `not-public` or `silent`.
    fault: Option<String>,
}

page_schema! {
    /// A page of webhooks.
    HookPage, Hook
}

page_schema! {
    /// A page of attempts to tell an address.
    HookDeliveryPage, HookDelivery
}

/// An address to be told.
#[derive(ToSchema)]
struct NewHook {
    /// Begins with `https://`; the host is a name, the port the usual one.
    #[schema(value_type = String, max_length = 2000, example = "https://hooks.hospital.example/seinpost")]
    url: url::Url,
}

impl NewHook {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let text = fields.line("url", URL_CHARS_MAX)?;
        let url = webhook_change::address(&text);
        if url.is_none() {
            let why =
                "an https address with a name, without port, user name or fragment is expected";
            fields.mistake("url", "bad-value", why);
        }
        Some(Self { url: url? })
    }
}

fn view(site: &Site, webhook: &Webhook) -> Hook {
    let old_until = webhook.old_until.filter(|until| *until > site.now());
    Hook {
        id: site.id(IdKind::Webhook, webhook.webhook_no),
        url: webhook.url.clone(),
        state: webhook_change::state(webhook),
        made_at: webhook.made_at.to_string(),
        old_secret_until: old_until.map(|until| until.to_string()),
    }
}

pub(super) fn one(tx: &mut Tx<'_>, party_no: i64, webhook_no: i64) -> Result<Webhook, Refusal> {
    tx.webhook(party_no, webhook_no)?.ok_or(Refusal::NotFound)
}

/// The addresses that are told what happens, without their secrets.
#[utoipa::path(
    get, path = "/organisations/{organisation}/webhooks", tag = "findings", operation_id = "listWebhooks",
    params(PageQuery),
    responses((status = 200, description = "A page", body = HookPage)),
)]
async fn list_webhooks(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterWebhook>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| Ok(tx.webhooks_of(own.party_no)?));
    let views = (
        |webhook: &Webhook| webhook.webhook_no,
        |webhook| view(&site, &webhook),
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}

/// Adds an address, which is told what happens from now on.
#[utoipa::path(
    post, path = "/organisations/{organisation}/webhooks", tag = "findings", operation_id = "addWebhook",
    request_body = NewHook,
    responses((status = 201, description = "It was added", body = HookSecret)),
)]
async fn add_webhook(
    State(site): State<Site>,
    own: Own,
    request: Request,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksWrite)?;
    let (new, wanted) = sent(&own.caller, request, NewHook::read).await?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    let work = move |tx: &mut Tx<'_>, now| match webhook_change::add(
        tx, &shown_by, &acting, &new.url, now,
    )? {
        Added::Known => Err(ApiError::Exists("a webhook with this address")),
        Added::Full => Err(ApiError::Full),
        Added::Webhook(secret) => {
            let webhook = one(tx, acting.party_no, secret.webhook_no)?;
            let webhook = view(&shown_by, &webhook);
            let path = format!("{}/webhooks/{}", own.home(), webhook.id);
            Ok(Made::created(&path, &HookSecret::kept(webhook, secret)))
        }
    };
    once_revealed(&site, wanted, work, HookSecret::revealed).await
}

/// One address.
#[utoipa::path(
    get, path = "/organisations/{organisation}/webhooks/{webhook}", tag = "findings", operation_id = "getWebhook",
    responses((status = 200, description = "The webhook", body = Hook)),
)]
async fn get_webhook(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksRead)?;
    no_parameters(&parts)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    let webhook = site.read(move |tx| one(tx, own.party_no, webhook_no));
    Ok(shown(&parts.headers, &view(&site, &webhook.await?)))
}

/// Removes an address: nothing is sent to it any more.
#[utoipa::path(
    delete, path = "/organisations/{organisation}/webhooks/{webhook}", tag = "findings", operation_id = "removeWebhook",
    responses((status = 204, description = "It was removed")),
)]
async fn remove_webhook(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksWrite)?;
    removal(&parts)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    let (acting, now, shown_by) = (own.acting(&site), site.now(), site.clone());
    site.change(move |tx| {
        tx.hold_party(acting.party_no)?;
        let held = one(tx, acting.party_no, webhook_no)?;
        must_match(&parts.headers, &view(&shown_by, &held))?;
        Ok(webhook_change::remove(
            tx, &shown_by, &acting, webhook_no, now,
        )?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives an address another secret. For 24 hours the old one signs too.
#[utoipa::path(
    post, path = "/organisations/{organisation}/webhooks/{webhook}/_rotate", tag = "findings", operation_id = "rotateWebhook",
    responses((status = 200, description = "The new secret", body = HookSecret)),
)]
async fn rotate_webhook(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    let work = move |tx: &mut Tx<'_>, now| {
        let secret = webhook_change::rotate(tx, &shown_by, &acting, webhook_no, now)?;
        let webhook = view(&shown_by, &one(tx, acting.party_no, webhook_no)?);
        Ok(Made::done(&HookSecret::kept(webhook, secret)))
    };
    once_revealed(&site, wanted, work, HookSecret::revealed).await
}

/// Has an event be sent that tells nothing, `webhook.test`, also to an address that is paused.
#[utoipa::path(
    post, path = "/organisations/{organisation}/webhooks/{webhook}/_test", tag = "findings", operation_id = "testWebhook",
    responses((status = 204, description = "It is on its way")),
)]
async fn test_webhook(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    site.limit(&TESTS, own.party_no)?;
    let acting = own.acting(&site);
    once(&site, wanted, move |tx, now| {
        webhook_change::test(tx, &acting, webhook_no, now)?;
        Ok(Made::nothing())
    })
    .await
}

/// Goes on with an address that failed or is paused, from where it was.
#[utoipa::path(
    post, path = "/organisations/{organisation}/webhooks/{webhook}/_resume", tag = "findings", operation_id = "resumeWebhook",
    responses((status = 200, description = "As it is now", body = Hook)),
)]
async fn resume_webhook(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksWrite)?;
    let wanted = bare(&own.caller, &parts)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    let (acting, shown_by) = (own.acting(&site), site.clone());
    once(&site, wanted, move |tx, now| {
        webhook_change::resume(tx, &shown_by, &acting, webhook_no, now)?;
        let webhook = one(tx, acting.party_no, webhook_no)?;
        Ok(Made::done(&view(&shown_by, &webhook)))
    })
    .await
}

/// The last 50 attempts to tell an address, oldest first.
#[utoipa::path(
    get, path = "/organisations/{organisation}/webhooks/{webhook}/deliveries", tag = "findings",
    operation_id = "listWebhookDeliveries", params(PageQuery),
    responses((status = 200, description = "A page", body = HookDeliveryPage)),
)]
async fn list_webhook_deliveries(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::WebhooksRead)?;
    let webhook_no = own.number(&site, IdKind::Webhook, "webhook")?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterWebhookDelivery>(&site);
    parameters.end()?;
    let rows = site.read(move |tx| {
        one(tx, own.party_no, webhook_no)?;
        Ok(tx.webhook_deliveries(own.party_no, webhook_no)?)
    });
    let views = (
        |delivery: &WebhookDelivery| delivery.delivery_no,
        |delivery: WebhookDelivery| HookDelivery {
            id: site.id(IdKind::WebhookDelivery, delivery.delivery_no),
            event_id: delivery.event,
            event: delivery.kind,
            at: delivery.at.to_string(),
            status: delivery.status,
            fault: Some(delivery.fault).filter(|fault| !fault.is_empty()),
        },
    );
    Ok(short_page(&site, &parts, &wanted, rows.await?, views))
}
