//! Taking a complaint in, whoever writes it down: the form, its deadlines, and the mails about it.

use model::{ComplaintDoor, EmailAddress, IdKind, Language, Timestamp};
use rules::message::ServiceKind;
use serde::{Deserialize, Serialize};
use store::{Complaint, NewComplaint, NewServiceMail, Notification, Tx};
use uuid::Uuid;

use super::{paragraphs, promises, written};
use crate::answer::compared;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;

/// Characters of a name and of a telephone number.
const NAME_CHARS_MAX: usize = 100;
const PHONE_CHARS_MAX: usize = 30;

/// Characters of a complaint: about four pages.
const TEXT_CHARS_MAX: usize = 8_000;

/// The form, as it comes.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ComplaintForm {
    /// How it came in, where somebody of the desk says so.
    pub(crate) door: String,
    /// When it came in, and the language of who complains, where somebody of the desk says so.
    pub(crate) received_on: String,
    pub(crate) language: String,
    /// Public id of an organisation of the person; empty: none.
    pub(crate) organisation: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    /// Of the message that it is about; may be empty.
    pub(crate) message: String,
    /// That shows that the message came from us.
    pub(crate) code: String,
    pub(crate) text: String,
}

/// What the form says, before anything was looked up.
pub(crate) struct Said {
    name: String,
    email: Option<EmailAddress>,
    phone: String,
    /// Number of the message, with the words that people call it.
    message: Option<(i64, String)>,
    code: String,
    text: String,
}

impl ComplaintForm {
    /// Reads the form, or notes what is wrong with it.
    pub(crate) fn read(&self, errors: &mut Errors) -> Option<Said> {
        let name = written(
            errors,
            "name",
            &self.name,
            (1, NAME_CHARS_MAX),
            "complaint-error-name",
        );
        let phone = written(
            errors,
            "phone",
            &self.phone,
            (0, PHONE_CHARS_MAX),
            "complaint-error-phone",
        );
        let email = match self.email.trim() {
            "" if phone.is_empty() => {
                errors.add("email", "complaint-error-reach");
                None
            }
            "" => None,
            email => errors.take("email", email.parse(), "complaint-error-email"),
        };
        let reference = self.message.trim().to_ascii_uppercase();
        let message = Notification::number_in(&reference).map(|number| (number, reference));
        if message.is_none() && !self.message.trim().is_empty() {
            errors.add("message", "complaint-error-message");
        }
        let text = written(
            errors,
            "text",
            &self.text,
            (10, TEXT_CHARS_MAX),
            "complaint-error-text",
        );
        errors.is_empty().then(|| Said {
            name,
            email,
            phone,
            message,
            code: self.code.clone(),
            text,
        })
    }
}

/// Who writes a complaint down, and how it came in.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) door: ComplaintDoor,
    /// Organisations for which the person may complain; of them, messages need no code.
    pub(crate) parties: Vec<i64>,
    /// The one for which the person complains.
    pub(crate) party_no: Option<i64>,
    /// Whether a message needs no code at all: the desk may look at any.
    pub(crate) is_desk: bool,
    /// Of who complains.
    pub(crate) language: Language,
    /// When it came in: from then on the days of the answer are counted.
    pub(crate) received_at: Timestamp,
}

/// Takes a complaint in and tells who complains; gives its number. `None`: there is no such message with this code.
pub(crate) fn take_in(
    site: &Site,
    tx: &mut Tx<'_>,
    said: &Said,
    writer: &Writer,
) -> Result<Option<i64>, Refusal> {
    let message = match &said.message {
        Some((number, reference)) => {
            let message = tx.notification(*number)?;
            let message = message.filter(|it| it.is_told() && it.reference() == *reference);
            let Some(message) = message.filter(|it| may_name(site, it, said, writer)) else {
                return Ok(None);
            };
            Some(message)
        }
        None => None,
    };
    let (promises, received_on) = (promises(tx)?, writer.received_at.day());
    let new = NewComplaint {
        door: writer.door,
        notification_no: message.map(|message| message.notification_no),
        party_no: writer.party_no,
        name: said.name.clone(),
        email: said.email.clone(),
        phone: said.phone.clone(),
        language: writer.language,
        text: said.text.clone(),
        acknowledge_on: promises.acknowledge_by(received_on),
        answer_on: promises.answer_by(received_on),
    };
    let complaint_no = tx.add_complaint(&new, writer.received_at)?;
    let complaint = tx.complaint(complaint_no)?.ok_or(Refusal::NotFound)?;
    tell(site, tx, &complaint, "received", "")?;
    Ok(Some(complaint_no))
}

/// Whether somebody who names a message has it.
fn may_name(site: &Site, message: &Notification, said: &Said, writer: &Writer) -> bool {
    let key = site.link_key();
    let code = key.check_code(message.notification_no);
    writer.is_desk
        || writer.parties.contains(&message.key.recipient_no)
        || key.is_same(&compared(&code), &compared(&said.code))
}

/// Tells who complained how it stands: `what` is one of [`rules::message::COMPLAINT_NEWS`]. Whoever left no address is
/// called.
pub(crate) fn tell(
    site: &Site,
    tx: &mut Tx<'_>,
    complaint: &Complaint,
    what: &str,
    text: &str,
) -> Result<(), Refusal> {
    let Some(email) = &complaint.content.email else {
        return Ok(());
    };
    let facts = serde_json::json!({
        "number": complaint.reference(),
        "what": what,
        "acknowledge_on": complaint.content.acknowledge_on.to_string(),
        "answer_on": complaint.content.answer_on.to_string(),
        "paragraphs": paragraphs(text),
        "link": site.link(&address(site, complaint.complaint_no)),
    });
    let mail = NewServiceMail {
        kind: ServiceKind::Complaint.as_str(),
        to: email,
        language: complaint.content.language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, site.now())?;
    Ok(())
}

/// The page that shows how far a complaint is. Its address is not guessed, and shows nothing of who complained.
pub(crate) fn address(site: &Site, complaint_no: i64) -> String {
    let id: Uuid = site.id(IdKind::Complaint, complaint_no);
    format!("/complaints/{id}")
}
