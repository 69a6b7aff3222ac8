//! What a finding is about, beyond its threat: a CVE, a malware family or an account.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::shown::is_unsafe_to_show;
use crate::{CveId, shown};

/// Longest identifier in bytes.
const IDENTIFIER_BYTES_MAX: usize = 200;

/// A CVE, malware family or account, as its source writes it. It needs no entry in the catalogue.
///
/// One line, without control and invisible characters, at most 200 bytes. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(Arc<str>);

/// Why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Nothing stood there.
    #[error("a CVE, malware family or account is expected, and nothing stood there")]
    Empty,
    /// It is too long.
    #[error("an identifier has {IDENTIFIER_BYTES_MAX} bytes at most, not {bytes}")]
    TooLong {
        /// The length of what stood there.
        bytes: usize,
    },
    /// It has a character that does not show.
    #[error(
        "an identifier has no control or invisible characters, and `{}` has",
        shown(text)
    )]
    Unsafe {
        /// The text that stood there.
        text: String,
    },
}

impl Identifier {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    /// Accepts any text of one line, with spaces around it.
    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let trimmed = text.trim();
        match trimmed.len() {
            0 => Err(IdentifierError::Empty),
            1..=IDENTIFIER_BYTES_MAX if trimmed.chars().any(is_unsafe_to_show) => {
                Err(IdentifierError::Unsafe {
                    text: trimmed.to_owned(),
                })
            }
            1..=IDENTIFIER_BYTES_MAX => Ok(Self(Arc::from(trimmed))),
            bytes => Err(IdentifierError::TooLong { bytes }),
        }
    }
}

impl From<CveId> for Identifier {
    fn from(cve: CveId) -> Self {
        Self(Arc::from(cve.as_str()))
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

crate::serde_as_text!(Identifier, "identifier");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifier_is_one_line_that_shows_all_it_has() {
        let longest = "a".repeat(200);
        for (text, want) in [
            (" avalanche-andromeda ", "avalanche-andromeda"),
            ("DOMAIN\\user", "DOMAIN\\user"),
            ("Jos\u{e9} \"x\"", "Jos\u{e9} \"x\""),
            (&longest, &longest),
        ] {
            assert_eq!(text.parse::<Identifier>().unwrap().as_str(), want, "{text}");
        }
        let too_long = "\u{e9}".repeat(101);
        for (text, why) in [
            ("", "nothing stood there"),
            (" \t\n", "nothing stood there"),
            ("a\nb", "`a\\nb` has"),
            ("a\u{1b}[31m", "`a\\u{1b}[31m` has"),
            ("a\u{202e}b", "`a\\u{202e}b` has"),
            ("a\u{200b}b", "has"),
            ("a\u{2028}b", "has"),
            (&too_long, "not 202"),
        ] {
            let error = text.parse::<Identifier>().unwrap_err().to_string();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }

    #[test]
    fn cve_becomes_an_identifier() {
        let cve: CveId = "cve-2024-1234".parse().unwrap();
        assert_eq!(Identifier::from(cve).as_str(), "CVE-2024-1234");
    }
}
