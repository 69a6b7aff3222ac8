//! Errors of others in words for people.

use std::fmt::Display;

/// What an error says, without the words of the language that this is written in: the standard library and others read numbers,
/// `true` and ids, and speak of digits in strings and of types.
#[must_use]
pub fn in_words(error: &impl Display) -> String {
    let text = error.to_string();
    let words = match &text[..] {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "a whole number is expected"
        }
        "number too large to fit in target type" => "the number is too large",
        "number too small to fit in target type" => "the number is too small",
        "number would be zero for non-zero type" => "a number above 0 is expected",
        "provided string was not `true` or `false`" => "`true` or `false` is expected",
        "invalid float literal" | "cannot parse float from empty string" => "a number is expected",
        "too many characters in string" | "cannot parse char from empty string" => {
            "one character is expected"
        }
        other if is_of_id(other) => {
            "an id such as 01234567-89ab-8cde-8f01-23456789abcd is expected"
        }
        _ => return text,
    };
    words.to_owned()
}

/// Whether it is what the crate `uuid` says of a text that is none.
fn is_of_id(text: &str) -> bool {
    [
        "invalid character: ",
        "invalid length: ",
        "invalid group ",
        "invalid bytes length: ",
        "non-ASCII",
    ]
    .iter()
    .any(|begin| text.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use uuid::Uuid;

    use super::*;

    fn said<T: FromStr<Err: Display>>(text: &str) -> String {
        text.parse::<T>()
            .err()
            .map(|error| in_words(&error))
            .unwrap()
    }

    #[test]
    fn nobody_reads_of_digits_in_strings() {
        let number = "a whole number is expected";
        assert_eq!(
            [said::<u16>("x"), said::<i64>(""), said::<u8>("-1")],
            [number; 3]
        );
        assert_eq!(said::<u16>("65536"), "the number is too large");
        assert_eq!(said::<i8>("-129"), "the number is too small");
        assert_eq!(
            said::<std::num::NonZeroU16>("0"),
            "a number above 0 is expected"
        );
        assert_eq!(said::<bool>("ja"), "`true` or `false` is expected");
        assert_eq!(
            [said::<f64>("x"), said::<f64>("")],
            ["a number is expected"; 2]
        );
        assert_eq!(
            [said::<char>("xy"), said::<char>("")],
            ["one character is expected"; 2]
        );
    }

    #[test]
    fn what_is_no_id_is_told_how_one_looks() {
        for text in [
            "",
            "x",
            "01234567",
            "01234567-89ab-8cde-8f01",
            "\u{e9}",
            "{01234567-89ab-8cde-8f01-23456789abc}",
        ] {
            assert!(
                said::<Uuid>(text).starts_with("an id such as "),
                "{text}: {}",
                said::<Uuid>(text)
            );
        }
    }

    #[test]
    fn what_our_own_nouns_say_stays() {
        assert!(said::<crate::Asn>("x").contains("`x`"));
    }
}
