use model::{OrganisationRole, ReplyOutcome, Timestamp};
use store::ReplyContent;
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines};

use crate::builders::{now, read, write};

fn later(secs: i64) -> Timestamp {
    now().plus_seconds(secs)
}

fn content() -> ReplyContent {
    ReplyContent {
        notification_no: None,
        named_no: None,
        sender: "sam@bakery.example".to_owned(),
        subject: "Re: NTF-2026-000001".to_owned(),
        text: "Who are you?".to_owned(),
    }
}

fn a_mail_is_taken_in_hand_once_and_waits_where_a_person_must_look(test: &TestStore) {
    let begin = |digest| write(&test.store, |tx| tx.begin_reply(&[digest; 32], now()));
    let waiting = begin(1).unwrap();
    assert_eq!(begin(1), None);
    let automatic = begin(2).unwrap();
    write(&test.store, |tx| {
        tx.end_reply(waiting, ReplyOutcome::NoWord, &content(), now())?;
        tx.end_reply(automatic, ReplyOutcome::Automatic, &content(), now())
    });
    let outcome = |digest| read(&test.store, |tx| tx.reply_outcome(&[digest; 32]));
    let (no_word, set_aside) = (ReplyOutcome::NoWord, ReplyOutcome::Automatic);
    assert_eq!(
        [1, 2, 3].map(outcome),
        [Some(no_word), Some(set_aside), None]
    );
    let kept = read(&test.store, |tx| tx.reply(automatic)).unwrap();
    assert_eq!(kept.content, ReplyContent::default(), "nobody reads it");
    let listed = |after| read(&test.store, |tx| tx.waiting_replies(false, after, 10));
    assert_eq!(listed(0)[0].content, content());
    assert_eq!((listed(0).len(), listed(waiting).len()), (1, 0));
    assert_eq!(read(&test.store, |tx| tx.count_waiting_replies(10)), 1);
}

fn what_was_written_goes_when_somebody_is_done_and_the_row_a_while_later(test: &TestStore) {
    let reply_no = write(&test.store, |tx| {
        let of_anybody = tx.begin_reply(&[6; 32], now())?.expect("it is the first");
        let of_nothing = ReplyContent {
            notification_no: None,
            ..content()
        };
        tx.end_reply(of_anybody, ReplyOutcome::UnknownMessage, &of_nothing, now())?;
        let reply_no = tx.begin_reply(&[7; 32], now())?.expect("it is the first");
        let of_message = ReplyContent {
            notification_no: Some(1),
            ..content()
        };
        tx.end_reply(reply_no, ReplyOutcome::Attached, &of_message, now())?;
        Ok(reply_no)
    });
    let email = "analyst@csirt.example".parse().unwrap();
    let person_no = write(&test.store, |tx| tx.add_person(&email, "Noor", None, now()));
    let remove = |before| write(&test.store, |tx| tx.remove_replies(before, now().day()));
    assert_eq!(remove(later(900)), 1, "what answers a message waits");
    let handle = || {
        write(&test.store, |tx| {
            tx.handle_reply(reply_no, person_no, later(60))
        })
    };
    assert_eq!([handle(), handle()], [true, false]);
    let row = read(&test.store, |tx| tx.reply(reply_no)).unwrap();
    let emptied = ReplyContent {
        notification_no: Some(1),
        ..ReplyContent::default()
    };
    assert_eq!(row.content, emptied);
    assert_eq!(row.handled_at, Some(later(60)));
    assert_eq!([remove(later(60)), remove(later(61))], [0, 1]);
}

fn what_waits_of_an_organisation_that_leaves_is_emptied(test: &TestStore) {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "address", "192.0.2.1")
        .asset("school", "address", "192.0.2.2");
    desk.import(&register);
    let row = |report: Report, ip: &str| report.row(&[("ip", ip), ("port", "3389")]);
    desk.report(&row(row(Report::new("scan_rdp"), "192.0.2.1"), "192.0.2.2"));
    desk.work();
    let contact = "Security@bakery.example";
    write(&test.store, |tx| {
        let email = "noor@bakery.example".parse().unwrap();
        let person_no = tx.add_person(&email, "Noor", None, now())?;
        let party_no = tx.party_no("bakery")?.expect("it was imported");
        tx.put_membership(person_no, party_no, OrganisationRole::Reader, "test", now())
    });
    for (digest, notification_no, named_no, sender) in [
        (1, Some(1), None, "sam@bakery.example"),
        (2, Some(2), None, "robin@school.example"),
        (3, None, Some(1), "stranger@elsewhere.example"),
        (4, None, None, contact),
        (5, None, None, "noor@bakery.example"),
        (6, None, None, "stranger@elsewhere.example"),
    ] {
        let content = ReplyContent {
            notification_no,
            named_no,
            sender: sender.to_owned(),
            ..content()
        };
        write(&test.store, |tx| {
            let reply_no = tx.begin_reply(&[digest; 32], now())?.expect("it is new");
            tx.end_reply(reply_no, ReplyOutcome::NoWord, &content, now())
        });
    }
    let of_first = read(&test.store, |tx| tx.notification(1)).unwrap();
    write(&test.store, |tx| {
        tx.leave(of_first.key.recipient_no, "test", later(60))
    });
    let waiting = |is_proved| {
        let rows = read(&test.store, |tx| tx.waiting_replies(is_proved, 0, 10));
        let numbers = rows.into_iter().map(|row| row.reply_no);
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(waiting(true), [2], "of the school");
    assert_eq!(waiting(false), [6], "of a stranger");
    let emptied = read(&test.store, |tx| tx.reply(1)).unwrap();
    assert_eq!((&*emptied.content.sender, &*emptied.content.text), ("", ""));
}

fn what_proves_nothing_waits_in_a_list_of_its_own_and_is_counted(test: &TestStore) {
    let of = |digest, notification_no, named_no| {
        let content = ReplyContent {
            notification_no,
            named_no,
            ..content()
        };
        write(&test.store, |tx| {
            let reply_no = tx.begin_reply(&[digest; 32], now())?.expect("it is new");
            tx.end_reply(reply_no, ReplyOutcome::NoWord, &content, now())?;
            Ok(reply_no)
        })
    };
    let (nothing, named) = (of(1, None, None), of(2, None, Some(7)));
    let proved = of(3, Some(7), None);
    let counted = |named_no| read(&test.store, |tx| tx.count_unproved_replies(now(), named_no));
    assert_eq!([counted(None), counted(Some(7))], [(2, 0), (2, 1)]);
    let listed = |is_proved| {
        let rows = read(&test.store, |tx| tx.waiting_replies(is_proved, 0, 10));
        let numbers = rows.into_iter().map(|row| row.reply_no);
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(listed(true), [proved]);
    assert_eq!(listed(false), [nothing, named]);
    for digest in [4, 5] {
        write(&test.store, |tx| {
            let reply_no = tx.begin_reply(&[digest; 32], now())?.expect("it is new");
            tx.count_reply_beyond(reply_no, now().day())
        });
    }
    let beyond = |from| read(&test.store, |tx| tx.count_replies_beyond(from));
    assert_eq!(beyond(now().day()), 2);
    assert_eq!(listed(false), [nothing, named]);
    let tomorrow = now().day().plus_days(1);
    write(&test.store, |tx| tx.remove_replies(now(), tomorrow));
    assert_eq!(beyond(now().day()), 0);
}

both_engines!(
    what_proves_nothing_waits_in_a_list_of_its_own_and_is_counted,
    what_waits_of_an_organisation_that_leaves_is_emptied,
    a_mail_is_taken_in_hand_once_and_waits_where_a_person_must_look,
    what_was_written_goes_when_somebody_is_done_and_the_row_a_while_later,
);
