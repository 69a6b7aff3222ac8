//! Participants that come late are invited to an evaluation too, and all are reminded of a survey, once, and not before they had
//! time to answer.

use std::sync::mpsc;
use std::time::Duration;

use model::{OrganisationRole, PlaceState, Sector};
use pipeline::upkeep::evaluations::{invite_late, remind};
use store::{EvaluationTerms, Place, StoreError};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::programme;

/// How long somebody of the desk is busy with a change.
const CHANGE_LASTS: Duration = Duration::from_millis(500);

/// Those that are invited to an evaluation whose survey ends in five days, and what became of their places.
const INVITED: [(&str, PlaceState); 4] = [
    ("takes-part", PlaceState::Taken),
    ("until-the-end", PlaceState::Finished),
    ("left", PlaceState::Left),
    ("closed", PlaceState::Taken),
];

fn terms(programme_no: i64, name: &str) -> EvaluationTerms {
    EvaluationTerms {
        programme_no,
        name: ["Halverwege".to_owned(), name.to_owned()],
        held_on: days_later(5).day(),
        place: "Utrecht".to_owned(),
        answer_until: days_later(5).day(),
    }
}

/// A programme with two evaluations, to which a participant is invited late. Their numbers, that of the programme first.
fn with_a_late_guest(desk: &Desk) -> [i64; 3] {
    let added = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        let programme_no = programme::add(tx)?;
        let (application_no, party_no) = programme::admit(tx, programme_no, "late")?;
        let email = "sam@late.example".parse().expect("an address");
        let person_no = tx.add_person(&email, "Sam", None, now())?;
        let role = OrganisationRole::Administrator;
        tx.put_membership(person_no, party_no, role, "test", now())?;
        programme::take_place(tx, programme_no, application_no)?;
        let mut numbers = [programme_no; 3];
        for number in &mut numbers[1..] {
            *number = tx.add_evaluation(&terms(programme_no, "Half-way"), now())?;
            tx.invite_to_evaluation(*number, &[], now())?;
        }
        Ok::<_, StoreError>(numbers)
    });
    added.unwrap()
}

fn upkeep_mails_of_an_evaluation_what_the_desk_just_made_of_it(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("late"));
    let [programme_no, changed, cancelled] = with_a_late_guest(&desk);
    desk.at(days_later(3));
    let other = test.opened_again();
    let acts: [fn(&Desk) -> usize; 2] = [
        |desk| invite_late(&desk.flow).unwrap(),
        |desk| remind(&desk.flow).unwrap(),
    ];
    for (act, name) in acts.into_iter().zip(["Two thirds", "Nearly there"]) {
        let (begin, begun) = mpsc::channel();
        std::thread::scope(|scope| {
            let other = &other;
            scope.spawn(move || {
                let done = other.write(|tx| {
                    tx.hold_evaluation(changed)?;
                    tx.hold_evaluation(cancelled)?;
                    tx.change_evaluation(changed, &terms(programme_no, name))?;
                    tx.cancel_evaluation(cancelled, "closed", days_later(3))?;
                    begin.send(()).expect("somebody waits");
                    // Long enough for upkeep to mail what it finds, if it did not wait.
                    std::thread::sleep(CHANGE_LASTS);
                    Ok::<_, StoreError>(())
                });
                done.unwrap();
            });
            begun.recv().unwrap();
            assert_eq!(act(&desk), 1, "the other one does not take place");
        });
        let lease = Duration::from_secs(1);
        let mails = desk.flow.store.write(|tx| {
            let later = days_later(4);
            tx.take_service_mails(10, lease, later)
        });
        let mails = mails.unwrap();
        let facts = &mails.last().unwrap().facts;
        assert!(facts.contains(name), "{facts}");
    }
}

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
                decline_words: String::new(),
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
                decline_words: String::new(),
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
    upkeep_mails_of_an_evaluation_what_the_desk_just_made_of_it,
    who_signs_after_the_invitation_is_invited_once_while_the_survey_is_open,
    who_takes_part_is_reminded_three_days_after_the_invitation
);
