use store::{NewSession, NewStep, Store, Ways};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn person(store: &Store, email: &str) -> i64 {
    let email = email.parse().unwrap();
    write(store, |tx| {
        tx.add_person(&email, "Sam Voorbeeld", None, now())
    })
}

fn ways(store: &Store, person_no: i64) -> Ways {
    read(store, |tx| tx.ways_of(person_no))
}

fn a_password_counts_as_a_way_where_codes_go_with_it(test: &TestStore) {
    let person_no = person(&test.store, "sam@bakery.example");
    assert!(!ways(&test.store, person_no).is_any());
    write(&test.store, |tx| tx.put_password(person_no, "hash", now()));
    assert!(!ways(&test.store, person_no).is_any());
    write(&test.store, |tx| tx.put_totp(person_no, &[1; 20], 7, now()));
    assert_eq!(ways(&test.store, person_no).count(), 1);
    write(&test.store, |tx| tx.put_password(person_no, "other", now()));
    let hash = read(&test.store, |tx| tx.password_hash(person_no));
    assert_eq!(hash.as_deref(), Some("other"));
    write(&test.store, |tx| tx.remove_ways(person_no, now()));
    assert_eq!(ways(&test.store, person_no), Ways::default());
}

fn wrong_codes_are_counted_until_a_right_one(test: &TestStore) {
    let person_no = person(&test.store, "sam@bakery.example");
    write(&test.store, |tx| tx.put_totp(person_no, &[1; 20], 7, now()));
    let later = now().plus_seconds(60);
    for _ in 0..2 {
        write(&test.store, |tx| tx.note_wrong_code(person_no, later));
    }
    let totp = || write(&test.store, |tx| tx.totp(person_no)).unwrap();
    assert_eq!((totp().wrong, totp().blocked_until), (2, later));
    write(&test.store, |tx| tx.note_right_code(person_no, 8));
    assert_eq!((totp().wrong, totp().last_step), (0, 8));
}

fn a_passkey_is_found_by_its_credential_and_removed_by_its_owner(test: &TestStore) {
    let owner = person(&test.store, "sam@bakery.example");
    let other = person(&test.store, "robin@dairy.example");
    let passkey_no = write(&test.store, |tx| {
        tx.add_passkey(owner, &[7; 16], "{}", "telephone", now())
    });
    let again = test
        .store
        .write(|tx| tx.add_passkey(other, &[7; 16], "{}", "", now()));
    assert!(again.is_err(), "a credential is one person's");
    write(&test.store, |tx| {
        tx.touch_passkey(passkey_no, "{\"n\":1}", now())
    });
    let (found_owner, found) = read(&test.store, |tx| tx.passkey_with(&[7; 16])).unwrap();
    assert_eq!((found_owner, found.used_at), (owner, Some(now())));
    assert_eq!(read(&test.store, |tx| tx.passkeys_of(owner)), [found]);
    let remove = |person_no| write(&test.store, |tx| tx.remove_passkey(person_no, passkey_no));
    assert_eq!([remove(other), remove(owner)], [false, true]);
}

fn a_recovery_code_works_once_and_new_ones_replace_the_old(test: &TestStore) {
    let person_no = person(&test.store, "sam@bakery.example");
    let put = |digests: &[[u8; 32]]| {
        write(&test.store, |tx| tx.put_recovery_codes(person_no, digests));
    };
    let take = |digest: u8| {
        write(&test.store, |tx| {
            tx.use_recovery_code(person_no, &[digest; 32], now())
        })
    };
    put(&[[1; 32], [2; 32]]);
    assert_eq!([take(1), take(1), take(3)], [true, false, false]);
    assert_eq!(ways(&test.store, person_no).recovery_codes, 1);
    put(&[[4; 32]]);
    assert_eq!([take(2), take(4)], [false, true]);
}

fn a_step_is_taken_once_in_time_and_for_what_it_was_begun(test: &TestStore) {
    let begin = |digest: u8, seconds: i64| {
        let step = NewStep {
            digest: [digest; 32],
            kind: "recover",
            person_no: None,
            state: "state",
            expires_at: now().plus_seconds(seconds),
        };
        write(&test.store, |tx| tx.begin_step(&step, now()));
    };
    let take = |kind: &str, digest: u8, seconds: i64| {
        let at = now().plus_seconds(seconds);
        write(&test.store, |tx| tx.take_step(kind, &[digest; 32], at)).is_some()
    };
    begin(1, 60);
    begin(2, 60);
    assert!(!take("app", 1, 0), "of another kind");
    assert!(!take("recover", 1, 60), "too late");
    assert!(read(&test.store, |tx| tx.step("recover", &[1; 32], now())).is_some());
    assert_eq!(
        [take("recover", 1, 0), take("recover", 1, 0)],
        [true, false]
    );
    begin(3, -1);
    begin(4, 60);
    assert_eq!(
        test.count("SELECT COUNT(*) FROM sign_in_step"),
        2,
        "the late one is forgotten"
    );
}

fn a_proof_gives_the_session_another_token(test: &TestStore) {
    let person_no = person(&test.store, "sam@bakery.example");
    let session = NewSession {
        digest: [1; 32],
        person_no,
        method: "passkey",
        browser: "",
    };
    let session_no = write(&test.store, |tx| tx.open_session(&session, now()));
    let later = now().plus_seconds(60);
    write(&test.store, |tx| {
        tx.prove_session(session_no, &[2; 32], "totp", later)
    });
    assert_eq!(read(&test.store, |tx| tx.session(&[1; 32])), None);
    let proved = read(&test.store, |tx| tx.session(&[2; 32])).unwrap();
    assert_eq!((proved.proved_at, proved.opened_at), (later, now()));
    write(&test.store, |tx| tx.close_person(person_no, later));
    assert_eq!(read(&test.store, |tx| tx.session(&[2; 32])), None);
}

both_engines!(
    a_password_counts_as_a_way_where_codes_go_with_it,
    wrong_codes_are_counted_until_a_right_one,
    a_passkey_is_found_by_its_credential_and_removed_by_its_owner,
    a_recovery_code_works_once_and_new_ones_replace_the_old,
    a_step_is_taken_once_in_time_and_for_what_it_was_begun,
    a_proof_gives_the_session_another_token,
);
