//! A mail that came in reply to a message, as far as a program reads it.
//!
//! Everything in it was written by others: it is bounded before it is read, and says nothing about who sent it. What proves
//! the sender is for `pipeline::replies`.

use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders};
use model::{EmailAddress, IdKey, IdKind, ReplyOutcome};
use rules::reply::own_words;

/// Bytes of a mail that are read. A reply with our message under it and a logo has some 100,000.
pub const REPLY_BYTES_MAX: usize = 4 << 20;

/// Characters of a subject.
const SUBJECT_CHARS_MAX: usize = 200;

/// Characters of a text that are kept for the desk: about four pages.
const TEXT_CHARS_MAX: usize = 8_000;

/// Message-IDs of ours that are looked at, the last ones first: a thread names the message that it answers at its end.
const REFERENCES_MAX: usize = 20;

/// Characters of a Message-ID: RFC 5322 lets a line have 998.
const MESSAGE_ID_CHARS_MAX: usize = 998;

/// Parts of a mail.
const PARTS_MAX: usize = 100;

/// A mail that came in reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The same for a mail that comes twice, on whatever way: of its Message-ID and its body.
    pub digest: [u8; 32],
    /// Who it says that it is from, where that is one address.
    pub from: Option<EmailAddress>,
    /// What it is about, as far as that fits.
    pub subject: String,
    /// The messages of ours that it names, the last one first: number, and Message-ID with its angle brackets.
    pub answers: Vec<(i64, String)>,
    /// What the sender wrote, as far as that fits.
    pub text: String,
    /// Why no program can read more of it; `None`: one can.
    pub stops: Option<ReplyOutcome>,
    /// Whether all that its sender wrote is in `text`.
    pub is_whole: bool,
}

impl Reply {
    /// Reads a mail. Bytes after [`REPLY_BYTES_MAX`] are not looked at. Never fails: what is no mail says so.
    #[must_use]
    pub fn read(bytes: &[u8], id_key: &IdKey) -> Self {
        let head = &bytes[..bytes.len().min(REPLY_BYTES_MAX)];
        let parser = MessageParser::default();
        let holds_mails = holds_mails(head);
        let mail = match holds_mails {
            true => parser.parse_headers(head),
            false => parser.parse(head),
        };
        let Some(mail) = mail else {
            return Self {
                digest: digest("", bytes),
                from: None,
                subject: String::new(),
                answers: Vec::new(),
                text: String::new(),
                stops: Some(ReplyOutcome::Unreadable),
                is_whole: false,
            };
        };
        let stops = match head.len() < bytes.len() {
            true => Some(ReplyOutcome::TooLarge),
            false => what_stops(&mail, holds_mails),
        };
        let own = own_words(&mail.body_text(0).unwrap_or_default());
        let text: String = own.text.chars().take(TEXT_CHARS_MAX).collect();
        let is_complete = matches!(
            stops,
            None | Some(ReplyOutcome::Automatic | ReplyOutcome::Bounce)
        );
        let body = mail.root_part().raw_body_offset() as usize;
        Self {
            digest: digest(
                mail.message_id().unwrap_or_default(),
                bytes.get(body..).unwrap_or_default(),
            ),
            from: only_sender(&mail),
            subject: one_line(mail.subject().unwrap_or_default()),
            answers: answered(&mail, id_key),
            is_whole: is_complete && own.is_whole && text.len() == own.text.len(),
            text,
            stops,
        }
    }
}

/// Not of the whole mail: servers on the way write into its head.
fn digest(message_id: &str, body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(message_id.as_bytes());
    // Ends the first of the two: no Message-ID holds this byte.
    hasher.update(&[0]);
    hasher.update(body);
    *hasher.finalize().as_bytes()
}

/// Whether mails may be attached. The library reads those as mails again, one in the other without a bound, so that a small mail
/// can exhaust memory and stack: nothing but the head of such a mail is given to it.
fn holds_mails(bytes: &[u8]) -> bool {
    content_types(bytes).any(|header| {
        let value = String::from_utf8_lossy(header).to_ascii_lowercase();
        let subtypes = ["rfc822", "global", "digest"];
        subtypes.iter().any(|subtype| value.contains(subtype))
    })
}

/// Whatever may be a header that says what a part is, with the lines that go on with it. No byte is in two of them: what such a
/// header names once more is in it already, and a mail that is nothing but that would cost the square of its length.
fn content_types(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const NAME: &[u8] = b"content-type";
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while let Some(at) = memchr::memchr2(b'c', b'C', rest) {
            rest = &rest[at..];
            if rest.len() >= NAME.len() && rest[..NAME.len()].eq_ignore_ascii_case(NAME) {
                let (header, behind) = rest.split_at(unfolded_len(rest));
                rest = behind;
                return Some(header);
            }
            rest = &rest[1..];
        }
        None
    })
}

/// Bytes of a header, with the lines that go on with it.
fn unfolded_len(bytes: &[u8]) -> usize {
    let mut ends = memchr::memchr_iter(b'\n', bytes);
    let end = ends.find(|at| !matches!(bytes.get(at + 1), Some(b' ' | b'\t')));
    end.unwrap_or(bytes.len())
}

fn what_stops(mail: &Message<'_>, holds_mails: bool) -> Option<ReplyOutcome> {
    let root = mail.root_part();
    let is_type = |kind: &str, subtype: &str| {
        root.content_type().is_some_and(|it| {
            let own = it.subtype().unwrap_or_default();
            it.ctype().eq_ignore_ascii_case(kind) && own.eq_ignore_ascii_case(subtype)
        })
    };
    if is_type("multipart", "report") {
        return Some(ReplyOutcome::Bounce);
    }
    if is_automatic(mail) {
        return Some(ReplyOutcome::Automatic);
    }
    if is_type("multipart", "encrypted")
        || is_type("application", "pkcs7-mime")
        || is_type("application", "x-pkcs7-mime")
    {
        return Some(ReplyOutcome::Encrypted);
    }
    if holds_mails {
        return Some(ReplyOutcome::Attached);
    }
    if mail.parts.len() > PARTS_MAX || mail.text_body_count() == 0 {
        return Some(ReplyOutcome::Unreadable);
    }
    // Pictures of a signature are part of the text.
    let is_attached = |part: &MessagePart<'_>| {
        let is_picture = part
            .content_type()
            .is_some_and(|it| it.ctype().eq_ignore_ascii_case("image"));
        !(is_picture && part.content_id().is_some())
    };
    let is_any_attached = mail.attachments().any(is_attached);
    is_any_attached.then_some(ReplyOutcome::Attached)
}

/// Whether a program wrote it: RFC 3834 says how to know, and older programs have a header of their own.
fn is_automatic(mail: &Message<'_>) -> bool {
    let value = |name: &'static str| {
        let raw = mail.header_raw(name);
        raw.map(|text| text.trim().to_ascii_lowercase())
    };
    let is_submitted = value("Auto-Submitted").is_some_and(|it| !it.starts_with("no"));
    let is_mass = value("Precedence")
        .is_some_and(|it| ["bulk", "junk", "list", "auto_reply"].contains(&it.as_str()));
    let has_no_sender = mail
        .header_raw(HeaderName::ReturnPath)
        .is_some_and(|it| it.trim() == "<>");
    let is_marked = ["X-Autoreply", "X-Autorespond"]
        .iter()
        .any(|name| value(name).is_some());
    is_submitted || is_mass || has_no_sender || is_marked
}

/// The address in `From`, where the mail has one such header with one address.
fn only_sender(mail: &Message<'_>) -> Option<EmailAddress> {
    if mail.header_values(HeaderName::From).count() != 1 {
        return None;
    }
    let mut addresses = mail.from()?.iter();
    let only = addresses.next()?.address()?.parse().ok();
    match addresses.next() {
        Some(_) => None,
        None => only,
    }
}

/// The Message-IDs that may be ours: they begin with the public id of a message.
fn answered(mail: &Message<'_>, id_key: &IdKey) -> Vec<(i64, String)> {
    let mut named: Vec<&str> = texts(mail.in_reply_to());
    named.extend(texts(mail.references()).into_iter().rev());
    let mut found: Vec<(i64, String)> = Vec::new();
    for name in named {
        let number = number_of(name, id_key);
        if let Some(number) = number.filter(|it| found.iter().all(|(known, _)| known != it)) {
            found.push((number, format!("<{name}>")));
        }
        if found.len() == REFERENCES_MAX {
            break;
        }
    }
    found
}

fn texts<'m>(value: &'m HeaderValue<'_>) -> Vec<&'m str> {
    match value {
        HeaderValue::Text(text) => vec![text],
        HeaderValue::TextList(list) => list.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    }
}

fn number_of(message_id: &str, id_key: &IdKey) -> Option<i64> {
    if message_id.len() > MESSAGE_ID_CHARS_MAX {
        return None;
    }
    let (id, _) = message_id.split_once('.')?;
    let number = id_key.number_of(IdKind::Notification, &id.parse().ok()?)?;
    i64::try_from(number).ok()
}

fn one_line(text: &str) -> String {
    let shown = text
        .chars()
        .filter(|it| !model::shown::is_unsafe_to_show(*it));
    shown.take(SUBJECT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_of_a_mail_is_looked_at_twice_for_what_its_parts_are() {
        for line in ["Content-Type: text/plain;\n ", "content-type"] {
            let mail = line.repeat(REPLY_BYTES_MAX / line.len());
            let looked_at: usize = content_types(mail.as_bytes()).map(<[u8]>::len).sum();
            assert!(looked_at <= mail.len(), "{line:?}: {looked_at}");
        }
    }

    #[test]
    fn a_mail_in_a_mail_is_seen_wherever_its_type_is_named() {
        for (mail, want) in [
            ("Content-Type: message/rfc822\n", true),
            (
                "content-type: text/plain;\n x=content-type: multipart/digest",
                true,
            ),
            ("Content-Type:\r\n\tMESSAGE/GLOBAL\r\n", true),
            (
                "Content-Type: text/plain\nContent-Type: message/rfc822",
                true,
            ),
            ("Content-Type: text/plain\nrfc822", false),
            ("content-typ", false),
        ] {
            assert_eq!(holds_mails(mail.as_bytes()), want, "{mail:?}");
        }
    }
}
