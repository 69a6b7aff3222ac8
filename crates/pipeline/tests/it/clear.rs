//! Whoever called something solved hears that later reports lack it: when that is so, and only then.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use message::Decider;
use model::{AnswerDoor, AnswerStatus, MessageKind, TallyKind, Tlp};
use pipeline::gather::GatherOptions;
use pipeline::upkeep::clear::tell;
use pipeline::upkeep::{measures, sources};
use store::{AnswerEvent, InboxQuery, Notification, NotificationState, StoreError};
use testkit::{Desk, RegisterBuilder, Report, TestStore, both_engines, days_later};

use crate::checks::{hold_alerts, moment, rdp, rdp_on, states};
use crate::programme;

/// The system of the bakery.
const OURS: &str = "192.0.2.1";
/// Another one.
const OURS_TOO: &str = "192.0.2.2";
/// A system of nobody, that is in each report.
const OTHER: &str = "198.51.100.7";
/// Another one, in reports of another source.
const ELSEWHERE: &str = "198.51.100.9";

/// The bakery was told of its system on the first day.
fn desk_that_told_the_bakery(test: &TestStore) -> Desk {
    let desk = desk_of_the_bakery(test);
    desk.report(&rdp(&[OURS, OTHER]));
    desk.work();
    desk
}

fn desk_of_the_bakery(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new().organisation("bakery");
    desk.import(&register.asset("bakery", "prefix", "192.0.2.0/24"));
    desk
}

/// Mails go out on Mondays; the first one is five days after the first day, the next one twelve.
fn mails_go_out_on_mondays(test: &TestStore) {
    test.tamper(
        "INSERT INTO contact_detail (contact_no, party_no, is_always_on, keeps_hours, confirmed_at, rhythm)
         SELECT contact_no, party_no, 0, 0, 1, 'mon 09:00' FROM contact",
    );
}

/// A report of a day in which a system is a critical problem.
fn critical_on(day: i64, address: &str) -> Report {
    Report::new("scan_rdp").row(&[
        ("timestamp", &moment(day)),
        ("ip", address),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "critical"),
    ])
}

/// Takes in a report that lacks the system on each of these days.
fn reports_without_it(desk: &mut Desk, days: Range<i64>) {
    for day in days {
        report(desk, day, &rdp_on(day, &[OTHER]));
    }
}

fn report(desk: &mut Desk, day: i64, report: &Report) {
    desk.at(days_later(day));
    desk.report(report);
    desk.work();
}

fn report_of(desk: &mut Desk, source: &str, day: i64, report: &Report) {
    desk.at(days_later(day));
    let options = GatherOptions {
        source: source.into(),
        ..Default::default()
    };
    desk.report_as(report, &options);
    desk.work();
}

/// The bakery answers at noon of a day about all of its findings.
fn answer(desk: &mut Desk, day: i64, status: AnswerStatus) {
    desk.at(days_later(day));
    let done = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        let query = InboxQuery::whole(party_no, Tlp::Red, days_later(day).day());
        let mut written = Vec::new();
        for told in tx.inbox(&query, 10)?.rows {
            let event = AnswerEvent {
                party_no,
                finding_no: told.place.finding_no,
                episode: told.episode,
                at: days_later(day),
                door: AnswerDoor::Portal,
                actor: "person of a test".into(),
                person_no: None,
                status: Some(status),
                until: None,
                patched: None,
                assigned_to: None,
                comment: String::new(),
            };
            written.push(tx.add_answer(&event, told.version)?);
        }
        Ok::<_, StoreError>(written)
    });
    let written = done.unwrap();
    assert!(!written.is_empty() && written.into_iter().all(|one| one));
}

fn all_clears(desk: &Desk) -> Vec<Notification> {
    let mut found = Vec::new();
    let read = desk.flow.store.read(|tx| {
        found.clear();
        tx.each_notification(|one| {
            found.extend(Some(one).filter(|one| one.key.kind == MessageKind::AllClear));
            Ok(())
        })
    });
    read.unwrap();
    found
}

/// Subjects and texts of the mails that say that something is gone.
fn mails(desk: &Desk) -> Vec<String> {
    let words = |mail: &testkit::Received| {
        let text = format!("{} {}", mail.subject, mail.body);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mails = desk.mails();
    let texts = mails.iter().map(words);
    texts
        .filter(|text| text.contains("Niet meer gezien"))
        .collect()
}

fn waiting(test: &TestStore) -> i64 {
    test.count("SELECT COUNT(*) FROM all_clear_wait")
}

fn two_later_reports_that_lack_it_make_one_mail_which_says_why(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..3);
    assert_eq!(mails(&desk).len(), 0, "one report proves little");
    assert_eq!(waiting(test), 1);
    reports_without_it(&mut desk, 3..4);
    let found = mails(&desk);
    let [mail] = &found[..] else {
        panic!("{found:?}")
    };
    let day = |days| rules::message::day_in_words(days_later(days).day(), model::Language::Nl);
    for part in [
        format!("Op {} kregen wij het antwoord dat dit is opgelost.", day(1)),
        format!("in de rapporten van {} en {}", day(2), day(3)),
        "geen bewijs dat alles in orde is".into(),
        format!("Adres: {OURS}"),
        "controlecode".into(),
    ] {
        assert!(mail.contains(&part), "{part}: {mail}");
    }
    assert!(!mail.contains("opnieuw zichtbaar"), "{mail}");
    let message = &all_clears(&desk)[0];
    assert_eq!(message.state, NotificationState::Delivered);
    assert_eq!(message.lines, 1);
    let told = "SELECT COUNT(*) FROM party_change c JOIN notification n ON n.notification_no = c.subject_no
                WHERE c.kind = 0 AND n.kind = 3";
    assert_eq!(test.count(told), 1, "webhooks and the API hear of it");
    reports_without_it(&mut desk, 4..7);
    answer(&mut desk, 7, AnswerStatus::SolvedPossiblyCompromised);
    reports_without_it(&mut desk, 8..11);
    assert_eq!(mails(&desk).len(), 1, "it is said once in an episode");
    assert_eq!(waiting(test), 0);
    for checked in test.store.check(false, |_| {}).unwrap() {
        assert_eq!(checked.wrong, 0, "{checked:?}");
    }
}

fn two_deliveries_of_one_day_are_one_report(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..3);
    report(&mut desk, 2, &rdp_on(2, &["198.51.100.8"]));
    // Of the day of the answer, and of the day before: they come late.
    report(&mut desk, 3, &rdp_on(1, &["198.51.100.8"]));
    report(&mut desk, 3, &rdp_on(0, &["198.51.100.9"]));
    assert_eq!(all_clears(&desk), []);
    reports_without_it(&mut desk, 4..5);
    assert_eq!(all_clears(&desk).len(), 1);
}

fn a_report_that_was_cut_off_or_brings_nothing_new_says_nothing(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..3);
    // Each row of it is quarantined.
    let row = [("timestamp", "never"), ("ip", OTHER), ("port", "3389")];
    report(&mut desk, 3, &Report::new("scan_rdp").row(&row));
    report(&mut desk, 4, &rdp_on(2, &[OTHER]).windows());
    assert_eq!(all_clears(&desk), []);
    desk.at(days_later(5));
    let cut = desk.report(&rdp_on(5, &[OTHER]));
    test.tamper(&format!(
        "INSERT INTO batch_notice (batch_no, notice_no, kind, text) VALUES ({cut}, 99, 'truncated', 'test')"
    ));
    desk.work();
    assert_eq!(all_clears(&desk), []);
}

fn reports_of_another_type_or_source_say_nothing(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    for day in 2..6 {
        report_of(&mut desk, "somebody else", day, &rdp_on(day, &[OTHER]));
        let row = [("timestamp", &*moment(day)), ("ip", OTHER), ("port", "443")];
        report(&mut desk, day, &Report::new("scan_ssl").row(&row));
    }
    assert_eq!(all_clears(&desk), []);
    assert_eq!(waiting(test), 1);
}

fn a_list_that_came_once_and_saw_it_last_is_not_waited_for(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    report_of(&mut desk, "a researcher", 1, &rdp_on(1, &[OURS]));
    answer(&mut desk, 2, AnswerStatus::Solved);
    reports_without_it(&mut desk, 3..5);
    assert_eq!(all_clears(&desk).len(), 1);
}

fn what_another_source_still_sees_is_not_clear(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    report_of(&mut desk, "somebody else", 2, &rdp_on(2, &[OURS]));
    reports_without_it(&mut desk, 2..6);
    assert_eq!(all_clears(&desk), []);
    assert_eq!(waiting(test), 0, "it was decided");
    let again = desk.mails();
    let again = again
        .iter()
        .filter(|mail| mail.body.contains("opnieuw zichtbaar"));
    assert_eq!(again.count(), 1);
}

fn an_answer_that_changed_is_not_clear(test: &TestStore) {
    for status in [AnswerStatus::InProgress, AnswerStatus::NotOurs] {
        let other = TestStore::new(test.engine());
        let mut desk = desk_that_told_the_bakery(&other);
        answer(&mut desk, 1, AnswerStatus::Solved);
        reports_without_it(&mut desk, 2..3);
        answer(&mut desk, 2, status);
        assert_eq!(waiting(&other), 0);
        reports_without_it(&mut desk, 3..6);
        assert_eq!(all_clears(&desk), [], "{status}");
    }
}

fn a_system_that_is_not_theirs_any_more_is_not_told_of(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..3);
    test.tamper("UPDATE asset SET closed_at = 1");
    test.tamper("UPDATE installation SET register_version = register_version + 1");
    reports_without_it(&mut desk, 3..5);
    assert_eq!(all_clears(&desk), []);
    assert_eq!(waiting(test), 0);
}

fn what_was_told_without_a_mail_stays_without(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    test.tamper("UPDATE notification SET kind = 1, state = 6");
    test.tamper("DELETE FROM delivery");
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..5);
    assert_eq!(all_clears(&desk), []);
}

fn what_is_back_after_that_is_told_as_visible_again(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..4);
    assert_eq!(mails(&desk).len(), 1);
    let before = desk.mails().len();
    // In the same episode, and in a new one.
    for (day, mails) in [(5, before + 1), (30, before + 2)] {
        report(&mut desk, day, &rdp_on(day, &[OURS]));
        assert_eq!(desk.mails().len(), mails, "day {day}");
    }
    let all = desk.mails();
    let again = all
        .iter()
        .filter(|mail| mail.body.contains("opnieuw zichtbaar"));
    assert_eq!(again.count(), 2);
    // Solved once more, in the new episode, it is said once more.
    answer(&mut desk, 31, AnswerStatus::Solved);
    reports_without_it(&mut desk, 32..35);
    assert_eq!(mails(&desk).len(), 2);
}

fn a_held_all_clear_loses_what_is_seen_again_or_answered_otherwise(test: &TestStore) {
    for is_seen in [true, false] {
        let other = TestStore::new(test.engine());
        let mut desk = desk_that_told_the_bakery(&other);
        hold_alerts(&desk);
        answer(&mut desk, 1, AnswerStatus::Solved);
        reports_without_it(&mut desk, 2..4);
        assert_eq!(all_clears(&desk)[0].state, NotificationState::Held);
        assert_eq!(mails(&desk).len(), 0);
        match is_seen {
            true => report(&mut desk, 4, &rdp_on(4, &[OURS])),
            false => answer(&mut desk, 4, AnswerStatus::HelpRequested),
        }
        let held = &all_clears(&desk)[0];
        assert_eq!((held.state, held.lines), (NotificationState::Withheld, 0));
        assert!(held.reason.contains("before the message was approved"));
    }
}

fn an_approved_all_clear_that_waits_is_not_sent_of_what_is_back_or_answered_otherwise(
    test: &TestStore,
) {
    for is_seen in [true, false] {
        let other = TestStore::new(test.engine());
        let mut desk = desk_that_told_the_bakery(&other);
        mails_go_out_on_mondays(&other);
        answer(&mut desk, 1, AnswerStatus::Solved);
        reports_without_it(&mut desk, 2..4);
        assert_eq!(all_clears(&desk)[0].state, NotificationState::Approved);
        match is_seen {
            true => report(&mut desk, 4, &critical_on(4, OURS)),
            false => answer(&mut desk, 4, AnswerStatus::InProgress),
        }
        desk.at(days_later(5));
        desk.work();
        let found = all_clears(&desk);
        let [message] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(message.state, NotificationState::Withheld);
        assert!(message.reason.contains("before this went out"));
        assert_eq!(mails(&desk).len(), 0);
        let taken_back = "SELECT COUNT(*) FROM party_change c JOIN notification n ON n.notification_no = c.subject_no
                          WHERE c.kind = 2 AND n.kind = 3";
        assert_eq!(other.count(taken_back), 1, "programs hear of it");
        for checked in other.store.check(false, |_| {}).unwrap() {
            assert_eq!(checked.wrong, 0, "{checked:?}");
        }
    }
}

fn what_is_still_clear_of_an_all_clear_that_was_not_sent_is_told_anew(test: &TestStore) {
    let mut desk = desk_of_the_bakery(test);
    desk.report(&rdp(&[OURS, OURS_TOO, OTHER]));
    desk.work();
    mails_go_out_on_mondays(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..4);
    assert_eq!(all_clears(&desk)[0].lines, 2);
    report(&mut desk, 4, &critical_on(4, OURS));
    desk.at(days_later(5));
    desk.work();
    assert_eq!(mails(&desk).len(), 0);
    reports_without_it(&mut desk, 6..7);
    desk.at(days_later(12));
    desk.work();
    let found = mails(&desk);
    let [mail] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(mail.contains(&format!("Adres: {OURS_TOO}")), "{mail}");
    assert_eq!(all_clears(&desk)[1].lines, 1);
}

fn an_all_clear_that_waits_and_still_holds_is_sent(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    mails_go_out_on_mondays(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..5);
    assert_eq!(mails(&desk).len(), 0);
    desk.at(days_later(5));
    desk.work();
    assert_eq!(mails(&desk).len(), 1);
}

fn a_warning_that_is_still_to_go_out_goes_first(test: &TestStore) {
    let mut desk = desk_of_the_bakery(test);
    mails_go_out_on_mondays(test);
    desk.report(&rdp(&[OURS, OTHER]));
    desk.work();
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..5);
    assert_eq!((all_clears(&desk).len(), waiting(test)), (0, 1));
    desk.at(days_later(5));
    desk.work();
    reports_without_it(&mut desk, 6..7);
    assert_eq!((all_clears(&desk).len(), waiting(test)), (1, 0));
}

fn a_warning_that_nobody_got_is_not_taken_back(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    test.tamper("UPDATE notification SET state = 5");
    reports_without_it(&mut desk, 2..5);
    assert_eq!((all_clears(&desk).len(), waiting(test)), (0, 0));
}

fn a_report_that_lists_it_with_a_time_before_the_answer_does_not_lack_it(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    // An hour before the answer, beside what was seen after it; in the second report it was there already.
    let earlier = [
        ("timestamp", &*moment(1)),
        ("ip", OURS),
        ("port", "3389"),
        ("protocol", "tcp"),
        ("severity", "high"),
    ];
    for day in 2..5 {
        report(&mut desk, day, &rdp_on(day, &[OTHER]).row(&earlier));
    }
    assert_eq!((all_clears(&desk).len(), waiting(test)), (0, 1));
    reports_without_it(&mut desk, 5..7);
    assert_eq!(all_clears(&desk).len(), 1);
}

fn a_report_of_which_a_row_could_not_be_taken_in_says_nothing(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    for day in 2..5 {
        let row = [("timestamp", "never"), ("ip", OURS), ("port", "3389")];
        report(&mut desk, day, &rdp_on(day, &[OTHER]).row(&row));
    }
    assert_eq!((all_clears(&desk).len(), waiting(test)), (0, 1));
    reports_without_it(&mut desk, 5..7);
    assert_eq!(all_clears(&desk).len(), 1);
}

fn a_source_that_saw_it_last_and_reports_more_often_is_waited_for(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    report_of(&mut desk, "somebody else", 0, &rdp_on(0, &[ELSEWHERE]));
    report_of(&mut desk, "somebody else", 1, &rdp_on(1, &[OURS]));
    answer(&mut desk, 2, AnswerStatus::Solved);
    reports_without_it(&mut desk, 3..6);
    assert_eq!((all_clears(&desk).len(), waiting(test)), (0, 1));
    for day in 6..8 {
        report_of(&mut desk, "somebody else", day, &rdp_on(day, &[ELSEWHERE]));
    }
    assert_eq!(all_clears(&desk).len(), 1);
}

fn a_finding_from_which_somebody_concludes_changes_when_that_is_written(test: &TestStore) {
    let desk = desk_that_told_the_bakery(test);
    let store = &desk.flow.store;
    let is_written = AtomicBool::new(false);
    let (is_held, wait) = channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let concluded = store.write(|tx| {
                let held = tx.findings_held(&[2, 1])?;
                let numbers = held.iter().map(|(_, row)| row.finding_no);
                assert_eq!(numbers.collect::<Vec<_>>(), [1, 2]);
                is_held.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(300));
                is_written.store(true, Ordering::Relaxed);
                Ok::<_, StoreError>(())
            });
            concluded.unwrap();
        });
        wait.recv().unwrap();
        let seen = store.write(|tx| {
            let (_, row) = tx.finding(1)?.unwrap();
            tx.update_findings(vec![&row])?;
            assert!(is_written.load(Ordering::Relaxed));
            Ok::<_, StoreError>(())
        });
        seen.unwrap();
    });
}

fn a_delivery_decides_a_portion_and_upkeep_the_rest(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    test.tamper(
        "INSERT INTO all_clear_wait (party_no, finding_no, episode, answered_at, desk_no, source_no, report_type)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         SELECT 0, i, 1, answered_at, desk_no, source_no, report_type FROM all_clear_wait, n",
    );
    reports_without_it(&mut desk, 2..4);
    assert_eq!((all_clears(&desk).len(), waiting(test)), (0, 1));
    assert_eq!(tell(&desk.flow).unwrap(), 1);
}

fn reports_of_which_it_fails_keep_the_others_from_nothing(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    test.tamper("UPDATE all_clear_wait SET report_type = 'elsewhere'");
    reports_without_it(&mut desk, 2..4);
    for day in 2..4 {
        report_of(&mut desk, "somebody else", day, &rdp_on(day, &[ELSEWHERE]));
    }
    test.tamper("UPDATE all_clear_wait SET report_type = 'scan_rdp'");
    // What waits for reports to a desk that is not there.
    let source = "(SELECT party_no FROM party WHERE reference = 'somebody else')";
    test.tamper(&format!(
        "UPDATE batch SET desk_no = 0 WHERE source_no = {source}"
    ));
    test.tamper(&format!(
        "INSERT INTO all_clear_wait (party_no, finding_no, episode, answered_at, desk_no, source_no, report_type)
         SELECT party_no, 99, 1, answered_at, 0, {source}, report_type FROM all_clear_wait"
    ));
    assert_eq!(tell(&desk.flow).unwrap(), 1);
    assert_eq!(waiting(test), 1);
}

fn measures_of_programmes_and_of_sources_count_no_all_clear(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    report_of(&mut desk, "a researcher", 1, &rdp_on(1, &[OURS]));
    answer(&mut desk, 2, AnswerStatus::Solved);
    let admitted = desk.flow.store.write(|tx| {
        let programme_no = programme::add(tx)?;
        let (application_no, _) = programme::admit(tx, programme_no, "bakery")?;
        programme::take_place(tx, programme_no, application_no)
    });
    admitted.unwrap();
    let since = days_later(2).micros();
    test.tamper(&format!("UPDATE participant SET admitted_at = {since}"));
    reports_without_it(&mut desk, 3..5);
    // It cites what the researcher saw.
    assert_eq!(all_clears(&desk)[0].state, NotificationState::Delivered);
    let told = desk.flow.store.read(|tx| tx.told_participants(1)).unwrap();
    assert_eq!(told.told, 0);
    desk.at(days_later(6));
    sources::look(&desk.flow).unwrap();
    measures::count(&desk.flow).unwrap();
    let told_of = |which: &str| {
        test.count(&format!(
            "SELECT COUNT(*) FROM source_tally t JOIN party p ON p.party_no = t.source_no
             WHERE t.kind = {} AND t.total > 0 AND p.reference {which}",
            TallyKind::Told.code()
        ))
    };
    assert_eq!(told_of("<> 'a researcher'"), 1);
    assert_eq!(told_of("= 'a researcher'"), 0);
}

fn upkeep_tells_what_a_delivery_could_not_and_forgets_what_waits_too_long(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    let wait = "SELECT COUNT(*) FROM all_clear_wait WHERE report_type = 'scan_rdp'";
    assert_eq!(test.count(wait), 1);
    test.tamper("UPDATE all_clear_wait SET report_type = 'elsewhere'");
    reports_without_it(&mut desk, 2..4);
    assert_eq!(tell(&desk.flow).unwrap(), 0);
    test.tamper("UPDATE all_clear_wait SET report_type = 'scan_rdp'");
    assert_eq!(tell(&desk.flow).unwrap(), 1);
    assert_eq!(tell(&desk.flow).unwrap(), 0);
    desk.work();
    assert_eq!(mails(&desk).len(), 1);

    let other = TestStore::new(test.engine());
    let mut desk = desk_that_told_the_bakery(&other);
    answer(&mut desk, 1, AnswerStatus::Solved);
    desk.at(days_later(91));
    tell(&desk.flow).unwrap();
    assert_eq!(waiting(&other), 1);
    desk.at(days_later(92));
    tell(&desk.flow).unwrap();
    assert_eq!(waiting(&other), 0);
    assert_eq!(states(&desk).len(), 1);
}

fn whom_a_person_chose_hears_of_it_as_it_was_told(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery"));
    desk.report(&rdp(&[OURS]));
    desk.work();
    let now = desk.flow.clock.now();
    let decider = Decider {
        now,
        name: "an analyst",
    };
    let released = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        decider.release_to(tx, 1, party_no)
    });
    released.unwrap();
    desk.work();
    assert_eq!(desk.mails().len(), 1);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..4);
    assert_eq!(mails(&desk).len(), 1);
}

fn whom_a_person_chose_twice_hears_of_it_once(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery"));
    desk.report(&rdp(&[OURS]));
    desk.work();
    for _ in 0..2 {
        let decider = Decider {
            now: desk.flow.clock.now(),
            name: "an analyst",
        };
        test.tamper("UPDATE queue_item SET state = 0");
        let released = desk.flow.store.write(|tx| {
            let party_no = tx.party_no("bakery")?.unwrap();
            decider.release_to(tx, 1, party_no)
        });
        released.unwrap();
        desk.work();
    }
    assert_eq!(desk.mails().len(), 2);
    answer(&mut desk, 1, AnswerStatus::Solved);
    reports_without_it(&mut desk, 2..4);
    assert_eq!(mails(&desk).len(), 1);
    assert_eq!(all_clears(&desk)[0].lines, 1);
}

fn whoever_leaves_waits_for_nothing(test: &TestStore) {
    let mut desk = desk_that_told_the_bakery(test);
    answer(&mut desk, 1, AnswerStatus::Solved);
    let left = desk.flow.store.write(|tx| {
        let party_no = tx.party_no("bakery")?.unwrap();
        tx.leave(party_no, "test", days_later(1))
    });
    left.unwrap();
    assert_eq!(waiting(test), 0);
    reports_without_it(&mut desk, 2..5);
    assert_eq!(all_clears(&desk), []);
}

both_engines!(
    two_later_reports_that_lack_it_make_one_mail_which_says_why,
    two_deliveries_of_one_day_are_one_report,
    a_report_that_was_cut_off_or_brings_nothing_new_says_nothing,
    reports_of_another_type_or_source_say_nothing,
    a_list_that_came_once_and_saw_it_last_is_not_waited_for,
    what_another_source_still_sees_is_not_clear,
    an_answer_that_changed_is_not_clear,
    a_system_that_is_not_theirs_any_more_is_not_told_of,
    what_was_told_without_a_mail_stays_without,
    what_is_back_after_that_is_told_as_visible_again,
    a_held_all_clear_loses_what_is_seen_again_or_answered_otherwise,
    an_approved_all_clear_that_waits_is_not_sent_of_what_is_back_or_answered_otherwise,
    what_is_still_clear_of_an_all_clear_that_was_not_sent_is_told_anew,
    an_all_clear_that_waits_and_still_holds_is_sent,
    a_warning_that_is_still_to_go_out_goes_first,
    a_warning_that_nobody_got_is_not_taken_back,
    a_report_that_lists_it_with_a_time_before_the_answer_does_not_lack_it,
    a_report_of_which_a_row_could_not_be_taken_in_says_nothing,
    a_source_that_saw_it_last_and_reports_more_often_is_waited_for,
    a_finding_from_which_somebody_concludes_changes_when_that_is_written,
    a_delivery_decides_a_portion_and_upkeep_the_rest,
    reports_of_which_it_fails_keep_the_others_from_nothing,
    measures_of_programmes_and_of_sources_count_no_all_clear,
    upkeep_tells_what_a_delivery_could_not_and_forgets_what_waits_too_long,
    whom_a_person_chose_hears_of_it_as_it_was_told,
    whom_a_person_chose_twice_hears_of_it_once,
    whoever_leaves_waits_for_nothing,
);
