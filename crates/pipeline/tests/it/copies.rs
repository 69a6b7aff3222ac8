//! Copies for relays: when they come, what they say, and what they leave as it is.

use model::{AnswerDoor, AnswerStatus, Day, RsitClass, RsitClassSet, Severity, Timestamp, Tlp};
use pipeline::gather::GatherOptions;
use store::{AnswerEvent, InboxQuery, RelayTerms};
use testkit::{Desk, Received, RegisterBuilder, TestStore, both_engines, days_later, now};

use crate::checks::{hold_alerts, queued, rdp, rdp_on, told};

/// Two people of the desk.
const WRITER: i64 = 1;
const OTHER: i64 = 2;

fn terms(from: Day) -> RelayTerms {
    RelayTerms {
        document: "ZC-2026-1".to_owned(),
        from,
        until: None,
        review_on: from.plus_days(365),
        classes: RsitClassSet::ALL,
        severity_min: Severity::Info,
        may_forward: false,
        feedback: "a call each month".to_owned(),
    }
}

fn desk_of_hospital(test: &TestStore) -> Desk {
    let desk = Desk::of(test);
    let register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("cert")
        .asset("hospital", "prefix", "192.0.2.0/24");
    desk.import(&register);
    desk
}

/// Writes and confirms an agreement with the relay, for the hospital.
fn agree(desk: &Desk, terms: &RelayTerms, at: Timestamp) {
    let done = desk.flow.store.write(|tx| {
        let (relay_no, party_no) = numbers(tx)?;
        tx.put_relay_terms(relay_no, terms, WRITER, at)?;
        let consent = (at.day(), "a letter of the board");
        tx.add_relay_link((relay_no, party_no), consent, WRITER, at)?;
        assert!(!tx.confirm_relay_agreement(relay_no, WRITER, at)?);
        assert!(tx.confirm_relay_links(relay_no, WRITER, at)?.is_empty());
        tx.confirm_relay_agreement(relay_no, OTHER, at)?;
        tx.confirm_relay_links(relay_no, OTHER, at)?;
        tx.announce_register(at)
    });
    done.unwrap();
    desk.work();
}

fn numbers(tx: &mut store::Tx<'_>) -> Result<(i64, i64), store::StoreError> {
    let relay_no = tx.party_no("cert")?.unwrap();
    Ok((relay_no, tx.party_no("hospital")?.unwrap()))
}

fn end(desk: &Desk, end: impl Fn(&mut store::Tx<'_>, (i64, i64)) -> bool) {
    let done = desk.flow.store.write(|tx| {
        let numbers = numbers(tx)?;
        assert!(end(tx, numbers));
        tx.announce_register(now())
    });
    done.unwrap();
    desk.work();
}

fn copies(desk: &Desk) -> Vec<Received> {
    let mut mails = desk.mails();
    mails.retain(|mail| mail.body.contains("Dit is een kopie van een bericht"));
    mails
}

fn copies_begin_with_the_agreement_and_end_with_it(test: &TestStore) {
    let desk = desk_of_hospital(test);
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    assert_eq!(told(&desk), "hospital 1");
    agree(&desk, &terms(now().day()), now());
    // What is open is copied too, once.
    assert_eq!(told(&desk), "cert 1, hospital 1");
    desk.report(&rdp(&["192.0.2.10", "192.0.2.11"]));
    desk.work();
    assert_eq!(told(&desk), "cert 2, hospital 2");
    end(&desk, |tx, link| tx.end_relay_link(link, now()).unwrap());
    desk.report(&rdp(&["192.0.2.12"]));
    desk.work();
    assert_eq!(told(&desk), "cert 2, hospital 3");
    assert_eq!(queued(&desk), "");
    assert_eq!(copies(&desk).len(), 2);
    for checked in test.store.check(false, |_| {}).unwrap() {
        assert_eq!(checked.wrong, 0, "{checked:?}");
    }
}

fn a_copy_names_the_organisation_and_its_system_and_asks_the_relay_for_no_solution(
    test: &TestStore,
) {
    let desk = desk_of_hospital(test);
    agree(&desk, &terms(now().day()), now());
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    let copies = copies(&desk);
    let [copy] = &copies[..] else {
        panic!("{} copies", copies.len());
    };
    assert!(copy.subject.contains("TLP:AMBER"), "{}", copy.subject);
    for text in [
        "hospital (name). Die organisatie krijgt het bericht zelf ook.",
        "Organisatie: hospital (name)",
        "192.0.2.10",
        "Geef deze kopie niet door buiten uw organisatie.",
    ] {
        let body = copy.body.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(body.contains(text), "{text}\n{}", copy.body);
    }
    for text in ["TEKST OM DOOR TE STUREN", "OPGELOST", "192.0.2.0/24"] {
        assert!(!copy.body.contains(text), "{text}\n{}", copy.body);
    }
}

fn what_must_stay_within_the_organisation_is_told_to_it_alone(test: &TestStore) {
    let desk = desk_of_hospital(test);
    agree(&desk, &terms(now().day()), now());
    let options = GatherOptions {
        tlp: Some(Tlp::AmberStrict),
        ..GatherOptions::default()
    };
    desk.report_as(&rdp(&["192.0.2.10"]), &options);
    desk.work();
    assert_eq!(
        (told(&desk), queued(&desk)),
        ("hospital 1".into(), String::new())
    );
}

fn classes_and_severities_of_the_agreement_hold(test: &TestStore) {
    let desk = desk_of_hospital(test);
    let narrow = RelayTerms {
        classes: RsitClassSet::from_iter([RsitClass::Intrusions]),
        ..terms(now().day())
    };
    agree(&desk, &narrow, now());
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    assert_eq!(told(&desk), "hospital 1");
    // A wider agreement brings what is open.
    agree_again(&desk, &terms(now().day()));
    assert_eq!(told(&desk), "cert 1, hospital 1");
}

/// Changes what is agreed; nothing is copied before another person confirms it.
fn agree_again(desk: &Desk, terms: &RelayTerms) {
    for confirms in [false, true] {
        let done = desk.flow.store.write(|tx| {
            let (relay_no, _) = numbers(tx)?;
            match confirms {
                false => tx.put_relay_terms(relay_no, terms, WRITER, now())?,
                true => assert!(tx.confirm_relay_agreement(relay_no, OTHER, now())?),
            }
            tx.announce_register(now())
        });
        done.unwrap();
        desk.work();
        if !confirms {
            assert_eq!(told(desk), "hospital 1");
        }
    }
}

fn a_copy_that_waits_is_taken_back_when_the_agreement_ends(test: &TestStore) {
    let desk = desk_of_hospital(test);
    hold_alerts(&desk);
    agree(&desk, &terms(now().day()), now());
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    assert_eq!(told(&desk), "cert 1, hospital 1");
    end(&desk, |tx, (relay_no, _)| {
        tx.end_relay_agreement(relay_no, now()).unwrap()
    });
    assert_eq!(told(&desk), "hospital 1");
}

fn an_agreement_that_begins_later_brings_copies_on_its_first_day(test: &TestStore) {
    let mut desk = desk_of_hospital(test);
    let first = days_later(3);
    agree(&desk, &terms(first.day()), now());
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    assert_eq!(told(&desk), "hospital 1");
    assert_eq!(pipeline::upkeep::copies::begin(&desk.flow).unwrap(), 0);
    desk.at(first);
    assert_eq!(pipeline::upkeep::copies::begin(&desk.flow).unwrap(), 1);
    desk.work();
    assert_eq!(told(&desk), "cert 1, hospital 1");
    assert_eq!(pipeline::upkeep::copies::begin(&desk.flow).unwrap(), 0);
}

fn a_copy_follows_what_its_owner_is_told(test: &TestStore) {
    let mut desk = desk_of_hospital(test);
    agree(&desk, &terms(now().day()), now());
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    assert_eq!(copies(&desk).len(), 1);
    // The risk is accepted: the owner is left in peace, and so is the relay.
    answer(
        &desk,
        AnswerStatus::RiskAccepted,
        Some(days_later(30).day()),
    );
    for (days, want) in [(8, 1), (15, 1), (31, 2)] {
        desk.at(days_later(days));
        desk.report(&rdp_on(days, &["192.0.2.10"]));
        desk.work();
        assert_eq!(copies(&desk).len(), want, "after {days} days");
    }
}

fn what_its_owner_settled_before_the_agreement_is_not_copied(test: &TestStore) {
    let desk = desk_of_hospital(test);
    desk.report(&rdp(&["192.0.2.10"]));
    desk.work();
    answer(&desk, AnswerStatus::Solved, None);
    agree(&desk, &terms(now().day()), now());
    assert_eq!(told(&desk), "hospital 1");
}

/// The hospital answers about the only finding.
fn answer(desk: &Desk, status: AnswerStatus, until: Option<Day>) {
    let done = desk.flow.store.write(|tx| {
        let (_, finding) = tx.findings_from(0, 1)?.remove(0);
        let (_, party_no) = numbers(tx)?;
        let query = InboxQuery::whole(party_no, Tlp::Red, now().day());
        let told = tx.inbox_row(&query, finding.finding_no)?;
        let event = AnswerEvent {
            party_no,
            finding_no: finding.finding_no,
            episode: finding.episode,
            at: now(),
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

both_engines!(
    copies_begin_with_the_agreement_and_end_with_it,
    a_copy_names_the_organisation_and_its_system_and_asks_the_relay_for_no_solution,
    what_must_stay_within_the_organisation_is_told_to_it_alone,
    classes_and_severities_of_the_agreement_hold,
    a_copy_that_waits_is_taken_back_when_the_agreement_ends,
    an_agreement_that_begins_later_brings_copies_on_its_first_day,
    a_copy_follows_what_its_owner_is_told,
    what_its_owner_settled_before_the_agreement_is_not_copied,
);
