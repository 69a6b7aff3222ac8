//! Addresses of web pages and files.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::{DomainError, DomainName, shown};

/// Longest URL in bytes, as given and as kept.
const URL_BYTES_MAX: usize = 2000;

/// A URL with scheme `http`, `https` or `ftp`, without user, password and fragment.
///
/// ASCII only, as the WHATWG URL standard writes it: international hosts in A-labels, the rest percent-encoded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebUrl {
    text: Box<str>,
    host: UrlHost,
    port: Option<u16>,
}

/// What stands as host in a URL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UrlHost {
    /// A name.
    Name(DomainName),
    /// An address.
    Address(IpAddr),
}

/// Why a text is not a URL that can be reported on.
///
/// The text itself is not repeated beyond its scheme: URLs carry passwords and tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It has no scheme, or is no URL at all.
    #[error("a URL such as https://www.x.example/page is expected: {why}")]
    Unreadable {
        /// What is wrong.
        why: String,
    },
    /// The scheme is another one.
    #[error(
        "a URL begins with http://, https:// or ftp://, not with `{}:`",
        shown(scheme)
    )]
    Scheme {
        /// The scheme that stood there.
        scheme: String,
    },
    /// It is too long.
    #[error("a URL has {URL_BYTES_MAX} bytes at most, not {bytes}")]
    TooLong {
        /// The length of what stood there, or of its percent-encoded form.
        bytes: usize,
    },
    /// The host is not a name that can belong to somebody.
    #[error(transparent)]
    Host(#[from] DomainError),
}

impl WebUrl {
    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host.
    #[must_use]
    pub const fn host(&self) -> &UrlHost {
        &self.host
    }

    /// The port: the one that is written, or else the one that goes with the scheme.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }
}

impl FromStr for WebUrl {
    type Err = UrlError;

    /// Accepts a URL with spaces around it. User, password and fragment are dropped.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        let trimmed = text.trim();
        check_text(trimmed)?;
        let mut url = url::Url::parse(trimmed).map_err(unreadable)?;
        if !matches!(url.scheme(), "http" | "https" | "ftp") {
            return Err(UrlError::Scheme {
                scheme: url.scheme().to_owned(),
            });
        }
        url.set_fragment(None);
        // These fail only for URLs without a host, which the three schemes do not allow.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let host = settle_host(&mut url)?;
        match url.as_str().len() {
            0..=URL_BYTES_MAX => Ok(Self {
                host,
                port: url.port_or_known_default(),
                text: Box::from(url.as_str()),
            }),
            bytes => Err(UrlError::TooLong { bytes }),
        }
    }
}

/// Finds the words for a text that did not parse.
fn unreadable(error: url::ParseError) -> UrlError {
    let why = match error {
        url::ParseError::RelativeUrlWithoutBase => {
            "it does not begin with http:// or https://".to_owned()
        }
        other => other.to_string(),
    };
    UrlError::Unreadable { why }
}

/// Checks what the URL parser would let pass: it drops line breaks, and it has no limit.
fn check_text(text: &str) -> Result<(), UrlError> {
    if text.is_empty() {
        return Err(UrlError::Unreadable {
            why: "nothing stood there".to_owned(),
        });
    }
    if text.len() > URL_BYTES_MAX {
        return Err(UrlError::TooLong { bytes: text.len() });
    }
    if text.chars().any(char::is_control) {
        return Err(UrlError::Unreadable {
            why: "it has a control character in it".to_owned(),
        });
    }
    Ok(())
}

/// Brings the host into the one form that the other nouns use, in the URL as well.
fn settle_host(url: &mut url::Url) -> Result<UrlHost, UrlError> {
    let without_host = || UrlError::Unreadable {
        why: "it has no host".to_owned(),
    };
    let host = match url.host().ok_or_else(without_host)? {
        url::Host::Domain(name) => UrlHost::Name(name.parse()?),
        url::Host::Ipv4(address) => UrlHost::Address(address.into()),
        url::Host::Ipv6(address) => UrlHost::Address(IpAddr::V6(address).to_canonical()),
    };
    let settled = match &host {
        UrlHost::Name(name) if url.host_str() != Some(name.as_str()) => {
            url.set_host(Some(name.as_str())).is_ok()
        }
        UrlHost::Name(_) => true,
        UrlHost::Address(address) => url.set_ip_host(*address).is_ok(),
    };
    if settled {
        Ok(host)
    } else {
        Err(without_host())
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Display for UrlHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

crate::serde_as_text!(WebUrl, "URL");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_has_one_form_without_user_and_fragment() {
        for (text, want, host, port) in [
            (
                "http://www.x.example",
                "http://www.x.example/",
                "www.x.example",
                80,
            ),
            (
                " HTTPS://WWW.X.Example:443/A?b=c#d ",
                "https://www.x.example/A?b=c",
                "www.x.example",
                443,
            ),
            (
                "https://user:secret@x.example:8443/",
                "https://x.example:8443/",
                "x.example",
                8443,
            ),
            (
                "ftp://x.example/a b",
                "ftp://x.example/a%20b",
                "x.example",
                21,
            ),
            ("http://x.example./", "http://x.example/", "x.example", 80),
            (
                "http://b\u{fc}cher.example/\u{20ac}",
                "http://xn--bcher-kva.example/%E2%82%AC",
                "xn--bcher-kva.example",
                80,
            ),
            ("http://192.0.2.1/", "http://192.0.2.1/", "192.0.2.1", 80),
            (
                "http://[2001:DB8::1]:8080/",
                "http://[2001:db8::1]:8080/",
                "2001:db8::1",
                8080,
            ),
            (
                "http://[::ffff:192.0.2.1]/",
                "http://192.0.2.1/",
                "192.0.2.1",
                80,
            ),
            (
                "http://x.example/a/../b",
                "http://x.example/b",
                "x.example",
                80,
            ),
            (
                "http://x.example/\u{202e}",
                "http://x.example/%E2%80%AE",
                "x.example",
                80,
            ),
        ] {
            let url: WebUrl = text.parse().unwrap();
            assert_eq!(url.as_str(), want, "{text}");
            assert_eq!(
                (url.host().to_string().as_str(), url.port()),
                (host, Some(port)),
                "{text}"
            );
            assert_eq!(want.parse(), Ok(url), "{text}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_without_repeating_its_secrets() {
        let long = format!("http://x.example/{}", "a".repeat(URL_BYTES_MAX));
        let long_encoded = format!("http://x.example/{}", "\u{20ac}".repeat(300));
        for (text, why) in [
            ("", "nothing stood there"),
            ("www.x.example/page", "does not begin with http://"),
            ("www.x.example:80/page", "not with `www.x.example:`"),
            ("hxxp://x.example/", "not with `hxxp:`"),
            ("javascript:alert(1)", "not with `javascript:`"),
            ("file:///etc/passwd", "not with `file:`"),
            ("http://", "empty host"),
            ("http://localhost/", "a single label"),
            ("http://x_y/", "a single label"),
            ("http://x.example:99999/", "port"),
            ("http://x.example/a\nb", "control character"),
            ("http://x.example/\u{7f}", "control character"),
            ("http://a b.example/", "invalid"),
            (&long, "not 2017"),
            (&long_encoded, "not 2717"),
        ] {
            let error = text.parse::<WebUrl>().unwrap_err().to_string();
            assert!(error.contains(why), "{}: {error}", shown(text));
        }
        let error = "http://user:secret@localhost/?token=secret"
            .parse::<WebUrl>()
            .unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
