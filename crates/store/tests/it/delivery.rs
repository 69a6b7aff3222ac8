use store::{Delivery, DeliveryState, PlannedDelivery};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn planned(address: &str) -> PlannedDelivery {
    PlannedDelivery {
        notification_no: 1,
        address: address.parse().unwrap(),
        message_id: format!("<1.{address}>"),
        due_at: now(),
    }
}

fn deliveries(test: &TestStore) -> Vec<Delivery> {
    read(&test.store, |tx| tx.deliveries_of(1))
}

fn planning_twice_plans_once(test: &TestStore) {
    let plans = [planned("a@bakery.example"), planned("b@bakery.example")];
    for _ in 0..2 {
        write(&test.store, |tx| tx.plan_deliveries(&plans));
    }
    let found = deliveries(test);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].attempt, found[0].state, found[0].due_at),
        (1, DeliveryState::Due, now())
    );
    assert_eq!(found[0].message_id, plans[0].message_id);
}

fn a_repeat_has_the_bytes_of_the_first_time_and_is_counted(test: &TestStore) {
    write(&test.store, |tx| {
        tx.plan_deliveries(&[planned("a@bakery.example")])
    });
    let number = deliveries(test)[0].delivery_no;
    let start = |mail: &[u8]| {
        write(&test.store, |tx| {
            tx.start_delivery(number, (mail, false), now())
        })
    };
    let repeats = || test.count("SELECT CAST(repeats AS BIGINT) FROM delivery");
    assert!(start(b"first"));
    assert_eq!(repeats(), 0);
    assert!(start(b"second"), "nobody knows whether the first arrived");
    assert_eq!(repeats(), 1);
    assert_eq!(deliveries(test)[0].mail.as_deref(), Some(&b"first"[..]));
    let end = |state, outcome| {
        write(&test.store, |tx| {
            tx.end_delivery(number, state, outcome, now())
        });
    };
    end(DeliveryState::Delivered, "250 ok");
    end(DeliveryState::Failed, "an end that comes too late");
    assert!(!start(b"third"), "what was delivered is not sent again");
    let found = deliveries(test).remove(0);
    assert_eq!(
        (found.state, found.outcome.as_str()),
        (DeliveryState::Delivered, "250 ok")
    );
}

fn an_attempt_after_one_that_nobody_knows_of_counts_as_a_repeat(test: &TestStore) {
    write(&test.store, |tx| {
        tx.plan_deliveries(&[planned("a@bakery.example")])
    });
    let first = deliveries(test).remove(0);
    write(&test.store, |tx| {
        tx.start_delivery(first.delivery_no, (b"bytes", false), now())?;
        tx.plan_next_attempt(first.delivery_no, now(), true)?;
        tx.end_delivery(
            first.delivery_no,
            DeliveryState::Deferred,
            "the connection broke",
            now(),
        )
    });
    assert_eq!(
        test.count("SELECT CAST(SUM(repeats) AS BIGINT) FROM delivery"),
        1
    );
}

fn the_next_attempt_has_the_same_message_id_and_the_same_bytes(test: &TestStore) {
    write(&test.store, |tx| {
        tx.plan_deliveries(&[planned("a@bakery.example")])
    });
    let first = deliveries(test).remove(0);
    write(&test.store, |tx| {
        tx.start_delivery(first.delivery_no, (b"bytes", false), now())
    });
    for _ in 0..2 {
        write(&test.store, |tx| {
            tx.plan_next_attempt(first.delivery_no, now().plus_seconds(300), false)?;
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
    a_repeat_has_the_bytes_of_the_first_time_and_is_counted,
    an_attempt_after_one_that_nobody_knows_of_counts_as_a_repeat,
    the_next_attempt_has_the_same_message_id_and_the_same_bytes,
);
