//! Autonomous system numbers.

use std::fmt;
use std::str::FromStr;

use crate::shown;

/// An autonomous system number, shown as `AS64496`.
///
/// Source: RFC 6793 (32 bits), RFC 5396 (text form "asplain").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asn(u32);

/// A text that is not an autonomous system number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an AS number is 0 to 4294967295, with or without `AS` before it, not `{}`",
    shown(text)
)]
pub struct AsnError {
    text: String,
}

impl Asn {
    /// The system with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The bare number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Why this number belongs to nobody, or nothing if it may have a holder.
    ///
    /// Only the numbers that can never have one (IANA special-purpose AS numbers): private ones are harmless, as
    /// no feed reports them, but AS23456 stands in the data of many different networks.
    #[must_use]
    pub fn why_unowned(self) -> Option<&'static str> {
        match self.0 {
            0 => Some("reserved (RFC 7607)"),
            23_456 => Some("AS_TRANS, a stand-in for many networks (RFC 6793)"),
            65_535 | u32::MAX => Some("reserved (RFC 7300)"),
            _ => None,
        }
    }
}

impl FromStr for Asn {
    type Err = AsnError;

    /// Accepts `64496` and `AS64496`, in any case, with spaces around it.
    fn from_str(text: &str) -> Result<Self, AsnError> {
        let trimmed = text.trim();
        // Checked: feeds send more than ASCII, and a plain split inside a character panics.
        let digits = match trimmed.split_at_checked(2) {
            Some((head, rest)) if head.eq_ignore_ascii_case("as") => rest,
            _ => trimmed,
        };
        // `u32::from_str` alone would also take a leading `+`.
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(number) if all_digits => Ok(Self(number)),
            _ => Err(AsnError {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

crate::serde_as_text!(Asn, "AS number");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asn_accepts_every_spelling_and_nothing_else() {
        for (text, want) in [
            ("64496", 64496),
            ("AS64496", 64496),
            (" as0 ", 0),
            ("4294967295", u32::MAX),
        ] {
            assert_eq!(text.parse::<Asn>().unwrap(), Asn(want), "{text}");
        }
        for text in [
            "",
            "AS",
            "+1",
            "AS-1",
            "AS+1",
            "AS 1",
            "ASAS1",
            "1.1",
            "4294967296",
            "A\u{20ac}1",
            "\u{661}",
        ] {
            assert!(text.parse::<Asn>().is_err(), "{text}");
        }
        assert_eq!(Asn(64496).to_string(), "AS64496");
    }
}
