//! Where a reader of a list is. A cursor holds public ids, so it tells nothing and a made-up one is known as such.

use model::{IdKind, Timestamp};
use store::{InboxPlace, InboxQuery, StoreError, Tx};
use uuid::Uuid;

use crate::site::Site;

/// A place in a list.
pub(crate) trait Place: Sized {
    /// As it stands in a cursor.
    fn write(&self, site: &Site) -> String;

    /// What a cursor says; nothing when this installation did not write it for such a list.
    fn read(site: &Site, text: &str) -> Option<Self>;
}

/// A place behind a row that has a public id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct After<const KIND: i16>(pub(crate) i64);

/// Behind a row.
pub(crate) type AfterParty = After<{ IdKind::Party.code() }>;
/// Behind a row.
pub(crate) type AfterContact = After<{ IdKind::Contact.code() }>;
/// Behind a row.
pub(crate) type AfterAsset = After<{ IdKind::Asset.code() }>;
/// Behind a row.
pub(crate) type AfterFinding = After<{ IdKind::Finding.code() }>;
/// Behind a row.
pub(crate) type AfterMessage = After<{ IdKind::Notification.code() }>;
/// Behind a row.
pub(crate) type AfterChange = After<{ IdKind::Change.code() }>;
/// Behind a row.
pub(crate) type AfterAnswer = After<{ IdKind::Answer.code() }>;
/// Behind a row.
pub(crate) type AfterPerson = After<{ IdKind::Person.code() }>;
/// Behind a row.
pub(crate) type AfterInvitation = After<{ IdKind::Invitation.code() }>;
/// Behind a row.
pub(crate) type AfterMandate = After<{ IdKind::Mandate.code() }>;
/// Behind a row.
pub(crate) type AfterKey = After<{ IdKind::ApiKey.code() }>;
/// Behind a row.
pub(crate) type AfterWebhook = After<{ IdKind::Webhook.code() }>;
/// Behind a row.
pub(crate) type AfterWebhookDelivery = After<{ IdKind::WebhookDelivery.code() }>;
/// Behind a row.
pub(crate) type AfterGroup = After<{ IdKind::AssetGroup.code() }>;
/// Behind a row.
pub(crate) type AfterBatch = After<{ IdKind::Batch.code() }>;
/// Behind a row.
pub(crate) type AfterAct = After<{ IdKind::AuditRow.code() }>;
/// Behind a row.
pub(crate) type AfterProgramme = After<{ IdKind::Programme.code() }>;
/// Behind a row.
pub(crate) type AfterDispute = After<{ IdKind::Dispute.code() }>;
/// Behind a row.
pub(crate) type AfterProofReview = After<{ IdKind::ProofReview.code() }>;
/// Behind a row.
pub(crate) type AfterAdvice = After<{ IdKind::AdviceVersion.code() }>;
/// Behind a row.
pub(crate) type AfterApplication = After<{ IdKind::Application.code() }>;
/// Behind a row.
pub(crate) type AfterCustomerList = After<{ IdKind::CustomerList.code() }>;
/// Behind a row.
pub(crate) type AfterCustomerListRow = After<{ IdKind::CustomerListRow.code() }>;
/// Behind a row.
pub(crate) type AfterProofLook = After<{ IdKind::ProofLook.code() }>;
/// Behind a row.
pub(crate) type AfterLine = After<{ IdKind::Verdict.code() }>;

impl<const KIND: i16> Place for After<KIND> {
    fn write(&self, site: &Site) -> String {
        site.id(kind::<KIND>(), self.0).simple().to_string()
    }

    fn read(site: &Site, text: &str) -> Option<Self> {
        // `Uuid` would also read other spellings; a cursor has one.
        let id: Uuid = text.parse().ok()?;
        (id.simple().to_string() == text).then_some(())?;
        site.number(kind::<KIND>(), &id).ok().map(Self)
    }
}

fn kind<const KIND: i16>() -> IdKind {
    IdKind::from_code(KIND).expect("the types above name kinds")
}

/// Behind a finding of a message: many are told with one. The lists of people have the same cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AfterTold {
    pub(crate) notification_no: i64,
    pub(crate) finding_no: i64,
    /// In the order of the last sighting: message and finding behind which the block of lines begins that it stands in.
    pub(crate) begun: Option<(i64, i64)>,
}

impl From<&InboxPlace> for AfterTold {
    fn from(place: &InboxPlace) -> Self {
        Self {
            notification_no: place.notification_no,
            finding_no: place.finding_no,
            begun: place.begun,
        }
    }
}

/// Behind a call: in the order in which calls are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AfterCall {
    /// When it was due.
    pub(crate) first: Timestamp,
    pub(crate) notification_no: i64,
}

impl Place for AfterCall {
    fn write(&self, site: &Site) -> String {
        let message: AfterMessage = After(self.notification_no);
        format!("{}{:x}", message.write(site), self.first.micros())
    }

    fn read(site: &Site, text: &str) -> Option<Self> {
        let (message, first) = text.split_at_checked(LINE_CHARS / 2)?;
        let message: AfterMessage = After::read(site, message)?;
        let place = Self {
            first: Timestamp::from_micros(i64::from_str_radix(first, 16).ok()?),
            notification_no: message.0,
        };
        // A cursor has one spelling.
        (place.write(site) == text).then_some(place)
    }
}

/// Characters in which a cursor has a line: two ids.
const LINE_CHARS: usize = 64;

impl AfterTold {
    /// Where it stands in an inbox; nothing when the line is not there any more.
    pub(crate) fn place(
        self,
        tx: &mut Tx<'_>,
        query: &InboxQuery,
    ) -> Result<Option<InboxPlace>, StoreError> {
        let place = tx.inbox_place(query, self.line())?;
        Ok(place.map(|place| InboxPlace {
            begun: self.begun,
            ..place
        }))
    }

    /// Message and finding, for the store.
    pub(crate) fn line(self) -> (i64, i64) {
        (self.notification_no, self.finding_no)
    }
}

impl Place for AfterTold {
    fn write(&self, site: &Site) -> String {
        let begun = self.begun.map(|line| written(site, line));
        written(site, self.line()) + &begun.unwrap_or_default()
    }

    fn read(site: &Site, text: &str) -> Option<Self> {
        let (own, begun) = text.split_at_checked(LINE_CHARS)?;
        let (notification_no, finding_no) = line_in(site, own)?;
        let begun = match begun {
            "" => None,
            begun => Some(line_in(site, begun)?),
        };
        Some(Self {
            notification_no,
            finding_no,
            begun,
        })
    }
}

fn written(site: &Site, (notification_no, finding_no): (i64, i64)) -> String {
    let message: AfterMessage = After(notification_no);
    let finding: AfterFinding = After(finding_no);
    message.write(site) + &finding.write(site)
}

fn line_in(site: &Site, text: &str) -> Option<(i64, i64)> {
    let (message, finding) = text.split_at_checked(LINE_CHARS / 2)?;
    let message: AfterMessage = After::read(site, message)?;
    let finding: AfterFinding = After::read(site, finding)?;
    Some((message.0, finding.0))
}
