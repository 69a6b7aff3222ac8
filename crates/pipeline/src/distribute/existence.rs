//! Leaves a mail for whoever only claims a system at which something was seen: at most one a day for an organisation,
//! about all of its claims together.
//!
//! A notice is no message about a finding: nobody approves it, and no finding counts as told by it. It keeps to a pause
//! all the same, since a pause is about what the desk warns of.

use model::{EmailAddress, IdKind, Language, OrganisationRole, Timestamp};
use rules::message::ServiceKind;
use serde_json::json;
use store::{Desk, ExistenceNotice, NewServiceMail, StoreError, Tx};

use super::{incomplete, pause};
use crate::error::FlowError;
use crate::flow::Flow;

/// Seconds between two mails to an organisation.
const EVERY_SECS: i64 = 86_400;

/// Systems that a mail names; the page shows all.
const NAMED_MAX: usize = 50;

/// Organisations in one transaction.
const PARTIES_MAX: i64 = 50;

/// Leaves mails for all who are due. Nothing goes while there is no page that shows how to prove.
///
/// # Errors
/// When the store fails.
pub(crate) fn leave_due(flow: &Flow) -> Result<(), FlowError> {
    let told_before = flow.clock.now().plus_seconds(-EVERY_SECS);
    loop {
        // Looked for by a read first: a worker that is idle writes nothing.
        let ready = flow.store.read(|tx| {
            if tx.parties_to_notify(told_before, 1)?.is_empty() || pause(tx)?.is_some() {
                return Ok(None);
            }
            let desk = tx.desk_named(None)?;
            let desk = desk.filter(|desk| incomplete(desk).is_none());
            Ok::<_, StoreError>(desk.zip(tx.public_origin()?))
        })?;
        let Some((desk, origin)) = ready else {
            return Ok(());
        };
        let now = flow.clock.now();
        flow.store.write(|tx| {
            for party_no in tx.parties_to_notify(told_before, PARTIES_MAX)? {
                notify(tx, &desk, &origin, party_no, now)?;
                tx.end_existence_notices(party_no, now)?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
}

fn notify(
    tx: &mut Tx<'_>,
    desk: &Desk,
    origin: &str,
    party_no: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let notices = tx.due_existence_notices(party_no)?;
    let Some(party) = tx.party(party_no)?.filter(|_| !notices.is_empty()) else {
        return Ok(());
    };
    let id_key = tx.installation()?.id_key;
    let party_id = id_key.public_id(IdKind::Party, party_no as u64);
    let facts = json!({
        "organisation": party.name,
        "link": format!("{origin}/organisations/{party_id}/assets?state=claimed"),
        "systems": systems(tx, &notices)?,
        "more": notices.len().saturating_sub(NAMED_MAX),
    });
    let facts = facts.to_string();
    for (to, language) in readers(tx, party_no)? {
        let mail = NewServiceMail {
            kind: ServiceKind::ExistenceNotice.as_str(),
            to: &to,
            language: language.or(party.language).unwrap_or(desk.language),
            facts: &facts,
        };
        tx.add_service_mail(&mail, now)?;
    }
    Ok(())
}

fn systems(
    tx: &mut Tx<'_>,
    notices: &[ExistenceNotice],
) -> Result<Vec<serde_json::Value>, StoreError> {
    let mut systems = Vec::new();
    for notice in notices.iter().take(NAMED_MAX) {
        if let Some(asset) = tx.asset(notice.asset_no)? {
            let value = asset.value.to_string();
            systems.push(json!({ "asset": value, "problem": notice.class.as_str() }));
        }
    }
    Ok(systems)
}

/// The contacts of an organisation; where there are none, its administrators. Each address once.
fn readers(
    tx: &mut Tx<'_>,
    party_no: i64,
) -> Result<Vec<(EmailAddress, Option<Language>)>, StoreError> {
    let contacts = tx.contacts(party_no)?;
    let mut readers: Vec<_> = contacts
        .into_iter()
        .map(|contact| (contact.email, contact.language))
        .collect();
    if readers.is_empty() {
        for member in tx.members_of(party_no)? {
            if member.role == OrganisationRole::Administrator
                && let Some(person) = tx.person(member.person_no)?
            {
                readers.push((person.email, person.language));
            }
        }
    }
    readers.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    readers.dedup_by(|(one, _), (other, _)| one == other);
    Ok(readers)
}
