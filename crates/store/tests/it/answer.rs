use model::{AnswerDoor, AnswerStatus, Severity, Tlp};
use store::{
    Answer, AnswerEvent, AnswerLink, Collecting, InboxOrder, InboxQuery, InboxRow, LineToTell,
    NotificationState, ObservationRow, StatusChoice, Store,
};
use testkit::{TestStore, both_engines, days_later};

use crate::builders::{add_findings, desk_no, line_to_tell, now, observation_row, read, write};

pub(crate) fn event(finding_no: i64, status: Option<AnswerStatus>) -> AnswerEvent {
    AnswerEvent {
        party_no: 1,
        finding_no,
        episode: 1,
        at: now(),
        door: AnswerDoor::Portal,
        actor: "person of a test".into(),
        person_no: Some(5),
        status,
        until: None,
        patched: None,
        assigned_to: None,
        comment: "done".into(),
    }
}

fn an_answer_is_kept_with_its_history(test: &TestStore) {
    add_findings(&test.store, 1..=1);
    let first = event(1, Some(AnswerStatus::InProgress));
    let second = AnswerEvent {
        at: days_later(1),
        until: Some(days_later(9).day()),
        status: Some(AnswerStatus::RiskAccepted),
        ..first.clone()
    };
    let third = AnswerEvent {
        assigned_to: Some(6),
        status: None,
        ..first.clone()
    };
    for (version, said) in [&first, &second, &third].into_iter().enumerate() {
        assert!(write(&test.store, |tx| tx.add_answer(said, version as i64)));
    }
    let answer = read(&test.store, |tx| tx.silencing_answers(&[1])).remove(0);
    assert_eq!(
        (
            answer.status,
            answer.until,
            answer.assigned_to,
            answer.answered_at
        ),
        (AnswerStatus::RiskAccepted, second.until, Some(6), second.at)
    );
    assert_eq!(
        read(&test.store, |tx| tx.answer_events(1, 1)),
        [first, second, third]
    );
    let of_others = read(&test.store, |tx| tx.answer_events(2, 1));
    assert_eq!(of_others, []);
}

fn a_status_is_not_written_over_one_that_was_not_seen(test: &TestStore) {
    add_findings(&test.store, 1..=1);
    let solved = event(1, Some(AnswerStatus::Solved));
    let seen = event(1, Some(AnswerStatus::Seen));
    let next = |said: &AnswerEvent| AnswerEvent {
        episode: 2,
        ..said.clone()
    };
    for (said, version, want) in [
        (&solved, 0, true),
        (&seen, 0, false),
        (&seen, 2, false),
        (&next(&seen), 0, true),
        (&next(&solved), 0, false),
        (&solved, 0, false),
        (&next(&solved), 2, true),
    ] {
        let is_written = write(&test.store, |tx| tx.add_answer(said, version));
        assert_eq!(is_written, want, "{said:?} {version}");
    }
    let events = read(&test.store, |tx| tx.answer_events(1, 1));
    assert_eq!(events, [solved.clone(), next(&seen), next(&solved)]);
}

fn what_was_said_of_an_earlier_episode_is_over(test: &TestStore) {
    add_findings(&test.store, 1..=1);
    let say = |episode, status, assigned_to, version| {
        let said = AnswerEvent {
            episode,
            assigned_to,
            ..event(1, status)
        };
        assert!(write(&test.store, |tx| tx.add_answer(&said, version)));
        let answers = read(&test.store, |tx| tx.silencing_answers(&[1]));
        let held = |answer: &Answer| (answer.episode, answer.status, answer.assigned_to);
        answers.first().map(held)
    };
    let solved = AnswerStatus::Solved;
    assert_eq!(say(1, Some(solved), Some(6), 0), Some((1, solved, Some(6))));
    // It came back: who takes it over has not solved it.
    assert_eq!(say(2, None, Some(7), 0), None);
    assert_eq!(say(2, Some(solved), None, 3), Some((2, solved, Some(7))));
    assert_eq!(say(3, Some(solved), None, 0), Some((3, solved, None)));
}

fn only_answers_that_keep_something_back_are_asked_for(test: &TestStore) {
    add_findings(&test.store, 1..=3);
    let silencing = || read(&test.store, |tx| tx.silencing_answers(&[1, 2, 3]));
    write(&test.store, |tx| {
        tx.add_answer(&event(1, Some(AnswerStatus::InProgress)), 0)
    });
    assert_eq!(silencing(), []);
    write(&test.store, |tx| {
        tx.add_answer(&event(2, Some(AnswerStatus::Solved)), 0)
    });
    let found: Vec<_> = silencing().iter().map(|answer| answer.finding_no).collect();
    assert_eq!(found, [2]);
}

/// Findings 1 to 9 for party 1: even ones are critical; 1 and 9 are told twice; 3 is for somebody else.
fn told(store: &Store) {
    add_findings(store, 1..=9);
    write(store, |tx| tx.threat_no("open-rdp"));
    for round in 0..2 {
        let window = write(store, |tx| tx.open_window(now()));
        let desk = desk_no(store);
        let lines = (1..=9).filter(|number| round == 0 || [1, 9].contains(number));
        let lines: Vec<LineToTell> = lines
            .map(|number| {
                let mut line = line_to_tell(window, desk, number);
                if number % 2 == 0 {
                    line.key.severity = Severity::Critical;
                }
                if number == 3 {
                    line.key.recipient_no = 2;
                }
                line
            })
            .collect();
        write(store, |tx| {
            tx.add_lines(&mut Collecting::default(), &lines, now())
        });
        write(store, |tx| tx.close_window(window, now()));
    }
}

fn what_was_said_of_a_finding_that_was_told_red_is_not_passed_on(test: &TestStore) {
    let store = &test.store;
    add_findings(store, 1..=2);
    let window = write(store, |tx| tx.open_window(now()));
    let mut lines = [1, 2].map(|number| line_to_tell(window, desk_no(store), number));
    lines[1].key.tlp = Tlp::Red;
    write(store, |tx| {
        tx.add_lines(&mut Collecting::default(), &lines, now())
    });
    for (finding_no, want) in [(1, Some((1, AnswerStatus::Solved))), (2, None)] {
        let said = event(finding_no, Some(AnswerStatus::Solved));
        write(store, |tx| tx.add_answer(&said, 0));
        // Events are numbered as the findings are here.
        assert_eq!(read(store, |tx| tx.answered_finding(finding_no)), want);
    }
}

fn query() -> InboxQuery {
    InboxQuery::whole(1, Tlp::Red, now().day())
}

fn numbers(rows: &[InboxRow]) -> Vec<i64> {
    rows.iter().map(|row| row.place.finding_no).collect()
}

fn sorted(store: &Store, query: &InboxQuery) -> Vec<i64> {
    let page = read(store, |tx| tx.inbox(query, 100));
    let (counted_page, counted) = read(store, |tx| tx.counted_inbox(query, 100, 100));
    assert_eq!(counted_page, page);
    assert_eq!(counted.findings, page.rows.len() as i64);
    assert!(!counted.has_more);
    let (short, counted) = read(store, |tx| tx.counted_inbox(query, 1, 1));
    assert_eq!(short, read(store, |tx| tx.inbox(query, 1)));
    assert_eq!(counted.has_more, page.rows.len() > 1);
    let mut found = numbers(&page.rows);
    found.sort_unstable();
    found
}

fn an_inbox_has_each_finding_once_and_none_of_others(test: &TestStore) {
    told(&test.store);
    assert_eq!(sorted(&test.store, &query()), [1, 2, 4, 5, 6, 7, 8, 9]);
    let other = InboxQuery {
        party_no: 2,
        ..query()
    };
    assert_eq!(sorted(&test.store, &other), [3]);
    let nobody = InboxQuery {
        party_no: 3,
        ..query()
    };
    assert_eq!(sorted(&test.store, &nobody), [0; 0]);
}

fn pages_of_an_inbox_follow_each_other_in_every_order(test: &TestStore) {
    told(&test.store);
    for order in [
        InboxOrder::Newest,
        InboxOrder::Severity,
        InboxOrder::LastSeen,
    ] {
        let mut asked = InboxQuery { order, ..query() };
        let whole = numbers(&read(&test.store, |tx| tx.inbox(&asked, 100)).rows);
        assert_eq!(whole.len(), 8);
        let mut paged = Vec::new();
        loop {
            let page = read(&test.store, |tx| tx.inbox(&asked, 3));
            paged.extend(numbers(&page.rows));
            asked.after = page.next;
            if asked.after.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{order:?}");
        if order == InboxOrder::Severity {
            assert_eq!(whole[..4], [8, 6, 4, 2]);
        }
        if order == InboxOrder::Newest {
            assert_eq!(whole[..2], [9, 1], "the newest message is about these");
        }
    }
}

/// The last time of a finding is a bound alone: a sighting under a stricter marking than that of the message does not show.
fn the_order_of_the_last_sighting_is_that_of_what_shows(test: &TestStore) {
    let store = &test.store;
    told(store);
    let seen_at = |finding_no: i64| now().plus_seconds(finding_no);
    let sightings = (1..=9).map(|finding_no| ObservationRow {
        observed_at: seen_at(finding_no),
        tlp: match finding_no {
            7 | 8 => Tlp::Red,
            _ => Tlp::Amber,
        },
        ..observation_row(finding_no, 100 + finding_no)
    });
    // What the messages about 8 cite.
    let cited = ObservationRow {
        observed_at: seen_at(4),
        ..observation_row(8, 8)
    };
    let rows: Vec<_> = sightings.chain([cited]).collect();
    write(store, |tx| tx.insert_observations(&rows));
    test.tamper(
        "UPDATE finding SET last_line = 100 + finding_no, last_seen = last_seen + finding_no * 1000000",
    );
    let mut asked = InboxQuery {
        order: InboxOrder::LastSeen,
        ..query()
    };
    // 3 is of another organisation; the sighting that the messages about 7 cite is not kept any more.
    let want = [9, 6, 5, 8, 4, 2, 1, 7];
    for rows_max in 1..=9 {
        let mut paged = Vec::new();
        loop {
            let page = read(store, |tx| tx.inbox(&asked, rows_max));
            paged.extend(numbers(&page.rows));
            asked.after = page.next;
            if asked.after.is_none() {
                break;
            }
        }
        assert_eq!(paged, want, "{rows_max} rows a page");
    }
}

fn an_inbox_is_filtered(test: &TestStore) {
    told(&test.store);
    for (number, status) in [
        (1, AnswerStatus::Solved),
        (2, AnswerStatus::InProgress),
        (4, AnswerStatus::RiskAccepted),
    ] {
        let mut said = event(number, Some(status));
        said.until = Some(days_later(10).day());
        said.assigned_to = (number == 2).then_some(5);
        write(&test.store, |tx| tx.add_answer(&said, 0));
    }
    let check = |change: &dyn Fn(&mut InboxQuery), want: &[i64]| {
        let mut asked = query();
        change(&mut asked);
        assert_eq!(sorted(&test.store, &asked), want);
    };
    check(
        &|query| query.status = StatusChoice::Open,
        &[2, 5, 6, 7, 8, 9],
    );
    check(
        &|query| query.status = StatusChoice::Only(AnswerStatus::Solved),
        &[1],
    );
    check(
        &|query| query.status = StatusChoice::Only(AnswerStatus::New),
        &[5, 6, 7, 8, 9],
    );
    let later = |query: &mut InboxQuery| {
        query.status = StatusChoice::Open;
        query.today = days_later(10).day();
    };
    check(&later, &[2, 4, 5, 6, 7, 8, 9]);
    check(
        &|query| query.severity = Some(Severity::Critical),
        &[2, 4, 6, 8],
    );
    check(
        &|query| query.severity_min = Some(Severity::Critical),
        &[2, 4, 6, 8],
    );
    check(&|query| query.assigned_to = Some(5), &[2]);
    check(&|query| query.finding_no = Some(7), &[7]);
    check(&|query| query.tlp_max = Tlp::Green, &[]);
    let key = |finding_no| {
        read(&test.store, |tx| tx.finding(finding_no))
            .unwrap()
            .0
            .endpoint
    };
    let exactly = |key: Vec<u8>| (key.clone(), [&key[..], &[0]].concat());
    let ranges = [7, 4].map(|finding_no| exactly(key(finding_no)));
    check(&|query| query.endpoints = ranges.to_vec(), &[4, 7]);
    let count = InboxQuery {
        endpoints: ranges.to_vec(),
        ..query()
    };
    assert_eq!(
        read(&test.store, |tx| tx.inbox_count(&count, 9)).findings,
        2
    );
    test.tamper(
        "INSERT INTO asset_detail (asset_no, party_no, label, group_no) VALUES (3, 1, '', 9)",
    );
    check(&|query| query.group_no = Some(9), &[1, 2, 4, 5, 6, 7, 8, 9]);
    check(&|query| query.group_no = Some(8), &[]);
    let threats = read(&test.store, |tx| tx.inbox_threats(&query()));
    assert_eq!(threats, [("open-rdp".to_owned(), 8)]);
}

fn a_page_of_a_large_inbox_reads_so_far_and_says_where_the_next_goes_on(test: &TestStore) {
    let (store, desk_no) = (&test.store, desk_no(&test.store));
    assert_eq!(write(store, |tx| tx.threat_no("open-rdp")), 1);
    add_findings(store, 1..=4_500);
    let window_no = write(store, |tx| tx.open_window(now()));
    let lines: Vec<LineToTell> = (1..=4_500)
        .map(|number| line_to_tell(window_no, desk_no, number))
        .collect();
    write(store, |tx| {
        tx.add_lines(&mut Collecting::default(), &lines, now())
    });
    write(store, |tx| tx.close_window(window_no, now()));
    test.tamper(
        "INSERT INTO answer (party_no, finding_no, episode, status, answered_at, version)
         SELECT 1, finding_no, 1, 3, 0, 1 FROM finding WHERE finding_no > 1",
    );
    let mut every = InboxQuery {
        order: InboxOrder::LastSeen,
        ..query()
    };
    let mut paged = Vec::new();
    loop {
        let page = read(store, |tx| tx.inbox(&every, 300));
        assert!(page.rows.len() <= 300);
        paged.extend(numbers(&page.rows));
        every.after = page.next;
        if every.after.is_none() {
            break;
        }
    }
    // All were told at one moment, so that the number decides.
    assert_eq!(paged, (1..=4_500).rev().collect::<Vec<i64>>());
    for order in [
        InboxOrder::Newest,
        InboxOrder::Severity,
        InboxOrder::LastSeen,
    ] {
        let mut asked = InboxQuery {
            status: StatusChoice::Open,
            order,
            ..query()
        };
        let (mut found, mut pages) = (Vec::new(), 0);
        let (page, counted) = read(store, |tx| tx.counted_inbox(&asked, 10, 100));
        assert_eq!((counted.findings, counted.has_more), (0, true));
        assert_eq!(page, read(store, |tx| tx.inbox(&asked, 10)));
        loop {
            let page = read(store, |tx| tx.inbox(&asked, 10));
            pages += 1;
            found.extend(numbers(&page.rows));
            asked.after = page.next;
            if asked.after.is_none() {
                break;
            }
        }
        assert_eq!((found, pages), (vec![1], 3), "{order:?}");
    }
    let solved = InboxQuery {
        status: StatusChoice::Only(AnswerStatus::Solved),
        ..query()
    };
    let page = read(store, |tx| tx.inbox(&solved, 10));
    assert_eq!(numbers(&page.rows)[0], 4_500);
    let place = page.rows[9].place;
    let line = (place.notification_no, place.finding_no);
    let found = read(store, |tx| tx.inbox_place(&query(), line));
    assert_eq!(found, Some(place));
}

fn an_inbox_has_nothing_that_was_not_approved_or_was_withheld(test: &TestStore) {
    told(&test.store);
    let newest = read(&test.store, |tx| tx.inbox(&query(), 1)).rows.remove(0);
    let number = newest.place.notification_no;
    let from = [NotificationState::Approved];
    let by = (now(), "an analyst");
    let withheld = NotificationState::Withheld;
    write(&test.store, |tx| {
        tx.move_notification(number, &from, withheld, "no", by)
    });
    // An older message is about 1 and 9 too.
    let rows = read(&test.store, |tx| tx.inbox(&query(), 100)).rows;
    assert!(rows.iter().all(|row| row.place.notification_no < number));
    assert_eq!(rows.len(), 8);
    let oldest = rows.last().map(|row| row.place.notification_no).unwrap();
    write(&test.store, |tx| {
        tx.move_notification(oldest, &from, withheld, "no", by)
    });
    assert_eq!(sorted(&test.store, &query()).len(), 4);
}

fn a_link_is_found_by_the_digest_of_its_token(test: &TestStore) {
    let link = AnswerLink {
        notification_no: 3,
        finding_no: 4,
        created_by: "person of a test".into(),
        address: "it@supplier.example".into(),
        expires_at: days_later(30),
    };
    let number = write(&test.store, |tx| tx.add_answer_link(&[7; 32], &link, now()));
    let found = read(&test.store, |tx| tx.answer_link(&[7; 32]));
    assert_eq!(found, Some((number, link)));
    assert_eq!(read(&test.store, |tx| tx.answer_link(&[8; 32])), None);
}

fn where_people_reach_the_pages_is_kept_and_forgotten(test: &TestStore) {
    for origin in [
        Some("https://warnings.example"),
        Some("https://other.example"),
        None,
    ] {
        write(&test.store, |tx| tx.set_public_origin(origin));
        let kept = read(&test.store, |tx| tx.public_origin());
        assert_eq!(kept.as_deref(), origin);
    }
}

both_engines!(
    an_answer_is_kept_with_its_history,
    what_was_said_of_a_finding_that_was_told_red_is_not_passed_on,
    what_was_said_of_an_earlier_episode_is_over,
    a_status_is_not_written_over_one_that_was_not_seen,
    only_answers_that_keep_something_back_are_asked_for,
    an_inbox_has_each_finding_once_and_none_of_others,
    pages_of_an_inbox_follow_each_other_in_every_order,
    the_order_of_the_last_sighting_is_that_of_what_shows,
    an_inbox_is_filtered,
    a_page_of_a_large_inbox_reads_so_far_and_says_where_the_next_goes_on,
    an_inbox_has_nothing_that_was_not_approved_or_was_withheld,
    a_link_is_found_by_the_digest_of_its_token,
    where_people_reach_the_pages_is_kept_and_forgotten,
);
