//! What people hear about the key of a contact: those who read at its address, and the administrators of its organisation.

use model::{EmailAddress, IdKind, Language, Timestamp};
use rules::message::ServiceKind;
use serde_json::json;
use store::{NewServiceMail, StoreError, Tx};

use crate::administrators::tell_administrators;
use crate::openpgp::in_groups;

model::vocabulary! {
    /// What happened to a key.
    pub enum KeyNews: "news of a key" {
        /// Mails are encrypted with it from now on.
        Given = 0 => "given",
        /// It was removed: mails go in clear from now on.
        Removed = 1 => "removed",
        /// It ends soon.
        Ending = 2 => "ending",
        /// It has ended.
        Ended = 3 => "ended",
        /// A mail waits because it cannot be used.
        Waiting = 4 => "waiting",
    }
}

/// Leaves a mail for whoever reads at `address`, and for each administrator. Says nothing while nobody said where the pages
/// are.
///
/// # Errors
/// When the store fails.
pub fn tell_of_key(
    tx: &mut Tx<'_>,
    (party_no, address): (i64, &EmailAddress),
    news: KeyNews,
    (fingerprint, ends_at): (&str, Option<Timestamp>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (Some(party), Some(origin)) = (tx.party(party_no)?, tx.public_origin()?) else {
        return Ok(());
    };
    let id = tx.installation()?.id_key;
    let id = id.public_id(IdKind::Party, party_no as u64);
    let facts = json!({
        "organisation": party.name,
        "address": address.as_str(),
        "what": news.as_str(),
        "fingerprint": in_groups(fingerprint),
        "ends": ends_at.map(|end| end.day().to_string()).unwrap_or_default(),
        "link": format!("{origin}/organisations/{id}/contacts"),
    });
    let (facts, kind) = (facts.to_string(), ServiceKind::ContactKey);
    let contacts = tx.contacts(party_no)?;
    let own = contacts
        .iter()
        .find(|contact| contact.email.compared() == address.compared());
    let own = own.and_then(|contact| contact.language).or(party.language);
    let desk = tx.desk_named(None)?.map(|desk| desk.language);
    let mail = NewServiceMail {
        kind: kind.as_str(),
        to: address,
        language: own.or(desk).unwrap_or(Language::Nl),
        facts: &facts,
    };
    // Nobody has a mailbox of a stranger mailed by giving and removing keys.
    if contacts
        .iter()
        .any(|contact| contact.email.compared() == address.compared())
    {
        tx.add_service_mail(&mail, now)?;
    }
    tell_administrators(tx, party_no, kind, &facts, now)
}
