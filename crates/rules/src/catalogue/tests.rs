//! What holds for the whole catalogue. The rules of a single text are in `check`.

use model::{Language, Reader, RsitClass};

use super::*;

#[test]
fn every_file_is_read_and_named_after_its_slug() {
    assert_eq!(Catalogue::builtin().all().count(), THREATS.len());
    assert_eq!(Catalogue::builtin().fallbacks().count(), FALLBACKS.len());
}

#[test]
fn a_file_with_an_unknown_field_or_another_slug_is_refused() {
    let (slug, text) = THREATS[0];
    assert!(Threat::from_toml("open-something", text).is_err());
    assert!(Threat::from_toml(slug, &format!("severity = 1\n{text}")).is_err());
    assert!(Threat::from_toml(slug, &text.replace("version = ", "varsion = ")).is_err());
}

#[test]
fn every_rsit_class_has_a_text_and_a_threat_of_its_own_goes_first() {
    for class in RsitClass::ALL {
        assert!(
            Catalogue::builtin().fallbacks.contains_key(class.as_str()),
            "{class}"
        );
    }
    let rsit = "vulnerable/vulnerable-system".parse().unwrap();
    let text_for = |slug: &str| {
        Catalogue::builtin()
            .text_for(&slug.parse().unwrap(), rsit)
            .slug
            .to_string()
    };
    assert_eq!(text_for("open-rdp"), "open-rdp");
    assert_eq!(text_for("something-new"), "vulnerable");
}

#[test]
fn every_text_keeps_the_rules_and_renders_in_each_variant() {
    let catalogue = Catalogue::builtin();
    let threats = catalogue.all().chain(catalogue.fallbacks());
    let mistakes: Vec<String> = threats
        .flat_map(check::check)
        .map(|mistake| mistake.to_string())
        .collect();
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_threat_says_what_its_findings_are_about() {
    for threat in Catalogue::builtin().all() {
        assert!(threat.keyed_by.is_some(), "{}", threat.slug);
    }
}

#[test]
fn every_text_expires_on_its_day_and_not_before() {
    for threat in Catalogue::builtin().all() {
        let is_expired = |day| threat.is_expired(day);
        assert!(is_expired(threat.expires), "{}", threat.slug);
        assert!(!is_expired(threat.reviewed), "{}", threat.slug);
    }
}

#[test]
fn no_two_texts_are_one_text_too_many() {
    let mut seen = BTreeMap::new();
    for threat in Catalogue::builtin().all() {
        for &language in Language::ALL {
            for &reader in Reader::ALL {
                let steps = &threat.advice(language, reader).steps;
                let other = seen.insert(steps.clone(), threat.slug.clone());
                assert_eq!(other, None, "{} has the same steps", threat.slug);
            }
        }
    }
}

#[test]
fn every_entry_is_the_same_after_a_way_through_json() {
    let builtin = Catalogue::builtin();
    for threat in builtin.all().chain(builtin.fallbacks()) {
        let back = Threat::from_json(&threat.to_json()).unwrap();
        assert_eq!(&back, threat);
        assert_eq!(builtin.entry(threat.slug.as_str()), Some(threat));
    }
}
