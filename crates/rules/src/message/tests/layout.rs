//! What holds for every message.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::catalogue::Catalogue;

#[test]
fn an_agreement_that_forbids_passing_on_is_stronger_than_the_marking() {
    let draft = Draft {
        may_forward: false,
        ..Draft::open_rdp(vec![rdp_line()])
    };
    let body = draft.render().body;
    assert!(body.contains("niet doorgeeft"), "{body}");
    assert!(!body.contains("Stuur dit bericht door"), "{body}");
    assert!(!body.contains("uw klanten"), "{body}");
}

#[test]
fn evidence_that_is_no_object_is_shown_as_it_is() {
    let line = MessageLine {
        evidence: "not\njson".to_owned(),
        ..service(1, "203.0.113.24", 3389)
    };
    assert!(
        Draft::open_rdp(vec![line])
            .render()
            .body
            .contains("?: not json")
    );
}

#[test]
fn long_web_addresses_are_shown_whole_and_not_in_a_table() {
    let url = format!("https://www.bakkerij-voorbeeld.example/{}", "a".repeat(300));
    let lines: Vec<MessageLine> = (1..=3)
        .map(|number| {
            line(
                number,
                Endpoint::Url(format!("{url}{number}").parse().unwrap()),
            )
        })
        .collect();
    let body = Draft::new(
        "malware-url",
        "malicious-code/malware-distribution",
        Role::Victim,
        lines,
    )
    .render()
    .body;
    for number in 1..=3 {
        assert!(
            body.contains(&format!("{}{number}", "a".repeat(300))),
            "{body}"
        );
    }
}

#[test]
fn subject_counts_systems_in_the_right_number_and_language() {
    for (lines, language, want) in [
        (
            1,
            Language::Nl,
            "[CSIRT Voorbeeld][HOOG][doelwit][TLP:AMBER] 1 systeem – Computer op afstand te bedienen via internet – NTF-2026-000042",
        ),
        (
            2,
            Language::Nl,
            "[CSIRT Voorbeeld][HOOG][doelwit][TLP:AMBER] 2 systemen – Computer op afstand te bedienen via internet – NTF-2026-000042",
        ),
        (
            2,
            Language::En,
            "[CSIRT Voorbeeld][HIGH][target][TLP:AMBER] 2 systems – Computer can be controlled over the internet – NTF-2026-000042",
        ),
    ] {
        let draft = Draft {
            language,
            ..Draft::open_rdp(many(lines))
        };
        assert_eq!(draft.render().subject, want);
    }
}

#[test]
fn several_findings_at_one_address_are_one_system() {
    let lines = vec![
        service(1, "203.0.113.24", 3389),
        service(2, "203.0.113.24", 3390),
    ];
    let rendered = Draft::open_rdp(lines).render();
    assert!(
        rendered.subject.contains("1 systeem"),
        "{}",
        rendered.subject
    );
    let header = |name: &str| {
        rendered
            .headers
            .iter()
            .find(|it| it.0 == name)
            .unwrap()
            .1
            .clone()
    };
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
        check_code: "",
        links: None,
        supplier: None,
        in_use: &[],
        all_clear: None,
    };
    let text = Catalogue::builtin().text_for(&threat, context.rsit);
    assert_eq!(
        render(&context, text).unwrap_err().to_string(),
        "message `NTF-2026-000042` has no lines"
    );
}

#[test]
fn every_variant_of_a_message_has_its_marking_twice_and_no_gaps() {
    for &language in Language::ALL {
        for &reader in Reader::ALL {
            for &relation in Relation::ALL {
                for &role in Role::ALL {
                    for &tlp in Tlp::ALL {
                        let draft =
                            Draft::new("open-rdp", "other/undetermined", role, vec![connection(1)]);
                        check_layout(&Draft {
                            language,
                            reader,
                            relation,
                            tlp,
                            ..draft
                        });
                    }
                }
            }
        }
    }
}

/// The marking is the first thing and stands at the end, running text is narrow, and no gap is left in a sentence.
pub(super) fn check_layout(draft: &Draft) {
    let body = draft.render().body;
    assert!(body.starts_with(draft.tlp.as_str()), "{body}");
    assert_eq!(
        body.matches(&format!("{} – ", draft.tlp)).count(),
        2,
        "{body}"
    );
    assert_eq!(example::flaws_in(&body), [""; 0], "{body}");
    for line in body.lines() {
        let is_glued = !example::may_be_wide(line) && has_glued_sentences(line);
        assert!(!is_glued, "{line}\n\n{body}");
    }
}

#[test]
fn what_is_only_a_sign_is_not_called_abuse() {
    for relation in [Relation::Owner, Relation::Provider, Relation::Relay] {
        for (language, abused, sign) in [
            (Language::Nl, "misbruikt.", "geen bewijs van misbruik"),
            (Language::En, "abused.", "no proof of abuse"),
        ] {
            let line = connection(1);
            let draft = Draft::new("malware-dns-query", "other/other", Role::Victim, vec![line]);
            let body = Draft {
                language,
                relation,
                ..draft
            }
            .render()
            .body;
            let text = body.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(sign) && !text.contains(abused), "{body}");
        }
    }
}

#[test]
fn what_a_provider_or_relay_reads_about_a_threat_addresses_nobody() {
    for relation in [Relation::Provider, Relation::Relay] {
        for threat in Catalogue::builtin().all() {
            for (language, begin, end) in [
                (Language::Nl, "WAT IS ER AAN DE HAND?", "WAAR?"),
                (Language::En, "WHAT IS GOING ON?", "WHERE?"),
            ] {
                let example = Example {
                    relation,
                    language,
                    ..Example::of(threat, time("2026-11-18 08:00:00"))
                };
                let body = example.render().unwrap().body;
                let (_, rest) = body.split_once(begin).unwrap();
                let (told, _) = rest.split_once(end).unwrap();
                for word in told.split(|it: char| !it.is_alphanumeric()) {
                    let addresses = ["u", "uw", "you", "your"].contains(&word);
                    assert!(!addresses, "{} {relation}: {told}", threat.slug);
                }
            }
        }
    }
}

/// Whether a sentence follows another without a space: a template swallowed a line break.
fn has_glued_sentences(line: &str) -> bool {
    let characters: Vec<char> = line.chars().collect();
    characters
        .windows(3)
        .any(|it| it[0].is_lowercase() && matches!(it[1], '.' | '?' | ':') && it[2].is_uppercase())
}

fn any_line() -> impl Strategy<Value = (u8, u16, bool, bool, Option<String>)> {
    (
        1..=254_u8,
        1..=65_535_u16,
        any::<bool>(),
        any::<bool>(),
        proptest::option::of("\\PC{1,20}"),
    )
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
        (
            line.address.unwrap().to_string(),
            format!("{}/tcp", line.port.unwrap().get()),
        )
    });
    let where_section = body.split("\n\n").collect::<Vec<_>>();
    for (address, port) in pairs {
        let is_shown = where_section.iter().any(|part| {
            part.lines()
                .any(|line| line.contains(&address) && line.contains(&port))
                || (part.contains(&format!(": {address}\n"))
                    && part.contains(&format!(": {port}\n")))
        });
        prop_assert!(is_shown, "{address} {port}\n{body}");
    }
    Ok(())
}

fn check_attachments(draft: &Draft, rendered: &Rendered) -> Result<(), TestCaseError> {
    let wanted: BTreeSet<(String, String)> = draft
        .lines
        .iter()
        .map(|line| (line.finding.to_string(), line.endpoint.to_string()))
        .collect();
    let mut reader = csv::Reader::from_reader(rendered.attachments[0].bytes.as_slice());
    let in_csv: Vec<(String, String)> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[2].to_owned(), row[3].to_owned()))
        .collect();
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

#[test]
fn what_was_told_before_or_is_back_is_called_so() {
    for (again, repeated, language, want) in [
        (true, false, Language::Nl, "nu opnieuw zichtbaar"),
        (false, true, Language::Nl, "nog steeds zichtbaar"),
        (true, true, Language::En, "visible again"),
        (false, true, Language::En, "still visible"),
    ] {
        let line = MessageLine {
            again,
            repeated,
            ..rdp_line()
        };
        let body = Draft {
            language,
            ..Draft::open_rdp(vec![line])
        }
        .render()
        .body;
        assert!(
            body.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(want),
            "{want}: {body}"
        );
    }
}

#[test]
fn both_attachments_hold_the_same_evidence_without_steering_characters() {
    let mut lines = many(51);
    lines[0].evidence =
        serde_json::json!({ "note": "a\u{202e}b\r\nc", "list": ["=x", 1, null] }).to_string();
    lines[1].evidence = "=no object".to_owned();
    let rendered = Draft::open_rdp(lines).render();
    let mut csv = csv::Reader::from_reader(rendered.attachments[0].bytes.as_slice());
    let cells: Vec<String> = csv
        .records()
        .map(|row| row.unwrap()[20].to_owned())
        .collect();
    let json: serde_json::Value = serde_json::from_slice(&rendered.attachments[1].bytes).unwrap();
    let in_csv: serde_json::Value = serde_json::from_str(&cells[0]).unwrap();
    assert_eq!(in_csv, json["lines"][0]["evidence"]);
    assert_eq!(in_csv["note"], "a\u{fffd}b  c");
    assert_eq!(cells[1], "'=no object");
    assert_eq!(json["lines"][1]["evidence"], "=no object");
}

#[test]
fn a_threat_without_a_text_renders_with_the_text_of_its_class() {
    for rsit in RsitType::ALL {
        for &language in Language::ALL {
            for &relation in Relation::ALL {
                let lines = vec![
                    service(1, "203.0.113.24", 8080),
                    service(2, "203.0.113.25", 8080),
                ];
                let draft = Draft::new("something-new", rsit.as_str(), Role::Target, lines);
                check_layout(&Draft {
                    language,
                    relation,
                    ..draft
                });
            }
        }
    }
}
