//! Organisations that register themselves.

use model::{
    Language, OrganisationRole, RegistrationRule, RegistrationState, TradeEntry, TradeState,
};
use store::{
    DeskChange, NewRegistration, OpenRegistrations, REGISTRATION_BEGUN_KEPT_SECS,
    REGISTRATION_ENDED_KEPT_SECS, REGISTRATION_UNSENT_KEPT_SECS, REGISTRATIONS_BEGUN_MAX,
    REGISTRATIONS_WAITING_MAX, Registration, RegistrationDetails, Store,
};
use testkit::{RegisterBuilder, TestStore, both_engines, days_later};

use crate::builders::{now, read, write};

const KVK: &str = "90000017";

fn begin(store: &Store, trade: Option<&Option<TradeEntry>>) -> i64 {
    let new = NewRegistration {
        kvk: KVK.parse().unwrap(),
        email: &"owner@bakery.example".parse().unwrap(),
        language: Language::Nl,
        trade,
    };
    write(store, |tx| tx.add_registration(&new, now()))
}

fn one(store: &Store, registration_no: i64) -> Registration {
    read(store, |tx| tx.registration(registration_no)).expect("it is there")
}

fn fill_in(store: &Store, registration_no: i64) {
    let details = RegistrationDetails {
        name: "Bakery Example",
        domain: "bakery.example",
        addresses: "203.0.113.24",
        language: Language::En,
    };
    write(store, |tx| tx.keep_registration(registration_no, &details));
}

fn what_the_trade_register_says_of_a_number_stands_with_it(test: &TestStore) {
    let entry = TradeEntry {
        name: "Bakery Example".to_owned(),
        legal_form: String::new(),
        ended_on: Some(now().day()),
        is_non_mailing: false,
    };
    let silent = one(&test.store, begin(&test.store, None));
    assert_eq!(
        (silent.trade_state, &silent.name[..]),
        (TradeState::Waiting, "")
    );
    assert!(!silent.is_doubted());
    let nobody = one(&test.store, begin(&test.store, Some(&None)));
    assert_eq!(nobody.trade_state, TradeState::Unknown);
    assert!(nobody.is_doubted());
    let ended = one(&test.store, begin(&test.store, Some(&Some(entry.clone()))));
    assert_eq!((&ended.name, &ended.trade_name), (&entry.name, &entry.name));
    assert!(ended.is_doubted(), "it does no business any more");
}

fn each_mail_gives_three_guesses_anew(test: &TestStore) {
    let store = &test.store;
    let registration_no = begin(store, None);
    fill_in(store, registration_no);
    let mailbox = "abuse@bakery.example".parse().unwrap();
    write(store, |tx| {
        tx.test_registration(registration_no, &mailbox, now())?;
        tx.note_wrong_registration_code(registration_no)
    });
    let tried = one(store, registration_no);
    assert_eq!(
        (tried.mails, tried.wrong, tried.sent_at),
        (1, 1, Some(now()))
    );
    assert_eq!(
        (&tried.domain[..], tried.language),
        ("bakery.example", Language::En)
    );
    write(store, |tx| {
        tx.test_registration(registration_no, &mailbox, days_later(1))
    });
    let again = one(store, registration_no);
    assert_eq!(
        (again.mails, again.wrong, again.sent_at),
        (2, 0, Some(days_later(1)))
    );
}

fn whoever_came_in_by_itself_is_vouched_for_once_somebody_looked(test: &TestStore) {
    let store = &test.store;
    let mut register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("florist");
    register.organisations[0].kvk = Some(KVK.parse().unwrap());
    register.import(store, now());
    let party_no = read(store, |tx| tx.party_no("bakery")).unwrap();
    let florist_no = read(store, |tx| tx.party_no("florist")).unwrap();
    let kvk = KVK.parse().unwrap();
    assert_eq!(read(store, |tx| tx.party_with_kvk(&kvk)), Some(party_no));

    let entry = TradeEntry {
        name: "Bakery Example".to_owned(),
        legal_form: String::new(),
        ended_on: None,
        is_non_mailing: false,
    };
    let registration_no = begin(store, Some(&Some(entry)));
    fill_in(store, registration_no);
    write(store, |tx| {
        tx.admit_registration((registration_no, party_no), None, now())
    });
    let looks_at = || read(store, |tx| tx.registrations_to_look_at(0, 10)).len();
    let is_vouched = |party_no| read(store, |tx| tx.is_vouched_for(party_no));
    assert_eq!(
        (looks_at(), is_vouched(party_no), is_vouched(florist_no)),
        (1, false, true)
    );
    assert_eq!(read(store, |tx| tx.count_registrations_to_look_at(10)), 1);
    assert_eq!(
        read(store, |tx| tx.party_with_kvk(&kvk)),
        None,
        "the number leads to nobody"
    );
    assert_eq!(
        read(store, |tx| tx.organisations_with_kvk(&kvk)),
        [party_no]
    );
    let own = read(store, |tx| tx.registration_of_party(party_no)).unwrap();
    assert_eq!(
        (own.registration_no, &own.addresses[..]),
        (registration_no, "")
    );
    assert!(own.email.is_some(), "a refusal can still be told");

    assert!(write(store, |tx| tx.vouch(registration_no, days_later(1))));
    assert!(
        !write(store, |tx| tx.vouch(registration_no, days_later(2))),
        "once"
    );
    assert_eq!((looks_at(), is_vouched(party_no)), (0, true));
    assert_eq!(read(store, |tx| tx.party_with_kvk(&kvk)), Some(party_no));
    let own = one(store, registration_no);
    assert_eq!(
        (own.email, own.kvk),
        (None, None),
        "nobody needs them any more"
    );
    assert_eq!(
        (&own.domain[..], &own.trade_name[..], &own.name[..]),
        ("", "", "Bakery Example")
    );

    write(store, |tx| tx.leave(party_no, "test", now()));
    assert_eq!(read(store, |tx| tx.registration(registration_no)), None);
}

/// Makes a part of an organisation that registered itself, with an administrator of both; gives both.
fn with_a_part(store: &Store, reference: &str) -> (i64, i64, i64) {
    RegisterBuilder::new()
        .organisation(reference)
        .import(store, now());
    let registration_no = begin(store, None);
    fill_in(store, registration_no);
    write(store, |tx| {
        let whole_no = tx.party_no(reference)?.expect("it was imported");
        tx.admit_registration((registration_no, whole_no), None, now())?;
        let email = format!("sam@{reference}.example").parse().unwrap();
        let person_no = tx.add_person(&email, "Sam Voorbeeld", None, now())?;
        let role = OrganisationRole::Administrator;
        tx.put_membership(person_no, whole_no, role, "test", now())?;
        let part_no = tx.add_sub_organisation(whole_no, "Oven", "test", now())?;
        Ok((registration_no, whole_no, part_no))
    })
}

fn a_part_is_vouched_for_as_its_whole_is_and_leaves_with_it(test: &TestStore) {
    let store = &test.store;
    let vouched = |party_no| read(store, |tx| tx.is_vouched_for(party_no));
    let (registration_no, _, part_no) = with_a_part(store, "bakery");
    assert!(!vouched(part_no), "its whole registered itself");
    write(store, |tx| tx.vouch(registration_no, now()));
    assert!(vouched(part_no));

    for (reference, is_refused) in [("florist", true), ("school", false)] {
        let (registration_no, whole_no, part_no) = with_a_part(store, reference);
        write(store, |tx| {
            if is_refused {
                let refused = RegistrationState::Refused;
                tx.end_registration(registration_no, refused, now())?;
            }
            tx.leave(whole_no, "test", now())
        });
        assert!(read(store, |tx| tx.members_of(part_no)).is_empty());
        let person = format!("sam@{reference}.example").parse().unwrap();
        let gone = read(store, |tx| tx.person_with_email(&person));
        assert_eq!(gone, None, "belongs nowhere any more, and is forgotten");
        // Also when a list of the desk brings one of them back.
        test.tamper("UPDATE party SET closed_at = NULL");
        for party_no in [whole_no, part_no] {
            assert!(!vouched(party_no), "{reference}: nobody ever looked");
        }
    }
}

fn a_whole_that_is_closed_vouches_for_no_part(test: &TestStore) {
    let store = &test.store;
    let (registration_no, whole_no, part_no) = with_a_part(store, "bakery");
    write(store, |tx| tx.vouch(registration_no, now()));
    test.tamper(&format!(
        "UPDATE party SET closed_at = 1 WHERE party_no = {whole_no}"
    ));
    for party_no in [whole_no, part_no] {
        assert!(!read(store, |tx| tx.is_vouched_for(party_no)));
    }
}

fn administrators_were_told_of_a_number_when_they_were_mailed(test: &TestStore) {
    let store = &test.store;
    let known = begin(store, None);
    let noted = begin(store, None);
    write(store, |tx| {
        tx.end_registration(known, RegistrationState::Known, now())?;
        tx.note_told_of_registration(known, now())?;
        tx.end_registration(noted, RegistrationState::Known, days_later(5))
    });
    let told = |kvk: &str, since| {
        let kvk = kvk.parse().unwrap();
        read(store, |tx| tx.times_told_of_number(&kvk, since))
    };
    assert_eq!(told(KVK, now()), 1);
    assert_eq!(told(KVK, days_later(1)), 0, "one that is noted is no mail");
    assert_eq!(told("90000025", now()), 0);
}

fn those_that_are_begun_and_those_that_wait_have_bounds_of_their_own(test: &TestStore) {
    let store = &test.store;
    let waiting = begin(store, None);
    begin(store, None);
    begin(store, None);
    write(store, |tx| tx.put_registration_off(waiting, now()));
    let open = read(store, |tx| tx.count_open_registrations());
    assert_eq!(
        open,
        OpenRegistrations {
            begun: 2,
            waiting: 1
        }
    );
    for (begun, waiting, full_at) in [
        (REGISTRATIONS_WAITING_MAX, 0, None),
        (
            REGISTRATIONS_BEGUN_MAX - 1,
            REGISTRATIONS_WAITING_MAX - 1,
            None,
        ),
        (REGISTRATIONS_BEGUN_MAX, 0, Some(REGISTRATIONS_BEGUN_MAX)),
        (
            0,
            REGISTRATIONS_WAITING_MAX,
            Some(REGISTRATIONS_WAITING_MAX),
        ),
    ] {
        let open = OpenRegistrations { begun, waiting };
        assert_eq!(open.full_at(), full_at, "{open:?}");
    }
}

fn what_came_to_nothing_goes(test: &TestStore) {
    let store = &test.store;
    let unsent = begin(store, None);
    let begun = begin(store, None);
    let waiting = begin(store, None);
    let refused = begin(store, None);
    let known = begin(store, None);
    let mailbox = "abuse@bakery.example".parse().unwrap();
    write(store, |tx| {
        tx.test_registration(begun, &mailbox, now())?;
        tx.put_registration_off(waiting, now())?;
        tx.take_registration(waiting, 1)?;
        tx.end_registration(refused, RegistrationState::Refused, now())?;
        tx.end_registration(known, RegistrationState::Known, now())
    });
    let remove = |secs: i64| {
        let later = now().plus_seconds(secs);
        write(store, |tx| tx.remove_registrations(later))
    };
    assert_eq!(remove(REGISTRATION_UNSENT_KEPT_SECS), 0);
    assert_eq!(remove(REGISTRATION_UNSENT_KEPT_SECS + 1), 1);
    assert_eq!(remove(REGISTRATION_BEGUN_KEPT_SECS), 0);
    assert_eq!(remove(REGISTRATION_BEGUN_KEPT_SECS + 1), 1);
    assert_eq!(remove(REGISTRATION_ENDED_KEPT_SECS + 1), 2);
    for (registration_no, is_there) in [
        (unsent, false),
        (begun, false),
        (waiting, true),
        (refused, false),
        (known, false),
    ] {
        let found = read(store, |tx| tx.registration(registration_no));
        assert_eq!(found.is_some(), is_there, "{registration_no}");
    }
    assert_eq!(one(store, waiting).owner_no, Some(1));
}

fn a_desk_says_whether_organisations_register_themselves(test: &TestStore) {
    let desk = read(&test.store, |tx| tx.desk_named(None)).unwrap();
    assert_eq!(desk.registration, RegistrationRule::Closed);
    for rule in RegistrationRule::ALL {
        let change = DeskChange {
            registration: Some(*rule),
            ..DeskChange::default()
        };
        write(&test.store, |tx| tx.change_desk(desk.clone(), &change));
        let kept = read(&test.store, |tx| tx.desk_named(None)).unwrap();
        assert_eq!(kept.registration, *rule);
    }
}

both_engines!(
    what_the_trade_register_says_of_a_number_stands_with_it,
    each_mail_gives_three_guesses_anew,
    whoever_came_in_by_itself_is_vouched_for_once_somebody_looked,
    a_part_is_vouched_for_as_its_whole_is_and_leaves_with_it,
    a_whole_that_is_closed_vouches_for_no_part,
    administrators_were_told_of_a_number_when_they_were_mailed,
    those_that_are_begun_and_those_that_wait_have_bounds_of_their_own,
    what_came_to_nothing_goes,
    a_desk_says_whether_organisations_register_themselves,
);
