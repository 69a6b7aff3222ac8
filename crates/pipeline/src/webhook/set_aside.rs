//! Events that were set aside: sent again each hour in the order of changes, those of one finding or message one after the
//! other, for three days.

use rules::webhook::{GIVEN_UP_SECS, SET_ASIDE_WAIT_SECS, is_taken};
use store::{Tx, Webhook, WebhookEnd};

use super::{attempt, end, event};
use crate::error::FlowError;
use crate::flow::Flow;

/// Events that are looked at in one turn. More than can be sent in it, as those behind one that is not taken are passed over.
const WAITING_MAX: i64 = 1_000;

/// Sends what is due; says how many events were taken, and whether the address is still with this worker. It ends early when
/// `is_over` says so, or when nobody answers. Of an address that fails, what comes next in the order of changes decides first
/// whether it takes events again; where nothing does, this decides it.
pub(super) fn tell(
    flow: &Flow,
    webhook: &Webhook,
    is_over: &dyn Fn() -> bool,
) -> Result<(u64, bool), FlowError> {
    let now = flow.clock.now();
    if webhook.aside_due_at.is_none_or(|due_at| due_at > now) {
        return Ok((0, true));
    }
    let next = |tx: &mut Tx<'_>| tx.changes_of(webhook.party_no, webhook.change_no, 1);
    if webhook.failures > 0 && !flow.store.read(next)?.is_empty() {
        return Ok((0, true));
    }
    let waiting = |tx: &mut Tx<'_>| tx.waiting_set_asides(webhook.webhook_no, WAITING_MAX);
    let kept = flow.store.read(waiting)?;
    let mut told = 0;
    let mut not_taken = Vec::new();
    let mut is_left = false;
    let mut is_silent = false;
    for one in &kept {
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
                    set_aside_at: one.at,
                    is_given_up,
                }
            }
        };
        if !end(flow, webhook, &event, &attempt, next)? {
            return Ok((told, false));
        }
    }
    let has_tried = told > 0 || !not_taken.is_empty();
    is_left |= has_tried && kept.len() as i64 == WAITING_MAX;
    // What there was no time for waits for the next turn only.
    let wait = match not_taken.is_empty() {
        true => 0,
        false => SET_ASIDE_WAIT_SECS,
    };
    let again_at = is_left.then(|| flow.clock.now().plus_seconds(wait));
    flow.store
        .write(|tx| tx.plan_set_asides(webhook, again_at))?;
    Ok((told, true))
}
