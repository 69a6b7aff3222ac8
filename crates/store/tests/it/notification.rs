use model::{Language, ReleaseRule, Severity};
use store::{
    Collecting, DeskChange, LineToTell, Notification, NotificationKey, NotificationState, Store,
};
use testkit::{TestStore, both_engines, days_later};

use crate::builders::{desk_no, line_to_tell, now, read, write};

fn window(store: &Store) -> i64 {
    write(store, |tx| tx.open_window(now()))
}

fn add(store: &Store, lines: Vec<LineToTell>) {
    write(store, |tx| {
        tx.add_lines(&mut Collecting::default(), &lines, now())
    });
}

fn notifications(store: &Store) -> Vec<Notification> {
    let mut found = Vec::new();
    read(store, |tx| {
        found.clear();
        tx.each_notification(|one| {
            found.push(one);
            Ok(())
        })
    });
    found
}

fn lines_of_one_key_make_one_notification(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(
        &test.store,
        vec![
            line_to_tell(window_no, desk_no, 2),
            line_to_tell(window_no, desk_no, 1),
        ],
    );
    add(&test.store, vec![line_to_tell(window_no, desk_no, 3)]);
    let found = notifications(&test.store);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].lines, found[0].part, found[0].state),
        (3, 1, NotificationState::Collecting)
    );
    let lines = read(&test.store, |tx| tx.lines_of(found[0].notification_no));
    assert_eq!(
        lines.iter().map(|line| line.finding_no).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(lines[0], line_to_tell(window_no, desk_no, 1).line);
}

fn another_key_makes_another_notification(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    let line = |finding_no, change: fn(&mut NotificationKey)| {
        let mut line = line_to_tell(window_no, desk_no, finding_no);
        change(&mut line.key);
        line
    };
    let lines = vec![
        line(1, |_| {}),
        line(2, |key| key.recipient_no = 2),
        line(3, |key| key.language = Language::En),
        line(4, |key| key.severity = Severity::Low),
        line(1, |key| key.language = Language::En),
    ];
    add(&test.store, lines);
    let lines: Vec<_> = notifications(&test.store)
        .iter()
        .map(|one| one.lines)
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines.iter().sum::<i64>(), 5);
}

fn a_message_has_at_most_ten_thousand_lines_and_the_rest_goes_into_a_next_part(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(
        &test.store,
        (1..=9_999)
            .map(|number| line_to_tell(window_no, desk_no, number))
            .collect(),
    );
    add(
        &test.store,
        (10_000..=20_001)
            .map(|number| line_to_tell(window_no, desk_no, number))
            .collect(),
    );
    let parts: Vec<_> = notifications(&test.store)
        .iter()
        .map(|one| (one.part, one.lines))
        .collect();
    assert_eq!(parts, [(1, 10_000), (2, 10_000), (3, 1)]);
    assert_eq!(test.count("SELECT COUNT(*) FROM notification_line"), 20_001);
}

fn a_closed_window_is_approved_or_held_as_the_desk_rules(test: &TestStore) {
    let desk = read(&test.store, |tx| tx.desk_named(None)).unwrap();
    for (rule, state) in [
        (ReleaseRule::Send, NotificationState::Approved),
        (ReleaseRule::Hold, NotificationState::Held),
    ] {
        let change = DeskChange {
            alert_rule: Some(rule),
            ..DeskChange::default()
        };
        write(&test.store, |tx| tx.change_desk(desk.clone(), &change));
        let window_no = window(&test.store);
        add(&test.store, vec![line_to_tell(window_no, desk.desk_no, 1)]);
        write(&test.store, |tx| tx.close_window(window_no, days_later(1)));
        let found = notifications(&test.store).pop().unwrap();
        assert_eq!(found.state, state, "{rule}");
        assert_eq!(found.decided_at.is_some(), rule == ReleaseRule::Send);
        assert_eq!(found.reason.is_empty(), rule == ReleaseRule::Send);
    }
}

fn closing_a_window_leaves_other_windows_open(test: &TestStore) {
    let (first, second, desk_no) = (
        window(&test.store),
        window(&test.store),
        desk_no(&test.store),
    );
    add(
        &test.store,
        vec![
            line_to_tell(first, desk_no, 1),
            line_to_tell(second, desk_no, 2),
        ],
    );
    write(&test.store, |tx| tx.close_window(first, now()));
    let states: Vec<_> = notifications(&test.store)
        .iter()
        .map(|one| one.state)
        .collect();
    assert_eq!(
        states,
        [NotificationState::Approved, NotificationState::Collecting]
    );
}

fn a_withdrawn_line_is_kept_with_its_reason_and_told_no_more(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(
        &test.store,
        vec![
            line_to_tell(window_no, desk_no, 1),
            line_to_tell(window_no, desk_no, 2),
        ],
    );
    let number = notifications(&test.store)[0].notification_no;
    // Twice is once.
    for _ in 0..2 {
        write(&test.store, |tx| tx.withdraw_line(number, 1, "sold", now()));
    }
    let found = notifications(&test.store).remove(0);
    assert_eq!(
        (found.lines, found.state),
        (1, NotificationState::Collecting)
    );
    let lines = read(&test.store, |tx| tx.lines_of(number));
    assert_eq!(
        lines
            .iter()
            .map(|line| line.withdrawn.as_deref())
            .collect::<Vec<_>>(),
        [Some("sold"), None]
    );
    let told = read(&test.store, |tx| tx.told(&[1, 2]));
    assert_eq!(
        told.iter().map(|told| told.finding_no).collect::<Vec<_>>(),
        [2]
    );
}

fn nothing_is_taken_out_of_a_message_that_was_approved_meanwhile(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(&test.store, vec![line_to_tell(window_no, desk_no, 1)]);
    write(&test.store, |tx| tx.close_window(window_no, now()));
    let approved = notifications(&test.store).remove(0);
    assert_eq!(approved.state, NotificationState::Approved);
    let number = approved.notification_no;
    write(&test.store, |tx| tx.withdraw_line(number, 1, "sold", now()));
    assert_eq!(notifications(&test.store), [approved]);
    assert_eq!(read(&test.store, |tx| tx.told(&[1])).len(), 1);
}

fn a_notification_without_lines_is_withheld(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(&test.store, vec![line_to_tell(window_no, desk_no, 1)]);
    let number = notifications(&test.store)[0].notification_no;
    write(&test.store, |tx| {
        tx.withdraw_line(number, 1, "sold", now())?;
        tx.close_window(window_no, now())
    });
    let found = notifications(&test.store).remove(0);
    assert_eq!((found.state, found.lines), (NotificationState::Withheld, 0));
}

fn a_line_that_comes_after_the_last_one_was_withdrawn_is_told(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(&test.store, vec![line_to_tell(window_no, desk_no, 1)]);
    let number = notifications(&test.store)[0].notification_no;
    write(&test.store, |tx| tx.withdraw_line(number, 1, "sold", now()));
    // A later chunk of the same batch, in the same window.
    add(&test.store, vec![line_to_tell(window_no, desk_no, 2)]);
    write(&test.store, |tx| tx.close_window(window_no, now()));
    let told = read(&test.store, |tx| tx.told(&[2]));
    let states: Vec<_> = told.iter().map(|told| told.state).collect();
    assert_eq!(states, [NotificationState::Approved]);
}

fn a_line_that_was_withdrawn_can_come_back_in_the_same_window(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(
        &test.store,
        vec![
            line_to_tell(window_no, desk_no, 1),
            line_to_tell(window_no, desk_no, 2),
        ],
    );
    let number = notifications(&test.store)[0].notification_no;
    write(&test.store, |tx| tx.withdraw_line(number, 1, "sold", now()));
    add(&test.store, vec![line_to_tell(window_no, desk_no, 1)]);
    write(&test.store, |tx| tx.close_window(window_no, now()));
    assert_eq!(read(&test.store, |tx| tx.told(&[1])).len(), 1);
    assert_eq!(read(&test.store, |tx| tx.status()).balance(), [0; 4]);
}

fn what_is_remembered_of_a_window_is_what_it_has(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    let mut collecting = Collecting::default();
    let mut add = |lines: Vec<i64>| {
        let lines = lines.into_iter();
        let lines: Vec<_> = lines
            .map(|finding_no| line_to_tell(window_no, desk_no, finding_no))
            .collect();
        write(&test.store, |tx| {
            tx.add_lines(&mut collecting, &lines, now())
        });
    };
    add((1..=9_999).collect());
    add(vec![10_000, 10_001]);
    let parts = || notifications(&test.store);
    let lines: Vec<i64> = parts().iter().map(|part| part.lines).collect();
    assert_eq!(lines, [10_000, 1]);
    // Taken out by somebody else, the line comes back in a part of its own.
    let second = parts()[1].notification_no;
    write(&test.store, |tx| {
        tx.withdraw_line(second, 10_001, "sold", now())
    });
    add(vec![10_001, 10_002]);
    let lines: Vec<i64> = parts().iter().map(|part| part.lines).collect();
    assert_eq!(lines, [10_000, 0, 2]);
    assert_eq!(read(&test.store, |tx| tx.status()).balance()[3], 0);
}

fn a_notification_moves_only_from_the_states_that_the_caller_expects(test: &TestStore) {
    let (window_no, desk_no) = (window(&test.store), desk_no(&test.store));
    add(&test.store, vec![line_to_tell(window_no, desk_no, 1)]);
    let number = notifications(&test.store)[0].notification_no;
    let go = |from: &[NotificationState], to| {
        write(&test.store, |tx| {
            tx.move_notification(number, from, to, "why", (now(), "analyst"))
        })
    };
    assert!(!go(
        &[NotificationState::Held, NotificationState::Approved],
        NotificationState::Withheld
    ));
    assert!(go(
        &[NotificationState::Held, NotificationState::Collecting],
        NotificationState::Withheld
    ));
    let found = read(&test.store, |tx| tx.notification(number)).unwrap();
    assert_eq!(
        (
            found.state,
            found.reason.as_str(),
            found.decided_by.as_str()
        ),
        (NotificationState::Withheld, "why", "analyst")
    );
    let in_state = read(&test.store, |tx| {
        tx.notifications_in(NotificationState::Withheld, 0, 10)
    });
    assert_eq!(in_state.len(), 1);
    assert!(
        read(&test.store, |tx| tx.notifications_in(
            NotificationState::Withheld,
            number,
            10
        ))
        .is_empty()
    );
}

fn lines_about_a_finding_are_found(test: &TestStore) {
    let (first, second, desk_no) = (
        window(&test.store),
        window(&test.store),
        desk_no(&test.store),
    );
    add(
        &test.store,
        vec![
            line_to_tell(first, desk_no, 1),
            line_to_tell(second, desk_no, 1),
        ],
    );
    assert_eq!(read(&test.store, |tx| tx.lines_about(1)).len(), 2);
    assert!(read(&test.store, |tx| tx.lines_about(2)).is_empty());
}

both_engines!(
    lines_of_one_key_make_one_notification,
    another_key_makes_another_notification,
    a_message_has_at_most_ten_thousand_lines_and_the_rest_goes_into_a_next_part,
    a_closed_window_is_approved_or_held_as_the_desk_rules,
    closing_a_window_leaves_other_windows_open,
    a_withdrawn_line_is_kept_with_its_reason_and_told_no_more,
    a_notification_without_lines_is_withheld,
    nothing_is_taken_out_of_a_message_that_was_approved_meanwhile,
    a_line_that_comes_after_the_last_one_was_withdrawn_is_told,
    a_line_that_was_withdrawn_can_come_back_in_the_same_window,
    what_is_remembered_of_a_window_is_what_it_has,
    a_notification_moves_only_from_the_states_that_the_caller_expects,
    lines_about_a_finding_are_found,
);

#[test]
fn a_reference_names_a_notification_and_nothing_else_does() {
    for (text, want) in [
        ("NTF-2026-000042", Some(42)),
        (" NTF-2026-1234567 ", Some(1_234_567)),
        ("NTF-2026-", None),
        ("NTF-26-000042", None),
        ("NTF-2026", None),
        ("ntf", None),
        ("", None),
    ] {
        assert_eq!(Notification::number_in(text), want, "{text}");
    }
}
