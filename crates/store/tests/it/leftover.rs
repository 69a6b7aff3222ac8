//! What nobody needs any more goes, and nothing else.

use model::{Language, Timestamp};
use store::{
    AnswerLink, BeganBy, INVITATION_KEPT_SECS, NewInvitation, NewServiceMail, NewSession, NewStep,
    SERVICE_MAIL_KEPT_SECS, SESSION_KEPT_SECS, ServiceMailEnd, Store,
};
use testkit::{RegisterBuilder, TestStore, both_engines, days_later};

use crate::builders::{now, read, write};

fn person(store: &Store) -> i64 {
    let email = "sam@bakery.example".parse().unwrap();
    write(store, |tx| {
        tx.add_person(&email, "Sam Voorbeeld", None, now())
    })
}

fn check_removed(test: &TestStore, at: Timestamp, want: u64) {
    assert_eq!(write(&test.store, |tx| tx.remove_leftovers(at)), want);
}

fn a_session_goes_with_what_names_it_a_week_after_it_ended(test: &TestStore) {
    let store = &test.store;
    RegisterBuilder::new()
        .organisation("bakery")
        .import(store, now());
    let person_no = person(store);
    let party_no = read(store, |tx| tx.party_no("bakery")).unwrap();
    let open = |token: u8, at: Timestamp| {
        let new = NewSession {
            digest: [token; 32],
            person_no,
            method: "oidc",
            browser: "",
        };
        write(store, |tx| tx.open_session(&new, at))
    };
    let later = now().plus_seconds(3_600);
    let (ended, young) = (open(1, now()), open(2, later));
    let identity_no = write(store, |tx| {
        tx.add_identity(person_no, "https://provider.example", "sam", now())
    });
    let by = BeganBy {
        identity_no,
        provider: "business",
        sid: "",
        proved_at: now(),
    };
    let far = now().plus_seconds(2 * SESSION_KEPT_SECS);
    write(store, |tx| {
        for session_no in [ended, young] {
            tx.begin_by_identity(session_no, &by, now())?;
            tx.give_staff_access((session_no, party_no), "a question", far)?;
        }
        tx.end_session(person_no, ended, now())
    });
    check_removed(test, now().plus_seconds(SESSION_KEPT_SECS - 1), 0);
    check_removed(test, now().plus_seconds(SESSION_KEPT_SECS), 3);
    check_removed(test, now().plus_seconds(SESSION_KEPT_SECS), 0);
    assert!(read(store, |tx| tx.session(&[2; 32])).is_some());
    // One that nobody ended is over as well.
    check_removed(test, later.plus_seconds(SESSION_KEPT_SECS), 3);
    let ways = read(store, |tx| tx.ways_of(person_no));
    assert_eq!(ways.identities, 1, "the way in stays");
}

fn an_invitation_goes_a_month_after_its_end(test: &TestStore) {
    let new = NewInvitation {
        person_no: person(&test.store),
        party: None,
        digest: [1; 32],
        by: "test",
        expires_at: now().plus_seconds(60),
    };
    write(&test.store, |tx| tx.invite(&new, now()));
    check_removed(test, now().plus_seconds(INVITATION_KEPT_SECS + 59), 0);
    check_removed(test, now().plus_seconds(INVITATION_KEPT_SECS + 60), 1);
}

fn a_mail_goes_a_month_after_it_was_sent_and_not_before(test: &TestStore) {
    let to = "sam@bakery.example".parse().unwrap();
    let mail = NewServiceMail {
        kind: "invitation",
        to: &to,
        language: Language::Nl,
        facts: "{}",
    };
    write(&test.store, |tx| {
        tx.add_service_mail(&mail, now())?;
        tx.add_service_mail(&mail, now())?;
        let lease = std::time::Duration::from_secs(60);
        let taken = tx.take_service_mails(1, lease, now())?;
        tx.end_service_mail(&taken[0], ServiceMailEnd::Sent, "", now())
    });
    check_removed(test, now().plus_seconds(SERVICE_MAIL_KEPT_SECS - 1), 0);
    check_removed(test, now().plus_seconds(SERVICE_MAIL_KEPT_SECS), 1);
    assert_eq!(test.count("SELECT COUNT(*) FROM service_mail"), 1);
}

fn what_has_an_end_of_its_own_goes_with_it(test: &TestStore) {
    let step = NewStep {
        digest: [1; 32],
        kind: "recover",
        person_no: None,
        state: "",
        expires_at: now().plus_seconds(60),
    };
    write(&test.store, |tx| tx.begin_step(&step, now()));
    test.tamper(
        "INSERT INTO asset_import (party_no, by_person, name, content, digest, is_whole, created_at, expires_at)
         SELECT 1, 1, '', id_key, id_key, 0, 0, 1 FROM installation",
    );
    check_removed(test, now(), 1);
    check_removed(test, now().plus_seconds(60), 1);
}

fn to_whom_was_forwarded_is_forgotten_when_the_link_ends(test: &TestStore) {
    let link = AnswerLink {
        notification_no: 1,
        finding_no: 1,
        created_by: "person 1".to_owned(),
        address: "it@supplier.example".to_owned(),
        expires_at: now().plus_seconds(60),
    };
    write(&test.store, |tx| tx.add_answer_link(&[1; 32], &link, now()));
    check_removed(test, now(), 0);
    check_removed(test, now().plus_seconds(60), 1);
    check_removed(test, now().plus_seconds(60), 0);
}

fn that_the_link_of_a_message_was_ended_is_kept_as_long_as_it_could_work(test: &TestStore) {
    let end = || write(&test.store, |tx| tx.end_message_link(1, now()));
    assert_eq!((end(), end()), (true, false));
    let ended = read(&test.store, |tx| tx.ended_message_links(&[1, 2]));
    assert_eq!(ended, [1]);
    check_removed(test, days_later(89), 0);
    check_removed(test, days_later(90), 1);
}

both_engines!(
    that_the_link_of_a_message_was_ended_is_kept_as_long_as_it_could_work,
    to_whom_was_forwarded_is_forgotten_when_the_link_ends,
    a_session_goes_with_what_names_it_a_week_after_it_ended,
    an_invitation_goes_a_month_after_its_end,
    a_mail_goes_a_month_after_it_was_sent_and_not_before,
    what_has_an_end_of_its_own_goes_with_it,
);
