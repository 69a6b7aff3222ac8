use model::{CustomerOutcome, CustomerRowIssue};
use store::{CustomerListTaken, CustomerReport};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

/// Two organisations; the store asks for no more than their numbers here.
const PROVIDER: i64 = 1;
const OTHER: i64 = 2;

fn report(episode: i32, outcome: CustomerOutcome) -> CustomerReport {
    CustomerReport {
        finding_no: 7,
        episode,
        outcome,
        reported_at: now(),
    }
}

fn what_was_said_last_about_the_last_episode_counts(test: &TestStore) {
    let put = |report| write(&test.store, |tx| tx.put_customer_report(PROVIDER, &report));
    let said = |party_no| read(&test.store, |tx| tx.customer_report(party_no, 7));
    assert_eq!(said(PROVIDER), None);
    put(report(1, CustomerOutcome::Forwarded));
    put(report(1, CustomerOutcome::Quarantined));
    let last = report(1, CustomerOutcome::Quarantined);
    assert_eq!((said(PROVIDER), said(OTHER)), (Some(last), None));
    put(report(2, CustomerOutcome::NotTraceable));
    put(report(1, CustomerOutcome::Refused));
    assert_eq!(
        said(PROVIDER),
        Some(report(2, CustomerOutcome::NotTraceable))
    );
}

fn lists_are_counted_by_outcome_and_the_newest_comes_first(test: &TestStore) {
    let list = |secs, counts| CustomerListTaken {
        taken_at: now().plus_seconds(secs),
        counts,
        refused: secs,
    };
    let (first, second) = (list(0, [512, 2310, 402, 0, 188]), list(1, [0, 0, 0, 1, 0]));
    write(&test.store, |tx| {
        tx.add_customer_list(PROVIDER, &first, &[])?;
        tx.add_customer_list(PROVIDER, &second, &[])
    });
    let lists = |party_no, before_no, rows_max| {
        read(&test.store, |tx| {
            tx.customer_lists(party_no, before_no, rows_max)
        })
    };
    assert_eq!(
        lists(PROVIDER, 9, 10),
        [(2, second.clone()), (1, first.clone())]
    );
    assert_eq!(lists(PROVIDER, 9, 1), [(2, second)]);
    assert_eq!(lists(PROVIDER, 2, 10), [(1, first.clone())]);
    assert_eq!(lists(OTHER, 9, 10), []);
    let list = |party_no| read(&test.store, |tx| tx.customer_list(party_no, 1));
    assert_eq!((list(PROVIDER), list(OTHER)), (Some(first), None));
}

fn rows_that_were_not_taken_are_known_for_a_while(test: &TestStore) {
    let taken = CustomerListTaken {
        taken_at: now(),
        counts: [0; 5],
        refused: 3,
    };
    let issues = [
        (2, CustomerRowIssue::Unknown),
        (5, CustomerRowIssue::NotTaken),
        (9, CustomerRowIssue::BadOutcome),
    ];
    let list_no = write(&test.store, |tx| {
        tx.add_customer_list(PROVIDER, &taken, &issues)
    });
    let after = |line| read(&test.store, |tx| tx.customer_list_issues(list_no, line, 2));
    assert_eq!(
        after(0),
        issues[..2]
            .iter()
            .map(|(line, issue)| (*line as i64, *issue))
            .collect::<Vec<_>>()
    );
    assert_eq!(after(5), [(9, CustomerRowIssue::BadOutcome)]);
    let remove = |before| write(&test.store, |tx| tx.remove_customer_issues(before));
    assert_eq!((remove(now()), remove(now().plus_seconds(1))), (0, 3));
    assert_eq!(after(0), []);
}

both_engines!(
    what_was_said_last_about_the_last_episode_counts,
    lists_are_counted_by_outcome_and_the_newest_comes_first,
    rows_that_were_not_taken_are_known_for_a_while,
);
