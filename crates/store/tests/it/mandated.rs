//! One list of what those for whom an organisation acts were told.

use model::{AnswerStatus, Severity, Tlp};
use store::{
    Collecting, InboxPlace, InboxQuery, LineToTell, Mandate, MandatedOrder, MandatedQuery,
    StatusChoice, Store,
};
use testkit::{TestStore, both_engines};

use crate::answer::event;
use crate::builders::{add_findings, desk_no, line_to_tell, now, read, write};

const ORDERS: [MandatedOrder; 2] = [MandatedOrder::Severity, MandatedOrder::Oldest];

/// The group to which some mandates are limited, and an asset in it.
const GROUP: i64 = 7;
const ASSET: i64 = 4;

/// Organisation 9 acts for this one.
fn mandate(party_no: i64, tlp_max: Tlp, group_no: Option<i64>) -> Mandate {
    Mandate {
        mandate_no: 0,
        party_no,
        party_name: String::new(),
        holder_no: 9,
        holder_name: String::new(),
        group_no,
        tlp_max,
        may_answer: true,
        valid_until: None,
        given_at: now(),
    }
}

/// Tells in a window of its own.
fn tell(store: &Store, lines: &[LineToTell]) {
    let window_no = write(store, |tx| tx.open_window(now()));
    let lines: Vec<LineToTell> = lines
        .iter()
        .cloned()
        .map(|mut line| {
            line.key.window_no = window_no;
            line
        })
        .collect();
    write(store, |tx| {
        tx.add_lines(&mut Collecting::default(), &lines, now())
    });
    write(store, |tx| tx.close_window(window_no, now()));
}

fn line(store: &Store, party_no: i64, finding_no: i64) -> LineToTell {
    let mut line = line_to_tell(0, desk_no(store), finding_no);
    line.key.recipient_no = party_no;
    line
}

/// Findings 1 to 60 in several rounds for organisations 1 to 4: of different severities and markings, some told twice, some
/// of them to two organisations, some through an asset of the group, some answered.
fn told(test: &TestStore) {
    let store = &test.store;
    write(store, |tx| tx.threat_no("open-rdp"));
    write(store, |tx| tx.threat_no("open-telnet"));
    add_findings(store, 1..=60);
    test.tamper(&format!(
        "INSERT INTO asset_detail (asset_no, party_no, label, group_no) VALUES ({ASSET}, 2, '', {GROUP})"
    ));
    for round in 0..6 {
        let of_round = (1..=60).filter(|number| number % 6 == round || number % 17 == round);
        let lines: Vec<LineToTell> = of_round
            .flat_map(|number| {
                let mut line = line(store, number % 4 + 1, number);
                line.key.severity = Severity::ALL[number as usize % 5];
                line.key.threat_no = number % 2 + 1;
                line.key.tlp = match number % 7 {
                    0 => Tlp::AmberStrict,
                    1 | 2 => Tlp::Green,
                    _ => Tlp::Amber,
                };
                if number % 3 == 0 {
                    line.line.asset_no = Some(ASSET);
                }
                let mut other = line.clone();
                other.key.recipient_no = (number + 1) % 4 + 1;
                let others = (number % 5 == 0).then_some(other);
                [line].into_iter().chain(others)
            })
            .collect();
        tell(store, &lines);
    }
    for number in [2, 3, 10, 22] {
        let mut solved = event(number, Some(AnswerStatus::Solved));
        solved.party_no = number % 4 + 1;
        write(store, |tx| tx.add_answer(&solved, 0));
    }
}

fn query(mandates: &[i64], order: MandatedOrder) -> MandatedQuery {
    MandatedQuery {
        mandates: mandates.to_vec(),
        today: now().day(),
        status: StatusChoice::All,
        severity: None,
        severity_min: None,
        threat_no: None,
        order,
        after: None,
    }
}

/// Whose and which, page by page; the number of pages.
fn paged(store: &Store, query: &MandatedQuery, rows_max: usize) -> (Vec<(i64, i64)>, usize) {
    let (mut query, mut found, mut pages) = (query.clone(), Vec::new(), 0);
    loop {
        let (page, _) = read(store, |tx| tx.mandated_inbox(&query, rows_max, 0));
        let shown = page.rows.iter();
        found.extend(shown.map(|row| (row.recipient_no, row.place.finding_no)));
        pages += 1;
        assert!(pages < 1_000, "pages follow each other without end");
        let Some(next) = page.next else {
            return (found, pages);
        };
        let line = (next.notification_no, next.finding_no);
        let place = read(store, |tx| tx.mandated_place(line)).unwrap();
        query.after = Some(place);
    }
}

/// What the inbox of each organisation shows by its mandate, in one order.
fn one_by_one(
    store: &Store,
    mandates: &[Mandate],
    order: MandatedOrder,
    change: fn(&mut InboxQuery),
) -> Vec<(i64, i64)> {
    let mut places: Vec<(i64, InboxPlace)> = Vec::new();
    for mandate in mandates {
        let mut query = InboxQuery::whole(mandate.party_no, mandate.tlp_max, now().day());
        query.group_no = mandate.group_no;
        change(&mut query);
        let rows = read(store, |tx| tx.inbox(&query, 100)).rows;
        places.extend(rows.iter().map(|row| (mandate.party_no, row.place)));
    }
    places.sort_by_key(|(_, place)| {
        let (no, finding) = (place.notification_no, -place.finding_no);
        match order {
            MandatedOrder::Severity => (-place.severity.code(), -no, finding),
            MandatedOrder::Oldest => (0, no, finding),
        }
    });
    let line = |(party_no, place): &(i64, InboxPlace)| (*party_no, place.finding_no);
    places.iter().map(line).collect()
}

fn it_shows_exactly_what_each_inbox_shows_by_its_mandate(test: &TestStore) {
    told(test);
    let store = &test.store;
    let given = [
        mandate(1, Tlp::Amber, None),
        mandate(2, Tlp::Amber, Some(GROUP)),
        mandate(3, Tlp::Green, None),
    ];
    let numbers: Vec<i64> = given
        .iter()
        .map(|mandate| write(store, |tx| tx.add_mandate(mandate, "test", now())))
        .collect();
    for order in ORDERS {
        let check = |narrow: fn(&mut MandatedQuery), same: fn(&mut InboxQuery)| {
            let mut asked = query(&numbers, order);
            narrow(&mut asked);
            let want = one_by_one(store, &given, order, same);
            assert!(!want.is_empty(), "{asked:?}");
            assert_eq!(paged(store, &asked, 100).0, want, "{asked:?}");
            assert_eq!(paged(store, &asked, 2).0, want, "{asked:?}");
            let (_, count) = read(store, |tx| tx.mandated_inbox(&asked, 1, 1_000));
            assert_eq!((count.findings, count.has_more), (want.len() as i64, false));
        };
        check(|_| {}, |_| {});
        check(
            |query| query.status = StatusChoice::Open,
            |query| query.status = StatusChoice::Open,
        );
        check(
            |query| query.severity_min = Some(Severity::High),
            |query| query.severity_min = Some(Severity::High),
        );
        check(
            |query| query.severity = Some(Severity::Low),
            |query| query.severity = Some(Severity::Low),
        );
        check(
            |query| query.threat_no = Some(1),
            |query| query.threat_no = Some(1),
        );
        let one = query(&numbers[1..2], order);
        let want = one_by_one(store, &given[1..2], order, |_| {});
        assert_eq!(paged(store, &one, 100).0, want);
        assert_eq!(paged(store, &query(&[], order), 100), (Vec::new(), 1));
    }
}

fn a_mandate_that_was_revoked_or_goes_too_far_shows_nothing_more(test: &TestStore) {
    let store = &test.store;
    write(store, |tx| tx.threat_no("open-rdp"));
    add_findings(store, 1..=2);
    let mut strict = line(store, 1, 1);
    strict.key.tlp = Tlp::AmberStrict;
    tell(store, &[strict, line(store, 1, 2)]);
    // Nobody can give such a mandate; a row of one shows no more for that.
    let wide = mandate(1, Tlp::Red, None);
    let number = write(store, |tx| tx.add_mandate(&wide, "test", now()));
    for order in ORDERS {
        assert_eq!(paged(store, &query(&[number], order), 9).0, [(1, 2)]);
    }
    write(store, |tx| tx.revoke_mandate(1, number, "test", now()));
    for order in ORDERS {
        assert_eq!(paged(store, &query(&[number], order), 9).0, []);
    }
}

fn one_organisation_with_nearly_everything_fills_its_pages_and_hides_no_other(test: &TestStore) {
    let store = &test.store;
    write(store, |tx| tx.threat_no("open-rdp"));
    add_findings(store, 1..=5_000);
    // Three thousand findings in one message, and hundreds of messages with one finding each.
    let large: Vec<LineToTell> = (1..=3_000).map(|number| line(store, 1, number)).collect();
    tell(store, &large);
    for number in 3_001..=3_300 {
        let mut lines = vec![line(store, 1, number)];
        if number % 100 == 0 {
            lines.push(line(store, 2, number));
        }
        tell(store, &lines);
    }
    let numbers: Vec<i64> = [1, 2]
        .map(|party_no| {
            let given = mandate(party_no, Tlp::Amber, None);
            write(store, |tx| tx.add_mandate(&given, "test", now()))
        })
        .to_vec();
    for order in ORDERS {
        let (mut found, pages) = paged(store, &query(&numbers, order), 500);
        assert!(pages < 12, "{order:?}: {pages}");
        assert_eq!(found.len(), 3_303, "{order:?}");
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 3_303, "{order:?}");
    }
}

fn all_of_it_is_counted_no_further_than_a_page_reads(test: &TestStore) {
    let store = &test.store;
    write(store, |tx| tx.threat_no("open-rdp"));
    add_findings(store, 1..=4_500);
    let lines: Vec<LineToTell> = (1..=4_500).map(|number| line(store, 1, number)).collect();
    tell(store, &lines);
    test.tamper(
        "INSERT INTO answer (party_no, finding_no, episode, status, answered_at, version)
         SELECT 1, finding_no, 1, 3, 0, 1 FROM finding WHERE finding_no > 1",
    );
    let given = mandate(1, Tlp::Amber, None);
    let number = write(store, |tx| tx.add_mandate(&given, "test", now()));
    for order in ORDERS {
        let mut asked = query(&[number], order);
        asked.status = StatusChoice::Open;
        let (page, count) = read(store, |tx| tx.mandated_inbox(&asked, 10, 100));
        assert!(page.rows.is_empty() && page.next.is_some());
        assert_eq!((count.findings, count.has_more), (0, true));
        assert_eq!(paged(store, &asked, 10), (vec![(1, 1)], 5));
    }
}

both_engines!(
    it_shows_exactly_what_each_inbox_shows_by_its_mandate,
    a_mandate_that_was_revoked_or_goes_too_far_shows_nothing_more,
    one_organisation_with_nearly_everything_fills_its_pages_and_hides_no_other,
    all_of_it_is_counted_no_further_than_a_page_reads,
);
