//! Mails to those who look after an organisation.

use model::{Language, OrganisationRole, Timestamp};
use rules::message::ServiceKind;
use store::{NewServiceMail, StoreError, Tx};

/// Leaves a mail for each administrator of an organisation, in the language of each.
///
/// # Errors
/// When the store fails.
pub fn tell_administrators(
    tx: &mut Tx<'_>,
    party_no: i64,
    kind: ServiceKind,
    facts: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let of_desk = tx.desk_named(None)?.map(|desk| desk.language);
    let of_party = tx.party(party_no)?.and_then(|party| party.language);
    for member in tx.members_of(party_no)? {
        if member.role != OrganisationRole::Administrator {
            continue;
        }
        let Some(person) = tx.person(member.person_no)? else {
            continue;
        };
        let language = person.language.or(of_party).or(of_desk);
        let mail = NewServiceMail {
            kind: kind.as_str(),
            to: &person.email,
            language: language.unwrap_or(Language::Nl),
            facts,
        };
        tx.add_service_mail(&mail, now)?;
    }
    Ok(())
}
