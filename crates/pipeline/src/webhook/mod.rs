//! Tells addresses of organisations what happened (requirements PO-12, DI-14).
//!
//! A worker takes an address and tells it, one after the other, the changes that it was not told of yet, in their order. One
//! that it does not take holds up the others for a while, and is then set aside, if the address takes others ([`set_aside`]).
//! An event has the same id each time, so a receiver that gets it twice can see that. How far an address is, is written
//! down after each answer; who loses the address meanwhile writes nothing more.

mod event;
mod set_aside;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use message::tell_administrators;
use model::{IdKind, Timestamp};
use outgoing::{Fault, Request, Way, signature};
use rules::message::ServiceKind;
use rules::webhook::{Failing, Next, SET_ASIDE_WAIT_SECS, after_failure, is_taken};
use serde_json::json;
use store::{StoreError, Tx, Webhook, WebhookDelivery, WebhookEnd};

use crate::error::FlowError;
use crate::events;
use crate::flow::Flow;
use event::Event;

/// Addresses that are told at the same time. Each is a thread that mostly waits.
const AT_ONCE: i64 = 16;

/// Events that an address is told in one turn.
const EVENTS_MAX: i64 = 50;

/// An address has no new event begun after this time in one turn. With one more answer it stays below [`LEASE`].
const TURN: Duration = Duration::from_secs(20);

/// How long a worker has an address.
const LEASE: Duration = Duration::from_secs(60);

/// Longest wait for an answer, beside that for the name.
const ANSWER_TIME: Duration = Duration::from_secs(10);

/// How long it waits before it looks again.
const IDLE_WAIT: Duration = Duration::from_secs(1);

/// What came of an attempt.
struct Attempt {
    status: Option<u16>,
    fault: Option<Fault>,
}

/// Tells addresses until `stop` is set; looks at least once a second. On a thread of its own: an address that does not answer
/// holds up no mail.
pub fn run(flow: &Flow, stop: &AtomicBool) {
    let is_stopped = || stop.load(Ordering::Relaxed);
    while !is_stopped() {
        if let Err(error) = tell_due(flow, &is_stopped) {
            events::webhooks_not_told(&error);
        }
        flow.store.wait_for_work(IDLE_WAIT);
    }
}

/// Tells all addresses that are to be told something; says how many events were taken. Those that do not answer are told
/// later.
///
/// Safe to run beside others: an address is with one worker at a time.
///
/// # Errors
/// When the store fails. What was told is written down before; at worst one event of each address is told again.
pub fn tell_due(flow: &Flow, stop: &(dyn Fn() -> bool + Sync)) -> Result<u64, FlowError> {
    let mut told = 0;
    while !stop() {
        let now = flow.clock.now();
        // Looked for by a read first: an idle worker writes nothing.
        if !flow.store.read(|tx| tx.has_due_webhook(now))? {
            break;
        }
        let taken = flow
            .store
            .write(|tx| tx.take_webhooks(AT_ONCE, LEASE, now))?;
        if taken.is_empty() {
            break;
        }
        let turns: Vec<Result<u64, FlowError>> = std::thread::scope(|scope| {
            let threads: Vec<_> = taken
                .iter()
                .map(|webhook| scope.spawn(|| turn(flow, webhook, stop)))
                .collect();
            let joined = threads.into_iter().map(|thread| {
                let panicked = || FlowError::Broken("telling an address panicked".into());
                thread.join().unwrap_or_else(|_| Err(panicked()))
            });
            joined.collect()
        });
        for turn in turns {
            told += turn?;
        }
    }
    Ok(told)
}

/// Tells one address what it is to be told, and gives it back.
fn turn(
    flow: &Flow,
    webhook: &Webhook,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<u64, FlowError> {
    let told = tell(flow, webhook, stop);
    let now = flow.clock.now();
    flow.store.write(|tx| tx.give_back_webhook(webhook, now))?;
    told
}

fn tell(
    flow: &Flow,
    webhook: &Webhook,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<u64, FlowError> {
    let began = Instant::now();
    let is_over = || stop() || began.elapsed() > TURN;
    if webhook.test_at.is_some() {
        let event = flow.store.read(|tx| event::test(tx, webhook))?;
        let attempt = attempt(flow, webhook, &event)?;
        if !end(flow, webhook, &event, &attempt, WebhookEnd::Tested)? {
            return Ok(0);
        }
    }
    if webhook.paused_at.is_some() {
        return Ok(0);
    }
    let (late, is_still_ours) = set_aside::tell(flow, webhook, &is_over)?;
    if !is_still_ours || webhook.due_at > flow.clock.now() {
        return Ok(late);
    }
    Ok(late + tell_changes(flow, webhook, &is_over)?)
}

/// Tells it what comes next in the order of changes, until something is not taken.
fn tell_changes(
    flow: &Flow,
    webhook: &Webhook,
    is_over: &dyn Fn() -> bool,
) -> Result<u64, FlowError> {
    let mut told = 0;
    let mut failing = (webhook.failures, webhook.failing_since);
    let changes = flow
        .store
        .read(|tx| tx.changes_of(webhook.party_no, webhook.change_no, EVENTS_MAX))?;
    for change in changes {
        if is_over() {
            break;
        }
        let Some(event) = flow
            .store
            .read(|tx| event::of_change(tx, webhook, &change))?
        else {
            flow.store
                .write(|tx| tx.skip_webhook_to(webhook, change.change_no))?;
            continue;
        };
        let is_behind = |tx: &mut Tx<'_>| tx.is_set_aside(webhook.webhook_no, change.subject());
        if flow.store.read(is_behind)? {
            let now = flow.clock.now();
            let again_at = now.plus_seconds(SET_ASIDE_WAIT_SECS);
            let is_aside = flow
                .store
                .write(|tx| tx.set_event_aside(webhook, change.change_no, again_at, now))?;
            if !is_aside {
                break;
            }
            continue;
        }
        let attempt = attempt(flow, webhook, &event)?;
        let now = flow.clock.now();
        let next = match attempt.status {
            Some(status) if is_taken(status) => WebhookEnd::Told(change.change_no),
            status => {
                let failing = flow.store.read(|tx| failing_as(tx, webhook, failing))?;
                match after_failure(failing, status, now) {
                    Next::Again(at) => WebhookEnd::Later(at),
                    Next::SetAside => {
                        let again_at = now.plus_seconds(SET_ASIDE_WAIT_SECS);
                        WebhookEnd::SetAside(change.change_no, again_at)
                    }
                    Next::Stop => WebhookEnd::Paused,
                }
            }
        };
        if !end(flow, webhook, &event, &attempt, next)? {
            break;
        }
        match next {
            WebhookEnd::Told(_) => {
                told += 1;
                failing = (0, None);
            }
            WebhookEnd::SetAside(..) => failing = (failing.0 + 1, failing.1.or(Some(now))),
            _ => break,
        }
    }
    Ok(told)
}

fn failing_as(
    tx: &mut Tx<'_>,
    webhook: &Webhook,
    (failures, since): (i32, Option<Timestamp>),
) -> Result<Failing, StoreError> {
    let webhook_no = webhook.webhook_no;
    let has_set_aside = match since {
        Some(since) => tx.has_set_aside_since(webhook_no, since)?,
        None => false,
    };
    Ok(Failing {
        webhook_no,
        failures,
        since,
        has_set_aside,
    })
}

/// Sends an event once.
fn attempt(flow: &Flow, webhook: &Webhook, event: &Event) -> Result<Attempt, FlowError> {
    let id_key = flow.store.read(|tx| tx.installation())?.id_key;
    let now = flow.clock.now();
    let secret = |number| id_key.webhook_secret(webhook.webhook_no, number);
    let mut secrets = vec![secret(webhook.secret_no)];
    if webhook.old_until.is_some_and(|until| now < until) {
        secrets.push(secret(webhook.secret_no - 1));
    }
    let Ok(url) = webhook.url.parse() else {
        return Ok(Attempt {
            status: None,
            fault: Some(Fault::Address),
        });
    };
    let body = event.body.as_bytes();
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("webhook-id", event.id.clone()),
        ("webhook-timestamp", now.seconds().to_string()),
        (
            "webhook-signature",
            signature(&secrets, &event.id, now.seconds(), body),
        ),
    ];
    let way = Way {
        dns_servers: &flow.dns_servers,
        stand_in: flow.stand_in.as_ref(),
    };
    let request = Request {
        url: &url,
        headers: &headers,
        body: Some(body),
        time: ANSWER_TIME,
        answer_bytes_max: 0,
    };
    Ok(match outgoing::ask(way, &request) {
        Ok(answer) => Attempt {
            status: Some(answer.status),
            fault: None,
        },
        Err(fault) => Attempt {
            status: None,
            fault: Some(fault),
        },
    })
}

/// Writes down what came of an attempt; says whether the address was still with this worker.
fn end(
    flow: &Flow,
    webhook: &Webhook,
    event: &Event,
    attempt: &Attempt,
    end: WebhookEnd,
) -> Result<bool, FlowError> {
    let now = flow.clock.now();
    let delivery = WebhookDelivery {
        delivery_no: 0,
        event: event.id.clone(),
        kind: event.kind.to_owned(),
        at: now,
        status: attempt.status,
        fault: attempt.fault.map_or("", Fault::as_str).to_owned(),
    };
    let is_noted = flow.store.write(|tx| {
        let is_noted = tx.end_webhook_attempt(webhook, &delivery, end, now)?;
        if is_noted && end == WebhookEnd::Paused {
            warn(tx, webhook, now)?;
        }
        Ok::<_, StoreError>(is_noted)
    })?;
    if !attempt.status.is_some_and(is_taken) {
        events::webhook_not_taken(webhook.webhook_no, end, &delivery);
    }
    Ok(is_noted)
}

/// Tells those who look after the organisation that nothing is sent any more.
fn warn(tx: &mut Tx<'_>, webhook: &Webhook, now: Timestamp) -> Result<(), StoreError> {
    let party_no = webhook.party_no;
    let id_key = tx.installation()?.id_key;
    let party_id = id_key.public_id(IdKind::Party, party_no as u64);
    let id = id_key.public_id(IdKind::Webhook, webhook.webhook_no as u64);
    let subject = format!("party {party_id}");
    tx.record(
        now,
        "webhooks",
        "pause-webhook",
        &subject,
        &format!("webhook {id}"),
    )?;
    let (Some(party), Some(origin)) = (tx.party(party_no)?, tx.public_origin()?) else {
        return Ok(());
    };
    let facts = json!({
        "organisation": party.name,
        // Without what stands behind it: that may be a secret.
        "host": event::host(&webhook.url),
        "link": format!("{origin}/organisations/{party_id}/webhooks"),
    });
    let kind = ServiceKind::WebhookPaused;
    tell_administrators(tx, party_no, kind, &facts.to_string(), now)
}
