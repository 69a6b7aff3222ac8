//! `GET /desk/messages/{message}`: a message as it goes out, what it is about, and how far it is.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use message::{MessageError, Reasons, call_about, match_reasons};
use model::{Endpoint, IdKind, Language, Timestamp};
use rules::access::{DeskDeed, staff_may};
use serde::{Deserialize, Serialize};
use store::{Line, Notification, Tx};
use uuid::Uuid;

use super::{Row, rows_of};
use crate::desk::calls::{AttemptView, attempts_of};
use crate::desk::of_desk::Names;
use crate::desk::{Done, PAGE_ROWS};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

#[derive(Deserialize)]
pub(super) struct Place {
    /// Public id of the finding after which the lines begin.
    after: Option<Uuid>,
    /// Asks for the text of a message that is too long to be written each time.
    #[serde(default)]
    text: String,
}

/// Lines of a message whose text is written each time that somebody looks at it: about 30 us a line.
const WRITTEN_LINES_MAX: i64 = 500;

#[derive(Serialize)]
struct View {
    done: Option<&'static str>,
    errors: Errors,
    reason: String,
    may_handle: bool,
    /// Its recipient was told, and may call.
    is_told: bool,
    message: Row,
    kind: &'static str,
    relation: &'static str,
    lawful_basis: String,
    decided_at: Option<String>,
    decided_by: String,
    /// Its text is written when it is asked for.
    is_long: bool,
    preview: Option<Preview>,
    lines: Vec<LineRow>,
    next: Option<String>,
    deliveries: Vec<Attempt>,
    /// Its recipient is to be called.
    is_to_be_called: bool,
    calls: Vec<AttemptView>,
}

#[derive(Serialize)]
struct Preview {
    to: Vec<String>,
    is_settled: bool,
    subject: String,
    body: String,
    /// Those who get it when their office hours begin, and when that is.
    waiting: Vec<(String, String)>,
    /// Those who get it encrypted.
    sealed_to: Vec<String>,
    /// Names and lengths in bytes.
    attachments: Vec<(String, usize)>,
}

#[derive(Serialize)]
struct LineRow {
    id: Uuid,
    endpoint: String,
    identifier: String,
    asset: String,
    why: String,
    repeated: bool,
    withdrawn: Option<String>,
}

#[derive(Serialize)]
struct Attempt {
    address: String,
    attempt: i32,
    state: &'static str,
    due_at: String,
    outcome: String,
}

pub(super) async fn detail(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(place): Query<Place>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    // The mail and its evidence are data of an organisation.
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let number = site.number(IdKind::Notification, &id)?;
    let after_no = match &place.after {
        Some(id) => site.number(IdKind::Finding, id)?,
        None => 0,
    };
    let done = done.key(&[
        "approve",
        "hold",
        "withhold",
        "again",
        "not-again",
        "too-late",
        "call",
    ]);
    let shown = Shown {
        number,
        after_no,
        with_text: place.text == "yes",
        done,
        errors: Errors::default(),
        reason: String::new(),
    };
    show(&site, &staff, shown).await
}

/// What the page is about, and what is wrong with its form.
pub(super) struct Shown {
    pub(super) number: i64,
    pub(super) after_no: i64,
    /// Its text is written however long it is.
    pub(super) with_text: bool,
    pub(super) done: Option<&'static str>,
    pub(super) errors: Errors,
    pub(super) reason: String,
}

pub(super) async fn show(site: &Site, staff: &Staff, shown: Shown) -> Result<Response, Refusal> {
    let inner = site.clone();
    let language = staff.visitor.language;
    let may_handle = staff_may(&staff.who.staff_roles, DeskDeed::Handle);
    let (actor, now) = (staff.who.actor(site), site.now());
    let Shown {
        number,
        after_no,
        with_text,
        done,
        errors,
        reason,
    } = shown;
    // Reading what an organisation is told is reading its data.
    site.write(move |tx| {
        let subject = format!("notification {number}");
        Ok(tx.record(now, &actor, "read", &subject, "work at the desk")?)
    })
    .await?;
    let view = site
        .read(move |tx| {
            let found = tx.notification(number)?.ok_or(Refusal::NotFound)?;
            let names = Names::read(tx)?;
            let mut rows = rows_of(&inner, tx, std::slice::from_ref(&found), &names)?;
            let lines = tx.lines_after(number, after_no, PAGE_ROWS as i64)?;
            let last = lines.last().filter(|_| lines.len() == PAGE_ROWS);
            let next = last.map(|line| {
                let after = inner.id(IdKind::Finding, line.finding_no);
                format!("?after={after}")
            });
            let lines = lines
                .iter()
                .map(|line| line_row(&inner, tx, line, language));
            let is_long = found.lines > WRITTEN_LINES_MAX && !with_text;
            Ok(View {
                is_long,
                done,
                errors: errors.clone(),
                reason: reason.clone(),
                may_handle,
                is_told: found.is_told(),
                lines: lines.collect::<Result<_, Refusal>>()?,
                next,
                message: rows.pop().ok_or(Refusal::NotFound)?,
                kind: found.key.kind.as_str(),
                relation: found.key.relation.as_str(),
                lawful_basis: found.lawful_basis.clone(),
                decided_at: found.decided_at.map(|at| at.to_string()),
                decided_by: found.decided_by.clone(),
                preview: match is_long {
                    true => None,
                    false => preview(tx, &found, now)?,
                },
                deliveries: attempts(tx, number)?,
                is_to_be_called: call_about(tx, number, now)?.is_some(),
                calls: attempts_of(tx, number)?,
            })
        })
        .await?;
    site.page(staff, "desk/message/detail.html", &view)
}

/// `None`: it cannot be written, because something that it cites is gone.
fn preview(
    tx: &mut Tx<'_>,
    found: &Notification,
    now: Timestamp,
) -> Result<Option<Preview>, Refusal> {
    match message::show(tx, found, now) {
        Ok(shown) => Ok(Some(Preview {
            to: shown.to.iter().map(ToString::to_string).collect(),
            is_settled: shown.is_settled,
            subject: shown.subject,
            body: shown.body,
            waiting: shown
                .waiting
                .iter()
                .map(|(address, until)| (address.to_string(), until.to_string()))
                .collect(),
            sealed_to: shown.sealed_to.iter().map(ToString::to_string).collect(),
            attachments: shown.attachments,
        })),
        Err(MessageError::Store(error)) => Err(error.into()),
        Err(MessageError::Broken(_) | MessageError::Render { .. }) => Ok(None),
    }
}

fn line_row(
    site: &Site,
    tx: &mut Tx<'_>,
    line: &Line,
    language: Language,
) -> Result<LineRow, Refusal> {
    let (key, row) = tx.finding(line.finding_no)?.ok_or(Refusal::NotFound)?;
    let endpoint = Endpoint::from_key(&key.endpoint);
    let asset = match line.asset_no {
        Some(number) => tx.asset(number)?.map(|held| held.value),
        None => None,
    };
    let reasons = asset
        .as_ref()
        .map(|asset| match_reasons(asset, &key.endpoint, &row))
        .unwrap_or_default();
    let Reasons { nl, en } = reasons;
    Ok(LineRow {
        id: site.id(IdKind::Finding, line.finding_no),
        endpoint: endpoint.map(|it| it.to_string()).unwrap_or_default(),
        identifier: key.identifier,
        asset: asset.map(|it| it.to_string()).unwrap_or_default(),
        why: match language {
            Language::Nl => nl,
            Language::En => en,
        },
        repeated: line.repeated,
        withdrawn: line.withdrawn.clone(),
    })
}

fn attempts(tx: &mut Tx<'_>, number: i64) -> Result<Vec<Attempt>, Refusal> {
    let deliveries = tx.deliveries_of(number)?.into_iter();
    Ok(deliveries
        .map(|delivery| Attempt {
            address: delivery.address.to_string(),
            attempt: delivery.attempt,
            state: delivery.state.as_str(),
            due_at: delivery.due_at.to_string(),
            outcome: delivery.outcome,
        })
        .collect())
}
