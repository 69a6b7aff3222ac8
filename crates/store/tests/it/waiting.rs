use model::Timestamp;
use store::{Collecting, JobState, NotificationState, PlannedDelivery, Stage, Waiting};
use testkit::{TestStore, both_engines};

use crate::builders::{add_findings, desk_no, line_to_tell, now, read, write};

fn waiting(test: &TestStore) -> Waiting {
    read(&test.store, |tx| tx.waiting())
}

fn nothing_waits_in_a_new_store(test: &TestStore) {
    let waiting = waiting(test);
    assert!(waiting.store_bytes > 0 && waiting.register_version == 1);
    assert_eq!(
        waiting,
        Waiting {
            store_bytes: waiting.store_bytes,
            register_version: 1,
            ..Waiting::default()
        }
    );
}

fn a_job_is_counted_until_it_is_done_and_the_oldest_says_since_when(test: &TestStore) {
    let later = now().plus_seconds(60);
    for (subject, due_at) in [(1, now()), (2, later)] {
        write(&test.store, |tx| {
            tx.add_job(Stage::Process, subject, 0, due_at)
        });
    }
    let waits = |count, due_at: Timestamp| (Stage::Process, JobState::Waiting, count, due_at);
    assert_eq!(waiting(test).jobs, [waits(2, now())]);
    let job = write(&test.store, |tx| {
        tx.claim_job(&store::Wanted::any("test"), later)
    })
    .unwrap();
    let runs = (Stage::Process, JobState::Running, 1, now());
    assert_eq!(waiting(test).jobs, [waits(1, later), runs]);
    write(&test.store, |tx| tx.finish_job(job.lease()));
    assert_eq!(waiting(test).jobs, [waits(1, later)]);
}

fn a_message_and_its_mail_are_counted_until_they_are_over(test: &TestStore) {
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
        waiting(test).notifications,
        [(NotificationState::Collecting, 1)]
    );
    let planned = [PlannedDelivery {
        notification_no: 1,
        address: "it@bakery.example".parse().unwrap(),
        message_id: "<1@desk.example>".into(),
        due_at: now(),
    }];
    write(&test.store, |tx| tx.plan_deliveries(&planned));
    assert_eq!(
        (waiting(test).deliveries, waiting(test).handed_over_at),
        (1, None)
    );
    let later = now().plus_seconds(5);
    write(&test.store, |tx| {
        let number = tx.deliveries_of(1)?[0].delivery_no;
        tx.start_delivery(number, (b"mail", false), now())?;
        tx.end_delivery(number, store::DeliveryState::Delivered, "taken", later)
    });
    assert_eq!(
        (waiting(test).deliveries, waiting(test).handed_over_at),
        (0, Some(later))
    );
}

both_engines!(
    nothing_waits_in_a_new_store,
    a_job_is_counted_until_it_is_done_and_the_oldest_says_since_when,
    a_message_and_its_mail_are_counted_until_they_are_over,
);
