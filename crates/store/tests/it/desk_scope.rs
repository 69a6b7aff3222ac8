//! What belongs to one desk is not there for whoever works at another (requirement SE-06).

use model::{ComplaintDoor, IdKind, Language, ReplyOutcome, StaffRole, Usefulness};
use store::{
    Desks, KeyOwner, MessageFilter, NewApiKey, NewComplaint, NotificationState, QueueKind,
    ReplyContent, Store,
};
use testkit::{
    Desk, GatherOptions, RegisterBuilder, Report, TestStore, another_desk, both_engines,
};

use crate::builders::{now, read, write};

const SECOND: &str = "Second desk";

/// What there is of one desk, by number.
#[derive(Debug, Default, PartialEq, Eq)]
struct Things {
    batches: Vec<i64>,
    messages: Vec<i64>,
    queued: Vec<i64>,
    replies: Vec<i64>,
    complaints: Vec<i64>,
    approvals: Vec<i64>,
    judged: Vec<i64>,
}

/// The numbers of two desks, each of which told the bakery of a finding, and has one that nobody can be told of.
fn two_desks(test: &TestStore) -> [i64; 2] {
    let desk = Desk::of(test);
    let second = another_desk(&test.store, SECOND);
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/28");
    desk.import(&register);
    for (name, told, queued) in [
        (None, "192.0.2.1", "198.51.100.1"),
        (Some(SECOND), "192.0.2.2", "198.51.100.2"),
    ] {
        let row = |address| [("ip", address), ("port", "3389")];
        let report = Report::new("scan_rdp").row(&row(told)).row(&row(queued));
        let options = GatherOptions {
            desk: name.map(str::to_owned),
            ..GatherOptions::default()
        };
        desk.report_as(&report, &options);
        desk.work();
    }
    let first = read(&test.store, |tx| tx.desk_nos())[0];
    [first, second]
}

/// What is said of the message of a desk.
fn answer(store: &Store, message_no: i64, digest: u8) {
    write(store, |tx| {
        let message = tx.notification(message_no)?.expect("it was told");
        tx.judge_message(&message, Usefulness::Yes, "clear", now())?;
        let reply_no = tx.begin_reply(&[digest; 32], now())?.expect("it is new");
        let content = ReplyContent {
            notification_no: Some(message_no),
            named_no: None,
            sender: "sam@bakery.example".to_owned(),
            subject: "Re".to_owned(),
            text: "Who are you?".to_owned(),
        };
        tx.end_reply(reply_no, ReplyOutcome::NoWord, &content, now())?;
        let complaint = NewComplaint {
            door: ComplaintDoor::Page,
            notification_no: Some(message_no),
            party_no: None,
            name: "Sam Voorbeeld".to_owned(),
            email: None,
            phone: "070 555 01 23".to_owned(),
            language: Language::Nl,
            text: "too late".to_owned(),
            acknowledge_on: now().day().plus_days(5),
            answer_on: now().day().plus_days(30),
        };
        tx.add_complaint(&complaint, now())?;
        let person = tx.add_person(
            &format!("sam{digest}@csirt.example")
                .parse()
                .expect("an address"),
            "Sam Voorbeeld",
            None,
            now(),
        )?;
        tx.ask_joint_approval(person, "many of them", 30, &[message_no], now())?;
        Ok(())
    });
}

fn things_of(store: &Store) -> Things {
    let filter = MessageFilter::default();
    read(store, |tx| {
        let page = tx.message_page(&filter, i64::MAX, 10)?;
        let judged = tx.judgements_with_words(now().plus_seconds(-1), 10)?;
        let numbers = |found: Vec<store::QueueItem>| found.iter().map(|it| it.finding_no).collect();
        Ok(Things {
            batches: tx
                .batches_before(None, i64::MAX, 10)?
                .iter()
                .map(|batch| batch.batch_no)
                .collect(),
            messages: page.messages.iter().map(|it| it.notification_no).collect(),
            queued: numbers(tx.open_queue_items(QueueKind::Unresolved, 0, 10)?),
            replies: tx
                .waiting_replies(true, 0, 10)?
                .iter()
                .map(|reply| reply.reply_no)
                .collect(),
            complaints: tx
                .open_complaints((now().day(), 0), 10)?
                .iter()
                .map(|it| it.complaint_no)
                .collect(),
            approvals: tx
                .open_joint_approvals()?
                .iter()
                .map(|it| it.approval_no)
                .collect(),
            judged: judged.iter().map(|it| it.notification_no).collect(),
        })
    })
}

fn lists_and_counts_have_what_is_of_the_desks_that_are_seen_and_nothing_else(test: &TestStore) {
    let desks = two_desks(test);
    let stores = desks.map(|desk_no| test.store.within(Desks::Only(vec![desk_no])));
    for (digest, store) in (1..).zip(&stores) {
        let message = things_of(store).messages[0];
        answer(&test.store, message, digest);
    }
    let [first, second] = stores.each_ref().map(things_of);
    let whole = things_of(&test.store);
    let both = |of: fn(&Things) -> &Vec<i64>| {
        let mut both = [&of(&first)[..], &of(&second)[..]].concat();
        let mut all = of(&whole).clone();
        assert_eq!([of(&first).len(), of(&second).len()], [1, 1]);
        both.sort_unstable();
        all.sort_unstable();
        assert_eq!(both, all);
    };
    both(|it| &it.batches);
    both(|it| &it.messages);
    both(|it| &it.queued);
    both(|it| &it.replies);
    both(|it| &it.complaints);
    both(|it| &it.approvals);
    both(|it| &it.judged);
    for store in &stores {
        read(store, |tx| {
            let flow = tx.status_of_flow()?;
            assert_eq!((flow.rows.rows_read, flow.batches), (2, [0, 1, 0, 0]));
            assert_eq!((flow.deliveries, flow.queue.len()), ([1, 0, 0], 1));
            let mut status = flow;
            let step = tx.status_step(1)?;
            status.add(&step);
            assert_eq!((step.findings, step.notifications.len()), (2, 1));
            assert_eq!(status.balance(), [0; 4]);
            assert_eq!(tx.open_queues()?[0].items, 1);
            assert_eq!(tx.count_messages(NotificationState::Delivered, 10)?, 1);
            assert_eq!(tx.count_waiting_replies(10)?, 1);
            assert_eq!(tx.count_complaints(now().day(), 10)?, (1, 0));
            assert_eq!(tx.open_decisions(10)?.approvals, 1);
            assert_eq!(tx.usefulness_counts(now().plus_seconds(-1))?[0].count, 1);
            let bakery = tx.party_no("bakery")?.expect("it is registered");
            let since = now().plus_seconds(-1);
            assert_eq!(tx.messages_since(bakery, since, 10)?.len(), 1);
            assert_eq!(tx.judgements_of(bakery, 10)?.len(), 1);
            let everywhere = (Vec::new(), vec![255; 40]);
            assert_eq!(tx.findings_at(&everywhere, 10)?.len(), 2);
            Ok(())
        });
    }
    let nowhere = things_of(&test.store.within(Desks::Only(Vec::new())));
    assert_eq!(nowhere, Things::default());
}

fn one_thing_of_another_desk_is_not_there(test: &TestStore) {
    let desks = two_desks(test);
    let stores = desks.map(|desk_no| test.store.within(Desks::Only(vec![desk_no])));
    for (digest, store) in (1..).zip(&stores) {
        let message = things_of(store).messages[0];
        answer(&test.store, message, digest);
    }
    let [first, second] = &stores;
    for (own, other) in [(first, second), (second, first)] {
        let things = things_of(own);
        for (kind, number) in [
            (IdKind::Batch, things.batches[0]),
            (IdKind::Notification, things.messages[0]),
            (IdKind::Finding, things.queued[0]),
            (IdKind::Reply, things.replies[0]),
            (IdKind::Complaint, things.complaints[0]),
            (IdKind::JointApproval, things.approvals[0]),
        ] {
            assert!(read(own, |tx| tx.sees(kind, number)), "{kind}");
            assert!(!read(other, |tx| tx.sees(kind, number)), "{kind}");
        }
        let taken = |store| write(store, |tx| tx.take_queue_items(things.queued[0], "Sam"));
        assert_eq!((taken(other), taken(own)), (0, 1));
        let items = |store| read(store, |tx| tx.queue_items_of(&things.queued)).len();
        assert_eq!((items(other), items(own)), (0, 1));
    }
}

fn a_reply_that_names_no_message_came_to_the_desk_made_at_installation(test: &TestStore) {
    let desks = two_desks(test);
    let reply_no = write(&test.store, |tx| {
        let reply_no = tx.begin_reply(&[9; 32], now())?.expect("it is new");
        let content = ReplyContent {
            text: "Who are you?".to_owned(),
            ..ReplyContent::default()
        };
        tx.end_reply(reply_no, ReplyOutcome::UnknownMessage, &content, now())?;
        Ok(reply_no)
    });
    let is_seen = desks.map(|desk_no| {
        let store = test.store.within(Desks::Only(vec![desk_no]));
        read(&store, |tx| tx.reply(reply_no)).is_some()
    });
    assert_eq!(is_seen, [true, false]);
}

fn who_gets_a_role_works_at_the_desk_made_at_installation_unless_somebody_says_otherwise(
    test: &TestStore,
) {
    let second = write(&test.store, |tx| tx.add_desk(SECOND, Language::En));
    let first = read(&test.store, |tx| tx.desk_nos())[0];
    let person = write(&test.store, |tx| {
        let email = "sam@csirt.example".parse().expect("an address");
        tx.add_person(&email, "Sam Voorbeeld", None, now())
    });
    let desks = || read(&test.store, |tx| tx.desks_of_person(person));
    assert!(desks().is_empty());
    let employ = |role| {
        write(&test.store, |tx| {
            tx.give_staff_role(person, role, "test", now())
        })
    };
    employ(StaffRole::Analyst);
    assert_eq!(desks(), [first]);
    write(&test.store, |tx| tx.set_desks_of_person(person, &[second]));
    employ(StaffRole::Director);
    assert_eq!(desks(), [second]);
}

fn a_key_of_the_desk_is_for_the_desk_made_at_installation_unless_somebody_says_otherwise(
    test: &TestStore,
) {
    let second = write(&test.store, |tx| tx.add_desk(SECOND, Language::En));
    let first = read(&test.store, |tx| tx.desk_nos())[0];
    let new = NewApiKey {
        digest: [7; 32],
        owner: KeyOwner::Desk,
        name: "test",
        scopes: &[],
        expires_at: now(),
    };
    let key = write(&test.store, |tx| tx.add_api_key(&new, "test", now()));
    assert_eq!(read(&test.store, |tx| tx.desks_of_key(key)), [first]);
    write(&test.store, |tx| tx.set_desks_of_key(key, &[second, first]));
    assert_eq!(
        read(&test.store, |tx| tx.desks_of_key(key)),
        [first, second]
    );
}

both_engines!(
    lists_and_counts_have_what_is_of_the_desks_that_are_seen_and_nothing_else,
    one_thing_of_another_desk_is_not_there,
    a_reply_that_names_no_message_came_to_the_desk_made_at_installation,
    who_gets_a_role_works_at_the_desk_made_at_installation_unless_somebody_says_otherwise,
    a_key_of_the_desk_is_for_the_desk_made_at_installation_unless_somebody_says_otherwise,
);
