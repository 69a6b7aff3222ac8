//! `/desk/feedback/meetings`: meetings with stakeholders, whether one is to be planned, and planning it.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{IdKind, Timestamp, Zone};
use rules::access::DeskDeed;
use serde::{Deserialize, Serialize};
use store::{Meeting, MeetingText, Tx};
use uuid::Uuid;

use super::{address, subject};
use crate::desk::PAGE_ROWS;
use crate::feedback::{promises, written};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Characters of a name, of a place, and of the other texts.
const NAME_CHARS_MAX: usize = 100;
const PLACE_CHARS_MAX: usize = 300;
const TEXT_CHARS_MAX: usize = 20_000;

/// A meeting as it is sent; day and time as browsers write them, in the zone of the desk.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct MeetingForm {
    name: String,
    day: String,
    time: String,
    place: String,
    agenda: String,
    notes: String,
    decisions: String,
}

impl MeetingForm {
    pub(super) fn of(text: MeetingText, zone: &Zone) -> Self {
        let local = zone.to_local_text(text.starts_at);
        let part = |from, until| local.get(from..until).unwrap_or_default().to_owned();
        Self {
            name: text.name,
            day: part(0, 10),
            time: part(11, 16),
            place: text.place,
            agenda: text.agenda,
            notes: text.notes,
            decisions: text.decisions,
        }
    }

    /// Reads the form, or notes what is wrong with it.
    pub(super) fn read(&self, zone: &Zone, errors: &mut Errors) -> Option<MeetingText> {
        let mut text = |field, text: &str, chars| {
            written(errors, field, text, chars, "desk-meeting-error-text")
        };
        let name = text("name", &self.name, (1, NAME_CHARS_MAX));
        let place = text("place", &self.place, (1, PLACE_CHARS_MAX));
        let agenda = text("agenda", &self.agenda, (1, TEXT_CHARS_MAX));
        let notes = text("notes", &self.notes, (0, TEXT_CHARS_MAX));
        let decisions = text("decisions", &self.decisions, (0, TEXT_CHARS_MAX));
        let moment = format!("{} {}:00", self.day.trim(), self.time.trim());
        let starts_at = Timestamp::parse(&moment, zone);
        let starts_at = errors.take("day", starts_at, "desk-meeting-error-day")?;
        errors.is_empty().then_some(MeetingText {
            name,
            starts_at,
            place,
            agenda,
            notes,
            decisions,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The meeting before which the page begins.
    before: Option<Uuid>,
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    next: String,
    meeting_weeks: u32,
    is_due: bool,
    form: MeetingForm,
    errors: Errors,
}

#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    starts_at: String,
}

/// Whether it is time to plan a meeting.
pub(in crate::desk) fn is_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, Refusal> {
    let promises = promises(tx)?;
    let (last, has_next) = tx.meetings_around(now)?;
    Ok(promises.is_meeting_due(last.map(Timestamp::day), has_next, now.day()))
}

pub(super) async fn list(
    State(site): State<Site>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let form = MeetingForm::default();
    page(&site, &staff, &asked, form, Errors::default()).await
}

async fn page(
    site: &Site,
    staff: &Staff,
    asked: &Asked,
    form: MeetingForm,
    errors: Errors,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let before_no = match &asked.before {
        Some(id) => Some(super::number(site, id)?),
        None => None,
    };
    let now = site.now();
    let (meetings, meeting_weeks, is_due) = site
        .read(move |tx| {
            let before = match before_no {
                Some(meeting_no) => {
                    let last = tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
                    (last.text.starts_at, meeting_no)
                }
                None => (Timestamp::from_micros(i64::MAX), i64::MAX),
            };
            let meetings = tx.meetings(before, PAGE_ROWS as i64)?;
            Ok((meetings, promises(tx)?.meeting_weeks, is_due(tx, now)?))
        })
        .await?;
    let row = |meeting: &Meeting| Row {
        id: site.id(IdKind::Meeting, meeting.meeting_no),
        name: meeting.text.name.clone(),
        starts_at: meeting.text.starts_at.to_string(),
    };
    let rows: Vec<Row> = meetings.iter().map(row).collect();
    let last = rows.last().filter(|_| rows.len() == PAGE_ROWS);
    let view = View {
        next: last
            .map(|row| format!("/desk/feedback/meetings?before={}", row.id))
            .unwrap_or_default(),
        rows,
        meeting_weeks,
        is_due,
        form,
        errors,
    };
    site.page(staff, "desk/meeting/list.html", &view)
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<MeetingForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let mut errors = Errors::default();
    let Some(text) = form.read(&staff.visitor.zone, &mut errors) else {
        let asked = Asked { before: None };
        return page(&site, &staff, &asked, form, errors).await;
    };
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let id = site
        .write(move |tx| {
            let meeting_no = tx.add_meeting(&text, now)?;
            let id = inner.id(IdKind::Meeting, meeting_no);
            tx.record(now, &actor, "add-meeting", &subject(&id), "")?;
            Ok(id)
        })
        .await?;
    Ok(Redirect::to(&format!("{}?done=changed", address(&id))).into_response())
}
