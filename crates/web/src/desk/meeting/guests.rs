//! Who is invited to a meeting, the invitations, and who came.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form as ManyForm;
use model::{EmailAddress, IdKind, Language, OrganisationRole, Zone};
use rules::access::DeskDeed;
use rules::message::{ServiceKind, time_in_words};
use serde::Deserialize;
use store::{Meeting, MeetingGuest, NewMeetingGuest, NewServiceMail, Tx};
use uuid::Uuid;

use super::detail::page;
use super::{address, number, subject};
use crate::feedback::{paragraphs, written};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Staff;

/// Guests of one meeting: more is no conversation.
const GUESTS_MAX: usize = 200;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 100;

/// Somebody by name and address, or an organisation by its key in the register.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct GuestForm {
    organisation: String,
    guest_name: String,
    email: String,
    language: String,
}

pub(super) async fn add(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    Form(form): Form<GuestForm>,
) -> Result<Response, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(&site, &id)?;
    let mut errors = Errors::default();
    let organisation = form.organisation.trim().to_owned();
    let named = match organisation.is_empty() {
        true => named(&form, &mut errors),
        false => None,
    };
    if !errors.is_empty() {
        return page(&site, &staff, id, None, errors, None).await;
    }
    let (actor, now) = (staff.who.actor(&site), site.now());
    let found = site
        .write(move |tx| {
            tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
            let guests = match &named {
                Some(guest) => vec![guest.clone()],
                None => administrators(tx, &organisation)?,
            };
            let mut added = 0;
            for guest in &guests {
                added += usize::from(tx.add_meeting_guest(meeting_no, guest)?);
            }
            if tx.meeting_guests(meeting_no)?.len() > GUESTS_MAX {
                return Err(Refusal::Full);
            }
            let detail = format!("{added} people");
            tx.record(now, &actor, "add-guests", &subject(&id), &detail)?;
            Ok(guests.len())
        })
        .await?;
    if found == 0 {
        errors.add("organisation", "desk-meeting-error-organisation");
        return page(&site, &staff, id, None, errors, None).await;
    }
    Ok(Redirect::to(&format!("{}?done=guest", address(&id))).into_response())
}

/// Somebody by name.
fn named(form: &GuestForm, errors: &mut Errors) -> Option<NewMeetingGuest> {
    let name = written(
        errors,
        "guest_name",
        &form.guest_name,
        (1, NAME_CHARS_MAX),
        "desk-meeting-error-name",
    );
    let email = form.email.trim().parse::<EmailAddress>();
    let email = errors.take("email", email, "complaint-error-email");
    let language = form.language.parse::<Language>();
    let language = errors.take("language", language, "desk-meeting-error-language");
    Some(NewMeetingGuest {
        party_no: None,
        name,
        email: Some(email?),
        language: language?,
    })
}

/// Who looks after the organisation with this key; nobody where there is no such one.
fn administrators(tx: &mut Tx<'_>, reference: &str) -> Result<Vec<NewMeetingGuest>, Refusal> {
    let Some(party_no) = tx.party_no(reference)? else {
        return Ok(Vec::new());
    };
    let of_party = tx.party(party_no)?.and_then(|party| party.language);
    let people = tx.people_of(party_no)?.into_iter();
    let looking_after = people.filter(|(_, role)| *role == OrganisationRole::Administrator);
    let guests = looking_after.map(|(person, _)| NewMeetingGuest {
        party_no: Some(party_no),
        name: person.name,
        email: Some(person.email),
        language: person.language.or(of_party).unwrap_or(Language::Nl),
    });
    Ok(guests.collect())
}

/// Leaves the invitations that were not left yet.
pub(super) async fn invite(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    staff.who.must_have_proved(site.now())?;
    let meeting_no = number(&site, &id)?;
    let (inner, actor, now) = (site.clone(), staff.who.actor(&site), site.now());
    let zone = staff.visitor.zone.clone();
    site.write(move |tx| {
        let meeting = tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
        if meeting.text.starts_at <= now {
            return Err(Refusal::Conflict);
        }
        let mut invited = 0;
        for guest in tx.meeting_guests(meeting_no)? {
            if tx.note_invited(guest.guest_no, now)? {
                tell(&inner, tx, &meeting, &guest, &zone)?;
                invited += 1;
            }
        }
        let detail = format!("{invited} people");
        Ok(tx.record(now, &actor, "invite-to-meeting", &subject(&id), &detail)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=invited", address(&id))))
}

fn tell(
    site: &Site,
    tx: &mut Tx<'_>,
    meeting: &Meeting,
    guest: &MeetingGuest,
    zone: &Zone,
) -> Result<(), Refusal> {
    let Some(email) = &guest.who.email else {
        return Ok(());
    };
    let token = site.link_key().meeting_token(guest.guest_no);
    let language = guest.who.language;
    let facts = serde_json::json!({
        "name": meeting.text.name,
        "guest": guest.who.name,
        "starts_at": time_in_words(meeting.text.starts_at, zone, language),
        "place": meeting.text.place,
        "paragraphs": paragraphs(&meeting.text.agenda),
        "link": site.link(&format!("/meetings/{token}")),
    });
    let mail = NewServiceMail {
        kind: ServiceKind::Meeting.as_str(),
        to: email,
        language,
        facts: &facts.to_string(),
    };
    tx.add_service_mail(&mail, site.now())?;
    Ok(())
}

/// Public ids of the guests that came.
#[derive(Deserialize)]
pub(super) struct Attendance {
    #[serde(default)]
    came: Vec<Uuid>,
}

pub(super) async fn attend(
    State(site): State<Site>,
    staff: Staff,
    Path(id): Path<Uuid>,
    ManyForm(form): ManyForm<Attendance>,
) -> Result<Redirect, Refusal> {
    staff.must_be_allowed(DeskDeed::HandleFeedback)?;
    let meeting_no = number(&site, &id)?;
    let came = form
        .came
        .iter()
        .map(|id| site.number(IdKind::MeetingGuest, id));
    let came = came.collect::<Result<Vec<i64>, _>>()?;
    let (actor, now) = (staff.who.actor(&site), site.now());
    site.write(move |tx| {
        tx.meeting(meeting_no)?.ok_or(Refusal::NotFound)?;
        tx.note_meeting_attendance(meeting_no, &came)?;
        let detail = format!("{} came", came.len());
        Ok(tx.record(now, &actor, "note-attendance", &subject(&id), &detail)?)
    })
    .await?;
    Ok(Redirect::to(&format!("{}?done=attendance", address(&id))))
}
