//! Answers: JSON with its `ETag`, and pages of lists.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::ROOT;
use super::cursor::{After, Place};
use super::error::ApiError;
use super::parameters::{PageWanted, header_text};
use crate::site::Site;

/// Answers with a thing; without it where the asker has it already (`If-None-Match`).
pub(crate) fn shown(asked: &HeaderMap, view: &impl Serialize) -> Response {
    with_tag(asked, StatusCode::OK, json(view))
}

fn with_tag(asked: &HeaderMap, status: StatusCode, body: String) -> Response {
    let tag = tag_of(&body);
    let known = header_text(asked, header::IF_NONE_MATCH).unwrap_or_default();
    let is_known = names(known, &tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        as_json(status, body)
    };
    let headers = response.headers_mut();
    headers.insert(
        header::ETAG,
        HeaderValue::try_from(tag).expect("it is ASCII"),
    );
    // May be kept by whoever asked, and must be asked for again: `If-None-Match` costs little.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    response
}

/// A body as an answer; an empty one is none.
pub(crate) fn as_json(status: StatusCode, body: String) -> Response {
    if body.is_empty() {
        return status.into_response();
    }
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// What is shown, as text.
pub(crate) fn json(view: &impl Serialize) -> String {
    serde_json::to_string(view).expect("a view has text keys and finite numbers")
}

/// Tag of a thing as it is shown: another one as soon as anything is shown otherwise.
fn tag_of(body: &str) -> String {
    let hash = blake3::hash(body.as_bytes()).to_hex();
    format!("\"{}\"", &hash[..32])
}

/// Refuses a change of something that is not as the asker read it.
pub(crate) fn must_match(asked: &HeaderMap, view: &impl Serialize) -> Result<(), ApiError> {
    refuse_unless(names(if_match(asked)?, &tag_of(&json(view))))
}

/// Refuses a change whose effect is another one than the asker was shown: `*` does not do.
pub(crate) fn must_be(asked: &HeaderMap, tag: &str) -> Result<(), ApiError> {
    refuse_unless(tags(if_match(asked)?).any(|named| named == tag))
}

/// Refuses to make something anew in the place of what the asker read and is there no more.
pub(crate) fn must_be_new(asked: &HeaderMap) -> Result<(), ApiError> {
    let read = header_text(asked, header::IF_MATCH);
    refuse_unless(read.is_none_or(|read| names(read, "*")))
}

fn refuse_unless(is_as_read: bool) -> Result<(), ApiError> {
    is_as_read.then_some(()).ok_or(ApiError::Changed)
}

/// What the asker read, before anything is looked up for a change that needs to know.
pub(crate) fn if_match(asked: &HeaderMap) -> Result<&str, ApiError> {
    header_text(asked, header::IF_MATCH).ok_or(ApiError::NoMatch)
}

/// Whether a list of tags names this one; `*` names every one.
fn names(list: &str, tag: &str) -> bool {
    tags(list).any(|named| named == "*" || named == tag)
}

fn tags(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// A text in both languages.
#[derive(Serialize, ToSchema)]
pub(crate) struct BothLanguages {
    pub(crate) nl: String,
    pub(crate) en: String,
}

impl From<&[String; 2]> for BothLanguages {
    fn from([nl, en]: &[String; 2]) -> Self {
        Self {
            nl: nl.clone(),
            en: en.clone(),
        }
    }
}

/// A page of a list, as it is shown.
#[derive(Serialize)]
struct Page<'v, V> {
    items: &'v [V],
    /// Cursor of the page behind this one; `null` on the last page.
    #[serde(rename = "nextCursor")]
    next_cursor: Option<String>,
    /// Address of the page behind this one.
    next: Option<String>,
}

/// Answers with a page. `rows` has one row more than is shown where another page follows.
pub(crate) fn page<R, V: Serialize, P: Place>(
    site: &Site,
    parts: &Parts,
    wanted: &PageWanted<P>,
    mut rows: Vec<R>,
    (place, view): (impl Fn(&R) -> P, impl Fn(R) -> V),
) -> Response {
    let limit = usize::try_from(wanted.limit).unwrap_or_default();
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| is_more);
    let next_cursor = last.map(|last| place(last).write(site));
    let items: Vec<V> = rows.into_iter().map(view).collect();
    page_of(parts, &items, next_cursor)
}

/// Answers with a page of a list that is short enough to be read whole, in the order of its numbers.
pub(crate) fn short_page<const KIND: i16, R, V: Serialize>(
    site: &Site,
    parts: &Parts,
    wanted: &PageWanted<After<KIND>>,
    mut rows: Vec<R>,
    (number, view): (impl Fn(&R) -> i64, impl Fn(R) -> V),
) -> Response {
    let after_no = wanted.after.map_or(i64::MIN, |after| after.0);
    rows.retain(|row| number(row) > after_no);
    rows.sort_by_key(&number);
    page(
        site,
        parts,
        wanted,
        rows,
        (|row: &R| After(number(row)), view),
    )
}

/// Answers with a page whose rows and next cursor are known.
pub(crate) fn page_of<V: Serialize>(
    parts: &Parts,
    items: &[V],
    next_cursor: Option<String>,
) -> Response {
    let next = next_cursor
        .as_ref()
        .map(|cursor| next_address(parts, cursor));
    let body = json(&Page {
        items,
        next_cursor,
        next: next.clone(),
    });
    let mut response = with_tag(&parts.headers, StatusCode::OK, body);
    if let Some(next) = next {
        let link = format!("<{next}>; rel=\"next\"");
        let link = HeaderValue::try_from(link).expect("addresses are ASCII");
        response.headers_mut().append(header::LINK, link);
    }
    response
}

/// Answers with what was looked for. Nobody keeps it: it was asked with a body.
pub(crate) fn found_page(view: &impl Serialize) -> Response {
    as_json(StatusCode::OK, json(view))
}

/// The same question, from a cursor on.
fn next_address(parts: &Parts, cursor: &str) -> String {
    let query = parts.uri.query().unwrap_or_default();
    let asked = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked)
        .append_pair("cursor", cursor)
        .finish();
    format!("{ROOT}{}?{query}", parts.uri.path())
}
