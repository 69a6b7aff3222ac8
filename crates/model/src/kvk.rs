//! Numbers of the Dutch trade register.

use std::fmt;
use std::str::FromStr;

use crate::shown;

/// A number of the Dutch trade register: eight digits, leading zeros kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KvkNumber([u8; 8]);

/// A text that is not a trade register number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a KvK number has eight digits, not `{}`{hint}", shown(text))]
pub struct KvkError {
    text: String,
    hint: &'static str,
}

impl KvkNumber {
    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("only digits are let in")
    }
}

impl FromStr for KvkNumber {
    type Err = KvkError;

    /// Accepts eight digits with spaces around them.
    fn from_str(text: &str) -> Result<Self, KvkError> {
        let digits = text.trim().as_bytes();
        let all_digits = digits.iter().all(u8::is_ascii_digit);
        match digits.try_into() {
            Ok(number) if all_digits => Ok(Self(number)),
            _ => {
                let hint = match digits.len() {
                    6 | 7 if all_digits => " (a spreadsheet may have dropped leading zeros)",
                    12 if all_digits => " (twelve digits are the number of an establishment)",
                    _ => "",
                };
                Err(KvkError {
                    text: text.to_owned(),
                    hint,
                })
            }
        }
    }
}

impl fmt::Display for KvkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for KvkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KvkNumber({})", self.as_str())
    }
}

crate::serde_as_text!(KvkNumber, "KvK number");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kvk_number_has_eight_digits_and_keeps_leading_zeros() {
        for (text, want) in [("90000001", "90000001"), (" 00000001 ", "00000001")] {
            assert_eq!(text.parse::<KvkNumber>().unwrap().as_str(), want, "{text}");
        }
        for (text, hint) in [
            ("9000001", "leading zeros"),
            ("000090000001", "establishment"),
            ("", "eight digits"),
            ("900000011", "eight digits"),
            ("9000 0001", "eight digits"),
            ("9000000a", "eight digits"),
            ("-9000001", "eight digits"),
            ("\u{661}\u{661}\u{661}\u{661}", "eight digits"),
        ] {
            let error = text.parse::<KvkNumber>().unwrap_err().to_string();
            assert!(error.contains(hint), "{text}: {error}");
        }
    }
}
