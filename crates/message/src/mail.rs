//! A message as the bytes of a mail (RFC 5322, MIME). The same message gives the same bytes.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message};
use model::{EmailAddress, Timestamp};
use rules::message::Rendered;
use store::{Delivery, Desk, Notification};

use crate::error::MessageError;

/// A mail to one contact.
#[derive(Clone, Debug)]
pub struct Mail {
    /// What people call the message, and what its file is called.
    pub file_stem: String,
    /// Envelope sender.
    pub from: EmailAddress,
    /// Envelope recipient.
    pub to: EmailAddress,
    /// The bytes, with CRLF line ends.
    pub bytes: Vec<u8>,
}

/// What a mail has beside its text and its desk.
pub struct Letter<'a> {
    /// What people call it, and what its file is called.
    pub name: &'a str,
    /// To whom.
    pub to: &'a EmailAddress,
    /// The same for every attempt.
    pub message_id: &'a str,
    /// The thread that it belongs to.
    pub references: Option<String>,
    /// The moment that it names; the same for every attempt.
    pub date: Timestamp,
}

impl Mail {
    /// Writes a mail.
    ///
    /// # Errors
    /// When an address or header is not one that a mail can have.
    pub fn write(
        text: &Rendered,
        notification: &Notification,
        desk: &Desk,
        delivery: &Delivery,
    ) -> Result<Self, MessageError> {
        let reference = notification.reference();
        let sender = desk.sender.as_ref();
        let thread = sender.map(|sender| thread_of(text, sender, &delivery.address));
        let letter = Letter {
            name: &reference,
            to: &delivery.address,
            message_id: &delivery.message_id,
            references: thread,
            // The moment of the decision, so that a repeated attempt has the same bytes.
            date: notification.decided_at.unwrap_or(notification.created_at),
        };
        let mail = Self::letter(text, desk, &letter)?;
        Self::repeated(mail.bytes, notification, desk, delivery)
    }

    /// Writes a mail of the desk to somebody: the same letter gives the same bytes.
    ///
    /// # Errors
    /// When an address or header is not one that a mail can have.
    pub fn letter(text: &Rendered, desk: &Desk, letter: &Letter<'_>) -> Result<Self, MessageError> {
        let broken = |what: &str| MessageError::Broken(format!("{}: {what}", letter.name));
        let sender = desk
            .sender
            .clone()
            .ok_or_else(|| broken("the desk has no sender"))?;
        let mailbox =
            |address: &EmailAddress, name: Option<String>| -> Result<Mailbox, MessageError> {
                let parsed: Address = address
                    .as_str()
                    .parse()
                    .map_err(|_| broken("an address is not one of mail"))?;
                Ok(Mailbox::new(name, parsed))
            };
        let mut builder = Message::builder()
            .from(mailbox(&sender, Some(desk.name.clone()))?)
            .to(mailbox(letter.to, None)?)
            .subject(text.subject.clone())
            .message_id(Some(letter.message_id.to_owned()))
            .date(UNIX_EPOCH + Duration::from_micros(letter.date.micros() as u64));
        if let Some(references) = &letter.references {
            builder = builder.references(references.clone());
        }
        if let Some(reply_to) = &desk.reply_to {
            builder = builder.reply_to(mailbox(reply_to, None)?);
        }
        let body = SinglePart::plain(text.body.clone());
        let built = match text.attachments.is_empty() {
            true => builder.singlepart(body),
            false => builder.multipart(with_attachments(text, body, letter.message_id)?),
        };
        let mut message = built.map_err(|error| broken(&error.to_string()))?;
        for (name, value) in &text.headers {
            let name = HeaderName::new_from_ascii(name.clone())
                .map_err(|_| broken("a header has no proper name"))?;
            message
                .headers_mut()
                .insert_raw(HeaderValue::new(name, value.clone()));
        }
        Ok(Self {
            file_stem: letter.name.to_owned(),
            from: sender,
            to: letter.to.clone(),
            bytes: message.formatted(),
        })
    }

    /// A mail whose bytes were written before.
    ///
    /// # Errors
    /// When the desk has no sender.
    pub fn repeated(
        bytes: Vec<u8>,
        notification: &Notification,
        desk: &Desk,
        delivery: &Delivery,
    ) -> Result<Self, MessageError> {
        let reference = notification.reference();
        let sender = desk.sender.clone();
        let from = sender
            .ok_or_else(|| MessageError::Broken(format!("{reference}: the desk has no sender")))?;
        let contact = delivery
            .message_id
            .trim_matches(['<', '>'])
            .split(['.', '@'])
            .nth(1)
            .unwrap_or("contact");
        Ok(Self {
            file_stem: format!("{reference}-{contact}"),
            from,
            to: delivery.address.clone(),
            bytes,
        })
    }
}

/// Messages about one threat to one contact form a thread in a mail program. Made of what the contact knows anyway.
fn thread_of(text: &Rendered, sender: &EmailAddress, to: &EmailAddress) -> String {
    let threat = text
        .headers
        .iter()
        .find(|(name, _)| name == "X-Seinpost-Threat");
    let threat = threat.map_or("", |(_, slug)| slug);
    let thread = format!("{}/{}/{threat}", sender.as_str(), to.as_str());
    let thread = blake3::hash(thread.as_bytes()).to_hex();
    format!("<thread.{}@{}>", &thread[..16], sender.domain().as_str())
}

fn with_attachments(
    text: &Rendered,
    body: SinglePart,
    message_id: &str,
) -> Result<MultiPart, MessageError> {
    let boundary = blake3::hash(message_id.as_bytes()).to_hex();
    let mixed = MultiPart::builder()
        .kind(MultiPartKind::Mixed)
        .boundary(&boundary[..32]);
    let mut parts = mixed.singlepart(body);
    for file in &text.attachments {
        let kind = ContentType::parse(&file.content_type).map_err(|_| {
            MessageError::Broken(format!("`{}` is not a media type", file.content_type))
        })?;
        parts = parts
            .singlepart(Attachment::new(file.file_name.clone()).body(file.bytes.clone(), kind));
    }
    Ok(parts)
}
