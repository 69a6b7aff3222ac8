//! What happens for the caller's organisation: as pages, as a stream of server-sent events, and as lines for whoever keeps events.
//!
//! All have the same order and the same cursors, which stay good for ever. One task asks the store for all streams.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use model::{IdKind, Scope, Tlp};
use serde::Serialize;
use store::{InboxQuery, PartyChange, Subject};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::ROOT;
use super::caller::Own;
use super::cursor::{After, AfterChange, Place};
use super::document::PageQuery;
use super::error::{ApiError, Mistake};
use super::finding::{Finding, finding};
use super::parameters::{LIMIT_MAX, Parameters, header_text};
use super::places::Places;
use super::shown::{json, page};
use crate::download::pieces;
use crate::finding::own_references;
use crate::refusal::Refusal;
use crate::site::Site;

/// How often the store is asked, for all streams together, while there are any.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A comment that shows both sides that the other one is there.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);

/// A stream ends after this time and its reader comes back, so that a key that ended is not read with for long.
const STREAM_LENGTH_MAX: Duration = Duration::from_secs(15 * 60);

/// Streams of one key at a time.
const STREAMS_PER_KEY_MAX: usize = 4;

/// Streams of all keys at a time: each is a connection and a task.
const STREAMS_MAX: usize = 2_000;

/// Findings of a message that are read at a time, for lines.
const LINES_AT_ONCE: usize = 500;

/// Media type of lines of JSON.
const LINES_TYPE: &str = "application/x-ndjson";

/// Events that wait for a slow reader.
const EVENTS_MAX: usize = 64;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The streams that are open.
pub(crate) struct Streams {
    places: Arc<Places>,
    /// Tells the place of the last change of all; nothing while nobody looks.
    last: Mutex<Option<watch::Sender<i64>>>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            places: Places::new(STREAMS_MAX, STREAMS_PER_KEY_MAX),
            last: Mutex::default(),
        }
    }
}

impl Streams {
    fn last(&self) -> MutexGuard<'_, Option<watch::Sender<i64>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The routes of this resource.
pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_changes))
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Change {
    /// Place of it: where to go on from.
    #[schema(example = "3f1c2a9e7d5b8e4a9c0f6b2d1e8a7c55")]
    cursor: String,
    /// `told`: a message was approved, and tells of findings. `withdrawn`: one that was told is kept back after all.
    /// `answered`: somebody said how far a finding is; `findings/{finding}/answers` has what was said. There may be more kinds:
    /// pass over those that you do not know.
    #[schema(example = "told")]
    kind: &'static str,
    #[schema(format = DateTime, example = "2026-11-18T02:14:33Z")]
    at: String,
    /// The message, where it is about one.
    message_id: Option<Uuid>,
    /// Address of the message.
    message: Option<String>,
    /// The finding, where it is about one.
    finding_id: Option<Uuid>,
    /// Address of the finding.
    finding: Option<String>,
}

/// A page of changes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `page` writes")]
#[schema(rename_all = "camelCase")]
struct ChangePage {
    items: Vec<Change>,
    /// Cursor of the next page; `null` on the last one: then ask again later, with that of the last item.
    next_cursor: Option<String>,
    /// Address of the next page.
    next: Option<String>,
}

fn change(site: &Site, own: &Own, change: &PartyChange) -> Change {
    let place: AfterChange = After(change.change_no);
    let id = |number: Option<i64>, kind| number.map(|number| site.id(kind, number));
    let message_id = id(change.notification_no(), IdKind::Notification);
    let finding_id = id(change.finding_no, IdKind::Finding);
    let home = format!("{ROOT}/organisations/{}", own.party_id);
    Change {
        cursor: place.write(site),
        kind: change.kind.as_str(),
        at: change.at.to_string(),
        message_id,
        message: message_id.map(|id| format!("{home}/messages/{id}")),
        finding_id,
        finding: finding_id.map(|id| format!("{home}/findings/{id}")),
    }
}

/// Something that happened, whole, as a line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'l> {
    /// Where to go on from after this line. Of a message with several findings only the last line has its own place, so that who
    /// stops in the middle reads it again and misses nothing.
    cursor: &'l str,
    kind: &'static str,
    at: String,
    organisation_id: Uuid,
    message_id: Option<Uuid>,
    /// The finding as it is now; `null` where the message is kept back.
    finding: Option<&'l Finding>,
}

/// What happened for the organisation, oldest first. With `Accept: text/event-stream` it goes on as a stream: each event has
/// the cursor as its id, and `Last-Event-ID` goes on from there. With `Accept: application/x-ndjson` each finding of each change is
/// a line, with `cursor`, `kind`, `at`, `organisationId`, `messageId` and `finding`; go on with the cursor of the last line.
#[utoipa::path(
    get, path = "/organisations/{organisation}/changes", tag = "findings", operation_id = "listChanges",
    params(PageQuery, ("Last-Event-ID" = Option<String>, Header, description = "Id of the last event that was read")),
    responses((status = 200, description = "A page, or a stream", content(
        (ChangePage = "application/json"), (String = "text/event-stream"), (String = "application/x-ndjson"),
    ))),
)]
async fn list_changes(
    State(site): State<Site>,
    own: Own,
    parts: Parts,
) -> Result<Response, ApiError> {
    own.caller.must(Scope::FindingsRead)?;
    let mut parameters = Parameters::of(&parts);
    let wanted = parameters.page::<AfterChange>(&site);
    parameters.end()?;
    let after_no = wanted.after.map_or(0, |after| after.0);
    let accepted = header_text(&parts.headers, header::ACCEPT).unwrap_or_default();
    if accepted.contains("text/event-stream") {
        let after_no = last_read(&site, &parts)?.unwrap_or(after_no);
        return stream(site, own, after_no);
    }
    if accepted.contains(LINES_TYPE) {
        return lines(site, own, after_no, wanted.limit).await;
    }
    let (party_no, limit) = (own.party_no, wanted.limit + 1);
    let rows = site.read(move |tx| Ok(tx.changes_of(party_no, after_no, limit)?));
    let views = (
        |row: &PartyChange| After(row.change_no),
        |row: PartyChange| change(&site, &own, &row),
    );
    Ok(page(&site, &parts, &wanted, rows.await?, views))
}

fn last_read(site: &Site, parts: &Parts) -> Result<Option<i64>, ApiError> {
    let Some(id) = header_text(&parts.headers, LAST_EVENT_ID) else {
        return Ok(None);
    };
    let wrong = || {
        let why = "this is no id of an event that was given here";
        ApiError::Invalid(vec![Mistake::of(LAST_EVENT_ID.as_str(), "bad-value", why)])
    };
    let place = AfterChange::read(site, id).ok_or_else(wrong)?;
    Ok(Some(place.0))
}

/// The next changes as lines, written while they are read. A file that cannot be read to its end is broken off.
async fn lines(
    site: Site,
    own: Own,
    after_no: i64,
    changes_max: i64,
) -> Result<Response, ApiError> {
    let place = site.api().streams.places.take(own.caller.key_no);
    let place = place.ok_or(ApiError::TooOften(STREAM_LENGTH_MAX.as_secs()))?;
    let party_no = own.party_no;
    let changes = site.read(move |tx| Ok(tx.changes_of(party_no, after_no, changes_max)?));
    let changes = changes.await?;
    let (put, body) = pieces();
    tokio::spawn(async move {
        let _place = place;
        let writing = write_lines(&site, &own, after_no, changes, &put);
        if let Ok(Ok(())) = timeout(STREAM_LENGTH_MAX, writing).await {
            return;
        }
        let _gone = put
            .send(Err(io::Error::other("the rest cannot be read")))
            .await;
    });
    let kind = HeaderValue::from_static(LINES_TYPE);
    let keep = HeaderValue::from_static("no-store");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)];
    Ok((headers, body).into_response())
}

/// Writes the lines of each change, until the reader is gone.
async fn write_lines(
    site: &Site,
    own: &Own,
    mut before_no: i64,
    changes: Vec<PartyChange>,
    put: &mpsc::Sender<io::Result<Vec<u8>>>,
) -> Result<(), Refusal> {
    let today = site.now().day();
    for change in changes {
        let whole = InboxQuery::whole(own.party_no, Tlp::Red, today);
        let mut query = match change.subject() {
            Subject::Message(notification_no) => InboxQuery {
                notification_no: Some(notification_no),
                ..whole
            },
            Subject::Finding(finding_no) => InboxQuery {
                finding_no: Some(finding_no),
                ..whole
            },
        };
        let mut is_begun = false;
        loop {
            let asked = query.clone();
            let read = site.read(move |tx| {
                let page = tx.inbox(&asked, LINES_AT_ONCE)?;
                let own_names = own_references(tx, &page.rows)?;
                Ok((page, own_names))
            });
            let (page, own_names) = read.await?;
            let is_last = page.next.is_none();
            let mut findings: Vec<Option<Finding>> = page
                .rows
                .iter()
                .map(|row| Some(finding(site, row, &own_names)))
                .collect();
            if findings.is_empty() && is_last && !is_begun {
                findings.push(None);
            }
            is_begun |= !findings.is_empty();
            let mut text = String::new();
            for (index, finding) in findings.iter().enumerate() {
                let is_end = is_last && index + 1 == findings.len();
                let place = if is_end { change.change_no } else { before_no };
                text += &line(site, own, &change, (place, finding.as_ref()));
            }
            // Nobody reads any more: then nobody needs the rest.
            if !text.is_empty() && put.send(Ok(text.into_bytes())).await.is_err() {
                return Ok(());
            }
            if is_last {
                break;
            }
            query.after = page.next;
        }
        before_no = change.change_no;
    }
    Ok(())
}

fn line(
    site: &Site,
    own: &Own,
    change: &PartyChange,
    (place, finding): (i64, Option<&Finding>),
) -> String {
    let place: AfterChange = After(place);
    let message_no = change.notification_no();
    let mut line = json(&Line {
        cursor: &place.write(site),
        kind: change.kind.as_str(),
        at: change.at.to_string(),
        organisation_id: own.party_id,
        message_id: message_no.map(|number| site.id(IdKind::Notification, number)),
        finding,
    });
    line.push('\n');
    line
}

fn stream(site: Site, own: Own, after_no: i64) -> Result<Response, ApiError> {
    let (events, received) = mpsc::channel(EVENTS_MAX);
    let place = site.api().streams.places.take(own.caller.key_no);
    let place = place.ok_or(ApiError::TooOften(STREAM_LENGTH_MAX.as_secs()))?;
    let last = follow(&site);
    tokio::spawn(async move {
        let _place = place;
        // Also where the reader is slow, or far behind.
        let telling = tell(&site, &own, after_no, last, &events);
        let _ = timeout(STREAM_LENGTH_MAX, telling).await;
    });
    let heartbeat = KeepAlive::new().interval(HEARTBEAT_EVERY);
    Ok(Sse::new(Received(received))
        .keep_alive(heartbeat)
        .into_response())
}

/// Sends what happened and then what happens, until the reader is gone or the key has ended.
async fn tell(
    site: &Site,
    own: &Own,
    mut after_no: i64,
    mut last: watch::Receiver<i64>,
    events: &mpsc::Sender<Event>,
) {
    loop {
        last.borrow_and_update();
        let (party_no, key_no, now) = (own.party_no, own.caller.key_no, site.now());
        let read = site.read(move |tx| {
            // Asked anew each time, so that a key that was ended shows nothing more.
            let key = tx.api_key(key_no)?.filter(|key| now < key.expires_at);
            Ok(match key {
                Some(_) => Some(tx.changes_of(party_no, after_no, LIMIT_MAX)?),
                None => None,
            })
        });
        let Ok(Some(changes)) = read.await else {
            return;
        };
        let is_more = changes.len() as i64 == LIMIT_MAX;
        for row in changes {
            after_no = row.change_no;
            let view = change(site, own, &row);
            let event = Event::default()
                .event(view.kind)
                .id(&view.cursor)
                .data(json(&view));
            if events.send(event).await.is_err() {
                return;
            }
        }
        if is_more {
            continue;
        }
        tokio::select! {
            changed = last.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = events.closed() => return,
        }
    }
}

/// Says when there may be something new. The first who follows starts the task that looks, the last one ends it.
fn follow(site: &Site) -> watch::Receiver<i64> {
    let mut known = site.api().streams.last();
    if let Some(last) = &*known {
        return last.subscribe();
    }
    let (last, receiver) = watch::channel(0);
    *known = Some(last);
    let site = site.clone();
    tokio::spawn(async move { while look(&site).await {} });
    receiver
}

/// Looks once; says whether anybody still follows.
async fn look(site: &Site) -> bool {
    sleep(LOOK_EVERY).await;
    let found = site.read(|tx| Ok(tx.last_change_no()?)).await;
    let mut known = site.api().streams.last();
    let Some(last) = known.as_ref().filter(|last| last.receiver_count() > 0) else {
        *known = None;
        return false;
    };
    // A store that does not answer for a while is asked again.
    if let Ok(found) = found {
        last.send_if_modified(|known| std::mem::replace(known, found) != found);
    }
    true
}

/// Events as they come out of a channel.
struct Received(mpsc::Receiver<Event>);

impl Stream for Received {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}
