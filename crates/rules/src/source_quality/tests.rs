use super::*;

/// Findings, told, not ours, false alarm, confirmed, corroborated.
fn of(counts: [i64; 6]) -> TypeQuality {
    let kinds = [
        TallyKind::Findings,
        TallyKind::Told,
        TallyKind::NotOurs,
        TallyKind::FalseAlarm,
        TallyKind::Confirmed,
        TallyKind::Corroborated,
    ];
    let tallies = kinds.into_iter().zip(counts);
    by_type(tallies.map(|(kind, total)| ("scan_rdp".to_owned(), kind, String::new(), total)))
        .remove(0)
}

#[test]
fn a_false_alarm_is_a_share_of_what_was_judged_and_not_ours_is_apart() {
    let quality = of([100, 80, 10, 5, 15, 25]);
    assert_eq!((quality.answered(), quality.judged()), (30, 20));
    assert_eq!(quality.false_alarm_percent(), Some(25));
    assert_eq!(quality.corroborated_percent(), Some(25));
    assert_eq!(of([100, 80, 10, 0, 0, 0]).false_alarm_percent(), None);
}

#[test]
fn a_source_is_told_no_small_group_and_nothing_that_all_of_a_group_answered() {
    // Told, answered, false alarms, confirmed, not ours, corroborated.
    for (counts, want) in [
        ([1_000, 800, 40, 60, 200, 300], "xxxxxx"),
        // Nine false alarms; told beside each other the rest would give them.
        ([1_000, 800, 40, 9, 200, 300], "xx.x.x"),
        // All that answered said that it was one.
        ([1_000, 800, 0, 60, 0, 300], "xx...x"),
        // All were told, and one is a false alarm.
        ([100, 100, 0, 1, 20, 100], "xx...."),
        // All answered, and that would be told with the other part.
        ([100, 100, 0, 60, 40, 9], "x.x..."),
        ([9, 9, 0, 9, 0, 0], "......"),
        ([0; 6], "x....."),
    ] {
        let told = of(counts).for_source();
        let shown: String = [
            told.told,
            told.answered,
            told.false_alarms,
            told.confirmed,
            told.not_ours,
            told.corroborated,
        ]
        .map(|one| if one.is_some() { 'x' } else { '.' })
        .into_iter()
        .collect();
        assert_eq!(shown, want, "{counts:?}");
    }
}

#[test]
fn a_quarter_is_finished_when_none_of_its_months_is_counted_any_more() {
    // The month before the one of today is still counted.
    for (today, newest) in [
        ("2026-11-18", "2026-Q3"),
        ("2026-10-31", "2026-Q2"),
        ("2027-01-31", "2026-Q3"),
        ("2027-02-01", "2026-Q4"),
    ] {
        let finished = Quarter::finished(today.parse().unwrap(), 2);
        assert_eq!(finished[0].name(), newest, "{today}");
        assert_eq!(finished[1].until(), finished[0].from, "{today}");
    }
}

#[test]
fn delays_are_whole_hours_of_which_half_and_nine_of_ten_take_no_longer() {
    let at = Timestamp::from_micros(0).plus_seconds(10_000_000);
    for (secs, hours) in [
        (-5, 0),
        (0, 0),
        (1, 1),
        (3_600, 1),
        (3_601, 2),
        (9_000_000, 720),
    ] {
        assert_eq!(delay_hours(at, at.plus_seconds(secs)), hours, "{secs}");
    }
    let delay = |hours: &str, total| {
        let kind = TallyKind::Delay;
        ("scan_rdp".to_owned(), kind, hours.to_owned(), total)
    };
    let types = by_type([delay("10", 8), delay("2", 1), delay("40", 1)]);
    assert_eq!(types[0].delay(), Some((10, 10)));
    assert_eq!(total(&types).delay(), Some((10, 10)));
    assert_eq!(TypeQuality::default().delay(), None);
}

#[test]
fn types_are_apart_and_the_most_frequent_reasons_come_first() {
    let issue = |kind: &str, detail: &str, total| {
        (kind.to_owned(), TallyKind::Issue, detail.to_owned(), total)
    };
    let types = by_type([
        issue("scan_rdp", "bad-value ip", 2),
        issue("scan_rdp", "missing port", 7),
        issue("scan_vnc", "bad-value ip", 1),
    ]);
    let reasons: Vec<_> = types[0]
        .issues
        .iter()
        .map(|(reason, _)| &**reason)
        .collect();
    assert_eq!(reasons, ["missing port", "bad-value ip"]);
    assert_eq!(types[1].issues, [("bad-value ip".to_owned(), 1)]);
}
