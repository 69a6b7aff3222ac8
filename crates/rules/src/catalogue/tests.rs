//! What every text must satisfy: complete, dated, and fit for its reader.

use model::{Language, Reader, RsitClass};

use super::*;

/// Words an entrepreneur should not have to know, in lower case. A word counts wherever it begins.
const JARGON_NL: &[&str] = &[
    "rdp",
    "poort",
    "patch",
    "exploit",
    "tcp",
    "udp",
    "cve",
    "tls",
    "ssl",
    "ssh",
    "dns",
    "nat",
    "botnet",
    "brute",
    "malware",
    "ransomware",
    "firewall",
    "credential",
    "payload",
    "phishing",
    "ddos",
    "sinkhole",
    "honeypot",
    "server",
    "router",
    "firmware",
    "log",
    "host",
    "url",
    "protocol",
    "authenticatie",
    "kwetsbaarheid",
    "mfa",
    "ip-adres",
    "script",
];
const JARGON_EN: &[&str] = &[
    "rdp",
    "port",
    "patch",
    "exploit",
    "tcp",
    "udp",
    "cve",
    "tls",
    "ssl",
    "ssh",
    "dns",
    "nat",
    "botnet",
    "brute",
    "malware",
    "ransomware",
    "firewall",
    "credential",
    "payload",
    "phishing",
    "ddos",
    "sinkhole",
    "honeypot",
    "server",
    "router",
    "firmware",
    "logs",
    "host",
    "url",
    "protocol",
    "authentication",
    "vulnerability",
    "mfa",
    "ip address",
    "script",
];

/// Words in a sentence for an entrepreneur, on average over all texts of a threat.
const ENTREPRENEUR_WORDS_AVERAGE_MAX: f64 = 13.0;

/// Words in any sentence for an entrepreneur.
const ENTREPRENEUR_WORDS_MAX: usize = 25;

/// Characters of a title, so that the subject still shows what it is about.
const TITLE_CHARS_MAX: usize = 60;

fn every_threat() -> impl Iterator<Item = &'static Threat> {
    Catalogue::builtin()
        .all()
        .chain(Catalogue::builtin().fallbacks())
}

/// Every text with a name for the failure message.
fn every_advice() -> impl Iterator<Item = (String, Language, Reader, &'static Advice)> {
    every_threat().flat_map(|threat| {
        Language::ALL.iter().flat_map(move |&language| {
            Reader::ALL.iter().map(move |&reader| {
                let name = format!("{} {language} {reader}", threat.slug);
                (name, language, reader, threat.advice(language, reader))
            })
        })
    })
}

fn texts(advice: &Advice) -> Vec<&str> {
    let ends = [&advice.check, &advice.cannot_fix, &advice.compromise];
    [&advice.title, &advice.what, &advice.consequence]
        .into_iter()
        .chain(&advice.steps)
        .chain(ends)
        .map(String::as_str)
        .collect()
}

/// Sentences of a text, without commands: those have full stops of their own.
fn sentences(text: &str) -> Vec<String> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let ends = prose
        .replace(". ", ".\n")
        .replace("? ", "?\n")
        .replace("! ", "!\n");
    ends.lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_file_is_read_and_named_after_its_slug() {
    assert_eq!(Catalogue::builtin().all().count(), THREATS.len());
    assert_eq!(Catalogue::builtin().fallbacks().count(), FALLBACKS.len());
}

#[test]
fn a_file_with_an_unknown_field_or_another_slug_is_refused() {
    let (slug, text) = THREATS[0];
    assert!(read_one("open-something", text).is_err());
    assert!(read_one(slug, &format!("severity = 1\n{text}")).is_err());
    assert!(read_one(slug, &text.replace("version = 1", "")).is_err());
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
fn every_text_is_there_and_in_one_piece() {
    for (name, _, _, advice) in every_advice() {
        for text in texts(advice) {
            assert!(!text.trim().is_empty(), "{name} has an empty text");
            assert_eq!(text, text.trim(), "{name}");
            assert_eq!(text.matches('`').count() % 2, 0, "{name}: {text}");
            assert!(
                !text.contains("  ") && !text.contains('\n'),
                "{name}: {text}"
            );
        }
    }
}

#[test]
fn steps_and_sentences_stay_within_their_numbers() {
    for (name, _, _, advice) in every_advice() {
        assert!(
            (1..=5).contains(&advice.steps.len()),
            "{name} has {} steps",
            advice.steps.len()
        );
        assert_eq!(sentences(&advice.what).len(), 1, "{name}: {}", advice.what);
        assert!(
            sentences(&advice.consequence).len() <= 2,
            "{name}: {}",
            advice.consequence
        );
        assert!(
            advice.title.chars().count() <= TITLE_CHARS_MAX,
            "{name}: {}",
            advice.title
        );
        assert!(!advice.title.ends_with('.'), "{name}: {}", advice.title);
    }
}

#[test]
fn texts_name_only_values_that_messages_fill_in() {
    for (name, _, _, advice) in every_advice() {
        for text in texts(advice) {
            let left = ["{address}", "{port}", "{name}", "{peer}"]
                .iter()
                .fold(text.to_owned(), |text, known| text.replace(known, ""));
            assert!(!left.contains(['{', '}']), "{name}: {text}");
        }
    }
}

#[test]
fn entrepreneurs_read_no_jargon_and_no_commands() {
    for (name, language, reader, advice) in every_advice() {
        if reader != Reader::Entrepreneur {
            continue;
        }
        let jargon = match language {
            Language::Nl => JARGON_NL,
            Language::En => JARGON_EN,
        };
        for text in texts(advice) {
            assert!(!text.contains('`'), "{name}: {text}");
            for word in jargon {
                assert!(!has_word(text, word), "{name} says `{word}`: {text}");
            }
        }
    }
}

/// Whether a word of the text is the word given, or begins with it if it is long enough to be unmistakable.
fn has_word(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '-');
    if word.contains(' ') {
        return text.contains(word);
    }
    words
        .into_iter()
        .any(|it| it == word || (word.len() > 4 && it.starts_with(word)))
}

#[test]
fn no_text_tells_its_reader_to_pass_the_message_on() {
    // The marking may forbid that, so only the message itself can say it.
    for (name, _, _, advice) in every_advice() {
        for text in texts(advice) {
            let text = text.to_lowercase();
            for phrase in [
                "stuur dit bericht",
                "bericht mee",
                "send this message",
                "message along",
                "forward",
            ] {
                // A "port forward" is something else.
                let text = text
                    .replace("port forward", "")
                    .replace("port-forward", "")
                    .replace("forwarding", "")
                    .replace("forwardingsmtp", "");
                assert!(!text.contains(phrase), "{name}: {text}");
            }
        }
    }
}

#[test]
fn sentences_for_entrepreneurs_are_short() {
    for (name, _, reader, advice) in every_advice() {
        if reader != Reader::Entrepreneur {
            continue;
        }
        let all: Vec<String> = texts(advice)
            .into_iter()
            .skip(1)
            .flat_map(sentences)
            .collect();
        let counts: Vec<usize> = all.iter().map(|it| it.split_whitespace().count()).collect();
        let average = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
        assert!(
            average <= ENTREPRENEUR_WORDS_AVERAGE_MAX,
            "{name}: {average:.1} words a sentence"
        );
        for (sentence, count) in all.iter().zip(counts) {
            assert!(
                count <= ENTREPRENEUR_WORDS_MAX,
                "{name}: {count} words: {sentence}"
            );
        }
    }
}

#[test]
fn what_an_administrator_reads_about_a_threat_addresses_nobody() {
    for (name, _, reader, advice) in every_advice() {
        if reader != Reader::Administrator {
            continue;
        }
        for text in [&advice.title, &advice.what, &advice.consequence] {
            for word in ["u", "uw", "you", "your", "yours"] {
                assert!(!has_word(text, word), "{name} says `{word}`: {text}");
            }
        }
    }
}

#[test]
fn every_text_was_reviewed_and_expires_later_but_within_two_years() {
    for threat in every_threat() {
        let days = threat.expires.days() - threat.reviewed.days();
        assert!(
            (1..=731).contains(&days),
            "{} expires after {days} days",
            threat.slug
        );
        assert!(threat.version >= 1, "{}", threat.slug);
        assert!(
            threat.is_expired(threat.expires) && !threat.is_expired(threat.reviewed),
            "{}",
            threat.slug
        );
    }
}

#[test]
fn every_source_has_a_name_and_a_secure_address() {
    for threat in every_threat() {
        assert!(!threat.sources.is_empty(), "{}", threat.slug);
        for source in &threat.sources {
            assert!(
                !source.name.is_empty() && source.url.starts_with("https://"),
                "{}: {source:?}",
                threat.slug
            );
        }
    }
}
