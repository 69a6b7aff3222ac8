//! `/organisations/{organisation}/contacts`: where messages go, for which severities, and that this still holds.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use formats::register::contact_role;
use model::register::ContactRow;
use model::{
    ContactPhone, EmailAddress, IdKind, ReadingHours, Rhythm, RhythmError, Severity, SeveritySet,
    Timing,
};
use rules::access::Deed;
use serde::{Deserialize, Serialize};
use store::{ContactKey, OwnContact};
use uuid::Uuid;

use super::contact_change::{self, may_put};
use super::contact_key::has_ended;
use super::overview::must_be_confirmed;
use super::{Before, done};
use crate::form::Errors;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::visitor::Member;

/// When mails of a day go out where nobody typed a time.
const USUAL_TIME: &str = "08:00";

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct ContactForm {
    role: String,
    email: String,
    severity: Vec<String>,
    language: String,
    reader: String,
    /// Empty: nobody says.
    hours: String,
    /// First word of a rhythm; empty: at once.
    rhythm: String,
    /// Times of a rhythm that has some; empty: the usual one.
    times: String,
    /// Where it can be called; empty: nowhere.
    phone: String,
    /// `yes`: somebody answers the telephone day and night.
    phone_always: String,
}

#[derive(Serialize)]
struct ContactsView {
    contacts: Vec<ContactView>,
    /// Those that wait for a code: id and address.
    waiting: Vec<(Uuid, String)>,
    severities: Vec<String>,
    rhythms: [&'static str; 15],
    must_confirm: bool,
    may_change: bool,
    form: ContactForm,
    errors: Errors,
    done: String,
}

#[derive(Serialize)]
struct ContactView {
    id: Uuid,
    role: String,
    email: String,
    severities: Vec<String>,
    /// Empty: that of the organisation.
    language: String,
    /// Empty: an entrepreneur.
    reader: String,
    hours: &'static str,
    /// First word of its rhythm, and its times.
    rhythm: (String, String),
    /// A number, or empty.
    phone: String,
    is_phone_always: bool,
    /// Whether mails there are encrypted: `none`, `sealed`, `ended` or `waiting`.
    sealed: &'static str,
    /// Nobody answered there yet: messages do not go there.
    is_waiting: bool,
    must_confirm: bool,
    /// A time, or empty.
    confirmed_at: String,
}

pub(super) async fn list(
    State(site): State<Site>,
    member: Member,
    Query(before): Query<Before>,
) -> Result<Response, Refusal> {
    let done = before.known(&[
        "saved",
        "removed",
        "confirmed",
        "code-sent",
        "answered",
        "wrong-code",
    ]);
    show(
        &site,
        &member,
        ContactForm::default(),
        Errors::default(),
        done,
    )
    .await
}

async fn show(
    site: &Site,
    member: &Member,
    form: ContactForm,
    errors: Errors,
    done: String,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ReadPeople)?;
    let party_no = member.party_no;
    let (contacts, keys) = site
        .read(move |tx| Ok((tx.own_contacts(party_no)?, tx.contact_keys_of(&[party_no])?)))
        .await?;
    let contacts: Vec<_> = contacts
        .iter()
        .map(|contact| ContactView::new(site, contact, &keys))
        .collect();
    let view = ContactsView {
        must_confirm: contacts.iter().any(|contact| contact.must_confirm),
        waiting: contacts
            .iter()
            .filter(|contact| contact.is_waiting)
            .map(|contact| (contact.id, format!("{} ({})", contact.email, contact.role)))
            .collect(),
        contacts,
        severities: Severity::ALL
            .iter()
            .rev()
            .map(ToString::to_string)
            .collect(),
        rhythms: Rhythm::WORDS,
        may_change: member.standing.may(Deed::ChangePeople),
        form,
        errors,
        done,
    };
    site.page(member, "organisation/contacts.html", &view)
}

pub(super) async fn put(
    State(site): State<Site>,
    member: Member,
    Form(form): Form<ContactForm>,
) -> Result<Response, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let mut errors = Errors::default();
    let Some((row, timing, phone)) = form.row(&mut errors) else {
        return show(&site, &member, form, errors, String::new()).await;
    };
    may_put(&site, member.party_no, &row.email).await?;
    let (acting, language, now) = (member.acting(&site), member.visitor.language, site.now());
    let put = site.write(move |tx| {
        let said = (&row, &timing, phone.as_ref());
        let waiting = contact_change::put(tx, &acting, said, language, now)?;
        Ok(waiting.map_or("saved", |_| "code-sent"))
    });
    let what = match put.await {
        Ok(what) => what,
        Err(Refusal::Full) => {
            errors.add("email", "organisation-error-contacts");
            return show(&site, &member, form, errors, String::new()).await;
        }
        Err(refusal) => return Err(refusal),
    };
    Ok(done(&member, "contacts", what).into_response())
}

pub(super) async fn remove(
    State(site): State<Site>,
    member: Member,
    Path((_, id)): Path<(Uuid, Uuid)>,
) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let contact_no = site.number(IdKind::Contact, &id)?;
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| contact_change::close(tx, &acting, contact_no, now))
        .await?;
    Ok(done(&member, "contacts", "removed"))
}

pub(super) async fn confirm(State(site): State<Site>, member: Member) -> Result<Redirect, Refusal> {
    member.must_be_allowed(Deed::ChangePeople)?;
    let (acting, now) = (member.acting(&site), site.now());
    site.write(move |tx| Ok(contact_change::confirm(tx, &acting, now)?))
        .await?;
    Ok(done(&member, "contacts", "confirmed"))
}

impl ContactForm {
    fn row(&self, errors: &mut Errors) -> Option<(ContactRow, Timing, Option<ContactPhone>)> {
        let role = contact_role(&self.role).ok_or(());
        let role = errors.take("role", role, "organisation-error-contact-role");
        let email = self.email.trim().parse::<EmailAddress>();
        let email = errors.take("email", email, "organisation-error-email");
        let severities: Result<Vec<Severity>, _> =
            self.severity.iter().map(|word| word.parse()).collect();
        let severities = errors.take("severity", severities, "organisation-error-choice");
        let language = optional(errors, "language", &self.language);
        let reader = optional(errors, "reader", &self.reader);
        let hours = optional(errors, "hours", &self.hours);
        let rhythm = errors.take("times", self.rhythm(), "organisation-error-times");
        let phone = self.phone(errors);
        let row = ContactRow {
            // Whose it is, the store is told beside it.
            organisation: String::new(),
            role: role?,
            email: email?,
            severities: SeveritySet::from_iter(severities?),
            language: language?,
            reader: reader?,
        };
        let timing = Timing {
            hours: hours?.unwrap_or(ReadingHours::Unsaid),
            rhythm: rhythm?,
        };
        errors.is_empty().then_some((row, timing, phone))
    }

    fn phone(&self, errors: &mut Errors) -> Option<ContactPhone> {
        let is_always = self.phone_always == "yes";
        match self.phone.trim() {
            "" if is_always => {
                errors.add("phone", "organisation-error-phone-missing");
                None
            }
            "" => None,
            text => {
                let number = errors.take("phone", text.parse(), "organisation-error-phone");
                Some(ContactPhone {
                    number: number?,
                    is_always,
                })
            }
        }
    }

    fn rhythm(&self) -> Result<Rhythm, RhythmError> {
        let times = match self.times.trim() {
            _ if !Rhythm::has_times(&self.rhythm) => "",
            "" => USUAL_TIME,
            times => times,
        };
        match &self.rhythm[..] {
            "" => Ok(Rhythm::Now),
            word => format!("{word} {}", times.replace(',', " ")).parse(),
        }
    }
}

fn optional<T: std::str::FromStr>(
    errors: &mut Errors,
    field: &'static str,
    text: &str,
) -> Option<Option<T>> {
    match text {
        "" => Some(None),
        text => errors.take(field, text.parse().map(Some), "organisation-error-choice"),
    }
}

impl ContactView {
    fn new(site: &Site, contact: &OwnContact, keys: &[ContactKey]) -> Self {
        let key = keys
            .iter()
            .find(|key| key.email.compared() == contact.email.compared());
        let taken = Severity::ALL.iter().rev();
        let taken = taken.filter(|severity| contact.severities.contains(**severity));
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            id: site.id(IdKind::Contact, contact.contact_no),
            role: contact.role.clone(),
            email: contact.email.to_string(),
            severities: taken.map(ToString::to_string).collect(),
            language: text(contact.language.map(|language| language.to_string())),
            reader: text(contact.reader.map(|reader| reader.to_string())),
            hours: contact.timing.hours.as_str(),
            rhythm: (contact.timing.rhythm.word(), contact.timing.rhythm.times()),
            phone: text(contact.phone.as_ref().map(|phone| phone.number.to_string())),
            is_phone_always: contact.phone.as_ref().is_some_and(|phone| phone.is_always),
            sealed: match key {
                None => "none",
                Some(key) if key.waits_since.is_some() => "waiting",
                Some(key) if has_ended(key, site.now()) => "ended",
                Some(_) => "sealed",
            },
            is_waiting: !contact.is_answered,
            must_confirm: must_be_confirmed(contact, site.now()),
            confirmed_at: text(contact.confirmed_at.map(|at| at.to_string())),
        }
    }
}
