use model::IdKind;
use store::AuditFilter;
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

fn what_an_earlier_version_wrote_of_an_organisation_is_found_with_the_rest(test: &TestStore) {
    for subject in ["party 1", "organisation 1", "organisation 2", "party 1"] {
        write(&test.store, |tx| {
            tx.record(now(), "upkeep", "leave", subject, "")
        });
    }
    let numbers = |filter: AuditFilter, before_no: i64, rows_max: usize| {
        let page = read(&test.store, |tx| {
            tx.audit_page(&filter, before_no, rows_max)
        });
        let rows = page.rows.into_iter().map(|row| row.audit_no);
        (rows.collect::<Vec<_>>(), page.next_before)
    };
    let of_party = AuditFilter {
        subject: Some("party 1".to_owned()),
        ..AuditFilter::default()
    };
    let by_upkeep = AuditFilter {
        actor: Some("upkeep".to_owned()),
        ..of_party.clone()
    };
    assert_eq!(
        numbers(of_party.clone(), i64::MAX, 50),
        (vec![4, 2, 1], None)
    );
    assert_eq!(
        numbers(of_party.clone(), i64::MAX, 2),
        (vec![4, 2], Some(2))
    );
    assert_eq!(numbers(of_party, 2, 2), (vec![1], None));
    assert_eq!(numbers(by_upkeep, i64::MAX, 50), (vec![4, 2, 1], None));
}

fn an_empty_chain_is_whole(test: &TestStore) {
    assert_eq!(read(&test.store, |tx| tx.broken_audit_row()), None);
}

fn what_an_earlier_version_wrote_with_a_number_is_found_by_the_id(test: &TestStore) {
    for (kind, word) in [
        (IdKind::Finding, "finding"),
        (IdKind::Batch, "batch"),
        (IdKind::Dispute, "dispute"),
        (IdKind::JointApproval, "joint approval"),
    ] {
        let subject = write(&test.store, |tx| {
            let subject = tx.subject_of(kind, 7)?;
            for subject in [&format!("{word} 7"), &format!("{word} 8"), &subject] {
                tx.record(now(), "analyst", "withhold", subject, "")?;
            }
            Ok(subject)
        });
        let of_it = AuditFilter {
            subject: Some(subject.clone()),
            ..AuditFilter::default()
        };
        let page = read(&test.store, |tx| tx.audit_page(&of_it, i64::MAX, 50));
        let found: Vec<String> = page.rows.into_iter().map(|row| row.subject).collect();
        assert_eq!(found, [subject, format!("{word} 7")]);
    }
}

both_engines!(
    a_changed_row_breaks_the_chain,
    a_removed_row_breaks_the_chain,
    a_character_moved_to_the_next_field_breaks_the_chain,
    a_changed_time_breaks_the_chain,
    what_an_earlier_version_wrote_of_an_organisation_is_found_with_the_rest,
    what_an_earlier_version_wrote_with_a_number_is_found_by_the_id,
    an_empty_chain_is_whole,
);
