use model::Language;
use store::SearchNote;
use testkit::{RegisterBuilder, TestStore, both_engines};

use crate::builders::{add_findings, now, read, write};

fn findings_are_found_by_the_keys_of_their_endpoints(test: &TestStore) {
    write(&test.store, |tx| {
        let number = tx.threat_no("open-rdp")?;
        assert_eq!(
            number, 1,
            "the number that the builders give their findings"
        );
        Ok(())
    });
    add_findings(&test.store, [1, 2, 256, 257].into_iter());
    let found = |begin: &[u8], end: &[u8], most| {
        let range = (begin.to_vec(), end.to_vec());
        let mut found = read(&test.store, |tx| tx.findings_at(&range, most));
        found.sort_unstable();
        found
    };
    let key = |number: i64| number.to_be_bytes();
    assert_eq!(found(&key(1), &key(2), 10), [1]);
    assert_eq!(found(&key(2), &key(257), 10), [2, 256]);
    assert_eq!(found(&[9], &[10], 10), Vec::<i64>::new());
    assert_eq!(found(&[0], &[9], 3).len(), 3);
}

fn organisations_are_found_by_reference_and_begin_of_name(test: &TestStore) {
    let mut register = RegisterBuilder::new();
    for reference in ["bakery", "baker-two", "hospital"] {
        register = register.organisation(reference);
    }
    register.import(&test.store, now());
    let found = |text: &str, most| {
        let parties = read(&test.store, |tx| tx.parties_like(text, most));
        let mut found: Vec<String> = parties.into_iter().map(|it| it.reference).collect();
        found.sort();
        found
    };
    assert_eq!(found("hospital", 50), ["hospital"]);
    assert_eq!(found("BAKE", 50), ["baker-two", "bakery"]);
    assert_eq!(found("bake", 1).len(), 1);
    assert_eq!(found("akery", 50), Vec::<String>::new());
    assert_eq!(found("%", 50), Vec::<String>::new());
}

fn assets_are_found_by_their_values_in_that_order(test: &TestStore) {
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .asset("bakery", "address", "192.0.2.7");
    register.import(&test.store, now());
    let found = |values: &[&str]| -> Vec<String> {
        let assets = read(&test.store, |tx| tx.assets_with_values(values, 10));
        assets.iter().map(|it| it.value.to_string()).collect()
    };
    assert_eq!(
        found(&["192.0.2.7", "192.0.2.0/25", "192.0.2.0/24"]),
        ["192.0.2.7", "192.0.2.0/24"]
    );
    assert_eq!(found(&["192.0.2.0/25"]), Vec::<String>::new());
    assert_eq!(found(&[]), Vec::<String>::new());
}

fn a_search_is_remembered_by_digest(test: &TestStore) {
    let note = SearchNote {
        at: now(),
        person_no: 7,
        reason: "a question of the owner".into(),
        case_ref: String::new(),
        kind: "address".into(),
        digest: [3; 32],
        results: 2,
    };
    write(&test.store, |tx| tx.note_search(&note));
    assert_eq!(
        read(&test.store, |tx| tx.searches_for(&[3; 32], 10)),
        [note]
    );
    assert_eq!(read(&test.store, |tx| tx.searches_for(&[4; 32], 10)), []);
}

fn access_to_an_organisation_holds_for_one_session_and_a_while(test: &TestStore) {
    let ends_at = now().plus_seconds(3_600);
    write(&test.store, |tx| {
        tx.add_person(
            &"sam@csirt.example".parse().unwrap(),
            "Sam",
            Some(Language::En),
            now(),
        )?;
        tx.give_staff_access((1, 5), "an old reason", now())?;
        tx.give_staff_access((1, 5), "a question of the owner", ends_at)
    });
    let reason = |key, at| read(&test.store, |tx| tx.staff_access(key, at));
    assert_eq!(
        reason((1, 5), now()).as_deref(),
        Some("a question of the owner")
    );
    assert_eq!(reason((1, 5), ends_at), None);
    assert_eq!(reason((2, 5), now()), None);
    assert_eq!(reason((1, 6), now()), None);
}

fn who_asked_for_a_joint_approval_may_drop_it_and_not_confirm_it(test: &TestStore) {
    let ask = || {
        write(&test.store, |tx| {
            tx.ask_joint_approval(1, "checked with the source", 30, &[4, 5], now())
        })
    };
    let end = |number, person_no, confirmed| {
        write(&test.store, |tx| {
            tx.end_joint_approval(number, person_no, confirmed, now())
        })
    };
    let (first, second) = (ask(), ask());
    assert_eq!(
        read(&test.store, |tx| tx.messages_of_joint_approval(first)),
        [4, 5]
    );
    assert_eq!(read(&test.store, |tx| tx.open_joint_approvals()).len(), 2);
    assert!(!end(first, 1, true), "alone");
    assert!(end(first, 2, true));
    assert!(!end(first, 2, true), "it ended");
    assert!(end(second, 1, false));
    assert_eq!(read(&test.store, |tx| tx.open_joint_approvals()), []);
}

both_engines!(
    findings_are_found_by_the_keys_of_their_endpoints,
    organisations_are_found_by_reference_and_begin_of_name,
    assets_are_found_by_their_values_in_that_order,
    a_search_is_remembered_by_digest,
    access_to_an_organisation_holds_for_one_session_and_a_while,
    who_asked_for_a_joint_approval_may_drop_it_and_not_confirm_it,
);
