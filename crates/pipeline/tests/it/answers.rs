//! What answers of recipients change for what is told next.

use model::{AnswerDoor, AnswerStatus, Day, Tlp};
use store::{AnswerEvent, InboxQuery, QueueKind, QueueState};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines, days_later};

use crate::checks::rdp_on;

fn desk_of_bakery(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new().organisation("bakery");
    desk.import(&register.asset("bakery", "prefix", "192.0.2.0/24"));
    desk
}

/// Moves the clock, reports the address as seen an hour before, works; gives the mails so far.
fn day(desk: &mut Desk, days: i64) -> usize {
    desk.at(days_later(days));
    desk.report(&rdp_on(days, &["192.0.2.1"]));
    desk.work();
    desk.mails().len()
}

/// The bakery answers at noon of a day about the only finding.
fn answer(desk: &Desk, days: i64, status: AnswerStatus, until: Option<Day>) {
    let done = desk.flow.store.write(|tx| {
        let (_, finding) = tx.findings_from(0, 1)?.remove(0);
        let party_no = tx.party_no("bakery")?.unwrap();
        let query = InboxQuery::whole(party_no, Tlp::Red, days_later(days).day());
        let told = tx.inbox_row(&query, finding.finding_no)?;
        let event = AnswerEvent {
            party_no,
            finding_no: finding.finding_no,
            episode: finding.episode,
            at: days_later(days),
            door: AnswerDoor::Portal,
            actor: "person of a test".into(),
            person_no: None,
            status: Some(status),
            until,
            patched: None,
            assigned_to: None,
            comment: String::new(),
        };
        tx.add_answer(&event, told.map_or(0, |told| told.version))
    });
    assert!(done.unwrap());
}

fn says_again(desk: &Desk) -> Vec<bool> {
    let mails = desk.mails();
    let again = |mail: &testkit::Received| mail.body.contains("opnieuw zichtbaar");
    mails.iter().map(again).collect()
}

fn what_is_not_answered_is_told_again_when_the_silence_is_over(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    assert_eq!(day(&mut desk, 0), 1);
    answer(&desk, 0, AnswerStatus::InProgress, None);
    assert_eq!(day(&mut desk, 3), 1);
    assert_eq!(day(&mut desk, 8), 2);
}

fn what_was_called_solved_is_told_as_visible_again_at_the_next_sighting(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    assert_eq!(day(&mut desk, 0), 1);
    answer(&desk, 1, AnswerStatus::Solved, None);
    assert_eq!(day(&mut desk, 1), 1, "it was seen before the answer");
    assert_eq!(day(&mut desk, 2), 2);
    assert_eq!(day(&mut desk, 3), 2, "it is told once");
    let mut again = says_again(&desk);
    again.sort_unstable();
    assert_eq!(again, [false, true]);
}

fn an_accepted_risk_is_silent_until_its_day_also_after_a_gap(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    assert_eq!(day(&mut desk, 0), 1);
    answer(
        &desk,
        0,
        AnswerStatus::RiskAccepted,
        Some(days_later(20).day()),
    );
    assert_eq!(day(&mut desk, 6), 1);
    assert_eq!(day(&mut desk, 19), 1, "a new episode");
    let waits = desk.status().queue;
    assert_eq!(waits, [(QueueKind::Answered, QueueState::Withheld, 1)]);
    assert_eq!(day(&mut desk, 20), 2);
}

fn what_is_not_theirs_or_not_so_is_not_told_again(test: &TestStore) {
    let mut desk = desk_of_bakery(test);
    assert_eq!(day(&mut desk, 0), 1);
    answer(&desk, 0, AnswerStatus::NotOurs, None);
    for days in [5, 10, 15] {
        assert_eq!(day(&mut desk, days), 1);
    }
    answer(&desk, 15, AnswerStatus::FalseAlarm, None);
    assert_eq!(day(&mut desk, 20), 1);
    answer(&desk, 20, AnswerStatus::InProgress, None);
    assert_eq!(day(&mut desk, 21), 2, "it was told too long ago");
}

both_engines!(
    what_is_not_answered_is_told_again_when_the_silence_is_over,
    what_was_called_solved_is_told_as_visible_again_at_the_next_sighting,
    an_accepted_risk_is_silent_until_its_day_also_after_a_gap,
    what_is_not_theirs_or_not_so_is_not_told_again,
);
