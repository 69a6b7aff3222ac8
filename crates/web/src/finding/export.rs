//! `GET /organisations/{id}/findings/export.{csv,json}`: the inbox as a file, with the choices of the list.

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use formats::export::csv_safe;
use model::IdKind;
use rules::access::Deed;
use serde::Serialize;
use store::{InboxOrder, InboxRow};

use super::filter::Filter;
use super::shown::place;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Findings in one file. An organisation with more narrows the list down.
const ROWS_MAX: usize = 50_000;

/// One finding in a file. Names and words are those of the API.
#[derive(Serialize)]
struct ExportRow {
    finding: String,
    reference: String,
    told_at: String,
    threat: String,
    endpoint: String,
    identifier: String,
    role: &'static str,
    rsit: &'static str,
    severity: &'static str,
    tlp: &'static str,
    last_seen: String,
    status: &'static str,
    until: String,
}

const COLUMNS: [&str; 13] = [
    "finding",
    "reference",
    "told_at",
    "threat",
    "endpoint",
    "identifier",
    "role",
    "rsit",
    "severity",
    "tlp",
    "last_seen",
    "status",
    "until",
];

impl ExportRow {
    fn new(site: &Site, row: &InboxRow) -> Self {
        Self {
            finding: site.id(IdKind::Finding, row.place.finding_no).to_string(),
            reference: store::Notification::reference_of(row.place.notification_no, row.made_at),
            told_at: row.told_at.to_string(),
            threat: row.threat.clone(),
            endpoint: place(row),
            identifier: row.identifier.clone(),
            role: row.role.as_str(),
            rsit: row.rsit.as_str(),
            severity: row.place.severity.as_str(),
            tlp: row.tlp.as_str(),
            last_seen: row.place.last_seen.to_string(),
            status: row.status.as_str(),
            until: row.until.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn cells(&self) -> [&str; COLUMNS.len()] {
        [
            &self.finding,
            &self.reference,
            &self.told_at,
            &self.threat,
            &self.endpoint,
            &self.identifier,
            self.role,
            self.rsit,
            self.severity,
            self.tlp,
            &self.last_seen,
            self.status,
            &self.until,
        ]
    }
}

/// As a table, with nothing in it that a spreadsheet would run.
pub(super) async fn csv(
    State(site): State<Site>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    let rows = rows(&site, &member, filter).await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(COLUMNS).and_then(|()| {
        rows.iter().try_for_each(|row| {
            writer.write_record(row.cells().map(|cell| csv_safe(cell).into_owned()))
        })
    });
    let bytes = written.ok().and_then(|()| writer.into_inner().ok());
    file(bytes, "text/csv; charset=utf-8", "findings.csv")
}

/// As a list of objects.
pub(super) async fn json(
    State(site): State<Site>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    let rows = rows(&site, &member, filter).await?;
    file(
        serde_json::to_vec(&rows).ok(),
        "application/json",
        "findings.json",
    )
}

async fn rows(site: &Site, member: &Member, filter: Filter) -> Result<Vec<ExportRow>, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    let (asked, who) = (site.clone(), member.clone());
    let rows = site
        .read(move |tx| match filter.query(&asked, &who, tx)? {
            Some(mut query) => {
                // The whole list, in the order that has no bound of its own.
                query.after = None;
                query.order = InboxOrder::Newest;
                let mut rows = Vec::new();
                while rows.len() < ROWS_MAX {
                    let page = tx.inbox(&query, ROWS_MAX - rows.len())?;
                    rows.extend(page.rows);
                    query.after = page.next;
                    if query.after.is_none() {
                        break;
                    }
                }
                Ok(rows)
            }
            None => Ok(Vec::new()),
        })
        .await?;
    Ok(rows.iter().map(|row| ExportRow::new(site, row)).collect())
}

fn file(bytes: Option<Vec<u8>>, kind: &'static str, name: &str) -> Result<Response, Refusal> {
    // Rows of texts always fit in memory and in both formats.
    let bytes = bytes.ok_or(Refusal::Panicked)?;
    let attached = format!("attachment; filename=\"{name}\"");
    Ok((
        [
            (CONTENT_TYPE, kind.to_owned()),
            (CONTENT_DISPOSITION, attached),
        ],
        bytes,
    )
        .into_response())
}
