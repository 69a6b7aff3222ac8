//! The rules that every text of the catalogue keeps: complete, dated, and fit for its reader.
//!
//! The tests ask them of the whole catalogue, and `seinpost catalogue check` of a file that somebody is writing.

mod words;

use std::collections::BTreeSet;
use std::fmt;

use model::{CveId, KeyedBy, Language, Reader};

use super::{Advice, Threat};
use crate::message;

/// Characters of a title, so that the subject still shows what it is about.
const TITLE_CHARS_MAX: usize = 60;

/// Steps that people still follow.
const STEPS_MAX: usize = 5;

/// Sentences that say what may come of it.
const CONSEQUENCE_SENTENCES_MAX: usize = 2;

/// Words in a sentence for an entrepreneur, on average over all texts of a threat.
const ENTREPRENEUR_WORDS_AVERAGE_MAX: f64 = 13.0;

/// Words in any sentence for an entrepreneur.
const ENTREPRENEUR_WORDS_MAX: usize = 25;

/// Words in any sentence for those who do the work, without commands.
const EXPERT_WORDS_MAX: usize = 40;

/// Days for which a review holds: two years.
const REVIEW_DAYS_MAX: i32 = 731;

/// What stands for a value of the finding.
const PLACEHOLDERS: [&str; 4] = ["{address}", "{port}", "{name}", "{peer}"];

/// Characters that do not survive every mail program, or that look like another one.
const TRAPS: [char; 9] = [
    '\u{2013}', '\u{2014}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2026}', '\t',
    '\u{a0}',
];

/// A place where a text breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The threat.
    pub slug: String,
    /// The field, such as `nl.soc.steps[2]`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.slug, self.field, self.problem)
    }
}

/// Everything that is wrong with a threat, in the order of its file; then what is wrong with the mails made of it.
pub fn check(threat: &Threat) -> Vec<Mistake> {
    let mut found = Found::of(threat);
    check_head(threat, &mut found);
    for &language in Language::ALL {
        for &reader in Reader::ALL {
            check_advice(threat, language, reader, &mut found);
        }
        check_readers_differ(threat, language, &mut found);
    }
    check_languages_agree(threat, &mut found);
    if found.mistakes.is_empty() {
        for (variant, problem) in message::flaws_of(threat) {
            found.add(variant, problem);
        }
    }
    found.mistakes
}

/// What is wrong with putting a threat in the place of the one that is there: a changed text has a higher version.
pub fn check_replaces(threat: &Threat, present: &Threat) -> Vec<Mistake> {
    let mut found = Found::of(threat);
    if threat != present && threat.version <= present.version {
        found.add(
            "version",
            format!(
                "the texts differ from those of version {}, so count it up",
                present.version
            ),
        );
    }
    found.mistakes
}

/// Mistakes of one threat.
struct Found<'t> {
    slug: &'t str,
    mistakes: Vec<Mistake>,
}

impl<'t> Found<'t> {
    fn of(threat: &'t Threat) -> Self {
        Self {
            slug: threat.slug.as_str(),
            mistakes: Vec::new(),
        }
    }

    fn add(&mut self, field: impl Into<String>, problem: impl Into<String>) {
        self.mistakes.push(Mistake {
            slug: self.slug.to_owned(),
            field: field.into(),
            problem: problem.into(),
        });
    }
}

fn check_head(threat: &Threat, found: &mut Found<'_>) {
    if threat.version == 0 {
        found.add("version", "counts from 1");
    }
    let days = threat.expires.days() - threat.reviewed.days();
    if !(1..=REVIEW_DAYS_MAX).contains(&days) {
        found.add(
            "expires",
            format!("is {days} days after reviewed; 1 to {REVIEW_DAYS_MAX} are meant"),
        );
    }
    if threat.sources.is_empty() {
        found.add("sources", "has none; name what the advice rests on");
    }
    for source in &threat.sources {
        if source.name.trim().is_empty() || !source.url.starts_with("https://") {
            let problem = format!("needs a name and an https address: {}", source.url);
            found.add("sources", problem);
        }
    }
}

/// The texts of an advice with the names of their fields, in the order in which they are read.
fn named_texts(advice: &Advice) -> impl Iterator<Item = (String, &str)> {
    let named = |name: &str, text| (name.to_owned(), text);
    let beginning = [
        named("title", advice.title.as_str()),
        named("what", &advice.what),
        named("consequence", &advice.consequence),
    ];
    let steps = advice.steps.iter().enumerate();
    let steps = steps.map(|(index, step)| (format!("steps[{}]", index + 1), step.as_str()));
    let end = [
        named("check", advice.check.as_str()),
        named("cannot_fix", &advice.cannot_fix),
        named("compromise", &advice.compromise),
    ];
    beginning.into_iter().chain(steps).chain(end)
}

fn check_advice(threat: &Threat, language: Language, reader: Reader, found: &mut Found<'_>) {
    let advice = threat.advice(language, reader);
    let place = format!("{language}.{reader}");
    for (field, text) in named_texts(advice) {
        let field = format!("{place}.{field}");
        check_text(text, threat.keyed_by, |problem| {
            found.add(field.clone(), problem)
        });
    }
    check_numbers(advice, &place, found);
    match reader {
        Reader::Entrepreneur => check_entrepreneur(advice, language, &place, found),
        Reader::Administrator | Reader::Soc => check_expert(advice, &place, found),
    }
    let has_command = named_texts(advice).any(|(_, text)| text.contains('`'));
    if reader == Reader::Administrator && threat.keyed_by.is_some() && !has_command {
        found.add(place, "holds no command: what does an administrator type?");
    }
}

/// What holds for any text.
fn check_text(text: &str, keyed_by: Option<KeyedBy>, mut wrong: impl FnMut(String)) {
    if text.trim().is_empty() {
        wrong("is empty".to_owned());
    }
    if text != text.trim() || text.contains("  ") || text.contains('\n') {
        wrong("has a line break, two spaces in a row, or a space at an end".to_owned());
    }
    if !text.matches('`').count().is_multiple_of(2) {
        wrong("has a command that does not end: an odd number of backticks".to_owned());
    }
    check_placeholders(text, keyed_by, &mut wrong);
    if let Some(trap) = text.chars().find(|it| TRAPS.contains(it)) {
        wrong(format!(
            "has U+{:04X}; use the plain character",
            trap as u32
        ));
    }
    let prose = words::prose(text);
    if let Some(phrase) = words::passing_on_in(&prose) {
        wrong(format!(
            "says `{phrase}`, but the marking may forbid to pass it on"
        ));
    }
    if ["http://", "https://", "www."]
        .iter()
        .any(|it| prose.contains(it))
    {
        wrong("has a link outside a command; links are sources".to_owned());
    }
    for id in named_ids(&prose) {
        if !is_id(id) {
            wrong(format!(
                "names `{id}`, which is no CVE and no ATT&CK technique"
            ));
        }
    }
}

fn check_placeholders(text: &str, keyed_by: Option<KeyedBy>, wrong: &mut impl FnMut(String)) {
    let left = PLACEHOLDERS
        .iter()
        .fold(text.to_owned(), |text, known| text.replace(known, ""));
    if left.contains(['{', '}']) {
        let known = PLACEHOLDERS.join(", ");
        wrong(format!("has a brace that belongs to none of {known}"));
    }
    for placeholder in PLACEHOLDERS {
        if text.contains(placeholder) && !may_name(placeholder, keyed_by) {
            wrong(format!(
                "names {placeholder}, which such a finding may not have"
            ));
        }
    }
}

/// Whether findings that are keyed so have the value as a rule.
fn may_name(placeholder: &str, keyed_by: Option<KeyedBy>) -> bool {
    let Some(keyed_by) = keyed_by else {
        return true;
    };
    match placeholder {
        "{address}" => !matches!(keyed_by, KeyedBy::Host | KeyedBy::EmailDomain),
        "{port}" => matches!(keyed_by, KeyedBy::AddressPort | KeyedBy::HostPort),
        "{name}" => !matches!(keyed_by, KeyedBy::Address | KeyedBy::AddressPort),
        _ => true,
    }
}

fn check_numbers(advice: &Advice, place: &str, found: &mut Found<'_>) {
    if !(1..=STEPS_MAX).contains(&advice.steps.len()) {
        let problem = format!("{} steps; 1 to {STEPS_MAX} are meant", advice.steps.len());
        found.add(format!("{place}.steps"), problem);
    }
    let count = words::sentences(&advice.what).len();
    if count != 1 {
        found.add(
            format!("{place}.what"),
            format!("{count} sentences; one is meant"),
        );
    }
    let count = words::sentences(&advice.consequence).len();
    if count > CONSEQUENCE_SENTENCES_MAX {
        let problem = format!("{count} sentences, at most {CONSEQUENCE_SENTENCES_MAX}");
        found.add(format!("{place}.consequence"), problem);
    }
    let count = advice.title.chars().count();
    if count > TITLE_CHARS_MAX {
        let problem = format!("{count} characters, at most {TITLE_CHARS_MAX}");
        found.add(format!("{place}.title"), problem);
    }
    if advice.title.ends_with('.') {
        found.add(format!("{place}.title"), "ends with a full stop");
    }
}

/// An entrepreneur reads no jargon and no commands, and short sentences.
fn check_entrepreneur(advice: &Advice, language: Language, place: &str, found: &mut Found<'_>) {
    let mut counts = Vec::new();
    for (field, text) in named_texts(advice) {
        let place = format!("{place}.{field}");
        if text.contains('`') {
            found.add(place.clone(), "has a command");
        }
        for word in words::jargon_in(text, language) {
            found.add(place.clone(), format!("says `{word}`: {text}"));
        }
        if field == "title" {
            continue;
        }
        check_sentences(text, ENTREPRENEUR_WORDS_MAX, &place, found);
        let sentences = words::sentences(text);
        counts.extend(sentences.iter().map(|it| words::word_count(it)));
    }
    let average = counts.iter().sum::<usize>() as f64 / counts.len().max(1) as f64;
    if average > ENTREPRENEUR_WORDS_AVERAGE_MAX {
        let problem = format!(
            "{average:.1} words a sentence on average, at most {ENTREPRENEUR_WORDS_AVERAGE_MAX}"
        );
        found.add(place, problem);
    }
}

/// What says what is going on also goes to a provider or relay, so it addresses nobody.
fn check_expert(advice: &Advice, place: &str, found: &mut Found<'_>) {
    for (field, text) in named_texts(advice) {
        let place = format!("{place}.{field}");
        if let ("title" | "what" | "consequence", Some(word)) =
            (field.as_str(), words::addressing_in(text))
        {
            found.add(
                place.clone(),
                format!("addresses somebody (`{word}`): {text}"),
            );
        }
        check_sentences(text, EXPERT_WORDS_MAX, &place, found);
    }
}

fn check_sentences(text: &str, words_max: usize, place: &str, found: &mut Found<'_>) {
    for sentence in words::sentences(text) {
        let count = words::word_count(&sentence);
        if count > words_max {
            found.add(
                place,
                format!("{count} words, at most {words_max}: {sentence}"),
            );
        }
    }
}

/// The third reader asks other questions than the second; a copy helps nobody.
fn check_readers_differ(threat: &Threat, language: Language, found: &mut Found<'_>) {
    let administrator = threat.advice(language, Reader::Administrator);
    let soc = threat.advice(language, Reader::Soc);
    if administrator.steps == soc.steps {
        found.add(
            format!("{language}.soc.steps"),
            "repeats the administrator's",
        );
    }
}

/// Both languages say the same: as many steps, and the same CVE and technique ids.
fn check_languages_agree(threat: &Threat, found: &mut Found<'_>) {
    for &reader in Reader::ALL {
        let [nl, en] = [Language::Nl, Language::En].map(|it| threat.advice(it, reader));
        if nl.steps.len() != en.steps.len() {
            let problem = format!(
                "{} steps in Dutch, {} in English",
                nl.steps.len(),
                en.steps.len()
            );
            found.add(format!("en.{reader}.steps"), problem);
        }
        let (nl, en) = (ids_of(nl), ids_of(en));
        let only_one: Vec<&str> = nl.symmetric_difference(&en).map(String::as_str).collect();
        if !only_one.is_empty() {
            let problem = format!("only one language names {}", only_one.join(", "));
            found.add(format!("en.{reader}"), problem);
        }
    }
}

fn ids_of(advice: &Advice) -> BTreeSet<String> {
    let texts = named_texts(advice);
    texts
        .flat_map(|(_, text)| named_ids(text).map(str::to_owned).collect::<Vec<_>>())
        .filter(|id| is_id(id))
        .collect()
}

/// Words that look like the id of a hole (`CVE-2024-1234`) or of a technique (`T1190`, `T1021.001`).
fn named_ids(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.');
    text.split(move |it: char| !is_part(it))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| {
            let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
            word.strip_prefix("CVE-")
                .is_some_and(|rest| digits(rest) > 0)
                || word.strip_prefix('T').is_some_and(|rest| digits(rest) >= 3)
        })
}

fn is_id(word: &str) -> bool {
    if word.starts_with("CVE-") {
        return word.parse::<CveId>().is_ok_and(|id| id.as_str() == word);
    }
    let (technique, sub) = word.split_once('.').unwrap_or((word, "001"));
    let is_number =
        |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    technique
        .strip_prefix('T')
        .is_some_and(|number| is_number(number, 4))
        && is_number(sub, 3)
}

#[cfg(test)]
mod tests;
