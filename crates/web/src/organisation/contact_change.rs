//! Changes of contacts, the same for pages and the API.

use model::register::ContactRow;
use model::{ContactPhone, EmailAddress, Language, Timestamp, Timing};
use store::{OwnContact, StoreError, Tx};

use super::contact_code::{self, may_mail};
use crate::acting::Acting;
use crate::asset::announce;
use crate::refusal::Refusal;
use crate::site::Site;

/// Most contacts of an organisation.
const CONTACTS_MAX: usize = 100;

/// Counts the mail that a contact of this address would get. Where messages go already, none is sent.
pub(crate) async fn may_put(site: &Site, party_no: i64, to: &EmailAddress) -> Result<(), Refusal> {
    let email = to.clone();
    let is_known = site.read(move |tx| {
        let known = tx.contacts(party_no)?;
        Ok(known.iter().any(|contact| contact.email == email))
    });
    match is_known.await? {
        true => Ok(()),
        false => may_mail(site, party_no, to),
    }
}

/// Adds a contact, or changes the one of the same role and address; without a telephone number nobody calls it. One to which
/// messages do not go yet is mailed a code, in `language` where it has none of its own; its number is given then.
/// [`Refusal::Full`] where there are enough.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    acting: &Acting,
    (row, timing, phone): (&ContactRow, &Timing, Option<&ContactPhone>),
    language: Language,
    now: Timestamp,
) -> Result<Option<i64>, Refusal> {
    let party_no = acting.party_no;
    tx.hold_party(party_no)?;
    let contacts = tx.own_contacts(party_no)?;
    let is_same = |held: &OwnContact| (&held.role, &held.email) == (&row.role, &row.email);
    if contacts.len() >= CONTACTS_MAX && !contacts.iter().any(is_same) {
        return Err(Refusal::Full);
    }
    let put = tx.put_own_contact(party_no, row, timing, now)?;
    if let Some(contact_no) = put.contact_no {
        tx.put_contact_phone((party_no, contact_no), phone)?;
    }
    let waiting = put.waiting();
    if let Some(contact_no) = waiting {
        let wanted = row.language.unwrap_or(language);
        contact_code::send(tx, party_no, contact_no, &row.email, wanted, now)?;
    }
    announce(tx, now)?;
    acting.record(tx, "put-contact", &row.role, now)?;
    Ok(waiting)
}

/// Closes a contact: messages go there no longer.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    acting: &Acting,
    contact_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !tx.close_own_contact(acting.party_no, contact_no, now)? {
        return Err(Refusal::NotFound);
    }
    announce(tx, now)?;
    Ok(acting.record(tx, "remove-contact", "", now)?)
}

/// Notes that all contacts to which messages go still hold.
pub(crate) fn confirm(tx: &mut Tx<'_>, acting: &Acting, now: Timestamp) -> Result<(), StoreError> {
    tx.confirm_own_contacts(acting.party_no, now)?;
    acting.record(tx, "confirm-contacts", "", now)
}
