//! Replies by mail: which count, which do nothing, and that none is lost.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use model::{AnswerDoor, AnswerStatus, IdKey, ReplyOutcome, Timestamp, Tlp};
use pipeline::replies::{
    FolderRead, REPLY_BYTES_MAX, UNPROVED_OF_DAY_MAX, UNPROVED_OF_MESSAGE_MAX, read_folder,
    remove_kept, take_in,
};
use proptest::prelude::*;
use store::{AnswerEvent, InboxQuery, QueueKind};
use testkit::{Desk, Received, RegisterBuilder, Report, TestStore, both_engines, days_later, now};

/// The bakery was mailed about two open ports in one message, and about a critical one in another.
fn desk_that_mailed(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new().organisation("bakery");
    desk.import(&register.asset("bakery", "prefix", "192.0.2.0/24"));
    let mut report = Report::new("scan_rdp");
    for (ip, severity) in [
        ("192.0.2.1", "high"),
        ("192.0.2.2", "high"),
        ("192.0.2.3", "critical"),
    ] {
        let row = [("ip", ip), ("port", "3389"), ("severity", severity)];
        report = report.row(&row);
    }
    desk.report(&report);
    desk.work();
    desk
}

/// The mail that says this.
fn mail(desk: &Desk, part: &str) -> Received {
    let mut mails = desk.mails().into_iter();
    mails.find(|mail| mail.body.contains(part)).unwrap()
}

/// A reply from the address that was written to, under another Message-ID each time.
fn reply(to: &Received, head: &str, text: &str) -> Vec<u8> {
    let (from, id) = (&to.to, &to.message_id);
    let digest = blake3::hash(format!("{from}{id}{head}{text}").as_bytes()).to_hex();
    format!(
        "From: Sam <{from}>\r\nTo: desk@csirt.example\r\nSubject: Re: {}\r\nMessage-ID: <{digest}@bakery.example>\r\n\
         In-Reply-To: <{id}>\r\n{head}\r\n{text}\r\n",
        to.subject
    )
    .into_bytes()
}

fn outcome(desk: &Desk, mail: &[u8]) -> ReplyOutcome {
    take_in(&desk.flow, mail).unwrap().outcome
}

/// What the bakery said last of its findings, by address.
fn statuses(desk: &Desk) -> Vec<AnswerStatus> {
    let rows = desk.flow.store.read(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        let query = InboxQuery::whole(party_no, Tlp::Red, now().day());
        Ok::<_, store::StoreError>(tx.inbox(&query, 10)?.rows)
    });
    let mut rows = rows.unwrap();
    rows.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
    rows.into_iter().map(|row| row.status).collect()
}

fn a_word_answers_all_lines_of_its_message_once(test: &TestStore) {
    use AnswerStatus::{New, NotOurs};
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let text = "Niet van ons\r\n\r\nIt is of the school.\r\n\r\n> Nummer";
    let mail = reply(&told, "", text);
    let taken = take_in(&desk.flow, &mail).unwrap();
    assert_eq!((taken.outcome, taken.is_new), (ReplyOutcome::Applied, true));
    assert_eq!(statuses(&desk), [NotOurs, NotOurs, New]);
    // Another server on the way wrote its line into the head.
    let mut twice = b"Received: from mail.example\r\n".to_vec();
    twice.extend_from_slice(&mail);
    let again = take_in(&desk.flow, &twice).unwrap();
    assert_eq!(
        (again.outcome, again.is_new),
        (ReplyOutcome::Applied, false)
    );
    let (events, queued, waiting) = desk
        .flow
        .store
        .read(|tx| {
            let party_no = tx.party_no("bakery")?.unwrap();
            let events = tx.answer_events(party_no, 1)?;
            let queued = tx.open_queue_items(QueueKind::NotOurs, 0, 10)?;
            Ok::<_, store::StoreError>((events, queued, tx.count_waiting_replies(10)?))
        })
        .unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].door, AnswerDoor::Mail);
    assert_eq!(events[0].comment, "It is of the school.");
    assert!(events[0].actor.starts_with("reply "), "{}", events[0].actor);
    assert_eq!(queued.len(), 2, "the desk looks for the owner");
    assert_eq!(waiting, 0);
}

fn whoever_has_not_both_the_mail_and_the_address_changes_nothing(test: &TestStore) {
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let change = |change: &dyn Fn(&mut Received)| {
        let mut other = told.clone();
        change(&mut other);
        outcome(&desk, &reply(&other, "", "SOLVED"))
    };
    let (_, rest) = told.message_id.split_once('.').unwrap();
    let other_contact = format!(
        "{}.0123456789ab@x",
        told.message_id.split('.').next().unwrap()
    );
    for (message_id, want) in [
        (other_contact.as_str(), ReplyOutcome::UnknownMessage),
        ("", ReplyOutcome::UnknownMessage),
        (
            &format!("00000000-0000-8000-8000-000000000000.{rest}"),
            ReplyOutcome::UnknownMessage,
        ),
    ] {
        let was = change(&|mail| mail.message_id = message_id.to_owned());
        assert_eq!(was, want, "{message_id}");
    }
    let elsewhere = change(&|mail| mail.to = "sam@elsewhere.example".to_owned());
    assert_eq!(elsewhere, ReplyOutcome::OtherAddress);
    let two = reply(&told, "From: other@elsewhere.example\r\n", "SOLVED");
    assert_eq!(outcome(&desk, &two), ReplyOutcome::OtherAddress);
    assert_eq!(statuses(&desk), [AnswerStatus::New; 3]);
    let shouted = change(&|mail| mail.to = mail.to.to_uppercase());
    assert_eq!(shouted, ReplyOutcome::Applied);
}

fn what_no_program_can_read_waits_and_what_a_program_wrote_does_not(test: &TestStore) {
    use ReplyOutcome as O;
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let mixed = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let attached = "--b\r\nContent-Type: text/plain\r\n\r\nSOLVED\r\n--b\r\nContent-Type: application/pdf\r\n\
                    Content-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--b--";
    let mail_in_mail = "--b\r\n\r\nSOLVED\r\n--b\r\nContent-Type: message/RFC822\r\n\r\nSubject: x\r\n\r\nx\r\n--b--";
    let logo = "--b\r\nContent-Type: text/html\r\n\r\n<p>WORKING</p><img src=\"cid:1\">\r\n--b\r\n\
                Content-Type: image/png\r\nContent-ID: <1>\r\n\r\nx\r\n--b--";
    let report = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n";
    let sealed = "Content-Type: multipart/encrypted; boundary=b\r\n";
    for (head, text, want) in [
        ("", "Who are you?", O::NoWord),
        (mixed, attached, O::Attached),
        (mixed, mail_in_mail, O::Attached),
        (mixed, logo, O::Applied),
        (sealed, "--b--", O::Encrypted),
        ("Auto-Submitted: auto-replied\r\n", "HELP", O::Automatic),
        ("Auto-Submitted: no\r\n", "HULP", O::Applied),
        ("Precedence: bulk\r\n", "HELP", O::Automatic),
        (report, "--b\r\n\r\nHELP\r\n--b--", O::Bounce),
    ] {
        assert_eq!(
            outcome(&desk, &reply(&told, head, text)),
            want,
            "{head} {text}"
        );
    }
    let long = "x".repeat(REPLY_BYTES_MAX);
    assert_eq!(outcome(&desk, &reply(&told, "", &long)), O::TooLarge);
    let critical = mail(&desk, "192.0.2.3");
    assert_eq!(outcome(&desk, &reply(&critical, "", "SOLVED")), O::AsksMore);
    assert_eq!(statuses(&desk)[2], AnswerStatus::New);
    let known = "SOLVED AFTER ABUSE";
    assert_eq!(outcome(&desk, &reply(&critical, "", known)), O::Applied);
    let waiting = desk
        .flow
        .store
        .read(|tx| tx.waiting_replies(true, 0, 10))
        .unwrap();
    let waiting: Vec<_> = waiting.iter().map(|row| row.outcome).collect();
    let want = [
        O::NoWord,
        O::Attached,
        O::Attached,
        O::Encrypted,
        O::TooLarge,
        O::AsksMore,
    ];
    assert_eq!(waiting, want);
}

fn nothing_that_its_sender_wrote_is_lost(test: &TestStore) {
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let below = "On 18 November 2026 the desk wrote:\r\n> Solved?\r\n\r\nPlease phone me.";
    assert_eq!(
        outcome(&desk, &reply(&told, "", below)),
        ReplyOutcome::NoWord
    );
    let waiting = desk.flow.store.read(|tx| tx.waiting_replies(true, 0, 10));
    assert_eq!(waiting.unwrap()[0].content.text, "> …\nPlease phone me.");
    let long = format!("HELP\r\n{}", "x".repeat(3_000));
    let taken = take_in(&desk.flow, &reply(&told, "", &long)).unwrap();
    assert_eq!(
        (taken.outcome, taken.is_whole),
        (ReplyOutcome::Applied, false)
    );
}

fn an_answer_that_another_overtook_waits_for_the_desk(test: &TestStore) {
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let later = desk.flow.store.write(|tx| {
        let event = AnswerEvent {
            party_no: tx.party_no("bakery")?.unwrap(),
            finding_no: 1,
            episode: 2,
            at: now(),
            door: AnswerDoor::Portal,
            actor: "person of a test".into(),
            person_no: None,
            status: Some(AnswerStatus::InProgress),
            until: None,
            patched: None,
            assigned_to: None,
            comment: String::new(),
        };
        tx.add_answer(&event, 0)
    });
    assert!(later.unwrap());
    assert_eq!(
        outcome(&desk, &reply(&told, "", "HELP")),
        ReplyOutcome::Overtaken
    );
    let waiting = desk.flow.store.read(|tx| tx.count_waiting_replies(10));
    assert_eq!(waiting.unwrap(), 1);
}

/// Each of them within the one before, as deep as a mail may be long.
#[test]
fn mails_in_mails_are_not_opened() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(REPLY_BYTES_MAX / 30);
    let read = move || message::Reply::read(nested.as_bytes(), &IdKey::new([7; 32])).stops;
    let thread = std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(read);
    assert_eq!(
        thread.unwrap().join().unwrap(),
        Some(ReplyOutcome::Attached)
    );
}

fn a_message_takes_no_answer_after_its_time(test: &TestStore) {
    let mut desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    desk.at(days_later(91));
    let late = outcome(&desk, &reply(&told, "", "SOLVED"));
    assert_eq!(late, ReplyOutcome::TooLate);
}

fn a_stranger_neither_buries_nor_fills_what_waits(test: &TestStore) {
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let mut elsewhere = told.clone();
    elsewhere.to = "sam@elsewhere.example".to_owned();
    let mut unknown = told.clone();
    unknown.message_id = "nothing@elsewhere.example".to_owned();
    let send = |mail: &Received, text: &str| {
        let taken = take_in(&desk.flow, &reply(mail, "", text)).unwrap();
        (taken.outcome, taken.is_beyond)
    };
    let of_message = |number: i64| {
        (
            ReplyOutcome::OtherAddress,
            number >= UNPROVED_OF_MESSAGE_MAX,
        )
    };
    for number in 0..UNPROVED_OF_MESSAGE_MAX + 2 {
        let text = format!("Who are you? {number}");
        assert_eq!(send(&elsewhere, &text), of_message(number), "{number}");
    }
    for number in 0..UNPROVED_OF_DAY_MAX {
        let is_beyond = number >= UNPROVED_OF_DAY_MAX - UNPROVED_OF_MESSAGE_MAX;
        let want = (ReplyOutcome::UnknownMessage, is_beyond);
        assert_eq!(send(&unknown, &format!("Buy {number}")), want, "{number}");
    }
    let asked = send(&told, "What is a port?");
    assert_eq!(asked, (ReplyOutcome::NoWord, false), "who proves it waits");
    let (proved, unproved, beyond) = desk
        .flow
        .store
        .read(|tx| {
            let proved = tx.waiting_replies(true, 0, 1_000)?.len();
            let unproved = tx.waiting_replies(false, 0, 1_000)?.len() as i64;
            let beyond = tx.count_replies_beyond(now().day())?;
            Ok::<_, store::StoreError>((proved, unproved, beyond))
        })
        .unwrap();
    assert_eq!((proved, unproved), (1, UNPROVED_OF_DAY_MAX));
    assert_eq!(beyond, 2 + UNPROVED_OF_MESSAGE_MAX);
}

/// Reads a folder in as many runs as that takes.
fn read_all(desk: &Desk, maildir: &Path) -> FolderRead {
    let mut all = FolderRead::default();
    loop {
        let read = read_folder(&desk.flow, maildir).unwrap();
        all.applied += read.applied;
        all.waiting += read.waiting;
        all.set_aside += read.set_aside;
        all.beyond += read.beyond;
        if !read.has_more {
            return all;
        }
    }
}

fn a_file_leaves_the_maildir_when_its_outcome_is_kept(test: &TestStore) {
    let desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let maildir = test.folder().join("replies");
    for folder in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(folder)).unwrap();
    }
    let deliver =
        |name: &str, mail: &[u8]| fs::write(maildir.join("new").join(name), mail).unwrap();
    deliver("1.a", &reply(&told, "", "BEZIG"));
    deliver("2.b", &reply(&told, "", "Who are you?"));
    deliver("3.c", &reply(&told, "", &"x".repeat(REPLY_BYTES_MAX)));
    deliver("4.d", &reply(&told, "", "BEZIG"));
    let read = read_all(&desk, &maildir);
    let want = FolderRead {
        applied: 1,
        waiting: 2,
        set_aside: 1,
        beyond: 0,
        has_more: false,
    };
    assert_eq!(read, want);
    let names = |folder: &str| {
        let entries = fs::read_dir(maildir.join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("new"), Vec::<String>::new());
    assert_eq!(
        names("cur"),
        ["3.c.seinpost:2,S"],
        "the desk wants to see it as it came"
    );
    assert_eq!(read_all(&desk, &maildir), FolderRead::default());
    assert!(read_folder(&desk.flow, &test.folder().join("nowhere")).is_err());
}

fn what_a_run_had_no_time_for_is_read_by_the_next(test: &TestStore) {
    let desk = desk_that_mailed(test);
    let maildir = test.folder().join("replies");
    fs::create_dir_all(maildir.join("new")).unwrap();
    let automatic = b"Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n";
    for number in 0..1_010 {
        fs::write(maildir.join(format!("new/{number}.a")), automatic).unwrap();
    }
    let first = read_folder(&desk.flow, &maildir).unwrap();
    assert!(first.has_more, "{first:?}");
    let rest = read_all(&desk, &maildir);
    assert_eq!(first.set_aside + rest.set_aside, 1_010);
}

fn what_was_kept_of_a_maildir_goes_after_a_while_and_nothing_of_others(test: &TestStore) {
    let mut desk = desk_that_mailed(test);
    let told = mail(&desk, "192.0.2.1");
    let maildir = test.folder().join("replies");
    for folder in ["new", "cur"] {
        fs::create_dir_all(maildir.join(folder)).unwrap();
    }
    let long = reply(&told, "", &"x".repeat(REPLY_BYTES_MAX));
    fs::write(maildir.join("new/1.a"), long).unwrap();
    fs::write(maildir.join("cur/2.b:2,S"), "of somebody else").unwrap();
    // A worker reads the folder by itself.
    desk.flow.replies_folder = Some(maildir.clone());
    desk.work();
    let kept = maildir.join("cur/1.a.seinpost:2,S");
    assert!(kept.exists());
    let came_at = fs::metadata(&kept).unwrap().modified().unwrap();
    let came_at = came_at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let came_at = Timestamp::from_micros(came_at.as_micros() as i64);
    let remove = |days: i64| remove_kept(&maildir, came_at.plus_seconds(days * 86_400)).unwrap();
    assert_eq!([remove(89), remove(91), remove(91)], [0, 1, 0]);
    assert!(maildir.join("cur/2.b:2,S").exists());
    assert_eq!(
        remove_kept(&test.folder().join("nowhere"), came_at).unwrap(),
        0
    );
}

both_engines!(
    a_stranger_neither_buries_nor_fills_what_waits,
    a_word_answers_all_lines_of_its_message_once,
    whoever_has_not_both_the_mail_and_the_address_changes_nothing,
    what_no_program_can_read_waits_and_what_a_program_wrote_does_not,
    nothing_that_its_sender_wrote_is_lost,
    an_answer_that_another_overtook_waits_for_the_desk,
    a_message_takes_no_answer_after_its_time,
    a_file_leaves_the_maildir_when_its_outcome_is_kept,
    what_a_run_had_no_time_for_is_read_by_the_next,
    what_was_kept_of_a_maildir_goes_after_a_while_and_nothing_of_others,
);

proptest! {
    #[test]
    fn any_bytes_are_read_without_an_accident(
        head in "((From|Subject|In-Reply-To|References|Content-Type|Content-Transfer-Encoding): [ -~]{0,60}\r?\n){0,6}",
        body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&body);
        let key = IdKey::new([7; 32]);
        let read = message::Reply::read(&bytes, &key);
        prop_assert!(read.answers.is_empty());
        prop_assert_eq!(message::Reply::read(&bytes, &key), read);
    }
}
