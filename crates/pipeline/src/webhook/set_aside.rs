//! Events that were set aside: sent again each hour in the order of changes, those of one finding or message one after the
//! other, for three days.

use rules::webhook::{GIVEN_UP_SECS, SET_ASIDE_WAIT_SECS, is_taken};
use store::{Webhook, WebhookEnd};

use super::{attempt, end, event};
use crate::error::FlowError;
use crate::flow::Flow;

/// Sends what is due; says how many events were taken. It ends early when `is_over` says so, or when nobody answers.
pub(super) fn tell(
    flow: &Flow,
    webhook: &Webhook,
    is_over: &dyn Fn() -> bool,
) -> Result<u64, FlowError> {
    let now = flow.clock.now();
    if webhook.failures > 0 || webhook.aside_due_at.is_none_or(|due_at| due_at > now) {
        return Ok(0);
    }
    let kept = (webhook.party_no, webhook.webhook_no);
    let kept = flow
        .store
        .read(|tx| tx.webhook_set_asides(kept.0, kept.1))?;
    let mut told = 0;
    let mut not_taken = Vec::new();
    let mut is_left = false;
    let mut is_silent = false;
    for one in kept.iter().filter(|one| !one.is_given_up) {
        if is_silent || is_over() || not_taken.contains(&one.change.subject()) {
            is_left = true;
            continue;
        }
        let Some(event) = flow
            .store
            .read(|tx| event::of_change(tx, webhook, &one.change))?
        else {
            continue;
        };
        let attempt = attempt(flow, webhook, &event)?;
        let change_no = one.change.change_no;
        let next = match attempt.status.is_some_and(is_taken) {
            true => {
                told += 1;
                WebhookEnd::TakenLate(change_no)
            }
            false => {
                is_silent = attempt.status.is_none();
                not_taken.push(one.change.subject());
                let is_given_up = now.seconds_since(one.at) >= GIVEN_UP_SECS;
                is_left |= !is_given_up;
                WebhookEnd::LeftAside {
                    change_no,
                    is_given_up,
                }
            }
        };
        if !end(flow, webhook, &event, &attempt, next)? {
            return Ok(told);
        }
    }
    let again_at = is_left.then(|| flow.clock.now().plus_seconds(SET_ASIDE_WAIT_SECS));
    flow.store
        .write(|tx| tx.plan_set_asides(webhook, again_at))?;
    Ok(told)
}
