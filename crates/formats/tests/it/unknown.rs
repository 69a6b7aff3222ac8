//! Types that nobody knows: read by their columns, told as undetermined.

use formats::DriftKind;
use formats::shadowserver::UnknownType;
use model::{RsitType, Side};

use crate::decode_rows;
use crate::types::{Row, csv_of, json_of};

#[track_caller]
fn check(fields: &[(&str, &str)], want: &str) {
    let row: Row = fields
        .iter()
        .map(|(column, value)| ((*column).to_owned(), (*value).to_owned()))
        .chain([("timestamp".to_owned(), "2026-11-18 02:14:33".to_owned())])
        .collect();
    let unknown = UnknownType::new("scan_new_thing").unwrap();
    let mut reversed = row.clone();
    reversed.reverse();
    let [array, lines] = json_of(std::slice::from_ref(&row));
    for bytes in [
        csv_of(std::slice::from_ref(&row)),
        csv_of(&[reversed]),
        array,
        lines,
    ] {
        let (found, issues, _) = decode_rows(&bytes, |header| unknown.decoder(header));
        let mut text: Vec<String> = issues
            .iter()
            .map(|issue| format!("{}: {}", issue.field, issue.code))
            .collect();
        for found in &found {
            assert_eq!(found.threat.as_str(), "unknown-scan-new-thing");
            assert_eq!(
                (found.rsit, found.side),
                (RsitType::Undetermined, Side::Source)
            );
            let identifier = found
                .identifier
                .as_ref()
                .map_or("-", |known| known.as_str());
            let (endpoint, role, severity) = (&found.endpoint, found.role, found.severity);
            text.push(format!(
                "{endpoint} {role} {severity} {identifier} {}",
                found.evidence
            ));
        }
        assert_eq!(text.join("\n"), want, "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn the_columns_say_what_a_row_of_an_unknown_type_is_about() {
    check(
        &[
            ("ip", "192.0.2.9"),
            ("port", "161"),
            ("protocol", "udp"),
            ("hostname", "a.x.example"),
            ("new", "x"),
            ("geo", "NL"),
        ],
        r#"192.0.2.9:161/udp target info - {"hostname":"a.x.example","new":"x"}"#,
    );
    check(
        &[("ip", "192.0.2.9"), ("port", ""), ("severity", "high")],
        "192.0.2.9 target high - ",
    );
    check(
        &[("ip", "192.0.2.9"), ("port", "80"), ("protocol", "http")],
        "192.0.2.9 target info - ",
    );
    check(
        &[("ip", "192.0.2.9"), ("url", "http://x.example/")],
        r#"192.0.2.9 target info - {"url":"http://x.example/"}"#,
    );
    check(
        &[
            ("src_ip", "192.0.2.9"),
            ("src_port", "50000"),
            ("dst_ip", "198.51.100.1"),
            ("dst_hostname", "pot.example"),
            ("sensor_id", "7"),
            ("family", "x"),
        ],
        r#"192.0.2.9 victim info - {"family":"x"}"#,
    );
    check(
        &[("url", "http://x.example/a"), ("hostname", "x.example")],
        r#"http://x.example/a target info - {"hostname":"x.example","url":"http://x.example/a"}"#,
    );
    check(
        &[("ip", ""), ("url", ""), ("domain", "www.x.example")],
        r#"www.x.example target info - {"domain":"www.x.example"}"#,
    );
    check(
        &[("email", "name@x.example"), ("note", "hunter22")],
        r#"x.example target info name@x.example {"email":"name@x.example","note":"h******2"}"#,
    );
    check(
        &[
            ("ip", "192.0.2.9"),
            ("port", "1"),
            ("tag", "cve-2026-0001;cve-2026-0002"),
        ],
        "192.0.2.9:1/tcp target info CVE-2026-0001 {\"tag\":\"cve-2026-0001;cve-2026-0002\"}\n192.0.2.9:1/tcp target info CVE-2026-0002 {\"tag\":\"cve-2026-0001;cve-2026-0002\"}",
    );
}

#[test]
fn what_is_given_and_bad_is_not_passed_over() {
    check(
        &[("ip", "10.0.0.1"), ("hostname", "x.example")],
        "ip: address-reserved",
    );
    check(&[("ip", "192.0.2.9"), ("port", "high")], "port: port-bad");
    check(&[("ip", ""), ("hostname", "")], "ip: missing");
}

#[test]
fn a_name_of_a_type_makes_a_slug_or_there_is_no_such_type() {
    for (name, want) in [
        ("scan_new", Some("unknown-scan-new")),
        ("Event4__New_", Some("unknown-event4-new")),
        ("a", Some("unknown-a")),
        (
            &"a".repeat(48),
            Some(&*format!("unknown-{}", "a".repeat(48))),
        ),
        (&"a".repeat(49), None),
        ("", None),
        ("_", None),
        ("2026", None),
        ("scan-new", None),
        ("sc\u{e4}n", None),
    ] {
        let found = UnknownType::new(name);
        assert_eq!(
            found.as_ref().map(|found| found.threat().as_str()),
            want,
            "{name}"
        );
    }
}

#[test]
fn an_unknown_type_is_one_drift_and_needs_a_place_and_a_time() {
    let columns = |text: &str| -> Vec<String> { text.split(',').map(str::to_owned).collect() };
    let unknown = UnknownType::new("scan_new").unwrap();
    let (_, drift) = unknown.decoder(&columns("timestamp,ip"));
    assert_eq!(
        (drift.len(), drift[0].kind, drift[0].column.as_str()),
        (1, DriftKind::UnknownType, "")
    );
    for (header, is_usable) in [
        ("timestamp,ip", true),
        ("x,domain,time", true),
        ("timestamp,email", true),
        ("timestamp,port", false),
        ("ip,port", false),
        ("<!doctype html>", false),
    ] {
        let why = UnknownType::why_unusable(&columns(header));
        assert_eq!(why.is_none(), is_usable, "{header}: {why:?}");
    }
}
