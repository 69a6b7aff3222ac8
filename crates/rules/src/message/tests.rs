//! Whole mails, as their readers get them.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use model::{
    DomainName, Endpoint, Language, Port, Reader, Role, RsitType, Severity, ThreatSlug, Timestamp,
    Tlp, Transport, WebUrl, Zone,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::catalogue::Catalogue;

/// A message with defaults: a test spells out only what it is about.
struct Draft {
    desk: DeskProfile,
    recipient: String,
    relation: Relation,
    threat: &'static str,
    rsit: &'static str,
    role: Role,
    severity: Severity,
    tlp: Tlp,
    may_forward: bool,
    language: Language,
    reader: Reader,
    source: Option<&'static str>,
    lines: Vec<MessageLine>,
}

impl Draft {
    fn new(threat: &'static str, rsit: &'static str, role: Role, lines: Vec<MessageLine>) -> Self {
        Self {
            desk: desk(),
            recipient: "Bakkerij Voorbeeld VOF".to_owned(),
            relation: Relation::Owner,
            threat,
            rsit,
            role,
            severity: Severity::High,
            tlp: Tlp::Amber,
            may_forward: true,
            language: Language::Nl,
            reader: Reader::Entrepreneur,
            source: None,
            lines,
        }
    }

    fn open_rdp(lines: Vec<MessageLine>) -> Self {
        Self::new("open-rdp", "vulnerable/potentially-unwanted-accessible", Role::Target, lines)
    }

    fn malware(lines: Vec<MessageLine>) -> Self {
        Self::new("malware-infection", "malicious-code/infected-system", Role::Victim, lines)
    }

    fn render(&self) -> Rendered {
        let threat: ThreatSlug = self.threat.parse().unwrap();
        let rsit: RsitType = self.rsit.parse().unwrap();
        render(&MessageContext {
            reference: "NTF-2026-000042",
            desk: &self.desk,
            recipient_name: &self.recipient,
            relation: self.relation,
            kind: MessageKind::Alert,
            threat: &threat,
            rsit,
            role: self.role,
            severity: self.severity,
            tlp: self.tlp,
            may_forward: self.may_forward,
            lawful_basis: "taak van algemeen belang (artikel 6, lid 1, onder e, AVG)",
            language: self.language,
            reader: self.reader,
            source_name: self.source,
            received_at: time("2026-11-18 06:00:00"),
            decided_at: time("2026-11-18 07:00:00"),
            lines: &self.lines,
        })
        .unwrap()
    }

    /// Subject and body, and the attachments if there are any.
    fn mail(&self) -> String {
        let rendered = self.render();
        let mut mail = format!("Subject: {}\n\n{}", rendered.subject, rendered.body);
        for attachment in rendered.attachments {
            mail.push_str(&format!("\n=== {} ({})\n", attachment.file_name, attachment.content_type));
            let text = String::from_utf8(attachment.bytes).unwrap();
            mail.push_str(&text.lines().take(24).collect::<Vec<_>>().join("\n"));
            mail.push('\n');
        }
        mail
    }
}

fn desk() -> DeskProfile {
    DeskProfile {
        name: "CSIRT Voorbeeld".to_owned(),
        sender: "meldingen@csirt.example".parse().unwrap(),
        reply_to: "loket@csirt.example".parse().unwrap(),
        phone: "+31 88 000 00 00".to_owned(),
        privacy_nl: "Meer over privacy staat op de website van CSIRT Voorbeeld.".to_owned(),
        privacy_en: "More about privacy is on the website of CSIRT Voorbeeld.".to_owned(),
        lawful_basis: "taak van algemeen belang".to_owned(),
        time_zone: "Europe/Amsterdam".parse().unwrap(),
    }
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text, &Zone::UTC).unwrap()
}

fn port(number: u16) -> Port {
    number.to_string().parse().unwrap()
}

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

/// A line about an endpoint, seen once.
fn line(number: u128, endpoint: Endpoint) -> MessageLine {
    MessageLine {
        finding: Uuid::from_u128(0x0bad_cafe_0000_8000_8000_0000_0000_0000 + number),
        address: endpoint.address(),
        host: None,
        port: endpoint.port(),
        transport: endpoint.transport(),
        peer_address: None,
        peer_port: None,
        identifier: None,
        observed_at: time("2026-11-18 02:14:33"),
        first_seen: time("2026-11-18 02:14:33"),
        times_seen: 1,
        again: false,
        repeated: false,
        evidence: String::new(),
        reason: "Het adres 203.0.113.24 valt in de geregistreerde reeks 203.0.113.0/24.".to_owned(),
        endpoint,
    }
}

fn service(number: u128, address: &str, number_of_port: u16) -> MessageLine {
    let address = address.parse().unwrap();
    let endpoint = Endpoint::AddressPort { address, port: port(number_of_port), transport: Transport::Tcp };
    let reason = format!("Het adres {address} valt in de geregistreerde reeks 203.0.113.0/24.");
    MessageLine { reason, ..line(number, endpoint) }
}

/// A connection that the address made.
fn connection(number: u128) -> MessageLine {
    MessageLine {
        port: Some(port(51_812)),
        transport: Some(Transport::Tcp),
        peer_address: Some("198.51.100.7".parse().unwrap()),
        peer_port: Some(port(80)),
        ..line(number, Endpoint::Address("203.0.113.24".parse().unwrap()))
    }
}

fn rdp_line() -> MessageLine {
    MessageLine {
        evidence: r#"{"tag":"rdp","rdp_protocol":"RDP","tls_version":"TLSv1.2","issuer_common_name":"BAKKERIJ-PC"}"#
            .to_owned(),
        ..service(1, "203.0.113.24", 3389)
    }
}

#[test]
fn open_rdp_for_a_bakery() {
    assert_snapshot!(Draft::open_rdp(vec![rdp_line()]).mail());
}

#[test]
fn vulnerable_http_for_a_bakery() {
    let line = MessageLine {
        identifier: Some("CVE-2024-1234".parse().unwrap()),
        host: Some(name("www.bakkerij-voorbeeld.example")),
        ..service(1, "203.0.113.24", 8443)
    };
    let draft = Draft::new("vulnerable-http", "vulnerable/vulnerable-system", Role::Target, vec![line]);
    assert_snapshot!(Draft { severity: Severity::Critical, ..draft }.mail());
}

#[test]
fn exposed_tls_for_a_bakery() {
    let draft = Draft::new(
        "exposed-tls",
        "vulnerable/potentially-unwanted-accessible",
        Role::Target,
        vec![service(1, "203.0.113.24", 443)],
    );
    assert_snapshot!(Draft { severity: Severity::Info, ..draft }.mail());
}

#[test]
fn malware_infection_for_a_bakery() {
    let line = MessageLine {
        identifier: Some("avalanche-andromeda".parse().unwrap()),
        times_seen: 14,
        first_seen: time("2026-11-16 23:30:00"),
        ..connection(1)
    };
    assert_snapshot!(Draft::malware(vec![line]).mail());
}

#[test]
fn brute_force_source_for_a_bakery() {
    let line = MessageLine { peer_port: Some(port(22)), ..connection(1) };
    assert_snapshot!(
        Draft::new("brute-force-source", "intrusion-attempts/brute-force", Role::Victim, vec![line]).mail()
    );
}

#[test]
fn ddos_participant_for_a_bakery() {
    assert_snapshot!(
        Draft::new("ddos-participant", "availability/ddos", Role::Victim, vec![connection(1)]).mail()
    );
}

#[test]
fn ddos_target_for_a_bakery() {
    let line = MessageLine { port: Some(port(443)), peer_port: None, peer_address: None, ..connection(1) };
    assert_snapshot!(Draft::new("ddos-target", "availability/ddos", Role::Target, vec![line]).mail());
}

#[test]
fn compromised_website_for_a_bakery() {
    let endpoint = Endpoint::Host(name("www.bakkerij-voorbeeld.example"));
    let line = MessageLine {
        address: Some("203.0.113.24".parse().unwrap()),
        port: Some(port(443)),
        transport: Some(Transport::Tcp),
        reason: "De naam www.bakkerij-voorbeeld.example valt onder het geregistreerde domein bakkerij-voorbeeld.example."
            .to_owned(),
        ..line(1, endpoint)
    };
    assert_snapshot!(
        Draft::new("compromised-website", "intrusions/system-compromise", Role::Victim, vec![line]).mail()
    );
}

#[test]
fn malware_url_for_a_bakery() {
    let url: WebUrl = "http://www.bakkerij-voorbeeld.example/wp-content/uploads/factuur.zip".parse().unwrap();
    let line = MessageLine {
        reason: "De naam www.bakkerij-voorbeeld.example valt onder het geregistreerde domein bakkerij-voorbeeld.example."
            .to_owned(),
        ..line(1, Endpoint::Url(url))
    };
    assert_snapshot!(
        Draft::new("malware-url", "malicious-code/malware-distribution", Role::Victim, vec![line]).mail()
    );
}

#[test]
fn leaked_credentials_for_a_bakery() {
    let line = MessageLine {
        identifier: Some("el**********************le".parse().unwrap()),
        reason: "Het e-maildomein bakkerij-voorbeeld.example is een geregistreerd domein.".to_owned(),
        ..line(1, Endpoint::EmailDomain(name("bakkerij-voorbeeld.example")))
    };
    assert_snapshot!(
        Draft::new("leaked-credentials", "information-content-security/data-leak", Role::Victim, vec![line]).mail()
    );
}

#[test]
fn an_english_administrator_gets_a_table_and_exact_steps() {
    let lines = vec![
        MessageLine {
            reason: "Address 203.0.113.24 is in the registered range 203.0.113.0/24.".to_owned(),
            ..rdp_line()
        },
        MessageLine {
            again: true,
            reason: "Address 203.0.113.25 is in the registered range 203.0.113.0/24.".to_owned(),
            ..service(2, "203.0.113.25", 3389)
        },
        MessageLine {
            repeated: true,
            reason: "Address 2001:db8:1::9 is in the registered range 2001:db8:1::/48.".to_owned(),
            ..service(3, "2001:db8:1::9", 3390)
        },
    ];
    let draft = Draft { language: Language::En, reader: Reader::Administrator, ..Draft::open_rdp(lines) };
    assert_snapshot!(Draft { source: Some("Shadowserver"), ..draft }.mail());
}

#[test]
fn a_dutch_administrator_with_one_victim_gets_commands_with_the_values_filled_in() {
    let line = MessageLine { identifier: Some("avalanche-andromeda".parse().unwrap()), ..connection(1) };
    assert_snapshot!(Draft { reader: Reader::Administrator, ..Draft::malware(vec![line]) }.mail());
}

#[test]
fn a_provider_gets_a_text_to_forward() {
    let draft = Draft::malware(vec![connection(1)]);
    assert_snapshot!(
        Draft {
            relation: Relation::Provider,
            recipient: "Noordlijn B.V.".to_owned(),
            reader: Reader::Administrator,
            ..draft
        }
        .mail()
    );
}

#[test]
fn a_provider_that_may_not_forward_gets_no_text_to_forward() {
    let draft = Draft::open_rdp(vec![rdp_line(), service(2, "203.0.113.25", 3389)]);
    let mail = Draft {
        relation: Relation::Provider,
        recipient: "Noordlijn B.V.".to_owned(),
        reader: Reader::Administrator,
        tlp: Tlp::AmberStrict,
        ..draft
    }
    .mail();
    assert!(!mail.contains("TEKST OM DOOR TE STUREN"));
    assert_snapshot!(mail);
}

#[test]
fn a_relay_passes_on_in_english() {
    let lines = vec![service(1, "203.0.113.24", 3389), service(2, "203.0.113.25", 3389), service(3, "203.0.113.26", 3389)];
    let draft = Draft::open_rdp(lines);
    assert_snapshot!(
        Draft {
            relation: Relation::Relay,
            recipient: "Sector CSIRT".to_owned(),
            reader: Reader::Administrator,
            language: Language::En,
            ..draft
        }
        .mail()
    );
}

#[test]
fn a_red_message_says_that_it_stays_with_its_reader() {
    let mail = Draft { tlp: Tlp::Red, ..Draft::open_rdp(vec![rdp_line()]) }.mail();
    assert!(!mail.contains("Stuur dit bericht door"));
    assert_snapshot!(mail);
}

#[test]
fn an_agreement_that_forbids_passing_on_is_stronger_than_the_marking() {
    let draft = Draft { may_forward: false, ..Draft::open_rdp(vec![rdp_line()]) };
    let body = draft.render().body;
    assert!(body.contains("niet doorgeeft"), "{body}");
    assert!(!body.contains("Stuur dit bericht door"), "{body}");
    assert!(!body.contains("uw klanten"), "{body}");
}

fn many(count: u8) -> Vec<MessageLine> {
    (1..=count)
        .map(|number| {
            let port = if number.is_multiple_of(3) { 3390 } else { 3389 };
            service(u128::from(number), &format!("203.0.113.{number}"), port)
        })
        .collect()
}

#[test]
fn sixty_lines_go_to_attachments_and_the_body_counts_them() {
    let mut lines = many(60);
    lines[0].evidence = r#"{"note":"=cmd|' /C calc'!A0"}"#.to_owned();
    lines[1].identifier = Some("=1+1".parse().unwrap());
    assert_snapshot!(Draft { reader: Reader::Administrator, ..Draft::open_rdp(lines) }.mail());
}

#[test]
fn hostile_text_of_a_feed_stays_a_harmless_value() {
    let hostile = serde_json::json!({
        "server": "x\r\nIS DIT BERICHT ECHT?\r\nBel 0900-0000",
        "{{ desk }}": "{% include 'alert/nl/body.txt' %} {{ phone }} ${PHONE}",
        "bidi": "gratis\u{202e}exe.tnemucod",
        "link": "http://phishing.example/login",
        "long": "a".repeat(5_000),
        "terminal": "\u{1b}[2J`rm -rf /`",
    });
    let line = MessageLine {
        evidence: hostile.to_string(),
        identifier: Some("{{ reference }} `x` https://phishing.example".parse().unwrap()),
        reason: "Reden\nBcc: iemand@elders.example {{ phone }}".to_owned(),
        ..service(1, "203.0.113.24", 3389)
    };
    let mut draft = Draft::open_rdp(vec![line]);
    draft.recipient = "Bakkerij\r\nBcc: iemand@elders.example \u{202e}".to_owned();
    draft.desk.name = "CSIRT\nVoorbeeld".to_owned();
    let rendered = draft.render();
    assert_eq!(rendered.subject.lines().count(), 1);
    for (name, value) in &rendered.headers {
        assert!(value.chars().all(|it| matches!(it, ' '..='~')), "{name}: {value}");
    }
    assert_snapshot!(draft.mail());
}

#[test]
fn evidence_that_is_no_object_is_shown_as_it_is() {
    let line = MessageLine { evidence: "not\njson".to_owned(), ..service(1, "203.0.113.24", 3389) };
    assert!(Draft::open_rdp(vec![line]).render().body.contains("?: not json"));
}

#[test]
fn long_web_addresses_are_shown_whole_and_not_in_a_table() {
    let url = format!("https://www.bakkerij-voorbeeld.example/{}", "a".repeat(300));
    let lines: Vec<MessageLine> =
        (1..=3).map(|number| line(number, Endpoint::Url(format!("{url}{number}").parse().unwrap()))).collect();
    let body = Draft::new("malware-url", "malicious-code/malware-distribution", Role::Victim, lines).render().body;
    for number in 1..=3 {
        assert!(body.contains(&format!("{}{number}", "a".repeat(300))), "{body}");
    }
}

#[test]
fn subject_counts_systems_in_the_right_number_and_language() {
    for (lines, language, want) in [
        (1, Language::Nl, "[CSIRT Voorbeeld][HOOG][doelwit][TLP:AMBER] 1 systeem – Computer op afstand te bedienen via internet – NTF-2026-000042"),
        (2, Language::Nl, "[CSIRT Voorbeeld][HOOG][doelwit][TLP:AMBER] 2 systemen – Computer op afstand te bedienen via internet – NTF-2026-000042"),
        (2, Language::En, "[CSIRT Voorbeeld][HIGH][target][TLP:AMBER] 2 systems – Computer can be controlled over the internet – NTF-2026-000042"),
    ] {
        let draft = Draft { language, ..Draft::open_rdp(many(lines)) };
        assert_eq!(draft.render().subject, want);
    }
}

#[test]
fn several_findings_at_one_address_are_one_system() {
    let lines = vec![service(1, "203.0.113.24", 3389), service(2, "203.0.113.24", 3390)];
    let rendered = Draft::open_rdp(lines).render();
    assert!(rendered.subject.contains("1 systeem"), "{}", rendered.subject);
    let header = |name: &str| rendered.headers.iter().find(|it| it.0 == name).unwrap().1.clone();
    assert_eq!(header("X-Seinpost-Systems"), "1");
    assert_eq!(header("X-Seinpost-Findings"), "2");
}

#[test]
fn a_message_without_lines_is_refused() {
    let desk = desk();
    let draft = Draft::open_rdp(Vec::new());
    let threat = draft.threat.parse().unwrap();
    let context = MessageContext {
        reference: "NTF-2026-000042",
        desk: &desk,
        recipient_name: "x",
        relation: Relation::Owner,
        kind: MessageKind::Alert,
        threat: &threat,
        rsit: draft.rsit.parse().unwrap(),
        role: Role::Target,
        severity: Severity::Low,
        tlp: Tlp::Amber,
        may_forward: true,
        lawful_basis: "",
        language: Language::Nl,
        reader: Reader::Entrepreneur,
        source_name: None,
        received_at: time("2026-11-18 06:00:00"),
        decided_at: time("2026-11-18 06:00:00"),
        lines: &[],
    };
    assert_eq!(render(&context).unwrap_err().to_string(), "message `NTF-2026-000042` has no lines");
}

#[test]
fn every_threat_renders_for_every_reader_in_every_language() {
    for threat in Catalogue::builtin().all() {
        let slug: &'static str = Box::leak(threat.slug.to_string().into_boxed_str());
        for &language in Language::ALL {
            for &reader in Reader::ALL {
                for &relation in Relation::ALL {
                    for &role in Role::ALL {
                        for &tlp in Tlp::ALL {
                            let draft = Draft::new(slug, "other/undetermined", role, vec![connection(1)]);
                            check_layout(&Draft { language, reader, relation, tlp, ..draft });
                        }
                    }
                }
            }
        }
    }
}

/// The marking is the first thing and stands at the end, running text is narrow, and no gap is left in a sentence.
fn check_layout(draft: &Draft) {
    let body = draft.render().body;
    assert!(body.starts_with(draft.tlp.as_str()), "{body}");
    assert_eq!(body.matches(&format!("{} – ", draft.tlp)).count(), 2, "{body}");
    for line in body.lines() {
        let is_command = line.starts_with("     ") || (line.starts_with("  ") && line.contains(['-', '|', '/']));
        assert!(line.chars().count() <= 72 || is_command, "{line}\n\n{body}");
        assert!(!line.contains('`') && !line.contains("{{") && !line.contains(" ,"), "{line}");
    }
    for placeholder in ["{address}", "{port}", "{name}", "{peer}"] {
        assert!(!body.contains(placeholder), "{body}");
    }
}

fn any_line() -> impl Strategy<Value = (u8, u16, bool, bool, Option<String>)> {
    (1..=254_u8, 1..=65_535_u16, any::<bool>(), any::<bool>(), proptest::option::of("\\PC{1,20}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_line_is_in_the_body_or_in_both_attachments(
        values in proptest::collection::vec(any_line(), 1..80),
        is_english in any::<bool>(),
        is_administrator in any::<bool>(),
    ) {
        let lines: Vec<MessageLine> = values
            .into_iter()
            .zip(1..)
            .map(|((last, port, again, repeated, note), number)| MessageLine {
                again,
                repeated,
                evidence: note.map(|note| serde_json::json!({ "note": note }).to_string()).unwrap_or_default(),
                ..service(number, &format!("203.0.113.{last}"), port)
            })
            .collect();
        let draft = Draft {
            language: if is_english { Language::En } else { Language::Nl },
            reader: if is_administrator { Reader::Administrator } else { Reader::Entrepreneur },
            ..Draft::open_rdp(lines)
        };
        let rendered = draft.render();
        if draft.lines.len() <= LINES_IN_BODY_MAX {
            prop_assert!(rendered.attachments.is_empty());
            check_body(&draft, &rendered.body)?;
        } else {
            check_attachments(&draft, &rendered)?;
        }
    }
}

/// Each line of the message has its own line of text with address and port, or for a block two.
fn check_body(draft: &Draft, body: &str) -> Result<(), TestCaseError> {
    let pairs = draft.lines.iter().map(|line| {
        (line.address.unwrap().to_string(), format!("{}/tcp", line.port.unwrap().get()))
    });
    let where_section = body.split("\n\n").collect::<Vec<_>>();
    for (address, port) in pairs {
        let is_shown = where_section.iter().any(|part| {
            part.lines().any(|line| line.contains(&address) && line.contains(&port))
                || (part.contains(&format!(": {address}\n")) && part.contains(&format!(": {port}\n")))
        });
        prop_assert!(is_shown, "{address} {port}\n{body}");
    }
    Ok(())
}

fn check_attachments(draft: &Draft, rendered: &Rendered) -> Result<(), TestCaseError> {
    let wanted: BTreeSet<(String, String)> =
        draft.lines.iter().map(|line| (line.finding.to_string(), line.endpoint.to_string())).collect();
    let mut reader = csv::Reader::from_reader(rendered.attachments[0].bytes.as_slice());
    let in_csv: Vec<(String, String)> =
        reader.records().map(|row| row.unwrap()).map(|row| (row[2].to_owned(), row[3].to_owned())).collect();
    let json: serde_json::Value = serde_json::from_slice(&rendered.attachments[1].bytes).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let in_json: Vec<(String, String)> = json["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (text(&line["finding"]), text(&line["endpoint"])))
        .collect();
    prop_assert_eq!(in_csv.len(), draft.lines.len());
    prop_assert_eq!(&in_csv, &in_json);
    prop_assert_eq!(in_csv.into_iter().collect::<BTreeSet<_>>(), wanted);
    for attachment in &rendered.attachments {
        prop_assert!(rendered.body.contains(&attachment.file_name));
    }
    Ok(())
}
