//! Mails to those who look after an organisation.

use std::collections::BTreeMap;

use model::{EmailAddress, Language, OrganisationRole, Timestamp};
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
    let administrators = administrators(tx, party_no)?;
    tell(tx, &administrators, kind, facts, now)
}

/// Leaves a mail for each administrator of a part of an organisation who is none of the whole: those are told of that.
///
/// # Errors
/// When the store fails.
pub fn tell_administrators_of_part(
    tx: &mut Tx<'_>,
    (part_no, whole_no): (i64, i64),
    kind: ServiceKind,
    facts: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let told = administrators(tx, whole_no)?;
    let mut others = administrators(tx, part_no)?;
    others.retain(|email, _| !told.contains_key(email));
    tell(tx, &others, kind, facts, now)
}

/// Leaves a mail for each administrator of an organisation and each of its contacts, but not for `except`, where given.
///
/// # Errors
/// When the store fails.
pub fn tell_people_of(
    tx: &mut Tx<'_>,
    party_no: i64,
    except: Option<&EmailAddress>,
    kind: ServiceKind,
    facts: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut people = administrators(tx, party_no)?;
    let usual = usual_language(tx, party_no)?;
    for contact in tx.contacts(party_no)? {
        let language = contact.language.unwrap_or(usual);
        people.entry(contact.email).or_insert(language);
    }
    people.retain(|email, _| except.is_none_or(|it| email.compared() != it.compared()));
    tell(tx, &people, kind, facts, now)
}

fn tell(
    tx: &mut Tx<'_>,
    people: &BTreeMap<EmailAddress, Language>,
    kind: ServiceKind,
    facts: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (to, language) in people {
        let mail = NewServiceMail {
            kind: kind.as_str(),
            to,
            language: *language,
            facts,
        };
        tx.add_service_mail(&mail, now)?;
    }
    Ok(())
}

fn administrators(
    tx: &mut Tx<'_>,
    party_no: i64,
) -> Result<BTreeMap<EmailAddress, Language>, StoreError> {
    let usual = usual_language(tx, party_no)?;
    let mut people = BTreeMap::new();
    for member in tx.members_of(party_no)? {
        if member.role != OrganisationRole::Administrator {
            continue;
        }
        if let Some(person) = tx.person(member.person_no)? {
            people.insert(person.email, person.language.unwrap_or(usual));
        }
    }
    Ok(people)
}

/// That of the organisation, or else of the desk.
fn usual_language(tx: &mut Tx<'_>, party_no: i64) -> Result<Language, StoreError> {
    let of_party = tx.party(party_no)?.and_then(|party| party.language);
    let of_desk = tx.desk_named(None)?.map(|desk| desk.language);
    Ok(of_party.or(of_desk).unwrap_or(Language::Nl))
}
