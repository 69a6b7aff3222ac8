//! `/desk/programmes/{programme}/edit`: changing a programme. Before it is published everything can change. After that what
//! an applicant relied on stays (places, sectors, counting, the seal); a day can be moved to a later one, with a reason that
//! everybody reads, and whom to ask can be corrected.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use model::{Day, IdKind, ProgrammeDay, Sector, Zone};
use rules::access::DeskDeed;
use rules::enrol::changes::may_hold_from;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Programme, ProgrammeMove, Tx};
use uuid::Uuid;

use super::terms::{BOTH, ProgrammeForm, both, midnight};
use super::{coordinator_must_have_proved, done, hold_running, subject};
use crate::desk::Done;
use crate::desk::reason::reason_at;
use crate::enrol::{News, ProgrammeView};
use crate::form::{Errors, differing, mark_again, mark_of};
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// What is sent of one that everybody sees: each form of the page has its own fields.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct MoveForm {
    /// Mark of what the page showed.
    #[serde(skip_serializing)]
    seen: String,
    closes_on: String,
    closing_nl: String,
    closing_en: String,
    ends_on: String,
    extend_nl: String,
    extend_en: String,
    contact_nl: String,
    contact_en: String,
}

#[derive(Serialize)]
struct EditView {
    id: Uuid,
    programme: ProgrammeView,
    sectors: Vec<&'static str>,
    form: ProgrammeForm,
    /// What is kept, and the fields in which it differs from what was typed, where somebody else saved something meanwhile.
    kept: ProgrammeForm,
    differing: Option<Vec<String>>,
    seen: String,
    errors: Errors,
}

#[derive(Serialize)]
struct MoveView {
    id: Uuid,
    programme: ProgrammeView,
    moves: Vec<MoveRow>,
    may_move_closing: bool,
    may_extend: bool,
    form: MoveForm,
    is_overtaken: bool,
    seen: String,
    errors: Errors,
    done: Option<&'static str>,
}

/// A day that was moved, as pages show it.
#[derive(Serialize)]
struct MoveRow {
    what: &'static str,
    before: String,
    after: String,
    moved_at: String,
    reason: [String; 2],
}

/// What came of a change.
enum Came {
    Done,
    /// Somebody else changed the programme since the page was opened.
    Overtaken,
    /// A field is wrong: its name, and the text.
    Wrong(&'static str, &'static str),
}

async fn found(site: &Site, id: &Uuid) -> Result<(Programme, Vec<ProgrammeMove>), Refusal> {
    let programme_no = site.number(IdKind::Programme, id)?;
    site.read(move |tx| {
        let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
        Ok((programme, tx.programme_moves(programme_no)?))
    })
    .await
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(before): Query<Done>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let (programme, moves) = found(&site, &id).await?;
    if programme.published_at.is_none() {
        return edit_page(&site, &staff, id, &programme, None, Errors::default());
    }
    let done = before.key(&["moved", "extended", "corrected"]);
    let shown = (&programme, &moves[..]);
    move_page(&site, &staff, id, shown, None, (Errors::default(), done))
}

/// The page of a programme that nobody else sees. `typed` is what was sent, and whether something else was saved since.
fn edit_page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    programme: &Programme,
    typed: Option<(ProgrammeForm, bool)>,
    errors: Errors,
) -> Result<Response, Refusal> {
    let kept = ProgrammeForm::of(&programme.terms, &staff.visitor.zone);
    let sent = typed.as_ref().filter(|(_, is_overtaken)| !is_overtaken);
    let seen = mark_again(&kept, sent.map(|(form, _)| &form.seen[..]));
    let (form, is_overtaken) = typed.unwrap_or_else(|| (kept.clone(), false));
    let differing = is_overtaken.then(|| {
        let fields = differing(&kept, &form).into_iter();
        fields.map(|(name, _)| name).collect()
    });
    let view = EditView {
        id,
        programme: ProgrammeView::new(site, staff.visitor.language, programme),
        sectors: Sector::ALL.iter().map(|sector| sector.as_str()).collect(),
        differing,
        seen,
        form,
        kept,
        errors,
    };
    site.page(staff, "desk/programme/edit.html", &view)
}

/// The page of one that everybody sees. `typed` is what was sent, and whether something else was saved since.
fn move_page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    (programme, moves): (&Programme, &[ProgrammeMove]),
    typed: Option<(MoveForm, bool)>,
    (errors, done): (Errors, Option<&'static str>),
) -> Result<Response, Refusal> {
    let kept = ProgrammeForm::of(&programme.terms, &staff.visitor.zone);
    let is_ended = programme.ended_at.is_some();
    let sent = typed.as_ref().filter(|(_, is_overtaken)| !is_overtaken);
    let seen = mark_again(&kept, sent.map(|(form, _)| &form.seen[..]));
    let (typed, is_overtaken) = typed.unzip();
    let row = |one: &ProgrammeMove| MoveRow {
        what: one.what.as_str(),
        before: one.before.to_string(),
        after: one.after.to_string(),
        moved_at: one.moved_at.to_string(),
        reason: one.reason.clone(),
    };
    let view = MoveView {
        id,
        programme: ProgrammeView::new(site, staff.visitor.language, programme),
        moves: moves.iter().map(row).collect(),
        may_move_closing: !is_ended
            && programme.drawn_at.is_none()
            && site.now() < programme.terms.closes_at,
        may_extend: !is_ended,
        seen,
        // Of the other forms of the page nothing was sent.
        form: match typed {
            Some(form) if form.contact_nl.is_empty() && form.contact_en.is_empty() => MoveForm {
                contact_nl: kept.contact_nl,
                contact_en: kept.contact_en,
                ..form
            },
            Some(form) => form,
            None => MoveForm {
                contact_nl: kept.contact_nl,
                contact_en: kept.contact_en,
                ..MoveForm::default()
            },
        },
        is_overtaken: is_overtaken.unwrap_or_default(),
        errors,
        done,
    };
    site.page(staff, "desk/programme/move.html", &view)
}

/// Whether a programme is still as a page showed it. A page that does not say what it showed saves as it is.
fn is_as_seen(programme: &Programme, zone: &Zone, seen: &str) -> bool {
    seen.is_empty() || seen == mark_of(&ProgrammeForm::of(&programme.terms, zone))
}

/// Changes everything of a programme that nobody else sees yet.
pub(super) async fn change(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<ProgrammeForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let seen = form.seen.clone();
    let mut errors = Errors::default();
    let Some(terms) = form.read(&staff.visitor.zone, &mut errors) else {
        let (programme, _) = found(&site, &id).await?;
        return edit_page(&site, &staff, id, &programme, Some((form, false)), errors);
    };
    let (now, actor) = (site.now(), staff.who.actor(&site));
    let (subject, zone) = (subject(&site, programme_no), staff.visitor.zone.clone());
    let came = site
        .write(move |tx| {
            hold_running(tx, programme_no)?;
            let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
            if programme.published_at.is_some() {
                return Err(Refusal::Conflict);
            }
            if !is_as_seen(&programme, &zone, &seen) {
                return Ok(Came::Overtaken);
            }
            // The lot is fixed before applications close: that must stay so.
            if programme.commitment.is_some() && terms.closes_at <= now {
                return Ok(Came::Wrong("closes_on", "desk-programme-error-sealed"));
            }
            if !tx.change_programme(programme_no, &terms)? {
                return Ok(Came::Wrong("slug", "desk-programme-error-used"));
            }
            tx.record(now, &actor, "change-programme", &subject, "")?;
            Ok(Came::Done)
        })
        .await?;
    match came {
        Came::Done => return Ok(done(&id, "", "changed").into_response()),
        Came::Overtaken => {}
        Came::Wrong(field, text) => errors.add(field, text),
    }
    let (programme, _) = found(&site, &id).await?;
    let is_overtaken = errors.is_empty();
    edit_page(
        &site,
        &staff,
        id,
        &programme,
        Some((form, is_overtaken)),
        errors,
    )
}

/// A later day, with why, as one of the forms gives it.
struct Later {
    what: ProgrammeDay,
    day: Day,
    reason: [String; 2],
}

impl Later {
    /// What the form for that day says, or notes what is wrong with it.
    fn read(form: &MoveForm, what: ProgrammeDay, today: Day, errors: &mut Errors) -> Option<Self> {
        let (day, reasons) = match what {
            ProgrammeDay::Closing => (
                &form.closes_on,
                [
                    ("closing_nl", &form.closing_nl),
                    ("closing_en", &form.closing_en),
                ],
            ),
            ProgrammeDay::End => (
                &form.ends_on,
                [
                    ("extend_nl", &form.extend_nl),
                    ("extend_en", &form.extend_en),
                ],
            ),
        };
        let day = match day.parse::<Day>() {
            Ok(day) if day < today => Err("desk-programme-error-over"),
            Ok(day) if !may_hold_from(day, today) => Err("desk-programme-error-far"),
            Ok(day) => Ok(day),
            Err(_) => Err("desk-programme-error-later"),
        };
        let day = day.map_err(|text| errors.add(field_of(what), text));
        let [dutch, english] = reasons.map(|(field, text)| reason_at(errors, field, text));
        Some(Self {
            what,
            day: day.ok()?,
            reason: [dutch?, english?],
        })
    }

    /// Moves the day on which applications close, before it has come.
    fn close(
        &self,
        tx: &mut Tx<'_>,
        site: &Site,
        programme: &Programme,
        zone: &Zone,
    ) -> Result<Moved, Refusal> {
        let (before, _) = zone.local(programme.terms.closes_at);
        if self.day <= before {
            return Ok(Err("desk-programme-error-later"));
        }
        if self.day >= programme.terms.begins_on {
            return Ok(Err("desk-programme-error-begun"));
        }
        let closes_at = midnight(self.day, zone).ok_or(Refusal::Bad)?;
        if !tx.move_closing(programme.programme_no, closes_at, site.now())? {
            return Err(Refusal::Conflict);
        }
        Ok(Ok(before))
    }

    /// Moves the last day. Those with a place that are in the register are told.
    fn extend(
        &self,
        tx: &mut Tx<'_>,
        site: &Site,
        programme: &mut Programme,
    ) -> Result<Moved, Refusal> {
        let programme_no = programme.programme_no;
        let before = programme.terms.ends_on;
        if self.day <= before {
            return Ok(Err("desk-programme-error-later"));
        }
        if !tx.extend_programme(programme_no, self.day)? {
            return Err(Refusal::Conflict);
        }
        programme.terms.ends_on = self.day;
        let [dutch, english] = &self.reason;
        let reason = json!({ "nl": dutch, "en": english });
        let news = News::of(tx, programme)?;
        for one in tx.participants_of(programme_no)? {
            let place = tx.place(one.application_no)?;
            if place.is_some_and(|place| place.state.is_given()) {
                news.tell(site, tx, one.party_no, ("extended", &reason))?;
            }
        }
        Ok(Ok(before))
    }

    /// Notes that a day was moved to this one, where everybody reads it and in the audit log.
    fn note(
        &self,
        tx: &mut Tx<'_>,
        (site, programme_no, actor): (&Site, i64, &str),
        before: Day,
    ) -> Result<(), Refusal> {
        let moved = ProgrammeMove {
            what: self.what,
            before,
            after: self.day,
            reason: self.reason.clone(),
            moved_at: site.now(),
        };
        tx.note_programme_move(programme_no, &moved)?;
        let action = match self.what {
            ProgrammeDay::Closing => "move-closing",
            ProgrammeDay::End => "extend-programme",
        };
        let detail = format!("{before} to {}: {}", self.day, self.reason[1]);
        let subject = subject(site, programme_no);
        Ok(tx.record(site.now(), actor, action, &subject, &detail)?)
    }
}

/// The day before it was moved; or the text that says why that day cannot be.
type Moved = Result<Day, &'static str>;

/// The field with the new day.
fn field_of(what: ProgrammeDay) -> &'static str {
    match what {
        ProgrammeDay::Closing => "closes_on",
        ProgrammeDay::End => "ends_on",
    }
}

/// Moves the day on which applications close to a later one, before it has come.
pub(super) async fn move_closing(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<MoveForm>,
) -> Result<Response, Refusal> {
    move_day(&site, &staff, id, form, ProgrammeDay::Closing).await
}

/// Moves the last day of a programme to a later one. Those with a place that are in the register are told.
pub(super) async fn extend(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<MoveForm>,
) -> Result<Response, Refusal> {
    move_day(&site, &staff, id, form, ProgrammeDay::End).await
}

async fn move_day(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: MoveForm,
    what: ProgrammeDay,
) -> Result<Response, Refusal> {
    let now = coordinator_must_have_proved(site, staff)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let mut errors = Errors::default();
    let Some(later) = Later::read(&form, what, now.day(), &mut errors) else {
        return again(site, staff, id, (form, false), errors).await;
    };
    let (inner, actor) = (site.clone(), staff.who.actor(site));
    let (zone, seen) = (staff.visitor.zone.clone(), form.seen.clone());
    let came = site
        .write(move |tx| {
            let Some(mut programme) = held_as_seen(tx, programme_no, (&zone, &seen))? else {
                return Ok(Came::Overtaken);
            };
            let moved = match what {
                ProgrammeDay::Closing => later.close(tx, &inner, &programme, &zone)?,
                ProgrammeDay::End => later.extend(tx, &inner, &mut programme)?,
            };
            match moved {
                Ok(before) => later.note(tx, (&inner, programme_no, &actor), before)?,
                Err(text) => return Ok(Came::Wrong(field_of(what), text)),
            }
            Ok(Came::Done)
        })
        .await?;
    let done = match what {
        ProgrammeDay::Closing => "moved",
        ProgrammeDay::End => "extended",
    };
    came_of(site, staff, id, form, (came, done)).await
}

/// A programme that goes on, and that nobody else changes meanwhile; `None`: it is not as the page showed it.
fn held_as_seen(
    tx: &mut Tx<'_>,
    programme_no: i64,
    (zone, seen): (&Zone, &str),
) -> Result<Option<Programme>, Refusal> {
    hold_running(tx, programme_no)?;
    let programme = tx.programme(programme_no)?.ok_or(Refusal::NotFound)?;
    Ok(Some(programme).filter(|programme| is_as_seen(programme, zone, seen)))
}

/// Says anew whom to ask about a programme.
pub(super) async fn correct_contact(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<MoveForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::RunProgrammes)?;
    let programme_no = site.number(IdKind::Programme, &id)?;
    let mut errors = Errors::default();
    let [dutch, english] = both(
        &mut errors,
        ("contact_nl", &form.contact_nl),
        ("contact_en", &form.contact_en),
        BOTH,
    );
    if !errors.is_empty() {
        return again(&site, &staff, id, (form, false), errors).await;
    }
    let (now, actor) = (site.now(), staff.who.actor(&site));
    let subject = subject(&site, programme_no);
    let (zone, seen) = (staff.visitor.zone.clone(), form.seen.clone());
    let came = site
        .write(move |tx| {
            if held_as_seen(tx, programme_no, (&zone, &seen))?.is_none() {
                return Ok(Came::Overtaken);
            }
            tx.correct_programme_contact(programme_no, [&dutch, &english])?;
            tx.record(now, &actor, "correct-programme", &subject, "")?;
            Ok(Came::Done)
        })
        .await?;
    came_of(&site, &staff, id, form, (came, "corrected")).await
}

async fn came_of(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    form: MoveForm,
    (came, what): (Came, &str),
) -> Result<Response, Refusal> {
    let mut errors = Errors::default();
    match came {
        Came::Done => return Ok(done(&id, "/edit", what).into_response()),
        Came::Overtaken => {}
        Came::Wrong(field, text) => errors.add(field, text),
    }
    let is_overtaken = errors.is_empty();
    again(site, staff, id, (form, is_overtaken), errors).await
}

/// The page once more, with what was typed.
async fn again(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    typed: (MoveForm, bool),
    errors: Errors,
) -> Result<Response, Refusal> {
    let (programme, moves) = found(site, &id).await?;
    if programme.published_at.is_none() {
        return Err(Refusal::Conflict);
    }
    let shown = (&programme, &moves[..]);
    move_page(site, staff, id, shown, Some(typed), (errors, None))
}
