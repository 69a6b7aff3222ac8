use model::{Language, LegalClass, ReleaseRule};
use store::DeskChange;
use testkit::{TestStore, both_engines, complete_desk, day};

use crate::builders::{read, write};

fn the_first_desk_may_not_send_until_it_is_complete(test: &TestStore) {
    let desk = read(&test.store, |tx| tx.desk_named(None)).unwrap();
    assert_eq!(
        desk.missing(),
        [
            "sender",
            "reply-to",
            "phone",
            "privacy-nl",
            "privacy-en",
            "lawful-basis",
            "time-zone"
        ]
    );
    complete_desk(&test.store);
    let desk = read(&test.store, |tx| tx.desk_named(Some("desk"))).unwrap();
    assert!(desk.missing().is_empty());
    assert_eq!(desk.sender.unwrap().as_str(), "desk@csirt.example");
    assert_eq!(read(&test.store, |tx| tx.desk_named(Some("another"))), None);
}

fn a_change_leaves_what_it_does_not_name(test: &TestStore) {
    complete_desk(&test.store);
    let desk = read(&test.store, |tx| tx.desk_named(None)).unwrap();
    let change = DeskChange {
        name: Some("csirt".into()),
        alert_rule: Some(ReleaseRule::Hold),
        language: Some(Language::En),
        ..DeskChange::default()
    };
    let changed = write(&test.store, |tx| tx.change_desk(desk.clone(), &change));
    assert_eq!(
        read(&test.store, |tx| tx.desk_named(Some("csirt"))).as_ref(),
        Some(&changed)
    );
    assert_eq!(
        (changed.phone, changed.time_zone),
        (desk.phone, desk.time_zone)
    );
}

fn the_latest_basis_of_a_legal_class_holds(test: &TestStore) {
    let desk_no = read(&test.store, |tx| tx.desk_named(None)).unwrap().desk_no;
    write(&test.store, |tx| {
        tx.set_desk_basis(desk_no, LegalClass::Vital, day("2026-01-01"), "old")?;
        tx.set_desk_basis(desk_no, LegalClass::Vital, day("2026-06-01"), "new")?;
        tx.set_desk_basis(desk_no, LegalClass::Vital, day("2027-01-01"), "later")?;
        tx.set_desk_basis(desk_no, LegalClass::Essential, day("2026-06-01"), "nis2")
    });
    let bases = |on| read(&test.store, |tx| tx.desk_bases(desk_no, day(on)));
    assert_eq!(bases("2025-12-31"), []);
    assert_eq!(bases("2026-02-01"), [(LegalClass::Vital, "old".into())]);
    assert_eq!(
        bases("2026-06-01"),
        [
            (LegalClass::Vital, "new".into()),
            (LegalClass::Essential, "nis2".into())
        ]
    );
}

fn mappings_are_saved_under_their_names(test: &TestStore) {
    write(&test.store, |tx| {
        tx.save_mapping("b", "one")?;
        tx.save_mapping("a", "two")?;
        tx.save_mapping("b", "three")
    });
    assert_eq!(read(&test.store, |tx| tx.mapping_names()), ["a", "b"]);
    assert_eq!(
        read(&test.store, |tx| tx.mapping("b")),
        Some("three".into())
    );
    assert_eq!(read(&test.store, |tx| tx.mapping("c")), None);
}

fn distribution_is_paused_with_a_reason_and_resumed(test: &TestStore) {
    write(&test.store, |tx| {
        tx.set_paused(Some((testkit::now(), "wrong text")))
    });
    let paused = read(&test.store, |tx| tx.installation()).paused;
    assert_eq!(paused, Some((testkit::now(), "wrong text".into())));
    write(&test.store, |tx| tx.set_paused(None));
    assert_eq!(read(&test.store, |tx| tx.installation()).paused, None);
}

both_engines!(
    the_first_desk_may_not_send_until_it_is_complete,
    a_change_leaves_what_it_does_not_name,
    the_latest_basis_of_a_legal_class_holds,
    mappings_are_saved_under_their_names,
    distribution_is_paused_with_a_reason_and_resumed,
);
