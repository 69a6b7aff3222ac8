//! Telephone numbers.

use std::fmt;
use std::str::FromStr;

use crate::shown;

/// Digits of a number with that of its country (E.164): at least and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// A telephone number with that of its country, as machines dial it: `+31705550123`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// A text that is not a telephone number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a telephone number has `+` and 8 to 15 digits, or ten digits in the Netherlands, not `{}`",
    shown(text)
)]
pub struct PhoneNumberError {
    text: String,
}

/// A number that somebody can be called at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPhone {
    /// The number.
    pub number: PhoneNumber,
    /// Whether somebody answers it day and night.
    pub is_always: bool,
}

impl PhoneNumber {
    /// As machines dial it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    /// Accepts spaces, dashes, points and brackets between the digits, `00` for `+`, and ten digits from `0` on as a number
    /// of the Netherlands.
    fn from_str(text: &str) -> Result<Self, PhoneNumberError> {
        let wrong = || PhoneNumberError {
            text: text.to_owned(),
        };
        // What one leaves out when one dials the country too.
        let plain = text
            .trim()
            .replacen("(0)", "", usize::from(text.contains('+')));
        let plain: String = plain
            .chars()
            .filter(|letter| !" -.()/".contains(*letter))
            .collect();
        let (digits, is_dutch) = match (plain.strip_prefix('+'), plain.strip_prefix("00")) {
            (Some(digits), _) | (None, Some(digits)) => (digits, false),
            (None, None) => (plain.strip_prefix('0').ok_or_else(wrong)?, true),
        };
        let all_digits = digits.bytes().all(|letter| letter.is_ascii_digit());
        if !all_digits || digits.starts_with('0') || (is_dutch && digits.len() != 9) {
            return Err(wrong());
        }
        let number = match is_dutch {
            true => format!("31{digits}"),
            false => digits.to_owned(),
        };
        match DIGITS.contains(&number.len()) {
            true => Ok(Self(format!("+{number}"))),
            false => Err(wrong()),
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_read_as_people_write_it_and_kept_as_machines_dial_it() {
        for (text, want) in [
            ("+31 70 555 01 23", "+31705550123"),
            ("0031705550123", "+31705550123"),
            (" 070 - 555 01 23 ", "+31705550123"),
            ("+31 (0)70 555.01.23", "+31705550123"),
            ("+49 30/555 0123", "+49305550123"),
        ] {
            assert_eq!(
                text.parse::<PhoneNumber>().unwrap().as_str(),
                want,
                "{text}"
            );
        }
        for text in [
            "",
            "112",
            "070",
            "0705550123 ext 4",
            "+0705550123",
            "+3170555",
            "70 555 01 23",
            "+31 70 555 01 23 45 67 89 01",
            "+31\u{661}\u{661}\u{661}\u{661}\u{661}\u{661}\u{661}",
        ] {
            assert!(text.parse::<PhoneNumber>().is_err(), "{text}");
        }
    }
}
