//! On what basis a message was sent: that of the desk for the legal class of its recipient, as both were when it was decided.

use model::LegalClass;
use pipeline::upkeep::classes::begin;
use testkit::{Desk, RegisterBuilder, TestStore, both_engines, day, days_later};

use crate::checks::rdp_on;

fn register(class: LegalClass) -> RegisterBuilder {
    let mut register = RegisterBuilder::new()
        .organisation("hospital")
        .organisation("bakery")
        .asset("hospital", "prefix", "192.0.2.0/28")
        .asset("bakery", "prefix", "198.51.100.0/28");
    register.organisations[0].legal_class = class;
    register
}

/// Recipient and basis of each message, in the order in which they were made.
fn bases(desk: &Desk) -> Vec<(i64, String)> {
    let mut bases = Vec::new();
    let read = desk.flow.store.read(|tx| {
        bases.clear();
        tx.each_notification(|found| {
            let made = (found.notification_no, found.key.recipient_no);
            bases.push((made, found.lawful_basis));
            Ok(())
        })
    });
    read.unwrap();
    bases.sort_unstable();
    bases
        .into_iter()
        .map(|((_, recipient_no), basis)| (recipient_no, basis))
        .collect()
}

fn each_message_keeps_the_basis_of_the_class_and_the_day_on_which_it_was_decided(test: &TestStore) {
    let mut desk = Desk::of(test);
    let (today, tomorrow) = (days_later(0).day(), days_later(1).day());
    desk.flow
        .store
        .write(|tx| {
            let desk_no = tx.desks()?[0].desk_no;
            tx.set_desk_basis(desk_no, LegalClass::Vital, day("2020-01-01"), "the old law")?;
            tx.set_desk_basis(desk_no, LegalClass::Vital, tomorrow, "the new law")?;
            tx.set_desk_basis(desk_no, LegalClass::Essential, today, "the other law")
        })
        .unwrap();
    desk.import(&register(LegalClass::Vital));
    desk.report(&rdp_on(0, &["192.0.2.1", "198.51.100.1"]));
    desk.work();
    // The law changes overnight.
    desk.at(days_later(1));
    desk.report(&rdp_on(1, &["192.0.2.2", "198.51.100.2"]));
    desk.work();
    // And in the middle of the next day the hospital becomes an essential entity.
    desk.at(days_later(2));
    desk.import(&register(LegalClass::Essential));
    desk.report(&rdp_on(2, &["192.0.2.3"]));
    desk.work();

    let all = bases(&desk);
    let of = |reference: &str| {
        let party_no = desk.flow.store.read(|tx| tx.party_no(reference));
        let party_no = party_no.unwrap().unwrap();
        let own = all
            .iter()
            .filter(|(recipient_no, _)| *recipient_no == party_no);
        own.map(|(_, basis)| basis.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        of("hospital"),
        ["the old law", "the new law", "the other law"]
    );
    let usual = desk.flow.store.read(|tx| tx.desks()).unwrap().remove(0);
    let usual = usual.lawful_basis.unwrap();
    assert_eq!(of("bakery"), [&*usual, &*usual], "no basis of its own");
}

fn a_class_that_was_entered_before_begins_on_its_day_by_itself(test: &TestStore) {
    let mut desk = Desk::of(test);
    let on = |days: i64| days_later(days).day();
    let party_no = {
        desk.import(&register(LegalClass::OtherBusiness));
        let party_no = desk.flow.store.read(|tx| tx.party_no("hospital"));
        party_no.unwrap().unwrap()
    };
    let enter = |desk: &Desk, change, now| {
        let source = ("a letter of 1 June", "person 1");
        let entered = desk
            .flow
            .store
            .write(|tx| tx.enter_legal_class(party_no, change, source, now));
        entered.unwrap();
    };
    desk.flow
        .store
        .write(|tx| {
            let desk_no = tx.desks()?[0].desk_no;
            tx.set_desk_basis(desk_no, LegalClass::Vital, day("2020-01-01"), "the law")
        })
        .unwrap();
    enter(&desk, (on(2), LegalClass::Vital), days_later(0));
    enter(&desk, (on(4), LegalClass::NaturalPerson), days_later(0));
    for days in [1, 2] {
        desk.at(days_later(days));
        assert_eq!(begin(&desk.flow).unwrap(), usize::from(days == 2));
        desk.report(&rdp_on(
            days,
            &[["192.0.2.1", "192.0.2.2"][usize::from(days == 2)]],
        ));
        desk.work();
    }
    let before = bases(&desk);
    assert_eq!(before.len(), 2);
    assert_ne!(before[0].1, "the law");
    assert_eq!(before[1].1, "the law");

    // What is seen on the day on which the owner is a natural person is not told to it, and what was told stays as it is: also
    // when it turns out that the class of that day was another one.
    desk.at(days_later(4));
    assert_eq!(begin(&desk.flow).unwrap(), 1);
    assert_eq!(begin(&desk.flow).unwrap(), 0);
    desk.report(&rdp_on(4, &["192.0.2.3"]));
    desk.work();
    enter(&desk, (on(2), LegalClass::Important), days_later(4));
    desk.work();
    assert_eq!(bases(&desk), before);
}

both_engines!(
    each_message_keeps_the_basis_of_the_class_and_the_day_on_which_it_was_decided,
    a_class_that_was_entered_before_begins_on_its_day_by_itself,
);
