//! Names of known vulnerabilities.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::shown;

/// The identifier of a known vulnerability, in upper case: `CVE-2024-1234`.
///
/// Source: CVE record format 5.1: four digits of year, then 4 to 19 digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CveId(Arc<str>);

/// A text that is not a CVE identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a CVE identifier such as CVE-2024-1234 is expected, not `{}`",
    shown(text)
)]
pub struct CveError {
    text: String,
}

/// Bytes of `CVE-` and of `CVE-2024-`.
const HEAD_BYTES: usize = 4;
const YEAR_END: usize = 8;
const DIGITS_START: usize = 9;
/// Digits behind the year.
const DIGITS_MIN: usize = 4;
const DIGITS_MAX: usize = 19;

impl CveId {
    /// The identifier in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All identifiers that stand in a longer text, such as a list of tags, each once, in the order of the text.
    ///
    /// An identifier that is glued to letters or digits (`XCVE-2024-1234`) is not one. Cost: O(bytes).
    #[must_use]
    pub fn find_all(text: &str) -> Vec<Self> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut start = 0;
        while start < bytes.len() {
            let glued = start > 0 && bytes[start - 1].is_ascii_alphanumeric();
            match cve_bytes(&bytes[start..]) {
                Some(length) if !glued => {
                    let cve = Self(text[start..start + length].to_ascii_uppercase().into());
                    if seen.insert(cve.clone()) {
                        found.push(cve);
                    }
                    start += length;
                }
                _ => start += 1,
            }
        }
        found
    }
}

/// The length of the identifier that these bytes begin with, if they do; it is ASCII all through.
fn cve_bytes(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..HEAD_BYTES)?;
    if !head.eq_ignore_ascii_case(b"cve-") {
        return None;
    }
    let year = bytes.get(HEAD_BYTES..YEAR_END)?;
    if !year.iter().all(u8::is_ascii_digit) || bytes.get(YEAR_END) != Some(&b'-') {
        return None;
    }
    let rest = &bytes[DIGITS_START..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let glued = rest.get(digits).is_some_and(u8::is_ascii_alphabetic);
    ((DIGITS_MIN..=DIGITS_MAX).contains(&digits) && !glued).then_some(DIGITS_START + digits)
}

impl FromStr for CveId {
    type Err = CveError;

    /// Accepts an identifier in any case, with spaces around it.
    fn from_str(text: &str) -> Result<Self, CveError> {
        let trimmed = text.trim();
        match cve_bytes(trimmed.as_bytes()) {
            Some(length) if length == trimmed.len() => {
                Ok(Self(trimmed.to_ascii_uppercase().into()))
            }
            _ => Err(CveError {
                text: text.to_owned(),
            }),
        }
    }
}

impl fmt::Display for CveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

crate::serde_as_text!(CveId, "CVE identifier");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cve_has_one_form_and_nothing_else_is_accepted() {
        for (text, want) in [
            ("CVE-2024-1234", "CVE-2024-1234"),
            (" cve-2024-0001 ", "CVE-2024-0001"),
            (
                "CVE-2024-1234567890123456789",
                "CVE-2024-1234567890123456789",
            ),
        ] {
            assert_eq!(text.parse::<CveId>().unwrap().as_str(), want, "{text}");
        }
        for text in [
            "",
            "CVE",
            "CVE-2024",
            "CVE-2024-",
            "CVE-2024-123",
            "CVE-2024-12345678901234567890",
            "CVE-24-1234",
            "CVE 2024 1234",
            "2024-1234",
            "CVE-2024-1234x",
            "CVE-2024-1234 ,",
            "xCVE-2024-1234",
            "CVE-2024-\u{661}\u{662}\u{663}\u{664}",
        ] {
            assert!(text.parse::<CveId>().is_err(), "{text}");
        }
    }

    #[test]
    fn cves_are_found_in_tags_each_once_and_in_order() {
        for (text, want) in [
            ("", ""),
            (
                "exchange;cve-2021-34473;cve-2021-26855",
                "CVE-2021-34473 CVE-2021-26855",
            ),
            ("CVE-2021-34473,cve-2021-34473 x", "CVE-2021-34473"),
            ("(CVE-2021-34473)", "CVE-2021-34473"),
            ("tag-cve-2021-34473-x", "CVE-2021-34473"),
            ("\u{20ac}cve-2021-34473\u{20ac}", "CVE-2021-34473"),
            ("xcve-2021-34473", ""),
            ("cve-2021-34473x", ""),
            ("cve-2021-123 cve-2021- cve-", ""),
            ("cve-cve-2021-34473", "CVE-2021-34473"),
        ] {
            let found: Vec<_> = CveId::find_all(text).iter().map(CveId::to_string).collect();
            assert_eq!(found.join(" "), want, "{text}");
        }
    }

    #[test]
    fn a_huge_text_of_cves_is_searched_in_reasonable_time() {
        let text: String = (0..100_000)
            .map(|number| format!("CVE-2024-{number:05};"))
            .collect();
        assert_eq!(CveId::find_all(&text).len(), 100_000);
    }
}
