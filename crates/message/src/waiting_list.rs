//! Applicants of programmes: mails about their application, and the next on the list when a place comes free.

use std::collections::{BTreeMap, HashSet};

use model::{IdKind, Language, PlaceState, Sector, Timestamp};
use rules::enrol::draw::{Standing, next_in_line};
use rules::enrol::proof::Proof;
use rules::enrol::report::APPLICATIONS_KEPT_DAYS;
use serde_json::json;
use store::{NewServiceMail, Place, Programme, StoreError, Tx};

/// Tells an applicant how its application stands: `what` is one of [`rules::message::APPLICATION_NEWS`]. `origin` is where
/// people reach the pages. Whoever withdrew, or was forgotten, is not told anything more.
///
/// # Errors
/// When the store fails.
pub fn tell_applicant(
    tx: &mut Tx<'_>,
    origin: &str,
    application_no: i64,
    what: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(application) = tx.application(application_no)? else {
        return Ok(());
    };
    let programme = tx.programme(application.programme_no)?;
    let (Some(email), Some(programme)) = (&application.email, programme) else {
        return Ok(());
    };
    let token = tx
        .installation()?
        .id_key
        .link_key()
        .application_token(application_no, application.link_no);
    let [dutch, english] = programme.terms.name;
    let facts = json!({
        "programme": match application.language {
            Language::Nl => dutch,
            Language::En => english,
        },
        "what": what,
        "days": APPLICATIONS_KEPT_DAYS,
        "link": format!("{}/applications/{token}", origin.trim_end_matches('/')),
    });
    let mail = NewServiceMail {
        kind: "application",
        to: email,
        language: application.language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, now)?;
    Ok(())
}

/// Gives places that came free to the next of their sectors, in every programme that runs, and tells them; gives how many.
///
/// It looks at what is, not at what happened: whoever frees a place calls it in the same transaction, and who calls it twice
/// gives nothing twice.
///
/// # Errors
/// When the store fails.
pub fn pass_on_places(
    tx: &mut Tx<'_>,
    origin: &str,
    by: &str,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut passed_on = 0;
    for programme in running(tx, now)? {
        if heirs(tx, &programme)?.is_empty() {
            continue;
        }
        // Seen from within: another transaction may have passed them on meanwhile.
        tx.hold_programme(programme.programme_no)?;
        for application_no in heirs(tx, &programme)? {
            if !tx.pass_place_on(application_no, now)? {
                continue;
            }
            tell_applicant(tx, origin, application_no, "selected", now)?;
            let id_key = tx.installation()?.id_key;
            let id = id_key.public_id(IdKind::Application, application_no as u64);
            tx.record(now, by, "pass-on-place", &format!("application {id}"), "")?;
            passed_on += 1;
        }
    }
    Ok(passed_on)
}

/// Whether [`pass_on_places`] would give a place. It writes nothing.
///
/// # Errors
/// When the store fails.
pub fn can_pass_on_places(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, StoreError> {
    for programme in running(tx, now)? {
        if !heirs(tx, &programme)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Programmes whose places were drawn and that are not over.
fn running(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Programme>, StoreError> {
    let mut programmes = tx.programmes()?;
    programmes.retain(|one| one.drawn_at.is_some() && one.terms.ends_on >= now.day());
    Ok(programmes)
}

/// The applications to which free places of a programme go. None where it has ended.
fn heirs(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<i64>, StoreError> {
    let programme_no = programme.programme_no;
    let places = tx.places_of(programme_no)?;
    let given = places.iter().filter(|place| place.state.is_given()).count();
    // Places that were given by name count too: the programme has no more than it has.
    let free = usize::try_from(programme.terms.places).unwrap_or(usize::MAX);
    let free = free.saturating_sub(given);
    if free == 0 {
        return Ok(Vec::new());
    }
    let proof = tx.programme_proof(programme_no)?;
    let proof: Option<Proof> = proof.and_then(|proof| proof.parse().ok());
    let (Some(proof), None) = (proof, tx.programme_end(programme_no)?) else {
        return Ok(Vec::new());
    };
    let by_name: HashSet<i64> = tx.places_by_name(programme_no)?.into_iter().collect();
    let mut sectors: BTreeMap<Sector, Vec<&Place>> = BTreeMap::new();
    for place in &places {
        sectors.entry(place.sector).or_default().push(place);
    }
    let mut heirs = Vec::new();
    for (sector, of_sector) in sectors {
        let drawn = proof.selected().filter(|row| row.entry.sector == sector);
        let seats = drawn.count();
        let mut line = Vec::new();
        for place in &of_sector {
            line.push(match place.state {
                _ if by_name.contains(&place.application_no) => Standing::Out,
                state if state.is_given() => Standing::Seated,
                PlaceState::Waiting if is_there(tx, place.application_no)? => Standing::Waiting,
                _ => Standing::Out,
            });
        }
        let next = next_in_line(seats, &line).into_iter();
        heirs.extend(next.map(|index| of_sector[index].application_no));
    }
    heirs.truncate(free);
    Ok(heirs)
}

/// Whether an application can still be told anything.
fn is_there(tx: &mut Tx<'_>, application_no: i64) -> Result<bool, StoreError> {
    let application = tx.application(application_no)?;
    Ok(application.is_some_and(|application| application.email.is_some()))
}
