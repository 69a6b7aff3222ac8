//! Links that answer findings: those that an organisation gave to others by forwarding one, and those that its messages carry.
//! Which still work, and ending one.

use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{IdKind, MessageKind, Timestamp};
use rules::access::Deed;
use rules::answer::LINK_SECS;
use serde::Serialize;
use store::{AnswerLink, MESSAGE_LINK_KEPT_SECS, Notification, StoreError, Tx};
use uuid::Uuid;

use super::filter::one;
use super::list::home;
use crate::acting::Acting;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Links of a finding that are shown. Whoever gave more ends the newest first.
const LINKS_MAX: i64 = 50;

// That a link was ended is forgotten once it would have ended by itself, and not before.
const _: () = assert!(MESSAGE_LINK_KEPT_SECS >= LINK_SECS);

/// A link that still works.
#[derive(Serialize)]
pub(super) struct LinkView {
    id: Uuid,
    /// To whom it was mailed; empty: it is too old for that to be known.
    to: String,
    ends_at: String,
}

/// The link of a message that still works.
#[derive(Serialize)]
pub(super) struct MessageLinkView {
    /// Public id of the message.
    id: Uuid,
    reference: String,
    ends_at: String,
}

/// Which links of some messages work.
pub(crate) struct MessageLinks {
    /// Mails have links: somebody said where the pages are.
    is_linked: bool,
    ended: Vec<i64>,
    now: Timestamp,
}

impl MessageLinks {
    /// What is to be known of the links of these messages.
    pub(crate) fn of(
        tx: &mut Tx<'_>,
        notification_nos: &[i64],
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            is_linked: tx.public_origin()?.is_some(),
            ended: tx.ended_message_links(notification_nos)?,
            now,
        })
    }

    /// When the link in the mail of a message stops to work; nothing where it has none that works. With the kind of the message and
    /// when it was made.
    pub(crate) fn end(
        &self,
        notification_no: i64,
        kind: MessageKind,
        made_at: Timestamp,
    ) -> Option<Timestamp> {
        let ends_at = made_at.plus_seconds(LINK_SECS);
        let works = self.is_linked
            && kind.has_answer_link()
            && self.now < ends_at
            && !self.ended.contains(&notification_no);
        works.then_some(ends_at)
    }
}

/// Links of the messages that told of a finding, newest first; none for who may not end them.
pub(super) fn message_links_of(
    site: &Site,
    tx: &mut Tx<'_>,
    member: &Member,
    finding_no: i64,
) -> Result<Vec<MessageLinkView>, StoreError> {
    if !member.standing.may(Deed::EndMessageLinks) {
        return Ok(Vec::new());
    }
    let now = site.now();
    let since = now.plus_seconds(-LINK_SECS);
    let told = tx.message_links_of((member.party_no, finding_no), since, LINKS_MAX)?;
    let numbers: Vec<i64> = told.iter().map(|(number, _, _)| *number).collect();
    let links = MessageLinks::of(tx, &numbers, now)?;
    let view = |(notification_no, kind, made_at): (i64, MessageKind, Timestamp)| {
        let ends_at = links.end(notification_no, kind, made_at)?;
        Some(MessageLinkView {
            id: site.id(IdKind::Notification, notification_no),
            reference: Notification::reference_of(notification_no, made_at),
            ends_at: ends_at.to_string(),
        })
    };
    Ok(told.into_iter().filter_map(view).collect())
}

/// Ends the link that the mail of a message carries. Says whether there was one that worked.
pub(crate) fn end_of_message(
    site: &Site,
    tx: &mut Tx<'_>,
    acting: &Acting,
    notification_no: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(told) = tx.told_message(acting.party_no, notification_no)? else {
        return Ok(false);
    };
    let links = MessageLinks::of(tx, &[notification_no], now)?;
    let (kind, made_at) = (told.notification.key.kind, told.notification.created_at);
    let works = links.end(notification_no, kind, made_at).is_some();
    if !works || !tx.end_message_link(notification_no, now)? {
        return Ok(false);
    }
    let message = site.id(IdKind::Notification, notification_no);
    acting.record(tx, "end-message-link", &format!("message {message}"), now)?;
    Ok(true)
}

/// `POST /organisations/{id}/findings/{finding}/message-links/{message}/end`. One that works no more is ended already.
pub(super) async fn end_message_link(
    State(site): State<Site>,
    member: Member,
    Path((_, finding, message)): Path<(Uuid, Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::EndMessageLinks)?;
    let notification_no = site.number(IdKind::Notification, &message)?;
    let home = home(&member);
    let (asked, acting, now) = (site.clone(), member.acting(&site), site.now());
    site.write(move |tx| {
        one(&asked, &member, &finding, tx)?;
        let told = tx.told_message(acting.party_no, notification_no)?;
        told.ok_or(Refusal::NotFound)?;
        end_of_message(&asked, tx, &acting, notification_no, now)?;
        Ok(())
    })
    .await?;
    let done = "message-link-ended";
    Ok(Redirect::to(&format!("{home}/{finding}?done={done}")))
}

/// Links of a finding, newest first; none for who may not end them.
pub(super) fn links_of(
    site: &Site,
    tx: &mut Tx<'_>,
    member: &Member,
    finding_no: i64,
) -> Result<Vec<LinkView>, StoreError> {
    if !member.standing.may(Deed::AnswerFindings) {
        return Ok(Vec::new());
    }
    let links = working(tx, member.party_no, finding_no, site.now())?;
    let view = |(link_no, link): (i64, AnswerLink)| LinkView {
        id: site.id(IdKind::AnswerLink, link_no),
        to: link.address,
        ends_at: link.expires_at.to_string(),
    };
    Ok(links.into_iter().map(view).collect())
}

/// Links of a finding that still work, with their numbers, newest first.
pub(crate) fn working(
    tx: &mut Tx<'_>,
    party_no: i64,
    finding_no: i64,
    now: Timestamp,
) -> Result<Vec<(i64, AnswerLink)>, StoreError> {
    tx.answer_links_of(party_no, finding_no, now, LINKS_MAX)
}

/// Ends a link of a finding: from now on it opens nothing. Says whether there was one that worked.
pub(crate) fn end(
    site: &Site,
    tx: &mut Tx<'_>,
    acting: &Acting,
    (finding_no, link_no): (i64, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !tx.end_answer_link(acting.party_no, finding_no, link_no, now)? {
        return Ok(false);
    }
    let finding = site.id(IdKind::Finding, finding_no);
    let link = site.id(IdKind::AnswerLink, link_no);
    acting.record(
        tx,
        "end-answer-link",
        &format!("link {link} of finding {finding}"),
        now,
    )?;
    Ok(true)
}

/// `POST /organisations/{id}/findings/{finding}/links/{link}/end`. One that works no more is ended already.
pub(super) async fn end_one(
    State(site): State<Site>,
    member: Member,
    Path((_, finding, link)): Path<(Uuid, Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::AnswerFindings)?;
    let link_no = site.number(IdKind::AnswerLink, &link)?;
    let home = home(&member);
    let (asked, acting, now) = (site.clone(), member.acting(&site), site.now());
    site.write(move |tx| {
        let row = one(&asked, &member, &finding, tx)?;
        end(&asked, tx, &acting, (row.place.finding_no, link_no), now)?;
        Ok(())
    })
    .await?;
    Ok(Redirect::to(&format!("{home}/{finding}?done=link-ended")))
}
