//! A site on a web server that others have sites on as well: a host, a port and a path.

use std::fmt;
use std::str::FromStr;

use crate::{DomainName, UrlError, UrlHost, WebUrl};

/// Longest place of somebody, in bytes of its canonical form.
const BYTES_MAX: usize = 300;

/// Most parts of the path of a place of somebody. A look-up takes a step for each.
pub const WEB_PLACE_PARTS_MAX: usize = 16;

/// Where a web address points: a host by name, a port and a path, and all that is below that path.
///
/// The protocol says nothing of whose a site is, so `http` and `https` are alike, each on its usual port. Query and fragment
/// are no part of it, nor is a `/` at the end. What need not be percent-encoded is not (RFC 3986 section 6.2.2), so that
/// `/%7Eann` and `/~ann` are one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebPlace {
    /// `host[:port][/path]`, without a `/` at the end.
    key: Box<str>,
    host: DomainName,
    /// Bytes of host and port in the key.
    root_bytes: usize,
}

/// Why a text is not a place that one organisation can own. The text is not repeated: web addresses carry secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebPlaceError {
    /// Not a URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// Not of a website.
    #[error("a web address begins with http:// or https://")]
    Protocol,
    /// With a user name or a password.
    #[error("a web address has no user name and no password in it")]
    User,
    /// With a query or a fragment.
    #[error("a web address ends with its path: leave out what begins with `?` or `#`")]
    Behind,
    /// The host is an address.
    #[error("the host of a web address is a name; give the address itself instead")]
    Address,
    /// It is too long.
    #[error("a web address has {BYTES_MAX} bytes at most, not {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Its path is too deep.
    #[error("the path of a web address has {WEB_PLACE_PARTS_MAX} parts at most, not {parts}")]
    TooDeep {
        /// Its parts.
        parts: usize,
    },
}

impl WebPlace {
    /// Where a URL points, however long and deep; nothing where its host is an address, or it is not of a website.
    #[must_use]
    pub fn of(url: &WebUrl) -> Option<Self> {
        Self::read(url).ok()
    }

    fn read(url: &WebUrl) -> Result<Self, WebPlaceError> {
        let parsed = url::Url::parse(url.as_str()).map_err(|_| WebPlaceError::Protocol)?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(WebPlaceError::Protocol);
        }
        let UrlHost::Name(host) = url.host() else {
            return Err(WebPlaceError::Address);
        };
        let port = url.port().filter(|port| !USUAL_PORTS.contains(port));
        let mut key = match port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let root_bytes = key.len();
        push_decoded(&mut key, parsed.path().trim_end_matches('/'));
        Ok(Self {
            key: key.into_boxed_str(),
            host: host.clone(),
            root_bytes,
        })
    }

    /// The name of the server.
    #[must_use]
    pub const fn host(&self) -> &DomainName {
        &self.host
    }

    /// Whether the server is asked on another port than websites usually have.
    #[must_use]
    pub fn has_own_port(&self) -> bool {
        self.root_bytes != self.host.as_str().len()
    }

    /// The path, without a `/` at its end; empty for the whole of the server.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.key[self.root_bytes..]
    }

    /// The place without its protocol: equal for equal places.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether this is `other` itself or a place below it. `x.example/shopping` is not within `x.example/shop`.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        match self.key.strip_prefix(other.key()) {
            // A port is no path: `x.example:8080` is not within `x.example`.
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// The keys of the place and of every place around it that somebody can own, longest first, down to that of the server.
    pub fn keys_around(&self) -> impl Iterator<Item = &str> {
        let ends = self.path().match_indices('/').map(|(at, _)| at).skip(1);
        let whole = std::iter::once(self.path().len());
        let mut ends: Vec<usize> = std::iter::once(0)
            .chain(ends.chain(whole).filter(|end| *end > 0))
            .take(WEB_PLACE_PARTS_MAX + 1)
            .collect();
        ends.reverse();
        ends.into_iter()
            .map(|end| &self.key[..self.root_bytes + end])
    }

    /// The places around it, without itself, longest first.
    #[must_use]
    pub fn wider(&self) -> Vec<Self> {
        let around = self.keys_around().filter(|key| *key != self.key());
        let place = |key: &str| Self {
            key: Box::from(key),
            host: self.host.clone(),
            root_bytes: self.root_bytes,
        };
        around.map(place).collect()
    }
}

/// Of `http` and `https`.
const USUAL_PORTS: [u16; 2] = [80, 443];

/// Appends a path that the URL standard wrote, with nothing percent-encoded that need not be.
fn push_decoded(key: &mut String, path: &str) {
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('%') {
        key.push_str(before);
        let byte = behind
            .get(..2)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                key.push(char::from(byte));
            }
            Some(byte) => *key += &format!("%{byte:02X}"),
            // A `%` that stands for itself, as the URL standard lets it. Written as such, what stands behind it would make another
            // path of it when it is read again: `%%32e%%32e` is no `..`.
            None => {
                key.push_str("%25");
                rest = behind;
                continue;
            }
        }
        rest = &behind[2..];
    }
    key.push_str(rest);
}

impl FromStr for WebPlace {
    type Err = WebPlaceError;

    /// Accepts a web address with spaces around it, such as a browser shows it.
    fn from_str(text: &str) -> Result<Self, WebPlaceError> {
        let url: WebUrl = text.parse()?;
        // What `WebUrl` drops is a mistake here: whoever gives it means something else than would be kept.
        let given = url::Url::parse(text.trim()).map_err(|_| WebPlaceError::Protocol)?;
        if !given.username().is_empty() || given.password().is_some() {
            return Err(WebPlaceError::User);
        }
        if given.query().is_some() || given.fragment().is_some() {
            return Err(WebPlaceError::Behind);
        }
        let place = Self::read(&url)?;
        let (bytes, parts) = (place.to_string().len(), place.path().matches('/').count());
        if bytes > BYTES_MAX {
            return Err(WebPlaceError::TooLong { bytes });
        }
        if parts > WEB_PLACE_PARTS_MAX {
            return Err(WebPlaceError::TooDeep { parts });
        }
        Ok(place)
    }
}

impl fmt::Display for WebPlace {
    /// Writes it as an address for a browser.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.path().is_empty() { "/" } else { "" };
        write!(f, "https://{}{end}", self.key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(text: &str) -> WebPlace {
        text.parse().unwrap()
    }

    #[test]
    fn a_place_has_one_form_whatever_the_protocol_and_its_usual_port() {
        for (text, want) in [
            (
                "https://Shared.Example/Shop/",
                "https://shared.example/Shop",
            ),
            (
                "http://shared.example:80/Shop",
                "https://shared.example/Shop",
            ),
            (
                "https://shared.example:443/Shop//",
                "https://shared.example/Shop",
            ),
            (
                "http://shared.example:8080/a",
                "https://shared.example:8080/a",
            ),
            (" https://shared.example ", "https://shared.example/"),
            (
                "https://shared.example/%7Eann",
                "https://shared.example/~ann",
            ),
            (
                "https://shared.example/a%2fb",
                "https://shared.example/a%2Fb",
            ),
            (
                "https://shared.example/100%/x",
                "https://shared.example/100%25/x",
            ),
            (
                "https://shared.example/a/%%32e%%32e/victim",
                "https://shared.example/a/%252e%252e/victim",
            ),
            ("https://shared.example/a/../b", "https://shared.example/b"),
            (
                "https://b\u{fc}cher.example/\u{fc}",
                "https://xn--bcher-kva.example/%C3%BC",
            ),
        ] {
            assert_eq!(place(text).to_string(), want, "{text}");
            assert_eq!(place(want), place(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_place_of_somebody_is_refused_with_a_reason_and_without_its_secrets() {
        let long = format!("https://shared.example/{}", "a".repeat(300));
        let deep = format!("https://shared.example{}", "/a".repeat(17));
        for (text, why) in [
            ("", "nothing stood there"),
            ("shared.example/shop", "does not begin with http://"),
            (
                "ftp://shared.example/shop",
                "begins with http:// or https://",
            ),
            ("javascript:alert(1)", "not with `javascript:`"),
            ("https://sam:secret@shared.example/shop", "no user name"),
            ("https://sam@shared.example/shop", "no user name"),
            (
                "https://shared.example/shop?id=secret",
                "leave out what begins with `?`",
            ),
            (
                "https://shared.example/shop#secret",
                "leave out what begins with `?`",
            ),
            ("https://192.0.2.1/shop", "give the address itself"),
            ("https://[2001:db8::1]/shop", "give the address itself"),
            ("https://localhost/shop", "a single label"),
            ("https://shared.example/a\nb", "control character"),
            (&long, "300 bytes at most, not 323"),
            (&deep, "16 parts at most, not 17"),
        ] {
            let error = text.parse::<WebPlace>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_url_is_within_a_place_on_whole_parts_of_its_path() {
        for (url, outer, want) in [
            (
                "http://shared.example/shop/a.php?x=1",
                "https://shared.example/shop",
                true,
            ),
            (
                "https://shared.example/shop",
                "https://shared.example/shop/",
                true,
            ),
            (
                "https://shared.example/shop/",
                "https://shared.example/shop",
                true,
            ),
            (
                "https://shared.example/shopping",
                "https://shared.example/shop",
                false,
            ),
            (
                "https://shared.example/",
                "https://shared.example/shop",
                false,
            ),
            (
                "https://shared.example/%73hop/a",
                "https://shared.example/shop",
                true,
            ),
            (
                "https://shared.example/shop/../b",
                "https://shared.example/shop",
                false,
            ),
            (
                "https://www.shared.example/shop",
                "https://shared.example/shop",
                false,
            ),
            (
                "https://shared.example:8080/shop",
                "https://shared.example/",
                false,
            ),
            (
                "http://shared.example:8080/shop/a",
                "https://shared.example:8080/shop",
                true,
            ),
        ] {
            let url = WebPlace::of(&url.parse().unwrap()).unwrap();
            assert_eq!(url.is_within(&place(outer)), want, "{url} {outer}");
        }
        for none in ["ftp://shared.example/shop", "https://192.0.2.1/shop"] {
            assert_eq!(WebPlace::of(&none.parse().unwrap()), None, "{none}");
        }
    }

    #[test]
    fn the_places_around_a_place_end_with_its_server() {
        let around = |text: &str| -> Vec<String> {
            let url: WebUrl = text.parse().unwrap();
            let place = WebPlace::of(&url).unwrap();
            place.keys_around().map(str::to_owned).collect()
        };
        assert_eq!(
            around("https://x.example/a/b"),
            ["x.example/a/b", "x.example/a", "x.example"]
        );
        assert_eq!(around("https://x.example:81/"), ["x.example:81"]);
        let deep = around(&format!("https://x.example{}", "/a".repeat(500)));
        assert_eq!(deep.len(), WEB_PLACE_PARTS_MAX + 1);
        assert_eq!(deep[0], format!("x.example{}", "/a".repeat(16)));
        let wider = place("https://x.example/a/b").wider();
        let wider: Vec<String> = wider.iter().map(ToString::to_string).collect();
        assert_eq!(wider, ["https://x.example/a", "https://x.example/"]);
    }

    proptest! {
        #[test]
        fn a_place_is_within_another_exactly_if_that_is_around_it(
            inner in "(/[ab%.]{1,2}){0,4}/?", outer in "(/[ab]{1,2}){0,3}",
        ) {
            let inner: WebUrl = format!("http://x.example{inner}").parse().unwrap();
            let inner = WebPlace::of(&inner).unwrap();
            let outer = place(&format!("https://x.example{outer}"));
            prop_assert_eq!(inner.is_within(&outer), inner.keys_around().any(|key| key == outer.key()));
            prop_assert_eq!(place(&inner.to_string()), inner);
        }

        #[test]
        fn a_path_of_percent_signs_and_dots_is_read_again_as_it_is_written(path in "[%23e./]{0,14}") {
            let place = place(&format!("https://x.example/{path}"));
            prop_assert_eq!(place.to_string().parse::<WebPlace>(), Ok(place));
        }

        #[test]
        fn whatever_is_accepted_is_read_again_as_it_is_written(text in "https?://[ab]\\.example(:[0-9]{1,3})?(/(\\PC|%[0-9a-f]{2}){0,9}){0,3}") {
            if let Ok(place) = text.parse::<WebPlace>() {
                prop_assert_eq!(place.to_string().parse::<WebPlace>(), Ok(place));
            }
        }
    }
}
