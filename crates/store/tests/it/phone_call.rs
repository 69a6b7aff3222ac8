//! Whom the desk calls, and what came of it.

use model::register::ContactRow;
use model::{AnswerStatus, CallOutcome, ContactPhone, Severity, SeveritySet, Timestamp, Timing};
use store::{CallAttempt, Collecting, Desks, NotificationState, PlannedDelivery};
use testkit::{RegisterBuilder, TestStore, both_engines, days_later};

use crate::answer::event;
use crate::builders::{
    add_findings, desk_no, finding_key, finding_row, line_to_tell, now, read, write,
};

/// The bakery has somebody to call about what is critical; gives its number.
fn bakery(test: &TestStore) -> i64 {
    let register = RegisterBuilder::new().organisation("bakery");
    register.import(&test.store, now());
    let party_no = read(&test.store, |tx| tx.party_no("bakery")).unwrap();
    let contact = ContactRow {
        organisation: String::new(),
        role: "night".to_owned(),
        email: "night@bakery.example".parse().unwrap(),
        severities: SeveritySet::from_iter([Severity::Critical]),
        language: None,
        reader: None,
    };
    let phone = ContactPhone {
        number: "+31705550123".parse().unwrap(),
        is_always: true,
    };
    write(&test.store, |tx| {
        let put = tx.put_own_contact(party_no, &contact, &Timing::default(), now())?;
        let contact_no = put.contact_no.expect("the bakery is there");
        tx.answer_own_contact(party_no, contact_no, now())?;
        tx.put_contact_phone((party_no, contact_no), Some(&phone))
    });
    party_no
}

/// A message about a finding of the same number, approved and as far as `state`; gives its number.
fn tell(
    test: &TestStore,
    (party_no, finding_no): (i64, i64),
    severity: Severity,
    state: NotificationState,
) -> i64 {
    let window_no = write(&test.store, |tx| tx.open_window(now()));
    let mut line = line_to_tell(window_no, desk_no(&test.store), finding_no);
    line.key.severity = severity;
    line.key.recipient_no = party_no;
    write(&test.store, |tx| {
        tx.add_lines(&mut Collecting::default(), &[line.clone()], now())?;
        tx.close_window(window_no, now())
    });
    let message_no = read(&test.store, |tx| tx.lines_about(finding_no))[0].0;
    if state != NotificationState::Approved {
        let approved = [NotificationState::Approved];
        let moved = write(&test.store, |tx| {
            tx.move_notification(message_no, &approved, state, "", (now(), ""))
        });
        assert!(moved);
    }
    message_no
}

fn to_call(test: &TestStore, since: Timestamp) -> Vec<i64> {
    let rows = read(&test.store, |tx| tx.call_rows(since, 10));
    let mut numbers: Vec<i64> = rows.iter().map(|row| row.notification_no).collect();
    let elsewhere = test.store.within(Desks::Only(Vec::new()));
    assert_eq!(read(&elsewhere, |tx| tx.call_rows(since, 10)), []);
    // One message is found as it is found among all.
    for row in rows {
        let alone = read(&elsewhere, |tx| tx.call_row(row.notification_no, since));
        assert_eq!(alone, None, "of another desk");
        let alone = read(&test.store, |tx| tx.call_row(row.notification_no, since));
        assert_eq!(alone, Some(row));
    }
    numbers.sort_unstable();
    numbers
}

fn attempt(message_no: i64, party_no: i64, outcome: CallOutcome) -> CallAttempt {
    CallAttempt {
        notification_no: message_no,
        party_no,
        at: now(),
        person_no: None,
        contact_no: None,
        outcome,
        next_at: (!outcome.is_end()).then(|| now().plus_seconds(900)),
        note: "asks for the director".to_owned(),
    }
}

fn whoever_did_not_answer_what_is_critical_and_whoever_got_nothing_is_called(test: &TestStore) {
    use NotificationState::{Approved, Delivered, Failed, Withheld};
    use Severity::{Critical, High, Medium};
    let bakery = bakery(test);
    let school = RegisterBuilder::new().organisation("school");
    school.import(&test.store, now());
    let school = read(&test.store, |tx| tx.party_no("school")).unwrap();
    add_findings(&test.store, 1..=8);
    let told =
        |finding_no, party_no, severity, state| tell(test, (party_no, finding_no), severity, state);
    let critical = told(1, bakery, Critical, Delivered);
    let untried = told(2, bakery, Critical, Approved);
    told(3, bakery, High, Delivered);
    let failed = told(4, bakery, High, Failed);
    told(5, bakery, Medium, Failed);
    told(6, bakery, Critical, Withheld);
    // Nobody there has a number.
    told(7, school, Critical, Delivered);
    let unreached = told(8, school, Critical, Failed);
    let mut want = vec![critical, failed, unreached];
    assert_eq!(to_call(test, now()), want);
    assert!(to_call(test, now().plus_seconds(1)).is_empty());
    assert_eq!(read(&test.store, |tx| tx.call_row(untried, now())), None);
    // The relay was tried, and is to be tried again.
    write(&test.store, |tx| {
        let planned = PlannedDelivery {
            notification_no: untried,
            address: "night@bakery.example".parse().unwrap(),
            message_id: "<1@csirt.example>".to_owned(),
            due_at: now(),
        };
        tx.plan_deliveries(&[planned])?;
        let delivery_no = tx.deliveries_of(untried)?[0].delivery_no;
        tx.start_delivery(delivery_no, (b"mail", false), now())
    });
    want.insert(1, untried);
    assert_eq!(to_call(test, now()), want);
    write(&test.store, |tx| tx.leave(school, "test", now()));
    assert_eq!(to_call(test, now()), [critical, untried, failed]);
    let phones = read(&test.store, |tx| tx.phones_of(&[bakery, school]));
    assert_eq!(phones.len(), 1);
    assert_eq!(phones[0].phone.number.as_str(), "+31705550123");
}

fn an_answer_ends_a_call_and_a_look_does_not(test: &TestStore) {
    let party_no = bakery(test);
    add_findings(&test.store, 1..=2);
    let message_no = tell(
        test,
        (party_no, 1),
        Severity::Critical,
        NotificationState::Delivered,
    );
    let say = |finding_no, status, version| {
        let mut said = event(finding_no, Some(status));
        said.party_no = party_no;
        assert!(write(&test.store, |tx| tx.add_answer(&said, version)));
    };
    say(2, AnswerStatus::Solved, 0);
    say(1, AnswerStatus::Seen, 0);
    assert_eq!(to_call(test, now()), [message_no]);
    say(1, AnswerStatus::InProgress, 1);
    assert!(to_call(test, now()).is_empty());
}

fn what_came_back_in_a_later_message_is_not_called_about(test: &TestStore) {
    let party_no = bakery(test);
    let mut row = finding_row(1);
    row.episode = 2;
    let key = finding_key(desk_no(&test.store), b"again");
    write(&test.store, |tx| {
        tx.insert_findings(&[(&key, &row, &[][..])])
    });
    tell(
        test,
        (party_no, 1),
        Severity::Critical,
        NotificationState::Delivered,
    );
    assert!(to_call(test, now()).is_empty());
}

fn one_person_has_a_call_until_it_is_noted_given_back_or_over(test: &TestStore) {
    let party_no = bakery(test);
    add_findings(&test.store, 1..=1);
    let message_no = tell(
        test,
        (party_no, 1),
        Severity::Critical,
        NotificationState::Delivered,
    );
    let until = now().plus_seconds(900);
    let take = |person_no, at| {
        write(&test.store, |tx| {
            tx.take_call((message_no, party_no), person_no, (at, until))
        })
    };
    assert!(take(1, now()));
    assert!(!take(2, now()), "a colleague has it");
    assert!(take(1, now()), "who has it may go on");
    assert!(take(2, until), "its time is over");
    assert!(write(&test.store, |tx| tx.give_call_back(message_no)));
    assert!(!write(&test.store, |tx| tx.give_call_back(message_no)));
    assert!(take(1, now()));
    let first = attempt(message_no, party_no, CallOutcome::NoAnswer);
    write(&test.store, |tx| tx.note_call(&first));
    let row = read(&test.store, |tx| tx.call_row(message_no, now())).unwrap();
    assert_eq!((row.taken, row.next_at), (None, first.next_at));
    let last = attempt(message_no, party_no, CallOutcome::Understood);
    write(&test.store, |tx| tx.note_call(&last));
    assert!(to_call(test, now()).is_empty());
    assert!(!take(1, now()), "it has ended");
    let attempts = read(&test.store, |tx| tx.call_attempts(message_no, 10));
    assert_eq!(attempts, [last, first]);
}

fn notes_go_after_a_while_and_attempts_with_their_organisation(test: &TestStore) {
    let party_no = bakery(test);
    add_findings(&test.store, 1..=1);
    let message_no = tell(
        test,
        (party_no, 1),
        Severity::Critical,
        NotificationState::Delivered,
    );
    let noted = attempt(message_no, party_no, CallOutcome::NoAnswer);
    write(&test.store, |tx| tx.note_call(&noted));
    let forget = |before| write(&test.store, |tx| tx.forget_call_notes(before));
    assert_eq!((forget(now()), forget(days_later(1))), (0, 1));
    let attempts = || read(&test.store, |tx| tx.call_attempts(message_no, 10));
    assert_eq!((attempts().len(), attempts()[0].note.as_str()), (1, ""));
    write(&test.store, |tx| tx.leave(party_no, "test", now()));
    assert!(attempts().is_empty());
}

both_engines!(
    whoever_did_not_answer_what_is_critical_and_whoever_got_nothing_is_called,
    an_answer_ends_a_call_and_a_look_does_not,
    what_came_back_in_a_later_message_is_not_called_about,
    one_person_has_a_call_until_it_is_noted_given_back_or_over,
    notes_go_after_a_while_and_attempts_with_their_organisation,
);
