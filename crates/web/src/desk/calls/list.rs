//! `GET /desk/calls`: who is to be called, what is due first on top.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::Response;
use message::{CALLS_MAX, Call, Calls, calls};
use model::{IdKind, Timestamp};
use rules::access::{DeskDeed, staff_may};
use rules::call::LISTED_DAYS;
use serde::{Deserialize, Serialize};
use store::Tx;
use uuid::Uuid;

use super::{name_of, page_of, place_of};
use crate::desk::of_desk::{Choice, Names, OfDesk};
use crate::desk::{Done, PAGE_ROWS, note_read};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// The message after whose call the page begins.
    after: Option<Uuid>,
    /// Where in the list that stood: Unix microseconds.
    due: i64,
}

#[derive(Serialize)]
struct View {
    /// That may be made now, and of these those that are late.
    now: usize,
    overdue: usize,
    /// There are more than are shown and counted.
    is_cut: bool,
    calls_max: usize,
    days: i64,
    may_read: bool,
    of_desk: Choice,
    rows: Vec<Row>,
    next: String,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct Row {
    href: String,
    reference: String,
    severity: &'static str,
    recipient: String,
    threat: String,
    is_failed: bool,
    has_number: bool,
    /// By when; for what may not be called about yet, from when on.
    at: String,
    is_open: bool,
    is_overdue: bool,
    /// Somebody tried before.
    is_again: bool,
    /// Who calls at this moment; empty: nobody.
    taken_by: String,
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
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    note_read(&site, &staff, "calls".to_owned(), "a list of organisations").await?;
    let after = match &asked.after {
        Some(id) => Some(site.number(IdKind::Notification, id)?),
        None => None,
    };
    let (inner, now) = (site.clone(), site.now());
    let may_read = staff_may(&staff.who.staff_roles, DeskDeed::ReadOrganisation);
    let done = done.key(&["noted", "ended", "over"]);
    let view = site
        .read(move |tx| {
            let of_desk = of.choose(&inner, tx)?;
            let after = match after {
                Some(number) => Some(place_of(tx, number, Timestamp::from_micros(asked.due))?),
                None => None,
            };
            let all = calls(tx, now)?;
            let counts = all.counts(now);
            let Calls { mut list, is_cut } = all;
            if let Some(after) = after {
                list.retain(|call| call.place(now) > after);
            }
            let has_more = list.len() > PAGE_ROWS;
            list.truncate(PAGE_ROWS);
            let last = list.last().filter(|_| has_more);
            let next = last.map(|call| {
                let id = inner.id(IdKind::Notification, call.row.notification_no);
                let due = call.place(now).0.micros();
                of.kept_in(format!("?after={id}&due={due}"))
            });
            Ok(View {
                now: counts.now,
                overdue: counts.overdue,
                is_cut,
                calls_max: CALLS_MAX,
                days: LISTED_DAYS,
                may_read,
                next: next.unwrap_or_default(),
                rows: rows_of(&inner, tx, &list, (now, &of_desk.names))?,
                of_desk,
                done,
            })
        })
        .await?;
    site.page(&staff, "desk/calls/list.html", &view)
}

/// The rows of these calls, with the names that people know.
fn rows_of(
    site: &Site,
    tx: &mut Tx<'_>,
    calls: &[Call],
    (now, desks): (Timestamp, &Names),
) -> Result<Vec<Row>, Refusal> {
    let recipients: Vec<i64> = calls.iter().map(|call| call.row.recipient_no).collect();
    let parties = tx.parties(&recipients)?.into_iter();
    let names: HashMap<i64, String> = parties.map(|it| (it.party_no, it.name)).collect();
    let threats: Vec<i64> = calls.iter().map(|call| call.row.threat_no).collect();
    let threats: HashMap<i64, String> = tx.threat_slugs(&threats)?.into_iter().collect();
    let mut rows = Vec::new();
    for call in calls {
        let row = &call.row;
        let is_open = call.is_open(now);
        let at = if is_open { call.due_at } else { call.from };
        let name = names.get(&row.recipient_no).cloned();
        rows.push(Row {
            href: page_of(site, row.notification_no),
            reference: row.reference(),
            severity: row.severity.as_str(),
            recipient: name.unwrap_or_default(),
            threat: threats.get(&row.threat_no).cloned().unwrap_or_default(),
            is_failed: row.is_failed(),
            has_number: call.has_number,
            at: at.to_string(),
            is_open,
            is_overdue: call.is_overdue(now),
            is_again: row.next_at.is_some(),
            taken_by: name_of(tx, row.taken_by(now))?,
            desk: desks.name(row.desk_no),
        });
    }
    Ok(rows)
}
