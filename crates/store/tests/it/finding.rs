use model::{Severity, Tlp};
use store::{
    FindingEvent, FindingEventKind, FindingKey, FindingRow, MatchRow, NewFinding, ObservationRow,
};
use testkit::{TestStore, both_engines, days_later};

use crate::builders::{
    add_findings, desk_no, finding_key, finding_row, now, observation_key, observation_row, read,
    write,
};

/// A finding with something in every column.
fn full_row() -> FindingRow {
    FindingRow {
        address: Some(vec![192, 0, 2, 1]),
        host: Some("www.bakery.example".into()),
        asn: Some(4_294_967_295),
        last_fingerprint: i64::MIN,
        match_digest: -7,
        ..finding_row(1)
    }
}

fn unmatched<'f>(keys: &'f [FindingKey], rows: &'f [FindingRow]) -> Vec<NewFinding<'f>> {
    let of_both = keys.iter().zip(rows);
    of_both.map(|(key, row)| (key, row, &[][..])).collect()
}

fn findings_are_found_by_key_in_the_order_of_the_question(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let keys: Vec<_> = (0..4u8)
        .map(|number| finding_key(desk_no, &[0x24, number]))
        .collect();
    let rows: Vec<_> = (0..4)
        .map(|number| FindingRow {
            finding_no: number + 1,
            ..full_row()
        })
        .collect();
    write(&test.store, |tx| {
        tx.insert_findings(&[(&keys[0], &rows[0], &[]), (&keys[2], &rows[2], &[])])
    });
    let found = write(&test.store, |tx| {
        tx.findings_by_key(&[&keys[3], &keys[2], &keys[1], &keys[0]])
    });
    assert_eq!(
        found,
        [None, Some(rows[2].clone()), None, Some(rows[0].clone())]
    );
    assert_eq!(write(&test.store, |tx| tx.findings_by_key(&[])), []);
}

fn every_part_of_the_key_tells_findings_apart(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let key = finding_key(desk_no, &[0x24, 1]);
    let mut keys = vec![key.clone(); 5];
    keys[1].desk_no += 1;
    keys[2].threat_no += 1;
    keys[3].endpoint.push(0);
    keys[4].identifier = "CVE-2024-1234".into();
    let rows: Vec<_> = (1..=5).map(finding_row).collect();
    write(&test.store, |tx| {
        tx.insert_findings(&unmatched(&keys, &rows))
    });
    let found = write(&test.store, |tx| {
        tx.findings_by_key(&keys.iter().collect::<Vec<_>>())
    });
    let numbers: Vec<_> = found
        .iter()
        .map(|row| row.as_ref().map(|row| row.finding_no))
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5].map(Some));
}

fn an_update_changes_what_may_change_and_nothing_else(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let keys: Vec<_> = (0..3u8)
        .map(|number| finding_key(desk_no, &[0x24, number]))
        .collect();
    let rows: Vec<_> = (1..=3).map(finding_row).collect();
    write(&test.store, |tx| {
        tx.insert_findings(&unmatched(&keys, &rows))
    });
    let changed = FindingRow {
        finding_no: 2,
        severity: Severity::Critical,
        last_seen: days_later(9),
        times_seen: 40,
        episode: 2,
        last: observation_key(7, 99),
        routed_tlp: Tlp::Clear,
        tell_again_at: days_later(10),
        ..full_row()
    };
    // Twice, since a temporary table may stay from the first time.
    for _ in 0..2 {
        write(&test.store, |tx| tx.update_findings(vec![&changed]));
    }
    let found = write(&test.store, |tx| {
        tx.findings_by_key(&keys.iter().collect::<Vec<_>>())
    });
    assert_eq!(
        found,
        [Some(rows[0].clone()), Some(changed), Some(rows[2].clone())]
    );
}

fn many_rows_at_once_are_kept_as_few_are(test: &TestStore) {
    let desk_no = desk_no(&test.store);
    let keys: Vec<_> = (0..1_100_u32)
        .map(|number| finding_key(desk_no, &number.to_be_bytes()))
        .collect();
    let mut rows: Vec<_> = (1..=1_100)
        .map(|number| FindingRow {
            last_fingerprint: i64::MIN,
            asn: (number == 700).then_some(64_496),
            host: (number > 1_000).then(|| format!("h{number}.example")),
            ..finding_row(number)
        })
        .collect();
    write(&test.store, |tx| {
        tx.insert_findings(&unmatched(&keys, &rows))
    });
    let kept = |test: &TestStore| {
        let found = write(&test.store, |tx| {
            tx.findings_by_key(&keys.iter().collect::<Vec<_>>())
        });
        found.into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(kept(test), rows);
    for row in &mut rows {
        row.times_seen = 2;
        row.match_digest = -row.finding_no;
    }
    rows[5].severity = Severity::Low;
    write(&test.store, |tx| tx.update_findings(rows.iter().collect()));
    assert_eq!(kept(test), rows);
}

fn numbers_are_new_and_ascending(test: &TestStore) {
    let first = write(&test.store, |tx| tx.new_finding_numbers(3));
    assert!(
        first.is_sorted_by(|a, b| a < b) && first.len() == 3,
        "{first:?}"
    );
    add_findings(&test.store, first.iter().copied());
    let second = write(&test.store, |tx| tx.new_finding_numbers(2));
    assert!(
        second.iter().all(|number| number > &first[2]),
        "{first:?} {second:?}"
    );
    assert!(write(&test.store, |tx| tx.new_finding_numbers(0)).is_empty());
}

fn observations_are_found_by_their_place(test: &TestStore) {
    let full = ObservationRow {
        port: Some(65_535),
        transport: Some(6),
        peer_address: Some(vec![0; 16]),
        peer_port: Some(0),
        evidence: "{\"tag\":\"\u{20ac}\"}".into(),
        ..observation_row(1, 3)
    };
    let rows = [observation_row(1, 2), full.clone(), observation_row(2, 4)];
    add_findings(&test.store, 1..=2);
    write(&test.store, |tx| tx.insert_observations(&rows));
    assert_eq!(read(&test.store, |tx| tx.observation(full.key)), Some(full));
    assert_eq!(
        read(&test.store, |tx| tx.observation(observation_key(1, 5))),
        None
    );
    let lines: Vec<_> = read(&test.store, |tx| tx.observations_of(1, 10))
        .iter()
        .map(|row| row.key.line)
        .collect();
    assert_eq!(lines, [2, 3]);
}

fn matches_of_a_finding_are_replaced_as_a_whole(test: &TestStore) {
    let found = |finding_no, asset_no, rank| MatchRow {
        finding_no,
        asset_no,
        dimension: 0,
        rank,
        valid_from: (rank == 1).then_some(-5),
        valid_until: None,
        register_version: finding_no,
    };
    let matches_of = |finding_no| read(&test.store, |tx| tx.matches_of(finding_no));
    let desk_no = desk_no(&test.store);
    let keys: Vec<_> = [1, 2].map(|no| finding_key(desk_no, &[0x24, no])).into();
    let rows: Vec<_> = [1, 2].map(finding_row).into();
    let of_both = [found(1, 10, 1), found(1, 11, 2), found(2, 10, 1)];
    write(&test.store, |tx| {
        tx.insert_findings(&[
            (&keys[0], &rows[0], &of_both[..2]),
            (&keys[1], &rows[1], &of_both[2..]),
        ])
    });
    assert_eq!(matches_of(1), of_both[..2]);
    assert_eq!(matches_of(2), of_both[2..]);
    // Twice, since a temporary table may stay from the first time.
    for rank in [2, 1] {
        write(&test.store, |tx| {
            tx.put_matches(&[(1, &[found(1, 11, rank)])])
        });
        assert_eq!(matches_of(1), [found(1, 11, rank)]);
    }
    assert_eq!(matches_of(2), of_both[2..]);
    write(&test.store, |tx| tx.put_matches(&[(1, &[]), (2, &[])]));
    assert!(matches_of(2).is_empty());
}

fn events_are_kept_in_order(test: &TestStore) {
    let event = |kind, episode| FindingEvent {
        finding_no: 1,
        at: now(),
        kind,
        episode,
        batch_no: None,
        actor: "process".into(),
        text: "seen again".into(),
    };
    let events = [
        event(FindingEventKind::Back, 2),
        event(FindingEventKind::OwnersChanged, 2),
    ];
    write(&test.store, |tx| tx.add_finding_events(&events));
    assert_eq!(read(&test.store, |tx| tx.finding_events(1)), events);
}

fn findings_are_walked_by_number(test: &TestStore) {
    add_findings(&test.store, [5, 1, 9, 3].into_iter());
    let walk = |from, most| -> Vec<i64> {
        let found = write(&test.store, |tx| tx.findings_from(from, most));
        found.iter().map(|(_, row)| row.finding_no).collect()
    };
    assert_eq!(walk(0, 3), [1, 3, 5]);
    assert_eq!(walk(6, 3), [9]);
    assert!(walk(10, 3).is_empty());
    let (key, row) = read(&test.store, |tx| tx.finding(3)).unwrap();
    assert_eq!(
        (key.endpoint, row),
        (3i64.to_be_bytes().to_vec(), finding_row(3))
    );
}

fn a_threat_has_one_number(test: &TestStore) {
    let numbers = write(&test.store, |tx| {
        Ok([
            tx.threat_no("open-rdp")?,
            tx.threat_no("exposed-tls")?,
            tx.threat_no("open-rdp")?,
        ])
    });
    assert_eq!(numbers[0], numbers[2]);
    assert_ne!(numbers[0], numbers[1]);
    assert_eq!(
        read(&test.store, |tx| tx.threat_slug(numbers[1])),
        Some("exposed-tls".into())
    );
}

both_engines!(
    findings_are_found_by_key_in_the_order_of_the_question,
    every_part_of_the_key_tells_findings_apart,
    an_update_changes_what_may_change_and_nothing_else,
    many_rows_at_once_are_kept_as_few_are,
    numbers_are_new_and_ascending,
    observations_are_found_by_their_place,
    matches_of_a_finding_are_replaced_as_a_whole,
    events_are_kept_in_order,
    findings_are_walked_by_number,
    a_threat_has_one_number,
);
