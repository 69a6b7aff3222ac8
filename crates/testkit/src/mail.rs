//! Mails as a receiving program reads them, by a parser that is not the one that wrote them.

use std::path::Path;

use mail_parser::{MessageParser, MimeHeaders};

/// A mail that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Name of its file; empty when it came over a connection.
    pub file: String,
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: String,
    /// Where answers go.
    pub reply_to: String,
    /// Subject, decoded.
    pub subject: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The text.
    pub body: String,
    /// Names and contents of what is attached.
    pub attachments: Vec<(String, Vec<u8>)>,
    /// As it came.
    pub bytes: Vec<u8>,
}

impl Received {
    /// Reads a mail.
    ///
    /// # Panics
    /// When it is none.
    pub fn parse(bytes: &[u8]) -> Self {
        let mail = MessageParser::default()
            .parse(bytes)
            .expect("this is a mail");
        let address = |list: Option<&mail_parser::Address<'_>>| {
            list.and_then(|list| list.first()?.address())
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            file: String::new(),
            to: address(mail.to()),
            from: address(mail.from()),
            reply_to: address(mail.reply_to()),
            subject: mail.subject().unwrap_or_default().to_owned(),
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            body: mail.body_text(0).unwrap_or_default().into_owned(),
            attachments: mail
                .attachments()
                .map(|part| {
                    (
                        part.attachment_name().unwrap_or_default().to_owned(),
                        part.contents().to_vec(),
                    )
                })
                .collect(),
            bytes: bytes.to_vec(),
        }
    }

    /// The value of a header, as it came.
    pub fn header(&self, name: &str) -> Option<String> {
        let mail = MessageParser::default().parse(&self.bytes)?;
        mail.header_raw(name).map(|value| value.trim().to_owned())
    }

    /// The content of the attachment whose name ends so, as text.
    ///
    /// # Panics
    /// When there is none, or it is not UTF-8.
    pub fn attachment(&self, ending: &str) -> String {
        let found = self
            .attachments
            .iter()
            .find(|(name, _)| name.ends_with(ending));
        let (_, bytes) = found.unwrap_or_else(|| panic!("no attachment ends in `{ending}`"));
        String::from_utf8(bytes.clone()).expect("the attachment is UTF-8")
    }
}

/// Mails in a folder, by address and then by file name.
///
/// # Panics
/// When the folder cannot be read, or something in it is not a mail.
pub fn mails_in(folder: &Path) -> Vec<Received> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut mails: Vec<Received> = entries
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let file = path
                .file_name()
                .expect("a file has a name")
                .to_string_lossy()
                .into_owned();
            assert!(file.ends_with(".eml"), "`{file}` is in the outbox");
            Received {
                file,
                ..Received::parse(&std::fs::read(&path).expect("the mail is read"))
            }
        })
        .collect();
    mails.sort_by(|a, b| (&a.to, &a.file).cmp(&(&b.to, &b.file)));
    mails
}
