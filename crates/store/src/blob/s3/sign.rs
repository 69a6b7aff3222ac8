//! Signatures of requests: AWS Signature Version 4, in the `Authorization` header.
//!
//! In the header, not in the address: addresses end up in logs. Source: "Authenticating Requests: Using the
//! Authorization Header (AWS Signature Version 4)" in the API reference of Amazon S3.

use std::fmt::Write;

use model::Timestamp;
use ring::{digest, hmac};

use super::credentials::Credentials;

/// The part of a request that is signed.
pub(super) struct ToSign<'r> {
    pub(super) method: &'r str,
    /// Path of the address: of characters that need no escape.
    pub(super) path: &'r str,
    /// Names and values of the query, as they are meant.
    pub(super) query: &'r [(&'r str, &'r str)],
    /// Names in lower case, `host` among them, and their values.
    pub(super) headers: &'r [(&'static str, String)],
    /// SHA-256 of the body, in hexadecimal digits.
    pub(super) body_digest: &'r str,
}

/// A signature that is good for some minutes, and the headers that go with it.
pub(super) fn signed_headers(
    request: &ToSign<'_>,
    region: &str,
    credentials: &Credentials,
    now: Timestamp,
) -> Vec<(&'static str, String)> {
    // 20261118T120000Z: without fraction and punctuation.
    let moment: String = Timestamp::from_micros(now.seconds() * 1_000_000)
        .to_string()
        .replace(['-', ':'], "");
    let scope = format!("{}/{region}/s3/aws4_request", &moment[..8]);
    let mut headers = request.headers.to_vec();
    headers.push(("x-amz-content-sha256", request.body_digest.to_owned()));
    headers.push(("x-amz-date", moment.clone()));
    headers.extend(
        credentials
            .session_token
            .iter()
            .map(|token| ("x-amz-security-token", token.clone())),
    );
    headers.sort_unstable();
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = canonical_request(request, &headers, &names);
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}",
        sha256(canonical.as_bytes())
    );
    let secret = format!("AWS4{}", credentials.secret_key);
    let mut key = secret.into_bytes();
    for part in [&moment[..8], region, "s3", "aws4_request"] {
        key = hmac_sha256(&key, part);
    }
    let signature = hex(&hmac_sha256(&key, &to_sign));
    headers.push((
        "authorization",
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            credentials.access_key
        ),
    ));
    headers
}

fn canonical_request(
    request: &ToSign<'_>,
    headers: &[(&'static str, String)],
    names: &str,
) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method,
        request.path,
        query_text(request.query)
    );
    for (name, value) in headers {
        let _ = writeln!(text, "{name}:{}", value.trim());
    }
    let _ = write!(text, "\n{names}\n{}", request.body_digest);
    text
}

/// A query as it is signed and sent: sorted, and escaped to unreserved characters.
pub(super) fn query_text(query: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", escaped(name), escaped(value));
    let mut pairs: Vec<_> = query.iter().map(pair).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => {
                let _ = write!(escaped, "%{other:02X}");
            }
        }
    }
    escaped
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        Credentials {
            access_key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            session_token: None,
        }
    }

    #[track_caller]
    fn check_signature(query: &[(&str, &str)], path: &str, range: Option<&str>, signature: &str) {
        let mut headers = vec![("host", "examplebucket.s3.amazonaws.com".to_owned())];
        headers.extend(range.map(|range| ("range", range.to_owned())));
        let request = ToSign {
            method: "GET",
            path,
            query,
            headers: &headers,
            body_digest: &sha256(b""),
        };
        let now = "2013-05-24T00:00:00Z".parse().unwrap();
        let signed = signed_headers(&request, "us-east-1", &credentials(), now);
        let (_, authorization) = signed.last().unwrap();
        let want = format!("Signature={signature}");
        assert!(authorization.ends_with(&want), "{authorization}");
    }

    #[test]
    fn the_published_examples_get_the_published_signatures() {
        check_signature(
            &[],
            "/test.txt",
            Some("bytes=0-9"),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        );
        check_signature(
            &[("lifecycle", "")],
            "/",
            None,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        );
        check_signature(
            &[("prefix", "J"), ("max-keys", "2")],
            "/",
            None,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        );
    }

    #[test]
    fn values_of_a_query_are_escaped_to_the_last_slash() {
        let text = query_text(&[("prefix", "a/b c"), ("after", "é+")]);
        assert_eq!(text, "after=%C3%A9%2B&prefix=a%2Fb%20c");
    }
}
