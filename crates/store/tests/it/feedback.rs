use model::{
    ComplaintDoor, ComplaintState, Day, EmailAddress, Language, Reader, StoryStatus,
    SuggestionOrigin, Timestamp, Usefulness,
};
use store::{Collecting, NewComplaint, NewSuggestion, Store, StoryText};
use testkit::{TestStore, both_engines};

use crate::builders::{add_findings, desk_no, line_to_tell, now, read, write};

fn days(count: i64) -> Timestamp {
    now().plus_seconds(count * 24 * 60 * 60)
}

fn email() -> EmailAddress {
    "sam@bakery.example".parse().unwrap()
}

/// Two messages, of which the windows are closed.
fn two_messages(test: &TestStore) {
    add_findings(&test.store, 1..=2);
    let threat_no = write(&test.store, |tx| tx.threat_no("open-rdp"));
    for finding_no in 1..=2 {
        let window_no = write(&test.store, |tx| tx.open_window(now()));
        let mut line = line_to_tell(window_no, desk_no(&test.store), finding_no);
        line.key.threat_no = threat_no;
        write(&test.store, |tx| {
            tx.add_lines(&mut Collecting::default(), &[line.clone()], now())?;
            tx.close_window(window_no, now())
        });
    }
}

fn judge(test: &TestStore, notification_no: i64, verdict: Usefulness, why: &str, at: Timestamp) {
    let message = read(&test.store, |tx| tx.notification(notification_no)).unwrap();
    write(&test.store, |tx| {
        tx.judge_message(&message, verdict, why, at)
    });
}

fn a_message_counts_once_as_its_recipient_said_last(test: &TestStore) {
    two_messages(test);
    judge(test, 1, Usefulness::No, "", now());
    judge(test, 1, Usefulness::Yes, "clear", days(1));
    judge(test, 2, Usefulness::Yes, "", days(2));
    let counts = read(&test.store, |tx| tx.usefulness_counts(now()));
    let all: Vec<_> = counts.iter().map(|it| (it.verdict, it.count)).collect();
    assert_eq!(all, [(Usefulness::Yes, 2)]);
    assert_eq!(counts[0].reader, Reader::Entrepreneur);
    let later = read(&test.store, |tx| tx.usefulness_counts(days(2)));
    assert_eq!(later[0].count, 1);
    let words = || read(&test.store, |tx| tx.judgements_with_words(now(), 10));
    assert_eq!(words().len(), 1);
    let party_no = read(&test.store, |tx| tx.notification(1))
        .unwrap()
        .key
        .recipient_no;
    let own = read(&test.store, |tx| tx.judgements_of(party_no, 10));
    assert_eq!(own.len(), 2);
    assert_eq!(own[1], words()[0]);
    let forget = |at| write(&test.store, |tx| tx.forget_usefulness_words(at));
    assert_eq!(
        [forget(days(1)), forget(days(2)), forget(days(2))],
        [0, 1, 0]
    );
    assert_eq!(words(), []);
    let kept = read(&test.store, |tx| tx.judgement(1)).unwrap();
    assert_eq!((kept.verdict, &kept.text[..]), (Usefulness::Yes, ""));
}

fn complaint(answer_on: Day) -> NewComplaint {
    NewComplaint {
        door: ComplaintDoor::Page,
        notification_no: None,
        party_no: None,
        name: "Sam Voorbeeld".to_owned(),
        email: Some(email()),
        phone: String::new(),
        language: Language::Nl,
        text: "too late".to_owned(),
        acknowledge_on: now().day().plus_days(5),
        answer_on,
    }
}

fn complaints_come_in_the_order_in_which_answers_are_due(test: &TestStore) {
    let today = now().day();
    let add = |days| {
        let new = complaint(today.plus_days(days));
        write(&test.store, |tx| tx.add_complaint(&new, now()))
    };
    let (late, soon, same) = (add(42), add(10), add(10));
    let open = |after| {
        let found = read(&test.store, |tx| tx.open_complaints(after, 2));
        let numbers = found.iter().map(|one| one.complaint_no);
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(open((Day::from_days(0), 0)), [soon, same]);
    assert_eq!(open((today.plus_days(10), same)), [late]);
    for (later, want) in [(5, (3, 0)), (6, (3, 3)), (11, (3, 3))] {
        let counted = read(&test.store, |tx| {
            tx.count_complaints(today.plus_days(later), 100)
        });
        assert_eq!(counted, want, "{later}");
    }
    let capped = read(&test.store, |tx| tx.count_complaints(today, 2));
    assert_eq!(capped, (2, 0));
}

fn a_complaint_moves_once_from_each_state_and_is_forgotten_a_while_after_its_end(test: &TestStore) {
    use ComplaintState::{Acknowledged, Answered, Received};
    let new = complaint(now().day().plus_days(42));
    let complaint_no = write(&test.store, |tx| tx.add_complaint(&new, now()));
    let person_no = write(&test.store, |tx| {
        tx.add_person(&email(), "Analyst", None, now())
    });
    let step = |steps, at| {
        write(&test.store, |tx| {
            tx.move_complaint(complaint_no, steps, (person_no, "we look"), at)
        })
    };
    let found = || read(&test.store, |tx| tx.complaint(complaint_no)).unwrap();
    assert_eq!(found().content, new);
    assert_eq!(found().reference(), "CMP-2026-000001");
    assert!(step((Received, Acknowledged), days(1)));
    assert!(!step((Received, Acknowledged), days(1)));
    assert_eq!(found().ended_at, None);
    write(&test.store, |tx| {
        tx.note_on_complaint(complaint_no, (person_no, "called"), days(2))
    });
    assert!(step((Acknowledged, Answered), days(3)));
    assert_eq!((found().state, found().ended_at), (Answered, Some(days(3))));
    let ended = read(&test.store, |tx| tx.ended_complaints(i64::MAX, 10));
    assert_eq!(ended, [found()]);
    let events = || read(&test.store, |tx| tx.complaint_events(complaint_no));
    let states: Vec<_> = events().iter().map(|event| event.state).collect();
    assert_eq!(states, [Some(Acknowledged), None, Some(Answered)]);
    let forget = |before| write(&test.store, |tx| tx.forget_complaints(before, days(400)));
    assert_eq!(
        [forget(days(3)), forget(days(4)), forget(days(4))],
        [0, 1, 0]
    );
    let left = found();
    assert_eq!(
        (left.content.name, left.content.text, left.content.email),
        (String::new(), String::new(), None)
    );
    assert!(events().iter().all(|event| event.text.is_empty()));
}

fn suggestion(test: &TestStore, at: Timestamp) -> i64 {
    let email = email();
    let new = NewSuggestion {
        origin: SuggestionOrigin::Page,
        origin_no: None,
        text: "shorter subjects",
        email: Some(&email),
        language: Language::Nl,
    };
    write(&test.store, |tx| tx.add_suggestion(&new, at))
}

fn story_text(status: StoryStatus) -> StoryText {
    let text = |nl: &str, en: &str| [nl.to_owned(), en.to_owned()];
    StoryText {
        title: text("Onderwerp", "Subject"),
        text: text("kort", "short"),
        status,
        outcome: text("korter", "shorter"),
        ended_on: status.is_ended().then(|| now().day()),
    }
}

fn story(store: &Store, status: StoryStatus) -> i64 {
    let text = story_text(status);
    write(store, |tx| tx.add_story(&text, now()))
}

fn a_suggestion_is_decided_once(test: &TestStore) {
    let [first, second, third] = [0, 1, 2].map(|day| suggestion(test, days(day)));
    let story_no = story(&test.store, StoryStatus::New);
    let join = |number| write(&test.store, |tx| tx.join_story(number, story_no));
    let aside = |number| write(&test.store, |tx| tx.set_suggestion_aside(number, days(3)));
    assert!(join(first));
    assert!(aside(second));
    assert!(!join(second) && !aside(first) && !join(first));
    let open = read(&test.store, |tx| tx.open_suggestions(0, 10));
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].suggestion_no, third);
    assert_eq!(read(&test.store, |tx| tx.count_open_suggestions(10)), 1);
    let found = |number| read(&test.store, |tx| tx.suggestion(number)).unwrap();
    assert_eq!(found(second).email, None, "there is nothing to tell");
    assert_eq!(found(first).email, Some(email()));
    assert_eq!(
        read(&test.store, |tx| tx.story(story_no))
            .unwrap()
            .suggestions,
        1
    );
    let forget = |before| write(&test.store, |tx| tx.forget_askers(before));
    assert_eq!(
        [forget(days(0)), forget(days(1)), forget(days(3))],
        [0, 1, 1]
    );
}

fn what_is_public_comes_last_published_first(test: &TestStore) {
    let numbers = [0, 1, 2].map(|_| story(&test.store, StoryStatus::Done));
    let publish = |number, at| write(&test.store, |tx| tx.publish_story(number, at));
    assert!(publish(numbers[2], days(1)));
    assert!(publish(numbers[0], days(2)));
    assert!(!publish(numbers[0], days(3)), "it is public");
    let public = |before| {
        let found = read(&test.store, |tx| tx.published_stories(before, 10));
        let numbers = found.iter().map(|one| one.story_no);
        numbers.collect::<Vec<_>>()
    };
    let end = (Timestamp::from_micros(i64::MAX), i64::MAX);
    assert_eq!(public(end), [numbers[0], numbers[2]]);
    assert_eq!(public((days(2), numbers[0])), [numbers[2]]);
    let declined = story_text(StoryStatus::Declined);
    assert!(write(&test.store, |tx| tx.change_story(numbers[1], &declined)));
    let newest = read(&test.store, |tx| tx.stories(numbers[2], 10));
    assert_eq!(newest[0].text, declined);
}

fn promises_are_what_the_desk_said_last(test: &TestStore) {
    let promises = || read(&test.store, |tx| tx.promises());
    assert_eq!(promises(), None);
    for numbers in [[5, 6, 13], [3, 4, 26]] {
        write(&test.store, |tx| tx.set_promises(numbers));
        assert_eq!(promises(), Some(numbers.map(i64::from)));
    }
}

both_engines!(
    a_message_counts_once_as_its_recipient_said_last,
    complaints_come_in_the_order_in_which_answers_are_due,
    a_complaint_moves_once_from_each_state_and_is_forgotten_a_while_after_its_end,
    a_suggestion_is_decided_once,
    what_is_public_comes_last_published_first,
    promises_are_what_the_desk_said_last,
);
