use model::OrganisationRole;
use store::{Invitation, NewInvitation, Store, StoreError};
use testkit::{RegisterBuilder, TestStore, both_engines};

use crate::builders::{now, read, write};

const DAY_SECS: i64 = 24 * 60 * 60;

fn person(store: &Store) -> i64 {
    let email = "sam@bakery.example".parse().unwrap();
    write(store, |tx| {
        tx.add_person(&email, "Sam Voorbeeld", None, now())
    })
}

fn bakery(store: &Store) -> i64 {
    RegisterBuilder::new()
        .organisation("bakery")
        .import(store, now());
    read(store, |tx| tx.party_no("bakery")).unwrap()
}

fn invite(store: &Store, person_no: i64, party_no: Option<i64>, digest: u8) -> i64 {
    let new = NewInvitation {
        person_no,
        party: party_no.map(|party_no| (party_no, OrganisationRole::Reader)),
        digest: [digest; 32],
        by: "test",
        expires_at: now().plus_seconds(7 * DAY_SECS),
    };
    write(store, |tx| tx.invite(&new, now()))
}

fn open(store: &Store, digest: u8) -> Option<Invitation> {
    read(store, |tx| tx.invitation(&[digest; 32], now()))
}

fn an_invitation_makes_a_member_once(test: &TestStore) {
    let (person_no, party_no) = (person(&test.store), bakery(&test.store));
    invite(&test.store, person_no, Some(party_no), 1);
    let invitation = open(&test.store, 1).unwrap();
    let used = || write(&test.store, |tx| tx.use_invitation(&invitation, now()));
    assert_eq!([used(), used()], [true, false]);
    assert_eq!(open(&test.store, 1), None);
    let memberships = read(&test.store, |tx| tx.memberships_of(person_no));
    let roles: Vec<_> = memberships.iter().map(|own| own.role).collect();
    assert_eq!(roles, [OrganisationRole::Reader]);
}

fn an_invitation_ends_after_its_time_and_when_its_person_is_closed(test: &TestStore) {
    let person_no = person(&test.store);
    invite(&test.store, person_no, None, 1);
    let invitation = open(&test.store, 1).unwrap();
    for (days, is_open) in [(6, true), (7, false)] {
        let later = now().plus_seconds(days * DAY_SECS);
        let found = read(&test.store, |tx| tx.invitation(&[1; 32], later));
        assert_eq!(found.is_some(), is_open, "{days}");
    }
    let late = now().plus_seconds(7 * DAY_SECS);
    assert!(!write(&test.store, |tx| tx.use_invitation(&invitation, late)));
    write(&test.store, |tx| tx.close_person(person_no, now()));
    assert_eq!(open(&test.store, 1), None);
}

fn an_invitation_to_an_organisation_that_is_closed_is_not_open(test: &TestStore) {
    let (person_no, party_no) = (person(&test.store), bakery(&test.store));
    invite(&test.store, person_no, Some(party_no), 1);
    test.tamper("UPDATE party SET closed_at = 1");
    assert_eq!(open(&test.store, 1), None);
    let held = test.store.write(|tx| tx.hold_party(party_no));
    assert!(matches!(held, Err(StoreError::Closed)), "{held:?}");
}

fn a_new_invitation_for_the_same_thing_withdraws_the_one_before(test: &TestStore) {
    let (person_no, party_no) = (person(&test.store), bakery(&test.store));
    invite(&test.store, person_no, Some(party_no), 1);
    invite(&test.store, person_no, None, 2);
    let invitation_no = invite(&test.store, person_no, Some(party_no), 3);
    let is_open = [1, 2, 3].map(|digest| open(&test.store, digest).is_some());
    assert_eq!(is_open, [false, true, true]);
    let listed = || read(&test.store, |tx| tx.invitations_of(party_no, now())).len();
    assert_eq!(listed(), 1);
    let withdraw = |party_no| {
        write(&test.store, |tx| {
            tx.withdraw_invitation(party_no, invitation_no, now())
        })
    };
    assert!(!withdraw(party_no + 1), "of another organisation");
    assert!(withdraw(party_no));
    assert_eq!(listed(), 0);
}

both_engines!(
    an_invitation_makes_a_member_once,
    an_invitation_ends_after_its_time_and_when_its_person_is_closed,
    an_invitation_to_an_organisation_that_is_closed_is_not_open,
    a_new_invitation_for_the_same_thing_withdraws_the_one_before,
);
