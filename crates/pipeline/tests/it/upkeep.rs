//! What is old enough is removed, and what is left still makes sense.

use model::{Language, OrganisationRole, RegistrationState, Tlp};
use pipeline::upkeep::leaving::leave;
use pipeline::upkeep::observations::expire;
use pipeline::upkeep::organisations::{end_mandates, remind};
use pipeline::upkeep::registrations::end;
use store::{Leaving, Mandate, NewRegistration, NotificationState};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later, now};

use crate::checks::states;

/// A desk with one observation that belongs to somebody, and keeps observations for 30 days.
fn desk_with_an_observation(test: &TestStore) -> Desk {
    let mut desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "address",
        "192.0.2.1",
    ));
    desk.report(&Report::new("scan_rdp").row(&[("ip", "192.0.2.1"), ("port", "3389")]));
    desk.work_without_distribution();
    desk.flow.observation_days = Some(30);
    desk
}

fn observations_go_by_age_and_their_findings_stay(test: &TestStore) {
    let mut desk = desk_with_an_observation(test);
    desk.work();
    desk.at(days_later(30));
    assert_eq!(expire(&desk.flow).unwrap(), 0);
    desk.at(days_later(31));
    assert_eq!(expire(&desk.flow).unwrap(), 1);
    let status = desk.status();
    assert_eq!((status.findings, status.observations), (1, 0));
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'remove'";
    assert_eq!(test.count(recorded), 1);
}

fn what_a_waiting_message_cites_stays(test: &TestStore) {
    let mut desk = desk_with_an_observation(test);
    assert_eq!(states(&desk), [NotificationState::Approved]);
    desk.at(days_later(90));
    assert_eq!(expire(&desk.flow).unwrap(), 0);
    desk.work();
    assert_eq!(expire(&desk.flow).unwrap(), 1);
}

/// A desk with pages, and an administrator of each of two organisations.
fn desk_with_administrators(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("supplier")
        .asset("bakery", "address", "192.0.2.1");
    desk.import(&register);
    let added = desk.flow.store.write(|tx| {
        tx.set_public_origin(Some("https://warnings.example"))?;
        for reference in ["bakery", "supplier"] {
            let email = format!("sam@{reference}.example").parse().unwrap();
            let person_no = tx.add_person(&email, "Sam", None, now())?;
            let party_no = tx.party_no(reference)?.expect("it was imported");
            let role = OrganisationRole::Administrator;
            tx.put_membership(person_no, party_no, role, "test", now())?;
        }
        Ok::<_, store::StoreError>(())
    });
    added.unwrap();
    desk
}

fn an_organisation_is_reminded_of_what_is_due_and_again_after_a_month(test: &TestStore) {
    let mut desk = desk_with_administrators(test);
    let confirmed = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("bakery")?.expect("it was imported");
        tx.confirm_own_contacts(party_no, now())
    });
    confirmed.unwrap();
    for (day, want) in [(0, 0), (90, 0), (92, 1), (93, 0), (121, 0), (123, 1)] {
        desk.at(days_later(day));
        assert_eq!(remind(&desk.flow).unwrap(), want, "day {day}");
    }
    // A year after the beginning its systems are asked about as well, and nothing of the supplier, which has none.
    let confirmed = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("bakery")?.expect("it was imported");
        tx.confirm_own_contacts(party_no, days_later(364))
    });
    confirmed.unwrap();
    for (day, want) in [(364, 0), (366, 1)] {
        desk.at(days_later(day));
        assert_eq!(remind(&desk.flow).unwrap(), want, "day {day}");
    }
    let reminders = "SELECT COUNT(*) FROM service_mail WHERE kind = 'upkeep-reminder' AND address = 'sam@bakery.example'";
    assert_eq!(test.count(reminders), 3);
}

fn a_mandate_ends_by_its_last_day_and_both_sides_hear_it(test: &TestStore) {
    let mut desk = desk_with_administrators(test);
    let given = desk.flow.store.write(|tx| {
        let mandate = Mandate {
            mandate_no: 0,
            party_no: tx.party_no("bakery")?.expect("it was imported"),
            party_name: String::new(),
            holder_no: tx.party_no("supplier")?.expect("it was imported"),
            holder_name: String::new(),
            group_no: None,
            tlp_max: Tlp::Amber,
            may_answer: true,
            valid_until: Some(days_later(3).day()),
            given_at: now(),
        };
        tx.add_mandate(&mandate, "test", now())
    });
    given.unwrap();
    for (day, want) in [(2, 0), (3, 1), (4, 0)] {
        desk.at(days_later(day));
        assert_eq!(end_mandates(&desk.flow).unwrap(), want, "day {day}");
    }
    let told = "SELECT COUNT(*) FROM service_mail WHERE kind = 'mandate-changed'";
    assert_eq!(test.count(told), 2);
}

fn an_organisation_leaves_when_the_wait_is_over_and_nothing_more_goes_to_it(test: &TestStore) {
    let mut desk = desk_with_administrators(test);
    let asked = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("bakery")?.expect("it was imported");
        let person_no = tx.members_of(party_no)?[0].person_no;
        tx.add_sub_organisation(party_no, "Oven", "test", now())?;
        tx.ask_to_leave(&Leaving {
            party_no,
            person_no,
            asked_at: now(),
            due_at: days_later(7),
        })
    });
    asked.unwrap();
    for (day, want) in [(6, 0), (7, 1), (8, 0)] {
        desk.at(days_later(day));
        assert_eq!(leave(&desk.flow).unwrap(), want, "day {day}");
    }
    desk.report(&crate::checks::rdp_on(8, &["192.0.2.1"]));
    desk.work();
    assert!(desk.told().is_empty());
    let left = "SELECT COUNT(*) FROM person WHERE email LIKE '%bakery%'";
    assert_eq!(test.count(left), 0);
    let open = "SELECT COUNT(*) FROM party WHERE name = 'Oven' AND closed_at IS NULL";
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'leave'";
    assert_eq!((test.count(open), test.count(recorded)), (0, 2));
    let checked = test.store.check(false, |_| {}).unwrap();
    assert!(
        checked.iter().all(|checked| checked.wrong == 0),
        "{checked:?}"
    );
}

fn a_registration_at_which_nobody_looks_ends_and_whoever_made_it_hears_that(test: &TestStore) {
    let mut desk = Desk::of(test);
    let begun = desk.flow.store.write(|tx| {
        for email in [
            "early@bakery.example",
            "late@bakery.example",
            "taken@bakery.example",
        ] {
            let new = NewRegistration {
                kvk: "90000017".parse().unwrap(),
                email: &email.parse().unwrap(),
                language: Language::En,
                trade: None,
            };
            tx.add_registration(&new, now())?;
        }
        tx.put_registration_off(1, now())?;
        tx.put_registration_off(2, days_later(1))?;
        tx.put_registration_off(3, now())?;
        let analyst = "analyst@csirt.example".parse().unwrap();
        let person_no = tx.add_person(&analyst, "Analyst", None, now())?;
        tx.take_registration(3, person_no)
    });
    begun.unwrap();
    desk.at(days_later(61));
    assert_eq!(end(&desk.flow).unwrap(), 0, "there are no pages");
    let set = desk
        .flow
        .store
        .write(|tx| tx.set_public_origin(Some("https://warnings.example")));
    set.unwrap();
    for (day, want) in [(60, 0), (61, 1), (61, 0)] {
        desk.at(days_later(day));
        assert_eq!(end(&desk.flow).unwrap(), want, "day {day}");
    }
    let states = [1, 2, 3].map(|registration_no| {
        let one = desk.flow.store.read(|tx| tx.registration(registration_no));
        one.unwrap().unwrap().state
    });
    assert_eq!(
        states,
        [
            RegistrationState::Refused,
            RegistrationState::Waiting,
            RegistrationState::Waiting
        ]
    );
    let told = "SELECT COUNT(*) FROM service_mail
                WHERE kind = 'registration' AND address = 'early@bakery.example'";
    assert_eq!(test.count(told), 1);
    let recorded = "SELECT COUNT(*) FROM audit WHERE action = 'end-registration'";
    assert_eq!(test.count(recorded), 1);
    desk.work();
    let mails = desk.mails();
    assert_eq!(mails.len(), 1);
}

both_engines!(
    a_registration_at_which_nobody_looks_ends_and_whoever_made_it_hears_that,
    an_organisation_leaves_when_the_wait_is_over_and_nothing_more_goes_to_it,
    an_organisation_is_reminded_of_what_is_due_and_again_after_a_month,
    a_mandate_ends_by_its_last_day_and_both_sides_hear_it,
    observations_go_by_age_and_their_findings_stay,
    what_a_waiting_message_cites_stays,
);
