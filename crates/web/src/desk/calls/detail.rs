//! `/desk/calls/{message}`: the numbers of a recipient, what to say, and what came of calling. Reading it is in the audit log: a
//! number is data of an organisation.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use message::{call_about, numbers_for};
use model::shown::is_unsafe_to_show;
use model::{CallOutcome, IdKind, Timestamp, Zone};
use rules::access::{DeskDeed, staff_may};
use rules::call::{Again, NOTE_CHARS_MAX, TAKEN_SECS, may_tell};
use serde::{Deserialize, Serialize};
use store::{CallAttempt, CallRow, Tx};
use uuid::Uuid;

use super::attempt::{NewAttempt, Noted, desk_of, give_back, note, take};
use super::script::{Part, script};
use super::{ATTEMPTS_MAX, AttemptView, attempts_of, name_of, page_of};
use crate::desk::Done;
use crate::finding::shown::{advice_about, title};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// When to call again, as the form says it; empty: as it is proposed.
const AGAIN: [(&str, Again); 3] = [
    ("soon", Again::Soon),
    ("hour", Again::InAnHour),
    ("hours", Again::InHours),
];

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct CallForm {
    /// `take`, `back` or, as without it, `note`.
    act: String,
    outcome: String,
    /// Public id of a contact; empty: another number.
    contact: String,
    code: String,
    /// `soon`, `hour`, `hours`, or empty.
    again: String,
    note: String,
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    reference: String,
    recipient: String,
    recipient_id: Uuid,
    title: String,
    severity: &'static str,
    tlp: &'static str,
    is_failed: bool,
    /// Nobody is called about it any more.
    is_over: bool,
    /// By when, and from when on; empty where nobody is called any more.
    due_at: String,
    from: String,
    is_open: bool,
    is_overdue: bool,
    /// Who calls, until when, and whether that is the visitor; empty: nobody.
    taken_by: String,
    taken_until: String,
    is_mine: bool,
    /// Minutes for which a call is of who took it.
    taken_minutes: i64,
    numbers: Vec<NumberView>,
    script_language: &'static str,
    script: Vec<Part>,
    attempts: Vec<AttemptView>,
    may_handle: bool,
    outcomes: Vec<&'static str>,
    form: CallForm,
    errors: Errors,
    done: Option<&'static str>,
}

#[derive(Serialize)]
struct NumberView {
    id: Uuid,
    /// What the contact does, in the words of the organisation.
    role: String,
    number: String,
    is_always: bool,
    /// From when on it may be called; empty: now.
    from: String,
    /// An earlier call showed that it leads to nobody there.
    is_of_no_use: bool,
}

pub(super) async fn show(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Query(done): Query<Done>,
) -> Result<Response, Refusal> {
    let done = done.key(&["taken", "given", "other"]);
    page(
        &site,
        &staff,
        id,
        (CallForm::default(), Errors::default()),
        done,
    )
    .await
}

async fn page(
    site: &Site,
    staff: &Staff,
    id: Uuid,
    (form, errors): (CallForm, Errors),
    done: Option<&'static str>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::ReadOrganisation)?;
    let number = site.number(IdKind::Notification, &id)?;
    let may_handle = staff_may(&staff.who.staff_roles, DeskDeed::Handle);
    let (inner, actor, now) = (site.clone(), staff.who.actor(site), site.now());
    let (language, own_no) = (staff.visitor.language, staff.who.person.person_no);
    let view = site
        .write(move |tx| {
            let message = tx.notification(number)?.ok_or(Refusal::NotFound)?;
            let call = call_about(tx, number, now)?;
            let attempts = attempts_of(tx, number)?;
            // Nobody is led to a page of a message about which nobody has to call, or had to.
            if call.is_none() && attempts.is_empty() {
                return Err(Refusal::NotFound);
            }
            let subject = format!("notification {number}");
            tx.record(now, &actor, "read", &subject, "whom to call")?;
            let key = &message.key;
            let party = tx.party(key.recipient_no)?.ok_or(Refusal::NotFound)?;
            let (desk, zone) = desk_of(tx, &message)?;
            let slug = tx.threat_slug(key.threat_no)?.unwrap_or_default();
            let advice = advice_about(tx, [slug.as_str()])?;
            let row = call.as_ref().map(|call| &call.row);
            let is_failed = row.is_some_and(CallRow::is_failed);
            let taken = row.and_then(|row| row.taken.filter(|(_, until)| *until > now));
            let told = may_tell(key.tlp, !tx.cites_claim(number)?, !is_failed);
            let (numbers, script) = match row {
                Some(row) => {
                    let who = (&desk, party.name.as_str());
                    let says = script(&inner, tx, &message, who, (told, is_failed))?;
                    (numbers(&inner, tx, row, (now, &zone))?, says)
                }
                None => (Vec::new(), Vec::new()),
            };
            let mut form = form.clone();
            if form.act.is_empty() {
                let first = numbers.first().map(|number| number.id.to_string());
                form.contact = first.unwrap_or_default();
            }
            let text = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
            Ok(View {
                id,
                reference: message.reference(),
                recipient_id: inner.id(IdKind::Party, key.recipient_no),
                recipient: party.name,
                title: title(&slug, key.rsit, &advice, language),
                severity: key.severity.as_str(),
                tlp: key.tlp.as_str(),
                is_failed,
                is_over: call.is_none(),
                due_at: text(call.as_ref().map(|call| call.due_at)),
                from: text(call.as_ref().map(|call| call.from)),
                is_open: call.as_ref().is_some_and(|call| call.is_open(now)),
                is_overdue: call.as_ref().is_some_and(|call| call.is_overdue(now)),
                taken_by: name_of(tx, taken.map(|(person_no, _)| person_no))?,
                taken_until: text(taken.map(|(_, until)| until)),
                is_mine: taken.is_some_and(|(person_no, _)| person_no == own_no),
                taken_minutes: TAKEN_SECS / 60,
                numbers,
                script_language: key.language.as_str(),
                script,
                attempts,
                may_handle,
                outcomes: CallOutcome::ALL.iter().map(|it| it.as_str()).collect(),
                form,
                errors: errors.clone(),
                done,
            })
        })
        .await?;
    site.page(staff, "desk/calls/detail.html", &view)
}

/// The numbers at which somebody can be called, with what earlier calls showed of them.
fn numbers(
    site: &Site,
    tx: &mut Tx<'_>,
    row: &CallRow,
    (now, zone): (Timestamp, &Zone),
) -> Result<Vec<NumberView>, Refusal> {
    let phones = tx.phones_of(&[row.recipient_no])?;
    let attempts = tx.call_attempts(row.notification_no, ATTEMPTS_MAX)?;
    let is_of_no_use = |contact_no: i64| {
        let of_contact = |attempt: &&CallAttempt| attempt.contact_no == Some(contact_no);
        // The last one counts: a number can be mended.
        let last = attempts.iter().find(of_contact);
        last.is_some_and(|attempt| attempt.outcome.is_of_no_use())
    };
    let numbers = numbers_for(row, &phones, now, zone).into_iter();
    let view = |(phone, from): (&store::PartyPhone, Timestamp)| NumberView {
        id: site.id(IdKind::Contact, phone.contact_no),
        role: phone.role.clone(),
        number: phone.phone.number.to_string(),
        is_always: phone.phone.is_always,
        from: match from > now {
            true => from.to_string(),
            false => String::new(),
        },
        is_of_no_use: is_of_no_use(phone.contact_no),
    };
    Ok(numbers.map(view).collect())
}

pub(super) async fn act(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<CallForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::Handle)?;
    let number = site.number(IdKind::Notification, &id)?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    let person_no = staff.who.person.person_no;
    let here = page_of(&site, number);
    match form.act.as_str() {
        "take" => {
            let taking = site.write(move |tx| take(tx, number, person_no, (&actor, now)));
            let done = if taking.await? { "taken" } else { "other" };
            Ok(Redirect::to(&format!("{here}?done={done}")).into_response())
        }
        "back" => {
            site.write(move |tx| {
                let call = call_about(tx, number, now)?.ok_or(Refusal::NotFound)?;
                // What a colleague has stays with that colleague.
                match call.row.taken_by(now) == Some(person_no) {
                    true => give_back(tx, number, (&actor, now)),
                    false => Err(Refusal::Conflict),
                }
            })
            .await?;
            Ok(Redirect::to(&format!("{here}?done=given")).into_response())
        }
        "" | "note" => {
            let mut errors = Errors::default();
            let Some(new) = read(&site, &form, (number, person_no), &mut errors)? else {
                return page(&site, &staff, id, (form, errors), None).await;
            };
            let is_end = new.outcome.is_end();
            let inner = site.clone();
            let noted = site.write(move |tx| note(&inner, tx, &new, (&actor, now)));
            let done = match noted.await? {
                Noted::Done if is_end => "ended",
                Noted::Done => "noted",
                Noted::Over => "over",
                Noted::Taken => {
                    return Ok(Redirect::to(&format!("{here}?done=other")).into_response());
                }
                Noted::NoContact => return Err(Refusal::Conflict),
                Noted::WrongCode => {
                    errors.add("code", "desk-calls-error-code");
                    return page(&site, &staff, id, (form, errors), None).await;
                }
            };
            Ok(Redirect::to(&format!("/desk/calls?done={done}")).into_response())
        }
        _ => Err(Refusal::Bad),
    }
}

/// What the form says, or what is wrong with it.
fn read(
    site: &Site,
    form: &CallForm,
    (notification_no, person_no): (i64, i64),
    errors: &mut Errors,
) -> Result<Option<NewAttempt>, Refusal> {
    let outcome = form.outcome.parse::<CallOutcome>();
    let outcome = errors.take("outcome", outcome, "desk-calls-error-outcome");
    let note = form.note.split_whitespace().collect::<Vec<_>>().join(" ");
    if note.chars().count() > NOTE_CHARS_MAX || note.chars().any(is_unsafe_to_show) {
        errors.add("note", "desk-calls-error-note");
    }
    let contact_no = match form.contact.as_str() {
        "" => None,
        id => {
            let id: Uuid = id.parse().map_err(|_| Refusal::Bad)?;
            Some(site.number(IdKind::Contact, &id)?)
        }
    };
    let again = AGAIN.iter().find(|(word, _)| *word == form.again);
    if again.is_none() && !form.again.is_empty() {
        return Err(Refusal::Bad);
    }
    let new = outcome.map(|outcome| NewAttempt {
        notification_no,
        outcome,
        contact_no,
        again: again.map(|(_, again)| *again),
        code: form.code.clone(),
        note,
        person_no: Some(person_no),
    });
    Ok(new.filter(|_| errors.is_empty()))
}
