use model::register::OrganisationRow;
use model::{ClassHistory, Day, LegalClass, PartyRole};
use testkit::{RegisterBuilder, TestStore, both_engines, day, days_later};

use crate::builders::{now, read, write};

const SOURCE: (&str, &str) = ("a letter of 1 June", "person 1");

/// A register of these organisations, of whose class the file says nothing.
fn silent(references: &[&str]) -> RegisterBuilder {
    references
        .iter()
        .fold(RegisterBuilder::new(), |register, reference| {
            register.organisation_without_contact(reference, LegalClass::Unknown)
        })
}

fn party_no(test: &TestStore, reference: &str) -> i64 {
    read(&test.store, |tx| tx.party_no(reference)).unwrap()
}

fn class_on(test: &TestStore, reference: &str, day: Day) -> LegalClass {
    let party_no = party_no(test, reference);
    read(&test.store, |tx| tx.legal_class_on(party_no, day))
}

/// Many ways of asking, one answer: that of [`ClassHistory::on`].
fn whoever_asks_for_the_class_of_a_day_is_told_the_same(test: &TestStore) {
    use LegalClass::{Essential, Important, NaturalPerson, Vital};
    let histories: &[(&str, &[(i64, LegalClass)])] = &[
        ("silent", &[]),
        ("one", &[(0, Vital)]),
        ("later", &[(3, Essential)]),
        ("many", &[(2, Important), (-2, Vital), (4, NaturalPerson)]),
        ("corrected", &[(1, Vital), (1, Essential), (0, Important)]),
    ];
    let names: Vec<&str> = histories.iter().map(|(name, _)| *name).collect();
    silent(&names).import(&test.store, now());
    for (name, entries) in histories {
        let party_no = party_no(test, name);
        for (days, class) in *entries {
            let change = (days_later(*days).day(), *class);
            write(&test.store, |tx| {
                tx.enter_legal_class(party_no, change, SOURCE, now())
            });
        }
    }
    let mut kept = Vec::new();
    read(&test.store, |tx| {
        tx.each_class_history(|party_no, history| kept.push((party_no, history)))
    });
    for days in -3..6 {
        let today = days_later(days).day();
        let mut exported: Vec<OrganisationRow> = Vec::new();
        read(&test.store, |tx| {
            tx.each_organisation_row(today, |row| exported.push(row))
        });
        for ((name, entries), row) in histories.iter().zip(exported) {
            let entries = entries
                .iter()
                .map(|(days, class)| (days_later(*days).day(), *class));
            let want = ClassHistory::new(entries).on(today);
            let party_no = party_no(test, name);
            let note = read(&test.store, |tx| {
                tx.party_note(party_no, PartyRole::Recipient, today)
            });
            let of_all = kept.iter().find(|(known, _)| *known == party_no);
            assert_eq!(class_on(test, name, today), want, "{name} {days}");
            assert_eq!(note.unwrap().legal_class, want, "{name} {days}");
            assert_eq!(row.legal_class, want, "{name} {days}");
            let of_all = of_all.map_or(LegalClass::Unknown, |(_, history)| history.on(today));
            assert_eq!(of_all, want, "{name} {days}");
        }
    }
}

fn a_file_gives_a_class_from_today_or_from_its_day_and_leaves_what_it_does_not_say(
    test: &TestStore,
) {
    let file = |class, from: Option<Day>| {
        let mut register = RegisterBuilder::new().organisation_without_contact("bakery", class);
        register.organisations[0].legal_class_from = from;
        register
    };
    let changed = |register: RegisterBuilder, days| {
        let counts = register.import(&test.store, days_later(days));
        counts.added + counts.changed == 1
    };
    let earlier = Some(day("2026-07-01"));
    assert!(changed(file(LegalClass::OtherBusiness, None), 0));
    assert!(!changed(file(LegalClass::Unknown, None), 1));
    assert!(changed(file(LegalClass::Important, earlier), 1));
    assert!(!changed(file(LegalClass::Important, earlier), 2));
    assert!(!changed(file(LegalClass::OtherBusiness, None), 2));
    assert!(changed(file(LegalClass::Essential, None), 3));
    for (on, want) in [
        (day("2026-06-30"), LegalClass::Unknown),
        (day("2026-07-01"), LegalClass::Important),
        (days_later(0).day(), LegalClass::OtherBusiness),
        (days_later(2).day(), LegalClass::OtherBusiness),
        (days_later(3).day(), LegalClass::Essential),
    ] {
        assert_eq!(class_on(test, "bakery", on), want, "{on}");
    }
    let party_no = party_no(test, "bakery");
    let entries = read(&test.store, |tx| tx.legal_classes(party_no));
    assert_eq!(entries.len(), 3);
    assert_eq!(
        (&*entries[0].entered_by, entries[0].entered_at),
        ("import", Some(days_later(3)))
    );
}

fn what_is_entered_says_whether_today_is_another_class_and_begins_on_its_day_once(
    test: &TestStore,
) {
    silent(&["bakery"]).import(&test.store, now());
    let party_no = party_no(test, "bakery");
    let enter = |days, class| {
        let change = (days_later(days).day(), class);
        write(&test.store, |tx| {
            tx.enter_legal_class(party_no, change, SOURCE, now())
        })
    };
    let begun = |days| {
        write(&test.store, |tx| {
            tx.begin_legal_classes(days_later(days).day())
        })
    };
    assert!(enter(-5, LegalClass::OtherBusiness));
    assert!(!enter(-9, LegalClass::Vital), "another one holds since");
    assert!(!enter(2, LegalClass::Essential), "it is still to begin");
    assert!(enter(-5, LegalClass::Important), "it is corrected");
    assert_eq!(begun(1), Vec::<i64>::new());
    assert_eq!(begun(3), [party_no]);
    assert_eq!(begun(3), Vec::<i64>::new());
    let entries = read(&test.store, |tx| tx.legal_classes(party_no));
    let entry = &entries[1];
    assert_eq!(
        (entry.class, &*entry.evidence, &*entry.entered_by),
        (LegalClass::Important, SOURCE.0, SOURCE.1)
    );
}

both_engines!(
    whoever_asks_for_the_class_of_a_day_is_told_the_same,
    a_file_gives_a_class_from_today_or_from_its_day_and_leaves_what_it_does_not_say,
    what_is_entered_says_whether_today_is_another_class_and_begins_on_its_day_once,
);
