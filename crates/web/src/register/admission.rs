//! What becomes of a registration once its code was answered: an organisation of the register whose systems are claims, a
//! question to the desk, or a mail to the administrators of who has its number already.

use message::tell_administrators;
use model::register::{ContactRow, OrganisationRow, OwnAssetRow};
use model::{
    AssetValue, IdKind, KvkNumber, LegalClass, RegistrationState, SeveritySet, Timestamp, Timing,
};
use rules::message::ServiceKind;
use rules::registration::{
    NumberHolder, Outcome, TOLD_DAYS, TOLD_MAX, outcome, read_addresses, read_domain,
};
use serde_json::json;
use store::{NewServiceMail, OwnAssetPut, RegisterChange, Registration, StoreError, Tx};

use super::{rule, subject};
use crate::acting::Acting;
use crate::asset::{Holding, announce, plain_row};
use crate::organisation::member_change::{has_administrator, invite_first};
use crate::refusal::Refusal;
use crate::site::Site;

/// Decides about a registration whose code was right, and does it. The caller holds it.
pub(super) fn finish(
    site: &Site,
    tx: &mut Tx<'_>,
    registration: &Registration,
    now: Timestamp,
) -> Result<(), Refusal> {
    let registration_no = registration.registration_no;
    let actor = subject(site, registration_no);
    tx.record(now, &actor, "answer-registration", &actor, "")?;
    let kvk = registration.kvk.ok_or(Refusal::Conflict)?;
    let rule = rule(tx)?;
    let (holder, party_nos) = holder_of(tx, &kvk)?;
    match outcome(rule, holder, registration.is_doubted()) {
        Outcome::Admit => match admit(site, tx, registration, &actor, None)? {
            Ok(_) => Ok(()),
            // Held by us, and nobody had the number: no other way leads here.
            Err(NumberTaken) => Err(Refusal::Conflict),
        },
        Outcome::Wait => Ok(tx.put_registration_off(registration_no, now)?),
        Outcome::Tell => {
            tx.end_registration(registration_no, RegistrationState::Known, now)?;
            // Anybody can type this number again, and who has it did nothing for it.
            let since = now.plus_seconds(-TOLD_DAYS * 86_400);
            if tx.times_told_of_number(&kvk, since)? >= TOLD_MAX {
                let detail = format!("told {TOLD_MAX} times in the last {TOLD_DAYS} days already");
                return Ok(tx.record(now, &actor, "note-registration", &actor, &detail)?);
            }
            for party_no in party_nos {
                tell_known(site, tx, registration, party_no, now)?;
            }
            tx.note_told_of_registration(registration_no, now)?;
            Ok(tx.record(now, &actor, "tell-of-registration", &actor, "")?)
        }
    }
}

/// Who has a number of the trade register, and the organisations whose administrators can be told.
pub(crate) fn holder_of(
    tx: &mut Tx<'_>,
    kvk: &KvkNumber,
) -> Result<(NumberHolder, Vec<i64>), StoreError> {
    if !tx.has_party_with_kvk(kvk)? {
        return Ok((NumberHolder::Nobody, Vec::new()));
    }
    let mut reached = Vec::new();
    for party_no in tx.organisations_with_kvk(kvk)? {
        if tx.is_vouched_for(party_no)? && has_administrator(tx, party_no)? {
            reached.push(party_no);
        }
    }
    match reached.is_empty() {
        true => Ok((NumberHolder::Other, reached)),
        false => Ok((NumberHolder::Administrators, reached)),
    }
}

/// Somebody has the number of the trade register already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberTaken;

/// Makes an organisation of a registration: its systems are claims, its mailbox is a contact that answered, and whoever registered
/// it is invited as administrator. `vouched_at` is when a person of the desk said that it is who it says. Gives its number. The
/// caller holds the registration.
pub(crate) fn admit(
    site: &Site,
    tx: &mut Tx<'_>,
    registration: &Registration,
    actor: &str,
    vouched_at: Option<Timestamp>,
) -> Result<Result<i64, NumberTaken>, Refusal> {
    let now = site.now();
    let registration_no = registration.registration_no;
    let kvk = registration.kvk.ok_or(Refusal::Conflict)?;
    let email = registration.email.as_ref().ok_or(Refusal::Conflict)?;
    let mailbox = registration.mailbox.as_ref().ok_or(Refusal::Conflict)?;
    if tx.has_party_with_kvk(&kvk)? {
        return Ok(Err(NumberTaken));
    }
    let id = site.id(IdKind::Registration, registration_no);
    let row = OrganisationRow {
        organisation: format!("registration-{id}"),
        name: registration.name.clone(),
        kvk: Some(kvk),
        sector: None,
        legal_class: LegalClass::Unknown,
        legal_class_from: None,
        language: Some(registration.language),
    };
    let RegisterChange::Added(party_no) = tx.import(now).organisation(&row)? else {
        return Err(StoreError::Conflict.into());
    };
    // Before its systems: the name of one that nobody vouches for proves none of them.
    tx.admit_registration((registration_no, party_no), vouched_at, now)?;
    let rows = claims(registration)?;
    let put = |row| OwnAssetPut {
        row,
        is_claim: true,
    };
    let puts: Vec<OwnAssetPut<'_>> = rows.iter().map(put).collect();
    Holding::keep(tx, party_no)?.change(tx, &puts, &[], now)?;
    let contact = ContactRow {
        organisation: String::new(),
        role: if registration.domain.is_empty() {
            "security"
        } else {
            "abuse"
        }
        .to_owned(),
        email: mailbox.clone(),
        severities: SeveritySet::ALL,
        language: None,
        reader: None,
    };
    // Somebody reads there: that is what the code showed.
    let put = tx.put_own_contact(party_no, &contact, &Timing::default(), now)?;
    if let Some(contact_no) = put.waiting() {
        tx.answer_own_contact(party_no, contact_no, now)?;
    }
    announce(tx, now)?;
    let acting = Acting {
        party_no,
        actor: actor.to_owned(),
        subject: format!("party {}", site.id(IdKind::Party, party_no)),
    };
    acting.record(tx, "add-organisation", &row.organisation, now)?;
    // What the person is called, it says itself when it makes its account.
    invite_first(tx, site, &acting, (email, ""), now)?;
    Ok(Ok(party_no))
}

/// The systems that were named. They were read before they were kept.
fn claims(registration: &Registration) -> Result<Vec<OwnAssetRow>, Refusal> {
    let domain = read_domain(&registration.domain).map_err(|_| Refusal::Conflict)?;
    let addresses = read_addresses(&registration.addresses).map_err(|_| Refusal::Conflict)?;
    let named = domain.map(AssetValue::Domain).into_iter().chain(addresses);
    Ok(named.map(|value| plain_row(&value)).collect())
}

/// Tells the administrators of an organisation that somebody registers under its number. Whether that one may come in is for
/// them to say.
fn tell_known(
    site: &Site,
    tx: &mut Tx<'_>,
    registration: &Registration,
    party_no: i64,
    now: Timestamp,
) -> Result<(), Refusal> {
    let party = tx.own_party(party_no)?.ok_or(Refusal::Conflict)?;
    let id = site.id(IdKind::Party, party_no);
    let newcomer = registration.email.as_ref().map(ToString::to_string);
    let facts = json!({
        "organisation": party.name,
        "what": "known",
        "newcomer": newcomer.unwrap_or_default(),
        "link": site.link(&format!("/organisations/{id}/members")),
    });
    let kind = ServiceKind::Registration;
    Ok(tell_administrators(
        tx,
        party_no,
        kind,
        &facts.to_string(),
        now,
    )?)
}

/// Tells whoever registered an organisation that the desk refused it, and why.
pub(crate) fn tell_refused(
    site: &Site,
    tx: &mut Tx<'_>,
    registration: &Registration,
    reason: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(email) = &registration.email else {
        return Ok(());
    };
    let facts = json!({
        "organisation": registration.name,
        "what": "refused",
        "reason": reason,
        "link": site.link("/contact"),
    });
    let mail = NewServiceMail {
        kind: ServiceKind::Registration.as_str(),
        to: email,
        language: registration.language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, now)?;
    Ok(())
}
