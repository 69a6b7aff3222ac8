//! Plain CSV with a mapping.

use formats::mapping::Mapping;
use formats::{Drift, DriftKind, TableReader};
use model::{Observation, RowIssue};

use crate::{context, decode_all};

const SCAN: &str = r#"
threat = "open-rdp"
keyed_by = "ip+port"
role = "target"
rsit = "vulnerable/vulnerable-system"
severity = "high"
time_zone = "Europe/Amsterdam"

[columns]
ip = "IP-adres"
port = "Poort"
time = "Gezien op"
note = "Opmerking"
"#;

fn decode(mapping: &str, text: &str) -> (Vec<Observation>, Vec<RowIssue>, Vec<Drift>) {
    let mapping: Mapping = mapping.parse().unwrap();
    let mut table = TableReader::with_separator(text.as_bytes(), mapping.separator_byte()).unwrap();
    let (decoder, drift) = mapping.decoder(table.header());
    let (observations, issues) = decode_all(&mut table, &decoder, &context());
    (observations, issues, drift)
}

#[test]
fn columns_are_found_by_their_mapped_name_and_times_are_local() {
    let text = "Gezien op;IP-adres;Poort;proto;host;Opmerking;Filiaal\n\
                2026-11-18 03:14:33;192.0.2.9;3389;udp;kassa.bakker.example;let op;Utrecht\n";
    let (observations, issues, drift) = decode(SCAN, text);
    assert_eq!((issues, drift), (vec![], vec![]));
    let [observation] = &observations[..] else {
        panic!("{observations:?}")
    };
    assert_eq!(observation.endpoint.to_string(), "192.0.2.9:3389/udp");
    assert_eq!(observation.observed_at.to_string(), "2026-11-18T02:14:33Z");
    assert_eq!(
        observation.evidence,
        r#"{"opmerking":"let op","host":"kassa.bakker.example","filiaal":"Utrecht"}"#
    );
}

#[test]
fn a_column_that_is_needed_and_missing_is_drift_and_costs_its_rows() {
    let (observations, issues, drift) = decode(SCAN, "IP-adres,Poort\n192.0.2.9,3389\n");
    assert_eq!(observations, []);
    assert_eq!(
        drift,
        [Drift {
            kind: DriftKind::Missing,
            column: "gezien op".to_owned()
        }]
    );
    assert_eq!(issues[0].reason, "the file has no column `gezien op`");
    assert_eq!(issues[0].line, 2);
}

#[test]
fn several_cves_in_the_identifier_are_several_observations() {
    let text = "IP-adres,Poort,Gezien op,identifier\n\
                192.0.2.9,1,2026-11-18 03:14:33,cve-2024-1234 CVE-2025-99999\n\
                192.0.2.9,1,2026-11-18 03:14:33,examplebot\n";
    let (observations, issues, _) = decode(SCAN, text);
    assert_eq!(issues, []);
    let identifiers: Vec<_> = observations
        .iter()
        .map(|observation| {
            format!(
                "{} {}",
                observation.part,
                observation.identifier.as_ref().unwrap()
            )
        })
        .collect();
    assert_eq!(
        identifiers,
        ["0 CVE-2024-1234", "1 CVE-2025-99999", "0 examplebot"]
    );
}

#[test]
fn every_kind_of_endpoint_can_be_mapped() {
    for (keyed_by, want) in [
        ("ip", "192.0.2.9"),
        ("ip+port", "192.0.2.9:443/tcp"),
        ("host", "www.x.example"),
        ("host+port", "www.x.example:443/tcp"),
        ("url", "http://www.x.example/a"),
        ("e-mail-domain", "x.example"),
    ] {
        let mapping = format!(
            "threat = \"t\"\nkeyed_by = \"{keyed_by}\"\nrole = \"victim\"\nrsit = \"other/other\"\n"
        );
        let text = "ip,port,host,url,email,time\n\
                    192.0.2.9,443,www.x.example,http://www.x.example/a,A@x.example,2026-11-18T02:14:33Z\n";
        let (observations, issues, _) = decode(&mapping, text);
        assert_eq!(issues, [], "{keyed_by}");
        assert_eq!(observations[0].endpoint.to_string(), want);
    }
}

#[test]
fn nonsense_in_a_mapping_is_an_error() {
    for (from, to) in [
        ("ip+port", "shoe size"),
        ("\"high\"", "\"very\""),
        ("Europe/Amsterdam", "Europe/Atlantis"),
        ("[columns]", "[kolommen]"),
        ("note =", "remark ="),
        ("open-rdp", "Open RDP"),
    ] {
        let text = SCAN.replace(from, to);
        assert!(text.parse::<Mapping>().is_err(), "{to}");
    }
}
