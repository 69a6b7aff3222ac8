//! Where object storage is and how it is spoken to, as an operator writes it.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::KeySource;

model::vocabulary! {
    /// Where the name of a bucket stands in an address.
    pub enum Addressing: "the style of addresses" {
        /// In the path: `https://storage.example/bucket/key`.
        Path = 0 => "path",
        /// In the host: `https://bucket.storage.example/key`.
        Virtual = 1 => "virtual",
    }
}

/// A bucket, and where in it: `s3://bucket/prefix`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketUrl {
    pub(super) bucket: String,
    /// Without slashes at its ends; may be empty.
    pub(super) prefix: String,
}

/// Why a text is not a [`BucketUrl`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a bucket such as `s3://bucket/prefix` is expected: {0}")]
pub struct BucketUrlError(&'static str);

/// The address of object storage: `https://storage.example`, or `http://` without TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Endpoint {
    pub(super) is_tls: bool,
    /// With its port, where that is not the usual one.
    pub(super) authority: String,
}

/// Why a text is not an [`S3Endpoint`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address such as `https://storage.example:9000` is expected, with nothing behind it")]
pub struct S3EndpointError;

/// All that is to know about object storage.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// The bucket. It must exist.
    pub bucket: BucketUrl,
    /// Where it is.
    pub endpoint: S3Endpoint,
    /// Part of each signature. Storage of one's own mostly takes any, `us-east-1` always.
    pub region: String,
    /// Where the name of the bucket stands.
    pub addressing: Addressing,
    /// Certificates (PEM) of the authorities that are trusted instead of the common ones.
    pub ca: Option<Vec<u8>>,
    /// The key.
    pub key: KeySource,
}

impl FromStr for BucketUrl {
    type Err = BucketUrlError;

    /// Names are what needs no escape in an address. That is less than S3 allows, and enough.
    fn from_str(text: &str) -> Result<Self, BucketUrlError> {
        let rest = text
            .strip_prefix("s3://")
            .ok_or(BucketUrlError("it begins with `s3://`"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let in_bucket = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(in_bucket) {
            return Err(BucketUrlError(
                "the name of a bucket has 3 to 63 small letters, digits, hyphens and dots",
            ));
        }
        let prefix = prefix.trim_matches('/');
        let in_prefix = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
        let is_step = |part: &str| part == "." || part == "..";
        if !prefix.bytes().all(in_prefix) || prefix.split('/').any(is_step) {
            return Err(BucketUrlError(
                "a prefix has letters, digits, hyphens, dots, underscores and slashes",
            ));
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        })
    }
}

impl fmt::Display for BucketUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix.as_str() {
            "" => write!(f, "s3://{}", self.bucket),
            prefix => write!(f, "s3://{}/{prefix}", self.bucket),
        }
    }
}

impl FromStr for S3Endpoint {
    type Err = S3EndpointError;

    fn from_str(text: &str) -> Result<Self, S3EndpointError> {
        let url = Url::parse(text).map_err(|_| S3EndpointError)?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let host = url.host_str().filter(|_| is_bare).ok_or(S3EndpointError)?;
        Ok(Self {
            is_tls: match url.scheme() {
                "https" => true,
                "http" => false,
                _ => return Err(S3EndpointError),
            },
            authority: match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            },
        })
    }
}

impl fmt::Display for S3Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_read_as_they_are_written() {
        for text in [
            "s3://seinpost",
            "s3://desk-1.example/raw",
            "s3://abc/a/b_c.d",
        ] {
            assert_eq!(text.parse::<BucketUrl>().unwrap().to_string(), text);
        }
        let slashes: BucketUrl = "s3://abc//raw/".parse().unwrap();
        assert_eq!(slashes.to_string(), "s3://abc/raw");
        for text in [
            "",
            "seinpost",
            "s3://",
            "s3://ab",
            "s3://Abc",
            "s3://a b c",
            "s3://abc/a b",
            "s3://abc/a/../b",
            "s3://abc/%41",
            "https://abc/raw",
        ] {
            assert!(text.parse::<BucketUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_endpoint_is_a_scheme_a_host_and_a_port() {
        for (text, want) in [
            ("https://storage.example", "https://storage.example"),
            ("https://storage.example:443/", "https://storage.example"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("https://[2001:db8::1]:9000", "https://[2001:db8::1]:9000"),
        ] {
            assert_eq!(text.parse::<S3Endpoint>().unwrap().to_string(), want);
        }
        for text in [
            "storage.example",
            "ftp://storage.example",
            "https://storage.example/bucket",
            "https://a:b@storage.example",
            "https://storage.example?x",
            "https://",
        ] {
            assert!(text.parse::<S3Endpoint>().is_err(), "{text}");
        }
    }
}
