//! Administrators hear of what changes who may see and do what: mandates, and administrators themselves.

use message::tell_administrators;
use model::{IdKind, Timestamp};
use rules::message::ServiceKind;
use serde_json::json;
use store::{StoreError, Tx};

use crate::site::Site;

/// Tells the administrators of an organisation that somebody became one (`added`) or will be none any more (`removed`).
pub(crate) fn tell_of_administrator(
    tx: &mut Tx<'_>,
    site: &Site,
    party_no: i64,
    person_no: i64,
    what: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (party, person) = (tx.party(party_no)?, tx.person(person_no)?);
    let (Some(party), Some(person)) = (party, person) else {
        return Ok(());
    };
    let facts = json!({
        "organisation": party.name,
        "person": person.name,
        "what": what,
        "link": page(site, party_no, "members"),
    });
    let kind = ServiceKind::AdministratorChanged;
    tell_administrators(tx, party_no, kind, &facts.to_string(), now)
}

/// Tells the administrators of both sides that a mandate was `given` or `revoked`.
pub(super) fn tell_of_mandate(
    tx: &mut Tx<'_>,
    site: &Site,
    party_no: i64,
    holder_no: i64,
    what: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (party, holder) = (tx.party(party_no)?, tx.party(holder_no)?);
    let (Some(party), Some(holder)) = (party, holder) else {
        return Ok(());
    };
    for (told_no, shown) in [(party_no, "mandates"), (holder_no, "customers")] {
        let facts = json!({
            "organisation": party.name,
            "holder": holder.name,
            "what": what,
            "link": page(site, told_no, shown),
        });
        let kind = ServiceKind::MandateChanged;
        tell_administrators(tx, told_no, kind, &facts.to_string(), now)?;
    }
    Ok(())
}

/// Address of a page of an organisation, for mails.
pub(super) fn page(site: &Site, party_no: i64, page: &str) -> String {
    let id = site.id(IdKind::Party, party_no);
    site.link(&format!("/organisations/{id}/{page}"))
}
