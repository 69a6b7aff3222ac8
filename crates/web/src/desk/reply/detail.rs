//! `/desk/replies/{reply}`: what somebody wrote, and that the desk is done with it. Every read is in the audit log: the page
//! shows who wrote.

use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use model::IdKind;
use rules::access::DeskDeed;
use serde::Serialize;
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Serialize)]
struct View {
    id: Uuid,
    received_at: String,
    outcome: &'static str,
    sender: String,
    subject: String,
    text: String,
    /// Public id and reference of the message that it answers.
    message: Option<(Uuid, String)>,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let reply_no = site.number(IdKind::Reply, &id)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let (reply, message) = site
        .write(move |tx| {
            // What somebody was done with is emptied: there is no page of it any more.
            let reply = tx.reply(reply_no)?.filter(|it| it.handled_at.is_none());
            let reply = reply.ok_or(Refusal::NotFound)?;
            let message = match reply.content.notification_no {
                Some(number) => tx.notification(number)?,
                None => None,
            };
            tx.record(now, &actor, "read", &format!("reply {id}"), "")?;
            Ok((reply, message))
        })
        .await?;
    let view = View {
        id,
        received_at: reply.received_at.to_string(),
        outcome: reply.outcome.as_str(),
        sender: reply.content.sender,
        subject: reply.content.subject,
        text: reply.content.text,
        message: message.map(|message| {
            let id = site.id(IdKind::Notification, message.notification_no);
            (id, message.reference())
        }),
    };
    site.page(&staff, "desk/reply/detail.html", &view)
}

/// The desk is done with it: what it says is emptied.
pub(super) async fn handle(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let reply_no = site.number(IdKind::Reply, &id)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let person_no = staff.who.person.person_no;
    site.write(move |tx| {
        tx.reply(reply_no)?.ok_or(Refusal::NotFound)?;
        if !tx.handle_reply(reply_no, person_no, now)? {
            return Err(Refusal::Conflict);
        }
        Ok(tx.record(now, &actor, "handle-reply", &format!("reply {id}"), "")?)
    })
    .await?;
    Ok(Redirect::to("/desk/replies?done=handled"))
}
