//! Organisations are asked whether what is known of them still holds, and hear that a mandate has ended.

use message::tell_administrators;
use model::{IdKey, IdKind, Timestamp};
use proof::settle;
use rules::message::ServiceKind;
use rules::upkeep::{assets_due_before, contacts_due_before, expiring_until, next_look};
use serde_json::json;
use store::{Mandate, StoreError, Tx, UpkeepDue};

use crate::error::FlowError;
use crate::flow::Flow;

/// Organisations in one transaction.
const PARTIES_MAX: i64 = 200;

/// Names in a reminder whose proof was not found again. The pages list all of them.
const UNPROVED_MAX: i64 = 20;

/// Asks the administrators of all organisations that it is time to look at; gives how many organisations were asked.
///
/// Safe to run twice, and by two workers at once: who was looked at is not due any more.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn remind(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let due = UpkeepDue {
        contacts_before: contacts_due_before(now),
        assets_before: assets_due_before(now),
        proofs_until: expiring_until(now),
    };
    let mut reminded = 0;
    loop {
        let looked = flow.store.write(|tx| {
            let Some(pages) = Pages::of(tx)? else {
                return Ok(None);
            };
            let parties = tx.parties_to_look_at(now, PARTIES_MAX)?;
            let mut asked = 0;
            for party_no in &parties {
                let is_due = is_due(tx, *party_no, &due, now)?;
                if is_due && let Some(party) = tx.party(*party_no)? {
                    let until = due.proofs_until;
                    let facts = json!({
                        "organisation": party.name,
                        "link": pages.of_party(*party_no, ""),
                        "unproved": tx.proofs_not_renewed(*party_no, until, UNPROVED_MAX)?,
                    });
                    let kind = ServiceKind::UpkeepReminder;
                    tell_administrators(tx, *party_no, kind, &facts.to_string(), now)?;
                    asked += 1;
                }
                tx.look_again_at(*party_no, next_look(is_due, now))?;
            }
            Ok::<_, StoreError>(Some((parties.len(), asked)))
        })?;
        let Some((looked, asked)) = looked else {
            return Ok(reminded);
        };
        reminded += asked;
        if looked == 0 {
            return Ok(reminded);
        }
    }
}

/// Whether people must look at something. What can be proved again by what is known is, first.
fn is_due(
    tx: &mut Tx<'_>,
    party_no: i64,
    due: &UpkeepDue,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !tx.is_upkeep_due(party_no, due)? {
        return Ok(false);
    }
    if settle(tx, party_no, now)? > 0 {
        tx.announce_register(now)?;
    }
    tx.is_upkeep_due(party_no, due)
}

/// Revokes the mandates whose last day has come, and tells the administrators of both sides; gives how many there were.
///
/// # Errors
/// When the store fails; the next time goes on.
pub fn end_mandates(flow: &Flow) -> Result<usize, FlowError> {
    let now = flow.clock.now();
    let ended = flow.store.write(|tx| {
        let ended = tx.end_mandates(now)?;
        let pages = Pages::of(tx)?;
        for mandate in &ended {
            if let Some(pages) = &pages {
                tell_of_end(tx, pages, mandate, now)?;
            }
        }
        if !ended.is_empty() {
            let detail = format!("{} by their last day", ended.len());
            tx.record(now, "upkeep", "end-mandates", "mandates", &detail)?;
        }
        Ok::<_, StoreError>(ended)
    })?;
    Ok(ended.len())
}

fn tell_of_end(
    tx: &mut Tx<'_>,
    pages: &Pages,
    mandate: &Mandate,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (party_no, page) in [
        (mandate.party_no, "/mandates"),
        (mandate.holder_no, "/customers"),
    ] {
        let facts = json!({
            "organisation": mandate.party_name,
            "holder": mandate.holder_name,
            "what": "ended",
            "link": pages.of_party(party_no, page),
        });
        let kind = ServiceKind::MandateChanged;
        tell_administrators(tx, party_no, kind, &facts.to_string(), now)?;
    }
    Ok(())
}

/// Where the pages are.
pub(super) struct Pages {
    origin: String,
    id_key: IdKey,
}

impl Pages {
    /// None while nobody said where people reach them.
    pub(super) fn of(tx: &mut Tx<'_>) -> Result<Option<Self>, StoreError> {
        let Some(origin) = tx.public_origin()? else {
            return Ok(None);
        };
        let id_key = tx.installation()?.id_key;
        Ok(Some(Self { origin, id_key }))
    }

    pub(super) fn of_party(&self, party_no: i64, page: &str) -> String {
        let id = self.id_key.public_id(IdKind::Party, party_no as u64);
        format!("{}/organisations/{id}{page}", self.origin)
    }
}
