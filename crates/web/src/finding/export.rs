//! `GET /organisations/{id}/findings/export.{csv,json}`: the inbox as a file, with the choices of the list.

use std::collections::{HashMap, HashSet};

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::Response;
use model::IdKind;
use rules::access::Deed;
use serde::Serialize;
use store::{InboxOrder, InboxPage, InboxPlace, InboxQuery, InboxRow, StoreError, Tx};

use super::filter::Filter;
use super::shown::{place, why_unmailed};
use crate::acting::Acting;
use crate::download::{file, pieces, table};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// Findings that are read at once.
pub(crate) const PAGE_ROWS: usize = 1_000;

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
    own_reference: String,
    not_mailed: &'static str,
}

const COLUMNS: [&str; 15] = [
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
    "own_reference",
    "not_mailed",
];

impl ExportRow {
    fn new(site: &Site, row: &InboxRow, own: &OwnReferences) -> Self {
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
            last_seen: row.last_seen().to_string(),
            status: row.status.as_str(),
            until: row.until.map(|day| day.to_string()).unwrap_or_default(),
            own_reference: own_reference(row, own).unwrap_or_default().to_owned(),
            not_mailed: why_unmailed(row.kind).unwrap_or_default(),
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
            &self.own_reference,
            self.not_mailed,
        ]
    }
}

/// As a table, with nothing in it that a spreadsheet would run.
pub(super) async fn csv(
    State(site): State<Site>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    note(&site, member.acting(&site), "csv").await?;
    let asked = site.clone();
    let ask = move |tx: &mut Tx<'_>| filter.query(&asked, &member, tx);
    let content = pages(site, ask, table_of).await?;
    Ok(file("text/csv; charset=utf-8", "findings.csv", content))
}

/// As a list of objects.
pub(super) async fn json(
    State(site): State<Site>,
    member: Member,
    Query(filter): Query<Filter>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadFindings)?;
    note(&site, member.acting(&site), "json").await?;
    let asked = site.clone();
    let ask = move |tx: &mut Tx<'_>| filter.query(&asked, &member, tx);
    let content = pages(site, ask, list_of).await?;
    Ok(file("application/json", "findings.json", content))
}

/// Notes in the history of an organisation that somebody takes its findings along in this format.
pub(crate) async fn note(site: &Site, acting: Acting, format: &'static str) -> Result<(), Refusal> {
    let now = site.now();
    site.write(move |tx| Ok(acting.record(tx, "export-findings", format, now)?))
        .await
}

/// What an organisation calls its own systems, by asset.
pub(crate) type OwnReferences = HashMap<i64, String>;

/// What whoever was told of these findings calls their systems.
pub(crate) fn own_references(
    tx: &mut Tx<'_>,
    rows: &[InboxRow],
) -> Result<OwnReferences, StoreError> {
    let told = rows
        .iter()
        .filter_map(|row| Some((row.recipient_no, row.asset_no?)));
    let told: HashSet<(i64, i64)> = told.collect();
    let asset_nos: Vec<i64> = told.iter().map(|(_, asset_no)| *asset_no).collect();
    let care = tx.care_of_assets(&asset_nos)?.into_iter();
    let own = care.filter(|care| told.contains(&(care.party_no, care.asset_no)));
    Ok(own
        .map(|care| (care.asset_no, care.own_reference))
        .collect())
}

/// What the system of a finding is called there.
pub(crate) fn own_reference<'o>(row: &InboxRow, own: &'o OwnReferences) -> Option<&'o str> {
    let reference = own.get(&row.asset_no?)?;
    Some(reference.as_str()).filter(|text| !text.is_empty())
}

/// A page of findings of a file, and where in the file it is.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'r> {
    pub(crate) rows: &'r [InboxRow],
    pub(crate) own_references: &'r OwnReferences,
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
}

/// A piece as a part of a table.
pub(crate) fn table_of(site: &Site, piece: Piece<'_>) -> Vec<u8> {
    let row = |row: &InboxRow| ExportRow::new(site, row, piece.own_references);
    let rows = piece.rows.iter().map(row);
    let rows = rows.map(|row| row.cells().map(str::to_owned));
    let header = piece.is_first.then(|| COLUMNS.map(str::to_owned));
    table(header.into_iter().chain(rows))
}

fn list_of(site: &Site, piece: Piece<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    for (place, row) in piece.rows.iter().enumerate() {
        let is_first = piece.is_first && place == 0;
        text.push(if is_first { b'[' } else { b',' });
        let row = ExportRow::new(site, row, piece.own_references);
        serde_json::to_writer(&mut text, &row).expect("memory takes all");
    }
    if piece.is_last {
        text.extend_from_slice(if text.is_empty() && piece.is_first {
            b"[]"
        } else {
            b"]"
        });
    }
    text
}

/// The whole list page by page, each in a transaction of its own, while it is read. `ask` says what is asked for then; whoever
/// has no right to it gets no file. A page that cannot be read breaks the file off.
pub(crate) async fn pages(
    site: Site,
    ask: impl Fn(&mut Tx<'_>) -> Result<Option<InboxQuery>, Refusal> + Clone + Send + Sync + 'static,
    write: fn(&Site, Piece<'_>) -> Vec<u8>,
) -> Result<Body, Refusal> {
    let (mut page, mut own_references) = read_page(&site, ask.clone(), None).await?;
    let (put, body) = pieces();
    tokio::spawn(async move {
        let mut is_first = true;
        loop {
            let after = page.next;
            let piece = Piece {
                rows: &page.rows,
                own_references: &own_references,
                is_first,
                is_last: after.is_none(),
            };
            // Nobody reads any more: then nobody needs the rest.
            if put.send(Ok(write(&site, piece))).await.is_err() || after.is_none() {
                return;
            }
            is_first = false;
            (page, own_references) = match read_page(&site, ask.clone(), after).await {
                Ok(next) => next,
                Err(_) => {
                    let broken = std::io::Error::other("the rest cannot be read");
                    let _gone = put.send(Err(broken)).await;
                    return;
                }
            };
        }
    });
    Ok(body)
}

async fn read_page(
    site: &Site,
    ask: impl Fn(&mut Tx<'_>) -> Result<Option<InboxQuery>, Refusal> + Send + 'static,
    after: Option<InboxPlace>,
) -> Result<(InboxPage, OwnReferences), Refusal> {
    site.read(move |tx| match ask(tx)? {
        Some(mut query) => {
            query.after = after;
            // The order that has no bound of its own.
            query.order = InboxOrder::Newest;
            let page = tx.inbox(&query, PAGE_ROWS)?;
            let own = own_references(tx, &page.rows)?;
            Ok((page, own))
        }
        None => Ok((InboxPage::default(), OwnReferences::new())),
    })
    .await
}
