//! What a recipient reads when what it called solved is not seen any more.

use insta::assert_snapshot;
use model::Day;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn draft(language: Language) -> Draft {
    Draft {
        language,
        all_clear: Some(AllClear {
            solved_on: [day("2026-11-18"), day("2026-11-18")],
            reports_on: [day("2026-11-19"), day("2026-11-20")],
        }),
        links: Some(MessageLinks {
            check: "https://warnings.example/check".to_owned(),
            answer: "https://warnings.example/answer/secret".to_owned(),
        }),
        ..Draft::open_rdp(vec![rdp_line()])
    }
}

#[test]
fn all_clear_for_a_bakery() {
    assert_snapshot!(draft(Language::Nl).mail());
}

#[test]
fn all_clear_in_english_for_a_soc_about_what_was_solved_on_several_days() {
    let draft = draft(Language::En);
    assert_snapshot!(
        Draft {
            reader: Reader::Soc,
            all_clear: draft.all_clear.map(|clear| AllClear {
                solved_on: [day("2026-11-16"), day("2026-11-18")],
                ..clear
            }),
            lines: vec![rdp_line(), service(2, "203.0.113.25", 3389)],
            ..draft
        }
        .mail()
    );
}

#[test]
fn an_all_clear_asks_for_nothing_and_has_no_link_to_answer_by() {
    for &language in Language::ALL {
        for &reader in Reader::ALL {
            for &relation in Relation::ALL {
                let draft = Draft {
                    reader,
                    relation,
                    ..draft(language)
                };
                layout::check_layout(&draft);
                let mail = draft.mail();
                assert!(!mail.contains("/answer/"), "{mail}");
                assert!(!mail.contains("WAT VRAGEN WIJ") && !mail.contains("WHAT DO WE ASK"));
            }
        }
    }
}

#[test]
fn the_files_of_a_long_all_clear_say_that_nothing_is_visible() {
    let lines = (1..=60).map(|number| service(number, "203.0.113.24", 3000 + number as u16));
    let draft = Draft {
        lines: lines.collect(),
        ..draft(Language::Nl)
    };
    let mail = draft.mail();
    assert!(mail.contains("not-visible"), "{mail}");
}
