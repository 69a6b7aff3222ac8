//! What a link lets its holder do: all findings of one message, or one finding that was forwarded.

use model::{AnswerDoor, AnswerStatus, IdKind, Relation, Timestamp, Tlp};
use rules::answer::{HELPER_CHOICES, LINK_SECS, choices_of};
use store::{InboxQuery, InboxRow, Notification, Tx};
use uuid::Uuid;

use crate::finding::answering::Sayer;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::token_digest;

/// What somebody with a link may do.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) message: Notification,
    /// The only finding that it shows; `None`: all of the message.
    pub(super) finding_no: Option<i64>,
    pub(super) sayer: Sayer,
}

impl Scope {
    /// What a token opens now. One that we did not make, that is too old or was ended, or whose message told nothing is "not
    /// found": a stranger learns nothing from the difference.
    pub(super) fn of(
        site: &Site,
        token: &str,
        now: Timestamp,
        tx: &mut Tx<'_>,
    ) -> Result<Self, Refusal> {
        if let Some((link_no, link)) = tx.answer_link(&token_digest(token))? {
            let message = tx.notification(link.notification_no)?;
            let message = message.filter(|_| now < link.expires_at);
            let actor = format!("link {}", site.id(IdKind::AnswerLink, link_no));
            return Self::about(tx, message, Some(link.finding_no), actor);
        }
        let key = site.link_key();
        let claimed = key.claimed_message(token).ok_or(Refusal::NotFound)?;
        let message = tx.notification(claimed)?.filter(|message| {
            let own = key.answer_token(message.notification_no, message.key.recipient_no);
            let ends = message.created_at.plus_seconds(LINK_SECS);
            key.is_same(&own, token) && now < ends
        });
        if !tx.ended_message_links(&[claimed])?.is_empty() {
            return Err(Refusal::NotFound);
        }
        let actor = format!("link {}", site.id(IdKind::Notification, claimed));
        Self::about(tx, message, None, actor)
    }

    fn about(
        tx: &mut Tx<'_>,
        message: Option<Notification>,
        finding_no: Option<i64>,
        actor: String,
    ) -> Result<Self, Refusal> {
        let message = message
            .filter(Notification::is_told)
            .ok_or(Refusal::NotFound)?;
        let recipient_no = message.key.recipient_no;
        if !tx.party_is_open(recipient_no)? {
            return Err(Refusal::NotFound);
        }
        let party = tx.party(recipient_no)?.ok_or(Refusal::NotFound)?;
        Ok(Self {
            sayer: Sayer {
                party_no: party.party_no,
                party_name: party.name,
                door: AnswerDoor::Link,
                actor,
                person_no: None,
            },
            message,
            finding_no,
        })
    }

    /// Whether its holder may forward: whoever got it by being forwarded may not.
    pub(super) fn may_forward(&self) -> bool {
        let key = &self.message.key;
        self.finding_no.is_none() && key.relation != Relation::Relay && key.tlp.may_forward()
    }

    /// The statuses among which its holder may choose.
    pub(super) fn choices(&self) -> &'static [AnswerStatus] {
        match self.finding_no {
            Some(_) => &HELPER_CHOICES,
            None => choices_of(self.message.key.relation),
        }
    }

    /// The findings that it shows, at most `rows_max`, as the message told them.
    pub(super) fn findings(
        &self,
        only: Option<i64>,
        today: model::Day,
        rows_max: usize,
        tx: &mut Tx<'_>,
    ) -> Result<Vec<InboxRow>, Refusal> {
        let query = InboxQuery {
            finding_no: self.finding_no.or(only),
            notification_no: Some(self.message.notification_no),
            ..InboxQuery::whole(self.message.key.recipient_no, Tlp::Red, today)
        };
        Ok(tx.inbox(&query, rows_max)?.rows)
    }

    /// One of its findings; one of another message is not found.
    pub(super) fn one(
        &self,
        site: &Site,
        finding: &Uuid,
        tx: &mut Tx<'_>,
    ) -> Result<InboxRow, Refusal> {
        let finding_no = site.number(IdKind::Finding, finding)?;
        if self.finding_no.is_some_and(|only| only != finding_no) {
            return Err(Refusal::NotFound);
        }
        let found = self.findings(Some(finding_no), site.now().day(), 1, tx)?;
        found.into_iter().next().ok_or(Refusal::NotFound)
    }
}
