//! What sources deliver, as everybody may know it.

use testkit::{Desk, Report, TestStore, both_engines, days_later, now};

fn report(kind: &str, address: &str) -> Report {
    Report::new(kind).row(&[("ip", address), ("port", "3389"), ("protocol", "tcp")])
}

fn each_type_of_a_source_has_its_last_delivery(test: &TestStore) {
    let mut desk = Desk::of(test);
    desk.report(&report("scan_rdp", "192.0.2.1"));
    desk.report(&report("scan_vnc", "192.0.2.1"));
    desk.at(days_later(1));
    desk.report(&report("scan_rdp", "192.0.2.2"));
    let sources = test.store.read(|tx| tx.coverage_sources()).unwrap();
    let [source] = &sources[..] else {
        panic!("{sources:?}");
    };
    let types: Vec<_> = source
        .types
        .iter()
        .map(|delivered| (&*delivered.report_type, delivered.last_at))
        .collect();
    assert_eq!(
        types,
        [("scan_rdp", days_later(1)), ("scan_vnc", days_later(0))]
    );
    assert_eq!(source.name, None);
}

fn a_source_has_a_name_for_others_while_somebody_says_so(test: &TestStore) {
    let desk = Desk::of(test);
    desk.report(&report("scan_rdp", "192.0.2.1"));
    let source_no = test.store.read(|tx| tx.sources()).unwrap()[0].party_no;
    for may_be_named in [true, true, false] {
        test.store
            .write(|tx| tx.name_source(source_no, may_be_named, now()))
            .unwrap();
        let sources = test.store.read(|tx| tx.coverage_sources()).unwrap();
        assert_eq!(sources[0].name.is_some(), may_be_named);
        let is_named = test.store.read(|tx| tx.source_is_named(source_no));
        assert_eq!(is_named.unwrap(), may_be_named);
    }
}

both_engines!(
    each_type_of_a_source_has_its_last_delivery,
    a_source_has_a_name_for_others_while_somebody_says_so,
);
