//! Whole mails, as their readers get them.

use insta::assert_snapshot;

use super::*;

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
    let draft = Draft::new(
        "vulnerable-http",
        "vulnerable/vulnerable-system",
        Role::Target,
        vec![line],
    );
    assert_snapshot!(
        Draft {
            severity: Severity::Critical,
            ..draft
        }
        .mail()
    );
}

#[test]
fn exposed_tls_for_a_bakery() {
    let draft = Draft::new(
        "exposed-tls",
        "vulnerable/potentially-unwanted-accessible",
        Role::Target,
        vec![service(1, "203.0.113.24", 443)],
    );
    assert_snapshot!(
        Draft {
            severity: Severity::Info,
            ..draft
        }
        .mail()
    );
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
    let line = MessageLine {
        peer_port: Some(port(22)),
        ..connection(1)
    };
    assert_snapshot!(
        Draft::new(
            "brute-force-source",
            "intrusion-attempts/brute-force",
            Role::Victim,
            vec![line]
        )
        .mail()
    );
}

#[test]
fn ddos_participant_for_a_bakery() {
    assert_snapshot!(
        Draft::new(
            "ddos-participant",
            "availability/ddos",
            Role::Victim,
            vec![connection(1)]
        )
        .mail()
    );
}

#[test]
fn ddos_target_for_a_bakery() {
    let line = MessageLine {
        port: Some(port(443)),
        peer_port: None,
        peer_address: None,
        ..connection(1)
    };
    assert_snapshot!(
        Draft::new("ddos-target", "availability/ddos", Role::Target, vec![line]).mail()
    );
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
        Draft::new(
            "compromised-website",
            "intrusions/system-compromise",
            Role::Victim,
            vec![line]
        )
        .mail()
    );
}

#[test]
fn malware_url_for_a_bakery() {
    let url: WebUrl = "http://www.bakkerij-voorbeeld.example/wp-content/uploads/factuur.zip"
        .parse()
        .unwrap();
    let line = MessageLine {
        reason: "De naam www.bakkerij-voorbeeld.example valt onder het geregistreerde domein bakkerij-voorbeeld.example."
            .to_owned(),
        ..line(1, Endpoint::Url(url))
    };
    assert_snapshot!(
        Draft::new(
            "malware-url",
            "malicious-code/malware-distribution",
            Role::Victim,
            vec![line]
        )
        .mail()
    );
}

#[test]
fn leaked_credentials_for_a_bakery() {
    let line = MessageLine {
        identifier: Some("el**********************le".parse().unwrap()),
        reason: "Het e-maildomein bakkerij-voorbeeld.example is een geregistreerd domein."
            .to_owned(),
        ..line(1, Endpoint::EmailDomain(name("bakkerij-voorbeeld.example")))
    };
    assert_snapshot!(
        Draft::new(
            "leaked-credentials",
            "information-content-security/data-leak",
            Role::Victim,
            vec![line]
        )
        .mail()
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
    let draft = Draft {
        language: Language::En,
        reader: Reader::Administrator,
        ..Draft::open_rdp(lines)
    };
    assert_snapshot!(
        Draft {
            source: Some("Shadowserver"),
            ..draft
        }
        .mail()
    );
}

#[test]
fn a_dutch_administrator_with_one_victim_gets_commands_with_the_values_filled_in() {
    let line = MessageLine {
        identifier: Some("avalanche-andromeda".parse().unwrap()),
        ..connection(1)
    };
    assert_snapshot!(
        Draft {
            reader: Reader::Administrator,
            ..Draft::malware(vec![line])
        }
        .mail()
    );
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
    let lines = vec![
        service(1, "203.0.113.24", 3389),
        service(2, "203.0.113.25", 3389),
        service(3, "203.0.113.26", 3389),
    ];
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
    let mail = Draft {
        tlp: Tlp::Red,
        ..Draft::open_rdp(vec![rdp_line()])
    }
    .mail();
    assert!(!mail.contains("Stuur dit bericht door"));
    assert_snapshot!(mail);
}

#[test]
fn sixty_lines_go_to_attachments_and_the_body_counts_them() {
    let mut lines = many(60);
    lines[0].evidence = r#"{"note":"=cmd|' /C calc'!A0"}"#.to_owned();
    lines[1].identifier = Some("=1+1".parse().unwrap());
    assert_snapshot!(
        Draft {
            reader: Reader::Administrator,
            ..Draft::open_rdp(lines)
        }
        .mail()
    );
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
        identifier: Some(
            "{{ reference }} `x` https://phishing.example"
                .parse()
                .unwrap(),
        ),
        reason: "Reden\nBcc: iemand@elders.example {{ phone }}".to_owned(),
        ..service(1, "203.0.113.24", 3389)
    };
    let mut draft = Draft::open_rdp(vec![line]);
    draft.recipient = "Bakkerij\r\nBcc: iemand@elders.example \u{202e}".to_owned();
    draft.desk.name = "CSIRT\nVoorbeeld".to_owned();
    let rendered = draft.render();
    assert_eq!(rendered.subject.lines().count(), 1);
    for (name, value) in &rendered.headers {
        assert!(
            value.chars().all(|it| matches!(it, ' '..='~')),
            "{name}: {value}"
        );
    }
    assert_snapshot!(draft.mail());
}

#[test]
fn open_docker_for_a_dutch_soc() {
    let draft = Draft::new(
        "open-docker",
        "vulnerable/vulnerable-system",
        Role::Target,
        vec![service(1, "203.0.113.24", 2375)],
    );
    assert_snapshot!(
        Draft {
            reader: Reader::Soc,
            severity: Severity::Critical,
            recipient: "Gemeente Voorbeeld".to_owned(),
            ..draft
        }
        .mail()
    );
}

#[test]
fn malware_infection_for_an_english_soc() {
    let line = MessageLine {
        identifier: Some("avalanche-andromeda".parse().unwrap()),
        reason: "Address 203.0.113.24 is in the registered range 203.0.113.0/24.".to_owned(),
        ..connection(1)
    };
    assert_snapshot!(
        Draft {
            reader: Reader::Soc,
            language: Language::En,
            recipient: "Example Hospital".to_owned(),
            ..Draft::malware(vec![line])
        }
        .mail()
    );
}

#[test]
fn compromised_exchange_for_a_bakery() {
    let draft = Draft::new(
        "compromised-exchange",
        "intrusions/system-compromise",
        Role::Victim,
        vec![service(1, "203.0.113.24", 443)],
    );
    assert_snapshot!(
        Draft {
            severity: Severity::Critical,
            ..draft
        }
        .mail()
    );
}

#[test]
fn ransomware_victim_for_a_bakery() {
    let endpoint = Endpoint::Host(name("www.bakkerij-voorbeeld.example"));
    let line = MessageLine {
        reason: "De naam www.bakkerij-voorbeeld.example valt onder het geregistreerde domein bakkerij-voorbeeld.example."
            .to_owned(),
        ..line(1, endpoint)
    };
    assert_snapshot!(
        Draft::new(
            "ransomware-victim",
            "intrusions/system-compromise",
            Role::Victim,
            vec![line]
        )
        .mail()
    );
}

#[test]
fn amplifier_ntp_for_an_english_administrator() {
    let line = MessageLine {
        endpoint: Endpoint::AddressPort {
            address: "203.0.113.24".parse().unwrap(),
            port: port(123),
            transport: Transport::Udp,
        },
        reason: "Address 203.0.113.24 is in the registered range 203.0.113.0/24.".to_owned(),
        ..service(1, "203.0.113.24", 123)
    };
    let draft = Draft::new(
        "amplifier-ntp",
        "vulnerable/vulnerable-system",
        Role::Target,
        vec![line],
    );
    assert_snapshot!(
        Draft {
            reader: Reader::Administrator,
            language: Language::En,
            ..draft
        }
        .mail()
    );
}

#[test]
fn a_provider_gets_a_text_to_forward_even_if_a_soc_reads_its_mail() {
    let draft = Draft::new(
        "open-adb",
        "vulnerable/vulnerable-system",
        Role::Target,
        vec![service(1, "203.0.113.24", 5555)],
    );
    let mail = Draft {
        relation: Relation::Provider,
        recipient: "Noordlijn B.V.".to_owned(),
        reader: Reader::Soc,
        ..draft
    }
    .mail();
    assert!(mail.contains("TEKST OM DOOR TE STUREN") && !mail.contains("ATT&CK"));
    assert_snapshot!(mail);
}

#[test]
fn a_message_names_the_pages_of_the_desk_where_there_are_any() {
    for language in [Language::Nl, Language::En] {
        let draft = Draft {
            links: Some(MessageLinks {
                check: "https://warnings.example/check".to_owned(),
                answer: "https://warnings.example/answer/3wpxg99rpaszc4n7b4ftw0bfx6am0dh5pf4dr1g"
                    .to_owned(),
            }),
            language,
            ..Draft::open_rdp(vec![rdp_line()])
        };
        let mail = draft.mail();
        let from = mail.find("ANTWOORD").or_else(|| mail.find("YOUR ANSWER"));
        let until = mail.find("PRIVACY");
        assert_snapshot!(
            format!("pages_of_the_desk_in_{language}"),
            &mail[from.unwrap()..until.unwrap()]
        );
    }
}
