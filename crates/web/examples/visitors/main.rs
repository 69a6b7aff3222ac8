//! Visitors of every kind for `tests/browser`: adds people to a demo installation, opens a session for each, and prints
//! one line for each: who it is, the language of its pages, and the token that its browser has in the cookie.
//!
//! What they find at work is in `programme`, `waiting` and `feedback`. The walk looks at pages, and must not depend on the way in: that has tests of its own.

mod feedback;
mod programme;
mod proofs;
mod waiting;

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use model::{
    AssetKind, Care, Language, OrganisationRole, Product, Profile, StaffRole, Supplier, Timestamp,
    Tlp,
};
use store::{
    AssetFilter, Mandate, NewContactKey, NewSession, SecurityTxtLook, Store, StoreError, Tx,
};

const DAY_SECS: i64 = 24 * 60 * 60;

/// What a visitor may do.
enum Place {
    Desk(&'static [StaffRole]),
    Organisation(&'static str, OrganisationRole),
}

const VISITORS: [(&str, Place); 5] = [
    (
        "desk",
        Place::Desk(&[
            StaffRole::Analyst,
            StaffRole::Editor,
            StaffRole::PrivacyOfficer,
            StaffRole::Administrator,
        ]),
    ),
    ("director", Place::Desk(&[StaffRole::Director])),
    (
        "administrator",
        Place::Organisation("ziekenhuis", OrganisationRole::Administrator),
    ),
    (
        "reader",
        Place::Organisation("ziekenhuis", OrganisationRole::Reader),
    ),
    (
        "supplier",
        Place::Organisation("noordlijn", OrganisationRole::Administrator),
    ),
];

/// Adds an address that did not take the last thing that happened.
fn add_webhook(tx: &mut Tx<'_>, reference: &str, now: Timestamp) -> Result<(), StoreError> {
    let party_no = party_no(tx, reference)?;
    let url = "https://hooks.visitors.example/in";
    let webhook_no = tx.add_webhook(party_no, url, "example", now)?;
    let changes = tx.changes_of(party_no, 0, 1_000)?;
    if let (Some(webhook), Some(last)) = (tx.webhook(party_no, webhook_no)?, changes.last()) {
        tx.set_event_aside(&webhook, last.change_no, now.plus_seconds(3_600), now)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let data = std::env::args_os().nth(1).ok_or("usage: visitors FOLDER")?;
    let store = Store::open_embedded(&Path::new(&data).join("seinpost.db"))?;
    let age = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = Timestamp::from_micros(i64::try_from(age.as_micros())?);
    store.write(|tx| give_mandate(tx, "ziekenhuis", "noordlijn", now))?;
    store.write(|tx| add_key(tx, "ziekenhuis", now))?;
    store.write(|tx| add_profile(tx, "ziekenhuis"))?;
    store.write(|tx| add_webhook(tx, "ziekenhuis", now))?;
    store.write(|tx| add_security_txt(tx, "ziekenhuis", now))?;
    store.write(|tx| {
        let hospital = party_no(tx, "ziekenhuis")?;
        proofs::add(tx, hospital, now)
    })?;
    // Nobody may confirm what one asked for oneself: a colleague asked.
    let colleague = "colleague@visitors.example".parse()?;
    let colleague_no = store.write(|tx| tx.add_person(&colleague, "Colleague", None, now))?;
    store.write(|tx| programme::add(tx, colleague_no, now))?;
    store.write(|tx| waiting::add(tx, colleague_no, now))?;
    store.write(|tx| feedback::add(tx, now))?;
    for (who, place) in &VISITORS {
        for language in [Language::Nl, Language::En] {
            // Anybody may know them: the installation is an example.
            let token = format!("{who}-{}", language.as_str());
            store.write(|tx| add(tx, &token, place, language, now))?;
            println!("{who} {} {token}", language.as_str());
        }
    }
    Ok(())
}

fn add(
    tx: &mut Tx<'_>,
    token: &str,
    place: &Place,
    language: Language,
    now: Timestamp,
) -> Result<(), StoreError> {
    let email = format!("{token}@visitors.example");
    let email = email.parse().expect("it is an address");
    let person_no = tx.add_person(&email, "Visitor", Some(language), now)?;
    match place {
        Place::Desk(roles) => {
            for role in *roles {
                tx.give_staff_role(person_no, *role, "example", now)?;
            }
        }
        Place::Organisation(reference, role) => {
            let party_no = party_no(tx, reference)?;
            tx.put_membership(person_no, party_no, *role, "example", now)?;
        }
    }
    let session = NewSession {
        digest: *blake3::hash(token.as_bytes()).as_bytes(),
        person_no,
        method: "passkey",
        browser: "Chromium",
    };
    tx.open_session(&session, now)?;
    Ok(())
}

/// A contact of the organisation has a key that cannot be used, and a mail waits for another one.
fn add_key(tx: &mut Tx<'_>, of: &str, now: Timestamp) -> Result<(), StoreError> {
    let party_no = party_no(tx, of)?;
    for contact in tx.contacts(party_no)?.into_iter().take(1) {
        let new = NewContactKey {
            party_no,
            email: &contact.email,
            certificate: b"no certificate",
            fingerprint: "0123456789ABCDEF0123456789ABCDEF01234567",
            algorithm: "RSA 3072",
            ends_at: Some(now.plus_seconds(-DAY_SECS)),
            remind_at: None,
        };
        tx.put_contact_key(&new, now)?;
        tx.note_waiting_for_key(party_no, &contact.email, "ended", now)?;
    }
    Ok(())
}

/// The first organisation lets the second act for it.
fn give_mandate(tx: &mut Tx<'_>, from: &str, to: &str, now: Timestamp) -> Result<(), StoreError> {
    let mandate = Mandate {
        mandate_no: 0,
        party_no: party_no(tx, from)?,
        party_name: String::new(),
        holder_no: party_no(tx, to)?,
        holder_name: String::new(),
        group_no: None,
        tlp_max: Tlp::Amber,
        may_answer: true,
        valid_until: None,
        given_at: now,
    };
    tx.add_mandate(&mandate, "example", now)?;
    Ok(())
}

/// The security.txt of a domain was looked at, and has each kind of problem.
fn add_security_txt(tx: &mut Tx<'_>, whose: &str, now: Timestamp) -> Result<(), StoreError> {
    let party_no = party_no(tx, whose)?;
    let domains = AssetFilter {
        kind: Some(AssetKind::Domain),
        ..AssetFilter::default()
    };
    for domain in tx.own_assets(party_no, &domains, None, 1)? {
        let look = SecurityTxtLook {
            asset_no: domain.asset_no,
            looked_at: now,
            place: "https://www.visitors.example/.well-known/security.txt".to_owned(),
            expires_at: Some(now.plus_seconds(9 * DAY_SECS)),
            issues: "0:not_signed 3:no_https 4:unknown_field".to_owned(),
        };
        tx.put_security_txt(party_no, &look)?;
    }
    Ok(())
}

fn add_profile(tx: &mut Tx<'_>, whose: &str) -> Result<(), StoreError> {
    let profile = Profile {
        suppliers: vec![Supplier {
            name: "Noordlijn".to_owned(),
            email: "help@noordlijn.example".parse().expect("it is an address"),
        }],
        care: vec![Care {
            group_no: None,
            supplier: Some("Noordlijn".to_owned()),
            reference: "CMDB-0042".to_owned(),
        }],
        products: vec![Product {
            vendor: "Example".to_owned(),
            name: "EdgeGate".to_owned(),
        }],
    };
    let party_no = party_no(tx, whose)?;
    tx.put_profile(party_no, &profile)
}

fn party_no(tx: &mut Tx<'_>, reference: &str) -> Result<i64, StoreError> {
    let party_no = tx.party_no(reference)?;
    Ok(party_no.expect("the demo has this organisation"))
}
