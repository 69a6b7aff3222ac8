//! `GET /desk/replies`: those that wait, the oldest first. No address stands in a list.

use axum::extract::{Query, State};
use axum::response::Response;
use model::IdKind;
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Notification, ReplyRow};
use uuid::Uuid;

use crate::desk::{Done, PAGE_ROWS};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The reply after which the page begins.
    after: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    next: String,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    received_at: String,
    outcome: &'static str,
    /// Of the message that it answers; empty where that is not proved.
    reference: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let after_no = match &asked.after {
        Some(id) => site.number(IdKind::Reply, id)?,
        None => 0,
    };
    let replies = site
        .read(move |tx| {
            let mut replies = Vec::new();
            for reply in tx.waiting_replies(after_no, PAGE_ROWS as i64)? {
                let message = match reply.content.notification_no {
                    Some(number) => tx.notification(number)?,
                    None => None,
                };
                replies.push((reply, message));
            }
            Ok(replies)
        })
        .await?;
    let row = |(reply, message): &(ReplyRow, Option<Notification>)| Row {
        id: site.id(IdKind::Reply, reply.reply_no),
        received_at: reply.received_at.to_string(),
        outcome: reply.outcome.as_str(),
        reference: message
            .as_ref()
            .map(Notification::reference)
            .unwrap_or_default(),
    };
    let rows: Vec<Row> = replies.iter().map(row).collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        next: last
            .map(|row| format!("/desk/replies?after={}", row.id))
            .unwrap_or_default(),
        rows,
        done: done.key(&["handled"]),
    };
    site.page(&staff, "desk/reply/list.html", &view)
}
