use model::Severity;
use store::{Collecting, MessageFilter, NotificationState};
use testkit::{TestStore, both_engines};

use crate::builders::{add_findings, desk_no, line_to_tell, now, read, write};

/// Five messages, of which every second is critical; the first two windows are closed.
fn five_messages(test: &TestStore) {
    add_findings(&test.store, 1..=5);
    let desk_no = desk_no(&test.store);
    for finding_no in 1..=5 {
        let window_no = write(&test.store, |tx| tx.open_window(now()));
        let mut line = line_to_tell(window_no, desk_no, finding_no);
        if finding_no % 2 == 0 {
            line.key.severity = Severity::Critical;
        }
        write(&test.store, |tx| {
            tx.add_lines(&mut Collecting::default(), &[line.clone()], now())
        });
        if finding_no <= 2 {
            write(&test.store, |tx| tx.close_window(window_no, now()));
        }
    }
}

fn numbers(test: &TestStore, filter: &MessageFilter, before_no: i64) -> (Vec<i64>, Option<i64>) {
    let page = read(&test.store, |tx| tx.message_page(filter, before_no, 2));
    let numbers = page.messages.iter().map(|found| found.notification_no);
    (numbers.collect(), page.next_before)
}

fn messages_come_page_by_page_newest_first(test: &TestStore) {
    five_messages(test);
    let all = MessageFilter::default();
    assert_eq!(numbers(test, &all, i64::MAX), (vec![5, 4], Some(4)));
    assert_eq!(numbers(test, &all, 4), (vec![3, 2], Some(2)));
    assert_eq!(numbers(test, &all, 2), (vec![1], None));
}

fn a_filter_shows_what_it_says(test: &TestStore) {
    five_messages(test);
    let approved = MessageFilter {
        state: Some(NotificationState::Approved),
        ..MessageFilter::default()
    };
    assert_eq!(numbers(test, &approved, i64::MAX), (vec![2, 1], None));
    let critical = MessageFilter {
        severity: Some(Severity::Critical),
        ..approved
    };
    assert_eq!(numbers(test, &critical, i64::MAX), (vec![2], None));
    let of_another = MessageFilter {
        recipient_no: Some(99),
        ..MessageFilter::default()
    };
    assert_eq!(numbers(test, &of_another, i64::MAX), (vec![], None));
    let count = |state, most| read(&test.store, |tx| tx.count_messages(state, most));
    assert_eq!(count(NotificationState::Collecting, 10), 3);
    assert_eq!(count(NotificationState::Collecting, 2), 2);
}

fn a_message_is_held_back_until_a_worker_has_it(test: &TestStore) {
    five_messages(test);
    let decided = (now(), "an analyst");
    let hold = |number| {
        write(&test.store, |tx| {
            tx.hold_back_message(number, "wrong advice", decided)
        })
    };
    assert!(hold(1));
    assert!(!hold(1), "it is held already");
    assert!(!hold(3), "it is not approved");
    let due = store::DueMessages {
        desks: &[desk_no(&test.store)],
        now: now(),
        messages_max: 10,
        lines_max: 10,
        oldest_first: false,
        lease: store::LEASE,
    };
    let taken = write(&test.store, |tx| tx.take_messages(&due, 7));
    assert_eq!(taken.len(), 1);
    assert!(!hold(2), "a worker has it");
    write(&test.store, |tx| tx.give_back_messages(7, &[2], now()));
    assert!(hold(2));
}

both_engines!(
    messages_come_page_by_page_newest_first,
    a_filter_shows_what_it_says,
    a_message_is_held_back_until_a_worker_has_it,
);
