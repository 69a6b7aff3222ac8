//! What a recipient said of itself, in the messages about its systems.

use super::*;

fn draft(language: Language, tlp: Tlp) -> Draft {
    let line = MessageLine {
        own_reference: "CMDB-0042 / kassa".to_owned(),
        ..rdp_line()
    };
    Draft {
        language,
        tlp,
        supplier: Some(Supplier {
            name: "Kantoor-IT".to_owned(),
            email: "help@kantoor-it.example".parse().unwrap(),
        }),
        in_use: vec![Product {
            vendor: "Voorbeeld".to_owned(),
            name: "EdgeGate".to_owned(),
        }],
        ..Draft::open_rdp(vec![line])
    }
}

/// The text in one line, wherever it was broken.
fn text(draft: &Draft) -> String {
    let mail = draft.mail();
    mail.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_owner_reads_its_own_reference_product_and_supplier() {
    for (language, want) in [
        (
            Language::Nl,
            [
                "Uw kenmerk: CMDB-0042 / kassa",
                "U vertelde ons dat u Voorbeeld EdgeGate gebruikt.",
                "U vertelde ons dat Kantoor-IT dit systeem beheert. Stuur dit bericht door naar help@kantoor-it.example.",
            ],
        ),
        (
            Language::En,
            [
                "Your reference: CMDB-0042 / kassa",
                "You told us that you use Voorbeeld EdgeGate.",
                "You told us that Kantoor-IT looks after this system. Forward this message to help@kantoor-it.example.",
            ],
        ),
    ] {
        let text = text(&draft(language, Tlp::Amber));
        for sentence in want {
            assert!(text.contains(sentence), "{sentence}\n{text}");
        }
        assert!(!draft(language, Tlp::Amber).mail().contains("\n\n\n\n"));
    }
}

#[test]
fn a_message_that_may_not_leave_the_organisation_names_no_supplier() {
    for tlp in [Tlp::AmberStrict, Tlp::Red] {
        let text = text(&draft(Language::En, tlp));
        assert!(!text.contains("kantoor-it"), "{tlp}: {text}");
        assert!(text.contains("EdgeGate"), "{tlp}");
    }
}

#[test]
fn a_name_that_holds_an_address_or_a_line_break_stays_one_harmless_line() {
    let mut draft = draft(Language::En, Tlp::Amber);
    draft.supplier = Some(Supplier {
        name: "Kantoor\n\nWHERE? {{ tlp }}".to_owned(),
        email: "help@kantoor-it.example".parse().unwrap(),
    });
    let mail = draft.mail();
    assert!(!mail.contains("\nWHERE? {{"), "{mail}");
}
