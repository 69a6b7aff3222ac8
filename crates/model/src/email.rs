//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

use crate::{DomainError, DomainName, shown};

/// Longest address in bytes (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const EMAIL_BYTES_MAX: usize = 254;
/// Longest local part in bytes (RFC 5321 section 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;

/// An e-mail address: the local part as given, the domain in lower case.
///
/// Only plain addresses (`dot-atom`, RFC 5322 section 3.2.3): no quotes, comments, display names or address
/// literals, so that an address can stand in a mail header as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    text: Box<str>,
    domain: DomainName,
}

/// Whether mail has a way to the domain of an address, by the DNS alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailRoute {
    /// A mail server with an address, or an address of the domain itself.
    Open,
    /// The DNS says that there is none: the domain does not exist, refuses mail, or its servers have no address.
    Missing,
    /// The DNS did not say.
    Unknown,
}

/// Why a text is not an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It is not of the form `local@domain`.
    #[error(
        "an e-mail address such as abuse@x.example is expected, not `{}`: {why}",
        shown(text)
    )]
    Unreadable {
        /// The text that stood there.
        text: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The part behind the `@` is not a domain name.
    #[error(transparent)]
    Domain(#[from] DomainError),
}

impl EmailAddress {
    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local(&self) -> &str {
        let local_bytes = self.text.len() - self.domain.as_str().len() - 1;
        &self.text[..local_bytes]
    }

    /// The address as it is compared. Its local part could be case-sensitive (RFC 5321), but no mailbox that people use is.
    #[must_use]
    pub fn compared(&self) -> String {
        self.text.to_lowercase()
    }

    /// The part behind the `@`.
    #[must_use]
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    /// Accepts one bare address with spaces around it.
    fn from_str(text: &str) -> Result<Self, EmailError> {
        let error = |why| EmailError::Unreadable {
            text: text.to_owned(),
            why,
        };
        let trimmed = text.trim();
        let (local, domain) = trimmed
            .rsplit_once('@')
            .ok_or_else(|| error("it has no @"))?;
        check_local(local).map_err(error)?;
        let domain: DomainName = domain.parse()?;
        let text = format!("{local}@{domain}");
        if text.len() > EMAIL_BYTES_MAX {
            return Err(error("it has 254 bytes at most"));
        }
        Ok(Self {
            text: text.into_boxed_str(),
            domain,
        })
    }
}

fn check_local(local: &str) -> Result<(), &'static str> {
    if local.is_empty() {
        return Err("nothing stands before the @");
    }
    if local.len() > LOCAL_BYTES_MAX {
        return Err("the part before the @ has 64 bytes at most");
    }
    if local.split('.').any(str::is_empty) {
        return Err("a dot stands at an end of the part before the @, or beside another dot");
    }
    if !local.bytes().all(|byte| byte == b'.' || is_atom(byte)) {
        return Err("only one bare address is expected, without name, brackets, quotes or spaces");
    }
    Ok(())
}

fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

crate::serde_as_text!(EmailAddress, "e-mail address");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_keeps_the_local_part_and_lowers_the_domain() {
        for (text, want) in [
            ("abuse@x.example", "abuse@x.example"),
            (" Jan.Tests+a@X.Example. ", "Jan.Tests+a@x.example"),
            ("o'brien@x.example", "o'brien@x.example"),
            ("abuse@b\u{fc}cher.example", "abuse@xn--bcher-kva.example"),
        ] {
            let email: EmailAddress = text.parse().unwrap();
            assert_eq!(email.as_str(), want, "{text}");
            assert_eq!(
                format!("{}@{}", email.local(), email.domain()),
                want,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_bare_address_is_refused() {
        let long_local = format!("{}@x.example", "a".repeat(65));
        let long = format!("{}@{}x.example", "a".repeat(60), "abcdefg.".repeat(24));
        for (text, why) in [
            ("", "no @"),
            ("abuse", "no @"),
            ("@x.example", "nothing stands before"),
            ("abuse@", "nothing stood there"),
            ("abuse@localhost", "a single label"),
            ("abuse@[192.0.2.1]", "letters, digits"),
            ("abuse@192.0.2.1", "an IP address"),
            ("Desk <abuse@x.example>", "one bare address"),
            ("<abuse@x.example>", "one bare address"),
            ("mailto:abuse@x.example", "one bare address"),
            ("\"a b\"@x.example", "one bare address"),
            ("a@b@x.example", "one bare address"),
            ("a,b@x.example", "one bare address"),
            ("a@x.example,b@x.example", "one bare address"),
            ("a@x.example\r\nBcc: b@x.example", "one bare address"),
            ("a\r\nb@x.example", "one bare address"),
            ("a@x.example\0", "letters, digits"),
            ("\u{e9}@x.example", "one bare address"),
            (".a@x.example", "a dot stands"),
            ("a..b@x.example", "a dot stands"),
            (&long_local, "64 bytes"),
            (&long, "254 bytes"),
        ] {
            let error = text.parse::<EmailAddress>().unwrap_err().to_string();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }
}
