//! `GET /desk/replies`: those that wait, the oldest first: those that prove what they answer, and with `?list=unproved` the
//! others, as many as a day may keep of them. No address stands in a list.

use axum::extract::{Query, State};
use axum::response::Response;
use model::{IdKind, Timestamp};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Notification, REPLIES_BEYOND_KEPT_DAYS, ReplyRow};
use uuid::Uuid;

use crate::desk::{Done, PAGE_ROWS};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The reply after which the page begins.
    after: Option<Uuid>,
    /// `unproved`: those that do not prove what they answer.
    list: Option<String>,
}

#[derive(Serialize)]
struct View {
    is_proved: bool,
    /// How many wait that do not prove what they answer.
    unproved: i64,
    rows: Vec<Row>,
    next: String,
    /// How many came lately of which nothing is kept.
    beyond: i64,
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
    let is_proved = asked.list.as_deref() != Some("unproved");
    let counted_from = site.now().day().plus_days(-REPLIES_BEYOND_KEPT_DAYS);
    let (replies, unproved, beyond) = site
        .read(move |tx| {
            let mut replies = Vec::new();
            for reply in tx.waiting_replies(is_proved, after_no, PAGE_ROWS as i64)? {
                let message = match reply.content.notification_no {
                    Some(number) => tx.notification(number)?,
                    None => None,
                };
                replies.push((reply, message));
            }
            let (unproved, _) = tx.count_unproved_replies(Timestamp::from_micros(0), None)?;
            Ok((replies, unproved, tx.count_replies_beyond(counted_from)?))
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
            .map(|row| match is_proved {
                true => format!("/desk/replies?after={}", row.id),
                false => format!("/desk/replies?list=unproved&after={}", row.id),
            })
            .unwrap_or_default(),
        is_proved,
        unproved,
        beyond,
        rows,
        done: done.key(&["handled"]),
    };
    site.page(&staff, "desk/reply/list.html", &view)
}
