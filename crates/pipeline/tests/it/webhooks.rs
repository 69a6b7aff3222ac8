//! Addresses that are told what happens: a real server over TLS gets signed events, in their order, and loses none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use message::Decider;
use model::{AnswerDoor, AnswerStatus, IdKind, Timestamp};
use outgoing::{StandIn, signature};
use pipeline::webhook::tell_due;
use store::{AnswerEvent, Webhook, WebhookDelivery, WebhookEnd};
use testkit::{Desk, Receiver, RegisterBuilder, Sent, TestStore, both_engines, now};

use crate::checks::{hold_alerts, rdp};

const HOST: &str = "hooks.bakery.example";

/// A desk whose bakery has an address at a server that runs.
fn desk_of(test: &TestStore) -> (Desk, Receiver) {
    let receiver = Receiver::start(HOST);
    let mut desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .organisation("school")
        .asset("bakery", "prefix", "192.0.2.0/24")
        .asset("school", "prefix", "198.51.100.0/24");
    desk.import(&register);
    desk.flow.stand_in = Some(StandIn {
        address: receiver.address(),
        ca: receiver.ca().to_vec(),
    });
    let url = format!("https://{HOST}/in?key=1");
    let store = &desk.flow.store;
    store
        .write(|tx| tx.add_webhook(1, &url, "person", now()))
        .unwrap();
    (desk, receiver)
}

fn webhook(desk: &Desk) -> Webhook {
    let found = desk.flow.store.read(|tx| tx.webhook(1, 1)).unwrap();
    found.unwrap()
}

fn tell(desk: &Desk) -> u64 {
    tell_due(&desk.flow, &|| false).unwrap()
}

fn kind(sent: &Sent) -> String {
    let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    body["type"].as_str().unwrap().to_owned()
}

/// The bakery answers a finding, after so many answers.
fn answer(desk: &Desk, (finding_no, before): (i64, i64), status: AnswerStatus) {
    let event = AnswerEvent {
        party_no: 1,
        finding_no,
        episode: 1,
        at: now(),
        door: AnswerDoor::Portal,
        actor: "person".into(),
        person_no: None,
        status: Some(status),
        until: None,
        patched: None,
        assigned_to: None,
        comment: "nobody else reads this".into(),
    };
    let store = &desk.flow.store;
    assert!(store.write(|tx| tx.add_answer(&event, before)).unwrap());
}

/// Whether what came is signed with the secret of this number.
fn is_signed(desk: &Desk, sent: &Sent, secrets: &[i32]) -> bool {
    let id_key = desk.flow.store.read(|tx| tx.installation()).unwrap().id_key;
    let secrets: Vec<_> = secrets
        .iter()
        .map(|number| id_key.webhook_secret(1, *number))
        .collect();
    let at = sent.header("webhook-timestamp").parse().unwrap();
    let wanted = signature(
        &secrets,
        sent.header("webhook-id"),
        at,
        sent.body.as_bytes(),
    );
    sent.header("webhook-signature") == wanted
}

fn what_happens_is_told_signed_in_its_order_and_once(test: &TestStore) {
    let (desk, receiver) = desk_of(test);
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1", "198.51.100.1"]));
    desk.work();
    assert_eq!(receiver.sent(), []);
    let decider = Decider {
        name: "an analyst",
        now: now(),
    };
    let store = &desk.flow.store;
    for number in [1, 2] {
        store.write(|tx| decider.approve(tx, number)).unwrap();
    }
    assert_eq!(tell(&desk), 1, "the school has no webhook");
    store.write(|tx| decider.hold(tx, 1, "a mistake")).unwrap();
    answer(&desk, (1, 0), AnswerStatus::InProgress);
    assert_eq!(tell(&desk), 2);
    assert_eq!(tell(&desk), 0);
    let sent = receiver.sent();
    let kinds: Vec<String> = sent.iter().map(kind).collect();
    assert_eq!(
        kinds,
        ["message.told", "message.withdrawn", "finding.answered"]
    );
    for one in &sent {
        assert!(
            one.head.starts_with("POST /in?key=1 HTTP/1.1"),
            "{}",
            one.head
        );
        assert!(is_signed(&desk, one, &[1]), "{}", one.head);
        for secret in ["192.0.2.1", "nobody else"] {
            assert!(!one.body.contains(secret), "{}", one.body);
        }
    }
    let id_key = store.read(|tx| tx.installation()).unwrap().id_key;
    let message_id = id_key.public_id(IdKind::Notification, 1).to_string();
    assert!(sent[0].body.contains(&message_id), "{}", sent[0].body);
    assert!(sent[0].body.contains("\"open-rdp\""), "{}", sent[0].body);
}

fn an_address_with_much_to_be_told_goes_behind_the_others(test: &TestStore) {
    let (desk, _receiver) = desk_of(test);
    let store = &desk.flow.store;
    let second = format!("https://{HOST}/second");
    store
        .write(|tx| tx.add_webhook(1, &second, "person", now()))
        .unwrap();
    hold_alerts(&desk);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let decider = Decider {
        name: "an analyst",
        now: now(),
    };
    store.write(|tx| decider.approve(tx, 1)).unwrap();
    let turns = (1..=4).map(|second| {
        let at = now().plus_seconds(second);
        let turn = store.write(|tx| {
            let taken = tx.take_webhooks(1, Duration::from_secs(60), at)?.remove(0);
            tx.give_back_webhook(&taken, at)?;
            Ok::<_, store::StoreError>(taken.webhook_no)
        });
        turn.unwrap()
    });
    assert_eq!(turns.collect::<Vec<_>>(), [1, 2, 1, 2]);
}

fn nothing_is_lost_while_the_receiver_is_away(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    receiver.answer(&[500, 302]);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    let later = |seconds| now().plus_seconds(seconds);
    assert_eq!(webhook(&desk).due_at, later(5));
    assert_eq!(tell(&desk), 0, "it is not due yet");
    desk.at(later(5));
    assert_eq!(tell(&desk), 0);
    assert_eq!(webhook(&desk).failures, 2);
    desk.report(&rdp(&["192.0.2.2"]));
    desk.at(later(60));
    desk.work();
    let sent = receiver.sent();
    assert_eq!(sent.len(), 4, "a redirect is not followed");
    let id = |sent: &Sent| sent.header("webhook-id").to_owned();
    assert_eq!([id(&sent[0]), id(&sent[1])], [id(&sent[2]), id(&sent[2])]);
    assert_eq!(sent[0].body, sent[2].body);
    assert_ne!(id(&sent[2]), id(&sent[3]));
    assert_eq!(webhook(&desk).failing_since, None);
}

fn an_address_that_fails_for_three_days_is_paused_and_goes_on_from_there(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    let store = desk.flow.store.clone();
    let origin = Some("https://warnings.example");
    store.write(|tx| tx.set_public_origin(origin)).unwrap();
    let email = "sam@bakery.example".parse().unwrap();
    store
        .write(|tx| {
            let person_no = tx.add_person(&email, "Sam Voorbeeld", None, now())?;
            let role = model::OrganisationRole::Administrator;
            tx.put_membership(person_no, 1, role, "test", now())
        })
        .unwrap();
    receiver.answer(&[503; 2]);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    desk.at(now().plus_seconds(3 * 86_400));
    tell(&desk);
    assert!(webhook(&desk).paused_at.is_some());
    let told = "SELECT COUNT(*) FROM service_mail WHERE kind = 'webhook-paused'";
    assert_eq!(test.count(told), 1);
    desk.at(now().plus_seconds(4 * 86_400));
    assert_eq!(tell(&desk), 0, "it is asked no more");
    let resumed_at = desk.flow.clock.now();
    store
        .write(|tx| tx.resume_webhook(1, 1, resumed_at))
        .unwrap();
    assert_eq!(tell(&desk), 1);
    let sent = receiver.sent();
    assert_eq!(sent[0].header("webhook-id"), sent[2].header("webhook-id"));
}

/// What was sent from this request on, by kind and status.
fn sent_since(receiver: &Receiver, begin: usize) -> Vec<String> {
    let sent = receiver.sent();
    let body = |sent: &Sent| serde_json::from_str::<serde_json::Value>(&sent.body).unwrap();
    let bodies = sent[begin..].iter().map(body);
    bodies
        .map(|body| match body["data"]["status"].as_str() {
            Some(status) => status.to_owned(),
            None => body["type"].as_str().unwrap().to_owned(),
        })
        .collect()
}

/// Tells at these minutes.
fn tell_at(desk: &mut Desk, minutes: &[i64]) -> u64 {
    let tell_then = |minute: &i64| {
        desk.at(now().plus_seconds(minute * 60));
        tell(desk)
    };
    minutes.iter().map(tell_then).sum()
}

fn an_event_that_is_not_taken_holds_up_others_for_a_quarter_of_an_hour(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.2"]));
    desk.work_without_distribution();
    receiver.answer(&[500, 500, 500, 500, 500]);
    assert_eq!(tell_at(&mut desk, &[0, 1, 4, 8]), 0);
    answer(&desk, (1, 0), AnswerStatus::InProgress);
    answer(&desk, (2, 0), AnswerStatus::NotOurs);
    assert_eq!(tell_at(&mut desk, &[9]), 0, "they wait");
    // The fifth attempt, the two others, and it again, now that the address takes events.
    assert_eq!(tell_at(&mut desk, &[20]), 3);
    let since = ["message.told", "in-progress", "not-ours", "message.told"];
    assert_eq!(sent_since(&receiver, 4), since);
    let kept = "SELECT COUNT(*) FROM webhook_set_aside";
    assert_eq!(test.count(kept), 0);
    assert_eq!(webhook(&desk).failing_since, None);
}

fn events_of_one_finding_stay_in_their_order(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.2"]));
    desk.work();
    let begin = receiver.sent().len();
    answer(&desk, (1, 0), AnswerStatus::InProgress);
    receiver.answer(&[500, 500, 500, 500, 422]);
    tell_at(&mut desk, &[0, 1, 4, 15]);
    answer(&desk, (2, 0), AnswerStatus::NotOurs);
    answer(&desk, (1, 1), AnswerStatus::Solved);
    // It takes what is said of the other finding, and still not this.
    receiver.answer(&[204, 422]);
    assert_eq!(tell_at(&mut desk, &[40]), 1);
    assert_eq!(tell_at(&mut desk, &[60]), 0, "an hour is not over");
    assert_eq!(tell_at(&mut desk, &[110]), 2);
    let last = ["not-ours", "in-progress", "in-progress", "solved"];
    assert_eq!(sent_since(&receiver, begin + 5), last);
}

fn an_address_that_refuses_everything_gets_everything_when_it_takes_again(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.2", "192.0.2.3"]));
    desk.work_without_distribution();
    for finding_no in 1..=3 {
        answer(&desk, (finding_no, 0), AnswerStatus::InProgress);
    }
    receiver.answer(&[500; 9]);
    let tries: Vec<i64> = (0..9).map(|number| number * 75).collect();
    assert_eq!(tell_at(&mut desk, &tries[..8]), 0);
    let kept = "SELECT COUNT(*) FROM webhook_set_aside";
    assert_eq!(test.count(kept), 1, "it is the address, not the events");
    assert_eq!(tell_at(&mut desk, &[700]), 4);
    assert_eq!(test.count(kept), 0);
    let ids = receiver.sent();
    let ids = ids.iter().map(|sent| sent.header("webhook-id").to_owned());
    assert_eq!(ids.collect::<std::collections::HashSet<_>>().len(), 4);
}

fn what_was_given_up_is_sent_again_when_somebody_asks_for_it(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work_without_distribution();
    receiver.answer(&[422; 5]);
    tell_at(&mut desk, &[0, 1, 4, 15, 40]);
    answer(&desk, (1, 0), AnswerStatus::InProgress);
    receiver.answer(&[204, 422]);
    assert_eq!(tell_at(&mut desk, &[50]), 1);
    receiver.answer(&[422]);
    let day = 24 * 60;
    tell_at(&mut desk, &[4 * day]);
    let store = desk.flow.store.clone();
    let kept = || {
        store
            .read(|tx| tx.webhook_set_asides((1, 1), 0, 9))
            .unwrap()
    };
    assert!(kept()[0].is_given_up);
    assert_eq!(tell_at(&mut desk, &[5 * day]), 0, "it is sent no more");
    let at = desk.flow.clock.now();
    assert!(
        store
            .write(|tx| tx.send_set_asides_again(1, 1, at))
            .unwrap()
    );
    assert_eq!(tell(&desk), 1);
    assert_eq!(kept(), []);
}

fn what_was_set_aside_is_sent_again_also_when_nothing_else_happens(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work_without_distribution();
    receiver.answer(&[500; 6]);
    tell_at(&mut desk, &[0, 1, 4, 15, 40]);
    assert_eq!(tell_at(&mut desk, &[90]), 0, "an hour is not over");
    assert_eq!(receiver.sent().len(), 5);
    assert_eq!(tell_at(&mut desk, &[101, 140]), 0);
    assert_eq!(receiver.sent().len(), 6, "each hour");
    assert_eq!(tell_at(&mut desk, &[170]), 1);
    assert_eq!(webhook(&desk).failing_since, None);
}

/// The bakery said something of two findings, and of the first again: both about the first are set aside.
fn desk_with_two_set_aside(test: &TestStore) -> (Desk, Receiver) {
    let (mut desk, receiver) = desk_of(test);
    desk.report(&rdp(&["192.0.2.1", "192.0.2.2"]));
    desk.work();
    answer(&desk, (1, 0), AnswerStatus::InProgress);
    receiver.answer(&[500; 5]);
    tell_at(&mut desk, &[0, 1, 4, 15, 40]);
    answer(&desk, (1, 1), AnswerStatus::Solved);
    answer(&desk, (2, 0), AnswerStatus::NotOurs);
    receiver.answer(&[204, 422]);
    assert_eq!(tell_at(&mut desk, &[50]), 1);
    let kept = "SELECT COUNT(*) FROM webhook_set_aside";
    assert_eq!(test.count(kept), 2);
    (desk, receiver)
}

fn what_a_turn_had_no_time_for_waits_no_hour(test: &TestStore) {
    let (mut desk, receiver) = desk_with_two_set_aside(test);
    desk.at(now().plus_seconds(111 * 60));
    let before = receiver.sent().len();
    let told = tell_due(&desk.flow, &|| receiver.sent().len() > before);
    assert_eq!(told.unwrap(), 1);
    assert_eq!(tell(&desk), 1);
}

fn who_asks_to_send_again_is_heard_while_it_is_sent(test: &TestStore) {
    let (desk, _receiver) = desk_with_two_set_aside(test);
    let at = now().plus_seconds(4 * 86_400);
    let ended = desk.flow.store.write(|tx| {
        let taken = tx.take_webhooks(1, Duration::from_secs(60), at)?.remove(0);
        let kept = tx.webhook_set_asides((1, 1), 0, 9)?[0];
        tx.send_set_asides_again(1, 1, at)?;
        let delivery = WebhookDelivery {
            delivery_no: 0,
            event: "test".into(),
            kind: "test".into(),
            at,
            status: Some(422),
            fault: String::new(),
        };
        let left = WebhookEnd::LeftAside {
            change_no: kept.change.change_no,
            set_aside_at: kept.at,
            is_given_up: true,
        };
        assert!(tx.end_webhook_attempt(&taken, &delivery, left, at)?);
        tx.plan_set_asides(&taken, None)?;
        tx.give_back_webhook(&taken, at)?;
        tx.webhook_set_asides((1, 1), 0, 9)
    });
    assert!(!ended.unwrap()[0].is_given_up);
    assert_eq!(webhook(&desk).aside_due_at, Some(at));
}

fn who_lost_an_address_sends_nothing_more(test: &TestStore) {
    let (mut desk, receiver) = desk_with_two_set_aside(test);
    answer(&desk, (1, 2), AnswerStatus::InProgress);
    answer(&desk, (2, 1), AnswerStatus::Solved);
    desk.at(now().plus_seconds(60 * 60));
    let before = receiver.sent().len();
    let asked = AtomicUsize::new(0);
    // It loses the address before the first of these, which waits behind what was set aside.
    let stop = || {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        if number == 1 {
            test.tamper("UPDATE webhook SET taken_until = 1");
        }
        number >= 3
    };
    tell_due(&desk.flow, &stop).unwrap();
    assert_eq!(receiver.sent().len(), before);
}

fn an_address_that_is_gone_is_paused_at_once(test: &TestStore) {
    let (desk, receiver) = desk_of(test);
    receiver.answer(&[410]);
    desk.report(&rdp(&["192.0.2.1"]));
    desk.work();
    assert!(webhook(&desk).paused_at.is_some());
}

fn two_workers_never_tell_the_same_address(test: &TestStore) {
    let (desk, receiver) = desk_of(test);
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        desk.report(&rdp(&[address]));
        desk.work_without_distribution();
    }
    receiver.take_time(Duration::from_millis(50));
    let beside = desk.beside(test);
    let told = std::thread::scope(|scope| {
        let other = scope.spawn(|| tell(&beside));
        tell(&desk) + other.join().unwrap()
    });
    // One of them may have come too late, or both have told a part.
    assert!(told <= 3);
    while tell(&desk) > 0 {}
    assert_eq!(receiver.sent().len(), 3);
}

fn the_old_secret_signs_too_for_a_day(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    let store = desk.flow.store.clone();
    let until = now().plus_seconds(86_400);
    let number = store.write(|tx| tx.rotate_webhook(1, 1, until)).unwrap();
    assert_eq!(number, Some(2));
    for (at, secrets) in [(now(), &[2, 1][..]), (until, &[2])] {
        desk.at(at);
        assert!(store.write(|tx| tx.ask_webhook_test(1, 1, at)).unwrap());
        tell(&desk);
        let sent = receiver.sent();
        let last = sent.last().unwrap();
        assert_eq!(kind(last), "webhook.test");
        assert!(is_signed(&desk, last, secrets), "{}", last.head);
    }
}

fn only_the_last_attempts_are_kept_and_they_go_with_the_address(test: &TestStore) {
    let (mut desk, _receiver) = desk_of(test);
    let store = desk.flow.store.clone();
    for second in 0..store::WEBHOOK_DELIVERIES_KEPT + 5 {
        let at: Timestamp = now().plus_seconds(second);
        desk.at(at);
        store.write(|tx| tx.ask_webhook_test(1, 1, at)).unwrap();
        tell(&desk);
    }
    let rows = "SELECT COUNT(*) FROM webhook_delivery";
    assert_eq!(test.count(rows), store::WEBHOOK_DELIVERIES_KEPT);
    let kept = store.read(|tx| tx.webhook_deliveries(1, 1)).unwrap();
    assert_eq!(kept[0].at, now().plus_seconds(54));
    assert!(store.write(|tx| tx.remove_webhook(1, 1)).unwrap());
    assert_eq!(test.count(rows), 0);
}

fn a_name_that_leads_inside_is_not_asked(test: &TestStore) {
    let (mut desk, receiver) = desk_of(test);
    desk.flow.stand_in = None;
    // Nobody answers there, so no name has an address.
    desk.flow.dns_servers = vec![([127, 0, 0, 1], 9).into()];
    let store = desk.flow.store.clone();
    store.write(|tx| tx.ask_webhook_test(1, 1, now())).unwrap();
    tell(&desk);
    let kept = store.read(|tx| tx.webhook_deliveries(1, 1)).unwrap();
    assert_eq!((kept[0].status, &*kept[0].fault), (None, "unknown"));
    assert_eq!(receiver.sent(), []);
}

both_engines!(
    an_address_with_much_to_be_told_goes_behind_the_others,
    what_happens_is_told_signed_in_its_order_and_once,
    nothing_is_lost_while_the_receiver_is_away,
    an_address_that_fails_for_three_days_is_paused_and_goes_on_from_there,
    an_event_that_is_not_taken_holds_up_others_for_a_quarter_of_an_hour,
    events_of_one_finding_stay_in_their_order,
    an_address_that_refuses_everything_gets_everything_when_it_takes_again,
    what_was_given_up_is_sent_again_when_somebody_asks_for_it,
    what_was_set_aside_is_sent_again_also_when_nothing_else_happens,
    what_a_turn_had_no_time_for_waits_no_hour,
    who_asks_to_send_again_is_heard_while_it_is_sent,
    who_lost_an_address_sends_nothing_more,
    an_address_that_is_gone_is_paused_at_once,
    two_workers_never_tell_the_same_address,
    the_old_secret_signs_too_for_a_day,
    only_the_last_attempts_are_kept_and_they_go_with_the_address,
    a_name_that_leads_inside_is_not_asked,
);
