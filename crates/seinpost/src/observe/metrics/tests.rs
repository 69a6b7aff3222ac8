use std::collections::BTreeMap;

use testkit::{Desk, RegisterBuilder, Report};

use super::*;

/// The samples of a text, by name and labels as they are written.
fn samples(text: &str) -> BTreeMap<&str, f64> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name, value.parse().unwrap())
        })
        .collect()
}

fn metrics_of(desk: &Desk) -> Metrics {
    Metrics::new(desk.flow.clone(), desk.folder().to_owned())
}

/// A desk that told a bakery of one open service.
fn desk_after_work() -> Desk {
    let desk = Desk::embedded();
    let register =
        RegisterBuilder::new()
            .organisation("bakery")
            .asset("bakery", "prefix", "192.0.2.0/24");
    desk.import(&register);
    desk.report(&Report::new("scan_rdp").row(&[("ip", "192.0.2.9"), ("port", "3389")]));
    desk.work();
    desk
}

#[test]
fn the_numbers_are_those_of_the_flow() {
    let desk = desk_after_work();
    let text = metrics_of(&desk).write();
    let samples = samples(&text);
    for (name, want) in [
        ("seinpost_store_up", 1.0),
        ("seinpost_rows{verdict=\"accepted\"}", 1.0),
        ("seinpost_batches{state=\"closed\"}", 1.0),
        ("seinpost_findings", 1.0),
        ("seinpost_jobs{stage=\"process\",state=\"failed\"}", 0.0),
        ("seinpost_job_lag_seconds{stage=\"process\"}", 0.0),
        ("seinpost_notifications{state=\"delivered\"}", 1.0),
        ("seinpost_notifications_waiting{state=\"held\"}", 0.0),
        ("seinpost_deliveries{outcome=\"handed-over\"}", 1.0),
        ("seinpost_deliveries_waiting", 0.0),
        ("seinpost_distribution_paused", 0.0),
        ("seinpost_balance_difference{what=\"rows\"}", 0.0),
        ("seinpost_balance_difference{what=\"duties\"}", 0.0),
        ("seinpost_audit_log_broken", 0.0),
        ("seinpost_step_rows_total{step=\"commit\"}", 1.0),
        ("seinpost_step_mails_total{step=\"hand-over\"}", 1.0),
        ("seinpost_failures_total{kind=\"mail-refused\"}", 0.0),
        (
            "seinpost_last_hand_over_timestamp_seconds",
            unix_seconds(testkit::now()),
        ),
    ] {
        assert_eq!(samples.get(name), Some(&want), "{name}\n{text}");
    }
    assert_eq!(
        samples["seinpost_register_version"],
        samples["seinpost_register_loaded_version"]
    );
}

#[test]
fn what_waits_is_seen_with_how_long_it_waits() {
    let desk = Desk::embedded();
    desk.report(&Report::new("scan_rdp").row(&[("ip", "192.0.2.9"), ("port", "3389")]));
    let mut late = metrics_of(&desk);
    late.flow.clock = pipeline::Clock::Fixed(testkit::now().plus_seconds(90));
    let text = late.write();
    let samples = samples(&text);
    assert_eq!(
        samples["seinpost_jobs{stage=\"process\",state=\"waiting\"}"],
        1.0
    );
    assert_eq!(samples["seinpost_job_lag_seconds{stage=\"process\"}"], 90.0);
}

#[test]
fn every_family_is_explained_once_and_names_keep_to_the_customs() {
    let desk = desk_after_work();
    let text = metrics_of(&desk).write();
    let mut names = Vec::new();
    for line in text.lines() {
        if let Some((name, help)) = line
            .strip_prefix("# HELP ")
            .and_then(|rest| rest.split_once(' '))
        {
            assert!(help.ends_with('.'), "{line}");
            names.push(name);
        }
        if let Some((name, kind)) = line
            .strip_prefix("# TYPE ")
            .and_then(|rest| rest.split_once(' '))
        {
            assert_eq!(name.ends_with("_total"), kind == "counter", "{line}");
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a family is written twice");
    let guide = include_str!("../../../../../docs/observe.md");
    let unknown: Vec<_> = names
        .iter()
        .filter(|name| !guide.contains(&format!("`{name}`")))
        .collect();
    assert!(unknown.is_empty(), "not in docs/observe.md: {unknown:?}");
}

#[test]
fn without_a_store_the_rest_is_still_told() {
    let desk = Desk::embedded();
    let store = store::Store::open_embedded(&desk.folder().join("other.db")).unwrap();
    let mut metrics = metrics_of(&desk);
    // It has no tables, so no question about them is answered.
    metrics.waiting = Reading::new(move || answered(store.read(|tx| tx.waiting())));
    let text = metrics.write();
    let samples = samples(&text);
    assert_eq!(samples["seinpost_store_up"], 0.0);
    assert!(!samples.contains_key("seinpost_findings"), "{text}");
    assert!(samples["process_resident_memory_bytes"] > 0.0, "{text}");
}
