use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn record_three(test: &TestStore) {
    for (action, subject) in [
        ("import", "assets"),
        ("pause", "distribution"),
        ("approve", "NTF-2026-000001"),
    ] {
        write(&test.store, |tx| {
            tx.record(now(), "analyst", action, subject, "3 rows")
        });
    }
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), None);
}

fn a_changed_row_breaks_the_chain(test: &TestStore) {
    record_three(test);
    test.tamper("UPDATE audit SET actor = 'nobody' WHERE audit_no = 2");
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), Some(2));
}

fn a_removed_row_breaks_the_chain(test: &TestStore) {
    record_three(test);
    test.tamper("DELETE FROM audit WHERE audit_no = 2");
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), Some(3));
}

fn a_character_moved_to_the_next_field_breaks_the_chain(test: &TestStore) {
    record_three(test);
    test.tamper("UPDATE audit SET actor = 'analys', action = 'timport' WHERE audit_no = 1");
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), Some(1));
}

fn a_changed_time_breaks_the_chain(test: &TestStore) {
    record_three(test);
    test.tamper("UPDATE audit SET at = at + 1 WHERE audit_no = 3");
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), Some(3));
}

fn an_empty_chain_is_whole(test: &TestStore) {
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), None);
}

both_engines!(
    a_changed_row_breaks_the_chain,
    a_removed_row_breaks_the_chain,
    a_character_moved_to_the_next_field_breaks_the_chain,
    a_changed_time_breaks_the_chain,
    an_empty_chain_is_whole,
);
