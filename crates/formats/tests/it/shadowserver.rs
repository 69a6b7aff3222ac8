//! The ten types with fixtures: what each fixture says, and what each rule refuses.

use std::fmt::Write as _;

use formats::shadowserver::report_type;
use formats::{DecodeContext, Decoder, Drift, DriftKind, TableReader};
use model::{Observation, RowVerdict};

use crate::{context, decode, decode_in, fixture, fixtures};

/// All of an observation as text, evidence on a line of its own.
fn describe(observation: &Observation) -> String {
    let Observation {
        line,
        side,
        part,
        threat,
        endpoint,
        role,
        rsit,
        severity,
        observed_at,
        ..
    } = observation;
    let mut text = format!(
        "{line} {side} {part}: {threat} at {endpoint} ({role}, {rsit}, {severity}, {observed_at})"
    );
    let mut add = |what: &str, value: Option<String>| {
        if let Some(value) = value {
            write!(text, " {what}={value}").unwrap();
        }
    };
    add(
        "identifier",
        observation.identifier.as_ref().map(ToString::to_string),
    );
    add(
        "address",
        observation.address.map(|value| value.to_string()),
    );
    add("host", observation.host.as_ref().map(ToString::to_string));
    add("asn", observation.asn.map(|value| value.to_string()));
    add("port", observation.port.map(|value| value.to_string()));
    add(
        "transport",
        observation.transport.map(|value| value.to_string()),
    );
    add(
        "peer_address",
        observation.peer_address.map(|value| value.to_string()),
    );
    add(
        "peer_port",
        observation.peer_port.map(|value| value.to_string()),
    );
    format!("{text}\n    {}", observation.evidence)
}

#[test]
fn every_fixture_decodes_to_what_it_says() {
    let mut text = String::new();
    for report_type in fixtures() {
        let (observations, issues) = decode(report_type.name, &fixture(report_type.name));
        assert_eq!(issues, [], "{}", report_type.name);
        writeln!(text, "{}", report_type.name).unwrap();
        for observation in &observations {
            writeln!(text, "{}", describe(observation)).unwrap();
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_fixture_has_the_columns_of_its_type() {
    for report_type in fixtures() {
        let header = String::from_utf8(fixture(report_type.name)).unwrap();
        let header = header.lines().next().unwrap();
        assert_eq!(header, report_type.columns, "{}", report_type.name);
    }
}

#[test]
fn documentation_addresses_need_the_test_profile() {
    let production = DecodeContext {
        profile_test: false,
        ..context()
    };
    for report_type in fixtures()
        .iter()
        .filter(|found| found.name != "compromised_account")
    {
        let (observations, issues) =
            decode_in(report_type.name, &fixture(report_type.name), &production);
        assert_eq!(observations, [], "{}", report_type.name);
        for issue in issues {
            assert_eq!(
                (issue.code, issue.verdict),
                ("address-documentation", RowVerdict::Quarantined)
            );
            assert!(
                issue
                    .reason
                    .contains("accepted only in the test profile: add --profile test")
            );
        }
    }
}

/// A row of `scan_rdp` with just the columns of `header`.
fn check_issue(header: &str, row: &str, want: Option<(&str, &str)>) {
    let (observations, issues) = decode("scan_rdp", format!("{header}\n{row}\n").as_bytes());
    match want {
        None => assert_eq!((observations.len(), issues), (1, vec![]), "{row}"),
        Some((field, code)) => {
            assert_eq!(observations, [], "{row}");
            let [issue] = &issues[..] else {
                panic!("{row}: {issues:?}")
            };
            assert_eq!(
                (issue.line, issue.field.as_str(), issue.code),
                (2, field, code),
                "{row}"
            );
        }
    }
}

#[test]
fn each_rule_breaks_a_row_with_its_field_and_code() {
    let header = "timestamp,ip,port,protocol";
    for (row, want) in [
        ("2026-11-18 02:14:33,192.0.2.9,3389,tcp", None),
        ("2026-11-18 02:14:33,::ffff:192.0.2.9,3389,tcp", None),
        ("2026-11-18 02:14:33,192.0.2.9,3389,", None),
        ("2026-11-18 02:14:33,2001:db8::1,3389,tcp6", None),
        ("2026-11-18 02:14:33,,3389,tcp", Some(("ip", "missing"))),
        (
            "2026-11-18 02:14:33,192.0.2.300,3389,tcp",
            Some(("ip", "address-bad")),
        ),
        (
            "2026-11-18 02:14:33,\"192.0.2.1\x1b[2J\",3389,tcp",
            Some(("ip", "address-bad")),
        ),
        (
            "2026-11-18 02:14:33,10.0.0.1,3389,tcp",
            Some(("ip", "address-reserved")),
        ),
        (
            "2026-11-18 02:14:33,127.0.0.1,3389,tcp",
            Some(("ip", "address-reserved")),
        ),
        (
            "2026-11-18 02:14:33,fe80::1,3389,tcp",
            Some(("ip", "address-reserved")),
        ),
        (
            "2026-11-18 02:14:33,192.0.2.9,,tcp",
            Some(("port", "missing")),
        ),
        (
            "2026-11-18 02:14:33,192.0.2.9,65536,tcp",
            Some(("port", "port-bad")),
        ),
        (
            "2026-11-18 02:14:33,192.0.2.9,3389,ipx",
            Some(("protocol", "protocol-bad")),
        ),
        (",192.0.2.9,3389,tcp", Some(("timestamp", "missing"))),
        (
            "yesterday,192.0.2.9,3389,tcp",
            Some(("timestamp", "time-bad")),
        ),
        ("2026-10-19 10:30:00,192.0.2.9,3389,tcp", None),
        (
            "2026-10-19 10:29:59,192.0.2.9,3389,tcp",
            Some(("timestamp", "time-too-old")),
        ),
        ("2026-11-19 10:30:00,192.0.2.9,3389,tcp", None),
        (
            "2026-11-19 10:30:01,192.0.2.9,3389,tcp",
            Some(("timestamp", "time-in-future")),
        ),
        (
            "2026-11-18 02:14:33,192.0.2.9,3389",
            Some(("", "field-count")),
        ),
        (
            "2026-11-18 02:14:33,192.0.2.9,3389,tcp,x",
            Some(("", "field-count")),
        ),
    ] {
        check_issue(header, row, want);
    }
    check_issue(
        "timestamp,port",
        "2026-11-18 02:14:33,3389",
        Some(("ip", "column-missing")),
    );
    check_issue(
        "ip,port",
        "192.0.2.9,3389",
        Some(("timestamp", "column-missing")),
    );
}

#[test]
fn mapped_addresses_become_ipv4() {
    let text = b"timestamp,ip,port\n2026-11-18 02:14:33,::ffff:192.0.2.9,3389\n";
    let (observations, _) = decode("scan6_rdp", text);
    assert_eq!(observations[0].endpoint.to_string(), "192.0.2.9:3389/tcp");
}

#[test]
fn shuffled_extra_and_missing_columns_change_nothing_but_the_drift() {
    let text = String::from_utf8(fixture("scan_rdp")).unwrap();
    let (straight, _) = decode("scan_rdp", text.as_bytes());
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut records = vec![reader.headers().unwrap().clone()];
    records.extend(reader.records().map(Result::unwrap));

    let shuffled = write(&records, |record| {
        record.iter().rev().map(str::to_owned).collect()
    });
    assert_eq!(decode("scan_rdp", &shuffled).0, straight);
    let spelled = write(&records, |record| {
        let is_header = record.get(0) == Some("timestamp");
        record
            .iter()
            .map(|field| {
                if is_header {
                    format!(" {} ", field.to_uppercase())
                } else {
                    field.to_owned()
                }
            })
            .collect()
    });
    assert_eq!(decode("scan_rdp", &spelled).0, straight);

    let changed = write(&records, |record| {
        let is_header = record.get(0) == Some("timestamp");
        let extra = if is_header {
            ["zone", "alpha"]
        } else {
            ["z", "a"]
        };
        record
            .iter()
            .take(record.len() - 1)
            .map(str::to_owned)
            .chain(extra.map(str::to_owned))
            .collect()
    });
    let (observations, issues) = decode("scan_rdp", &changed);
    assert_eq!((observations.len(), issues), (3, vec![]));
    assert!(
        observations[0]
            .evidence
            .ends_with(r#","alpha":"a","zone":"z"}"#),
        "{}",
        observations[0].evidence
    );
    let table = TableReader::new(changed.as_slice()).unwrap();
    let (_, drift) = Decoder::new(report_type("scan_rdp").unwrap(), table.header());
    let drift_of = |kind, column: &str| Drift {
        kind,
        column: column.to_owned(),
    };
    assert_eq!(
        drift,
        [
            drift_of(DriftKind::Missing, "jarm"),
            drift_of(DriftKind::New, "alpha"),
            drift_of(DriftKind::New, "zone"),
        ]
    );
}

fn write(
    records: &[csv::StringRecord],
    change: impl Fn(&csv::StringRecord) -> Vec<String>,
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(change(record)).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn line_ends_marks_and_quotes_change_nothing() {
    for report_type in fixtures() {
        let name = report_type.name;
        let text = String::from_utf8(fixture(name)).unwrap();
        let (straight, _) = decode(name, text.as_bytes());
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(decode(name, windows.as_bytes()).0, straight, "{name}");
        let mut writer = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::Always)
            .delimiter(b';')
            .from_writer(Vec::new());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        for record in reader.records() {
            writer.write_record(&record.unwrap()).unwrap();
        }
        assert_eq!(
            decode(name, &writer.into_inner().unwrap()).0,
            straight,
            "{name}"
        );
    }
}

#[test]
fn a_bad_host_name_stays_in_the_evidence_and_the_first_good_one_counts() {
    for (hostname, want) in [
        ("www.x.example", Some("www.x.example")),
        ("-bad-;www.x.example", Some("www.x.example")),
        ("a.example b.example", Some("a.example")),
        ("B\u{fc}cher.example", Some("xn--bcher-kva.example")),
        ("localhost", None),
        ("not a host", None),
        ("192.0.2.9", None),
    ] {
        let text =
            format!("timestamp,ip,port,hostname\n2026-11-18 02:14:33,192.0.2.9,1,{hostname}\n");
        let (observations, issues) = decode("scan_rdp", text.as_bytes());
        assert_eq!(issues, []);
        assert_eq!(
            observations[0].host.as_ref().map(|host| host.as_str()),
            want,
            "{hostname}"
        );
        assert!(observations[0].evidence.contains(hostname), "{hostname}");
    }
    let broken = b"timestamp,ip,port,hostname\n2026-11-18 02:14:33,192.0.2.9,1,\xff\xfe.example\n";
    let (observations, _) = decode("scan_rdp", broken);
    assert_eq!(
        observations[0].evidence,
        "{\"hostname\":\"\u{fffd}\u{fffd}.example\"}"
    );
}

#[test]
fn a_website_is_keyed_by_its_best_name_and_else_by_its_address() {
    for (http_host, url, hostname, want) in [
        (
            "www.x.example",
            "http://y.example/",
            "z.example",
            "www.x.example:443/tcp",
        ),
        ("www.x.example:8443", "", "", "www.x.example:443/tcp"),
        (
            "192.0.2.9",
            "http://y.example/",
            "z.example",
            "y.example:443/tcp",
        ),
        ("", "y.example/shell.php", "z.example", "y.example:443/tcp"),
        ("", "/shell.php", "z.example", "z.example:443/tcp"),
        ("", "/shell.php", "", "192.0.2.9:443/tcp"),
        ("", "http://192.0.2.9/", "bad", "192.0.2.9:443/tcp"),
    ] {
        let text = format!(
            "timestamp,ip,port,http_host,url,hostname\n2026-11-18 02:14:33,192.0.2.9,443,{http_host},{url},{hostname}\n"
        );
        let (observations, issues) = decode("compromised_website", text.as_bytes());
        assert_eq!(issues, []);
        assert_eq!(observations[0].endpoint.to_string(), want);
    }
}

#[test]
fn an_attacked_side_without_an_address_of_its_own_yields_nothing() {
    for (source, destination, want) in [
        ("192.0.2.1", "198.51.100.1", Some(2)),
        ("192.0.2.1", "", Some(1)),
        ("192.0.2.1", "10.0.0.1", Some(1)),
        ("192.0.2.1", "x", Some(1)),
        ("", "198.51.100.1", None),
        ("10.0.0.1", "198.51.100.1", None),
    ] {
        let text = format!("timestamp,src_ip,dst_ip\n2026-11-18 02:14:33,{source},{destination}\n");
        let (observations, issues) = decode("event4_ddos_participant", text.as_bytes());
        match want {
            Some(count) => assert_eq!((observations.len(), issues), (count, vec![])),
            None => {
                assert_eq!(observations, []);
                assert_eq!(issues[0].field, "src_ip");
            }
        }
    }
}

#[test]
fn the_honeypot_is_never_told_nor_named() {
    let (observations, _) = decode(
        "event4_honeypot_brute_force",
        &fixture("event4_honeypot_brute_force"),
    );
    for observation in observations {
        assert_eq!(observation.peer_address, None);
        assert!(!format!("{observation:?}").contains("203.0.113.20"));
    }
}

#[test]
fn a_password_reaches_no_observation_even_if_the_file_was_not_masked() {
    for (name, secrets) in [
        (
            "event4_honeypot_brute_force",
            ["correct-horse-battery", "12345"],
        ),
        ("compromised_account", ["Zomer2026!", "welkom01"]),
        ("compromised_account", ["hunter2", "abc123"]),
    ] {
        let (observations, _) = decode(name, &fixture(name));
        for secret in secrets {
            assert!(
                !format!("{observations:?}").contains(secret),
                "{name}: {secret}"
            );
        }
    }
}
