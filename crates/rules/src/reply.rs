//! Answers by mail: which words of a reply count, and what of it the sender wrote (requirement FE-01).
//!
//! A word counts only where it stands alone on the first line. A program that acts on half a sentence would silence findings
//! that somebody asked a question about.

use model::{AnswerStatus, Language};

/// Characters of what else was written that go with the answer: as on the page for answers.
const COMMENT_CHARS_MAX: usize = 2_000;

/// The words that count, in Dutch and in English, and what they say. What needs a day or a person is not said by a word.
const WORDS: [([&str; 2], AnswerStatus); 7] = [
    (["OPGELOST", "SOLVED"], AnswerStatus::Solved),
    (["BEZIG", "WORKING"], AnswerStatus::InProgress),
    (["NIET VAN ONS", "NOT OURS"], AnswerStatus::NotOurs),
    (["VALS ALARM", "FALSE ALARM"], AnswerStatus::FalseAlarm),
    (["DOORGESTUURD", "FORWARDED"], AnswerStatus::Forwarded),
    (["HULP", "HELP"], AnswerStatus::HelpRequested),
    (
        ["OPGELOST NA MISBRUIK", "SOLVED AFTER ABUSE"],
        AnswerStatus::SolvedPossiblyCompromised,
    ),
];

/// What a reply says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// How far the recipient is.
    pub status: AnswerStatus,
    /// What else the sender wrote; may be empty.
    pub comment: String,
}

/// The words that a message in this language names, as one list with commas.
#[must_use]
pub fn words(language: Language) -> String {
    let of_language = match language {
        Language::Nl => 0,
        Language::En => 1,
    };
    let words: Vec<&str> = WORDS.iter().map(|(words, _)| words[of_language]).collect();
    words.join(", ")
}

/// Reads the text of a reply: the word on the first line that is not empty, in either language. `None`: no word that counts
/// stands there.
#[must_use]
pub fn read(text: &str) -> Option<Said> {
    let own = own_words(text);
    let (first, rest) = own.split_once('\n').unwrap_or((&own, ""));
    let first = plain(first)?;
    let (_, status) = WORDS
        .iter()
        .find(|(words, _)| words.iter().any(|word| *word == first))?;
    Some(Said {
        status: *status,
        comment: rest.trim().chars().take(COMMENT_CHARS_MAX).collect(),
    })
}

/// What the sender wrote: without the message that it answers and without a signature, as mail programs mark them, and
/// without characters that hide.
#[must_use]
pub fn own_words(text: &str) -> String {
    let lines = text.lines().take_while(|line| !begins_other_words(line));
    let shown = |line: &str| {
        let shown = line
            .chars()
            .filter(|it| !model::shown::is_unsafe_to_show(*it));
        shown.collect::<String>()
    };
    let own: Vec<String> = lines.map(shown).collect();
    own.join("\n").trim().to_owned()
}

/// Whether the words of somebody else begin on this line, or those of a signature.
fn begins_other_words(line: &str) -> bool {
    // "-- " begins a signature (RFC 3676, section 4.3); many programs drop the space.
    if line == "-- " || line == "--" {
        return true;
    }
    let line = line.trim();
    let introduces = |begin: &str, verb: &str| {
        line.starts_with(begin) && line.ends_with(':') && line.contains(verb)
    };
    line.starts_with('>')
        || line.starts_with("-----")
        || line.starts_with("_____")
        || line.starts_with("Van:")
        || line.starts_with("From:")
        || introduces("Op ", "schreef")
        || introduces("On ", "wrote")
}

/// A line as words are compared: letters in capitals, one space between words, no marks around them. A question is no
/// answer.
fn plain(line: &str) -> Option<String> {
    if line.contains('?') {
        return None;
    }
    let words = line.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .collect();
    Some(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use AnswerStatus as S;

    #[test]
    fn a_word_counts_alone_on_the_first_line_in_either_language() {
        for (text, want) in [
            ("OPGELOST", Some(S::Solved)),
            ("\r\n  *Solved.*  \r\n", Some(S::Solved)),
            ("bezig", Some(S::InProgress)),
            ("Niet van ons!", Some(S::NotOurs)),
            ("false-alarm", Some(S::FalseAlarm)),
            ("Forwarded", Some(S::Forwarded)),
            ("HELP", Some(S::HelpRequested)),
            ("opgelost na misbruik", Some(S::SolvedPossiblyCompromised)),
            ("", None),
            ("Opgelost?", None),
            ("Solved it is not.", None),
            ("Not solved", None),
            ("Hello,\nSOLVED", None),
            ("> SOLVED", None),
            ("Help desk ticket 42", None),
        ] {
            assert_eq!(read(text).map(|said| said.status), want, "{text:?}");
        }
    }

    #[test]
    fn the_comment_is_what_the_sender_wrote_and_no_more() {
        for end in [
            "> SOLVED, WORKING",
            "Op 18 november 2026 schreef de desk:\n> x",
            "On 18 November 2026 the desk wrote:",
            "-----Oorspronkelijk bericht-----",
            "________________________________",
            "From: desk@csirt.example",
            "-- \nSam",
        ] {
            let text = format!("Not ours\n\nIt is of the school.\n\n{end}\nmore");
            assert_eq!(
                read(&text).unwrap().comment,
                "It is of the school.",
                "{end}"
            );
        }
        let long = format!("help\n{}", "x".repeat(COMMENT_CHARS_MAX + 1));
        assert_eq!(read(&long).unwrap().comment.len(), COMMENT_CHARS_MAX);
        assert_eq!(own_words("a\u{202e}b\u{7}"), "ab");
    }

    #[test]
    fn each_word_that_a_message_names_is_one_that_counts() {
        for language in Language::ALL {
            for word in words(*language).split(", ") {
                assert!(read(word).is_some(), "{word}");
            }
        }
    }
}
