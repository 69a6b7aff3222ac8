use model::{RowIssue, RowVerdict};
use store::{BatchCounts, BatchState, StoreError};
use testkit::{TestStore, both_engines};

use crate::builders::{desk_no, new_batch, now, read, write};

fn a_batch_is_given_back_as_it_was_taken_in(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let new = new_batch(desk_no, 1);
    let batch_no = write(&test.store, |tx| tx.add_batch(&new));
    let batch = read(&test.store, |tx| tx.batch(batch_no)).unwrap();
    assert_eq!(
        (batch.name.as_str(), batch.report_type.as_str(), batch.tlp),
        (new.name, new.report_type, new.tlp)
    );
    assert_eq!(
        (batch.received_at, batch.received_day),
        (now(), now().day())
    );
    assert_eq!(
        (batch.state, batch.counts, batch.chunks),
        (BatchState::Open, BatchCounts::default(), 0)
    );
    assert_ne!(batch.window_no, batch.urgent_window_no);
}

fn the_same_content_from_the_same_source_is_known(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let batch_no = write(&test.store, |tx| tx.add_batch(&new_batch(desk_no, 1)));
    let found = |source_no, digest: u8| {
        read(&test.store, |tx| {
            tx.batch_with_digest(desk_no, source_no, &[digest; 32])
        })
        .map(|batch| batch.batch_no)
    };
    assert_eq!(found(1, 1), Some(batch_no));
    assert_eq!(found(1, 2), None, "other content");
    assert_eq!(found(2, 1), None, "another source");
    let again = test.store.write(|tx| tx.add_batch(&new_batch(desk_no, 1)));
    assert!(
        again.is_err(),
        "the key holds also against a caller who did not ask"
    );
}

fn chunks_add_up(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let batch_no = write(&test.store, |tx| tx.add_batch(&new_batch(desk_no, 1)));
    let chunk = BatchCounts {
        rows_read: 10,
        accepted: 6,
        duplicate: 1,
        quarantined: 2,
        refused: 1,
    };
    write(&test.store, |tx| tx.advance_batch(batch_no, chunk, 12));
    write(&test.store, |tx| {
        tx.advance_batch(batch_no, chunk, 22)?;
        tx.end_batch(batch_no, BatchState::Closed, now())
    });
    let batch = read(&test.store, |tx| tx.batch(batch_no)).unwrap();
    let want = BatchCounts {
        rows_read: 20,
        accepted: 12,
        duplicate: 2,
        quarantined: 4,
        refused: 2,
    };
    assert_eq!(
        (batch.counts, batch.next_line, batch.chunks, batch.state),
        (want, 22, 2, BatchState::Closed)
    );
    assert_eq!(batch.counts.difference(), 0);
}

fn issues_and_notices_are_listed_and_a_notice_comes_once(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let batch_no = write(&test.store, |tx| tx.add_batch(&new_batch(desk_no, 1)));
    let issues = [
        RowIssue::quarantined(7, "ip", "bad-address", "not an address"),
        RowIssue::refused(3, "", "field-count", "3 fields, not 5"),
    ];
    write(&test.store, |tx| {
        tx.add_issues(batch_no, &issues)?;
        tx.add_notice(batch_no, "drift", "new columns: a")?;
        tx.add_notice(batch_no, "drift", "new columns: a")?;
        tx.add_notice(batch_no, "truncated", "the stream ended")
    });
    let listed = read(&test.store, |tx| tx.issues(batch_no, 10));
    let lines: Vec<_> = listed
        .iter()
        .map(|(line, verdict, field, _)| (*line, *verdict, field.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            (3, RowVerdict::Refused, ""),
            (7, RowVerdict::Quarantined, "ip")
        ]
    );
    assert_eq!(read(&test.store, |tx| tx.issues(batch_no, 1)).len(), 1);
    let notices = read(&test.store, |tx| tx.notices(batch_no));
    assert_eq!(
        notices
            .iter()
            .map(|notice| notice.kind.as_str())
            .collect::<Vec<_>>(),
        ["drift", "truncated"]
    );
}

fn nothing_of_a_failed_transaction_is_kept(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let failed = test.store.write(|tx| {
        tx.add_batch(&new_batch(desk_no, 1))?;
        Err::<(), _>(StoreError::LeaseLost { job_no: 1 })
    });
    assert!(failed.is_err());
    assert!(read(&test.store, |tx| tx.newest_batches(10)).is_empty());
}

both_engines!(
    a_batch_is_given_back_as_it_was_taken_in,
    the_same_content_from_the_same_source_is_known,
    chunks_add_up,
    issues_and_notices_are_listed_and_a_notice_comes_once,
    nothing_of_a_failed_transaction_is_kept,
);
