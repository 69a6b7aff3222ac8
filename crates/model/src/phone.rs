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
        let plain: String = text
            .chars()
            .filter(|letter| !" -./".contains(*letter))
            .collect();
        let whole = in_one(&plain);
        let (digits, is_dutch) = match whole.strip_prefix('+') {
            // What one leaves out when one dials the country too.
            Some(_) => (in_one(&plain.replacen("(0)", "", 1)), false),
            None => (whole, true),
        };
        let first = if is_dutch { '0' } else { '+' };
        let digits = digits.strip_prefix(first).ok_or_else(wrong)?;
        let all_digits = digits.bytes().all(|letter| letter.is_ascii_digit());
        // A number of the Netherlands has no 0 after that of the country: nobody can be called there.
        let has_both = !is_dutch && digits.starts_with("310");
        if !all_digits || has_both || digits.starts_with('0') || (is_dutch && digits.len() != 9) {
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

/// A number without its brackets, with `+` where it begins with what is dialled before that of a country.
fn in_one(text: &str) -> String {
    let plain = text.replace(['(', ')'], "");
    match plain.strip_prefix("00") {
        Some(abroad) => format!("+{abroad}"),
        None => plain,
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
            ("0031 (0)70 555 01 23", "+31705550123"),
            ("(0031) (0)70 555 01 23", "+31705550123"),
            ("(070) 555 01 23", "+31705550123"),
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
            "+31 070 555 01 23",
            "0031 070 555 01 23",
            "70 555 01 23",
            "+31 70 555 01 23 45 67 89 01",
            "+31\u{661}\u{661}\u{661}\u{661}\u{661}\u{661}\u{661}",
        ] {
            assert!(text.parse::<PhoneNumber>().is_err(), "{text}");
        }
    }
}
