//! `GET /desk/messages`: messages by state, severity, kind and recipient, newest first.

use axum::extract::{Query, State};
use axum::response::Response;
use model::{IdKind, MessageKind, Severity};
use rules::access::{DeskDeed, staff_may};
use serde::{Deserialize, Serialize};
use store::{MessagePage, NotificationState};
use uuid::Uuid;

use super::{Asked, Row, rows_of};
use crate::desk::of_desk::Choice;
use crate::desk::{Done, PAGE_ROWS, note_read};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Place {
    /// Public id of the message before which the page begins.
    before: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    asked: Asked,
    rows: Vec<Row>,
    next: Option<String>,
    may_handle: bool,
    may_read: bool,
    states: Vec<&'static str>,
    severities: Vec<&'static str>,
    kinds: Vec<&'static str>,
    of_desk: Choice,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
    Query(place): Query<Place>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let filter = asked.filter(&site)?;
    let before_no = match &place.before {
        Some(id) => site.number(IdKind::Notification, id)?,
        None => i64::MAX,
    };
    let subject = match filter.recipient_no {
        Some(party_no) => format!("party {}", site.id(IdKind::Party, party_no)),
        None => "messages".to_owned(),
    };
    note_read(&site, &staff, subject, "a list of messages").await?;
    let (inner, of) = (site.clone(), asked.of_desk());
    let (rows, next_before, of_desk) = site
        .read(move |tx| {
            let of_desk = of.choose(&inner, tx)?;
            let MessagePage {
                messages,
                next_before,
            } = tx.message_page(&filter, before_no, PAGE_ROWS)?;
            let rows = rows_of(&inner, tx, &messages, &of_desk.names)?;
            Ok((rows, next_before, of_desk))
        })
        .await?;
    let next = next_before.map(|number| {
        let id = site.id(IdKind::Notification, number);
        format!("/desk/messages?{}&before={id}", asked.query())
    });
    let view = View {
        done: done.key(&["approve", "hold", "withhold", "asked", "none"]),
        asked,
        rows,
        next,
        may_handle: staff_may(&staff.who.staff_roles, DeskDeed::Handle),
        may_read: staff_may(&staff.who.staff_roles, DeskDeed::ReadOrganisation),
        states: NotificationState::ALL
            .iter()
            .map(|it| it.as_str())
            .collect(),
        severities: Severity::ALL.iter().map(|it| it.as_str()).collect(),
        kinds: MessageKind::ALL.iter().map(|it| it.as_str()).collect(),
        of_desk,
    };
    site.page(&staff, "desk/message/list.html", &view)
}
