//! All types of the table: that each is well formed, and what a row of each says, however its file is written.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use formats::Decoder;
use formats::shadowserver::types::{ALL, ReportType};
use formats::shadowserver::{document, report_type};
use model::{KeyedBy, Observation, RowIssue, ThreatSlug};
use serde_json::{Map, Value};

use crate::decode_rows;

/// A row by its columns, in the order of the file.
pub(crate) type Row = Vec<(String, String)>;

/// A row of a type with something good in every column.
fn row(report_type: &ReportType) -> Row {
    report_type
        .columns()
        .map(|column| (column.to_owned(), value(column)))
        .collect()
}

fn value(column: &str) -> String {
    match column {
        "timestamp" => "2026-11-18 02:14:33",
        "severity" => "",
        "ip" | "src_ip" | "http_referer_ip" => "192.0.2.9",
        "dst_ip" => "198.51.100.7",
        "port" | "dst_port" | "http_referer_port" => "8443",
        "src_port" => "50000",
        "asn" | "src_asn" | "http_referer_asn" => "64496",
        "dst_asn" => "64497",
        "protocol" => "tcp",
        "hostname" | "src_hostname" | "http_referer_hostname" => "host.x.example",
        "dst_hostname" => "other.y.example",
        "url" => "http://www.x.example/shell.php",
        "http_host" | "request" | "website" => "www.x.example",
        "http_referer" => "http://site.x.example/page",
        "email" => "name@x.example",
        other => return format!("<{other}>"),
    }
    .to_owned()
}

pub(crate) fn set(row: &mut Row, column: &str, value: &str) {
    let found = row.iter_mut().find(|(name, _)| name == column);
    found.unwrap_or_else(|| panic!("no column {column}")).1 = value.to_owned();
}

/// The rows as a table whose columns are those of the first one.
pub(crate) fn csv_of(rows: &[Row]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(rows[0].iter().map(|(name, _)| name))
        .unwrap();
    for row in rows {
        writer
            .write_record(row.iter().map(|(_, value)| value))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

fn object(row: &Row) -> Value {
    let fields = row
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The rows as an array on one line, and as one object a line.
pub(crate) fn json_of(rows: &[Row]) -> [Vec<u8>; 2] {
    let objects: Vec<Value> = rows.iter().map(object).collect();
    let lines: Vec<String> = objects.iter().map(Value::to_string).collect();
    [
        Value::from(objects).to_string().into_bytes(),
        lines.join("\n").into_bytes(),
    ]
}

fn decode(known: &ReportType, bytes: &[u8]) -> (Vec<Observation>, Vec<RowIssue>) {
    let (observations, issues, ended_early) =
        decode_rows(bytes, |header| Decoder::new(known, header));
    assert_eq!(ended_early, None);
    (observations, issues)
}

/// What rows give as CSV, which must be what they give as JSON.
#[track_caller]
fn observe(known: &ReportType, rows: &[Row]) -> Vec<Observation> {
    let (observations, issues) = decode(known, &csv_of(rows));
    assert_eq!(issues, [], "{}", known.name);
    for json in json_of(rows) {
        assert_eq!(
            decode(known, &json),
            (observations.clone(), vec![]),
            "{}",
            known.name
        );
    }
    observations
}

fn without_evidence(observations: &[Observation]) -> Vec<Observation> {
    let bare = |observation: &Observation| Observation {
        evidence: String::new(),
        ..observation.clone()
    };
    observations.iter().map(bare).collect()
}

/// Columns without which a row of the type says nothing.
fn needed(known: &ReportType) -> BTreeSet<String> {
    let mut needed = BTreeSet::from(["timestamp".to_owned()]);
    for side in known.sides {
        let own = |name: &str| format!("{}{name}", side.prefix);
        match side.keyed_by {
            KeyedBy::Address => needed.extend([own("ip")]),
            KeyedBy::AddressPort => needed.extend([own("ip"), own("port"), "protocol".into()]),
            KeyedBy::HostPort => needed.extend([own("port"), "http_host".into()]),
            KeyedBy::Host => needed.extend([side.key_names[0].to_owned()]),
            KeyedBy::Url => needed.extend(["url".to_owned()]),
            KeyedBy::EmailDomain => needed.extend(["email".to_owned()]),
        }
    }
    needed
}

#[test]
fn there_are_170_types_and_each_is_well_formed() {
    assert_eq!(ALL.len(), 170);
    let names: BTreeSet<&str> = ALL.iter().map(|known| known.name).collect();
    assert_eq!(names.len(), 170, "each name once");
    for known in ALL {
        let name = known.name;
        let columns: BTreeSet<&str> = known.columns().collect();
        assert_eq!(columns.len(), known.columns().count(), "{name}");
        assert!(!known.sides.is_empty(), "{name}");
        for side in known.sides {
            let variants = side.variants.iter();
            for threat in variants
                .clone()
                .map(|variant| variant.threat)
                .chain([side.threat])
            {
                threat.parse::<ThreatSlug>().unwrap();
            }
            let own = |column: &str| format!("{}{column}", side.prefix);
            let address = match side.keyed_by {
                KeyedBy::Address | KeyedBy::AddressPort => vec![own("ip")],
                KeyedBy::Url => vec!["url".to_owned()],
                KeyedBy::EmailDomain => vec!["email".to_owned()],
                KeyedBy::Host | KeyedBy::HostPort => vec![],
            };
            let named = side
                .evidence
                .split(',')
                .chain(side.key_names.iter().copied());
            for column in named
                .chain(variants.map(|variant| variant.column))
                .chain(address.iter().map(String::as_str))
            {
                assert!(columns.contains(column), "{name}: {column}");
            }
        }
    }
}

#[test]
fn every_type_reads_its_row_with_columns_shuffled_added_and_missing_as_csv_and_as_json() {
    for known in ALL {
        let name = known.name;
        let straight = row(known);
        let observations = observe(known, std::slice::from_ref(&straight));
        assert_eq!(observations.len(), known.sides.len(), "{name}");

        let mut shuffled = straight.clone();
        shuffled.reverse();
        shuffled.rotate_left(straight.len() / 3);
        assert_eq!(observe(known, &[shuffled]), observations, "{name}");

        let spelled = straight
            .iter()
            .map(|(column, value)| (format!(" {} ", column.to_uppercase()), value.clone()));
        assert_eq!(observe(known, &[spelled.collect()]), observations, "{name}");

        let mut longer = straight.clone();
        longer.insert(0, ("zz_new".to_owned(), "kept".to_owned()));
        longer.push(("aa_new".to_owned(), "kept too".to_owned()));
        let more = observe(known, &[longer]);
        assert_eq!(without_evidence(&more), without_evidence(&observations));
        for (more, before) in more.iter().zip(&observations) {
            let before = before.evidence.strip_suffix('}').unwrap();
            let (first, second) = match known.is_credential {
                true => ("k******o", "k**t"),
                false => ("kept too", "kept"),
            };
            let want = format!(r#"{before},"aa_new":"{first}","zz_new":"{second}"}}"#);
            assert_eq!(more.evidence, want, "{name}");
        }

        let needed = needed(known);
        let shorter: Row = straight
            .iter()
            .filter(|(column, _)| needed.contains(column))
            .cloned()
            .collect();
        let fewer = observe(known, &[shorter]);
        let ends = |all: &[Observation]| -> Vec<_> {
            all.iter()
                .map(|found| (found.side, found.threat.clone(), found.endpoint.clone()))
                .collect()
        };
        assert_eq!(ends(&fewer), ends(&observations), "{name}");
    }
}

#[test]
fn a_renamed_column_is_missing_and_new_and_its_value_stays_in_the_evidence() {
    for known in ALL {
        let mut renamed = row(known);
        let index = renamed
            .iter()
            .rposition(|(column, _)| !needed(known).contains(column))
            .unwrap();
        let old = std::mem::replace(&mut renamed[index].0, "quite_new".to_owned());
        renamed[index].1 = "moved".to_owned();
        let header: Vec<String> = renamed.iter().map(|(column, _)| column.clone()).collect();
        let (_, drift) = Decoder::new(known, &header);
        let drift: Vec<String> = drift
            .iter()
            .map(|drift| format!("{} {}", drift.kind, drift.column))
            .collect();
        assert_eq!(
            drift,
            [format!("missing {old}"), "new quite_new".to_owned()]
        );
        for found in observe(known, &[renamed]) {
            let kept = match known.is_credential {
                true => r#""quite_new":"m***d""#,
                false => r#""quite_new":"moved""#,
            };
            assert!(
                found.evidence.contains(kept),
                "{}: {}",
                known.name,
                found.evidence
            );
        }
    }
}

#[test]
fn ipv6_twins_say_the_same_as_their_ipv4_types() {
    let mut twins = 0;
    for known in ALL {
        let name = known.name;
        let of_ipv4 = match name.split_once('6') {
            Some((before, "")) => before.to_owned(),
            Some(("event", rest)) => format!("event4{rest}"),
            Some((before, rest)) => format!("{before}{rest}"),
            None => continue,
        };
        let twin = report_type(&of_ipv4).unwrap_or_else(|| panic!("{name} has no twin"));
        twins += 1;
        let (here, there) = (observe(known, &[row(known)]), observe(twin, &[row(twin)]));
        // What a type says of its severity may differ with what was found there.
        let without_severity = |all: &[Observation]| -> Vec<Observation> {
            let severity = model::Severity::Info;
            all.iter()
                .map(|found| Observation {
                    severity,
                    ..found.clone()
                })
                .collect()
        };
        assert_eq!(without_severity(&here), without_severity(&there), "{name}");
        if name != "scan6_elasticsearch" {
            assert_eq!(here, there, "{name}");
        }
        let mut of_ipv6 = row(known);
        for (column, value) in &mut of_ipv6 {
            if column.ends_with("ip") && value == "192.0.2.9" {
                *value = "2001:db8::9".to_owned();
            }
        }
        for found in observe(known, &[of_ipv6]) {
            if let Some(address) = found.address {
                assert_eq!(address.to_string(), "2001:db8::9", "{name}");
            }
        }
    }
    assert_eq!(twins, 51);
}

/// What a reviewer compares with what each type means.
#[test]
fn each_side_is_told_what_it_should_be() {
    let mut text = String::from("type: side, role, threat, endpoint, RSIT, severity, other side\n");
    for known in ALL.iter().filter(|known| !known.name.starts_with("scan")) {
        for found in observe(known, &[row(known)]) {
            let peer = (found.peer_address, found.peer_port);
            let peer = match peer {
                (Some(address), Some(port)) => format!("{address} port {port}"),
                (Some(address), None) => address.to_string(),
                (None, Some(port)) => format!("port {port}"),
                (None, None) => "-".to_owned(),
            };
            writeln!(
                text,
                "{}: {}, {}, {}, {}, {}, {}, {peer}",
                known.name,
                found.side,
                found.role,
                found.threat,
                found.endpoint,
                found.rsit,
                found.severity,
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_honeypot_is_told_of() {
    for known in ALL.iter().filter(|known| known.name.contains("honeypot")) {
        let attacked = known
            .sides
            .iter()
            .any(|side| side.side == model::Side::Destination);
        for found in observe(known, &[row(known)]) {
            if !attacked {
                let text = format!("{found:?}");
                assert!(!text.contains("198.51.100.7"), "{}: {text}", known.name);
                assert!(!text.contains("other.y.example"), "{}: {text}", known.name);
            }
        }
    }
}

#[test]
fn a_row_says_its_own_severity_and_its_cves() {
    for known in ALL.iter().filter(|known| known.name.starts_with("scan")) {
        let mut row = row(known);
        set(&mut row, "severity", "Critical");
        set(
            &mut row,
            "tag",
            "x;cve-2026-0001,CVE-2025-12345 cve-2026-0001",
        );
        let found = observe(known, std::slice::from_ref(&row));
        assert!(
            found
                .iter()
                .all(|found| found.severity == model::Severity::Critical)
        );
        let identifiers: Vec<_> = found
            .iter()
            .map(|found| {
                (
                    found.part,
                    found.identifier.as_ref().map(|known| known.as_str()),
                )
            })
            .collect();
        let want = match known.name {
            // An implant, which is no hole.
            "scan_synfulknock" | "scan_post_exploitation_framework" => continue,
            _ => [(0, Some("CVE-2026-0001")), (1, Some("CVE-2025-12345"))],
        };
        assert_eq!(identifiers, want, "{}", known.name);

        set(&mut row, "severity", "of another kind");
        let found = observe(known, &[row]);
        assert_eq!(found[0].severity, known.severity, "{}", known.name);
    }
}

/// One row of a type with some values changed: threat, role, RSIT, endpoint and identifier of what it gives.
#[track_caller]
fn check_row(name: &str, changes: &[(&str, &str)], want: &[&str]) {
    let known = report_type(name).unwrap();
    let mut row = row(known);
    for (column, value) in changes {
        set(&mut row, column, value);
    }
    let found: Vec<String> = observe(known, &[row])
        .iter()
        .map(|found| {
            let identifier = found
                .identifier
                .as_ref()
                .map_or("-", |known| known.as_str());
            let (threat, role, endpoint) = (&found.threat, found.role, &found.endpoint);
            format!("{threat} {role} {} {endpoint} {identifier}", found.rsit)
        })
        .collect();
    assert_eq!(found, want, "{name} {changes:?}");
}

#[test]
fn a_word_in_a_row_makes_it_something_else() {
    let hole = "vulnerable-exchange target vulnerable/vulnerable-system 192.0.2.9:8443/tcp";
    let break_in = "compromised-exchange victim intrusions/system-compromise 192.0.2.9:8443/tcp";
    check_row(
        "scan_exchange",
        &[("tag", "exchange")],
        &[&format!("{hole} -")],
    );
    check_row(
        "scan_exchange",
        &[("tag", "exchange;webshells")],
        &[&format!("{hole} -")],
    );
    check_row(
        "scan_exchange",
        &[("tag", "exchange;cve-2021-26855")],
        &[&format!("{hole} CVE-2021-26855")],
    );
    check_row(
        "scan_exchange",
        &[("tag", "exchange;WebShell")],
        &[&format!("{break_in} -")],
    );
    check_row(
        "scan6_exchange",
        &[("tag", "webshell")],
        &[&format!("{break_in} -")],
    );
    let special = "intrusions/system-compromise 192.0.2.9 some campaign";
    check_row(
        "special",
        &[("tag", "some campaign"), ("status", "compromised")],
        &[&format!("special-notice victim {special}")],
    );
    check_row(
        "special",
        &[
            ("tag", "cve-2026-0001;cve-2026-0002"),
            ("status", "vulnerable"),
        ],
        &[
            "special-notice target vulnerable/vulnerable-system 192.0.2.9 CVE-2026-0001",
            "special-notice target vulnerable/vulnerable-system 192.0.2.9 CVE-2026-0002",
        ],
    );
    for (tag, threat) in [
        ("ssh", "compromised-ssh-host"),
        ("openssh", "compromised-iot"),
    ] {
        let want = format!("{threat} victim intrusions/system-compromise 192.0.2.9 mirai");
        check_row(
            "compromised_iot",
            &[("tag", tag), ("family", "Mirai")],
            &[&want],
        );
    }
}

#[test]
fn a_row_without_a_port_or_a_name_is_keyed_by_what_is_left() {
    let site = "victim intrusions/system-compromise";
    let names = [("http_host", ""), ("url", ""), ("hostname", "")];
    let of_site = |changes: &[(&'static str, &'static str)], endpoint: &str| {
        check_row(
            "compromised_website",
            changes,
            &[&format!("compromised-website {site} {endpoint} -")],
        );
    };
    of_site(&[("port", "")], "www.x.example");
    of_site(&[("port", ""), ("http_host", "")], "www.x.example:80/tcp");
    of_site(&names, "192.0.2.9:8443/tcp");
    of_site(&[&names[..], &[("port", "")]].concat(), "192.0.2.9");
    let device = "exposed-device target other/undetermined 192.0.2.9 -";
    check_row("device_id", &[("port", "")], &[device]);
    let referrer = "compromised-website-referrer victim malicious-code/infected-system";
    for (column, endpoint) in [
        ("http_referer_hostname", "site.x.example"),
        ("http_referer", "host.x.example"),
    ] {
        check_row(
            "event4_sinkhole_http_referer",
            &[(column, "")],
            &[&format!("{referrer} {endpoint} <infection>")],
        );
    }
    check_row(
        "event4_sinkhole_http_referer",
        &[("http_referer_hostname", ""), ("http_referer", "")],
        &[&format!("{referrer} 192.0.2.9 <infection>")],
    );
    let listed = "blocklisted-address victim other/undetermined 198.51.100.0 -";
    check_row("blocklist", &[("ip", "198.51.100.0/24")], &[listed]);
}

/// The issue that a row gives instead of observations.
#[track_caller]
fn check_issue(name: &str, changes: &[(&str, &str)], want: (&str, &str)) {
    let known = report_type(name).unwrap();
    let mut row = row(known);
    for (column, value) in changes {
        set(&mut row, column, value);
    }
    let (observations, issues) = decode(known, &csv_of(&[row]));
    assert_eq!(observations, []);
    let [issue] = &issues[..] else {
        panic!("{name}: {issues:?}")
    };
    assert_eq!((issue.field.as_str(), issue.code), want, "{name}");
}

#[test]
fn a_row_of_several_optional_sides_never_vanishes() {
    let page = "spam-url victim abusive-content/spam http://www.x.example/shell.php -";
    let sender = "spam-source victim abusive-content/spam 192.0.2.9 -";
    check_row("spam_url", &[], &[page, sender]);
    check_row("spam_url", &[("src_ip", "")], &[page]);
    check_row("spam_url", &[("url", "::")], &[sender]);
    check_issue(
        "spam_url",
        &[("url", ""), ("src_ip", "10.0.0.1")],
        ("url", "missing"),
    );
    check_issue("device_id", &[("port", "high")], ("port", "port-bad"));
    check_issue(
        "blocklist",
        &[("ip", "10.0.0.0/8")],
        ("ip", "address-reserved"),
    );
}

#[test]
fn the_types_without_an_address_of_their_own_are_keyed_by_name() {
    let mut keyed = Vec::new();
    for known in ALL {
        let has_address = known
            .columns()
            .any(|column| ["ip", "src_ip"].contains(&column));
        if !has_address {
            let found = observe(known, &[row(known)]);
            keyed.push(format!("{}: {}", known.name, found[0].endpoint));
        }
    }
    insta::assert_snapshot!(keyed.join("\n"), @r"
    compromised_account: x.example
    event4_sinkhole_http_referer: site.x.example
    event6_sinkhole_http_referer: site.x.example
    ransomware_victim: www.x.example
    sandbox_dns: www.x.example
    ");
}

/// With `UPDATE_DOCUMENTS=1` the page is written anew instead.
#[test]
fn the_page_about_shadowserver_has_the_table_of_the_code() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/sources/shadowserver.md"
    );
    let page = std::fs::read_to_string(path).unwrap();
    let want = document::update(&page).expect("the page has the marks of both lists");
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        std::fs::write(path, want).unwrap();
    } else {
        assert_eq!(
            page, want,
            "run UPDATE_DOCUMENTS=1 cargo test -p formats --test it page"
        );
    }
}
