//! Mailboxes of participants are looked at once a day: whether mail has a way to them, and whether our last message was
//! refused. Those who answer for the organisation hear it once when it has not.

use std::collections::{BTreeMap, BTreeSet};

use message::tell_people_of;
use model::{DomainName, IdKind, MailRoute, MailboxState, Timestamp};
use rules::enrol::mailbox::{after_look, next_look, refusals_since};
use rules::message::ServiceKind;
use serde_json::json;
use store::{StoreError, Tx, WatchedMailbox};

use crate::error::FlowError;
use crate::flow::Flow;

/// Mailboxes of one run. With a run each hour that is 12,000 a day. Where the DNS is silent a run ends after some seconds, and the
/// next one goes on with those that are due still.
const MAILBOXES_MAX: i64 = 500;

/// What looking came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Mailboxes that were looked at.
    pub mailboxes: usize,
    /// Of these, those about which people were warned now.
    pub warned: usize,
}

/// Looks at the mailboxes that are due, the longest waiting first. What is left over is looked at in the next run.
///
/// Safe to run twice, and by two workers at once: what was looked at is not due any more.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn look(flow: &Flow) -> Result<Looked, FlowError> {
    let now = flow.clock.now();
    let due = flow.store.read(|tx| tx.mailboxes_due(now, MAILBOXES_MAX))?;
    let routes = routes(flow, &due);
    let mut looked = Looked::default();
    for mailbox in &due {
        let Some(route) = routes.get(mailbox.mailbox.domain()).copied() else {
            continue;
        };
        let is_warned = flow.store.write(|tx| note(tx, mailbox, route, now))?;
        looked.mailboxes += 1;
        looked.warned += usize::from(is_warned);
    }
    Ok(looked)
}

/// Each domain is asked about once, whoever has a mailbox there, in the order in which they are due; not about all where the DNS
/// is slow.
fn routes(flow: &Flow, due: &[WatchedMailbox]) -> BTreeMap<DomainName, MailRoute> {
    let mut domains: Vec<DomainName> = due
        .iter()
        .map(|mailbox| mailbox.mailbox.domain().clone())
        .collect();
    let mut seen = BTreeSet::new();
    domains.retain(|domain| seen.insert(domain.clone()));
    let routes = dns::routes_of(&flow.dns_servers, &domains);
    domains.into_iter().zip(routes).collect()
}

/// Writes down what was found; says whether people were warned.
fn note(
    tx: &mut Tx<'_>,
    before: &WatchedMailbox,
    route: MailRoute,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let since = refusals_since(now);
    let is_refused = tx.is_mailbox_refusing(before.party_no, &before.mailbox, since)?;
    let (state, silent_days) = after_look((before.state, before.silent_days), route, is_refused);
    let is_alive = state == MailboxState::Alive;
    let origin = tx.public_origin()?;
    // Without pages nobody could do anything about it.
    let warns = !is_alive && before.told_at.is_none() && origin.is_some();
    let found = WatchedMailbox {
        due_at: next_look(now),
        state,
        since: match state == before.state {
            true => before.since,
            false => now,
        },
        silent_days,
        told_at: match is_alive {
            true => None,
            false => before.told_at.or(warns.then_some(now)),
        },
        ..before.clone()
    };
    if !tx.note_mailbox(before.due_at, &found)? {
        return Ok(false);
    }
    if let Some(origin) = origin.filter(|_| warns) {
        warn(tx, &found, &origin, now)?;
    }
    Ok(warns)
}

fn warn(
    tx: &mut Tx<'_>,
    found: &WatchedMailbox,
    origin: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(party) = tx.party(found.party_no)? else {
        return Ok(());
    };
    let id_key = tx.installation()?.id_key;
    let party_id = id_key.public_id(IdKind::Party, found.party_no as u64);
    let programme_id = id_key.public_id(IdKind::Programme, found.programme_no as u64);
    let facts = json!({
        "organisation": party.name,
        "mailbox": found.mailbox.to_string(),
        "state": found.state.as_str(),
        "link": format!("{origin}/organisations/{party_id}/programmes/{programme_id}"),
    });
    let kind = ServiceKind::MailboxDead;
    tell_people_of(
        tx,
        found.party_no,
        Some(&found.mailbox),
        kind,
        &facts.to_string(),
        now,
    )?;
    tx.record(
        now,
        "upkeep",
        "warn-of-mailbox",
        &format!("party {party_id}"),
        found.state.as_str(),
    )?;
    Ok(())
}
