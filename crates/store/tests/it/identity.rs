//! Accounts at providers, and what comes with them.

use model::{OrganisationRole, StaffRole};
use store::{BeganBy, NewSession, RoleChange, Store, Ways};
use testkit::{RegisterBuilder, TestStore, both_engines};

use crate::builders::{now, read, write};

const ISSUER: &str = "https://provider.example";

fn person(store: &Store, email: &str) -> i64 {
    let email = email.parse().unwrap();
    write(store, |tx| {
        tx.add_person(&email, "Sam Voorbeeld", None, now())
    })
}

/// A session that began by the account; its number and the digest of its token.
fn session(store: &Store, person_no: i64, identity_no: i64, sid: &str, token: u8) -> [u8; 32] {
    let new = NewSession {
        digest: [token; 32],
        person_no,
        method: "oidc",
        browser: "",
    };
    let by = BeganBy {
        identity_no,
        provider: "business",
        sid,
        proved_at: now().plus_seconds(-900),
    };
    write(store, |tx| {
        let session_no = tx.open_session(&new, now())?;
        tx.begin_by_identity(session_no, &by, now())
    });
    new.digest
}

fn an_account_at_a_provider_is_one_persons(test: &TestStore) {
    let store = &test.store;
    let (sam, robin) = (
        person(store, "sam@bakery.example"),
        person(store, "robin@dairy.example"),
    );
    let identity_no = write(store, |tx| tx.add_identity(sam, ISSUER, "a", now()));
    let again = store.write(|tx| tx.add_identity(robin, ISSUER, "a", now()));
    assert!(again.is_err());
    // The same name at another provider is another account.
    write(store, |tx| {
        tx.add_identity(robin, "https://other.example", "a", now())
    });
    let found = read(store, |tx| tx.identity(ISSUER, "a")).unwrap();
    assert_eq!((found.identity_no, found.person_no), (identity_no, sam));
    assert_eq!(read(store, |tx| tx.ways_of(sam)).count(), 1);
    write(store, |tx| tx.remove_ways(sam, now()));
    assert_eq!(read(store, |tx| tx.ways_of(sam)), Ways::default());
}

fn what_began_by_an_account_ends_with_it(test: &TestStore) {
    let store = &test.store;
    let sam = person(store, "sam@bakery.example");
    let identity_no = write(store, |tx| tx.add_identity(sam, ISSUER, "a", now()));
    let sessions = [("x", 1), ("y", 2), ("", 3)]
        .map(|(sid, token)| session(store, sam, identity_no, sid, token));
    let open = || {
        read(store, |tx| {
            sessions
                .iter()
                .map(|digest| Ok(tx.session(digest)?.is_some()))
                .collect::<Result<Vec<_>, _>>()
        })
    };
    let first = read(store, |tx| tx.session(&sessions[0])).unwrap();
    assert_eq!(first.proved_at, now().plus_seconds(-900));
    let provider = read(store, |tx| tx.provider_of_session(first.session_no));
    assert_eq!(provider.as_deref(), Some("business"));
    let used = read(store, |tx| tx.identity(ISSUER, "a"));
    assert_eq!(used.unwrap().used_at, Some(now()));
    for (issuer, subject, sid, want) in [
        ("https://other.example", Some("a"), Some("y"), 0),
        (ISSUER, Some("b"), Some("y"), 0),
        (ISSUER, None, Some("y"), 1),
        (ISSUER, Some("a"), Some("y"), 0),
    ] {
        let ended = write(store, |tx| {
            tx.end_provider_sessions(issuer, subject, sid, now())
        });
        assert_eq!(ended, want, "{issuer} {subject:?} {sid:?}");
    }
    assert_eq!(open(), [true, false, true]);
    let other = person(store, "robin@dairy.example");
    assert!(!write(store, |tx| tx.remove_identity(
        other,
        identity_no,
        now()
    )));
    assert!(write(store, |tx| tx.remove_identity(
        sam,
        identity_no,
        now()
    )));
    assert_eq!(open(), [false; 3]);
}

fn roles_of_a_provider_follow_it_and_those_of_others_stay(test: &TestStore) {
    use RoleChange::{Given, Taken};
    use StaffRole::{Analyst, Director, Editor};
    let store = &test.store;
    let sam = person(store, "sam@csirt.example");
    write(store, |tx| {
        tx.give_staff_role(sam, Director, "operator", now())
    });
    for (roles, want) in [
        (
            &[Analyst, Editor, Director][..],
            &[Given(Analyst), Given(Editor)][..],
        ),
        (&[Editor], &[Taken(Analyst)]),
        (&[], &[Taken(Editor)]),
    ] {
        let changes = write(store, |tx| {
            tx.match_staff_roles(sam, roles, "provider desk", now())
        });
        assert_eq!(changes, want);
    }
    assert_eq!(read(store, |tx| tx.staff_roles(sam)), [Director]);
}

fn a_number_of_the_trade_register_names_one_organisation_or_none(test: &TestStore) {
    let mut register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("dairy")
        .organisation("dairy-shop");
    for (organisation, kvk) in register
        .organisations
        .iter_mut()
        .zip(["90000017", "90000025", "90000025"])
    {
        organisation.kvk = Some(kvk.parse().unwrap());
    }
    register.import(&test.store, now());
    let found = |kvk: &str| {
        let kvk = kvk.parse().unwrap();
        read(&test.store, |tx| tx.party_with_kvk(&kvk))
    };
    let bakery = read(&test.store, |tx| tx.party_no("bakery"));
    assert_eq!(
        ["90000017", "90000025", "00000000"].map(found),
        [bakery, None, None]
    );
    let (sam, party_no) = (person(&test.store, "sam@bakery.example"), bakery.unwrap());
    let was_member = || read(&test.store, |tx| tx.was_member(sam, party_no));
    assert!(!was_member());
    write(&test.store, |tx| {
        tx.put_membership(sam, party_no, OrganisationRole::Reader, "test", now())?;
        tx.end_membership(sam, party_no, "test", now())
    });
    assert!(was_member());
}

both_engines!(
    an_account_at_a_provider_is_one_persons,
    what_began_by_an_account_ends_with_it,
    roles_of_a_provider_follow_it_and_those_of_others_stay,
    a_number_of_the_trade_register_names_one_organisation_or_none,
);
