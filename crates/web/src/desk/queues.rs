//! `GET /desk/queues`: findings that wait for a person, by reason.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use model::{Endpoint, IdKind};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::QueueKind;
use uuid::Uuid;

use super::of_desk::{Choice, OfDesk};
use super::{PAGE_ROWS, note_read};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/desk/queues", get(list))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    kind: String,
    /// Public id of the finding after which the page begins.
    after: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    /// Labels are the queues; the one that is shown is among them.
    kinds: Vec<&'static str>,
    kind: &'static str,
    of_desk: Choice,
    /// Where the calls are that the same desk has to make.
    calls: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    endpoint: String,
    threat: String,
    severity: &'static str,
    owner: String,
    reason: String,
    opened_at: String,
    /// Name of the desk, where the visitor works at several.
    desk: String,
}

async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
    Query(of): Query<OfDesk>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadDesk)?;
    let kind = match asked.kind.as_str() {
        "" => QueueKind::Unresolved,
        kind => kind.parse().map_err(|_| Refusal::Bad)?,
    };
    let after_no = match &asked.after {
        Some(id) => site.number(IdKind::Finding, id)?,
        None => 0,
    };
    note_read(&site, &staff, format!("queue {kind}"), "a list of findings").await?;
    let (inner, asked_of) = (site.clone(), of.clone());
    let (rows, of_desk) = site
        .read(move |tx| {
            let of_desk = asked_of.choose(&inner, tx)?;
            let mut rows = Vec::new();
            for item in tx.open_queue_items(kind, after_no, PAGE_ROWS as i64)? {
                let (key, row) = tx.finding(item.finding_no)?.ok_or(Refusal::NotFound)?;
                let endpoint = Endpoint::from_key(&key.endpoint);
                rows.push(Row {
                    id: inner.id(IdKind::Finding, item.finding_no),
                    endpoint: endpoint.map(|it| it.to_string()).unwrap_or_default(),
                    threat: tx.threat_slug(key.threat_no)?.unwrap_or_default(),
                    severity: row.severity.as_str(),
                    owner: item.owner,
                    reason: item.reason,
                    opened_at: item.opened_at.to_string(),
                    desk: of_desk.names.name(key.desk_no),
                });
            }
            Ok((rows, of_desk))
        })
        .await?;
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        kinds: QueueKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        kind: kind.as_str(),
        next: last.map(|row| of.kept_in(format!("/desk/queues?kind={kind}&after={}", row.id))),
        calls: of.kept_in("/desk/calls".to_owned()),
        of_desk,
        rows,
    };
    site.page(&staff, "desk/queues.html", &view)
}
