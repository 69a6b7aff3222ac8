//! The words with which somebody says why.

use crate::form::Errors;

/// Letters of a reason.
const LETTERS_MIN: usize = 8;

/// Letters of a reason: it is read in a line of the audit log.
const LETTERS_MAX: usize = 500;

/// Words of a reason. One word is a label, not a reason.
const WORDS_MIN: usize = 2;

/// A reason that somebody may read later, or a note in `errors` that it is none.
pub(crate) fn read_reason(errors: &mut Errors, text: &str) -> Option<String> {
    reason_at(errors, "reason", text)
}

/// The same of a field with another name.
pub(crate) fn reason_at(errors: &mut Errors, field: &'static str, text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let key = if letters.count() < LETTERS_MIN || text.split(' ').count() < WORDS_MIN {
        "desk-reason-short"
    } else if text.chars().count() > LETTERS_MAX {
        "desk-reason-long"
    } else {
        return Some(text);
    };
    errors.add(field, key);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_words_and_an_end() {
        for (text, want) in [
            ("wrong advice about RDP", Some("wrong advice about RDP")),
            ("  two \n lines here ", Some("two lines here")),
            ("", None),
            ("because", None),
            (". . . . . . . . .", None),
            ("a b", None),
            (&"word ".repeat(101), None),
        ] {
            let mut errors = Errors::default();
            let read = read_reason(&mut errors, text);
            assert_eq!(read.as_deref(), want, "{text}");
            assert_eq!(errors.is_empty(), want.is_some(), "{text}");
        }
    }
}
