use store::{BatchCounts, Collecting, NotificationState, QueueItem, QueueKind, QueueState, Status};
use testkit::{TestStore, both_engines};

use crate::builders::{add_findings, desk_no, line_to_tell, new_batch, now, read, write};

fn status(test: &TestStore) -> Status {
    let whole = read(&test.store, |tx| tx.status());
    let mut walked = read(&test.store, |tx| tx.status_of_flow());
    let mut next = Some(1);
    while let Some(from) = next {
        let step = read(&test.store, |tx| tx.status_step(from));
        walked.add(&step);
        next = step.next;
    }
    let (observations, matches) = (whole.observations, whole.matches);
    // Steps count the same but for what nobody who walks asks.
    assert_eq!(
        Status {
            observations,
            matches,
            ..walked
        },
        whole
    );
    whole
}

fn a_new_store_is_in_balance(test: &TestStore) {
    let status = status(test);
    assert_eq!(status.balance(), [0; 4]);
    assert_eq!((status.findings, status.batches), (0, [0; 4]));
}

fn a_finding_that_is_nowhere_shows_in_the_balance(test: &TestStore) {
    add_findings(&test.store, [1, 2, 3].into_iter());
    assert_eq!(status(test).balance(), [0, 0, 3, 0]);
    let desk_no = desk_no(&test.store);
    let window_no = write(&test.store, |tx| tx.open_window(now()));
    write(&test.store, |tx| {
        tx.add_lines(
            &mut Collecting::default(),
            &[line_to_tell(window_no, desk_no, 1)],
            now(),
        )
    });
    let item = QueueItem {
        finding_no: 2,
        episode: 1,
        kind: QueueKind::Unresolved,
        state: QueueState::Open,
        owner: "desk".into(),
        reason: String::new(),
        opened_at: now(),
    };
    write(&test.store, |tx| {
        tx.add_queue_items(&[
            item.clone(),
            QueueItem {
                finding_no: 3,
                ..item.clone()
            },
        ])
    });
    assert_eq!(status(test).balance(), [0; 4]);
    // Resolved means that somebody was told; here nobody was.
    let key = (3, 1, QueueKind::Unresolved);
    write(&test.store, |tx| {
        tx.move_queue_item(key, QueueState::Resolved, "", (now(), "route"))
    });
    assert_eq!(status(test).balance(), [0, 0, 1, 0]);
    let number = read(&test.store, |tx| tx.lines_about(1))[0].0;
    write(&test.store, |tx| tx.withdraw_line(number, 1, "sold", now()));
    assert_eq!(status(test).balance(), [0, 0, 2, 0]);
}

fn a_lost_line_shows_in_the_balance(test: &TestStore) {
    add_findings(&test.store, [1].into_iter());
    let desk_no = desk_no(&test.store);
    let window_no = write(&test.store, |tx| tx.open_window(now()));
    write(&test.store, |tx| {
        tx.add_lines(
            &mut Collecting::default(),
            &[line_to_tell(window_no, desk_no, 1)],
            now(),
        )
    });
    assert_eq!(
        status(test).notifications,
        [(NotificationState::Collecting, 1, 1)]
    );
    write(&test.store, |tx| tx.close_window(window_no, now()));
    test.tamper("DELETE FROM notification_line");
    assert_eq!(status(test).balance(), [0, 0, 1, 1]);
}

fn rows_without_a_verdict_or_a_reason_show_in_the_balance(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let batch_no = write(&test.store, |tx| tx.add_batch(&new_batch(desk_no, 1)));
    let counts = BatchCounts {
        rows_read: 10,
        accepted: 5,
        duplicate: 1,
        quarantined: 2,
        refused: 1,
    };
    write(&test.store, |tx| tx.advance_batch(batch_no, counts, 11));
    assert_eq!(status(test).balance(), [1, 3, 0, 0]);
    assert_eq!(status(test).rows, counts);
}

both_engines!(
    a_new_store_is_in_balance,
    a_finding_that_is_nowhere_shows_in_the_balance,
    a_lost_line_shows_in_the_balance,
    rows_without_a_verdict_or_a_reason_show_in_the_balance,
);
