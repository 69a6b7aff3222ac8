//! What was looked up ahead is as it is when it is asked for, whoever changed findings in between.

use model::AnswerStatus;
use store::{FindingKey, FindingRow, Store};
use testkit::{Engine, TestStore, both_engines, days_later};

use crate::answer::event;
use crate::builders::{add_findings, desk_no, finding_key, finding_row, write};

/// Keys of findings 1, 2 and 3, of which [`add_findings`] makes those that a test names.
fn keys(store: &Store) -> Vec<FindingKey> {
    let desk_no = desk_no(store);
    let key = |number: i64| finding_key(desk_no, &number.to_be_bytes());
    (1..=3).map(key).collect()
}

fn later(number: i64, days: i64) -> FindingRow {
    FindingRow {
        last_seen: days_later(days),
        ..finding_row(number)
    }
}

/// Looks the three findings up, lets `meanwhile` happen, and asks for them as of now. `meanwhile` gives its number among
/// the changes of findings.
fn asked_after(
    test: &TestStore,
    meanwhile: impl FnOnce() -> Option<u64>,
    is_touched: impl Fn(usize) -> bool,
) -> Vec<Option<FindingRow>> {
    let keys = keys(&test.store);
    let keys: Vec<&FindingKey> = keys.iter().collect();
    let mut ahead = Some(test.store.findings_ahead(&keys).unwrap());
    let own_change = meanwhile();
    write(&test.store, |tx| {
        tx.findings_since(&keys, ahead.take(), own_change, &is_touched)
    })
}

fn see_later(test: &TestStore, number: i64) -> Option<u64> {
    write(&test.store, |tx| {
        tx.update_findings(vec![&later(number, 1)])?;
        Ok(tx.change_of_findings())
    })
}

fn what_nobody_changed_is_as_it_was(test: &TestStore) {
    add_findings(&test.store, 1..=2);
    let found = asked_after(test, || None, |_| false);
    assert_eq!(found, [Some(finding_row(1)), Some(finding_row(2)), None]);
}

fn what_the_transaction_before_touched_is_looked_up_again(test: &TestStore) {
    add_findings(&test.store, 1..=2);
    let found = asked_after(test, || see_later(test, 2), |place| place == 1);
    assert_eq!(found, [Some(finding_row(1)), Some(later(2, 1)), None]);
}

fn a_transaction_that_changed_nothing_is_no_change(test: &TestStore) {
    add_findings(&test.store, 1..=2);
    let number = write(&test.store, |tx| {
        tx.open_window(testkit::now())?;
        Ok(tx.change_of_findings())
    });
    assert_eq!(number, None);
    let found = asked_after(test, || see_later(test, 1), |_| false);
    assert_eq!(found[1], Some(finding_row(2)));
}

fn an_answer_that_lets_a_finding_be_told_again_is_a_change(test: &TestStore) {
    add_findings(&test.store, 1..=1);
    let quiet = FindingRow {
        tell_again_at: days_later(28),
        ..finding_row(1)
    };
    write(&test.store, |tx| tx.update_findings(vec![&quiet]));
    let answered = || {
        let solved = event(1, Some(AnswerStatus::Solved));
        write(&test.store, |tx| tx.add_answer(&solved, 0));
        None
    };
    let found = asked_after(test, answered, |_| false);
    assert_eq!(found[0].as_ref().unwrap().tell_again_at, testkit::now());
}

fn what_another_made_meanwhile_is_not_made_twice(test: &TestStore) {
    let [_, _, third] = keys(&test.store).try_into().unwrap();
    let ahead = test.store.findings_ahead(&[&third]).unwrap();
    assert!(!ahead.is_known(0));
    add_findings(&test.store, 3..=3);
    let mut ahead = Some(ahead);
    let mut attempts = 0;
    let found = write(&test.store, |tx| {
        attempts += 1;
        let found = tx.findings_since(&[&third], ahead.take(), None, |_| false)?;
        if found[0].is_none() {
            tx.insert_findings(&[(&third, &finding_row(4), &[])])?;
        }
        Ok(found)
    });
    assert_eq!(found, [Some(finding_row(3))]);
    assert!(attempts <= 2, "{attempts}");
}

both_engines!(
    what_nobody_changed_is_as_it_was,
    an_answer_that_lets_a_finding_be_told_again_is_a_change,
    what_the_transaction_before_touched_is_looked_up_again,
    a_transaction_that_changed_nothing_is_no_change,
    what_another_made_meanwhile_is_not_made_twice,
);

#[test]
fn a_change_of_another_process_is_noticed() {
    let test = TestStore::new(Engine::Embedded);
    add_findings(&test.store, 1..=1);
    let other = test.opened_again();
    let change = || {
        write(&other, |tx| tx.update_findings(vec![&later(1, 1)]));
        None
    };
    let found = asked_after(&test, change, |_| false);
    assert_eq!(found[0], Some(later(1, 1)));
}

#[test]
fn all_is_looked_up_again_after_the_change_of_another() {
    let test = &TestStore::new(Engine::Embedded);
    add_findings(&test.store, 1..=2);
    let change = || {
        let own = see_later(test, 1);
        add_findings(&test.store, 3..=3);
        own
    };
    let found = asked_after(test, change, |_| false);
    let all = [later(1, 1), finding_row(2), finding_row(3)];
    assert_eq!(found, all.map(Some));
}
