//! A programme as tests of several subjects need one.

use model::{Language, PlaceState, Sector};
use store::{NewApplication, Place, ProgrammeTerms, StoreError, Tx};
use testkit::{days_later, now};

/// Adds a programme; gives its number.
pub(crate) fn add(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    let terms = ProgrammeTerms {
        slug: "pilot".to_owned(),
        name: ["Proef".to_owned(), "Pilot".to_owned()],
        text: [String::new(), String::new()],
        evidence: Default::default(),
        contact: Default::default(),
        sectors: vec![Sector::Ict],
        places: 40,
        per_sector: 4,
        opens_at: now(),
        closes_at: now(),
        begins_on: now().day(),
        ends_on: days_later(300).day(),
    };
    Ok(tx.add_programme(&terms, now())?.expect("the name is free"))
}

/// Adds an application of somebody with this name in its address; gives its number.
pub(crate) fn apply(tx: &mut Tx<'_>, programme_no: i64, name: &str) -> Result<i64, StoreError> {
    let email = format!("sam@{name}-office.example");
    let new = NewApplication {
        programme_no,
        email: &email.parse().expect("it is an address"),
        language: Language::Nl,
        form: "{}",
    };
    tx.add_application(&new, now())
}

/// Lets an organisation of the register in; gives the numbers of its application and of the organisation.
pub(crate) fn admit(
    tx: &mut Tx<'_>,
    programme_no: i64,
    organisation: &str,
) -> Result<(i64, i64), StoreError> {
    let application_no = apply(tx, programme_no, organisation)?;
    let party_no = tx.party_no(organisation)?.expect("it was imported");
    tx.admit((application_no, programme_no, party_no), "{}", now())?;
    Ok((application_no, party_no))
}

/// Gives an application a place that was taken.
pub(crate) fn take_place(
    tx: &mut Tx<'_>,
    programme_no: i64,
    application_no: i64,
) -> Result<(), StoreError> {
    let place = Place {
        application_no,
        sector: Sector::Ict,
        rank: 1,
        count: 1,
        state: PlaceState::Taken,
        reason: String::new(),
        decline_words: String::new(),
    };
    tx.add_places(programme_no, &[place], now())
}
