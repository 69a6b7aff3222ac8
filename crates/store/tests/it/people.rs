//! People, what they may do and for whom, and their sessions.

use model::{Language, OrganisationRole, StaffRole, Tlp};
use store::{Mandate, NewServiceMail, NewSession, Tx};
use testkit::{RegisterBuilder, TestStore, both_engines, day, days_later, now};

use crate::builders::{read, write};

/// A row in each table about people; the register has two parties at least.
pub(crate) fn people_live_in(test: &TestStore) {
    let (baker, msp) = write(&test.store, |tx| {
        Ok((
            person(tx, "baker@bakery.example"),
            person(tx, "sam@msp.example"),
        ))
    });
    write(&test.store, |tx| {
        tx.give_staff_role(msp, StaffRole::Analyst, "test", now())?;
        tx.put_membership(baker, 1, OrganisationRole::Reader, "test", now())?;
        tx.add_mandate(&mandate(1, 2), "test", now())?;
        tx.open_session(&session(baker, 1), now())?;
        let to = "baker@bakery.example".parse().unwrap();
        let mail = NewServiceMail {
            kind: "invitation",
            to: &to,
            language: Language::Nl,
            facts: "{}",
        };
        tx.add_service_mail(&mail, now())
    });
}

fn person(tx: &mut Tx<'_>, email: &str) -> i64 {
    tx.add_person(&email.parse().unwrap(), "Sam Voorbeeld", None, now())
        .unwrap()
}

fn mandate(party_no: i64, holder_no: i64) -> Mandate {
    Mandate {
        mandate_no: 0,
        party_no,
        party_name: String::new(),
        holder_no,
        holder_name: String::new(),
        group_no: None,
        tlp_max: Tlp::Amber,
        may_answer: true,
        valid_until: Some(day("2026-12-01")),
        given_at: now(),
    }
}

fn session(person_no: i64, digest: u8) -> NewSession<'static> {
    NewSession {
        digest: [digest; 32],
        person_no,
        method: "passkey",
        browser: "Firefox on Linux",
    }
}

/// A bakery and its MSP, as parties 1 and 2.
fn bakery_and_msp(test: &TestStore) -> (i64, i64) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("msp");
    register.import(&test.store, now());
    read(&test.store, |tx| {
        let number = |found: Option<i64>| found.expect("it was imported");
        Ok((number(tx.party_no("bakery")?), number(tx.party_no("msp")?)))
    })
}

fn an_address_in_any_case_is_one_person(test: &TestStore) {
    let person_no = write(&test.store, |tx| Ok(person(tx, "Baker@Bakery.example")));
    let found = read(&test.store, |tx| {
        tx.person_with_email(&"bAKER@bakery.EXAMPLE".parse().unwrap())
    });
    assert_eq!(found.map(|found| found.person_no), Some(person_no));
    let again = test.store.write(|tx| {
        tx.add_person(
            &"BAKER@bakery.example".parse().unwrap(),
            "Somebody else",
            None,
            now(),
        )
    });
    assert!(again.is_err());
}

fn a_change_of_role_ends_the_one_before(test: &TestStore) {
    let (bakery, _) = bakery_and_msp(test);
    let person_no = write(&test.store, |tx| Ok(person(tx, "baker@bakery.example")));
    let put = |role| {
        write(&test.store, |tx| {
            tx.put_membership(person_no, bakery, role, "test", now())
        })
    };
    let roles = || {
        let held = read(&test.store, |tx| tx.memberships_of(person_no));
        held.into_iter().map(|own| own.role).collect::<Vec<_>>()
    };
    assert!(put(OrganisationRole::Reader));
    assert!(!put(OrganisationRole::Reader), "nothing changed");
    assert!(put(OrganisationRole::Administrator));
    assert_eq!(roles(), [OrganisationRole::Administrator]);
    assert!(write(&test.store, |tx| tx.end_membership(
        person_no,
        bakery,
        "test",
        now()
    )));
    assert!(!write(&test.store, |tx| tx.end_membership(
        person_no,
        bakery,
        "test",
        now()
    )));
    assert_eq!(roles(), []);
}

fn a_mandate_holds_until_its_day_or_until_it_is_revoked(test: &TestStore) {
    let (bakery, msp) = bakery_and_msp(test);
    let person_no = write(&test.store, |tx| {
        let person_no = person(tx, "sam@msp.example");
        tx.put_membership(
            person_no,
            msp,
            OrganisationRole::SecurityContact,
            "test",
            now(),
        )?;
        Ok(person_no)
    });
    let between = || read(&test.store, |tx| tx.mandates_between(person_no, bakery));
    assert_eq!(between(), []);
    let mandate_no = write(&test.store, |tx| {
        tx.add_mandate(&mandate(bakery, msp), "test", now())
    });
    let held = between();
    assert_eq!(held.len(), 1);
    assert!(
        held[0].holds_at(now()) && !held[0].holds_at(days_later(13)),
        "{held:?}"
    );
    assert_eq!(read(&test.store, |tx| tx.mandates_given(bakery)), held);
    assert_eq!(read(&test.store, |tx| tx.mandates_held(msp)), held);
    let revoked_by = |party_no| {
        write(&test.store, |tx| {
            tx.revoke_mandate(party_no, mandate_no, "test", now())
        })
    };
    assert!(!revoked_by(msp), "only who gave it can revoke it");
    assert!(revoked_by(bakery));
    assert_eq!(between(), []);
}

fn a_session_is_found_by_its_token_until_it_ends(test: &TestStore) {
    let (first, second) = write(&test.store, |tx| {
        let person_no = person(tx, "baker@bakery.example");
        let first = tx.open_session(&session(person_no, 1), now())?;
        tx.open_session(&session(person_no, 2), now())?;
        Ok((first, person_no))
    });
    let person_no = second;
    let found = |digest: u8| {
        let found = read(&test.store, |tx| tx.session(&[digest; 32]));
        found.map(|found| found.session_no)
    };
    assert_eq!(found(1), Some(first));
    assert_eq!(found(3), None);
    assert!(
        !write(&test.store, |tx| tx.end_session(
            person_no + 1,
            first,
            now()
        )),
        "of somebody else"
    );
    assert_eq!(
        write(&test.store, |tx| tx.end_other_sessions(
            person_no,
            Some(first),
            now()
        )),
        1
    );
    assert_eq!((found(1), found(2)), (Some(first), None));
    let seen = read(&test.store, |tx| tx.person(person_no)).unwrap();
    assert_eq!(seen.seen_at, Some(now()));
}

both_engines!(
    an_address_in_any_case_is_one_person,
    a_change_of_role_ends_the_one_before,
    a_mandate_holds_until_its_day_or_until_it_is_revoked,
    a_session_is_found_by_its_token_until_it_ends,
);
