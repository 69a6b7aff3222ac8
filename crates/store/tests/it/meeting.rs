use model::{EmailAddress, Language, SuggestionOrigin, Timestamp};
use store::{MeetingText, NewMeetingGuest, NewSuggestion};
use testkit::{TestStore, both_engines};

use crate::builders::{now, read, write};

fn days(count: i64) -> Timestamp {
    now().plus_seconds(count * 24 * 60 * 60)
}

fn text(starts_at: Timestamp) -> MeetingText {
    MeetingText {
        name: "Half a year of warnings".to_owned(),
        starts_at,
        place: "Utrecht".to_owned(),
        agenda: "What could be better?".to_owned(),
        notes: String::new(),
        decisions: String::new(),
    }
}

fn planned(test: &TestStore, starts_at: Timestamp) -> i64 {
    let text = text(starts_at);
    write(&test.store, |tx| tx.add_meeting(&text, now()))
}

fn email() -> EmailAddress {
    "kim@relay.example".parse().unwrap()
}

fn the_last_meeting_and_the_next_are_known(test: &TestStore) {
    let around = || read(&test.store, |tx| tx.meetings_around(now()));
    assert_eq!(around(), (None, false));
    let [old, last] = [-90, -30].map(|count| planned(test, days(count)));
    assert_eq!(around(), (Some(days(-30)), false));
    let next = planned(test, days(1));
    assert_eq!(around(), (Some(days(-30)), true));
    let listed = |before| {
        let found = read(&test.store, |tx| tx.meetings(before, 2));
        let numbers = found.iter().map(|one| one.meeting_no);
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(listed((days(900), i64::MAX)), [next, last]);
    assert_eq!(listed((days(-30), last)), [old]);
    let held = MeetingText {
        notes: "They want shorter subjects.".to_owned(),
        decisions: "We shorten them.".to_owned(),
        ..text(days(-30))
    };
    write(&test.store, |tx| tx.change_meeting(last, &held));
    assert_eq!(read(&test.store, |tx| tx.meeting(last)).unwrap().text, held);
}

fn a_guest_is_invited_once_and_forgotten_a_while_after_the_meeting(test: &TestStore) {
    let meeting_no = planned(test, days(10));
    let guest = NewMeetingGuest {
        party_no: None,
        name: "Kim".to_owned(),
        email: Some(email()),
        language: Language::En,
    };
    let shouted = NewMeetingGuest {
        email: Some("Kim@RELAY.example".parse().unwrap()),
        ..guest.clone()
    };
    let other = NewMeetingGuest {
        email: Some("sam@relay.example".parse().unwrap()),
        ..guest.clone()
    };
    let add = |guest| write(&test.store, |tx| tx.add_meeting_guest(meeting_no, guest));
    assert_eq!([&guest, &shouted, &other].map(add), [true, false, true]);
    let guests = || read(&test.store, |tx| tx.meeting_guests(meeting_no));
    let [first, second] = guests().try_into().unwrap();
    assert_eq!((&first.who, first.invited_at), (&guest, None));
    let invite = || write(&test.store, |tx| tx.note_invited(first.guest_no, now()));
    assert_eq!([invite(), invite()], [true, false]);
    write(&test.store, |tx| {
        tx.say_coming_to_meeting(first.guest_no, true)?;
        tx.note_meeting_attendance(meeting_no, &[second.guest_no])
    });
    let found = read(&test.store, |tx| tx.meeting_guest(first.guest_no)).unwrap();
    assert_eq!(
        (found.is_coming, found.was_there),
        (Some(true), Some(false))
    );
    let forget = |before| write(&test.store, |tx| tx.forget_meeting_guests(before));
    assert_eq!(
        [forget(days(10)), forget(days(11)), forget(days(11))],
        [0, 2, 0]
    );
    assert!(
        guests()
            .iter()
            .all(|it| it.who.name.is_empty() && it.who.email.is_none())
    );
}

fn what_is_to_be_done_is_late_until_it_is_done(test: &TestStore) {
    let meeting_no = planned(test, now());
    let person_no = write(&test.store, |tx| {
        tx.add_person(&email(), "Analyst", None, now())
    });
    write(&test.store, |tx| {
        tx.add_meeting_action(meeting_no, ("shorten", person_no, days(5).day()))
    });
    let late = |count| {
        let day = days(count).day();
        read(&test.store, |tx| tx.count_late_actions(day, 100))
    };
    assert_eq!([late(5), late(6)], [0, 1]);
    let action = read(&test.store, |tx| tx.meeting_actions(meeting_no)).remove(0);
    assert_eq!((&action.text[..], action.done_at), ("shorten", None));
    let end = || {
        write(&test.store, |tx| {
            tx.end_meeting_action(meeting_no, action.action_no, days(6))
        })
    };
    assert_eq!([end(), end()], [true, false]);
    assert_eq!(late(6), 0);
    let suggestion = NewSuggestion {
        origin: SuggestionOrigin::Meeting,
        origin_no: Some(meeting_no),
        text: "shorter subjects",
        email: None,
        language: Language::Nl,
    };
    write(&test.store, |tx| tx.add_suggestion(&suggestion, now()));
    let from = |origin| read(&test.store, |tx| tx.suggestions_from(origin, meeting_no)).len();
    let origins = [SuggestionOrigin::Meeting, SuggestionOrigin::Survey];
    assert_eq!(origins.map(from), [1, 0]);
}

both_engines!(
    the_last_meeting_and_the_next_are_known,
    a_guest_is_invited_once_and_forgotten_a_while_after_the_meeting,
    what_is_to_be_done_is_late_until_it_is_done,
);
