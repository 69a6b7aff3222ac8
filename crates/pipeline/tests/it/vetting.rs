//! What a source delivers waits until somebody has vetted it; what a stopped one delivers is refused (requirements GA-02, GA-03).

use message::{Decider, Retried, Unheld, release_held};
use model::{PartyRole, StatisticsRegime, Tlp};
use pipeline::gather::{GatherOptions, Outcome, Taken};
use rules::source::{HELD_BYTES_MAX, HELD_DELIVERIES_MAX};
use store::{Batch, BatchState, NewBatch, SourceAgreement};
use testkit::{Desk, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::checks::{rdp, rdp_on, told};

/// A desk with an organisation, and a source that somebody proposed; its number.
fn proposed(test: &TestStore, agreed: &SourceAgreement) -> (Desk, i64) {
    let desk = Desk::of(test);
    desk.import(&RegisterBuilder::new().organisation("bakery").asset(
        "bakery",
        "prefix",
        "192.0.2.0/24",
    ));
    let source_no = test.store.write(|tx| {
        let source_no = tx.ensure_party("researcher", "Researcher", PartyRole::Source, now())?;
        tx.propose_source(source_no, agreed, Some(1), now())?;
        store::Result::Ok(source_no)
    });
    (desk, source_no.unwrap())
}

fn deliver(desk: &Desk, days: i64, address: &str) -> Taken {
    let report = rdp_on(days, &[address]);
    let options = GatherOptions {
        source: "researcher".to_owned(),
        ..GatherOptions::default()
    };
    let taken = desk.gather_as(&report.file_name(), report.text(), &options);
    taken.into_iter().next().unwrap()
}

#[track_caller]
fn batch_of(taken: &Taken) -> i64 {
    match &taken.outcome {
        Outcome::Batch { batch_no, .. } => *batch_no,
        other => panic!("it was not taken in: {other:?}"),
    }
}

#[track_caller]
fn check_refused(taken: &Taken, want: &str) {
    match &taken.outcome {
        Outcome::Refused { reason } => assert!(reason.contains(want), "{reason}"),
        other => panic!("it was not refused: {other:?}"),
    }
}

/// Vets the source; what became of what waited. Nothing where it was not proposed.
fn vet(desk: &Desk, source_no: i64) -> Option<Unheld> {
    let now = desk.flow.clock.now();
    let vetted = desk.flow.store.write(|tx| {
        if !tx.vet_source(source_no, 2, now)? {
            return Ok(None);
        }
        release_held(tx, source_no, now).map(Some)
    });
    vetted.unwrap()
}

/// This many deliveries are read.
fn all_read(read: usize) -> Option<Unheld> {
    Some(Unheld { read, refused: 0 })
}

fn agree(test: &TestStore, source_no: i64, agreed: &SourceAgreement) {
    let changed = test
        .store
        .write(|tx| tx.change_source_agreement(source_no, agreed, Some(1)));
    changed.unwrap();
}

fn batch(test: &TestStore, batch_no: i64) -> Batch {
    let found = test.store.read(|tx| tx.batch(batch_no)).unwrap();
    found.unwrap()
}

fn retry(desk: &Desk, batch_no: i64) -> Retried {
    let decider = Decider {
        now: desk.flow.clock.now(),
        name: "an analyst",
    };
    let retried = desk.flow.store.write(|tx| decider.retry(tx, batch_no));
    retried.unwrap()
}

fn nothing_is_told_before_somebody_vets_the_source_and_nothing_is_lost_until_then(
    test: &TestStore,
) {
    let (desk, source_no) = proposed(test, &SourceAgreement::default());
    let first = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    let second = batch_of(&deliver(&desk, 0, "192.0.2.2"));
    desk.work();
    let status = desk.status();
    assert_eq!((status.findings, status.rows.rows_read), (0, 0));
    assert_eq!(status.batches, [0, 0, 0, 2]);
    assert_eq!(told(&desk), "");
    assert_eq!(desk.mails().len(), 0);
    let state = |batch_no| {
        let batch = test.store.read(|tx| tx.batch(batch_no)).unwrap();
        batch.unwrap().state
    };
    assert_eq!(state(first), BatchState::Waiting);
    let again = deliver(&desk, 0, "192.0.2.1");
    assert!(
        matches!(again.outcome, Outcome::Duplicate { .. }),
        "{again:?}"
    );
    // What others deliver does not wait for it.
    desk.report(&rdp(&["192.0.2.9"]));
    desk.work();
    assert_eq!(told(&desk), "bakery 1");
    assert_eq!(vet(&desk, source_no), all_read(2));
    desk.work();
    assert_eq!([state(first), state(second)], [BatchState::Closed; 2]);
    assert_eq!(told(&desk), "bakery 3");
    // From now on it is read at once.
    deliver(&desk, 0, "192.0.2.3");
    desk.work();
    assert_eq!(told(&desk), "bakery 4");
    assert_eq!(vet(&desk, source_no), None, "it is vetted once");
}

fn a_stopped_source_is_refused_with_the_reason_and_what_waited_is_kept(test: &TestStore) {
    let (desk, source_no) = proposed(test, &SourceAgreement::default());
    let waiting = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    let stop = || {
        let stopped = test
            .store
            .write(|tx| tx.stop_source(source_no, "no answer to our letters", now()));
        stopped.unwrap()
    };
    assert!(stop());
    assert!(!stop(), "it is stopped once");
    check_refused(&deliver(&desk, 0, "192.0.2.2"), "no answer to our letters");
    assert_eq!(vet(&desk, source_no), None, "it must be proposed again");
    desk.work();
    assert_eq!(told(&desk), "");
    let again = test
        .store
        .write(|tx| tx.propose_source_again(source_no, None, now()));
    assert!(again.unwrap());
    batch_of(&deliver(&desk, 0, "192.0.2.2"));
    assert_eq!(vet(&desk, source_no), all_read(2));
    desk.work();
    assert_eq!(batch(test, waiting).state, BatchState::Closed);
    assert_eq!(told(&desk), "bakery 2");
}

fn a_source_without_terms_is_read_until_somebody_stops_it(test: &TestStore) {
    let (desk, _) = proposed(test, &SourceAgreement::default());
    desk.report(&rdp(&["192.0.2.1"]));
    let stopped = test.store.write(|tx| {
        let source_no = tx.party_no("shadowserver")?.unwrap();
        tx.stop_source(source_no, "it sends something else", now())
    });
    assert!(stopped.unwrap());
    let report = rdp(&["192.0.2.2"]);
    let taken = desk.gather(&report.file_name(), report.text());
    check_refused(&taken[0], "it sends something else");
    desk.work();
    assert_eq!(told(&desk), "bakery 1", "what came before is read");
}

fn after_the_last_day_of_the_agreement_and_of_another_type_nothing_is_taken(test: &TestStore) {
    let agreed = SourceAgreement {
        until: Some(now().day()),
        report_types: vec!["scan_rdp".to_owned(), "scan_vnc".to_owned()],
        tlp: Tlp::Green,
        ..SourceAgreement::default()
    };
    let (mut desk, source_no) = proposed(test, &agreed);
    let kept = test.store.read(|tx| tx.source_terms(source_no)).unwrap();
    assert_eq!(kept.agreement, agreed);
    vet(&desk, source_no);
    let batch_no = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    let batch = test.store.read(|tx| tx.batch(batch_no)).unwrap().unwrap();
    assert_eq!(batch.tlp, Tlp::Green);
    desk.at(days_later(1));
    check_refused(&deliver(&desk, 1, "192.0.2.1"), "held until 2026-");
    let other = SourceAgreement {
        until: None,
        report_types: vec!["scan_vnc".to_owned()],
        ..agreed
    };
    agree(test, source_no, &other);
    check_refused(&deliver(&desk, 1, "192.0.2.1"), "may deliver scan_vnc");
    let looked_at = test
        .store
        .read(|tx| tx.count_sources_to_look_at(now().day()));
    assert_eq!(looked_at.unwrap(), (0, 0));
    agree(test, source_no, &agreed_until(now().day()));
    let looked_at = test
        .store
        .read(|tx| tx.count_sources_to_look_at(now().day()));
    assert_eq!(looked_at.unwrap(), (0, 1));
}

fn agreed_until(day: model::Day) -> SourceAgreement {
    SourceAgreement {
        until: Some(day),
        ..SourceAgreement::default()
    }
}

fn a_source_that_nobody_vetted_does_not_fill_the_disk(test: &TestStore) {
    let (desk, source_no) = proposed(test, &SourceAgreement::default());
    let first = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    // As many as may wait, with the bytes of the first.
    let filled = test.store.write(|tx| {
        let kept = tx.batch(first)?.unwrap();
        for count in 1..HELD_DELIVERIES_MAX {
            let mut digest = [0; 32];
            digest[..8].copy_from_slice(&count.to_be_bytes());
            let new = NewBatch {
                desk_no: kept.desk_no,
                source_no,
                name: &kept.name,
                report_type: &kept.report_type,
                tlp: kept.tlp,
                statistics_regime: StatisticsRegime::Full,
                digest,
                blob: &kept.blob,
                blob_bytes: kept.blob_bytes,
                received_at: now(),
            };
            let batch_no = tx.add_batch(&new)?;
            tx.hold_batch(source_no, (batch_no, true), now())?;
        }
        store::Result::Ok(())
    });
    filled.unwrap();
    let held = test.store.read(|tx| tx.held_deliveries(source_no));
    assert_eq!(held.unwrap(), HELD_DELIVERIES_MAX);
    let taken = deliver(&desk, 0, "192.0.2.2");
    match &taken.outcome {
        Outcome::Later { reason } => assert!(reason.contains("vetted"), "{reason}"),
        other => panic!("it was taken in: {other:?}"),
    }
}

fn what_waited_is_read_under_what_was_vetted_and_not_under_what_was_proposed(test: &TestStore) {
    let open = SourceAgreement {
        tlp: Tlp::Clear,
        ..SourceAgreement::default()
    };
    let (desk, source_no) = proposed(test, &open);
    let unmarked = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    let report = rdp(&["192.0.2.2"]);
    let options = GatherOptions {
        source: "researcher".to_owned(),
        tlp: Some(Tlp::Green),
        ..GatherOptions::default()
    };
    let taken = desk.gather_as(&report.file_name(), report.text(), &options);
    let marked = batch_of(&taken[0]);
    agree(test, source_no, &SourceAgreement::default());
    assert_eq!(vet(&desk, source_no), all_read(2));
    let marking = |batch_no| batch(test, batch_no).tlp;
    assert_eq!(
        marking(unmarked),
        Tlp::Amber,
        "what was corrected holds for what waits too"
    );
    assert_eq!(marking(marked), Tlp::Green, "its sender said so");
}

fn what_waited_of_a_type_that_is_not_agreed_is_not_read_until_it_is(test: &TestStore) {
    let (desk, source_no) = proposed(test, &SourceAgreement::default());
    let waiting = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    let other = SourceAgreement {
        report_types: vec!["scan_vnc".to_owned()],
        ..SourceAgreement::default()
    };
    agree(test, source_no, &other);
    let refused = Unheld {
        read: 0,
        refused: 1,
    };
    assert_eq!(vet(&desk, source_no), Some(refused));
    desk.work();
    assert_eq!(told(&desk), "");
    assert_eq!(batch(test, waiting).state, BatchState::Failed);
    let notices = test.store.read(|tx| tx.notices(waiting)).unwrap();
    assert!(
        notices.iter().any(|it| it.text.contains("allow this type")),
        "{notices:?}"
    );
    assert_eq!(retry(&desk, waiting), Retried::NotAgreed);
    agree(test, source_no, &SourceAgreement::default());
    let stop = |reason| {
        test.store
            .write(|tx| tx.stop_source(source_no, reason, now()))
    };
    assert!(stop("no answer to our letters").unwrap());
    assert_eq!(
        retry(&desk, waiting),
        Retried::NotAgreed,
        "nothing of a stopped source is read again"
    );
    let again = test
        .store
        .write(|tx| tx.propose_source_again(source_no, None, now()));
    assert!(again.unwrap());
    assert_eq!(
        retry(&desk, waiting),
        Retried::NotAgreed,
        "it is not vetted"
    );
    assert_eq!(vet(&desk, source_no), all_read(0));
    assert_eq!(retry(&desk, waiting), Retried::Again);
    desk.work();
    assert_eq!(told(&desk), "bakery 1");
}

fn what_waited_too_long_is_not_told_as_if_it_were_fresh(test: &TestStore) {
    let (mut desk, source_no) = proposed(test, &SourceAgreement::default());
    let waiting = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    desk.at(days_later(60));
    assert_eq!(vet(&desk, source_no), all_read(1));
    desk.work();
    assert_eq!(told(&desk), "");
    let read = batch(test, waiting);
    assert_eq!(
        (read.state, read.counts.rows_read, read.counts.accepted),
        (BatchState::Closed, 1, 0)
    );
    assert_eq!(
        read.received_at,
        now(),
        "figures of delay are about when it came"
    );
}

fn a_source_that_nobody_vetted_holds_so_many_bytes_and_no_more(test: &TestStore) {
    let (desk, source_no) = proposed(test, &SourceAgreement::default());
    let first = batch_of(&deliver(&desk, 0, "192.0.2.1"));
    let kept = batch(test, first);
    let filled = test.store.write(|tx| {
        let new = NewBatch {
            desk_no: kept.desk_no,
            source_no,
            name: &kept.name,
            report_type: &kept.report_type,
            tlp: kept.tlp,
            statistics_regime: StatisticsRegime::Full,
            digest: [7; 32],
            blob: &kept.blob,
            blob_bytes: HELD_BYTES_MAX as u64,
            received_at: now(),
        };
        let batch_no = tx.add_batch(&new)?;
        tx.hold_batch(source_no, (batch_no, true), now())
    });
    filled.unwrap();
    let taken = deliver(&desk, 0, "192.0.2.2");
    match &taken.outcome {
        Outcome::Later { reason } => assert!(reason.contains("bytes"), "{reason}"),
        other => panic!("it was taken in: {other:?}"),
    }
}

fn a_program_does_not_take_the_place_of_who_proposed_or_changed_a_source(test: &TestStore) {
    let (_, source_no) = proposed(test, &SourceAgreement::default());
    let terms = || test.store.read(|tx| tx.source_terms(source_no)).unwrap();
    let makers = || (terms().proposed_by, terms().changed_by);
    assert_eq!(makers(), (Some(1), None));
    let change = |person_no| {
        let agreed = SourceAgreement::default();
        let changed = test
            .store
            .write(|tx| tx.change_source_agreement(source_no, &agreed, person_no));
        changed.unwrap();
    };
    change(Some(3));
    change(None);
    assert_eq!(makers(), (Some(1), Some(3)));
    let again = |person_no| {
        let proposed = test.store.write(|tx| {
            tx.stop_source(source_no, "no answer to our letters", now())?;
            tx.propose_source_again(source_no, person_no, now())
        });
        assert!(proposed.unwrap());
    };
    again(None);
    assert_eq!(makers(), (Some(1), Some(3)));
    again(Some(4));
    assert_eq!(
        makers(),
        (Some(4), None),
        "who proposes stands for all of it"
    );
}

both_engines!(
    what_waited_is_read_under_what_was_vetted_and_not_under_what_was_proposed,
    what_waited_of_a_type_that_is_not_agreed_is_not_read_until_it_is,
    what_waited_too_long_is_not_told_as_if_it_were_fresh,
    a_source_that_nobody_vetted_holds_so_many_bytes_and_no_more,
    a_program_does_not_take_the_place_of_who_proposed_or_changed_a_source,
    nothing_is_told_before_somebody_vets_the_source_and_nothing_is_lost_until_then,
    a_stopped_source_is_refused_with_the_reason_and_what_waited_is_kept,
    a_source_without_terms_is_read_until_somebody_stops_it,
    after_the_last_day_of_the_agreement_and_of_another_type_nothing_is_taken,
    a_source_that_nobody_vetted_does_not_fill_the_disk,
);
