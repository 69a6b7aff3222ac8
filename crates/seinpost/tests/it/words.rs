//! The words of texts: one for one thing, and sentences that somebody in a hurry reads once. The lists are in
//! `docs/words.md`.

use std::fs;
use std::path::{Path, PathBuf};

/// Pages that somebody reads who is no specialist: files of `crates/web/locales`.
const PLAIN: [&str; 17] = [
    "account",
    "agreement",
    "answer",
    "asset",
    "contact-key",
    "coverage",
    "enrol",
    "feedback",
    "finding",
    "mandate",
    "organisation",
    "participation",
    "profile",
    "public",
    "report",
    "shared",
    "threshold",
];

/// Words of a sentence on such a page, on average over a file.
const WORDS_AVERAGE_MAX: usize = 13;

/// Words of any sentence there.
const WORDS_MAX: usize = 22;

/// A text with where it stands.
struct Text {
    place: String,
    /// Whether only staff reads it.
    is_of_desk: bool,
    text: String,
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize()
        .expect("the workspace is two folders up")
}

/// The texts of one file of pages, without what is filled in.
fn page_texts(file: &Path) -> Vec<Text> {
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let mut key = String::new();
    let mut texts = Vec::new();
    for line in fs::read_to_string(file).unwrap().lines() {
        let text = match line.split_once(" = ") {
            Some((named, text)) if !named.contains(' ') => {
                named.clone_into(&mut key);
                text
            }
            // One form of a plural.
            _ => match line.trim_start().split_once("] ") {
                Some((form, text)) if form.contains('[') => text,
                _ => continue,
            },
        };
        texts.push(Text {
            place: format!("{name}: {key}"),
            is_of_desk: key.starts_with("desk-") || name.starts_with("desk_") || key == "nav-desk",
            text: without_variables(text, ["{ $", " }"]),
        });
    }
    texts
}

/// A text with one word for each thing that is filled in.
fn without_variables(text: &str, [begin, end]: [&str; 2]) -> String {
    let mut parts = text.split(begin);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push('x');
        plain.push_str(part.split_once(end).map_or("", |(_, after)| after));
    }
    plain
}

/// Every text of a language: pages, and mails with what is not a placeholder.
fn texts(language: &str) -> Vec<Text> {
    let pages = root().join("crates/web/locales").join(language);
    let mut texts: Vec<Text> = files(&pages)
        .iter()
        .flat_map(|file| page_texts(file))
        .collect();
    for file in files(&root().join("crates/rules/messages")) {
        let place = file.strip_prefix(root()).unwrap().display().to_string();
        let is_of_language =
            place.contains(&format!("/{language}.")) || place.contains(&format!("/{language}/"));
        if !is_of_language {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let text = without_variables(&without_variables(&text, ["{{", "}}"]), ["{%", "%}"]);
        // In the lists of words, what stands in brackets or before the sign is a key.
        let lines = text.lines().filter(|line| !line.starts_with('['));
        let values = lines.map(|line| line.split_once(" = ").map_or(line, |(_, value)| value));
        texts.push(Text {
            place,
            is_of_desk: false,
            text: values.collect::<Vec<_>>().join("\n"),
        });
    }
    texts
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false => files.push(path),
        }
    }
    files.sort();
    files
}

/// The last column of the table under a heading, word by word.
fn not_to_be_used(list: &str, heading: &str) -> Vec<String> {
    let table = list
        .split("\n## ")
        .find(|part| part.lines().next() == Some(heading))
        .unwrap_or_else(|| panic!("docs/words.md has no part `{heading}`"));
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(2);
    let words = rows.flat_map(|row| {
        let last = row.trim_end_matches('|').rsplit('|').next();
        let words = last.unwrap_or_default().split(',').map(str::trim);
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether the words stand in the text as words of their own.
fn says(text: &str, words: &str) -> bool {
    let plain: String = text
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '-' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    format!(" {plain} ").contains(&format!(" {words} "))
}

/// Whether a table of words is about a text.
type Belongs = fn(&Text) -> bool;

#[test]
fn no_text_says_a_thing_with_another_word_than_the_list() {
    let list = fs::read_to_string(root().join("docs/words.md")).unwrap();
    let parts: [(&str, &str, Belongs); 4] = [
        ("nl", "Dutch", |_| true),
        ("nl", "Dutch, to people outside", |text| !text.is_of_desk),
        ("nl", "Dutch, to staff", |text| text.is_of_desk),
        ("en", "English", |_| true),
    ];
    let mut broken = Vec::new();
    for (language, heading, is_meant) in parts {
        let words = not_to_be_used(&list, heading);
        assert!(!words.is_empty(), "{heading}");
        for text in texts(language).iter().filter(|text| is_meant(text)) {
            let said = words.iter().filter(|word| says(&text.text, word));
            broken.extend(said.map(|word| format!("{language} {}: `{word}`", text.place)));
        }
    }
    assert!(
        broken.is_empty(),
        "docs/words.md has other words:\n  {}",
        broken.join("\n  ")
    );
}

#[test]
fn sentences_on_pages_for_everybody_are_short() {
    for language in ["nl", "en"] {
        for area in PLAIN {
            let file = root().join(format!("crates/web/locales/{language}/{area}.ftl"));
            let mut counts = Vec::new();
            for text in page_texts(&file).iter().filter(|text| !text.is_of_desk) {
                for sentence in sentences(&text.text) {
                    let words = sentence.split_whitespace().count();
                    assert!(
                        words <= WORDS_MAX,
                        "{language} {}: {words} words: {sentence}",
                        text.place
                    );
                    counts.push(words);
                }
            }
            let sum: usize = counts.iter().sum();
            assert!(
                sum <= WORDS_AVERAGE_MAX * counts.len(),
                "{language} {area}: {sum} words in {} sentences",
                counts.len()
            );
        }
    }
}

/// What ends as a sentence does; labels and titles are none.
fn sentences(text: &str) -> Vec<String> {
    let ends = [". ", "? ", "! "];
    let lines = ends.iter().fold(text.to_owned(), |text, end| {
        text.replace(end, &end.replace(' ', "\n"))
    });
    let lines = lines
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(['.', '?', '!', ':']));
    lines.map(str::to_owned).collect()
}
