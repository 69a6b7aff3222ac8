//! Participants that come late are invited to an evaluation too, and all are reminded of a survey, once, and not before they had
//! time to answer.

use model::{OrganisationRole, PlaceState, Sector};
use pipeline::upkeep::evaluations::{invite_late, remind};
use store::{EvaluationTerms, Place};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::programme;

/// Those that are invited to an evaluation whose survey ends in five days, and what became of their places.
const INVITED: [(&str, PlaceState); 4] = [
    ("takes-part", PlaceState::Taken),
    ("until-the-end", PlaceState::Finished),
    ("left", PlaceState::Left),
    ("closed", PlaceState::Taken),
];

fn who_signs_after_the_invitation_is_invited_once_while_the_survey_is_open(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.import(
        &RegisterBuilder::new()
            .organisation("late")
            .organisation("waits"),
    );
    let added = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let programme_no = programme::add(tx)?;
        let mut places = Vec::new();
        for (rank, name, state) in [
            (1, "late", PlaceState::Taken),
            (2, "waits", PlaceState::Selected),
        ] {
            let (application_no, party_no) = programme::admit(tx, programme_no, name)?;
            let email = format!("sam@{name}.example").parse().expect("an address");
            let person_no = tx.add_person(&email, "Sam", None, now())?;
            let role = OrganisationRole::Administrator;
            tx.put_membership(person_no, party_no, role, "test", now())?;
            places.push(Place {
                application_no,
                sector: Sector::Ict,
                rank,
                count: 1,
                state,
                reason: String::new(),
            });
        }
        tx.add_places(programme_no, &places, now())?;
        for days in [5, 1] {
            let terms = EvaluationTerms {
                programme_no,
                name: ["Halverwege".to_owned(), "Half-way".to_owned()],
                held_on: days_later(days).day(),
                place: "Utrecht".to_owned(),
                answer_until: days_later(days).day(),
            };
            let evaluation_no = tx.add_evaluation(&terms, now())?;
            tx.invite_to_evaluation(evaluation_no, &[], now())?;
        }
        Ok::<_, store::StoreError>(())
    });
    added.unwrap();
    desk.at(days_later(2));
    assert_eq!(
        invite_late(&desk.flow).unwrap(),
        1,
        "the other survey is closed"
    );
    assert_eq!(invite_late(&desk.flow).unwrap(), 0);
    let mails = test.count("SELECT COUNT(*) FROM service_mail WHERE kind = 'evaluation'");
    assert_eq!(mails, 1, "who did not sign is not invited");
}

fn who_takes_part_is_reminded_three_days_after_the_invitation(test: &TestStore) {
    let mut desk = Desk::of(test);
    let register = INVITED
        .iter()
        .fold(RegisterBuilder::new(), |built, (name, _)| {
            built.organisation(name)
        });
    desk.import(&register);
    let invited = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let programme_no = programme::add(tx)?;
        let (mut places, mut parties) = (Vec::new(), Vec::new());
        for (rank, (name, state)) in (1..).zip(INVITED) {
            let (application_no, party_no) = programme::admit(tx, programme_no, name)?;
            let email = format!("sam@{name}.example").parse().expect("an address");
            let person_no = tx.add_person(&email, "Sam", None, now())?;
            let role = OrganisationRole::Administrator;
            tx.put_membership(person_no, party_no, role, "test", now())?;
            parties.push(party_no);
            places.push(Place {
                application_no,
                sector: Sector::Ict,
                rank,
                count: 1,
                state,
                reason: String::new(),
            });
        }
        tx.add_places(programme_no, &places, now())?;
        let terms = EvaluationTerms {
            programme_no,
            name: ["Halverwege".to_owned(), "Half-way".to_owned()],
            held_on: days_later(2).day(),
            place: "Utrecht".to_owned(),
            answer_until: days_later(5).day(),
        };
        let evaluation_no = tx.add_evaluation(&terms, now())?;
        tx.invite_to_evaluation(evaluation_no, &parties, now())?;
        tx.leave(parties[3], "test", now())
    });
    invited.unwrap();
    assert_eq!(remind(&desk.flow).unwrap(), 0, "they were invited just now");
    desk.at(days_later(2));
    assert_eq!(remind(&desk.flow).unwrap(), 0);
    desk.at(days_later(3));
    assert_eq!(remind(&desk.flow).unwrap(), 2, "two of them left");
    assert_eq!(remind(&desk.flow).unwrap(), 0);
}

both_engines!(
    who_signs_after_the_invitation_is_invited_once_while_the_survey_is_open,
    who_takes_part_is_reminded_three_days_after_the_invitation
);
