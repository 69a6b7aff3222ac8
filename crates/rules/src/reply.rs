//! Answers by mail: which words of a reply count, and what of it the sender wrote (requirement FE-01).
//!
//! A word counts only where it stands alone on the first line. A program that acts on half a sentence would silence findings
//! that somebody asked a question about.

use model::{AnswerStatus, Language, Relation};

use crate::answer::may_say;

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
    /// What else the sender wrote, as far as it fits; may be empty.
    pub comment: String,
    /// Whether it fits.
    pub is_whole: bool,
}

/// What the sender of a reply wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnWords {
    /// Without signature; [`QUOTED`] stands where words of somebody else stood between them.
    pub text: String,
    /// Whether nothing of the sender can stand elsewhere in the mail.
    pub is_whole: bool,
}

/// A line in the place of those of the message that is answered.
const QUOTED: &str = "> …";

/// The words that a message in this language names to a recipient in this relation, as one list with commas.
#[must_use]
pub fn words(language: Language, relation: Relation) -> String {
    let of_language = match language {
        Language::Nl => 0,
        Language::En => 1,
    };
    let allowed = WORDS
        .iter()
        .filter(|(_, status)| may_say(relation, *status));
    let words: Vec<&str> = allowed.map(|(words, _)| words[of_language]).collect();
    words.join(", ")
}

/// Reads the text of a reply: the word on the first line that is not empty, in either language. `None`: no word that counts
/// stands there.
#[must_use]
pub fn read(text: &str) -> Option<Said> {
    let own = own_words(text).text;
    let (first, rest) = own.split_once('\n').unwrap_or((&own, ""));
    let first = plain(first)?;
    let (_, status) = WORDS
        .iter()
        .find(|(words, _)| words.iter().any(|word| *word == first))?;
    let rest: Vec<&str> = rest.lines().filter(|line| *line != QUOTED).collect();
    let rest = rest.join("\n");
    let rest = rest.trim();
    let comment: String = rest.chars().take(COMMENT_CHARS_MAX).collect();
    Some(Said {
        status: *status,
        is_whole: comment.len() == rest.len(),
        comment,
    })
}

/// What the sender wrote: without the message that it answers and without a signature, as mail programs mark them, and
/// without characters that hide.
#[must_use]
pub fn own_words(text: &str) -> OwnWords {
    let mut own: Vec<String> = Vec::new();
    let (mut is_behind_quote, mut is_signature, mut is_whole) = (false, false, true);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        let introduces = introduces_quote(trimmed);
        let is_marked = || {
            let mut rest = lines
                .clone()
                .map(str::trim)
                .skip_while(|next| next.is_empty());
            rest.next().is_none_or(|next| next.starts_with('>'))
        };
        if trimmed.starts_with('>') || introduces && is_marked() {
            (is_behind_quote, is_signature) = (true, false);
        } else if introduces || begins_unmarked_quote(trimmed) {
            // Where it ends, nobody can tell.
            is_whole = lines.all(|next| next.trim().is_empty());
            break;
        } else if line == "-- " || line == "--" {
            // A signature (RFC 3676, section 4.3); many programs drop the space.
            is_signature = true;
        } else if !(is_signature || is_behind_quote && trimmed.is_empty()) {
            if std::mem::take(&mut is_behind_quote) {
                own.push(QUOTED.to_owned());
            }
            own.push(shown(line));
        }
    }
    OwnWords {
        text: own.join("\n").trim().to_owned(),
        is_whole,
    }
}

fn shown(line: &str) -> String {
    let letters = line.chars();
    letters
        .filter(|it| !model::shown::is_unsafe_to_show(*it))
        .collect()
}

/// Whether a line says that the words of somebody else follow.
fn introduces_quote(line: &str) -> bool {
    let introduces = |begin: &str, verb: &str| {
        line.starts_with(begin) && line.ends_with(':') && line.contains(verb)
    };
    introduces("Op ", "schreef") || introduces("On ", "wrote")
}

/// Whether the words of somebody else begin here, and are not marked as such line by line.
fn begins_unmarked_quote(line: &str) -> bool {
    ["-----", "_____", "Van:", "From:"]
        .iter()
        .any(|begin| line.starts_with(begin))
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
        for (end, more, is_whole) in [
            ("> SOLVED, WORKING", "\n\nmore", true),
            (
                "Op 18 november 2026 schreef de desk:\n\n> x\n>",
                "\n\nmore",
                true,
            ),
            ("On 18 November 2026 the desk wrote:\nx", "", false),
            ("-----Oorspronkelijk bericht-----", "", false),
            ("________________________________", "", false),
            ("From: desk@csirt.example", "", false),
            ("-- \nSam", "", true),
        ] {
            let text = format!("Not ours\n\nIt is of the school.\n\n{end}\nmore");
            let comment = format!("It is of the school.{more}");
            assert_eq!(read(&text).unwrap().comment, comment, "{end}");
            assert_eq!(own_words(&text).is_whole, is_whole, "{end}");
        }
        let long = read(&format!("help\n{}", "x".repeat(COMMENT_CHARS_MAX + 1))).unwrap();
        assert_eq!(
            (long.comment.len(), long.is_whole),
            (COMMENT_CHARS_MAX, false)
        );
        assert_eq!(own_words("a\u{202e}b\u{7}").text, "ab");
    }

    #[test]
    fn what_stands_under_the_quoted_message_is_kept_and_no_word_counts_there() {
        let text = "On 18 November 2026 the desk wrote:\n> Solved?\n\nSolved\n\n> more\n-- \nSam";
        let own = own_words(text);
        assert_eq!((own.text.as_str(), own.is_whole), ("> …\nSolved", true));
        assert_eq!(read(text), None);
        assert_eq!(own_words(&own.text), own, "what is kept is read again");
    }

    #[test]
    fn each_word_that_a_message_names_is_one_that_counts() {
        for language in Language::ALL {
            for word in words(*language, Relation::Owner).split(", ") {
                assert!(read(word).is_some(), "{word}");
            }
        }
    }
}
