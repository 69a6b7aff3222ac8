use store::{Delivery, DeliveryState, PlannedDelivery};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn planned(address: &str) -> PlannedDelivery {
    PlannedDelivery {
        notification_no: 1,
        address: address.parse().unwrap(),
        message_id: format!("<1.{address}>"),
    }
}

fn deliveries(test: &TestStore) -> Vec<Delivery> {
    read(&test.store, |tx| tx.deliveries_of(1))
}

fn planning_twice_plans_once(test: &TestStore) {
    let plans = [planned("a@bakery.example"), planned("b@bakery.example")];
    for _ in 0..2 {
        write(&test.store, |tx| tx.plan_deliveries(&plans, now()));
    }
    let found = deliveries(test);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].attempt, found[0].state, found[0].due_at),
        (1, DeliveryState::Due, now())
    );
    assert_eq!(found[0].message_id, plans[0].message_id);
}

fn an_attempt_belongs_to_one_worker_until_its_lease_is_over(test: &TestStore) {
    write(&test.store, |tx| {
        tx.plan_deliveries(&[planned("a@bakery.example")], now())
    });
    let number = deliveries(test)[0].delivery_no;
    let start = |seconds, mail: &[u8]| {
        write(&test.store, |tx| {
            tx.start_delivery(number, mail, now().plus_seconds(seconds))
        })
    };
    assert!(start(0, b"first"));
    assert!(!start(1, b"second"), "somebody else is at it");
    assert!(start(3600, b"third"), "who was at it has died");
    let found = deliveries(test).remove(0);
    assert_eq!(
        found.mail.as_deref(),
        Some(&b"first"[..]),
        "a repeat has the bytes of the first time"
    );
    write(&test.store, |tx| {
        tx.end_delivery(number, DeliveryState::Delivered, "250 ok", now())
    });
    assert!(
        !start(7200, b"fourth"),
        "what was delivered is not sent again"
    );
    let found = deliveries(test).remove(0);
    assert_eq!(
        (found.state, found.outcome.as_str()),
        (DeliveryState::Delivered, "250 ok")
    );
}

fn the_next_attempt_has_the_same_message_id_and_the_same_bytes(test: &TestStore) {
    write(&test.store, |tx| {
        tx.plan_deliveries(&[planned("a@bakery.example")], now())
    });
    let first = deliveries(test).remove(0);
    write(&test.store, |tx| {
        tx.start_delivery(first.delivery_no, b"bytes", now())
    });
    for _ in 0..2 {
        write(&test.store, |tx| {
            tx.plan_next_attempt(&first, now().plus_seconds(300))?;
            tx.end_delivery(
                first.delivery_no,
                DeliveryState::Deferred,
                "451 later",
                now(),
            )
        });
    }
    let found = deliveries(test);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[1].attempt, found[1].state, found[1].due_at),
        (2, DeliveryState::Due, now().plus_seconds(300))
    );
    assert_eq!(found[1].message_id, first.message_id);
    assert_eq!(found[1].mail.as_deref(), Some(&b"bytes"[..]));
}

both_engines!(
    planning_twice_plans_once,
    an_attempt_belongs_to_one_worker_until_its_lease_is_over,
    the_next_attempt_has_the_same_message_id_and_the_same_bytes,
);
