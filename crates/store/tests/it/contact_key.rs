//! Keys of contacts: one for each address, kept until it is removed.

use model::Timestamp;
use store::NewContactKey;
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};
use crate::check::lived_in;

const ADDRESS: &str = "security@bakery.example";

fn put(test: &TestStore, certificate: &[u8], ends_at: Option<Timestamp>) -> bool {
    let email = ADDRESS.parse().unwrap();
    let new = NewContactKey {
        party_no: 1,
        email: &email,
        certificate,
        fingerprint: "0123",
        algorithm: "Curve25519",
        ends_at,
        remind_at: ends_at,
    };
    write(&test.store, |tx| tx.put_contact_key(&new, now()))
}

fn a_key_takes_the_place_of_the_one_before_and_nothing_waits_any_more(test: &TestStore) {
    lived_in(test);
    let email = ADDRESS.parse().unwrap();
    assert!(put(test, b"first", None));
    assert!(!put(test, b"first", None), "it is the same");
    let waits = |problem| {
        write(&test.store, |tx| {
            tx.note_waiting_for_key(1, &email, problem, now())
        })
    };
    assert!(waits("ended"));
    assert!(!waits("revoked"), "people heard of it already");
    let held_up = read(&test.store, |tx| tx.keys_that_hold_up(10));
    assert_eq!((held_up.len(), &*held_up[0].problem), (1, "ended"));
    assert!(put(test, b"second", None));
    assert_eq!(read(&test.store, |tx| tx.keys_that_hold_up(10)), []);
    let keys = read(&test.store, |tx| tx.contact_keys_of(&[1, 2]));
    assert_eq!((keys.len(), &*keys[0].certificate), (1, &b"second"[..]));
    assert!(write(&test.store, |tx| tx.remove_contact_key(1, &email)));
    assert!(!write(&test.store, |tx| tx.remove_contact_key(1, &email)));
}

fn a_key_stays_with_its_contact_closed_but_nobody_hears_of_its_end(test: &TestStore) {
    lived_in(test);
    let end = now().plus_seconds(3_600);
    put(test, b"certificate", Some(end));
    let due = |at| write(&test.store, |tx| tx.keys_to_remind(at, 10)).len();
    assert_eq!(due(now()), 0);
    assert_eq!(due(end), 1);
    test.tamper("UPDATE contact SET closed_at = 1");
    assert_eq!(due(end), 0);
    assert_eq!(read(&test.store, |tx| tx.contact_keys_of(&[1])).len(), 1);
}

fn a_part_of_an_organisation_begins_with_its_keys(test: &TestStore) {
    lived_in(test);
    put(test, b"certificate", None);
    let part = write(&test.store, |tx| {
        tx.add_sub_organisation(1, "Branch", "test", now())
    });
    let keys = read(&test.store, |tx| tx.contact_keys_of(&[part]));
    assert_eq!((keys.len(), keys[0].email.as_str()), (1, ADDRESS));
}

both_engines!(
    a_key_takes_the_place_of_the_one_before_and_nothing_waits_any_more,
    a_key_stays_with_its_contact_closed_but_nobody_hears_of_its_end,
    a_part_of_an_organisation_begins_with_its_keys,
);
