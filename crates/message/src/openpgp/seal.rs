//! A mail that only the owner of a key reads: PGP/MIME (RFC 3156), with its headers protected (RFC 9788).
//!
//! The whole mail is encrypted, its subject and the headers for machines too. Outside stand a subject that says nothing and
//! what a mail needs on its way.

use pgp::composed::{ArmorOptions, MessageBuilder};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use rand::rngs::OsRng;

use super::certificate::Certificate;
use crate::error::MessageError;
use crate::mail::Mail;

/// Headers that stand outside too: who, when, which message, and that a program wrote it.
const OUTSIDE: [&str; 7] = [
    "From",
    "To",
    "Reply-To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Seinpost-Reference",
];

impl Certificate {
    /// Encrypts a mail. Outside it has `subject`, which is ASCII, in place of its own. Every time gives other bytes: whoever
    /// repeats an attempt must have kept those of the first.
    ///
    /// # Errors
    /// When it is no mail, or the library cannot encrypt.
    pub fn seal(&self, mail: Mail, subject: &str) -> Result<Mail, MessageError> {
        let broken = |what: String| MessageError::Broken(format!("{}: {what}", mail.file_stem));
        let text = std::str::from_utf8(&mail.bytes).ok();
        let (head, body) = text
            .and_then(|text| text.split_once("\r\n\r\n"))
            .ok_or_else(|| broken("what is to be encrypted is no mail".into()))?;
        let subject = format!("Subject: {subject}");
        let fields = fields(head);
        let mut outside: Vec<&str> = fields
            .iter()
            .filter(|field| OUTSIDE.iter().any(|name| is_named(field, name)))
            .map(String::as_str)
            .collect();
        outside.push(&subject);
        let armored = self
            .encrypted(&inside(&fields, &outside, body))
            .map_err(|error| broken(format!("it cannot be encrypted: {error}")))?;
        let bytes = envelope(&outside, &armored).into_bytes();
        Ok(Mail { bytes, ..mail })
    }

    /// The text, encrypted, with LF line ends.
    fn encrypted(&self, text: &str) -> pgp::errors::Result<String> {
        let mut builder = MessageBuilder::from_bytes("", text.as_bytes().to_vec())
            .seipd_v1(OsRng, SymmetricKeyAlgorithm::AES256);
        builder.encrypt_to_key(OsRng, self.encrypting_part())?;
        builder.to_armored_string(OsRng, ArmorOptions::default())
    }
}

/// The fields of a head, each with the lines on which it goes on.
fn fields(head: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match fields.last_mut() {
            Some(field) if line.starts_with([' ', '\t']) => {
                field.push_str("\r\n");
                field.push_str(line);
            }
            Some(_) | None => fields.push(line.to_owned()),
        }
    }
    fields
}

fn is_named(field: &str, name: &str) -> bool {
    let found = field.split_once(':').map(|(found, _)| found);
    found.is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// What is encrypted: the mail as it is, with what its reader's program needs to see that these headers are the true ones.
fn inside(fields: &[String], outside: &[&str], body: &str) -> String {
    let mut mail = String::new();
    for field in fields {
        mail.push_str(field);
        if is_named(field, "Content-Type") {
            // The second word is what programs looked for before there was a standard.
            mail.push_str(";\r\n hp=\"cipher\"; protected-headers=\"v1\"");
        }
        mail.push_str("\r\n");
    }
    for field in outside {
        mail.push_str("HP-Outer: ");
        mail.push_str(field);
        mail.push_str("\r\n");
    }
    mail.push_str("\r\n");
    mail.push_str(body);
    mail
}

/// The mail around what is encrypted (RFC 3156 section 4).
fn envelope(outside: &[&str], armored: &str) -> String {
    // Of what everybody sees: of the text it would prove a guess.
    let hash = blake3::hash(armored.as_bytes()).to_hex();
    let boundary = format!("sealed-{}", &hash[..32]);
    let armored = armored.trim_end().replace('\n', "\r\n");
    let head = outside.join("\r\n");
    format!(
        "{head}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"{boundary}\"\r\n\r\n\
         --{boundary}\r\nContent-Type: application/pgp-encrypted\r\n\
         Content-Description: PGP/MIME version identification\r\n\r\nVersion: 1\r\n\r\n\
         --{boundary}\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\
         Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n{armored}\r\n\r\n--{boundary}--\r\n"
    )
}
