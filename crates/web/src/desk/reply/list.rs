//! `GET /desk/replies`: those that wait, the oldest first: those that prove what they answer, and with `?list=unproved` the
//! others, as many as a day may keep of them. No address stands in a list.

use axum::extract::{Query, State};
use axum::response::Response;
use model::{IdKind, Timestamp};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Notification, REPLIES_BEYOND_KEPT_DAYS};
use uuid::Uuid;

use crate::desk::of_desk::{Choice, OfDesk};
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
    of_desk: Choice,
    rows: Vec<Row>,
    next: String,
    /// Where the other list is: of those that prove what they answer, or that do not.
    other: String,
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
    /// Name of the desk, where the visitor works at several.
    desk: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
    Query(of): Query<OfDesk>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let after_no = match &asked.after {
        Some(id) => site.number(IdKind::Reply, id)?,
        None => 0,
    };
    let is_proved = asked.list.as_deref() != Some("unproved");
    let counted_from = site.now().day().plus_days(-REPLIES_BEYOND_KEPT_DAYS);
    let (inner, asked_of) = (site.clone(), of.clone());
    let (rows, unproved, beyond, of_desk) = site
        .read(move |tx| {
            let of_desk = asked_of.choose(&inner, tx)?;
            let mut rows = Vec::new();
            for reply in tx.waiting_replies(is_proved, after_no, PAGE_ROWS as i64)? {
                let message = match reply.content.notification_no {
                    Some(number) => tx.notification(number)?,
                    None => None,
                };
                let named_no = reply.content.notification_no.or(reply.content.named_no);
                rows.push(Row {
                    id: inner.id(IdKind::Reply, reply.reply_no),
                    received_at: reply.received_at.to_string(),
                    outcome: reply.outcome.as_str(),
                    reference: message
                        .as_ref()
                        .map(Notification::reference)
                        .unwrap_or_default(),
                    desk: of_desk.names.name_of_reply(tx, named_no)?,
                });
            }
            let (unproved, _) = tx.count_unproved_replies(Timestamp::from_micros(0), None)?;
            let beyond = tx.count_replies_beyond(counted_from)?;
            Ok((rows, unproved, beyond, of_desk))
        })
        .await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let next = last.map(|row: &Row| match is_proved {
        true => format!("/desk/replies?after={}", row.id),
        false => format!("/desk/replies?list=unproved&after={}", row.id),
    });
    let other = match is_proved {
        true => "/desk/replies?list=unproved",
        false => "/desk/replies",
    };
    let view = View {
        next: next.map(|next| of.kept_in(next)).unwrap_or_default(),
        other: of.kept_in(other.to_owned()),
        of_desk,
        is_proved,
        unproved,
        beyond,
        rows,
        done: done.key(&["handled"]),
    };
    site.page(&staff, "desk/reply/list.html", &view)
}
