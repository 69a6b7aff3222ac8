//! Each rule, with a text that breaks it.

use super::*;
use crate::catalogue::list::THREATS;

/// `open-rdp` with one thing changed.
fn changed(from: &str, to: &str) -> Threat {
    let (_, text) = THREATS
        .iter()
        .find(|(slug, _)| *slug == "open-rdp")
        .unwrap();
    assert!(text.contains(from), "{from}");
    Threat::from_toml("open-rdp", &text.replacen(from, to, 1)).unwrap()
}

fn problems(threat: &Threat) -> String {
    let problems: Vec<String> = check(threat).iter().map(Mistake::to_string).collect();
    problems.join("\n")
}

#[test]
fn each_rule_names_the_field_and_what_is_wrong() {
    let title = "title = \"Computer op afstand te bedienen via internet\"";
    let what = "what = \"Iedereen op internet kan";
    let check = "check = \"Vraag iemand buiten uw bedrijf";
    let beheer = "title = \"RDP (Extern bureaublad) open op internet\"";
    let update = "\"Installeer alle updates van Windows.\",";
    for (from, to, want) in [
        (title, "title = \"\"", "nl.entrepreneur.title: is empty"),
        (
            title,
            "title = \"Computer te bedienen.\"",
            "ends with a full stop",
        ),
        (title, "title = \"Een open RDP\"", "title: says `rdp`"),
        (
            what,
            "what = \"Let op. Iedereen op internet kan",
            "what: 2 sentences",
        ),
        (
            what,
            "what = \"Op {address} kan  iedereen op internet",
            "two spaces",
        ),
        (
            what,
            "what = \"Op {adres} kan iedereen op internet",
            "has a brace",
        ),
        (
            what,
            "what = \"Op {name} kan iedereen op internet",
            "names {name}",
        ),
        (
            check,
            "check = \"Zie www.desk.example en vraag iemand buiten uw bedrijf",
            "has a link",
        ),
        (
            check,
            "check = \"Typ `nmap` en vraag iemand buiten uw bedrijf",
            "has a command",
        ),
        (
            check,
            "check = \"Typ ` en vraag iemand buiten uw bedrijf",
            "does not end",
        ),
        (
            check,
            "check = \"Stuur dit bericht aan iemand buiten uw bedrijf",
            "pass it on",
        ),
        (
            check,
            "check = \"Vraag \u{2013} iemand buiten uw bedrijf",
            "has U+2013",
        ),
        (
            check,
            "check = \"Zie CVE-24-1 en vraag iemand buiten uw bedrijf",
            "`CVE-24-1`",
        ),
        (update, "\"a\", \"b\",", "6 steps"),
        (update, "", "steps in Dutch"),
        (
            beheer,
            "title = \"RDP staat bij u open op internet\"",
            "addresses somebody (`u`)",
        ),
        (
            beheer,
            "title = \"RDP (CVE-2019-0708) open op internet\"",
            "only one language names CVE-2019-0708",
        ),
        (
            "expires = \"2027",
            "expires = \"2029",
            "days after reviewed",
        ),
        ("version = ", "version = 0 # ", "counts from 1"),
        ("url = \"https:", "url = \"http:", "https address"),
    ] {
        let found = problems(&changed(from, to));
        assert!(
            found.contains(want),
            "{to}\nwants `{want}`, found:\n{found}"
        );
    }
}

#[test]
fn long_sentences_are_counted_without_their_commands() {
    let step = "\"Installeer alle updates van Windows.\",";
    let long = format!("\"{}.\",", ["woord"; 26].join(" "));
    assert!(problems(&changed(step, &long)).contains("26 words, at most 25"));
    let beheer = "\"Geef toegang op afstand alleen via";
    let command = format!(
        "\"Typ `{}` en geef toegang alleen via",
        "x ".repeat(50).trim()
    );
    assert_eq!(problems(&changed(beheer, &command)), "");
}

#[test]
fn ids_are_told_from_other_words() {
    for (text, want) in [
        (
            "CVE-2024-1234, T1190 en T1021.001.",
            vec!["CVE-2024-1234", "T1190", "T1021.001"],
        ),
        ("Een T1-lijn, de CVE-lijst, type TS4 of T-1000.", vec![]),
    ] {
        assert_eq!(named_ids(text).collect::<Vec<_>>(), want, "{text}");
    }
    for (id, want) in [
        ("CVE-2024-1234", true),
        ("CVE-24-1", false),
        ("T1021.001", true),
        ("T102", false),
        ("T1021.1", false),
    ] {
        assert_eq!(is_id(id), want, "{id}");
    }
}

#[test]
fn a_changed_text_counts_its_version_up() {
    let present = changed("version = ", "version = ");
    assert!(check_replaces(&present, &present).is_empty());
    let other = changed("title = \"Computer op", "title = \"PC op");
    assert_eq!(check_replaces(&other, &present).len(), 1);
    let mut newer = other;
    newer.version += 1;
    assert!(check_replaces(&newer, &present).is_empty());
}
