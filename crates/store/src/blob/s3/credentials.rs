//! The key to object storage and its secret. Neither is ever printed.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::S3Error;

/// A key, its secret, and the token of a session if the key is of one.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// What the storage knows the key by.
    pub access_key: String,
    /// The secret.
    pub secret_key: String,
    /// Goes with keys that were lent for some time.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(not shown)")
    }
}

/// Where the key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// It was given.
    Given(Credentials),
    /// A file in the form that the tools of AWS use. It is read for each request, so that a new key holds at once.
    File(PathBuf),
}

impl KeySource {
    pub(super) fn credentials(&self) -> Result<Credentials, S3Error> {
        match self {
            Self::Given(credentials) => Ok(credentials.clone()),
            Self::File(path) => read(path),
        }
    }
}

fn read(path: &Path) -> Result<Credentials, S3Error> {
    let text = fs::read_to_string(path).map_err(|source| S3Error::KeyFile {
        path: path.to_owned(),
        source,
    })?;
    parse(&text).ok_or_else(|| S3Error::NoKey {
        path: path.to_owned(),
    })
}

/// Reads `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token` from the section `[default]`, or from
/// lines before any section.
fn parse(text: &str) -> Option<Credentials> {
    let (mut access_key, mut secret_key, mut session_token) = (None, None, None);
    let mut is_ours = true;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            is_ours = section.trim_end_matches(']').trim() == "default";
        }
        let Some((name, value)) = line.split_once('=').filter(|_| is_ours) else {
            continue;
        };
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        match name.trim() {
            "aws_access_key_id" => access_key = value,
            "aws_secret_access_key" => secret_key = value,
            "aws_session_token" => session_token = value,
            _ => {}
        }
    }
    Some(Credentials {
        access_key: access_key?,
        secret_key: secret_key?,
        session_token,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_keys_is_read_with_and_without_sections() {
        let plain = "aws_access_key_id = DESK\naws_secret_access_key=a/b+c=\n";
        let sections = format!(
            "# ours\n[other]\naws_access_key_id = OTHER\n[default]\n{plain}aws_session_token = t\n[x]\naws_session_token=y"
        );
        let found = parse(plain).unwrap();
        assert_eq!((&*found.access_key, &*found.secret_key), ("DESK", "a/b+c="));
        assert_eq!(found.session_token, None);
        let found = parse(&sections).unwrap();
        assert_eq!((&*found.access_key, &*found.secret_key), ("DESK", "a/b+c="));
        assert_eq!(found.session_token.as_deref(), Some("t"));
        for text in [
            "",
            "[other]\naws_access_key_id=A\naws_secret_access_key=B",
            "aws_access_key_id=A",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_printed() {
        let found = parse("aws_access_key_id=DESK\naws_secret_access_key=hunter2").unwrap();
        assert!(!format!("{:?}", KeySource::Given(found)).contains("hunter2"));
    }
}
