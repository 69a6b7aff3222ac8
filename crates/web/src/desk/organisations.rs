//! `GET /desk/organisations`: who is served, in the order in which they came. What is known of one is shown to whoever says why.

use axum::extract::{Query, State};
use axum::response::Response;
use model::{IdKind, PartyRole};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PAGE_ROWS, note_read};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Place {
    /// Public id of the organisation after which the page begins.
    after: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    next: Option<String>,
    is_first_page: bool,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    reference: String,
    kvk: String,
    /// Another organisation has the same number.
    is_twin: bool,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(place): Query<Place>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let after_no = match &place.after {
        Some(id) => site.number(IdKind::Party, id)?,
        None => 0,
    };
    note_read(
        &site,
        &staff,
        "organisations".to_owned(),
        "a list of organisations",
    )
    .await?;
    let today = site.now().day();
    let (found, twins) = site
        .read(move |tx| {
            let rows = (after_no, PAGE_ROWS as i64);
            let notes = tx.party_notes(PartyRole::Recipient, today, rows)?;
            let party_nos: Vec<i64> = notes.iter().map(|note| note.party_no).collect();
            let twins = tx.with_kvk_twins(&party_nos)?;
            Ok((notes, twins))
        })
        .await?;
    let rows = found.into_iter().map(|note| Row {
        id: site.id(IdKind::Party, note.party_no),
        name: note.name,
        reference: note.reference,
        is_twin: twins.binary_search(&note.party_no).is_ok(),
        kvk: note.kvk.map(|kvk| kvk.to_string()).unwrap_or_default(),
    });
    let rows: Vec<Row> = rows.collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        next: last.map(|row| format!("/desk/organisations?after={}", row.id)),
        is_first_page: place.after.is_none(),
        rows,
    };
    site.page(&staff, "desk/organisations.html", &view)
}
