//! What holds for every noun: nothing crashes it, nothing that acts gets in, and its text reads back as itself.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;

use crate::*;

/// Reads a text as one kind of noun, and checks whatever was accepted.
fn check<T: FromStr + Display + PartialEq + Debug>(text: &str)
where
    T::Err: Display,
{
    match text.parse::<T>() {
        Ok(noun) => {
            let written = noun.to_string();
            assert!(is_safe(&written), "{written:?}");
            assert_eq!(
                written.parse::<T>().ok(),
                Some(noun),
                "{text:?} is written as {written:?}"
            );
        }
        Err(error) => {
            let message = error.to_string();
            assert!(is_safe(&message), "{message:?}");
            assert!(message.chars().count() < 3000, "{message}");
        }
    }
}

fn is_safe(text: &str) -> bool {
    !text.chars().any(shown::is_unsafe_to_show)
}

fn check_all(text: &str) {
    check::<Asn>(text);
    check::<Prefix>(text);
    check::<AddressRange>(text);
    check::<Port>(text);
    check::<Transport>(text);
    check::<DomainName>(text);
    check::<WebUrl>(text);
    check::<EmailAddress>(text);
    check::<Tlp>(text);
    check::<Pap>(text);
    check::<RsitType>(text);
    check::<SeveritySet>(text);
    check::<CveId>(text);
    check::<Timestamp>(text);
    check::<Zone>(text);
    check::<Day>(text);
    check::<KvkNumber>(text);
    check::<PhoneNumber>(text);
    check::<SourceGrade>(text);
    check::<ThreatSlug>(text);
    check::<Identifier>(text);
    let _ = parse_address(text).map(classify);
    let _ = CveId::find_all(text);
    for kind in AssetKind::ALL {
        if let Ok(asset) = AssetValue::parse(*kind, text) {
            assert!(is_safe(&asset.to_string()), "{asset}");
            assert!(is_safe(&asset.canonical_claim()), "{asset}");
        }
    }
}

#[test]
fn hostile_texts_are_refused_or_harmless() {
    let huge = "x".repeat(5_000_000);
    let huge_foreign = "\u{10ffff}.".repeat(500_000);
    for text in [
        "",
        " ",
        "\0",
        "\u{feff}192.0.2.1",
        "192.0.2.1\r\nBcc: x@x.example",
        "\u{1b}]0;title\u{7}",
        "\u{202e}elpmaxe.x.www",
        "x.example\u{2028}",
        "http://x.example/\u{1b}[31m",
        "http://x.example/?a=\u{202e}",
        "a\u{301}\u{301}\u{301}.example",
        "\u{661}\u{662}\u{663}",
        "\u{ff0e}",
        "%00",
        "xn--\u{e9}.example",
        "xn--ls8h.example",
        "xn--0.xn--0",
        &huge,
        &huge_foreign,
    ] {
        check_all(text);
    }
}

/// Checks that every value of a set is found again by its code and by its text, in any case.
macro_rules! check_vocabularies {
    ($($name:ty),+ $(,)?) => {
        $(
            for value in <$name>::ALL {
                assert_eq!(<$name>::from_code(value.code()), Some(*value));
                assert_eq!(value.as_str().parse(), Ok(*value));
                assert_eq!(value.as_str().to_ascii_uppercase().replace('-', "_").parse(), Ok(*value));
                assert_eq!(format!("[{value:>80}]").len(), 82);
            }
            assert_eq!(<$name>::from_code(-1), None);
            assert!(<$name>::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        )+
    };
}

#[test]
fn every_value_of_a_closed_set_is_found_by_code_and_text() {
    check_vocabularies!(
        AssetKind,
        ComplaintDoor,
        ComplaintState,
        Credibility,
        IdKind,
        KeyedBy,
        Language,
        LegalClass,
        LinkKind,
        MessageKind,
        Relation,
        ReleaseRule,
        StatisticsRegime,
        Pap,
        PartyRole,
        QuestionKind,
        Reader,
        Reliability,
        Role,
        RowVerdict,
        RsitClass,
        RsitType,
        Severity,
        Side,
        StoryStatus,
        SuggestionOrigin,
        Tlp,
        Transport,
        Usefulness,
    );
}

#[test]
fn serde_refuses_what_is_no_noun() {
    let name: DomainName = serde_json::from_str("\"WWW.X.example\"").unwrap();
    assert_eq!(serde_json::to_string(&name).unwrap(), "\"www.x.example\"");
    let error = serde_json::from_str::<DomainName>("\"192.0.2.1\"")
        .unwrap_err()
        .to_string();
    assert!(error.contains("this is an IP address"), "{error}");
}

proptest! {
    #[test]
    fn any_text_is_refused_or_harmless(text: String) {
        check_all(&text);
    }

    #[test]
    fn texts_that_look_like_nouns_are_refused_or_harmless(
        text in "(http://|CVE-2024-|AS|TLP:)?[a-z0-9.:/@%-]{0,24}(\\PC|\\pC)?[a-z0-9.:/@-]{0,12}",
    ) {
        check_all(&text);
    }
}
