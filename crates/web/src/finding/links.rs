//! Links that answer findings: those that an organisation gave to others by forwarding one, and those that its messages carry.
//! Which still work, and ending one.

use axum::extract::{Path, State};
use axum::response::Redirect;
use model::{IdKind, Timestamp};
use rules::access::Deed;
use rules::answer::LINK_SECS;
use serde::Serialize;
use store::{AnswerLink, Notification, StoreError, ToldMessage, Tx};
use uuid::Uuid;

use super::filter::one;
use super::list::home;
use crate::acting::Acting;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Links of a finding that are shown. Whoever gave more ends the newest first.
const LINKS_MAX: i64 = 50;

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

/// Links of the messages that told of a finding, newest first; none for who may not end them.
pub(super) fn message_links_of(
    site: &Site,
    tx: &mut Tx<'_>,
    member: &Member,
    finding_no: i64,
) -> Result<Vec<MessageLinkView>, StoreError> {
    let may_end = member.standing.may(Deed::EndMessageLinks);
    if !may_end || tx.public_origin()?.is_none() {
        return Ok(Vec::new());
    }
    let since = site.now().plus_seconds(-LINK_SECS);
    let links = tx.message_links_of((member.party_no, finding_no), since, LINKS_MAX)?;
    let mailed = links.into_iter().filter(|(_, kind, _)| kind.is_mailed());
    let view = |(notification_no, _, made_at): (i64, _, Timestamp)| MessageLinkView {
        id: site.id(IdKind::Notification, notification_no),
        reference: Notification::reference_of(notification_no, made_at),
        ends_at: made_at.plus_seconds(LINK_SECS).to_string(),
    };
    Ok(mailed.map(view).collect())
}

/// Ends the link that the mail of a message carries. Says whether there was one that worked.
pub(crate) fn end_of_message(
    site: &Site,
    tx: &mut Tx<'_>,
    acting: &Acting,
    notification_no: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let told = tx.told_message(acting.party_no, notification_no)?;
    let works = |told: &ToldMessage| now < told.notification.created_at.plus_seconds(LINK_SECS);
    if !told.as_ref().is_some_and(works) || !tx.end_message_link(notification_no, now)? {
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
