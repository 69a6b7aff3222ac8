//! `/organisations/{organisation}/webhooks`: addresses of programs that are told what happens, and how that goes.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use model::IdKind;
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{SetAside, Webhook, WebhookDelivery};
use uuid::Uuid;

use super::webhook_change::{self, Added, TESTS, WEBHOOKS_MAX};
use super::{Before, done};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Events that were set aside, as far as a page shows them. Programs read all of them.
const SET_ASIDE_SHOWN: i64 = 100;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewAddress {
    url: String,
}

/// What is done with an address.
#[derive(Deserialize)]
pub(super) struct Act {
    act: String,
}

#[derive(Default, Serialize)]
struct ListView {
    webhooks: Vec<WebhookView>,
    may_add: bool,
    webhooks_max: usize,
    url: String,
    errors: Errors,
    /// The secret that was just made; it is never shown again.
    fresh: Option<String>,
    done: String,
}

#[derive(Serialize)]
struct OneView {
    webhook: WebhookView,
    deliveries: Vec<DeliveryView>,
    set_aside: Vec<SetAsideView>,
    /// More was set aside than is shown.
    has_more: bool,
    /// The secret that was just made; it is never shown again.
    fresh: Option<String>,
    done: String,
}

#[derive(Serialize)]
struct WebhookView {
    id: Uuid,
    url: String,
    state: &'static str,
    made_at: String,
    /// When it is asked again, where it failed.
    due_at: Option<String>,
    /// When what was set aside is sent again.
    aside_due_at: Option<String>,
    /// Until when the secret before signs too.
    old_until: Option<String>,
    is_test_waiting: bool,
}

/// An event that was not taken while others were.
#[derive(Serialize)]
struct SetAsideView {
    event: String,
    kind: String,
    at: String,
    is_given_up: bool,
}

#[derive(Serialize)]
struct DeliveryView {
    event: String,
    kind: String,
    at: String,
    status: Option<u16>,
    fault: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let view = ListView {
        done: before.known(&["removed"]),
        ..ListView::default()
    };
    show_list(&site, &member, view).await
}

async fn show_list(site: &Site, member: &Member, view: ListView) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let party_no = member.party_no;
    let held = site.read(move |tx| Ok(tx.webhooks_of(party_no)?)).await?;
    let view = ListView {
        may_add: held.len() < WEBHOOKS_MAX,
        webhooks_max: WEBHOOKS_MAX,
        webhooks: held
            .iter()
            .map(|webhook| webhook_view(site, webhook))
            .collect(),
        ..view
    };
    site.page(member, "organisation/webhooks.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<NewAddress>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let now = site.now();
    member.who.must_have_proved(now)?;
    let mut view = ListView::default();
    let wrong = match webhook_change::address(&form.url) {
        None => Some("webhook-error-address"),
        Some(url) => {
            let (acting, own) = (member.acting(&site), site.clone());
            let added = site.write(move |tx| {
                Ok(match webhook_change::add(tx, &own, &acting, &url, now)? {
                    Added::Webhook(secret) => Ok(secret.text(tx)?),
                    Added::Known => Err("webhook-error-known"),
                    Added::Full => Err("webhook-error-full"),
                })
            });
            // Shown by the answer itself: an address to which the browser would be sent cannot hold a secret.
            match added.await? {
                Ok(secret) => {
                    view.fresh = Some(secret);
                    None
                }
                Err(text) => Some(text),
            }
        }
    };
    if let Some(text) = wrong {
        view.errors.add("url", text);
        view.url = form.url;
    }
    show_list(&site, &member, view).await
}

pub(super) async fn detail(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let webhook_no = site.number(IdKind::Webhook, &id)?;
    let done = before.known(&["test", "resumed", "sent-again"]);
    show_one(&site, &member, webhook_no, (None, done)).await
}

async fn show_one(
    site: &Site,
    member: &Member,
    webhook_no: i64,
    (fresh, done): (Option<String>, String),
) -> Result<Response, Refusal> {
    let party_no = member.party_no;
    let read = site.read(move |tx| {
        let webhook = tx.webhook(party_no, webhook_no)?.ok_or(Refusal::NotFound)?;
        let deliveries = tx.webhook_deliveries(party_no, webhook_no)?;
        let of = (party_no, webhook_no);
        let set_aside = tx.webhook_set_asides(of, 0, SET_ASIDE_SHOWN + 1)?;
        Ok((webhook, deliveries, set_aside))
    });
    let (webhook, deliveries, set_aside) = read.await?;
    let has_more = set_aside.len() as i64 > SET_ASIDE_SHOWN;
    let set_aside = set_aside.into_iter().take(SET_ASIDE_SHOWN as usize);
    let view = OneView {
        webhook: webhook_view(site, &webhook),
        deliveries: deliveries.into_iter().map(delivery_view).collect(),
        set_aside: set_aside.map(|one| set_aside_view(site, &one)).collect(),
        has_more,
        fresh,
        done,
    };
    site.page(member, "organisation/webhook.html", &view)
}

pub(super) async fn act(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
    Form(form): Form<Act>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::MakeKeys)?;
    let now = site.now();
    let webhook_no = site.number(IdKind::Webhook, &id)?;
    let (acting, own) = (member.acting(&site), site.clone());
    let what = match form.act.as_str() {
        "test" => {
            site.limit(&TESTS, member.party_no)?;
            site.write(move |tx| webhook_change::test(tx, &acting, webhook_no, now))
                .await?;
            "test"
        }
        "resume" => {
            site.write(move |tx| webhook_change::resume(tx, &own, &acting, webhook_no, now))
                .await?;
            "resumed"
        }
        "send-again" => {
            site.limit(&TESTS, member.party_no)?;
            site.write(move |tx| webhook_change::send_again(tx, &own, &acting, webhook_no, now))
                .await?;
            "sent-again"
        }
        "rotate" => {
            member.who.must_have_proved(now)?;
            let rotated = site.write(move |tx| {
                let secret = webhook_change::rotate(tx, &own, &acting, webhook_no, now)?;
                Ok(secret.text(tx)?)
            });
            let fresh = (Some(rotated.await?), String::new());
            return show_one(&site, &member, webhook_no, fresh).await;
        }
        "remove" => {
            site.write(move |tx| webhook_change::remove(tx, &own, &acting, webhook_no, now))
                .await?;
            return Ok(done(&member, "webhooks", "removed").into_response());
        }
        _ => return Err(Refusal::Bad),
    };
    let place = format!("{}/webhooks/{id}?done={what}", member.home());
    Ok(Redirect::to(&place).into_response())
}

fn webhook_view(site: &Site, webhook: &Webhook) -> WebhookView {
    let is_failing = webhook.failing_since.is_some() && webhook.paused_at.is_none();
    let old_until = webhook.old_until.filter(|until| *until > site.now());
    WebhookView {
        id: site.id(IdKind::Webhook, webhook.webhook_no),
        url: webhook.url.clone(),
        state: webhook_change::state(webhook),
        made_at: webhook.made_at.to_string(),
        due_at: is_failing.then(|| webhook.due_at.to_string()),
        aside_due_at: webhook.aside_due_at.map(|at| at.to_string()),
        old_until: old_until.map(|until| until.to_string()),
        is_test_waiting: webhook.test_at.is_some(),
    }
}

fn set_aside_view(site: &Site, one: &SetAside) -> SetAsideView {
    let id = site.id(IdKind::Change, one.change.change_no);
    SetAsideView {
        event: id.simple().to_string(),
        kind: one.change.kind.event_type().replace('.', "-"),
        at: one.at.to_string(),
        is_given_up: one.is_given_up,
    }
}

fn delivery_view(delivery: WebhookDelivery) -> DeliveryView {
    DeliveryView {
        event: delivery.event,
        kind: delivery.kind.replace('.', "-"),
        at: delivery.at.to_string(),
        status: delivery.status,
        fault: delivery.fault,
    }
}
