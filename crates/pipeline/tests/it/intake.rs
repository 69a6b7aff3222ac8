//! What cannot be kept is refused before it is written, and what was taken in stands.

use pipeline::FlowError;
use pipeline::gather::{Outcome, Taken};
use pipeline::worker::{Silent, Worker};
use testkit::{Desk, TestStore, both_engines};

use crate::checks::rdp;

fn gather(desk: &Desk, address: &str) -> Vec<Taken> {
    let report = rdp(&[address]);
    desk.gather(&report.file_name(), report.text())
}

#[track_caller]
fn check_later(taken: &[Taken], want: &str) {
    match taken {
        [
            Taken {
                outcome: Outcome::Later { reason },
                ..
            },
        ] => assert!(reason.contains(want), "{reason}"),
        other => panic!("it was taken in: {other:?}"),
    }
}

fn no_more_is_taken_in_than_may_wait(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.flow.intake.deliveries_max = 1;
    assert!(matches!(
        gather(&desk, "192.0.2.1")[0].outcome,
        Outcome::Batch { .. }
    ));
    check_later(&gather(&desk, "192.0.2.2"), "limits.waiting-deliveries-max");
    desk.flow.intake.deliveries_max = 100;
    desk.flow.intake.bytes_max = 10;
    check_later(&gather(&desk, "192.0.2.2"), "limits.waiting-bytes-max");
    desk.work();
    assert!(matches!(
        gather(&desk, "192.0.2.2")[0].outcome,
        Outcome::Batch { .. }
    ));
    desk.work();
    assert_eq!(desk.status().rows.rows_read, 2);
}

fn a_disk_that_is_nearly_full_gets_nothing_more(test: &TestStore) {
    let mut desk = Desk::of(test);
    gather(&desk, "192.0.2.1");
    desk.flow.folder = Some(test.folder().to_owned());
    desk.flow.intake.free_bytes_min = u64::MAX;
    check_later(&gather(&desk, "192.0.2.2"), "limits.free-bytes-min");
    let worked = Worker::new(&desk.flow, &Silent).run_until_idle();
    assert!(matches!(worked, Err(FlowError::Full(_))), "{worked:?}");
    desk.flow.intake.free_bytes_min = 0;
    desk.work();
    assert_eq!(desk.status().rows.rows_read, 1);
}

both_engines!(
    no_more_is_taken_in_than_may_wait,
    a_disk_that_is_nearly_full_gets_nothing_more
);
