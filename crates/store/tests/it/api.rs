use model::{AssetKind, AssetValue, PartyRole, Scope};
use store::{
    AskedOnce, Collecting, KeptAnswer, KeyOwner, NewApiKey, NotificationState, StoreError,
};
use testkit::{RegisterBuilder, TestStore, both_engines, days_later};

use crate::builders::{add_findings, desk_no, line_to_tell, now, read, write};

/// A key of the desk, with an answer that is kept for it.
pub(crate) fn programs_live_in(test: &TestStore) {
    let new = NewApiKey {
        digest: [7; 32],
        owner: KeyOwner::Desk,
        name: "test",
        scopes: &[Scope::DeskRead],
        expires_at: days_later(1),
    };
    write(&test.store, |tx| {
        let asked = AskedOnce {
            key_no: tx.add_api_key(&new, "test", now())?,
            digest: [1; 32],
        };
        tx.keep_answer(&asked, &answer("body"), now(), days_later(1))
    });
}

fn answer(body: &str) -> KeptAnswer {
    KeptAnswer {
        request: vec![2; 32],
        status: 201,
        location: "/here".into(),
        body: body.into(),
    }
}

fn a_key_is_there_until_it_is_ended_or_its_owner_is_closed(test: &TestStore) {
    let store = &test.store;
    let register = RegisterBuilder::new().organisation("a").organisation("b");
    register.import(store, now());
    let party_no = read(store, |tx| tx.party_no("a")).unwrap();
    let make = |owner| {
        let new = NewApiKey {
            digest: [7; 32],
            owner,
            name: "test",
            scopes: &[Scope::AssetsRead, Scope::FindingsRead],
            expires_at: days_later(1),
        };
        write(store, |tx| tx.add_api_key(&new, "test", now()))
    };
    let own = make(KeyOwner::Organisation(party_no));
    let next = make(KeyOwner::Organisation(party_no));
    let desk = make(KeyOwner::Desk);
    let key = read(store, |tx| tx.api_key(own)).unwrap();
    assert_eq!(
        (key.reference.as_str(), key.digest, key.used_at),
        ("a", [7; 32], None)
    );
    assert_eq!(key.scopes, [Scope::AssetsRead, Scope::FindingsRead]);
    write(store, |tx| tx.touch_api_key(own, now()));
    let numbers = |keys: Vec<store::ApiKey>| keys.iter().map(|key| key.key_no).collect::<Vec<_>>();
    assert_eq!(
        numbers(read(store, |tx| tx.api_keys_of(party_no))),
        [next, own]
    );
    assert_eq!(numbers(read(store, |tx| tx.api_keys_of_desk())), [desk]);
    let other = read(store, |tx| tx.party_no("b"));
    assert!(!write(store, |tx| tx.end_api_key(
        other,
        own,
        "test",
        now()
    )));
    assert!(write(store, |tx| tx.end_api_key(
        Some(party_no),
        own,
        "test",
        now()
    )));
    assert!(!write(store, |tx| tx.end_api_key(None, own, "test", now())));
    assert_eq!(read(store, |tx| tx.api_key(own)), None);
    let closing = RegisterBuilder::new().organisation("b").replacing();
    closing.import(store, now());
    assert_eq!(read(store, |tx| tx.api_key(next)), None);
    assert!(read(store, |tx| tx.api_key(desk)).is_some());
}

fn an_answer_is_kept_once_and_for_a_time(test: &TestStore) {
    let asked = AskedOnce {
        key_no: 1,
        digest: [1; 32],
    };
    let keep = |body: &str, at| {
        test.store
            .write(|tx| tx.keep_answer(&asked, &answer(body), at, days_later(1)))
    };
    let kept = |at| read(&test.store, |tx| tx.kept_answer(&asked, at));
    keep("first", now()).unwrap();
    assert!(matches!(keep("second", now()), Err(StoreError::Conflict)));
    assert_eq!(kept(now()), Some(answer("first")));
    assert_eq!(kept(days_later(1)), None);
    let later = days_later(1);
    test.store
        .write(|tx| tx.keep_answer(&asked, &answer("third"), later, days_later(2)))
        .unwrap();
    assert_eq!(kept(later), Some(answer("third")));
    assert_eq!(write(&test.store, |tx| tx.remove_old_answers(later)), 0);
    assert_eq!(
        write(&test.store, |tx| tx.remove_old_answers(days_later(2))),
        1
    );
}

fn changes_have_the_order_in_which_messages_were_approved_each_once(test: &TestStore) {
    let (store, desk_no) = (&test.store, desk_no(&test.store));
    let windows = [1, 2].map(|finding_no| {
        let window_no = write(store, |tx| tx.open_window(now()));
        let lines = [line_to_tell(window_no, desk_no, finding_no)];
        write(store, |tx| {
            tx.add_lines(&mut Collecting::default(), &lines, now())
        });
        window_no
    });
    let party_no = line_to_tell(1, desk_no, 1).key.recipient_no;
    write(store, |tx| tx.close_window(windows[1], now()));
    write(store, |tx| tx.close_window(windows[0], days_later(1)));
    let changes = read(store, |tx| tx.changes_of(party_no, 0, 10));
    let told: Vec<_> = changes.iter().map(|change| change.subject_no).collect();
    assert_eq!(told, [2, 1]);
    for state in [NotificationState::Failed, NotificationState::Approved] {
        let decided = (days_later(2), "test");
        let all = NotificationState::ALL;
        write(store, |tx| tx.move_notification(2, all, state, "", decided));
    }
    assert_eq!(read(store, |tx| tx.changes_of(party_no, 0, 10)), changes);
    assert_eq!(
        read(store, |tx| tx.changes_of(
            party_no,
            changes[0].change_no,
            10
        ))
        .len(),
        1
    );
    assert_eq!(read(store, |tx| tx.last_change_no()), changes[1].change_no);
    assert_eq!(read(store, |tx| tx.changes_of(party_no + 1, 0, 10)), []);

    // What is held back was not told; approved again, it comes last.
    let decided = (days_later(3), "test");
    assert!(write(store, |tx| tx.hold_back_message(2, "wrong", decided)));
    assert_eq!(read(store, |tx| tx.told_message(party_no, 2)), None);
    let all = NotificationState::ALL;
    let approved = NotificationState::Approved;
    write(store, |tx| {
        tx.move_notification(2, all, approved, "", decided)
    });
    let changes = read(store, |tx| tx.changes_of(party_no, 0, 10));
    let told: Vec<_> = changes
        .iter()
        .map(|change| (change.kind.as_str(), change.subject_no))
        .collect();
    assert_eq!(told, [("told", 1), ("withdrawn", 2), ("told", 2)]);
    write(store, |tx| {
        tx.move_notification(2, all, NotificationState::Withheld, "", decided)
    });
    assert_eq!(read(store, |tx| tx.told_message(party_no, 2)), None);
}

fn messages_were_told_to_whom_they_were_approved_for(test: &TestStore) {
    let (store, desk_no) = (&test.store, desk_no(&test.store));
    assert_eq!(write(store, |tx| tx.threat_no("open-rdp")), 1);
    add_findings(store, 1..=3);
    // The last is not approved.
    for finding_nos in [&[1, 2][..], &[1], &[3]] {
        let window_no = write(store, |tx| tx.open_window(now()));
        let lines: Vec<_> = finding_nos
            .iter()
            .map(|finding_no| line_to_tell(window_no, desk_no, *finding_no))
            .collect();
        write(store, |tx| {
            tx.add_lines(&mut Collecting::default(), &lines, now())
        });
        if finding_nos[0] < 3 {
            write(store, |tx| tx.close_window(window_no, now()));
        }
    }
    let party_no = line_to_tell(1, desk_no, 1).key.recipient_no;
    let messages = read(store, |tx| tx.told_messages(party_no, None, 10));
    assert_eq!(
        messages
            .iter()
            .map(|told| told.change_no)
            .collect::<Vec<_>>(),
        [2, 1]
    );
    let message = read(store, |tx| tx.told_message(party_no, 1));
    assert_eq!(message.as_ref(), messages.last());
    assert_eq!(read(store, |tx| tx.told_message(party_no, 3)), None);
}

fn parties_are_listed_by_role_and_an_asset_is_found_by_what_it_is(test: &TestStore) {
    let store = &test.store;
    let register = RegisterBuilder::new().organisation("a").organisation("b");
    register
        .asset("a", "address", "192.0.2.1")
        .import(store, now());
    write(store, |tx| {
        tx.ensure_party("source", "source", PartyRole::Source, now())
    });
    let party_no = read(store, |tx| tx.party_no("a")).unwrap();
    let page = |after_no| {
        read(store, |tx| {
            tx.party_notes(PartyRole::Recipient, now().day(), (after_no, 1))
        })
    };
    assert_eq!(page(0)[0].reference, "a");
    assert_eq!(page(party_no)[0].reference, "b");
    let note = |role| read(store, |tx| tx.party_note(party_no, role, now().day()));
    assert!(note(PartyRole::Recipient).is_some() && note(PartyRole::Source).is_none());
    let contacts = read(store, |tx| tx.contact_notes(party_no, 0, 10));
    assert_eq!((contacts.len(), contacts[0].row.party_no), (1, party_no));
    let found = |text| {
        let value = AssetValue::parse(AssetKind::Address, text).unwrap();
        read(store, |tx| tx.open_asset_no(party_no, &value, None))
    };
    assert!(found("192.0.2.1").is_some() && found("192.0.2.2").is_none());
}

both_engines!(
    a_key_is_there_until_it_is_ended_or_its_owner_is_closed,
    an_answer_is_kept_once_and_for_a_time,
    changes_have_the_order_in_which_messages_were_approved_each_once,
    messages_were_told_to_whom_they_were_approved_for,
    parties_are_listed_by_role_and_an_asset_is_found_by_what_it_is,
);
