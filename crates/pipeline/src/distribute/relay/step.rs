//! The steps on the way of a mail to a relay (RFC 5321), and what it means when one fails.
//!
//! Only what a relay says to a recipient or to a mail is about them. Before that, whatever it says is about us: our login, our
//! sender, or how the relay is.

use std::error::Error as _;
use std::fmt;
use std::io::{self, ErrorKind};

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Category, Code, Detail, Response};

use super::super::in_one_line;
use super::super::transport::Handed;

model::vocabulary! {
    /// A step on the way of a mail to a relay.
    pub enum MailStep: "step" {
        /// The name of the relay is looked up.
        Name = 0 => "name",
        /// Its port answers.
        Connection = 1 => "connection",
        /// The connection is encrypted, and the relay is the one that its certificate names.
        Encryption = 2 => "encryption",
        /// The relay says who it is, and that it serves us.
        Greeting = 3 => "greeting",
        /// We log in.
        Login = 4 => "login",
        /// It takes our sender.
        Sender = 5 => "sender",
        /// It takes the recipient.
        Recipient = 6 => "recipient",
        /// It wants to have the mail.
        Data = 7 => "data",
        /// It has the mail.
        Mail = 8 => "mail",
    }
}

/// Where and why a mail went no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The step that failed.
    pub step: MailStep,
    /// In the words of the relay, or of this machine. One line.
    pub why: String,
    /// Whether the relay gave an answer by the rules: then the connection can still be used.
    pub(super) is_answer: bool,
    is_refusal: bool,
}

impl Stopped {
    /// For what the library says of a step.
    pub(super) fn at(step: MailStep) -> impl Fn(SmtpError) -> Self {
        move |error| Self {
            step,
            why: why(&error),
            is_answer: error.status().is_some(),
            is_refusal: error
                .status()
                .is_some_and(|code| is_refusal(step, code, &words(&error))),
        }
    }

    /// For what goes wrong on this machine.
    pub(super) fn here(step: MailStep, why: String) -> Self {
        Self {
            step,
            why,
            is_answer: false,
            is_refusal: false,
        }
    }

    /// What came of the mail.
    pub(super) fn handed(&self) -> Handed {
        let why = self.to_string();
        match self.step {
            MailStep::Recipient | MailStep::Data | MailStep::Mail if self.is_refusal => {
                Handed::Refused(why)
            }
            MailStep::Mail if !self.is_answer => Handed::Unsure(why),
            _ => Handed::Later(why),
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.why)
    }
}

fn why(error: &SmtpError) -> String {
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let is_late =
        |cause: &io::Error| matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
    match cause.is_some_and(is_late) {
        true => "no answer in time".into(),
        false => in_one_line(error),
    }
}

/// What the relay said beside the code.
fn words(error: &SmtpError) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

/// Whether an answer says never: a code 55x (RFC 5321, 4.2.3), unless it is about what may change. Others are about our login or
/// the protocol, and do not stand between a mail and its recipient once that is mended.
///
/// 5.7.x is about who may send what (RFC 3463): a relay that does not know us says it to every recipient. A full mailbox,
/// 5.2.2, is emptied; 552 for a recipient is that or too many at once, and to be tried again (RFC 5321, 4.5.3.1.10).
fn is_refusal(step: MailStep, code: Code, words: &str) -> bool {
    let may_change = words.starts_with("5.7.")
        || words.starts_with("5.2.2")
        || (step == MailStep::Recipient && code.detail == Detail::Two);
    u16::from(code) >= 500 && code.category == Category::MailSystem && !may_change
}

/// Begins a mail of this sender.
pub(super) fn sender(
    connection: &mut SmtpConnection,
    from: Address,
    bytes: &[u8],
) -> Result<Response, Stopped> {
    let body = MailParameter::Body(MailBodyParameter::EightBitMime);
    let body = (!bytes.is_ascii()).then_some(body);
    let from = MailFrom::new(Some(from), body.into_iter().collect());
    connection
        .command(from)
        .map_err(Stopped::at(MailStep::Sender))
}

/// Names the recipient.
pub(super) fn recipient(connection: &mut SmtpConnection, to: Address) -> Result<Response, Stopped> {
    let to = Rcpt::new(to, Vec::new());
    connection
        .command(to)
        .map_err(Stopped::at(MailStep::Recipient))
}

/// Hands the mail itself over.
pub(super) fn content(connection: &mut SmtpConnection, bytes: &[u8]) -> Result<Response, Stopped> {
    connection
        .command(Data)
        .map_err(Stopped::at(MailStep::Data))?;
    let answer = match std::str::from_utf8(bytes) {
        Ok(text) => connection.command(ended_by_dot(text)),
        Err(_) => connection.message(bytes),
    };
    answer.map_err(Stopped::at(MailStep::Mail))
}

/// A mail with all that ends it (RFC 5321, 4.5.2), to be written at once. The library writes the last dot by itself, and the
/// system keeps that back until the relay acknowledged the rest, which takes it 40 ms (RFC 896, RFC 1122 4.2.3.2).
fn ended_by_dot(text: &str) -> String {
    let first = if text.starts_with('.') { "." } else { "" };
    let lines = text.replace("\r\n.", "\r\n..");
    format!("{first}{lines}\r\n.\r\n")
}

/// What a relay said, in one line.
pub(super) fn said(answer: &Response) -> String {
    answer.message().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test panics where something is wrong")]

    use lettre::transport::smtp::response::Severity;

    use super::*;

    #[test]
    fn only_what_is_never_mended_is_a_refusal() {
        for (step, code, words, want) in [
            (
                MailStep::Recipient,
                (Category::MailSystem, Detail::Zero),
                "no such mailbox",
                true,
            ),
            (
                MailStep::Recipient,
                (Category::MailSystem, Detail::Zero),
                "5.1.1 unknown",
                true,
            ),
            (
                MailStep::Recipient,
                (Category::MailSystem, Detail::Four),
                "5.7.1 relay access denied",
                false,
            ),
            (
                MailStep::Recipient,
                (Category::MailSystem, Detail::Two),
                "mailbox full",
                false,
            ),
            (
                MailStep::Mail,
                (Category::MailSystem, Detail::Two),
                "5.3.4 too large",
                true,
            ),
            (
                MailStep::Mail,
                (Category::MailSystem, Detail::Four),
                "5.2.2 mailbox full",
                false,
            ),
            (
                MailStep::Recipient,
                (Category::Unspecified3, Detail::Zero),
                "log in first",
                false,
            ),
            (
                MailStep::Recipient,
                (Category::Syntax, Detail::Three),
                "bad sequence",
                false,
            ),
        ] {
            let code = Code::new(Severity::PermanentNegativeCompletion, code.0, code.1);
            assert_eq!(is_refusal(step, code, words), want, "{step} {code} {words}");
        }
    }

    #[test]
    fn no_line_of_a_mail_ends_it() {
        for (text, want) in [
            ("a\r\n", "a\r\n\r\n.\r\n"),
            (".\r\n.\r\n..a", "..\r\n..\r\n...a\r\n.\r\n"),
            ("", "\r\n.\r\n"),
        ] {
            assert_eq!(ended_by_dot(text), want, "{text:?}");
        }
    }
}
