//! What a message is, for the person who decides about it: to whom it goes, and the words that arrive there.

use mail_parser::{MessageParser, MimeHeaders};
use model::{EmailAddress, Timestamp};
use store::{Delivery, Notification, Tx};

use crate::compose::{Sources, desk_of};
use crate::error::MessageError;
use crate::settle::first_attempts;

/// A message as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// To whom, each in a mail of its own. Empty when no contact takes it.
    pub to: Vec<EmailAddress>,
    /// Recipients and text are settled: no change of the register or the desk changes them any more.
    pub is_settled: bool,
    /// Subject of the mails.
    pub subject: String,
    /// Text of the mails.
    pub body: String,
    /// Names and lengths of what is attached.
    pub attachments: Vec<(String, usize)>,
    /// Those of [`Shown::to`] who get it later, by their office hours or rhythm, and when that is.
    pub waiting: Vec<(EmailAddress, Timestamp)>,
    /// Those of [`Shown::to`] who get it encrypted, by the keys that there are now. Their mails have another subject.
    pub sealed_to: Vec<EmailAddress>,
}

/// Shows a message: the mail that is kept, read as its receiver reads it, or else the one that would be written now.
///
/// # Errors
/// When the store fails, the text cannot be written, or the kept mail cannot be read.
pub fn show(
    tx: &mut Tx<'_>,
    notification: &Notification,
    now: Timestamp,
) -> Result<Shown, MessageError> {
    let desk = desk_of(tx, notification)?;
    let attempts = first_attempts(tx, notification, &desk, now)?;
    let to: Vec<EmailAddress> = attempts
        .iter()
        .map(|attempt| attempt.address.clone())
        .collect();
    let waiting = attempts.iter().filter_map(|attempt| {
        let until = attempt.waits_until(now)?;
        Some((attempt.address.clone(), until))
    });
    let waiting = waiting.collect();
    let keys = tx.contact_keys_of(&[notification.key.recipient_no])?;
    let is_sealed = |attempt: &&Delivery| {
        let has_key = keys
            .iter()
            .any(|key| key.email.compared() == attempt.address.compared());
        attempt.is_sealed || (has_key && !attempt.was_tried())
    };
    let sealed_to = attempts.iter().filter(is_sealed);
    let sealed_to = sealed_to.map(|attempt| attempt.address.clone()).collect();
    let in_clear = attempts.iter().filter(|attempt| !attempt.is_sealed);
    // Where all addresses failed, they may have done so in different rounds.
    let last = in_clear.max_by_key(|attempt| (attempt.mail.is_some(), attempt.delivery_no));
    if let Some(bytes) = last.and_then(|attempt| attempt.mail.as_ref()) {
        let shown = read(bytes).map(|shown| Shown {
            to,
            waiting,
            sealed_to,
            ..shown
        });
        return shown.ok_or_else(|| MessageError::Broken("the kept mail cannot be read".into()));
    }
    // What was encrypted cannot be read here. The text is the same: it is that of the moment of approval.
    let is_settled = attempts.iter().any(|attempt| attempt.mail.is_some());
    let text = Sources::load(tx, &[notification])?.text(notification, &desk)?;
    Ok(Shown {
        to,
        is_settled,
        subject: text.subject,
        body: text.body,
        attachments: text
            .attachments
            .into_iter()
            .map(|file| (file.file_name, file.bytes.len()))
            .collect(),
        waiting,
        sealed_to,
    })
}

fn read(bytes: &[u8]) -> Option<Shown> {
    let mail = MessageParser::default().parse(bytes)?;
    let attachments = mail.attachments().map(|part| {
        let name = part.attachment_name().unwrap_or_default();
        (name.to_owned(), part.contents().len())
    });
    Some(Shown {
        to: Vec::new(),
        is_settled: true,
        subject: mail.subject()?.to_owned(),
        body: mail.body_text(0)?.into_owned(),
        attachments: attachments.collect(),
        waiting: Vec::new(),
        sealed_to: Vec::new(),
    })
}
