//! Two desks on one installation: neither knows what the other one said.

use model::{AnswerDoor, AnswerStatus, StatisticsRegime, Tlp};
use store::{AnswerEvent, DeskChange, Desks, InboxQuery, NotificationState};
use testkit::{
    Desk, GatherOptions, RegisterBuilder, Report, TestStore, another_desk, both_engines,
};

const SECOND: &str = "Second desk";

/// A bakery, and a desk beside the one made at installation, which may keep no statistics.
fn two_desks(test: &TestStore) -> (Desk, i64) {
    let desk = Desk::of(test);
    let second = another_desk(&test.store, SECOND);
    let changed = test.store.write(|tx| {
        let desk = tx.desk_named(Some(SECOND))?.expect("it was made");
        let change = DeskChange {
            sender: Some("second@csirt.example".parse().expect("an address")),
            statistics_regime: Some(StatisticsRegime::None),
            ..DeskChange::default()
        };
        tx.change_desk(desk, &change)
    });
    changed.unwrap();
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/28");
    desk.import(&register);
    (desk, second)
}

fn report(desk: &Desk, name: Option<&str>) -> i64 {
    let report = Report::new("scan_rdp").row(&[("ip", "192.0.2.1"), ("port", "3389")]);
    let options = GatherOptions {
        desk: name.map(str::to_owned),
        ..GatherOptions::default()
    };
    let batch_no = desk.report_as(&report, &options);
    desk.work();
    batch_no
}

fn the_same_endpoint_at_two_desks_is_two_findings_told_twice_under_each_name(test: &TestStore) {
    let (desk, second) = two_desks(test);
    let first_batch = report(&desk, None);
    // Of the same place a moment later: what the first desk said keeps the second one from nothing.
    let second_batch = report(&desk, Some(SECOND));
    let mails = desk.mails();
    assert_eq!(mails.len(), 2);
    let senders = mails
        .iter()
        .filter(|mail| mail.from.contains("second@csirt.example"));
    assert_eq!(senders.count(), 1);
    let counts = |desk_no| {
        let store = test.store.within(Desks::Only(vec![desk_no]));
        let counted = store.read(|tx| {
            let step = tx.status_step(1)?;
            let rows = tx.status_of_flow()?.rows;
            let told = tx.count_messages(NotificationState::Delivered, 10)?;
            Ok::<_, store::StoreError>((step.findings, rows.accepted, told))
        });
        counted.unwrap()
    };
    let first = test.store.read(|tx| tx.desk_nos()).unwrap()[0];
    assert_eq!((counts(first), counts(second)), ((1, 1, 1), (1, 1, 1)));
    let desk_of = |batch_no| {
        let batch = test.store.read(|tx| tx.batch(batch_no)).unwrap();
        batch.unwrap().desk_no
    };
    assert_eq!(
        (desk_of(first_batch), desk_of(second_batch)),
        (first, second)
    );
}

fn what_one_desk_was_told_is_a_false_alarm_is_told_by_the_other(test: &TestStore) {
    let (desk, second) = two_desks(test);
    report(&desk, None);
    let silenced = test.store.write(|tx| {
        let (_, finding) = tx.findings_from(1, 1)?.remove(0);
        let bakery = tx.party_no("bakery")?.expect("it is registered");
        let query = InboxQuery::whole(bakery, Tlp::Red, desk.flow.clock.now().day());
        let told = tx.inbox_row(&query, finding.finding_no)?;
        let event = AnswerEvent {
            party_no: bakery,
            finding_no: finding.finding_no,
            episode: finding.episode,
            at: desk.flow.clock.now(),
            door: AnswerDoor::Portal,
            actor: "person of a test".into(),
            person_no: None,
            status: Some(AnswerStatus::FalseAlarm),
            until: None,
            patched: None,
            assigned_to: None,
            comment: String::new(),
        };
        tx.add_answer(&event, told.map_or(0, |told| told.version))
    });
    assert!(silenced.unwrap());
    report(&desk, Some(SECOND));
    assert_eq!(desk.mails().len(), 2);
    let store = test.store.within(Desks::Only(vec![second]));
    let told = store.read(|tx| tx.count_messages(NotificationState::Delivered, 10));
    assert_eq!(told.unwrap(), 1);
}

both_engines!(
    the_same_endpoint_at_two_desks_is_two_findings_told_twice_under_each_name,
    what_one_desk_was_told_is_a_false_alarm_is_told_by_the_other,
);
