//! Domain names: hosts, and domains with everything below them.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::Arc;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::shown;

/// Longest name in bytes, without the final dot (RFC 1035 section 2.3.4).
const NAME_BYTES_MAX: usize = 253;
/// Longest label in bytes (RFC 1035 section 2.3.4).
const LABEL_BYTES_MAX: usize = 63;
/// Longest text that is looked at: a character has four bytes at most, and none vanishes from an international name
/// that people write.
const TEXT_BYTES_MAX: usize = 4 * NAME_BYTES_MAX;

/// A fully qualified domain name of two labels or more: lower-case A-labels, no final dot.
///
/// Letters, digits, `-` and `_` only. Cloning is cheap, as observations carry the same name twice.
///
/// Source: RFC 1123 section 2.1, RFC 5890 (A-labels), UTS 46 (how other spellings are read).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(Arc<str>);

/// Why a text is not a domain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a domain name such as www.x.example is expected, not `{}`: {why}",
    shown(text)
)]
pub struct DomainError {
    text: String,
    why: &'static str,
}

impl DomainError {
    /// What is wrong with the name, without the name.
    #[must_use]
    pub const fn why(&self) -> &'static str {
        self.why
    }
}

impl DomainName {
    /// The name as it stands in the DNS.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for people, with international labels written out.
    ///
    /// A name whose labels cannot be written out safely stays as it is.
    #[must_use]
    pub fn to_unicode(&self) -> String {
        if !self.0.contains("xn--") {
            return self.0.to_string();
        }
        let (text, result) = idna::domain_to_unicode(&self.0);
        match result {
            Ok(()) if !text.chars().any(shown::is_unsafe_to_show) => text,
            _ => self.0.to_string(),
        }
    }

    /// Whether strangers can register names directly below this one (`co.uk`, `github.io`).
    ///
    /// Source: Public Suffix List, both of its sections, as compiled into the program. A top-level domain that the
    /// list does not know is a suffix.
    #[must_use]
    pub fn is_public_suffix(&self) -> bool {
        psl::suffix(self.0.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == self.0.as_bytes())
    }

    /// The name that was registered: one label below the public suffix. Nothing if this is itself a suffix.
    #[must_use]
    pub fn registrable(&self) -> Option<Self> {
        let domain = psl::domain_str(&self.0)?;
        match domain.len() == self.0.len() {
            true => Some(self.clone()),
            false => Some(Self(Arc::from(domain))),
        }
    }

    /// Whether this is `other` itself or a name below it. `nobelx.example` is not within `x.example`.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        match self.0.strip_suffix(other.as_str()) {
            Some(head) => head.is_empty() || head.ends_with('.'),
            None => false,
        }
    }

    /// The name and all names above it, most specific first: `a.b.example`, `b.example`, `example`.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |name| {
            name.split_once('.').map(|(_, parent)| parent)
        })
    }
}

impl FromStr for DomainName {
    type Err = DomainError;

    /// Accepts a name in any case, international or not, with spaces around it and one final dot.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let error = |why| DomainError {
            text: text.to_owned(),
            why,
        };
        let trimmed = text.trim();
        let name = trimmed.strip_suffix('.').unwrap_or(trimmed);
        match shape_of(name).map_err(error)? {
            Shape::Canonical => Ok(Self(Arc::from(name))),
            Shape::UpperCase => Ok(Self(Arc::from(name.to_ascii_lowercase()))),
            Shape::International => {
                let ascii = to_a_labels(name).map_err(error)?;
                match shape_of(&ascii).map_err(error)? {
                    // The labels have just been checked, so a second look at them is not needed.
                    Shape::Canonical | Shape::International => Ok(Self(Arc::from(ascii))),
                    Shape::UpperCase => Ok(Self(Arc::from(ascii.to_ascii_lowercase()))),
                }
            }
        }
    }
}

/// What must still be done to a text before it is a name.
enum Shape {
    /// Nothing.
    Canonical,
    /// Letters must be made lower case.
    UpperCase,
    /// It has, or claims to have, labels outside ASCII.
    International,
}

/// Checks a name in one pass. Cost: no allocation, O(bytes).
fn shape_of(name: &str) -> Result<Shape, &'static str> {
    if name.is_empty() {
        return Err("nothing stood there");
    }
    if name.len() > TEXT_BYTES_MAX {
        return Err("a name has 253 bytes at most");
    }
    if !name.is_ascii() {
        return Ok(Shape::International);
    }
    if name.len() > NAME_BYTES_MAX {
        return Err("a name has 253 bytes at most");
    }
    let mut has_upper_case = false;
    let mut is_international = false;
    let mut labels = 0;
    let mut last_is_number = false;
    for label in name.as_bytes().split(|byte| *byte == b'.') {
        has_upper_case |= check_label(label)?;
        is_international |= label.len() > 4 && label[..4].eq_ignore_ascii_case(b"xn--");
        last_is_number = label.iter().all(u8::is_ascii_digit);
        labels += 1;
    }
    if last_is_number {
        return Err(match name.parse::<Ipv4Addr>() {
            Ok(_) => "this is an IP address",
            Err(_) => "the last label is a number",
        });
    }
    if labels < 2 {
        return Err("a single label names nothing on the Internet");
    }
    Ok(match (is_international, has_upper_case) {
        (true, _) => Shape::International,
        (false, true) => Shape::UpperCase,
        (false, false) => Shape::Canonical,
    })
}

/// Checks one ASCII label, and says whether it has upper-case letters.
fn check_label(label: &[u8]) -> Result<bool, &'static str> {
    let (Some(first), Some(last)) = (label.first(), label.last()) else {
        return Err("a label between two dots is empty");
    };
    if label.len() > LABEL_BYTES_MAX {
        return Err("a label has 63 bytes at most");
    }
    if *first == b'-' || *last == b'-' {
        return Err("a label begins or ends with `-`");
    }
    let mut has_upper_case = false;
    for byte in label {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'A'..=b'Z' => has_upper_case = true,
            b':' => return Err("a name has no `:`; an address or port was not expected here"),
            b'/' | b'@' => return Err("only the name was expected, not a URL or e-mail address"),
            b'*' => return Err("a name has no wildcard; a domain covers all names below it"),
            _ => return Err("a name has letters, digits, `-` and `_` only"),
        }
    }
    Ok(has_upper_case)
}

fn to_a_labels(name: &str) -> Result<Cow<'_, str>, &'static str> {
    Uts46::new()
        .to_ascii(
            name.as_bytes(),
            AsciiDenyList::EMPTY,
            Hyphens::Allow,
            DnsLength::Verify,
        )
        .map_err(|_| "it is not a valid international name")
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainName({})", self.0)
    }
}

impl AsRef<str> for DomainName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

crate::serde_as_text!(DomainName, "domain name");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    #[test]
    fn name_has_one_form() {
        let longest_label = "a".repeat(63);
        let longest = format!(
            "{longest_label}.{longest_label}.{longest_label}.{}",
            "b".repeat(61)
        );
        assert_eq!(longest.len(), NAME_BYTES_MAX);
        for (text, want) in [
            ("www.x.example", "www.x.example"),
            (" WWW.X.Example. ", "www.x.example"),
            ("_dmarc.x.example", "_dmarc.x.example"),
            ("r3---sn-5hne6n.x.example", "r3---sn-5hne6n.x.example"),
            ("192-0-2-1.x.example", "192-0-2-1.x.example"),
            ("1.2.3.4.x.example", "1.2.3.4.x.example"),
            ("b\u{fc}cher.example", "xn--bcher-kva.example"),
            ("B\u{dc}CHER.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("www\u{3002}x\u{3002}example", "www.x.example"),
            ("fa\u{df}.example", "xn--fa-hia.example"),
            (&longest, &longest),
        ] {
            assert_eq!(name(text).as_str(), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_a_reason() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "abcdefg.".repeat(31));
        let huge = "\u{fc}.".repeat(1_000_000);
        for (text, why) in [
            ("", "nothing stood there"),
            (" . ", "nothing stood there"),
            ("example", "a single label"),
            ("localhost", "a single label"),
            ("192.0.2.1", "an IP address"),
            ("192.0.2.1.", "an IP address"),
            ("\u{ff11}92.0.2.1", "an IP address"),
            ("192.0.2.300", "last label is a number"),
            ("x.123", "last label is a number"),
            ("2001:db8::1", "`:`"),
            ("www.x.example:443", "`:`"),
            ("www.x.example/page", "URL"),
            ("abuse@x.example", "e-mail"),
            ("https://www.x.example", "`:`"),
            ("*.x.example", "wildcard"),
            ("x..example", "empty"),
            (".x.example", "empty"),
            ("x.example..", "empty"),
            ("-x.example", "`-`"),
            ("x-.example", "`-`"),
            ("x y.example", "letters, digits"),
            ("x\0.example", "letters, digits"),
            ("x\n.example", "letters, digits"),
            ("x\u{202e}.example", "international"),
            ("xn--.example", "`-`"),
            ("xn--a.example", "international"),
            ("\u{fffd}.example", "international"),
            (&long_label, "63 bytes"),
            (&long_name, "253 bytes"),
            (&huge, "253 bytes"),
        ] {
            let error = text.parse::<DomainName>().unwrap_err();
            assert!(error.why().contains(why), "{}: {error}", shown(text));
        }
    }

    #[test]
    fn public_suffixes_are_known_in_both_sections_and_unknown_top_levels_are_suffixes() {
        for (text, is_suffix, registrable) in [
            ("co.uk", true, None),
            ("github.io", true, None),
            ("x.github.io", false, Some("x.github.io")),
            ("a.b.x.co.uk", false, Some("x.co.uk")),
            ("www.x.example", false, Some("x.example")),
            ("x.example", false, Some("x.example")),
            ("x.nl", false, Some("x.nl")),
            ("\u{516c}\u{53f8}.cn", true, None),
            ("x.\u{516c}\u{53f8}.cn", false, Some("x.xn--55qx5d.cn")),
            ("anything.ck", true, None),
            ("www.ck", false, Some("www.ck")),
        ] {
            let name = name(text);
            assert_eq!(name.is_public_suffix(), is_suffix, "{text}");
            let found = name.registrable();
            assert_eq!(
                found.as_ref().map(DomainName::as_str),
                registrable,
                "{text}"
            );
        }
    }

    #[test]
    fn names_are_within_at_label_boundaries_only() {
        for (inner, outer, want) in [
            ("x.example", "x.example", true),
            ("a.b.x.example", "x.example", true),
            ("nobelx.example", "x.example", false),
            ("x.example", "a.x.example", false),
            ("x.example.nl", "x.example", false),
        ] {
            assert_eq!(name(inner).is_within(&name(outer)), want, "{inner} {outer}");
        }
        let name = name("a.b.example");
        assert_eq!(
            name.parents().collect::<Vec<_>>(),
            ["a.b.example", "b.example", "example"]
        );
    }

    #[test]
    fn international_names_are_written_out_for_people() {
        assert_eq!(
            name("xn--bcher-kva.example").to_unicode(),
            "b\u{fc}cher.example"
        );
        assert_eq!(name("www.x.example").to_unicode(), "www.x.example");
    }

    proptest! {
        #[test]
        fn fast_path_says_the_same_as_idna(text in "[a-zA-Z0-9_-]{1,8}(\\.[a-zA-Z0-9_-]{1,8}){1,4}\\.?") {
            if let Ok(name) = text.parse::<DomainName>() {
                let plain = text.strip_suffix('.').unwrap_or(&text);
                prop_assert_eq!(name.as_str(), &*to_a_labels(plain).unwrap());
            }
        }

        #[test]
        fn whatever_is_accepted_keeps_the_rules(text in "(\\PC|[a-z.]){0,40}") {
            if let Ok(name) = text.parse::<DomainName>() {
                prop_assert!(name.as_str().bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.')));
                prop_assert!(name.as_str().split('.').all(|label| (1..=63).contains(&label.len())));
                prop_assert_eq!(name.to_string().parse::<DomainName>().unwrap(), name.clone());
                prop_assert!(!name.to_unicode().chars().any(shown::is_unsafe_to_show));
            }
        }

        #[test]
        fn a_name_is_within_another_exactly_if_it_has_it_as_a_parent(
            inner in "([ab]{1,2}\\.){1,4}b", outer in "([ab]{1,2}\\.){1,2}b",
        ) {
            let (inner, outer) = (name(&inner), name(&outer));
            prop_assert_eq!(inner.is_within(&outer), inner.parents().any(|parent| parent == outer.as_str()));
        }
    }
}
