use model::Severity;
use store::{Collecting, DueMessages, LEASE, Store};
use testkit::{TestStore, both_engines};

use crate::builders::{desk_no, line_to_tell, now, read, write};

/// Approved messages of these severities with so many lines each, in this order.
fn approved(store: &Store, messages: &[(Severity, i64)]) {
    let (desk_no, window_no) = (desk_no(store), write(store, |tx| tx.open_window(now())));
    let mut finding_no = 0;
    for (index, (severity, lines)) in messages.iter().enumerate() {
        let lines: Vec<_> = (0..*lines)
            .map(|_| {
                finding_no += 1;
                let mut line = line_to_tell(window_no, desk_no, finding_no);
                line.key.severity = *severity;
                line.key.recipient_no = index as i64 + 1;
                line
            })
            .collect();
        write(store, |tx| {
            tx.add_lines(&mut Collecting::default(), &lines, now())
        });
    }
    write(store, |tx| tx.close_window(window_no, now()));
}

/// Numbers of the messages that a worker takes.
fn take(store: &Store, claim: i64, change: fn(&mut DueMessages<'_>)) -> Vec<i64> {
    let desks = [desk_no(store)];
    let mut due = DueMessages {
        desks: &desks,
        now: now(),
        messages_max: 100,
        lines_max: 100,
        oldest_first: false,
        lease: LEASE,
    };
    change(&mut due);
    let taken = write(store, |tx| tx.take_messages(&due, claim));
    taken
        .iter()
        .map(|message| message.notification_no)
        .collect()
}

const MIXED: [(Severity, i64); 4] = [
    (Severity::Low, 1),
    (Severity::Critical, 1),
    (Severity::Low, 1),
    (Severity::High, 1),
];

fn the_most_severe_message_is_taken_first_then_the_oldest(test: &TestStore) {
    approved(&test.store, &MIXED);
    assert_eq!(take(&test.store, 1, |_| {}), [2, 4, 1, 3]);
}

fn the_oldest_message_is_taken_first_when_that_is_asked_for(test: &TestStore) {
    approved(&test.store, &MIXED);
    assert_eq!(
        take(&test.store, 1, |due| due.oldest_first = true),
        [1, 2, 3, 4]
    );
}

fn a_portion_has_its_bounds_and_one_message_at_least(test: &TestStore) {
    approved(
        &test.store,
        &[
            (Severity::High, 7),
            (Severity::High, 2),
            (Severity::High, 2),
        ],
    );
    assert_eq!(
        take(&test.store, 1, |due| due.lines_max = 5),
        [1],
        "more lines than fit"
    );
    assert_eq!(take(&test.store, 2, |due| due.lines_max = 3), [2]);
    assert_eq!(take(&test.store, 3, |due| due.messages_max = 1), [3]);
    assert!(take(&test.store, 4, |_| {}).is_empty());
}

fn a_message_is_with_one_worker_until_its_lease_is_over_and_the_first_is_fenced(test: &TestStore) {
    approved(&test.store, &MIXED[..2]);
    let held = |claim| write(&test.store, |tx| tx.held_messages(claim, &[1, 2])).len();
    assert_eq!(take(&test.store, 7, |_| {}).len(), 2);
    assert!(take(&test.store, 8, |_| {}).is_empty());
    test.end_leases();
    let kept = write(&test.store, |tx| tx.hold_messages(7, &[1, 2], LEASE));
    assert_eq!(kept.len(), 2, "nobody else took them");
    assert!(
        take(&test.store, 8, |_| {}).is_empty(),
        "a sign of life was given"
    );
    test.end_leases();
    assert_eq!(take(&test.store, 9, |_| {}).len(), 2);
    assert_eq!((held(7), held(9)), (0, 2));
    write(&test.store, |tx| tx.give_back_messages(7, &[1, 2], now()));
    assert!(
        take(&test.store, 8, |_| {}).is_empty(),
        "who lost them gives nothing back"
    );
}

fn a_message_that_is_given_back_is_taken_when_it_is_due(test: &TestStore) {
    approved(&test.store, &MIXED[..1]);
    take(&test.store, 1, |_| {});
    write(&test.store, |tx| {
        tx.give_back_messages(1, &[1], now().plus_seconds(300))
    });
    assert!(take(&test.store, 2, |due| due.now = now().plus_seconds(299)).is_empty());
    assert_eq!(
        take(&test.store, 2, |due| due.now = now().plus_seconds(300)),
        [1]
    );
}

fn a_lease_from_before_the_clock_was_set_back_is_cut(test: &TestStore) {
    approved(&test.store, &MIXED[..2]);
    take(&test.store, 1, |due| due.messages_max = 1);
    test.tamper("UPDATE notification SET taken_until = taken_until * 2 WHERE taken_until > 0");
    assert_eq!(write(&test.store, |tx| tx.cut_long_leases()), 1);
    assert_eq!(write(&test.store, |tx| tx.cut_long_leases()), 0);
}

fn two_workers_never_take_the_same_message(test: &TestStore) {
    approved(&test.store, &[(Severity::High, 1); 60]);
    let stores: Vec<Store> = (0..3).map(|_| test.opened_again()).collect();
    let mut taken: Vec<i64> = std::thread::scope(|scope| {
        let workers: Vec<_> = stores
            .iter()
            .zip(1..)
            .map(|(store, claim)| {
                scope.spawn(move || {
                    let mut all = Vec::new();
                    loop {
                        let taken = take(store, claim, |due| due.messages_max = 3);
                        if taken.is_empty() {
                            return all;
                        }
                        all.extend(taken);
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    taken.sort_unstable();
    assert_eq!(taken, (1..=60).collect::<Vec<_>>());
}

fn a_line_whose_observation_is_gone_is_left_out(test: &TestStore) {
    approved(&test.store, &MIXED[..1]);
    let rows = read(&test.store, |tx| tx.telling_rows(&[1]));
    assert!(rows.is_empty());
}

both_engines!(
    the_most_severe_message_is_taken_first_then_the_oldest,
    the_oldest_message_is_taken_first_when_that_is_asked_for,
    a_portion_has_its_bounds_and_one_message_at_least,
    a_message_is_with_one_worker_until_its_lease_is_over_and_the_first_is_fenced,
    a_message_that_is_given_back_is_taken_when_it_is_due,
    a_lease_from_before_the_clock_was_set_back_is_cut,
    two_workers_never_take_the_same_message,
    a_line_whose_observation_is_gone_is_left_out,
);
