//! `/desk/feedback/complaints`: complaints by the day on which the answer is due, and writing down one that came by
//! telephone or letter.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{ComplaintDoor, Day, IdKind, Language, Timestamp, Zone};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::Complaint;
use uuid::Uuid;

use crate::desk::PAGE_ROWS;
use crate::desk::of_desk::{Choice, OfDesk};
use crate::feedback::complaint::{ComplaintForm, Writer, take_in};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// How complaints come in that somebody of the desk writes down.
const DOORS: [ComplaintDoor; 2] = [ComplaintDoor::Telephone, ComplaintDoor::Letter];

/// Days for which a letter may have waited before somebody writes it down; what is older was typed wrongly.
const RECEIVED_DAYS_MAX: i32 = 366;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// `yes`: those that the desk is done with.
    ended: String,
    /// The complaint after which the page begins.
    after: Option<Uuid>,
    /// Public id of a desk.
    desk: String,
}

#[derive(Serialize)]
struct View {
    is_ended: bool,
    of_desk: Choice,
    rows: Vec<Row>,
    next: String,
    /// Where the other list is: of those that the desk is done with, or not.
    other: String,
    doors: [&'static str; 2],
    form: ComplaintForm,
    errors: Errors,
}

/// No name stands in a list.
#[derive(Serialize)]
struct Row {
    id: Uuid,
    reference: String,
    received_at: String,
    door: &'static str,
    state: &'static str,
    acknowledge_on: String,
    answer_on: String,
    is_overdue: bool,
    /// Name of the desk of the message that it is about, where the visitor works at several.
    desk: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let form = ComplaintForm {
        received_on: today(&site, &staff.visitor.zone),
        language: staff.visitor.language.to_string(),
        ..ComplaintForm::default()
    };
    page(&site, &staff, &asked, form, Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    asked: &Asked,
    form: ComplaintForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let is_ended = asked.ended == "yes";
    let after_no = match &asked.after {
        Some(id) => Some(site.number(IdKind::Complaint, id)?),
        None => None,
    };
    let rows_max = PAGE_ROWS as i64;
    let of = OfDesk {
        desk: asked.desk.clone(),
    };
    let (inner, asked_of) = (site.clone(), of.clone());
    let (complaints, of_desk) = site
        .read(move |tx| {
            let of_desk = asked_of.choose(&inner, tx)?;
            let found = match (is_ended, after_no) {
                (true, _) => tx.ended_complaints(after_no.unwrap_or(i64::MAX), rows_max)?,
                (false, Some(complaint_no)) => {
                    let last = tx.complaint(complaint_no)?.ok_or(Refusal::NotFound)?;
                    tx.open_complaints((last.content.answer_on, complaint_no), rows_max)?
                }
                (false, None) => tx.open_complaints((Day::from_days(0), 0), rows_max)?,
            };
            let mut complaints = Vec::new();
            for complaint in found {
                let about = complaint.content.notification_no;
                let desk = of_desk.names.name_of_message(tx, about)?;
                complaints.push((complaint, desk));
            }
            Ok((complaints, of_desk))
        })
        .await?;
    let today = site.now().day();
    let row = |(complaint, desk): &(Complaint, String)| Row {
        id: site.id(IdKind::Complaint, complaint.complaint_no),
        reference: complaint.reference(),
        received_at: complaint.received_at.to_string(),
        door: complaint.content.door.as_str(),
        state: complaint.state.as_str(),
        acknowledge_on: complaint.content.acknowledge_on.to_string(),
        answer_on: complaint.content.answer_on.to_string(),
        is_overdue: complaint.is_overdue(today),
        desk: desk.clone(),
    };
    let rows: Vec<Row> = complaints.iter().map(row).collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let ended = if is_ended { "ended=yes&" } else { "" };
    let next = last.map(|row| format!("/desk/feedback/complaints?{ended}after={}", row.id));
    let other = match is_ended {
        true => "/desk/feedback/complaints",
        false => "/desk/feedback/complaints?ended=yes",
    };
    let view = View {
        is_ended,
        next: next.map(|next| of.kept_in(next)).unwrap_or_default(),
        other: of.kept_in(other.to_owned()),
        of_desk,
        rows,
        doors: DOORS.map(ComplaintDoor::as_str),
        form,
        errors,
    };
    site.page(staff, "desk/feedback/complaints.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<ComplaintForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let mut errors = Errors::default();
    let door = form.door.parse().ok().filter(|door| DOORS.contains(door));
    let door = errors.take("door", door.ok_or(()), "desk-complaint-error-door");
    let received_at = received(&site, &staff.visitor.zone, form.received_on.trim());
    let received_at = errors.take(
        "received_on",
        received_at.ok_or(()),
        "desk-complaint-error-received-on",
    );
    let language = form.language.parse::<Language>();
    let language = errors.take("language", language, "desk-complaint-error-language");
    let said = form.read(&mut errors);
    let (Some(door), Some(received_at), Some(language), Some(said)) =
        (door, received_at, language, said)
    else {
        return page(&site, &staff, &Asked::default(), form, errors).await;
    };
    let writer = Writer {
        door,
        parties: Vec::new(),
        party_no: None,
        is_desk: true,
        language,
        received_at,
    };
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let taken = site
        .write(move |tx| {
            let taken = take_in(&inner, tx, &said, &writer)?;
            if let Some(complaint_no) = taken {
                let subject = format!("complaint {}", inner.id(IdKind::Complaint, complaint_no));
                tx.record(now, &actor, "write-complaint", &subject, door.as_str())?;
            }
            Ok(taken)
        })
        .await?;
    let Some(complaint_no) = taken else {
        errors.add("message", "complaint-error-message");
        return page(&site, &staff, &Asked::default(), form, errors).await;
    };
    let id = site.id(IdKind::Complaint, complaint_no);
    let page = format!("/desk/feedback/complaints/{id}?done=added");
    Ok(Redirect::to(&page).into_response())
}

/// Today where the desk is.
fn today(site: &Site, zone: &Zone) -> String {
    let local = zone.to_local_text(site.now());
    local.get(..10).unwrap_or_default().to_owned()
}

/// The moment that stands for a day on which something came in: now, or noon of an earlier day. `None`: it is no day, or one
/// to come, or one too long ago.
fn received(site: &Site, zone: &Zone, day: &str) -> Option<Timestamp> {
    let (today, day) = (
        today(site, zone).parse::<Day>().ok()?,
        day.parse::<Day>().ok()?,
    );
    match today.days() - day.days() {
        0 => Some(site.now()),
        1..=RECEIVED_DAYS_MAX => Timestamp::parse(&format!("{day} 12:00:00"), zone).ok(),
        _ => None,
    }
}
