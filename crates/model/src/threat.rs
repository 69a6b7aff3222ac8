//! Names of entries in the threat catalogue.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::shown;

/// Longest slug in bytes.
const SLUG_BYTES_MAX: usize = 64;

/// The name of a threat in the catalogue, such as `open-rdp`: words of `a-z` and `0-9` with one `-` between them.
///
/// A slug is never used again for something else. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreatSlug(Arc<str>);

/// A text that is not the name of a threat.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a threat is named by words of a-z and 0-9 with one `-` between them, {SLUG_BYTES_MAX} bytes at most, not `{}`",
    shown(text)
)]
pub struct ThreatSlugError {
    text: String,
}

impl ThreatSlug {
    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ThreatSlug {
    type Err = ThreatSlugError;

    /// Accepts a slug with spaces around it. Upper case is refused: a slug is an identifier, not a word.
    fn from_str(text: &str) -> Result<Self, ThreatSlugError> {
        let slug = text.trim();
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
        };
        if slug.len() <= SLUG_BYTES_MAX && slug.split('-').all(is_word) {
            Ok(Self(Arc::from(slug)))
        } else {
            Err(ThreatSlugError {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for ThreatSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for ThreatSlug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

crate::serde_as_text!(ThreatSlug, "threat slug");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slug_is_kebab_case_and_nothing_else() {
        let longest = "a".repeat(64);
        for text in ["open-rdp", "a", "c2", "2fa-missing", " open-rdp ", &longest] {
            assert_eq!(
                text.parse::<ThreatSlug>().unwrap().as_str(),
                text.trim(),
                "{text}"
            );
        }
        let too_long = "a".repeat(65);
        for text in [
            "", "-", "-a", "a-", "a--b", "Open-rdp", "open_rdp", "open rdp", "a/b", "../a",
            "\u{e9}", "a\0", &too_long,
        ] {
            assert!(text.parse::<ThreatSlug>().is_err(), "{text:?}");
        }
    }
}
