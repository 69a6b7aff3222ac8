//! `/desk/measures`: what a pilot must find out, month by month, for the whole desk; and the same for one programme at
//! `/desk/programmes/{programme}/measures`. Months are counted by upkeep; here they are shown, and minutes are noted that no
//! program can see.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Day, IdKind};
use rules::access::DeskDeed;
use rules::enrol::measure::{Month, month_before, month_name, month_of, percent};
use serde::{Deserialize, Serialize};
use store::{Handwork, MonthMeasure, Programme};
use uuid::Uuid;

use crate::desk::Done;
use crate::desk::reason::read_reason;
use crate::download::{file, table};
use crate::enrol::in_language;
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Months that are shown.
const MONTHS_MAX: i64 = 24;

/// Minutes of one note: a working day.
const MINUTES_MAX: i64 = 600;

/// Columns of the table for programs, in the order of [`cells`].
const COLUMNS: [&str; 18] = [
    "month",
    "messages",
    "by_hand",
    "automatic_percent",
    "hand_minutes",
    "findings",
    "matched",
    "matched_percent",
    "notice_minutes_median",
    "notice_minutes_p90",
    "to_tell",
    "recipients",
    "reached_percent",
    "seen",
    "seen_percent",
    "answering",
    "judged",
    "useful_percent",
];

#[derive(Serialize)]
struct View {
    /// Address of this page.
    here: String,
    /// Of one programme: its address and name.
    programme: Option<(String, String)>,
    months: Vec<Month>,
    /// The share without handwork by month, the oldest first.
    automatic: Vec<(String, i64)>,
    counted_at: Option<String>,
    form: WorkForm,
    errors: Errors,
    done: Option<&'static str>,
}

/// The month of a measure, without its day.
fn name(measure: &MonthMeasure) -> String {
    month_name(measure.month)
}

fn automatic(measure: &MonthMeasure) -> Option<i64> {
    let counts = &measure.counts;
    percent(counts.messages - counts.by_hand, counts.messages)
}

/// The share of the organisations to be told that got a message.
fn reached(measure: &MonthMeasure) -> Option<i64> {
    percent(measure.counts.recipients, measure.reach?.to_tell)
}

/// The share of those that got one that showed that somebody saw it.
fn seen(measure: &MonthMeasure) -> Option<i64> {
    percent(measure.reach?.seen, measure.counts.recipients)
}

/// A month as it is shown.
pub(crate) fn month(measure: &MonthMeasure) -> Month {
    let counts = &measure.counts;
    Month {
        name: name(measure),
        messages: counts.messages,
        automatic: automatic(measure),
        hand_minutes: measure.hand_secs / 60,
        findings: counts.lines,
        matched: percent(counts.matched, counts.lines),
        notice: measure
            .notice_secs
            .map(|(median, p90)| (median / 60, p90 / 60)),
        to_tell: measure.reach.map(|reach| reach.to_tell),
        recipients: counts.recipients,
        reached: reached(measure),
        seen: measure.reach.map(|reach| reach.seen),
        seen_share: seen(measure),
        answering: measure.answering,
        judged: counts.judged,
        useful: percent(counts.useful, counts.judged),
    }
}

fn cells(measure: &MonthMeasure) -> [String; 18] {
    let counts = &measure.counts;
    let maybe = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        name(measure),
        counts.messages.to_string(),
        counts.by_hand.to_string(),
        maybe(automatic(measure)),
        (measure.hand_secs / 60).to_string(),
        counts.lines.to_string(),
        counts.matched.to_string(),
        maybe(percent(counts.matched, counts.lines)),
        maybe(measure.notice_secs.map(|(median, _)| median / 60)),
        maybe(measure.notice_secs.map(|(_, p90)| p90 / 60)),
        maybe(measure.reach.map(|reach| reach.to_tell)),
        counts.recipients.to_string(),
        maybe(reached(measure)),
        maybe(measure.reach.map(|reach| reach.seen)),
        maybe(seen(measure)),
        measure.answering.to_string(),
        counts.judged.to_string(),
        maybe(percent(counts.useful, counts.judged)),
    ]
}

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct WorkForm {
    day: String,
    minutes: String,
    reason: String,
}

/// Where the pages of one programme are, or those of the whole desk.
fn address(id: Option<Uuid>) -> String {
    match id {
        Some(id) => format!("/desk/programmes/{id}/measures"),
        None => "/desk/measures".to_owned(),
    }
}

async fn measured(
    site: &Site,
    staff: &Staff,
    id: Option<Uuid>,
) -> Result<(Option<Programme>, Vec<MonthMeasure>), Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    if id.is_none() {
        staff.must_work_everywhere()?;
    }
    let number = id
        .map(|id| site.number(IdKind::Programme, &id))
        .transpose()?;
    site.read(move |tx| {
        let programme = match number {
            Some(number) => Some(tx.programme(number)?.ok_or(Refusal::NotFound)?),
            None => None,
        };
        Ok((programme, tx.month_measures(number, MONTHS_MAX)?))
    })
    .await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Option<Uuid>,
    form: WorkForm,
    errors: Errors,
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    let (programme, measures) = measured(site, staff, id).await?;
    let shares = measures.iter().rev();
    let shares = shares.filter_map(|measure| Some((name(measure), automatic(measure)?)));
    let view = View {
        here: address(id),
        programme: id.zip(programme).map(|(id, programme)| {
            let name = in_language(staff.visitor.language, &programme.terms.name);
            (format!("/desk/programmes/{id}"), name)
        }),
        automatic: shares.collect(),
        counted_at: measures
            .first()
            .map(|measure| measure.counted_at.to_string()),
        months: measures.iter().map(month).collect(),
        form,
        errors,
        done,
    };
    site.page(staff, "desk/programme/measures.html", &view)
}

async fn as_csv(site: &Site, staff: &Staff, id: Option<Uuid>) -> Result<Response, Refusal> {
    let (programme, measures) = measured(site, staff, id).await?;
    let rows = std::iter::once(COLUMNS.map(str::to_owned)).chain(measures.iter().map(cells));
    let of = programme.map_or("desk".to_owned(), |programme| programme.terms.slug);
    let name = format!("{of}-measures.csv");
    Ok(file("text/csv; charset=utf-8", &name, table(rows)))
}

async fn note(
    site: &Site,
    staff: &Staff,
    id: Option<Uuid>,
    form: WorkForm,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let (now, person_no) = (site.now(), staff.who.person.person_no);
    let mut errors = Errors::default();
    let today = now.day();
    let day = form.day.parse::<Day>().ok();
    // This month and the one before are still counted.
    let first = month_before(month_of(today));
    let day = day.filter(|day| (first..=today).contains(day));
    let day = errors.take("day", day.ok_or(()), "desk-measures-error-day");
    let minutes = form.minutes.trim().parse::<i64>().ok();
    let minutes = minutes.filter(|minutes| (1..=MINUTES_MAX).contains(minutes));
    let minutes = errors.take("minutes", minutes.ok_or(()), "desk-measures-error-minutes");
    let note = read_reason(&mut errors, &form.reason);
    let (Some(day), Some(minutes), Some(note)) = (day, minutes, note) else {
        return page(site, staff, id, form, errors, None).await;
    };
    let programme_no = id
        .map(|id| site.number(IdKind::Programme, &id))
        .transpose()?;
    let actor = staff.who.actor(site);
    let subject = match id {
        Some(id) => format!("programme {id}"),
        None => "desk".to_owned(),
    };
    site.write(move |tx| {
        if let Some(number) = programme_no {
            tx.programme(number)?.ok_or(Refusal::NotFound)?;
        }
        let work = Handwork {
            day,
            programme_no,
            person_no,
            minutes,
            note: note.clone(),
        };
        tx.note_handwork(&work, now)?;
        let detail = format!("{minutes} minutes");
        Ok(tx.record(now, &actor, "note-handwork", &subject, &detail)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=noted", address(id))).into_response())
}

pub(super) async fn of_desk(
    State(site): State<Site>,
    staff: Staff,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["noted"]);
    page(
        &site,
        &staff,
        None,
        WorkForm::default(),
        Errors::default(),
        done,
    )
    .await
}

pub(super) async fn of_programme(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    let done = before.key(&["noted"]);
    let form = WorkForm::default();
    page(&site, &staff, Some(id), form, Errors::default(), done).await
}

pub(super) async fn csv_of_desk(
    State(site): State<Site>,
    staff: Staff,
) -> Result<Response, Refusal> {
    as_csv(&site, &staff, None).await
}

pub(super) async fn csv_of_programme(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    as_csv(&site, &staff, Some(id)).await
}

pub(super) async fn note_for_desk(
    State(site): State<Site>,
    staff: Staff,
    Form(form): Form<WorkForm>,
) -> Result<Response, Refusal> {
    note(&site, &staff, None, form).await
}

pub(super) async fn note_for_programme(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<WorkForm>,
) -> Result<Response, Refusal> {
    note(&site, &staff, Some(id), form).await
}
