//! When an organisation leaves, its place in a programme goes to the next of its sector.

use model::{PlaceState, Sector};
use pipeline::upkeep::{leaving::leave, places::pass_on};
use rules::enrol::draw::{Capacity, Entry};
use rules::enrol::proof::Proof;
use store::{Leaving, Place, StoreError};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::programme;

const CAPACITY: Capacity = Capacity {
    places: 3,
    per_sector: 2,
};

fn the_place_of_an_organisation_that_leaves_goes_to_the_next_of_its_sector_once(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("leaver"));
    let store = desk.flow.store.clone();
    let programme_no = store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let programme_no = programme::add(tx)?;
        let sectors = [
            Sector::Ict,
            Sector::Ict,
            Sector::Ict,
            Sector::Ict,
            Sector::Trade,
        ];
        let entries = (1..).zip(sectors).map(|(number, sector)| Entry {
            number,
            sector,
            count: 10 - u64::from(number),
        });
        let entries: Vec<Entry> = entries.collect();
        let proof = Proof::of_draw("pilot", 5, &entries, CAPACITY, "seed");
        tx.record_draw(programme_no, &proof.to_string(), now())?;
        let (first, party_no) = programme::admit(tx, programme_no, "leaver")?;
        let mut places = Vec::new();
        for drawn in proof.computed() {
            let application_no = match drawn.entry.number {
                1 => first,
                _ => programme::apply(tx, programme_no, &drawn.entry.number.to_string())?,
            };
            places.push(Place {
                application_no,
                sector: drawn.entry.sector,
                rank: drawn.rank.into(),
                count: 1,
                state: drawn.state,
                reason: String::new(),
                decline_words: String::new(),
            });
        }
        tx.add_places(programme_no, &places, now())?;
        let signed = (PlaceState::Selected, PlaceState::Taken);
        tx.change_place(first, signed, "", now())?;
        let person_no =
            tx.add_person(&"sam@leaver.example".parse().unwrap(), "Sam", None, now())?;
        tx.ask_to_leave(&Leaving {
            party_no,
            person_no,
            asked_at: now(),
            due_at: days_later(7),
        })?;
        Ok::<_, StoreError>(programme_no)
    });
    let programme_no = programme_no.unwrap();
    let states = || {
        let places = store.read(|tx| tx.places_of(programme_no)).unwrap();
        places
            .into_iter()
            .map(|place| (place.sector, place.state))
            .collect::<Vec<_>>()
    };
    use PlaceState::{Left, Selected, Taken, Waiting};
    let of_ict = |places: [PlaceState; 4]| {
        let ict = places.map(|state| (Sector::Ict, state));
        let mut all = vec![(Sector::Trade, Selected)];
        all.extend(ict);
        all
    };
    assert_eq!(pass_on(&desk.flow).unwrap(), 0, "no place is free");
    assert_eq!(states(), of_ict([Taken, Selected, Waiting, Waiting]));
    desk.at(days_later(7));
    assert_eq!(leave(&desk.flow).unwrap(), 1);
    assert_eq!(pass_on(&desk.flow).unwrap(), 1);
    assert_eq!(states(), of_ict([Left, Selected, Selected, Waiting]));
    assert_eq!(pass_on(&desk.flow).unwrap(), 0, "it was passed on already");
    let mails =
        "SELECT COUNT(*) FROM service_mail WHERE kind = 'application' AND facts LIKE '%selected%'";
    assert_eq!(test.count(mails), 1);
    // Nobody gets a place in a programme that is over.
    let freed = (Selected, PlaceState::Released);
    let first = store.read(|tx| tx.places_of(programme_no)).unwrap();
    let second_no = first[2].application_no;
    store
        .write(|tx| tx.change_place(second_no, freed, "does not sign", days_later(301)))
        .unwrap();
    desk.at(days_later(301));
    assert_eq!(pass_on(&desk.flow).unwrap(), 0);
}

both_engines!(the_place_of_an_organisation_that_leaves_goes_to_the_next_of_its_sector_once,);
