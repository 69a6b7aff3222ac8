//! What goes into a message and what comes out.

use std::net::IpAddr;

use model::{
    Day, DomainName, EmailAddress, Endpoint, Identifier, Language, Port, Product, Reader, Role,
    RsitType, Severity, Supplier, ThreatSlug, Timestamp, Tlp, Transport, Zone,
};
use uuid::Uuid;

/// The desk that warns, as its messages show it.
#[derive(Clone, Debug)]
pub struct DeskProfile {
    /// Name that recipients know, in the sender and the subject.
    pub name: String,
    /// Address that messages come from.
    pub sender: EmailAddress,
    /// Address that answers go to: a mailbox that people read.
    pub reply_to: EmailAddress,
    /// Published telephone number.
    pub phone: String,
    /// What the desk does with personal data, in Dutch.
    pub privacy_nl: String,
    /// What the desk does with personal data, in English.
    pub privacy_en: String,
    /// Lawful basis the desk normally acts on.
    pub lawful_basis: String,
    /// Time zone of its recipients. Messages show it beside UTC.
    pub time_zone: Zone,
}

pub use model::{MessageKind, Relation};

/// One finding in a message, as its recipient may see it.
#[derive(Clone, Debug)]
pub struct MessageLine {
    /// Public id of the finding.
    pub finding: Uuid,
    /// What the finding is about.
    pub endpoint: Endpoint,
    /// Address it was seen at.
    pub address: Option<IpAddr>,
    /// Host name it was seen under.
    pub host: Option<DomainName>,
    /// Port it was seen at: of the service, or the source port of a connection.
    pub port: Option<Port>,
    /// Protocol of the port.
    pub transport: Option<Transport>,
    /// Address at the other end of a connection.
    pub peer_address: Option<IpAddr>,
    /// Port at the other end of a connection.
    pub peer_port: Option<Port>,
    /// CVE, malware family or account.
    pub identifier: Option<Identifier>,
    /// When it was last seen.
    pub observed_at: Timestamp,
    /// When it was first seen in this episode.
    pub first_seen: Timestamp,
    /// How often it was seen in this episode.
    pub times_seen: u64,
    /// It was gone and is visible again.
    pub again: bool,
    /// The recipient was told before, and it is still visible.
    pub repeated: bool,
    /// What the source said of it: the text of a JSON object, or nothing.
    pub evidence: String,
    /// Why this concerns the recipient, in one sentence.
    pub reason: String,
    /// What the recipient itself calls the system; empty: nothing.
    pub own_reference: String,
    /// Name of the organisation that it belongs to, where the recipient gets a copy; empty: it is no copy.
    pub owner: String,
}

/// Everything a message says.
#[derive(Clone, Copy, Debug)]
pub struct MessageContext<'a> {
    /// Reference of the notification, for example `NTF-2026-000042`.
    pub reference: &'a str,
    /// The desk that warns.
    pub desk: &'a DeskProfile,
    /// Name of the organisation that is told.
    pub recipient_name: &'a str,
    /// What the recipient is to the systems.
    pub relation: Relation,
    /// What the message is for.
    pub kind: MessageKind,
    /// The threat that all lines are about.
    pub threat: &'a ThreatSlug,
    /// Classification of the threat.
    pub rsit: RsitType,
    /// Whether the systems may be abused or already are.
    pub role: Role,
    /// Highest severity of the lines.
    pub severity: Severity,
    /// Marking of the message: the strictest of its lines.
    pub tlp: Tlp,
    /// Whether this recipient may pass it on. The marking can only narrow it.
    pub may_forward: bool,
    /// Lawful basis of this notification.
    pub lawful_basis: &'a str,
    /// Language of the reader.
    pub language: Language,
    /// Knowledge of the reader.
    pub reader: Reader,
    /// Name of the source, or nothing if it may not be named: then its category is told.
    pub source_name: Option<&'a str>,
    /// When the desk received the information.
    pub received_at: Timestamp,
    /// When the desk decided to tell.
    pub decided_at: Timestamp,
    /// The findings.
    pub lines: &'a [MessageLine],
    /// Code by which anybody can check that the message is real.
    pub check_code: &'a str,
    /// Where that can be checked and answers can be given; nothing where the desk has no pages.
    pub links: Option<&'a MessageLinks>,
    /// Who looks after all of the systems, as the recipient said; nothing where it is the recipient itself, or several.
    pub supplier: Option<&'a Supplier>,
    /// Products of which the recipient said that it uses them, and that the lines name.
    pub in_use: &'a [&'a Product],
    /// Why nothing is seen any more; nothing unless the message is an all-clear.
    pub all_clear: Option<AllClear>,
}

/// From what an all-clear concludes that what its recipient called solved is not seen any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllClear {
    /// The first and the last day on which the recipient said of a line that it is solved.
    pub solved_on: [Day; 2],
    /// The days of the reports in which no line is, the earlier one first.
    pub reports_on: [Day; 2],
}

/// Pages that a message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLinks {
    /// Where anybody can check that a message is real.
    pub check: String,
    /// Where this message can be answered without an account.
    pub answer: String,
}

/// A message, ready for the mail builder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Subject: one line of text, not encoded yet.
    pub subject: String,
    /// Body: plain text with line feeds.
    pub body: String,
    /// Attachments, if the lines do not fit in the body.
    pub attachments: Vec<Attachment>,
    /// Headers for machines. Values are ASCII.
    pub headers: Vec<(String, String)>,
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Name of the file: ASCII letters, digits, `-` and `.`.
    pub file_name: String,
    /// Media type.
    pub content_type: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Why a message was not made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// There is nothing to tell.
    #[error("message `{reference}` has no lines")]
    NoLines {
        /// Reference of the notification.
        reference: String,
    },
    /// A template does not fit its values.
    #[error("cannot render template `{template}`")]
    Template {
        /// Name of the template.
        template: String,
        /// What the template engine says.
        source: minijinja::Error,
    },
    /// An attachment could not be written.
    #[error("cannot write attachment `{file_name}`")]
    Attachment {
        /// Name of the file.
        file_name: String,
        /// What the writer says.
        source: std::io::Error,
    },
}
