use store::{QueueItem, QueueKind, QueueState};
use testkit::{TestStore, both_engines, days_later};

use crate::builders::{now, read, write};

fn item(finding_no: i64, kind: QueueKind) -> QueueItem {
    QueueItem {
        finding_no,
        episode: 1,
        kind,
        state: QueueState::Open,
        owner: "desk".into(),
        reason: "nobody is known".into(),
        opened_at: now(),
    }
}

fn items_wait_by_kind_and_number(test: &TestStore) {
    let items = [
        item(1, QueueKind::Unresolved),
        item(1, QueueKind::Dispute),
        item(2, QueueKind::Unresolved),
    ];
    write(&test.store, |tx| tx.add_queue_items(&items));
    assert_eq!(
        read(&test.store, |tx| tx.queue_items_of(&[1])),
        [item(1, QueueKind::Unresolved), item(1, QueueKind::Dispute)]
    );
    let open = read(&test.store, |tx| {
        tx.open_queue_items(QueueKind::Unresolved, 1, 10)
    });
    assert_eq!(open, [item(2, QueueKind::Unresolved)]);
}

fn an_item_that_was_decided_waits_no_more_and_says_why(test: &TestStore) {
    write(&test.store, |tx| {
        tx.add_queue_items(&[item(1, QueueKind::Dispute)])
    });
    let key = (1, 1, QueueKind::Dispute);
    write(&test.store, |tx| {
        tx.move_queue_item(
            key,
            QueueState::Withheld,
            "by phone",
            (days_later(1), "analyst"),
        )
    });
    assert!(
        read(&test.store, |tx| tx.open_queue_items(
            QueueKind::Dispute,
            0,
            10
        ))
        .is_empty()
    );
    let items = read(&test.store, |tx| tx.queue_items_of(&[1]));
    assert_eq!(
        (items[0].state, items[0].reason.as_str()),
        (QueueState::Withheld, "by phone")
    );
}

fn an_item_can_not_be_there_twice(test: &TestStore) {
    write(&test.store, |tx| {
        tx.add_queue_items(&[item(1, QueueKind::Dispute)])
    });
    assert!(
        test.store
            .write(|tx| tx.add_queue_items(&[item(1, QueueKind::Dispute)]))
            .is_err()
    );
}

both_engines!(
    items_wait_by_kind_and_number,
    an_item_that_was_decided_waits_no_more_and_says_why,
    an_item_can_not_be_there_twice,
);
