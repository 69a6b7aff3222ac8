//! Visitors of every kind for `tests/browser`: adds people to a demo installation, opens a session for each, and prints
//! one line for each: who it is, the language of its pages, and the token that its browser has in the cookie.
//!
//! The walk looks at pages, and must not depend on the way in: that has tests of its own.

use std::error::Error;
use std::path::Path;
use std::time::SystemTime;

use model::{
    ComplaintDoor, Language, OrganisationRole, PlaceState, Sector, StaffRole, StoryStatus,
    SuggestionOrigin, Timestamp, Tlp,
};
use rules::enrol::draw::commitment;
use rules::enrol::form::ApplicationForm;
use store::{
    Mandate, NewApplication, NewComplaint, NewSession, NewSuggestion, ProgrammeTerms, Store,
    StoreError, StoryText, Tx,
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

fn main() -> Result<(), Box<dyn Error>> {
    let data = std::env::args_os().nth(1).ok_or("usage: visitors FOLDER")?;
    let store = Store::open_embedded(&Path::new(&data).join("seinpost.db"))?;
    let age = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = Timestamp::from_micros(i64::try_from(age.as_micros())?);
    store.write(|tx| give_mandate(tx, "ziekenhuis", "noordlijn", now))?;
    store.write(|tx| add_programmes(tx, now))?;
    store.write(|tx| add_feedback(tx, now))?;
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
    let person_no = tx.add_person(&email, "Sam Visser", Some(language), now)?;
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

/// A complaint, a suggestion, and a story that everybody may read.
fn add_feedback(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let pair = |nl: &str, en: &str| [nl.to_owned(), en.to_owned()];
    let complaint = NewComplaint {
        door: ComplaintDoor::Page,
        notification_no: None,
        party_no: None,
        name: "Sam Visser".to_owned(),
        email: Some("sam@visitors.example".parse().expect("it is an address")),
        phone: String::new(),
        language: Language::Nl,
        text: "U stuurde ons twee keer hetzelfde.".to_owned(),
        acknowledge_on: now.day().plus_days(7),
        answer_on: now.day().plus_days(42),
    };
    tx.add_complaint(&complaint, now)?;
    let suggestion = NewSuggestion {
        origin: SuggestionOrigin::Page,
        origin_no: None,
        text: "Ik wil een korter onderwerp.",
        email: None,
        language: Language::Nl,
    };
    let first = tx.add_suggestion(&suggestion, now)?;
    tx.add_suggestion(&suggestion, now)?;
    let story = StoryText {
        title: pair("Korter onderwerp", "A shorter subject"),
        text: pair("Ik lees op mijn telefoon.", "I read on my telephone."),
        status: StoryStatus::Done,
        outcome: pair("Onderwerpen zijn korter.", "Subjects are shorter."),
        ended_on: Some(now.day()),
    };
    let story_no = tx.add_story(&story, now)?;
    tx.join_story(first, story_no)?;
    tx.publish_story(story_no, now)?;
    Ok(())
}

/// One programme that is open with applications, and one in which places were given and the hospital takes part.
fn add_programmes(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let open = add_programme(tx, "proef", now, now)?;
    let drawn = add_programme(tx, "gesloten", now.plus_seconds(-60 * DAY_SECS), now)?;
    for programme_no in [open, drawn] {
        for (name, assets) in [
            ("Bakkerij", "bakkerij.example"),
            ("Smederij", "2001:db8::/32"),
        ] {
            add_application(tx, programme_no, name, assets, now)?;
        }
    }
    let mut places = Vec::new();
    for (application, rank) in tx.applications_of(drawn)?.iter().zip(1..) {
        places.push(store::Place {
            application_no: application.application_no,
            sector: Sector::Trade,
            rank,
            count: 1,
            state: match rank {
                1 => PlaceState::Taken,
                _ => PlaceState::Waiting,
            },
            reason: String::new(),
        });
    }
    tx.add_places(drawn, &places, now)?;
    tx.record_draw(drawn, "an example", now)?;
    tx.add_agreement(drawn, ["Wij spreken af.", "We agree."], now)?;
    let party_no = party_no(tx, "ziekenhuis")?;
    let first = tx.application(places[0].application_no)?;
    let form = first.expect("it was just added").form;
    tx.admit((places[0].application_no, drawn, party_no), &form, now)?;
    Ok(())
}

fn add_programme(
    tx: &mut Tx<'_>,
    slug: &str,
    opens_at: Timestamp,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let terms = ProgrammeTerms {
        slug: slug.to_owned(),
        name: [format!("Programma {slug}"), format!("Programme {slug}")],
        text: ["Wij waarschuwen.".to_owned(), "We warn.".to_owned()],
        sectors: Sector::ALL.to_vec(),
        places: 40,
        per_sector: 4,
        opens_at,
        closes_at: opens_at.plus_seconds(30 * DAY_SECS),
        begins_on: opens_at.plus_seconds(60 * DAY_SECS).day(),
        ends_on: opens_at.plus_seconds(400 * DAY_SECS).day(),
    };
    let programme_no = tx.add_programme(&terms, now)?.expect("the name is free");
    tx.publish_programme(programme_no, now)?;
    tx.commit_seed(programme_no, "seed", &commitment("seed"), opens_at)?;
    Ok(programme_no)
}

fn add_application(
    tx: &mut Tx<'_>,
    programme_no: i64,
    name: &str,
    assets: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text = str::to_owned;
    let form = ApplicationForm {
        organisation: text(name),
        kvk: text("12345678"),
        sector: text("trade"),
        size: text("small"),
        form: text("private-law"),
        is_dutch: text("yes"),
        does_business: text("yes"),
        legal_class: text("other-business"),
        contact: text("present"),
        contact_name: text("Sam Visser"),
        assets: text(assets),
        consent: text("yes"),
        ..ApplicationForm::default()
    };
    let new = NewApplication {
        programme_no,
        email: &"sam@visitors.example".parse().expect("it is an address"),
        language: Language::Nl,
        form: &serde_json::to_string(&form).expect("texts can be written"),
    };
    let application_no = tx.add_application(&new, now)?;
    tx.submit_application(application_no, programme_no, now)?;
    Ok(())
}

fn party_no(tx: &mut Tx<'_>, reference: &str) -> Result<i64, StoreError> {
    let party_no = tx.party_no(reference)?;
    Ok(party_no.expect("the demo has this organisation"))
}
