//! Why object storage did not do what was asked. No text holds a key, a secret or a signature.

use std::path::PathBuf;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// It answered, and said no.
    #[error("{endpoint} answered {status} {code}{}", next_step(code, *status))]
    Refused {
        /// Who.
        endpoint: String,
        /// Status of HTTP.
        status: u16,
        /// S3's own word for it; empty where there is none.
        code: String,
    },
    /// It did not answer, or broke off, each time that it was tried.
    #[error(
        "{endpoint} does not answer, tried {tries} times; check `blobs.endpoint` and `blobs.ca-file`, and whether it runs"
    )]
    Unreachable {
        /// Who.
        endpoint: String,
        /// How often.
        tries: u32,
        /// Why the last time.
        source: Box<ureq::Error>,
    },
    /// It answered with something that S3 does not say.
    #[error("{endpoint} does not speak as S3 does: {why}; check `blobs.endpoint`")]
    Strange {
        /// Who.
        endpoint: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The certificate of its authority cannot be read.
    #[error("`blobs.ca-file` holds no certificate in PEM form")]
    Authority,
    /// The file of the key cannot be read.
    #[error("cannot read `{}`, which `blobs.credentials-file` names", path.display())]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of the key holds none.
    #[error(
        "`{}` holds no key; it needs the lines `aws_access_key_id = ...` and `aws_secret_access_key = ...`, in the \
         section `[default]` or in none",
        path.display()
    )]
    NoKey {
        /// Which file.
        path: PathBuf,
    },
    /// A file that was to be sent cannot be read.
    #[error("cannot read the temporary file of the blob")]
    Spool(#[source] std::io::Error),
}

impl S3Error {
    /// Whether it was refused with this status and word. Some storage has no words for some refusals.
    pub(super) fn is_refusal(&self, asked: u16, word: &str) -> bool {
        matches!(self, Self::Refused { status, code, .. }
            if *status == asked && (code == word || code.is_empty()))
    }
}

/// What a person can do, for what happens most.
fn next_step(code: &str, status: u16) -> &'static str {
    match code {
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken" => {
            "; check the key and its secret (`blobs.credentials-file`, or AWS_ACCESS_KEY_ID and the others in the \
             environment)"
        }
        "AccessDenied" => "; allow this key to list, read, write and delete in the bucket",
        "NoSuchBucket" => "; make the bucket, or correct `blobs.url`",
        "RequestTimeTooSkewed" => "; set the clock of this machine",
        "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "IllegalLocationConstraintException" => "; check `blobs.region` and `blobs.style`",
        _ if status >= 500 => "; look at the storage, and try again",
        _ => "",
    }
}
