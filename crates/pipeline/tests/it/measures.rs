//! What a month came to is counted once a day, for the desk and for each programme.

use model::{IdKind, StaffRole};
use pipeline::upkeep::measures::count;
use store::{Handwork, MonthMeasure, MonthReach, StoreError};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later, now};

use crate::programme;

/// A desk that told the bakery and a network holder of something, and a programme in which the bakery takes part.
fn desk_at_work(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("bakery")
        .asset("bakery", "address", "192.0.2.1")
        .network("198.51.100.0/24", "provider", "abuse@provider.example");
    desk.import(&register);
    let added = desk.flow.store.write(|tx| {
        let programme_no = programme::add(tx)?;
        tx.record_draw(programme_no, "", now())?;
        let (application_no, _) = programme::admit(tx, programme_no, "bakery")?;
        programme::take_place(tx, programme_no, application_no)?;
        Ok::<_, StoreError>(())
    });
    added.unwrap();
    for (ip, port) in [("192.0.2.1", "3389"), ("198.51.100.7", "3389")] {
        desk.report(&Report::new("scan_rdp").row(&[("ip", ip), ("port", port)]));
    }
    desk.work();
    desk
}

/// Somebody of the desk did something twice, a minute and a half apart, and noted ten minutes.
fn people_work(desk: &Desk) {
    let worked = desk.flow.store.write(|tx| {
        let email = "analyst@csirt.example".parse().unwrap();
        let person_no = tx.add_person(&email, "Robin", None, now())?;
        tx.give_staff_role(person_no, StaffRole::Analyst, "test", now())?;
        let id_key = tx.installation()?.id_key;
        let actor = format!(
            "person {}",
            id_key.public_id(IdKind::Person, person_no as u64)
        );
        let programme = format!("programme {}", id_key.public_id(IdKind::Programme, 1));
        tx.record(now().plus_seconds(60), &actor, "read", "desk", "")?;
        tx.record(now().plus_seconds(150), &actor, "approve", &programme, "")?;
        tx.record(now().plus_seconds(170), "upkeep", "forget", &programme, "")?;
        let work = Handwork {
            day: now().day(),
            programme_no: None,
            person_no,
            minutes: 10,
            note: "telephone call".to_owned(),
        };
        tx.note_handwork(&work, now())
    });
    worked.unwrap();
}

fn of(desk: &Desk, programme_no: Option<i64>) -> MonthMeasure {
    let measures = desk
        .flow
        .store
        .read(|tx| tx.month_measures(programme_no, 24));
    measures.unwrap().remove(0)
}

fn a_month_is_counted_once_a_day_for_the_desk_and_for_a_programme(test: &TestStore) {
    let mut desk = desk_at_work(test);
    people_work(&desk);
    desk.at(days_later(1));
    assert_eq!(count(&desk.flow).unwrap(), 4, "two months of two");
    assert_eq!(count(&desk.flow).unwrap(), 0, "they are fresh");
    let whole = of(&desk, None);
    let counts = whole.counts;
    assert_eq!(
        (counts.messages, counts.by_hand, counts.recipients),
        (2, 0, 2)
    );
    assert_eq!(
        (counts.lines, counts.matched),
        (2, 1),
        "one went to the network"
    );
    assert_eq!(whole.hand_secs, 60 + 90 + 600);
    assert!(whole.notice_secs.is_some_and(|(median, p90)| median <= p90));
    assert_eq!(whole.answering, 0);
    let reach = |to_tell, seen| Some(MonthReach { to_tell, seen });
    assert_eq!(whole.reach, reach(2, 0));
    let pilot = of(&desk, Some(1));
    assert_eq!((pilot.counts.messages, pilot.counts.recipients), (1, 1));
    assert_eq!(pilot.reach, reach(1, 0));
    assert_eq!(pilot.hand_secs, 90, "the act on the programme alone");
    test.tamper(
        "INSERT INTO answer (party_no, finding_no, episode, status, answered_at, version)
         SELECT n.recipient_no, l.finding_no, 1, 3, n.created_at, 1 FROM notification n
            JOIN notification_line l ON l.notification_no = n.notification_no WHERE l.asset_no IS NOT NULL",
    );
    test.tamper(
        "INSERT INTO usefulness (notification_no, threat_no, reader, verdict, text, said_at)
         SELECT notification_no, threat_no, reader, part - 1, '', created_at FROM notification",
    );
    desk.at(days_later(3));
    count(&desk.flow).unwrap();
    assert_eq!(of(&desk, Some(1)).answering, 1);
    // Both said whether it was useful; the bakery, which answered too, counts once.
    assert_eq!(
        (of(&desk, None).reach, of(&desk, Some(1)).reach),
        (reach(2, 2), reach(1, 1))
    );
    let useful = |programme_no| {
        let counts = of(&desk, programme_no).counts;
        (counts.judged, counts.useful)
    };
    assert_eq!((useful(None), useful(Some(1))), ((2, 2), (1, 1)));
    let told = || {
        let told = desk.flow.store.read(|tx| tx.told_participants(1)).unwrap();
        (told.told, told.answered, told.solved)
    };
    assert_eq!(told(), (1, 1, 1));
    // What was told after leaving is not of the programme.
    test.tamper("UPDATE place SET state = 4, changed_at = 0");
    assert_eq!(told(), (0, 0, 0));
}

fn a_finding_in_two_messages_to_one_recipient_counts_once(test: &TestStore) {
    let mut desk = desk_at_work(test);
    test.tamper(&format!(
        "INSERT INTO notification (window_no, part, desk_no, recipient_no, relation, kind, threat_no, role, rsit, severity,
            tlp, language, reader, lawful_basis, state, reason, lines, created_at, decided_by)
         SELECT 99, 1, 1, party_no, 0, 0, 1, 0, 0, 2, 2, 0, 0, '', 3, '', 1, {}, '' FROM party WHERE reference = 'bakery';
         INSERT INTO notification_line (notification_no, finding_no, episode, repeated, asset_no, day, batch_no, line, side, part)
         SELECT (SELECT MAX(notification_no) FROM notification), finding_no, episode, 1, asset_no, day, batch_no, line, side, 0
         FROM notification_line WHERE asset_no IS NOT NULL",
        now().micros()
    ));
    desk.at(days_later(1));
    count(&desk.flow).unwrap();
    let of = |programme_no| {
        let counts = of(&desk, programme_no).counts;
        (counts.messages, counts.lines, counts.matched)
    };
    assert_eq!((of(None), of(Some(1))), ((3, 2, 1), (2, 1, 1)));
}

fn whom_nobody_reached_is_told_with_whom_somebody_did_and_nobody_counts_twice(test: &TestStore) {
    let mut desk = desk_at_work(test);
    let reach = |desk: &Desk| {
        let month = of(desk, None);
        let reach = month.reach.unwrap();
        (reach.to_tell, month.counts.recipients, reach.seen)
    };
    let mut counted = |days: i64, change: &str| {
        test.tamper(change);
        desk.at(days_later(days));
        count(&desk.flow).unwrap();
        reach(&desk)
    };
    // The bakery has a second message that was refused, a third that the desk withheld, and a fourth of which it wants no mail.
    let more = |part: u8, state: u8| {
        format!(
            "INSERT INTO notification (window_no, part, desk_no, recipient_no, relation, kind, threat_no, role, rsit, severity,
                tlp, language, reader, lawful_basis, state, reason, lines, created_at, decided_by)
             SELECT 99, {part}, 1, party_no, 0, 0, 1, 0, 0, 2, 2, 0, 0, '', {state}, '', 1, {}, '' FROM party
             WHERE reference = 'bakery';",
            now().micros()
        )
    };
    let all = [more(1, 5), more(2, 4), more(3, 6)].concat();
    assert_eq!(counted(1, &all), (2, 2, 0));
    // What the network was told is refused: it is to be told, and not reached.
    let refused = "UPDATE notification SET state = 5 WHERE relation = 1";
    assert_eq!(counted(3, refused), (2, 1, 0));
    // Nobody wanted to tell it after all.
    let withheld = "UPDATE notification SET state = 4 WHERE relation = 1";
    assert_eq!(counted(5, withheld), (1, 1, 0));
    // Somebody of the bakery opened a finding; nobody answered.
    let seen = "INSERT INTO answer (party_no, finding_no, episode, status, answered_at, version)
         SELECT n.recipient_no, l.finding_no, 1, 1, n.created_at, 1 FROM notification n
            JOIN notification_line l ON l.notification_no = n.notification_no WHERE l.asset_no IS NOT NULL AND n.state = 3";
    assert_eq!(counted(7, seen), (1, 1, 1));
    assert_eq!(of(&desk, None).answering, 0);
}

both_engines!(
    whom_nobody_reached_is_told_with_whom_somebody_did_and_nobody_counts_twice,
    a_month_is_counted_once_a_day_for_the_desk_and_for_a_programme,
    a_finding_in_two_messages_to_one_recipient_counts_once,
);
